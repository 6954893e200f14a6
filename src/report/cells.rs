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

    fn missing(&self, row: usize) -> Cell<'static> {
        match &self.missing {
            Missing::Absent => Cell::None,
            Missing::AbsentWhere(flag) if flag.get(row) == Some(true) => Cell::None,
            Missing::AbsentWhere(_) | Missing::Unknown => Cell::Unknown,
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

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{DataFrame, IntoColumn as _, NamedFrom as _, Series};

    /// Of each column something, nothing that is absent, nothing that is unknown, and its least.
    fn frame() -> DataFrame {
        let list = |items: &[&str]| Some(Series::new("".into(), items));
        let lists = [list(&["a", "b; c"]), None, None, list(&[])];
        let days = Series::new("day".into(), [Some(20_759_i32), None, None, Some(0)]);
        let times = Series::new("time".into(), [Some(1_793_599_200_000_i64), None, None, Some(0)]);
        let columns = vec![
            Series::new("text".into(), [Some("x"), None, None, Some("")]).into_column(),
            Series::new("bool".into(), [Some(true), None, None, Some(false)]).into_column(),
            Series::new("int".into(), [Some(-7_i64), None, None, Some(0)]).into_column(),
            Series::new("list".into(), lists).into_column(),
            days.cast(&DataType::Date).unwrap().into_column(),
            times.cast(&DataType::Datetime(TimeUnit::Milliseconds, None)).unwrap().into_column(),
            Series::new("gone".into(), [Some(false), Some(true), None, None]).into_column(),
        ];
        DataFrame::new(4, columns).unwrap()
    }

    #[test]
    fn a_08_what_is_missing_is_unknown_or_nothing_as_the_dictionary_says() {
        let frame = frame();
        let mut lines = Vec::new();
        for name in ["text", "bool", "int", "list", "day", "time"] {
            for null in [Null::Unknown, Null::Absent, Null::AbsentIf("gone")] {
                let cells = Cells::of(&frame, name, null).unwrap();
                let cells: Vec<_> = (0..cells.len()).map(|row| cells.at(row)).collect();
                lines.push(format!("{name} {null:?}: {cells:?}"));
            }
        }
        insta::assert_snapshot!(lines.join("\n"), @r#"
        text Unknown: [Text("x"), Unknown, Unknown, Text("")]
        text Absent: [Text("x"), None, None, Text("")]
        text AbsentIf("gone"): [Text("x"), None, Unknown, Text("")]
        bool Unknown: [Bool(true), Unknown, Unknown, Bool(false)]
        bool Absent: [Bool(true), None, None, Bool(false)]
        bool AbsentIf("gone"): [Bool(true), None, Unknown, Bool(false)]
        int Unknown: [Int(-7), Unknown, Unknown, Int(0)]
        int Absent: [Int(-7), None, None, Int(0)]
        int AbsentIf("gone"): [Int(-7), None, Unknown, Int(0)]
        list Unknown: [Text("a; \"b; c\""), Unknown, Unknown, Text("")]
        list Absent: [Text("a; \"b; c\""), None, None, Text("")]
        list AbsentIf("gone"): [Text("a; \"b; c\""), None, Unknown, Text("")]
        day Unknown: [Text("2026-11-02"), Unknown, Unknown, Text("1970-01-01")]
        day Absent: [Text("2026-11-02"), None, None, Text("1970-01-01")]
        day AbsentIf("gone"): [Text("2026-11-02"), None, Unknown, Text("1970-01-01")]
        time Unknown: [Text("2026-11-02T06:00:00Z"), Unknown, Unknown, Text("1970-01-01T00:00:00Z")]
        time Absent: [Text("2026-11-02T06:00:00Z"), None, None, Text("1970-01-01T00:00:00Z")]
        time AbsentIf("gone"): [Text("2026-11-02T06:00:00Z"), None, Unknown, Text("1970-01-01T00:00:00Z")]
        "#);
        assert!(Cells::of(&frame, "other", Null::Unknown).is_err());
        assert!(Cells::of(&frame, "text", Null::AbsentIf("other")).is_err());
    }
}
