//! From the file's tables to records, with every problem noted.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Evidence, KnownNames, ManualEvidence, Waiver, WaiverKind, WaiverScope};
use crate::audit::ORGANIZATION;
use crate::config::problem::{Problem, did_you_mean};
use crate::config::raw::{TomlFile, TomlSection};
use crate::names::fold;
use crate::rules::{Rule, Severity, Subject};

/// Reads every record of a file.
///
/// # Errors
///
/// Everything that is wrong.
pub(super) fn all(
    bytes: &[u8],
    known: KnownNames<'_>,
) -> Result<(Vec<Waiver>, Vec<ManualEvidence>), Vec<Problem>> {
    let file = TomlFile::of_bytes(bytes).map_err(|it| vec![it])?;
    let mut root = file.root();
    let (mut records, mut ids) = (Vec::new(), BTreeSet::new());
    for mut section in root.sections("waiver", "write `[[waiver]]`") {
        let id = section.required_text("id");
        if !ids.insert(id.clone()) && !id.is_empty() {
            section.refuse("id", format!("`{id}` is there twice"), None);
        }
        records.extend(waiver(&mut section, id, known));
        section.finish();
    }
    let mut manual = Vec::new();
    for mut section in root.sections("manual-evidence", "write `[[manual-evidence]]`") {
        manual.extend(manual_evidence(&mut section, known));
        section.finish();
    }
    root.finish();
    match file.into_problems() {
        list if list.is_empty() => Ok((records, manual)),
        list => Err(list),
    }
}

/// One waiver; none where a problem was noted that leaves nothing to go on with.
fn waiver(section: &mut TomlSection<'_>, id: String, known: KnownNames<'_>) -> Option<Waiver> {
    section.require("kind");
    let kind = section.choice("kind", WaiverKind::ALL);
    let rule = rule(section, known);
    let (instance, formerly) = instance(section, known);
    let severities = Severity::ALL.iter().map(|it| (it.word(), *it)).collect::<Vec<_>>();
    let scope = scope(section, rule);
    let blank = section.is_blank("severity-cap");
    let severity_cap = if blank { None } else { section.choice("severity-cap", &severities) };
    let evidence = section.sections("evidence", "write `[{ file = \"…\", sha256 = \"…\" }]`");
    let res = Waiver {
        id,
        scope,
        severity_cap,
        former_names: known.instances.before(&instance),
        instance,
        formerly,
        rule_version: rule_version(section),
        reason: text(section, "reason"),
        compensating_control: text(section, "compensating-control"),
        evidence: evidence.into_iter().map(support).collect(),
        owner: text(section, "owner"),
        requested_by: text(section, "requested-by"),
        approver: text(section, "approver"),
        approved_at: instant(section, "approved-at"),
        starts: day(section, "starts"),
        expires: day(section, "expires"),
        review_by: day(section, "review-by"),
        ticket: text(section, "ticket"),
        supersedes: text(section, "supersedes"),
        kind: kind?,
        rule: rule?,
    };
    Some(res)
}

fn manual_evidence(section: &mut TomlSection<'_>, known: KnownNames<'_>) -> Option<ManualEvidence> {
    section.require("answer");
    let rule = rule(section, known);
    let (instance, formerly) = match rule {
        Some(rule) if rule.subject.is_organizations() => (organization(section, rule), None),
        _ => instance(section, known),
    };
    let pass = section.choice("answer", &[("pass", true), ("fail", false)]);
    let res = ManualEvidence {
        instance,
        formerly,
        text: text(section, "text"),
        evidence: text(section, "evidence"),
        sha256: hash(section),
        by: text(section, "by"),
        at: instant(section, "at"),
        valid_until: day(section, "valid-until"),
        rule: rule?,
        pass: pass?,
    };
    Some(res)
}

/// A text; an empty one is as missing as none, and what is missing keeps a record from counting.
fn text<'a>(section: &mut TomlSection<'a>, key: &'a str) -> Option<String> {
    if section.is_blank(key) { None } else { section.text(key) }
}

/// A day; an empty text is none.
fn day<'a>(section: &mut TomlSection<'a>, key: &'a str) -> Option<NaiveDate> {
    if section.is_blank(key) { None } else { section.day(key) }
}

/// An instant; an empty text is none.
fn instant<'a>(section: &mut TomlSection<'a>, key: &'a str) -> Option<DateTime<Utc>> {
    if section.is_blank(key) { None } else { section.instant(key) }
}

/// The version of a rule: some are digits alone, which a file may hold without quotes.
fn rule_version(section: &mut TomlSection<'_>) -> Option<String> {
    if section.is_blank("rule-version") {
        return None;
    }
    let help = "write the eight characters of the version in quotes, such as `\"c135a594\"`";
    section.text_or_digits("rule-version", help)
}

/// Exactly one rule, by code or name.
fn rule(section: &mut TomlSection<'_>, known: KnownNames<'_>) -> Option<&'static Rule> {
    let word = section.required_text("rule");
    let is = |rule: &&&'static Rule| rule.name == word || rule.code.eq_ignore_ascii_case(&word);
    let res = known.rules.iter().find(is).copied();
    if res.is_none() && !word.is_empty() {
        let help = did_you_mean(&word, known.rules.iter().flat_map(|rule| [rule.name, rule.code]));
        let help = help.or_else(|| Some("name exactly one rule, by code or name".to_owned()));
        section.refuse("rule", format!("`{word}` is not a rule"), help);
    }
    res
}

/// The instance by today's name, and the word itself where that is an earlier one.
fn instance(section: &mut TomlSection<'_>, known: KnownNames<'_>) -> (String, Option<String>) {
    let word = section.required_text("instance");
    if let Some(it) = known.instances.find(&word) {
        return (it.today.to_owned(), it.formerly.then_some(word));
    }
    if !word.is_empty() {
        let help = did_you_mean(&word, known.instances.today());
        section.refuse("instance", format!("`{word}` is not a configured instance"), help);
    }
    (word, None)
}

/// Where a rule looks at no instance, its one answer has the place of all of them.
fn organization(section: &mut TomlSection<'_>, rule: &Rule) -> String {
    let word = section.required_text("instance");
    if fold(&word) == ORGANIZATION {
        return ORGANIZATION.to_owned();
    }
    if !word.is_empty() {
        let what = format!("`{word}` is not `{ORGANIZATION}`");
        let help = format!("{} is organization-wide: write `{ORGANIZATION}`", rule.code);
        section.refuse("instance", what, Some(help));
    }
    word
}

fn scope(section: &mut TomlSection<'_>, rule: Option<&Rule>) -> WaiverScope {
    let words = section.words_and_blanks("subjects").unwrap_or_default();
    let finding_ids = section.words_and_blanks("finding-ids").unwrap_or_default();
    for it in finding_ids.iter().filter(|finding_id| !is_finding_id(finding_id)) {
        section.refuse("finding-ids", format!("`{it}` is not the id of a finding"), None);
    }
    if !words.is_empty() && !finding_ids.is_empty() {
        section.refuse_all("has both `subjects` and `finding-ids`", Some("keep one".to_owned()));
    }
    let subjects = words.iter().filter_map(|word| subject(section, word, rule?.subject)).collect();
    let pattern = text(section, "pattern");
    WaiverScope { subjects, finding_ids, pattern, allow_group: section.flag("allow-group") }
}

/// What a subject goes by: `user:user_1f…`, whose kind must be what the rule looks at, or the same
/// without the kind.
fn subject(section: &TomlSection<'_>, word: &str, wanted: Subject) -> Option<String> {
    let known = wanted.word();
    let (kind, name) = word.split_once(':').unwrap_or(("", word));
    let of_a_kind = |kind: &str| Subject::ALL.iter().any(|it| it.word() == kind);
    if !of_a_kind(kind) {
        return Some(word.to_owned());
    }
    if kind == known && !name.trim().is_empty() {
        return Some(name.trim().to_owned());
    }
    let what = if name.trim().is_empty() {
        format!("`{word}` names nothing")
    } else {
        format!("`{word}` is not a {known}, which is what the rule looks at")
    };
    section.refuse("subjects", what, Some(format!("write `{known}:` and Retool's id")));
    None
}

/// Whether a word is the id of a finding.
pub fn is_finding_id(word: &str) -> bool {
    let hex = |it: char| it.is_ascii_digit() || ('a'..='f').contains(&it);
    word.strip_prefix("F-").is_some_and(|it| it.len() == 12 && it.chars().all(hex))
}

fn support(mut section: TomlSection<'_>) -> Evidence {
    let file = section.required_text("file");
    section.require("sha256");
    let sha256 = hash(&mut section).unwrap_or_default();
    section.finish();
    Evidence { file, sha256 }
}

fn hash(section: &mut TomlSection<'_>) -> Option<String> {
    let res = text(section, "sha256")?.to_lowercase();
    if res.len() != 64 || !res.chars().all(|it| it.is_ascii_hexdigit()) {
        section.refuse("sha256", "is not a SHA-256 of 64 hex digits", None);
    }
    Some(res)
}
