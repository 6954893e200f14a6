//! Findings: one for each exception, waived or not, and for each subject that nobody can judge.
//!
//! A rule without any of those has one for itself, which says whether it holds. OSCAL knows only
//! satisfied and not satisfied: what nobody can tell is never satisfied, and says so.

use super::Source;
use super::model::{Finding, Link, ObservationRef, RiskRef, Target, TargetStatus};
use super::results::{observation_uuid, subject_uuid};
use super::text::{own, prop, prop_of, prose, token};
use crate::audit::{ORGANIZATION, Verdict};
use crate::report::{self, RuleResult};

/// What is said of a subject that nobody can judge.
const OPEN: &str = "Undetermined: the facts at hand do not decide. This is no failure that was seen, and never a pass.";

/// Every finding of a rule that applies.
pub(super) fn of(source: Source<'_>, rule: &RuleResult) -> Vec<Finding> {
    if rule.findings.is_empty() {
        return vec![conclusion(source, rule)];
    }
    rule.findings.iter().map(|it| finding(source, rule, it)).collect()
}

/// What OSCAL calls the risk of an exception.
pub(super) fn risk_uuid(source: Source<'_>, it: &report::Finding) -> String {
    source.uuid("risk", &[&it.finding_id])
}

/// Subject and instance, behind the rule's code.
pub(super) fn title(rule: &RuleResult, it: &report::Finding) -> String {
    match &*it.instance {
        ORGANIZATION => prose(&format!("{}: {}", rule.code, it.subject)),
        instance => prose(&format!("{}: {} on {instance}", rule.code, it.subject)),
    }
}

/// The sentence, and what waivers say.
pub(super) fn description(it: &report::Finding) -> String {
    prose(&format!("{} {}", it.sentence, it.waiver))
}

fn finding(source: Source<'_>, rule: &RuleResult, it: &report::Finding) -> Finding {
    let age = it.age_days.map_or_else(|| "unknown".to_owned(), |it| it.to_string());
    let known = [
        ("finding-id", &*it.finding_id),
        ("verdict", it.verdict),
        ("severity", it.severity.word()),
        ("instance", &it.instance),
        ("subject-type", it.subject_type),
        ("subject-id", &it.subject_id),
        ("state", it.state),
        ("first-seen", &it.first_seen),
        ("age-days", &age),
        ("seen-before", &it.seen_before),
        ("due", &it.due),
    ];
    let known = known.into_iter().filter(|it| !it.1.is_empty());
    let facts = it.facts.iter().map(|it| prop_of("fact", &it.name, &it.value));
    let status = if it.is_exception() {
        TargetStatus { state: NOT_SATISFIED, reason: "fail", remarks: None }
    } else {
        TargetStatus { state: NOT_SATISFIED, reason: "other", remarks: Some(OPEN.to_owned()) }
    };
    let risk = it.is_exception().then(|| RiskRef { risk_uuid: risk_uuid(source, it) });
    Finding {
        uuid: source.uuid("finding", &[&it.finding_id]),
        title: title(rule, it),
        description: description(it),
        props: known.map(|(name, it)| prop(name, it)).chain(facts).collect(),
        links: vec![Link { href: format!("#{}", subject_uuid(source, it)), rel: "subject" }],
        origins: [source.origin()],
        target: target(rule, status),
        related_observations: [seen(source, rule)],
        related_risks: risk.into_iter().collect(),
    }
}

const SATISFIED: &str = "satisfied";
const NOT_SATISFIED: &str = "not-satisfied";

/// What a rule says that found nobody: it holds, or nobody can tell.
fn conclusion(source: Source<'_>, rule: &RuleResult) -> Finding {
    let word = rule.verdict.word();
    let reasons = rule.instances.iter().filter(|it| !it.reason.is_empty());
    let reasons: Vec<String> =
        reasons.map(|it| format!("{}: {}", it.instance, it.reason)).collect();
    let because = || prose(&format!("{word}. {}", reasons.join("; ")));
    let (state, reason, remarks) = match rule.verdict {
        Verdict::NotApplicable | Verdict::Pass => (SATISFIED, "pass", None),
        Verdict::PassByHand | Verdict::PassWithWaivers => (SATISFIED, "other", Some(because())),
        Verdict::NotEvaluable => (NOT_SATISFIED, "other", Some(because())),
        Verdict::FailByHand | Verdict::Fail => (NOT_SATISFIED, "fail", Some(because())),
    };
    Finding {
        uuid: source.uuid("conclusion", &[rule.code]),
        title: prose(&format!("{}: {word}", rule.code)),
        description: own(&format!("{} Result: {word}.", rule.predicate)),
        props: vec![prop("verdict", word), prop("severity", rule.severity.word())],
        links: Vec::new(),
        origins: [source.origin()],
        target: target(rule, TargetStatus { state, reason, remarks }),
        related_observations: [seen(source, rule)],
        related_risks: Vec::new(),
    }
}

fn target(rule: &RuleResult, status: TargetStatus) -> Target {
    Target { kind: "objective-id", id: token(rule.code), title: own(rule.title), status }
}

fn seen(source: Source<'_>, rule: &RuleResult) -> ObservationRef {
    ObservationRef { observation_uuid: observation_uuid(source, rule) }
}
