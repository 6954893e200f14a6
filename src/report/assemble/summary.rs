//! The first page: states, totals, and what to do first.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{IntoLazy as _, PolarsResult, lit};

use super::inputs::ReportInputs;
use super::why;
use crate::audit::lifecycle::{self, FindingState};
use crate::audit::{Finding, FindingVerdict, ORGANIZATION, Verdict};
use crate::config::Remediation;
use crate::report::comparison::{Comparison, ExceptionFate};
use crate::report::table::UNKNOWN;
use crate::report::tally::Tally;
use crate::report::{
    GapSummary, InstanceResult, InstanceSummary, NextStep, RuleResult, SeverityCount, Totals,
};
use crate::rules::Severity;
use crate::snapshot::ledger::{LedgerRow, ReadOutcome};
use crate::snapshot::{Collected, State};
use crate::subjects::tier;
use crate::tables::Table;
use crate::tables::dictionary::user;

/// Actions on the first page; up to so many, where more are critical or high.
const ACTIONS: std::ops::RangeInclusive<usize> = 5..=12;

/// Owners that an action names.
const MOST_OWNERS: usize = 3;

/// One line per instance.
pub(super) fn instances(
    inputs: &ReportInputs<'_>,
    rules: &[RuleResult],
) -> PolarsResult<Vec<InstanceSummary>> {
    let counts = counts(inputs)?;
    let line = |it: &Collected| {
        let answers = || rules.iter().flat_map(|rule| &rule.instances);
        let answers = || answers().filter(|answer| answer.instance == it.name);
        let whole = it.state() != State::Failed;
        let count = |at: usize| whole.then(|| counts.get(&it.name).map_or(0, |it| it[at]));
        let config = inputs.given.config.instances.iter().find(|config| config.name == it.name);
        let version = it.records.version.as_ref();
        InstanceSummary {
            name: it.name.clone(),
            url: it.url.clone(),
            version: version.map_or_else(|| UNKNOWN.to_owned(), |it| it.version.clone()),
            owner: config.and_then(|it| it.owner.clone()).unwrap_or_default(),
            state: it.state().word(),
            accounts: count(0),
            active: count(1),
            disabled: count(2),
            administrators: count(3),
            exceptions: answers().map(|it| it.exceptions).sum(),
            waived: answers().map(|it| it.waived).sum(),
            undetermined: answers().map(|it| it.undetermined).sum(),
            why: why::of(it),
            evidence_checks: why::evidence_checks(inputs, &it.name),
            gaps: gaps(it),
        }
    };
    Ok(inputs.given.snapshot.instances.iter().map(line).collect())
}

/// By instance: accounts, active ones, disabled ones, active administrators.
fn counts(inputs: &ReportInputs<'_>) -> PolarsResult<BTreeMap<String, [u64; 4]>> {
    let active = user::active().fill_null(lit(false));
    let disabled = user::active().not().fill_null(lit(false));
    let admins = active.clone().and(tier().up_to(0).fill_null(lit(false)));
    let users = inputs.tables.frame(Table::Users);
    let counted = users.lazy().group_by([user::instance()]).agg([
        user::account().count().alias("accounts"),
        active.sum().alias("active"),
        disabled.sum().alias("disabled"),
        admins.sum().alias("admins"),
    ]);
    let counted = counted.collect()?;
    let names = counted.column("instance")?.str()?;
    let columns = ["accounts", "active", "disabled", "admins"].map(|it| counted.column(it));
    let mut res = BTreeMap::new();
    for (row, name) in names.iter().flatten().enumerate() {
        let mut counts = [0; 4];
        for (count, column) in counts.iter_mut().zip(&columns) {
            let column = column.as_ref().map_err(Clone::clone)?;
            *count = u64::from(column.u32()?.get(row).unwrap_or_default());
        }
        res.insert(name.to_owned(), counts);
    }
    Ok(res)
}

fn gaps(it: &Collected) -> Vec<GapSummary> {
    let gap = |ledger_row: &LedgerRow| GapSummary {
        endpoint: ledger_row.endpoint.name(),
        outcome: ledger_row.word(),
        phrase: ledger_row.phrase(),
        reason: ledger_row.reason.clone(),
        scope: ledger_row.endpoint.scope(),
    };
    let lacks =
        |ledger_row: &&LedgerRow| ledger_row.outcome != ReadOutcome::Ok || ledger_row.is_doubtful();
    it.ledger.iter().filter(lacks).map(gap).collect()
}

/// The counts of the first page.
pub(super) fn totals(
    instances: &[InstanceSummary],
    rules: &[RuleResult],
    inputs: &ReportInputs<'_>,
) -> Totals {
    let sum = |of: fn(&InstanceSummary) -> Option<u64>| Tally::of(instances.iter().map(of));
    let verdicts = |verdict: Verdict| rules.iter().filter(|rule| rule.verdict == verdict).count();
    let somewhere = |those: &[Verdict]| {
        let is_there = |rule_result: &&RuleResult| {
            rule_result.instances.iter().any(|instance| those.contains(&instance.verdict))
        };
        rules.iter().filter(is_there).count()
    };
    let of_none = |of: fn(&InstanceResult) -> u64| {
        let answers = rules.iter().flat_map(|rule| &rule.instances);
        answers.filter(|answer| answer.instance == ORGANIZATION).map(of).sum()
    };
    // An instance whose population was not collected has no rows.
    let rows = |table: Table| Tally {
        at_least: inputs.tables.frame(table).height() as u64,
        ..sum(|it| it.accounts)
    };
    Totals {
        instances: instances.len(),
        complete_instances: instances
            .iter()
            .filter(|instance| instance.state == State::Complete.word())
            .count(),
        accounts: sum(|it| it.accounts),
        active: sum(|it| it.active),
        disabled: sum(|it| it.disabled),
        administrators: sum(|it| it.administrators),
        groups: rows(Table::Groups),
        memberships: rows(Table::Memberships),
        subjects: subjects(rules),
        results: count_results(rules, |verdict| verdict != Verdict::NotApplicable),
        open_results: count_results(rules, |verdict| verdict == Verdict::NotEvaluable),
        rules: rules.len(),
        pass: verdicts(Verdict::Pass),
        exceptions_waived: verdicts(Verdict::ExceptionsWaived),
        pass_manual: verdicts(Verdict::PassManual),
        fail: verdicts(Verdict::Fail),
        fail_manual: verdicts(Verdict::FailManual),
        by_hand_somewhere: somewhere(&[Verdict::PassManual, Verdict::FailManual]),
        not_evaluable: verdicts(Verdict::NotEvaluable),
        not_evaluable_somewhere: somewhere(&[Verdict::NotEvaluable]),
        not_applicable: verdicts(Verdict::NotApplicable),
        exceptions: rules.iter().map(|rule| rule.exceptions).sum(),
        overdue: overdue(rules),
        answered: inputs.responses.map(|_| answered(rules)),
        waived: rules.iter().map(|rule| rule.waived).sum(),
        undetermined: rules.iter().map(|rule| rule.undetermined).sum(),
        exceptions_of_none: of_none(|it| it.exceptions),
        undetermined_of_none: of_none(|it| it.undetermined),
    }
}

/// Exceptions that a management response answers.
fn answered(rules: &[RuleResult]) -> u64 {
    let findings = rules.iter().flat_map(|it| it.findings.answered());
    let exceptions = findings.filter(|it| it.0.verdict == FindingVerdict::Exception);
    exceptions.filter(|it| it.1.response.is_some()).count() as u64
}

fn overdue(rules: &[RuleResult]) -> u64 {
    rules.iter().flat_map(RuleResult::findings).filter(|it| it.lifecycle.overdue).count() as u64
}

/// Subjects with at least one exception that no waiver accepts.
fn subjects(rules: &[RuleResult]) -> u64 {
    let exceptions = rules.iter().flat_map(RuleResult::unaccepted);
    let subjects = exceptions.map(|it| (&it.instance, it.subject_type, &it.subject_id));
    subjects.collect::<BTreeSet<_>>().len() as u64
}

fn count_results(rules: &[RuleResult], counts: impl Fn(Verdict) -> bool) -> u64 {
    let results = rules.iter().flat_map(|rule| &rule.instances);
    results.filter(|result| counts(result.verdict)).count() as u64
}

/// Findings by severity, worst first.
pub(super) fn severities(
    rules: &[RuleResult],
    comparison: &Comparison,
    remediation: Remediation,
) -> Vec<SeverityCount> {
    let line = |severity: &Severity| {
        let findings = rules.iter().flat_map(RuleResult::findings);
        let those: Vec<&Finding> =
            findings.filter(|finding| finding.severity == *severity).collect();
        let count = |verdict: FindingVerdict| {
            those.iter().filter(|it| it.verdict == verdict).count() as u64
        };
        let exceptions = || those.iter().filter(|it| it.is_unaccepted());
        let state = |state: FindingState| {
            exceptions().filter(|it| it.lifecycle.state == state).count() as u64
        };
        let became = |outcome: ExceptionFate| {
            let all = comparison.fixed.iter().filter(|it| it.severity == *severity);
            all.filter(|it| it.outcome == outcome).count() as u64
        };
        SeverityCount {
            severity: *severity,
            exceptions: count(FindingVerdict::Exception),
            days: lifecycle::days(remediation, *severity),
            overdue: exceptions().filter(|it| it.lifecycle.overdue).count() as u64,
            new: state(FindingState::New),
            reopened: state(FindingState::Reopened),
            persisting: state(FindingState::Persisting),
            undated: state(FindingState::Unknown),
            resolved: became(ExceptionFate::Resolved),
            superseded: became(ExceptionFate::Superseded),
            not_comparable: became(ExceptionFate::NotComparable),
            waived: count(FindingVerdict::Waived),
            undetermined: count(FindingVerdict::Undetermined),
        }
    };
    Severity::ALL.iter().map(line).collect()
}

/// The rules with the worst exceptions, and of those the ones with the most.
pub(super) fn actions(rules: &[RuleResult]) -> Vec<NextStep> {
    let action = |it: &RuleResult| {
        let exceptions = || it.unaccepted();
        let names: BTreeSet<String> = exceptions().map(|it| it.instance.clone()).collect();
        Some(NextStep {
            code: it.code,
            title: it.title,
            severity: exceptions().map(|it| it.severity).max()?,
            exceptions: it.exceptions,
            due: exceptions().filter_map(|it| it.lifecycle.due).min(),
            overdue: exceptions().filter(|it| it.lifecycle.overdue).count() as u64,
            owners: owners(it),
            instances: names.into_iter().collect(),
            remedy: it.remedy,
        })
    };
    let mut res: Vec<NextStep> = rules.iter().filter_map(action).collect();
    res.sort_by_key(|it| std::cmp::Reverse((it.severity, it.exceptions)));
    let severe = res.iter().take_while(|it| it.severity >= Severity::High).count();
    res.truncate(severe.clamp(*ACTIONS.start(), *ACTIONS.end()));
    res
}

/// Who answers for the exceptions of a rule: those with the most of them, and how many others.
fn owners(rule: &RuleResult) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let unaccepted = rule.findings.answered().filter(|it| it.0.is_unaccepted());
    for (_, answers) in unaccepted.filter(|it| !it.1.whom.is_empty()) {
        *counts.entry(&answers.whom).or_default() += 1;
    }
    let mut all: Vec<(&str, usize)> = counts.into_iter().collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.1));
    let others = all.len().saturating_sub(MOST_OWNERS);
    all.truncate(MOST_OWNERS);
    let others = (others > 0).then(|| format!("{others} more"));
    all.into_iter().map(|it| it.0.to_owned()).chain(others).collect()
}
