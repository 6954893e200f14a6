//! Evaluates one rule on the instances: a built-in one as it is, one that users wrote with a
//! deadline.

use std::sync::Arc;
use std::time::Duration;

use polars::prelude::{IntoLazy as _, LazyFrame, PolarsResult, col};

use super::{
    FindingVerdict, Outcome, SubjectCounts, VERDICT, Verdict, answer, conclude, count, doubted,
    finding, lacking, open, places, query, sort, subjects, unjudged,
};
use crate::config::RuleSettings;
use crate::parameters::Parameters;
use crate::rules::{MEMBER, Rule};
use crate::tables::{Tables, View};
use crate::threads;

/// How long a rule that users wrote may take, from its first row to its answers.
const DEADLINE: Duration = Duration::from_mins(1);

/// As [`evaluate_rule`], for a rule that users wrote: its mistakes are its own and do not end the
/// run, and neither does waiting for it.
pub(super) fn evaluate_custom_rule(
    rule: &'static Rule,
    tables: &Tables,
    instances: &[&str],
    settings: &RuleSettings,
) -> Outcome {
    let (tables, settings) = (tables.clone(), settings.clone());
    let names: Vec<String> = instances.iter().map(|instance| (*instance).to_owned()).collect();
    let put = move || {
        let instances: Vec<&str> = names.iter().map(String::as_str).collect();
        let parameters = Parameters::of(rule.name, &settings);
        let question = RuleContext { rule, tables: &tables, instances: &instances, parameters };
        question.evaluate_custom_rule().map_err(|it| it.to_string())
    };
    threads::within(DEADLINE, put).flatten().unwrap_or_else(|it| {
        let reason = format!("the rule could not be evaluated: {it}");
        unjudged(rule, instances, Verdict::NotEvaluable, &reason)
    })
}

/// Puts one rule to the instances, unless it waits for words of the configuration.
pub(super) fn evaluate_rule(
    rule: &'static Rule,
    tables: &Tables,
    instances: &[&str],
    parameters: Parameters<'_>,
) -> PolarsResult<Outcome> {
    RuleContext { rule, tables, instances, parameters }.put(None)
}

/// A rule, and what it is put to.
#[derive(Clone, Copy)]
pub(super) struct RuleContext<'a> {
    pub(super) rule: &'static Rule,
    pub(super) tables: &'a Tables,
    pub(super) instances: &'a [&'a str],
    pub(super) parameters: Parameters<'a>,
}

impl RuleContext<'_> {
    /// As [`evaluate_rule`]; `subjects` are those that were found already.
    fn put(self, subjects: Option<LazyFrame>) -> PolarsResult<Outcome> {
        match self.parameters.lacking(self.rule.params) {
            None => self.judge(subjects),
            Some(reason) => Ok(unjudged(self.rule, self.instances, Verdict::NotEvaluable, &reason)),
        }
    }

    /// As [`Self::put`], if the subjects are what a rule may look at.
    fn evaluate_custom_rule(self) -> PolarsResult<Outcome> {
        let Some(sql) = self.rule.sql else { return self.put(None) };
        let rows = (sql.rows)(&self.view(), self.parameters)?.lazy();
        let exception = (self.rule.exception)(self.parameters);
        let subjects = query(rows.clone(), exception, self.rule, self.parameters);
        let subjects = subjects.select([col("instance"), col("subject_id")]).collect()?;
        match subjects::flaw(&subjects, places(self.rule, self.instances))? {
            Some(flaw) => Ok(unjudged(self.rule, self.instances, Verdict::NotEvaluable, &flaw)),
            None => self.put(Some(rows)),
        }
    }

    /// What the rule gets to see.
    fn view(self) -> View {
        let instances = places(self.rule, self.instances);
        let lacking = lacking(self.rule, self.tables, instances);
        if lacking.len() == instances.len() {
            // There is nothing to look through.
            return Tables::default().only(self.rule.reads, &[]);
        }
        self.tables.only(self.rule.reads, &lacking)
    }

    /// Puts the rule to the instances that have all of its tables.
    pub(super) fn judge(self, subjects: Option<LazyFrame>) -> PolarsResult<Outcome> {
        let Self { rule, tables, parameters, .. } = self;
        let instances = places(rule, self.instances);
        let subjects = subjects.unwrap_or_else(|| (rule.subjects)(&self.view(), parameters));
        let exception = doubted((rule.exception)(parameters), rule, tables, instances);
        let put = |subjects| query(subjects, exception.clone(), rule, parameters);
        let counts = count(put(subjects.clone()))?;
        let answer = |it: &&str| {
            if let Some(gap) = tables.gap(it, rule.reads) {
                return answer(
                    it,
                    Verdict::NotEvaluable,
                    gap.reason.clone(),
                    SubjectCounts::default(),
                );
            }
            let counts = counts.get(*it).copied().unwrap_or_default();
            conclude(rule, it, counts, open(rule, tables, it))
        };
        // Most subjects are fine. They are left out before facts are put into words: the engine moves
        // a condition on what the tables have down to them, and cannot move one on the verdict.
        let doubtful = put(subjects.filter(exception.clone().fill_null(true))).collect()?;
        let verdict = doubtful.column(VERDICT)?.bool()?;
        let evidence = doubtful.drop_many([VERDICT, MEMBER]);
        let exceptions = sort(&evidence.filter(verdict)?)?;
        let undetermined = sort(&evidence.filter(&verdict.is_null())?)?;
        let mut findings = finding::of_rows(rule, FindingVerdict::Exception, &exceptions)?;
        findings.extend(finding::of_rows(rule, FindingVerdict::Undetermined, &undetermined)?);
        let instances = instances.iter().map(answer).collect();
        let findings = Arc::new(findings);
        Ok(Outcome { rule, instances, findings, exceptions, undetermined, evaluated: true })
    }
}
