//! Strips onto pages: page breaks, repeated heads, ids and outline.

use super::display::{Bookmark, Page, Spot};
use super::markup::PageSize;
use super::strip::Strip;
use super::theme::Frame;
use std::collections::BTreeMap;

/// Pages as they fill.
pub(super) struct Flow {
    page_size: PageSize,
    pub(super) frame: Frame,
    /// Whether what comes next stands on turned pages.
    landscape: bool,
    /// The page that is being filled.
    page: Option<Page>,
    /// Full pages that the caller has not taken yet.
    pub(super) full: Vec<Page>,
    /// What was begun, in order.
    pub(super) sheets: Vec<PageFormat>,
    /// Top of the next strip.
    y: f32,
    /// Strips that must stay together with what comes next.
    chain: Vec<Strip>,
    /// Whether strips are kept on one page; the last one then waits for the next.
    keeping: bool,
    kept: Option<Strip>,
    /// Where each id is.
    pub(super) anchors: BTreeMap<String, Spot>,
    pub(super) bookmarks: Vec<Bookmark>,
}

/// What a page is, apart from what stands on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PageFormat {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) cover: bool,
}

/// A page that is left for later.
pub(super) struct Left {
    page: Page,
    frame: Frame,
    y: f32,
    /// Its place among all pages.
    pub(super) at: usize,
}

impl Flow {
    pub(super) fn new(page_size: PageSize) -> Self {
        Flow {
            page_size,
            frame: Frame::new(page_size, false),
            landscape: false,
            page: None,
            full: Vec::new(),
            sheets: Vec::new(),
            y: 0.0,
            chain: Vec::new(),
            keeping: false,
            kept: None,
            anchors: BTreeMap::new(),
            bookmarks: Vec::new(),
        }
    }

    /// Portrait or landscape pages from what comes next on; where that is turned as this page is, it
    /// goes on with this page.
    pub(super) fn turn(&mut self, landscape: bool) {
        self.landscape = landscape;
    }

    /// Begins a page that is turned as what comes next needs it, unless this one is.
    pub(super) fn settle(&mut self) {
        let frame = Frame::new(self.page_size, self.landscape);
        if frame != self.frame {
            self.end_page();
            self.frame = frame;
        }
    }

    /// What follows starts on a new page.
    pub(super) fn end_page(&mut self) {
        self.flush();
        self.full.extend(self.page.take());
    }

    /// The page being filled; a new one, if there is none.
    pub(super) fn open_page(&mut self) -> &mut Page {
        if self.page.is_none() {
            let Frame { width, height, top, .. } = self.frame;
            self.sheets.push(PageFormat { width, height, cover: false });
            self.y = top;
        }
        let Frame { width, height, .. } = self.frame;
        self.page.get_or_insert_with(|| Page { width, height, items: Vec::new() })
    }

    /// Leaves a page as it is, to go on with it when all else is done.
    pub(super) fn leave(&mut self) -> Left {
        self.flush();
        let page = self.open_page().clone();
        self.page = None;
        Left { page, frame: self.frame, y: self.y, at: self.sheets.len() - 1 }
    }

    /// Goes on with a page that was left; its further pages follow it.
    pub(super) fn resume(&mut self, left: Left) {
        self.end_page();
        (self.page, self.frame, self.y) = (Some(left.page), left.frame, left.y);
    }

    /// Keeps what follows on one page, until `end_keep`.
    pub(super) fn keep(&mut self) {
        self.keeping = true;
    }

    pub(super) fn end_keep(&mut self) {
        self.keeping = false;
        if let Some(last) = self.kept.take() {
            self.put(last);
        }
    }

    /// Adds a strip.
    pub(super) fn put(&mut self, strip: Strip) {
        if self.keeping {
            if let Some(mut before) = self.kept.replace(strip) {
                before.keep = true;
                self.chain.push(before);
            }
            return;
        }
        let keep = strip.keep;
        self.chain.push(strip);
        if !keep {
            self.flush();
        }
    }

    /// Places the chain: on this page if it fits, else on the next; one longer than a page is
    /// broken where it must.
    pub(super) fn flush(&mut self) {
        let chain = std::mem::take(&mut self.chain);
        let whole: f32 = chain.iter().map(|it| it.above + it.height + it.below).sum();
        let height = whole - chain.last().map_or(0.0, |it| it.below);
        let at_top = self.page.is_none() || self.y <= self.frame.top;
        if !chain.is_empty() && !at_top && self.y + height > self.bottom() {
            self.full.extend(self.page.take());
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
        if self.page.is_some() && !at_top && self.y + strip.above + strip.height > self.bottom() {
            self.full.extend(self.page.take());
        }
        if self.page.is_none() {
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
        let page = self.sheets.len() - 1;
        for id in strip.ids {
            self.anchors.insert(id, Spot { page, y: self.frame.height - top });
        }
        self.bookmarks.extend(strip.bookmark);
        let page = self.open_page();
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
    use crate::sketch::{draw_blocks, lay_out_blocks};

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
        Review No. 1 … 56 c0ffee|Page 1 of 2
        Review No. 57 … 100 c0ffee|Page 2 of 2
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
        r: page 2, 772 from below
        t: page 2, 785 from below
        ");
    }
}
