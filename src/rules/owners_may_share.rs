//! Access that app owners give without a group.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, instances};
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "PRV-14",
    name: "owners-may-share",
    title: "App owners may share without a group",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance where owners of apps may share them with people directly.",
    risk: "What is shared directly stands in no group, and a review of the groups does not see it.",
    remedy: "Switch the sharing by app owners off under Settings > Advanced, or set `collect-permissions` for the instance and review `grants.csv` as well.",
    missing: "Whether app owners may share directly, which the API did not show.",
    sentence: "Owners of apps on {subject} may share them with any person directly, outside the groups.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| instances(view, [setting::owners_may_share()]),
    population: &|_| lit(true),
    exception: &|_| setting::owners_may_share(),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_14_names_instances_that_let_owners_share() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | owners_may_share
                     | shut     | no
                     | open     | yes
                     | hidden   | -
        "), @"
        shut pass 0 of 1
        open fail 1 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: Whether app owners may share directly, which the API did not show.
        exceptions
        instance | subject_id | subject | owners_may_share
        open     | open       | open    | yes
        undetermined
        instance | subject_id | subject | owners_may_share
        hidden   | hidden     | hidden  | -
        ");
    }
}
