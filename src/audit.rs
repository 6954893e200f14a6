//! Evaluates every rule on the tables and keeps the verdicts.
//!
//! No subject is fine by default: each is an exception, fine or undetermined, and each rule on each
//! instance passes, fails, cannot be evaluated, or does not apply.

mod finding;
pub mod prior;
pub mod record;
pub mod reported;
pub mod lifecycle;
mod overrides;
mod evaluate;
mod subjects;
mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{
    DataFrame, Expr, LazyFrame, NamedFrom as _, PolarsError, PolarsResult, Series,
    SortMultipleOptions, col, lit, when,
};
use serde::Serialize;

use self::evaluate::{evaluate_custom_rule, evaluate_rule};
pub use self::finding::{
    Finding, FindingKey, FindingSubject, FindingVerdict, Urgency, WaiverNotes, finding_id,
};
pub use self::overrides::ManualAnswer;
pub use self::tables::with_outcomes;
use crate::config::RuleSettings;
use crate::names;
use crate::parameters::Parameters;
use crate::rules::Rule;
use crate::subjects::unknown;
use crate::tables::{Hides, Tables, View};
use crate::threads;

/// The column that holds the verdict on each subject.
pub const VERDICT: &str = "verdict";
/// The column that says whether an exception is escalated.
pub const ESCALATED: &str = "escalated";

/// What answers and findings give as the instance of what is organization-wide.
pub const ORGANIZATION: &str = names::ALL;

/// What one rule found.
#[derive(Debug)]
pub struct Outcome {
    /// The rule that was evaluated on the snapshot.
    pub rule: &'static Rule,
    /// The answer for each instance, in the order of the configuration; one for [`ORGANIZATION`]
    /// where the rule looks at no instance.
    pub instances: Vec<InstanceOutcome>,
    /// Every exception, accepted ones too, then every subject that the facts do not decide; each of
    /// the two by instance and id.
    pub findings: Arc<Vec<Finding>>,
    /// The facts of the exceptions, a row for each of those findings, in their order.
    pub exceptions: DataFrame,
    /// The facts of the others, likewise.
    pub undetermined: DataFrame,
    /// Whether the rule was put to the tables, and its results were counted there.
    pub evaluated: bool,
}

/// What one rule found on one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceOutcome {
    /// The instance.
    pub instance: String,
    /// The result.
    pub verdict: Verdict,
    /// Why there is no result, or what it rests on; empty where the numbers say it all.
    pub reason: String,
    /// Subjects the rule concerns.
    pub population: u64,
    /// Those that are exceptions, without the waived ones.
    pub exceptions: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Those that the facts do not decide.
    pub undetermined: u64,
    /// Who answered instead, where the facts could not.
    pub manual: Option<ManualAnswer>,
    /// Why subjects that were decided may be otherwise.
    doubt: Option<NoPassReason>,
}

/// Why a rule gives no pass although it looked at everything.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NoPassReason {
    reason: String,
    /// Whether subjects may have been missed, so that none at all says nothing.
    missed: bool,
}

/// The result of a rule, a control or a report, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There is nothing the rule could concern, or it is switched off.
    NotApplicable,
    /// Every subject was looked at, and none is an exception.
    Pass,
    /// The facts do not decide; a person looked, and says that the rule holds.
    #[serde(rename = "pass (manual)")]
    PassManual,
    /// Every exception is waived.
    #[serde(rename = "exceptions waived")]
    ExceptionsWaived,
    /// What is needed to judge is not there.
    NotEvaluable,
    /// The facts do not decide; a person looked, and says that the rule does not hold.
    #[serde(rename = "fail (manual)")]
    FailManual,
    /// There are exceptions.
    Fail,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: &[Self] = &[
        Self::NotApplicable,
        Self::Pass,
        Self::PassManual,
        Self::ExceptionsWaived,
        Self::NotEvaluable,
        Self::FailManual,
        Self::Fail,
    ];

    /// Whether the rule does not hold, by the facts or by a person's answer.
    pub fn fails(self) -> bool {
        matches!(self, Self::Fail | Self::FailManual)
    }

    /// Whether the rule looked at any of so many subjects, or had none to look at.
    pub fn was_judged(self, population: u64) -> bool {
        self != Self::NotEvaluable || population > 0
    }

    /// The verdict as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Pass => "pass",
            Self::PassManual => "pass (manual)",
            Self::ExceptionsWaived => "exceptions waived",
            Self::NotEvaluable => "not-evaluable",
            Self::FailManual => "fail (manual)",
            Self::Fail => "fail",
        }
    }
}

/// A rule whose query does not match the tables, which is a bug in that rule.
#[derive(Debug, thiserror::Error)]
#[error("evaluate rule `{rule}`")]
pub struct Error {
    rule: &'static str,
    source: PolarsError,
}

/// Puts `rules` to `instances`.
///
/// # Errors
///
/// Fails when a query does not match the tables.
///
/// # Panics
///
/// When a rule does, which is a bug in it.
pub fn run(
    rules: &[&'static Rule],
    tables: &Tables,
    instances: &[&str],
    settings: &RuleSettings,
) -> Result<Vec<Outcome>, Error> {
    let put = |rule: &'static Rule| {
        let parameters = Parameters::of(rule.name, settings);
        match settings.disabled.get(rule.name) {
            Some(reason) => Ok(disabled(rule, instances, reason)),
            None if rule.sql.is_some() => {
                Ok(evaluate_custom_rule(rule, tables, instances, settings))
            }
            None => evaluate_rule(rule, tables, instances, parameters)
                .map_err(|source| Error { rule: rule.code, source }),
        }
    };
    // Rules of users come one by one: each has a deadline that others must not shorten.
    let shipped: Vec<_> = rules.iter().copied().filter(|rule| rule.sql.is_none()).collect();
    let mut outcomes = threads::side_by_side(&shipped, |rule| put(rule)).into_iter();
    let outcome = |rule: &&'static Rule| {
        if rule.sql.is_none() { outcomes.next().expect("an outcome for each") } else { put(rule) }
    };
    rules.iter().map(outcome).collect()
}

/// The instances that do not have all of a rule's tables.
fn lacking<'a>(rule: &Rule, tables: &Tables, instances: &[&'a str]) -> Vec<&'a str> {
    instances
        .iter()
        .copied()
        .filter(|instance| tables.gap(instance, rule.reads).is_some())
        .collect()
}

fn disabled(rule: &'static Rule, instances: &[&str], reason: &str) -> Outcome {
    let reason = format!("switched off in the configuration: {reason}");
    unjudged(rule, instances, Verdict::NotApplicable, &reason)
}

/// The same verdict for every instance, with no subject looked at.
fn unjudged(rule: &'static Rule, instances: &[&str], verdict: Verdict, reason: &str) -> Outcome {
    let none = SubjectCounts::default();
    let answer = |it: &&str| answer(it, verdict, reason.to_owned(), none);
    Outcome {
        rule,
        instances: places(rule, instances).iter().map(answer).collect(),
        findings: Arc::default(),
        exceptions: DataFrame::empty(),
        undetermined: DataFrame::empty(),
        evaluated: false,
    }
}

/// Where a rule gives its answers.
fn places<'a>(rule: &Rule, instances: &'a [&'a str]) -> &'a [&'a str] {
    if rule.subject.is_organizations() { &[ORGANIZATION] } else { instances }
}

/// The population with a verdict on each subject, as polars will run it, from what is an exception.
///
/// A subject that cannot be placed inside or outside the population stays in it: its verdict is the
/// exception *and* the membership, so it can be fine or undetermined, but not an exception.
fn query(
    subjects: LazyFrame,
    exception: Expr,
    rule: &Rule,
    parameters: Parameters<'_>,
) -> LazyFrame {
    let member = || (rule.population)(parameters);
    let escalated =
        rule.escalation.as_ref().map_or(lit(false), |it| (it.when)(parameters).fill_null(false));
    subjects
        .filter(member().fill_null(true))
        .with_columns([exception.and(member()).alias(VERDICT), escalated.alias(ESCALATED)])
}

/// The population of a rule with a verdict on each subject, as it is asked of the tables.
pub fn judged(rule: &Rule, view: &View, parameters: Parameters<'_>) -> LazyFrame {
    let subjects = (rule.subjects)(view, parameters);
    query(subjects, (rule.exception)(parameters), rule, parameters)
}

/// What is an exception, without what a doubt leaves open, where there is one.
fn doubted(exception: Expr, rule: &Rule, tables: &Tables, instances: &[&str]) -> Expr {
    let on = |hides: Hides| {
        let hides = |it: &&&str| tables.doubts(rule.code, it).any(|it| it.hides == hides);
        instances.iter().filter(hides).copied().collect::<Vec<_>>()
    };
    let mut res = exception;
    for (hides, settled) in [(Hides::Exceptions, true), (Hides::Fine, false)] {
        let names = on(hides);
        if !names.is_empty() {
            let names = lit(Series::new("doubted".into(), names)).implode(true);
            let open = col("instance").is_in(names, false).and(res.clone().eq(lit(!settled)));
            res = when(open).then(unknown()).otherwise(res);
        }
    }
    res
}

/// What is in doubt on an instance, in words.
fn open(rule: &Rule, tables: &Tables, instance: &str) -> Option<NoPassReason> {
    let reasons: Vec<&str> =
        tables.doubts(rule.code, instance).map(|it| it.reason.as_str()).collect();
    let missed = tables.doubts(rule.code, instance).any(|it| it.hides == Hides::Exceptions);
    (!reasons.is_empty()).then(|| NoPassReason { reason: reasons.join("; "), missed })
}

#[derive(Clone, Copy, Debug, Default)]
struct SubjectCounts {
    population: u64,
    exceptions: u64,
    waived: u64,
    undetermined: u64,
}

/// Counts the verdicts of each instance, whose subjects mostly stand together.
fn count(judged: LazyFrame) -> PolarsResult<BTreeMap<String, SubjectCounts>> {
    let judged = judged.select([col("instance"), col(VERDICT)]).collect()?;
    let instances = judged.column("instance")?.str()?;
    let verdicts = judged.column(VERDICT)?.bool()?;
    let mut res = BTreeMap::new();
    let mut here = ("", SubjectCounts::default());
    for (instance, verdict) in instances.iter().zip(verdicts.iter()) {
        let instance = instance.unwrap_or_default();
        if instance != here.0 {
            add(&mut res, std::mem::replace(&mut here, (instance, SubjectCounts::default())));
        }
        here.1.population += 1;
        here.1.exceptions += u64::from(verdict == Some(true));
        here.1.undetermined += u64::from(verdict.is_none());
    }
    add(&mut res, here);
    Ok(res)
}

/// Adds what was counted of some subjects of an instance, of which there were some before perhaps.
fn add(all: &mut BTreeMap<String, SubjectCounts>, (instance, more): (&str, SubjectCounts)) {
    match all.get_mut(instance) {
        Some(it) => {
            it.population += more.population;
            it.exceptions += more.exceptions;
            it.undetermined += more.undetermined;
        }
        None => drop(all.insert(instance.to_owned(), more)),
    }
}

fn conclude(
    rule: &Rule,
    instance: &str,
    counts: SubjectCounts,
    doubt: Option<NoPassReason>,
) -> InstanceOutcome {
    let SubjectCounts { population, exceptions, waived, undetermined } = counts;
    let in_doubt = doubt.as_ref().filter(|it| population > 0 || it.missed);
    let (verdict, reason) = if exceptions > 0 {
        (Verdict::Fail, doubt.as_ref().map(|it| it.reason.clone()).unwrap_or_default())
    } else if let Some(it) = in_doubt {
        (Verdict::NotEvaluable, it.reason.clone())
    } else if undetermined > 0 {
        let missing = rule.missing;
        let are = if undetermined == 1 { "is" } else { "are" };
        let reason =
            format!("{undetermined} of {population} {are} undetermined; needed: {missing}");
        (Verdict::NotEvaluable, reason)
    } else if population == 0 {
        (Verdict::NotApplicable, "the instance has nothing that the rule looks at".to_owned())
    } else if waived > 0 {
        (Verdict::ExceptionsWaived, String::new())
    } else {
        (Verdict::Pass, String::new())
    };
    InstanceOutcome { doubt, ..answer(instance, verdict, reason, counts) }
}

fn answer(
    instance: &str,
    verdict: Verdict,
    reason: String,
    counts: SubjectCounts,
) -> InstanceOutcome {
    let SubjectCounts { population, exceptions, waived, undetermined } = counts;
    let instance = instance.to_owned();
    InstanceOutcome {
        instance,
        verdict,
        reason,
        population,
        exceptions,
        waived,
        undetermined,
        manual: None,
        doubt: None,
    }
}

fn sort(frame: &DataFrame) -> PolarsResult<DataFrame> {
    frame.sort(["instance", "subject_id"], SortMultipleOptions::default())
}

#[cfg(test)]
mod readings;
#[cfg(test)]
pub(crate) mod tests;
