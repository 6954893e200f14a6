//! The opinion: whether the evidence is whole, in sentences that an auditor can quote.

use std::collections::BTreeMap;

use super::inputs::ReportInputs;
use super::{gone, moved, remarks};
use crate::names::{and_few, and_list, counted, first_few};
use crate::report::RuleResult;
use crate::report::table::UNKNOWN;
use crate::rules::Subject;
use crate::snapshot::ledger::{CompletenessBasis, EndpointNeed, LedgerRow, ReadOutcome};
use crate::snapshot::{Collected, State};

/// Evidence checks that the opinion names; their section has them all.
const MOST_NAMED: usize = 3;

/// Instances, or lists of them, that a sentence names; all of them are in the collection's section.
pub(super) const MOST_INSTANCES: usize = 8;

/// What is said of lists that are missing, each of some instances.
const MOST_SENTENCES: usize = 8;

/// The opinion on evidence that is as whole as `state`; `rules` are all that were asked, those
/// about the evidence also where they are switched off.
pub(super) fn of(inputs: &ReportInputs<'_>, state: State, rules: &[&RuleResult]) -> String {
    let snapshot = inputs.given.snapshot;
    let lists = Lists::of(inputs);
    let checks = failed_checks(rules);
    let mut res = vec![overall(inputs, state, &checks), lists.population(inputs)];
    res.extend(lists.others());
    res.extend(lists.remarks(snapshot.is_imported()));
    res.extend(checks_sentence(&checks));
    res.extend(thresholds(rules));
    res.extend(gone::opinion(inputs));
    res.extend(moved::opinion(inputs));
    res.extend(remarks::opinion(inputs));
    res.extend(switched_off(inputs));
    if snapshot.is_imported() {
        res.push("The lists come from files, not from Retool itself.".to_owned());
    }
    res.join(" ")
}

/// The state of the report, and everything that makes it so.
fn overall(inputs: &ReportInputs<'_>, state: State, checks: &[&RuleResult]) -> String {
    let instances = &inputs.given.snapshot.instances;
    let names = |of: State| {
        let those = instances.iter().filter(|it| it.state() == of);
        those.map(|it| it.name.as_str()).collect::<Vec<_>>()
    };
    let mut because = Vec::new();
    if instances.is_empty() {
        because.push("no instance was collected".to_owned());
    }
    if let Some(failed) = and_few(&names(State::Failed), MOST_INSTANCES) {
        because.push(format!("the users or groups of {failed} could not be collected"));
    }
    if let Some(partial) = and_few(&names(State::Partial), MOST_INSTANCES) {
        because.push(format!("the collection of {partial} is partial"));
    }
    match checks.len() {
        0 => {}
        1 => because.push("1 evidence check found a problem".to_owned()),
        n => because.push(format!("{n} evidence checks found problems")),
    }
    if gone::opinion(inputs).is_some() {
        because.push("instances of earlier packs are no longer audited".to_owned());
    }
    if moved::opinion(inputs).is_some() {
        because.push("an instance may be another than in earlier packs".to_owned());
    }
    let word = state.word().to_uppercase();
    match and_list(&because) {
        Some(because) => format!("Collection of evidence: {word}, because {because}."),
        None => format!("Collection of evidence: {word}."),
    }
}

/// What came of the lists, in words.
#[derive(Default)]
struct Lists {
    /// Instances whose users and groups are whole, as far as anything tells.
    whole: usize,
    /// What speaks against the users and groups of the others, as `users: no answer`, each with the
    /// instances of which it is said.
    lacking: Vec<(String, Vec<String>)>,
    /// Of the other lists those that are not there or not sure, by what is to be said of them: the
    /// names of the instances of which it is.
    others: BTreeMap<(Absence, Vec<&'static str>), Vec<String>>,
    /// Users and groups of which nothing says that they are whole.
    unstated: Vec<String>,
    /// Lists that are whole by a person's statement, each with the statement.
    as_stated: Vec<String>,
    /// Lists that were read: all of them, and those whose count agrees with the server's.
    read: usize,
    counted: usize,
    /// Lists with cells that could not be read.
    unreadable: Vec<String>,
}

impl Lists {
    fn of(inputs: &ReportInputs<'_>) -> Self {
        let imported = inputs.given.snapshot.is_imported();
        let mut res = Self::default();
        for it in &inputs.given.snapshot.instances {
            res.weigh_population(it, imported);
            let read = it.ledger.iter().filter(|row| row.outcome == ReadOutcome::Ok);
            read.for_each(|row| res.weigh(&it.name, row));
            // Of an instance that failed nothing is reported, whatever else came.
            let due = |row: &&LedgerRow| it.state() != State::Failed && is_due(row);
            let mut absent: BTreeMap<Absence, Vec<&'static str>> = BTreeMap::new();
            for row in it.ledger.iter().filter(due) {
                let lists = absent.entry(Absence::of(it, row, imported)).or_default();
                lists.push(row.endpoint.spoken());
            }
            for alike in absent {
                res.others.entry(alike).or_default().push(it.name.clone());
            }
        }
        res
    }

    fn weigh_population(&mut self, it: &Collected, imported: bool) {
        let required = it.ledger.iter().filter(|row| row.endpoint.required());
        let short = required.filter(|row| row.state() != State::Complete);
        let why = |row: &LedgerRow| match row.outcome {
            ReadOutcome::NotConfigured if imported => "no file was provided",
            _ => row.phrase(),
        };
        let words = short.map(|row| format!("{}: {}", row.endpoint.spoken(), why(row)));
        let words = words.collect::<Vec<_>>().join(", ");
        if words.is_empty() && it.state() != State::Failed {
            self.whole += 1;
            return;
        }
        match self.lacking.iter_mut().find(|alike| alike.0 == words) {
            Some(alike) => alike.1.push(it.name.clone()),
            None => self.lacking.push((words, vec![it.name.clone()])),
        }
    }

    /// Takes in what one list that was read says of itself.
    fn weigh(&mut self, instance: &str, row: &LedgerRow) {
        let list = format!("{} of {instance}", row.endpoint.spoken());
        if !row.fields_unreadable.is_empty() {
            let fields = row.fields_unreadable.to_string().replace('_', " ");
            self.unreadable.push(format!("{list} ({fields})"));
        }
        // What was stored before the program asked has one of the lists, and no word about it.
        let is_list = row.whole_by.is_some() || row.endpoint.required();
        let agrees = row.is_counted() && row.rows_missing + row.rows_surplus == 0;
        self.read += usize::from(is_list);
        self.counted += usize::from(agrees && row.counts_differing.is_empty());
        match (row.whole_by, &row.stated) {
            (Some(CompletenessBasis::Nothing), _) if row.endpoint.required() => {
                self.unstated.push(list);
            }
            (Some(CompletenessBasis::AsStated), Some(it)) => {
                self.as_stated.push(format!("{list}, {it}"));
            }
            _ => {}
        }
    }

    /// Whether the users and groups are whole, and what says so.
    fn population(&self, inputs: &ReportInputs<'_>) -> String {
        let n = inputs.given.snapshot.instances.len();
        let whole = match (self.whole, n) {
            (0, 1) => "not complete".to_owned(),
            (0, n) => format!("not complete on any of {n} instances"),
            (1, 1) => "complete on the instance".to_owned(),
            (whole, _) if whole == n => format!("complete on all {n} instances"),
            (whole, _) => format!("complete on {whole} of {n} instances"),
        };
        let lacking = self.lacking.iter().map(|(words, names)| {
            let names = and_few(names, MOST_INSTANCES).unwrap_or_default();
            format!("{names} ({words})")
        });
        let lacking = first_few(&lacking.collect::<Vec<_>>(), MOST_SENTENCES).join("; ");
        let lacking = match self.whole {
            _ if lacking.is_empty() => String::new(),
            0 => format!(": {lacking}"),
            _ => format!("; not on {lacking}"),
        };
        let imported = inputs.given.snapshot.is_imported();
        let unstated = and_few(&self.unstated, MOST_INSTANCES).map(|lists| {
            let teller = if imported { "files" } else { "answers" };
            format!(
                ", as far as the {teller} tell: neither a count nor an end mark came with {lists}"
            )
        });
        format!("Users and groups: {whole}{lacking}{}.", unstated.unwrap_or_default())
    }

    /// What is to be said of the other lists that are not there or not sure.
    fn others(&self) -> impl Iterator<Item = String> {
        let sentence = |((absence, lists), instances): (&(Absence, Vec<&str>), &Vec<String>)| {
            let lists = and_list(lists).unwrap_or_default();
            let (first, rest) = lists.split_at(1);
            let names = and_few(instances, MOST_INSTANCES).unwrap_or_default();
            let Absence { what, why } = absence;
            format!("{}{rest}: {what} {names}{why}.", first.to_uppercase())
        };
        let more = self.others.len().saturating_sub(MOST_SENTENCES);
        let more = (more > 0).then(|| {
            let remarks = counted(&more.to_string(), "other remark");
            format!("There are {remarks} like these, which the ledger of the collection has.")
        });
        self.others.iter().take(MOST_SENTENCES).map(sentence).chain(more)
    }

    /// What else a reader must know of lists that were read.
    fn remarks(&self, imported: bool) -> Vec<String> {
        let mut res = Vec::new();
        match (self.counted, self.read) {
            (_, 0) => {}
            (0, _) if imported => {
                res.push("No count by the server came with the files.".to_owned());
            }
            (0, _) => res.push("No list came with a count by the server.".to_owned()),
            (counted, read) if counted == read => {
                res.push(
                    "The server's own count agrees for every list that comes with one.".to_owned(),
                );
            }
            (counted, read) => {
                res.push(format!("The server's own count agrees for {counted} of {read} lists."));
            }
        }
        if !self.as_stated.is_empty() {
            let lists = first_few(&self.as_stated, MOST_INSTANCES).join("; ");
            res.push(format!(
                "Complete as stated beside the files, and by no word of the server: {lists}."
            ));
        }
        if let Some(lists) = and_few(&self.unreadable, MOST_INSTANCES) {
            res.push(format!("Cells that could not be read count as unknown: {lists}."));
        }
        res
    }
}

/// Whether the opinion speaks of a list beside users and groups: it is not whole, and should be.
///
/// What is read where the token may is missing only where its reading broke off.
fn is_due(row: &LedgerRow) -> bool {
    match row.endpoint.need() {
        EndpointNeed::Required => false,
        _ if row.state() != State::Complete => true,
        EndpointNeed::Expected => !matches!(row.outcome, ReadOutcome::Ok | ReadOutcome::NotAsked),
        EndpointNeed::Extra | EndpointNeed::Provenance => false,
    }
}

/// Why a list of an instance is not there or not sure.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Absence {
    /// What stands before the instance: `not collected on`.
    what: &'static str,
    /// What stands behind it: ` (refused)`.
    why: String,
}

impl Absence {
    fn of(it: &Collected, row: &LedgerRow, imported: bool) -> Self {
        let version = it.records.version.as_ref().map_or(UNKNOWN, |it| it.version.as_str());
        let (what, why) = match row.outcome {
            ReadOutcome::Ok => ("in doubt on", row.phrase().to_owned()),
            ReadOutcome::Version if version == UNKNOWN => {
                ("not available on", "its version has no such endpoint".to_owned())
            }
            ReadOutcome::Version => {
                ("not available on", format!("Retool {version} has no such endpoint"))
            }
            ReadOutcome::Plan => ("not available on", "not in its plan".to_owned()),
            ReadOutcome::NotConfigured if imported => ("no file was provided for", String::new()),
            ReadOutcome::NotConfigured => ("none that the API shows on", String::new()),
            _ => ("not collected on", row.phrase().to_owned()),
        };
        let why = if why.is_empty() { why } else { format!(" ({why})") };
        Self { what, why }
    }
}

/// The rules about the evidence that do not hold and make the report partial, worst first.
fn failed_checks<'a>(rules: &[&'a RuleResult]) -> Vec<&'a RuleResult> {
    let fails = |rule: &&&RuleResult| {
        rule.bears_on_evidence && rule.instances.iter().any(|it| it.verdict.fails())
    };
    let mut res: Vec<&RuleResult> = rules.iter().filter(fails).copied().collect();
    res.sort_by_key(|rule| std::cmp::Reverse(rule.severity));
    res
}

fn checks_sentence(checks: &[&RuleResult]) -> Option<String> {
    let title = |rule: &&RuleResult| {
        let how = if rule.exceptions == 0 { ", by a person's answer" } else { "" };
        format!("{} ({}{how})", rule.title, rule.code)
    };
    let named: Vec<String> = checks.iter().take(MOST_NAMED).map(title).collect();
    let chiefly = if checks.len() > MOST_NAMED { ", chiefly" } else { "" };
    let plural = if checks.len() == 1 { "" } else { "s" };
    let n = checks.len();
    (n > 0).then(|| {
        format!("Problems were found by {n} evidence check{plural}{chiefly}: {}.", named.join("; "))
    })
}

/// Thresholds that are looser than a control allows, which make no list less whole.
fn thresholds(rules: &[&RuleResult]) -> Option<String> {
    let about = |rule: &&&RuleResult| {
        let mut findings = rule.findings();
        findings.any(|it| it.subject_type == Subject::Threshold && it.is_unaccepted())
    };
    let rule = rules.iter().find(about)?;
    let is = if rule.exceptions == 1 { "threshold is" } else { "thresholds are" };
    Some(format!("{} {is} looser than a control allows ({}).", rule.exceptions, rule.code))
}

/// The rules about the evidence that the configuration switches off.
fn switched_off(inputs: &ReportInputs<'_>) -> Option<String> {
    let codes: Vec<&str> = inputs.evidence.iter().map(|it| it.rule.code).collect();
    and_list(&codes).map(|codes| {
        format!(
            "Switched off in the configuration, and asked for this opinion all the same: {codes}."
        )
    })
}
