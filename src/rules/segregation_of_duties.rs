//! People who hold two duties that do not go together.
//!
//! The groups of all accounts of a person count, in all instances. Disabled accounts are no
//! subjects, but their groups count: they come back with the account.

use polars::prelude::{Expr, lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "PRV-10",
    name: "segregation-of-duties",
    title: "One person holds two incompatible duties",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active accounts. Exception: an account whose person is, with any account on any instance, in both groups of a pair that the configuration keeps apart.",
    risk: "A person who makes a payment and also approves it needs no second person to take the money.",
    remedy: "Take the person out of one of the two groups under Settings > Groups.",
    missing: "Every group of the person: the members of every group, on every instance, and whose account this is.",
    sentence: "The person behind {subject} is in groups that the configuration keeps apart: {together}[; on {instance}, the account is in {groups}].",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[&PAIRS],
    sql: None,
    subjects: &|view, parameters| {
        let facts = [user::active(), user::person_id(), user::groups()];
        let together = parameters.pairs_in(&PAIRS, &user::duties()).alias("together");
        let duties = [user::duties(), user::duties_at_most(), together];
        accounts(view, facts.into_iter().chain(duties))
    },
    population: &|_| user::active(),
    exception: &|parameters| {
        let both = |groups: Expr| parameters.any_pair_in(&PAIRS, &groups);
        let never = both(user::duties_at_most()).not();
        both(user::duties()).or(when(never).then(lit(false)).otherwise(unknown()))
    },
};

static PAIRS: Parameter = Parameter {
    key: "pairs",
    default: DefaultValue::Pairs,
    about: "pairs of groups that no person may be in at once",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::{check, check_with};
    use crate::config::Value;

    const USERS: &str = "
            users | instance | user_id | label         | active | groups             | duties             | duties_at_most
                  | prod     | u1      | ann@acme.test | yes    | Makers             | makers             | makers
                  | prod     | u2      | bob@acme.test | yes    | Makers; Checks     | checks; makers     | checks; makers
                  | prod     | u3      | cat@acme.test | no     | Makers; Checks     | checks; makers     | checks; makers
                  | prod     | u4      | dan@acme.test | yes    | -                  | makers             | checks; makers
                  | prod     | u5      | eve@acme.test | yes    | -                  | checks; makers     | -
                  | prod     | u6      | fay@acme.test | -      | Makers; Checks     | checks; makers     | checks; makers
                  | prod     | u7      | gus@acme.test | yes    | All Makers; Checks | all makers; checks | all makers; checks
                  | prod     | u8      | hal@acme.test | yes    | -                  | makers             | makers; vault
                  | prod     | u9      | ida@acme.test | yes    | -                  | makers             | -
                  | lab      | u1      | bob@acme.test | yes    | Checks             | checks; makers     | checks; makers
        ";

    #[test]
    fn prv_10_counts_the_groups_of_all_accounts_of_a_person() {
        let pairs = Value::Pairs(vec![["makers".to_owned(), "checks".to_owned()]]);
        insta::assert_snapshot!(check_with(&RULE, &[("pairs", pairs)], USERS), @"
        prod fail 2 of 8
        lab fail 1 of 1
        exceptions
        instance | subject_id | subject       | active | person_id | groups         | duties         | duties_at_most | together
        lab      | u1         | bob@acme.test | yes    | -         | Checks         | checks; makers | checks; makers | makers and checks
        prod     | u2         | bob@acme.test | yes    | -         | Makers; Checks | checks; makers | checks; makers | makers and checks
        prod     | u5         | eve@acme.test | yes    | -         | -              | checks; makers | -              | makers and checks
        undetermined
        instance | subject_id | subject       | active | person_id | groups         | duties         | duties_at_most | together
        prod     | u4         | dan@acme.test | yes    | -         | -              | makers         | checks; makers | -
        prod     | u6         | fay@acme.test | -      | -         | Makers; Checks | checks; makers | checks; makers | makers and checks
        prod     | u9         | ida@acme.test | yes    | -         | -              | makers         | -              | -
        ");
    }

    #[test]
    fn prv_10_says_nothing_without_pairs() {
        insta::assert_snapshot!(check(&RULE, USERS), @"
        prod not-evaluable 0 of 0: the configuration has no `pairs` for the rule
        lab not-evaluable 0 of 0: the configuration has no `pairs` for the rule
        ");
    }
}
