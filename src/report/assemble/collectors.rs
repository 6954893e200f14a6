//! The API tokens that the collection showed, as the instances list them.

use polars::prelude::PolarsResult;

use super::inputs::ReportInputs;
use crate::report::ShownToken;
use crate::report::cells::Cells;
use crate::tables::Table;
use crate::tables::column::Null;

/// The token that was shown to each instance.
pub(super) fn tokens(inputs: &ReportInputs<'_>) -> PolarsResult<Vec<ShownToken>> {
    let frame = &inputs.tables.frame(Table::Collectors);
    let cells = |name| Cells::of(frame, name, Null::Unknown);
    let (instances, last4, labels) = (cells("instance")?, cells("token_last4")?, cells("label")?);
    let (scopes, owners) = (cells("scopes")?, cells("owner")?);
    let row = |row: usize| ShownToken {
        instance: instances.text(row),
        last4: last4.text(row),
        label: labels.text(row),
        scopes: scopes.text(row),
        owner: owners.text(row),
    };
    Ok((0..frame.height()).map(row).collect())
}
