//! What an earlier pack says of its own findings.
//!
//! A finding is as old as the packs that reported it say. So an earlier month is not judged again
//! where its pack can be asked: what is known today was not known then.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::audit::prior::{PriorException, PriorVerdicts};
use crate::audit::{FindingKey, FindingVerdict, ORGANIZATION};
use crate::digest;
use crate::files;
use crate::rules::Severity;
use crate::snapshot::earlier::EarlierSnapshot;

/// The file that is read.
const REPORT: &str = "report.json";

/// What a pack says, and by which file.
pub(super) struct PriorPack {
    pub(super) prior: PriorVerdicts,
    /// SHA-256 of the file.
    pub(super) sha256: String,
}

/// What the pack of a snapshot says of these instances; none where it has no report for machines.
///
/// # Errors
///
/// Why the report that lies there is of no use, in a fragment.
pub(super) fn told(
    stored: &EarlierSnapshot,
    names: &BTreeSet<&str>,
) -> Result<Option<PriorPack>, String> {
    let Some(pack) = &stored.pack else { return Ok(None) };
    // What is not in its lists is not part of the pack.
    let Some(sealed) = pack.sealed.sha256(REPORT) else { return Ok(None) };
    let bytes = files::read_own(&pack.dir.join(REPORT))
        .map_err(|_| format!("`{REPORT}` cannot be read"))?;
    let sha256 = digest::of(&bytes);
    if sha256 != sealed {
        return Err(format!("`{REPORT}` is not the file that `SHA256SUMS` names"));
    }
    let report: PriorReport = serde_json::from_slice(&bytes)
        .map_err(|_| format!("`{REPORT}` is not what a report holds"))?;
    if report.snapshot_id != stored.peek.id {
        return Err(format!("`{REPORT}` speaks of another snapshot"));
    }
    let names = CurrentNames { stored, wanted: names };
    let mut prior = PriorVerdicts::begin(stored.collected_at(), stored.comparable);
    for rule in &report.rules {
        rule.tell(&names, &mut prior);
    }
    Ok(Some(PriorPack { prior, sha256 }))
}

/// The parts of `report.json` that say what was found.
#[derive(Deserialize)]
struct PriorReport {
    snapshot_id: String,
    rules: Vec<PriorRuleResult>,
}

#[derive(Deserialize)]
struct PriorRuleResult {
    code: String,
    title: String,
    parameters: Vec<PriorParameter>,
    instances: Vec<PriorInstanceResult>,
    findings: Vec<PriorFinding>,
}

#[derive(Deserialize)]
struct PriorParameter {
    key: String,
    value: String,
}

#[derive(Deserialize)]
struct PriorInstanceResult {
    instance: String,
    verdict: String,
    population: u64,
}

#[derive(Deserialize)]
struct PriorFinding {
    verdict: FindingVerdict,
    severity: Severity,
    instance: String,
    subject_type: String,
    subject_id: String,
    subject: String,
    first_seen: String,
}

impl PriorRuleResult {
    fn tell(&self, names: &CurrentNames<'_>, prior: &mut PriorVerdicts) {
        for answer in &self.instances {
            // As `Verdict::was_judged` has it.
            if answer.verdict == "not-evaluable" && answer.population == 0 {
                continue;
            }
            if let Some(instance) = names.today(&answer.instance) {
                prior.judged(&self.code, instance);
            }
        }
        for finding in &self.findings {
            let Some(instance) = names.today(&finding.instance) else { continue };
            // An instance that is the subject has its own name for an id.
            let is_itself = finding.subject_id == finding.instance;
            let subject_id = if is_itself { instance } else { &finding.subject_id };
            let subject_type = &finding.subject_type;
            let key = FindingKey { code: &self.code, instance, subject_type, subject_id };
            let former_finding = PriorException {
                code: self.code.clone(),
                title: self.title.clone(),
                subject_type: subject_type.clone(),
                parameters: self.parameters(),
                finding_id: key.id(),
                instance: instance.to_owned(),
                subject_id: subject_id.to_owned(),
                subject: finding.subject.clone(),
                severity: finding.severity,
            };
            let since = finding.first_seen.parse::<DateTime<Utc>>().ok();
            prior.note(former_finding, finding.verdict, since);
        }
    }

    fn parameters(&self) -> String {
        let terms = self
            .parameters
            .iter()
            .map(|parameter| format!("{} {}", parameter.key, parameter.value));
        terms.collect::<Vec<_>>().join("; ")
    }
}

/// What instances are called today.
struct CurrentNames<'a> {
    stored: &'a EarlierSnapshot,
    wanted: &'a BTreeSet<&'a str>,
}

impl<'a> CurrentNames<'a> {
    /// Today's name of an instance that is wanted, or that stands for all of them.
    fn today(&self, then: &'a str) -> Option<&'a str> {
        if then == ORGANIZATION {
            return Some(then);
        }
        let briefs = &self.stored.peek.instances;
        let brief = briefs.iter().find(|brief| brief.stored_name == then)?;
        self.wanted.contains(&*brief.name).then_some(&*brief.name)
    }
}
