//! Accounts that belong to nobody in the roster.

use polars::prelude::lit;

use super::{Controls, Rule, Severity, Subject, accounts};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-04",
    name: "account-without-owner",
    title: "Account belongs to nobody in the roster",
    severity: Severity::High,
    escalation: None,
    controls: Controls {
        soc2: &["CC6.2"],
        iso27001: &["A.5.16"],
        nist80053: &["AC-2(3)(b)"],
        pci: &["8.2.1"],
        cis: &["5.1"],
    },
    predicate: "Looks at active accounts. An exception is one whose address no person and no service account of the roster has.",
    risk: "An account without an owner is reviewed by nobody and removed by nobody when its user leaves.",
    remedy: "Find out who uses the account: add the address to the person in the roster, register it as a service account with an owner, or disable it under Settings > Users.",
    missing: "An address of the account, and whether it is active.",
    sentence: "Nobody in the roster has the address {subject}, and the account is active.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[],
    sql: None,
    candidates: &|view, _| {
        accounts(
            view,
            [
                user::active(),
                user::roster_match(),
                user::tier(),
                user::last_active(),
                user::never_active(),
            ],
        )
    },
    population: &|_| user::active(),
    exception: &|_| user::roster_match().eq(lit("unmatched")),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_04_names_active_accounts_without_a_person() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match
                   | prod     | u1      | ann@acme.test | yes    | matched
                   | prod     | u2      | bob@acme.test | yes    | unmatched
                   | prod     | u3      | cat@acme.test | no     | unmatched
                   | prod     | u4      | dan@acme.test | yes    | ambiguous
                   | prod     | u5      | eve@acme.test | -      | unmatched
            roster | instance | person_id
        "), @"
        prod fail 1 of 4
        exceptions
        instance | subject_id | subject       | active | roster_match | tier | last_active | never_active
        prod     | u2         | bob@acme.test | yes    | unmatched    | -    | -           | -
        undetermined
        instance | subject_id | subject       | active | roster_match | tier | last_active | never_active
        prod     | u5         | eve@acme.test | -      | unmatched    | -    | -           | -
        ");
    }
}
