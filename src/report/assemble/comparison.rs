//! What each instance is compared with, and what changed.

use std::borrow::Cow;

use polars::prelude::PolarsResult;

use super::inputs::ReportInputs;
use super::{became, gone, term};
use crate::audit::lifecycle::FindingState;
use crate::calendar::stamps::{UNKNOWN, stamp};
use crate::calendar::whole_days;
use crate::report::RuleResult;
use crate::report::comparison::{Change, ChangeCount, ComparedInstance, Comparison, ExceptionFate};
use crate::snapshot::earlier::Remark;
use crate::tables::Table;
use crate::tables::dictionary::change;

/// Changes that documents print; all of them are in `changes.csv`.
const MOST_PRINTED: usize = 100;

/// Kinds of change, the most telling first.
const KINDS: [&str; 8] =
    ["setting", "group", "role", "role grant", "token", "user", "invitation", "membership"];

/// The comparison.
pub(super) fn of(inputs: &ReportInputs<'_>, rules: &[RuleResult]) -> PolarsResult<Comparison> {
    let fixed = became::all(inputs, rules);
    let became =
        |outcome: ExceptionFate| fixed.iter().filter(|it| it.outcome == outcome).count() as u64;
    let count = |state: FindingState| {
        let exceptions = rules.iter().flat_map(RuleResult::unaccepted);
        exceptions.filter(|exception| exception.lifecycle.state == state).count() as u64
    };
    let lines = lines(inputs)?;
    let remark = |remark: &Remark| term(remark.name.clone(), remark.why.clone());
    Ok(Comparison {
        instances: inputs
            .given
            .snapshot
            .instances
            .iter()
            .map(|instance| compared(inputs, &instance.name, &lines))
            .collect(),
        unreadable: inputs.given.earlier.unreadable.iter().map(remark).collect(),
        strange: inputs.given.earlier.strange.iter().map(remark).collect(),
        new: count(FindingState::New),
        reopened: count(FindingState::Reopened),
        persisting: count(FindingState::Persisting),
        undated: count(FindingState::Unknown),
        resolved: became(ExceptionFate::Resolved),
        superseded: became(ExceptionFate::Superseded),
        not_comparable: became(ExceptionFate::NotComparable),
        fixed,
        gone: gone::all(inputs),
        total: lines.len() as u64,
        changes: printed(lines),
    })
}

/// What changed, as the rows of `changes.csv`.
fn lines(inputs: &ReportInputs<'_>) -> PolarsResult<Vec<Change>> {
    let known = |it: Option<Cow<'_, str>>| it.map_or_else(|| UNKNOWN.to_owned(), Cow::into_owned);
    let frame = inputs.tables.sorted(Table::Changes)?;
    let line = |row: change::Row<'_>| Change {
        instance: row.instance.into_owned(),
        kind: row.kind.into_owned(),
        label: row.label.into_owned(),
        change: row.change.into_owned(),
        what: row.what.into_owned(),
        before: known(row.before),
        after: known(row.after),
        approval: row.approval.into_owned(),
    };
    Ok(change::read_rows(&frame)?.map(line).collect())
}

/// The first of them, the most telling kinds before the others.
fn printed(mut lines: Vec<Change>) -> Vec<Change> {
    lines.sort_by_key(|line| KINDS.iter().position(|kind| *kind == line.kind));
    lines.truncate(MOST_PRINTED);
    lines
}

fn compared(inputs: &ReportInputs<'_>, name: &str, lines: &[Change]) -> ComparedInstance {
    let passed_over = inputs.given.earlier.passed_over(name);
    let passed_over =
        passed_over.iter().map(|it| term(stamp(it.stored.collected_at()), it.why)).collect();
    let instance = name.to_owned();
    let Some((previous, _)) = inputs.given.earlier.of(name) else {
        let (snapshot_id, collected_at) = (String::new(), None);
        let counts = Vec::new();
        return ComparedInstance {
            instance,
            snapshot_id,
            collected_at,
            days: None,
            passed_over,
            counts,
        };
    };
    let at = previous.stored.collected_at();
    let here: Vec<&Change> = lines.iter().filter(|line| line.instance == name).collect();
    ComparedInstance {
        instance,
        snapshot_id: previous.stored.peek.id.clone(),
        collected_at: Some(at),
        days: Some(whole_days(at, inputs.given.snapshot.collected_at)),
        passed_over,
        counts: KINDS.iter().map(|it| count(it, &here)).collect(),
    }
}

fn count(kind: &'static str, lines: &[&Change]) -> ChangeCount {
    let of = |change: &str| {
        let those = lines.iter().filter(|line| line.kind == kind && line.change == change);
        those.count() as u64
    };
    ChangeCount { kind, added: of("added"), removed: of("removed"), changed: of("changed") }
}
