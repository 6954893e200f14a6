//! What a format of a report is: its word in the configuration, who renders it, and from what.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::path::Path;

use serde::Serialize;

use super::Report;
use super::table::DataTables;
use super::template::{self, TemplateContext};

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
    /// Whether CSV files begin with the mark of UTF-8.
    pub csv_bom: bool,
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
    /// A file cannot be written, which a buffer in memory does not do.
    #[error("write `{file}`")]
    Write {
        /// The file's name.
        file: String,
        /// What the library says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A template cannot be rendered.
    #[error(transparent)]
    Template(#[from] template::Error),
    /// The markup of the PDF is wrong.
    #[error(transparent)]
    Pdf(#[from] markup_pdf::Error),
}

/// A value as JSON that people can read, with the end of a line.
///
/// # Panics
///
/// When the value has a map whose keys are no texts, as no value of ours has.
pub fn pretty_json(value: &impl Serialize) -> Vec<u8> {
    let mut res = serde_json::to_vec_pretty(value).expect("plain values serialise");
    res.push(b'\n');
    res
}

impl Rendered {
    /// One file.
    pub(super) fn file(name: &str, bytes: Vec<u8>) -> Self {
        Self { files: BTreeMap::from([(name.to_owned(), bytes)]), ..Self::default() }
    }

    /// These files besides.
    pub(super) fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        let RenderingNotes { csv_neutralised_cells, pdf_pages, pdf_missing_glyphs } = other.notes;
        self.notes.csv_neutralised_cells += csv_neutralised_cells;
        self.notes.pdf_pages += pdf_pages;
        self.notes.pdf_missing_glyphs.extend(pdf_missing_glyphs);
    }
}
