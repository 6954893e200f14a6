//! From rows to people: every row becomes somebody's position, a rejection or a repetition.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::columns::{Column, Columns, word};
use super::dates::{self, Doubt, Order};
use super::table::{Row, Table};
use super::words;
use super::{Day, Person, Position, Rejected, Status, merge};
use crate::address;
use crate::config::problem::Problem;

/// What the rows of a file say.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of the file.
    pub(super) people: Vec<Person>,
    /// Rows that could not be read.
    pub(super) rejected: Vec<Rejected>,
    /// Cells that could not be read.
    pub(super) unreadable: Vec<Rejected>,
    /// Rows that an earlier one equals in every cell.
    pub(super) repeated: Vec<Rejected>,
    /// The oldest date in the column `as-of`; none where one of them cannot be read.
    pub(super) as_of: Option<NaiveDate>,
}

/// A file whose status column is not one would fill the screen.
const MOST_WORDS: usize = 10;

const DATES: &[Column] = &[Column::StartDate, Column::EndDate, Column::LeaveStart, Column::AsOf];

/// Reads every row; `statuses` are the configuration's own status words.
///
/// # Errors
///
/// Date columns that can be read in two ways, and unknown status words.
pub(super) fn read(
    table: &Table,
    columns: &Columns,
    statuses: &BTreeMap<String, String>,
) -> Result<Found, Vec<Problem>> {
    let mut reader = Reader {
        columns,
        header: &table.header,
        statuses,
        orders: BTreeMap::new(),
        unknown: BTreeMap::new(),
        unreadable: Vec::new(),
    };
    let mut problems = reader.settle_dates(&table.rows);
    let mut res = Found::default();
    let mut seen: BTreeMap<&[String], u64> = BTreeMap::new();
    let mut as_of = Vec::new();
    for row in &table.rows {
        if let Some(first) = seen.get(&row.cells[..]) {
            res.repeated.push(rejected(row, format!("says the same as line {first}")));
            continue;
        }
        seen.insert(&row.cells, row.line);
        match reader.person(row) {
            Ok(person) => {
                res.people.push(person);
                as_of.push(reader.date(row, Column::AsOf));
            }
            Err(reason) => res.rejected.push(rejected(row, reason)),
        }
    }
    res.people = merge::merge(res.people);
    let oldest = as_of.iter().filter_map(|it| it.known()).min();
    res.as_of = oldest.filter(|_| !as_of.contains(&Day::Unreadable));
    problems.extend(reader.unknown_statuses());
    res.unreadable = reader.unreadable;
    problems.sort_by_key(|it| it.0);
    if problems.is_empty() { Ok(res) } else { Err(problems.into_iter().map(|it| it.1).collect()) }
}

struct Reader<'a> {
    columns: &'a Columns,
    header: &'a [String],
    statuses: &'a BTreeMap<String, String>,
    orders: BTreeMap<Column, Order>,
    /// Status words that nobody explained, with their first line and their number.
    unknown: BTreeMap<String, (u64, usize)>,
    unreadable: Vec<Rejected>,
}

/// A problem with the line by which problems are sorted.
type Ranked = (u64, Problem);

impl Reader<'_> {
    fn settle_dates(&mut self, rows: &[Row]) -> Vec<Ranked> {
        let mut res = Vec::new();
        for column in DATES {
            let Some(at) = self.columns.position(*column) else { continue };
            let values = rows.iter().filter(|it| self.reason_to_reject(it).is_none());
            match dates::order(values.map(|it| (it.line, it.cells[at].trim()))) {
                Ok(order) => drop(self.orders.insert(*column, order)),
                Err(doubt) => res.push(unsettled(&self.header[at], &doubt)),
            }
        }
        res
    }

    fn person(&mut self, row: &Row) -> Result<Person, String> {
        if let Some(reason) = self.reason_to_reject(row) {
            return Err(reason);
        }
        let emails = self.emails(row);
        let position = Position {
            line: row.line,
            email: emails.first().cloned(),
            status: self.status(row),
            kind: words::kind(&self.cell(row, Column::Type).unwrap_or_default()),
            start_date: self.date(row, Column::StartDate),
            end_date: self.date(row, Column::EndDate),
            leave_start: self.date(row, Column::LeaveStart),
            manager: self.cell(row, Column::Manager),
            department: self.cell(row, Column::Department),
            title: self.cell(row, Column::Title),
            owner_email: self.cell(row, Column::OwnerEmail).and_then(|it| emails_of(&it).next()),
        };
        Ok(Person {
            line: row.line,
            person_id: self.cell(row, Column::PersonId).filter(|it| !is_no_id(it)),
            name: self.name(row),
            emails,
            positions: vec![position],
            mismatch: None,
        })
    }

    /// A row of another width has cells in wrong columns, or is the broken end of a file.
    fn reason_to_reject(&self, row: &Row) -> Option<String> {
        let (width, found) = (self.header.len(), row.cells.len());
        let surplus = row.cells.iter().skip(width).any(|it| !it.trim().is_empty());
        (found < width || surplus).then(|| format!("has {found} cells, the header has {width}"))
    }

    fn cell(&self, row: &Row, column: Column) -> Option<String> {
        let text = row.cells[self.columns.position(column)?].trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn name(&self, row: &Row) -> Option<String> {
        let parts = [Column::FirstName, Column::LastName].map(|it| self.cell(row, it));
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        self.cell(row, Column::Name).or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
    }

    fn emails(&self, row: &Row) -> Vec<String> {
        let columns = [Column::Email, Column::Aliases];
        let cells = columns.iter().flat_map(|it| self.columns.positions(*it));
        let all: Vec<String> = cells.flat_map(|it| emails_of(&row.cells[*it])).collect();
        let mut seen = BTreeSet::new();
        let first: Vec<bool> = all.iter().map(|it| seen.insert(it.as_str())).collect();
        all.iter().zip(first).filter(|it| it.1).map(|it| it.0.clone()).collect()
    }

    fn status(&mut self, row: &Row) -> Status {
        let Some(at) = self.columns.position(Column::Status) else { return Status::ByDate };
        let text = row.cells[at].trim();
        words::status(text, &self.header[at], self.statuses).unwrap_or_else(|| {
            self.unknown.entry(text.to_owned()).or_insert((row.line, 0)).1 += 1;
            Status::Unknown
        })
    }

    fn unknown_statuses(&self) -> Vec<Ranked> {
        let mut unknown: Vec<_> = self.unknown.iter().map(|it| (it.1.0, it.1.1, it.0)).collect();
        unknown.sort_unstable();
        let more = unknown.split_off(unknown.len().min(MOST_WORDS));
        let mut res: Vec<_> = unknown.into_iter().map(unknown_status).collect();
        if let Some((line, ..)) = more.first() {
            let what = format!("begins {} further words like that", more.len());
            let help = Some("is this the column with the status?".to_owned());
            res.push((*line, Problem { at: format!("line {line}"), what, help }));
        }
        res
    }

    /// The day in a cell; one that is no date is told, and its row stays.
    fn date(&mut self, row: &Row, column: Column) -> Day {
        let Some(at) = self.columns.position(column) else { return Day::None };
        let text = row.cells[at].trim();
        // A column without an order is a problem already, and nobody will see its dates.
        let order = self.orders.get(&column).copied();
        let Some(order) = order.filter(|_| !dates::is_none(text)) else {
            return Day::None;
        };
        dates::date(text, order).map_or_else(
            || {
                let (nth, word, header) = (at + 1, word(column), &self.header[at]);
                let reason =
                    format!("column {nth} (`{header}`, `{word}`) is `{text}`, which is no date");
                self.unreadable.push(rejected(row, reason));
                Day::Unreadable
            },
            Day::On,
        )
    }
}

/// Whether what stands in the place of an id is none, so that the rows that share it are not one
/// person's.
fn is_no_id(text: &str) -> bool {
    let word = text.to_lowercase();
    dates::is_none(text) || ["0", "unknown", "tbd", "#n/a", "x", "?"].contains(&word.as_str())
}

/// The addresses in a cell, whatever parts them and whatever protocol stands before them.
fn emails_of(cell: &str) -> impl Iterator<Item = String> {
    let lower = cell.to_lowercase();
    let parts = lower.split(|it: char| it.is_whitespace() || ";,|".contains(it));
    let bare = parts.map(|it| it.trim_matches(['<', '>', '"', '\'', '(', ')']));
    let bare = bare.map(|it| it.trim_start_matches("mailto:").trim_start_matches("smtp:"));
    let normal = bare.map(|it| address::normal(it).into_owned());
    normal.filter(|it| it.contains('@')).collect::<Vec<_>>().into_iter()
}

fn rejected(row: &Row, reason: String) -> Rejected {
    Rejected { line: row.line, reason }
}

fn unsettled(header: &str, doubt: &Doubt<'_>) -> Ranked {
    let (line, what) = match doubt {
        Doubt::Ambiguous((line, text)) => (*line, ambiguous(header, text)),
        Doubt::Mixed((line, one), (other_line, other)) => {
            let what = format!("`{header}` is `{one}`, but `{other}` in line {other_line}");
            (*line, format!("{what}: one begins with the day, one with the month"))
        }
    };
    let help = Some("write dates like 2025-12-31".to_owned());
    (line, Problem { at: format!("line {line}"), what, help })
}

fn ambiguous(header: &str, text: &str) -> String {
    let readings = [Order::DayFirst, Order::MonthFirst].map(|it| dates::date(text, it));
    let readings = readings.map(|it| it.map(|it| it.to_string()).unwrap_or_default());
    format!("`{header}` is `{text}`, which can be {}", readings.join(" or "))
}

fn unknown_status((line, n, text): (u64, usize, &String)) -> Ranked {
    let rows = if n == 1 { String::new() } else { format!(" ({n} rows)") };
    let what = format!("has the unknown status `{text}`{rows}");
    let help = format!(
        "say what it means: `{text:?} = \"active\"` under `[roster.statuses]`, or `leave`, \
         `terminated`, `future`"
    );
    (line, Problem { at: format!("line {line}"), what, help: Some(help) })
}
