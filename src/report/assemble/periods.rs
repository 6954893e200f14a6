//! Months: what is covered, and how numbers went.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::stamps::stamp;
use crate::calendar::{Calendar, Month, days_after};
use crate::config::Config;
use crate::report::periods::{
    AuditWindow, Coverage, CoverageGap, CoveredInstance, CoveredMonths, CoveredYear, Movement,
    Series, Trend,
};
use crate::report::{InstanceSummary, RuleResult};
use crate::rules::days_between_snapshots;
use crate::snapshot::State;
use crate::tables::build::EvaluationContext;
use crate::tables::build::coverage::{CoveredMonth, MISSING};
use crate::tables::build::trend::{AccountCounts, CountedMonth};

/// The rule about missed months, whose findings the calendar shows.
const MISSED: &str = "missed-period";

/// Instances whose lines documents draw.
const MOST_DRAWN: usize = 8;

/// The months of every instance.
pub(super) fn coverage(
    covered: &[CoveredMonth],
    given: EvaluationContext<'_>,
    instances: &[InstanceSummary],
    rules: &[RuleResult],
) -> Coverage {
    let EvaluationContext { config, earlier, .. } = given;
    let allowed_days = days_between_snapshots(&config.rules);
    let calendar = config.organization.calendar();
    let missed = rules.iter().find(|rule| rule.name == MISSED);
    let late = missed.map(late).unwrap_or_default();
    let covered = &with_window(covered, config, instances);
    let months = MonthHeads { covered, late, calendar, removed: earlier.removed.months() };
    let years: BTreeSet<i32> = covered.iter().map(|it| it.month.year()).collect();
    let year = |year: &i32| CoveredYear {
        year: year.to_string(),
        instances: instances.iter().map(|instance| months.of_year(&instance.name, *year)).collect(),
    };
    Coverage {
        years: years.iter().map(year).collect(),
        instances: instances
            .iter()
            .map(|instance| months.line(&instance.name, allowed_days))
            .collect(),
        gaps: months.gaps(),
        allowed_days,
        window: window(covered, config),
    }
}

/// The months with those of the audit window before the first snapshot: they are missing, and not
/// absent.
fn with_window(
    covered: &[CoveredMonth],
    config: &Config,
    instances: &[InstanceSummary],
) -> Vec<CoveredMonth> {
    let mut res = covered.to_vec();
    let Some((from, to)) = config.audit_window else { return res };
    let last = covered.iter().map(|it| it.month).max();
    for instance in instances {
        let known = covered.iter().filter(|it| it.instance == instance.name).map(|it| it.month);
        let first = known.min();
        let begun = last.into_iter().flat_map(|last| from.to(to.min(last)));
        let before = begun.filter(|month| first.is_none_or(|first| *month < first));
        res.extend(before.map(|month| CoveredMonth {
            instance: instance.name.clone(),
            month,
            state: None,
            lacking: String::new(),
            complete_snapshots: Some(0),
            last_complete: None,
            days_between: None,
            reviewed: String::new(),
        }));
    }
    let place = |name: &str| instances.iter().position(|it| it.name == name);
    res.sort_by_key(|it| (place(&it.instance), it.month));
    res
}

fn window(covered: &[CoveredMonth], config: &Config) -> Option<AuditWindow> {
    let (from, to) = config.audit_window?;
    let last = covered.iter().map(|it| it.month).max()?;
    Some(AuditWindow {
        from: from.to_string(),
        to: to.to_string(),
        begun: from.to(to.min(last)).count(),
        months: from.to(to).count(),
    })
}

/// The months that come too late or not at all, by instance and month.
fn late(rule: &RuleResult) -> BTreeSet<(&str, &str)> {
    let exceptions = rule.findings().filter(|it| it.verdict.is_exception());
    exceptions
        .map(|exception| (exception.instance.as_str(), exception.subject_id.as_str()))
        .collect()
}

struct MonthHeads<'a> {
    covered: &'a [CoveredMonth],
    late: BTreeSet<(&'a str, &'a str)>,
    calendar: Calendar,
    /// The months of which retention removed packs, and when.
    removed: BTreeMap<Month, NaiveDate>,
}

/// The word for a month without a snapshot whose packs retention removed.
const REMOVED: &str = "removed";

impl MonthHeads<'_> {
    fn of(&self, instance: &str) -> impl Iterator<Item = &CoveredMonth> {
        self.covered.iter().filter(move |it| it.instance == instance)
    }

    fn is_late(&self, it: &CoveredMonth) -> bool {
        self.late.contains(&(it.instance.as_str(), it.month.to_string().as_str()))
    }

    fn word(&self, it: &CoveredMonth) -> &'static str {
        match it.state {
            Some(State::Complete) if self.is_late(it) => "late",
            None if self.removed.contains_key(&it.month) => REMOVED,
            state => state.map_or(MISSING, State::word),
        }
    }

    fn of_year(&self, instance: &str, year: i32) -> CoveredMonths {
        let mut months = vec![String::new(); 12];
        for it in self.of(instance).filter(|it| it.month.year() == year) {
            self.word(it).clone_into(&mut months[it.month.month0()]);
        }
        CoveredMonths { instance: instance.to_owned(), months }
    }

    fn line(&self, instance: &str, allowed_days: i64) -> CoveredInstance {
        let covered = || self.of(instance).filter_map(|it| it.last_complete);
        let last = covered().last();
        let due = last.map(|it| self.next_due(it, allowed_days));
        let reviewed = self.of(instance).filter(|it| !it.reviewed.is_empty()).last();
        CoveredInstance {
            instance: instance.to_owned(),
            months: self.of(instance).count(),
            covered: covered().count(),
            last_complete: last.map(stamp).unwrap_or_default(),
            next_due: due.map(|it| it.to_string()).unwrap_or_default(),
            last_review: reviewed
                .map(|it| format!("{}: {}", it.month, it.reviewed))
                .unwrap_or_default(),
        }
    }

    /// The last day on which the next snapshot is neither late nor in a month after a missed one.
    fn next_due(&self, last: DateTime<Utc>, allowed_days: i64) -> NaiveDate {
        let day = self.calendar.day(last);
        let end_of_next_month = Month::of(day).back(-1).last_day();
        end_of_next_month.min(days_after(day, allowed_days))
    }

    fn gaps(&self) -> Vec<CoverageGap> {
        let gap = |it: &CoveredMonth| {
            let why = match it.state {
                Some(State::Complete) if self.is_late(it) => {
                    let days = it.days_between.map(|days_between| days_between.to_string());
                    format!("{} days after the one before", days.unwrap_or_default())
                }
                Some(State::Complete) => return None,
                Some(State::Partial | State::Failed) => format!("not whole: {}", it.lacking),
                None if !it.lacking.is_empty() => it.lacking.clone(),
                None => match self.removed.get(&it.month) {
                    Some(day) => format!("its evidence was removed by retention on {day}"),
                    None => "there is no pack of this month among the earlier ones".to_owned(),
                },
            };
            let (instance, period) = (it.instance.clone(), it.month.to_string());
            Some(CoverageGap { instance, period, state: self.word(it).to_owned(), why })
        };
        self.covered.iter().filter_map(gap).collect()
    }
}

/// A number that is counted each month.
type MonthlyCount = fn(&AccountCounts) -> Option<i64>;

/// What is counted, in the order of the report.
const COUNTED: [(&str, MonthlyCount); 4] = [
    ("Active accounts", |it| it.active),
    ("Administrators", |it| it.administrators),
    ("Unused for more than 90 days", |it| it.unused),
    ("Never used", |it| it.never_used),
];

/// The lines of every instance.
pub(super) fn trend(counted: &[CountedMonth], instances: &[InstanceSummary]) -> Trend {
    let series: Vec<TrendLine<'_>> =
        COUNTED.iter().flat_map(|it| lines(counted, it.0, it.1)).collect();
    let periods: BTreeSet<Month> = counted.iter().map(|it| it.month).collect();
    let compared = compared(&periods, &series);
    let mut largest: Vec<&InstanceSummary> = instances.iter().collect();
    largest.sort_by_key(|it| std::cmp::Reverse(it.exceptions));
    largest.truncate(MOST_DRAWN);
    let is_drawn = |instance_summary: &&InstanceSummary| {
        largest.iter().any(|drawn| drawn.name == instance_summary.name)
    };
    let drawn = instances.iter().filter(is_drawn).map(|instance| instance.name.clone());
    let values = |trend_line: &TrendLine<'_>| {
        periods.iter().map(|at| trend_line.values.get(at).copied().flatten()).collect()
    };
    let line = |trend_line: &TrendLine<'_>| Series {
        instance: trend_line.instance.to_owned(),
        what: trend_line.what,
        values: values(trend_line),
    };
    let moved = |what| movement(what, compared?, &series);
    Trend {
        movements: COUNTED.iter().filter_map(|it| moved(it.0)).collect(),
        series: series.iter().map(line).collect(),
        drawn: drawn.collect(),
        periods: periods.iter().map(Month::to_string).collect(),
        before: compared.map(|it| it.then.to_string()).unwrap_or_default(),
    }
}

/// One number of one instance, by month.
struct TrendLine<'a> {
    instance: &'a str,
    what: &'static str,
    values: BTreeMap<Month, Option<i64>>,
}

fn lines<'a>(
    counted: &'a [CountedMonth],
    what: &'static str,
    number: MonthlyCount,
) -> Vec<TrendLine<'a>> {
    let mut res: Vec<TrendLine<'a>> = Vec::new();
    for it in counted {
        if res.last().is_none_or(|line| line.instance != it.instance) {
            res.push(TrendLine { instance: &it.instance, what, values: BTreeMap::new() });
        }
        let values = &mut res.last_mut().expect("there is one").values;
        values.insert(it.month, it.figures.as_ref().and_then(number));
    }
    res
}

/// Two months that numbers are compared of.
#[derive(Clone, Copy)]
struct ComparedMonths {
    now: Month,
    then: Month,
}

/// This month, and the newest one before it that is known of an instance of which this one is.
fn compared(periods: &BTreeSet<Month>, series: &[TrendLine<'_>]) -> Option<ComparedMonths> {
    let mut periods = periods.iter().copied().rev();
    let now = periods.next()?;
    let mut pairs = periods.map(|then| ComparedMonths { now, then });
    pairs.find(|pair| COUNTED.iter().any(|of| movement(of.0, *pair, series).is_some()))
}

/// The number in two months, on the instances that have both; none where there is no such one.
fn movement(
    what: &'static str,
    months: ComparedMonths,
    series: &[TrendLine<'_>],
) -> Option<Movement> {
    let both = |it: &TrendLine<'_>| {
        let of = |month: Month| it.values.get(&month).copied().flatten();
        Some((of(months.now)?, of(months.then)?))
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
    use crate::snapshot::Collected;

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn numbers_are_compared_with_one_month_for_all_the_newest_that_is_known() {
        let known = |numbers: [Option<i64>; 4]| {
            let [active, administrators, unused, never_used] = numbers;
            let mut res = AccountCounts::of(&Collected::default(), "s1", DateTime::default());
            (res.active, res.administrators) = (active, administrators);
            (res.unused, res.never_used) = (unused, never_used);
            res
        };
        let row = |instance: &str, period: &str, numbers: Option<[Option<i64>; 4]>| CountedMonth {
            instance: instance.to_owned(),
            month: month(period),
            figures: numbers.map(known),
        };
        let counted = [
            row("eu", "2026-09", Some([Some(30), Some(3), Some(1), Some(0)])),
            row("eu", "2026-10", None),
            row("eu", "2026-11", Some([Some(34), Some(2), Some(1), None])),
            row("us", "2026-11", Some([Some(50), Some(5), Some(2), Some(2)])),
        ];
        let trend = trend(&counted, &[]);
        let series =
            trend.series.iter().map(|it| format!("{} {}: {:?}", it.instance, it.what, it.values));
        let moved = trend.movements.iter().map(|movement| {
            format!(
                "{} on {}: {} to {}, {:+}",
                movement.what, movement.instances, movement.then, movement.now, movement.change
            )
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
        let months = |zone: &str| MonthHeads {
            covered: &[],
            late: BTreeSet::new(),
            calendar: Calendar::new(zone.parse().expect("a zone")),
            removed: BTreeMap::new(),
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
        let row =
            |period: &str, state, lacking: &str, complete: Option<(&str, i64)>| CoveredMonth {
                instance: "eu".to_owned(),
                month: month(period),
                state,
                lacking: lacking.to_owned(),
                complete_snapshots: Some(complete.into_iter().count().try_into().expect("few")),
                last_complete: complete.map(|it| it.0.parse().expect("a time")),
                days_between: complete.map(|it| it.1),
                reviewed: String::new(),
            };
        let complete = Some(State::Complete);
        let covered = [
            row("2025-10", None, "", None),
            row("2025-11", complete, "", Some(("2025-11-03T06:00:00Z", 31))),
            row("2025-12", None, "", None),
            row("2026-01", complete, "", Some(("2026-01-05T06:00:00Z", 63))),
            row("2026-02", Some(State::Partial), "sso-config (no answer)", None),
        ];
        let late = BTreeSet::from([("eu", "2025-12"), ("eu", "2026-01"), ("eu", "2026-02")]);
        let removed = BTreeMap::from([(month("2025-12"), month("2026-02").last_day())]);
        let months = MonthHeads { covered: &covered, late, calendar: Calendar::UTC, removed };
        let line = months.line("eu", 35);
        let mut lines: Vec<String> =
            [2025, 2026].map(|it| months.of_year("eu", it).months.join("|")).into();
        lines.push(format!(
            "{} of {}, {}, {}",
            line.covered, line.months, line.last_complete, line.next_due
        ));
        lines.extend(
            months.gaps().iter().map(|it| format!("{} {}: {}", it.period, it.state, it.why)),
        );
        insta::assert_snapshot!(lines.join("\n"), @"
        |||||||||missing|complete|removed
        late|partial||||||||||
        2 of 5, 2026-01-05T06:00:00Z, 2026-02-09
        2025-10 missing: there is no pack of this month among the earlier ones
        2025-12 removed: its evidence was removed by retention on 2026-02-28
        2026-01 late: 63 days after the one before
        2026-02 partial: not whole: sso-config (no answer)
        ");
    }
}
