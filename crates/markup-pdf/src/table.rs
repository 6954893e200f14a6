//! Tables: column widths, rows, the repeated head.

use super::blocks::rule;
use super::display::{Item, Rect};
use super::lines::{Paragraph, Position};
use super::markup::{Align, Cell, Column, Row, Table, Tone, Width};
use super::strip::{LayoutContext, Output, Strip};
use super::tags::{ROOT, Role, TagId};
use super::theme::{self, ACCENT, INK, RULE, Type};
use std::collections::VecDeque;
use std::rc::Rc;

/// Room between a column's edge and its text.
const PAD_X: f32 = 4.0;

/// A table as it grows, row by row.
///
/// Neither the first nor the last row stands by itself on a page, so the last two wait until it is
/// known what follows them.
pub(super) struct TableBuilder {
    grid: TableGrid,
    /// Room below which a row is kept with its neighbour.
    third: f32,
    n_rows: usize,
    /// The strips of the last rows, or the head.
    waiting: VecDeque<Vec<Strip>>,
}

impl TableBuilder {
    /// Begins with the head.
    pub(super) fn begin(context: &mut LayoutContext<'_>, table: &Table) -> Self {
        let node = context.tree.add(Role::Table, ROOT);
        let mut grid = TableGrid {
            columns: lay_columns(&table.columns, context.measure),
            kind: Type::table(table.size),
            pad: table.size * 0.22,
            node,
            head: None,
        };
        let mut first = grid.head(context, &table.head);
        grid.head = Some(first.again());
        first.ids.extend(table.id.clone());
        first.above = 4.0;
        let waiting = VecDeque::from([vec![first]]);
        TableBuilder { grid, third: context.body / 3.0, n_rows: 0, waiting }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, context: &mut LayoutContext<'_>, row: &Row, out: Output<'_>) {
        let mut strips = Vec::with_capacity(1);
        self.grid.row(context, row, &mut |it| strips.push(it));
        if self.n_rows == 0 {
            // The head stays with the first row.
            self.release(true, out);
        } else if self.waiting.len() == 2 {
            self.release(self.n_rows == 2, out);
        }
        self.n_rows += 1;
        self.waiting.push_back(strips);
    }

    /// Ends the table; its last row stays with what follows where that is a remark.
    pub(super) fn end(mut self, remark: bool, out: Output<'_>) {
        while self.waiting.len() > 1 {
            self.release(true, out);
        }
        for mut strip in self.waiting.pop_front().into_iter().flatten() {
            strip.below = if remark { 3.0 } else { 8.0 };
            strip.keep = remark && strip.height < self.third;
            out(strip);
        }
    }

    fn release(&mut self, keep: bool, out: Output<'_>) {
        for mut strip in self.waiting.pop_front().into_iter().flatten() {
            strip.keep = keep && strip.height < self.third;
            out(strip);
        }
    }
}

struct Slot {
    x: f32,
    width: f32,
    align: Align,
}

/// A row with its cells broken into lines, and their elements.
struct Set<'a> {
    row: &'a Row,
    texts: Vec<Paragraph<'a>>,
    cells: Vec<TagId>,
}

struct TableGrid {
    columns: Vec<Slot>,
    kind: Type,
    /// Room above and below the text of a row.
    pad: f32,
    /// The table's element.
    node: TagId,
    /// The head as it stands on the following pages.
    head: Option<Rc<Strip>>,
}

impl TableGrid {
    fn head(&self, context: &mut LayoutContext<'_>, cells: &[Cell]) -> Strip {
        let kind = self.kind.bold();
        let texts = self.set(context, cells, |_| kind);
        let height = tallest(&texts) + self.pad * 2.4;
        let row = context.tree.add(Role::Row, self.node);
        let mut res = Strip::new(row, height);
        let top = Rect { x: 0.0, y: 0.0, width: context.measure, height: 1.0 };
        res.items.push(Item::Fill(top, ACCENT));
        res.items.push(Item::Fill(Rect { y: height - 0.6, height: 0.6, ..top }, ACCENT));
        for ((text, slot), cell) in texts.iter().zip(&self.columns).zip(cells) {
            let y = height - self.pad * 1.1 - text.height();
            let align = cell.align.unwrap_or(slot.align);
            res.items.push(Item::Tag(context.tree.add(Role::Head, row)));
            text.draw_all(Position { x: slot.x + PAD_X, y, align }, &mut res.items);
        }
        res
    }

    fn row(&self, context: &mut LayoutContext<'_>, row: &Row, out: Output<'_>) {
        let texts = self.set(context, &row.cells, |cell| {
            let kind = if row.tone == Tone::Info { self.kind.bold() } else { self.kind };
            kind.colored(match (cell.tone, row.tone) {
                (Tone::Plain, Tone::Muted) => theme::tone(Tone::Muted),
                (Tone::Plain, _) => INK,
                (own, _) => theme::tone(own),
            })
        });
        let room = context.body - self.head.as_ref().map_or(0.0, |it| it.height) - 2.0 * self.pad;
        let n_fitting = count_fitting(room, self.kind.leading);
        let n_lines = texts.iter().map(|it| it.lines.len()).max().unwrap_or(1);
        let node = context.tree.add(Role::Row, self.node);
        let cells = row.cells.iter().map(|_| context.tree.add(Role::Cell, node)).collect();
        let set = Set { row, texts, cells };
        for start in (0..n_lines).step_by(n_fitting) {
            let part = start..(start + n_fitting).min(n_lines);
            let last = part.end == n_lines;
            let mut strip = self.part(context.measure, &set, part, last);
            if start == 0 {
                let cells = row.cells.iter().filter_map(|cell| cell.id.clone());
                strip.ids.extend(row.id.clone().into_iter().chain(cells));
            }
            out(strip);
        }
    }

    /// The lines of a row that go on one page.
    fn part(
        &self,
        measure: f32,
        Set { row, texts, cells }: &Set<'_>,
        lines: std::ops::Range<usize>,
        last: bool,
    ) -> Strip {
        let n_lines = lines.len();
        #[expect(clippy::cast_precision_loss, reason = "lines are few")]
        let height = n_lines as f32 * self.kind.leading + 2.0 * self.pad;
        let mut res = Strip::new(ROOT, height);
        res.head.clone_from(&self.head);
        let area = Rect { x: 0.0, y: 0.0, width: measure, height };
        if !matches!(row.tone, Tone::Plain | Tone::Muted) {
            res.items.push(Item::Fill(area, theme::tint(row.tone)));
        }
        if last {
            res.items.push(Item::Fill(rule(measure, height), RULE));
        }
        let shown = texts.iter().zip(cells).zip(&self.columns).zip(&row.cells);
        for (((text, node), slot), cell) in shown {
            let align = cell.align.unwrap_or(slot.align);
            res.items.push(Item::Tag(*node));
            let mut y = self.pad;
            let end = lines.end.min(text.lines.len());
            for line in text.lines.get(lines.start..end).unwrap_or_default() {
                text.draw(line, Position { x: slot.x + PAD_X, y, align }, &mut res.items);
                y += self.kind.leading;
            }
        }
        res.items.extend(row.link.as_deref().map(|it| Item::Link(area, it.clone())));
        res
    }

    fn set<'c>(
        &self,
        context: &mut LayoutContext<'_>,
        cells: &'c [Cell],
        kind: impl Fn(&Cell) -> Type,
    ) -> Vec<Paragraph<'c>> {
        let slots = cells.iter().zip(&self.columns);
        slots
            .map(|(cell, slot)| {
                let measure = slot.width - 2.0 * PAD_X;
                Paragraph::set(context.fonts, &cell.text, kind(cell), measure)
            })
            .collect()
    }
}

fn tallest(texts: &[Paragraph<'_>]) -> f32 {
    texts.iter().map(|it| it.height()).fold(0.0, f32::max)
}

#[expect(clippy::cast_possible_truncation, reason = "a page has a few hundred lines")]
#[expect(clippy::cast_sign_loss, reason = "checked to be at least one")]
fn count_fitting(room: f32, leading: f32) -> usize {
    (room / leading).max(1.0) as usize
}

/// Fixed columns first, the rest by shares; too wide a table is narrowed as a whole.
fn lay_columns(columns: &[Column], measure: f32) -> Vec<Slot> {
    let fixed = |it: &Column| if let Width::Fixed(points) = it.width { points } else { 0.0 };
    let share = |it: &Column| if let Width::Share(part) = it.width { part } else { 0.0 };
    let total_fixed: f32 = columns.iter().map(fixed).sum();
    let total_share: f32 = columns.iter().map(share).sum();
    let least = if total_share > 0.0 { total_share * 24.0 } else { 0.0 };
    let scale = if total_fixed + least > measure { measure / (total_fixed + least) } else { 1.0 };
    let rest = (measure - total_fixed * scale).max(0.0);
    let mut x = 0.0;
    columns
        .iter()
        .map(|it| {
            let width = match it.width {
                Width::Fixed(points) => points * scale,
                Width::Share(part) => rest * part / total_share,
            };
            let slot = Slot { x, width, align: it.align };
            x += width;
            slot
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::lay_columns;
    use crate::markup::{Align, Column, Width};
    use crate::sketch::draw_blocks;

    fn draw(widths: &[Width]) -> String {
        let columns: Vec<Column> =
            widths.iter().map(|it| Column { width: *it, align: Align::Left }).collect();
        let slots = lay_columns(&columns, 400.0);
        let slots = slots.iter().map(|it| format!("{:.0}+{:.0}", it.x, it.width));
        slots.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_are_fixed_or_share_the_rest() {
        use Width::{Fixed, Share};
        assert_eq!(draw(&[Fixed(100.0), Share(1.0), Share(2.0)]), "0+100 100+100 200+200");
        assert_eq!(draw(&[Fixed(50.0), Fixed(50.0)]), "0+50 50+50");
        assert_eq!(draw(&[Fixed(600.0), Fixed(200.0)]), "0+300 300+100");
    }

    #[test]
    fn a_row_taller_than_a_page_is_continued() {
        let words = "word ".repeat(720);
        let table =
            format!("<table cols=\"60\"><head><c>H</c></head><r><c>{words}</c></r></table>");
        let pages = draw_blocks(&table);
        assert_eq!(pages.matches("word").count(), 720);
        let heads = pages.split("────\n").filter(|it| it.contains("H\n")).count();
        assert_eq!((pages.split("────\n").count(), heads), (5, 5));
    }

    #[test]
    fn a_line_holds_the_cells_of_a_row() {
        let table = "<table cols=\"60 1* 40r\"><head><c>Rule</c><c>What</c><c>No.</c></head>\
                     <r tone=\"bad\"><c>USR-01</c><c>Left, still <b>active</b></c><c>4</c></r>\
                     <r tone=\"info\"><c>Total</c><c></c><c align=\"left\">4</c></r></table>";
        insta::assert_snapshot!(draw_blocks(table), @"
        Review
        Rule|What|No.
        USR-01|Left, still |active|4
        Total|4
        c0ffee|Page 1 of 1
        ");
    }
}
