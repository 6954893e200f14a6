//! People who were disabled in one instance and can still sign in to another.
//!
//! A person is disabled in an instance where none of the person's accounts there may sign in. Since
//! when is an interval: at least since the previous snapshot where that was so then already, at most
//! since then where it was not. Whether the person left does not matter here.

use polars::prelude::{lit, when};

use super::{Controls, Rule, Severity, Subject, accounts, unknown};
use crate::tables::Table;
use crate::tables::dictionary::user;
use crate::terms::{Param, Preset};

pub(super) static RULE: Rule = Rule {
    code: "USR-12",
    name: "partial-offboarding",
    title: "Disabled in one instance, active in another",
    severity: Severity::High,
    escalation: None,
    controls: Controls {
        soc2: &["CC6.2"],
        iso27001: &["A.5.18"],
        nist80053: &["PS-4"],
        pci: &["8.2.5"],
        cis: &["6.2"],
    },
    predicate: "Looks at active accounts of people in the roster. An exception is one of a person who has been disabled in another instance for more than the allowed hours, as the previous snapshot shows.",
    risk: "An offboarding that stops after the first instance leaves the others open.",
    remedy: "Disable the account under Settings > Users here too, or write down in the roster why the person needs this instance alone.",
    missing: "Since when the person has been disabled in the other instance: a previous snapshot of it, or its audit log.",
    sentence: "{subject} can sign in to {instance}, and has been disabled in {off_elsewhere} for at least {hours_off_least} hours.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster, Table::Previous],
    params: &[&SLA],
    candidates: &|view, _| {
        let elsewhere = [user::off_elsewhere(), user::hours_off_least(), user::hours_off_most()];
        let person = [user::active(), user::roster_match(), user::roster_status()];
        accounts(view, person.into_iter().chain(elsewhere))
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|terms| {
        let over = user::hours_off_least().gt(terms.number(&SLA));
        // Hours are whole: the last of them may be over by minutes.
        let in_time = user::hours_off_most().lt(terms.number(&SLA));
        let in_time = in_time.or(user::hours_off_most().eq(lit(0)));
        let known = user::roster_match().eq(lit("matched"));
        let interval =
            when(over).then(lit(true)).when(in_time).then(lit(false)).otherwise(unknown());
        when(known).then(interval).otherwise(unknown())
    },
    sql: None,
};

static SLA: Param = Param {
    key: "sla-hours",
    default: Preset::Number(24),
    about: "hours by which the other accounts of a person must be disabled too",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_12_compares_the_instances_of_a_person() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | roster_match | off_elsewhere | hours_off_least | hours_off_most
                     | prod     | u1      | ann@acme.test | yes    | matched      | eu            | 672             | -
                     | prod     | u2      | bob@acme.test | yes    | matched      | eu            | 25              | 25
                     | prod     | u3      | cat@acme.test | yes    | matched      | eu            | 23              | 23
                     | prod     | u7      | gil@acme.test | yes    | matched      | eu            | 24              | 24
                     | prod     | u4      | dan@acme.test | yes    | matched      |               | 0               | 0
                     | prod     | u5      | eve@acme.test | no     | matched      | eu            | 672             | -
                     | prod     | u6      | fay@acme.test | yes    | unmatched    |               | 0               | 0
            roster   | instance | person_id
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod fail 2 of 5
        exceptions
        instance | subject_id | subject       | active | roster_match | roster_status | off_elsewhere | hours_off_least | hours_off_most
        prod     | u1         | ann@acme.test | yes    | matched      | -             | eu            | 672             | -
        prod     | u2         | bob@acme.test | yes    | matched      | -             | eu            | 25              | 25
        undetermined
        instance | subject_id | subject       | active | roster_match | roster_status | off_elsewhere | hours_off_least | hours_off_most
        prod     | u7         | gil@acme.test | yes    | matched      | -             | eu            | 24              | 24
        ");
    }

    #[test]
    fn usr_12_between_the_snapshots_nobody_can_tell() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | roster_match | off_elsewhere | hours_off_least | hours_off_most
                     | prod     | u1      | ann@acme.test | yes    | matched      | eu            | 0               | 672
                     | prod     | u2      | bob@acme.test | yes    | matched      | eu            | 0               | -
                     | prod     | u3      | cat@acme.test | yes    | ambiguous    |               | 0               | 0
            roster   | instance | person_id
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod not-evaluable 0 of 3: 3 of 3 are undetermined; needed: Since when the person has been disabled in the other instance: a previous snapshot of it, or its audit log.
        undetermined
        instance | subject_id | subject       | active | roster_match | roster_status | off_elsewhere | hours_off_least | hours_off_most
        prod     | u1         | ann@acme.test | yes    | matched      | -             | eu            | 0               | 672
        prod     | u2         | bob@acme.test | yes    | matched      | -             | eu            | 0               | -
        prod     | u3         | cat@acme.test | yes    | ambiguous    | -             |               | 0               | 0
        ");
    }

    #[test]
    fn usr_12_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | active
                   | prod     | u1      | yes
            roster | instance | person_id
        "), @"prod not-evaluable 0 of 0: there is no previous");
    }
}
