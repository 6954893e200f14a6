//! Tables as plain values: what a frame becomes once polars is left behind.

use std::collections::BTreeMap;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

/// The tables of the CSV set by name, with `_` for `-`.
pub type DataTables = BTreeMap<String, DataTable>;

/// One table of the CSV set.
#[derive(Debug)]
pub struct DataTable {
    /// The file's name without its ending.
    pub file: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The cells, row by row, sorted by instance and key.
    pub rows: Vec<Vec<Cell>>,
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
pub(super) fn cell(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// It is not known.
    Unknown,
    /// There is none.
    None,
}

impl Serialize for Cell {
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

impl Cell {
    /// The cell as CSV files and reports print it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(it) => it.clone(),
            Self::Bool(it) => it.to_string(),
            Self::Int(it) => it.to_string(),
            Self::Unknown => UNKNOWN.to_owned(),
            Self::None => String::new(),
        }
    }

    /// The cell as people read it: yes, no, or what CSV files print.
    pub fn words(&self) -> String {
        match self {
            Self::Bool(true) => "yes".to_owned(),
            Self::Bool(false) => "no".to_owned(),
            other => other.text(),
        }
    }
}

/// Rows become objects, so that templates and readers of the JSON name columns.
impl Serialize for DataTable {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let mut map = sink.serialize_map(Some(4))?;
        map.serialize_entry("file", self.file)?;
        map.serialize_entry("about", self.about)?;
        map.serialize_entry("columns", &self.columns)?;
        map.serialize_entry("rows", &Rows { columns: &self.columns, rows: &self.rows })?;
        map.end()
    }
}

impl DataTable {
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
    pub fn slice(&self, start: usize, n_rows: usize) -> impl Serialize + '_ {
        let end = start.saturating_add(n_rows).min(self.rows.len());
        Rows { columns: &self.columns, rows: &self.rows[start.min(end)..end] }
    }
}

struct Rows<'a> {
    columns: &'a [Column],
    rows: &'a [Vec<Cell>],
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let mut seq = sink.serialize_seq(Some(self.rows.len()))?;
        for cells in self.rows {
            seq.serialize_element(&Row { columns: self.columns, cells })?;
        }
        seq.end()
    }
}

struct Row<'a> {
    columns: &'a [Column],
    cells: &'a [Cell],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        sink.collect_map(self.columns.iter().map(|column| column.name).zip(self.cells))
    }
}
