//! Administrators by flag or by group, not by both.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, accounts};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "PRV-11",
    name: "admin-flag-mismatch",
    title: "Administrator flag and admin group disagree",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at all accounts. Exception: an account that Retool flags as administrator and that is not in the group admin, or the other way round.",
    risk: "A review of the group admin misses whoever administers without being in it.",
    remedy: "Find out why the two differ, usually a delegated role or an old membership, and correct the group admin under Settings > Groups.",
    missing: "Whether Retool flags the account as administrator, and who is in the group admin.",
    sentence: "{subject}: administrator by flag {is_admin}, in the group admin {in_admin_group}.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| accounts(view, [user::active(), user::is_admin(), user::in_admin_group()]),
    population: &|_| lit(true),
    exception: &|_| {
        let [flag, member] = [user::is_admin, user::in_admin_group];
        flag().and(member().not()).or(flag().not().and(member()))
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_11_compares_the_flag_with_the_group() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | is_admin | in_admin_group
                  | prod     | u1      | ann@acme.test | yes      | yes
                  | prod     | u2      | bob@acme.test | no       | no
                  | prod     | u3      | cat@acme.test | yes      | no
                  | prod     | u4      | dan@acme.test | no       | yes
                  | prod     | u5      | eve@acme.test | -        | yes
                  | prod     | u6      | fay@acme.test | no       | -
        "), @"
        prod fail 2 of 6
        exceptions
        instance | subject_id | subject       | active | is_admin | in_admin_group
        prod     | u3         | cat@acme.test | -      | yes      | no
        prod     | u4         | dan@acme.test | -      | no       | yes
        undetermined
        instance | subject_id | subject       | active | is_admin | in_admin_group
        prod     | u5         | eve@acme.test | -      | -        | yes
        prod     | u6         | fay@acme.test | -      | no       | -
        ");
    }
}
