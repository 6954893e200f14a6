//! A table with known columns: unknown stays unknown, and every complaint names its line.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::config::problem::did_you_mean;
use crate::roster::table::{self, Row};
use crate::snapshot::record::{Id, Stated};

/// Records of a table, and from how many rows they came.
#[derive(Debug)]
pub(super) struct Rows<T> {
    pub(super) records: Vec<T>,
    pub(super) received: u64,
}

/// A table whose header is known to be right.
pub(super) struct Sheet<'a> {
    name: &'a str,
    places: BTreeMap<&'static str, usize>,
    rows: Vec<Row>,
}

/// One row of it.
pub(super) struct Line<'a> {
    sheet: &'a Sheet<'a>,
    row: &'a Row,
}

/// Reads a table; every column must be one of `known`.
pub(super) fn read<'a>(
    name: &'a str,
    bytes: &[u8],
    known: &[&'static str],
) -> Result<Sheet<'a>, String> {
    let table = table::read(bytes).map_err(|it| format!("`{name}` {}: {}", it.at, it.what))?;
    let mut places = BTreeMap::new();
    for (i, header) in table.header.iter().enumerate() {
        let plain = header.to_lowercase().replace([' ', '-'], "_");
        let column = known.iter().find(|it| **it == plain).ok_or_else(|| {
            let help = did_you_mean(header, known.iter().copied());
            let help = help.map_or_else(String::new, |it| format!(", {it}"));
            format!("`{name}` line 1: nobody knows the column {}{help}", quote(header))
        })?;
        if places.insert(*column, i).is_some() {
            return Err(format!("`{name}` line 1: the column `{column}` is there twice"));
        }
    }
    let width = table.header.len();
    match table.rows.iter().find(|it| it.cells.len() != width) {
        None => Ok(Sheet { name, places, rows: table.rows }),
        Some(it) => Err(format!(
            "`{name}` line {}: the header has {width} cells, this line has {}",
            it.line,
            it.cells.len()
        )),
    }
}

impl Sheet<'_> {
    /// The rows, in the order of the file.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|row| Line { sheet: self, row })
    }

    /// What `parse` makes of the rows: one that comes twice is kept once, and one that comes twice
    /// and differs refuses the table, calling it `kind` and its id.
    pub(super) fn distinct<T: PartialEq>(
        &self,
        kind: &str,
        parse: impl Fn(&Line<'_>) -> Result<T, String>,
        id: impl Fn(&T) -> &Id,
    ) -> Result<Rows<T>, String> {
        let mut res = Rows { records: Vec::<T>::new(), received: 0 };
        let mut places: BTreeMap<Id, (usize, u64)> = BTreeMap::new();
        for line in self.lines() {
            let record = parse(&line)?;
            res.received += 1;
            match places.get(id(&record)) {
                None => {
                    places.insert(id(&record).clone(), (res.records.len(), line.number()));
                    res.records.push(record);
                }
                Some((place, _)) if res.records[*place] == record => {}
                Some((_, first)) => {
                    let id = quote(&id(&record).0);
                    return Err(line.refuse(&format!("{kind}{id} differs from line {first}")));
                }
            }
        }
        Ok(res)
    }

    /// Whether the table has the column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }
}

/// What a cell says.
enum Cell<'a> {
    /// There is no such column, or the word is `unknown`.
    Unknown,
    Empty,
    Is(&'a str),
}

impl Line<'_> {
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
            Cell::Is(it) => Some(it.to_owned()),
            Cell::Unknown | Cell::Empty => None,
        }
    }

    /// Text, of which an empty cell says that there is none.
    pub(super) fn stated_text(&self, column: &str) -> Stated<String> {
        match self.cell(column) {
            Cell::Unknown => Stated::Unstated,
            Cell::Empty => Stated::Null,
            Cell::Is(it) => Stated::Is(it.to_owned()),
        }
    }

    /// Yes or no; an empty cell is unknown.
    pub(super) fn flag(&self, column: &str) -> Result<Option<bool>, String> {
        let Cell::Is(text) = self.cell(column) else { return Ok(None) };
        match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Some(true)),
            "false" | "no" | "0" => Ok(Some(false)),
            _ => Err(self.wrong(column, text, "`true`, `false` or nothing")),
        }
    }

    /// A time; an empty cell is unknown.
    pub(super) fn time(&self, column: &str) -> Result<Option<DateTime<Utc>>, String> {
        match self.cell(column) {
            Cell::Unknown | Cell::Empty => Ok(None),
            Cell::Is(it) => self.read_time(column, it).map(Some),
        }
    }

    /// A time, of which an empty cell says that there is none.
    pub(super) fn stated_time(&self, column: &str) -> Result<Stated<DateTime<Utc>>, String> {
        match self.cell(column) {
            Cell::Unknown => Ok(Stated::Unstated),
            Cell::Empty => Ok(Stated::Null),
            Cell::Is(it) => self.read_time(column, it).map(Stated::Is),
        }
    }

    fn cell(&self, column: &str) -> Cell<'_> {
        let Some(place) = self.sheet.places.get(column) else { return Cell::Unknown };
        match self.row.cells[*place].trim() {
            "" => Cell::Empty,
            it if it.eq_ignore_ascii_case("unknown") => Cell::Unknown,
            it => Cell::Is(it),
        }
    }

    fn read_time(&self, column: &str, text: &str) -> Result<DateTime<Utc>, String> {
        let day = || text.parse::<NaiveDate>().ok().map(|it| it.and_time(NaiveTime::MIN).and_utc());
        let time = DateTime::parse_from_rfc3339(text).ok().map(|it| it.to_utc());
        let expected = "a time such as `2026-11-02T06:00:00Z`, or a day such as `2026-11-02`";
        time.or_else(day).ok_or_else(|| self.wrong(column, text, expected))
    }

    fn wrong(&self, column: &str, text: &str, expected: &str) -> String {
        self.refuse(&format!("`{column}` is {}, expected {expected}", quote(text)))
    }
}

/// A cell's text as a message shows it.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => format!("`{text}`"),
        Some((end, _)) => format!("`{}…`", &text[..end]),
    }
}
