//! Running headers and footers, and the page numbers of the contents.

use super::display::{Item, Page, Rect, Spot};
use super::flow::PageFormat;
use super::fonts::Fonts;
use super::lines::{Paragraph, Position};
use super::markup::{Align, Meta, Span};
use super::theme::{BODY, RULE, SMALL};
use std::collections::BTreeMap;

/// Distance of header and footer from the edge of the paper.
const EDGE: f32 = 26.0;

/// Room between what stands at the left and at the right.
const GAP: f32 = 16.0;

/// Puts page numbers in the place of references to pages.
pub(super) fn number(pages: &mut [Page], anchors: &BTreeMap<String, Spot>, fonts: &mut Fonts) {
    for page in pages {
        let items = std::mem::take(&mut page.items);
        for item in items {
            let Item::PageNumber { id, x, y } = item else {
                page.items.push(item);
                continue;
            };
            let Some(spot) = anchors.get(&id) else { continue };
            let text = [Span::plain(&(spot.page + 1).to_string())];
            let text = Paragraph::set(fonts, &text, BODY, 40.0);
            let place = Position { x: x - 40.0, y: y - BODY.baseline(), align: Align::Right };
            text.draw_all(place, &mut page.items);
        }
    }
}

/// Draws header and footer of a page; of the header, a cover has the classification alone.
pub(super) fn draw(
    meta: &Meta,
    fonts: &mut Fonts,
    at: usize,
    n_pages: usize,
    page: PageFormat,
) -> Vec<Item> {
    let mut drawn = FurniturePage { page, fonts, items: vec![Item::Aside(true)] };
    if !page.cover {
        drawn.rule(EDGE + 15.0);
    }
    drawn.pair(EDGE, if page.cover { "" } else { &meta.header }, &meta.classification);
    let mut left = vec![short_id(&meta.id), meta.footer.clone()];
    left.retain(|it| !it.is_empty());
    drawn.rule(page.height - EDGE - 15.0);
    let number = format!("Page {} of {n_pages}", at + 1);
    drawn.pair(page.height - EDGE - SMALL.leading, &left.join("  ·  "), &number);
    drawn.items
}

fn short_id(id: &str) -> String {
    id.chars().take(16).collect()
}

struct FurniturePage<'a> {
    page: PageFormat,
    fonts: &'a mut Fonts,
    items: Vec<Item>,
}

impl FurniturePage<'_> {
    fn rule(&mut self, y: f32) {
        let x = self.margin();
        let area = Rect { x, y, width: self.page.width - 2.0 * x, height: 0.5 };
        self.items.push(Item::Fill(area, RULE));
    }

    fn margin(&self) -> f32 {
        super::theme::side_margin(self.page.width > self.page.height)
    }

    /// A text at the left and one at the right, each cut to one line; the left one has the room
    /// that the right one leaves.
    fn pair(&mut self, y: f32, left: &str, right: &str) {
        let x = self.margin();
        let measure = self.page.width - 2.0 * x;
        let taken = self.line(x, y, right, measure, Align::Right);
        if taken + 2.0 * GAP < measure {
            self.line(x, y, left, measure - taken - GAP, Align::Left);
        }
    }

    /// Draws the first line of a text, and says how wide its lines are.
    fn line(&mut self, x: f32, y: f32, text: &str, measure: f32, align: Align) -> f32 {
        let text = [Span::plain(text)];
        let text = Paragraph::set(self.fonts, &text, SMALL, measure);
        if let Some(line) = text.lines.first() {
            text.draw(line, Position { x, y, align }, &mut self.items);
        }
        text.width()
    }
}
