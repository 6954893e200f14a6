//! Strips onto pages: page breaks, repeated heads, ids and outline.

use super::blocks;
use super::contents;
use super::cover;
use super::display::{Bookmark, Page, Spot};
use super::fonts::Fonts;
use super::furniture;
use super::markup::{Block, Document, Paper};
use super::strip::{Bench, Strip};
use super::theme::Frame;
use std::collections::BTreeMap;

/// The document on its pages.
#[derive(Debug)]
pub(super) struct LaidOut {
    pub(super) pages: Vec<Page>,
    /// Where each id is.
    pub(super) anchors: BTreeMap<String, Spot>,
    pub(super) bookmarks: Vec<Bookmark>,
}

/// Lays out a whole document.
pub(super) fn lay_out(document: &Document, fonts: &mut Fonts) -> LaidOut {
    let mut flow = Flow::new(document.meta.paper);
    for block in &document.blocks {
        flow.add(block, document, fonts);
    }
    flow.flush();
    if flow.pages.is_empty() {
        flow.open_page();
    }
    let Flow { mut pages, anchors, bookmarks, covers, .. } = flow;
    furniture::number(&mut pages, &anchors, fonts);
    furniture::furnish(&mut pages, &document.meta, (&covers, fonts));
    LaidOut { pages, anchors, bookmarks }
}

struct Flow {
    paper: Paper,
    frame: Frame,
    pages: Vec<Page>,
    /// Which pages are covers.
    covers: Vec<bool>,
    /// Top of the next strip on the last page.
    y: f32,
    /// No page is open: the next strip starts one.
    closed: bool,
    /// Strips that must stay together with what comes next.
    chain: Vec<Strip>,
    anchors: BTreeMap<String, Spot>,
    bookmarks: Vec<Bookmark>,
}

impl Flow {
    fn new(paper: Paper) -> Self {
        Flow {
            paper,
            frame: Frame::new(paper, false),
            pages: Vec::new(),
            covers: Vec::new(),
            y: 0.0,
            closed: true,
            chain: Vec::new(),
            anchors: BTreeMap::new(),
            bookmarks: Vec::new(),
        }
    }

    fn add(&mut self, block: &Block, document: &Document, fonts: &mut Fonts) {
        let (measure, body) = (self.frame.measure(), self.frame.body());
        let mut bench = Bench { fonts, measure, body };
        match block {
            Block::Cover(it) => {
                self.end_page();
                self.open_page();
                let items = cover::draw(&mut bench, it, (&self.frame, &document.meta));
                self.last_page().items.extend(items);
                self.covers.pop();
                self.covers.push(true);
                self.closed = true;
            }
            Block::PageBreak => self.end_page(),
            Block::Landscape(inner) => {
                self.turn(true);
                for block in inner {
                    self.add(block, document, fonts);
                }
                self.turn(false);
            }
            Block::Contents => {
                contents::build(&mut bench, &document.blocks, &mut |it| self.put(it));
            }
            other => blocks::build(&mut bench, other, &mut |it| self.put(it)),
        }
    }

    fn turn(&mut self, landscape: bool) {
        self.end_page();
        self.frame = Frame::new(self.paper, landscape);
    }

    fn end_page(&mut self) {
        self.flush();
        self.closed = true;
    }

    fn open_page(&mut self) {
        let Frame { width, height, top, .. } = self.frame;
        self.pages.push(Page { width, height, items: Vec::new() });
        self.covers.push(false);
        self.y = top;
        self.closed = false;
    }

    fn last_page(&mut self) -> &mut Page {
        self.pages.last_mut().expect("a page is open")
    }

    fn put(&mut self, strip: Strip) {
        let keep = strip.keep;
        self.chain.push(strip);
        if !keep {
            self.flush();
        }
    }

    /// Places the chain: on this page if it fits, else on the next; one longer than a page is
    /// broken where it must.
    fn flush(&mut self) {
        let chain = std::mem::take(&mut self.chain);
        let whole: f32 = chain.iter().map(|it| it.above + it.height + it.below).sum();
        let height = whole - chain.last().map_or(0.0, |it| it.below);
        let at_top = self.closed || self.y <= self.frame.top;
        if !chain.is_empty() && !at_top && self.y + height > self.bottom() {
            self.closed = true;
        }
        for strip in chain {
            self.place(strip);
        }
    }

    fn bottom(&self) -> f32 {
        self.frame.height - self.frame.bottom + 0.01
    }

    fn place(&mut self, strip: Strip) {
        let at_top = self.y <= self.frame.top;
        if !self.closed && !at_top && self.y + strip.above + strip.height > self.bottom() {
            self.closed = true;
        }
        if self.closed {
            self.open_page();
            if let Some(head) = &strip.head {
                self.draw(Strip::clone(head));
            }
        } else if self.y > self.frame.top {
            self.y += strip.above;
        }
        self.draw(strip);
    }

    fn draw(&mut self, strip: Strip) {
        let (left, top) = (self.frame.left, self.y);
        let page = self.pages.len() - 1;
        for id in strip.ids {
            self.anchors.insert(id, Spot { page, y: self.frame.height - top });
        }
        self.bookmarks.extend(strip.bookmark);
        let page = self.last_page();
        page.items.reserve(strip.items.len());
        for mut item in strip.items {
            item.shift(left, top);
            page.items.push(item);
        }
        self.y += strip.height + strip.below;
    }
}

#[cfg(test)]
mod tests {
    use crate::report::pdf::picture::{draw_blocks, lay_out_blocks};

    #[test]
    fn contents_name_the_pages() {
        let pages = draw_blocks(
            "<cover><title>Review</title><stamp tone=\"good\">COMPLETE</stamp></cover>\
             <h1>Contents</h1><toc/><pagebreak/>\
             <h1>Result</h1><p>See <a to=\"f\">findings</a>.</p><pagebreak/>\
             <h1 id=\"f\">Findings</h1><h2>USR-01</h2><p>None.</p>",
        );
        insta::assert_snapshot!(pages, @"
        Review
        COMPLETE
        c0ffee|Page 1 of 4
        ────
        Review
        Contents
        Result|3
        Findings|4
        USR-01|4
        c0ffee|Page 2 of 4
        ────
        Review
        Result
        See |findings|.
        c0ffee|Page 3 of 4
        ────
        Review
        Findings
        USR-01
        None.
        c0ffee|Page 4 of 4
        ");
    }

    #[test]
    fn the_head_of_a_table_is_on_each_of_its_pages() {
        let rows: Vec<String> = (1..=100).map(|it| format!("<r><c>{it}</c></r>")).collect();
        let rows = rows.concat();
        let table = format!("<table cols=\"1*\"><head><c>No.</c></head>{rows}</table>");
        let pages = draw_blocks(&table);
        let ends: Vec<String> = pages
            .split("────\n")
            .map(|page| {
                let lines: Vec<&str> = page.lines().collect();
                [&lines[..3], &["…"], &lines[lines.len() - 2..]].concat().join(" ")
            })
            .collect();
        insta::assert_snapshot!(ends.join("\n"), @"
        Review No. 1 … 42 c0ffee|Page 1 of 3
        Review No. 43 … 84 c0ffee|Page 2 of 3
        Review No. 85 … 100 c0ffee|Page 3 of 3
        ");
    }

    #[test]
    fn a_heading_is_never_last_on_a_page() {
        for n_lines in 40..60 {
            let filler = "<p>filler</p>".repeat(n_lines);
            let pages = draw_blocks(&format!("{filler}<h2>Heading</h2><p>text</p>"));
            let page = pages.split("────\n").find(|it| it.contains("Heading")).unwrap();
            assert!(page.contains("text"), "{n_lines} lines:\n{page}");
        }
    }

    #[test]
    fn kept_blocks_stay_on_one_page() {
        for n_lines in 20..50 {
            let filler = "<p>filler</p>".repeat(n_lines);
            let kept = "<keep><p>first</p><p>middle</p><p>last</p></keep>";
            let pages = draw_blocks(&format!("{filler}{kept}"));
            let page = pages.split("────\n").find(|it| it.contains("first")).unwrap();
            assert!(page.contains("last"), "{n_lines} lines:\n{page}");
        }
    }

    #[test]
    fn landscape_pages_are_turned() {
        let (laid_out, _) =
            lay_out_blocks("<p>one</p><landscape><p>two</p></landscape><p>three</p>");
        let sizes: Vec<bool> = laid_out.pages.iter().map(|it| it.width > it.height).collect();
        assert_eq!(sizes, [false, true, false]);
    }

    #[test]
    fn ids_are_found_where_they_stand() {
        let table =
            "<table cols=\"1*\" id=\"t\"><head><c>A</c></head><r id=\"r\"><c>1</c></r></table>";
        let (laid_out, _) = lay_out_blocks(&format!("<p>one</p><pagebreak/>{table}"));
        let spots: Vec<String> = laid_out
            .anchors
            .iter()
            .map(|(id, it)| format!("{id}: page {}, {:.0} from below", it.page + 1, it.y))
            .collect();
        insta::assert_snapshot!(spots.join("\n"), @"
        r: page 2, 751 from below
        t: page 2, 768 from below
        ");
    }
}
