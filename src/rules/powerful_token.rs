//! API tokens that can make administrators.
//!
//! Of the scopes for tokens, the one to write counts and the one to read does not: a list of tokens
//! shows no secret, and every access review needs it.

use polars::prelude::lit;

use super::{Controls, Rule, Severity, Subject, tokens};
use crate::tables::Table;
use crate::tables::dictionary::token;
use crate::terms::{Param, Preset};

pub(super) static RULE: Rule = Rule {
    code: "TOK-03",
    name: "powerful-token",
    title: "API token may change who has access",
    severity: Severity::High,
    escalation: None,
    controls: Controls {
        soc2: &["CC6.3"],
        iso27001: &["A.8.2"],
        nist80053: &["AC-6"],
        pci: &["7.2.5"],
        cis: &["5.4"],
    },
    predicate: "Looks at all API tokens. An exception is one with a scope that can change accounts, groups, permissions, tokens, settings or deployments, and that is not among the approved tokens of the instance.",
    risk: "Whoever has the token can make themselves an administrator without signing in.",
    remedy: "Narrow the scopes under Settings > API, or list the id of the token under approved-tokens once its owner has a reason.",
    missing: "What the token may do, and the approved tokens, as `approved-tokens` of the instance.",
    sentence: "The token {subject} may {scopes}, and nobody approved it.",
    subject: Subject::Token,
    reads: &[Table::Tokens],
    params: &[&SCOPES],
    sql: None,
    candidates: &|view, _| {
        tokens(view, [token::owner_state(), token::approved(), token::created_at()])
    },
    population: &|_| lit(true),
    exception: &|terms| {
        let powerful = terms.any_word_in(&SCOPES, &token::scopes());
        powerful.and(token::approved().not())
    },
};

static SCOPES: Param = Param {
    key: "scopes",
    default: Preset::Words(&[
        "users:write",
        "groups:write",
        "permissions:write",
        "access_tokens:write",
        "organizations:write",
        "sso:write",
        "spaces:write",
        "source_control:deploy",
    ]),
    about: "scopes that need an approval",
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn tok_03_names_tokens_that_nobody_approved() {
        insta::assert_snapshot!(check(&RULE, "
            tokens | instance | token_id | label  | scopes                   | approved
                   | prod     | t1       | read   | users:read; groups:read  | no
                   | prod     | t2       | tools  | users:read; groups:write | yes
                   | prod     | t3       | sync   | users:read; groups:write | no
                   | prod     | t4       | own    | access_tokens:read       | no
                   | prod     | t5       | hazy   | -                        | no
                   | prod     | t6       | fine   | -                        | yes
                   | lab      | t1       | sync   | users:write              | -
                   | lab      | t2       | read   | users:read               | -
        "), @"
        prod fail 1 of 6
        lab not-evaluable 0 of 2: 1 of 2 are undetermined; needed: What the token may do, and the approved tokens, as `approved-tokens` of the instance.
        exceptions
        instance | subject_id | subject | owner | scopes                   | owner_state | approved | created_at
        prod     | t3         | sync    | -     | users:read; groups:write | -           | no       | -
        undetermined
        instance | subject_id | subject | owner | scopes      | owner_state | approved | created_at
        lab      | t1         | sync    | -     | users:write | -           | -        | -
        prod     | t5         | hazy    | -     | -           | -           | no       | -
        ");
    }
}
