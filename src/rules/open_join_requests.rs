//! Instances that any person may ask to join.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, instances};
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-09",
    name: "open-join-requests",
    title: "Anyone may ask to join",
    kind: RuleKind::Control,
    severity: Severity::Low,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance where people may ask for access themselves.",
    risk: "A request that is granted in passing is access without an approval on record.",
    remedy: "Switch requests for access off under Settings > Advanced, or show that each is approved by a person entitled to approve it.",
    missing: "Whether people may ask for access, which the API did not show.",
    sentence: "People may ask to join {subject} themselves.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| instances(view, [setting::request_access_enabled()]),
    population: &|_| lit(true),
    exception: &|_| setting::request_access_enabled(),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_09_names_instances_that_take_requests() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | request_access_enabled
                     | shut     | no
                     | open     | yes
                     | hidden   | -
        "), @"
        shut pass 0 of 1
        open fail 1 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether people may ask for access, which the API did not show.
        exceptions
        instance | subject_id | subject | request_access_enabled
        open     | open       | open    | yes
        undetermined
        instance | subject_id | subject | request_access_enabled
        hidden   | hidden     | hidden  | -
        ");
    }
}
