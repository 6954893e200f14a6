//! Control matrices: what the rules say about each control.

use super::inputs::ReportInputs;
use super::worst;
use crate::audit::Verdict;
use crate::frameworks::{self, Control, FRAMEWORKS};
use crate::guardrails::{self, Threshold};
use crate::report::{ControlMatrix, ControlResult, RuleLink, RuleResult};

/// One matrix per framework that the configuration shows.
pub(super) fn matrices(inputs: &ReportInputs<'_>, rules: &[RuleResult]) -> Vec<ControlMatrix> {
    let mut loose = guardrails::thresholds(
        inputs.given.config,
        inputs.outcomes.iter().map(|outcome| outcome.rule),
    );
    loose.retain(Threshold::is_loose);
    let loose_for = |framework: &frameworks::Framework, control: &Control| {
        let of = |threshold: &&Threshold| {
            threshold.guardrail.is_some_and(|guardrail| {
                (&guardrail.framework.key, &guardrail.control.id) == (&framework.key, &control.id)
            })
        };
        loose.iter().filter(of).map(words).collect::<Vec<_>>()
    };
    let matrix = |framework: &'static frameworks::Framework| ControlMatrix {
        key: &framework.key,
        name: &framework.name,
        controls: framework
            .controls
            .iter()
            .map(|control| result(rules, framework, control, loose_for(framework, control)))
            .collect(),
    };
    let shown = |framework: &&frameworks::Framework| inputs.shows(&framework.key);
    FRAMEWORKS.iter().filter(shown).map(matrix).collect()
}

fn words(it: &Threshold) -> String {
    format!("{}: {}", it.rule.code, it.words())
}

fn result(
    rules: &[RuleResult],
    framework: &frameworks::Framework,
    control: &'static Control,
    loose: Vec<String>,
) -> ControlResult {
    let Control { id, intent, .. } = control;
    let speaks = |rule_result: &&RuleResult| {
        rule_result
            .controls
            .iter()
            .any(|control| control.framework == framework.key && control.ids.contains(&id.as_str()))
    };
    let rules: Vec<&RuleResult> = rules.iter().filter(speaks).collect();
    let exceptions = rules.iter().flat_map(|rule| rule.unaccepted());
    ControlResult {
        id,
        intent,
        verdict: if loose.is_empty() { verdict(&rules) } else { Verdict::Fail },
        loose,
        exceptions: rules.iter().map(|rule| rule.exceptions).sum(),
        waived: rules.iter().map(|rule| rule.waived).sum(),
        undetermined: rules.iter().map(|rule| rule.undetermined).sum(),
        worst: exceptions.map(|exception| exception.severity).max(),
        rules: rules
            .iter()
            .map(|rule| RuleLink { code: rule.code, verdict: rule.verdict })
            .collect(),
    }
}

/// A control fails with any rule; it passes only if every rule that applies was evaluated, and says
/// so where waivers or a person's answer had to help.
fn verdict(rules: &[&RuleResult]) -> Verdict {
    match worst(rules.iter().map(|rule| rule.verdict)) {
        Verdict::NotApplicable => Verdict::NotEvaluable,
        it => it,
    }
}
