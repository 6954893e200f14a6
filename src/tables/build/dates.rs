//! A person's days beside an account's times.
//!
//! Days are those of the organization's calendar; a person who leaves today may still work today.

use chrono::{NaiveDate, TimeDelta};

use super::InstanceContext;
use crate::roster::{Standing, StatedDay, Status};
use crate::snapshot::record::User;
use crate::tables::column::span;

/// What the days of a person say about one account.
#[derive(Default)]
pub(super) struct Dates {
    pub(super) no_end_date: Option<bool>,
    pub(super) end_date: Option<NaiveDate>,
    pub(super) since_end: Option<TimeDelta>,
    pub(super) left_for: Option<TimeDelta>,
    pub(super) use_after_end: Option<TimeDelta>,
    pub(super) until_start: Option<TimeDelta>,
    pub(super) made_before_start: Option<TimeDelta>,
    pub(super) on_leave_for: Option<TimeDelta>,
}

impl Dates {
    pub(super) fn of(
        here: &InstanceContext<'_>,
        standing: Option<&Standing>,
        record: &User,
    ) -> Self {
        let Some(standing) = standing else { return Self::default() };
        let calendar = here.calendar();
        let end = standing.end_date.known().map(|it| calendar.end(it));
        let start = standing.start_date.known().map(|it| calendar.start(it));
        let leave = standing.leave_start.known().map(|it| calendar.start(it));
        let used = record.last_active.value().copied();
        Self {
            no_end_date: no_end(standing),
            end_date: standing.end_date.known(),
            since_end: end.map(|it| span(it, here.now)),
            left_for: standing.left_by.map(|left_by| span(calendar.end(left_by), here.now)),
            use_after_end: end.zip(used).map(|(end, used)| span(end, used)),
            until_start: start.map(|it| span(here.now, it)),
            made_before_start: record.created_at.zip(start).map(|(made, start)| span(made, start)),
            on_leave_for: leave.map(|it| span(it, here.now)),
        }
    }
}

/// Whether the roster gives no last day. Of a person who works, a file without a column for it says
/// so too; of a person who left, it says nothing.
fn no_end(standing: &Standing) -> Option<bool> {
    match standing.end_date {
        StatedDay::Unstated => (standing.status != Status::Terminated).then_some(true),
        stated => stated.is_absent(),
    }
}
