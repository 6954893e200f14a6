//! Horizontal bars under each other.

use super::{color, printed, scaled};
use crate::report::pdf::blocks::labelled;
use crate::report::pdf::display::{Item, Rect};
use crate::report::pdf::lines::{Paragraph, Place};
use crate::report::pdf::markup::charts::Bar;
use crate::report::pdf::markup::{Align, Span};
use crate::report::pdf::strip::{Bench, Output, Strip};
use crate::report::pdf::tags::{Kind, Node, ROOT};
use crate::report::pdf::theme::{FACT, INK, TRACK};

/// One strip a bar; the scale is that of the longest.
pub(super) fn build(bench: &mut Bench<'_>, bars: &[Bar], out: Output<'_>) {
    let largest = bars.iter().filter_map(|it| it.value).max().unwrap_or(0);
    let node = bench.tree.add(Kind::List, ROOT);
    for (at, bar) in bars.iter().enumerate() {
        let nodes = labelled(bench, node);
        let mut strip = draw(bench, bar, nodes, largest);
        let last = at + 1 == bars.len();
        strip.above = if at == 0 { 4.0 } else { 0.0 };
        strip.below = if last { 12.0 } else { 0.0 };
        strip.keep = !last;
        out(strip);
    }
}

/// An unknown value has no track either, which would look like zero.
fn draw(bench: &mut Bench<'_>, bar: &Bar, nodes: [Node; 2], largest: u64) -> Strip {
    let (label_width, value_width) = (bench.measure * 0.3, 44.0);
    let label = [Span::plain(&bar.label)];
    let label = Paragraph::set(bench.fonts, &label, FACT.colored(INK), label_width - 10.0);
    let (words, kind) = printed(bar.value, FACT);
    let words = [Span::plain(&words)];
    let value = Paragraph::set(bench.fonts, &words, kind, value_width);
    let mut res = Strip::new(nodes[0], label.height() + 3.6);
    let y = (label.height() - FACT.leading) / 2.0 + 1.8;
    label.draw_all(Place { x: 0.0, y: 1.8, align: Align::Left }, &mut res.items);
    res.items.push(Item::Tag(nodes[1]));
    let place = Place { x: bench.measure - value_width, y, align: Align::Right };
    value.draw_all(place, &mut res.items);
    let Some(value) = bar.value else { return res };
    let full = bench.measure - label_width - value_width;
    let track = Rect { x: label_width, y: y + 2.2, width: full, height: 8.0 };
    res.items.push(Item::Fill(track, TRACK));
    if value > 0 {
        let width = scaled(full, value, largest).max(1.2);
        res.items.push(Item::Fill(Rect { width, ..track }, color(bar.tone)));
    }
    res
}

#[cfg(test)]
mod tests {
    use crate::report::pdf::picture::sketch;

    #[test]
    fn unknown_is_no_bar_and_zero_is_an_empty_one() {
        let picture = sketch(
            "<bars><bar label=\"cloud\" value=\"1500\"/><bar label=\"eu\" value=\"0\"/>\
             <bar label=\"lab\"/><bar label=\"legacy\" value=\"500\" tone=\"bad\"/></bars>",
        );
        insta::assert_snapshot!(picture, @"
        cloud                                   ████████████████████████████████████████████████████████████████████████████████      1,500

        eu                                      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░           0

        lab                                                                                                                      unknown

                                                ███████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
        legacy                                  ███████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░        500
        ");
    }
}
