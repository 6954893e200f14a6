//! How whole the evidence is: the state of each instance, and what all of them share; and why.
//!
//! A check asks the same before a run, of what it sees.

use super::inputs::{Error, ReportInputs};
use super::{gone, moved, rules};
use crate::audit::{self, ORGANIZATION};
use crate::report::RuleResult;
use crate::rules::{RuleKind, Subject};
use crate::snapshot::{Collected, State};

/// How whole a report would be, and what keeps it from being whole besides lists that did not come.
pub struct Outlook {
    /// That of the report.
    pub state: State,
    /// Those of the instances, in the order of the snapshot.
    pub instances: Vec<State>,
    /// What stands in the way.
    pub reasons: Vec<PartialReason>,
}

/// Something that makes a report partial.
pub struct PartialReason {
    /// The instance; `all` where all of them share it.
    pub instance: String,
    /// The code of the rule that finds it, or what it is about.
    pub what: &'static str,
    /// What it is.
    pub words: String,
    /// What to do about it.
    pub remedy: String,
}

/// How whole a report of the material would be.
///
/// # Errors
///
/// Fails when a frame does not hold what the data dictionary promises.
pub fn outlook(inputs: &ReportInputs<'_>) -> Result<Outlook, Error> {
    let states = states(inputs);
    let (on, off) = (rules::results(inputs)?, rules::switched_off(inputs)?);
    let mut reasons = doubts(inputs);
    reasons.extend(on.iter().chain(&off).flat_map(found));
    let instances = states.iter().map(|state| state.1).collect();
    Ok(Outlook { state: state(inputs, &states), instances, reasons })
}

/// What a rule about the evidence finds that bears on the state of a report.
fn found(rule: &RuleResult) -> impl Iterator<Item = PartialReason> {
    let bears = |it: &Subject, instance: &str| instance != ORGANIZATION || *it == Subject::Roster;
    let records = rule.findings.iter().filter(|_| rule.kind == RuleKind::Evidence);
    let those = records.filter(move |it| {
        it.finding.is_unaccepted() && bears(&it.finding.subject_type, &it.finding.instance)
    });
    those.map(|it| PartialReason {
        instance: it.finding.instance.clone(),
        what: rule.code,
        words: it.sentence.clone(),
        remedy: rule.remedy.to_owned(),
    })
}

/// How whole the report is: as its instances, and no more than partial where what they share is in
/// doubt.
pub(super) fn state(inputs: &ReportInputs<'_>, states: &[(&Collected, State)]) -> State {
    let instances = states.iter().map(|(_, it)| *it).max().unwrap_or(State::Failed);
    let fails = |it: &audit::Outcome| {
        let fails = it.instances.iter().any(|instance| instance.verdict.fails());
        it.rule.subject == Subject::Roster && fails
    };
    let doubtful = judged(inputs).any(fails) || !doubts(inputs).is_empty();
    let shared = if doubtful { State::Partial } else { State::Complete };
    instances.max(shared)
}

/// Instances that are no longer audited, or that may be others than before.
fn doubts(inputs: &ReportInputs<'_>) -> Vec<PartialReason> {
    let told = |instance: String, words: String, remedy: String| PartialReason {
        instance,
        what: "instance",
        words,
        remedy,
    };
    let all = || ORGANIZATION.to_owned();
    let gone = gone::unexplained(inputs).into_iter().map(|it| {
        let words = format!("`{}` is in an earlier pack and no longer audited", it.instance);
        told(all(), words, it.advice)
    });
    let moved = moved::doubtful(inputs).map(|words| told(all(), words, String::new()));
    gone.chain(moved).collect()
}

/// What the rules found, those about the evidence also where they are switched off.
pub(super) fn judged<'a>(inputs: &ReportInputs<'a>) -> impl Iterator<Item = &'a audit::Outcome> {
    inputs.outcomes.iter().chain(inputs.evidence)
}

/// Each instance's state: the collector's, and partial where a rule about the evidence fails there.
pub(super) fn states<'a>(inputs: &ReportInputs<'a>) -> Vec<(&'a Collected, State)> {
    let lacking = |name: &str| {
        let evidence = judged(inputs).filter(|it| it.rule.is_about_evidence());
        let mut answers = evidence.flat_map(|it| &it.instances);
        answers.any(|answer| answer.instance == name && answer.verdict.fails())
    };
    let state = |it: &'a Collected| {
        let least = if lacking(&it.name) { State::Partial } else { State::Complete };
        (it, it.state().max(least))
    };
    inputs.snapshot.instances.iter().map(state).collect()
}
