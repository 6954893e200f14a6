//! What each instance is compared with, and what changed.

use super::became::{NOT_COMPARABLE, RESOLVED, SUPERSEDED};
use super::states::{Clock, NEW, PERSISTING, REOPENED};
use super::{Material, became, gone, stamp, term};
use crate::report::RuleResult;
use crate::report::comparison::{Change, ChangeCount, Compared, Comparison};
use crate::report::table::{DataTable, UNKNOWN};
use crate::snapshot::earlier::Remark;

/// Changes that documents print; all of them are in `changes.csv`.
const MOST_PRINTED: usize = 100;

/// Kinds of change, the most telling first.
const KINDS: [&str; 5] = ["setting", "group", "token", "user", "membership"];

/// The comparison; every finding gets its state and its due date.
pub(super) fn of(
    material: &Material<'_>,
    changes: &DataTable,
    rules: &mut [RuleResult],
) -> Comparison {
    let clock = Clock {
        now: material.snapshot.collected_at,
        calendar: material.config.organization.calendar(),
        former: material.former,
        remediation: material.config.remediation,
    };
    for rule in &mut *rules {
        for it in &mut rule.findings {
            clock.mark(rule.code, it);
        }
    }
    let fixed = became::all(material, rules);
    let became = |outcome: &str| fixed.iter().filter(|it| it.outcome == outcome).count() as u64;
    let exceptions =
        || rules.iter().flat_map(|it| &it.findings).filter(|it| it.verdict == "exception");
    let count = |state: &str| exceptions().filter(|it| it.state == state).count() as u64;
    let lines = lines(changes);
    let remark = |it: &Remark| term(&it.name, it.why.clone());
    Comparison {
        instances: material
            .snapshot
            .instances
            .iter()
            .map(|it| compared(material, &it.name, &lines))
            .collect(),
        unreadable: material.earlier.unreadable.iter().map(remark).collect(),
        strange: material.earlier.strange.iter().map(remark).collect(),
        new: count(NEW),
        reopened: count(REOPENED),
        persisting: count(PERSISTING),
        undated: count(UNKNOWN),
        resolved: became(RESOLVED),
        superseded: became(SUPERSEDED),
        not_comparable: became(NOT_COMPARABLE),
        fixed,
        gone: gone::all(material),
        total: lines.len() as u64,
        changes: printed(lines),
    }
}

/// The rows of `changes.csv`.
fn lines(table: &DataTable) -> Vec<Change> {
    let names = ["instance", "kind", "label", "change", "what", "before", "after"];
    let line = |[instance, kind, label, change, what, before, after]: [String; 7]| Change {
        instance,
        kind,
        label,
        change,
        what,
        before,
        after,
    };
    table.texts(names).map(line).collect()
}

/// The first of them, the most telling kinds before the others.
fn printed(mut lines: Vec<Change>) -> Vec<Change> {
    lines.sort_by_key(|it| KINDS.iter().position(|kind| *kind == it.kind));
    lines.truncate(MOST_PRINTED);
    lines
}

fn compared(material: &Material<'_>, name: &str, lines: &[Change]) -> Compared {
    let passed_over = material.earlier.passed_over(name);
    let passed_over =
        passed_over.iter().map(|it| term(&stamp(it.stored.collected_at()), it.why)).collect();
    let instance = name.to_owned();
    let Some((previous, _)) = material.earlier.of(name) else {
        let (snapshot_id, collected_at) = (String::new(), String::new());
        let counts = Vec::new();
        return Compared { instance, snapshot_id, collected_at, days: None, passed_over, counts };
    };
    let at = previous.stored.collected_at();
    let here: Vec<&Change> = lines.iter().filter(|it| it.instance == name).collect();
    Compared {
        instance,
        snapshot_id: previous.stored.peek.id.clone(),
        collected_at: stamp(at),
        days: Some((material.snapshot.collected_at - at).num_days()),
        passed_over,
        counts: KINDS.iter().map(|it| count(it, &here)).collect(),
    }
}

fn count(kind: &'static str, lines: &[&Change]) -> ChangeCount {
    let of = |change: &str| {
        let those = lines.iter().filter(|it| it.kind == kind && it.change == change);
        those.count() as u64
    };
    ChangeCount { kind, added: of("added"), removed: of("removed"), changed: of("changed") }
}
