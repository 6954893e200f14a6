//! What packs reported month by month: the exceptions of each rule, by severity.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{FindingVerdict, Outcome, Verdict};
use crate::calendar::Month;
use crate::rules::Severity;

/// What the pack of a month reported of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedMonth {
    /// The instance; `all` for the rules that look at none.
    pub instance: String,
    /// `2026-11`.
    pub month: String,
    /// When the snapshot was collected, RFC 3339 UTC.
    pub collected_at: DateTime<Utc>,
    /// By the codes of the rules that applied; none where a rule could not be evaluated.
    pub rules: BTreeMap<String, Option<ReportedCounts>>,
}

/// What one rule found on one instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedCounts {
    /// Exceptions that no waiver accepts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exceptions: BTreeMap<Severity, u64>,
    /// Exceptions that a waiver accepts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waived: u64,
    /// Subjects that the facts do not decide.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undetermined: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives fields by reference")]
fn is_zero(it: &u64) -> bool {
    *it == 0
}

impl ReportedMonth {
    /// The month; none where the text is none.
    pub fn month(&self) -> Option<Month> {
        Month::parse(&self.month)
    }
}

/// What packs reported, by instance and month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportedMonths(
    /// Of several packs of a month, the last.
    pub BTreeMap<(String, Month), ReportedMonth>,
);

impl ReportedMonths {
    /// What the pack at hand reports, of a snapshot of that month.
    pub fn of(outcomes: &[Outcome], month: Month, collected_at: DateTime<Utc>) -> Self {
        let mut res = Self::default();
        for outcome in outcomes {
            let applied =
                outcome.instances.iter().filter(|it| it.verdict != Verdict::NotApplicable);
            let mut counted = counts(outcome);
            for answer in applied {
                let is_known = answer.verdict != Verdict::NotEvaluable;
                let key = (answer.instance.clone(), month);
                let here = res.0.entry(key).or_insert_with(|| ReportedMonth {
                    instance: answer.instance.clone(),
                    month: month.to_string(),
                    collected_at,
                    rules: BTreeMap::new(),
                });
                let found = counted.remove(answer.instance.as_str()).unwrap_or_default();
                let counts = is_known.then_some(found);
                here.rules.insert(outcome.rule.code.to_owned(), counts);
            }
        }
        res
    }

    /// Adds what a pack reported; of two packs of a month, the later one speaks for it.
    pub fn add(&mut self, it: ReportedMonth) {
        let Some(month) = it.month() else { return };
        let key = (it.instance.clone(), month);
        if self.0.get(&key).is_none_or(|known| known.collected_at <= it.collected_at) {
            self.0.insert(key, it);
        }
    }

    /// Those from a month on.
    pub fn since(self, first: Month) -> Vec<ReportedMonth> {
        let recent = self.0.into_iter().filter(|((_, month), _)| *month >= first);
        recent.map(|it| it.1).collect()
    }
}

impl ReportedCounts {
    /// The exceptions of one severity that no waiver accepts.
    pub fn of(&self, severity: Severity) -> u64 {
        self.exceptions.get(&severity).copied().unwrap_or_default()
    }

    /// The exceptions that no waiver accepts.
    pub fn total(&self) -> u64 {
        self.exceptions.values().sum()
    }
}

/// What a rule found, by instance.
fn counts(outcome: &Outcome) -> BTreeMap<&str, ReportedCounts> {
    let mut res: BTreeMap<&str, ReportedCounts> = BTreeMap::new();
    for finding in outcome.findings.iter() {
        let here = res.entry(&finding.instance).or_default();
        match finding.verdict {
            FindingVerdict::Exception => *here.exceptions.entry(finding.severity).or_default() += 1,
            FindingVerdict::Waived => here.waived += 1,
            FindingVerdict::Undetermined => here.undetermined += 1,
        }
    }
    res
}
