//! What came of each month of an instance, and how far apart its complete snapshots are.

use chrono::{DateTime, Utc};

use super::EvaluationContext;
use crate::calendar::{Month, whole_days};
use crate::snapshot::earlier::{MONTHS, Remark};
use crate::snapshot::{Collected, State};
use crate::tables::dictionary::coverage;

/// What came of one month of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoveredMonth {
    /// The instance.
    pub instance: String,
    /// The month.
    pub month: Month,
    /// The best that a snapshot of the month is; none where there is none.
    pub state: Option<State>,
    /// What that snapshot lacks, or what lies there and is not used; empty where nothing does.
    pub lacking: String,
    /// Complete snapshots; none in a month that lasts and has none yet.
    pub complete_snapshots: Option<i64>,
    /// The last of them.
    pub last_complete: Option<DateTime<Utc>>,
    /// The most days between one of them and the one before it, or since the last one where the
    /// month lasts and has none.
    pub days_between: Option<i64>,
    /// How far the newest review of the month's accounts is; empty where none was opened.
    pub reviewed: String,
}

impl CoveredMonth {
    /// What tells it from every other.
    pub(super) fn key(&self) -> (&str, Month) {
        (&self.instance, self.month)
    }

    /// The same as a row of the table.
    pub(super) fn row(&self) -> coverage::Row<'_> {
        coverage::Row {
            instance: self.instance.as_str().into(),
            period: self.month.to_string().into(),
            state: self.state.map_or(MISSING, State::word).into(),
            lacking: self.lacking.as_str().into(),
            complete_snapshots: self.complete_snapshots,
            last_complete: self.last_complete,
            days_between: self.days_between,
            reviewed: self.reviewed.as_str().into(),
        }
    }
}

/// The word for a month without a snapshot.
pub const MISSING: &str = "missing";

/// The months of one instance from its first complete snapshot on, or the one that lasts; where one
/// lies before the months that are looked back over, from the first of those on.
pub(super) fn of(given: &EvaluationContext<'_>, collected: &Collected) -> Vec<CoveredMonth> {
    let now = TakenSnapshot {
        at: given.snapshot.collected_at,
        period: given.period(),
        state: collected.state(),
        lacking: collected.lacking(),
    };
    let earlier = given.earlier.stored.iter().filter_map(|it| {
        let brief = it.brief(&collected.name)?;
        let (at, period) = (it.collected_at(), it.period);
        Some(TakenSnapshot { at, period, state: brief.state, lacking: brief.lacking.clone() })
    });
    let last = now.period;
    let taken: Vec<TakenSnapshot> = earlier.chain([now]).collect();
    let complete: Vec<&TakenSnapshot> =
        taken.iter().filter(|it| it.state == State::Complete).collect();
    let known = complete.first().map_or(last, |it| it.period);
    let reaches_back = given.earlier.older.complete.contains(&collected.name);
    let first = if reaches_back { last.back(MONTHS - 1).min(known) } else { known };
    let month = |month: Month| {
        let here: Vec<&TakenSnapshot> = taken.iter().filter(|it| it.period == month).collect();
        let lasts = (month == last).then_some(given.snapshot.collected_at);
        let res = covered(&collected.name, month, &here, &complete, lasts);
        let reviewed = given.reviews.progress(&collected.name, &month.to_string());
        let res = CoveredMonth { reviewed: reviewed.unwrap_or_default(), ..res };
        if here.is_empty() { CoveredMonth { lacking: unused(given, month), ..res } } else { res }
    };
    first.to(last).map(month).collect()
}

/// What lies there of a month and is not used, and why.
fn unused(given: &EvaluationContext<'_>, month: Month) -> String {
    let of_month = given.earlier.unreadable.iter().filter(|it| it.period == Some(month));
    let words = of_month.map(|Remark { name, why, .. }| format!("{name} is not used: {why}"));
    words.collect::<Vec<_>>().join("; ")
}

/// A snapshot, as far as one instance is concerned.
struct TakenSnapshot {
    at: DateTime<Utc>,
    period: Month,
    state: State,
    lacking: String,
}

/// What a month has; the last is given for the one that lasts.
fn covered(
    instance: &str,
    month: Month,
    here: &[&TakenSnapshot],
    complete: &[&TakenSnapshot],
    until: Option<DateTime<Utc>>,
) -> CoveredMonth {
    // The best of the month counts, and of equals the last.
    let best = here.iter().rev().min_by_key(|it| it.state);
    let whole: Vec<usize> =
        (0..complete.len()).filter(|it| complete[*it].period == month).collect();
    let gaps = whole.iter().filter(|it| **it > 0);
    let days = gaps.map(|gap| whole_days(complete[gap - 1].at, complete[*gap].at)).max();
    let since = || complete.last().zip(until).map(|(last, now)| whole_days(last.at, now));
    let open = whole.is_empty() && until.is_some();
    CoveredMonth {
        instance: instance.to_owned(),
        month,
        state: best.map(|it| it.state),
        lacking: best.map(|it| it.lacking.clone()).unwrap_or_default(),
        complete_snapshots: (!open).then(|| i64::try_from(whole.len()).expect("a count")),
        last_complete: whole.last().map(|it| complete[*it].at),
        days_between: if open { since() } else { days },
        reviewed: String::new(),
    }
}
