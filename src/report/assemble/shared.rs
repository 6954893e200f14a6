//! What accounts may change on single objects by grants of their own.

use polars::prelude::{IntoLazy as _, PolarsResult, SortMultipleOptions, col, lit};

use super::inputs::ReportInputs;
use crate::report::cells::Cells;
use crate::report::{Shared, SharedObject};
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::tables::Table;
use crate::tables::column::Null;
use crate::tables::dictionary::grant;

/// Grants that documents print; all of them are in the CSV set.
const PRINTED: usize = 25;

/// Grants of edit and own to accounts, own first, where grants were read.
pub(super) fn objects(inputs: &ReportInputs<'_>) -> PolarsResult<Shared> {
    let strong = grant::access().is_null().or(grant::access().neq(lit("use")));
    let grants = inputs.tables.frame(Table::Grants).lazy();
    let grants = grants.filter(grant::subject_type().eq(lit("user")).and(strong));
    let order = [
        // `own` comes after `edit`, and what is not known before both.
        grant::access().fill_null(lit("z")),
        col("instance"),
        col("subject_id"),
        col("object_type"),
        col("object_id"),
    ];
    let options = SortMultipleOptions::default();
    let options = options.with_order_descending_multi([true, false, false, false, false]);
    let frame = grants.sort_by_exprs(order, options).collect()?;
    let names =
        ["instance", "subject_id", "subject", "access", "object_type", "object", "access_path"];
    let mut columns = Vec::new();
    for name in names {
        columns.push(Cells::of(&frame, name, Null::Unknown)?);
    }
    let row = |row: usize| {
        let text = |at: usize| columns[at].text(row);
        SharedObject {
            instance: text(0),
            user_id: text(1),
            subject: text(2),
            access: text(3),
            object_type: text(4),
            object: text(5),
            access_path: text(6),
        }
    };
    let read = inputs.given.snapshot.instances.iter().filter(|instance| {
        instance.row(Endpoint::Permissions).is_some_and(|it| it.outcome == ReadOutcome::Ok)
    });
    Ok(Shared {
        read_on: read.map(|it| it.name.clone()).collect(),
        total: frame.height(),
        printed: (0..frame.height().min(PRINTED)).map(row).collect(),
    })
}
