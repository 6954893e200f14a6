//! Why an instance is not complete: lists that did not come whole, rules that do not hold.

use super::inputs::ReportInputs;
use super::{opinion, outlook};
use crate::snapshot::{Collected, State};

/// Why an instance is not complete, in a sentence; empty where it is.
pub(super) fn of(inputs: &ReportInputs<'_>, it: &Collected, state: State) -> String {
    let whole = it.state();
    let lacks = it.ledger.iter().filter(|it| it.state() == whole);
    let lacks = lacks.filter(|lack| lack.state() != State::Complete);
    let lacks: Vec<String> = lacks
        .map(|lack| format!("{} ({})", opinion::spoken(lack.endpoint), lack.phrase()))
        .collect();
    let rules: Vec<String> = against(inputs, &it.name).collect();
    let mut because = Vec::new();
    if !lacks.is_empty() {
        because.push(format!("because lists did not come whole: {}", lacks.join(", ")));
    }
    if !rules.is_empty() {
        because.push(format!("because rules about the evidence do not hold: {}", rules.join(", ")));
    }
    let head = match state {
        State::Complete => return String::new(),
        State::Partial => "Partial",
        State::Failed => "Failed",
    };
    format!("{head} {}.", because.join("; and "))
}

/// The rules about the evidence that do not hold on an instance, each with its exceptions.
fn against(inputs: &ReportInputs<'_>, name: &str) -> impl Iterator<Item = String> {
    let evidence = outlook::judged(inputs).filter(|it| it.rule.is_about_evidence());
    evidence.filter_map(move |it| {
        let answer = it
            .instances
            .iter()
            .find(|instance| instance.instance == name && instance.verdict.fails())?;
        let how = match answer.exceptions {
            0 => "by a person's answer".to_owned(),
            count => count.to_string(),
        };
        Some(format!("{} ({how})", it.rule.code))
    })
}
