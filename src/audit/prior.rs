//! What earlier snapshots were found to have: as their packs say, or else as today's rules would.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{FindingVerdict, Outcome};
use crate::rules::Severity;

/// The answers of every rule to one earlier snapshot, without the facts that they rest on.
#[derive(Debug, Default)]
pub struct PriorVerdicts {
    /// When the snapshot was collected.
    pub collected_at: DateTime<Utc>,
    /// Whether it is of an earlier period than the snapshot at hand, not of the same.
    pub earlier_period: bool,
    /// By the rule's code and the instance; only where the rule was judged.
    answers: BTreeMap<String, BTreeMap<String, PriorInstanceVerdicts>>,
    /// The exceptions; none where ids are enough.
    pub found: Vec<PriorException>,
}

/// An exception of an earlier snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorException {
    /// The rule's code.
    pub code: String,
    /// The rule's title then.
    pub title: String,
    /// The kind of the subject: user, group, token and so on.
    pub subject_type: String,
    /// The thresholds that were used, `days 90; allowance 5`; empty where today's were.
    pub parameters: String,
    /// The finding's id.
    pub finding_id: String,
    /// The instance.
    pub instance: String,
    /// Retool's id of the subject.
    pub subject_id: String,
    /// What people called the subject.
    pub subject: String,
    /// How much it mattered.
    pub severity: Severity,
}

/// What one rule found on one instance, by finding ids.
#[derive(Debug, Default)]
pub struct PriorInstanceVerdicts {
    /// Each with the first snapshot that had it, where the pack says so.
    exceptions: BTreeMap<String, Option<DateTime<Utc>>>,
    undetermined: BTreeMap<String, Option<DateTime<Utc>>>,
}

/// What a subject was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriorVerdict {
    /// What the rule forbids, since then, where that is known.
    Exception(Option<DateTime<Utc>>),
    /// Something that the facts did not decide about, since then, where that is known.
    Undetermined(Option<DateTime<Utc>>),
    /// Fine, or not there.
    Neither,
}

impl PriorInstanceVerdicts {
    /// What the subject of a finding was.
    pub fn of(&self, finding_id: &str) -> PriorVerdict {
        if let Some(since) = self.exceptions.get(finding_id) {
            PriorVerdict::Exception(*since)
        } else if let Some(since) = self.undetermined.get(finding_id) {
            PriorVerdict::Undetermined(*since)
        } else {
            PriorVerdict::Neither
        }
    }
}

impl PriorVerdicts {
    /// What a snapshot was found to have, before anything is noted.
    pub fn begin(collected_at: DateTime<Utc>, earlier_period: bool) -> Self {
        Self { collected_at, earlier_period, ..Self::default() }
    }

    /// Keeps what `outcomes` say of a snapshot.
    pub fn of(collected_at: DateTime<Utc>, outcomes: &[Outcome]) -> Self {
        let mut res = Self { collected_at, ..Self::default() };
        for outcome in outcomes {
            let rule = outcome.rule;
            let judged = outcome
                .instances
                .iter()
                .filter(|instance| instance.verdict.was_judged(instance.population));
            for answer in judged {
                res.judged(rule.code, &answer.instance);
            }
            for it in &outcome.findings {
                let finding = PriorException {
                    code: rule.code.to_owned(),
                    title: rule.title.to_owned(),
                    subject_type: it.subject_type.word().to_owned(),
                    parameters: String::new(),
                    finding_id: it.id.clone(),
                    instance: it.instance.clone(),
                    subject_id: it.subject_id.clone(),
                    subject: it.subject.clone(),
                    severity: it.severity,
                };
                res.note(finding, it.verdict, None);
            }
        }
        res
    }

    /// Notes that a rule was judged on an instance.
    pub fn judged(&mut self, code: &str, instance: &str) {
        let here = self.answers.entry(code.to_owned()).or_default();
        here.entry(instance.to_owned()).or_default();
    }

    /// Notes a finding with the first snapshot that had it, where that is known; only where its
    /// rule was judged.
    pub fn note(
        &mut self,
        finding: PriorException,
        verdict: FindingVerdict,
        since: Option<DateTime<Utc>>,
    ) {
        let Some(then) = self.then_mut(&finding.code, &finding.instance) else { return };
        if verdict.is_exception() {
            then.exceptions.insert(finding.finding_id.clone(), since);
            self.found.push(finding);
        } else {
            then.undetermined.insert(finding.finding_id, since);
        }
    }

    fn then_mut(&mut self, code: &str, instance: &str) -> Option<&mut PriorInstanceVerdicts> {
        self.answers.get_mut(code)?.get_mut(instance)
    }

    /// The same by ids alone, which take little memory.
    #[must_use]
    pub fn brief(self) -> Self {
        Self { found: Vec::new(), ..self }
    }

    /// What a rule found on an instance; none where it could not be judged, or where the snapshot
    /// does not have the instance.
    pub fn then(&self, code: &str, instance: &str) -> Option<&PriorInstanceVerdicts> {
        self.answers.get(code)?.get(instance)
    }
}

#[cfg(test)]
impl PriorVerdicts {
    /// What one rule says of one subject, in the notation of tests: `x` is an exception, `?`
    /// undetermined, `.` neither; the rule could not be judged where anything else stands.
    pub(crate) fn drawn(
        collected_at: DateTime<Utc>,
        code: &'static str,
        instance: &str,
        finding_id: &str,
        mark: char,
    ) -> Self {
        let id = |of: char| (mark == of).then(|| finding_id.to_owned()).into_iter();
        let ids = |of: char| id(of).map(|id| (id, None)).collect();
        let then = PriorInstanceVerdicts { exceptions: ids('x'), undetermined: ids('?') };
        let judged = matches!(mark, 'x' | '?' | '.');
        let here = judged.then(|| (instance.to_owned(), then)).into_iter().collect();
        let answers = [(code.to_owned(), here)].into();
        Self { collected_at, earlier_period: true, answers, found: Vec::new() }
    }
}
