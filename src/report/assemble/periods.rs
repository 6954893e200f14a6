//! Months: what is covered, and how numbers went, from the tables of months.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::stamps::stamp;
use crate::calendar::{Calendar, Month, days_after};
use crate::report::periods::{
    Coverage, CoverageGap, CoveredInstance, CoveredMonths, CoveredYear, Movement, Series, Trend,
};
use crate::report::table::{Cell, DataTable};
use crate::report::{InstanceSummary, RuleResult};
use crate::snapshot::State;

/// The rule about missed months, whose threshold and findings the calendar shows.
const MISSED: &str = "missed-period";

/// Instances whose lines documents draw.
const MOST_DRAWN: usize = 8;

/// The months of every instance, from `coverage.csv`.
pub(super) fn coverage(
    table: &DataTable,
    calendar: Calendar,
    instances: &[InstanceSummary],
    rules: &[RuleResult],
) -> Coverage {
    let missed = rules.iter().find(|it| it.name == MISSED);
    let days = missed.and_then(|it| it.parameters.iter().find(|it| it.key == "days"));
    let days = days.and_then(|it| it.value.parse().ok());
    let allowed_days = days.unwrap_or_default();
    let late = missed.map(late).unwrap_or_default();
    let months = Months { rows: rows(table), late, calendar };
    let years: BTreeSet<&str> = months.rows.iter().map(|it| parts(&it.period).0).collect();
    let year = |year: &&str| CoveredYear {
        year: (*year).to_owned(),
        instances: instances.iter().map(|it| months.of_year(&it.name, year)).collect(),
    };
    Coverage {
        years: years.iter().map(year).collect(),
        instances: instances.iter().map(|it| months.line(&it.name, allowed_days)).collect(),
        gaps: months.gaps(),
        allowed_days,
    }
}

/// The months that come too late or not at all, by instance and month.
fn late(rule: &RuleResult) -> BTreeSet<(&str, &str)> {
    let exceptions = rule.findings().filter(|it| it.verdict.is_exception());
    exceptions.map(|it| (it.instance.as_str(), it.subject_id.as_str())).collect()
}

/// A row of `coverage.csv`.
struct MonthRow {
    instance: String,
    period: String,
    state: String,
    lacking: String,
    last_complete: String,
    days_between: String,
}

struct Months<'a> {
    rows: Vec<MonthRow>,
    late: BTreeSet<(&'a str, &'a str)>,
    calendar: Calendar,
}

fn rows(table: &DataTable) -> Vec<MonthRow> {
    let names = ["instance", "period", "state", "lacking", "last_complete", "days_between"];
    let row = |[instance, period, state, lacking, last_complete, days_between]: [String; 6]| {
        MonthRow { instance, period, state, lacking, last_complete, days_between }
    };
    table.texts(names).map(row).collect()
}

/// The year and the month of a period.
fn parts(period: &str) -> (&str, &str) {
    period.rsplit_once('-').unwrap_or((period, ""))
}

impl Months<'_> {
    fn of<'m>(&'m self, instance: &'m str) -> impl Iterator<Item = &'m MonthRow> {
        self.rows.iter().filter(move |it| it.instance == instance)
    }

    fn word<'m>(&self, it: &'m MonthRow) -> &'m str {
        let complete = it.state == State::Complete.word();
        let late = self.late.contains(&(it.instance.as_str(), it.period.as_str()));
        if complete && late { "late" } else { &it.state }
    }

    fn of_year(&self, instance: &str, year: &str) -> CoveredMonths {
        let mut months = vec![String::new(); 12];
        for it in self.of(instance) {
            let (of, month) = parts(&it.period);
            let place = month.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
            if let Some(cell) = place.filter(|_| of == year).and_then(|it| months.get_mut(it)) {
                self.word(it).clone_into(cell);
            }
        }
        CoveredMonths { instance: instance.to_owned(), months }
    }

    fn line(&self, instance: &str, allowed_days: i64) -> CoveredInstance {
        let covered = || self.of(instance).filter(|it| !it.last_complete.is_empty());
        let last = covered().last().and_then(|it| it.last_complete.parse::<DateTime<Utc>>().ok());
        let due = last.map(|it| self.next_due(it, allowed_days));
        CoveredInstance {
            instance: instance.to_owned(),
            months: self.of(instance).count(),
            covered: covered().count(),
            last_complete: last.map(stamp).unwrap_or_default(),
            next_due: due.map(|it| it.to_string()).unwrap_or_default(),
        }
    }

    /// The last day on which the next snapshot is neither late nor in a month after a missed one.
    fn next_due(&self, last: DateTime<Utc>, allowed_days: i64) -> NaiveDate {
        let day = self.calendar.day(last);
        let end_of_next_month = Month::of(day).back(-1).last_day();
        end_of_next_month.min(days_after(day, allowed_days))
    }

    fn gaps(&self) -> Vec<CoverageGap> {
        let gaps = self.rows.iter().filter(|it| self.word(it) != State::Complete.word());
        let gap = |it: &MonthRow| CoverageGap {
            instance: it.instance.clone(),
            period: it.period.clone(),
            state: self.word(it).to_owned(),
            why: match self.word(it) {
                "late" => format!("{} days after the one before", it.days_between),
                "missing" if !it.lacking.is_empty() => it.lacking.clone(),
                "missing" => "there is no pack of this month among the earlier ones".to_owned(),
                _ => format!("not whole: {}", it.lacking),
            },
        };
        gaps.map(gap).collect()
    }
}

/// What is counted, with the column of `trend.csv`, in the order of the report.
const COUNTED: [(&str, &str); 4] = [
    ("Active accounts", "active"),
    ("Administrators", "administrators"),
    ("Unused for more than 90 days", "unused"),
    ("Never used", "never_used"),
];

/// The lines of every instance, from `trend.csv`.
pub(super) fn trend(table: &DataTable, instances: &[InstanceSummary]) -> Trend {
    let series: Vec<Line> = COUNTED.iter().flat_map(|it| lines(table, *it)).collect();
    let periods: BTreeSet<&str> =
        series.iter().flat_map(|it| it.values.keys().map(String::as_str)).collect();
    let (now, then) = compared(&periods, &series);
    let mut largest: Vec<&InstanceSummary> = instances.iter().collect();
    largest.sort_by_key(|it| std::cmp::Reverse(it.exceptions));
    let values =
        |it: &Line| periods.iter().map(|at| it.values.get(*at).copied().flatten()).collect();
    largest.truncate(MOST_DRAWN);
    let is_drawn = |it: &&InstanceSummary| largest.iter().any(|drawn| drawn.name == it.name);
    let drawn = instances.iter().filter(is_drawn).map(|it| it.name.clone());
    Trend {
        movements: COUNTED.iter().filter_map(|it| movement(it.0, (now, then), &series)).collect(),
        series: series
            .iter()
            .map(|it| Series { instance: it.instance.clone(), what: it.what, values: values(it) })
            .collect(),
        drawn: drawn.collect(),
        periods: periods.iter().map(|it| (*it).to_owned()).collect(),
        before: then.to_owned(),
    }
}

/// One number of one instance, by month.
struct Line {
    instance: String,
    what: &'static str,
    values: BTreeMap<String, Option<i64>>,
}

fn lines(table: &DataTable, (what, column): (&'static str, &str)) -> Vec<Line> {
    let mut res: Vec<Line> = Vec::new();
    let value = table.column(column);
    for ([instance, period], row) in table.texts(["instance", "period"]).zip(&table.rows) {
        if res.last().is_none_or(|it| it.instance != instance) {
            res.push(Line { instance, what, values: BTreeMap::new() });
        }
        let number = if let Cell::Int(it) = row[value] { Some(it) } else { None };
        res.last_mut().expect("there is one").values.insert(period, number);
    }
    res
}

/// This month, and the newest one before it that is known of an instance of which this one is.
fn compared<'a>(periods: &BTreeSet<&'a str>, series: &[Line]) -> (&'a str, &'a str) {
    let mut periods = periods.iter().copied().rev();
    let now = periods.next().unwrap_or_default();
    let is_known =
        |then: &&str| COUNTED.iter().any(|it| movement(it.0, (now, *then), series).is_some());
    (now, periods.find(is_known).unwrap_or_default())
}

/// The number in two months, on the instances that have both; none where there is no such one.
fn movement(what: &'static str, (now, then): (&str, &str), series: &[Line]) -> Option<Movement> {
    let both = |it: &Line| {
        let of = |month: &str| it.values.get(month).copied().flatten();
        Some((of(now)?, of(then)?))
    };
    let both: Vec<(i64, i64)> =
        series.iter().filter(|it| it.what == what).filter_map(both).collect();
    let (now, then) = both.iter().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    let res = Movement { what, instances: both.len(), now, then, change: now - then };
    (res.instances > 0).then_some(res)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::Column;

    fn table(names: &[&'static str], rows: &[&[&str]]) -> DataTable {
        let column = |it: &&'static str| Column { name: it, kind: "", missing: "", meaning: "" };
        let cell = |it: &&str| match it.parse() {
            Ok(number) => Cell::Int(number),
            Err(_) if *it == "?" => Cell::Unknown,
            Err(_) => Cell::Text((*it).to_owned()),
        };
        DataTable {
            file: "table",
            about: "",
            columns: names.iter().map(column).collect(),
            rows: rows.iter().map(|it| it.iter().map(cell).collect()).collect(),
        }
    }

    #[test]
    fn numbers_are_compared_with_one_month_for_all_the_newest_that_is_known() {
        let names = ["instance", "period", "active", "administrators", "unused", "never_used"];
        let table = table(
            &names,
            &[
                &["eu", "2026-09", "30", "3", "1", "0"],
                &["eu", "2026-10", "?", "?", "?", "?"],
                &["eu", "2026-11", "34", "2", "1", "?"],
                &["us", "2026-11", "50", "5", "2", "2"],
            ],
        );
        let trend = trend(&table, &[]);
        let series =
            trend.series.iter().map(|it| format!("{} {}: {:?}", it.instance, it.what, it.values));
        let moved = trend.movements.iter().map(|it| {
            format!("{} on {}: {} to {}, {:+}", it.what, it.instances, it.then, it.now, it.change)
        });
        let lines: Vec<String> =
            std::iter::once(trend.periods.join(", ")).chain(series).chain(moved).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        2026-09, 2026-10, 2026-11
        eu Active accounts: [Some(30), None, Some(34)]
        us Active accounts: [None, None, Some(50)]
        eu Administrators: [Some(3), None, Some(2)]
        us Administrators: [None, None, Some(5)]
        eu Unused for more than 90 days: [Some(1), None, Some(1)]
        us Unused for more than 90 days: [None, None, Some(2)]
        eu Never used: [Some(0), None, None]
        us Never used: [None, None, Some(2)]
        Active accounts on 1: 30 to 34, +4
        Administrators on 1: 3 to 2, -1
        Unused for more than 90 days on 1: 1 to 1, +0
        ");
    }

    #[test]
    fn the_next_snapshot_is_due_before_a_month_is_missed() {
        let months = |zone: &str| Months {
            rows: Vec::new(),
            late: BTreeSet::new(),
            calendar: Calendar::new(zone.parse().expect("a zone")),
        };
        let due = |zone: &str, last: &str, days| {
            months(zone).next_due(last.parse().expect("a time"), days).to_string()
        };
        assert_eq!(due("UTC", "2026-10-02T06:00:00Z", 35), "2026-11-06");
        // 35 days on, November would be missed.
        assert_eq!(due("UTC", "2026-10-30T06:00:00Z", 35), "2026-11-30");
        assert_eq!(due("UTC", "2026-12-31T23:30:00Z", 35), "2027-01-31");
        // It is January already.
        assert_eq!(due("Europe/Paris", "2026-12-31T23:30:00Z", 35), "2027-02-05");
        assert_eq!(due("UTC", "2026-10-30T06:00:00Z", 7), "2026-11-06");
    }

    #[test]
    fn r_06_the_calendar_shows_each_month_and_says_what_is_missing() {
        let names = ["instance", "period", "state", "lacking", "last_complete", "days_between"];
        let rows: &[&[&str]] = &[
            &["eu", "2025-11", "complete", "", "2025-11-03T06:00:00Z", ""],
            &["eu", "2025-12", "missing", "", "", ""],
            &["eu", "2026-01", "complete", "", "2026-01-05T06:00:00Z", "63"],
            &["eu", "2026-02", "partial", "sso-config (no answer)", "", ""],
        ];
        let late = BTreeSet::from([("eu", "2025-12"), ("eu", "2026-01"), ("eu", "2026-02")]);
        let table = table(&names, rows);
        let calendar = Calendar::UTC;
        let months = Months { rows: super::rows(&table), late, calendar };
        let line = months.line("eu", 35);
        let mut lines: Vec<String> =
            ["2025", "2026"].map(|it| months.of_year("eu", it).months.join("|")).into();
        lines.push(format!(
            "{} of {}, {}, {}",
            line.covered, line.months, line.last_complete, line.next_due
        ));
        lines.extend(
            months.gaps().iter().map(|it| format!("{} {}: {}", it.period, it.state, it.why)),
        );
        insta::assert_snapshot!(lines.join("\n"), @"
        ||||||||||complete|missing
        late|partial||||||||||
        2 of 4, 2026-01-05T06:00:00Z, 2026-02-09
        2025-12 missing: there is no pack of this month among the earlier ones
        2026-01 late: 63 days after the one before
        2026-02 partial: not whole: sso-config (no answer)
        ");
    }
}
