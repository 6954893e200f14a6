//! What every account is given.

use polars::prelude::{DataType, Expr, JoinType, LazyFrame, NULL, UnionArgs, col, concat, lit};

use super::{Escalation, REASONS, Reason, Rule, RuleKind, Severity, Subject, groups, reasons};
use crate::tables::dictionary::{group, setting};
use crate::tables::{Table, View};

pub(super) static RULE: Rule = Rule {
    code: "PRV-07",
    name: "all-users-access",
    title: "All Users grants access to everyone",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: Some(Escalation {
        to: Severity::Critical,
        words: "everyone owns something, or may change resources",
        when: &|_| everyone_may_change(),
    }),
    predicate: "Looks at the group All Users of each instance. Exception: a group All Users that grants anything on all apps, resources, workflows, agents or the query library, or access to the audit log, the list of users, account details or unpublished releases. One that grants anything on a kind that this version does not know is undetermined.",
    risk: "What All Users grants, every account has, external ones too, and no other group can take it away. Older organizations have such grants by default.",
    remedy: "Set every access of All Users to none under Settings > Groups; on the Free and Team plans Retool does not let you, so state that in the report.",
    missing: "What All Users grants, which the server did not send.",
    sentence: "Every account of {instance} has, through All Users: {reasons}.",
    subject: Subject::Group,
    reads: &[Table::Groups, Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let facts = [
            group::query_library_access(),
            group::audit_log_access(),
            group::user_list_access(),
            group::account_details_access(),
            group::unpublished_release_access(),
            group::agent_access(),
            group::other_access(),
            group::grants_others(),
        ];
        let level = |what: [&'static str; 2], level: fn() -> Expr| {
            Reason::with(level().neq(lit("none")), what, level())
        };
        let why = reasons([
            level(["", " on all apps"], group::app_access),
            level(["", " on all resources"], group::resource_access),
            level(["", " on all workflows"], group::workflow_access),
            level(["", " on the query library"], group::query_library_access),
            Reason::with(agents(), ["", " on all agents"], group::agent_access()),
            Reason::with(group::grants_others(), ["on other kinds ", ""], group::other_access()),
            Reason::new(group::audit_log_access(), "the audit log"),
            Reason::new(group::user_list_access(), "the list of users"),
            Reason::new(group::account_details_access(), "account details"),
            Reason::new(group::unpublished_release_access(), "unpublished releases"),
        ]);
        let listed = groups(view, facts.into_iter().chain([why]));
        concat([listed.clone(), lacking(view, &listed)], UnionArgs::default()).expect("two queries")
    },
    population: &|_| group::lower_name().eq(lit("all users")),
    exception: &|_| {
        let levels = [group::app_access(), group::resource_access(), group::workflow_access()];
        let levels = levels.into_iter().chain([group::query_library_access()]);
        let granted = levels.map(|level| level.neq(lit("none")));
        let flags = [
            group::audit_log_access(),
            group::user_list_access(),
            group::account_details_access(),
            group::unpublished_release_access(),
        ];
        let facts = granted.chain(flags).chain([agents(), group::grants_others()]);
        facts.fold(lit(false), |res, it| res.or(it))
    },
};

/// All Users of the instances whose list of groups lacks it, which every instance has: what it
/// grants is unknown.
fn lacking(view: &View, listed: &LazyFrame) -> LazyFrame {
    let there = listed.clone().filter(group::lower_name().eq(lit("all users")));
    let there = there.select([group::instance(), lit(true).alias("there")]);
    let asked = view.get(Table::Settings).select([setting::instance()]);
    let by = [setting::instance()];
    let asked = asked.join(there, by.clone(), by, JoinType::Left.into());
    let lacking = asked.filter(col("there").is_null()).select([
        setting::instance(),
        lit("all users").alias("subject_id"),
        lit("All Users, which the list of groups lacks").alias("subject"),
        lit("all users").alias("lower_name"),
    ]);
    let levels = ["app_access", "resource_access", "workflow_access", "query_library_access"];
    let flags = [
        "audit_log_access",
        "user_list_access",
        "account_details_access",
        "unpublished_release_access",
    ];
    let silent = |name: &str, kind: DataType| lit(NULL).cast(kind).alias(name);
    let levels = levels.map(|name| silent(name, DataType::String));
    let flags = flags.map(|name| silent(name, DataType::Boolean));
    let others = [
        silent("agent_access", DataType::String),
        lit("").alias("other_access"),
        silent("grants_others", DataType::Boolean),
        lit("").alias(REASONS),
    ];
    lacking.with_columns(levels.into_iter().chain(flags).chain(others).collect::<Vec<_>>())
}

/// Whether the group grants anything on all agents, where the server sends them.
fn agents() -> Expr {
    group::agent_access().neq(lit("none")).and(group::agent_access().neq(lit("")))
}

fn everyone_may_change() -> Expr {
    let owns = [
        group::app_access(),
        group::resource_access(),
        group::workflow_access(),
        group::agent_access(),
    ];
    let owns = owns.map(|own| own.eq(lit("own")));
    let changes = group::resource_access().eq(lit("edit"));
    owns.into_iter().fold(changes, |res, it| res.or(it))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_07_names_whatever_everyone_has() {
        insta::assert_snapshot!(check(&RULE, "
            groups | instance | group_id | name      | lower_name | app_access | resource_access | workflow_access | query_library_access | audit_log_access | user_list_access | account_details_access | unpublished_release_access | agent_access | other_access | grants_others
                   | bare     | g1       | All Users | all users  | none       | none            | none            | none                 | no               | no               | no                     | no | none |  | no
                   | apps     | g1       | All Users | all users  | use        | none            | none            | none                 | no               | no               | no                     | no | none |  | no
                   | list     | g1       | All Users | all users  | none       | none            | none            | none                 | no               | yes              | no                     | no | none |  | no
                   | old      | g1       | All Users | all users  | edit       | own             | edit            | none                 | no               | no               | no                     | no | none |  | no
                   | hazy     | g1       | All Users | all users  | none       | none            | none            | none                 | no               | -                | no                     | no | none |  | no
                   | bots     | g1       | All Users | all users  | none       | none            | none            | none                 | no               | no               | no                     | no | use | | no
                   | older    | g1       | All Users | all users  | none       | none            | none            | none                 | no               | no               | no                     | no |     | | no
                   | moon     | g1       | All Users | all users  | none       | none            | none            | none                 | no               | no               | no                     | no | none | moon use | -
                   | bare     | g2       | Sales     | sales      | own        | own             | own             | edit                 | yes              | yes              | yes                    | yes | none |  | no
                   | lost     | g2       | Sales     | sales      | none       | none            | none            | none                 | no               | no               | no                     | no | none |  | no
            settings | instance
                   | bare
                   | apps
                   | list
                   | old
                   | hazy
                   | bots
                   | older
                   | moon
                   | lost
        "), @"
        bare pass 0 of 1
        apps fail 1 of 1
        list fail 1 of 1
        old fail 1 of 1
        hazy not-evaluable 0 of 1: 1 of 1 is undetermined; needed: What All Users grants, which the server did not send.
        bots fail 1 of 1
        older pass 0 of 1
        moon not-evaluable 0 of 1: 1 of 1 is undetermined; needed: What All Users grants, which the server did not send.
        lost not-evaluable 0 of 1: 1 of 1 is undetermined; needed: What All Users grants, which the server did not send.
        exceptions
        instance | subject_id | subject   | lower_name | app_access | resource_access | workflow_access | query_library_access | audit_log_access | user_list_access | account_details_access | unpublished_release_access | agent_access | other_access | grants_others | reasons                                                             | escalated
        apps     | g1         | All Users | all users  | use        | none            | none            | none                 | no               | no               | no                     | no                         | none         |              | no            | use on all apps                                                     | no
        bots     | g1         | All Users | all users  | none       | none            | none            | none                 | no               | no               | no                     | no                         | use          |              | no            | use on all agents                                                   | no
        list     | g1         | All Users | all users  | none       | none            | none            | none                 | no               | yes              | no                     | no                         | none         |              | no            | the list of users                                                   | no
        old      | g1         | All Users | all users  | edit       | own             | edit            | none                 | no               | no               | no                     | no                         | none         |              | no            | edit on all apps and own on all resources and edit on all workflows | yes
        undetermined
        instance | subject_id | subject                                   | lower_name | app_access | resource_access | workflow_access | query_library_access | audit_log_access | user_list_access | account_details_access | unpublished_release_access | agent_access | other_access | grants_others | reasons
        hazy     | g1         | All Users                                 | all users  | none       | none            | none            | none                 | no               | -                | no                     | no                         | none         |              | no            |
        lost     | all users  | All Users, which the list of groups lacks | all users  | -          | -               | -               | -                    | -                | -                | -                      | -                          | -            |              | -             |
        moon     | g1         | All Users                                 | all users  | none       | none            | none            | none                 | no               | no               | no                     | no                         | none         | moon use     | -             |
        ");
    }
}
