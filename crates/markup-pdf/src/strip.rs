//! Strips: pieces of a block that no page break may cut.

use super::display::{Bookmark, Item};
use super::fonts::Fonts;
use super::tags::{TagId, Tree};
use crate::image::Pixels;
use std::rc::Rc;

/// A strip over the full measure; positions are relative to its top left corner.
#[derive(Debug, Clone, Default)]
pub(super) struct Strip {
    pub(super) height: f32,
    /// Room above, dropped at the top of a page.
    pub(super) above: f32,
    /// Room below, dropped at the bottom of a page.
    pub(super) below: f32,
    pub(super) items: Vec<Item>,
    /// Stays on the page of the strip that follows.
    pub(super) keep: bool,
    /// Ids that are here.
    pub(super) ids: Vec<String>,
    /// Entry of the outline.
    pub(super) bookmark: Option<Bookmark>,
    /// Head of the table, drawn above it where it starts a page.
    pub(super) head: Option<Rc<Strip>>,
}

impl Strip {
    /// An empty strip whose text belongs to `node`.
    pub(super) fn new(node: TagId, height: f32) -> Self {
        Strip { height, items: vec![Item::Tag(node)], ..Strip::default() }
    }

    /// A head as it stands on the following pages: nothing to read aloud again.
    pub(super) fn again(&self) -> Rc<Strip> {
        let mut res = self.clone();
        res.items.insert(0, Item::Aside(true));
        res.items.push(Item::Aside(false));
        Rc::new(res)
    }
}

/// What blocks are built with: the fonts, the structure, the pictures, and the room there is.
pub(super) struct LayoutContext<'a> {
    pub(super) fonts: &'a mut Fonts,
    pub(super) tree: &'a mut Tree,
    /// The document's pictures, each once.
    pub(super) images: &'a mut Vec<Pixels>,
    /// Width of the text area, points.
    pub(super) measure: f32,
    /// Height of the text area, points.
    pub(super) body: f32,
}

/// Where finished strips go.
pub(super) type Output<'o> = &'o mut dyn FnMut(Strip);
