//! The report as PDF: `report.pdf`, and its two pages for those who sign, `summary.pdf`.

use std::sync::mpsc;

use super::format::{DocumentInputs, Error, Format, Renderer, RenderingNotes};
use super::table::DataTables;
use super::template::{self, TemplateContext};

/// `report.pdf` and `summary.pdf`.
pub const FORMAT: Format = Format { name: "pdf", usual: true, renderer: Renderer::Document(files) };

fn files(inputs: &DocumentInputs<'_>) -> Result<RenderingNotes, Error> {
    let DocumentInputs { tables, context, folder } = *inputs;
    let report = render(context, tables)?;
    folder.write("report.pdf", &report.bytes)?;
    let summary = markup_pdf::render(&context.render(template::SUMMARY)?)?;
    folder.write("summary.pdf", &summary.bytes)?;
    let glyph = |(it, count): (char, usize)| (format!("U+{:04X}", u32::from(it)), count);
    Ok(RenderingNotes {
        pdf_pages: report.n_pages,
        pdf_missing_glyphs: report.missing.into_iter().map(glyph).collect(),
        ..RenderingNotes::default()
    })
}

/// Renders the whole document.
fn render(context: &TemplateContext, tables: &DataTables) -> Result<markup_pdf::Pdf, Error> {
    let mut failure = None;
    let pieces = context.pieces(template::PDF, tables)?;
    // The template is filled while the pages before are laid out; no more than a few pieces wait.
    let (sink, source) = mpsc::sync_channel(4);
    let pdf = std::thread::scope(|scope| {
        scope.spawn(move || pieces.map(|it| sink.send(it)).take_while(Result::is_ok).count());
        let mut sound = source.into_iter().map_while(|piece: Result<String, template::Error>| {
            piece.map_err(|error| failure = Some(error)).ok()
        });
        markup_pdf::render_pieces(&mut sound)
    });
    match failure {
        Some(failure) => Err(failure.into()),
        None => Ok(pdf?),
    }
}
