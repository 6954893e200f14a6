//! Instances that make an account for whoever comes.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, instances};
use crate::menus::menu;
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-06",
    name: "open-jit",
    title: "Accounts are created for anyone who signs in",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance that creates accounts at first sign-in and restricts them to no mail domain.",
    risk: "Anyone whom the identity provider lets in gets an account, including guests and private addresses of its tenant.",
    remedy: concat!(
        "Name your mail domains as the restricted domain under ",
        menu!(sign_on),
        " (self-hosted Retool: RESTRICTED_DOMAIN), or switch just-in-time provisioning off there (self-hosted Retool with Google: DEFAULT_GROUP_FOR_DOMAINS).",
    ),
    missing: "Whether accounts are created at first sign-in, and for which domains, which the API did not show, and for Google alone never shows: state them as `just-in-time` and `restricted-domain` of the instance, with evidence.",
    sentence: "{subject} creates an account for every person who comes through the identity provider, whatever the mail domain.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        instances(
            view,
            [
                setting::jit_enabled(),
                setting::restricted_domain(),
                setting::stated(),
                setting::contradicted(),
            ],
        )
    },
    population: &|_| lit(true),
    exception: &|_| setting::jit_enabled().and(setting::restricted_domain().eq(lit(""))),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_06_wants_a_domain() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | jit_enabled | restricted_domain
                     | narrow   | yes         | acme.test
                     | open     | yes         |
                     | manual   | no          |
                     | hidden   | yes         | -
                     | silent   | -           |
                     | sure     | -           | acme.test
        "), @"
        narrow pass 0 of 1
        open fail 1 of 1
        manual pass 0 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether accounts are created at first sign-in, and for which domains, which the API did not show, and for Google alone never shows: state them as `just-in-time` and `restricted-domain` of the instance, with evidence.
        silent not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether accounts are created at first sign-in, and for which domains, which the API did not show, and for Google alone never shows: state them as `just-in-time` and `restricted-domain` of the instance, with evidence.
        sure pass 0 of 1
        exceptions
        instance | subject_id | subject | jit_enabled | restricted_domain | stated | contradicted
        open     | open       | open    | yes         |                   | -      | -
        undetermined
        instance | subject_id | subject | jit_enabled | restricted_domain | stated | contradicted
        hidden   | hidden     | hidden  | yes         | -                 | -      | -
        silent   | silent     | silent  | -           |                   | -      | -
        ");
    }
}
