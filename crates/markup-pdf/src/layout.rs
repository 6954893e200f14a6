//! Parts of a document onto pages, as they come.

use super::contents;
use super::cover;
use super::display::{Bookmark, Item, Page, Spot};
use super::flow::{Flow, Left, PageFormat};
use super::fonts::Fonts;
use super::furniture;
use super::markup::{Block, Heading, Meta, Part};
use super::strip::{LayoutContext, Strip};
use super::table::TableBuilder;
use super::tags::{ROOT, Role, TagId, Tree};
use super::{blocks, missing};
use crate::image::Pixels;
use std::collections::BTreeMap;

/// A document on its way to paper. A page is handed out as soon as it is full; only the contents
/// wait until all is known.
pub(super) struct Layout {
    meta: Meta,
    flow: Flow,
    pub(super) fonts: Fonts,
    pub(super) tree: Tree,
    pub(super) images: Vec<Pixels>,
    table: Option<TableBuilder>,
    /// A table whose last row waits for what follows: a remark stays with it.
    ended: Option<TableBuilder>,
    /// Whether a heading came last: a line or two that follow it stay with what follows them.
    headed: bool,
    contents: Option<PendingContents>,
}

/// Lines of a paragraph below a heading that stay with what follows.
const LEAD_LINES: usize = 2;

/// The contents while their headings come.
struct PendingContents {
    page: Left,
    node: TagId,
    /// The least important headings that are listed.
    depth: u8,
    headings: Vec<Heading>,
}

/// What is known at the end.
#[derive(Debug)]
pub(super) struct LaidOut {
    /// The last pages in their order.
    pub(super) pages: Vec<Page>,
    /// The pages of the contents, and their place.
    pub(super) contents: (usize, Vec<Page>),
    /// All pages in the order of the document.
    pub(super) sheets: Vec<PageFormat>,
    /// Where each id is.
    pub(super) anchors: BTreeMap<String, Spot>,
    pub(super) bookmarks: Vec<Bookmark>,
    /// Characters no face has, with how often each occurs, headers and contents not counted.
    pub(super) missing: BTreeMap<char, usize>,
}

impl Layout {
    pub(super) fn new(meta: Meta) -> Self {
        let flow = Flow::new(meta.page_size);
        let tree = Tree::new(meta.tags);
        let (fonts, images) = (Fonts::load(), Vec::new());
        Layout {
            meta,
            flow,
            fonts,
            tree,
            images,
            table: None,
            ended: None,
            headed: false,
            contents: None,
        }
    }

    /// Hands out the pages that are full.
    pub(super) fn hand_out(&mut self, take: &mut dyn FnMut(&Page, &mut Tree)) {
        for page in self.flow.full.drain(..) {
            take(&page, &mut self.tree);
        }
    }

    /// Adds a part.
    pub(super) fn add(&mut self, part: Part) {
        if let Some(table) = self.ended.take() {
            let remark = matches!(part, Part::Block(Block::Remark(_)));
            table.end(remark, &mut |it| self.flow.put(it));
        }
        if let Part::Block(_) | Part::Table(_) | Part::Keep = part {
            self.flow.settle();
        }
        let (measure, body) = (self.flow.frame.measure(), self.flow.frame.body());
        let context = LayoutContext {
            fonts: &mut self.fonts,
            tree: &mut self.tree,
            images: &mut self.images,
            measure,
            body,
        };
        match part {
            Part::Block(it) => self.add_block(it),
            Part::Table(it) => self.table = Some(TableBuilder::begin(&mut { context }, &it)),
            Part::Row(it) => {
                if let Some(table) = &mut self.table {
                    table.row(&mut { context }, &it, &mut |it| self.flow.put(it));
                }
            }
            Part::TableEnd => self.ended = self.table.take(),
            Part::Keep => self.flow.keep(),
            Part::KeepEnd => self.flow.end_keep(),
            Part::Landscape(it) => self.flow.turn(it),
        }
    }

    fn add_block(&mut self, block: Block) {
        let (measure, body) = (self.flow.frame.measure(), self.flow.frame.body());
        let mut context = LayoutContext {
            fonts: &mut self.fonts,
            tree: &mut self.tree,
            images: &mut self.images,
            measure,
            body,
        };
        match block {
            Block::Cover(it) => {
                self.flow.end_page();
                let frame = self.flow.frame;
                let items = cover::draw(&mut context, &it, &frame, &self.meta);
                self.flow.open_page().items.extend(items);
                self.flow.sheets.last_mut().expect("a page is open").cover = true;
                self.flow.end_page();
            }
            Block::PageBreak => self.flow.end_page(),
            Block::Contents { depth } => {
                let node = self.tree.add(Role::Contents, ROOT);
                let page = self.flow.leave();
                self.contents = Some(PendingContents { page, node, depth, headings: Vec::new() });
            }
            Block::Missing(heading, text) => {
                // Where every character was drawn there is nothing to say.
                let missing = context.fonts.missing.clone();
                if missing.is_empty() {
                    return;
                }
                for part in missing::section(heading, text, &missing) {
                    self.add(part);
                }
            }
            other => {
                let mut strips = Vec::new();
                blocks::build(&mut context, &other, &mut |it| strips.push(it));
                self.put(&other, strips);
            }
        }
    }

    /// Puts the strips of a block on the pages; a short paragraph below a heading stays with what
    /// follows, and a heading is noted for the contents.
    fn put(&mut self, block: &Block, mut strips: Vec<Strip>) {
        if let (Block::Heading(it), Some(contents)) = (block, &mut self.contents)
            && it.level <= contents.depth
        {
            contents.headings.push(it.clone());
        }
        let leads = matches!(block, Block::Paragraph(_)) && self.headed;
        self.headed = matches!(block, Block::Heading(_));
        if leads && strips.len() <= LEAD_LINES {
            for strip in &mut strips {
                strip.keep = true;
            }
        }
        for strip in strips {
            self.flow.put(strip);
        }
    }

    /// Ends the last page, and fills in the contents.
    pub(super) fn finish(&mut self) -> LaidOut {
        if let Some(table) = self.ended.take() {
            table.end(false, &mut |it| self.flow.put(it));
        }
        self.flow.end_page();
        if self.flow.sheets.is_empty() {
            self.flow.open_page();
            self.flow.end_page();
        }
        let pages = std::mem::take(&mut self.flow.full);
        let missing = self.fonts.missing.clone();
        let contents = self.contents.take();
        let contents = contents.map_or((0, Vec::new()), |it| self.fill_contents(it));
        let Flow { sheets, anchors, bookmarks, .. } =
            std::mem::replace(&mut self.flow, Flow::new(self.meta.page_size));
        LaidOut { pages, contents, sheets, anchors, bookmarks, missing }
    }

    /// The pages of the contents; what comes after them moves back by as many as there are more
    /// than one.
    fn fill_contents(&mut self, contents: PendingContents) -> (usize, Vec<Page>) {
        let PendingContents { page, node, headings, .. } = contents;
        let (at, n_sheets) = (page.at, self.flow.sheets.len());
        self.flow.resume(page);
        let (measure, body) = (self.flow.frame.measure(), self.flow.frame.body());
        let mut context = LayoutContext {
            fonts: &mut self.fonts,
            tree: &mut self.tree,
            images: &mut self.images,
            measure,
            body,
        };
        contents::build(&mut context, &headings, node, &mut |it| self.flow.put(it));
        self.flow.end_page();
        let mut pages = std::mem::take(&mut self.flow.full);
        let more = self.flow.sheets.split_off(n_sheets);
        for spot in self.flow.anchors.values_mut().filter(|it| it.page > at) {
            spot.page += more.len();
        }
        let next = at + 1;
        self.flow.sheets.splice(next..next, more);
        furniture::number(&mut pages, &self.flow.anchors, &mut self.fonts);
        (at, pages)
    }

    /// Header and footer of a page.
    pub(super) fn furniture(&mut self, at: usize, of: usize, sheet: PageFormat) -> Vec<Item> {
        furniture::draw(&self.meta, &mut self.fonts, at, of, sheet)
    }
}
