//! The tables of the CSV set, read from frames.

use polars::prelude::PolarsResult;

use super::inputs::Error;
use crate::report::cells::Cells;
use crate::report::table::{Column, DataTable, DataTables, Rows};
use crate::tables::column::{ColumnMeta, Null};
use crate::tables::{Table, Tables};

/// The tables of the CSV set that are `wanted`.
pub(super) fn tables(tables: &Tables, wanted: impl Fn(Table) -> bool) -> PolarsResult<DataTables> {
    let all = Table::ALL.iter().filter(|it| wanted(**it));
    let shown = all.filter_map(|it| it.file().map(|file| (*it, file)));
    shown
        .map(|(it, file)| Ok((file.replace('-', "_"), table(tables, it, file, |_| true)?)))
        .collect()
}

/// The column that says whether a change was approved.
const APPROVAL: &str = "approval";

/// What differs from the snapshots that the tables were compared with, and how the population went
/// on: opening plus added less removed is closing.
///
/// # Errors
///
/// Fails when a frame does not hold what the data dictionary promises.
pub fn comparison_tables(
    tables: &Tables,
) -> Result<(DataTable<'static>, DataTable<'static>), Error> {
    // Nobody was asked for approvals.
    let changes = table(tables, Table::Changes, "changes", |it| it.name != APPROVAL)?;
    Ok((changes, table(tables, Table::Continuity, "continuity", |_| true)?))
}

fn table(
    tables: &Tables,
    table: Table,
    file: &'static str,
    wanted: impl Fn(&ColumnMeta) -> bool,
) -> PolarsResult<DataTable<'static>> {
    let frame = tables.sorted(table)?;
    let shown = table.columns().into_iter().filter(|it| it.shown && wanted(it));
    let shown: Vec<ColumnMeta> = shown.collect();
    let cells = shown.iter().map(|it| Cells::of(&frame, it.name, it.null));
    Ok(DataTable {
        file,
        about: table.meaning(),
        columns: shown.iter().map(column).collect(),
        rows: Rows::Read(cells.collect::<PolarsResult<_>>()?),
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
