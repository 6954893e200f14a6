//! Accounts that could be several people.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts, unknown};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-05",
    name: "ambiguous-identity",
    title: "Account matches several people",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at all accounts. Exception: an account whose address several people of the roster have.",
    risk: "If an account could be two people, the wrong one may review it, and the leaver test may look at the wrong date.",
    remedy: "Correct the addresses in the roster so that each belongs to one person.",
    missing: "An address of the account.",
    sentence: "The address {subject} belongs to several people in the roster.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[],
    sql: None,
    subjects: &|view, _| accounts(view, [user::active(), user::roster_match()]),
    population: &|_| lit(true),
    exception: &|_| {
        let several = user::roster_match().eq(lit("ambiguous"));
        when(user::roster_match().eq(lit("unknown"))).then(unknown()).otherwise(several)
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_05_names_accounts_that_several_people_claim() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match
                   | prod     | u1      | ann@acme.test | yes    | matched
                   | prod     | u2      | bob@acme.test | yes    | ambiguous
                   | prod     | u3      | cat@acme.test | no     | ambiguous
                   | prod     | u4      | dan@acme.test | yes    | unmatched
                   | prod     | u5      | u5            | yes    | unknown
            roster | instance | person_id
        "), @"
        prod fail 2 of 5
        exceptions
        instance | subject_id | subject       | active | roster_match
        prod     | u2         | bob@acme.test | yes    | ambiguous
        prod     | u3         | cat@acme.test | no     | ambiguous
        undetermined
        instance | subject_id | subject | active | roster_match
        prod     | u5         | u5      | yes    | unknown
        ");
    }
}
