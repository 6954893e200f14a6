//! Pages into `printpdf` operations; the one file that knows `printpdf`.

use super::Error;
use super::display::{Bookmark, Item, Page, Paint, Rect, Run, Sink, Spot, outline};
use super::finish::{self, Finish};
use super::fonts::{Code, Face, Fonts};
use super::markup::{Link, Meta, Tone};
use super::theme::Color;
use printpdf as pp;
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;

/// The `printpdf` back end.
pub(super) struct Printer<'a> {
    meta: &'a Meta,
    anchors: &'a BTreeMap<String, Spot>,
    pages: Vec<pp::PdfPage>,
    bookmarks: Vec<Bookmark>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(meta: &'a Meta, anchors: &'a BTreeMap<String, Spot>) -> Self {
        Printer { meta, anchors, pages: Vec::new(), bookmarks: Vec::new() }
    }
}

impl Sink for Printer<'_> {
    /// Graphics first, then the text over them, then links.
    fn page(&mut self, page: Page) {
        let mut writer = Writer::new(&page);
        for item in &page.items {
            writer.draw(item);
        }
        writer.write_texts(&page.items);
        let mut ops = writer.ops;
        for item in &page.items {
            if let Item::Link(area, link) = item {
                let link = self.link(flip(*area, page.height), link);
                ops.push(pp::Op::LinkAnnotation { link });
            }
        }
        let size = rect(Rect { width: page.width, height: page.height, ..Rect::default() });
        self.pages.push(pp::PdfPage {
            media_box: size.clone(),
            trim_box: size.clone(),
            crop_box: size,
            ops,
        });
    }

    fn outline(&mut self, bookmarks: Vec<Bookmark>) {
        self.bookmarks = bookmarks;
    }

    fn finish(self, fonts: &Fonts) -> Result<Vec<u8>, Error> {
        let mut document = pp::PdfDocument::new(&self.meta.title);
        for (at, face) in fonts.faces.iter().enumerate().filter(|it| it.1.codes.len() > 1) {
            document.resources.fonts.map.insert(font_id(at), embed(at, face)?);
        }
        document.pages = self.pages;
        let options = pp::PdfSaveOptions { optimize: false, ..Default::default() };
        let low_level = document.to_lopdf_document(&options, &mut Vec::new());
        drop(document);
        let rest =
            Finish { meta: self.meta, bookmarks: &self.bookmarks, anchors: self.anchors, fonts };
        finish::finish(low_level, &rest)
    }
}

impl Printer<'_> {
    fn link(&self, area: Rect, link: &Link) -> pp::LinkAnnotation {
        let action = match link {
            Link::Href(address) => pp::Actions::Uri(address.clone()),
            Link::To(id) => {
                let spot = self.anchors.get(id).copied().unwrap_or(Spot { page: 0, y: 0.0 });
                pp::Actions::Goto(pp::Destination::Xyz {
                    page: spot.page + 1,
                    left: None,
                    top: Some(hundredth(spot.y + 6.0)),
                    zoom: None,
                })
            }
        };
        let border = pp::BorderArray::Solid([0.0, 0.0, 0.0]);
        let color = pp::ColorArray::Transparent;
        pp::LinkAnnotation::new(rect(area), action, Some(border), Some(color), None)
    }
}

/// Writes one page's operations, saying colour and font only where they change.
struct Writer {
    height: f32,
    ops: Vec<pp::Op>,
    fill: Option<Color>,
    stroke: Option<(Color, f32)>,
}

impl Writer {
    fn new(page: &Page) -> Self {
        let ops = Vec::with_capacity(page.items.len() * 3);
        Writer { height: page.height, ops, fill: None, stroke: None }
    }

    fn draw(&mut self, item: &Item) {
        match item {
            Item::Fill(area, color) => {
                self.set_fill(*color);
                self.rectangle(*area, pp::PaintMode::Fill);
            }
            Item::Frame(area, color, width) => {
                self.set_stroke(*color, *width);
                self.rectangle(*area, pp::PaintMode::Stroke);
            }
            Item::Shape { tone, center, radius, color } => {
                self.shape(*tone, (*center, *radius), *color);
            }
            Item::Text(_) | Item::Link(..) | Item::Role(_) | Item::PageNumber { .. } => {}
        }
    }

    fn write_texts(&mut self, items: &[Item]) {
        self.ops.push(pp::Op::StartTextSection);
        let mut font = None;
        let mut at = (0, 0);
        for item in items {
            let Item::Text(run) = item else { continue };
            self.set_fill(run.color);
            if font != Some((run.face, run.size)) {
                font = Some((run.face, run.size));
                let face = pp::PdfFontHandle::External(font_id(usize::from(run.face)));
                self.ops.push(pp::Op::SetFont { font: face, size: pp::Pt(run.size) });
            }
            self.write_run(run, &mut at);
        }
        self.ops.push(pp::Op::EndTextSection);
    }

    /// Text positions are relative to each other, in whole hundredths of a point, so that nothing
    /// drifts.
    fn write_run(&mut self, run: &Run, at: &mut (i32, i32)) {
        let here = (whole_hundredths(run.x), whole_hundredths(self.height - run.y));
        let pos = pp::Point { x: pt(here.0 - at.0), y: pt(here.1 - at.1) };
        *at = here;
        self.ops.push(pp::Op::SetTextCursor { pos });
        let text: String = run.codes.iter().map(|it| stand_in(*it)).collect();
        self.ops.push(pp::Op::ShowText { items: vec![pp::TextItem::Text(text)] });
    }

    fn set_fill(&mut self, color: Color) {
        if self.fill != Some(color) {
            self.fill = Some(color);
            self.ops.push(pp::Op::SetFillColor { col: rgb(color) });
        }
    }

    fn set_stroke(&mut self, color: Color, width: f32) {
        if self.stroke != Some((color, width)) {
            self.stroke = Some((color, width));
            self.ops.push(pp::Op::SetOutlineColor { col: rgb(color) });
            self.ops.push(pp::Op::SetOutlineThickness { pt: pp::Pt(hundredth(width)) });
        }
    }

    fn rectangle(&mut self, area: Rect, mode: pp::PaintMode) {
        let mut rectangle = rect(flip(area, self.height));
        rectangle.mode = Some(mode);
        self.ops.push(pp::Op::DrawRectangle { rectangle });
    }

    fn shape(&mut self, tone: Tone, (center, radius): ((f32, f32), f32), color: Color) {
        let shape = outline(tone);
        let points: Vec<pp::LinePoint> = shape
            .points
            .iter()
            .map(|(x, y, bezier)| {
                let x = pp::Pt(hundredth(center.0 + x * radius));
                let y = pp::Pt(hundredth(self.height - center.1 - y * radius));
                pp::LinePoint { p: pp::Point { x, y }, bezier: *bezier }
            })
            .collect();
        if shape.paint == Paint::Fill {
            self.set_fill(color);
            let polygon = pp::Polygon {
                rings: vec![pp::PolygonRing { points }],
                mode: pp::PaintMode::Fill,
                winding_order: pp::WindingOrder::NonZero,
            };
            self.ops.push(pp::Op::DrawPolygon { polygon });
        } else {
            self.set_stroke(color, radius * 0.32);
            let line = pp::Line { points, is_closed: shape.closed };
            self.ops.push(pp::Op::DrawLine { line });
        }
    }
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

/// The character that stands for a code on its way through `printpdf`: the shorter, the less memory.
fn stand_in(code: u16) -> char {
    let scalar = u32::from(code);
    let past_surrogates = if scalar < 0xd800 { scalar } else { scalar + 0x800 };
    char::from_u32(past_surrogates).expect("surrogates are skipped")
}

fn font_id(at: usize) -> pp::FontId {
    pp::FontId(format!("N{at}"))
}

fn rgb(Color(r, g, b): Color) -> pp::Color {
    let part = |it: u8| (f32::from(it) / 255.0 * 1000.0).round() / 1000.0;
    pp::Color::Rgb(pp::Rgb { r: part(r), g: part(g), b: part(b), icc_profile: None })
}

/// From the top of the page to the bottom of the page.
fn flip(area: Rect, height: f32) -> Rect {
    Rect { y: height - area.y - area.height, ..area }
}

fn rect(area: Rect) -> pp::Rect {
    pp::Rect {
        x: pp::Pt(hundredth(area.x)),
        y: pp::Pt(hundredth(area.y)),
        width: pp::Pt(hundredth(area.width)),
        height: pp::Pt(hundredth(area.height)),
        mode: None,
        winding_order: None,
    }
}

fn hundredth(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}

#[expect(clippy::cast_possible_truncation, reason = "positions are a few thousand points")]
fn whole_hundredths(points: f32) -> i32 {
    (points * 100.0).round() as i32
}

#[expect(clippy::cast_precision_loss, reason = "positions are a few thousand points")]
fn pt(hundredths: i32) -> pp::Pt {
    pp::Pt(hundredths as f32 / 100.0)
}
