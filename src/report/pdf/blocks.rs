//! Blocks into strips: headings, paragraphs, notes, lists, facts.

use super::chart;
use super::display::{Bookmark, Item, Rect};
use super::lines::{Paragraph, Place};
use super::logo;
use super::markup::{Align, Block, Fact, Heading, Span, Text, Tone};
use super::strip::{Bench, Output, Strip};
use super::tags::{Kind, Node, ROOT};
use super::theme::{self, BODY, FACT, GREY, HEADINGS, INK, RULE, Type};

/// Builds the strips of a block.
pub(super) fn build(bench: &mut Bench<'_>, block: &Block, out: Output<'_>) {
    match block {
        Block::Heading(it) => out(heading(bench, it)),
        Block::Paragraph(it) => paragraph(bench, it, out),
        Block::Note(tone, text) => note(bench, *tone, text, out),
        Block::List(items) => {
            let list = bench.tree.add(Kind::List, ROOT);
            for it in items {
                item(bench, list, it, out);
            }
        }
        Block::Facts(facts) => self::facts(bench, facts, out),
        Block::Chart(it) => chart::build(bench, it, out),
        Block::Logo(it) => out(logo::strip(bench, it)),
        Block::Cover(_) | Block::Contents | Block::PageBreak | Block::Missing(..) => {}
    }
}

/// The words of a text, without their looks.
pub(super) fn plain(text: &[Span]) -> String {
    text.iter().map(|it| if it.words.is_empty() { " " } else { &*it.words }).collect()
}

fn heading(bench: &mut Bench<'_>, heading: &Heading) -> Strip {
    let at = usize::from(heading.level) - 1;
    let kind = HEADINGS[at];
    let text = Paragraph::set(bench.fonts, &heading.text, kind, bench.measure);
    let [bar, below] = [[13.0, 12.0], [0.0, 5.0], [0.0, 2.0]][at];
    let node = bench.tree.add(Kind::Heading(heading.level), ROOT);
    let mut res = Strip::new(node, text.height() + bar);
    res.below = below;
    res.above = [32.0, 19.0, 13.0][at];
    if at == 0 {
        let area = Rect { x: 0.0, y: 0.0, width: 30.0, height: 2.6 };
        res.items.push(Item::Fill(area, kind.color));
    }
    text.draw_all(Place { x: 0.0, y: bar, align: Align::Left }, &mut res.items);
    res.keep = true;
    res.ids.push(heading.id.clone());
    let (level, id) = (heading.level, heading.id.clone());
    res.bookmark = Some(Bookmark { level, title: plain(&heading.text), id });
    res
}

/// Where the lines of a text stand, and what stands behind them.
struct Setting {
    node: Node,
    kind: Type,
    indent: f32,
    above: f32,
    below: f32,
    box_tone: Option<Tone>,
}

/// One strip a line; the first two and the last two stay together.
fn set_lines(bench: &mut Bench<'_>, text: &Text, setting: &Setting, out: Output<'_>) {
    let boxed = setting.box_tone.is_some();
    let inset = if boxed { 12.0 } else { 0.0 };
    let measure = bench.measure - setting.indent - inset;
    let text = Paragraph::set(bench.fonts, text, setting.kind, measure);
    let n_lines = text.lines.len();
    for (at, line) in text.lines.iter().enumerate() {
        let (first, last) = (at == 0, at + 1 == n_lines);
        let pad = |edge: bool| if boxed && edge { 7.0 } else { 0.0 };
        let height = pad(first) + setting.kind.leading + pad(last);
        let mut strip = Strip::new(setting.node, height);
        strip.above = if first { setting.above } else { 0.0 };
        strip.below = if last { setting.below } else { 0.0 };
        if let Some(tone) = setting.box_tone {
            let area = Rect { x: 0.0, y: 0.0, width: bench.measure, height };
            strip.items.push(Item::Fill(area, theme::tint(tone)));
            let bar = Rect { width: 2.4, ..area };
            strip.items.push(Item::Fill(bar, theme::tone(tone)));
        }
        let place = Place { x: setting.indent, y: pad(first), align: Align::Left };
        text.draw(line, place, &mut strip.items);
        strip.keep = !last && (first || at + 2 == n_lines);
        out(strip);
    }
}

fn paragraph(bench: &mut Bench<'_>, text: &Text, out: Output<'_>) {
    let setting = Setting {
        node: bench.tree.add(Kind::Paragraph, ROOT),
        kind: BODY,
        indent: 0.0,
        above: 0.0,
        below: 7.0,
        box_tone: None,
    };
    set_lines(bench, text, &setting, out);
}

fn note(bench: &mut Bench<'_>, tone: Tone, text: &Text, out: Output<'_>) {
    let setting = Setting {
        node: bench.tree.add(Kind::Paragraph, ROOT),
        kind: FACT,
        indent: 14.0,
        above: 4.0,
        below: 10.0,
        box_tone: Some(tone),
    };
    set_lines(bench, text, &setting, out);
}

fn item(bench: &mut Bench<'_>, list: Node, text: &Text, out: Output<'_>) {
    let item = bench.tree.add(Kind::Item, list);
    let label = bench.tree.add(Kind::Label, item);
    let bullet = [Span::plain("•")];
    let bullet = Paragraph::set(bench.fonts, &bullet, BODY.colored(GREY), 10.0);
    let setting = Setting {
        node: bench.tree.add(Kind::Body, item),
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
            let place = Place { x: 2.5, y: 0.0, align: Align::Left };
            bullet.draw_all(place, &mut strip.items);
            strip.items.extend(text);
        }
        out(strip);
    };
    set_lines(bench, text, &setting, &mut put);
}

/// Rows of label and text, ruled.
fn facts(bench: &mut Bench<'_>, facts: &[Fact], out: Output<'_>) {
    let column = (bench.measure * 0.27).min(150.0);
    let node = bench.tree.add(Kind::List, ROOT);
    for (at, fact) in facts.iter().enumerate() {
        let label = [Span::plain(&fact.label)];
        let label = Paragraph::set(bench.fonts, &label, FACT.colored(GREY), column - 12.0);
        let text =
            Paragraph::set(bench.fonts, &fact.text, FACT.colored(INK), bench.measure - column);
        let last = at + 1 == facts.len();
        let height = label.height().max(text.height()) + 6.6;
        let [label_node, body] = labelled(bench, node);
        let mut strip = Strip::new(label_node, height);
        strip.below = if last { 10.0 } else { 0.0 };
        strip.above = if at == 0 { 3.0 } else { 0.0 };
        strip.items.push(Item::Fill(rule(bench.measure, height), RULE));
        label.draw_all(Place { x: 0.0, y: 3.3, align: Align::Left }, &mut strip.items);
        strip.items.push(Item::Tag(body));
        text.draw_all(Place { x: column, y: 3.3, align: Align::Left }, &mut strip.items);
        strip.keep = at == 0 && !last;
        out(strip);
    }
}

/// The elements of an item of a list: its label and its body.
pub(super) fn labelled(bench: &mut Bench<'_>, list: Node) -> [Node; 2] {
    let item = bench.tree.add(Kind::Item, list);
    [Kind::Label, Kind::Body].map(|it| bench.tree.add(it, item))
}

/// A hairline.
pub(super) fn rule(width: f32, y: f32) -> Rect {
    Rect { x: 0.0, y: y - 0.4, width, height: 0.4 }
}
