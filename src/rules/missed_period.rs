//! Months without a complete snapshot, and complete snapshots too far apart.
//!
//! The window begins with the first complete snapshot at hand, and is 24 months long at most. The
//! month that lasts is not missed yet; it is late once the last complete snapshot is older than the
//! allowed days.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::config::RuleSettings;
use crate::parameters::{DefaultValue, Parameter, Parameters};
use crate::tables::Table;
use crate::tables::dictionary::coverage;

pub(super) static RULE: Rule = Rule {
    code: "EVD-08",
    name: "missed-period",
    title: "Month without a complete snapshot, or a late one",
    kind: RuleKind::Evidence,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every calendar month from the first complete snapshot of an instance to this one, 24 at most. Exception: a month without a complete snapshot, or one that begins more than the allowed days after the one before it.",
    risk: "A review that was not held cannot be made up for: who had access then cannot be shown later.",
    remedy: "Run the collection now, write down why it was missed, and let a scheduler run it every month.",
    missing: "A complete snapshot of the month, which is not over yet.",
    sentence: "{instance} has [{complete_snapshots|complete snapshot}|an unknown number of complete snapshots] in {subject}[, {days_between|day} after the one before]; allowed from one to the next: {=days}.",
    subject: Subject::Period,
    reads: &[Table::Coverage],
    params: &[&DAYS],
    subjects: &|view, _| {
        view.get(Table::Coverage).select([
            coverage::instance(),
            coverage::period().alias("subject_id"),
            coverage::period().alias("subject"),
            coverage::complete_snapshots(),
            coverage::last_complete(),
            coverage::days_between(),
        ])
    },
    population: &|_| lit(true),
    exception: &|parameters| {
        let late = coverage::days_between().gt(parameters.number(&DAYS)).fill_null(lit(false));
        coverage::complete_snapshots().eq(lit(0)).or(late)
    },
    sql: None,
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(35),
    about: "days that may lie between two complete snapshots",
};

/// Days that may lie between two complete snapshots.
pub fn days_between_snapshots(settings: &RuleSettings) -> i64 {
    Parameters::of(RULE.name, settings).plain_number(&DAYS)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_08_finds_missed_months_and_late_snapshots() {
        insta::assert_snapshot!(check(&RULE, "
            coverages | instance | period  | complete_snapshots | last_complete | days_between
                      | prod     | 2026-08 | 1                  | 2026-08-03    | -
                      | prod     | 2026-09 | 0                  | -             | -
                      | prod     | 2026-10 | 1                  | 2026-10-05    | 63
                      | lab      | 2026-10 | 1                  | 2026-10-05    | 35
                      | lab      | 2026-11 | 2                  | 2026-11-02    | 28
        "), @"
        prod fail 2 of 3
        lab pass 0 of 2
        exceptions
        instance | subject_id | subject | complete_snapshots | last_complete | days_between
        prod     | 2026-09    | 2026-09 | 0                  | -             | -
        prod     | 2026-10    | 2026-10 | 1                  | 2026-10-05    | 63
        ");
    }

    #[test]
    fn evd_08_a_month_that_lasts_is_missed_only_when_it_is_late() {
        insta::assert_snapshot!(check(&RULE, "
            coverages | instance | period  | complete_snapshots | last_complete | days_between
                      | prod     | 2026-11 | -                  | -             | 35
                      | lab      | 2026-11 | -                  | -             | 36
        "), @"
        prod not-evaluable 0 of 1: 1 of 1 is undetermined; needed: A complete snapshot of the month, which is not over yet.
        lab fail 1 of 1
        exceptions
        instance | subject_id | subject | complete_snapshots | last_complete | days_between
        lab      | 2026-11    | 2026-11 | -                  | -             | 36
        undetermined
        instance | subject_id | subject | complete_snapshots | last_complete | days_between
        prod     | 2026-11    | 2026-11 | -                  | -             | 35
        ");
    }

    #[test]
    fn evd_08_says_nothing_without_an_earlier_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no coverage");
    }
}
