//! The cells of a frame's column, each read when it is asked for: every missing one becomes either
//! `unknown` or nothing.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate};
use polars::prelude::{
    AnyValue, BooleanChunked, Column, DataFrame, DataType, Int64Chunked, PolarsResult,
    StringChunked, TimeUnit,
};

use super::table::Cell;
use crate::calendar::stamps::stamp;
use crate::names::listed;
use crate::tables::column::Null;

/// One column's cells; they share the frame's memory.
#[derive(Clone, Debug)]
pub struct Cells {
    values: Values,
    missing: Missing,
}

/// The values, by what they are.
#[derive(Clone, Debug)]
enum Values {
    Text(StringChunked),
    Bool(BooleanChunked),
    Int(Int64Chunked),
    /// Texts in order.
    List(Column),
    /// Everything else.
    Other(Column),
}

/// What a missing value is.
#[derive(Clone, Debug)]
enum Missing {
    Unknown,
    Absent,
    /// Absent where that is true, unknown elsewhere.
    AbsentWhere(BooleanChunked),
}

impl Cells {
    /// The cells of a column.
    ///
    /// # Errors
    ///
    /// Where the frame lacks the column, or the one that says what its missing values are.
    pub fn of(frame: &DataFrame, name: &str, null: Null) -> PolarsResult<Self> {
        let column = frame.column(name)?.rechunk();
        let missing = match null {
            Null::AbsentIf(flag) => {
                Missing::AbsentWhere(frame.column(flag)?.rechunk().bool()?.clone())
            }
            Null::Absent | Null::BoundOf(_) => Missing::Absent,
            Null::Unknown | Null::Never => Missing::Unknown,
        };
        let values = match column.dtype() {
            DataType::String => Values::Text(column.str()?.clone()),
            DataType::Boolean => Values::Bool(column.bool()?.clone()),
            DataType::Int64 => Values::Int(column.i64()?.clone()),
            DataType::List(_) => Values::List(column),
            _ => Values::Other(column),
        };
        Ok(Self { values, missing })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Text(it) => it.len(),
            Values::Bool(it) => it.len(),
            Values::Int(it) => it.len(),
            Values::List(it) | Values::Other(it) => it.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row.
    ///
    /// # Panics
    ///
    /// Where the column ends before it.
    pub fn at(&self, row: usize) -> Cell<'_> {
        let value = match &self.values {
            Values::Text(it) => it.get(row).map(|it| Cell::Text(it.into())),
            Values::Bool(it) => it.get(row).map(Cell::Bool),
            Values::Int(it) => it.get(row).map(Cell::Int),
            Values::List(it) => list(it, row),
            Values::Other(it) => other(&it.get(row).expect("a row of the column")),
        };
        value.unwrap_or_else(|| self.missing(row))
    }

    /// The cell of a row as text.
    ///
    /// # Panics
    ///
    /// As [`Cells::at`].
    pub fn text(&self, row: usize) -> String {
        self.at(row).text().into_owned()
    }

    /// All cells, top down.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Cell<'_>> {
        (0..self.len()).map(|row| self.at(row))
    }

    fn missing(&self, row: usize) -> Cell<'static> {
        match &self.missing {
            Missing::Unknown => Cell::Unknown,
            Missing::Absent => Cell::None,
            Missing::AbsentWhere(flag) if flag.get(row) == Some(true) => Cell::None,
            Missing::AbsentWhere(_) => Cell::Unknown,
        }
    }
}

/// The texts of a list in one.
fn list(column: &Column, row: usize) -> Option<Cell<'static>> {
    let items = column.list().ok()?.get_as_series(row)?;
    let items = items.str().expect("lists are of texts");
    Some(Cell::Text(listed(items.iter().flatten()).into()))
}

/// A value of a kind that few columns have; none where it is missing.
fn other(value: &AnyValue<'_>) -> Option<Cell<'static>> {
    match value {
        AnyValue::Null => None,
        AnyValue::UInt32(it) => Some(Cell::Int(i64::from(*it))),
        AnyValue::Date(it) => {
            NaiveDate::from_epoch_days(*it).map(|it| Cell::Text(it.to_string().into()))
        }
        AnyValue::Datetime(it, TimeUnit::Milliseconds, _)
        | AnyValue::DatetimeOwned(it, TimeUnit::Milliseconds, _) => {
            DateTime::from_timestamp_millis(*it).map(|it| Cell::Text(stamp(it).into()))
        }
        other => Some(Cell::Text(Cow::Owned(other.str_value().into_owned()))),
    }
}
