//! API tokens that may do more than read.
//!
//! Which scopes read and do nothing else is a closed list, the same for every place that asks: a
//! scope that is not on it counts, an unknown one too.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, tokens};
use crate::menus::menu;
use crate::parameters::{DefaultValue, Parameter};
use crate::tables::Table;
use crate::tables::dictionary::token;

pub(super) static RULE: Rule = Rule {
    code: "TOK-03",
    name: "powerful-token",
    title: "API token may do more than read",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at all API tokens. Exception: a token with any scope that is not known to read and do nothing else, and that is not among the approved tokens of the instance. A scope that this version does not know is not known to be harmless.",
    risk: "Whoever has the token changes things without signing in; scopes for permissions, accounts or settings make an administrator of them.",
    remedy: concat!(
        "Narrow the scopes under ",
        menu!(tokens),
        ", or list the id of the token under approved-tokens once its owner has a reason. A scope that needs no approval anywhere can be named in also-harmless-scopes.",
    ),
    missing: "What the token may do, and the approved tokens, as `approved-tokens` of the instance.",
    sentence: "The token {subject} has scopes that do more than read: {powers}. It is not approved.",
    subject: Subject::Token,
    reads: &[Table::Tokens],
    params: &[&ALSO_HARMLESS],
    sql: None,
    subjects: &|view, parameters| {
        let powers =
            parameters.items_besides(&ALSO_HARMLESS, &token::powers(), &token::power_words());
        tokens(view, [powers, token::owner_state(), token::approved(), token::created_at()])
    },
    population: &|_| lit(true),
    exception: &|_| token::powers().list().len().gt(lit(0)).and(token::approved().not()),
};

static ALSO_HARMLESS: Parameter = Parameter {
    key: "also-harmless-scopes",
    default: DefaultValue::Words(&[]),
    about: "scopes that need no approval, besides those that are known to read",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::{check, check_with};
    use crate::config::Value;

    #[test]
    fn tok_03_names_tokens_that_nobody_approved() {
        insta::assert_snapshot!(check(&RULE, "
            tokens | instance | token_id | label  | scopes                   | powers                                | power_words | approved
                   | prod     | t1       | read   | users:read; groups:read  |                                       |  | no
                   | prod     | t2       | tools  | users:read; groups:write | groups:write (may change groups)      | groups:write | yes
                   | prod     | t3       | sync   | users:read; groups:write | groups:write (may change groups)      | groups:write | no
                   | prod     | t4       | own    | access_tokens:read       |                                       |  | no
                   | prod     | t5       | hazy   | -                        | -                                     | - | no
                   | prod     | t6       | fine   | -                        | -                                     | - | yes
                   | prod     | t7       | new    | teleport                 | teleport (not known to be harmless)   | teleport | no
                   | lab      | t1       | sync   | users:write              | users:write (may change users)        | users:write | -
                   | lab      | t2       | read   | users:read               |                                       |  | -
        "), @"
        prod fail 2 of 7
        lab not-evaluable 0 of 2: 1 of 2 is undetermined; needed: What the token may do, and the approved tokens, as `approved-tokens` of the instance.
        exceptions
        instance | subject_id | subject | owner | scopes                   | powers                              | owner_state | approved | created_at
        prod     | t3         | sync    | -     | users:read; groups:write | groups:write (may change groups)    | -           | no       | -
        prod     | t7         | new     | -     | teleport                 | teleport (not known to be harmless) | -           | no       | -
        undetermined
        instance | subject_id | subject | owner | scopes      | powers                         | owner_state | approved | created_at
        lab      | t1         | sync    | -     | users:write | users:write (may change users) | -           | -        | -
        prod     | t5         | hazy    | -     | -           | -                              | -           | no       | -
        ");
    }

    #[test]
    fn tok_03_takes_the_organization_s_word_for_what_is_harmless() {
        let also = Value::Words(vec!["teleport".to_owned()]);
        insta::assert_snapshot!(check_with(&RULE, &[("also-harmless-scopes", also)], "
            tokens | instance | token_id | label | scopes                 | powers                                                               | power_words | approved
                   | prod     | t1       | one   | teleport               | teleport (not known to be harmless)                                  | teleport | no
                   | prod     | t2       | two   | teleport; groups:write | teleport (not known to be harmless); groups:write (may change groups) | teleport; groups:write | no
                   | prod     | t3       | three | teleport (x            | teleport (x (not known to be harmless)                               | teleport (x | no
        "), @"
        prod fail 2 of 3
        exceptions
        instance | subject_id | subject | owner | scopes                 | powers                                 | owner_state | approved | created_at
        prod     | t2         | two     | -     | teleport; groups:write | groups:write (may change groups)       | -           | no       | -
        prod     | t3         | three   | -     | teleport (x            | teleport (x (not known to be harmless) | -           | no       | -
        ");
    }
}
