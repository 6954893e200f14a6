//! What stayed outside this review: Spaces without an instance, rows that could not be read.

use polars::prelude::PolarsResult;

use super::inputs::ReportInputs;
use crate::report::cells::Cells;
use crate::report::table::Cell;
use crate::snapshot::Collected;
use crate::tables::Table;
use crate::tables::build::usage;
use crate::tables::column::Null;

/// Hosts that instances speak of and that were not reviewed.
pub(super) fn uncovered(inputs: &ReportInputs<'_>) -> PolarsResult<Vec<String>> {
    let frame = inputs.tables.frame(Table::Hosts);
    let cells = |name| Cells::of(&frame, name, Null::Unknown);
    let configured = cells("configured")?;
    let [instance, name, host] = [cells("instance")?, cells("name")?, cells("host")?];
    let excluded = cells("excluded_because")?;
    let sentence = |row: usize| {
        let reason = match excluded.text(row) {
            it if it.is_empty() => "is not in the configuration".to_owned(),
            it => format!("is excluded by the configuration ({})", it.trim_end_matches('.')),
        };
        format!(
            "The Space or organization `{}` (host {}) belongs to `{}` and {reason}, so no account \
             in it was reviewed.",
            name.text(row),
            host.text(row),
            instance.text(row)
        )
    };
    let outside = (0..frame.height()).filter(|row| configured.at(*row) == Cell::Bool(false));
    Ok(outside.map(sentence).collect())
}

/// Instances of which the requests were not sent while the snapshot says that it was collected.
pub(super) fn misdated(inputs: &ReportInputs<'_>) -> Vec<String> {
    let snapshot = inputs.given.snapshot;
    let within = snapshot.collected_at..=snapshot.finished_at;
    let outside = |it: &&Collected| {
        let mut times = it.ledger.iter().flat_map(|it| [it.first_request_at, it.last_request_at]);
        times.any(|time| !within.contains(&time))
    };
    let sentence = |collected: &Collected| {
        format!(
            "The ledger of `{}` has requests that were not sent while the snapshot says that it was \
             collected: its date is not shown by its own times.",
            collected.name
        )
    };
    snapshot.instances.iter().filter(outside).map(sentence).collect()
}

/// Usage that cannot be attributed to an account.
pub(super) fn untied(inputs: &ReportInputs<'_>) -> Vec<String> {
    let sentence = |it: &Collected| {
        let (untied, rows) = usage::untied(it)?;
        Some(format!(
            "Usage of `{}`: {untied} of {rows} rows could not be tied to the organization of the \
             instance or to an account of its list, because their ids are others or of another \
             kind. No account there is known to have been idle: what rests on usage is \
             undetermined.",
            it.name
        ))
    };
    inputs.given.snapshot.instances.iter().filter_map(sentence).collect()
}

/// Rows of the baseline that could not be read.
pub(super) fn refused<'a>(inputs: &ReportInputs<'a>) -> impl Iterator<Item = String> + use<'a> {
    let rejected = inputs.given.baseline.into_iter().flat_map(|it| &it.rejected);
    rejected.map(|it| {
        format!("Line {} of the baseline {}, so nothing was expected by it.", it.line, it.reason)
    })
}
