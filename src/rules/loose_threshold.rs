//! Thresholds that a control does not allow.
//!
//! A rule about the configuration: its subjects are the organization's, and it says nothing about
//! whether an instance was read whole.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject};
use crate::tables::Table;
use crate::tables::dictionary::threshold;

pub(super) static RULE: Rule = Rule {
    code: "EVD-11",
    name: "loose-threshold",
    title: "Threshold looser than a control allows",
    kind: RuleKind::Evidence,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at every parameter of a rule that a control shown in the report puts a bound to. Exception: a parameter whose value, configured or default, is looser than that bound; the control in question fails with it.",
    risk: "A rule that tolerates more than the control does passes where the control would not, and whoever reads the pass is misled.",
    remedy: "Set the parameter under [rules.<name>] to what the control allows, or leave the framework out of `controls` under [output] if the organization is not audited against it.",
    missing: "Nothing is undetermined here: every parameter has a value.",
    sentence: "The rule {rule} is judged with {parameter} {used}; {asked_by} allows {tolerated}.",
    subject: Subject::Threshold,
    reads: &[Table::Thresholds],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        view.get(Table::Thresholds).select([
            threshold::instance(),
            threshold::threshold_id().alias("subject_id"),
            threshold::label().alias("subject"),
            threshold::rule(),
            threshold::parameter(),
            threshold::used(),
            threshold::asked_by(),
            threshold::tolerated(),
            threshold::looser(),
        ])
    },
    population: &|_| threshold::asked_by().neq(lit("")),
    exception: &|_| threshold::looser(),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn evd_11_looks_at_what_a_control_bounds() {
        insta::assert_snapshot!(check(&RULE, "
            threshold | instance | threshold_id          | label                   | rule               | parameter | used | asked_by      | tolerated | looser
                      | all      | DRM-01 days pci 8.2.6 | dormant-account days    | dormant-account    | days      | 91   | PCI DSS 8.2.6 | 90        | yes
                      | all      | DRM-02 days pci 8.2.6 | never-used-account days | never-used-account | days      | 90   | PCI DSS 8.2.6 | 90        | no
                      | all      | INV-01 days           | stale-invite days       | stale-invite       | days      | 900  |               |           | no
        "), @"
        all fail 1 of 2
        exceptions
        instance | subject_id            | subject              | rule            | parameter | used | asked_by      | tolerated | looser
        all      | DRM-01 days pci 8.2.6 | dormant-account days | dormant-account | days      | 91   | PCI DSS 8.2.6 | 90        | yes
        ");
    }

    #[test]
    fn evd_11_holds_for_no_bound_at_all() {
        insta::assert_snapshot!(check(&RULE, "
            threshold | instance | threshold_id | rule         | parameter | used | asked_by | tolerated | looser
                      | all      | INV-01 days  | stale-invite | days      | 900  |          |           | no
        "), @"all not-applicable 0 of 0: the instance has nothing that the rule looks at");
    }
}
