//! Control matrices: what the rules found that speak to each control.

use super::inputs::ReportInputs;
use super::worst;
use crate::audit::Verdict;
use crate::config::OwnControl;
use crate::frameworks::{Control, FRAMEWORKS, Framework};
use crate::guardrails::{self, Threshold};
use crate::report::{ControlMatrix, ControlResult, CriterionResult, RuleLink, RuleResult};
use crate::rules::Severity;

/// The organization's own controls, where the configuration names some, and a matrix for each
/// framework that it shows.
pub(super) fn matrices(inputs: &ReportInputs<'_>, rules: &[RuleResult]) -> Vec<ControlMatrix> {
    let mut loose = guardrails::thresholds(
        inputs.given.config,
        inputs.outcomes.iter().map(|outcome| outcome.rule),
    );
    loose.retain(Threshold::is_loose);
    let of_framework = |framework: &'static Framework| ControlMatrix {
        key: &framework.key,
        name: framework.name.clone(),
        controls: framework
            .controls
            .iter()
            .map(|control| criterion(rules, framework, control, &loose))
            .collect(),
    };
    let shown = FRAMEWORKS.iter().filter(|framework| inputs.shows(&framework.key));
    let controls = &inputs.given.config.controls;
    let own = (!controls.is_empty()).then(|| ControlMatrix {
        key: "own",
        name: format!("Controls of {}", inputs.given.config.organization.name),
        controls: controls.iter().map(|control| own_control(rules, control, &loose)).collect(),
    });
    own.into_iter().chain(shown.map(of_framework)).collect()
}

/// A criterion of a framework.
fn criterion(
    rules: &[RuleResult],
    framework: &Framework,
    control: &Control,
    loose: &[Threshold],
) -> ControlResult {
    let key = named(framework, control);
    // The organization's own rules name the criteria that they speak to themselves.
    let speaks = |rule: &&RuleResult| {
        let mut links = rule.controls.iter().filter(|it| it.framework == framework.key);
        links.any(|it| it.ids.contains(&control.id.as_str()))
    };
    let those = rules.iter().filter(speaks);
    let loose = loose.iter().filter(|threshold| criterion_of(threshold).as_ref() == Some(&key));
    ControlResult {
        id: control.id.clone(),
        objective: control.intent.clone(),
        ..found(&those.collect::<Vec<_>>(), loose.map(words).collect())
    }
}

/// A control of the organization.
fn own_control(rules: &[RuleResult], control: &OwnControl, loose: &[Threshold]) -> ControlResult {
    let those = rules.iter().filter(|rule| control.rules.contains(rule.name));
    let loose = loose.iter().filter(|threshold| {
        criterion_of(threshold).is_some_and(|criterion| control.criteria.contains(&criterion))
    });
    ControlResult {
        id: control.id.clone(),
        objective: control.wording.clone(),
        owner: control.owner.clone(),
        policy: control.policy.clone(),
        criteria: control.criteria.clone(),
        ..found(&those.collect::<Vec<_>>(), loose.map(words).collect())
    }
}

/// The criterion that bounds a threshold.
fn criterion_of(threshold: &Threshold) -> Option<String> {
    let guardrail = threshold.guardrail?;
    Some(named(guardrail.framework, guardrail.control))
}

/// A criterion as the configuration names it, `pci 8.2.6`.
fn named(framework: &Framework, control: &Control) -> String {
    format!("{} {}", framework.key, control.id)
}

fn words(it: &Threshold) -> String {
    format!("{}: {}", it.rule.code, it.words())
}

/// What these rules found, by themselves.
fn found(rules: &[&RuleResult], loose: Vec<String>) -> ControlResult {
    let exceptions = || {
        let all = rules.iter().flat_map(|rule| rule.unaccepted());
        all.filter(|exception| exception.severity > Severity::Info)
    };
    ControlResult {
        id: String::new(),
        objective: String::new(),
        owner: String::new(),
        policy: String::new(),
        criteria: Vec::new(),
        result: if loose.is_empty() { result(rules) } else { CriterionResult::Exceptions },
        loose,
        exceptions: exceptions().count() as u64,
        waived: rules.iter().map(|rule| rule.waived).sum(),
        undetermined: rules.iter().map(|rule| rule.undetermined).sum(),
        worst: exceptions().map(|exception| exception.severity).max(),
        rules: rules
            .iter()
            .map(|rule| RuleLink { code: rule.code, verdict: rule.verdict })
            .collect(),
    }
}

/// Exceptions of any rule count, and so does a rule that could not be evaluated; rules that inform
/// do not make it worse.
fn result(rules: &[&RuleResult]) -> CriterionResult {
    let weighs = |rule: &&RuleResult| {
        let worse = rule.unaccepted().any(|exception| exception.severity > Severity::Info);
        rule.severity > Severity::Info || worse
    };
    let (weighing, informing): (Vec<&RuleResult>, Vec<&RuleResult>) =
        rules.iter().copied().partition(weighs);
    let those = if weighing.is_empty() { informing } else { weighing };
    match worst(those.iter().map(|rule| rule.verdict)) {
        Verdict::NotApplicable | Verdict::NotEvaluable => CriterionResult::NotEvaluable,
        Verdict::Pass | Verdict::PassManual => CriterionResult::NoExceptions,
        Verdict::ExceptionsWaived => CriterionResult::Waived,
        Verdict::Fail | Verdict::FailManual => CriterionResult::Exceptions,
    }
}
