//! The body of an answer without the secret: still the same JSON.

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;

impl Mask {
    /// An answer's body without the secret: in its texts, the names of its fields, and what stands
    /// outside of quotes.
    pub fn body(&self, body: Vec<u8>) -> Vec<u8> {
        if self.windows().is_none() {
            return body;
        }
        let (mut res, mut kept) = (Vec::new(), 0);
        let mut at = 0;
        while let Some(part) = BodyPart::next(&body, at) {
            if let Some(it) = self.part(&body, &part) {
                res.extend_from_slice(&body[kept..part.place.start]);
                res.extend_from_slice(it.as_bytes());
                kept = part.place.end;
            }
            at = part.place.end;
        }
        if kept == 0 {
            return body;
        }
        res.extend_from_slice(&body[kept..]);
        res
    }

    /// What stands in a part's place; none where it may stay as it is.
    fn part(&self, body: &[u8], part: &BodyPart) -> Option<String> {
        let inner = &body[part.inner.clone()];
        let plain = String::from_utf8_lossy(inner);
        let plain: Cow<'_, str> =
            if part.is_quoted && plain.contains('\\') { unescaped(&plain).into() } else { plain };
        match self.text(&plain) {
            Cow::Borrowed(_) => None,
            Cow::Owned(it) => serde_json::to_string(&it).ok(),
        }
    }
}

/// A text in quotes, or a word outside of them.
struct BodyPart {
    /// With its quotes.
    place: Range<usize>,
    /// Without them.
    inner: Range<usize>,
    is_quoted: bool,
}

impl BodyPart {
    /// The first part that begins at `from` or after it.
    fn next(body: &[u8], from: usize) -> Option<Self> {
        let start = from + body[from..].iter().position(|it| !is_between(*it))?;
        if body[start] != b'"' {
            let length = body[start..].iter().position(|it| is_between(*it) || *it == b'"');
            let place = start..length.map_or(body.len(), |it| start + it);
            return Some(Self { inner: place.clone(), place, is_quoted: false });
        }
        let mut end = start + 1;
        while let Some(it) = body.get(end).filter(|it| **it != b'"') {
            end += if *it == b'\\' { 2 } else { 1 };
        }
        // A text without an end is what is left.
        let end = end.min(body.len());
        Some(Self {
            place: start..(end + 1).min(body.len()),
            inner: start + 1..end,
            is_quoted: true,
        })
    }
}

/// Whether a byte is neither text nor word.
fn is_between(it: u8) -> bool {
    it.is_ascii_whitespace() || b"{}[],:".contains(&it)
}

/// A text of JSON as it is meant; what is no escape of JSON's stays.
fn unescaped(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        res.push_str(&rest[..at]);
        rest = &rest[at..];
        let (letter, length) = letter(rest);
        res.push(letter);
        rest = &rest[length..];
    }
    res + rest
}

/// The letter that an escape stands for, and the escape's length.
fn letter(escape: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = escape.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    if let Some(first) = unit(0) {
        let pair = char::decode_utf16([first].into_iter().chain(unit(6))).next();
        return match pair {
            Some(Ok(it)) => (it, 6 * it.len_utf16()),
            _ => (char::REPLACEMENT_CHARACTER, 6),
        };
    }
    match escape.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(it @ (b'"' | b'\\' | b'/')) => (char::from(*it), 2),
        _ => ('\\', 1),
    }
}
