//! A person's days beside an account's times.
//!
//! Days are counted in UTC; somebody who leaves today may still work today.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Here, days_between};
use crate::roster::Person;
use crate::snapshot::record::User;

/// What the days of a person say about one account.
#[derive(Default)]
pub(super) struct Dates {
    pub(super) no_end_date: Option<bool>,
    pub(super) hours_since_end: Option<i64>,
    pub(super) hours_used_after_end: Option<i64>,
    pub(super) days_until_start: Option<i64>,
    pub(super) days_made_before_start: Option<i64>,
    pub(super) days_on_leave: Option<i64>,
}

impl Dates {
    pub(super) fn of(here: &Here<'_>, person: Option<&Person>, record: &User) -> Self {
        let Some(person) = person else { return Self::default() };
        let end = person.end_date.map(|it| midnight(it) + TimeDelta::days(1));
        let start = person.start_date.map(midnight);
        let used = record.last_active.value().copied();
        Self {
            no_end_date: Some(end.is_none()),
            hours_since_end: end.map(|it| hours_between(it, here.now)),
            hours_used_after_end: end.zip(used).map(|(end, used)| hours_between(end, used)),
            days_until_start: start.map(|it| days_between(here.now, it)),
            days_made_before_start: record
                .created_at
                .zip(start)
                .map(|(made, start)| days_between(made, start)),
            days_on_leave: person.leave_start.map(|it| here.days_since(midnight(it))),
        }
    }
}

pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

pub(super) fn hours_between(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to - from).num_seconds().div_euclid(3_600)
}
