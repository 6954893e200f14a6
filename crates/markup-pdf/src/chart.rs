//! Charts: counts drawn to scale, each beside its number.

use super::display::{Item, Rect};
use super::lines::Paragraph;
use super::markup::charts::Chart;
use super::markup::{Span, Tone};
use super::strip::{LayoutContext, Output};
use super::theme::{self, ACCENT, GREY, Ink, Type};
use crate::text::grouped;

mod bars;
mod columns;
mod fill;
mod multiples;
mod stacks;

/// Builds the strips of a chart.
pub(super) fn build(context: &mut LayoutContext<'_>, chart: &Chart, out: Output<'_>) {
    match chart {
        Chart::Bars(it) => bars::build(context, it, out),
        Chart::Columns(it) => columns::build(context, it, out),
        Chart::Stacks(it) => stacks::build(context, it, out),
        Chart::Multiples(it) => multiples::build(context, it, out),
    }
}

/// A value as it is printed, and how.
fn printed(value: Option<u64>, kind: Type) -> (String, Type) {
    match value {
        Some(it) => (grouped(it.into()), kind.bold()),
        None => ("unknown".to_owned(), kind.colored(GREY)),
    }
}

/// Width of the widest of some words.
fn widest(context: &mut LayoutContext<'_>, all: impl Iterator<Item = (String, Type)>) -> f32 {
    let width = |(words, kind): (String, Type)| {
        let words = [Span::plain(&words)];
        Paragraph::set(context.fonts, &words, kind, 400.0).width()
    };
    all.map(width).fold(0.0, f32::max)
}

/// What is drawn without a meaning has the colour of headings.
fn color(tone: Tone) -> Ink {
    if tone == Tone::Plain { ACCENT } else { theme::tone(tone) }
}

/// A part of a length, as `value` is of `whole`.
#[expect(clippy::cast_precision_loss, reason = "charts are drawn to a hundredth of a point")]
fn scaled(length: f32, value: u64, whole: u64) -> f32 {
    length * (value as f32 / whole.max(1) as f32)
}

/// A horizontal line, by its upper left end.
fn line(x: f32, y: f32, width: f32, color: Ink, height: f32) -> Item {
    Item::Fill(Rect { x, y, width, height }, color)
}
