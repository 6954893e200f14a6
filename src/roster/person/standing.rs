//! Where a person stands on a day, by all rows together.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Person, PersonKind, Position, StatedDay, Status};

/// Where a person stands on a day, by all rows together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The status; never [`Status::ByDate`], and unknown where cells contradict each other.
    pub status: Status,
    /// The first day: of the current positions, or of those to come.
    pub start_date: StatedDay,
    /// The last day, after all current positions, or after all that there were.
    pub end_date: StatedDay,
    /// A day by the end of which a person without a known last day has left: that of the file which
    /// says so.
    pub left_by: Option<NaiveDate>,
    /// The first day on which the person was on leave from every current position.
    pub leave_start: StatedDay,
    /// What the person is to the organization in all current positions; unknown, with both words,
    /// where they differ.
    pub kind: PersonKind,
    /// Which cells contradict each other, with line and words of both.
    pub contradiction: Option<String>,
}

/// The most rows of one person that are compared with each other: no person has had more jobs.
const MOST_ROWS: usize = 500;

/// The most rows of one person that are reported beside a contradiction.
const MOST_TOLD: usize = 9;

/// A row with its status on the day in question.
#[derive(Clone, Copy)]
struct RowStanding<'a> {
    position: &'a Position,
    status: Status,
    last_day: StatedDay,
}

impl Person {
    /// Where the person stands on `day`.
    ///
    /// A status that all rows share is the person's. Who works in one position and left another,
    /// or will begin one, works. Rows that say different things of what may be one position
    /// contradict each other, and so do the status and the last day of one row; such a row decides
    /// nothing beside one by which the person works.
    pub fn on(&self, day: NaiveDate) -> Standing {
        let sound = self.positions.iter().filter(|position| position.contradiction(day).is_none());
        let said: Vec<RowStanding<'_>> = sound.map(|it| RowStanding::of(it, day)).collect();
        let works = said.iter().any(|it| it.status.is_working());
        if said.len() < self.positions.len() && !works {
            return self.contradicted(day);
        }
        let same = said.iter().all(|it| it.status == said[0].status);
        let contradiction = if same { None } else { self.contradiction(&said) };
        if let Some(words) = contradiction {
            // Where it is unknown which row is true, the rows say nothing about days either.
            let unsure = Standing::of(Status::Unknown, &said, Some(words));
            let days = StatedDay::Unreadable;
            return Standing { start_date: days, end_date: days, leave_start: days, ..unsure };
        }
        if same {
            return Standing::of(said[0].status, &said, None);
        }
        let are = |is: fn(Status) -> bool| -> Vec<RowStanding<'_>> {
            said.iter().copied().filter(|it| is(it.status)).collect()
        };
        let working = are(Status::is_working);
        if working.is_empty() {
            return Standing::of(Status::Terminated, &are(|it| it == Status::Terminated), None);
        }
        let active = working.iter().any(|it| it.status == Status::Active);
        Standing::of(if active { Status::Active } else { Status::Leave }, &working, None)
    }

    /// Where a person stands of whom cells of one row contradict each other: that is unknown, and
    /// every row is reported, because another one may be the right one.
    fn contradicted(&self, day: NaiveDate) -> Standing {
        let all: Vec<RowStanding<'_>> =
            self.positions.iter().map(|position| RowStanding::of(position, day)).collect();
        let sound = |it: &RowStanding<'_>| match it.last_day {
            StatedDay::On(last) => format!("{}, with the last day {last}", it.words()),
            _ => it.words(),
        };
        let words = |row_standing: &RowStanding<'_>| {
            row_standing.position.contradiction(day).unwrap_or_else(|| sound(row_standing))
        };
        let mut told: Vec<String> = all.iter().take(MOST_TOLD).map(words).collect();
        let more = all.len() - told.len();
        if more > 0 {
            told.push(format!("and {more} more of the person's rows"));
        }
        let res = Standing::of(Status::Unknown, &all, Some(told.join("; ")));
        // The open end of one row does not take back the last day of another.
        let open = all.iter().any(|it| it.last_day.known().is_none());
        Standing { end_date: if open { StatedDay::Unreadable } else { res.end_date }, ..res }
    }

    /// Which rows of different status contradict each other, in words; none where they do not.
    fn contradiction(&self, said: &[RowStanding<'_>]) -> Option<String> {
        if said.len() > MOST_ROWS {
            return Some(format!("{} rows of different status", said.len()));
        }
        for (at, one) in said.iter().enumerate() {
            for other in said[at + 1..].iter().filter(|it| it.status != one.status) {
                let pair = || format!("{}, {}", one.words(), other.words());
                let unknown = [one, other].iter().any(|it| it.status == Status::Unknown);
                if let Some(mismatch) = &self.mismatch {
                    return Some(format!("{}; {mismatch}", pair()));
                }
                if unknown || !one.position.is_apart_from(other.position) {
                    return Some(pair());
                }
            }
        }
        None
    }
}

impl<'a> RowStanding<'a> {
    fn of(position: &'a Position, day: NaiveDate) -> Self {
        Self { position, status: position.status_on(day), last_day: position.sure_last_day(day) }
    }

    fn words(&self) -> String {
        format!("{} says {}", self.position.place(), self.status.word())
    }
}

impl Standing {
    fn of(status: Status, current: &[RowStanding<'_>], contradiction: Option<String>) -> Self {
        let days = |of: fn(&Position) -> StatedDay, pick: fn(NaiveDate, NaiveDate) -> NaiveDate| {
            StatedDay::among(current.iter().map(|it| of(it.position)), pick)
        };
        let end_date = StatedDay::among(current.iter().map(|it| it.last_day), NaiveDate::max);
        let unknown_end = status == Status::Terminated && end_date.known().is_none();
        let files: Option<Vec<NaiveDate>> =
            current.iter().map(|it| it.position.origin.as_of).collect();
        Self {
            status,
            start_date: days(|it| it.start_date, NaiveDate::min),
            end_date,
            left_by: files.filter(|_| unknown_end).and_then(|it| it.into_iter().max()),
            leave_start: days(|it| it.leave_start, NaiveDate::max),
            kind: kind(current),
            contradiction,
        }
    }
}

/// What all rows call the person.
fn kind(current: &[RowStanding<'_>]) -> PersonKind {
    let first = &current[0].position.kind;
    if current.iter().all(|it| it.position.kind == *first) {
        return first.clone();
    }
    let words: BTreeSet<&str> = current.iter().map(|it| it.position.kind.word()).collect();
    PersonKind::Unknown(words.into_iter().collect::<Vec<_>>().join(", "))
}
