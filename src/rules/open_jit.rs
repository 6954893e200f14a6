//! Instances that make an account for whoever comes.

use polars::prelude::lit;

use super::{Controls, Rule, Severity, Subject, instances};
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-06",
    name: "open-jit",
    title: "Accounts are made for anybody who signs in",
    severity: Severity::High,
    escalation: None,
    controls: Controls {
        soc2: &["CC6.2"],
        iso27001: &["A.5.18"],
        nist80053: &["AC-2(e)"],
        pci: &["7.2.3"],
        cis: &["6.1"],
    },
    predicate: "Looks at each instance. An exception is one that makes accounts at first sign-in and restricts them to no mail domain.",
    risk: "Anybody whom the identity provider lets in gets an account, also guests and private addresses of its tenant.",
    remedy: "Name your mail domains as the restricted domain under Settings > Single Sign-On, or switch just-in-time provisioning off there.",
    missing: "Whether accounts are made at first sign-in, and for which domains, which the API did not show.",
    sentence: "{subject} makes an account for everybody who comes through the identity provider, whatever their mail domain.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    candidates: &|view, _| instances(view, [setting::jit_enabled(), setting::restricted_domain()]),
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
        hidden not-evaluable 0 of 1: 1 of 1 are undetermined; needed: Whether accounts are made at first sign-in, and for which domains, which the API did not show.
        silent not-evaluable 0 of 1: 1 of 1 are undetermined; needed: Whether accounts are made at first sign-in, and for which domains, which the API did not show.
        sure pass 0 of 1
        exceptions
        instance | subject_id | subject | jit_enabled | restricted_domain
        open     | open       | open    | yes         |
        undetermined
        instance | subject_id | subject | jit_enabled | restricted_domain
        hidden   | hidden     | hidden  | yes         | -
        silent   | silent     | silent  | -           |
        ");
    }
}
