//! Markup checked against the vocabulary, into blocks.

use super::Error;
use super::markup::{Block, Fact, FactList, Heading, Link, Meta, Part, Span, Text};
use super::xml::{Attributes, Element, Malformed, MarkupPieces, Token, Xml, malformed};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

mod charts;
mod cover;
mod inline;
mod meta;
mod table;
mod tone;

use table::read_size;
use tone::read_tone;

/// Every element of the vocabulary.
const ELEMENTS: [&str; 41] = [
    "report",
    "cover",
    "title",
    "subtitle",
    "stamp",
    "small",
    "toc",
    "h1",
    "h2",
    "h3",
    "p",
    "b",
    "a",
    "code",
    "br",
    "badge",
    "note",
    "ul",
    "li",
    "facts",
    "fact",
    "table",
    "head",
    "r",
    "c",
    "bars",
    "bar",
    "columns",
    "column",
    "stacks",
    "legend",
    "key",
    "stack",
    "part",
    "multiples",
    "series",
    "point",
    "logo",
    "keep",
    "landscape",
    "missing",
];

/// Where the parts of a document go.
pub(super) type Parts<'o> = &'o mut dyn FnMut(Part);

/// Reads a document, which comes in pieces.
pub(super) struct Parser<'a> {
    xml: Xml<'a>,
    ids: BTreeMap<String, usize>,
    links: Vec<(usize, String)>,
    n_headings: usize,
    /// Whether there was a `<toc/>`.
    contents: bool,
    /// Whether there was a `<missing>`, after which nothing may follow.
    ended: bool,
}

impl<'a> Parser<'a> {
    /// Reads the root's attributes.
    pub(super) fn begin(pieces: MarkupPieces<'a>) -> Result<(Meta, Self), Error> {
        let mut res = Parser {
            xml: Xml::new(pieces),
            ids: BTreeMap::new(),
            links: Vec::new(),
            n_headings: 0,
            contents: false,
            ended: false,
        };
        let Some((name, element)) = res.child("document")? else {
            return Err(malformed(1, Malformed::Incomplete("there is no root element")));
        };
        if name != "report" {
            return Err(Error::Misplaced { line: element.line, name, parent: "document" });
        }
        Ok((meta::read_meta(&element)?, res))
    }

    /// Reads the rest, and checks that all links lead somewhere.
    pub(super) fn read(mut self, out: Parts<'_>) -> Result<(), Error> {
        self.read_blocks("report", out)?;
        if let Some((name, element)) = self.child("document")? {
            return Err(Error::Misplaced { line: element.line, name, parent: "document" });
        }
        self.check_links()
    }

    /// The next child element of `parent`, or none at its end.
    fn child(&mut self, parent: &'static str) -> Result<Option<(&'static str, Element)>, Error> {
        loop {
            match self.xml.next()? {
                Token::Open(element) => return Ok(Some((known(&element)?, element))),
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Text(text) => {
                    let before = text.len() - text.trim_start().len();
                    let line = self.xml.line() + text[..before].matches('\n').count();
                    return Err(Error::StrayText { line, parent });
                }
                Token::Close => return Ok(None),
                Token::End if parent == "document" => return Ok(None),
                Token::End => return Err(self.incomplete()),
            }
        }
    }

    fn incomplete(&self) -> Error {
        malformed(self.xml.line(), Malformed::Incomplete("the document ends too early"))
    }

    /// The end tag of an element without content.
    fn read_nothing(&mut self, element: &'static str) -> Result<(), Error> {
        match self.child(element)? {
            None => Ok(()),
            Some((name, it)) => Err(Error::Misplaced { line: it.line, name, parent: element }),
        }
    }

    fn read_blocks(&mut self, parent: &'static str, out: Parts<'_>) -> Result<(), Error> {
        while let Some((name, element)) = self.child(parent)? {
            if self.ended {
                return Err(Error::Misplaced { line: element.line, name, parent });
            }
            match name {
                "table" => self.read_table(&element, out)?,
                "keep" if parent != "keep" => {
                    element.attributes(name, &[])?;
                    out(Part::Keep);
                    self.read_blocks(name, out)?;
                    out(Part::KeepEnd);
                }
                "landscape" if parent == "report" => {
                    element.attributes(name, &[])?;
                    out(Part::Landscape(true));
                    self.read_blocks(name, out)?;
                    out(Part::Landscape(false));
                }
                _ => out(Part::Block(self.read_block(parent, name, &element)?)),
            }
        }
        Ok(())
    }

    fn read_block(
        &mut self,
        parent: &'static str,
        name: &'static str,
        element: &Element,
    ) -> Result<Block, Error> {
        let top = parent == "report";
        Ok(match name {
            "h1" | "h2" | "h3" => Block::Heading(self.read_heading(name, element)?),
            "note" => {
                let tone = read_tone(&mut element.attributes(name, &["tone"])?)?;
                Block::Note(tone, self.read_text(name)?)
            }
            "toc" if top && !self.contents => {
                self.contents = true;
                let mut attributes = element.attributes(name, &["depth"])?;
                let depth = match attributes.take("depth").as_deref() {
                    None | Some("2") => 2,
                    Some("1") => 1,
                    Some(other) => return Err(bad(element.line, "depth", other, "`1` or `2`")),
                };
                self.read_nothing(name).map(|()| Block::Contents { depth })?
            }
            "facts" => {
                let size = read_size(&mut element.attributes(name, &["size"])?)?;
                Block::Facts(FactList { size, facts: self.read_facts()? })
            }
            "logo" => Block::Logo(self.read_logo(element)?),
            "missing" if top => self.read_missing(element)?,
            _ => {
                element.attributes(name, &[])?;
                match name {
                    "cover" if top => Block::Cover(self.read_cover(element.line)?),
                    "p" => Block::Paragraph(self.read_text(name)?),
                    "small" => Block::Remark(self.read_text(name)?),
                    "ul" => Block::List(self.read_items()?),
                    "bars" | "columns" | "stacks" | "multiples" => {
                        Block::Chart(self.read_chart(name, element.line)?)
                    }
                    "pagebreak" if parent != "keep" => {
                        self.read_nothing(name).map(|()| Block::PageBreak)?
                    }
                    _ => return Err(Error::Misplaced { line: element.line, name, parent }),
                }
            }
        })
    }

    fn read_missing(&mut self, element: &Element) -> Result<Block, Error> {
        let mut attributes = element.attributes("missing", &["title", "id"])?;
        let title = attributes.require("title")?;
        let id = self.read_id(&mut attributes)?.unwrap_or_else(|| "missing characters".to_owned());
        self.ended = true;
        let heading = Heading { level: 1, id, text: vec![Span::plain(&title)] };
        Ok(Block::Missing(heading, self.read_text("missing")?))
    }

    fn read_heading(&mut self, name: &'static str, it: &Element) -> Result<Heading, Error> {
        let mut attributes = it.attributes(name, &["id"])?;
        self.n_headings += 1;
        let id = match self.read_id(&mut attributes)? {
            Some(id) => id,
            None => format!("heading {}", self.n_headings),
        };
        let level = name.as_bytes()[1] - b'0';
        Ok(Heading { level, id, text: self.read_text(name)? })
    }

    fn read_items(&mut self) -> Result<Vec<Text>, Error> {
        let mut res = Vec::new();
        while let Some((name, element)) = self.child("ul")? {
            expect("li", "ul", name, &element)?;
            element.attributes(name, &[])?;
            res.push(self.read_text(name)?);
        }
        Ok(res)
    }

    fn read_facts(&mut self) -> Result<Vec<Fact>, Error> {
        let mut res = Vec::new();
        while let Some((name, element)) = self.child("facts")? {
            expect("fact", "facts", name, &element)?;
            res.push(self.read_fact(&element)?);
        }
        Ok(res)
    }

    fn read_fact(&mut self, element: &Element) -> Result<Fact, Error> {
        let label = element.attributes("fact", &["label"])?.require("label")?;
        Ok(Fact { label, text: self.read_text("fact")? })
    }

    fn read_id(&mut self, attributes: &mut Attributes) -> Result<Option<String>, Error> {
        let Some(id) = attributes.take("id") else { return Ok(None) };
        match self.ids.entry(id.clone()) {
            Entry::Occupied(it) => {
                Err(Error::DuplicateId { line: attributes.line, id, first: *it.get() })
            }
            Entry::Vacant(it) => {
                it.insert(attributes.line);
                Ok(Some(id))
            }
        }
    }

    fn read_link(&mut self, attributes: &mut Attributes) -> Result<Option<Box<Link>>, Error> {
        let line = attributes.line;
        if let Some(to) = attributes.take("to") {
            self.links.push((line, to.clone()));
            return Ok(Some(Box::new(Link::To(to))));
        }
        let Some(href) = attributes.take("href") else { return Ok(None) };
        if ["https://", "http://", "mailto:"].iter().any(|it| href.starts_with(it)) {
            Ok(Some(Box::new(Link::Href(href))))
        } else {
            Err(bad(line, "href", &href, "an `https:`, `http:` or `mailto:` address"))
        }
    }

    fn check_links(self) -> Result<(), Error> {
        match self.links.into_iter().find(|(_, id)| !self.ids.contains_key(id)) {
            None => Ok(()),
            Some((line, id)) => Err(Error::UndefinedId { line, id }),
        }
    }
}

fn known(element: &Element) -> Result<&'static str, Error> {
    let name = element.name();
    if name == "pagebreak" {
        return Ok("pagebreak");
    }
    ELEMENTS
        .iter()
        .copied()
        .find(|it| *it == name)
        .ok_or_else(|| Error::UnknownElement { line: element.line, name: name.to_owned() })
}

/// Only `wanted` may stand in `parent`.
fn expect(
    wanted: &str,
    parent: &'static str,
    name: &'static str,
    element: &Element,
) -> Result<(), Error> {
    let wrong = Error::Misplaced { line: element.line, name, parent };
    if name == wanted { Ok(()) } else { Err(wrong) }
}

fn bad(line: usize, name: &'static str, value: &str, expected: &'static str) -> Error {
    Error::BadValue { line, name, value: value.to_owned(), expected }
}
