//! API tokens that outlived their owner.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject, unknown};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::token;

pub(super) static RULE: Rule = Rule {
    code: "TOK-01",
    name: "orphaned-token",
    title: "API token of an inactive or unknown owner",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: Some(Escalation {
        to: Severity::Critical,
        words: "the token may write",
        when: &|_| token::can_write(),
    }),
    predicate: "Looks at all API tokens. Exception: a token whose owner is in no list of users, is disabled, or has left according to the roster.",
    risk: "Tokens outlive people: a person who kept a copy still gets in, unnoticed.",
    remedy: concat!(
        "Revoke the token under ",
        menu!(tokens),
        ", and issue a new one to a service account with an owner.",
    ),
    missing: "The owner of the token, or the owner's row in the roster.",
    sentence: "The token {subject} outlives its owner[ {owner}]: [the account is {owner_state}|the account could not be read][, and the roster says {owner_roster_status}].",
    subject: Subject::Token,
    reads: &[Table::Tokens, Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let subject = [
            token::instance(),
            token::token_id().alias("subject_id"),
            token::label().alias("subject"),
        ];
        let facts = [token::owner(), token::owner_state(), token::owner_roster_status()];
        let more = [token::can_write(), token::scopes(), token::created_at()];
        view.get(Table::Tokens).select([subject, facts, more].concat())
    },
    population: &|_| lit(true),
    exception: &|_| {
        let gone = ["disabled", "missing"].map(|it| token::owner_state().eq(lit(it)));
        let [disabled, missing] = gone;
        let left = token::owner_roster_status().eq(lit("terminated"));
        let known = token::owner_state().neq(lit("unknown")).or(unknown());
        disabled.or(missing).or(left).or(known.not())
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn tok_01_names_tokens_of_people_who_are_gone() {
        insta::assert_snapshot!(check(&RULE, "
            tokens | instance | token_id | label  | owner         | owner_state | owner_roster_status | can_write
                   | prod     | t1       | etl    | ann@acme.test | active      | active              | no
                   | prod     | t2       | deploy | bob@acme.test | disabled    | active              | yes
                   | prod     | t3       | sync   | -             | missing     |                     | no
                   | prod     | t6       | lone   | dan@acme.test | active      |                     | no
                   | prod     | t4       | export | cat@acme.test | active      | terminated          | -
                   | prod     | t7       | vague  | eve@acme.test | active      | -                   | no
                   | prod     | t5       | hazy   | -             | unknown     | -                   | no
            users  | instance | user_id
        "), @"
        prod fail 3 of 7
        exceptions
        instance | subject_id | subject | owner         | owner_state | owner_roster_status | can_write | scopes | created_at | escalated
        prod     | t2         | deploy  | bob@acme.test | disabled    | active              | yes       | -      | -          | yes
        prod     | t3         | sync    | -             | missing     |                     | no        | -      | -          | no
        prod     | t4         | export  | cat@acme.test | active      | terminated          | -         | -      | -          | no
        undetermined
        instance | subject_id | subject | owner         | owner_state | owner_roster_status | can_write | scopes | created_at
        prod     | t5         | hazy    | -             | unknown     | -                   | no        | -      | -
        prod     | t7         | vague   | eve@acme.test | active      | -                   | no        | -      | -
        ");
    }
}
