//! Display list: what stands where on a page, for a back end to draw.

use super::markup::{Link, Tone};
use super::tags::TagId;
use super::theme::Ink;

/// A page; all positions are points from its top left corner, downwards.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Page {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) items: Vec<Item>,
}

/// One thing on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    /// From here on, text belongs to this element of the structure.
    Tag(TagId),
    /// Whether what follows is nothing to read aloud, whatever element is at hand.
    Aside(bool),
    /// From here to the next `Link`, text belongs to that link.
    LinkStart,
    /// Glyphs in a row.
    Text(GlyphRun),
    /// A filled rectangle.
    Fill(Rect, Ink),
    /// A stroked rectangle, with the width of the stroke.
    Frame(Rect, Ink, f32),
    /// A stroked line through points.
    Line { points: Vec<(f32, f32)>, color: Ink, width: f32 },
    /// The shape of a tone.
    Shape { tone: Tone, center: (f32, f32), radius: f32, color: Ink },
    /// A picture, by its place among the document's.
    Image(Rect, usize),
    /// An area that leads somewhere.
    Link(Rect, Link),
    /// Where the number of the page of `id` goes, flush right at `x`; resolved before it leaves
    /// the layout.
    PageNumber { id: String, x: f32, y: f32 },
}

/// Glyphs of one face on one base line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GlyphRun {
    pub(super) x: f32,
    /// Base line.
    pub(super) y: f32,
    pub(super) face: u8,
    pub(super) size: f32,
    pub(super) color: Ink,
    /// Codes of the face.
    pub(super) codes: Vec<u16>,
}

/// A rectangle by its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rect {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bookmark {
    /// 1 to 3.
    pub(super) level: u8,
    pub(super) title: String,
    /// The heading's id.
    pub(super) id: String,
}

/// Where an id is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    /// From 0.
    pub(super) page: usize,
    /// From the bottom of the page.
    pub(super) y: f32,
}

impl Item {
    /// Moves it.
    pub(super) fn shift(&mut self, by_x: f32, by_y: f32) {
        match self {
            Item::Tag(_) | Item::Aside(_) | Item::LinkStart => {}
            Item::Text(GlyphRun { x, y, .. }) | Item::PageNumber { x, y, .. } => {
                *x += by_x;
                *y += by_y;
            }
            Item::Fill(area, _)
            | Item::Frame(area, ..)
            | Item::Link(area, _)
            | Item::Image(area, _) => {
                area.x += by_x;
                area.y += by_y;
            }
            Item::Line { points, .. } => {
                for (x, y) in points {
                    *x += by_x;
                    *y += by_y;
                }
            }
            Item::Shape { center, .. } => {
                center.0 += by_x;
                center.1 += by_y;
            }
        }
    }
}

/// How a path of a shape is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Fill,
    Stroke,
}

/// A shape's path in a square from −1 to 1, y downwards; curves are cubic.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outline {
    /// Points; the flag marks the control points of curves.
    pub(super) points: Vec<(f32, f32, bool)>,
    pub(super) paint: Paint,
    pub(super) closed: bool,
}

/// The shapes of a tone: each differs from the others without its colour.
pub(super) fn outline(tone: Tone) -> Outline {
    let straight = |points: &[(f32, f32)]| points.iter().map(|it| (it.0, it.1, false)).collect();
    let triangle = [(0.0, -0.95), (1.0, 0.85), (-1.0, 0.85)];
    let square = [(-0.82, -0.82), (0.82, -0.82), (0.82, 0.82), (-0.82, 0.82)];
    let diamond = [(0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)];
    let dash = [(-0.85, -0.2), (0.85, -0.2), (0.85, 0.2), (-0.85, 0.2)];
    let check = [(-0.9, 0.05), (-0.25, 0.75), (0.95, -0.75)];
    let cross = [(-0.75, -0.75), (0.75, 0.75), (0.0, 0.0), (0.75, -0.75), (-0.75, 0.75)];
    let (points, paint, closed) = match tone {
        Tone::Good => (straight(&check), Paint::Stroke, false),
        Tone::Bad => (straight(&cross), Paint::Stroke, false),
        Tone::Warn => (straight(&triangle), Paint::Stroke, true),
        Tone::Critical => (straight(&diamond), Paint::Fill, true),
        Tone::High => (straight(&triangle), Paint::Fill, true),
        Tone::Medium => (straight(&square), Paint::Fill, true),
        Tone::Plain | Tone::Muted => (straight(&dash), Paint::Fill, true),
        Tone::Info => (circle(), Paint::Stroke, true),
        Tone::Low => (circle(), Paint::Fill, true),
    };
    Outline { points, paint, closed }
}

fn circle() -> Vec<(f32, f32, bool)> {
    let (r, k) = (0.85, 0.85 * 0.5523);
    [
        (r, 0.0, false),
        (r, k, true),
        (k, r, true),
        (0.0, r, false),
        (-k, r, true),
        (-r, k, true),
        (-r, 0.0, false),
        (-r, -k, true),
        (-k, -r, true),
        (0.0, -r, false),
        (k, -r, true),
        (r, -k, true),
        (r, 0.0, false),
    ]
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::outline;
    use crate::markup::Tone;

    #[test]
    fn tones_differ_without_colour() {
        let severities = [Tone::Critical, Tone::High, Tone::Medium, Tone::Low];
        let results = [Tone::Good, Tone::Bad, Tone::Warn, Tone::Info, Tone::Muted];
        let tones = [severities.as_slice(), &results].concat();
        for (at, one) in tones.iter().enumerate() {
            for other in &tones[at + 1..] {
                assert_ne!(outline(*one), outline(*other), "{one:?} and {other:?}");
            }
        }
    }
}
