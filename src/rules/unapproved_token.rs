//! API tokens that are new, or may do something else than at the previous snapshot.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, tokens};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::token;

pub(super) static RULE: Rule = Rule {
    code: "TOK-05",
    name: "unapproved-token",
    title: "New or changed API token without approval",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at all API tokens. Exception: a token that was not there at the previous snapshot, or whose scopes or time of change differ, where the file of approvals does not have it. Without that file no approval is known.",
    risk: "A token is access without a person, and it needs a request and an approver like any other.",
    remedy: concat!(
        "Revoke the token under ",
        menu!(tokens),
        ". If it was approved before it was made, write that approval into the file of approvals with the change `token` and the id of the token.",
    ),
    missing: "The list of tokens at the previous snapshot, with scopes and times of change.",
    sentence: "The token {subject} of {instance} is new or changed since the previous snapshot[ (its scopes then: {old_scopes})]; no approval is on file.",
    subject: Subject::Token,
    reads: &[Table::Tokens, Table::Previous],
    params: &[],
    subjects: &|view, _| {
        let facts = [
            token::updated_at(),
            token::known_before(),
            token::changed_since(),
            token::old_scopes(),
            token::change_approved(),
        ];
        tokens(view, facts)
    },
    population: &|_| lit(true),
    exception: &|_| {
        let other = token::known_before().not().or(token::changed_since());
        other.and(token::change_approved().not())
    },
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn tok_05_asks_for_an_approval_of_new_and_changed_tokens() {
        insta::assert_snapshot!(check(&RULE, "
            tokens   | instance | token_id | label | scopes      | updated_at | known_before | changed_since | old_scopes | change_approved
                     | prod     | t1       | etl   | users:read  | 2026-10-12 | no           | no            | -          | no
                     | prod     | t2       | sync  | users:write | 2026-10-12 | yes          | yes           | users:read | no
                     | prod     | t3       | tf    | users:write | 2026-10-12 | yes          | yes           | users:read | yes
                     | prod     | t4       | audit | users:read  | 2026-01-01 | yes          | no            | users:read | no
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod fail 2 of 4
        exceptions
        instance | subject_id | subject | owner | scopes      | updated_at | known_before | changed_since | old_scopes | change_approved
        prod     | t1         | etl     | -     | users:read  | 2026-10-12 | no           | no            | -          | no
        prod     | t2         | sync    | -     | users:write | 2026-10-12 | yes          | yes           | users:read | no
        ");
    }

    #[test]
    fn tok_05_without_a_list_at_that_time_nobody_can_tell() {
        insta::assert_snapshot!(check(&RULE, "
            tokens   | instance | token_id | label | known_before | changed_since | change_approved
                     | prod     | t1       | etl   | -            | -             | no
                     | prod     | t2       | sync  | yes          | -             | no
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod not-evaluable 0 of 2: 2 of 2 are undetermined; needed: The list of tokens at the previous snapshot, with scopes and times of change.
        undetermined
        instance | subject_id | subject | owner | scopes | updated_at | known_before | changed_since | old_scopes | change_approved
        prod     | t1         | etl     | -     | -      | -          | -            | -             | -          | no
        prod     | t2         | sync    | -     | -      | -          | yes          | -             | -          | no
        ");
    }

    #[test]
    fn tok_05_says_nothing_without_a_previous_snapshot() {
        insta::assert_snapshot!(check(&RULE, "
            tokens | instance | token_id | label
                   | prod     | t1       | etl
        "), @"prod not-evaluable 0 of 0: there is no previous");
    }
}
