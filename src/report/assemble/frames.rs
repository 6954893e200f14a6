//! From frames to plain tables: every missing cell becomes either `unknown` or nothing.

use chrono::{DateTime, NaiveDate};
use polars::prelude::{AnyValue, DataFrame, DataType, PolarsResult, TimeUnit};

use super::inputs::Error;
use crate::calendar::stamps::stamp;
use crate::names::listed;
use crate::report::table::{Cell, Column, DataTable, DataTables};
use crate::tables::column::{self, ColumnMeta, Null};
use crate::tables::{Table, Tables};

/// The tables of the CSV set that are `wanted`.
pub(super) fn tables(tables: &Tables, wanted: impl Fn(Table) -> bool) -> PolarsResult<DataTables> {
    let all = Table::ALL.iter().filter(|it| wanted(**it));
    let shown = all.filter_map(|it| it.file().map(|file| (*it, file)));
    shown.map(|(it, file)| Ok((file.replace('-', "_"), table(tables, it, file)?))).collect()
}

/// The column that says whether a change was approved.
const APPROVAL: &str = "approval";

/// What differs from the snapshots that the tables were compared with, and how the population went
/// on: opening plus added less removed is closing.
///
/// # Errors
///
/// Fails when a frame does not hold what the data dictionary promises.
pub fn comparison_tables(tables: &Tables) -> Result<(DataTable, DataTable), Error> {
    let mut changes = table(tables, Table::Changes, "changes")?;
    // Nobody was asked for approvals.
    if let Some(at) = changes.columns.iter().position(|it| it.name == APPROVAL) {
        changes.columns.remove(at);
        changes.rows.iter_mut().for_each(|row| drop(row.remove(at)));
    }
    Ok((changes, table(tables, Table::Continuity, "continuity")?))
}

fn table(tables: &Tables, table: Table, file: &'static str) -> PolarsResult<DataTable> {
    let frame = tables.sorted(table)?;
    let shown: Vec<ColumnMeta> = table.columns().into_iter().filter(|it| it.shown).collect();
    let mut rows = vec![Vec::with_capacity(shown.len()); frame.height()];
    for meta in &shown {
        for (row, cell) in rows.iter_mut().zip(cells(&frame, meta.name, meta.null)?) {
            row.push(cell);
        }
    }
    Ok(DataTable {
        file,
        about: table.meaning(),
        columns: shown.iter().map(column).collect(),
        rows,
    })
}

fn column(meta: &ColumnMeta) -> Column {
    let missing = match meta.null {
        Null::Never => "never missing",
        Null::Unknown => "`unknown` where it is not known",
        Null::Absent => "empty where there is none",
        Null::BoundOf(_) => "empty where the value itself is known",
        Null::AbsentIf(_) => "empty where there is none, `unknown` where it is not known",
    };
    Column { name: meta.name, kind: meta.kind.word(), missing, meaning: meta.meaning }
}

/// One column's cells, top down.
pub(crate) fn cells(frame: &DataFrame, name: &str, null: Null) -> PolarsResult<Vec<Cell>> {
    let column = frame.column(name)?;
    let flag = match null {
        Null::AbsentIf(flag) => Some(frame.column(flag)?.bool()?),
        _ => None,
    };
    if matches!(column.dtype(), DataType::List(_)) {
        let missing = if null == Null::Absent { Cell::None } else { Cell::Unknown };
        let lists = column::lists(column)?.into_iter();
        let cell = |it: Option<Vec<String>>| it.map(|it| Cell::Text(listed(it)));
        return Ok(lists.map(|list| cell(list).unwrap_or_else(|| missing.clone())).collect());
    }
    let cell = |row: usize| {
        let absent = match null {
            Null::Absent | Null::BoundOf(_) => true,
            _ => flag.is_some_and(|it| it.get(row) == Some(true)),
        };
        Ok(cell(&column.get(row)?, absent))
    };
    (0..frame.height()).map(cell).collect()
}

/// A value as a cell; a missing one is absent or unknown.
fn cell(value: &AnyValue<'_>, absent: bool) -> Cell {
    match value {
        AnyValue::Null if absent => Cell::None,
        AnyValue::Null => Cell::Unknown,
        AnyValue::String(it) => Cell::Text((*it).to_owned()),
        AnyValue::StringOwned(it) => Cell::Text(it.to_string()),
        AnyValue::Boolean(it) => Cell::Bool(*it),
        AnyValue::Int64(it) => Cell::Int(*it),
        AnyValue::UInt32(it) => Cell::Int(i64::from(*it)),
        AnyValue::Date(it) => day(*it),
        AnyValue::Datetime(it, TimeUnit::Milliseconds, _)
        | AnyValue::DatetimeOwned(it, TimeUnit::Milliseconds, _) => {
            DateTime::from_timestamp_millis(*it).map_or(Cell::Unknown, |it| Cell::Text(stamp(it)))
        }
        other => Cell::Text(other.str_value().into_owned()),
    }
}

/// A day as it was written down: `2026-10-15`.
fn day(since_the_epoch: i32) -> Cell {
    NaiveDate::from_epoch_days(since_the_epoch)
        .map_or(Cell::Unknown, |it| Cell::Text(it.to_string()))
}
