//! Table of contents: headings with leaders and page numbers, linked.

use super::blocks::plain;
use super::display::{Item, Rect};
use super::lines::{Paragraph, Position};
use super::markup::{Align, Heading, Link, Span};
use super::strip::{LayoutContext, Output, Strip};
use super::tags::{Role, TagId};
use super::theme::{BODY, GREY, INK, Type};

/// Room for the page number.
const NUMBER: f32 = 28.0;

/// One strip an entry, in the element of the contents.
pub(super) fn build(
    context: &mut LayoutContext<'_>,
    headings: &[Heading],
    node: TagId,
    out: Output<'_>,
) {
    for heading in headings {
        out(entry(context, node, heading));
    }
}

fn entry(context: &mut LayoutContext<'_>, node: TagId, heading: &Heading) -> Strip {
    let chapter = heading.level == 1;
    let kind = Type { leading: 16.5, bold: chapter, ..BODY.colored(INK) };
    let indent = if chapter { 0.0 } else { 14.0 };
    let title = [Span::plain(&plain(&heading.text))];
    let measure = context.measure - indent - NUMBER;
    let text = Paragraph::set(context.fonts, &title, kind, measure);
    let mut res = Strip::new(context.tree.add(Role::Entry, node), text.height());
    res.items.push(Item::LinkStart);
    res.above = if chapter { 7.0 } else { 0.0 };
    text.draw_all(Position { x: indent, y: 0.0, align: Align::Left }, &mut res.items);
    let y = text.height() - kind.leading;
    if text.lines.len() == 1 {
        let start = indent + text.width() + 5.0;
        leader(context, start, y, &mut res);
    }
    res.items.push(Item::PageNumber {
        id: heading.id.clone(),
        x: context.measure,
        y: y + kind.baseline(),
    });
    let area = Rect { x: 0.0, y: 0.0, width: context.measure, height: res.height };
    res.items.push(Item::Link(area, Link::To(heading.id.clone())));
    res
}

/// Dots from `start` to the number, on a grid so that those of all entries stand in columns.
fn leader(context: &mut LayoutContext<'_>, start: f32, y: f32, res: &mut Strip) {
    const STEP: f32 = 4.4;
    let end = context.measure - NUMBER + 8.0;
    let kind = Type { leading: 16.5, ..BODY.colored(GREY) };
    let dot = [Span::plain(".")];
    let dot = Paragraph::set(context.fonts, &dot, Type { size: 7.0, ..kind }, STEP);
    let mut x = (start / STEP).ceil() * STEP;
    res.items.push(Item::Aside(true));
    while x + STEP <= end {
        dot.draw_all(Position { x, y: y + 0.6, align: Align::Left }, &mut res.items);
        x += STEP;
    }
    res.items.push(Item::Aside(false));
}

#[cfg(test)]
mod tests {
    use crate::sketch::draw_blocks;

    #[test]
    fn only_what_follows_is_listed_to_the_second_level() {
        let pages = draw_blocks(
            "<h1>Contents</h1><toc/><keep><h1>One</h1></keep><h2>Deeper</h2><h3>Too deep</h3>\
             <landscape><h1>Two</h1></landscape>",
        );
        let contents: Vec<&str> = pages.lines().filter(|it| it.contains('|')).collect();
        insta::assert_snapshot!(contents.join("\n"), @"
        One|2
        Deeper|2
        Two|3
        c0ffee|Page 1 of 3
        c0ffee|Page 2 of 3
        c0ffee|Page 3 of 3
        ");
    }

    #[test]
    fn contents_may_list_the_first_level_alone() {
        let pages = draw_blocks(
            "<toc depth=\"1\"/><h1>One</h1><h2>Deeper</h2><landscape><h1>Two</h1></landscape>\
             <landscape><h1>Three</h1></landscape>",
        );
        let contents: Vec<&str> = pages.lines().filter(|it| it.contains('|')).collect();
        // What is turned alike goes on with the page.
        insta::assert_snapshot!(contents.join("\n"), @"
        One|2
        Two|3
        Three|3
        c0ffee|Page 1 of 3
        c0ffee|Page 2 of 3
        c0ffee|Page 3 of 3
        ");
    }
}
