//! Privileged accounts without recent activity.

use polars::prelude::when;

use super::{Reason, Rule, RuleKind, Severity, Subject, is_persons, people, reasons, tier};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "DRM-03",
    name: "dormant-privileged-account",
    title: "Privileged account without recent activity",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active accounts of tier 0 and 1. Service accounts with an owner in the roster are left out. Exception: an account without activity for more than the allowed days, or never used and created more than the allowed days ago.",
    risk: "Privilege that is not used is risk without benefit.",
    remedy: "Take the account out of the privileged group under Settings > Groups, and keep a break-glass account instead.",
    missing: "The last activity of the account, or what its groups grant, which the server did not send.",
    sentence: "{subject} has power over {instance}[ (tier {tier})] and {reasons}; allowed: {=days} without activity, {=never-used-days} until the first use.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[&DAYS, &NEVER],
    sql: None,
    subjects: &|view, _| {
        let facts = [user::active(), user::tier(), user::last_active(), user::inactive_for()];
        let unused = [user::never_active(), user::age()];
        let never = user::never_active;
        let why = reasons([
            Reason::lasting(
                never(),
                ["has not been used since it was created ", " ago"],
                user::age(),
            ),
            Reason::lasting(never().not(), ["has not been active for ", ""], user::inactive_for()),
        ]);
        people(view, facts.into_iter().chain(unused)).with_columns([why])
    },
    population: &|_| is_persons().and(user::active()).and(tier().up_to(1)),
    exception: &|parameters| {
        let unused = user::age().gt(parameters.days(&NEVER));
        let idle = user::inactive_for().gt(parameters.days(&DAYS));
        when(user::never_active()).then(unused).otherwise(idle)
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(30),
    about: "days a privileged account may go without activity",
};

static NEVER: Parameter = Parameter {
    key: "never-used-days",
    default: DefaultValue::Number(14),
    about: "days a new privileged account may wait for its first use",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn drm_03_looks_at_tiers_0_and_1_only() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | tier | inactive_for | never_active | age
                  | prod     | u1      | ann@acme.test | yes    | 0    | 30d           | no           | 500d
                  | prod     | u2      | bob@acme.test | yes    | 0    | 30d1s         | no           | 500d
                  | prod     | u3      | cat@acme.test | yes    | 1    | -             | yes          | 14d
                  | prod     | u4      | dan@acme.test | yes    | 1    | -             | yes          | 14d1s
                  | prod     | u5      | eve@acme.test | yes    | 2    | 300d          | no           | 500d
                  | prod     | u6      | fay@acme.test | yes    | -    | 300d          | no           | 500d
                  | prod     | u7      | gus@acme.test | yes    | 0    | -             | -            | 500d
        "), @"
        prod fail 2 of 6
        exceptions
        instance | subject_id | subject       | active | tier | last_active | inactive_for     | never_active | age              | reasons
        prod     | u2         | bob@acme.test | yes    | 0    | -           | 30 days 1 second | no           | 500 days         | has not been active for 30 days 1 second
        prod     | u4         | dan@acme.test | yes    | 1    | -           | -                | yes          | 14 days 1 second | has not been used since it was created 14 days 1 second ago
        undetermined
        instance | subject_id | subject       | active | tier | last_active | inactive_for | never_active | age      | reasons
        prod     | u6         | fay@acme.test | yes    | -    | -           | 300 days     | no           | 500 days | has not been active for 300 days
        prod     | u7         | gus@acme.test | yes    | 0    | -           | -            | -            | 500 days |
        ");
    }
}
