//! People with more than one active account on an instance.
//!
//! An account whose address belongs to several people counts for none of them and is undetermined
//! itself. A pair of an administrator's and a standard account is named by its addresses.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts, unknown};
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-11",
    name: "several-accounts",
    title: "Person has several active accounts on one instance",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at active accounts whose person the roster knows. Exception: an account whose person has another active account on the same instance, unless the configuration names it as part of an agreed pair.",
    risk: "A second account slips through the review of the first, and keeps what the first has lost.",
    remedy: "Keep one account per person and disable the others under Settings > Users, or name both addresses of an agreed pair under allowed.",
    missing: "The person behind the account, where the address belongs to several, and whether each account of the person is active.",
    sentence: "The person behind {subject} has {active_accounts|active account} on {instance}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[&ALLOWED],
    sql: None,
    subjects: &|view, _| {
        let account = [user::active(), user::login(), user::roster_match(), user::person_id()];
        let person = [user::active_accounts(), user::unknown_accounts()];
        accounts(view, account.into_iter().chain(person))
    },
    population: &|_| user::active().and(user::roster_match().neq(lit("unmatched"))),
    exception: &|parameters| {
        let several =
            |more: i64| (user::active_accounts() + user::unknown_accounts() * lit(more)).gt(lit(1));
        let perhaps = when(several(1)).then(unknown()).otherwise(several(0));
        let verdict = when(several(0)).then(lit(true)).otherwise(perhaps);
        when(user::login().is_in(parameters.words(&ALLOWED), false))
            .then(lit(false))
            .otherwise(verdict)
    },
};

static ALLOWED: Parameter = Parameter {
    key: "allowed",
    default: DefaultValue::Words(&[]),
    about: "addresses of agreed pairs of an administrator's and a standard account",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::{check, check_with};
    use crate::config::Value;

    fn allowed() -> Value {
        Value::Words(["ann@acme.test", "adm@acme.test"].map(str::to_owned).to_vec())
    }

    #[test]
    fn usr_11_counts_accounts_of_a_person() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label          | login          | active | roster_match | person_id | active_accounts | unknown_accounts
                   | prod     | u1      | ann@acme.test  | ann@acme.test  | yes    | matched      | 1         | 1               | 0
                   | prod     | u2      | ann@old.test   | ann@old.test   | no     | matched      | 1         | 1               | 0
                   | prod     | u3      | bob@acme.test  | bob@acme.test  | yes    | matched      | 2         | 2               | 0
                   | prod     | u4      | bob@old.test   | bob@old.test   | yes    | matched      | 2         | 2               | 0
                   | prod     | u5      | cat@acme.test  | cat@acme.test  | yes    | matched      | 3         | 1               | 1
                   | prod     | u6      | cat@old.test   | cat@old.test   | -      | matched      | 3         | 1               | 1
                   | prod     | u7      | dan@acme.test  | dan@acme.test  | yes    | ambiguous    | -         | -               | -
                   | prod     | u8      | eve@acme.test  | eve@acme.test  | yes    | unmatched    | -         | -               | -
                   | lab      | u1      | ann@old.test   | ann@old.test   | yes    | matched      | 1         | 1               | 0
            roster | instance | person_id
        "), @"
        prod fail 2 of 6
        lab pass 0 of 1
        exceptions
        instance | subject_id | subject       | active | login         | roster_match | person_id | active_accounts | unknown_accounts
        prod     | u3         | bob@acme.test | yes    | bob@acme.test | matched      | 2         | 2               | 0
        prod     | u4         | bob@old.test  | yes    | bob@old.test  | matched      | 2         | 2               | 0
        undetermined
        instance | subject_id | subject       | active | login         | roster_match | person_id | active_accounts | unknown_accounts
        prod     | u5         | cat@acme.test | yes    | cat@acme.test | matched      | 3         | 1               | 1
        prod     | u6         | cat@old.test  | -      | cat@old.test  | matched      | 3         | 1               | 1
        prod     | u7         | dan@acme.test | yes    | dan@acme.test | ambiguous    | -         | -               | -
        ");
    }

    #[test]
    fn usr_11_lets_agreed_pairs_pass() {
        insta::assert_snapshot!(check_with(&RULE, &[("allowed", allowed())], "
            users  | instance | user_id | label          | login          | active | roster_match | person_id | active_accounts | unknown_accounts
                   | prod     | u1      | ann@acme.test  | ann@acme.test  | yes    | matched      | 1         | 3               | 0
                   | prod     | u2      | adm@acme.test  | adm@acme.test  | yes    | matched      | 1         | 3               | 0
                   | prod     | u3      | more@acme.test | more@acme.test | yes    | matched      | 1         | 3               | 0
            roster | instance | person_id
        "), @"
        prod fail 1 of 3
        exceptions
        instance | subject_id | subject        | active | login          | roster_match | person_id | active_accounts | unknown_accounts
        prod     | u3         | more@acme.test | yes    | more@acme.test | matched      | 1         | 3               | 0
        ");
    }
}
