//! Why an instance is not complete, and what speaks against its evidence besides.

use super::{inputs::ReportInputs, outlook};
use crate::snapshot::{Collected, State};

/// Why an instance is not complete, in a sentence; empty where it is.
pub(super) fn of(it: &Collected) -> String {
    let head = match it.state() {
        State::Complete => return String::new(),
        State::Partial => "Partial",
        State::Failed => "Failed",
    };
    format!("{head}: {}.", it.lacking())
}

/// The codes of the rules about the evidence that have exceptions on an instance.
pub(super) fn evidence_checks(inputs: &ReportInputs<'_>, name: &str) -> Vec<&'static str> {
    let bearing = outlook::judged(inputs).filter(|outcome| outlook::bears(outcome.rule));
    let failing = bearing.filter(|outcome| {
        outcome.instances.iter().any(|it| it.instance == name && it.verdict.fails())
    });
    failing.map(|outcome| outcome.rule.code).collect()
}
