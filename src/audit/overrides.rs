//! What people say about an outcome: exceptions are waived, open questions answered.
//!
//! Nothing is taken away: a waived exception stays a finding, and is counted apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::finding::{FindingVerdict, WaiverNotes};
use super::{Outcome, SubjectCounts, Verdict, conclude};

/// A person's answer where the facts at hand give none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ManualAnswer {
    /// Whether the rule holds: `pass` or `fail`.
    #[serde(rename = "answer", serialize_with = "pass_or_fail")]
    pub pass: bool,
    /// What was looked at, and what was seen.
    pub text: String,
    /// The file that shows it, which is not opened.
    pub evidence: String,
    /// SHA-256 of that file.
    pub sha256: String,
    /// Who looked.
    pub by: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// The last day on which the answer counts.
    pub valid_until: String,
}

impl ManualAnswer {
    /// The answer as reports print it.
    pub fn word(&self) -> &'static str {
        word(self.pass)
    }
}

fn word(pass: bool) -> &'static str {
    if pass { "pass" } else { "fail" }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over so")]
fn pass_or_fail<S: Serializer>(pass: &bool, sink: S) -> Result<S::Ok, S::Error> {
    sink.serialize_str(word(*pass))
}

impl Outcome {
    /// Writes down what waivers say of exceptions, by the ids of those findings, and derives the
    /// results again without what is accepted.
    pub fn apply_waivers(&mut self, notes: &BTreeMap<String, WaiverNotes>) {
        let exceptions = Arc::make_mut(&mut self.findings).iter_mut();
        let exceptions = exceptions.filter(|finding| finding.verdict.is_exception());
        let mut accepted: BTreeMap<&str, u64> = BTreeMap::new();
        for it in exceptions {
            let Some(notes) = notes.get(&it.id) else { continue };
            it.waivers = notes.clone();
            if !notes.accepted_by.is_empty() {
                it.verdict = FindingVerdict::Waived;
                *accepted.entry(it.instance.as_str()).or_default() += 1;
            }
        }
        for it in &mut self.instances {
            if let Some(&waived) = accepted.get(it.instance.as_str()) {
                let exceptions = it.exceptions.saturating_sub(waived);
                let (population, undetermined) = (it.population, it.undetermined);
                let counts = SubjectCounts { population, exceptions, waived, undetermined };
                let doubt = it.doubt.take();
                *it = conclude(self.rule, &it.instance, counts, doubt);
            }
        }
    }

    /// Takes a person's answer for an instance on which the rule is not evaluable.
    ///
    /// False where the rule has a result of its own there: facts come before answers.
    pub fn answer_by_hand(&mut self, instance: &str, manual: ManualAnswer) -> bool {
        let open = |instance_outcome: &&mut super::InstanceOutcome| {
            instance_outcome.instance == instance
                && instance_outcome.verdict == Verdict::NotEvaluable
        };
        let Some(answer) = self.instances.iter_mut().find(open) else { return false };
        answer.verdict = if manual.pass { Verdict::PassManual } else { Verdict::FailManual };
        answer.manual = Some(manual);
        true
    }

    /// Adds to the reason why an instance has no result, where it has none.
    pub fn remark_open(&mut self, instance: &str, words: &str) {
        let here = self.instances.iter_mut().filter(|it| it.instance == instance);
        for it in here.filter(|it| it.verdict == Verdict::NotEvaluable) {
            it.reason = format!("{}; {words}", it.reason);
        }
    }
}
