//! A roster that is old or could not be read whole.
//!
//! Whether many rows changed since the last roster is not looked at: that takes an earlier one.

use polars::prelude::lit;

use super::{Controls, Rule, Severity, Subject};
use crate::tables::Table;
use crate::tables::dictionary::roster_file;
use crate::terms::{Param, Preset};

pub(super) static RULE: Rule = Rule {
    code: "EVD-09",
    name: "unreliable-roster",
    title: "Roster that is old or not whole",
    severity: Severity::High,
    escalation: None,
    controls: Controls {
        soc2: &["CC2.1"],
        iso27001: &[],
        nist80053: &["PS-4"],
        pci: &[],
        cis: &[],
    },
    predicate: "Looks at the roster beside each instance. An exception is one whose own date is more than the allowed days before the collection, or of which any row could not be read. Whether many of its rows changed since an earlier roster is not looked at.",
    risk: "Whoever left after the roster was made still looks employed, and whoever is on a row that could not be read belongs to nobody.",
    remedy: "Export the roster again shortly before the collection, with a column that states its date, and correct the rows that the report names.",
    missing: "The roster's own date, in a column such as as-of or report-date.",
    sentence: "The roster {subject} is of {as_of}, {days_since_as_of} days before the collection; {rejected} of its {rows} rows could not be read.",
    subject: Subject::Roster,
    reads: &[Table::RosterFiles],
    params: &[&DAYS],
    sql: None,
    candidates: &|view, _| {
        view.get(Table::RosterFiles).select([
            roster_file::instance(),
            lit("roster").alias("subject_id"),
            roster_file::file().alias("subject"),
            roster_file::as_of(),
            roster_file::days_since_as_of(),
            roster_file::rows(),
            roster_file::rejected(),
            roster_file::rejections(),
        ])
    },
    population: &|_| lit(true),
    exception: &|terms| {
        let old = roster_file::days_since_as_of().gt(terms.number(&DAYS));
        old.or(roster_file::rejected().gt(lit(0)))
    },
};

static DAYS: Param =
    Param { key: "days", default: Preset::Number(7), about: "days after which a roster is old" };

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_09_wants_a_fresh_roster_that_could_be_read() {
        insta::assert_snapshot!(check(&RULE, "
            roster_files | instance | file       | as_of      | days_since_as_of | rows | rejected | rejections
                         | week     | roster.csv | 2026-10-26 | 7                | 90   | 0        |
                         | older    | roster.csv | 2026-10-25 | 8                | 90   | 0        |
                         | broken   | roster.csv | 2026-11-01 | 1                | 90   | 1        | line 7: has 3 cells, the header has 9
                         | undated  | roster.csv | -          | -                | 90   | 0        |
                         | both     | roster.csv | -          | -                | 90   | 2        | line 7: has 3 cells, the header has 9
        "), @"
        week pass 0 of 1
        older fail 1 of 1
        broken fail 1 of 1
        undated not-evaluable 0 of 1: 1 of 1 are undetermined; needed: The roster's own date, in a column such as as-of or report-date.
        both fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | rejected | rejections
        both     | roster     | roster.csv | -          | -                | 90   | 2        | line 7: has 3 cells, the header has 9
        broken   | roster     | roster.csv | 2026-11-01 | 1                | 90   | 1        | line 7: has 3 cells, the header has 9
        older    | roster     | roster.csv | 2026-10-25 | 8                | 90   | 0        |
        undetermined
        instance | subject_id | subject    | as_of | days_since_as_of | rows | rejected | rejections
        undated  | roster     | roster.csv | -     | -                | 90   | 0        |
        ");
    }

    #[test]
    fn evd_09_cannot_judge_without_a_roster() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no roster_file");
    }
}
