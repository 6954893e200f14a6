//! Groups without people, or without an owner.
//!
//! The groups that Retool makes itself cannot be deleted or merged, so they are no subjects.

use polars::prelude::{Expr, lit};

use super::{Reason, Rule, RuleKind, Severity, Subject, active_members, groups, reasons};
use crate::tables::Table;
use crate::tables::dictionary::group;

pub(super) static RULE: Rule = Rule {
    code: "PRV-16",
    name: "weak-group",
    title: "Group without people or without an owner",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at groups other than admin, editor, viewer and All Users. Exception: a group that grants anything on everything of a kind and has no active member, that has exactly one member, or of which the configuration names no owner.",
    risk: "Groups without a need or an owner pile up, and with them forgotten access.",
    remedy: "Delete the group, merge it with another, or name its owner under group-owners of the instance.",
    missing: "The owners of each group under `group-owners` of the instance, what the group grants, and who is in it.",
    sentence: "The group {subject} {reasons}.",
    subject: Subject::Group,
    reads: &[Table::Groups],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let people = [group::members(), group::active_members(), group::has_owner()];
        let why = reasons([
            Reason::new(empty(), "grants something and has no active member"),
            Reason::new(group::members().eq(lit(1)), "has a single member"),
            Reason::new(group::has_owner().not(), "has no owner in the configuration"),
        ]);
        groups(view, [group::query_library_access()].into_iter().chain(people).chain([why]))
    },
    population: &|_| {
        let own =
            ["admin", "editor", "viewer", "all users"].map(|it| group::lower_name().neq(lit(it)));
        own.into_iter().fold(lit(true), |res, it| res.and(it))
    },
    exception: &|_| empty().or(group::members().eq(lit(1))).or(group::has_owner().not()),
};

/// Whether the group grants something and none of its members may sign in.
fn empty() -> Expr {
    let levels = [group::app_access(), group::resource_access(), group::workflow_access()];
    let levels = levels.into_iter().chain([group::query_library_access()]);
    let grants = levels.map(|level| level.neq(lit("none"))).fold(lit(false), |res, it| res.or(it));
    active_members().up_to(0).and(grants)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_16_has_three_reasons() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name   | lower_name | app_access | resource_access | workflow_access | query_library_access | members | active_members | has_owner
                   | prod     | g1       | Ops    | ops        | use        | none            | none            | none                 | 2       | 2              | yes
                   | prod     | g2       | Empty  | empty      | use        | none            | none            | none                 | 3       | 0              | yes
                   | prod     | g3       | Idle   | idle       | none       | none            | none            | none                 | 0       | 0              | yes
                   | prod     | g4       | Alone  | alone      | none       | none            | none            | none                 | 1       | 1              | yes
                   | prod     | g5       | Stray  | stray      | none       | none            | none            | none                 | 4       | 4              | no
                   | prod     | g6       | editor | editor     | edit       | own             | edit            | edit                 | 0       | 0              | no
                   | prod     | g7       | Dark   | dark       | none       | -               | none            | none                 | 2       | 0              | yes
                   | prod     | g8       | Hazy   | hazy       | use        | none            | none            | none                 | -       | -              | yes
                   | lab      | g1       | Nolist | nolist     | use        | none            | none            | none                 | 2       | 2              | -
                   | lab      | g2       | Single | single     | use        | none            | none            | none                 | 1       | 1              | -
        "), @"
        prod fail 3 of 7
        lab fail 1 of 2
        exceptions
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | query_library_access | members | active_members | has_owner | reasons
        lab      | g2         | Single  | single     | use        | none            | none            | none                 | 1       | 1              | -         | has a single member
        prod     | g2         | Empty   | empty      | use        | none            | none            | none                 | 3       | 0              | yes       | grants something and has no active member
        prod     | g4         | Alone   | alone      | none       | none            | none            | none                 | 1       | 1              | yes       | has a single member
        prod     | g5         | Stray   | stray      | none       | none            | none            | none                 | 4       | 4              | no        | has no owner in the configuration
        undetermined
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | query_library_access | members | active_members | has_owner | reasons
        lab      | g1         | Nolist  | nolist     | use        | none            | none            | none                 | 2       | 2              | -         |
        prod     | g7         | Dark    | dark       | none       | -               | none            | none                 | 2       | 0              | yes       |
        prod     | g8         | Hazy    | hazy       | use        | none            | none            | none                 | -       | -              | yes       |
        ");
    }

    #[test]
    fn prv_16_needs_one_active_member() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name  | lower_name | app_access | resource_access | workflow_access | query_library_access | members | active_members | active_members_at_least | active_members_at_most | has_owner
                   | prod     | g1       | Alive | alive      | use        | none            | none            | none                 | 2       | -              | 1                       | 2                      | yes
                   | prod     | g2       | Hazy  | hazy       | use        | none            | none            | none                 | 2       | -              | 0                       | 2                      | yes
        "), @"
        prod not-evaluable 0 of 2: 1 of 2 is undetermined; needed: The owners of each group under `group-owners` of the instance, what the group grants, and who is in it.
        undetermined
        instance | subject_id | subject | lower_name | app_access | resource_access | workflow_access | query_library_access | members | active_members | active_members_at_least | active_members_at_most | has_owner | reasons
        prod     | g2         | Hazy    | hazy       | use        | none            | none            | none                 | 2       | -              | 0                       | 2                      | yes       |
        ");
    }
}
