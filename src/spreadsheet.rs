//! Tables from people: any usual kind of file as a header and rows of text.
//!
//! The reader knows no column. Who asks says which row looks like its header; what stands around
//! the table (a line that names the delimiter, a title above the header) is left out and reported.
//! Days are read by the column and not cell by cell.

pub(crate) mod dates;
mod delimited;
mod grid;
mod text;
mod workbook;

use crate::config::TableForm;
use crate::config::problem::Problem;

pub(crate) use self::grid::{Grid, Row};
pub(crate) use self::workbook::is_one as is_workbook;

/// A header and the rows below it.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// The header's cells, trimmed.
    pub(crate) header: Vec<String>,
    /// The line of the header, from 1.
    pub(crate) header_line: u64,
    /// Rows with anything in them, those above the header included.
    grid: Grid,
    /// The place of the first row below the header.
    first: usize,
    /// What an auditor should know of how the file was read; empty for a plain one.
    pub(crate) told: Vec<String>,
}

/// How many of the cells of a row are headers that are known; a row of which two are is a header.
pub(crate) type HeaderMatcher<'a> = &'a dyn Fn(&[&str]) -> usize;

/// Known cells that make a row the header.
const ENOUGH: usize = 2;

/// Rows among which the header is looked for.
const FIRST_ROWS: usize = 60;

/// Reads a table from the bytes of a file: delimited text or an XLSX workbook.
///
/// # Errors
///
/// What the file is, where it is no such table, and what to do: another kind of file, no text in
/// the encoding, no header, or a quotation that never ends and would swallow what follows.
pub(crate) fn read(
    bytes: &[u8],
    form: &TableForm,
    knows: HeaderMatcher<'_>,
) -> Result<Sheet, Problem> {
    let mut told = Vec::new();
    let grid = if is_workbook(bytes) {
        workbook::read(bytes, form.sheet.as_deref(), &mut told)?
    } else {
        refuse_sheet(form)?;
        let text = text::decode(bytes, form.encoding, &mut told)?;
        delimited::read(&text, knows, &mut told)?
    };
    let at = header(&grid, knows).ok_or_else(|| problem(1, "has no header", Some(NO_HEADER)))?;
    let row = grid.row(at);
    if at > 0 {
        let above = grid.rows().take(at).map(|it| it.line.to_string());
        let lines = above.collect::<Vec<_>>().join(", ");
        told.push(format!("what stands above the header is no part of the table (line {lines})"));
    }
    let header = row.cells().map(|it| it.trim().to_owned()).collect();
    Ok(Sheet { header, header_line: row.line, first: at + 1, grid, told })
}

impl Sheet {
    /// The rows below the header, in the order of the file.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        (self.first..self.grid.len()).map(|it| self.grid.row(it))
    }

    /// The row at a place among those below the header.
    pub(crate) fn row(&self, at: usize) -> Row<'_> {
        self.grid.row(self.first + at)
    }

    /// The rows above the header.
    pub(crate) fn above(&self) -> impl Iterator<Item = Row<'_>> {
        self.grid.rows().take(self.first.saturating_sub(1))
    }

    /// Why a row cannot be laid under the header; none where it can. Cells that are missing at the
    /// end of a row are empty: spreadsheets leave them out.
    pub(crate) fn misfit(&self, row: Row<'_>) -> Option<String> {
        let width = self.header.len();
        let surplus = row.cells().skip(width).any(|it| !it.trim().is_empty());
        surplus.then(|| format!("has {} cells, the header has {width}", row.len()))
    }
}

/// The place of the header: the first row, or the only later one that is known as a header, should
/// the first not be.
fn header(grid: &Grid, knows: HeaderMatcher<'_>) -> Option<usize> {
    let is_known = |it: usize| knows(&grid.row(it).cells().collect::<Vec<_>>()) >= ENOUGH;
    let found: Vec<usize> = (0..grid.len().min(FIRST_ROWS)).filter(|it| is_known(*it)).collect();
    match found[..] {
        // Some exports write their header twice, for machines and for people.
        [at] => Some(at),
        [at, next] if next == at + 1 => Some(at),
        _ => (grid.len() > 0).then_some(0),
    }
}

fn refuse_sheet(form: &TableForm) -> Result<(), Problem> {
    let Some(sheet) = &form.sheet else { return Ok(()) };
    let what = format!("is no workbook, and so has no sheet `{sheet}`");
    Err(problem(1, &what, Some("leave `sheet` out of the configuration, or name the workbook")))
}

/// Whether the bytes are text that needs an encoding to be stated.
pub(crate) fn needs_encoding(bytes: &[u8]) -> bool {
    !is_workbook(bytes) && text::is_unmarked(bytes) && str::from_utf8(bytes).is_err()
}

/// What the first row of a table is for.
const NO_HEADER: &str = "the first row names the columns, such as `email,status`";

fn problem(line: u64, what: &str, help: Option<&str>) -> Problem {
    let at = format!("line {line}");
    Problem::new(at, what.to_owned(), help.map(str::to_owned))
}

#[cfg(test)]
mod tests;
