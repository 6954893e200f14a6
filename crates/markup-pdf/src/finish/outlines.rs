//! The nested outline.

use super::pages::{Leaf, destination};
use super::text;
use crate::layout::LaidOut;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// Adds the outline in document order and tells its root, if there is anything in it.
pub(super) fn build(document: &mut Document, rest: &LaidOut, leaves: &[Leaf]) -> Option<ObjectId> {
    let mut nodes =
        vec![OutlineEntry { id: document.new_object_id(), level: 0, ..OutlineEntry::default() }];
    for bookmark in &rest.bookmarks {
        let parent = parent_of(&nodes, bookmark.level);
        let (id, at) = (document.new_object_id(), nodes.len());
        let previous = nodes[parent].children.last().copied();
        nodes[parent].children.push(at);
        nodes.push(OutlineEntry {
            id,
            level: bookmark.level,
            parent,
            previous,
            children: Vec::new(),
        });
    }
    if nodes.len() == 1 {
        return None;
    }
    for (at, bookmark) in rest.bookmarks.iter().enumerate() {
        let mut entry = entry(&nodes, at + 1);
        entry.set("Title", text(&bookmark.title));
        if let Some(spot) = rest.anchors.get(&bookmark.id) {
            entry.set("Dest", destination(*spot, leaves));
        }
        document.objects.insert(nodes[at + 1].id, Object::Dictionary(entry));
    }
    let mut root = Dictionary::from_iter([("Type", Object::Name("Outlines".into()))]);
    span(&nodes, 0, &mut root);
    document.objects.insert(nodes[0].id, Object::Dictionary(root));
    Some(nodes[0].id)
}

#[derive(Default)]
struct OutlineEntry {
    id: ObjectId,
    level: u8,
    parent: usize,
    previous: Option<usize>,
    children: Vec<usize>,
}

/// The last entry above a level, following only the last branch.
fn parent_of(nodes: &[OutlineEntry], level: u8) -> usize {
    let mut res = 0;
    while let Some(child) = nodes[res].children.last()
        && nodes[*child].level < level
    {
        res = *child;
    }
    res
}

fn entry(nodes: &[OutlineEntry], at: usize) -> Dictionary {
    let node = &nodes[at];
    let mut res = Dictionary::new();
    res.set("Parent", nodes[node.parent].id);
    if let Some(previous) = node.previous {
        res.set("Prev", nodes[previous].id);
    }
    let siblings = &nodes[node.parent].children;
    let next = siblings.iter().position(|it| *it == at).and_then(|it| siblings.get(it + 1));
    if let Some(next) = next {
        res.set("Next", nodes[*next].id);
    }
    span(nodes, at, &mut res);
    res
}

/// First and last child and their number: open below the root, closed (negative) further down.
fn span(nodes: &[OutlineEntry], at: usize, res: &mut Dictionary) {
    let children = &nodes[at].children;
    if let (Some(first), Some(last)) = (children.first(), children.last()) {
        res.set("First", nodes[*first].id);
        res.set("Last", nodes[*last].id);
        let count = i64::try_from(children.len()).unwrap_or(i64::MAX);
        res.set("Count", if at == 0 { count } else { -count });
    }
}
