//! Groups that own everything of a kind.

use polars::prelude::lit;

use super::{Controls, Rule, Severity, Subject, groups};
use crate::tables::Table;
use crate::tables::dictionary::group;

pub(super) static RULE: Rule = Rule {
    code: "PRV-06",
    name: "group-with-universal-own",
    title: "Group owns all apps, resources or workflows",
    severity: Severity::High,
    escalation: None,
    controls: Controls {
        soc2: &["CC6.3"],
        iso27001: &["A.5.15", "A.8.3"],
        nist80053: &["AC-6", "AC-3(7)"],
        pci: &["7.2.1", "7.2.2"],
        cis: &["3.3", "6.8"],
    },
    predicate: "Looks at groups other than admin that have an active member. An exception is one that owns all apps, all resources or all workflows.",
    risk: "Whoever owns everything of a kind is an administrator in all but name, and does not stand in the list of administrators.",
    remedy: "Lower the access on all apps, resources and workflows under Settings > Groups, and grant folders instead.",
    missing: "What the group grants and who is in it, which the server did not send.",
    sentence: "The group {subject} owns everything of a kind: apps {app_access}, resources {resource_access}, workflows {workflow_access}. Active members: {active_members}.",
    subject: Subject::Group,
    reads: &[Table::Groups],
    params: &[],
    sql: None,
    candidates: &|view, _| groups(view, [group::active_members()]),
    population: &|_| {
        let custom = group::lower_name().neq(lit("admin"));
        custom.and(group::active_members().gt(lit(0)))
    },
    exception: &|_| {
        let [app, resource, workflow] =
            [group::app_access(), group::resource_access(), group::workflow_access()]
                .map(|it| it.eq(lit("own")));
        app.or(resource).or(workflow)
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_06_names_groups_that_own_a_kind() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name      | lower_name | active_members | app_access | resource_access | workflow_access
                   | prod     | g1       | admin     | admin      | 3              | own        | own             | own
                   | prod     | g2       | All Users | all users  | 9              | none       | own             | none
                   | prod     | g3       | Ops       | ops        | 2              | use        | own             | none
                   | prod     | g4       | Sales     | sales      | 2              | edit       | use             | none
                   | prod     | g5       | Empty     | empty      | 0              | own        | own             | own
                   | prod     | g6       | Hazy      | hazy       | 2              | -          | use             | none
                   | prod     | g7       | Sure      | sure       | 2              | -          | own             | none
        "), @"
        prod fail 3 of 5
        exceptions
        instance | subject_id | subject   | lower_name | app_access | resource_access | workflow_access | active_members
        prod     | g2         | All Users | all users  | none       | own             | none            | 9
        prod     | g3         | Ops       | ops        | use        | own             | none            | 2
        prod     | g7         | Sure      | sure       | -          | own             | none            | 2
        undetermined
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | active_members
        prod     | g6         | Hazy    | hazy       | -          | use             | none            | 2
        ");
    }
}
