//! A record of a waiver for findings of a pack, as far as is known what goes into it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use crate::audit::FindingVerdict;
use crate::catalogue::Catalogue;
use crate::config::RuleSettings;
use crate::config::problem::did_you_mean;
use crate::config::toml_text::quoted;
use crate::files;
use crate::names::one_line;
use crate::rules::{Rule, Severity, longest_term};
use crate::run::Error;
use crate::waivers::{WaiverKind, is_never_waived};

/// What a pack says of its findings.
#[derive(Deserialize)]
pub(in crate::run) struct PackReport {
    rules: Vec<PackRule>,
}

#[derive(Deserialize)]
struct PackRule {
    code: String,
    version: String,
    findings: Vec<PackFinding>,
}

#[derive(Clone, Deserialize)]
struct PackFinding {
    finding_id: String,
    verdict: FindingVerdict,
    severity: Severity,
    instance: String,
    subject_type: String,
    subject_id: String,
    subject: String,
    sentence: String,
}

/// Findings of one rule on one instance, which one record may accept.
pub(in crate::run) struct Accepted {
    rule: &'static Rule,
    version: String,
    findings: Vec<PackFinding>,
}

/// What people said of a waiver; what is empty keeps the record from counting.
#[derive(Clone, Copy, Default)]
pub(in crate::run) struct WaiverRequest<'a> {
    pub(in crate::run) reason: &'a str,
    pub(in crate::run) owner: &'a str,
    pub(in crate::run) requested_by: &'a str,
    /// What keeps the risk down meanwhile: then the waiver is of that kind.
    pub(in crate::run) compensating_control: &'a str,
    pub(in crate::run) ticket: &'a str,
    /// The last day, where it is before the longest term.
    pub(in crate::run) expires: Option<NaiveDate>,
}

pub(super) const REPORT: &str = "report.json";

/// Reads what a pack says of its findings.
pub(in crate::run) fn read(pack: &Path) -> Result<PackReport, Error> {
    let path = pack.join(REPORT);
    let broken =
        |source| Error::Pack(crate::pack::Error::Io { deed: "read", path: path.clone(), source });
    let bytes = files::read(&path).map_err(broken)?;
    serde_json::from_slice(&bytes).map_err(|it| broken(it.into()))
}

/// The findings by rule and instance, in the order in which they were named.
pub(in crate::run) fn accepted(
    report: &PackReport,
    ids: &[String],
    catalogue: &Catalogue,
    pack: &Path,
) -> Result<Vec<Accepted>, Error> {
    let refuse = |id: &String, why: String| Error::NotWaived { id: id.clone(), why };
    let mut res: Vec<Accepted> = Vec::new();
    let mut places = BTreeMap::new();
    for id in ids {
        let all =
            report.rules.iter().flat_map(|rule| rule.findings.iter().map(move |it| (rule, it)));
        let Some((told, finding)) = all.clone().find(|it| it.1.finding_id == *id) else {
            let near = did_you_mean(id, all.map(|it| &*it.1.finding_id));
            let near = near.map(|it| format!("; {it}")).unwrap_or_default();
            return Err(refuse(id, format!("no finding of `{}`{near}", pack.display())));
        };
        if finding.verdict == FindingVerdict::Undetermined {
            let why = format!(
                "undetermined, and a waiver accepts exceptions: `retool-audit answer {} {}` writes \
                 down what a person found",
                told.code, finding.instance
            );
            return Err(refuse(id, why));
        }
        let Some(rule) = catalogue.find(&told.code) else {
            return Err(refuse(
                id,
                format!("of the rule {}, which this program does not know", told.code),
            ));
        };
        if is_never_waived(rule) {
            return Err(refuse(id, format!("of {}, which is never waived", rule.code)));
        }
        let place = *places.entry((rule.code, finding.instance.clone())).or_insert_with(|| {
            res.push(Accepted { rule, version: told.version.clone(), findings: Vec::new() });
            res.len() - 1
        });
        res[place].findings.push(finding.clone());
    }
    Ok(res)
}

impl Accepted {
    /// The worst of the findings.
    fn cap(&self) -> Severity {
        self.findings.iter().map(|it| it.severity).max().unwrap_or(self.rule.severity)
    }

    /// The record, which begins on `day`; what nobody said is empty, and keeps it from counting
    /// until it is filled.
    pub(in crate::run) fn record(
        &self,
        day: NaiveDate,
        settings: &RuleSettings,
        said: WaiverRequest<'_>,
    ) -> String {
        let first = &self.findings[0];
        let longest = longest_term(self.cap(), settings);
        let last = day.checked_add_signed(TimeDelta::days(longest - 1)).unwrap_or(day);
        let expires = said.expires.map_or(last, |it| it.min(last));
        let kind = if said.compensating_control.is_empty() {
            WaiverKind::RiskAccepted
        } else {
            WaiverKind::CompensatingControl
        };
        let others = WaiverKind::ALL.iter().filter(|it| it.1 != kind).map(|it| it.0);
        let others: Vec<&str> = others.collect();
        let mut res = format!(
            "{sentences}[[waiver]]\n\
             id = {id}  # unique for ever\n\
             kind = {kind}  # or {others}\n\
             rule = {rule}  # {code} {title}\n\
             rule-version = {version}\n\
             instance = {instance}\n\
             subjects = [{subjects}\n]\n\
             severity-cap = \"{cap}\"  # worse exceptions are not covered\n\
             reason = {reason}  # why the risk is accepted\n\
             owner = {owner}  # who answers for it\n\
             requested-by = {requested_by}\n\
             approver = \"\"  # none of the others, nor a subject\n\
             approved-at = \"\"  # such as {day}T09:00:00Z\n\
             starts = {day}\n\
             expires = {expires}  # {longest} days on at most\n",
            id = quoted(&format!("W-{}-{}", day.format("%Y-%m"), &first.finding_id[2..8])),
            rule = quoted(self.rule.name),
            code = self.rule.code,
            title = self.rule.title,
            version = quoted(&self.version),
            instance = quoted(&first.instance),
            subjects = self.subjects(),
            cap = self.cap().word(),
            kind = quoted(kind.word()),
            others = others.join(", "),
            reason = quoted(said.reason),
            owner = quoted(said.owner),
            requested_by = quoted(said.requested_by),
            sentences = self.sentences(),
        );
        for (key, text) in
            [("compensating-control", said.compensating_control), ("ticket", said.ticket)]
        {
            if !text.is_empty() {
                writeln!(res, "{key} = {}", quoted(text)).expect("text grows");
            }
        }
        res
    }

    /// What the findings say, each in a comment.
    fn sentences(&self) -> String {
        let line = |it: &PackFinding| format!("# {}: {}\n", it.finding_id, one_line(&it.sentence));
        self.findings.iter().map(line).collect()
    }

    fn subjects(&self) -> String {
        let line = |it: &PackFinding| {
            let id = quoted(&format!("{}:{}", it.subject_type, it.subject_id));
            format!("\n  {id},  # {}", one_line(&it.subject))
        };
        self.findings.iter().map(line).collect()
    }
}
