//! What would answer most of what cannot be evaluated.
//!
//! A check asks the same before a run, of what it sees.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::inputs::ReportInputs;
use crate::audit::{Outcome, Verdict};
use crate::names::and_list;
use crate::report::MissingList;
use crate::rules::Rule;
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::tables::build::fed_by;

/// Groups of missing lists on the first page.
const MOST_OPEN: usize = 3;

/// What would answer most of the results that are not evaluable.
pub(super) fn open_by(inputs: &ReportInputs<'_>) -> Vec<MissingList> {
    let mut res = missing_lists(&inputs.given.snapshot.instances, |instance| {
        let is_open = |outcome: &&Outcome| {
            let mut here = outcome.instances.iter().filter(|it| it.instance == instance);
            here.any(|it| it.verdict == Verdict::NotEvaluable)
        };
        inputs.outcomes.iter().filter(is_open).map(|outcome| outcome.rule).collect()
    });
    res.truncate(MOST_OPEN);
    res
}

/// The lists that instances did not give, those that the same rules read together; first those that
/// keep most of the `open` rules of an instance from being evaluated.
pub fn missing_lists(
    instances: &[Collected],
    open: impl Fn(&str) -> Vec<&'static Rule>,
) -> Vec<MissingList> {
    let mut res: Vec<MissingList> = Vec::new();
    for collected in instances {
        let missing: Vec<Endpoint> = collected
            .ledger
            .iter()
            .filter(|row| row.outcome != ReadOutcome::Ok)
            .map(|row| row.endpoint)
            .collect();
        let mut results: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
        for rule in open(&collected.name) {
            let read = |it: &&Endpoint| fed_by(**it).iter().any(|table| rule.reads.contains(table));
            let lists: Vec<&str> = missing.iter().filter(read).map(|it| it.spoken()).collect();
            if !lists.is_empty() {
                *results.entry(lists).or_default() += 1;
            }
        }
        res.extend(results.into_iter().map(|(lists, results)| MissingList {
            instance: collected.name.clone(),
            lists: and_list(&lists).unwrap_or_default(),
            results,
        }));
    }
    res.sort_by_key(|it| Reverse(it.results));
    res
}
