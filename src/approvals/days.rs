//! The days of approvals, which people write down one by one.

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::spreadsheet::Sheet;
use crate::spreadsheet::dates::{self, DateCell, DateDoubt, DateReading, DateSurvey};

/// How the days of approvals are read: people write them, and so each for itself where the column
/// does not settle what is meant.
pub(super) struct ApprovalDates {
    reading: DateReading,
    /// Why a day that can be read in two ways is not read, where the column is in two spellings.
    doubt: Option<String>,
}

impl ApprovalDates {
    pub(super) fn of(sheet: &Sheet, at: usize, calendar: Calendar) -> Self {
        let whole = sheet.rows().filter(|it| sheet.misfit(*it).is_none());
        let survey = [DateSurvey::of(whole.map(|it| (it.line, it.cell(at))))];
        let midnights = survey[0].midnights();
        let (order, doubt) = match dates::order(&survey, None) {
            Ok(order) => (order, None),
            Err(doubts) => (None, doubts.iter().find_map(|doubt| two_spellings(&doubt.1))),
        };
        Self { reading: DateReading { order, calendar, midnights }, doubt }
    }

    /// The day that a cell names; none where the column leaves open which of two is meant.
    pub(super) fn day(&self, text: &str) -> Result<NaiveDate, String> {
        let [one, other] = dates::readings(text);
        let swapped = one.zip(other).is_some_and(|(one, other)| one != other);
        if let (Some(doubt), true) = (&self.doubt, swapped) {
            return Err(format!(
                "`approved-at` is `{text}`, and {doubt}: write dates like 2025-12-31"
            ));
        }
        match (self.reading.cell(text), one, other) {
            (DateCell::Day(day), ..) => Ok(day),
            (_, Some(one), Some(other)) if one != other => Err(format!(
                "`approved-at` is `{text}`, which is {one} or {other}: write one of these"
            )),
            (DateCell::Unreadable, Some(it), None) | (DateCell::Unreadable, None, Some(it)) => {
                Ok(it)
            }
            _ => Err(format!("`approved-at` is `{text}`, which is no date")),
        }
    }
}

fn two_spellings(doubt: &DateDoubt<'_>) -> Option<String> {
    let DateDoubt::Spellings((line, one), (other_line, other)) = doubt else { return None };
    Some(format!(
        "days are written in two ways (`{one}` in line {line}, `{other}` in line {other_line})"
    ))
}
