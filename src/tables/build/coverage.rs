//! Which months have a complete snapshot of an instance, and how far apart these are.

use chrono::{DateTime, Datelike as _, Utc};

use super::{Given, days_between};
use crate::snapshot::{Collected, State};
use crate::tables::dictionary::coverage;

/// Adds the months of one instance, from its first complete snapshot on.
pub(super) fn add(rows: &mut coverage::Rows, given: &Given<'_>, collected: &Collected) {
    let now = given.snapshot.collected_at;
    let mut complete = given.earlier.complete(&collected.name);
    let Some(first) = complete.first().copied() else { return };
    if collected.state() == State::Complete {
        complete.push(now);
    }
    for month in month(first)..=month(now) {
        let lasts = month == self::month(now);
        let row = row(&complete, month, lasts.then_some(now));
        let (year, of_year) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        rows.push(coverage::Row {
            instance: collected.name.as_str().into(),
            period: format!("{year:04}-{of_year:02}").into(),
            complete_snapshots: row.0,
            last_complete: row.1,
            days_between: row.2,
        });
    }
}

/// Months are counted from the year 0.
fn month(at: DateTime<Utc>) -> i32 {
    at.year() * 12 + i32::try_from(at.month0()).expect("a month")
}

type Row = (Option<i64>, Option<DateTime<Utc>>, Option<i64>);

/// What a month has; `until` is given for the one that lasts.
fn row(complete: &[DateTime<Utc>], month: i32, until: Option<DateTime<Utc>>) -> Row {
    let here: Vec<usize> =
        (0..complete.len()).filter(|it| self::month(complete[*it]) == month).collect();
    let (Some(last), false) = (here.last(), here.is_empty()) else {
        let since = complete.last().zip(until).map(|(last, now)| days_between(*last, now));
        return (until.is_none().then_some(0), None, since);
    };
    let before = here.iter().filter(|it| **it > 0);
    let days = before.map(|it| days_between(complete[it - 1], complete[*it])).max();
    (Some(i64::try_from(here.len()).expect("a count")), Some(complete[*last]), days)
}
