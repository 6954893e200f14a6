//! Small line charts side by side, each on a scale of its own.

use super::{color, line, printed, scaled, widest};
use crate::blocks::labelled;
use crate::display::Item;
use crate::lines::{Paragraph, Position};
use crate::markup::charts::{Point, Series};
use crate::markup::{Align, Span, Tone};
use crate::strip::{LayoutContext, Output, Strip};
use crate::tags::{ROOT, Role, TagId};
use crate::text::grouped;
use crate::theme::{AXIS, FACT, GREY, INK, RULE, SMALL, Type};

/// Height of the largest value over the base line.
const HEIGHT: f32 = 44.0;
/// Room between the charts of a row.
const GAP: f32 = 20.0;
/// Room between a title and the largest value.
const ABOVE: f32 = 8.5;
/// Room between a line and the numbers beside it.
const NEAR: f32 = 5.0;
/// Half the width of a dot.
const DOT: f32 = 1.9;

/// Where the parts of every chart of the block are, from its left edge, so that all look alike.
struct MultiplesGrid {
    /// The list's element.
    node: TagId,
    /// Width of a chart.
    width: f32,
    /// Left end of the line.
    left: f32,
    /// Right end of the line.
    right: f32,
}

/// The measure from which four charts fit side by side.
const WIDE: f32 = 600.0;

/// One strip a row: four charts where there is room for them, two where that fills the rows, else
/// three.
pub(super) fn build(context: &mut LayoutContext<'_>, all: &[Series], out: Output<'_>) {
    let per_row: u8 = match all.len() {
        4 if context.measure > WIDE => 4,
        1 | 2 | 4 => 2,
        _ => 3,
    };
    let width = (context.measure + GAP) / f32::from(per_row) - GAP;
    let node = context.tree.add(Role::List, ROOT);
    let marks = all.iter().filter_map(|it| Some(grouped(largest(it)?.into())));
    let marks = widest(context, marks.map(|it| (it, SMALL)));
    let lasts =
        widest(context, all.iter().filter_map(|it| Some(printed(it.points.last()?.value, FACT))));
    let grid = MultiplesGrid { node, width, left: marks + NEAR, right: width - lasts - NEAR };
    let rows = all.chunks(per_row.into());
    let n_rows = rows.len();
    for (at, row) in rows.enumerate() {
        let mut strip = grid.row(context, row);
        strip.above = 6.0;
        strip.below = if at + 1 == n_rows { 12.0 } else { 8.0 };
        out(strip);
    }
}

fn largest(series: &Series) -> Option<u64> {
    series.points.iter().filter_map(|it| it.value).max()
}

/// All points in words, for readers that do not see the line.
fn told(points: &[Point]) -> String {
    let tell = |it: &Point| format!("{}: {}", it.label, printed(it.value, FACT).0);
    points.iter().map(tell).collect::<Vec<_>>().join("; ")
}

/// Label in a room of their own.
struct Label<'a> {
    text: &'a str,
    kind: Type,
    /// Left edge and width of the room.
    room: (f32, f32),
    align: Align,
}

impl MultiplesGrid {
    fn row(&self, context: &mut LayoutContext<'_>, row: &[Series]) -> Strip {
        let titles: Vec<_> = row.iter().map(|it| [Span::plain(&it.label)]).collect();
        let kind = FACT.colored(INK);
        let mut set = |it| Paragraph::set(context.fonts, it, kind, self.width);
        let titles: Vec<_> = titles.iter().map(|it| set(it)).collect();
        let head = titles.iter().map(|it| it.height()).fold(0.0, f32::max);
        let base = head + ABOVE + HEIGHT;
        let mut res = Strip::new(ROOT, base);
        let mut x = 0.0;
        for (series, title) in row.iter().zip(&titles) {
            let [label, body] = labelled(context, self.node);
            context.tree.describe(body, told(&series.points));
            res.items.push(Item::Tag(label));
            let y = head - title.height();
            title.draw_all(Position { x, y, align: Align::Left }, &mut res.items);
            let mut items = Vec::new();
            let below = self.draw(context, series, body, &mut items);
            for it in &mut items {
                it.shift(x, base);
            }
            res.items.extend(items);
            res.height = res.height.max(base + below);
            x += self.width + GAP;
        }
        res
    }

    /// A chart, with its base line at height zero; tells how far it reaches below that.
    ///
    /// Without the description of the body, the last label and the last value are what is read.
    fn draw(
        &self,
        context: &mut LayoutContext<'_>,
        series: &Series,
        body: TagId,
        items: &mut Vec<Item>,
    ) -> f32 {
        let largest = largest(series);
        let places = self.places(series, largest.unwrap_or(0));
        let [when, value] = [(); 2].map(|()| context.tree.add(Role::Paragraph, body));
        items.push(Item::Aside(true));
        self.scale(context, largest, items);
        let first = series.points.first().filter(|_| series.points.len() > 1);
        let first = self.end(context, first, Align::Left, items);
        items.extend([Item::Aside(false), Item::Tag(when)]);
        let last = self.end(context, series.points.last(), Align::Right, items);
        items.push(Item::Tag(value));
        self.last(context, series, places.last().copied().flatten(), items);
        lines(&places, series.tone, items);
        first.max(last)
    }

    /// Where each known value is.
    fn places(&self, series: &Series, largest: u64) -> Vec<Option<(f32, f32)>> {
        let MultiplesGrid { left, right, .. } = *self;
        let n_steps = series.points.len() as u64 - 1;
        let place = |(at, it): (u64, &Point)| {
            let x = if n_steps == 0 { right } else { left + scaled(right - left, at, n_steps) };
            it.value.map(|it| (x, -scaled(HEIGHT, it, largest)))
        };
        (0..).zip(&series.points).map(place).collect()
    }

    /// Zero and the largest value.
    fn scale(&self, context: &mut LayoutContext<'_>, largest: Option<u64>, items: &mut Vec<Item>) {
        let width = self.right - self.left;
        items.push(line(self.left, 0.0, width, INK, 0.5));
        let mut marks = Vec::new();
        if let Some(it) = largest.filter(|it| *it > 0) {
            items.push(line(self.left, -HEIGHT - 0.2, width, RULE, 0.4));
            marks.push((grouped(it.into()), -HEIGHT));
        }
        marks.extend(largest.map(|_| ("0".to_owned(), 0.0)));
        for (text, y) in marks {
            let room = (0.0, self.left - NEAR);
            let words = Label { text: &text, kind: SMALL, room, align: Align::Right };
            words.draw(context, y - SMALL.leading / 2.0, items);
        }
    }

    /// The last value, beside its point.
    fn last(
        &self,
        context: &mut LayoutContext<'_>,
        series: &Series,
        place: Option<(f32, f32)>,
        items: &mut Vec<Item>,
    ) {
        let (text, kind) = printed(series.points.last().and_then(|it| it.value), FACT);
        let kind = if place.is_some() { kind.colored(color(series.tone)) } else { kind };
        let y = place.map_or(-HEIGHT / 2.0, |it| it.1);
        let room = (self.right + NEAR, self.width - self.right);
        let words = Label { text: &text, kind, room, align: Align::Left };
        words.draw(context, y - kind.leading / 2.0, items);
    }

    /// The label of the first or the last point, below the line; tells how far it reaches.
    fn end(
        &self,
        context: &mut LayoutContext<'_>,
        point: Option<&Point>,
        align: Align,
        items: &mut Vec<Item>,
    ) -> f32 {
        let Some(point) = point else { return 0.0 };
        let half = (self.right - self.left) / 2.0 - 2.0;
        let left = if align == Align::Left { self.left } else { self.right - half };
        let kind = AXIS.colored(GREY);
        let words = Label { text: &point.label, kind, room: (left, half), align };
        3.0 + words.draw(context, 3.0, items)
    }
}

impl Label<'_> {
    /// Draws them, and tells how high they are.
    fn draw(&self, context: &mut LayoutContext<'_>, y: f32, items: &mut Vec<Item>) -> f32 {
        let text = [Span::plain(self.text)];
        let (x, width) = self.room;
        let text = Paragraph::set(context.fonts, &text, self.kind, width);
        text.draw_all(Position { x, y, align: self.align }, items);
        text.height()
    }
}

/// A line through each stretch of known values; the last value is a dot, and so is one that has no
/// neighbour.
fn lines(places: &[Option<(f32, f32)>], tone: Tone, items: &mut Vec<Item>) {
    let color = color(tone);
    let mut dots: Vec<(f32, f32)> = places.last().copied().flatten().into_iter().collect();
    for known in places.split(|it| it.is_none()) {
        let points: Vec<(f32, f32)> = known.iter().copied().flatten().collect();
        match points[..] {
            [] => {}
            [point] => dots.push(point),
            _ => items.push(Item::Line { points, color, width: 1.3 }),
        }
    }
    dots.dedup();
    for center in dots {
        items.push(Item::Shape { tone: Tone::Low, center, radius: DOT / 0.85, color });
    }
}

#[cfg(test)]
mod tests {
    use crate::sketch::{draw_blocks, sketch};

    fn series(label: &str, values: &[Option<u64>]) -> String {
        let value = |it: &Option<u64>| it.map(|it| format!(" value=\"{it}\"")).unwrap_or_default();
        let points: Vec<String> = (1..)
            .zip(values)
            .map(|(at, it)| format!("<point label=\"2026-{at:02}\"{}/>", value(it)))
            .collect();
        format!("<series label=\"{label}\">{}</series>", points.concat())
    }

    #[test]
    fn lines_begin_at_zero_and_have_gaps() {
        let all = [
            series("Exceptions", &[Some(0), Some(40), Some(80), None, Some(80), Some(20)]),
            series("Administrators", &[None, Some(5), None, Some(10), Some(10), None]),
            series("Accounts", &[Some(1200)]),
            series("Not recorded", &[None, None]),
            series("None", &[Some(0), Some(0)]),
        ];
        let picture = sketch(&format!("<multiples>{}</multiples>", all.concat()));
        insta::assert_snapshot!(picture, @"
        Exceptions                                    Administrators                                 Accounts

          80  ┈┈┈┈┈┈┈┈┈╱┈┈┈┈┈┈┈┈╲┈┈┈┈┈                   10  ┈┈┈┈┈┈┈┈┈┈┈┈┈┈─────┈┈┈┈┈                1,200  ┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈●1,200
                     ╱╱╱         ╲
                    ╱╱            ╲
                  ╱╱╱             ╲╲                             ●                   unknown
                 ╱╱                ╲╲
               ╱╱╱                  ╲●20
           0  ╱╱──────────────────────                    0  ────────────────────────                    0  ────────────────────────

              2026-01        2026-06                         2026-01        2026-06                                        2026-01


        Not recorded                                  None




                                      unknown


              ────────────────────────                    0  ───────────────────────●0
              2026-01        2026-02                         2026-01        2026-02
        ");
    }

    #[test]
    fn a_row_is_not_split() {
        let all = series("Exceptions", &[Some(3), Some(77)]).repeat(40);
        let pages = draw_blocks(&format!("<multiples>{all}</multiples>"));
        assert_eq!(pages.matches("Exceptions").count(), 40);
        for page in pages.split("────\n") {
            let count = |words| page.matches(words).count();
            assert_eq!(count("Exceptions"), count("2026-01"), "{page}");
            assert_eq!(count("Exceptions"), count("2026-02"), "{page}");
        }
    }
}
