//! Groups that own everything of a kind.

use polars::prelude::{Expr, lit};

use super::{Rule, RuleKind, Severity, Subject, active_members, groups};
use crate::subjects::{Reason, reasons};
use crate::tables::Table;
use crate::tables::dictionary::group;

pub(super) static RULE: Rule = Rule {
    code: "PRV-06",
    name: "group-with-universal-own",
    title: "Group owns all apps, resources, workflows or agents",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at groups other than admin that have an active member. Exception: a group that owns all apps, all resources, all workflows or all agents. One that may change everything of a kind that this version does not know is undetermined.",
    risk: "Whoever owns everything of a kind is an administrator in all but name, and does not stand in the list of administrators.",
    remedy: "Lower the access on all apps, resources, workflows and agents under Settings > Groups, and grant folders instead.",
    missing: "What the group grants and who is in it, which the server did not send.",
    sentence: "The group {subject} of {instance} owns {reasons}[; active members: {active_members}].",
    subject: Subject::Group,
    reads: &[Table::Groups],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        groups(
            view,
            [
                group::agent_access(),
                group::other_access(),
                group::others_change(),
                group::active_members(),
                owned(),
            ],
        )
    },
    population: &|_| {
        let custom = group::lower_name().neq(lit("admin"));
        custom.and(active_members().up_to(0).not())
    },
    exception: &|_| {
        let owns = kinds().map(|(_, access)| access.eq(lit("own")));
        owns.into_iter().fold(group::others_change(), Expr::or)
    },
};

/// What a group may own all of, in words.
fn kinds() -> [(&'static str, Expr); 4] {
    [
        ("all apps", group::app_access()),
        ("all resources", group::resource_access()),
        ("all workflows", group::workflow_access()),
        ("all agents", group::agent_access()),
    ]
}

/// What the group owns, as far as the server tells.
fn owned() -> Expr {
    let known = kinds().map(|(words, access)| Reason::new(access.eq(lit("own")), words));
    let others = Reason::new(group::others_change(), "all objects of another kind");
    reasons(known.into_iter().chain([others]))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_06_names_groups_that_own_a_kind() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name      | lower_name | active_members | app_access | resource_access | workflow_access | agent_access | other_access | others_change
                   | prod     | g1       | admin     | admin      | 3              | own        | own             | own | none |  | no
                   | prod     | g2       | All Users | all users  | 9              | none       | own             | none | none |  | no
                   | prod     | g3       | Ops       | ops        | 2              | use        | own             | none | none |  | no
                   | prod     | g4       | Sales     | sales      | 2              | edit       | use             | none | none |  | no
                   | prod     | g5       | Empty     | empty      | 0              | own        | own             | own | none |  | no
                   | prod     | g6       | Hazy      | hazy       | 2              | -          | use             | none | none |  | no
                   | prod     | g7       | Sure      | sure       | 2              | -          | own             | none | none |  | no
                   | prod     | g8       | Bots      | bots       | 2              | use        | use             | none            | own  |  | no
                   | prod     | g9       | Older     | older      | 2              | use        | use             | none            |      |  | no
                   | prod     | h1       | Moon      | moon       | 2              | use        | use             | none            | none | moon own | -
        "), @"
        prod fail 4 of 8
        exceptions
        instance | subject_id | subject   | lower_name | app_access | resource_access | workflow_access | agent_access | other_access | others_change | active_members | reasons
        prod     | g2         | All Users | all users  | none       | own             | none            | none         |              | no            | 9              | all resources
        prod     | g3         | Ops       | ops        | use        | own             | none            | none         |              | no            | 2              | all resources
        prod     | g7         | Sure      | sure       | -          | own             | none            | none         |              | no            | 2              | all resources
        prod     | g8         | Bots      | bots       | use        | use             | none            | own          |              | no            | 2              | all agents
        undetermined
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | agent_access | other_access | others_change | active_members | reasons
        prod     | g6         | Hazy    | hazy       | -          | use             | none            | none         |              | no            | 2              |
        prod     | h1         | Moon    | moon       | use        | use             | none            | none         | moon own     | -             | 2              |
        ");
    }

    #[test]
    fn prv_06_needs_one_active_member() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name  | lower_name | app_access | resource_access | workflow_access | active_members | active_members_at_least | active_members_at_most
                   | prod     | g1       | Alive | alive      | own        | none            | none            | -              | 1                       | 2
                   | prod     | g2       | Hazy  | hazy       | own        | none            | none            | -              | 0                       | 2
        "), @"
        prod fail 1 of 2
        exceptions
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | agent_access | other_access | others_change | active_members | active_members_at_least | active_members_at_most | reasons
        prod     | g1         | Alive   | alive      | own        | none            | none            | -            | -            | -             | -              | 1                       | 2                      | all apps
        undetermined
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | agent_access | other_access | others_change | active_members | active_members_at_least | active_members_at_most | reasons
        prod     | g2         | Hazy    | hazy       | own        | none            | none            | -            | -            | -             | -              | 0                       | 2                      | all apps
        ");
    }
}
