//! The attributes of the root.

use super::bad;
use crate::color::Color;
use crate::markup::{Meta, PageSize};
use crate::xml::{Attributes, Element};
use crate::{Error, finish};

const KNOWN: [&str; 12] = [
    "title",
    "author",
    "subject",
    "lang",
    "created",
    "id",
    "page",
    "header",
    "footer",
    "classification",
    "accent",
    "tags",
];

/// Reads what is said about the document as a whole.
pub(super) fn read_meta(element: &Element) -> Result<Meta, Error> {
    let mut it = element.attributes("report", &KNOWN)?;
    let line = element.line;
    let id = it.require("id")?;
    if !id.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err(bad(line, "id", &id, "hexadecimal digits"));
    }
    let created = it.require("created")?;
    if finish::date(&created).is_none() {
        return Err(bad(line, "created", &created, "a time such as `2026-10-31T23:59:00Z`"));
    }
    let page_size = match it.take("page").as_deref() {
        None | Some("a4") => PageSize::A4,
        Some("letter") => PageSize::Letter,
        Some(other) => return Err(bad(line, "page", other, "`a4` or `letter`")),
    };
    let tags = match it.take("tags").as_deref() {
        None | Some("yes") => true,
        Some("no") => false,
        Some(other) => return Err(bad(line, "tags", other, "`yes` or `no`")),
    };
    let accent = read_accent(&mut it)?;
    let title = it.require("title")?;
    let lang = it.require("lang")?;
    let mut optional = |name| it.take(name).unwrap_or_default();
    Ok(Meta {
        title,
        author: optional("author"),
        subject: optional("subject"),
        lang,
        created,
        id,
        page_size,
        header: optional("header"),
        footer: optional("footer"),
        classification: optional("classification"),
        accent,
        tags,
    })
}

fn read_accent(attributes: &mut Attributes) -> Result<Color, Error> {
    let Some(text) = attributes.take("accent") else { return Ok(Color::ACCENT) };
    let wrong = || bad(attributes.line, "accent", &text, "a colour such as `#14365c`");
    Color::parse(&text).ok_or_else(wrong)
}
