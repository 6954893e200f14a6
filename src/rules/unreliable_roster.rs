//! A roster that is old, could not be read whole, or is suddenly another.
//!
//! A rule about the rosters that all instances are compared with: it is asked once for each.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::roster_file;

pub(super) static RULE: Rule = Rule {
    code: "EVD-09",
    name: "unreliable-roster",
    title: "Roster that is out of date, incomplete or unexpectedly changed",
    kind: RuleKind::Evidence,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at each roster that all instances are compared with. Exception: a roster whose own date is more than the allowed days before the day of the collection, or after it, of which any cell or row could not be read, or in which more than the allowed number and more than the allowed share of people are new, gone or changed since the same roster of the earlier pack, as a share of the people in the earlier roster. Changed is who has another status, type, date, address, manager, department, title or owner.",
    risk: "Whoever left after the roster was made still looks employed; a roster of a later day than the collection is not the one that was true then, or its date is wrong; and whoever is on a row that could not be read has no known state. A roster in which all people changed at once has been cut, filtered, or taken from somewhere else.",
    remedy: "Export the roster again shortly before the collection, with a column that states its date or `as-of` in the configuration, and correct the cells that the report names. Where many people did change, write down why.",
    missing: "The roster's own date, in a column such as as-of or report-date or in the configuration, and an earlier pack with its roster; without one, there is no earlier roster to compare with.",
    sentence: "The roster {subject} is of {as_of}; days from then to the collection: {days_since_as_of}; cells and rows that could not be read: {unreadable}, in {rows|row}; {difference}; allowed: {=days}, and changes of {=changed-least} or {=changed-percent}.",
    subject: Subject::Roster,
    reads: &[Table::RosterFiles],
    params: &[&DAYS, &LEAST, &SHARE],
    sql: None,
    subjects: &|view, _| {
        view.get(Table::RosterFiles).select([
            roster_file::instance(),
            roster_file::roster_id().alias("subject_id"),
            roster_file::file().alias("subject"),
            roster_file::as_of(),
            roster_file::days_since_as_of(),
            roster_file::rows(),
            roster_file::people_before(),
            roster_file::added(),
            roster_file::removed(),
            roster_file::changed(),
            roster_file::difference(),
            roster_file::unreadable(),
            roster_file::unreadable_cells(),
            roster_file::contradictions(),
        ])
    },
    population: &|_| lit(true),
    exception: &|terms| {
        let old = roster_file::days_since_as_of().gt(terms.number(&DAYS));
        let ahead = roster_file::days_since_as_of().lt(lit(0));
        let different = roster_file::added() + roster_file::removed() + roster_file::changed();
        let most = roster_file::people_before() * terms.number(&SHARE);
        let another =
            different.clone().gt(terms.number(&LEAST)).and((different * lit(100)).gt(most));
        old.or(ahead).or(roster_file::unreadable().gt(lit(0))).or(another)
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(7),
    about: "days after which a roster is old",
};

static LEAST: Parameter = Parameter {
    key: "changed-least",
    default: DefaultValue::Number(5),
    about: "people who may be new, gone or changed in any case",
};

static SHARE: Parameter = Parameter {
    key: "changed-percent",
    default: DefaultValue::Number(20),
    about: "percent of the earlier roster's people who may be new, gone or changed where that is more",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::{check, check_with};
    use crate::config::Value;

    const HEAD: &str = "roster_files | instance | roster_id | file | as_of | days_since_as_of | people_before | added | removed | changed | difference | unreadable";

    fn one(row: &str) -> String {
        check(&RULE, &format!("{HEAD}\n| all | roster | roster.csv | {row}"))
    }

    #[test]
    fn evd_09_wants_a_fresh_roster_that_could_be_read_and_is_much_as_before() {
        let rows = [
            "2026-10-26 | 7 | 100 | 0 | 20 | 0 | 20 less | 0",
            "2026-10-25 | 8 | 100 | 0 | 0 | 0 | the same | 0",
            "2026-11-01 | 1 | 100 | 0 | 1 | 0 | one less | 1",
            "2026-11-01 | 1 | 100 | 7 | 7 | 7 | 21 others | 0",
            "2026-11-01 | 1 | 0 | 6 | 0 | 0 | six more | 0",
            "2026-11-01 | 1 | 12 | 2 | 0 | 1 | two more, one changed | 0",
            "2026-11-01 | 1 | 12 | 5 | 0 | 0 | five more | 0",
            "2026-11-01 | 1 | 12 | 6 | 0 | 0 | six more | 0",
            "2026-11-02 | 0 | 100 | 0 | 0 | 0 | the same | 0",
            "2026-11-03 | -1 | 100 | 0 | 0 | 0 | the same | 0",
        ];
        insta::assert_snapshot!(rows.map(one).join("\n"), @"
        all pass 0 of 1
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-10-25 | 8                | -    | 100           | 0     | 0       | 0       | the same   | 0          | -                | -
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-11-01 | 1                | -    | 100           | 0     | 1       | 0       | one less   | 1          | -                | -
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-11-01 | 1                | -    | 100           | 7     | 7       | 7       | 21 others  | 0          | -                | -
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-11-01 | 1                | -    | 0             | 6     | 0       | 0       | six more   | 0          | -                | -
        all pass 0 of 1
        all pass 0 of 1
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-11-01 | 1                | -    | 12            | 6     | 0       | 0       | six more   | 0          | -                | -
        all pass 0 of 1
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-11-03 | -1               | -    | 100           | 0     | 0       | 0       | the same   | 0          | -                | -
        ");
    }

    #[test]
    fn evd_09_knows_what_is_bad_even_if_nothing_else_is_known() {
        let rows = [
            "- | - | - | - | - | - | - | 1",
            "2026-10-25 | 8 | - | - | - | - | - | 0",
            "- | - | - | - | - | - | - | 1",
        ];
        insta::assert_snapshot!(rows.map(one).join("\n"), @"
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | -     | -                | -    | -             | -     | -       | -       | -          | 1          | -                | -
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-10-25 | 8                | -    | -             | -     | -       | -       | -          | 0          | -                | -
        all fail 1 of 1
        exceptions
        instance | subject_id | subject    | as_of | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | -     | -                | -    | -             | -     | -       | -       | -          | 1          | -                | -
        ");
    }

    #[test]
    fn evd_09_does_not_call_a_roster_good_that_nothing_is_known_to_compare_with() {
        let row = "2026-11-01 | 1 | - | - | - | - | there is no earlier one | 0";
        insta::assert_snapshot!(one(row), @"
        all not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The roster's own date, in a column such as as-of or report-date or in the configuration, and an earlier pack with its roster; without one, there is no earlier roster to compare with.
        undetermined
        instance | subject_id | subject    | as_of      | days_since_as_of | rows | people_before | added | removed | changed | difference              | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | 2026-11-01 | 1                | -    | -             | -     | -       | -       | there is no earlier one | 0          | -                | -
        ");
    }

    #[test]
    fn evd_09_does_not_call_a_roster_good_that_states_no_date() {
        insta::assert_snapshot!(one("- | - | 100 | 0 | 0 | 0 | the same | 0"), @"
        all not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The roster's own date, in a column such as as-of or report-date or in the configuration, and an earlier pack with its roster; without one, there is no earlier roster to compare with.
        undetermined
        instance | subject_id | subject    | as_of | days_since_as_of | rows | people_before | added | removed | changed | difference | unreadable | unreadable_cells | contradictions
        all      | roster     | roster.csv | -     | -                | -    | 100           | 0     | 0       | 0       | the same   | 0          | -                | -
        ");
    }

    #[test]
    fn evd_09_takes_the_share_from_the_configuration() {
        let row = "2026-11-01 | 1 | 100 | 0 | 21 | 0 | 21 less | 0";
        let picture = format!("{HEAD}\n| all | roster | roster.csv | {row}");
        let loose = [("changed-percent", Value::Number(21))];
        insta::assert_snapshot!(check_with(&RULE, &loose, &picture), @"all pass 0 of 1");
    }

    #[test]
    fn evd_09_cannot_judge_without_a_roster() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"all not-evaluable 0 of 0: there is no roster_file");
    }
}
