//! Which controls and which rules were reviewed, by ids that OSCAL takes.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    ControlRef, ControlSelection, ObjectiveRef, ObjectiveSelection, Prop, ReviewedControls,
};
use super::text::{prop, prop_of, prose, token};
use crate::audit::Verdict;
use crate::report::{ControlMatrix, ControlResult, Report, RuleResult};

/// The control of a rule that no framework shown in the report has one for.
pub(super) const NONE_SHOWN: &str = "none-shown";

/// What is to be reviewed: every rule.
pub(super) fn planned(report: &Report) -> ReviewedControls {
    let objectives = ObjectiveSelection {
        description: "Every rule is an objective, by its code.".to_owned(),
        include_objectives: objectives(report.rules.iter()),
    };
    selections(report, |_| Vec::new(), objectives)
}

/// What was reviewed, with the result of each control; rules that do not apply are left out.
pub(super) fn reviewed(report: &Report) -> ReviewedControls {
    let (looked, left): (Vec<_>, Vec<_>) = report.rules.iter().partition(|rule| applies(rule));
    let left: Vec<&str> = left.iter().map(|it| it.code).collect();
    let left = if left.is_empty() { "none".to_owned() } else { left.join(", ") };
    let objectives = ObjectiveSelection {
        description: format!("The rules that apply, by their codes. Those that do not: {left}."),
        include_objectives: objectives(looked.into_iter()),
    };
    selections(report, results, objectives)
}

/// Whether a rule has a result, or should have one.
pub(super) fn applies(rule: &RuleResult) -> bool {
    rule.verdict != Verdict::NotApplicable
}

fn objectives<'a>(rules: impl Iterator<Item = &'a RuleResult>) -> Vec<ObjectiveRef> {
    rules.map(|rule| ObjectiveRef { objective_id: token(rule.code) }).collect()
}

fn selections(
    report: &Report,
    props: impl Fn(&ControlMatrix) -> Vec<Prop>,
    objectives: ObjectiveSelection,
) -> ReviewedControls {
    let selection = |control_matrix: &ControlMatrix| ControlSelection {
        description: format!("{}. {}", prose(&control_matrix.name), naming(control_matrix.key)),
        props: [prop("framework", control_matrix.key)]
            .into_iter()
            .chain(props(control_matrix))
            .collect(),
        include_controls: controls(control_matrix),
    };
    let chosen = !objectives.include_objectives.is_empty();
    ReviewedControls {
        control_selections: report.frameworks.iter().map(selection).collect(),
        control_objective_selections: chosen.then_some(objectives).into_iter().collect(),
    }
}

fn naming(framework: &str) -> String {
    match framework {
        "nist80053" => "The ids are those of NIST's own catalogue in OSCAL.".to_owned(),
        key => format!("Each id is `{key}-` and the framework's own, in lower case."),
    }
}

/// What the rules say about each control or statement, by its id.
fn results(framework: &ControlMatrix) -> Vec<Prop> {
    let result = |it: &ControlResult| {
        let (control, statement) = control(framework.key, &it.id);
        let loose = (!it.loose.is_empty()).then(|| prose(&it.loose.join("; ")));
        let prop = prop_of("control-result", &statement.unwrap_or(control), it.result.word());
        Prop { remarks: loose, ..prop }
    };
    framework.controls.iter().map(result).collect()
}

/// Each control once, with the statements that are meant where it is not meant as a whole.
fn controls(framework: &ControlMatrix) -> Vec<ControlRef> {
    let mut order = Vec::new();
    let mut statements: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for it in &framework.controls {
        let (control, statement) = control(framework.key, &it.id);
        if !statements.contains_key(&control) {
            order.push(control.clone());
        }
        statements.entry(control).or_default().insert(statement);
    }
    let control = |control_id: String| {
        let meant = statements.remove(&control_id).unwrap_or_default();
        let whole = meant.contains(&None);
        let statement_ids = meant.into_iter().flatten().filter(|_| !whole).collect();
        ControlRef { control_id, statement_ids }
    };
    order.into_iter().map(control).collect()
}

/// The id of a control, and of the statement in it that is meant, where it is one.
pub(super) fn control(framework: &str, id: &str) -> (String, Option<String>) {
    if framework != "nist80053" {
        return (token(&format!("{framework}-{}", id.to_lowercase())), None);
    }
    let mut parts = id.split(['(', ')']).filter(|it| !it.is_empty());
    let mut control = parts.next().unwrap_or_default().to_lowercase();
    let mut statement = None;
    for it in parts {
        if it.starts_with(|it: char| it.is_ascii_digit()) {
            control = format!("{control}.{it}");
        } else {
            statement = Some(format!("{control}_smt.{it}"));
        }
    }
    (control, statement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_nist_or_the_frameworks_own_behind_its_key() {
        let of = |framework: &str, id: &str| {
            let (control, statement) = control(framework, id);
            format!("{control} {}", statement.unwrap_or_default())
        };
        assert_eq!(of("nist80053", "AC-2"), "ac-2 ");
        assert_eq!(of("nist80053", "AC-2(j)"), "ac-2 ac-2_smt.j");
        assert_eq!(of("nist80053", "AC-2(3)(d)"), "ac-2.3 ac-2.3_smt.d");
        assert_eq!(of("pci", "8.2.6"), "pci-8.2.6 ");
        assert_eq!(of("soc2", "CC6.1"), "soc2-cc6.1 ");
    }
}
