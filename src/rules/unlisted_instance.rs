//! Spaces and organizations that are not audited.
//!
//! The instance itself stands among them, so that an instance without Spaces passes instead of not
//! applying. A host that several instances speak of is an exception of each.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::tables::Table;
use crate::tables::dictionary::host;

pub(super) static RULE: Rule = Rule {
    code: "EVD-07",
    name: "unlisted-instance",
    title: "Space or organization outside the audit",
    kind: RuleKind::Evidence,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at the instance, at every Space that it lists, and at every organization in its usage, used or not, where the instance gives its usage by organization. Exception: a Space or organization that is no instance of the configuration and not excluded there with a reason.",
    risk: "A Space has accounts and groups of its own; what is not in the configuration is not reviewed.",
    remedy: "Add the Space as an [[instance]] with a token of its own, or exclude its host with a reason under [[excluded]].",
    missing: "The list of Spaces, the host of each, and the id of every organization that is reached through api.retool.com.",
    sentence: "{subject} (host {host}) belongs to {instance}, is not in the configuration and is not excluded.",
    subject: Subject::Space,
    reads: &[Table::Hosts],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        view.get(Table::Hosts).select([
            host::instance(),
            host::host_id().alias("subject_id"),
            host::name().alias("subject"),
            host::host(),
            host::configured(),
            host::excluded_because(),
        ])
    },
    population: &|_| lit(true),
    exception: &|_| host::configured().not().and(host::excluded_because().eq(lit(""))),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_07_names_what_nobody_audits() {
        insta::assert_snapshot!(check(&RULE, "
            hosts | instance | host_id | name     | host             | configured | excluded_because
                  | prod     | own     | prod     | prod.acme.test   | yes        |
                  | prod     | org_1   | Sales    | sales.acme.test  | yes        |
                  | prod     | org_2   | Sandbox  | sand.acme.test   | no         |
                  | prod     | org_3   | Training | train.acme.test  | no         | Holds no data.
                  | prod     | org_4   | Elsewhere | -               | -          |
                  | prod     | org_5   | Attic    | -                | -          | Empty since May.
                  | lab      | own     | lab      | lab.acme.test    | yes        |
        "), @"
        prod fail 1 of 6
        lab pass 0 of 1
        exceptions
        instance | subject_id | subject | host           | configured | excluded_because
        prod     | org_2      | Sandbox | sand.acme.test | no         |
        undetermined
        instance | subject_id | subject   | host | configured | excluded_because
        prod     | org_4      | Elsewhere | -    | -          |
        ");
    }
}
