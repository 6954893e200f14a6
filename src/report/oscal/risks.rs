//! Risks: one for each exception, with what was decided about it.

use chrono::NaiveDate;

use super::OscalSource;
use super::findings::{description, risk_uuid, title};
use super::model::{
    Characterization, Facet, LogEntry, MitigatingFactor, ObservationRef, Prop, Response, Risk,
    RiskLog,
};
use super::text::{NS, own, prop, prose, value};
use crate::audit::Finding;
use crate::calendar::stamps::stamp;
use crate::report::table::UNKNOWN;
use crate::report::{FindingRecord, ManagementResponse, RuleResult};
use crate::waivers::{Waiver, WaiverKind, WaiverRecord};

/// The risk of every exception, in the order of the findings.
pub(super) fn of(source: OscalSource<'_>) -> impl Iterator<Item = Risk> {
    source.report.rules.iter().flat_map(move |rule| of_rule(source, rule))
}

fn of_rule<'a>(source: OscalSource<'a>, rule: &'a RuleResult) -> impl Iterator<Item = Risk> + 'a {
    let waivers = source.report.waivers.iter();
    let here: Vec<&WaiverRecord> =
        waivers.filter(|record| record.waiver.rule.code == rule.code).collect();
    let seen = source.observation(rule);
    let exceptions = rule.findings.iter().filter(|it| it.finding.verdict.is_exception());
    exceptions.map(move |it| {
        let decided = here.iter().filter_map(|record| Decision::of(record, it.finding));
        risk(source, rule, &it, &decided.collect::<Vec<_>>(), &seen)
    })
}

/// What a waiver does about one exception.
struct Decision<'a> {
    record: &'a WaiverRecord,
    status: &'static str,
}

const REQUESTED: &str = "deviation-requested";
const REMEDIATING: &str = "remediating";

impl<'a> Decision<'a> {
    /// What a waiver does about an exception of its rule; none where it has nothing to do with it.
    fn of(record: &'a WaiverRecord, it: &Finding) -> Option<Self> {
        let id = &record.waiver.id;
        let status = if it.waivers.accepted_by.contains(id) {
            match record.waiver.kind {
                WaiverKind::RemediationPlan => REMEDIATING,
                _ => "deviation-approved",
            }
        } else if record.is_request && it.waivers.asked_by.contains(id) {
            REQUESTED
        } else {
            return None;
        };
        Some(Self { record, status })
    }

    fn waiver(&self) -> &'a Waiver {
        &self.record.waiver
    }
}

fn last_second(day: NaiveDate) -> String {
    format!("{day}T23:59:59Z")
}

fn risk(
    source: OscalSource<'_>,
    rule: &RuleResult,
    record: &FindingRecord<'_>,
    decided: &[Decision<'_>],
    seen: &str,
) -> Risk {
    let it = record.finding;
    // Where several accept it, the one counts that lasts longest; a request counts alone.
    let accepted = decided.iter().filter(|it| it.status != REQUESTED);
    let accepted = accepted.max_by_key(|it| it.waiver().expires);
    let counts = accepted.or(decided.first());
    let severity = Facet { name: "severity", system: NS, value: it.severity.word().to_owned() };
    let kinds = decided.iter().map(|it| Facet {
        name: "waiver-kind",
        system: NS,
        value: value(it.waiver().kind.word()),
    });
    let entries: Vec<_> = decided.iter().map(|decision| entry(source, it, decision)).collect();
    Risk {
        uuid: risk_uuid(source, it),
        title: title(rule, it),
        description: description(record),
        statement: own(rule.risk),
        props: props(record),
        status: counts.map_or("open", |it| it.status),
        origins: [source.origin()],
        characterizations: [Characterization {
            origin: source.origin(),
            facets: [severity].into_iter().chain(kinds).collect(),
        }],
        mitigating_factors: factors(source, it, decided),
        deadline: accepted.map_or(it.lifecycle.due, |it| it.waiver().expires).map(last_second),
        remediations: responses(source, rule, record, decided),
        log: (!entries.is_empty()).then_some(RiskLog { entries }),
        related_observations: [ObservationRef { observation_uuid: seen.to_owned() }],
    }
}

/// What tells the finding, and what access reviews decided about the account or token.
fn props(record: &FindingRecord<'_>) -> Vec<Prop> {
    let it = record.finding;
    let mut res = vec![prop("finding-id", &it.id), prop("verdict", it.verdict.word())];
    res.extend((!record.review.is_empty()).then(|| prop("review-decision", record.review)));
    res
}

/// What keeps the risk down, where an approver agreed that it does.
fn factors(
    source: OscalSource<'_>,
    it: &Finding,
    decided: &[Decision<'_>],
) -> Vec<MitigatingFactor> {
    let accepted = decided.iter().filter(|it| it.status != REQUESTED).map(Decision::waiver);
    let factor = |waiver: &Waiver| {
        Some(MitigatingFactor {
            uuid: source.uuid("mitigating-factor", &[&it.id, &waiver.id]),
            description: prose(waiver.compensating_control.as_deref()?),
        })
    };
    accepted.filter_map(factor).collect()
}

/// What is done by whom and until when, and why it is to be done.
fn answer_words(it: &ManagementResponse) -> String {
    let ManagementResponse { cause, action, owner, due, ticket, .. } = it;
    let ticket = if ticket.is_empty() { String::new() } else { format!("; ticket: {ticket}") };
    let cause = if cause.is_empty() { String::new() } else { format!("; cause: {cause}") };
    format!("{action} (owner: {owner}; due: {due}{ticket}{cause})")
}

/// What the rule advises, what management answers, and what a plan in force says.
fn responses(
    source: OscalSource<'_>,
    rule: &RuleResult,
    record: &FindingRecord<'_>,
    decided: &[Decision<'_>],
) -> Vec<Response> {
    let FindingRecord { finding: it, response, .. } = record;
    let advised = Response {
        uuid: source.uuid("remediation", &[&it.id]),
        lifecycle: "recommendation",
        title: "What to do about it",
        description: own(rule.remedy),
    };
    let plans = decided.iter().filter(|it| it.status == REMEDIATING).map(|plan| Response {
        uuid: source.uuid("remediation", &[&it.id, &plan.waiver().id]),
        lifecycle: "planned",
        title: "What is planned",
        description: prose(plan.waiver().reason.as_deref().unwrap_or_default()),
    });
    let answered = response.iter().map(|answer| Response {
        uuid: source.uuid("remediation", &[&it.id, "response"]),
        lifecycle: "planned",
        title: "What management answers",
        description: prose(&answer_words(answer)),
    });
    [advised].into_iter().chain(answered).chain(plans).collect()
}

/// The waiver as an entry of the risk's log.
fn entry(source: OscalSource<'_>, it: &Finding, decision: &Decision<'_>) -> LogEntry {
    let WaiverRecord { waiver, state, problem, .. } = decision.record;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let approved_at = waiver.approved_at.map(stamp);
    let facts = [
        ("kind", Some(waiver.kind.word().to_owned())),
        ("waiver-state", Some(state.word().to_owned())),
        ("owner", waiver.owner.clone()),
        ("requested-by", waiver.requested_by.clone()),
        ("approver", waiver.approver.clone()),
        ("approved-at", approved_at.clone()),
        ("starts", day(waiver.starts)),
        ("expires", day(waiver.expires)),
        ("ticket", waiver.ticket.clone()),
    ];
    let known = facts.into_iter().filter_map(|(name, fact)| Some(prop(name, fact?)));
    let problem = problem.as_deref().unwrap_or(UNKNOWN);
    LogEntry {
        uuid: source.uuid("log-entry", &[&it.id, &waiver.id]),
        title: prose(&format!("Waiver {}", waiver.id)),
        description: prose(waiver.reason.as_deref().unwrap_or_default()),
        start: approved_at.unwrap_or_else(|| source.report.collected_at.clone()),
        props: known.collect(),
        status_change: decision.status,
        remarks: (!problem.is_empty()).then(|| prose(problem)),
    }
}
