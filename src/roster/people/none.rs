//! Rows that are no person: a second header, a total, what stands below the table.

use super::PeopleTable;
use crate::roster::columns::RosterColumn;
use crate::roster::words::plain;
use crate::spreadsheet::Row;

/// What begins a line that counts the others.
const TOTALS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "somme",
    "suma",
    "totale",
    "count",
    "anzahl",
    "row count",
    "record count",
    "number of",
    "end of report",
    "end of file",
];

/// Where rows may stand below the table.
#[derive(Clone, Copy)]
pub(super) struct Below {
    /// From this line on.
    line: u64,
    /// Whether a line without anything sets them off.
    set_off: bool,
}

impl Below {
    /// The last rows that have one cell alone, or count others.
    pub(super) fn of(table: &PeopleTable<'_>) -> Self {
        let mut res = Self { line: u64::MAX, set_off: false };
        for row in table.sheet.rows().rev() {
            if !is_no_person(row) {
                res.set_off = res.line != u64::MAX && res.line > row.line + 1;
                break;
            }
            res.line = row.line;
        }
        res
    }
}

/// Why a row is no person; none where it is a person's.
pub(super) fn reason(table: &PeopleTable<'_>, row: Row<'_>, below: Below) -> Option<String> {
    let columns = table.columns;
    if columns.is_header(row, table.profile) {
        return Some("is a second header".to_owned());
    }
    if row.line >= below.line && (is_total(row) || is_note(table, row, below)) {
        return Some(format!("stands below the table: `{}`", said(row)));
    }
    let read = RosterColumn::ALL.iter().flat_map(|it| columns.positions(*it));
    let empty =
        table.sheet.misfit(row).is_none() && read.into_iter().all(|it| row.cell(*it).is_empty());
    empty.then(|| "has nothing in the columns that are read".to_owned())
}

/// Whether a row has the look of one that stands below a table.
pub(in crate::roster) fn is_no_person(row: Row<'_>) -> bool {
    is_total(row) || is_alone(row)
}

/// Whether a row counts others: it begins with a word for that, and holds numbers alone besides.
fn is_total(row: Row<'_>) -> bool {
    let mut cells = row.cells().map(str::trim).filter(|it| !it.is_empty());
    let Some(first) = cells.next() else { return false };
    let first = plain(first);
    let counts =
        |it: &str| first.strip_prefix(it).is_some_and(|it| it.is_empty() || it.starts_with(' '));
    let number = |it: &str| it.chars().all(|it| it.is_numeric() || " .,%".contains(it));
    TOTALS.iter().any(|it| counts(it)) && cells.all(number)
}

/// Whether a row has its first cell alone, and that is no address.
fn is_alone(row: Row<'_>) -> bool {
    let mut cells = row.cells();
    let first = cells.next().unwrap_or_default();
    !first.trim().is_empty() && !first.contains('@') && cells.all(|cell| cell.trim().is_empty())
}

/// Whether such a row is a remark: a sentence and no id or name, or set off from the table.
fn is_note(table: &PeopleTable<'_>, row: Row<'_>, below: Below) -> bool {
    let columns = table.columns;
    if table.sheet.header.len() < 3 || !is_alone(row) {
        return false;
    }
    let names = [RosterColumn::Name, RosterColumn::FirstName, RosterColumn::LastName];
    let names_first = names.iter().any(|name| columns.position(*name) == Some(0));
    let sentence = row.cell(0).contains(char::is_whitespace);
    // A name in a row that was cut off is a person; a line that was never wide is none.
    if sentence && (row.len() == 1 || !names_first) {
        return true;
    }
    below.set_off && !row.cell(0).bytes().all(|it| it.is_ascii_digit())
}

/// The row in few words.
fn said(row: Row<'_>) -> String {
    let cells: Vec<&str> = row.cells().map(str::trim).filter(|it| !it.is_empty()).collect();
    cells.join(" | ").chars().take(80).collect()
}
