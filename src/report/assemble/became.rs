//! What became of the exceptions of the previous snapshots that no table of findings has any more.
//!
//! Not every exception that is gone was put right. Its subject may have got worse, and another rule
//! holds it now; or it may be gone itself, or not have been judged, and then its fate is
//! undetermined.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::gone;
use super::inputs::ReportInputs;
use crate::audit::prior::PriorException;
use crate::audit::{Finding, Outcome};
use crate::config::RuleSettings;
use crate::lookup::Known;
use crate::report::RuleResult;
use crate::report::comparison::{ExceptionFate, ResolvedException};
use crate::tables::Table;

/// Rules whose exceptions are worse than those of another rule about the same subject, although
/// they may be of no worse severity.
const WORSE: &[(&str, &[&str])] = &[
    ("soon-dormant", &["dormant-account", "dormant-privileged-account"]),
    ("never-used-account", &["dormant-account", "dormant-privileged-account"]),
    ("dormant-account", &["dormant-privileged-account"]),
    ("late-removal", &["leaver-still-active", "activity-after-leaving"]),
    ("disabled-but-entitled", &["leaver-still-active", "unapproved-reactivation"]),
    ("partial-offboarding", &["leaver-still-active"]),
    ("account-without-owner", &["leaver-still-active"]),
    ("contractor-past-end", &["leaver-still-active"]),
    ("active-while-on-leave", &["leaver-still-active"]),
    ("account-before-start", &["contractor-past-end", "leaver-still-active"]),
    ("user-without-2fa", &["admin-without-2fa"]),
    ("undocumented-token", &["orphaned-token"]),
];

/// What tells of changes since the previous snapshot: an exception of a rule that reads it ends
/// with the month, whether it was put right or not.
const OF_CHANGES: &[Table] = &[
    Table::Previous,
    Table::FormerUsers,
    Table::FormerRoster,
    Table::Swings,
    Table::GroupChanges,
    Table::SettingChanges,
    Table::Changes,
    Table::Continuity,
];

/// All of them, the worst first.
pub(super) fn all(inputs: &ReportInputs<'_>, rules: &[RuleResult]) -> Vec<ResolvedException> {
    let there: Known<&str> =
        rules.iter().flat_map(RuleResult::findings).map(|it| it.id.as_str()).collect();
    let gone = inputs.prior.iter().filter(|it| !there.has(it.finding_id));
    let mut gone: Vec<&PriorException<'_>> = gone.collect();
    gone.sort_unstable_by_key(|it| (it.code, it.instance, it.subject, it.finding_id));
    let now = CurrentFindings::of(inputs, rules, &gone);
    let told = |prior: &&PriorException<'_>| {
        let (outcome, why) = now.became(prior);
        fixed(prior, outcome, why)
    };
    let mut res: Vec<ResolvedException> = gone.iter().map(told).collect();
    res.sort_by_key(|it| Reverse(it.severity));
    res
}

fn fixed(prior: &PriorException<'_>, outcome: ExceptionFate, why: String) -> ResolvedException {
    ResolvedException {
        finding_id: prior.finding_id.to_owned(),
        code: prior.code.to_owned(),
        title: prior.title.to_owned(),
        severity: prior.severity,
        instance: prior.instance.to_owned(),
        subject: prior.subject.to_owned(),
        subject_id: prior.subject_id.to_owned(),
        subject_type: prior.subject_type.to_owned(),
        outcome,
        why,
    }
}

/// A subject: its instance, its kind and its id.
type SubjectOf<'a> = (&'a str, &'a str, &'a str);

fn subject_of<'a>(it: &PriorException<'a>) -> SubjectOf<'a> {
    (it.instance, it.subject_type, it.subject_id)
}

/// What is there now.
struct CurrentFindings<'a> {
    settings: &'a RuleSettings,
    /// Why instances of earlier packs are not among those of now.
    gone: BTreeMap<String, String>,
    rules: &'a [RuleResult],
    outcomes: &'a [Outcome],
    /// Ids of what was an exception of a previous snapshot.
    before: Known<&'a str>,
    /// The exceptions of now by their subjects, as far as those had others that are gone.
    exceptions: BTreeMap<SubjectOf<'a>, Vec<(&'a RuleResult, &'a Finding)>>,
    /// The accounts, groups, tokens and so on, of the kinds that have a list.
    there: BTreeMap<&'static str, BTreeSet<(String, String)>>,
}

/// The kinds of subject that an instance lists: where, and by which id.
const LISTS: [(&str, Table, &str); 5] = [
    ("user", Table::Users, "user_id"),
    ("group", Table::Groups, "group_id"),
    ("token", Table::Tokens, "token_id"),
    ("invite", Table::Invites, "invite_id"),
    ("request", Table::AccessRequests, "request_id"),
];

impl<'a> CurrentFindings<'a> {
    fn of(
        inputs: &ReportInputs<'a>,
        rules: &'a [RuleResult],
        gone: &[&PriorException<'a>],
    ) -> Self {
        let subjects: Known<SubjectOf<'_>> = gone.iter().map(|it| subject_of(it)).collect();
        let findings = rules.iter().flat_map(|rule| rule.findings().map(move |it| (rule, it)));
        let mut exceptions: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (rule, it) in findings.filter(|(_, it)| it.verdict.is_exception()) {
            let subject = (it.instance.as_str(), it.subject_type.word(), it.subject_id.as_str());
            if subjects.has(&subject) {
                exceptions.entry(subject).or_default().push((rule, it));
            }
        }
        Self {
            settings: &inputs.given.config.rules,
            gone: gone::reasons(inputs),
            rules,
            outcomes: inputs.outcomes,
            before: inputs.prior.iter().map(|it| it.finding_id).collect(),
            exceptions,
            there: LISTS.iter().map(|list| (list.0, listed(inputs, list))).collect(),
        }
    }

    fn became(&self, prior: &PriorException<'_>) -> (ExceptionFate, String) {
        let rule = self.rules.iter().find(|rule| rule.code == prior.code);
        let Some(rule) = rule else {
            return (
                ExceptionFate::NotComparable,
                "the rule is not in the catalogue any more".to_owned(),
            );
        };
        if let Some(why) = self.not_judged(rule, prior) {
            return (ExceptionFate::NotComparable, why);
        }
        if let Some(worse) = self.worse(rule, prior) {
            return (ExceptionFate::Superseded, format!("{} reports it now", worse.code));
        }
        (ExceptionFate::Resolved, String::new())
    }

    /// Why the rule's silence about a subject says nothing; none where it does say something.
    fn not_judged(&self, rule: &RuleResult, prior: &PriorException<'_>) -> Option<String> {
        if let Some(why) = self.gone.get(prior.instance) {
            return Some(why.clone());
        }
        let answer = rule.instances.iter().find(|instance| instance.instance == prior.instance);
        let Some(answer) = answer else { return Some("the instance was not judged".to_owned()) };
        if self.settings.disabled.contains_key(rule.name)
            || !answer.verdict.was_judged(answer.population)
        {
            return Some(format!("the rule was not judged: {}", answer.reason));
        }
        let terms = &prior.terms;
        let parameters = rule.terms();
        if terms.parameters != parameters {
            let then = &terms.parameters;
            return Some(format!("the rule is judged by {parameters} now, and was by {then}"));
        }
        if terms.version != rule.version {
            let (now, then) = (&rule.version, &terms.version);
            return Some(format!("the rule is of version {now} now, and was of {then}"));
        }
        let outcome = self.outcomes.iter().find(|outcome| outcome.rule.code == rule.code);
        if outcome.is_some_and(|it| it.rule.reads.iter().any(|read| OF_CHANGES.contains(read))) {
            return Some(
                "the rule speaks of changes since the month before, and that month is over"
                    .to_owned(),
            );
        }
        let list = self.there.get(prior.subject_type)?;
        let key = (prior.instance.to_owned(), prior.subject_id.to_owned());
        (!list.contains(&key)).then(|| format!("the {} is gone", prior.subject_type))
    }

    /// A worse rule that has come to hold the subject.
    fn worse(&self, rule: &RuleResult, prior: &PriorException<'_>) -> Option<&'a RuleResult> {
        let worse = WORSE.iter().find(|it| it.0 == rule.name).map_or(&[][..], |it| it.1);
        let exceptions = self.exceptions.get(&subject_of(prior))?.iter();
        let mut new = exceptions.filter(|(_, it)| !self.before.has(&*it.id));
        let holds =
            new.find(|(other, it)| it.severity > prior.severity || worse.contains(&other.name));
        holds.map(|(other, _)| *other)
    }
}

/// The instance and the id of everything in a list.
fn listed(
    inputs: &ReportInputs<'_>,
    (_, table, id): &(&str, Table, &str),
) -> BTreeSet<(String, String)> {
    let frame = inputs.tables.frame(*table);
    let column = |name: &str| frame.column(name).ok().and_then(|it| it.str().ok()).cloned();
    let (Some(instances), Some(ids)) = (column("instance"), column(id)) else {
        return BTreeSet::new();
    };
    let pairs = instances.iter().zip(ids.iter());
    pairs.filter_map(|(instance, id)| Some((instance?.to_owned(), id?.to_owned()))).collect()
}
