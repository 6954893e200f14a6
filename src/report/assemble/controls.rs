//! Control matrices: what the rules say about each control.

use super::{ReportInputs, worst};
use crate::audit::Verdict;
use crate::frameworks::{self, Control, FRAMEWORKS};
use crate::guardrails::{self, Threshold};
use crate::report::{ControlMatrix, ControlResult, RuleLink, RuleResult};

/// One matrix per framework that the configuration shows.
pub(super) fn matrices(inputs: &ReportInputs<'_>, rules: &[RuleResult]) -> Vec<ControlMatrix> {
    let mut loose = guardrails::thresholds(inputs.config, inputs.outcomes.iter().map(|it| it.rule));
    loose.retain(Threshold::is_loose);
    let loose_for = |framework: &frameworks::Framework, control: &Control| {
        let of = |it: &&Threshold| {
            it.guardrail.is_some_and(|it| {
                (&it.framework.key, &it.control.id) == (&framework.key, &control.id)
            })
        };
        loose.iter().filter(of).map(words).collect::<Vec<_>>()
    };
    let matrix = |it: &'static frameworks::Framework| ControlMatrix {
        key: &it.key,
        name: &it.name,
        controls: it
            .controls
            .iter()
            .map(|control| result(rules, it, control, loose_for(it, control)))
            .collect(),
    };
    let shown = |it: &&frameworks::Framework| inputs.shows(&it.key);
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
    let speaks = |it: &&RuleResult| {
        it.controls.iter().any(|it| it.framework == framework.key && it.ids.contains(&id.as_str()))
    };
    let rules: Vec<&RuleResult> = rules.iter().filter(speaks).collect();
    let exceptions = rules.iter().flat_map(|it| it.unaccepted());
    ControlResult {
        id,
        intent,
        verdict: if loose.is_empty() { verdict(&rules) } else { Verdict::Fail },
        loose,
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
