//! What is known of findings from before: as the packs recorded it, or as today's rules would have
//! it where no record says.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::record::{FindingsRecord, RecordedFinding, RecordedRule, RuleTerms};
use super::{Finding, FindingVerdict, Outcome};
use crate::lookup::{Known, Lookup};
use crate::rules::{Rule, Severity};

/// What a pack recorded, by today's names of the instances.
#[derive(Debug, Default)]
pub struct PriorRecord {
    /// When the pack's snapshot was collected.
    pub collected_at: DateTime<Utc>,
    /// Whether it is of an earlier period than the snapshot at hand, not of the same.
    pub earlier_period: bool,
    rules: BTreeMap<String, BTreeMap<String, RecordedRule>>,
    findings: Vec<RecordedFinding>,
    /// The place of each by its id.
    places: Lookup<String, usize>,
}

impl PriorRecord {
    /// What a record says, with the instances that `today` has a name for.
    pub fn of(
        collected_at: DateTime<Utc>,
        earlier_period: bool,
        record: FindingsRecord,
        today: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let mut res = Self { collected_at, earlier_period, ..Self::default() };
        for it in record.rules {
            if let Some(instance) = today(&it.instance) {
                let here = res.rules.entry(it.code.clone()).or_default();
                here.insert(instance.clone(), RecordedRule { instance, ..it });
            }
        }
        res.places = Lookup::with_room(record.findings.len());
        for it in record.findings {
            if let Some(instance) = today(&it.instance) {
                let it = it.renamed(&instance);
                let next = res.findings.len();
                match *res.places.or_insert(it.finding_id.clone(), next) {
                    place if place < next => res.findings[place] = it,
                    _ => res.findings.push(it),
                }
            }
        }
        res
    }

    /// A rule on an instance; none where the pack did not know it there.
    pub fn rule(&self, code: &str, instance: &str) -> Option<&RecordedRule> {
        self.rules.get(code)?.get(instance)
    }

    /// Every rule on every instance.
    pub fn rules(&self) -> impl Iterator<Item = &RecordedRule> {
        self.rules.values().flat_map(BTreeMap::values)
    }

    /// A finding by its id.
    pub fn finding(&self, id: &str) -> Option<&RecordedFinding> {
        self.places.get(id).map(|place| &self.findings[*place])
    }

    /// Every finding, in the order of the record.
    pub fn findings(&self) -> impl Iterator<Item = &RecordedFinding> {
        self.findings.iter()
    }
}

/// The exceptions of before that are not known to be over: those of records of earlier periods, each
/// by the newest that knows its rule on its instance, and those that were judged; and those that
/// packs of this period reported since, over or not. Of an instance that is `excluded`, those alone
/// that the newest record itself reported. Each once.
pub fn exceptions<'a>(
    records: &'a [PriorRecord],
    judged: &'a [PriorVerdicts],
    excluded: impl Fn(&str) -> bool,
) -> Vec<PriorException<'a>> {
    let (mut res, mut told) = (Vec::new(), Known::default());
    let earlier: Vec<&PriorRecord> = records.iter().filter(|it| it.earlier_period).collect();
    for (place, record) in earlier.iter().enumerate() {
        let newer = &earlier[..place];
        for finding in record.findings() {
            let (code, instance) = (finding.code.as_str(), finding.instance.as_str());
            let Some(rule) = record.rule(code, instance) else { continue };
            let is_judged =
                |it: &&PriorRecord| it.rule(code, instance).is_some_and(|it| it.judged.is_some());
            let is_known = newer.iter().any(is_judged);
            let is_told = finding.verdict.is_some() && place == 0 || !excluded(instance);
            let is_open = finding.exception.is_some_and(|it| it.open);
            if is_open && !is_known && is_told && told.add(finding.finding_id.as_str()) {
                res.push(finding.as_exception(rule));
            }
        }
    }
    let last_of_before = earlier.first().map(|it| it.collected_at);
    let is_since = |it: &RecordedFinding| {
        let reported = it.exception.map(|it| it.last);
        reported.is_some_and(|at| last_of_before.is_none_or(|before| at > before))
    };
    for record in records.iter().filter(|it| !it.earlier_period) {
        let since = record.findings().filter(|it| is_since(it) && !excluded(&it.instance));
        for finding in since {
            let rule = record.rule(&finding.code, &finding.instance);
            let exception = rule.map(|rule| finding.as_exception(rule));
            res.extend(exception.filter(|it| told.add(it.finding_id)));
        }
    }
    let found = judged.iter().flat_map(|it| &it.found).map(FoundException::as_exception);
    res.extend(found.filter(|it| told.add(it.finding_id)));
    res
}

/// An exception of an earlier snapshot, as it was recorded or found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriorException<'a> {
    /// The rule's code.
    pub code: &'a str,
    /// The rule's title then.
    pub title: &'a str,
    /// The kind of the subject: user, group, token and so on.
    pub subject_type: &'a str,
    /// By what it was decided then.
    pub terms: &'a RuleTerms,
    /// The finding's id.
    pub finding_id: &'a str,
    /// The instance.
    pub instance: &'a str,
    /// Retool's id of the subject.
    pub subject_id: &'a str,
    /// What people called the subject.
    pub subject: &'a str,
    /// How much it mattered.
    pub severity: Severity,
}

/// An exception that today's rules find at an earlier snapshot.
#[derive(Debug)]
struct FoundException {
    rule: &'static Rule,
    terms: RuleTerms,
    finding: Finding,
}

impl FoundException {
    fn as_exception(&self) -> PriorException<'_> {
        let Self { rule, terms, finding } = self;
        PriorException {
            code: rule.code,
            title: rule.title,
            subject_type: finding.subject_type.word(),
            terms,
            finding_id: &finding.id,
            instance: &finding.instance,
            subject_id: &finding.subject_id,
            subject: &finding.subject,
            severity: finding.severity,
        }
    }
}

/// What today's rules would have answered at one earlier snapshot, without the facts.
#[derive(Debug, Default)]
pub struct PriorVerdicts {
    /// When the snapshot was collected.
    pub collected_at: DateTime<Utc>,
    /// Whether it is of an earlier period than the snapshot at hand, not of the same.
    pub earlier_period: bool,
    /// By the rule's code and the instance; only where the rule was judged.
    answers: BTreeMap<&'static str, BTreeMap<String, PriorFindings>>,
    /// The exceptions, where the snapshot is compared with and nothing was recorded of it.
    found: Vec<FoundException>,
}

/// What one rule would have found on one instance, by finding ids.
#[derive(Debug, Default)]
struct PriorFindings {
    exceptions: BTreeSet<String>,
    undetermined: BTreeSet<String>,
}

impl PriorVerdicts {
    /// Keeps what `outcomes` say of a snapshot; `terms` are those that they were judged by.
    pub fn of(
        collected_at: DateTime<Utc>,
        outcomes: &[Outcome],
        terms: impl Fn(&str) -> RuleTerms,
    ) -> Self {
        let mut res = Self { collected_at, ..Self::default() };
        for outcome in outcomes {
            let rule = outcome.rule;
            let here = res.answers.entry(rule.code).or_default();
            let judged = outcome.instances.iter().filter(|it| it.verdict.was_judged(it.population));
            here.extend(judged.map(|it| (it.instance.clone(), PriorFindings::default())));
            for it in outcome.findings.iter() {
                let Some(then) = here.get_mut(&it.instance) else { continue };
                if !it.verdict.is_exception() {
                    then.undetermined.insert(it.id.clone());
                    continue;
                }
                then.exceptions.insert(it.id.clone());
                let (terms, finding) = (terms(rule.code), it.clone());
                res.found.push(FoundException { rule, terms, finding });
            }
        }
        res
    }

    /// The same by ids alone, for what says how old a finding is.
    #[must_use]
    pub fn brief(self) -> Self {
        Self { found: Vec::new(), ..self }
    }

    /// What a rule would have said of the subject of a finding: that it is an exception or
    /// undetermined, or neither; none where the rule could not be judged.
    pub fn then(&self, code: &str, instance: &str, id: &str) -> Option<Option<FindingVerdict>> {
        let then = self.answers.get(code)?.get(instance)?;
        Some(if then.exceptions.contains(id) {
            Some(FindingVerdict::Exception)
        } else if then.undetermined.contains(id) {
            Some(FindingVerdict::Undetermined)
        } else {
            None
        })
    }
}
