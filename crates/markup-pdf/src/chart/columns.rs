//! Columns on a base line.

use super::{color, line, printed, scaled, widest};
use crate::blocks::labelled;
use crate::display::{Item, Rect};
use crate::lines::{Paragraph, Position};
use crate::markup::charts::Bar;
use crate::markup::{Align, Span};
use crate::strip::{LayoutContext, Output, Strip};
use crate::tags::{ROOT, Role};
use crate::theme::{AXIS, FACT, INK, Type};

/// Height of the tallest column.
const TALLEST: f32 = 86.0;
/// Most room from the middle of a column to that of the next.
const WIDEST: f32 = 80.0;
/// Room between the words of neighbours.
const GAP: f32 = 3.0;

/// Smallest size of a value.
const SMALLEST: f32 = 5.2;

/// One strip; a value stands above its column, a label below the base line.
pub(super) fn build(context: &mut LayoutContext<'_>, columns: &[Bar], out: Output<'_>) {
    if columns.is_empty() {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "columns are few")]
    let slot = (context.measure / columns.len() as f32).min(WIDEST);
    let largest = columns.iter().filter_map(|it| it.value).max().unwrap_or(0);
    let kind = fitting(context, columns, slot - GAP);
    let base = kind.leading + TALLEST;
    let list = context.tree.add(Role::List, ROOT);
    let mut res = Strip { above: 6.0, below: 12.0, ..Strip::default() };
    let mut x = 0.0;
    for it in columns {
        let height = it.value.map_or(0.0, |it| scaled(TALLEST, it, largest));
        let height = if it.value > Some(0) { height.max(1.2) } else { 0.0 };
        let column = Rect { x: x + slot * 0.19, y: base - height, width: slot * 0.62, height };
        if height > 0.0 {
            res.items.push(Item::Fill(column, color(it.tone)));
        }
        let nodes = labelled(context, list);
        res.items.push(Item::Tag(nodes[0]));
        let label = [Span::plain(&it.label)];
        let label = Paragraph::set(context.fonts, &label, AXIS, slot - GAP);
        let place = Position { x: x + GAP / 2.0, y: base + 3.0, align: Align::Center };
        label.draw_all(place, &mut res.items);
        res.items.push(Item::Tag(nodes[1]));
        let (words, kind) = printed(it.value, kind);
        let words = [Span::plain(&words)];
        // Its room is wider than its slot, so that it is on one line whatever its size.
        let words = Paragraph::set(context.fonts, &words, kind, slot * 3.0);
        let place =
            Position { x: x - slot, y: column.y - kind.leading - 0.5, align: Align::Center };
        words.draw_all(place, &mut res.items);
        res.height = res.height.max(base + 3.0 + label.height());
        x += slot;
    }
    res.items.push(line(0.0, base, x, INK, 0.6));
    out(res);
}

/// The type in which every value has room above its column.
fn fitting(context: &mut LayoutContext<'_>, columns: &[Bar], room: f32) -> Type {
    let width = widest(context, columns.iter().map(|it| printed(it.value, FACT)));
    let scale = (room / width).clamp(SMALLEST / FACT.size, 1.0);
    Type { size: FACT.size * scale, leading: FACT.leading * scale, ..FACT }
}

#[cfg(test)]
mod tests {
    use crate::sketch::{draw_blocks, sketch};

    #[test]
    fn values_stand_above_and_labels_below() {
        let picture = sketch(
            "<columns><column label=\"0–7 days\" value=\"1200\"/>\
             <column label=\"8–30 days\" value=\"2400\"/>\
             <column label=\"over 365 days\" value=\"0\"/>\
             <column label=\"never\" value=\"1\" tone=\"bad\"/><column label=\"lab\"/></columns>",
        );
        insta::assert_snapshot!(picture, @"
                                      2,400

                                  ██████████████
                                  ██████████████
                                  ██████████████
                                  ██████████████
               1,200              ██████████████
                                  ██████████████
            ██████████████        ██████████████
            ██████████████        ██████████████
            ██████████████        ██████████████
            ██████████████        ██████████████
            ██████████████        ██████████████              0                      1                unknown
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
              0–7 days              8–30 days           over 365 days              never                  lab
        ");
    }

    #[test]
    fn a_chart_is_not_split() {
        for n_lines in 30..56 {
            let filler = "<p>filler</p>".repeat(n_lines);
            let chart = "<columns><column label=\"here\" value=\"77\"/></columns>";
            let pages = draw_blocks(&format!("{filler}{chart}"));
            let page = pages.split("────\n").find(|it| it.contains("here")).unwrap();
            assert!(page.contains("77"), "{n_lines} lines:\n{page}");
        }
    }
}
