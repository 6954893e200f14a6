//! Access that the baseline does not expect, and expected access that is absent.
//!
//! Entitlements are memberships of groups besides All Users, and `admin`; only those of accounts
//! that may sign in count as observed.

use polars::prelude::lit;

use super::{Escalation, Reason, Rule, RuleKind, Severity, Subject, reasons};
use crate::tables::Table;
use crate::tables::dictionary::entitlement;

pub(super) static RULE: Rule = Rule {
    code: "PRV-17",
    name: "baseline-deviation",
    title: "Access that differs from the baseline",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "the access is there and the baseline does not expect it",
        when: &|_| entitlement::expected().not(),
    }),
    predicate: "Looks at every membership of an active account in a group other than All Users, at every administrator, and at every row of the baseline. Exception: access that the baseline does not expect, and access that it expects and that no active account has.",
    risk: "Access that is not expected was not approved; expected access that is missing shows that the baseline is out of date.",
    remedy: "Take the account out of the group under Settings > Groups, or have the owner approve the access and then add its row to the baseline; remove rows for what is no longer due.",
    missing: "The members of every group, whether the account may sign in, and rows of the baseline that name instances of the configuration.",
    sentence: "{subject} on {instance} {reasons}: {entitlement}.",
    subject: Subject::Entitlement,
    reads: &[Table::Entitlements],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let why = reasons([
            Reason::new(
                entitlement::expected().not(),
                "has access that the baseline does not list",
            ),
            Reason::new(entitlement::observed().not(), "lacks access that the baseline lists"),
        ]);
        view.get(Table::Entitlements).select([
            entitlement::instance(),
            entitlement::entitlement_id().alias("subject_id"),
            entitlement::subject().alias("subject"),
            entitlement::entitlement(),
            entitlement::observed(),
            entitlement::expected(),
            why,
        ])
    },
    population: &|_| lit(true),
    exception: &|_| entitlement::observed().neq(entitlement::expected()),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_17_compares_what_is_with_what_is_expected() {
        insta::assert_snapshot!(check(&RULE, "
            entitlements | instance | entitlement_id | subject       | entitlement | observed | expected
                         | prod     | u1 admin       | ann@acme.test | admin       | yes      | yes
                         | prod     | u2 admin       | bob@acme.test | admin       | yes      | no
                         | prod     | u3 sales       | cat@acme.test | sales       | no       | yes
                         | prod     | u4 sales       | dan@acme.test | sales       | -        | yes
                         | prod     | u5 sales       | eve@acme.test | sales       | -        | no
                         | prod     | u6 sales       | fay@acme.test | sales       | yes      | -
                         | prod     | u7 sales       | gus@acme.test | sales       | no       | -
                         | lab      | u1 admin       | ann@acme.test | admin       | yes      | yes
        "), @"
        prod fail 2 of 7
        lab pass 0 of 1
        exceptions
        instance | subject_id | subject       | entitlement | observed | expected | reasons                                    | escalated
        prod     | u2 admin   | bob@acme.test | admin       | yes      | no       | has access that the baseline does not list | yes
        prod     | u3 sales   | cat@acme.test | sales       | no       | yes      | lacks access that the baseline lists       | no
        undetermined
        instance | subject_id | subject       | entitlement | observed | expected | reasons                                    | escalated
        prod     | u4 sales   | dan@acme.test | sales       | -        | yes      |                                            | no
        prod     | u5 sales   | eve@acme.test | sales       | -        | no       | has access that the baseline does not list | yes
        prod     | u6 sales   | fay@acme.test | sales       | yes      | -        |                                            | no
        prod     | u7 sales   | gus@acme.test | sales       | no       | -        | lacks access that the baseline lists       | no
        ");
    }

    #[test]
    fn prv_17_cannot_judge_without_a_baseline() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no entitlement");
    }
}
