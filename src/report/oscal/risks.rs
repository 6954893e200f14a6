//! Risks: one for each exception, with what was decided about it.

use super::OscalSource;
use super::findings::{description, risk_uuid, title};
use super::model::{
    Characterization, Facet, LogEntry, MitigatingFactor, ObservationRef, Response, Risk, RiskLog,
};
use super::results::observation_uuid;
use super::text::{NS, own, prop, prose, value};
use crate::audit::Finding;
use crate::report::table::DataTable;
use crate::report::{FindingRecord, Report, RuleResult};

/// The risk of every exception, in the order of the findings.
pub(super) fn of(source: OscalSource<'_>) -> Vec<Risk> {
    let waivers = waivers(source.0);
    let mut res = Vec::new();
    for rule in &source.0.rules {
        let here: Vec<&WaiverRow> =
            waivers.iter().filter(|waiver| waiver.rule_code == rule.code).collect();
        for it in rule.findings.iter().filter(|finding| finding.finding.verdict.is_exception()) {
            let decided = here.iter().filter_map(|waiver| waiver.decides(&it.finding, source.0));
            res.push(risk(source, rule, it, &decided.collect::<Vec<_>>()));
        }
    }
    res
}

/// A row of the register of waivers.
struct WaiverRow {
    id: String,
    state: String,
    kind: String,
    rule_code: String,
    reason: String,
    compensating_control: String,
    owner: String,
    requested_by: String,
    approver: String,
    approved_at: String,
    starts: String,
    expires: String,
    ticket: String,
    problem: String,
}

/// What a waiver does about one exception.
struct Decision<'a> {
    waiver: &'a WaiverRow,
    status: &'static str,
}

const REQUESTED: &str = "deviation-requested";

fn waivers(report: &Report) -> Vec<WaiverRow> {
    let Some(table) = report.tables.get("waivers") else { return Vec::new() };
    (0..table.rows.len()).map(|row| waiver(table, row)).collect()
}

fn waiver(table: &DataTable, row: usize) -> WaiverRow {
    let text = |name: &str| {
        let at = table.columns.iter().position(|column| column.name == name).expect("a column");
        table.rows[row][at].text()
    };
    WaiverRow {
        id: text("waiver_id"),
        state: text("state"),
        kind: text("kind"),
        rule_code: text("rule_code"),
        reason: text("reason"),
        compensating_control: text("compensating_control"),
        owner: text("owner"),
        requested_by: text("requested_by"),
        approver: text("approver"),
        approved_at: text("approved_at"),
        starts: text("starts"),
        expires: text("expires"),
        ticket: text("ticket"),
        problem: text("problem"),
    }
}

impl WaiverRow {
    /// What it does about an exception of its rule; none where it has nothing to do with it.
    fn decides(&self, it: &Finding, report: &Report) -> Option<Decision<'_>> {
        let accepts = it.waivers.accepted_by.contains(&self.id);
        let asked = || {
            let later = self.state == "future" && self.approved_at > report.collected_at;
            let void = self.state == "invalid" && !self.requested_by.is_empty();
            (later || void) && it.waivers.asked_by.contains(&self.id)
        };
        let status = match &*self.kind {
            "remediation-plan" if accepts => "remediating",
            _ if accepts => "deviation-approved",
            _ if asked() => REQUESTED,
            _ => return None,
        };
        Some(Decision { waiver: self, status })
    }
}

fn last_second(day: &str) -> String {
    format!("{day}T23:59:59Z")
}

fn risk(
    source: OscalSource<'_>,
    rule: &RuleResult,
    record: &FindingRecord,
    decided: &[Decision<'_>],
) -> Risk {
    let it = &record.finding;
    // Where several accept it, the one counts that lasts longest; a request counts alone.
    let accepted = decided.iter().filter(|it| it.status != REQUESTED);
    let accepted = accepted.max_by_key(|it| &it.waiver.expires);
    let counts = accepted.or(decided.first());
    let due = it.lifecycle.due.map(|due| due.to_string());
    let severity = Facet { name: "severity", system: NS, value: it.severity.word().to_owned() };
    let kinds = decided.iter().map(|it| Facet {
        name: "waiver-kind",
        system: NS,
        value: value(&it.waiver.kind),
    });
    let entries: Vec<_> = decided.iter().map(|decision| entry(source, it, decision)).collect();
    Risk {
        uuid: risk_uuid(source, it),
        title: title(rule, it),
        description: description(record),
        statement: own(rule.risk),
        props: vec![prop("finding-id", &it.id), prop("verdict", it.verdict.word())],
        status: counts.map_or("open", |it| it.status),
        origins: [source.origin()],
        characterizations: [Characterization {
            origin: source.origin(),
            facets: [severity].into_iter().chain(kinds).collect(),
        }],
        mitigating_factors: factors(source, it, decided),
        deadline: accepted.map(|it| &it.waiver.expires).or(due.as_ref()).map(|it| last_second(it)),
        remediations: responses(source, rule, it, decided),
        log: (!entries.is_empty()).then_some(RiskLog { entries }),
        related_observations: [ObservationRef { observation_uuid: observation_uuid(source, rule) }],
    }
}

/// What keeps the risk down, where an approver agreed that it does.
fn factors(
    source: OscalSource<'_>,
    it: &Finding,
    decided: &[Decision<'_>],
) -> Vec<MitigatingFactor> {
    let accepted = decided.iter().filter(|it| it.status != REQUESTED).map(|it| it.waiver);
    let factor = |waiver: &WaiverRow| MitigatingFactor {
        uuid: source.uuid("mitigating-factor", &[&it.id, &waiver.id]),
        description: prose(&waiver.compensating_control),
    };
    accepted.filter(|it| !it.compensating_control.is_empty()).map(factor).collect()
}

/// What the rule advises, and what a plan in force says.
fn responses(
    source: OscalSource<'_>,
    rule: &RuleResult,
    it: &Finding,
    decided: &[Decision<'_>],
) -> Vec<Response> {
    let advised = Response {
        uuid: source.uuid("remediation", &[&it.id]),
        lifecycle: "recommendation",
        title: "What to do about it",
        description: own(rule.remedy),
    };
    let plans = decided.iter().filter(|it| it.status == "remediating").map(|plan| Response {
        uuid: source.uuid("remediation", &[&it.id, &plan.waiver.id]),
        lifecycle: "planned",
        title: "What is planned",
        description: prose(&plan.waiver.reason),
    });
    [advised].into_iter().chain(plans).collect()
}

/// The waiver as an entry of the risk's log.
fn entry(source: OscalSource<'_>, it: &Finding, decision: &Decision<'_>) -> LogEntry {
    let waiver = decision.waiver;
    let facts = [
        ("kind", &waiver.kind),
        ("waiver-state", &waiver.state),
        ("owner", &waiver.owner),
        ("requested-by", &waiver.requested_by),
        ("approver", &waiver.approver),
        ("approved-at", &waiver.approved_at),
        ("starts", &waiver.starts),
        ("expires", &waiver.expires),
        ("ticket", &waiver.ticket),
    ];
    let known = facts.into_iter().filter(|fact| !fact.1.is_empty());
    let start = match &*waiver.approved_at {
        "" => source.0.collected_at.clone(),
        approved => approved.to_owned(),
    };
    LogEntry {
        uuid: source.uuid("log-entry", &[&it.id, &waiver.id]),
        title: prose(&format!("Waiver {}", waiver.id)),
        description: prose(&waiver.reason),
        start,
        props: known.map(|(name, it)| prop(name, it)).collect(),
        status_change: decision.status,
        remarks: (!waiver.problem.is_empty()).then(|| prose(&waiver.problem)),
    }
}
