//! One file of people: read, and accounted for to the last header, row and cell.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::columns::{self, HeaderUse, RosterColumn, RosterColumns, squeeze};
use super::people::{self, PeopleTable, ReadPeople};
use super::profile::{self, Profile};
use super::words::StatusWords;
use super::{Person, Rejected};
use crate::config::problem::{Problem, Problems};
use crate::config::{AsOf, DateOrder, RosterSource, TableForm};
use crate::input::InputFile;
use crate::names::unaccented;
use crate::spreadsheet::dates::{self, DateCell, DateDoubt, DateReading, DateSurvey};
use crate::spreadsheet::{self, Sheet};

/// What an auditor must know about one file of people.
#[derive(Clone, Debug)]
pub struct RosterFile {
    /// The file.
    pub input: InputFile,
    /// The day of which the file is, and what says so; none where nothing does.
    pub as_of: Option<(NaiveDate, AsOfBasis)>,
    /// The product whose export it is, and which of its exports; none where no product is known.
    pub product: Option<(&'static str, &'static str)>,
    /// Every header, and what became of it.
    pub headers: Vec<HeaderUse>,
    /// How the file was read, where that is worth knowing.
    pub told: Vec<String>,
    /// Rows with anything in them, without the header: those of people, those left out and repeated
    /// ones.
    pub rows: usize,
    /// Rows that are no person: a second header, a total, what stands below the table.
    pub left_out: Vec<Rejected>,
    /// Cells that could not be read; their row still stands for a person, and what rests on the
    /// cell is unknown.
    pub unreadable: Vec<Unread>,
    /// Rows that say in every cell what an earlier row says.
    pub repeated: Vec<Rejected>,
}

/// What says of which day a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOfBasis {
    /// A column; of several days the oldest.
    Column,
    /// A line above the header.
    Above,
    /// The configuration.
    Configuration,
    /// The time at which the file was last written.
    FileTime,
}

impl AsOfBasis {
    /// The same in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Column => "a column of the file",
            Self::Above => "a line above its header",
            Self::Configuration => "the configuration",
            Self::FileTime => "the time at which the file was last written",
        }
    }
}

/// A cell that could not be read, or a row whose cells could not be assigned to columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The header of the cell; empty where it is the row.
    pub header: String,
    /// As what the cell was to be read; none where it is the row.
    pub read_as: Option<RosterColumn>,
    /// What the cell holds.
    pub text: String,
    /// Why it cannot be read.
    pub reason: String,
}

impl Unread {
    /// The same in words that follow the line.
    pub fn words(&self) -> String {
        match self.read_as {
            Some(column) => {
                let (header, text) = (&self.header, &self.text);
                format!(
                    "`{header}` (read as `{}`) is `{text}`, which is {}",
                    column.word(),
                    self.reason
                )
            }
            None => self.reason.clone(),
        }
    }
}

/// What all rows of one file share.
#[derive(Debug, Default)]
pub struct RowOrigin {
    /// The place of the file among the rosters.
    pub file: usize,
    /// The file's name, where there are several rosters.
    pub label: Option<String>,
    /// The header of the column that says where people stand.
    pub status: String,
    /// The header of the column with last days.
    pub end: String,
    /// The day of which the file is.
    pub as_of: Option<NaiveDate>,
}

impl RowOrigin {
    /// Where a line is: `line 3`, or `line 3 of contractors.csv`.
    pub fn place(&self, line: u64) -> String {
        format!("line {}", self.short_place(line))
    }

    /// The same without the word.
    pub fn short_place(&self, line: u64) -> String {
        match &self.label {
            Some(file) => format!("{line} of {file}"),
            None => line.to_string(),
        }
    }
}

/// A file's bytes, and what is known of it beside them.
pub(super) struct RosterInput<'a> {
    pub(super) input: InputFile,
    pub(super) source: &'a RosterSource,
    /// When it was last written.
    pub(super) written: Option<DateTime<Utc>>,
    /// Its place among the rosters.
    pub(super) place: usize,
    /// Whether it is one of several.
    pub(super) among_several: bool,
}

/// Reads one file of people.
///
/// # Errors
///
/// Everything that keeps the file from being relied on.
pub(super) fn read(it: RosterInput<'_>) -> Result<(RosterFile, Vec<Person>), Problems> {
    let source = it.source;
    let (file, bytes) = (it.input.name.clone(), &*it.input.bytes);
    let problems = |list| Problems { file: file.clone(), list };
    let (mut sheet, product) = sheet(bytes, source).map_err(|it| problems(vec![it]))?;
    sheet.told.extend(ignored_in_vain(&sheet, source));
    let profile = product.map(|it| it.0);
    let columns = columns::find(&sheet, source, profile).map_err(problems)?;
    let (days, mut undecided) = match RosterDates::decide(&sheet, &columns, source, profile) {
        Ok(days) => (days, Vec::new()),
        Err(list) => (RosterDates::undecided(source), list),
    };
    let as_of = days.as_of(&sheet, &columns, profile, &it);
    let header = |at: Option<usize>| at.map(|it| sheet.header[it].clone()).unwrap_or_default();
    let end =
        columns.position(RosterColumn::EndDate).or(columns.position(RosterColumn::ContractEnd));
    let origin = RowOrigin {
        file: it.place,
        label: it.among_several.then(|| file.clone()),
        status: columns
            .standing
            .iter()
            .map(|it| &*sheet.header[it.0])
            .collect::<Vec<_>>()
            .join(" / "),
        end: header(end),
        as_of: as_of.map(|it| it.0),
    };
    let words = StatusWords { own: &source.statuses, profile };
    let table = PeopleTable { sheet: &sheet, columns: &columns, days: &days, words, profile };
    let found = people::read(&table, &Arc::new(origin));
    undecided.extend(found.as_ref().err().into_iter().flatten().cloned());
    if !undecided.is_empty() {
        return Err(problems(undecided));
    }
    let ReadPeople { people, left_out, unreadable, repeated } = found.map_err(problems)?;
    let rows = sheet.rows().len();
    let res = RosterFile {
        input: it.input,
        as_of,
        product: product.map(|it| (&*it.0.name, it.1)),
        headers: columns.uses(&sheet.header),
        rows,
        told: sheet.told,
        left_out,
        unreadable,
        repeated,
    };
    Ok((res, people))
}

/// Headers that the configuration leaves out, and that the file does not have.
fn ignored_in_vain(sheet: &Sheet, source: &RosterSource) -> Vec<String> {
    let there = |it: &&String| sheet.header.iter().any(|header| squeeze(header) == squeeze(it));
    let vain = source.ignored.iter().filter(|it| !there(it));
    vain.map(|it| format!("`ignore-columns` names `{it}`, which is no header of it")).collect()
}

type Product = (&'static Profile, &'static str);

/// The table, and the product that exported it. Where nothing says how letters are written, the
/// product's way is tried.
fn sheet(bytes: &[u8], source: &RosterSource) -> Result<(Sheet, Option<Product>), Problem> {
    let knows = |cells: &[&str]| columns::known(cells, source);
    let read = |form: &TableForm| {
        let sheet = spreadsheet::read(bytes, form, &knows)?;
        let product = profile::of(&sheet.header);
        Ok((sheet, product))
    };
    if source.form.encoding.is_none() && spreadsheet::needs_encoding(bytes) {
        for encoding in profile::encodings() {
            let form = TableForm { encoding: Some(encoding), ..source.form.clone() };
            if let Ok((sheet, Some(product))) = read(&form)
                && product.0.encoding == Some(encoding)
            {
                return Ok((sheet, Some(product)));
            }
        }
    }
    read(&source.form)
}

/// How the days of a file are read.
pub(super) struct RosterDates {
    readings: BTreeMap<RosterColumn, DateReading>,
    /// For what stands above the header.
    other: DateReading,
}

const DATES: [RosterColumn; 5] = [
    RosterColumn::StartDate,
    RosterColumn::EndDate,
    RosterColumn::ContractEnd,
    RosterColumn::LeaveStart,
    RosterColumn::AsOf,
];

impl RosterDates {
    fn decide(
        sheet: &Sheet,
        columns: &RosterColumns,
        source: &RosterSource,
        profile: Option<&Profile>,
    ) -> Result<Self, Vec<Problem>> {
        let there: Vec<(RosterColumn, usize)> =
            DATES.into_iter().filter_map(|it| Some((it, columns.position(it)?))).collect();
        let cells = |at: usize| {
            let fits = sheet.rows().filter(|it| sheet.misfit(*it).is_none());
            fits.map(move |it| (it.line, it.cell(at)))
        };
        let surveys: Vec<DateSurvey<'_>> =
            there.iter().map(|it| DateSurvey::of(cells(it.1))).collect();
        let stated = source.form.date_order;
        let order = dates::order(&surveys, stated.or(profile.and_then(|it| it.date_order)));
        let order = order.map_err(|doubts| {
            let header = |at: usize| &*sheet.header[there[at].1];
            doubts.iter().map(|doubt| undecided(header(doubt.0), &doubt.1)).collect::<Vec<_>>()
        })?;
        let other = DateReading { order, calendar: source.calendar, midnights: false };
        let reading = |(it, survey): (&(RosterColumn, usize), &DateSurvey<'_>)| {
            (it.0, DateReading { midnights: survey.midnights(), ..other })
        };
        Ok(Self { readings: there.iter().zip(&surveys).map(reading).collect(), other })
    }

    /// Nothing of a file whose days cannot be relied on; whatever else is wrong is reported beside
    /// that.
    fn undecided(source: &RosterSource) -> Self {
        let other = DateReading { calendar: source.calendar, ..DateReading::default() };
        Self { readings: BTreeMap::new(), other }
    }

    /// What a cell of a column says.
    pub(super) fn cell(&self, column: RosterColumn, text: &str) -> DateCell {
        self.readings.get(&column).unwrap_or(&self.other).cell(text)
    }

    /// Of which day the file is.
    fn as_of(
        &self,
        sheet: &Sheet,
        columns: &RosterColumns,
        profile: Option<&Profile>,
        it: &RosterInput<'_>,
    ) -> Option<(NaiveDate, AsOfBasis)> {
        if let Some(at) = columns.position(RosterColumn::AsOf) {
            let of_people = sheet.rows().filter(|it| !columns.is_header(*it, profile));
            let cells: Vec<DateCell> = of_people
                .map(|of_person| self.cell(RosterColumn::AsOf, of_person.cell(at)))
                .collect();
            let known = cells
                .iter()
                .filter_map(|it| if let DateCell::Day(it) = it { Some(*it) } else { None });
            let oldest = known.min().filter(|_| !cells.contains(&DateCell::Unreadable))?;
            return Some((oldest, AsOfBasis::Column));
        }
        match it.source.as_of {
            AsOf::Day(day) => return Some((day, AsOfBasis::Configuration)),
            AsOf::FileTime => {
                return it.written.map(|at| (it.source.calendar.day(at), AsOfBasis::FileTime));
            }
            AsOf::Stated => {}
        }
        let above =
            sheet.above().find_map(|row| self.as_of_above(&row.cells().collect::<Vec<_>>()));
        above.map(|it| (it, AsOfBasis::Above))
    }

    /// The day in a line above the header that says that it is the file's.
    fn as_of_above(&self, cells: &[&str]) -> Option<NaiveDate> {
        let says = ["as of", "stand", "report date", "stichtag", "snapshot date", "effective date"];
        let first = cells.iter().position(|cell| !cell.trim().is_empty())?;
        let words = unaccented(cells[first].trim());
        let phrase = says.iter().find(|say| {
            words.starts_with(*say)
                || words.starts_with(&format!("effective {say}"))
                || words.starts_with(&format!("data {say}"))
        })?;
        let behind = words.split_once(phrase)?.1.trim_matches([':', ' ', '\t']).to_owned();
        let rest = cells[first + 1..].iter().map(|it| it.trim()).find(|it| !it.is_empty());
        let day = |text: &str| match self.other.cell(text) {
            DateCell::Day(day) => Some(day),
            _ => None,
        };
        day(&behind).or_else(|| day(rest?))
    }
}

fn undecided(header: &str, doubt: &DateDoubt<'_>) -> Problem {
    let order = "write `date-order = \"day-first\"` or `\"month-first\"` beside the path of the \
                 roster, or dates like 2025-12-31";
    let (line, what, help) = match doubt {
        DateDoubt::Ambiguous((line, text)) => (*line, ambiguous(header, text), order),
        DateDoubt::Mixed((line, one), (other_line, other)) => {
            let what = format!("`{header}` is `{one}`, but `{other}` in line {other_line}");
            let what = format!("{what}: one begins with the day, one with the month");
            (*line, what, "write dates like 2025-12-31")
        }
        DateDoubt::Spellings((line, one), (other_line, other)) => {
            let what = format!("`{header}` is `{one}`, but `{other}` in line {other_line}");
            let what = format!("{what}: a program in between may have taken days for months");
            (*line, what, "export the file again, and do not open it in a spreadsheet before")
        }
        DateDoubt::Against((line, text), order) => {
            let what = format!(
                "`{header}` is `{text}`, which is no date with the {} first",
                match order {
                    DateOrder::DayFirst => "day",
                    DateOrder::MonthFirst => "month",
                }
            );
            (*line, what, "correct `date-order`, or the cell")
        }
    };
    Problem::new(format!("line {line}"), what, Some(help.to_owned()))
}

fn ambiguous(header: &str, text: &str) -> String {
    let readings = dates::readings(text).map(|it| it.map(|it| it.to_string()).unwrap_or_default());
    format!("`{header}` is `{text}`, which can be {}", readings.join(" or "))
}
