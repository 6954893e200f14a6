//! Horizontal bar charts.

use super::blocks::labelled;
use super::display::{Item, Rect};
use super::lines::{Paragraph, Place};
use super::markup::{Align, Bar, Span, Tone};
use super::strip::{Bench, Output, Strip};
use super::tags::{Kind, Node, ROOT};
use super::theme::{self, ACCENT, FACT, INK, TRACK};

/// One strip a bar; the scale is that of the longest.
pub(super) fn build(bench: &mut Bench<'_>, bars: &[Bar], out: Output<'_>) {
    let largest = bars.iter().map(|it| it.value).max().unwrap_or(0).max(1);
    let node = bench.tree.add(Kind::List, ROOT);
    for (at, bar) in bars.iter().enumerate() {
        let nodes = labelled(bench, node);
        let mut strip = draw(bench, (bar, nodes), largest);
        let last = at + 1 == bars.len();
        strip.above = if at == 0 { 4.0 } else { 0.0 };
        strip.below = if last { 12.0 } else { 0.0 };
        strip.keep = !last;
        out(strip);
    }
}

fn draw(bench: &mut Bench<'_>, (bar, nodes): (&Bar, [Node; 2]), largest: u64) -> Strip {
    let (label_width, value_width) = (bench.measure * 0.3, 44.0);
    let label = [Span::plain(&bar.label)];
    let label = Paragraph::set(bench.fonts, &label, FACT.colored(INK), label_width - 10.0);
    let value = [Span::plain(&bar.value.to_string())];
    let value = Paragraph::set(bench.fonts, &value, FACT.bold(), value_width);
    let mut res = Strip::new(nodes[0], label.height() + 3.6);
    let y = (label.height() - FACT.leading) / 2.0 + 1.8;
    label.draw_all(Place { x: 0.0, y: 1.8, align: Align::Left }, &mut res.items);
    res.items.push(Item::Tag(nodes[1]));
    let place = Place { x: bench.measure - value_width, y, align: Align::Right };
    value.draw_all(place, &mut res.items);
    let full = bench.measure - label_width - value_width;
    let track = Rect { x: label_width, y: y + 2.2, width: full, height: 8.0 };
    res.items.push(Item::Fill(track, TRACK));
    if bar.value > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a bar is drawn to a hundredth of a point")]
        let width = (full * (bar.value as f32 / largest as f32)).max(1.2);
        let color = if bar.tone == Tone::Plain { ACCENT } else { theme::tone(bar.tone) };
        res.items.push(Item::Fill(Rect { width, ..track }, color));
    }
    res
}
