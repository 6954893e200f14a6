//! Rules with their results, and findings as records.

use std::cmp::Reverse;

use polars::prelude::{DataFrame, PolarsResult};

use super::inputs::ReportInputs;
use super::reviews::DecidedAccounts;
use super::{frames, outlook, term, worst};
use crate::audit::{ESCALATED, Finding, FindingVerdict, InstanceOutcome, Outcome};
use crate::config::RuleSettings;
use crate::frameworks::{FRAMEWORKS, Framework};
use crate::guardrails;
use crate::names::counted;
use crate::parameters::Parameters;
use crate::report::table::{Cell, UNKNOWN};
use crate::report::{
    ControlLink, FindingRecord, InstanceResult, ManagementResponse, RuleResult, Term, UsedParameter,
};
use crate::responses::{Response, Responses};
use crate::rules::sentence::{Sentence, SentenceValues};
use crate::rules::{REASONS, Rule, Subject};
use crate::tables::column::{ColumnMeta, KindName, Null, span_words};

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
    let mut findings = records(outcome, &inputs.given.config.rules)?;
    let responses = inputs.responses.map(Responses::by_finding).unwrap_or_default();
    for it in &mut findings {
        it.whom = whom(inputs, it);
        let of = &it.finding;
        let token = (of.subject_type == Subject::Token).then_some(of.subject_id.as_str());
        let id = of.account_id().or(token);
        it.response = responses.get(of.id.as_str()).map(|it| response(inputs, it));
        it.review = id.map(|id| decided.words(&of.instance, id)).unwrap_or_default();
    }
    // What is undetermined stays in the order of instances and ids.
    findings.sort_by_key(|FindingRecord { finding: it, .. }| {
        (it.verdict, it.verdict.is_exception().then_some(Reverse(it.severity)))
    });
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
fn whom(inputs: &ReportInputs<'_>, it: &FindingRecord) -> String {
    if !it.manager.is_empty() && it.manager != UNKNOWN {
        return it.manager.clone();
    }
    let instance = inputs.given.config.instances.iter().find(|of| of.name == it.finding.instance);
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

/// What a rule found, as records, in its order.
pub(crate) fn records(
    outcome: &Outcome,
    settings: &RuleSettings,
) -> PolarsResult<Vec<FindingRecord>> {
    let rule = &JudgedRule::of(outcome.rule, settings);
    let (exceptions, undetermined) = outcome.findings.split_at(outcome.exceptions.height());
    let mut res = records_of(rule, exceptions, &outcome.exceptions)?;
    res.extend(records_of(rule, undetermined, &outcome.undetermined)?);
    Ok(res)
}

/// A rule, and what it allows.
struct JudgedRule<'a> {
    rule: &'a Rule,
    /// Its thresholds with their units, by their keys.
    allowed: Vec<(&'static str, String)>,
}

impl<'a> JudgedRule<'a> {
    fn of(rule: &'a Rule, settings: &RuleSettings) -> Self {
        let parameters = Parameters::of(rule.name, settings);
        let allowed = rule.params.iter().map(|parameter| {
            let value = parameters.value(parameter).to_string();
            (parameter.key, with_unit(parameter.key, &value))
        });
        Self { rule, allowed: allowed.collect() }
    }
}

/// The value of a threshold with the unit that its key ends with.
fn with_unit(key: &str, value: &str) -> String {
    match key.rsplit('-').next() {
        Some("days") => counted(value, "day"),
        Some("hours") => counted(value, "hour"),
        Some("seconds") => counted(value, "second"),
        Some("percent") => format!("{value} percent"),
        _ => value.to_owned(),
    }
}

/// Findings as records; each rests on the row of `frame` that has its place.
fn records_of(
    judged: &JudgedRule<'_>,
    findings: &[Finding],
    frame: &DataFrame,
) -> PolarsResult<Vec<FindingRecord>> {
    let rule = judged.rule;
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
    let record = |(row, finding): (usize, &Finding)| {
        let facts =
            columns.iter().map(|(name, null, cells)| Fact { name, cell: &cells[row], null: *null });
        record(judged, finding, &facts.collect::<Vec<_>>())
    };
    Ok(findings.iter().enumerate().map(record).collect())
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
fn known(rule: &Rule, name: &str) -> Option<ColumnMeta> {
    rule.reads.iter().flat_map(|read| read.columns()).find(|it| it.name == name)
}

/// A span of time as people read it.
fn in_words(cell: Cell) -> Cell {
    match cell {
        Cell::Int(seconds) => Cell::Text(span_words(seconds)),
        other => other,
    }
}

fn record(rule: &JudgedRule<'_>, finding: &Finding, facts: &[Fact<'_>]) -> FindingRecord {
    let text = |name: &str| {
        let fact = facts.iter().find(|fact| fact.name == name);
        fact.map(|it| it.cell.text()).unwrap_or_default()
    };
    FindingRecord {
        sentence: sentence(rule, finding, facts),
        facts: facts.iter().filter(|fact| fact.is_stated()).map(fact).collect(),
        access_path: text("access_path"),
        manager: text("manager"),
        whom: String::new(),
        review: String::new(),
        response: None,
        finding: finding.clone(),
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
    "server_count",
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

/// What an exception says; an undetermined subject asks for what is missing.
fn sentence(judged: &JudgedRule<'_>, finding: &Finding, facts: &[Fact<'_>]) -> String {
    let rule = judged.rule;
    if finding.verdict == FindingVerdict::Undetermined {
        let (subject, missing) = (&finding.subject, rule.missing);
        return format!("Could not be tested for {subject}. Needed: {missing}");
    }
    let sentence = Sentence::parse(rule.sentence).expect("a catalogue holds whole sentences");
    sentence.fill(&FindingValues { judged, finding, facts })
}

/// What is known of a finding, for its sentence.
struct FindingValues<'a> {
    judged: &'a JudgedRule<'a>,
    finding: &'a Finding,
    facts: &'a [Fact<'a>],
}

impl FindingValues<'_> {
    fn cell(&self, name: &str) -> &Cell {
        self.facts.iter().find(|it| it.name == name).map_or(&Cell::Unknown, |it| it.cell)
    }
}

impl SentenceValues for FindingValues<'_> {
    fn column(&self, name: &str) -> String {
        match name {
            // A cell may be empty; what a finding calls its subject never is.
            "subject" => self.finding.subject.clone(),
            name => plain(self.cell(name)),
        }
    }

    fn is_known(&self, name: &str) -> bool {
        match self.cell(name) {
            Cell::Unknown | Cell::None => false,
            Cell::Text(it) => !it.is_empty(),
            Cell::Bool(_) | Cell::Int(_) => true,
        }
    }

    fn threshold(&self, key: &str) -> String {
        let allowed = self.judged.allowed.iter().find(|it| it.0 == key);
        allowed.map(|it| it.1.clone()).unwrap_or_default()
    }
}
