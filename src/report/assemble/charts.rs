//! What the charts show, counted.

use std::collections::BTreeMap;

use crate::audit::Verdict;
use crate::report::charts::{ActivityCount, ActivityOf, Charts, OutcomeCount};
use crate::report::table::{Cell, DataTable, DataTables, UNKNOWN};
use crate::report::{InstanceSummary, RuleResult};

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
fn activity(users: &DataTable<'_>, instances: &[InstanceSummary]) -> Vec<ActivityOf> {
    let [instance, active, days] =
        ["instance", "active", "days_inactive"].map(|it| users.column(it));
    let mut counts: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for row in users.rows.iter().filter(|row| row.cell(active) == Cell::Bool(true)) {
        *counts.entry((row.text(instance), age(&row.cell(days)))).or_default() += 1;
    }
    let count = |name: &str, age| counts.get(&(name.to_owned(), age)).copied().unwrap_or_default();
    let line = |it: &InstanceSummary| {
        let counts = || ages().map(|age| count(&it.name, age));
        let accounts = it.accounts.map(|_| counts().collect());
        let total = it.accounts.map(|_| counts().sum());
        ActivityOf { instance: it.name.clone(), accounts, total }
    };
    instances.iter().map(line).collect()
}

fn age(days: &Cell<'_>) -> &'static str {
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
        by_people: count(Verdict::ExceptionsWaived) + count(Verdict::PassManual),
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
        let line = |cell: &Cell<'_>| format!("{}: {}", cell.borrowed().text(), age(cell));
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
