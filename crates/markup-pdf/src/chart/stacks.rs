//! Bars of one length, divided in parts, beside a table of their numbers.

use super::{fill, scaled};
use crate::blocks::rule;
use crate::display::{Item, Rect};
use crate::lines::{Paragraph, Position};
use crate::markup::charts::{Stack, Stacks};
use crate::markup::{Align, Span};
use crate::strip::{LayoutContext, Output, Strip};
use crate::tags::{ROOT, Role, TagId};
use crate::text::grouped;
use crate::theme::{ACCENT, AXIS, FACT, INK, RULE};
use std::rc::Rc;

/// Width of a column of numbers.
const NUMBER: f32 = 44.0;
/// Room between neighbours.
const GAP: f32 = 5.0;
/// Side of the square that shows a fill in the legend.
const SWATCH: f32 = 8.0;

/// Where the columns are.
struct StackGrid {
    /// The table's element.
    node: TagId,
    /// Room for a label.
    label: f32,
    /// Room for a bar.
    bar: f32,
    /// The legend as it stands on the following pages.
    head: Option<Rc<Strip>>,
}

/// The legend, then one strip a bar; few bars stay together.
pub(super) fn build(context: &mut LayoutContext<'_>, chart: &Stacks, out: Output<'_>) {
    #[expect(clippy::cast_precision_loss, reason = "fills are few")]
    let numbers = NUMBER * chart.keys.len() as f32;
    let label = context.measure * 0.2;
    let bar = context.measure - label - numbers;
    let node = context.tree.add(Role::Table, ROOT);
    let mut grid = StackGrid { node, label, bar, head: None };
    let mut head = grid.head(context, chart);
    grid.head = Some(head.again());
    head.above = 4.0;
    head.keep = true;
    out(head);
    let n_stacks = chart.stacks.len();
    for (at, stack) in chart.stacks.iter().enumerate() {
        let mut strip = grid.row(context, stack, chart);
        strip.keep = at + 1 < n_stacks && (n_stacks <= 12 || at == 0 || at + 2 == n_stacks);
        strip.below = if at + 1 == n_stacks { 12.0 } else { 0.0 };
        out(strip);
    }
}

impl StackGrid {
    fn head(&self, context: &mut LayoutContext<'_>, chart: &Stacks) -> Strip {
        let row = context.tree.add(Role::Row, self.node);
        let kind = AXIS.bold();
        let label = [Span::plain(&chart.label)];
        let words: Vec<_> = chart.keys.iter().map(|it| [Span::plain(&it.label)]).collect();
        let label = Paragraph::set(context.fonts, &label, kind, self.label - GAP);
        let mut set = |it| Paragraph::set(context.fonts, it, kind, NUMBER - GAP);
        let words: Vec<_> = words.iter().map(|it| set(it)).collect();
        let tallest = words.iter().map(|it| it.height()).fold(label.height(), f32::max);
        let y = SWATCH + 2.0;
        let mut res = Strip::new(context.tree.add(Role::Head, row), y + tallest + 3.5);
        label.draw_all(Position { x: 0.0, y, align: Align::Left }, &mut res.items);
        let mut x = self.label + self.bar;
        for (text, key) in words.iter().zip(&chart.keys) {
            let left = x + NUMBER - SWATCH - 0.25;
            let swatch = Rect { x: left, y: 0.25, width: SWATCH, height: SWATCH };
            fill::draw(key.fill, swatch, &mut res.items);
            res.items.push(Item::Tag(context.tree.add(Role::Head, row)));
            text.draw_all(Position { x: x + GAP, y, align: Align::Right }, &mut res.items);
            x += NUMBER;
        }
        let line = Rect { height: 0.6, ..rule(context.measure, res.height) };
        res.items.push(Item::Fill(line, ACCENT));
        res
    }

    fn row(&self, context: &mut LayoutContext<'_>, stack: &Stack, chart: &Stacks) -> Strip {
        let row = context.tree.add(Role::Row, self.node);
        let label = [Span::plain(&stack.label)];
        let label = Paragraph::set(context.fonts, &label, FACT.colored(INK), self.label - GAP);
        let mut res = Strip::new(context.tree.add(Role::Cell, row), label.height() + 6.0);
        res.head.clone_from(&self.head);
        label.draw_all(Position { x: 0.0, y: 3.0, align: Align::Left }, &mut res.items);
        let y = (res.height - FACT.leading) / 2.0;
        self.bar(stack, chart, y, &mut res.items);
        let mut x = self.label + self.bar;
        for part in &stack.parts {
            let words = [Span::plain(&grouped((*part).into()))];
            let words = Paragraph::set(context.fonts, &words, FACT, NUMBER - GAP);
            res.items.push(Item::Tag(context.tree.add(Role::Cell, row)));
            words.draw_all(Position { x: x + GAP, y, align: Align::Right }, &mut res.items);
            x += NUMBER;
        }
        res.items.push(Item::Fill(rule(context.measure, res.height), RULE));
        res
    }

    /// The parts in the order of the legend, as their shares of the sum; nothing of nothing.
    fn bar(&self, stack: &Stack, chart: &Stacks, y: f32, items: &mut Vec<Item>) {
        let sum = stack.parts.iter().fold(0, |sum: u64, it| sum.saturating_add(*it));
        let mut x = self.label;
        for (part, key) in stack.parts.iter().zip(&chart.keys).filter(|it| *it.0 > 0) {
            let width = scaled(self.bar - GAP, *part, sum);
            fill::draw(key.fill, Rect { x, y: y + 1.4, width, height: 9.6 }, items);
            x += width;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sketch::{draw_blocks, sketch};

    const LEGEND: &str = "<legend label=\"Instance\"><key label=\"Fail\" fill=\"solid\"/>\
                          <key label=\"Not evaluable\" fill=\"hatched\"/>\
                          <key label=\"Waived\" fill=\"tinted\"/>\
                          <key label=\"Pass\" fill=\"grey\"/>\
                          <key label=\"Not applicable\" fill=\"empty\"/></legend>";

    fn stack(label: &str, parts: [u64; 5]) -> String {
        let parts = parts.map(|it| format!("<part value=\"{it}\"/>")).concat();
        format!("<stack label=\"{label}\">{parts}</stack>")
    }

    #[test]
    fn parts_share_a_bar_and_are_told_apart_without_colour() {
        let stacks = [
            stack("cloud", [30, 10, 20, 30, 10]),
            stack("eu", [0, 0, 0, 1077, 0]),
            stack("lab", [0; 5]),
        ];
        let picture = sketch(&format!("<stacks>{LEGEND}{}</stacks>", stacks.concat()));
        insta::assert_snapshot!(picture, @"
                                                                                                        ╱╱╱
                                                                                            │█│         │╱│         │▓│         │░░│         │ │
        Instance                                                                          Fail        Not      Waived         Pass         Not

                                                                                                evaluable                           applicable
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        cloud                      │████████████│╱╱╱╱│▓▓▓▓▓▓▓▓│░░░░░░░░░░░░░│   │          30          10           20          30          10
        ┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈

        eu                         │░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░│            0           0           0      1,077            0
        ┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
        lab                                                                                  0           0           0           0           0

        ┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
        ");
    }

    #[test]
    fn the_legend_is_on_each_of_its_pages() {
        let stacks: Vec<String> =
            (1..=100).map(|it| stack(&format!("i{it}"), [it, 1, 1, 1, 1])).collect();
        let pages = draw_blocks(&format!("<stacks>{LEGEND}{}</stacks>", stacks.concat()));
        let pages: Vec<&str> = pages.split("────\n").collect();
        assert_eq!(pages.len(), 3);
        assert!(pages.iter().all(|it| it.contains("Instance") && it.contains("Fail")));
    }
}
