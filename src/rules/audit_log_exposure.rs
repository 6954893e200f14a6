//! Groups that read the audit log without leave.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, groups};
use crate::tables::Table;
use crate::tables::dictionary::group;

pub(super) static RULE: Rule = Rule {
    code: "PRV-08",
    name: "audit-log-exposure",
    title: "Group may read the audit log",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at groups other than admin. Exception: a group that may read the audit log and is not among the groups that the configuration allows to do so.",
    risk: "The audit log holds what people asked of the resources, down to values of queries.",
    remedy: "Take the access to the audit log from the group under Settings > Groups, or list the group under audit-groups once its owner has a reason.",
    missing: "The groups that may read the audit log, as `audit-groups` of the instance, and what the group grants.",
    sentence: "Members of {subject} may read the audit log[: {active_members|active account}].",
    subject: Subject::Group,
    reads: &[Table::Groups],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        groups(view, [group::audit_log_access(), group::audit_approved(), group::active_members()])
    },
    population: &|_| group::lower_name().neq(lit("admin")),
    exception: &|_| group::audit_log_access().and(group::audit_approved().not()),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_08_names_groups_that_nobody_allowed() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name    | lower_name | audit_log_access | audit_approved
                   | prod     | g1       | admin   | admin      | yes              | no
                   | prod     | g2       | Audit   | audit      | yes              | yes
                   | prod     | g3       | Ops     | ops        | yes              | no
                   | prod     | g4       | Sales   | sales      | no               | no
                   | prod     | g5       | Hazy    | hazy       | -                | no
                   | prod     | g6       | Listed  | listed     | -                | yes
                   | lab      | g1       | Nolist  | nolist     | yes              | -
                   | lab      | g2       | Closed  | closed     | no               | -
        "), @"
        prod fail 1 of 5
        lab not-evaluable 0 of 2: 1 of 2 is undetermined; needed: The groups that may read the audit log, as `audit-groups` of the instance, and what the group grants.
        exceptions
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | audit_log_access | audit_approved | active_members
        prod     | g3         | Ops     | ops        | -          | -               | -               | yes              | no             | -
        undetermined
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | audit_log_access | audit_approved | active_members
        lab      | g1         | Nolist  | nolist     | -          | -               | -               | yes              | -              | -
        prod     | g5         | Hazy    | hazy       | -          | -               | -               | -                | no             | -
        ");
    }
}
