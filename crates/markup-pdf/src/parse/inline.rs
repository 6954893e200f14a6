//! Text with inline elements; white space is collapsed here.

use super::tone::read_tone;
use super::{Parser, known};
use crate::Error;
use crate::markup::{Link, Span, Style, Text};
use crate::xml::Token;

impl Parser<'_> {
    /// The content of a text element, to its end tag.
    pub(super) fn read_text(&mut self, parent: &'static str) -> Result<Text, Error> {
        self.read_linked_text(parent, None)
    }

    /// The same, all of it a link.
    pub(super) fn read_linked_text(
        &mut self,
        parent: &'static str,
        link: Option<Box<Link>>,
    ) -> Result<Text, Error> {
        let mut res = SpanBuilder { spans: Vec::new(), spaced: true };
        self.read_spans(parent, &mut res, &SpanStyle { style: Style::Plain, link })?;
        Ok(res.finish())
    }

    fn read_spans(
        &mut self,
        parent: &'static str,
        res: &mut SpanBuilder,
        look: &SpanStyle,
    ) -> Result<(), Error> {
        loop {
            match self.xml.next()? {
                Token::Text(text) => res.push(&text, look),
                Token::Close => return Ok(()),
                Token::End => return Err(self.incomplete()),
                Token::Open(element) => {
                    let name = known(&element)?;
                    let mut inner = look.clone();
                    match name {
                        "badge" => {
                            let mut attributes = element.attributes(name, &["tone"])?;
                            inner.style = Style::Badge(read_tone(&mut attributes)?);
                        }
                        "a" => {
                            let mut attributes = element.attributes(name, &["to", "href"])?;
                            let missing =
                                Error::Missing { line: element.line, name: "to", element: "a" };
                            inner.link = Some(self.read_link(&mut attributes)?.ok_or(missing)?);
                        }
                        "b" | "code" | "br" => {
                            element.attributes(name, &[])?;
                            inner.style = match name {
                                "b" => Style::Bold,
                                "code" => Style::Code,
                                _ => Style::Break,
                            };
                        }
                        _ => return Err(Error::Misplaced { line: element.line, name, parent }),
                    }
                    if inner.style == Style::Break && name == "br" {
                        self.read_nothing(name)?;
                        res.break_line();
                    } else {
                        self.read_spans(name, res, &inner)?;
                    }
                }
            }
        }
    }
}

#[derive(Clone, PartialEq)]
struct SpanStyle {
    style: Style,
    link: Option<Box<Link>>,
}

struct SpanBuilder {
    spans: Vec<(String, SpanStyle)>,
    spaced: bool,
}

impl SpanBuilder {
    fn push(&mut self, text: &str, look: &SpanStyle) {
        if self.spans.last().is_none_or(|it| it.1 != *look) {
            self.spans.push((String::with_capacity(text.len()), look.clone()));
        }
        let Some((words, _)) = self.spans.last_mut() else { return };
        for character in text.chars() {
            let space = matches!(character, ' ' | '\t' | '\n' | '\r');
            if !space {
                words.push(character);
            } else if !self.spaced {
                words.push(' ');
            }
            self.spaced = space;
        }
    }

    fn break_line(&mut self) {
        self.trim();
        self.spans.push((String::new(), SpanStyle { style: Style::Break, link: None }));
        self.spaced = true;
    }

    fn trim(&mut self) {
        if let Some((words, _)) = self.spans.last_mut()
            && words.ends_with(' ')
        {
            words.pop();
        }
    }

    fn finish(mut self) -> Text {
        self.trim();
        self.spans
            .into_iter()
            .filter(|(words, look)| !words.is_empty() || look.style == Style::Break)
            .map(|(words, SpanStyle { style, link })| Span { words: words.into(), style, link })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::markup::{Block, Link, Part};
    use crate::sketch::parts;

    /// The spans of a paragraph: look, words, link.
    fn draw(text: &str) -> String {
        let parts = parts(&format!("<h1 id=\"x\">X</h1><p>{text}</p>"));
        let Part::Block(Block::Paragraph(text)) = &parts[1] else { panic!("a paragraph") };
        let spans = text.iter().map(|it| {
            let link = match it.link.as_deref() {
                Some(Link::To(id)) => format!(" to {id}"),
                Some(Link::Href(address)) => format!(" to {address}"),
                None => String::new(),
            };
            format!("{:?} {:?}{link}", it.style, it.words)
        });
        spans.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn white_space_is_collapsed_across_elements() {
        let text = "\n  one\ttwo <b> three</b>\n<code>four</code> <br/> five ";
        insta::assert_snapshot!(draw(text), @r#"
        Plain "one two "
        Bold "three"
        Plain " "
        Code "four"
        Break ""
        Plain "five"
        "#);
    }

    #[test]
    fn links_and_badges_hold_text() {
        let text =
            "<a to=\"x\">one <b>two</b></a> <badge tone=\"good\">Pass</badge> &lt;script&gt;";
        insta::assert_snapshot!(draw(text), @r#"
        Plain "one " to x
        Bold "two" to x
        Plain " "
        Badge(Good) "Pass"
        Plain " <script>"
        "#);
    }
}
