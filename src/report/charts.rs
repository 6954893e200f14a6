//! The numbers that charts are drawn from, counted once for every document.

use serde::Serialize;

use super::table::{Cell, DataTable, DataTables, UNKNOWN};
use super::{InstanceSummary, RuleResult};
use crate::audit::Verdict;

/// What the charts show.
#[derive(Debug, Serialize)]
pub struct Charts {
    /// Active accounts by the age of their last activity, youngest first.
    pub activity: Vec<ActivityCount>,
    /// Rules by result, an entry for each instance.
    pub outcomes: Vec<OutcomeCount>,
}

/// Active accounts that were last used about the same time ago.
#[derive(Debug, Serialize)]
pub struct ActivityCount {
    /// Days since the last activity in words: `8–30 days`, never, unknown.
    pub age: &'static str,
    /// How many accounts.
    pub accounts: u64,
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
    (7, "0–7 days"),
    (30, "8–30 days"),
    (60, "31–60 days"),
    (90, "61–90 days"),
    (180, "91–180 days"),
    (365, "181–365 days"),
    (i64::MAX, "over 365 days"),
];
/// The age of an account that was never used.
const NEVER: &str = "never";

/// Counts what the charts show.
pub(super) fn of(
    tables: &DataTables,
    instances: &[InstanceSummary],
    rules: &[RuleResult],
) -> Charts {
    Charts {
        activity: tables.get("users").map(activity).unwrap_or_default(),
        outcomes: instances.iter().map(|it| outcomes(&it.name, rules)).collect(),
    }
}

/// Only accounts that are known to be active count.
fn activity(users: &DataTable) -> Vec<ActivityCount> {
    let at = |name: &str| users.columns.iter().position(|it| it.name == name);
    let (active, days) = (at("active"), at("days_inactive"));
    let cell = |row: &[Cell], at: Option<usize>| at.map_or(Cell::Unknown, |it| row[it].clone());
    let rows = users.rows.iter().filter(|it| cell(it, active) == Cell::Bool(true));
    let ages: Vec<&str> = rows.map(|it| age(&cell(it, days))).collect();
    let words = AGES.iter().map(|it| it.1).chain([NEVER, UNKNOWN]);
    let count = |age| ages.iter().filter(|it| **it == age).count() as u64;
    words.map(|age| ActivityCount { age, accounts: count(age) }).collect()
}

fn age(days: &Cell) -> &'static str {
    match days {
        Cell::Int(days) => AGES.iter().find(|it| *days <= it.0).map_or(UNKNOWN, |it| it.1),
        Cell::None => NEVER,
        _ => UNKNOWN,
    }
}

fn outcomes(instance: &str, rules: &[RuleResult]) -> OutcomeCount {
    let results = || rules.iter().flat_map(|it| &it.instances).filter(|it| it.instance == instance);
    let count = |verdict| results().filter(|it| it.verdict == verdict).count() as u64;
    OutcomeCount {
        instance: instance.to_owned(),
        fail: count(Verdict::Fail) + count(Verdict::FailByHand),
        not_evaluable: count(Verdict::NotEvaluable),
        by_people: count(Verdict::PassWithWaivers) + count(Verdict::PassByHand),
        pass: count(Verdict::Pass),
        not_applicable: count(Verdict::NotApplicable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::Column;

    #[test]
    fn active_accounts_are_counted_by_the_age_of_their_last_activity() {
        let column = |name| Column { name, kind: "", missing: "", meaning: "" };
        let row = |active, days| vec![active, days];
        let (yes, no) = (Cell::Bool(true), Cell::Bool(false));
        let users = DataTable {
            file: "users",
            about: "",
            columns: vec![column("active"), column("days_inactive")],
            rows: vec![
                row(yes.clone(), Cell::Int(0)),
                row(yes.clone(), Cell::Int(7)),
                row(yes.clone(), Cell::Int(8)),
                row(yes.clone(), Cell::Int(365)),
                row(yes.clone(), Cell::Int(366)),
                row(yes.clone(), Cell::None),
                row(yes, Cell::Unknown),
                row(no, Cell::Int(3)),
                row(Cell::Unknown, Cell::Int(3)),
            ],
        };
        let line = |it: &ActivityCount| format!("{}: {}", it.age, it.accounts);
        let lines: Vec<String> = activity(&users).iter().map(line).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        0–7 days: 2
        8–30 days: 1
        31–60 days: 0
        61–90 days: 0
        91–180 days: 0
        181–365 days: 1
        over 365 days: 1
        never: 1
        unknown: 1
        ");
    }
}
