//! The cover page.

use super::blocks::{labelled, rule};
use super::display::{Item, Rect};
use super::lines::{Paragraph, Position};
use super::logo;
use super::markup::{Align, Cover, Fact, Meta, Span, Text, Tone};
use super::strip::LayoutContext;
use super::tags::{ROOT, Role};
use super::theme::{
    self, ACCENT, COVER_SUBTITLE, COVER_TITLE, FACT, Frame, GREY, INK, RULE, STAMP, Type,
};

/// Everything on the cover, in page coordinates.
pub(super) fn draw(
    context: &mut LayoutContext<'_>,
    cover: &Cover,
    frame: &Frame,
    meta: &Meta,
) -> Vec<Item> {
    let mut res = Vec::new();
    let mut y = frame.top + frame.body() * 0.13;
    if let Some(it) = &cover.logo {
        let corner = (frame.left, frame.top);
        y = y.max(frame.top + logo::draw(context, it, corner, (logo::ON_COVER, &mut res)) + 24.0);
    }
    let mut sheet = CoverPage { context, frame, items: &mut res };
    if !meta.author.is_empty() {
        let kind = Type { size: 10.0, leading: 14.0, color: GREY, bold: true };
        y += sheet.text(&[Span::plain(&meta.author)], kind, y) + 12.0;
    }
    let bar = Rect { x: frame.left, y, width: 46.0, height: 3.6 };
    sheet.items.push(Item::Fill(bar, ACCENT));
    y += 20.0;
    y += sheet.text(&cover.title, COVER_TITLE, y) + 8.0;
    if !cover.subtitle.is_empty() {
        y += sheet.text(&cover.subtitle, COVER_SUBTITLE, y);
    }
    y += 30.0;
    if !cover.stamps.is_empty() {
        y += sheet.stamps(&cover.stamps, y) + 16.0;
    }
    sheet.facts(&cover.facts, y);
    res
}

struct CoverPage<'s, 'b> {
    context: &'s mut LayoutContext<'b>,
    frame: &'s Frame,
    items: &'s mut Vec<Item>,
}

impl CoverPage<'_, '_> {
    fn text(&mut self, text: &[Span], kind: Type, y: f32) -> f32 {
        let text = Paragraph::set(self.context.fonts, text, kind, self.context.measure);
        self.items.push(Item::Tag(self.context.tree.add(Role::Paragraph, ROOT)));
        text.draw_all(Position { x: self.frame.left, y, align: Align::Left }, self.items);
        text.height()
    }

    /// Framed words with their shape, side by side.
    fn stamps(&mut self, stamps: &[(Tone, Text)], y: f32) -> f32 {
        let (mut x, mut top) = (self.frame.left, y);
        let height = 27.0;
        for (tone, text) in stamps {
            let kind = STAMP.colored(theme::tone(*tone));
            let text = Paragraph::set(self.context.fonts, text, kind, self.context.measure - 44.0);
            let width = text.width() + 40.0;
            if x + width > self.frame.width - self.frame.right && x > self.frame.left {
                (x, top) = (self.frame.left, top + height + 8.0);
            }
            let area = Rect { x, y: top, width, height };
            self.items.push(Item::Fill(area, theme::tint(*tone)));
            self.items.push(Item::Frame(area, kind.color, 1.3));
            let center = (x + 16.0, top + height / 2.0);
            let shape = Item::Shape { tone: *tone, center, radius: 4.4, color: kind.color };
            self.items.push(shape);
            self.items.push(Item::Tag(self.context.tree.add(Role::Paragraph, ROOT)));
            let y = top + (height - kind.leading) / 2.0;
            text.draw_all(Position { x: x + 28.0, y, align: Align::Left }, self.items);
            x += width + 10.0;
        }
        top + height - y
    }

    /// Rows of label and text at the foot of the page, or below `least` if they need the room.
    fn facts(&mut self, facts: &[Fact], least: f32) {
        let (left, measure) = (self.frame.left, self.context.measure);
        let column = measure * 0.29;
        let labels: Vec<Text> = facts.iter().map(|it| vec![Span::plain(&it.label)]).collect();
        let rows: Vec<[Paragraph<'_>; 2]> = labels
            .iter()
            .zip(facts)
            .map(|(label, fact)| {
                let kinds = [FACT.colored(GREY), FACT.colored(INK)];
                let fonts = &mut *self.context.fonts;
                let label = Paragraph::set(fonts, label, kinds[0], column - 12.0);
                [label, Paragraph::set(fonts, &fact.text, kinds[1], measure - column)]
            })
            .collect();
        let height_of = |row: &[Paragraph<'_>; 2]| row[0].height().max(row[1].height()) + 8.0;
        let height: f32 = rows.iter().map(height_of).sum();
        let mut y = least.max(self.frame.top + self.frame.body() - 18.0 - height);
        let list = self.context.tree.add(Role::List, ROOT);
        for row in &rows {
            let nodes = labelled(self.context, list);
            let line = Rect { x: left, ..rule(measure, y) };
            self.items.push(Item::Fill(line, RULE));
            for ((text, node), x) in row.iter().zip(nodes).zip([left, left + column]) {
                self.items.push(Item::Tag(node));
                text.draw_all(Position { x, y: y + 4.0, align: Align::Left }, self.items);
            }
            y += height_of(row);
        }
    }
}
