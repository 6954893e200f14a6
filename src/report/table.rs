//! Tables of rows and cells: what renderers see of frames, and of what the report says itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::cells::Cells;

/// The tables of the CSV set by name, with `_` for `-`.
pub type DataTables = BTreeMap<String, DataTable<'static>>;

/// One table of the CSV set.
#[derive(Debug)]
pub struct DataTable<'a> {
    /// The file's name without its ending.
    pub file: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The cells, row by row, sorted by instance and key.
    pub rows: Rows<'a>,
}

/// The rows of a table, each made when it is asked for where there are many.
pub enum Rows<'a> {
    /// Rows that are there, for tables with few.
    Made(Vec<Vec<Cell<'a>>>),
    /// The columns of a frame.
    Read(Vec<Cells>),
    /// Rows of something else.
    Told(Box<dyn RowSource + 'a>),
}

/// What tells the rows of a table, one by one.
pub trait RowSource: Send + Sync {
    /// How many rows there are.
    fn height(&self) -> usize;

    /// The cells of the row at a place, counted from 0.
    fn row(&self, place: usize) -> Vec<Cell<'_>>;
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, it: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(it, "{} rows", self.len())
    }
}

impl<'a> From<Vec<Vec<Cell<'a>>>> for Rows<'a> {
    fn from(rows: Vec<Vec<Cell<'a>>>) -> Self {
        Self::Made(rows)
    }
}

impl Rows<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Made(rows) => rows.len(),
            Self::Read(columns) => columns.first().map_or(0, Cells::len),
            Self::Told(source) => source.height(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at a place, counted from 0.
    ///
    /// # Panics
    ///
    /// Where there are no more rows.
    pub fn at(&self, place: usize) -> Row<'_> {
        match self {
            Self::Made(rows) => Row::Made(&rows[place]),
            Self::Read(columns) => Row::Read(columns, place),
            Self::Told(source) => Row::Told(source.row(place)),
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len()).map(|place| self.at(place))
    }
}

/// One row of a table.
#[derive(Debug)]
pub enum Row<'a> {
    /// Its cells are there.
    Made(&'a [Cell<'a>]),
    /// The columns that have its cells, and its place in them.
    Read(&'a [Cells], usize),
    /// Its cells were told.
    Told(Vec<Cell<'a>>),
}

impl Row<'_> {
    /// The cell of a column.
    ///
    /// # Panics
    ///
    /// Where there are fewer columns.
    pub fn cell(&self, column: usize) -> Cell<'_> {
        match self {
            Self::Made(cells) => cells[column].borrowed(),
            Self::Read(columns, place) => columns[column].at(*place),
            Self::Told(cells) => cells[column].borrowed(),
        }
    }

    /// The cell of a column as text.
    pub fn text(&self, column: usize) -> String {
        self.cell(column).text().into_owned()
    }

    /// How many cells it has.
    fn width(&self) -> usize {
        match self {
            Self::Made(cells) => cells.len(),
            Self::Read(columns, _) => columns.len(),
            Self::Told(cells) => cells.len(),
        }
    }

    /// Its cells, from the first column to the last.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell<'_>> {
        (0..self.width()).map(|column| self.cell(column))
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Column {
    /// The header.
    pub name: &'static str,
    /// text, boolean, integer, timestamp or date.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What a missing value means, in words.
    pub missing: &'static str,
    /// What a cell says.
    pub meaning: &'static str,
}

/// What is said of a column whose cells are always there.
pub(super) const NEVER: &str = "never missing";

/// What is said of a column whose cells may be empty.
pub(super) const EMPTY: &str = "empty where there is none";

impl Column {
    /// A column of texts, empty where there is none.
    pub const fn text_or_empty(name: &'static str, meaning: &'static str) -> Self {
        Self { name, kind: "text", missing: EMPTY, meaning }
    }

    /// A column of numbers that are always there.
    pub(super) const fn count(name: &'static str, meaning: &'static str) -> Self {
        Self { name, kind: "integer", missing: NEVER, meaning }
    }

    /// A column of texts that are always there.
    pub const fn text(name: &'static str, meaning: &'static str) -> Self {
        Self { name, kind: "text", missing: NEVER, meaning }
    }
}

/// A cell with a text.
pub fn cell<'a>(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
    Cell::Text(text.into())
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// It is not known.
    Unknown,
    /// There is none.
    None,
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(it) => sink.serialize_str(it),
            Self::Bool(it) => sink.serialize_bool(*it),
            Self::Int(it) => sink.serialize_i64(*it),
            Self::Unknown => sink.serialize_str(UNKNOWN),
            Self::None => sink.serialize_none(),
        }
    }
}

pub use crate::calendar::stamps::UNKNOWN;

impl<'a> Cell<'a> {
    /// The same cell, whose text is somebody else's.
    pub fn borrowed(&self) -> Cell<'_> {
        match self {
            Self::Text(it) => Cell::Text(Cow::Borrowed(it)),
            Self::Bool(it) => Cell::Bool(*it),
            Self::Int(it) => Cell::Int(*it),
            Self::Unknown => Cell::Unknown,
            Self::None => Cell::None,
        }
    }

    /// The same cell, with a text of its own.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Text(it) => Cell::Text(it.into_owned().into()),
            Self::Bool(it) => Cell::Bool(it),
            Self::Int(it) => Cell::Int(it),
            Self::Unknown => Cell::Unknown,
            Self::None => Cell::None,
        }
    }

    /// The cell as CSV files and reports print it.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(it) => it,
            Self::Bool(true) => "true".into(),
            Self::Bool(false) => "false".into(),
            Self::Int(it) => it.to_string().into(),
            Self::Unknown => UNKNOWN.into(),
            Self::None => "".into(),
        }
    }

    /// The cell as people read it: yes, no, or what CSV files print.
    pub fn words(self) -> Cow<'a, str> {
        match self {
            Self::Bool(true) => "yes".into(),
            Self::Bool(false) => "no".into(),
            other => other.text(),
        }
    }
}

/// Rows become objects, so that templates and readers of the JSON name columns.
impl Serialize for DataTable<'_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let mut map = sink.serialize_map(Some(4))?;
        map.serialize_entry("file", self.file)?;
        map.serialize_entry("about", self.about)?;
        map.serialize_entry("columns", &self.columns)?;
        map.serialize_entry("rows", &self.slice(0, self.rows.len()))?;
        map.end()
    }
}

impl<'a> DataTable<'a> {
    /// The place of a column.
    ///
    /// # Panics
    ///
    /// If the table does not have it: columns are named by the program alone.
    pub fn column(&self, name: &str) -> usize {
        let at = self.columns.iter().position(|column| column.name == name);
        at.unwrap_or_else(|| panic!("`{}` has no column `{name}`", self.file))
    }

    /// Some of the rows, as they stand in the whole table.
    pub fn slice(&self, start: usize, n_rows: usize) -> impl Serialize + use<'_, 'a> {
        let end = start.saturating_add(n_rows).min(self.rows.len());
        Slice { table: self, places: start.min(end)..end }
    }
}

struct Slice<'t, 'a> {
    table: &'t DataTable<'a>,
    places: Range<usize>,
}

impl Serialize for Slice<'_, '_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let columns = &self.table.columns;
        let mut seq = sink.serialize_seq(Some(self.places.len()))?;
        for place in self.places.clone() {
            seq.serialize_element(&NamedRow { columns, row: self.table.rows.at(place) })?;
        }
        seq.end()
    }
}

struct NamedRow<'a> {
    columns: &'a [Column],
    row: Row<'a>,
}

impl Serialize for NamedRow<'_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        sink.collect_map(self.columns.iter().map(|column| column.name).zip(self.row.cells()))
    }
}
