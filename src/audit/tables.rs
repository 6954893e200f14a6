//! What was found, as tables: for engines of other people, which re-perform the same rules.

use super::{Finding, ORGANIZATION, Outcome};
use crate::tables::dictionary::{doubt, finding, gap, outcome};
use crate::tables::{Table, Tables};

/// Adds to the tables what could not be judged on them, and what was found; `instances` are those
/// that rules were put to.
#[must_use]
pub fn with_outcomes(tables: Tables, outcomes: &[Outcome], instances: &[&str]) -> Tables {
    let (gaps, doubts) = (gaps(&tables, instances), doubts(&tables, outcomes, instances));
    let mut results = outcome::Rows::default();
    let mut findings = finding::Rows::default();
    for it in outcomes {
        push_results(&mut results, it);
        it.findings.iter().for_each(|found| push_finding(&mut findings, it, found));
    }
    tables
        .with(Table::Gaps, gaps.finish())
        .with(Table::Doubts, doubts.finish())
        .with(Table::Outcomes, results.finish())
        .with(Table::Findings, findings.finish())
}

/// Everywhere where a rule may give an answer.
fn places<'a>(instances: &[&'a str]) -> impl Iterator<Item = &'a str> {
    instances.iter().copied().chain([ORGANIZATION])
}

fn gaps(tables: &Tables, instances: &[&str]) -> gap::Rows {
    let mut res = gap::Rows::default();
    for instance in places(instances) {
        for table in Table::ALL {
            if let Some(it) = tables.gap(instance, &[*table]) {
                res.push(gap::Row {
                    instance: instance.into(),
                    table_name: table.sql_name().into(),
                    reason: it.reason.as_str().into(),
                });
            }
        }
    }
    res
}

fn doubts(tables: &Tables, outcomes: &[Outcome], instances: &[&str]) -> doubt::Rows {
    let mut res = doubt::Rows::default();
    for it in outcomes {
        for instance in places(instances) {
            for doubt in tables.doubts(it.rule.code, instance) {
                res.push(doubt::Row {
                    instance: instance.into(),
                    rule_code: it.rule.code.into(),
                    hides: doubt.hides.word().into(),
                    reason: doubt.reason.as_str().into(),
                });
            }
        }
    }
    res
}

fn push_results(rows: &mut outcome::Rows, of: &Outcome) {
    let count = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    let version = of.rule.version();
    for it in &of.instances {
        rows.push(outcome::Row {
            instance: it.instance.as_str().into(),
            rule_code: of.rule.code.into(),
            rule_name: of.rule.name.into(),
            rule_version: version.as_str().into(),
            verdict: it.verdict.word().into(),
            evaluated: of.evaluated,
            reason: it.reason.as_str().into(),
            population: count(it.population),
            exceptions: count(it.exceptions),
            waived: count(it.waived),
            undetermined: count(it.undetermined),
        });
    }
}

fn push_finding(rows: &mut finding::Rows, of: &Outcome, it: &Finding) {
    rows.push(finding::Row {
        instance: it.instance.as_str().into(),
        finding_id: it.id.as_str().into(),
        rule_code: of.rule.code.into(),
        verdict: it.verdict.word().into(),
        severity: it.severity.word().into(),
        subject_type: it.subject_type.word().into(),
        subject_id: it.subject_id.as_str().into(),
        subject: it.subject.as_str().into(),
        waiver_ids: it.waivers.accepted_by.clone(),
        first_seen: it.lifecycle.first_seen,
        due: it.lifecycle.due,
    });
}
