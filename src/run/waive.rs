//! Records of waivers and manual evidence, filled in as far as a pack tells, to be completed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use super::{Error, Exit, now, print, read_inputs};
use crate::audit::FindingVerdict;
use crate::catalogue::Catalogue;
use crate::cli::{AnswerArgs, WaiveArgs};
use crate::config::Config;
use crate::config::problem::did_you_mean;
use crate::config::toml_text::quoted;
use crate::files;
use crate::progress::Progress;
use crate::rules::{Rule, Severity, longest_term};
use crate::waivers::{self, KnownNames, is_never_waived};

/// What a pack says of its findings.
#[derive(Deserialize)]
struct PackReport {
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
struct Accepted {
    rule: &'static Rule,
    version: String,
    findings: Vec<PackFinding>,
}

/// Prints a record for the findings, or appends it to the file of waivers.
pub(super) fn waive(config: &Path, args: &WaiveArgs, progress: &Progress) -> Result<Exit, Error> {
    let inputs = read_inputs(config)?;
    let pack = match &args.pack {
        Some(it) => it.clone(),
        None => newest(&inputs.config.output.dir)?,
    };
    let report = read(&pack)?;
    let accepted = accepted(&report, &args.findings, &inputs.catalogue, &pack)?;
    let day = inputs.config.organization.calendar().day(now());
    let settings = &inputs.config.rules;
    let records = accepted.iter().map(|it| it.record(day, longest_term(it.cap(), settings)));
    let text = records.collect::<Vec<_>>().join("\n");
    put(&inputs.config, &inputs.catalogue, &text, args.write, progress)
}

/// Prints a record of what a person answers where a rule is not evaluable.
pub(super) fn answer(config: &Path, args: &AnswerArgs) -> Result<Exit, Error> {
    let inputs = read_inputs(config)?;
    let Some(rule) = inputs.catalogue.find(&args.rule) else {
        let known = inputs.catalogue.rules().iter().flat_map(|it| [it.name, it.code]);
        return Err(Error::no_rule(&args.rule, known));
    };
    let day = inputs.config.organization.calendar().day(now());
    let last = day.checked_add_months(chrono::Months::new(1)).unwrap_or(day);
    let text = format!(
        "# {code} {title}\n# Needed: {missing}\n\
         [[manual-evidence]]\nrule = {name}\ninstance = {instance}\n\
         answer = \"\"           # pass or fail\n\
         text = \"\"             # what was looked at, and what was seen\n\
         evidence = \"\"         # the name of the file that shows it\n\
         sha256 = \"\"           # its SHA-256, as `sha256sum` prints it\n\
         by = \"\"               # who looked: an address in the roster\n\
         at = \"\"               # when, such as {day}T09:00:00Z\n\
         valid-until = {last}  # one month on at most\n",
        code = rule.code,
        title = rule.title,
        missing = rule.missing,
        name = quoted(rule.name),
        instance = quoted(&args.instance),
    );
    print(text.trim_end())?;
    Ok(Exit::Done)
}

/// The newest pack of an output folder.
fn newest(out: &Path) -> Result<PathBuf, Error> {
    let packs = files::folders_in(out).into_iter().flat_map(|month| files::folders_in(&month));
    let newest = packs.filter(|it| it.join(REPORT).is_file()).max();
    newest.ok_or_else(|| Error::NoPack { out: out.to_owned() })
}

const REPORT: &str = "report.json";

fn read(pack: &Path) -> Result<PackReport, Error> {
    let path = pack.join(REPORT);
    let broken =
        |source| Error::Pack(crate::pack::Error::Io { deed: "read", path: path.clone(), source });
    let bytes = files::read(&path).map_err(broken)?;
    serde_json::from_slice(&bytes).map_err(|it| broken(it.into()))
}

/// The findings by rule and instance, in the order in which they were named.
fn accepted(
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

    /// The record; what only people know is empty, and keeps it from counting until it is filled.
    fn record(&self, day: NaiveDate, longest: i64) -> String {
        let first = &self.findings[0];
        let last = day.checked_add_signed(TimeDelta::days(longest - 1)).unwrap_or(day);
        let mut res = String::new();
        for it in &self.findings {
            writeln!(res, "# {}: {}", it.finding_id, one_line(&it.sentence)).expect("text grows");
        }
        write!(
            res,
            "[[waiver]]\n\
             id = {id}  # unique for ever\n\
             kind = \"risk-accepted\"  # or compensating-control, remediation-plan, false-positive, not-applicable\n\
             rule = {rule}  # {code} {title}\n\
             rule-version = {version}\n\
             instance = {instance}\n\
             subjects = [{subjects}\n]\n\
             severity-cap = \"{cap}\"  # worse exceptions are not covered\n\
             reason = \"\"  # why the risk is accepted\n\
             owner = \"\"  # who answers for it\n\
             requested-by = \"\"\n\
             approver = \"\"  # none of the others, nor a subject\n\
             approved-at = \"\"  # such as {day}T09:00:00Z\n\
             starts = {day}\n\
             expires = {last}  # {longest} days on at most\n",
            id = quoted(&format!("W-{}-{}", day.format("%Y-%m"), &first.finding_id[2..8])),
            rule = quoted(self.rule.name),
            code = self.rule.code,
            title = self.rule.title,
            version = quoted(&self.version),
            instance = quoted(&first.instance),
            subjects = self.subjects(),
            cap = self.cap().word(),
        )
        .expect("text grows");
        res
    }

    fn subjects(&self) -> String {
        let line = |it: &PackFinding| {
            let id = quoted(&format!("{}:{}", it.subject_type, it.subject_id));
            format!("\n  {id},  # {}", one_line(&it.subject))
        };
        self.findings.iter().map(line).collect()
    }
}

/// Prints the records, or appends them to the file that the configuration names.
fn put(
    config: &Config,
    catalogue: &Catalogue,
    text: &str,
    writes: bool,
    progress: &Progress,
) -> Result<Exit, Error> {
    if !writes {
        print(text.trim_end())?;
        return Ok(Exit::Done);
    }
    let Some(path) = &config.waivers else { return Err(Error::NoWaivers) };
    let unwritten = |source| Error::Init { path: path.clone(), source };
    let before = files::read(path).map_err(unwritten)?;
    let gap: &[u8] = if before.is_empty() || before.ends_with(b"\n\n") { b"" } else { b"\n" };
    let added = [gap, text.as_bytes()].concat();
    // What is appended must leave the file readable, ids that are there twice among it.
    let names = config.names();
    let known = KnownNames { rules: catalogue.rules(), instances: &names };
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    waivers::parse([&*before, &*added].concat(), &file, known).map_err(waivers::Error::from)?;
    files::append(path, &added).map_err(unwritten)?;
    progress.say(&format!(
        "appended to `{}`; it counts when its empty texts are filled",
        path.display()
    ));
    Ok(Exit::Done)
}

/// A text within a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}
