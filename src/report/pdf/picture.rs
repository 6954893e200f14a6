//! Pages as text, for tests: what stands on which line of which page.

use super::display::{Item, Page};
use super::fonts::Fonts;
use super::layout::{Layout, Rest};
use super::markup::Part;
use super::parse::Parser;
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
pub(super) fn lay_out_blocks(blocks: &str) -> (Rest, Fonts) {
    let mut markup = std::iter::once(report(blocks));
    let (meta, parser) = Parser::begin(&mut markup).unwrap();
    let mut layout = Layout::new(meta);
    parser.read(&mut |it| layout.add(it)).unwrap();
    let mut rest = layout.finish();
    let (at, contents) = std::mem::take(&mut rest.contents);
    rest.pages.splice(at..at, contents);
    let n_pages = rest.pages.len();
    for (at, page) in rest.pages.iter_mut().enumerate() {
        page.items.extend(layout.furniture((at, n_pages), rest.sheets[at]));
    }
    (rest, layout.fonts)
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
