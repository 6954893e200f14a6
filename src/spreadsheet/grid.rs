//! Rows of text in one piece of memory: a roster may have a million of them.

use std::hash::{Hash, Hasher};

use crate::config::problem::Problem;

/// Cells one after another, in rows.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// The text of all cells.
    text: String,
    /// Where each cell ends in it.
    ends: Vec<u32>,
    /// The line of each row, and how many cells there are up to its end.
    rows: Vec<(u64, u32)>,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// The line of the file where it begins, from 1.
    pub(crate) line: u64,
    grid: &'a Grid,
    first: usize,
    end: usize,
}

impl Grid {
    /// A grid for a text of so many bytes: where it grows piece by piece, it takes twice the memory.
    pub(super) fn with_room_for(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ..Self::default() }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row at a place.
    pub(crate) fn row(&self, at: usize) -> Row<'_> {
        let (line, end) = self.rows[at];
        let first = at.checked_sub(1).map_or(0, |it| self.rows[it].1);
        Row { line, grid: self, first: first as usize, end: end as usize }
    }

    /// Where the text of the first so many cells ends.
    fn end_of(&self, cells: usize) -> usize {
        cells.checked_sub(1).map_or(0, |last| self.ends[last]) as usize
    }

    /// All rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map(|it| self.row(it))
    }

    /// Adds a cell to the row that is being made.
    ///
    /// # Errors
    ///
    /// When there is more text than a table of people has.
    pub(super) fn push(&mut self, cell: &str) -> Result<(), Problem> {
        self.text.push_str(cell);
        let end = u32::try_from(self.text.len()).map_err(|_| {
            super::problem(1, "holds more than four gigabytes of text", Some("split the file"))
        })?;
        self.ends.push(end);
        Ok(())
    }

    /// Ends the row that is being made, which begins at `line`; one without anything is left out.
    pub(super) fn end_row(&mut self, line: u64) {
        let first = self.rows.last().map_or(0, |it| it.1);
        // There is no cell without a byte in `ends`, whose length a `u32` counts.
        let end = u32::try_from(self.ends.len()).expect("fewer cells than bytes of their ends");
        let row = Row { line, grid: self, first: first as usize, end: end as usize };
        if row.cells().any(|it| !it.trim().is_empty()) {
            self.rows.push((line, end));
        } else {
            let start = self.end_of(first as usize);
            self.ends.truncate(first as usize);
            self.text.truncate(start);
        }
    }
}

/// By the text of all cells together: rows that are [`Row::same_as`] each other have one hash, and
/// rows whose cells end elsewhere may have it, too.
impl Hash for Row<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.grid.text[self.grid.end_of(self.first)..self.grid.end_of(self.end)].hash(state);
    }
}

impl<'a> Row<'a> {
    /// How many cells it has.
    pub(crate) fn len(self) -> usize {
        self.end - self.first
    }

    /// Its cells as they stand in the file.
    pub(crate) fn cells(self) -> impl DoubleEndedIterator<Item = &'a str> + ExactSizeIterator {
        (0..self.len()).map(move |it| self.raw(it))
    }

    /// The cell at a place, trimmed; empty where the row has no such cell.
    pub(crate) fn cell(self, at: usize) -> &'a str {
        if at < self.len() { self.raw(at).trim() } else { "" }
    }

    /// Whether two rows have the same cells.
    pub(crate) fn same_as(self, other: Row<'_>) -> bool {
        self.cells().eq(other.cells())
    }

    fn raw(self, at: usize) -> &'a str {
        let at = self.first + at;
        &self.grid.text[self.grid.end_of(at)..self.grid.end_of(at + 1)]
    }
}
