//! The formats of a report, a line each: the word of the configuration, and who renders.
//!
//! One more format is a file with a [`Format`] of its own, and a line in [`FORMATS`].

use std::collections::BTreeSet;
use std::path::Path;

use super::assemble::Assembled;
use super::format::{DataInputs, DocumentInputs, Error, Format, Rendered, Renderer};
use super::register::PrintedReport;
use super::template::{TemplateContext, Templates};
use super::{Report, csv_set, html, json, oscal, pdf, workbook};
use crate::config::FormatWords;

/// Every format, in the order in which they are rendered: those for machines first, because they
/// read the largest tables, which are let go before the documents take their room.
pub const FORMATS: &[Format] =
    &[csv_set::FORMAT, json::FORMAT, workbook::FORMAT, oscal::FORMAT, html::FORMAT, pdf::FORMAT];

/// What the configuration may name.
pub fn words() -> Vec<FormatWords> {
    FORMATS.iter().map(|format| FormatWords { name: format.name, usual: format.usual }).collect()
}

/// How a report is rendered.
#[derive(Clone, Copy, Debug)]
pub struct RenderingOptions<'a> {
    /// How many exceptions of each rule documents print; none: all of them.
    pub findings_printed: Option<u32>,
    /// Whether CSV files begin with the mark of UTF-8.
    pub csv_bom: bool,
    /// Where files that have no name may wait: beside what they become.
    pub room: &'a Path,
}

/// Renders the wanted formats; the report is given back as documents print it, without the tables
/// and the findings that only machines read.
///
/// # Errors
///
/// When a template is wrong, or a format cannot be written.
///
/// # Panics
///
/// When a renderer does, which is a bug in it.
pub fn render(
    assembled: Assembled,
    wanted: &BTreeSet<&str>,
    templates: &Templates,
    options: RenderingOptions<'_>,
) -> Result<(Report, Rendered), Error> {
    let Assembled { report, records } = assembled;
    let mut res = Rendered::default();
    let inputs = DataInputs {
        report: &report,
        records: &records,
        csv_bom: options.csv_bom,
        room: options.room,
    };
    let mut documents = Vec::new();
    for format in FORMATS.iter().filter(|format| wanted.contains(format.name)) {
        match format.renderer {
            Renderer::Data(render) => res.add(render(&inputs)?),
            Renderer::Document(render) => documents.push(render),
        }
    }
    drop(records);
    let printed = PrintedReport::of(report, options.findings_printed);
    if let Some((last, first)) = documents.split_last() {
        let context = &TemplateContext::of(&printed, templates)?;
        let inputs = &DocumentInputs { report: &printed.report, context };
        // Side by side; the last one, the largest, on the thread that is made for large work.
        let rendered = std::thread::scope(|scope| {
            let others: Vec<_> =
                first.iter().map(|render| scope.spawn(move || render(inputs))).collect();
            let last = last(inputs);
            let joined = others
                .into_iter()
                .map(|other| other.join().expect("a renderer panics only with a bug"));
            joined.chain([last]).collect::<Vec<_>>()
        });
        for document in rendered {
            res.add(document?);
        }
    }
    Ok((printed.report, res))
}
