//! The record of a pack: what it reported of every finding, and what it carries on of the packs
//! before it. The next pack needs no other to know how old a finding is, and when it is due.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::prior::{PriorException, PriorRecord};
use super::{Finding, FindingKey, FindingVerdict, InstanceOutcome, Outcome};
use crate::config::RuleSettings;
use crate::lookup::Known;
use crate::parameters::Parameters;
use crate::rules::{Rule, Severity};

/// What a pack reported, and what it carries on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingsRecord {
    /// Each rule on each instance.
    pub rules: Vec<RecordedRule>,
    /// The findings, by their ids.
    pub findings: Vec<RecordedFinding>,
}

/// A rule on an instance, as the pack had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRule {
    /// The rule's code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The instance; `all` where the rule looks at none.
    pub instance: String,
    /// What decided about an exception, and by which thresholds.
    #[serde(flatten)]
    pub terms: RuleTerms,
    /// The first and the last snapshot on which it was judged; none where it never was.
    pub judged: Option<JudgedSpan>,
}

/// The snapshots between which a rule was judged on an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedSpan {
    /// The first, RFC 3339 UTC.
    pub first: DateTime<Utc>,
    /// The last.
    pub last: DateTime<Utc>,
}

/// What decides about an exception of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTerms {
    /// The rule's version.
    pub version: String,
    /// The thresholds, `days 90; allowance 5`; empty where it has none.
    pub parameters: String,
}

impl RuleTerms {
    /// The terms of a rule as `settings` have it.
    pub fn of(rule: &Rule, settings: &RuleSettings) -> Self {
        let parameters = Parameters::of(rule.name, settings).spoken(rule.params);
        Self { version: rule.version(), parameters }
    }
}

/// The terms of every rule, by its code.
pub type TermsByRule = BTreeMap<&'static str, RuleTerms>;

/// What is known of one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFinding {
    /// The same for the same rule, instance and subject in every pack.
    pub finding_id: String,
    /// The rule's code.
    pub code: String,
    /// The rule's version when it last reported the finding.
    pub rule_version: String,
    /// The instance.
    pub instance: String,
    /// The kind of the subject.
    pub subject_type: String,
    /// Retool's id of the subject.
    pub subject_id: String,
    /// What people called the subject.
    pub subject: String,
    /// How much it mattered.
    pub severity: Severity,
    /// What this pack reported; none where it did not report the finding.
    pub verdict: Option<FindingVerdict>,
    /// Since when it has been an exception, or had been one.
    pub exception: Option<ReportedSpan>,
    /// Since when it has been undetermined, or had been.
    pub undetermined: Option<ReportedSpan>,
    /// The snapshot since which today's rules would have had it, where they were put to earlier
    /// snapshots, RFC 3339 UTC.
    pub judged_since: Option<DateTime<Utc>>,
    /// Until when it is to be put right, as long as it is an exception.
    pub due: Option<DueDate>,
    /// The waivers that accepted it.
    pub waivers: Vec<String>,
}

/// An unbroken line of packs that reported a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedSpan {
    /// The snapshot of the first, RFC 3339 UTC.
    pub since: DateTime<Utc>,
    /// The snapshot of the last.
    pub last: DateTime<Utc>,
    /// Whether no pack after it could tell that it is over.
    pub open: bool,
}

/// The day on which an exception is due, and what it was reckoned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueDate {
    /// The last day, in the organization's time zone.
    pub day: NaiveDate,
    /// Days that the configuration gave then.
    pub days: u32,
}

impl ReportedSpan {
    fn closed(self) -> Self {
        Self { open: false, ..self }
    }
}

/// What a record is made from.
#[derive(Clone, Copy)]
pub struct RecordContext<'a> {
    /// When the snapshot at hand was collected.
    pub now: DateTime<Utc>,
    /// What ended before is carried on no longer.
    pub oldest: DateTime<Utc>,
    /// The terms of today's rules.
    pub terms: &'a TermsByRule,
    /// What earlier packs reported, newest first.
    pub records: &'a [PriorRecord],
    /// Instances that are not audited any more, on purpose.
    pub excluded: &'a dyn Fn(&str) -> bool,
}

impl FindingsRecord {
    /// The record of a pack that reports these outcomes, whose findings know their life.
    pub fn of(context: RecordContext<'_>, outcomes: &[Outcome]) -> Self {
        let rules = context.rules(outcomes);
        let judged = |code: &str, instance: &str| {
            let rule = rules.get(code).and_then(|it| it.get(instance));
            rule.and_then(|it| it.judged).is_some_and(|it| it.last == context.now)
        };
        let mut findings = Vec::new();
        for outcome in outcomes {
            let own = outcome.findings.iter().map(|it| context.reported(outcome.rule, it));
            findings.extend(own);
        }
        let mut told: Known<&str> =
            outcomes.iter().flat_map(|it| it.findings.iter()).map(|it| it.id.as_str()).collect();
        for former in context.records.iter().flat_map(PriorRecord::findings) {
            if told.add(&former.finding_id) && !(context.excluded)(&former.instance) {
                let over = judged(&former.code, &former.instance);
                findings.extend(former.carried(over, context.oldest));
            }
        }
        findings
            .sort_unstable_by(|one: &RecordedFinding, other| one.finding_id.cmp(&other.finding_id));
        Self { rules: rules.into_values().flat_map(BTreeMap::into_values).collect(), findings }
    }
}

impl RecordContext<'_> {
    /// Every rule on every instance, by code and instance.
    fn rules(&self, outcomes: &[Outcome]) -> BTreeMap<String, BTreeMap<String, RecordedRule>> {
        let mut res: BTreeMap<String, BTreeMap<String, RecordedRule>> = BTreeMap::new();
        let mut add = |it: RecordedRule| {
            let here = res.entry(it.code.clone()).or_default();
            let before = here.get(&it.instance).and_then(|it| it.judged);
            let judged = match (before, it.judged) {
                (Some(before), Some(now)) => {
                    Some(JudgedSpan { first: before.first.min(now.first), ..now })
                }
                (before, now) => now.or(before),
            };
            here.insert(it.instance.clone(), RecordedRule { judged, ..it });
        };
        // The oldest first, so that the newest has the last word.
        let former = self.records.iter().rev().flat_map(PriorRecord::rules);
        let is_recent = |it: &RecordedRule| it.judged.is_none_or(|it| it.last >= self.oldest);
        let kept = |it: &&RecordedRule| is_recent(it) && !(self.excluded)(&it.instance);
        former.filter(kept).cloned().for_each(&mut add);
        for outcome in outcomes {
            let Some(terms) = self.terms.get(outcome.rule.code) else { continue };
            let here = outcome.instances.iter();
            here.map(|it| self.rule(outcome.rule, terms, it)).for_each(&mut add);
        }
        res
    }

    /// A rule on an instance of the snapshot at hand.
    fn rule(&self, rule: &Rule, terms: &RuleTerms, here: &InstanceOutcome) -> RecordedRule {
        let judged = here.verdict.was_judged(here.population);
        RecordedRule {
            code: rule.code.to_owned(),
            title: rule.title.to_owned(),
            instance: here.instance.clone(),
            terms: terms.clone(),
            judged: judged.then_some(JudgedSpan { first: self.now, last: self.now }),
        }
    }

    /// What this pack reports of a finding.
    fn reported(&self, rule: &Rule, it: &Finding) -> RecordedFinding {
        let former = self.records.iter().find_map(|record| record.finding(&it.id));
        let since = it.lifecycle.first_seen.unwrap_or(self.now);
        let line = Some(ReportedSpan { since, last: self.now, open: true });
        let (exception, undetermined) = if it.verdict.is_exception() {
            (line, former.and_then(|it| it.undetermined).map(ReportedSpan::closed))
        } else {
            // What is undetermined now says nothing about an exception of before.
            (former.and_then(|it| it.exception), line)
        };
        let version = self.terms.get(rule.code).map(|it| it.version.clone());
        RecordedFinding {
            finding_id: it.id.clone(),
            code: rule.code.to_owned(),
            rule_version: version.unwrap_or_default(),
            instance: it.instance.clone(),
            subject_type: it.subject_type.word().to_owned(),
            subject_id: it.subject_id.clone(),
            subject: it.subject.clone(),
            severity: it.severity,
            verdict: Some(it.verdict),
            exception,
            undetermined,
            judged_since: it.lifecycle.judged_since,
            due: it.lifecycle.promised.or_else(|| kept_due(former)),
            waivers: it.waivers.accepted_by.clone(),
        }
    }
}

/// The day on which a finding is due that is undetermined now, and was an exception.
fn kept_due(former: Option<&RecordedFinding>) -> Option<DueDate> {
    former.filter(|it| it.exception.is_some_and(|it| it.open)).and_then(|it| it.due)
}

impl RecordedFinding {
    /// The same finding on an instance that has another name today.
    #[must_use]
    pub fn renamed(self, instance: &str) -> Self {
        if self.instance == instance {
            return self;
        }
        // An instance that is the subject has its own name for an id.
        let is_itself = self.subject_id == self.instance;
        let subject_id = if is_itself { instance.to_owned() } else { self.subject_id };
        let (code, subject_type) = (self.code.as_str(), self.subject_type.as_str());
        let key = FindingKey { code, instance, subject_type, subject_id: &subject_id };
        Self { finding_id: key.id(), instance: instance.to_owned(), subject_id, ..self }
    }

    /// What a pack carries on that does not report it: with `over` its rule was judged and did not
    /// find it. None where it ended too long ago.
    fn carried(&self, over: bool, oldest: DateTime<Utc>) -> Option<Self> {
        let close = |it: ReportedSpan| if over { it.closed() } else { it };
        let kept = |span: Option<ReportedSpan>| span.map(close).filter(|it| it.last >= oldest);
        let (exception, undetermined) = (kept(self.exception), kept(self.undetermined));
        let is_open = [exception, undetermined].iter().flatten().any(|it| it.open);
        (exception.is_some() || undetermined.is_some()).then(|| Self {
            verdict: None,
            exception,
            undetermined,
            judged_since: self.judged_since.filter(|_| is_open),
            due: self.due.filter(|_| is_open),
            waivers: Vec::new(),
            ..self.clone()
        })
    }

    /// The exception that it is, or was, for the packs after.
    pub(super) fn as_exception<'a>(&'a self, rule: &'a RecordedRule) -> PriorException<'a> {
        PriorException {
            code: &self.code,
            title: &rule.title,
            subject_type: &self.subject_type,
            terms: &rule.terms,
            finding_id: &self.finding_id,
            instance: &self.instance,
            subject_id: &self.subject_id,
            subject: &self.subject,
            severity: self.severity,
        }
    }
}
