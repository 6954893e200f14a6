//! API tokens that have not been changed for long.
//!
//! The longer allowance is for tokens that only read; a token that may write has the shorter one.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject, tokens};
use crate::menus::menu;
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::token;

pub(super) static RULE: Rule = Rule {
    code: "TOK-02",
    name: "old-token",
    title: "API token is old",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "the token may write",
        when: &|_| token::can_write(),
    }),
    predicate: "Looks at all API tokens. Exception: a token created more than the allowed days before the collection, and a token that may write has fewer of them.",
    risk: "Retool's tokens never expire: whoever copied one years ago can still use it.",
    remedy: concat!(
        "Create a new token under ",
        menu!(tokens),
        ", give it to whatever uses the old one, and revoke the old one.",
    ),
    missing: "When the token was created, and what it may do.",
    sentence: "The token {subject} was created {age} ago[ (may write: {can_write})]; allowed: {=days}, or {=write-days} for a token that may write.",
    subject: Subject::Token,
    reads: &[Table::Tokens],
    params: &[&DAYS, &WRITING],
    sql: None,
    subjects: &|view, _| tokens(view, [token::can_write(), token::created_at(), token::age()]),
    population: &|_| lit(true),
    exception: &|parameters| {
        let older = |param| token::age().gt(parameters.days(param));
        older(&DAYS).or(token::can_write().and(older(&WRITING)))
    },
};

static DAYS: Parameter = Parameter {
    key: "days",
    default: DefaultValue::Number(365),
    about: "days that a token may be in use",
};

static WRITING: Parameter = Parameter {
    key: "write-days",
    default: DefaultValue::Number(90),
    about: "days that a token may be in use where it may write",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn tok_02_allows_less_to_tokens_that_write() {
        insta::assert_snapshot!(check(&RULE, "
            tokens | instance | token_id | label  | can_write | age
                   | prod     | t1       | read   | no        | 365d
                   | prod     | t2       | old    | no        | 365d1s
                   | prod     | t3       | write  | yes       | 90d
                   | prod     | t4       | stale  | yes       | 90d1s
                   | prod     | t5       | hazy   | -         | 90d1s
                   | prod     | t6       | sure   | -         | 365d1s
                   | prod     | t7       | young  | -         | 90d
                   | prod     | t8       | undated | no       | -
        "), @"
        prod fail 3 of 8
        exceptions
        instance | subject_id | subject | owner | scopes | can_write | created_at | age               | escalated
        prod     | t2         | old     | -     | -      | no        | -          | 365 days 1 second | no
        prod     | t4         | stale   | -     | -      | yes       | -          | 90 days 1 second  | yes
        prod     | t6         | sure    | -     | -      | -         | -          | 365 days 1 second | no
        undetermined
        instance | subject_id | subject | owner | scopes | can_write | created_at | age
        prod     | t5         | hazy    | -     | -      | -         | -          | 90 days 1 second
        prod     | t8         | undated | -     | -      | no        | -          | -
        ");
    }
}
