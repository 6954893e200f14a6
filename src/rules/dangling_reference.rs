//! Accounts and groups that are named and are not there.
//!
//! A member that no list of users has is one subject, however many groups name it.

use polars::prelude::{DataType, Expr, UnionArgs, col, concat, len, lit, when};

use super::{Rule, RuleKind, Severity, Subject};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::{membership, reference, user};

pub(super) static RULE: Rule = Rule {
    code: "EVD-04",
    name: "dangling-reference",
    title: "Reference to an account or group that does not exist",
    kind: RuleKind::Evidence,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every member of a group, every inviter and group of an invitation, and every owner of a token. Exception: a reference to an account or group that no list of the instance has.",
    risk: "Access of an account that is in no list is not reviewed.",
    remedy: concat!(
        "Find out what the id belonged to, then remove the membership under Settings > Groups, revoke the invitation under Settings > Users, or revoke the token under ",
        menu!(tokens),
        ".",
    ),
    missing: "The invitations, the tokens and the members of every group, each with whom it names.",
    sentence: "On {instance}, {subject} is {target}, and there is no such account or group.",
    subject: Subject::Reference,
    reads: &[Table::Users, Table::Memberships, Table::References],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        // Every account is in All Users, so its members count only where no list of users has them.
        let in_a_group = user::n_groups().gt(lit(0)).or(user::n_groups_at_least().gt(lit(0)));
        let known = view.get(Table::Users).filter(in_a_group).select([
            user::instance(),
            user::user_id().alias("subject_id"),
            lit(A_MEMBER).alias("subject"),
            user::user_id().alias("target"),
            lit(true).alias("resolved"),
        ]);
        let lost = view.get(Table::Memberships).filter(membership::resolved().not());
        let lost = lost.group_by([membership::instance(), membership::user_id()]).agg([
            membership::group_name().first().alias("lost_group"),
            len().alias("lost_groups"),
        ]);
        let lost = lost.select([
            membership::instance(),
            membership::user_id().alias("subject_id"),
            lost_member().alias("subject"),
            membership::user_id().alias("target"),
            lit(false).alias("resolved"),
        ]);
        let others = view.get(Table::References).select([
            reference::instance(),
            reference::reference_id().alias("subject_id"),
            reference::label().alias("subject"),
            reference::target(),
            reference::resolved(),
        ]);
        concat([known, lost, others], UnionArgs::default()).expect("queries")
    },
    population: &|_| lit(true),
    exception: &|_| reference::resolved().not(),
};

const A_MEMBER: &str = "a member of a group";

/// A member whom no list of users has, by the groups.
fn lost_member() -> Expr {
    let of_one = lit("a member of ") + col("lost_group");
    let others = (col("lost_groups") - lit(1)).cast(DataType::String);
    let of_all = of_one.clone() + lit(" (more such groups: ") + others + lit(")");
    let member = when(col("lost_groups").gt(lit(1))).then(of_all).otherwise(of_one);
    member.fill_null(lit(A_MEMBER))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_04_looks_up_everything_that_is_named() {
        insta::assert_snapshot!(check(&RULE, "
            users       | instance | user_id | n_groups | n_groups_at_least
                        | prod     | u1      | 2        | -
                        | prod     | u2      | 0        | -
                        | lab      | u1      | -        | 1
                        | lab      | u2      | -        | 0
            memberships | instance | user_id | group_id | group_name | implicit | resolved
                        | prod     | u1      | g1       | Drivers    | no       | yes
                        | prod     | u1      | g2       | Stock      | no       | yes
                        | prod     | u9      | g1       | Drivers    | no       | no
                        | prod     | u9      | g2       | Stock      | no       | no
                        | prod     | u2      | g3       | All Users  | yes      | yes
            references  | instance | reference_id  | label                   | target | resolved
                        | prod     | inviter i1    | the inviter of ann      | u1     | yes
                        | prod     | owner t1      | the owner of token etl  | 77     | no
                        | prod     | owner t2      | the owner of token sync | -      | -
                        | lab      | access-tokens | what tokens would name  | -      | -
        "), @"
        prod fail 2 of 5
        lab not-evaluable 0 of 2: 1 of 2 is undetermined; needed: The invitations, the tokens and the members of every group, each with whom it names.
        exceptions
        instance | subject_id | subject                                   | target | resolved
        prod     | owner t1   | the owner of token etl                    | 77     | no
        prod     | u9         | a member of Drivers (more such groups: 1) | u9     | no
        undetermined
        instance | subject_id    | subject                 | target | resolved
        lab      | access-tokens | what tokens would name  | -      | -
        prod     | owner t2      | the owner of token sync | -      | -
        ");
    }

    #[test]
    fn evd_04_asks_all_users_too() {
        insta::assert_snapshot!(check(&RULE, "
            users       | instance | user_id | n_groups
                        | prod     | u1      | 0
            memberships | instance | user_id | group_id | implicit | resolved
                        | prod     | u1      | g1       | yes      | yes
                        | prod     | u9      | g1       | yes      | no
            references  | instance | reference_id | label | target | resolved
        "), @"
        prod fail 1 of 1
        exceptions
        instance | subject_id | subject             | target | resolved
        prod     | u9         | a member of a group | u9     | no
        ");
    }
}
