//! What a format of a report is: its word in the configuration, who renders it, and from what.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Report;
use super::parquet::TypedTables;
use super::table::{DataTable, DataTables};
use super::template::{self, TemplateContext};
use crate::checksums::sealing::{SealingError, SealingFolder};

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
    Data(fn(&DataInputs<'_>) -> Result<RenderingNotes, Error>),
    /// For readers: from the report in templates.
    Document(fn(&DocumentInputs<'_>) -> Result<RenderingNotes, Error>),
}

/// What formats for machines are rendered from, and where to.
#[derive(Debug)]
pub struct DataInputs<'a> {
    /// The report.
    pub report: &'a Report,
    /// The tables that documents print.
    pub tables: &'a DataTables,
    /// The tables that no document prints.
    pub records: &'a DataTables,
    /// The tables with their types, where a format asks for them.
    pub typed: Option<&'a TypedTables<'a>>,
    /// Whether CSV files begin with the mark of UTF-8.
    pub csv_bom: bool,
    /// The pack's folder.
    pub folder: &'a SealingFolder,
}

impl<'a> DataInputs<'a> {
    /// Names in a folder the instances of which it has no file, because a short list would be
    /// taken for a whole one.
    pub(super) fn name_unread(&self, folder: &str) -> Result<(), Error> {
        let unread = self.report.instances.iter().filter(|it| it.accounts.is_none());
        let line = |name: &str| format!("{name}: its accounts were not read; there is no file\n");
        let lines: Vec<String> = unread.map(|it| line(&it.name)).collect();
        if !lines.is_empty() {
            self.folder.write(&format!("{folder}/left-out.txt"), lines.concat().as_bytes())?;
        }
        Ok(())
    }

    /// Every table that was collected.
    pub(super) fn collected(&self) -> impl Iterator<Item = (&'a String, &'a DataTable<'static>)> {
        self.tables.iter().chain(self.records)
    }
}

/// What documents are rendered from, and where to.
#[derive(Debug)]
pub struct DocumentInputs<'a> {
    /// The tables that are filled in piece by piece.
    pub tables: &'a DataTables,
    /// The report as templates see it.
    pub context: &'a TemplateContext,
    /// The pack's folder.
    pub folder: &'a SealingFolder,
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
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] SealingError),
    /// A template cannot be rendered.
    #[error(transparent)]
    Template(#[from] template::Error),
    /// The markup of the PDF is wrong.
    #[error(transparent)]
    Pdf(#[from] markup_pdf::Error),
}

impl RenderingNotes {
    /// What is to be known of other files besides.
    pub(super) fn add(&mut self, other: Self) {
        let Self { csv_neutralised_cells, pdf_pages, pdf_missing_glyphs } = other;
        self.csv_neutralised_cells += csv_neutralised_cells;
        self.pdf_pages += pdf_pages;
        self.pdf_missing_glyphs.extend(pdf_missing_glyphs);
    }
}
