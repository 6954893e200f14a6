//! Accounts of people who left.

use polars::prelude::lit;

use super::{Controls, Escalation, Rule, Severity, Subject, accounts, tier};
use crate::tables::Table;
use crate::tables::dictionary::user;
use crate::terms::{Param, Preset};

pub(super) static RULE: Rule = Rule {
    code: "USR-01",
    name: "leaver-still-active",
    title: "Account of a leaver is still active",
    severity: Severity::High,
    escalation: Some(Escalation {
        to: Severity::Critical,
        words: "the account is an administrator or may change what others use",
        when: &|_| tier().up_to(1),
    }),
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.18", "A.6.5"],
        nist80053: &["AC-2(3)(b)", "AC-2(l)", "PS-4"],
        pci: &["8.2.5"],
        cis: &["6.2"],
    },
    predicate: "Looks at active accounts whose person the roster knows. An exception is one whose person has left longer ago than the allowed hours, counted from the end of the last day where the organization is.",
    risk: "An account that outlives the job is the exception auditors write up most often: a former colleague, or whoever has the password, can still sign in.",
    remedy: "Disable the account under Settings > Users, revoke the tokens its owner made, and add Retool to the offboarding list.",
    missing: "The person behind the account, where the address belongs to several, and the last day of that person, in the roster.",
    sentence: "{subject} can still sign in to {instance}, {since_end} after the end of the last day that the roster gives.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&SLA],
    sql: None,
    candidates: &|view, _| {
        let person = [
            user::roster_match(),
            user::roster_status(),
            user::since_end(),
            user::roster_contradiction(),
        ];
        let account = [user::active(), user::last_active(), user::never_active(), user::tier()];
        accounts(view, account.into_iter().chain(person))
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|terms| {
        let left = user::roster_status().eq(lit("terminated"));
        left.and(user::since_end().gt(terms.hours(&SLA)))
    },
};

pub(super) static SLA: Param = Param {
    key: "sla-hours",
    default: Preset::Number(24),
    about: "hours after the end of the last day by which an account must be disabled",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_01_counts_hours_from_the_end_of_the_last_day() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_status | since_end | tier
                   | prod     | u1      | ann@acme.test | yes   | matched      | terminated    | 24h             | 3
                   | prod     | u2      | bob@acme.test | yes   | matched      | terminated    | 24h1s           | 3
                   | prod     | u3      | cat@acme.test | yes   | matched      | terminated    | 900h            | 0
                   | prod     | u4      | dan@acme.test | no    | matched      | terminated    | 900h            | 3
                   | prod     | u5      | eve@acme.test | yes   | matched      | active        | -               | 3
                   | prod     | u6      | fay@acme.test | yes   | unmatched    | -             | -               | 3
            roster | instance | person_id
        "), @"
        prod fail 2 of 4
        exceptions
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | since_end        | roster_contradiction | escalated
        prod     | u2         | bob@acme.test | yes    | -           | -            | 3    | matched      | terminated    | 1 day 1 second   | -                    | no
        prod     | u3         | cat@acme.test | yes    | -           | -            | 0    | matched      | terminated    | 37 days 12 hours | -                    | yes
        ");
    }

    #[test]
    fn usr_01_a_leaver_without_a_last_day_or_state_is_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_status | since_end
                   | prod     | u1      | ann@acme.test | yes    | matched      | terminated    | -
                   | prod     | u2      | bob@acme.test | -      | matched      | terminated    | 900h
                   | prod     | u3      | cat@acme.test | yes    | ambiguous    | -             | -
            roster | instance | person_id
        "), @"
        prod not-evaluable 0 of 3: 3 of 3 are undetermined; needed: The person behind the account, where the address belongs to several, and the last day of that person, in the roster.
        undetermined
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | since_end        | roster_contradiction
        prod     | u1         | ann@acme.test | yes    | -           | -            | -    | matched      | terminated    | -                | -
        prod     | u2         | bob@acme.test | -      | -           | -            | -    | matched      | terminated    | 37 days 12 hours | -
        prod     | u3         | cat@acme.test | yes    | -           | -            | -    | ambiguous    | -             | -                | -
        ");
    }
}
