//! The structure tree into the file.

use super::file::PdfFile;
use super::object;
use super::pages::Leaf;
use crate::tags::{Kid, Role, TagId, Tree};
use std::fmt::Write as _;

/// Pages and links in one leaf of the tree of parents.
const SHARE: usize = 500;

/// Writes the tree, if structure is kept, and returns the number of its root. `owners` are the
/// elements of the links, in the order of their annotations.
pub(super) fn write(
    file: &mut PdfFile,
    tree: &mut Tree,
    leaves: &[Leaf],
    owners: &[TagId],
) -> Option<u32> {
    if !tree.kept {
        return None;
    }
    let root = file.reserve();
    let first = file.last() + 1;
    let n_elements = u32::try_from(tree.elements.len()).expect("fewer than 2^32 elements");
    file.reserve_to(file.last() + n_elements);
    write_elements(file, tree, root, first);
    let parents = write_parents(file, leaves, owners, first);
    let next = leaves.len() + owners.len();
    file.text(
        root,
        format_args!(
            "<</Type/StructTreeRoot/K {first} 0 R/ParentTree {parents} 0 R/ParentTreeNextKey \
             {next}>>"
        ),
    );
    Some(root)
}

/// Elements with nothing in them are written too: an empty cell holds the place of its column.
fn write_elements(file: &mut PdfFile, tree: &mut Tree, root: u32, first: u32) {
    tree.grouped();
    let mut kids = tree.kids.as_slice();
    for (at, (kind, parent)) in (0..).map(TagId).zip(&tree.elements) {
        let n_own = kids.iter().take_while(|it| it.0 == at).count();
        let (own, rest) = kids.split_at(n_own);
        kids = rest;
        let parent = if at.0 == 0 { root } else { first + parent.0 };
        let scope = match kind {
            Role::Head => "/A<</O/Table/Scope/Column>>",
            _ => "",
        };
        let told = tree.descriptions.get(&at).map_or(String::new(), |it| description(it));
        let kids = kids_of(own, first);
        let name = kind.name();
        file.text(
            first + at.0,
            format_args!("<</Type/StructElem/S/{name}/P {parent} 0 R{scope}{told}{kids}>>"),
        );
    }
}

fn description(words: &str) -> String {
    let mut res = b"/Alt".to_vec();
    object::write(&super::text(words), &mut res);
    String::from_utf8(res).expect("text in ASCII or hexadecimal digits")
}

fn kids_of(kids: &[(TagId, Kid)], first: u32) -> String {
    if kids.is_empty() {
        return String::new();
    }
    let page_of = |it: &Kid| match it {
        Kid::Text { page, .. } => Some(*page),
        Kid::Element(_) | Kid::Annotation { .. } => None,
    };
    let own_page = kids.iter().find_map(|it| page_of(&it.1));
    let mut res = own_page.map_or(String::new(), |it| format!("/Pg {it} 0 R"));
    res.push_str("/K[");
    for (_, kid) in kids {
        let written = match kid {
            Kid::Element(it) => write!(res, "{} 0 R ", first + it.0),
            Kid::Text { page, mark } if Some(*page) == own_page => write!(res, "{mark} "),
            Kid::Text { page, mark } => {
                write!(res, "<</Type/MCR/Pg {page} 0 R/MCID {mark}>>")
            }
            Kid::Annotation { page, object } => {
                write!(res, "<</Type/OBJR/Pg {page} 0 R/Obj {object} 0 R>>")
            }
        };
        written.expect("text grows");
    }
    res.truncate(res.trim_end().len());
    res.push(']');
    res
}

/// Which elements the marked texts of each page belong to, and each link.
fn write_parents(file: &mut PdfFile, leaves: &[Leaf], owners: &[TagId], first: u32) -> u32 {
    let of_pages = leaves.iter().map(|leaf| {
        let nodes: Vec<String> =
            leaf.marks.iter().map(|it| format!("{} 0 R", first + it.0)).collect();
        format!("[{}]", nodes.join(" "))
    });
    let of_links = owners.iter().map(|it| format!("{} 0 R", first + it.0));
    let entries: Vec<String> = of_pages.chain(of_links).collect();
    let mut kids = String::new();
    for (at, share) in entries.chunks(SHARE).enumerate() {
        let number = file.reserve();
        let start = at * SHARE;
        let last = start + share.len() - 1;
        let pairs: Vec<String> =
            (start..).zip(share).map(|(key, it)| format!("{key} {it}")).collect();
        let pairs = pairs.join(" ");
        file.text(number, format_args!("<</Limits[{start} {last}]/Nums[{pairs}]>>"));
        write!(kids, "{number} 0 R ").expect("text grows");
    }
    let res = file.reserve();
    file.text(res, format_args!("<</Kids[{}]>>", kids.trim_end()));
    res
}
