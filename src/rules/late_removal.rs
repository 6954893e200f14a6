//! Leavers whose accounts were disabled too late, as far as snapshots can show.
//!
//! The account could sign in at the previous snapshot and cannot now: it was disabled between the
//! last snapshot that shows it active and the first one after that, those of packs of this month
//! included. Too late is certain where the allowed time was over at the former already; in time is
//! certain where it was not over at the latter. Anything between is undetermined, and no list of
//! events is read.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts, unknown};
use crate::menus::menu;
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-03",
    name: "late-removal",
    title: "Leaver disabled late",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at accounts that could sign in at the previous snapshot and cannot any more, whose person the roster knows. Exception: an account of a person who had left more than the allowed hours before the last snapshot that shows it active. An account that the first snapshot after that shows disabled within the allowed hours is none; where the allowed hours ended between those two snapshots, it is undetermined.",
    risk: "Until it is disabled, the account lets a former colleague, or whoever has the password, still sign in. Two snapshots prove an interval, not a moment.",
    remedy: concat!(
        "Attach the event DISABLE_USER from ",
        menu!(audit_log),
        ", or collect once a week so that the interval is shorter; and add Retool to the offboarding list.",
    ),
    missing: "The time at which the account was disabled, from the audit log of the instance; the person behind the account, where the address belongs to several; and the last day of that person.",
    sentence: "{subject} could still sign in to {instance} {active_after_end} after the end of the last day that the roster gives, and was disabled later; allowed: {=sla-hours}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster, Table::Previous],
    params: &[&SLA],
    subjects: &|view, _| {
        let person = [
            user::roster_match(),
            user::roster_status(),
            user::disabled_after_end(),
            user::roster_contradiction(),
        ];
        let account = [user::active(), user::was_active(), user::active_after_end()];
        accounts(view, account.into_iter().chain(person))
    },
    population: &|_| {
        let disabled = user::was_active().and(user::active().not());
        disabled.and(user::roster_match().neq(lit("unmatched")))
    },
    exception: &|parameters| {
        let over = user::active_after_end().gt(parameters.hours(&SLA));
        let in_time = user::disabled_after_end().lt_eq(parameters.hours(&SLA));
        let interval =
            when(over).then(lit(true)).when(in_time).then(lit(false)).otherwise(unknown());
        user::roster_status().eq(lit("terminated")).and(interval)
    },
    sql: None,
};

static SLA: Parameter = Parameter {
    key: "sla-hours",
    default: DefaultValue::As("leaver-still-active", &super::leaver_still_active::SLA),
    about: "hours after the end of the last day by which an account must be disabled",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_03_judges_the_interval_in_which_the_account_was_disabled() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | was_active | roster_match | roster_status | active_after_end | disabled_after_end
                     | prod     | u1      | ann@acme.test | no     | yes        | matched      | terminated    | 24h1s                  | 700h
                     | prod     | u2      | bob@acme.test | no     | yes        | matched      | terminated    | 24h                    | 696h
                     | prod     | u3      | cat@acme.test | no     | yes        | matched      | terminated    | -649h                  | 23h
                     | prod     | u4      | dan@acme.test | no     | yes        | matched      | terminated    | -648h                  | 24h1s
                     | prod     | u9      | ida@acme.test | no     | yes        | matched      | terminated    | -648h                  | 24h
                     | prod     | u5      | eve@acme.test | no     | yes        | matched      | active        | -                      | -
                     | prod     | u6      | fay@acme.test | yes    | yes        | matched      | terminated    | 90h                    | 900h
                     | prod     | u7      | gil@acme.test | no     | no         | matched      | terminated    | 90h                    | 900h
                     | prod     | u8      | hal@acme.test | no     | yes        | unmatched    |               | -                      | -
            roster   | instance | person_id
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod fail 1 of 6
        exceptions
        instance | subject_id | subject       | active | was_active | active_after_end | roster_match | roster_status | disabled_after_end | roster_contradiction
        prod     | u1         | ann@acme.test | no     | yes        | 1 day 1 second   | matched      | terminated    | 29 days 4 hours    | -
        undetermined
        instance | subject_id | subject       | active | was_active | active_after_end | roster_match | roster_status | disabled_after_end | roster_contradiction
        prod     | u2         | bob@acme.test | no     | yes        | 1 day            | matched      | terminated    | 29 days            | -
        prod     | u4         | dan@acme.test | no     | yes        | 27 days before   | matched      | terminated    | 1 day 1 second     | -
        ");
    }

    #[test]
    fn usr_03_in_time_is_a_pass() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | was_active | roster_match | roster_status | active_after_end | disabled_after_end
                     | prod     | u1      | ann@acme.test | no     | yes        | matched      | terminated    | -660h                  | 12h
            roster   | instance | person_id
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"prod pass 0 of 1");
    }

    #[test]
    fn usr_03_without_a_last_day_or_a_person_nobody_can_tell() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | was_active | roster_match | roster_status | active_after_end | disabled_after_end
                     | prod     | u1      | ann@acme.test | no     | yes        | matched      | terminated    | -                      | -
                     | prod     | u2      | bob@acme.test | no     | yes        | ambiguous    | -             | -                      | -
                     | prod     | u3      | cat@acme.test | no     | -          | matched      | terminated    | 90h                    | 900h
            roster   | instance | person_id
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod not-evaluable 0 of 3: 3 of 3 are undetermined; needed: The time at which the account was disabled, from the audit log of the instance; the person behind the account, where the address belongs to several; and the last day of that person.
        undetermined
        instance | subject_id | subject       | active | was_active | active_after_end | roster_match | roster_status | disabled_after_end | roster_contradiction
        prod     | u1         | ann@acme.test | no     | yes        | -                | matched      | terminated    | -                  | -
        prod     | u2         | bob@acme.test | no     | yes        | -                | ambiguous    | -             | -                  | -
        prod     | u3         | cat@acme.test | no     | -          | 3 days 18 hours  | matched      | terminated    | 37 days 12 hours   | -
        ");
    }

    #[test]
    fn usr_03_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active
                   | prod     | u1      | ann@acme.test | no
            roster | instance | person_id
        "), @"prod not-evaluable 0 of 0: there is no previous");
    }
}
