//! Look of the document: colours, type sizes and page geometry.

use super::markup::{PageSize, Tone};
use crate::color;

/// What something is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Red, green and blue, 0 to 255.
    Rgb(u8, u8, u8),
    /// The accent that the document has.
    Accent,
}

impl Ink {
    /// The colour on paper, in a document with some accent.
    pub(super) fn on_paper(self, accent: color::Color) -> color::Color {
        match self {
            Ink::Rgb(r, g, b) => color::Color(r, g, b),
            Ink::Accent => accent,
        }
    }
}

pub(super) const INK: Ink = Ink::Rgb(0x1b, 0x1f, 0x24);
pub(super) const ACCENT: Ink = Ink::Accent;
pub(super) const GREY: Ink = Ink::Rgb(0x5c, 0x64, 0x6e);
pub(super) const CODE: Ink = Ink::Rgb(0x4d, 0x4d, 0x4d);
pub(super) const RULE: Ink = Ink::Rgb(0xd4, 0xd8, 0xde);
pub(super) const TRACK: Ink = Ink::Rgb(0xee, 0xf0, 0xf3);
/// Fills of parts, far enough from each other in black and white.
pub(super) const TINT_FILL: Ink = Ink::Rgb(0x8a, 0x9b, 0xae);
pub(super) const GREY_FILL: Ink = Ink::Rgb(0xe0, 0xe3, 0xe8);

/// Type size with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    /// Points.
    pub(super) size: f32,
    /// Distance of base lines, points.
    pub(super) leading: f32,
    pub(super) color: Ink,
    pub(super) bold: bool,
}

impl Type {
    const fn new(size: f32, leading: f32, color: Ink, bold: bool) -> Self {
        Type { size, leading, color, bold }
    }

    /// Base line below the top of a line, so that capitals stand in its middle.
    pub(super) fn baseline(&self) -> f32 {
        self.leading / 2.0 + self.size * 0.357
    }

    pub(super) fn colored(self, color: Ink) -> Self {
        Type { color, ..self }
    }

    pub(super) fn bold(self) -> Self {
        Type { bold: true, ..self }
    }

    /// Body of a table in the given size.
    pub(super) fn table(size: f32) -> Self {
        Type::new(size, size * 1.25, INK, false)
    }
}

pub(super) const BODY: Type = Type::new(8.8, 12.6, INK, false);
pub(super) const FACT: Type = Type::new(8.8, 12.4, INK, false);
pub(super) const REMARK: Type = Type::new(7.4, 10.2, GREY, false);
pub(super) const SMALL: Type = Type::new(7.0, 9.6, GREY, false);
/// Labels of charts.
pub(super) const AXIS: Type = Type::new(7.3, 9.6, INK, false);
pub(super) const HEADINGS: [Type; 3] = [
    Type::new(17.0, 21.0, ACCENT, true),
    Type::new(11.4, 14.6, INK, true),
    Type::new(9.8, 13.6, ACCENT, true),
];
pub(super) const COVER_TITLE: Type = Type::new(34.0, 41.0, ACCENT, true);
pub(super) const COVER_SUBTITLE: Type = Type::new(14.5, 20.5, GREY, false);
pub(super) const STAMP: Type = Type::new(10.5, 14.0, INK, true);

/// Size and margins of a page, points, measured from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Frame {
    pub(super) fn new(page_size: PageSize, landscape: bool) -> Self {
        let (width, height) = match page_size {
            PageSize::A4 => (595.28, 841.89),
            PageSize::Letter => (612.0, 792.0),
        };
        let side = side_margin(landscape);
        let frame = Frame { width, height, left: side, right: side, top: 57.0, bottom: 50.0 };
        if landscape { Frame { width: height, height: width, ..frame } } else { frame }
    }

    /// Width between the margins.
    pub(super) fn measure(&self) -> f32 {
        self.width - self.left - self.right
    }

    /// Height between the margins.
    pub(super) fn body(&self) -> f32 {
        self.height - self.top - self.bottom
    }
}

/// Margin at the left and right of a page.
pub(super) fn side_margin(landscape: bool) -> f32 {
    if landscape { 44.0 } else { 54.0 }
}

/// Colour of text and shapes of a tone.
pub(super) fn tone(tone: Tone) -> Ink {
    match tone {
        Tone::Plain => INK,
        Tone::Good => Ink::Rgb(0x1c, 0x67, 0x45),
        Tone::Bad | Tone::High => Ink::Rgb(0xae, 0x2b, 0x1c),
        Tone::Warn | Tone::Medium => Ink::Rgb(0x9a, 0x62, 0x00),
        // Not the accent, which may be as red as what is bad.
        Tone::Info => Ink::Rgb(0x14, 0x36, 0x5c),
        Tone::Muted => Ink::Rgb(0x60, 0x68, 0x72),
        Tone::Critical => Ink::Rgb(0x7a, 0x10, 0x16),
        Tone::Low => Ink::Rgb(0x4a, 0x66, 0x82),
    }
}

/// Background of a tone: its colour, nearly white.
pub(super) fn tint(of: Tone) -> Ink {
    let color = match of {
        Tone::Plain | Tone::Muted => GREY,
        other => tone(other),
    };
    let color::Color(r, g, b) = color.on_paper(color::Color::ACCENT);
    let pale = |it: u8| 255 - (255 - it) / 13;
    Ink::Rgb(pale(r), pale(g), pale(b))
}
