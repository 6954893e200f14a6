//! Rights to build that are not used.
//!
//! Retool counts saved apps and no edits of workflows, so who only edits workflows is found too. An
//! account younger than the days has not had the time to use its right and is no exception; usage
//! of fewer days decides only about those who saved something.

use polars::prelude::{JoinType, col, lit};

use super::{MEMBER, Rule, RuleKind, Severity, Subject, is_persons, people, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::{usage, user};

pub(super) static RULE: Rule = Rule {
    code: "DRM-05",
    name: "unused-build-right",
    title: "Right to build that is not used",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at active accounts that may edit all apps, all workflows or all agents. Service accounts with an owner in the roster are left out. Exception: an account that is at least the allowed days old and saved no app in at least as many days before the collection. Retool counts saved apps only: an account that edits nothing but workflows or agents is an exception too.",
    risk: "An unused right to change apps serves only those who take the account over.",
    remedy: "Ask the account's owner, then move it to a group that grants use instead of edit under Settings > Groups.",
    missing: "Usage of at least as many days, the account's groups, and when the account was created.",
    sentence: "{subject} may build on {instance} and saved no app in {usage_days|day}; allowed: fewer than {=days}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Usage],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, _| {
        let usage = view.get(Table::Usage);
        let usage = usage.select([usage::account(), usage::app_saves(), usage::usage_days()]);
        let facts = [user::active(), user::builds_through_groups(), user::age(), user::account()];
        // By number: there are millions of accounts.
        let joined = people(view, facts).join(
            usage,
            [user::account()],
            [usage::account()],
            JoinType::Left.into(),
        );
        let facts = [user::active(), user::builds_through_groups(), user::age()];
        let subject = ["instance", "subject_id", "subject"].map(col);
        let context = [user::access_path(), user::manager(), col(MEMBER)];
        let did = [usage::app_saves(), usage::usage_days()];
        let columns = subject.into_iter().chain(facts).chain(context).chain(did);
        joined.select(columns.collect::<Vec<_>>())
    },
    population: &|_| is_persons().and(user::active()).and(user::builds_through_groups()),
    exception: &|parameters| {
        let days = || parameters.number(&DAYS);
        let covered = usage::usage_days().gt_eq(days()).or(unknown());
        let grown = user::age().gt_eq(parameters.days(&DAYS));
        usage::app_saves().eq(lit(0)).and(covered).and(grown)
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(90),
    about: "days without a saved app after which the right is not needed",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn drm_05_names_builders_who_save_nothing() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label         | active | builds_through_groups | age | account
                  | prod     | u1      | ann@acme.test | yes    | yes                   | 400d | 0
                  | prod     | u2      | bob@acme.test | yes    | yes                   | 400d | 1
                  | prod     | u3      | cat@acme.test | yes    | no                    | 400d | 2
                  | prod     | u4      | dan@acme.test | no     | yes                   | 400d | 3
                  | prod     | u5      | eve@acme.test | yes    | -                     | 400d | 4
                  | prod     | u6      | fay@acme.test | yes    | yes                   | 89d  | 5
                  | prod     | u7      | gus@acme.test | yes    | yes                   | 90d  | 6
                  | prod     | u8      | hal@acme.test | yes    | yes                   | -    | 7
                  | prod     | u9      | ida@acme.test | yes    | yes                   | 400d | 8
                  | month    | u1      | ann@acme.test | yes    | yes                   | 400d | 9
                  | month    | u2      | bob@acme.test | yes    | yes                   | 400d | 10
            usage | instance | user_id | app_saves | usage_days | account
                  | prod     | u1      | 7         | 90         | 0
                  | prod     | u2      | 0         | 90         | 1
                  | prod     | u3      | 0         | 90         | 2
                  | prod     | u4      | 0         | 90         | 3
                  | prod     | u5      | 0         | 90         | 4
                  | prod     | u6      | 0         | 90         | 5
                  | prod     | u7      | 0         | 90         | 6
                  | prod     | u8      | 0         | 90         | 7
                  | prod     | u9      | -         | 90         | 8
                  | month    | u1      | 7         | 30         | 9
                  | month    | u2      | 0         | 30         | 10
        "), @"
        prod fail 2 of 7
        month not-evaluable 0 of 2: 1 of 2 is undetermined; needed: Usage of at least as many days, the account's groups, and when the account was created.
        exceptions
        instance | subject_id | subject       | active | builds_through_groups | age      | app_saves | usage_days
        prod     | u2         | bob@acme.test | yes    | yes                   | 400 days | 0         | 90
        prod     | u7         | gus@acme.test | yes    | yes                   | 90 days  | 0         | 90
        undetermined
        instance | subject_id | subject       | active | builds_through_groups | age      | app_saves | usage_days
        month    | u2         | bob@acme.test | yes    | yes                   | 400 days | 0         | 30
        prod     | u5         | eve@acme.test | yes    | -                     | 400 days | 0         | 90
        prod     | u8         | hal@acme.test | yes    | yes                   | -        | 0         | 90
        prod     | u9         | ida@acme.test | yes    | yes                   | 400 days | -         | 90
        ");
    }

    #[test]
    fn drm_05_cannot_judge_without_usage() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | active | builds_through_groups
                  | prod     | u1      | yes    | yes
        "), @"prod not-evaluable 0 of 0: there is no usage");
    }
}
