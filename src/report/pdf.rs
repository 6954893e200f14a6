//! The report as PDF: `report.pdf`, and its two pages for those who sign, `summary.pdf`.

use std::sync::mpsc;

use super::Report;
use super::format::{DocumentInputs, Error, Format, Rendered, Renderer, RenderingNotes};
use super::template::{self, TemplateContext};

/// `report.pdf` and `summary.pdf`.
pub const FORMAT: Format = Format { name: "pdf", usual: true, renderer: Renderer::Document(files) };

fn files(inputs: &DocumentInputs<'_>) -> Result<Rendered, Error> {
    let report = render(inputs.context, inputs.report)?;
    let summary = markup_pdf::render(&inputs.context.render(template::SUMMARY)?)?;
    let glyph = |(it, count): (char, usize)| (format!("U+{:04X}", u32::from(it)), count);
    let notes = RenderingNotes {
        pdf_pages: report.n_pages,
        pdf_missing_glyphs: report.missing.into_iter().map(glyph).collect(),
        ..RenderingNotes::default()
    };
    let mut res = Rendered::file("report.pdf", report.bytes);
    res.files.insert("summary.pdf".to_owned(), summary.bytes);
    Ok(Rendered { notes, ..res })
}

/// Renders the whole document.
fn render(context: &TemplateContext, report: &Report) -> Result<markup_pdf::Pdf, Error> {
    let mut failure = None;
    let pieces = context.pieces(template::PDF, &report.tables)?;
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
