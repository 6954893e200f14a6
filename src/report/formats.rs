//! The formats of a report, a line each: the word of the configuration, and who renders.
//!
//! One more format is a file with a [`Format`] of its own, and a line in [`FORMATS`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::assemble::Assembled;
use super::table::DataTables;
use super::template::{self, TemplateContext, Templates};
use super::{Report, csv, html, json, oscal, pdf, workbook};
use crate::config::FormatWords;

/// Every format, in the order in which they are rendered: those for machines first, because they
/// read the largest tables, which are let go before the documents take their room.
pub const FORMATS: &[Format] =
    &[csv::FORMAT, json::FORMAT, workbook::FORMAT, oscal::FORMAT, html::FORMAT, pdf::FORMAT];

/// A format of a report.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The format as the configuration writes it.
    pub name: &'static str,
    /// Whether it is written unless the configuration chooses.
    pub usual: bool,
    /// Who renders it, and from what.
    pub renderer: Renderer,
}

/// Who renders a format, and from what.
#[derive(Clone, Copy, Debug)]
pub enum Renderer {
    /// For machines: from the report and every table.
    Data(fn(&DataInputs<'_>) -> Result<Rendered, Error>),
    /// For readers: from the report in templates.
    Document(fn(&DocumentInputs<'_>) -> Result<Rendered, Error>),
}

/// What formats for machines are rendered from.
#[derive(Debug)]
pub struct DataInputs<'a> {
    /// The report.
    pub report: &'a Report,
    /// The tables that no document prints.
    pub records: &'a DataTables,
    /// Where files that have no name may wait: beside what they become.
    pub room: &'a Path,
}

/// What documents are rendered from.
#[derive(Debug)]
pub struct DocumentInputs<'a> {
    /// The report.
    pub report: &'a Report,
    /// The report as templates see it.
    pub context: &'a TemplateContext,
}

/// What came of rendering.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The files, by their paths below the pack's folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What a reader must know about them.
    pub notes: RenderingNotes,
}

/// What a reader must know about the rendering.
#[derive(Debug, Default, Serialize)]
pub struct RenderingNotes {
    /// Cells of the CSV set that got a `'` in front because a spreadsheet would have run them.
    pub csv_neutralised_cells: usize,
    /// Pages of `report.pdf`.
    pub pdf_pages: usize,
    /// Characters that no embedded font has and `report.pdf` shows by their numbers, with counts.
    pub pdf_missing_glyphs: BTreeMap<String, usize>,
}

/// Why a format could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A CSV file cannot be rendered.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// The workbook cannot be written.
    #[error(transparent)]
    Workbook(#[from] workbook::Error),
    /// A template cannot be rendered.
    #[error(transparent)]
    Template(#[from] template::Error),
    /// The markup of the PDF is wrong.
    #[error(transparent)]
    Pdf(#[from] markup_pdf::Error),
}

impl Rendered {
    /// One file.
    pub(super) fn file(name: &str, bytes: Vec<u8>) -> Self {
        Self { files: BTreeMap::from([(name.to_owned(), bytes)]), ..Self::default() }
    }

    fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        let RenderingNotes { csv_neutralised_cells, pdf_pages, pdf_missing_glyphs } = other.notes;
        self.notes.csv_neutralised_cells += csv_neutralised_cells;
        self.notes.pdf_pages += pdf_pages;
        self.notes.pdf_missing_glyphs.extend(pdf_missing_glyphs);
    }
}

/// What the configuration may name.
pub fn words() -> Vec<FormatWords> {
    FORMATS.iter().map(|format| FormatWords { name: format.name, usual: format.usual }).collect()
}

/// Renders the wanted formats; the report is given back without the tables that only machines read.
///
/// # Errors
///
/// When a template is wrong, or a format cannot be written.
pub fn render(
    assembled: Assembled,
    wanted: &BTreeSet<&str>,
    templates: &Templates,
    room: &Path,
) -> Result<(Report, Rendered), Error> {
    let Assembled { report, records } = assembled;
    let mut res = Rendered::default();
    let inputs = DataInputs { report: &report, records: &records, room };
    let mut documents = Vec::new();
    for format in FORMATS.iter().filter(|format| wanted.contains(format.name)) {
        match format.renderer {
            Renderer::Data(render) => res.add(render(&inputs)?),
            Renderer::Document(render) => documents.push(render),
        }
    }
    drop(records);
    if let Some((last, first)) = documents.split_last() {
        let context = &TemplateContext::of(&report, templates)?;
        let inputs = &DocumentInputs { report: &report, context };
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
    Ok((report, res))
}
