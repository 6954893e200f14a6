//! Accounts of the previous snapshot that are gone.
//!
//! Retool disables accounts and does not delete them, so a missing one says that something else is
//! amiss: another organization answered, a Space was moved, or a list came short.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::tables::Table;
use crate::tables::dictionary::former_user;

pub(super) static RULE: Rule = Rule {
    code: "EVD-05",
    name: "vanished-account",
    title: "Account of the previous snapshot no longer listed",
    kind: RuleKind::Evidence,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every account of the previous snapshot. Exception: an account whose id is not in the list of users any more, neither active nor disabled.",
    risk: "Retool disables accounts and never deletes them. One that is gone says that the list is not what it was, and its past activity loses its owner.",
    remedy: "Find out what happened before relying on this snapshot: whether the address still leads to the same organization, whether a Space was moved, or ask Retool why the account is not listed.",
    missing: "Nothing is undetermined: complete lists of accounts are compared.",
    sentence: "{subject} was an account of {instance} at the previous snapshot and is in no list now.",
    subject: Subject::FormerUser,
    reads: &[Table::FormerUsers],
    params: &[],
    subjects: &|view, _| {
        view.get(Table::FormerUsers).select([
            former_user::instance(),
            former_user::user_id().alias("subject_id"),
            former_user::label().alias("subject"),
            former_user::was_active(),
            former_user::was_tier(),
            former_user::present(),
        ])
    },
    population: &|_| lit(true),
    exception: &|_| former_user::present().not(),
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_05_names_accounts_that_no_list_has() {
        insta::assert_snapshot!(check(&RULE, "
            former_users | instance | user_id | label         | was_active | was_tier | present
                         | prod     | u1      | ann@acme.test | yes        | 3        | yes
                         | prod     | u2      | bob@acme.test | yes        | 0        | no
                         | prod     | u3      | u3            | -          | -        | no
                         | lab      | u1      | ann@acme.test | no         | 3        | yes
        "), @"
        prod fail 2 of 3
        lab pass 0 of 1
        exceptions
        instance | subject_id | subject       | was_active | was_tier | present
        prod     | u2         | bob@acme.test | yes        | 0        | no
        prod     | u3         | u3            | -          | -        | no
        ");
    }

    #[test]
    fn evd_05_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id
                  | prod     | u1
        "), @"prod not-evaluable 0 of 0: there is no former_user");
    }
}
