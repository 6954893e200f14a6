//! Strict XML reading with line numbers; the one file that knows `quick-xml`.

use super::Error;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::io::{self, BufRead as _};

/// What is wrong with the XML.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// Broken syntax, unmatched tags, broken attributes or references.
    #[error(transparent)]
    Syntax(#[from] quick_xml::Error),
    /// An entity that XML does not define.
    #[error("unknown entity `&{0};`")]
    Entity(String),
    /// The document ends inside an element, or has text around its root.
    #[error("{0}")]
    Incomplete(&'static str),
}

/// Markup in pieces that follow each other; a piece may end anywhere.
pub(super) type MarkupPieces<'a> = &'a mut dyn Iterator<Item = String>;

/// What comes next in the document; comments, declarations and instructions are skipped.
#[derive(Debug)]
pub(super) enum Token {
    /// A start tag (of an empty element too: its end tag follows).
    Open(Element),
    /// Text; a character named by number is never taken for white space.
    Text(String),
    /// The end tag of the innermost open element.
    Close,
    /// The end of the document.
    End,
}

/// A start tag.
#[derive(Debug)]
pub(super) struct Element {
    start: BytesStart<'static>,
    /// Where it stands.
    pub(super) line: usize,
}

/// The attributes of an element, checked for being known; take each once.
#[derive(Debug)]
pub(super) struct Attributes {
    values: Vec<(&'static str, String)>,
    element: &'static str,
    pub(super) line: usize,
}

/// Pull reader over the markup.
pub(super) struct Xml<'a> {
    reader: Reader<MarkupStream<'a>>,
    buffer: Vec<u8>,
    line: usize,
}

impl<'a> Xml<'a> {
    pub(super) fn new(pieces: MarkupPieces<'a>) -> Self {
        let mut reader = Reader::from_reader(MarkupStream {
            pieces,
            piece: Vec::new(),
            at: 0,
            line: 1,
            returned: false,
        });
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buffer: Vec::new(), line: 1 }
    }

    /// The next node.
    pub(super) fn next(&mut self) -> Result<Token, Error> {
        loop {
            let line = self.reader.get_ref().line;
            self.line = line;
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let event = event.map_err(|it| malformed(line, Malformed::Syntax(it)))?;
            return Ok(match event {
                Event::Start(start) | Event::Empty(start) => {
                    Token::Open(Element { start: start.into_owned(), line })
                }
                Event::End(_) => Token::Close,
                Event::Text(it) => Token::Text(it.xml10_content().into_owned()),
                Event::CData(it) => Token::Text(it.xml10_content().into_owned()),
                Event::GeneralRef(it) => {
                    let character = it
                        .resolve_char_ref()
                        .map_err(|it| malformed(line, Malformed::Syntax(it)))?;
                    Token::Text(
                        resolve(&it, character)
                            .ok_or_else(|| malformed(line, Malformed::Entity(it.to_string())))?,
                    )
                }
                Event::Eof => Token::End,
                Event::DocType(_) => {
                    let reason = "a document type is not allowed";
                    return Err(malformed(line, Malformed::Incomplete(reason)));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            });
        }
    }

    /// The line in which the last node starts.
    pub(super) fn line(&self) -> usize {
        self.line
    }
}

/// The pieces as one stream that counts its lines.
struct MarkupStream<'a> {
    pieces: MarkupPieces<'a>,
    piece: Vec<u8>,
    /// How much of the piece has been read.
    at: usize,
    /// As XML has lines: a carriage return ends one too, with the line feed behind it or without.
    line: usize,
    /// Whether the byte before was a carriage return.
    returned: bool,
}

impl io::Read for MarkupStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = io::Read::read(&mut self.fill_buf()?, buffer)?;
        self.consume(n_read);
        Ok(n_read)
    }
}

impl io::BufRead for MarkupStream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.piece.len() {
            let Some(piece) = self.pieces.next() else { break };
            (self.piece, self.at) = (piece.into_bytes(), 0);
        }
        Ok(&self.piece[self.at..])
    }

    fn consume(&mut self, n_read: usize) {
        for byte in &self.piece[self.at..self.at + n_read] {
            let is_second = *byte == b'\n' && self.returned;
            self.line += usize::from(matches!(byte, b'\n' | b'\r') && !is_second);
            self.returned = *byte == b'\r';
        }
        self.at += n_read;
    }
}

impl Element {
    /// Its name, as written.
    pub(super) fn name(&self) -> &str {
        self.start.name().0
    }

    /// Its attributes, all of which must be among `known`.
    pub(super) fn attributes(
        &self,
        element: &'static str,
        known: &[&'static str],
    ) -> Result<Attributes, Error> {
        let mut values = Vec::new();
        let line = self.line;
        let broken = |it| malformed(line, Malformed::Syntax(it));
        for attribute in self.start.attributes() {
            let attribute = attribute.map_err(|it| broken(it.into()))?;
            let name = attribute.key.0;
            let Some(name) = known.iter().find(|it| **it == name) else {
                return Err(Error::UnknownAttribute { line, name: name.to_owned(), element });
            };
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(broken)?;
            values.push((*name, value.into_owned()));
        }
        Ok(Attributes { values, element, line })
    }
}

impl Attributes {
    /// The attribute's value, if it is there.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.values.iter().position(|it| it.0 == name)?;
        Some(self.values.swap_remove(at).1)
    }

    /// The attribute's value, which must be there and not empty.
    pub(super) fn require(&mut self, name: &'static str) -> Result<String, Error> {
        let missing = Error::Missing { line: self.line, name, element: self.element };
        self.take(name).filter(|it| !it.trim().is_empty()).ok_or(missing)
    }
}

pub(super) fn malformed(line: usize, source: Malformed) -> Error {
    Error::Malformed { line, source }
}

/// The text of a reference. A control character named by number was meant, so it must not vanish
/// as white space: it is handed on as its visible picture.
fn resolve(name: &str, character: Option<char>) -> Option<String> {
    if let Some(character) = character {
        return Some(if character.is_control() {
            crate::text::Escaped(character).to_string()
        } else {
            character.to_string()
        });
    }
    let text = match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Token, Xml};

    /// The nodes of a document with their lines.
    fn draw(source: &str) -> String {
        // A piece may end anywhere.
        let mut pieces = source.split_inclusive(' ').map(str::to_owned);
        let mut xml = Xml::new(&mut pieces);
        let mut res = Vec::new();
        loop {
            match xml.next().unwrap() {
                Token::Open(it) => res.push(format!("{} <{}>", it.line, it.name())),
                Token::Text(it) => res.push(format!("{} {it:?}", xml.line())),
                Token::Close => res.push("</>".to_owned()),
                Token::End => return res.join("\n"),
            }
        }
    }

    #[test]
    fn every_line_end_of_xml_ends_one_line() {
        let lines =
            ["\n", "\r\n", "\r"].map(|it| draw(&"<a> \n<b/> \n\n<c/></a>".replace('\n', it)));
        assert!(lines[0].contains("2 <b>") && lines[0].contains("4 <c>"), "{}", lines[0]);
        assert_eq!(lines[1], lines[0]);
        assert_eq!(lines[2], lines[0]);
    }

    #[test]
    fn nodes_know_their_lines() {
        let source = "<a>\n<!-- one\ntwo -->\n<b/>x &lt; y&#10;&#x202E;<![CDATA[<z>]]></a>";
        insta::assert_snapshot!(draw(source), @r#"
        1 <a>
        1 "\n"
        3 "\n"
        4 <b>
        </>
        4 "x "
        4 "<"
        4 " y"
        4 "⟨U+000A⟩"
        4 "\u{202e}"
        4 "<z>"
        </>
        "#);
    }
}
