//! API tokens without a documented purpose.

use polars::prelude::lit;

use super::{Reason, Rule, RuleKind, Severity, Subject, reasons, tokens};
use crate::menus::menu;
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::token;

pub(super) static RULE: Rule = Rule {
    code: "TOK-04",
    name: "undocumented-token",
    title: "API token without a purpose or an owner",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at all API tokens. Exception: a token without a description, without a label or with one that says nothing, or whose owner is not a service account with an owner of its own in the roster.",
    risk: "A token whose purpose is unknown is not revoked, because what depends on it is unknown too.",
    remedy: concat!(
        "Write down under ",
        menu!(tokens),
        " what the token is for, and issue it to a service account that the roster lists with an owner.",
    ),
    missing: "The description of the token, its owner, and the owner's row in the roster.",
    sentence: "The token {subject} {reasons}.",
    subject: Subject::Token,
    reads: &[Table::Tokens, Table::Roster],
    params: &[&NAMES],
    sql: None,
    subjects: &|view, parameters| {
        let why = reasons([
            Reason::new(token::description().eq(lit("")), "has no description"),
            Reason::new(
                token::lower_label().is_in(parameters.words(&NAMES), false),
                "has a name that says nothing",
            ),
            Reason::new(token::lower_label().eq(lit("")), "has no label"),
            Reason::new(
                token::service_owner().not(),
                "belongs to no service account with an owner in the roster",
            ),
        ]);
        let facts = [token::lower_label(), token::description(), token::service_owner()];
        tokens(view, facts.into_iter().chain([why]))
    },
    population: &|_| lit(true),
    exception: &|parameters| {
        let silent = token::description().eq(lit(""));
        let vague = token::lower_label().is_in(parameters.words(&NAMES), false);
        let vague = vague.or(token::lower_label().eq(lit("")));
        silent.or(vague).or(token::service_owner().not())
    },
};

static NAMES: Parameter = Parameter {
    key: "names",
    default: DefaultValue::Words(&[
        "test",
        "testing",
        "tmp",
        "temp",
        "temporary",
        "token",
        "new token",
        "my token",
        "api",
        "api token",
        "api key",
        "key",
        "demo",
        "untitled",
        "foo",
        "asdf",
    ]),
    about: "names that say nothing about a token",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn tok_04_has_three_reasons() {
        insta::assert_snapshot!(check(&RULE, "
            tokens | instance | token_id | label  | lower_label | description | service_owner
                   | prod     | t1       | etl    | etl         | Nightly     | yes
                   | prod     | t2       | etl    | etl         |             | yes
                   | prod     | t3       | Temp   | temp        | Nightly     | yes
                   | prod     | t4       | sync   | sync        | Nightly     | no
                   | prod     | t5       | hazy   | hazy        | -           | yes
                   | prod     | t6       | whose  | whose       | Nightly     | -
                   | prod     | t7       | test   | test        | -           | -
                   | prod     | t8       | t8     |             | Nightly     | yes
            roster | instance | person_id
        "), @"
        prod fail 5 of 8
        exceptions
        instance | subject_id | subject | owner | scopes | lower_label | description | service_owner | reasons
        prod     | t2         | etl     | -     | -      | etl         |             | yes           | has no description
        prod     | t3         | Temp    | -     | -      | temp        | Nightly     | yes           | has a name that says nothing
        prod     | t4         | sync    | -     | -      | sync        | Nightly     | no            | belongs to no service account with an owner in the roster
        prod     | t7         | test    | -     | -      | test        | -           | -             | has a name that says nothing
        prod     | t8         | t8      | -     | -      |             | Nightly     | yes           | has no label
        undetermined
        instance | subject_id | subject | owner | scopes | lower_label | description | service_owner | reasons
        prod     | t5         | hazy    | -     | -      | hazy        | -           | yes           |
        prod     | t6         | whose   | -     | -      | whose       | Nightly     | -             |
        ");
    }
}
