//! What came of each month of an instance, and how far apart its complete snapshots are.

use chrono::{DateTime, Utc};

use super::{Given, days_between};
use crate::calendar::Month;
use crate::snapshot::earlier::{MONTHS, Remark};
use crate::snapshot::ledger::lacking;
use crate::snapshot::{Collected, State};
use crate::tables::dictionary::coverage;

/// Adds the months of one instance from its first complete snapshot on, or the one that lasts; where
/// one lies before the months that are looked back over, from the first of those on.
pub(super) fn add(rows: &mut coverage::Rows, given: &Given<'_>, collected: &Collected) {
    let now = Taken {
        at: given.snapshot.collected_at,
        period: given.period(),
        state: collected.state(),
        lacking: lacking(&collected.ledger),
    };
    let earlier = given.earlier.stored.iter().filter_map(|it| {
        let brief = it.brief(&collected.name)?;
        let (at, period) = (it.collected_at(), it.period);
        Some(Taken { at, period, state: brief.state, lacking: brief.lacking.clone() })
    });
    let last = now.period;
    let taken: Vec<Taken> = earlier.chain([now]).collect();
    let complete: Vec<&Taken> = taken.iter().filter(|it| it.state == State::Complete).collect();
    let known = complete.first().map_or(last, |it| it.period);
    let reaches_back = given.earlier.older.complete.contains(&collected.name);
    let first = if reaches_back { last.back(MONTHS - 1).min(known) } else { known };
    for month in first.to(last) {
        let here: Vec<&Taken> = taken.iter().filter(|it| it.period == month).collect();
        let lasts = (month == last).then_some(given.snapshot.collected_at);
        let mut row = row(&collected.name, month, (&here, &complete, lasts));
        if here.is_empty() {
            row.lacking = unused(given, month).into();
        }
        rows.push(row);
    }
}

/// What lies there of a month and is not used, and why.
fn unused(given: &Given<'_>, month: Month) -> String {
    let of_month = given.earlier.unreadable.iter().filter(|it| it.period == Some(month));
    let words = of_month.map(|Remark { name, why, .. }| format!("{name} is not used: {why}"));
    words.collect::<Vec<_>>().join("; ")
}

/// A snapshot, as far as one instance is concerned.
struct Taken {
    at: DateTime<Utc>,
    period: Month,
    state: State,
    lacking: String,
}

/// What a month has; the last is given for the one that lasts.
fn row<'a>(
    instance: &str,
    month: Month,
    (here, complete, until): (&[&Taken], &[&Taken], Option<DateTime<Utc>>),
) -> coverage::Row<'a> {
    // The best of the month counts, and of equals the last.
    let best = here.iter().rev().min_by_key(|it| it.state);
    let whole: Vec<usize> =
        (0..complete.len()).filter(|it| complete[*it].period == month).collect();
    let gaps = whole.iter().filter(|it| **it > 0);
    let days = gaps.map(|it| days_between(complete[it - 1].at, complete[*it].at)).max();
    let since = || complete.last().zip(until).map(|(last, now)| days_between(last.at, now));
    let open = whole.is_empty() && until.is_some();
    coverage::Row {
        instance: instance.to_owned().into(),
        period: month.to_string().into(),
        state: best.map_or("missing", |it| it.state.word()).into(),
        lacking: best.map(|it| it.lacking.clone()).unwrap_or_default().into(),
        complete_snapshots: (!open).then(|| i64::try_from(whole.len()).expect("a count")),
        last_complete: whole.last().map(|it| complete[*it].at),
        days_between: if open { since() } else { days },
    }
}
