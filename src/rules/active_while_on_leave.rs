//! Accounts of people who are away for long.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject, accounts, tier};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-08",
    name: "active-while-on-leave",
    title: "Account is active during a long leave",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: Some(Escalation {
        to: Severity::Medium,
        words: "the account is an administrator or may change what others use",
        when: &|_| tier().up_to(1),
    }),
    predicate: "Looks at active accounts whose person the roster knows. Exception: an account whose person has been on leave for more than the allowed days.",
    risk: "What happens with an account whose owner is away for months goes unnoticed.",
    remedy: "Disable the account under Settings > Users while the person is away, and enable it when they return.",
    missing: "The person behind the account, where the address belongs to several, that person's status, and the first day of the leave, in the roster.",
    sentence: "The person behind {subject} has been on leave for {on_leave_for}, and the account can sign in to {instance}; allowed: {=days}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&DAYS],
    sql: None,
    subjects: &|view, _| {
        let person = [
            user::roster_match(),
            user::roster_status(),
            user::on_leave_for(),
            user::roster_contradiction(),
        ];
        let account = [user::active(), user::last_active(), user::never_active(), user::tier()];
        accounts(view, account.into_iter().chain(person))
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|parameters| {
        let away = user::roster_status().eq(lit("leave"));
        away.and(user::on_leave_for().gt(parameters.days(&DAYS)))
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(30),
    about: "days of leave after which the account must be disabled",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_08_counts_days_since_the_leave_began() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_status | on_leave_for | tier
                   | prod     | u1      | ann@acme.test | yes    | matched      | leave         | 30d           | 3
                   | prod     | u2      | bob@acme.test | yes    | matched      | leave         | 30d1s         | 3
                   | prod     | u3      | cat@acme.test | yes    | matched      | leave         | 30d1s         | 1
                   | prod     | u4      | dan@acme.test | no     | matched      | leave         | 90d           | 3
                   | prod     | u5      | eve@acme.test | yes    | matched      | active        | -             | 3
                   | prod     | u6      | fay@acme.test | yes    | matched      | leave         | -             | 3
                   | prod     | u7      | gus@acme.test | yes    | ambiguous    | -             | -             | 3
                   | prod     | u8      | hal@acme.test | yes    | unmatched    |               | -             | 3
                   | prod     | u9      | ida@acme.test | -      | matched      | leave         | 30d1s         | 3
            roster | instance | person_id
        "), @"
        prod fail 2 of 7
        exceptions
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | on_leave_for     | roster_contradiction | escalated
        prod     | u2         | bob@acme.test | yes    | -           | -            | 3    | matched      | leave         | 30 days 1 second | -                    | no
        prod     | u3         | cat@acme.test | yes    | -           | -            | 1    | matched      | leave         | 30 days 1 second | -                    | yes
        undetermined
        instance | subject_id | subject       | active | last_active | never_active | tier | roster_match | roster_status | on_leave_for     | roster_contradiction
        prod     | u6         | fay@acme.test | yes    | -           | -            | 3    | matched      | leave         | -                | -
        prod     | u7         | gus@acme.test | yes    | -           | -            | 3    | ambiguous    | -             | -                | -
        prod     | u9         | ida@acme.test | -      | -           | -            | 3    | matched      | leave         | 30 days 1 second | -
        ");
    }
}
