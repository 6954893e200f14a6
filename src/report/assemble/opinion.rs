//! The opinion: whether the population is whole, in sentences that an auditor can quote.

use std::fmt::Write as _;

use super::inputs::ReportInputs;
use super::{gone, moved, remarks};
use crate::audit::Verdict;
use crate::report::RuleResult;
use crate::rules::{RuleKind, Subject};
use crate::snapshot::ledger::{CompletenessBasis, Endpoint, EndpointNeed, LedgerRow, ReadOutcome};
use crate::snapshot::{Collected, State};

/// The opinion on evidence whose instances are in these states.
pub(super) fn of(
    inputs: &ReportInputs<'_>,
    states: &[(&Collected, State)],
    rules: &[&RuleResult],
) -> String {
    let imported = inputs.snapshot.is_imported();
    let lists = IncompleteLists::of(inputs, rules);
    let state = states.iter().map(|(_, it)| *it).max().unwrap_or(State::Failed);
    let mut res = verdict(&lists, state, states.len(), imported);
    res += &lists.beside(state, imported);
    if let Some(odd) = odd(rules) {
        write!(res, " Rules about the evidence have exceptions: {odd}.").expect("text grows");
    }
    if let Some(failed) = failed_by_hand(rules) {
        write!(res, " By a person's answer, rules about the evidence do not hold: {failed}.")
            .expect("text grows");
    }
    if let Some(it) = rules.iter().find(|rule| rule.name == ROSTER && rule.verdict.fails()) {
        let code = it.code;
        let but = "The report is partial at best: the roster that all instances are compared with";
        write!(res, " {but} is in doubt ({code}).").expect("text grows");
    }
    if let Some(it) = gone::opinion(inputs) {
        write!(res, " {it}").expect("text grows");
    }
    for it in moved::opinion(inputs).into_iter().chain(remarks::opinion(inputs)) {
        write!(res, " {it}").expect("text grows");
    }
    if let Some(off) = switched_off(inputs) {
        write!(
            res,
            " Switched off in the configuration, and asked for this opinion all the same: {off}."
        )
        .expect("text grows");
    }
    if imported {
        res += " The lists come from files, not from Retool itself.";
    }
    res
}

/// The lists that are not whole, each as `users of prod (no answer)`.
#[derive(Default)]
struct IncompleteLists {
    /// Those that should be.
    lacking: Vec<String>,
    /// Those that the instance does not offer.
    absent: Vec<String>,
    /// Whether something speaks against users or groups that were read to their end.
    doubtful: bool,
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

impl IncompleteLists {
    fn of(inputs: &ReportInputs<'_>, rules: &[&RuleResult]) -> Self {
        let imported = inputs.snapshot.is_imported();
        let mut res = Self::default();
        for it in &inputs.snapshot.instances {
            let failed = it.state() == State::Failed;
            it.ledger.iter().for_each(|row| res.weigh(&it.name, row));
            for row in it.ledger.iter().filter(|it| is_due(it, failed)) {
                let why = match row.outcome {
                    ReadOutcome::NotConfigured if imported => "no file provided",
                    _ => row.phrase(),
                };
                let endpoint = row.endpoint.name();
                let words = format!("{} of {} ({why})", spoken(row.endpoint), it.name);
                res.doubtful |= row.endpoint.required() && row.is_doubtful();
                if row.state() != State::Complete || required(rules, &it.name, endpoint) {
                    res.lacking.push(words);
                } else {
                    res.absent.push(words);
                }
            }
        }
        res
    }

    /// Takes in what one list that was read says of itself.
    fn weigh(&mut self, instance: &str, row: &LedgerRow) {
        if row.outcome != ReadOutcome::Ok {
            return;
        }
        let list = format!("{} of {instance}", spoken(row.endpoint));
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

    /// What is to be said of lists beside the verdict on all of them.
    fn beside(&self, state: State, imported: bool) -> String {
        let mut res = String::new();
        if !self.absent.is_empty() {
            let absent = self.absent.join(", ");
            let why = if imported { "Not judged" } else { "Not offered there, and so not judged" };
            write!(res, " {why}: {absent}.").expect("text grows");
        }
        if !self.unstated.is_empty() && state != State::Failed {
            let lists = self.unstated.join(", ");
            write!(res, " Neither a count nor an end mark came with {lists}.").expect("text grows");
        }
        if !self.as_stated.is_empty() && state != State::Failed {
            let lists = self.as_stated.join("; ");
            write!(
                res,
                " Whole as stated beside the files, and by no word of the server: {lists}."
            )
            .expect("text grows");
        }
        if !self.unreadable.is_empty() {
            let lists = self.unreadable.join(", ");
            write!(res, " Cells that could not be read count as unknown: {lists}.")
                .expect("text grows");
        }
        res
    }

    /// Yes, as far as that can be told.
    fn yes(&self, imported: bool) -> &'static str {
        match (self.unstated.is_empty(), imported) {
            (true, _) if !self.as_stated.is_empty() => "YES as stated",
            (true, _) => "YES",
            (false, true) => "YES as far as the files tell",
            (false, false) => "YES as far as the answers tell",
        }
    }

    /// Whether the counts agree, where there were any.
    fn agreement(&self) -> String {
        match (self.counted, self.read) {
            (0, _) => ", and no count came with them".to_owned(),
            (counted, read) if counted == read => ", and the counts agree".to_owned(),
            (counted, read) => {
                format!(", and the server's own count agrees for {counted} of {read} lists")
            }
        }
    }
}

fn verdict(lists: &IncompleteLists, state: State, n_instances: usize, imported: bool) -> String {
    let lacking = lists.lacking.join(", ");
    let yes = lists.yes(imported);
    let [instances, offered, of_all] = if n_instances == 1 {
        ["the instance", "the instance offers", "the instance"].map(str::to_owned)
    } else {
        let n = n_instances;
        [
            format!("the {n} instances"),
            format!("the {n} instances offer"),
            format!("all {n} instances"),
        ]
    };
    match state {
        State::Complete if imported => format!(
            "Population complete: {yes}. Every list that was provided for {instances} was read to \
             its end{}.",
            lists.agreement()
        ),
        State::Complete => format!(
            "Population complete: {yes}. Every list that {offered} was read to its end{}.",
            lists.agreement()
        ),
        State::Partial if lists.doubtful => format!(
            "Population complete: NO. A list contradicts itself, or nothing shows that it is \
             whole, or another length is stated beside it, or it was not read to its end: \
             {lacking}."
        ),
        State::Partial => {
            let but = if lacking.is_empty() { lacking } else { format!("; NO for {lacking}") };
            format!("Population complete: {yes} for users and groups of {of_all}{but}.")
        }
        State::Failed => format!("Population complete: NO. Not read to the end: {lacking}."),
    }
}

/// Whether the opinion speaks of a list: it is not whole, and should be.
///
/// What is read where the token may is missing only where its reading broke off.
fn is_due(row: &LedgerRow, failed: bool) -> bool {
    match row.endpoint.need() {
        _ if row.outcome == ReadOutcome::NotAsked => row.endpoint.required(),
        EndpointNeed::Required | EndpointNeed::Expected => {
            row.outcome != ReadOutcome::Ok || row.is_doubtful()
        }
        EndpointNeed::Extra | EndpointNeed::Provenance => !failed && row.state() != State::Complete,
    }
}

/// The rules about the evidence that the configuration switches off.
fn switched_off(inputs: &ReportInputs<'_>) -> Option<String> {
    let codes: Vec<&str> = inputs.evidence.iter().map(|it| it.rule.code).collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

/// A list as sentences name it.
pub(super) fn spoken(it: Endpoint) -> String {
    it.name().replace('-', " ").replace("sso", "SSO")
}

/// Every rule about the evidence that has exceptions, but for the one that has a sentence of its
/// own.
fn odd(rules: &[&RuleResult]) -> Option<String> {
    let about = |rule_result: &&&RuleResult| {
        rule_result.kind == RuleKind::Evidence && rule_result.exceptions > 0
    };
    let found = rules.iter().filter(about).filter(|rule| rule.name != ROSTER);
    let words: Vec<String> = found.map(|it| format!("{} ({})", it.code, it.exceptions)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Rules about the evidence that a person answered instead, and found not to hold.
fn failed_by_hand(rules: &[&RuleResult]) -> Option<String> {
    let evidence =
        rules.iter().filter(|rule| rule.kind == RuleKind::Evidence && rule.name != ROSTER);
    let manual = |rule_result: &&&RuleResult| {
        rule_result.instances.iter().any(|instance| instance.verdict == Verdict::FailManual)
    };
    let codes: Vec<&str> = evidence.filter(manual).map(|it| it.code).collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

/// The rule about lists that were not read whole, which the opinion names one by one.
const INCOMPLETE: &str = "collection-incomplete";

/// The rule about what lists are compared with, which has a sentence of its own.
const ROSTER: &str = "unreliable-roster";

/// Whether the configuration says that an instance should have given a list.
fn required(rules: &[&RuleResult], instance: &str, endpoint: &str) -> bool {
    let about = rules.iter().filter(|rule| rule.name == INCOMPLETE);
    let mut findings = about.flat_map(|it| it.findings());
    findings.any(|finding| {
        finding.subject_type == Subject::Endpoint
            && (finding.instance.as_str(), finding.subject_id.as_str()) == (instance, endpoint)
    })
}
