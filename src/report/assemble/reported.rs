//! What packs reported month by month, as a table and as a trend.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::reported::{ReportedCounts, ReportedMonth, ReportedMonths};
use crate::calendar::Month;
use crate::calendar::stamps::stamp;
use crate::report::RuleResult;
use crate::report::periods::{ReportedRule, ReportedTotals, ReportedTrend};
use crate::report::table::{Cell, Column, DataTable, NEVER, cell};
use crate::rules::Severity;

/// Months that documents show; the table has all of them.
const MOST_SHOWN: usize = 12;

/// One row for each instance, month and rule.
pub(super) fn table(reported: &ReportedMonths, rules: &[RuleResult]) -> DataTable<'static> {
    let names: BTreeMap<&str, &str> = rules.iter().map(|it| (it.code, it.name)).collect();
    let row = |month: &ReportedMonth, code: &String, counts: Option<&ReportedCounts>| {
        let number = |of: &dyn Fn(&ReportedCounts) -> u64| {
            counts.map_or(Cell::Unknown, |it| Cell::Int(i64::try_from(of(it)).unwrap_or(i64::MAX)))
        };
        let name = names.get(code.as_str()).copied().unwrap_or(code);
        let mut res = vec![
            cell(month.instance.clone()),
            cell(month.month.clone()),
            cell(stamp(month.collected_at)),
            cell(code.clone()),
            cell(name.to_owned()),
            number(&ReportedCounts::total),
        ];
        res.extend(Severity::ALL.iter().map(|it| number(&|counts| counts.of(*it))));
        res.extend([number(&|it| it.waived), number(&|it| it.undetermined)]);
        res
    };
    let all = reported.0.values();
    let rows = all.flat_map(|month| {
        month.rules.iter().map(move |(code, counts)| row(month, code, counts.as_ref()))
    });
    DataTable {
        file: "exceptions-by-month",
        about: "One row per instance, month and rule, as the last pack of the month reported it.",
        columns: columns(),
        rows: rows.collect::<Vec<_>>().into(),
    }
}

fn columns() -> Vec<Column> {
    let unknown = "unknown where the rule could not be evaluated";
    let count = |name: &'static str, meaning: &'static str| Column {
        name,
        kind: "integer",
        missing: unknown,
        meaning,
    };
    vec![
        Column::text("instance", "The instance; `all` for rules that look at none."),
        Column::text("period", "The month."),
        Column {
            name: "collected_at",
            kind: "timestamp",
            missing: NEVER,
            meaning: "When the snapshot was collected that the month's last pack reports.",
        },
        Column::text("rule_code", "The rule's code."),
        Column::text("rule", "The rule's name; its code where the rule is gone."),
        count("exceptions", "Exceptions that were reported, without the waived ones."),
        count("critical", "Those of them that were critical."),
        count("high", "Those that were high."),
        count("medium", "Those that were medium."),
        count("low", "Those that were low."),
        count("info", "Those that inform."),
        count("waived", "Exceptions that a waiver accepted."),
        count("undetermined", "Subjects that the facts did not decide."),
    ]
}

/// What documents show of it.
pub(super) fn trend(reported: &ReportedMonths, rules: &[RuleResult]) -> ReportedTrend {
    let months: BTreeSet<Month> = reported.0.keys().map(|it| it.1).collect();
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return ReportedTrend::default();
    };
    let all: Vec<Month> = (*first).to(*last).collect();
    let shown = &all[all.len().saturating_sub(MOST_SHOWN)..];
    let of_month: BTreeMap<Month, Vec<&ReportedMonth>> = shown
        .iter()
        .map(|at| (*at, reported.0.iter().filter(|it| it.0.1 == *at).map(|it| it.1).collect()))
        .collect();
    let mut told: Vec<ReportedRule> = rules
        .iter()
        .filter_map(|rule| {
            let values = of_month.values().map(|it| of_rule(it, rule.code)).collect();
            let worst = of_month.values().flatten().filter_map(|it| {
                it.rules.get(rule.code)?.as_ref()?.exceptions.keys().max().copied()
            });
            let severity = worst.max()?;
            Some(ReportedRule { code: rule.code, title: rule.title, severity, values })
        })
        .collect();
    told.sort_by_key(|it| std::cmp::Reverse(it.severity));
    ReportedTrend {
        periods: shown.iter().map(Month::to_string).collect(),
        months: of_month.iter().map(|(at, packs)| totals(*at, packs)).collect(),
        rules: told,
    }
}

fn totals(month: Month, packs: &[&ReportedMonth]) -> ReportedTotals {
    let answers = || packs.iter().flat_map(|it| it.rules.values());
    let known = || answers().flatten();
    let sum = |of: &dyn Fn(&ReportedCounts) -> u64| {
        (!packs.is_empty()).then(|| known().map(of).sum::<u64>())
    };
    ReportedTotals {
        period: month.to_string(),
        exceptions: sum(&ReportedCounts::total),
        severities: Severity::ALL.iter().map(|it| sum(&|counts| counts.of(*it))).collect(),
        waived: sum(&|it| it.waived),
        not_evaluable: (!packs.is_empty())
            .then(|| answers().filter(|it| it.is_none()).count() as u64),
    }
}

/// The exceptions of a rule in a month, in as many characters as a narrow column has.
fn of_rule(packs: &[&ReportedMonth], code: &str) -> String {
    let answers: Vec<_> = packs.iter().filter_map(|it| it.rules.get(code)).collect();
    let count: u64 = answers.iter().copied().flatten().map(ReportedCounts::total).sum();
    let is_whole = answers.iter().all(|it| it.is_some());
    match (answers.is_empty(), is_whole, count) {
        (true, ..) => "–".to_owned(),
        (_, true, _) => count.to_string(),
        (_, false, 0) => "n/e".to_owned(),
        (_, false, _) => format!("≥{count}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_evaluated_is_never_a_zero() {
        let month = |instance: &str, rule: Option<Option<u64>>| {
            let counts = |n: u64| ReportedCounts {
                exceptions: BTreeMap::from([(Severity::High, n)]),
                ..ReportedCounts::default()
            };
            ReportedMonth {
                instance: instance.to_owned(),
                month: "2026-11".to_owned(),
                collected_at: chrono::DateTime::default(),
                rules: rule.map(|it| ("USR-01".to_owned(), it.map(counts))).into_iter().collect(),
            }
        };
        let cases: [[Option<Option<u64>>; 2]; 6] = [
            [Some(Some(2)), Some(Some(1))],
            [Some(Some(2)), None],
            [Some(Some(2)), Some(None)],
            [Some(Some(0)), Some(None)],
            [Some(Some(0)), Some(Some(0))],
            [None, None],
        ];
        let shown = cases.map(|[eu, us]| {
            let packs = [month("eu", eu), month("us", us)];
            of_rule(&packs.iter().collect::<Vec<_>>(), "USR-01")
        });
        assert_eq!(shown, ["3", "2", "≥2", "n/e", "0", "–"]);
        assert_eq!(totals(Month::parse("2026-11").expect("a month"), &[]).exceptions, None);
    }
}
