//! The numbers that charts are drawn from, counted once for every document.

use std::collections::BTreeMap;

use serde::Serialize;

use super::table::{Cell, DataTable, DataTables, UNKNOWN};
use super::{InstanceSummary, RuleResult};
use crate::audit::Verdict;

/// What the charts show.
#[derive(Debug, Serialize)]
pub struct Charts {
    /// Active accounts by the age of their last activity, youngest first, of the instances that
    /// gave them.
    pub activity: Vec<ActivityCount>,
    /// The same for each instance.
    pub activity_of: Vec<ActivityOf>,
    /// Rules by result, an entry for each instance.
    pub outcomes: Vec<OutcomeCount>,
}

/// Active accounts that were last used about the same time ago.
#[derive(Debug, Serialize)]
pub struct ActivityCount {
    /// Days since the last activity in words: `31–60 days`, never, unknown.
    pub age: &'static str,
    /// How many accounts.
    pub accounts: u64,
}

/// The active accounts of one instance by the age of their last activity.
#[derive(Debug, Serialize)]
pub struct ActivityOf {
    /// The instance.
    pub instance: String,
    /// How many of each age, in the order of `activity`; none where they were not collected.
    pub accounts: Option<Vec<u64>>,
    /// How many of all.
    pub total: Option<u64>,
}

/// How many rules have each result on one instance.
#[derive(Debug, Serialize)]
pub struct OutcomeCount {
    /// The instance.
    pub instance: String,
    /// Rules that do not hold.
    pub fail: u64,
    /// Rules that could not be evaluated.
    pub not_evaluable: u64,
    /// Rules that hold by waivers or by a person's answer.
    pub by_people: u64,
    /// Rules without an exception.
    pub pass: u64,
    /// Rules that concern nothing there.
    pub not_applicable: u64,
}

/// The last day of each age, in the order of the chart.
const AGES: &[(i64, &str)] = &[
    (30, "0–30 days"),
    (60, "31–60 days"),
    (90, "61–90 days"),
    (180, "91–180 days"),
    (i64::MAX, "over 180 days"),
];
/// The age of an account that was never used.
const NEVER: &str = "never";

/// Counts what the charts show.
pub(super) fn of(
    tables: &DataTables,
    instances: &[InstanceSummary],
    rules: &[RuleResult],
) -> Charts {
    let activity_of = tables.get("users").map(|it| activity(it, instances)).unwrap_or_default();
    let sum = |(at, age)| ActivityCount {
        age,
        accounts: activity_of.iter().filter_map(|it| it.accounts.as_ref()).map(|it| it[at]).sum(),
    };
    Charts {
        activity: ages().enumerate().map(sum).collect(),
        activity_of,
        outcomes: instances.iter().map(|instance| outcomes(&instance.name, rules)).collect(),
    }
}

fn ages() -> impl Iterator<Item = &'static str> {
    AGES.iter().map(|it| it.1).chain([NEVER, UNKNOWN])
}

/// Only accounts that are known to be active count.
fn activity(users: &DataTable, instances: &[InstanceSummary]) -> Vec<ActivityOf> {
    let [instance, active, days] =
        ["instance", "active", "days_inactive"].map(|it| users.column(it));
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for row in users.rows.iter().filter(|row| row[active] == Cell::Bool(true)) {
        if let Cell::Text(instance) = &row[instance] {
            *counts.entry((instance, age(&row[days]))).or_default() += 1;
        }
    }
    let count = |name: &str, age| counts.get(&(name, age)).copied().unwrap_or_default();
    let line = |it: &InstanceSummary| {
        let counts = || ages().map(|age| count(&it.name, age));
        let accounts = it.accounts.map(|_| counts().collect());
        let total = it.accounts.map(|_| counts().sum());
        ActivityOf { instance: it.name.clone(), accounts, total }
    };
    instances.iter().map(line).collect()
}

fn age(days: &Cell) -> &'static str {
    match days {
        Cell::Int(days) => AGES.iter().find(|it| *days <= it.0).map_or(UNKNOWN, |it| it.1),
        Cell::None => NEVER,
        _ => UNKNOWN,
    }
}

fn outcomes(instance: &str, rules: &[RuleResult]) -> OutcomeCount {
    let results =
        || rules.iter().flat_map(|rule| &rule.instances).filter(|it| it.instance == instance);
    let count = |verdict| results().filter(|it| it.verdict == verdict).count() as u64;
    OutcomeCount {
        instance: instance.to_owned(),
        fail: count(Verdict::Fail) + count(Verdict::FailManual),
        not_evaluable: count(Verdict::NotEvaluable),
        by_people: count(Verdict::PassWithWaivers) + count(Verdict::PassManual),
        pass: count(Verdict::Pass),
        not_applicable: count(Verdict::NotApplicable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_begin_the_day_after_the_last_of_the_age_before() {
        let days = [0, 30, 31, 60, 61, 90, 91, 180, 181].map(Cell::Int);
        let cells = days.iter().chain([&Cell::None, &Cell::Unknown]);
        let line = |cell: &Cell| format!("{}: {}", cell.text(), age(cell));
        insta::assert_snapshot!(cells.map(line).collect::<Vec<_>>().join("\n"), @"
        0: 0–30 days
        30: 0–30 days
        31: 31–60 days
        60: 31–60 days
        61: 61–90 days
        90: 61–90 days
        91: 91–180 days
        180: 91–180 days
        181: over 180 days
        : never
        unknown: unknown
        ");
    }
}
