//! Pages as text, for tests: what stands on which line of which page, and what is drawn where.

use super::display::{Item, Page, Rect};
use super::fonts::Fonts;
use super::layout::{LaidOut, Layout};
use super::markup::Part;
use super::parse::Parser;
use super::theme::Ink;
use crate::color;
use std::collections::BTreeMap;

/// Wraps blocks into a document.
pub(super) fn report(blocks: &str) -> String {
    format!(
        "<report title=\"Review\" lang=\"en\" created=\"2026-10-31T23:59:00Z\" id=\"c0ffee\" \
         header=\"Review\">\n{blocks}\n</report>"
    )
}

/// The parts that blocks are read as.
pub(super) fn parts(blocks: &str) -> Vec<Part> {
    let mut res = Vec::new();
    let mut markup = std::iter::once(report(blocks));
    let (_, parser) = Parser::begin(&mut markup).unwrap();
    parser.read(&mut |it| res.push(it)).unwrap();
    res
}

/// Lays blocks out; the rest has all pages, with their furniture.
pub(super) fn lay_out_blocks(blocks: &str) -> (LaidOut, Fonts) {
    let mut markup = std::iter::once(report(blocks));
    let (meta, parser) = Parser::begin(&mut markup).unwrap();
    let mut layout = Layout::new(meta);
    parser.read(&mut |it| layout.add(it)).unwrap();
    let mut rest = layout.finish();
    let (at, contents) = std::mem::take(&mut rest.contents);
    rest.pages.splice(at..at, contents);
    let n_pages = rest.pages.len();
    for (at, page) in rest.pages.iter_mut().enumerate() {
        page.items.extend(layout.furniture(at, n_pages, rest.sheets[at]));
    }
    (rest, layout.fonts)
}

/// The first page of blocks as a drawing, without its furniture. A character is 3.6 points wide and
/// 7.2 high: fills are dark, medium or light, what is thin is a line, words are words.
pub(super) fn sketch(blocks: &str) -> String {
    let mut markup = std::iter::once(report(blocks));
    let (meta, parser) = Parser::begin(&mut markup).unwrap();
    let mut layout = Layout::new(meta);
    parser.read(&mut |it| layout.add(it)).unwrap();
    let rest = layout.finish();
    let mut canvas = Canvas(BTreeMap::new());
    let (words, drawn): (Vec<&Item>, Vec<&Item>) =
        rest.pages[0].items.iter().partition(|it| matches!(it, Item::Text(_)));
    for it in drawn {
        canvas.draw(it);
    }
    for it in words {
        canvas.write(it, &layout.fonts);
    }
    canvas.lines()
}

/// How light a colour is, well enough.
fn green(color: Ink) -> u8 {
    let color::Color(_, green, _) = color.on_paper(color::Color::ACCENT);
    green
}

/// Characters by row and column, and whether they are words.
struct Canvas(BTreeMap<(i32, i32), (char, bool)>);

const CELL: (f32, f32) = (3.6, 7.2);

#[expect(clippy::cast_possible_truncation, reason = "a position on a page")]
impl Canvas {
    fn draw(&mut self, item: &Item) {
        match item {
            Item::Fill(area, color) if area.height < 2.0 => {
                self.line((area.x, area.y), (area.x + area.width, area.y), *color);
            }
            Item::Fill(area, color) => {
                let dark = match green(*color) {
                    0..=0x7f => '█',
                    0x80..=0xcf => '▓',
                    _ => '░',
                };
                self.cells(*area, &mut |_, _| Some(dark));
            }
            Item::Frame(area, ..) => {
                let edges = [area.x, area.x + area.width].map(|it| (it / CELL.0) as i32);
                let wide = Rect { x: area.x - CELL.0, width: area.width + 2.0 * CELL.0, ..*area };
                self.cells(wide, &mut |column, _| edges.contains(&column).then_some('│'));
            }
            Item::Line { points, color, .. } => {
                points.windows(2).for_each(|it| self.line(it[0], it[1], *color));
            }
            Item::Shape { center: (x, y), .. } => self.put(*x, *y, '●'),
            _ => {}
        }
    }

    /// Cells whose middle is in an area.
    fn cells(&mut self, area: Rect, fill: &mut dyn FnMut(i32, i32) -> Option<char>) {
        let range = |from: f32, length: f32, cell: f32| {
            let first = (from / cell - 0.5).ceil() as i32;
            first..((from + length) / cell - 0.5).ceil() as i32
        };
        for row in range(area.y, area.height, CELL.1) {
            for column in range(area.x, area.width, CELL.0) {
                if let Some(it) = fill(column, row) {
                    self.0.insert((row, column), (it, false));
                }
            }
        }
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32), color: Ink) {
        let green = green(color);
        let (across, down) = (to.0 - from.0, to.1 - from.1);
        let character = match down / across {
            slope if slope.abs() < 0.4 && green > 0xb0 => '┈',
            slope if slope.abs() < 0.4 => '─',
            slope if slope < 0.0 => '╱',
            _ => '╲',
        };
        let n_steps = (across.abs().max(down.abs()) / 1.2).ceil();
        for step in 0..=n_steps as i16 {
            let part = f32::from(step) / n_steps;
            self.put(from.0 + across * part, from.1 + down * part, character);
        }
    }

    fn put(&mut self, x: f32, y: f32, character: char) {
        self.0.insert(((y / CELL.1) as i32, (x / CELL.0) as i32), (character, false));
    }

    /// A run begins where it stands, behind the one before it.
    fn write(&mut self, item: &Item, fonts: &Fonts) {
        let Item::Text(run) = item else { return };
        let codes = &fonts.faces[usize::from(run.face)].codes;
        let row = ((run.y - run.size * 0.36) / CELL.1) as i32;
        let mut column = (run.x / CELL.0) as i32;
        for it in run.codes.iter().flat_map(|it| codes[usize::from(*it)].text.chars()) {
            while self.0.get(&(row, column)).is_some_and(|it| it.1) {
                column += 1;
            }
            self.0.insert((row, column), (it, true));
        }
    }

    /// The rows from the first to the last that is drawn in, without the margin.
    fn lines(&self) -> String {
        let rows = || self.0.keys().map(|it| it.0);
        let left = self.0.keys().map(|it| it.1).min().unwrap_or(0);
        let mut res = String::new();
        for row in rows().min().unwrap_or(0)..=rows().max().unwrap_or(-1) {
            let (mut line, mut end) = (String::new(), left);
            for ((_, column), (character, _)) in self.0.range((row, 0)..(row + 1, 0)) {
                line.extend((end..*column).map(|_| ' '));
                line.push(*character);
                end = column + 1;
            }
            res.push_str(line.trim_end());
            res.push('\n');
        }
        res
    }
}

/// The pages of blocks, each under a rule; `|` stands where a run starts anew.
pub(super) fn draw_blocks(blocks: &str) -> String {
    let (laid_out, fonts) = lay_out_blocks(blocks);
    laid_out.pages.iter().map(|it| draw(it, &fonts)).collect::<Vec<_>>().join("────\n")
}

/// The lines of a page from top to bottom, without the dots of leaders.
pub(super) fn draw(page: &Page, fonts: &Fonts) -> String {
    let mut lines: BTreeMap<i32, Vec<(f32, String)>> = BTreeMap::new();
    for item in &page.items {
        let Item::Text(run) = item else { continue };
        let codes = &fonts.faces[usize::from(run.face)].codes;
        let text: String =
            run.codes.iter().map(|it| codes[usize::from(*it)].text.as_str()).collect();
        if text == "." && run.size < 8.0 {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a position on a page")]
        lines.entry(run.y as i32).or_default().push((run.x, text));
    }
    let mut res = String::new();
    for (_, mut runs) in lines {
        runs.sort_by(|one, other| one.0.total_cmp(&other.0));
        let texts: Vec<String> = runs.into_iter().map(|it| it.1).collect();
        res.push_str(texts.join("|").trim_end());
        res.push('\n');
    }
    res
}
