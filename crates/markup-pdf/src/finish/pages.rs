//! Pages into the file: what they show at once, the rest when all pages are known.

use super::file::PdfFile;
use super::text;
use crate::color::Color;
use crate::content::{self, Content};
use crate::display::{Item, Page, Rect, Spot};
use crate::markup::Link;
use crate::tags::{Kid, TagId, Tree};
use lopdf::{Dictionary, Object};
use std::collections::BTreeMap;

/// What a page still needs once it is written.
pub(crate) struct Leaf {
    /// The number of the page's object.
    pub(super) number: u32,
    width: f32,
    height: f32,
    accent: Color,
    /// Its streams: the page, and its header and footer.
    streams: [u32; 2],
    links: Vec<(Rect, Link, TagId)>,
    /// Which element each marked piece of its text belongs to.
    pub(super) marks: Vec<TagId>,
}

/// Writes what stands on a page.
pub(crate) fn write(file: &mut PdfFile, page: &Page, accent: Color, tree: &mut Tree) -> Leaf {
    let [number, stream, furniture] = [(); 3].map(|()| file.reserve());
    let (width, height) = (page.width, page.height);
    let Content { bytes, links, marks } = content::write(&page.items, height, accent, tree, number);
    file.stream(stream, bytes);
    let streams = [stream, furniture];
    Leaf { number, width, height, accent, streams, links, marks }
}

/// Writes header and footer of a page.
pub(crate) fn furnish(file: &mut PdfFile, leaf: &Leaf, items: &[Item], tree: &mut Tree) {
    let content = content::write(items, leaf.height, leaf.accent, tree, leaf.number);
    file.stream(leaf.streams[1], content.bytes);
}

/// Writes the pages' objects and their links. Returns the number of their tree's root and the
/// elements of the links, in the order of their annotations' `StructParent`.
pub(super) fn finish(
    file: &mut PdfFile,
    leaves: &[Leaf],
    anchors: &BTreeMap<String, Spot>,
    tree: &mut Tree,
    resources: u32,
) -> (u32, Vec<TagId>) {
    let root = file.reserve();
    let mut owners = Vec::new();
    for (at, leaf) in leaves.iter().enumerate() {
        let mut annotations = Vec::new();
        for (area, link, node) in &leaf.links {
            let number = file.reserve();
            let mut object = annotation(*area, &target(link, leaves, anchors));
            if tree.kept {
                object.set("StructParent", whole(leaves.len() + owners.len()));
                tree.give(*node, Kid::Annotation { page: leaf.number, object: number });
                owners.push(*node);
            }
            file.object(number, &Object::Dictionary(object));
            annotations.push(number);
        }
        let annotations = if annotations.is_empty() {
            String::new()
        } else {
            format!("/Annots[{}]", references(annotations))
        };
        let tags = if tree.kept { format!("/StructParents {at}/Tabs/S") } else { String::new() };
        let [stream, furniture] = leaf.streams;
        file.text(
            leaf.number,
            format_args!(
                "<</Type/Page/Parent {root} 0 R/MediaBox[0 0 {} {}]/Resources {resources} 0 R\
                 /Contents[{stream} 0 R {furniture} 0 R]{annotations}{tags}>>",
                leaf.width, leaf.height
            ),
        );
    }
    let kids = references(leaves.iter().map(|it| it.number));
    let count = leaves.len();
    file.text(root, format_args!("<</Type/Pages/Count {count}/Kids[{kids}]>>"));
    (root, owners)
}

fn references(numbers: impl IntoIterator<Item = u32>) -> String {
    let words: Vec<String> = numbers.into_iter().map(|it| format!("{it} 0 R")).collect();
    words.join(" ")
}

/// Where a link leads: its action's entries, and the words for it.
fn target(link: &Link, leaves: &[Leaf], anchors: &BTreeMap<String, Spot>) -> (Dictionary, String) {
    match link {
        Link::Href(address) => {
            let uri = Object::string_literal(address.as_str());
            let action = [("S", Object::Name("URI".into())), ("URI", uri)];
            let action = Object::Dictionary(Dictionary::from_iter(action));
            (Dictionary::from_iter([("A", action)]), address.clone())
        }
        Link::To(id) => {
            let spot = anchors.get(id).copied().unwrap_or(Spot { page: 0, y: 0.0 });
            let dest = destination(spot, leaves);
            (Dictionary::from_iter([("Dest", dest)]), format!("Page {}", spot.page + 1))
        }
    }
}

/// A little above a spot.
pub(super) fn destination(spot: Spot, leaves: &[Leaf]) -> Object {
    let page = Object::Reference((leaves[spot.page].number, 0));
    let top = Object::Real((spot.y + 6.0).round());
    vec![page, "XYZ".into(), Object::Null, top, Object::Null].into()
}

/// Links print (as nothing) and say where they lead.
fn annotation(area: Rect, (target, words): &(Dictionary, String)) -> Dictionary {
    let mut res = target.clone();
    let corners = [area.x, area.y, area.x + area.width, area.y + area.height];
    let corners = corners.map(|it| Object::Real((it * 100.0).round() / 100.0));
    res.set("Type", "Annot");
    res.set("Subtype", "Link");
    res.set("Rect", corners.to_vec());
    res.set("Border", [0, 0, 0].map(Object::Integer).to_vec());
    res.set("F", 4);
    res.set("Contents", text(words));
    res
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).expect("fewer than 2^63 of anything")
}
