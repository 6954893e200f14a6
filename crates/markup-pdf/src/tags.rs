//! The structure of the document: what each piece of text is, for readers that do not see.

use std::collections::BTreeMap;

/// The structure tree: elements in document order, and what belongs to each.
#[derive(Debug)]
pub(super) struct Tree {
    /// Whether structure is kept at all.
    pub(super) kept: bool,
    /// Each element's kind and the element around it; the first is the document.
    pub(super) elements: Vec<(Role, TagId)>,
    /// What belongs to which element, in reading order.
    pub(super) kids: Vec<(TagId, Kid)>,
    /// What is read aloud instead of an element's text, or in the place of a picture.
    pub(super) descriptions: BTreeMap<TagId, String>,
}

/// An element of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TagId(pub(super) u32);

/// The document itself; text that belongs to nothing else is nothing to read aloud.
pub(super) const ROOT: TagId = TagId(0);

/// Role of an element, by its name in the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Document,
    /// Level 1 to 3.
    Heading(u8),
    Paragraph,
    List,
    Item,
    Label,
    Body,
    Table,
    Row,
    /// Head of a column.
    Head,
    Cell,
    Contents,
    Entry,
    Link,
    /// A picture.
    Figure,
}

/// What belongs to an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kid {
    Element(TagId),
    /// Marked text of a page (by its object's number).
    Text {
        page: u32,
        mark: usize,
    },
    /// An annotation of a page, by their objects' numbers.
    Annotation {
        page: u32,
        object: u32,
    },
}

impl Tree {
    pub(super) fn new(kept: bool) -> Self {
        let elements = vec![(Role::Document, ROOT)];
        Tree { kept, elements, kids: Vec::new(), descriptions: BTreeMap::new() }
    }

    /// Adds an element as the last of another.
    pub(super) fn add(&mut self, kind: Role, parent: TagId) -> TagId {
        if !self.kept {
            return ROOT;
        }
        let res = TagId(u32::try_from(self.elements.len()).expect("fewer than 2^32 elements"));
        self.elements.push((kind, parent));
        self.kids.push((parent, Kid::Element(res)));
        res
    }

    /// Adds a picture with the words for it; one without words is nothing to read aloud.
    pub(super) fn figure(&mut self, alt: &str) -> TagId {
        if alt.is_empty() || !self.kept {
            return ROOT;
        }
        let res = self.add(Role::Figure, ROOT);
        self.descriptions.insert(res, alt.to_owned());
        res
    }

    /// Adds text or an annotation to an element.
    pub(super) fn give(&mut self, node: TagId, kid: Kid) {
        if self.kept {
            self.kids.push((node, kid));
        }
    }

    /// Says what is read aloud instead of an element's text.
    pub(super) fn describe(&mut self, node: TagId, words: String) {
        if self.kept {
            self.descriptions.insert(node, words);
        }
    }

    /// The kids of all elements, those of one in a row, in the order of the elements.
    pub(super) fn grouped(&mut self) -> &[(TagId, Kid)] {
        self.kids.sort_by_key(|it| it.0);
        &self.kids
    }
}

impl Role {
    /// Its name in PDF.
    pub(super) fn name(self) -> &'static str {
        match self {
            Role::Document => "Document",
            Role::Heading(1) => "H1",
            Role::Heading(2) => "H2",
            Role::Heading(_) => "H3",
            Role::Paragraph => "P",
            Role::List => "L",
            Role::Item => "LI",
            Role::Label => "Lbl",
            Role::Body => "LBody",
            Role::Table => "Table",
            Role::Row => "TR",
            Role::Head => "TH",
            Role::Cell => "TD",
            Role::Contents => "TOC",
            Role::Entry => "TOCI",
            Role::Link => "Link",
            Role::Figure => "Figure",
        }
    }
}
