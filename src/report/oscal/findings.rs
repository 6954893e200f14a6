//! Findings: one for each exception, waived or not, and for each undetermined subject.
//!
//! A rule without any of those has one for itself, which says whether it holds. OSCAL knows only
//! satisfied and not satisfied: what is undetermined is never satisfied, and says so.

use super::OscalSource;
use super::model::{Link, ObservationRef, OscalFinding, RiskRef, Target, TargetStatus};
use super::results::subject_uuid;
use super::text::{own, prop, prop_of, prose, token};
use crate::audit::lifecycle::Lifecycle;
use crate::audit::{self, ORGANIZATION, Verdict};
use crate::calendar::stamps::{UNKNOWN, stamp};
use crate::report::{FindingRecord, RuleResult};

/// What is said of an undetermined subject.
const OPEN: &str = "Undetermined: the facts at hand do not decide. This is no failure that was seen, and never a pass.";

/// Every finding of a rule that applies.
pub(super) fn of<'a>(
    source: OscalSource<'a>,
    rule: &'a RuleResult,
) -> impl Iterator<Item = OscalFinding> + 'a {
    let conclusion = rule.findings.is_empty().then(|| conclusion(source, rule));
    let seen = source.observation(rule);
    let each = rule.findings.iter().map(move |it| finding(source, rule, &it, &seen));
    conclusion.into_iter().chain(each)
}

/// What OSCAL calls the risk of an exception.
pub(super) fn risk_uuid(source: OscalSource<'_>, it: &audit::Finding) -> String {
    source.uuid("risk", &[&it.id])
}

/// Subject and instance, behind the rule's code.
pub(super) fn title(rule: &RuleResult, it: &audit::Finding) -> String {
    match &*it.instance {
        ORGANIZATION => prose(&format!("{}: {}", rule.code, it.subject)),
        instance => prose(&format!("{}: {} on {instance}", rule.code, it.subject)),
    }
}

/// The sentence, and what waivers say.
pub(super) fn description(it: &FindingRecord<'_>) -> String {
    prose(&format!("{} {}", it.sentence, it.finding.waivers.words))
}

fn finding(
    source: OscalSource<'_>,
    rule: &RuleResult,
    record: &FindingRecord<'_>,
    seen: &str,
) -> OscalFinding {
    let it = record.finding;
    let known = [
        ("finding-id", it.id.clone()),
        ("verdict", it.verdict.word().to_owned()),
        ("severity", it.severity.word().to_owned()),
        ("instance", it.instance.clone()),
        ("subject-type", it.subject_type.word().to_owned()),
        ("subject-id", it.subject_id.clone()),
    ];
    let known = known.into_iter().chain(life(&it.lifecycle)).filter(|it| !it.1.is_empty());
    let facts = record.facts.iter().map(|fact| prop_of("fact", &fact.name, &fact.value));
    let status = if it.verdict.is_exception() {
        TargetStatus { state: NOT_SATISFIED, reason: "fail", remarks: None }
    } else {
        TargetStatus { state: NOT_SATISFIED, reason: "other", remarks: Some(OPEN.to_owned()) }
    };
    let risk = it.verdict.is_exception().then(|| RiskRef { risk_uuid: risk_uuid(source, it) });
    OscalFinding {
        uuid: source.uuid("finding", &[&it.id]),
        title: title(rule, it),
        description: description(record),
        props: known.map(|(name, it)| prop(name, &it)).chain(facts).collect(),
        links: vec![Link { href: format!("#{}", subject_uuid(source, it)), rel: "subject" }],
        origins: [source.origin()],
        target: target(rule, status),
        related_observations: [ObservationRef { observation_uuid: seen.to_owned() }],
        related_risks: risk.into_iter().collect(),
    }
}

/// How old a finding is, and until when it is to be put right.
fn life(it: &Lifecycle) -> [(&'static str, String); 8] {
    let unknown = || UNKNOWN.to_owned();
    [
        ("state", it.state.word().to_owned()),
        ("first-seen", it.first_seen.map_or_else(unknown, stamp)),
        ("age-basis", it.age_basis.word().to_owned()),
        ("judged-since", it.judged_since.map(stamp).unwrap_or_default()),
        ("age-days", it.age_days.map_or_else(unknown, |it| it.to_string())),
        ("seen-before", it.seen_before.map(stamp).unwrap_or_default()),
        ("due", it.due.map(|due| due.to_string()).unwrap_or_default()),
        ("due-moved", it.due_moved.clone()),
    ]
}

const SATISFIED: &str = "satisfied";
const NOT_SATISFIED: &str = "not-satisfied";

/// What a rule without findings says: it holds, or is not evaluable.
fn conclusion(source: OscalSource<'_>, rule: &RuleResult) -> OscalFinding {
    let word = rule.verdict.word();
    let reasons = rule.instances.iter().filter(|instance| !instance.reason.is_empty());
    let reasons: Vec<String> =
        reasons.map(|reason| format!("{}: {}", reason.instance, reason.reason)).collect();
    let because = || prose(&format!("{word}. {}", reasons.join("; ")));
    let (state, reason, remarks) = match rule.verdict {
        Verdict::NotApplicable | Verdict::Pass => (SATISFIED, "pass", None),
        Verdict::PassManual | Verdict::ExceptionsWaived => (SATISFIED, "other", Some(because())),
        Verdict::NotEvaluable => (NOT_SATISFIED, "other", Some(because())),
        Verdict::FailManual | Verdict::Fail => (NOT_SATISFIED, "fail", Some(because())),
    };
    OscalFinding {
        uuid: source.uuid("conclusion", &[rule.code]),
        title: prose(&format!("{}: {word}", rule.code)),
        description: own(&format!("{} Result: {word}.", rule.predicate)),
        props: vec![prop("verdict", word), prop("severity", rule.severity.word())],
        links: Vec::new(),
        origins: [source.origin()],
        target: target(rule, TargetStatus { state, reason, remarks }),
        related_observations: [ObservationRef { observation_uuid: source.observation(rule) }],
        related_risks: Vec::new(),
    }
}

fn target(rule: &RuleResult, status: TargetStatus) -> Target {
    Target { kind: "objective-id", id: token(rule.code), title: own(rule.title), status }
}
