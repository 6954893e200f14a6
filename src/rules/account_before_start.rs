//! Accounts of people who have not begun.
//!
//! Both halves of the predicate are read as speaking of people with the status `future`: an account
//! that was made long before a first day in the past has nothing to be disabled for any more, and
//! who comes back has a first day after the account.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, accounts};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-09",
    name: "account-before-start",
    title: "Account exists long before the person starts",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at active accounts whose person the roster knows. Exception: an account whose person has not begun, and begins in more than the allowed days or had the account created more than the allowed days before the first day.",
    risk: "An account that waits for its owner can be taken by whoever finds the invitation first.",
    remedy: "Disable the account under Settings > Users until the first day.",
    missing: "The person behind the account, where the address belongs to several, that person's status, and the first day, in the roster.",
    sentence: "The person behind {subject} begins in {until_start}, and the account was created {made_before_start} before that day; allowed: {=days} before it, and {=made-days} for the creation.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&AHEAD, &MADE],
    sql: None,
    subjects: &|view, _| {
        let person = [user::roster_match(), user::roster_status(), user::roster_contradiction()];
        let days = [user::until_start(), user::made_before_start()];
        let facts = [user::active(), user::tier()].into_iter().chain(person).chain(days);
        accounts(view, facts)
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|parameters| {
        let far = user::until_start().gt(parameters.days(&AHEAD));
        let early = user::made_before_start().gt(parameters.days(&MADE));
        user::roster_status().eq(lit("future")).and(far.or(early))
    },
};

static AHEAD: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(3),
    about: "days before the first day in which an account may be active",
};

static MADE: Parameter = Parameter {
    key: "made-days",
    default: DefaultValue::Number(14),
    about: "days before the first day in which an account may be created",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_09_counts_days_to_the_first_day() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_status | until_start | made_before_start
                   | prod     | u1      | ann@acme.test | yes    | matched      | future        | 3d               | 14d
                   | prod     | u2      | bob@acme.test | yes    | matched      | future        | 3d1s             | 5d
                   | prod     | u3      | cat@acme.test | yes    | matched      | future        | 3d               | 14d1s
                   | prod     | u4      | dan@acme.test | no     | matched      | future        | 30d              | 40d
                   | prod     | u5      | eve@acme.test | yes    | matched      | active        | -60d             | 400d
                   | prod     | u6      | fay@acme.test | yes    | matched      | future        | -                | -
                   | prod     | u7      | gus@acme.test | yes    | matched      | future        | 2d               | -
                   | prod     | u8      | hal@acme.test | yes    | ambiguous    | -             | -                | -
                   | prod     | u9      | ida@acme.test | -      | matched      | future        | 30d              | 40d
            roster | instance | person_id
        "), @"
        prod fail 2 of 8
        exceptions
        instance | subject_id | subject       | active | tier | roster_match | roster_status | roster_contradiction | until_start     | made_before_start
        prod     | u2         | bob@acme.test | yes    | -    | matched      | future        | -                    | 3 days 1 second | 5 days
        prod     | u3         | cat@acme.test | yes    | -    | matched      | future        | -                    | 3 days          | 14 days 1 second
        undetermined
        instance | subject_id | subject       | active | tier | roster_match | roster_status | roster_contradiction | until_start | made_before_start
        prod     | u6         | fay@acme.test | yes    | -    | matched      | future        | -                    | -           | -
        prod     | u7         | gus@acme.test | yes    | -    | matched      | future        | -                    | 2 days      | -
        prod     | u8         | hal@acme.test | yes    | -    | ambiguous    | -             | -                    | -           | -
        prod     | u9         | ida@acme.test | -      | -    | matched      | future        | -                    | 30 days     | 40 days
        ");
    }
}
