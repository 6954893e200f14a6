//! Lists that are suddenly much longer or shorter, and groups that lost every member.
//!
//! A group that is gone altogether is covered by `group-rights-changed`.

use polars::prelude::{Expr, lit, when};

use super::{Rule, RuleKind, Severity, Subject};
use crate::menus::menu;
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::swing;

pub(super) static RULE: Rule = Rule {
    code: "EVD-06",
    name: "population-swing",
    title: "Unexpected change in population size",
    kind: RuleKind::Evidence,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at the number of accounts, the number of memberships besides All Users, and the members of every group that is there at both times. Exception: a number of accounts or memberships that differs from the previous snapshot by more than the allowed number and the allowed share, or a group that had members and has none.",
    risk: "A list that halves overnight has been wiped, cut short, or taken from somewhere else. Either way it was not planned.",
    remedy: concat!(
        "Confirm the change with a ticket; otherwise restore the members under Settings > Groups and find out who removed them in ",
        menu!(audit_log),
        ".",
    ),
    missing: "How long the list is at both times, with the members of every group.",
    sentence: "On {instance}, {subject} went from {before} to {after}; allowed change: {=least}, or {=percent}.",
    subject: Subject::Population,
    reads: &[Table::Swings],
    params: &[&LEAST, &SHARE],
    subjects: &|view, _| {
        view.get(Table::Swings).select([
            swing::instance(),
            swing::population_id().alias("subject_id"),
            swing::label().alias("subject"),
            swing::kind(),
            swing::before(),
            swing::after(),
        ])
    },
    population: &|_| lit(true),
    exception: &|parameters| {
        let by = swing::after() - swing::before();
        let by = || when(by.clone().lt(lit(0))).then(lit(0) - by.clone()).otherwise(by.clone());
        let many = by().gt(parameters.number(&LEAST));
        let much = (by() * lit(100)).gt(swing::before() * parameters.number(&SHARE));
        let emptied: Expr = swing::before().gt(lit(0)).and(swing::after().eq(lit(0)));
        when(swing::kind().eq(lit("group"))).then(emptied).otherwise(many.and(much))
    },
    sql: None,
};

static LEAST: Parameter = Parameter {
    key: "least",
    default: DefaultValue::Number(10),
    about: "records by which a list may grow or shrink in any case",
};

static SHARE: Parameter = Parameter {
    key: "percent",
    default: DefaultValue::Number(20),
    about: "percent by which a list may grow or shrink where that is more",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_06_allows_ten_or_a_fifth() {
        insta::assert_snapshot!(check(&RULE, "
            swings | instance | population_id | label                | kind        | before | after
                   | prod     | users         | the list of users    | users       | 100    | 121
                   | prod     | memberships   | the memberships      | memberships | 100    | 79
                   | lab      | users         | the list of users    | users       | 100    | 120
                   | lab      | memberships   | the memberships      | memberships | 11     | 21
                   | calm     | users         | the list of users    | users       | 20     | 10
                   | tiny     | users         | the list of users    | users       | 11     | 22
                   | tiny     | memberships   | the memberships      | memberships | 100    | -
        "), @"
        prod fail 2 of 2
        lab pass 0 of 2
        calm pass 0 of 1
        tiny fail 1 of 2
        exceptions
        instance | subject_id  | subject           | kind        | before | after
        prod     | memberships | the memberships   | memberships | 100    | 79
        prod     | users       | the list of users | users       | 100    | 121
        tiny     | users       | the list of users | users       | 11     | 22
        undetermined
        instance | subject_id  | subject         | kind        | before | after
        tiny     | memberships | the memberships | memberships | 100    | -
        ");
    }

    #[test]
    fn evd_06_asks_of_groups_only_whether_they_lost_everybody() {
        insta::assert_snapshot!(check(&RULE, "
            swings | instance | population_id | label          | kind  | before | after
                   | prod     | group 1       | the members of Finance | group | 100 | 1
                   | prod     | group 2       | the members of Fleet   | group | 1   | 0
                   | prod     | group 3       | the members of Data    | group | 0   | 0
                   | prod     | group 4       | the members of Care    | group | -   | 0
        "), @"
        prod fail 1 of 4
        exceptions
        instance | subject_id | subject              | kind  | before | after
        prod     | group 2    | the members of Fleet | group | 1      | 0
        undetermined
        instance | subject_id | subject             | kind  | before | after
        prod     | group 4    | the members of Care | group | -      | 0
        ");
    }

    #[test]
    fn evd_06_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no swing");
    }
}
