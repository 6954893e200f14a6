//! The formats of a report, a line each: the word of the configuration, and who renders.
//!
//! One more format is a file with a [`Format`] of its own, and a line in [`FORMATS`].

use std::collections::BTreeSet;

use super::assemble::Assembled;
use super::format::{DataInputs, DocumentInputs, Error, Format, Renderer, RenderingNotes};
use super::parquet::TypedTables;
use super::register::PrintedReport;
use super::template::{TemplateContext, Templates};
use super::{Report, csv_set, generic, html, json, oscal, parquet, pdf, vanta, workbook};
use crate::checksums::sealing::SealingFolder;
use crate::config::FormatWords;
use crate::threads;

/// Every format, in the order in which they are rendered: those for machines first, because they
/// read the largest tables, which are let go before the documents take their room.
pub const FORMATS: &[Format] = &[
    csv_set::FORMAT,
    json::FORMAT,
    workbook::FORMAT,
    oscal::FORMAT,
    vanta::FORMAT,
    generic::FORMAT,
    parquet::FORMAT,
    html::FORMAT,
    pdf::FORMAT,
];

/// What the configuration may name.
pub fn words() -> Vec<FormatWords> {
    FORMATS.iter().map(|format| FormatWords { name: format.name, usual: format.usual }).collect()
}

/// How a report is rendered.
#[derive(Clone, Copy, Debug)]
pub struct RenderingOptions {
    /// How many exceptions of each rule documents print; none: all of them.
    pub findings_printed: Option<u32>,
    /// Whether CSV files begin with the mark of UTF-8.
    pub csv_bom: bool,
}

/// Renders the wanted formats into the pack's folder; the report is given back as documents print
/// it, without the findings that only machines read.
///
/// # Errors
///
/// When a template is wrong, or a file cannot be written.
///
/// # Panics
///
/// When a renderer does, which is a bug in it.
pub fn render(
    (assembled, typed): (Assembled, Option<TypedTables<'_>>),
    wanted: &BTreeSet<&str>,
    templates: &Templates,
    options: RenderingOptions,
    folder: &SealingFolder,
) -> Result<(Report, RenderingNotes), Error> {
    let Assembled { report, tables, records } = assembled;
    let mut notes = RenderingNotes::default();
    let inputs = DataInputs {
        report: &report,
        tables: &tables,
        records: &records,
        typed: typed.as_ref(),
        csv_bom: options.csv_bom,
        folder,
    };
    let mut data = Vec::new();
    let mut documents = Vec::new();
    for format in FORMATS.iter().filter(|format| wanted.contains(format.name)) {
        match format.renderer {
            Renderer::Data(render) => data.push(render),
            Renderer::Document(render) => documents.push(render),
        }
    }
    for rendered in threads::side_by_side(&data, |render| render(&inputs)) {
        notes.add(rendered?);
    }
    drop((records, typed));
    let printed = PrintedReport::of(report, tables, options.findings_printed);
    if !documents.is_empty() {
        let context = &TemplateContext::of(&printed, templates)?;
        let inputs = &DocumentInputs { tables: &printed.tables, context, folder };
        for rendered in threads::side_by_side(&documents, |render| render(inputs)) {
            notes.add(rendered?);
        }
    }
    Ok((printed.report, notes))
}
