//! Accounts without an owner in the roster.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, accounts, unknown};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-04",
    name: "account-without-owner",
    title: "Account without an owner in the roster",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active accounts. Exception: an account whose address belongs to no person and no service account in the roster, or a service account of the roster without an owner: none is named, or each one named has left, is a service account too, or is not in the roster.",
    risk: "An account without an owner is not reviewed, and not removed when its user leaves.",
    remedy: "Find out who uses the account: add the address to the person in the roster, register it as a service account with an owner who is there, name the address under `[roster.aliases]`, or disable it under Settings > Users.",
    missing: "An address of the account, whether it is active, and, of a service account, the status of its owner.",
    sentence: "{subject} is active and has no owner in the roster. Its address there: {roster_match}[; its kind there: {roster_type}][; its owner as a service account: {answers}][; likely person: {likely_person}].",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        accounts(
            view,
            [
                user::active(),
                user::roster_match(),
                user::tier(),
                user::last_active(),
                user::never_active(),
                user::likely_person(),
                user::roster_type(),
                user::answered_for(),
                user::answers(),
            ],
        )
    },
    population: &|_| user::active(),
    exception: &|_| {
        let unmatched_owner = user::roster_match().eq(lit("unmatched"));
        let service = user::roster_type().eq(lit("service")).fill_null(lit(false));
        let unowned = service.and(user::answered_for().not());
        let unmatched = user::roster_match().eq(lit("unknown"));
        when(unmatched).then(unknown()).otherwise(unmatched_owner.or(unowned))
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_04_names_active_accounts_without_a_person() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | label         | active | roster_match | roster_type | answered_for | likely_person      | answers
                   | prod     | u1      | ann@acme.test | yes    | matched      | employee    | no           |                    |
                   | prod     | u2      | b+x@acme.test | yes    | unmatched    | -           | no           | Bob, b@acme.test   |
                   | prod     | u3      | cat@acme.test | no     | unmatched    | -           | no           |                    |
                   | prod     | u4      | dan@acme.test | yes    | ambiguous    | -           | -            |                    |
                   | prod     | u5      | eve@acme.test | -      | unmatched    | -           | no           |                    |
                   | prod     | u6      | u6            | yes    | unknown      | -           | -            |                    |
                   | prod     | u7      | etl@acme.test | yes    | matched      | service     | yes          |                    | ann@acme.test (active)
                   | prod     | u8      | bi@acme.test  | yes    | matched      | service     | no           |                    | bob@acme.test (terminated)
                   | prod     | u9      | ci@acme.test  | yes    | matched      | service     | -            |                    | cat@acme.test (unknown)
            roster | instance | person_id
        "), @"
        prod fail 2 of 8
        exceptions
        instance | subject_id | subject       | active | roster_match | tier | last_active | never_active | likely_person    | roster_type | answered_for | answers
        prod     | u2         | b+x@acme.test | yes    | unmatched    | -    | -           | -            | Bob, b@acme.test | -           | no           |
        prod     | u8         | bi@acme.test  | yes    | matched      | -    | -           | -            |                  | service     | no           | bob@acme.test (terminated)
        undetermined
        instance | subject_id | subject       | active | roster_match | tier | last_active | never_active | likely_person | roster_type | answered_for | answers
        prod     | u5         | eve@acme.test | -      | unmatched    | -    | -           | -            |               | -           | no           |
        prod     | u6         | u6            | yes    | unknown      | -    | -           | -            |               | -           | -            |
        prod     | u9         | ci@acme.test  | yes    | matched      | -    | -           | -            |               | service     | -            | cat@acme.test (unknown)
        ");
    }
}
