//! Days as people and programs write them: one spelling a column, one order a file.
//!
//! `10.05.2026` beside `06/30/2026` shows that a program in between has read some days and left
//! others as they were; it may have taken the day for the month. Such a column is refused, as is
//! one of which nothing says whether the day or the month comes first.

mod months;
mod spelled;

use chrono::{Datelike as _, NaiveDate};

use self::spelled::{DateSpelling, WrittenDate};
use crate::calendar::Calendar;
use crate::config::DateOrder;

/// A value with the line where it stands.
pub(crate) type PlacedValue<'a> = (u64, &'a str);

/// What a cell says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateCell {
    /// There is none: the cell is empty, says so, or holds a day that stands for "open".
    Open,
    /// This one.
    Day(NaiveDate),
    /// Something that is no day.
    Unreadable,
}

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DateReading {
    /// Which number is the day; none where no cell needs to know.
    pub(crate) order: Option<DateOrder>,
    /// Where the organization is: moments are its days.
    pub(crate) calendar: Calendar,
    /// Whether every moment of the column is a midnight, and so a day that a program wrote as one.
    pub(crate) midnights: bool,
}

/// Why a file's days cannot be relied on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DateDoubt<'a> {
    /// The first value that both orders read, each as another day.
    Ambiguous(PlacedValue<'a>),
    /// A value that only the day first makes sense of, and one that only the month first does.
    Mixed(PlacedValue<'a>, PlacedValue<'a>),
    /// Two spellings in one column, of days that may have been swapped.
    Spellings(PlacedValue<'a>, PlacedValue<'a>),
    /// A value that makes no sense in the order that the configuration states.
    Against(PlacedValue<'a>, DateOrder),
}

/// Words for "there is none".
const NONE: &[&str] = &[
    "-",
    "--",
    "---",
    "–",
    "—",
    "n/a",
    "#n/a",
    "na",
    "n.a.",
    "none",
    "null",
    "nil",
    "nan",
    "nat",
    "0",
    "0000-00-00",
    "00000000",
    "00/00/0000",
    "00.00.0000",
    "1/0/1900",
    "01/00/1900",
    "0000-00-00 00:00:00",
    "never",
    "present",
    "current",
    "ongoing",
    "open",
    "open ended",
    "open-ended",
    "no end date",
    "not applicable",
    "indefinite",
    "indefinitely",
    "permanent",
    "unlimited",
    "unbefristet",
    "laufend",
    "aktuell",
    "heute",
    "nie",
    "kein",
    "keine",
    "offen",
    "en cours",
    "indéfini",
    "indeterminé",
    "indéterminé",
    "jamais",
    "aucun",
    "aucune",
    "indefinido",
    "actual",
    "vigente",
    "nunca",
    "ninguno",
    "ninguna",
    "presente",
    "∞",
];

/// Whether the cell says that there is no day.
pub(crate) fn is_none(text: &str) -> bool {
    // Nearly every cell is empty or a date.
    if text.starts_with(|it: char| ('1'..='9').contains(&it)) && !text.ends_with("1900") {
        return false;
    }
    text.is_empty() || NONE.contains(&text.to_lowercase().as_str())
}

/// The last year that programs write for "long ago" and mean none, and the first for "for ever".
const SENTINELS: (i32, i32) = (1901, 2900);

/// A day that stands for "there is none".
fn is_sentinel(day: NaiveDate) -> bool {
    day.year() <= SENTINELS.0 || day.year() >= SENTINELS.1
}

/// The day that machines count from: whether it is meant is unknown.
fn is_zero(day: NaiveDate) -> bool {
    (day.year(), day.ordinal()) == (1970, 1)
}

/// What the cells of one column show of how they are written.
#[derive(Debug, Default)]
pub(crate) struct DateSurvey<'a> {
    /// The first cell of each spelling.
    spellings: Vec<(DateSpelling, PlacedValue<'a>)>,
    /// A cell whose day and month would make a day the other way round, too.
    swappable: Option<(DateSpelling, PlacedValue<'a>)>,
    day_first: Option<PlacedValue<'a>>,
    month_first: Option<PlacedValue<'a>>,
    ambiguous: Option<PlacedValue<'a>>,
    moments: bool,
    other_times: bool,
}

impl<'a> DateSurvey<'a> {
    /// Looks at the cells of a column.
    pub(crate) fn of(cells: impl Iterator<Item = PlacedValue<'a>>) -> Self {
        let mut res = Self::default();
        for cell in cells.filter(|cell| !is_none(cell.1)) {
            if let Some((spelled, written)) = spelled::read(cell.1) {
                res.note(cell, spelled, &written);
            }
        }
        res
    }

    fn note(&mut self, cell: PlacedValue<'a>, spelled: DateSpelling, written: &WrittenDate) {
        let [one, other] = DateOrder::ALL.map(|it| written.day(Some(it)));
        if [one, other].into_iter().flatten().any(is_sentinel) {
            return;
        }
        if one.or(other).is_none() {
            return;
        }
        if !self.spellings.iter().any(|spelling| spelling.0 == spelled) {
            self.spellings.push((spelled, cell));
        }
        let may_be_swapped = |naive_date: NaiveDate| {
            naive_date.day() <= 12 && naive_date.day() != naive_date.month()
        };
        if !spelled.is_named() && one.or(other).is_some_and(may_be_swapped) {
            self.swappable.get_or_insert((spelled, cell));
        }
        if let Some(midnight) = written.is_midnight() {
            self.moments = true;
            self.other_times |= !midnight;
        }
        let seen = match (one, other) {
            (Some(one), Some(other)) if one != other => &mut self.ambiguous,
            (Some(_), None) => &mut self.day_first,
            (None, Some(_)) => &mut self.month_first,
            _ => return,
        };
        seen.get_or_insert(cell);
    }

    /// Two cells that show that a program in between may have swapped day and month.
    fn swapped(&self) -> Option<DateDoubt<'a>> {
        let (spelled, cell) = self.swappable?;
        // The name of a month is never taken for a day.
        let other = self
            .spellings
            .iter()
            .find(|spelling| spelling.0 != spelled && !spelling.0.is_named())?;
        Some(DateDoubt::Spellings(cell, other.1))
    }

    /// Whether every moment is a midnight.
    pub(crate) fn midnights(&self) -> bool {
        self.moments && !self.other_times
    }
}

/// The order of day and month in a file, from all its columns with days; none where no cell needs
/// one.
///
/// # Errors
///
/// Columns in two spellings, cells that contradict each other or what is stated, and cells that
/// nothing settles; each with its column's place among `columns`.
pub(crate) fn order<'a>(
    columns: &[DateSurvey<'a>],
    stated: Option<DateOrder>,
) -> Result<Option<DateOrder>, Vec<(usize, DateDoubt<'a>)>> {
    let places = || columns.iter().enumerate();
    let mut doubts: Vec<_> = places().filter_map(|(at, it)| Some((at, it.swapped()?))).collect();
    let first = |of: fn(&DateSurvey<'a>) -> Option<PlacedValue<'a>>| {
        places().find_map(|(at, it)| Some((at, of(it)?)))
    };
    let (day_first, month_first) = (first(|it| it.day_first), first(|it| it.month_first));
    let open = first(|it| it.ambiguous);
    let res = match (stated, day_first, month_first, open) {
        (Some(DateOrder::DayFirst), _, Some((at, cell)), _)
        | (Some(DateOrder::MonthFirst), Some((at, cell)), ..) => {
            doubts.push((at, DateDoubt::Against(cell, stated.unwrap_or(DateOrder::DayFirst))));
            None
        }
        (Some(_), ..) => stated,
        (None, Some((at, one)), Some((_, other)), _) => {
            doubts.push((at, DateDoubt::Mixed(one, other)));
            None
        }
        (None, Some(_), None, _) => Some(DateOrder::DayFirst),
        (None, None, Some(_), _) => Some(DateOrder::MonthFirst),
        (None, None, None, Some((at, cell))) => {
            doubts.push((at, DateDoubt::Ambiguous(cell)));
            None
        }
        (None, None, None, None) => None,
    };
    if doubts.is_empty() { Ok(res) } else { Err(doubts) }
}

impl DateReading {
    /// What the cell says.
    pub(crate) fn cell(self, text: &str) -> DateCell {
        if is_none(text) {
            return DateCell::Open;
        }
        let written = spelled::read(text).map(|it| it.1);
        match written.and_then(|it| self.day(&it)) {
            Some(day) if is_sentinel(day) => DateCell::Open,
            Some(day) if is_zero(day) => DateCell::Unreadable,
            Some(day) => DateCell::Day(day),
            None => DateCell::Unreadable,
        }
    }

    fn day(self, written: &WrittenDate) -> Option<NaiveDate> {
        match written {
            WrittenDate::Moment(at) if !self.midnights => Some(self.calendar.day(at.to_utc())),
            _ => written.day(self.order),
        }
    }
}

/// Both days that a text may mean, by the order; the same twice where the order does not matter.
pub(crate) fn readings(text: &str) -> [Option<NaiveDate>; 2] {
    let written = spelled::read(text).map(|it| it.1);
    DateOrder::ALL.map(|it| written.as_ref()?.day(Some(it)))
}

#[cfg(test)]
mod tests;
