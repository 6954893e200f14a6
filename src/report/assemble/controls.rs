//! Control matrices: what the rules say about each control.

use super::worst;
use crate::audit::Verdict;
use crate::controls::FRAMEWORKS;
use crate::report::{ControlResult, Framework, RuleLink, RuleResult};

/// One matrix per framework.
pub(super) fn matrices(rules: &[RuleResult]) -> Vec<Framework> {
    let matrix = |it: &crate::controls::Framework| Framework {
        key: it.key,
        name: it.name,
        controls: it.controls.iter().map(|control| result(rules, it.key, *control)).collect(),
    };
    FRAMEWORKS.iter().map(matrix).collect()
}

fn result(
    rules: &[RuleResult],
    framework: &str,
    (id, intent): (&'static str, &'static str),
) -> ControlResult {
    let speaks = |it: &&RuleResult| {
        it.controls.iter().any(|it| it.framework == framework && it.ids.contains(&id))
    };
    let rules: Vec<&RuleResult> = rules.iter().filter(speaks).collect();
    let findings = rules.iter().flat_map(|it| &it.findings);
    let exceptions = findings.filter(|it| it.verdict == "exception");
    ControlResult {
        id,
        intent,
        verdict: verdict(&rules),
        exceptions: rules.iter().map(|it| it.exceptions).sum(),
        waived: rules.iter().map(|it| it.waived).sum(),
        undetermined: rules.iter().map(|it| it.undetermined).sum(),
        worst: exceptions.map(|it| it.severity).max(),
        rules: rules.iter().map(|it| RuleLink { code: it.code, verdict: it.verdict }).collect(),
    }
}

/// A control fails with any rule; it passes only if every rule that applies was evaluated, and says
/// so where waivers or a person's answer had to help.
fn verdict(rules: &[&RuleResult]) -> Verdict {
    match worst(rules.iter().map(|it| it.verdict)) {
        Verdict::NotApplicable => Verdict::NotEvaluable,
        it => it,
    }
}
