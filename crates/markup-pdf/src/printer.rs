//! Fonts and the frame of a document; the one file that knows `printpdf`.

use super::Error;
use super::finish;
use super::fonts::{Code, Face, Fonts};
use printpdf as pp;
use subsetter::GlyphRemapper;

/// A document of one page, a specimen that shows every glyph in use: its fonts are those of the
/// report, and its page is not.
pub(super) fn specimen(title: &str, fonts: &Fonts) -> Result<finish::Specimen, Error> {
    let mut document = pp::PdfDocument::new(title);
    let mut ops = vec![pp::Op::StartTextSection];
    for (at, face) in fonts.faces.iter().enumerate().filter(|it| it.1.codes.len() > 1) {
        document.resources.fonts.map.insert(font_id(at), embed(at, face)?);
        let font = pp::PdfFontHandle::External(font_id(at));
        let text = codes(face).map(|(code, _)| stand_in(code)).collect();
        ops.push(pp::Op::SetFont { font, size: pp::Pt(1.0) });
        ops.push(pp::Op::ShowText { items: vec![pp::TextItem::Text(text)] });
    }
    ops.push(pp::Op::EndTextSection);
    document.pages = vec![pp::PdfPage::new(pp::Mm(1.0), pp::Mm(1.0), ops)];
    let options = pp::PdfSaveOptions { optimize: false, ..Default::default() };
    Ok(document.to_lopdf_document(&options, &mut Vec::new()))
}

/// Cuts a face down to the glyphs in use. Codes are our own numbering, so `printpdf` is told that
/// each is a character's glyph; `finish` says which character's.
fn embed(at: usize, face: &Face) -> Result<pp::PdfFont, Error> {
    let remapper = remapper(face);
    let program = subsetter::subset(face.bytes, 0, &remapper)
        .map_err(|source| Error::Font { font: face.name, source })?;
    let characters = codes(face).map(|(code, _)| (u32::from(stand_in(code)), code)).collect();
    let widths = codes(face).map(|(code, it)| (code, it.advance)).collect();
    let ([ascent, descent], [x_min, y_min, x_max, y_max]) = face.extents();
    let name = Some(finish::subset_name(at, face.name));
    let metrics = pp::FontMetrics { ascent, descent };
    let mut font =
        pp::ParsedFont::with_glyph_data(program, 0, name, characters, widths, 1000, metrics);
    font.pdf_font_metrics = pp::PdfFontMetricsStub {
        units_per_em: 1000,
        x_min,
        y_min,
        x_max,
        y_max,
        us_weight_class: if face.name.ends_with("Bold") { 700 } else { 400 },
        ..Default::default()
    };
    Ok(pp::PdfFont::new(font))
}

fn codes(face: &Face) -> impl Iterator<Item = (u16, &Code)> {
    (0..=u16::MAX).zip(&face.codes)
}

/// Which glyph of the subset each glyph in use becomes.
pub(super) fn remapper(face: &Face) -> GlyphRemapper {
    let glyphs: Vec<u16> = face.codes.iter().map(|it| it.glyph).collect();
    GlyphRemapper::new_from_glyphs_sorted(&glyphs)
}

/// The character that stands for a code on its way through `printpdf`: the shorter, the less
/// memory.
fn stand_in(code: u16) -> char {
    let scalar = u32::from(code);
    let past_surrogates = if scalar < 0xd800 { scalar } else { scalar + 0x800 };
    char::from_u32(past_surrogates).expect("surrogates are skipped")
}

fn font_id(at: usize) -> pp::FontId {
    pp::FontId(format!("N{at}"))
}
