//! Unpublished releases in the hands of those who only use apps.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, groups};
use crate::tables::Table;
use crate::tables::dictionary::group;

pub(super) static RULE: Rule = Rule {
    code: "PRV-13",
    name: "unpublished-release-exposure",
    title: "People who only use apps see unpublished releases",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at all groups. Exception: a group that may open unpublished releases and grants on all apps nothing or use.",
    risk: "Who works with an untested change takes its mistakes for facts.",
    remedy: "Take the access to unpublished releases from the group under Settings > Groups.",
    missing: "What the group grants, which the server did not send.",
    sentence: "Members of {subject} may open unpublished releases, and their access to all apps is {app_access}.",
    subject: Subject::Group,
    reads: &[Table::Groups],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        groups(view, [group::unpublished_release_access(), group::active_members()])
    },
    population: &|_| lit(true),
    exception: &|_| {
        let no_builder = ["none", "use"].map(|it| group::app_access().eq(lit(it)));
        let [none, uses] = no_builder;
        group::unpublished_release_access().and(none.or(uses))
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_13_names_groups_that_only_use_apps() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name   | lower_name | app_access | unpublished_release_access
                   | prod     | g1       | Devs   | devs       | edit       | yes
                   | prod     | g2       | Sales  | sales      | use        | yes
                   | prod     | g3       | Guests | guests     | none       | yes
                   | prod     | g4       | Ops    | ops        | use        | no
                   | prod     | g5       | Hazy   | hazy       | use        | -
                   | prod     | g6       | New    | new        | -          | yes
                   | prod     | g7       | Sure   | sure       | -          | no
        "), @"
        prod fail 2 of 7
        exceptions
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | unpublished_release_access | active_members
        prod     | g2         | Sales   | sales      | use        | -               | -               | yes                        | -
        prod     | g3         | Guests  | guests     | none       | -               | -               | yes                        | -
        undetermined
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | unpublished_release_access | active_members
        prod     | g5         | Hazy    | hazy       | use        | -               | -               | -                          | -
        prod     | g6         | New     | new        | -          | -               | -               | yes                        | -
        ");
    }
}
