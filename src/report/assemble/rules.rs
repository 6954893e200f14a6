//! Rules with their results.

use polars::prelude::PolarsResult;

use super::inputs::ReportInputs;
use super::reviews::DecidedAccounts;
use super::{outlook, worst};
use crate::audit::{Finding, InstanceOutcome, Outcome};
use crate::frameworks::{FRAMEWORKS, Framework};
use crate::guardrails;
use crate::parameters::Parameters;
use crate::report::findings::{Answers, RuleFindings};
use crate::report::table::UNKNOWN;
use crate::report::{ControlLink, InstanceResult, ManagementResponse, RuleResult, UsedParameter};
use crate::responses::{Response, Responses};
use crate::rules::{Rule, Subject};

/// Every rule with its result.
pub(super) fn results(
    inputs: &ReportInputs<'_>,
    decided: &DecidedAccounts,
) -> PolarsResult<Vec<RuleResult>> {
    inputs.outcomes.iter().map(|outcome| result(inputs, decided, outcome)).collect()
}

/// The rules about the evidence that are switched off, with what they find all the same.
pub(super) fn switched_off(
    inputs: &ReportInputs<'_>,
    decided: &DecidedAccounts,
) -> PolarsResult<Vec<RuleResult>> {
    inputs.evidence.iter().map(|it| result(inputs, decided, it)).collect()
}

fn result(
    inputs: &ReportInputs<'_>,
    decided: &DecidedAccounts,
    outcome: &Outcome,
) -> PolarsResult<RuleResult> {
    let rule = outcome.rule;
    let mut findings = RuleFindings::of(outcome, &inputs.given.config.rules)?;
    let responses = inputs.responses.map(Responses::by_finding).unwrap_or_default();
    findings.answer(|it, manager| {
        let token = (it.subject_type == Subject::Token).then_some(it.subject_id.as_str());
        let id = it.account_id().or(token);
        Answers {
            whom: whom(inputs, it, manager),
            review: id.map(|id| decided.words(&it.instance, id)).unwrap_or_default(),
            response: responses.get(it.id.as_str()).map(|it| Box::new(response(inputs, it))),
        }
    });
    findings.sort();
    let sum = |of: fn(&InstanceOutcome) -> u64| outcome.instances.iter().map(of).sum();
    Ok(RuleResult {
        code: rule.code,
        name: rule.name,
        title: rule.title,
        bears_on_evidence: outlook::bears(rule),
        version: rule.version(),
        severity: rule.severity,
        escalation: rule.escalation_words(),
        verdict: worst(outcome.instances.iter().map(|instance| instance.verdict)),
        population: sum(|it| it.population),
        exceptions: sum(|it| it.exceptions),
        waived: sum(|it| it.waived),
        undetermined: sum(|it| it.undetermined),
        predicate: rule.predicate,
        risk: rule.risk,
        remedy: rule.remedy,
        missing: rule.missing,
        parameters: parameters(inputs, rule),
        controls: controls(inputs, rule),
        instances: outcome.instances.iter().map(answer).collect(),
        findings,
    })
}

/// Whom to ask about a finding: the person's manager, or else the owner of the instance.
fn whom(inputs: &ReportInputs<'_>, finding: &Finding, manager: &str) -> String {
    if !manager.is_empty() && manager != UNKNOWN {
        return manager.to_owned();
    }
    let instance = inputs.given.config.instances.iter().find(|of| of.name == finding.instance);
    let owner = instance.and_then(|it| it.owner.as_ref());
    owner.map_or_else(String::new, |owner| format!("{owner} (instance owner)"))
}

fn response(inputs: &ReportInputs<'_>, it: &Response) -> ManagementResponse {
    let calendar = inputs.given.config.organization.calendar();
    ManagementResponse {
        cause: it.cause.clone(),
        action: it.action.clone(),
        owner: it.owner.clone(),
        due: it.due.to_string(),
        overdue: it.due < calendar.day(inputs.given.snapshot.collected_at),
        ticket: it.ticket.clone(),
    }
}

fn answer(it: &InstanceOutcome) -> InstanceResult {
    InstanceResult {
        instance: it.instance.clone(),
        verdict: it.verdict,
        reason: it.reason.clone(),
        population: it.population,
        exceptions: it.exceptions,
        waived: it.waived,
        undetermined: it.undetermined,
        manual: it.manual.clone(),
    }
}

fn parameters(inputs: &ReportInputs<'_>, rule: &Rule) -> Vec<UsedParameter> {
    let parameters = Parameters::of(rule.name, &inputs.given.config.rules);
    let parameter = |parameter: &&crate::parameters::Parameter| UsedParameter {
        key: parameter.key,
        value: parameters.value(parameter).to_string(),
        default: parameter.default.value().to_string(),
        strictest: guardrails::strictest(rule, parameter, &inputs.given.config.output.controls),
        about: parameter.about,
    };
    rule.params.iter().map(parameter).collect()
}

fn controls(inputs: &ReportInputs<'_>, rule: &Rule) -> Vec<ControlLink> {
    let link = |it: &'static Framework| ControlLink {
        framework: &it.key,
        name: &it.short,
        ids: rule.controls(it).into_iter().map(|it| it.id.as_str()).collect(),
    };
    let shown = FRAMEWORKS.iter().filter(|it| inputs.shows(&it.key));
    shown.map(link).filter(|it| !it.ids.is_empty()).collect()
}
