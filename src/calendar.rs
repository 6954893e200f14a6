//! The organization's calendar: the day and month of a moment, in its time zone.
//!
//! A job that runs at midnight on the first, local time, speaks of the month that begins then,
//! whatever Greenwich says. Everything that speaks of a period, or of a day that people wrote down,
//! asks here.

pub mod stamps;

use std::fmt;

use chrono::{
    DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Utc,
};
use chrono_tz::Tz;

/// The first year of which there can be evidence: there was no Retool before.
pub const FIRST_YEAR: i32 = 2017;

/// How far the clocks of two machines may be apart before one of them is wrong.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Why nothing can have been collected at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImplausibleTime {
    /// There was no Retool then.
    Early,
    /// It is still to come.
    Late,
}

impl ImplausibleTime {
    /// Why nothing can have been collected at `at`, now being `now`; none where something can.
    pub fn of(at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        if at.year() < FIRST_YEAR {
            Some(Self::Early)
        } else if now.checked_add_signed(SKEW).is_some_and(|it| at > it) {
            Some(Self::Late)
        } else {
            None
        }
    }

    /// The same in words that follow a time.
    pub fn words(self) -> &'static str {
        match self {
            Self::Early => "before there was Retool",
            Self::Late => "later than now",
        }
    }
}

/// So many days after a day, or before it where they are negative; the last day there is, or the
/// first, where that is beyond every calendar.
pub fn days_after(day: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    if days < 0 {
        day.checked_sub_days(by).unwrap_or(NaiveDate::MIN)
    } else {
        day.checked_add_days(by).unwrap_or(NaiveDate::MAX)
    }
}

/// Whole days from one instant to a later one, negative where it is earlier: by whole seconds, which
/// is how evidence prints instants, so that everybody who counts them comes to the same.
pub fn whole_days(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to.timestamp() - from.timestamp()).div_euclid(86_400)
}

/// The days and months of one time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
}

impl Default for Calendar {
    fn default() -> Self {
        Self::UTC
    }
}

impl Calendar {
    /// The calendar of UTC, for where no time zone is configured.
    pub const UTC: Self = Self { zone: Tz::UTC };

    /// The calendar of a time zone.
    pub fn new(zone: Tz) -> Self {
        Self { zone }
    }

    /// The month that an instant belongs to.
    pub fn month(self, at: DateTime<Utc>) -> Month {
        Month::of(self.day(at))
    }

    /// The day that an instant belongs to.
    pub fn day(self, at: DateTime<Utc>) -> NaiveDate {
        let here = self.zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        // At both ends of time no zone is shifted.
        at.naive_utc().checked_add_offset(here).unwrap_or(at.naive_utc()).date()
    }

    /// The first instant of a day. Where clocks leap over midnight, it is the first that they show.
    pub fn start(self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let shown = |quarters: i64| {
            let local = midnight.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
            local.and_local_timezone(self.zone).earliest()
        };
        // No zone leaps over more than a day.
        let first = (0..=96).find_map(shown);
        first.map_or_else(|| midnight.and_utc(), |it| it.to_utc())
    }

    /// The instant at which a day is over, which is 23 to 25 hours after its beginning.
    pub fn end(self, day: NaiveDate) -> DateTime<Utc> {
        self.start(day.succ_opt().unwrap_or(day))
    }
}

/// A calendar month, printed as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.year() * 12 + day.month0().cast_signed())
    }

    /// The month that is printed as `text`; none where that is no month.
    pub fn parse(text: &str) -> Option<Self> {
        format!("{text}-01").parse().ok().map(Self::of)
    }

    /// The year, `2026`.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The place of the month in its year, from 0.
    pub fn month0(self) -> usize {
        self.0.rem_euclid(12).cast_unsigned() as usize
    }

    /// So many months earlier.
    #[must_use]
    pub fn back(self, by: i32) -> Self {
        Self(self.0.saturating_sub(by))
    }

    /// This month and those after it, to `last`.
    pub fn to(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }

    /// The last day of the month.
    pub fn last_day(self) -> NaiveDate {
        let after = Self(self.0.saturating_add(1));
        let (year, month0) = (after.0.div_euclid(12), after.0.rem_euclid(12).cast_unsigned());
        let first = NaiveDate::from_ymd_opt(year, month0 + 1, 1);
        let beyond = if year < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
        first.and_then(|it| it.pred_opt()).unwrap_or(beyond)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:04}-{:02}", self.year(), self.month0() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn days_are_counted_by_what_evidence_prints() {
        let days = |from, to| whole_days(at(from), at(to));
        assert_eq!(days("2026-04-27T06:00:00.9Z", "2026-06-02T06:00:00.1Z"), 36);
        assert_eq!(days("2026-04-27T06:00:00Z", "2026-06-02T06:00:00Z"), 36);
        assert_eq!(days("2026-04-27T06:00:01Z", "2026-06-02T06:00:00.9Z"), 35);
        assert_eq!(days("2026-06-02T06:00:00Z", "2026-06-02T05:59:59.9Z"), -1);
    }

    #[test]
    fn months_go_on_over_the_years() {
        let month = |it: &str| Calendar::UTC.month(at(it));
        let (first, last) = (month("2025-11-30T23:59:59Z"), month("2026-02-01T00:00:00Z"));
        let months: Vec<String> = first.to(last).map(|it| it.to_string()).collect();
        assert_eq!(months, ["2025-11", "2025-12", "2026-01", "2026-02"]);
        assert_eq!(last.back(3), first);
        assert_eq!(last.to(first).count(), 0);
        assert_eq!(Month::parse("2026-02"), Some(last));
        assert_eq!(Month::parse("2026-13"), None);
        assert_eq!(last.last_day().to_string(), "2026-02-28");
        assert_eq!(last.back(2).last_day().to_string(), "2025-12-31");
    }

    #[test]
    fn the_zone_decides_which_day_and_month_a_moment_belongs_to() {
        let line = |zone: &str, moment: &str| {
            let calendar = Calendar::new(zone.parse().expect("a zone"));
            let (day, month) = (calendar.day(at(moment)), calendar.month(at(moment)));
            format!("{zone} {moment}: {day}, {month}, since {}", calendar.start(day).to_rfc3339())
        };
        let lines = [
            line("Europe/London", "2025-08-31T23:00:03Z"),
            line("Europe/London", "2025-11-01T00:00:03Z"),
            line("America/Los_Angeles", "2026-11-01T06:59:59Z"),
            line("America/Los_Angeles", "2026-11-01T07:00:00Z"),
            line("Pacific/Kiritimati", "2026-10-31T10:00:00Z"),
            // Clocks leap from midnight to one.
            line("America/Asuncion", "2023-10-01T12:00:00Z"),
            line("UTC", "2026-10-31T23:59:59Z"),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        Europe/London 2025-08-31T23:00:03Z: 2025-09-01, 2025-09, since 2025-08-31T23:00:00+00:00
        Europe/London 2025-11-01T00:00:03Z: 2025-11-01, 2025-11, since 2025-11-01T00:00:00+00:00
        America/Los_Angeles 2026-11-01T06:59:59Z: 2026-10-31, 2026-10, since 2026-10-31T07:00:00+00:00
        America/Los_Angeles 2026-11-01T07:00:00Z: 2026-11-01, 2026-11, since 2026-11-01T07:00:00+00:00
        Pacific/Kiritimati 2026-10-31T10:00:00Z: 2026-11-01, 2026-11, since 2026-10-31T10:00:00+00:00
        America/Asuncion 2023-10-01T12:00:00Z: 2023-10-01, 2023-10, since 2023-10-01T04:00:00+00:00
        UTC 2026-10-31T23:59:59Z: 2026-10-31, 2026-10, since 2026-10-31T00:00:00+00:00
        ");
    }

    #[test]
    fn a_day_ends_where_the_next_begins_however_long_it_is() {
        let line = |zone: &str, day: &str| {
            let calendar = Calendar::new(zone.parse().expect("a zone"));
            let day = day.parse().expect("a day");
            let (start, end) = (calendar.start(day), calendar.end(day));
            let last = end - TimeDelta::seconds(1);
            assert_eq!((calendar.day(last), calendar.day(start)), (day, day), "{zone}");
            assert!(calendar.day(end) > day, "{zone}");
            format!("{zone} {day}: {} hours to {}", (end - start).num_hours(), end.to_rfc3339())
        };
        let lines = [
            line("UTC", "2026-10-15"),
            line("Europe/Berlin", "2026-03-29"),
            line("Europe/Berlin", "2026-10-25"),
            line("America/Los_Angeles", "2026-03-08"),
            line("America/Los_Angeles", "2026-11-01"),
            line("Pacific/Auckland", "2026-04-05"),
            line("Pacific/Auckland", "2026-09-27"),
            // The next day never was.
            line("Pacific/Apia", "2011-12-29"),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        UTC 2026-10-15: 24 hours to 2026-10-16T00:00:00+00:00
        Europe/Berlin 2026-03-29: 23 hours to 2026-03-29T22:00:00+00:00
        Europe/Berlin 2026-10-25: 25 hours to 2026-10-25T23:00:00+00:00
        America/Los_Angeles 2026-03-08: 23 hours to 2026-03-09T07:00:00+00:00
        America/Los_Angeles 2026-11-01: 25 hours to 2026-11-02T08:00:00+00:00
        Pacific/Auckland 2026-04-05: 25 hours to 2026-04-05T12:00:00+00:00
        Pacific/Auckland 2026-09-27: 23 hours to 2026-09-27T11:00:00+00:00
        Pacific/Apia 2011-12-29: 24 hours to 2011-12-30T10:00:00+00:00
        ");
    }

    #[test]
    fn no_day_and_no_month_is_beyond_the_calendar() {
        let ends = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"] {
            let calendar = Calendar::new(zone.parse().expect("a zone"));
            for end in ends {
                let day = calendar.day(end);
                calendar.start(day);
                let month = calendar.month(end);
                month.last_day();
                month.back(i32::MAX).last_day();
                month.back(i32::MIN).last_day();
                for days in [i64::MIN, -1, 0, 1, i64::MAX] {
                    days_after(day, days);
                }
            }
        }
        assert_eq!(days_after(NaiveDate::MAX, i64::MAX), NaiveDate::MAX);
        assert_eq!(days_after(NaiveDate::MIN, i64::MIN), NaiveDate::MIN);
    }

    #[test]
    fn evidence_is_neither_older_than_retool_nor_of_tomorrow() {
        let now = at("2026-11-02T06:00:00Z");
        let why = |it: &str| ImplausibleTime::of(at(it), now);
        let all = ["1970-01-01T00:00:00Z", "2016-12-31T23:59:59Z", "2017-01-01T00:00:00Z"];
        assert_eq!(
            all.map(why),
            [Some(ImplausibleTime::Early), Some(ImplausibleTime::Early), None]
        );
        let all = ["2026-11-02T06:00:00Z", "2026-11-02T06:05:00Z", "2026-11-02T06:05:01Z"];
        assert_eq!(all.map(why), [None, None, Some(ImplausibleTime::Late)]);
        let end = DateTime::<Utc>::MAX_UTC;
        assert_eq!(ImplausibleTime::of(end, end), None);
    }
}
