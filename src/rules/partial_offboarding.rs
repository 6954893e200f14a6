//! People who were disabled in one instance and can still sign in to another.
//!
//! A person is disabled in an instance where none of the person's accounts there may sign in. Since
//! when is an interval: at least since the previous snapshot where that was so then already, at
//! most since then where it was not. Whether the person left does not matter here.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-12",
    name: "partial-offboarding",
    title: "Disabled in one instance, active in another",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active accounts of people in the roster. Exception: an account of a person who has been disabled in another instance for more than the allowed hours, as the snapshots of that instance show.",
    risk: "An offboarding that stops after the first instance leaves the others open.",
    remedy: "Disable the account under Settings > Users here too. Only where the person is still employed, waive the finding with the reason why this instance alone is needed.",
    missing: "Since when the person has been disabled in the other instance: a previous snapshot of it, or its audit log.",
    sentence: "{subject} can sign in to {instance}, and has been disabled in {off_elsewhere} for at least {off_at_least}; allowed: {=sla-hours}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&SLA],
    subjects: &|view, _| {
        let elsewhere = [user::off_elsewhere(), user::off_at_least(), user::off_at_most()];
        let person = [user::active(), user::roster_match(), user::roster_status()];
        accounts(view, person.into_iter().chain(elsewhere))
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|parameters| {
        let over = user::off_at_least().gt(parameters.hours(&SLA));
        let in_time = user::off_at_most().lt_eq(parameters.hours(&SLA));
        let known = user::roster_match().eq(lit("matched"));
        let interval =
            when(over).then(lit(true)).when(in_time).then(lit(false)).otherwise(unknown());
        when(known).then(interval).otherwise(unknown())
    },
    sql: None,
};

static SLA: Parameter = Parameter {
    key: "sla-hours",
    default: DefaultValue::As("leaver-still-active", &super::leaver_still_active::SLA),
    about: "hours by which the other accounts of a person must be disabled too",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_12_compares_the_instances_of_a_person() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | roster_match | off_elsewhere | off_at_least | off_at_most
                     | prod     | u1      | ann@acme.test | yes    | matched      | eu            | 672h            | -
                     | prod     | u2      | bob@acme.test | yes    | matched      | eu            | 24h1s           | 24h1s
                     | prod     | u3      | cat@acme.test | yes    | matched      | eu            | 23h             | 23h
                     | prod     | u7      | gil@acme.test | yes    | matched      | eu            | 24h             | 24h
                     | prod     | u4      | dan@acme.test | yes    | matched      |               | 0h              | 0h
                     | prod     | u5      | eve@acme.test | no     | matched      | eu            | 672h            | -
                     | prod     | u6      | fay@acme.test | yes    | unmatched    |               | 0h              | 0h
            roster   | instance | person_id
        "), @"
        prod fail 2 of 5
        exceptions
        instance | subject_id | subject       | active | roster_match | roster_status | off_elsewhere | off_at_least   | off_at_most
        prod     | u1         | ann@acme.test | yes    | matched      | -             | eu            | 28 days        | -
        prod     | u2         | bob@acme.test | yes    | matched      | -             | eu            | 1 day 1 second | 1 day 1 second
        ");
    }

    #[test]
    fn usr_12_between_the_snapshots_nobody_can_tell() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | active | roster_match | off_elsewhere | off_at_least | off_at_most
                     | prod     | u1      | ann@acme.test | yes    | matched      | eu            | 0h              | 672h
                     | prod     | u2      | bob@acme.test | yes    | matched      | eu            | 0h              | -
                     | prod     | u3      | cat@acme.test | yes    | ambiguous    |               | 0h              | 0h
            roster   | instance | person_id
        "), @"
        prod not-evaluable 0 of 3: 3 of 3 are undetermined; needed: Since when the person has been disabled in the other instance: a previous snapshot of it, or its audit log.
        undetermined
        instance | subject_id | subject       | active | roster_match | roster_status | off_elsewhere | off_at_least | off_at_most
        prod     | u1         | ann@acme.test | yes    | matched      | -             | eu            | no time      | 28 days
        prod     | u2         | bob@acme.test | yes    | matched      | -             | eu            | no time      | -
        prod     | u3         | cat@acme.test | yes    | ambiguous    | -             |               | no time      | no time
        ");
    }
}
