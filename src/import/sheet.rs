//! A table with known columns: unknown stays unknown, and every complaint names its line.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::config::TableForm;
use crate::config::problem::did_you_mean;
use crate::snapshot::ledger::DistinctNames;
use crate::snapshot::record::{FieldState, Id};
use crate::spreadsheet::{self, Row};

/// Records of a table, from how many rows they came, and what is wrong with those.
#[derive(Debug)]
pub(super) struct ImportedRecords<T> {
    pub(super) records: Vec<T>,
    pub(super) received: u64,
    /// Rows that came again, equal to the first.
    pub(super) repeated: u64,
    /// Rows that came again and differ from the first, which is kept.
    pub(super) conflicting: u64,
    /// The ids of those.
    pub(super) conflicts: DistinctNames,
    pub(super) notes: ImportNotes,
}

/// What of a table could not be read.
#[derive(Clone, Debug, Default)]
pub(super) struct ImportNotes {
    /// Columns with cells that could not be read.
    pub(super) fields: DistinctNames,
    /// Those cells.
    pub(super) cells: DistinctNames,
    /// Rows that name neither a person nor a thing.
    pub(super) without_id: u64,
}

impl ImportNotes {
    /// Takes in those of another table.
    pub(super) fn join(&mut self, other: &Self) {
        self.fields.join(&other.fields);
        self.cells.join(&other.cells);
        self.without_id += other.without_id;
    }
}

/// A table whose header is known to be right.
pub(super) struct ImportedSheet<'a> {
    name: &'a str,
    places: BTreeMap<&'static str, usize>,
    table: spreadsheet::Sheet,
    notes: RefCell<ImportNotes>,
}

/// One row of it.
pub(super) struct ImportedRow<'a> {
    sheet: &'a ImportedSheet<'a>,
    row: Row<'a>,
}

/// Reads a table; every column must be one of `known`.
pub(super) fn read<'a>(
    name: &'a str,
    bytes: &[u8],
    known: &[&'static str],
) -> Result<ImportedSheet<'a>, String> {
    // The header is the first line, whatever it says.
    let table = spreadsheet::read(bytes, &TableForm::default(), &|_| 0)
        .map_err(|it| format!("`{name}` {}: {}", it.at, it.what))?;
    let mut places = BTreeMap::new();
    for (i, header) in table.header.iter().enumerate() {
        let plain = header.to_lowercase().replace([' ', '-'], "_");
        let column = known.iter().find(|it| **it == plain).ok_or_else(|| {
            let help = did_you_mean(header, known.iter().copied());
            let help = help.map_or_else(String::new, |it| format!(", {it}"));
            format!("`{name}` line 1: unknown column {}{help}", quote(header))
        })?;
        if places.insert(*column, i).is_some() {
            return Err(format!("`{name}` line 1: the column `{column}` is there twice"));
        }
    }
    let width = table.header.len();
    let odd = table.rows().find(|it| it.len() != width).map(|it| (it.line, it.len()));
    match odd {
        None => Ok(ImportedSheet { name, places, table, notes: RefCell::default() }),
        Some((line, cells)) => Err(format!(
            "`{name}` line {line}: the header has {width} cells, this line has {cells}"
        )),
    }
}

impl ImportedSheet<'_> {
    /// The rows, in the order of the file.
    pub(super) fn lines(&self) -> impl Iterator<Item = ImportedRow<'_>> {
        self.table.rows().map(|row| ImportedRow { sheet: self, row })
    }

    /// What `parse` makes of the rows: of those with one id the first is kept.
    pub(super) fn distinct<T: PartialEq>(
        &self,
        parse: impl Fn(&ImportedRow<'_>) -> T,
        id: impl Fn(&T) -> &Id,
    ) -> ImportedRecords<T> {
        let mut records = Vec::<T>::new();
        let mut places: BTreeMap<Id, usize> = BTreeMap::new();
        let (mut received, mut repeated, mut conflicting) = (0, 0, 0);
        let mut conflicts = DistinctNames::default();
        for line in self.lines() {
            let record = parse(&line);
            received += 1;
            match places.get(id(&record)) {
                None => {
                    places.insert(id(&record).clone(), records.len());
                    records.push(record);
                }
                Some(place) if records[*place] == record => repeated += 1,
                Some(_) => {
                    conflicting += 1;
                    conflicts.add(&format!("{} (line {})", id(&record).0, line.number()));
                }
            }
        }
        ImportedRecords { records, received, repeated, conflicting, conflicts, notes: self.notes() }
    }

    /// What of the table could not be read so far.
    pub(super) fn notes(&self) -> ImportNotes {
        self.notes.borrow().clone()
    }

    /// Whether the table has the column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }
}

/// What a cell says.
enum ImportedCell<'a> {
    /// There is no such column, or the word is `unknown`.
    Unknown,
    Empty,
    Is(&'a str),
}

impl ImportedRow<'_> {
    /// A complaint about this line.
    pub(super) fn refuse(&self, what: &str) -> String {
        format!("`{}` line {}: {what}", self.sheet.name, self.row.line)
    }

    /// The line's number.
    pub(super) fn number(&self) -> u64 {
        self.row.line
    }

    /// Text; none where the cell is empty.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        match self.cell(column) {
            ImportedCell::Is(it) => Some(it.to_owned()),
            ImportedCell::Unknown | ImportedCell::Empty => None,
        }
    }

    /// Text, of which an empty cell says that there is none.
    pub(super) fn stated_text(&self, column: &str) -> FieldState<String> {
        match self.cell(column) {
            ImportedCell::Unknown => FieldState::Unstated,
            ImportedCell::Empty => FieldState::Null,
            ImportedCell::Is(it) => FieldState::Is(it.to_owned()),
        }
    }

    /// Yes or no; an empty cell is unknown, and so is one that says something else.
    pub(super) fn flag(&self, column: &str) -> Option<bool> {
        let ImportedCell::Is(text) = self.cell(column) else { return None };
        match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => self.unreadable(column),
        }
    }

    /// A time; an empty cell is unknown, and so is one that says something else.
    pub(super) fn time(&self, column: &str) -> Option<DateTime<Utc>> {
        match self.cell(column) {
            ImportedCell::Unknown | ImportedCell::Empty => None,
            ImportedCell::Is(text) => read_time(text).or_else(|| self.unreadable(column)),
        }
    }

    /// A time, of which an empty cell says that there is none.
    pub(super) fn stated_time(&self, column: &str) -> FieldState<DateTime<Utc>> {
        match self.cell(column) {
            ImportedCell::Empty => FieldState::Null,
            _ => self.time(column).map_or(FieldState::Unstated, FieldState::Is),
        }
    }

    /// An id for a row that has none.
    pub(super) fn made_up_id(&self) -> Id {
        self.unreadable::<Id>("the id");
        self.sheet.notes.borrow_mut().without_id += 1;
        Id::made_up(self.number())
    }

    /// Writes down that a cell could not be read, and so is unknown.
    fn unreadable<T>(&self, column: &str) -> Option<T> {
        let mut notes = self.sheet.notes.borrow_mut();
        notes.fields.add(column);
        notes.cells.add(&format!("{column} in line {} of {}", self.number(), self.sheet.name));
        None
    }

    fn cell(&self, column: &str) -> ImportedCell<'_> {
        let Some(place) = self.sheet.places.get(column) else { return ImportedCell::Unknown };
        match self.row.cell(*place) {
            "" => ImportedCell::Empty,
            it if it.eq_ignore_ascii_case("unknown") => ImportedCell::Unknown,
            it => ImportedCell::Is(it),
        }
    }
}

/// A time or a day, which is its first moment in UTC.
fn read_time(text: &str) -> Option<DateTime<Utc>> {
    let day = || text.parse::<NaiveDate>().ok().map(|it| it.and_time(NaiveTime::MIN).and_utc());
    DateTime::parse_from_rfc3339(text).ok().map(|it| it.to_utc()).or_else(day)
}

/// A cell's text as a message shows it.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => format!("`{text}`"),
        Some((end, _)) => format!("`{}…`", &text[..end]),
    }
}
