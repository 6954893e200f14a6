//! Blocks into strips: headings, paragraphs, notes, lists, facts.

use super::chart;
use super::display::{Bookmark, Item, Rect};
use super::lines::{Paragraph, Position};
use super::logo;
use super::markup::{Align, Block, FactList, Heading, Span, Text, Tone};
use super::strip::{LayoutContext, Output, Strip};
use super::tags::{ROOT, Role, TagId};
use super::theme::{self, BODY, FACT, GREY, HEADINGS, INK, REMARK, RULE, Type};

/// Builds the strips of a block.
pub(super) fn build(context: &mut LayoutContext<'_>, block: &Block, out: Output<'_>) {
    match block {
        Block::Heading(it) => out(heading(context, it)),
        Block::Paragraph(it) => paragraph(context, it, BODY, 7.0, out),
        Block::Note(tone, text) => note(context, *tone, text, out),
        Block::List(items) => {
            let list = context.tree.add(Role::List, ROOT);
            for it in items {
                item(context, list, it, out);
            }
        }
        Block::Remark(it) => paragraph(context, it, REMARK, 5.0, out),
        Block::Facts(it) => facts(context, it, out),
        Block::Chart(it) => chart::build(context, it, out),
        Block::Logo(it) => out(logo::strip(context, it)),
        Block::Cover(_) | Block::Contents { .. } | Block::PageBreak | Block::Missing(..) => {}
    }
}

/// The words of a text, without their looks.
pub(super) fn plain(text: &[Span]) -> String {
    text.iter().map(|it| if it.words.is_empty() { " " } else { &*it.words }).collect()
}

fn heading(context: &mut LayoutContext<'_>, heading: &Heading) -> Strip {
    let at = usize::from(heading.level) - 1;
    let kind = HEADINGS[at];
    let text = Paragraph::set(context.fonts, &heading.text, kind, context.measure);
    let [bar, below] = [[11.0, 8.0], [0.0, 4.0], [0.0, 2.0]][at];
    let node = context.tree.add(Role::Heading(heading.level), ROOT);
    let mut res = Strip::new(node, text.height() + bar);
    res.below = below;
    res.above = [20.0, 13.0, 10.0][at];
    if at == 0 {
        let area = Rect { x: 0.0, y: 0.0, width: 30.0, height: 2.6 };
        res.items.push(Item::Fill(area, kind.color));
    }
    text.draw_all(Position { x: 0.0, y: bar, align: Align::Left }, &mut res.items);
    res.keep = true;
    res.ids.push(heading.id.clone());
    let (level, id) = (heading.level, heading.id.clone());
    res.bookmark = Some(Bookmark { level, title: plain(&heading.text), id });
    res
}

/// Where the lines of a text stand, and what stands behind them.
struct TextSetting {
    node: TagId,
    kind: Type,
    indent: f32,
    above: f32,
    below: f32,
    box_tone: Option<Tone>,
}

/// One strip a line; the first two and the last two stay together.
fn set_lines(context: &mut LayoutContext<'_>, text: &Text, setting: &TextSetting, out: Output<'_>) {
    let boxed = setting.box_tone.is_some();
    let inset = if boxed { 12.0 } else { 0.0 };
    let measure = context.measure - setting.indent - inset;
    let text = Paragraph::set(context.fonts, text, setting.kind, measure);
    let n_lines = text.lines.len();
    for (at, line) in text.lines.iter().enumerate() {
        let (first, last) = (at == 0, at + 1 == n_lines);
        let pad = |edge: bool| if boxed && edge { 7.0 } else { 0.0 };
        let height = pad(first) + setting.kind.leading + pad(last);
        let mut strip = Strip::new(setting.node, height);
        strip.above = if first { setting.above } else { 0.0 };
        strip.below = if last { setting.below } else { 0.0 };
        if let Some(tone) = setting.box_tone {
            let area = Rect { x: 0.0, y: 0.0, width: context.measure, height };
            strip.items.push(Item::Fill(area, theme::tint(tone)));
            let bar = Rect { width: 2.4, ..area };
            strip.items.push(Item::Fill(bar, theme::tone(tone)));
        }
        let place = Position { x: setting.indent, y: pad(first), align: Align::Left };
        text.draw(line, place, &mut strip.items);
        strip.keep = !last && (first || at + 2 == n_lines);
        out(strip);
    }
}

/// A paragraph of a type, with so much room below.
fn paragraph(
    context: &mut LayoutContext<'_>,
    text: &Text,
    kind: Type,
    below: f32,
    out: Output<'_>,
) {
    let setting = TextSetting {
        node: context.tree.add(Role::Paragraph, ROOT),
        kind,
        indent: 0.0,
        above: 0.0,
        below,
        box_tone: None,
    };
    set_lines(context, text, &setting, out);
}

fn note(context: &mut LayoutContext<'_>, tone: Tone, text: &Text, out: Output<'_>) {
    let setting = TextSetting {
        node: context.tree.add(Role::Paragraph, ROOT),
        kind: FACT,
        indent: 14.0,
        above: 4.0,
        below: 10.0,
        box_tone: Some(tone),
    };
    set_lines(context, text, &setting, out);
}

fn item(context: &mut LayoutContext<'_>, list: TagId, text: &Text, out: Output<'_>) {
    let item = context.tree.add(Role::Item, list);
    let label = context.tree.add(Role::Label, item);
    let bullet = [Span::plain("•")];
    let bullet = Paragraph::set(context.fonts, &bullet, BODY.colored(GREY), 10.0);
    let setting = TextSetting {
        node: context.tree.add(Role::Body, item),
        kind: BODY,
        indent: 13.0,
        above: 0.0,
        below: 3.5,
        box_tone: None,
    };
    let mut first = true;
    let mut put = |mut strip: Strip| {
        if std::mem::take(&mut first) {
            let text = std::mem::replace(&mut strip.items, vec![Item::Tag(label)]);
            let place = Position { x: 2.5, y: 0.0, align: Align::Left };
            bullet.draw_all(place, &mut strip.items);
            strip.items.extend(text);
        }
        out(strip);
    };
    set_lines(context, text, &setting, &mut put);
}

/// Rows of label and text, ruled.
fn facts(context: &mut LayoutContext<'_>, block: &FactList, out: Output<'_>) {
    let all = &block.facts;
    let kind = block.size.map_or(FACT, |size| Type { size, leading: size * 1.38, ..FACT });
    // Small labels need less room.
    let column = (context.measure * 0.27).min(150.0 * (kind.size / FACT.size).powi(2));
    let node = context.tree.add(Role::List, ROOT);
    for (at, it) in all.iter().enumerate() {
        let label = [Span::plain(&it.label)];
        let label = Paragraph::set(context.fonts, &label, kind.colored(GREY), column - 12.0);
        let text =
            Paragraph::set(context.fonts, &it.text, kind.colored(INK), context.measure - column);
        let last = at + 1 == all.len();
        let height = label.height().max(text.height()) + 6.6;
        let [label_node, body] = labelled(context, node);
        let mut strip = Strip::new(label_node, height);
        strip.below = if last { 10.0 } else { 0.0 };
        strip.above = if at == 0 { 3.0 } else { 0.0 };
        strip.items.push(Item::Fill(rule(context.measure, height), RULE));
        label.draw_all(Position { x: 0.0, y: 3.3, align: Align::Left }, &mut strip.items);
        strip.items.push(Item::Tag(body));
        text.draw_all(Position { x: column, y: 3.3, align: Align::Left }, &mut strip.items);
        strip.keep = at == 0 && !last;
        out(strip);
    }
}

/// The elements of an item of a list: its label and its body.
pub(super) fn labelled(context: &mut LayoutContext<'_>, list: TagId) -> [TagId; 2] {
    let item = context.tree.add(Role::Item, list);
    [Role::Label, Role::Body].map(|it| context.tree.add(it, item))
}

/// A hairline.
pub(super) fn rule(width: f32, y: f32) -> Rect {
    Rect { x: 0.0, y: y - 0.4, width, height: 0.4 }
}
