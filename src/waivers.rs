//! Waivers and manual evidence: what people accepted, or answered themselves.
//!
//! A waiver accepts the risk of named exceptions of one rule on one instance, for a time. It never
//! takes a finding away. Manual evidence answers for a rule that is not evaluable on an instance.
//! Both are judged as of the snapshot's time, so a later edit alters no earlier report.

mod evaluator;
mod judge;
mod manual;
mod subjects;
mod read;
mod register;
mod sound;

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};

pub use self::judge::{WaiverContext, WaiverState, judge};
pub use self::manual::Manual;
pub use self::read::is_finding_id;
pub use self::register::{WaiverRecord, WaiverRegister};
pub use self::sound::is_never_waived;
use crate::audit::{Finding, finding_id};
use crate::config::problem::Problems;
use crate::input::{InputFile, Unreadable};
use crate::names::InstanceNames;
use crate::rules::{Rule, Severity};

/// The records of one file.
#[derive(Debug)]
pub struct Waivers {
    /// The file.
    pub input: InputFile,
    /// In the order of the file; ids are unique.
    pub records: Vec<Waiver>,
    /// In the order of the file.
    pub manual: Vec<ManualEvidence>,
}

/// An acceptance of risk, as it was written down; whether it counts is another question.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Unique for ever.
    pub id: String,
    /// Why an exception may stay.
    pub kind: WaiverKind,
    /// The one rule whose exceptions it accepts.
    pub rule: &'static Rule,
    /// The rule's version for which it was approved.
    pub rule_version: Option<String>,
    /// The one instance, by today's name.
    pub instance: String,
    /// What the file calls it, where that is a name that it had before.
    pub formerly: Option<String>,
    /// Every name that the instance had before: finding ids of then are of it.
    pub former_names: Vec<String>,
    /// Which of the rule's exceptions.
    pub scope: WaiverScope,
    /// The worst severity that it accepts.
    pub severity_cap: Option<Severity>,
    /// Why the risk is taken.
    pub reason: Option<String>,
    /// What keeps the risk down meanwhile.
    pub compensating_control: Option<String>,
    /// What supports it.
    pub evidence: Vec<Evidence>,
    /// Who owns the risk.
    pub owner: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// Its first day.
    pub starts: Option<NaiveDate>,
    /// Its last day, which counts to its end.
    pub expires: Option<NaiveDate>,
    /// When it is to be looked at again.
    pub review_by: Option<NaiveDate>,
    /// The ticket.
    pub ticket: Option<String>,
    /// The id of the waiver that it renews.
    pub supersedes: Option<String>,
}

impl Waiver {
    /// Whether one of its finding ids is that of `found`, under whatever name of the instance.
    fn names_finding(&self, found: &Finding) -> bool {
        let ids = &self.scope.finding_ids;
        let then = |instance: &String| {
            // An instance that is the subject has its own name for an id.
            let is_itself = found.subject_id == found.instance;
            let subject_id = if is_itself { instance } else { &found.subject_id };
            finding_id(self.rule, instance, subject_id)
        };
        !ids.is_empty()
            && (ids.contains(&found.id)
                || self.former_names.iter().any(|former_name| ids.contains(&then(former_name))))
    }
}

/// Why an exception may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverKind {
    /// The owner takes the risk.
    RiskAccepted,
    /// Something else keeps the risk down.
    CompensatingControl,
    /// It is being mended.
    RemediationPlan,
    /// The facts mislead.
    FalsePositive,
    /// The rule does not concern the subject.
    NotApplicable,
}

impl WaiverKind {
    /// Every kind by its word in the file.
    pub const ALL: &[(&str, Self)] = &[
        ("risk-accepted", Self::RiskAccepted),
        ("compensating-control", Self::CompensatingControl),
        ("remediation-plan", Self::RemediationPlan),
        ("false-positive", Self::FalsePositive),
        ("not-applicable", Self::NotApplicable),
    ];

    /// The kind as the file writes it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }
}

/// Which exceptions of its rule a waiver names.
#[derive(Clone, Debug, Default)]
pub struct WaiverScope {
    /// What the subjects go by: Retool's ids, or addresses and names.
    pub subjects: Vec<String>,
    /// Ids of findings; these or subjects, not both.
    pub finding_ids: Vec<String>,
    /// What the names of further subjects look like; `*` stands for anything.
    pub pattern: Option<String>,
    /// Whether the approver knew that a pattern may come to cover more.
    pub allow_group: bool,
}

/// A file that supports a record; it is named and not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it is.
    pub file: String,
    /// SHA-256 of its bytes, in lower-case hex.
    pub sha256: String,
}

/// A person's answer for a rule that is not evaluable on an instance.
#[derive(Clone, Debug)]
pub struct ManualEvidence {
    /// The rule.
    pub rule: &'static Rule,
    /// The instance, by today's name.
    pub instance: String,
    /// What the file calls it, where that is a name that it had before.
    pub formerly: Option<String>,
    /// Whether the rule holds there.
    pub pass: bool,
    /// What was looked at, and what was seen.
    pub text: Option<String>,
    /// The file that shows it.
    pub evidence: Option<String>,
    /// SHA-256 of that file, in lower-case hex.
    pub sha256: Option<String>,
    /// Who looked.
    pub by: Option<String>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// The last day on which the answer counts.
    pub valid_until: Option<NaiveDate>,
}

/// Why the waivers cannot be read; never "there are none".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] Unreadable),
    /// The file can be read and is wrong.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// What records may speak of.
#[derive(Clone, Copy, Debug)]
pub struct KnownNames<'a> {
    /// The rules.
    pub rules: &'a [&'static Rule],
    /// The names of the configured instances.
    pub instances: &'a InstanceNames,
}

/// Reads the waivers at `path`.
///
/// # Errors
///
/// When the file cannot be read, or with everything that is wrong in it.
pub fn read(path: &Path, known: KnownNames<'_>) -> Result<Waivers, Error> {
    Ok(of(InputFile::read("waivers", path)?, known)?)
}

/// Makes records of the bytes of a file, which `file` names in messages.
///
/// # Errors
///
/// Everything that is wrong: bad syntax, unknown keys, wrong types, an id twice, a rule or an
/// instance that does not exist. A record that is whole and must not count is no such thing.
pub fn parse(bytes: Vec<u8>, file: &str, known: KnownNames<'_>) -> Result<Waivers, Problems> {
    of(InputFile::new(file, bytes), known)
}

fn of(input: InputFile, known: KnownNames<'_>) -> Result<Waivers, Problems> {
    let problems = |list| Problems { file: input.name.clone(), list };
    let (records, manual) = read::all(&input.bytes, known).map_err(problems)?;
    Ok(Waivers { input, records, manual })
}

#[cfg(test)]
mod tests;
