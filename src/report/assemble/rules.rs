//! Rules with their results, and findings as records.

use polars::prelude::{DataFrame, PolarsResult};

use super::{Material, by_hand, frames, term, worst};
use crate::audit::{Answer, ESCALATED, Mark, Outcome, finding_id};
use crate::controls::FRAMEWORKS;
use crate::guardrails;
use crate::names::listed;
use crate::report::table::{Cell, UNKNOWN};
use crate::report::{ControlLink, Finding, InstanceResult, Parameter, RuleResult, Term};
use crate::rules::{REASONS, Rule, Severity};
use crate::tables::column::{KindName, Meta, Null, span_words};
use crate::terms::Terms;

/// Every rule with its result.
pub(super) fn results(material: &Material<'_>) -> PolarsResult<Vec<RuleResult>> {
    material.outcomes.iter().map(|it| result(material, it)).collect()
}

/// The rules about the evidence that are switched off, with what they find all the same.
pub(super) fn switched_off(material: &Material<'_>) -> PolarsResult<Vec<RuleResult>> {
    material.evidence.iter().map(|it| result(material, it)).collect()
}

fn result(material: &Material<'_>, outcome: &Outcome) -> PolarsResult<RuleResult> {
    let rule = outcome.rule;
    let mut findings = findings(rule, &outcome.exceptions, "exception")?;
    for it in &mut findings {
        note_waivers(it, outcome);
    }
    findings.sort_by_key(|it| (!it.waiver_ids.is_empty(), std::cmp::Reverse(it.severity)));
    findings.extend(self::findings(rule, &outcome.undetermined, "undetermined")?);
    let sum = |of: fn(&Answer) -> u64| outcome.instances.iter().map(of).sum();
    Ok(RuleResult {
        code: rule.code,
        name: rule.name,
        title: rule.title,
        version: rule.version(),
        severity: rule.severity,
        escalation: rule.escalation_words(),
        verdict: worst(outcome.instances.iter().map(|it| it.verdict)),
        population: sum(|it| it.population),
        exceptions: sum(|it| it.exceptions),
        waived: sum(|it| it.waived),
        undetermined: sum(|it| it.undetermined),
        predicate: rule.predicate,
        risk: rule.risk,
        remedy: rule.remedy,
        missing: rule.missing,
        parameters: parameters(material, rule),
        controls: controls(material, rule),
        instances: outcome.instances.iter().map(answer).collect(),
        findings,
    })
}

fn answer(it: &Answer) -> InstanceResult {
    InstanceResult {
        instance: it.instance.clone(),
        verdict: it.verdict,
        reason: it.reason.clone(),
        population: it.population,
        exceptions: it.exceptions,
        waived: it.waived,
        undetermined: it.undetermined,
        manual: it.by_hand.as_ref().map(by_hand),
    }
}

/// Writes down what waivers say about an exception.
fn note_waivers(finding: &mut Finding, outcome: &Outcome) {
    let key = (finding.instance.clone(), finding.subject_id.clone());
    let Some(Mark { waiver_ids, asked_by, words }) = outcome.marks.get(&key) else { return };
    finding.waiver_id = listed(waiver_ids);
    finding.waiver_ids.clone_from(waiver_ids);
    finding.asked_by.clone_from(asked_by);
    finding.waiver.clone_from(words);
    if !waiver_ids.is_empty() {
        finding.verdict = "waived";
    }
}

fn parameters(material: &Material<'_>, rule: &Rule) -> Vec<Parameter> {
    let terms = Terms::of(rule.name, &material.config.rules);
    let parameter = |it: &&crate::terms::Param| Parameter {
        key: it.key,
        value: terms.value(it).to_string(),
        default: it.default.value().to_string(),
        strictest: guardrails::strictest(rule, it, &material.config.output.controls),
        about: it.about,
    };
    rule.params.iter().map(parameter).collect()
}

fn controls(material: &Material<'_>, rule: &Rule) -> Vec<ControlLink> {
    let link = |it: &crate::controls::Framework| ControlLink {
        framework: it.key,
        name: it.short,
        ids: rule.controls.of(it.key),
    };
    let shown = FRAMEWORKS.iter().filter(|it| material.shows(it.key));
    shown.map(link).filter(|it| !it.ids.is_empty()).collect()
}

/// The rows of `frame` as records.
pub(crate) fn findings(
    rule: &Rule,
    frame: &DataFrame,
    verdict: &'static str,
) -> PolarsResult<Vec<Finding>> {
    if frame.width() == 0 {
        return Ok(Vec::new());
    }
    let escalated = frame.column(ESCALATED)?.bool()?.clone();
    let mut columns = Vec::new();
    for column in frame.columns() {
        let name = column.name().as_str();
        let null = null(rule, name);
        let mut cells = frames::cells(frame, name, null)?;
        if known(rule, name).is_some_and(|it| it.kind == KindName::Span) {
            cells = cells.into_iter().map(in_words).collect();
        }
        columns.push((name, null, cells));
    }
    let finding = |row: usize| {
        let facts =
            columns.iter().map(|(name, null, cells)| Fact { name, cell: &cells[row], null: *null });
        let facts: Vec<Fact<'_>> = facts.collect();
        record(rule, verdict, rule.severity_of(escalated.get(row) == Some(true)), &facts)
    };
    Ok((0..frame.height()).map(finding).collect())
}

/// One cell of a finding's row.
struct Fact<'a> {
    name: &'a str,
    cell: &'a Cell,
    null: Null,
}

impl Fact<'_> {
    /// Whether the record states it: a bound only where there is no exact value, and nothing twice.
    fn is_stated(&self) -> bool {
        let exact = matches!(self.null, Null::BoundOf(_)) && *self.cell == Cell::None;
        !exact && !NO_FACTS.contains(&self.name)
    }
}

/// What a missing cell of a column means, by the first table of the rule that has the column.
fn null(rule: &Rule, name: &str) -> Null {
    known(rule, name).map_or(Null::Unknown, |it| it.null)
}

/// The column of that name in the first table of the rule that has it.
fn known(rule: &Rule, name: &str) -> Option<Meta> {
    rule.reads.iter().flat_map(|it| it.columns()).find(|it| it.name == name)
}

/// A span of time as people read it.
fn in_words(cell: Cell) -> Cell {
    match cell {
        Cell::Int(seconds) => Cell::Text(span_words(seconds)),
        other => other,
    }
}

fn record(rule: &Rule, verdict: &'static str, severity: Severity, facts: &[Fact<'_>]) -> Finding {
    let text = |name: &str| {
        let fact = facts.iter().find(|it| it.name == name);
        fact.map(|it| it.cell.text()).unwrap_or_default()
    };
    let (instance, subject_id) = (text("instance"), text("subject_id"));
    Finding {
        finding_id: finding_id(rule, &instance, &subject_id),
        verdict,
        severity,
        subject_type: rule.subject.word(),
        subject: text("subject"),
        sentence: sentence(rule, verdict, facts),
        waiver_id: String::new(),
        waiver_ids: Vec::new(),
        asked_by: Vec::new(),
        waiver: String::new(),
        facts: facts.iter().filter(|it| it.is_stated()).map(fact).collect(),
        access_path: text("access_path"),
        manager: text("manager"),
        state: UNKNOWN,
        first_seen: UNKNOWN.to_owned(),
        seen_before: String::new(),
        age_days: None,
        due: String::new(),
        overdue: false,
        instance,
        subject_id,
    }
}

/// Columns of a finding that stand elsewhere in its record.
const NO_FACTS: &[&str] = &[
    "instance",
    "subject_id",
    "subject",
    ESCALATED,
    "access_path",
    "manager",
    "lower_name",
    "lower_label",
    REASONS,
];

fn fact(it: &Fact<'_>) -> Term {
    term(it.name, plain(it.cell))
}

/// A cell within a sentence or a list of facts.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::None => "none".to_owned(),
        Cell::Text(it) if it.is_empty() => "none".to_owned(),
        other => other.words(),
    }
}

/// The rule's sentence with its columns filled in; an undetermined subject asks for what is missing.
fn sentence(rule: &Rule, verdict: &str, facts: &[Fact<'_>]) -> String {
    if verdict == "undetermined" {
        let subject = facts.iter().find(|it| it.name == "subject");
        let subject = subject.map(|it| it.cell.text()).unwrap_or_default();
        return format!(
            "Whether this holds for {subject} cannot be told. Needed: {}",
            rule.missing
        );
    }
    let mut res = String::new();
    for (at, part) in rule.sentence.split(['{', '}']).enumerate() {
        let fact = facts.iter().find(|it| at % 2 == 1 && it.name == part);
        res.push_str(&fact.map_or_else(|| part.to_owned(), |it| plain(it.cell)));
    }
    res
}
