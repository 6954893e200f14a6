//! Audit tokens that may do more than read, or that have no owner.
//!
//! A token is found in the list of tokens by its last four characters; without that list, or where
//! none or several of it end so and differ, what the token may do is unknown.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, unknown};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::collector;

pub(super) static RULE: Rule = Rule {
    code: "EVD-10",
    name: "overprivileged-collector",
    title: "Audit token that may write or has no owner",
    kind: RuleKind::Evidence,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at the token that collected each instance. Exception: a token with any scope that is not known to read and do nothing else, or whose owner is disabled, in no list of users, or in no roster.",
    risk: "Whoever holds a token of the audit could change what the audit reports, and a token without an owner is not renewed.",
    remedy: concat!(
        "Create a token with read scopes alone under ",
        menu!(tokens),
        ", owned by a service account that the roster knows, and revoke this one.",
    ),
    missing: "The list of API tokens with one that ends in the same four characters, its scopes, its owner, and the roster.",
    sentence: "The token {subject} that collected {instance} has [the scopes {scopes}|scopes that could not be read][, of which these do more than read: {powers}]; [its owner {owner} is {owner_state}|the account of its owner {owner} could not be read|its owner is not known][, and the roster has the owner as {owner_match}].",
    subject: Subject::Token,
    reads: &[Table::Collectors],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let subject = lit("audit token …") + collector::token_last4();
        let subject = subject.fill_null(lit("audit token")).alias("subject");
        view.get(Table::Collectors).select([
            collector::instance(),
            lit("collector").alias("subject_id"),
            subject,
            collector::label(),
            collector::scopes(),
            collector::can_write(),
            collector::powers(),
            collector::owner(),
            collector::owner_state(),
            collector::owner_match(),
        ])
    },
    population: &|_| lit(true),
    exception: &|_| {
        let gone = ["disabled", "missing"].map(|it| collector::owner_state().eq(lit(it)));
        let [disabled, missing] = gone;
        let unmatched = collector::owner_match().eq(lit("unmatched"));
        let known = collector::owner_state().eq(lit("active"));
        let known = known.and(collector::owner_match().eq(lit("matched"))).or(unknown());
        collector::can_write().or(disabled).or(missing).or(unmatched).or(known.not())
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_10_wants_a_token_that_reads_and_has_an_owner() {
        insta::assert_snapshot!(check(&RULE, "
            collectors | instance | token_last4 | label | scopes                   | can_write | powers | owner         | owner_state | owner_match
                       | good     | a1b2        | audit | users:read               | no        |        | svc@acme.test | active      | matched
                       | writes   | a1b2        | audit | users:read; groups:write | yes       | groups:write (may change groups) | svc@acme.test | active      | matched
                       | disabled | a1b2        | audit | users:read               | no        |        | bob@acme.test | disabled    | matched
                       | no-owner | a1b2        | audit | users:read               | no        |        | 77            | missing     | unknown
                       | foreign  | a1b2        | audit | users:read               | no        |        | eve@acme.test | active      | unmatched
                       | vague    | a1b2        | audit | users:read               | no        |        | cat@acme.test | active      | ambiguous
                       | rotated  | -           | -     | -                        | -         | -      | -             | unknown     | unknown
                       | both     | -           | -     | -                        | yes       | -      | -             | unknown     | unknown
        "), @"
        good pass 0 of 1
        writes fail 1 of 1
        disabled fail 1 of 1
        no-owner fail 1 of 1
        foreign fail 1 of 1
        vague not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The list of API tokens with one that ends in the same four characters, its scopes, its owner, and the roster.
        rotated not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The list of API tokens with one that ends in the same four characters, its scopes, its owner, and the roster.
        both fail 1 of 1
        exceptions
        instance | subject_id | subject             | label | scopes                   | can_write | powers                           | owner         | owner_state | owner_match
        both     | collector  | audit token         | -     | -                        | yes       | -                                | -             | unknown     | unknown
        disabled | collector  | audit token …a1b2   | audit | users:read               | no        |                                  | bob@acme.test | disabled    | matched
        foreign  | collector  | audit token …a1b2   | audit | users:read               | no        |                                  | eve@acme.test | active      | unmatched
        no-owner | collector  | audit token …a1b2   | audit | users:read               | no        |                                  | 77            | missing     | unknown
        writes   | collector  | audit token …a1b2   | audit | users:read; groups:write | yes       | groups:write (may change groups) | svc@acme.test | active      | matched
        undetermined
        instance | subject_id | subject             | label | scopes     | can_write | powers | owner         | owner_state | owner_match
        rotated  | collector  | audit token         | -     | -          | -         | -      | -             | unknown     | unknown
        vague    | collector  | audit token …a1b2   | audit | users:read | no        |        | cat@acme.test | active      | ambiguous
        ");
    }
}
