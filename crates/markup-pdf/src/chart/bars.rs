//! Horizontal bars under each other.

use super::{color, printed, scaled};
use crate::blocks::labelled;
use crate::display::{Item, Rect};
use crate::lines::{Paragraph, Position};
use crate::markup::charts::Bar;
use crate::markup::{Align, Span};
use crate::strip::{LayoutContext, Output, Strip};
use crate::tags::{ROOT, Role, TagId};
use crate::theme::{FACT, INK, TRACK};

/// One strip a bar; the scale is that of the longest.
pub(super) fn build(context: &mut LayoutContext<'_>, bars: &[Bar], out: Output<'_>) {
    let largest = bars.iter().filter_map(|it| it.value).max().unwrap_or(0);
    let node = context.tree.add(Role::List, ROOT);
    for (at, bar) in bars.iter().enumerate() {
        let nodes = labelled(context, node);
        let mut strip = draw(context, bar, nodes, largest);
        let last = at + 1 == bars.len();
        strip.above = if at == 0 { 4.0 } else { 0.0 };
        strip.below = if last { 12.0 } else { 0.0 };
        strip.keep = !last;
        out(strip);
    }
}

/// An unknown value has no track either, which would look like zero.
fn draw(context: &mut LayoutContext<'_>, bar: &Bar, nodes: [TagId; 2], largest: u64) -> Strip {
    let (label_width, value_width) = (context.measure * 0.3, 44.0);
    let label = [Span::plain(&bar.label)];
    let label = Paragraph::set(context.fonts, &label, FACT.colored(INK), label_width - 10.0);
    let (words, kind) = printed(bar.value, FACT);
    let words = [Span::plain(&words)];
    let value = Paragraph::set(context.fonts, &words, kind, value_width);
    let mut res = Strip::new(nodes[0], label.height() + 3.6);
    let y = (label.height() - FACT.leading) / 2.0 + 1.8;
    label.draw_all(Position { x: 0.0, y: 1.8, align: Align::Left }, &mut res.items);
    res.items.push(Item::Tag(nodes[1]));
    let place = Position { x: context.measure - value_width, y, align: Align::Right };
    value.draw_all(place, &mut res.items);
    let Some(value) = bar.value else { return res };
    let full = context.measure - label_width - value_width;
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
    use crate::sketch::sketch;

    #[test]
    fn unknown_is_no_bar_and_zero_is_an_empty_one() {
        let picture = sketch(
            "<bars><bar label=\"cloud\" value=\"1500\"/><bar label=\"eu\" value=\"0\"/>\
             <bar label=\"lab\"/><bar label=\"legacy\" value=\"500\" tone=\"bad\"/></bars>",
        );
        insta::assert_snapshot!(picture, @"
                                                 ██████████████████████████████████████████████████████████████████████████████████
        cloud                                    ██████████████████████████████████████████████████████████████████████████████████      1,500

        eu                                       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░          0

        lab                                                                                                                         unknown

        legacy                                   ███████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░        500
        ");
    }
}
