//! How whole the evidence is: the state of each instance, and what all of them share; and why.
//!
//! A check asks the same before a run, of what it sees.

use super::inputs::{Error, ReportInputs};
use super::reviews::DecidedAccounts;
use super::{gone, moved, rules};
use crate::audit::{self, ORGANIZATION};
use crate::report::RuleResult;
use crate::rules::{Rule, Subject};
use crate::snapshot::State;

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
    let none = &DecidedAccounts::default();
    let (on, off) = (rules::results(inputs, none)?, rules::switched_off(inputs, none)?);
    let mut reasons = doubts(inputs);
    reasons.extend(on.iter().chain(&off).flat_map(found));
    let instances = inputs.given.snapshot.instances.iter().map(|it| it.state()).collect();
    Ok(Outlook { state: state(inputs), instances, reasons })
}

/// What a rule about the evidence finds that bears on the state of a report.
fn found(rule: &RuleResult) -> impl Iterator<Item = PartialReason> {
    let bearing = rule.bears_on_evidence.then(|| rule.findings.iter()).into_iter().flatten();
    let those = bearing.filter(|it| it.finding.is_unaccepted());
    those.map(|it| PartialReason {
        instance: it.finding.instance.clone(),
        what: rule.code,
        words: it.sentence,
        remedy: rule.remedy.to_owned(),
    })
}

/// How whole the report is: as its instances, and no more than partial where a rule about the
/// evidence has exceptions, or where what all instances share is in doubt.
pub(super) fn state(inputs: &ReportInputs<'_>) -> State {
    let doubtful = judged(inputs).any(|outcome| bears(outcome.rule) && fails(outcome))
        || !doubts(inputs).is_empty();
    let least = if doubtful { State::Partial } else { State::Complete };
    inputs.given.snapshot.state().max(least)
}

/// Whether exceptions of a rule make a report partial: those of the rules about the evidence, but
/// for the one about thresholds. How loose a threshold is makes no list less whole.
pub(super) fn bears(rule: &Rule) -> bool {
    rule.is_about_evidence() && rule.subject != Subject::Threshold
}

fn fails(outcome: &audit::Outcome) -> bool {
    outcome.instances.iter().any(|instance| instance.verdict.fails())
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
