//! The report as JSON: `report.json`.

use serde::Serialize;

use super::Report;
use super::format::{DataInputs, Error, Format, Rendered, Renderer, pretty_json};
use super::table::DataTables;

/// `report.json`.
pub const FORMAT: Format = Format { name: "json", usual: true, renderer: Renderer::Data(files) };

/// Everything that a reader is told, and the tables that only machines read.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "DataTables::is_empty")]
    records: &'a DataTables,
}

#[expect(clippy::unnecessary_wraps, reason = "as renderers are")]
fn files(inputs: &DataInputs<'_>) -> Result<Rendered, Error> {
    let whole = Whole { report: inputs.report, records: inputs.records };
    Ok(Rendered::file("report.json", pretty_json(&whole)))
}
