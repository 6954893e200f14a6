//! Display lists into content streams: the operators that draw a page.

use super::display::{GlyphRun, Item, Paint, Rect, outline};
use super::markup::{Link, Tone};
use super::tags::{Kid, ROOT, Role, TagId, Tree};
use super::theme;
use crate::color::Color;
use std::io::Write as _;

/// A page as operators, and what is not drawn.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// Areas that lead somewhere, with their elements.
    pub(super) links: Vec<(Rect, Link, TagId)>,
    /// Which element each marked piece of text belongs to.
    pub(super) marks: Vec<TagId>,
}

/// Writes a page of some height, in a document with some accent: graphics first, then
/// pictures, and the text over them.
pub(super) fn write(
    items: &[Item],
    height: f32,
    accent: Color,
    tree: &mut Tree,
    page: u32,
) -> Content {
    let res = Content { bytes: Vec::with_capacity(items.len() * 40), ..Content::default() };
    let marks = Marks { page, node: ROOT, link: None, aside: false, open: None };
    let (fill, stroke) = (None, None);
    let mut writer = Writer { res, height, accent, tree, marks, fill, stroke };
    writer.graphics(items);
    writer.images(items);
    writer.texts(items);
    writer.res
}

/// Says colour and font only where they change.
struct Writer<'t> {
    res: Content,
    height: f32,
    accent: Color,
    tree: &'t mut Tree,
    marks: Marks,
    fill: Option<Color>,
    stroke: Option<(Color, f32)>,
}

/// What the next text belongs to.
struct Marks {
    page: u32,
    node: TagId,
    /// The link that has begun.
    link: Option<TagId>,
    aside: bool,
    /// What the marked content that is open belongs to.
    open: Option<TagId>,
}

impl Writer<'_> {
    /// Nothing of the graphics is to be read aloud.
    fn graphics(&mut self, items: &[Item]) {
        let kept = self.tree.kept;
        if kept {
            self.put(b"/Artifact BMC\n");
        }
        for item in items {
            match item {
                Item::Fill(area, color) => {
                    self.set_fill(*color);
                    self.rectangle(*area, b"f");
                }
                Item::Frame(area, color, width) => {
                    self.set_stroke(*color, *width);
                    self.rectangle(*area, b"S");
                }
                Item::Line { points, color, width } => {
                    self.set_stroke(*color, *width);
                    self.line(points);
                }
                Item::Shape { tone, center, radius, color } => {
                    self.shape(*tone, *center, *radius, *color);
                }
                _ => {}
            }
        }
        if kept {
            self.put(b"EMC\n");
        }
    }

    /// Each fills its area.
    fn images(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Image(area, image) => {
                    self.mark();
                    self.put(b"q ");
                    let bottom = self.height - area.y - area.height;
                    for it in [area.width, 0.0, 0.0, area.height, area.x, bottom] {
                        self.number(hundredths(it));
                    }
                    self.say(format_args!("cm/I{image} Do Q\n"));
                }
                Item::Tag(node) => self.marks.node = *node,
                _ => {}
            }
        }
        self.end_mark();
        self.marks.node = ROOT;
    }

    fn texts(&mut self, items: &[Item]) {
        self.put(b"BT\n");
        let mut font = None;
        let mut at = (0, 0);
        for item in items {
            match item {
                Item::Text(run) => {
                    self.mark();
                    self.set_fill(run.color);
                    if font != Some((run.face, run.size)) {
                        font = Some((run.face, run.size));
                        self.font(run);
                    }
                    self.run(run, &mut at);
                }
                Item::Tag(node) => self.marks.node = *node,
                Item::Aside(it) => self.marks.aside = *it,
                Item::LinkStart => {
                    self.marks.link = Some(self.tree.add(Role::Link, self.marks.node));
                }
                Item::Link(area, link) => self.link(*area, link),
                _ => {}
            }
        }
        self.end_mark();
        self.put(b"ET\n");
    }

    /// Marks what follows as belonging to the element at hand.
    fn mark(&mut self) {
        if !self.tree.kept {
            return;
        }
        let node = if self.marks.aside { ROOT } else { self.marks.link.unwrap_or(self.marks.node) };
        if self.marks.open == Some(node) {
            return;
        }
        self.end_mark();
        self.marks.open = Some(node);
        if node == ROOT {
            self.put(b"/Artifact BMC\n");
            return;
        }
        let (mark, page) = (self.res.marks.len(), self.marks.page);
        self.tree.give(node, Kid::Text { page, mark });
        self.res.marks.push(node);
        let name = self.tree.elements[node.0 as usize].0.name();
        self.say(format_args!("/{name}<</MCID {mark}>>BDC\n"));
    }

    fn end_mark(&mut self) {
        if self.marks.open.take().is_some() {
            self.put(b"EMC\n");
        }
    }

    fn link(&mut self, area: Rect, link: &Link) {
        let node = self.marks.link.take();
        let node = node.unwrap_or_else(|| self.tree.add(Role::Link, self.marks.node));
        let area = Rect { y: self.height - area.y - area.height, ..area };
        self.res.links.push((area, link.clone(), node));
    }

    fn font(&mut self, run: &GlyphRun) {
        self.say(format_args!("/N{} ", run.face));
        self.number(hundredths(run.size));
        self.put(b"Tf\n");
    }

    /// Positions are relative to each other, in whole hundredths of a point, so that nothing
    /// drifts.
    fn run(&mut self, run: &GlyphRun, at: &mut (i32, i32)) {
        let here = (hundredths(run.x), hundredths(self.height - run.y));
        self.number(here.0 - at.0);
        self.number(here.1 - at.1);
        *at = here;
        self.put(b"Td(");
        for byte in run.codes.iter().flat_map(|it| it.to_be_bytes()) {
            match byte {
                b'(' | b')' | b'\\' => self.res.bytes.extend([b'\\', byte]),
                b'\r' => self.put(b"\\r"),
                _ => self.res.bytes.push(byte),
            }
        }
        self.put(b")Tj\n");
    }

    fn set_fill(&mut self, color: theme::Ink) {
        let color = color.on_paper(self.accent);
        if self.fill != Some(color) {
            self.fill = Some(color);
            self.color(color);
            self.put(b"rg\n");
        }
    }

    fn set_stroke(&mut self, color: theme::Ink, width: f32) {
        let color = color.on_paper(self.accent);
        if self.stroke != Some((color, width)) {
            self.stroke = Some((color, width));
            self.color(color);
            self.put(b"RG ");
            self.number(hundredths(width));
            self.put(b"w\n");
        }
    }

    fn color(&mut self, Color(r, g, b): Color) {
        for part in [r, g, b] {
            let thousandths = (u32::from(part) * 2000 + 255) / 510;
            self.say(format_args!("{}.{:03} ", thousandths / 1000, thousandths % 1000));
        }
    }

    fn rectangle(&mut self, area: Rect, paint: &[u8]) {
        let bottom = self.height - area.y - area.height;
        for it in [area.x, bottom, area.width, area.height] {
            self.number(hundredths(it));
        }
        self.put(b"re ");
        self.put(paint);
        self.put(b"\n");
    }

    /// Corners are round: a sharp one would reach beyond its point.
    fn line(&mut self, points: &[(f32, f32)]) {
        let corners = points.len() > 2;
        if corners {
            self.put(b"1 j ");
        }
        for (at, (x, y)) in points.iter().enumerate() {
            self.number(hundredths(*x));
            self.number(hundredths(self.height - y));
            self.put(if at == 0 { b"m " } else { b"l " });
        }
        self.put(if corners { b"S 0 j\n" } else { b"S\n" });
    }

    fn shape(&mut self, tone: Tone, center: (f32, f32), radius: f32, color: theme::Ink) {
        let shape = outline(tone);
        if shape.paint == Paint::Fill {
            self.set_fill(color);
        } else {
            self.set_stroke(color, radius * 0.32);
        }
        let mut controls = 0;
        for (at, (x, y, control)) in shape.points.iter().enumerate() {
            self.number(hundredths(center.0 + x * radius));
            self.number(hundredths(self.height - center.1 - y * radius));
            controls += usize::from(*control);
            self.put(match (at, *control, controls) {
                (0, ..) => b"m ",
                (_, true, _) => b"",
                (_, false, 0) => b"l ",
                (_, false, _) => b"c ",
            });
            if !control {
                controls = 0;
            }
        }
        self.put(match (shape.paint, shape.closed) {
            (Paint::Fill, _) => b"f\n",
            (Paint::Stroke, true) => b"s\n",
            (Paint::Stroke, false) => b"S\n",
        });
    }

    /// A number of hundredths, and a blank.
    fn number(&mut self, hundredths: i32) {
        let rest = hundredths.unsigned_abs() % 100;
        let whole = hundredths.unsigned_abs() / 100;
        let sign = if hundredths < 0 { "-" } else { "" };
        match rest {
            0 => self.say(format_args!("{sign}{whole} ")),
            _ if rest.is_multiple_of(10) => {
                self.say(format_args!("{sign}{whole}.{} ", rest / 10));
            }
            _ => self.say(format_args!("{sign}{whole}.{rest:02} ")),
        }
    }

    fn say(&mut self, words: std::fmt::Arguments<'_>) {
        self.res.bytes.write_fmt(words).expect("memory grows");
    }

    fn put(&mut self, bytes: &[u8]) {
        self.res.bytes.extend_from_slice(bytes);
    }
}

/// Points in whole hundredths.
#[expect(clippy::cast_possible_truncation, reason = "positions are a few thousand points")]
fn hundredths(points: f32) -> i32 {
    (points * 100.0).round() as i32
}
