//! The report as one HTML file that asks nobody for anything and runs nothing.

use serde::Serialize;

use super::template::{self, Error};
use crate::digest::Digest;

/// Stands in the template where the hash of the style belongs.
const PLACEHOLDER: &str = "sha256-STYLE";

/// Renders the whole document.
///
/// Its content security policy allows the document's own style, by hash, and nothing else.
///
/// # Errors
///
/// As [`template::render`].
pub fn render(report: &impl Serialize) -> Result<String, Error> {
    template::render(template::HTML, report).map(|it| seal(&it))
}

/// Puts the hash of the style where the policy names it; the policy precedes every word of data.
fn seal(document: &str) -> String {
    let style = document
        .split_once("<style>")
        .and_then(|(_, rest)| rest.split_once("</style>"))
        .map_or("", |(style, _)| style);
    let mut hash = Digest::default();
    hash.update(style);
    document.replacen(PLACEHOLDER, &format!("sha256-{}", base64(&hash.bytes())), 1)
}

/// Base 64 with padding, as a content security policy wants it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut res = String::new();
    for three in bytes.chunks(3) {
        let at = |it: usize| u32::from(three.get(it).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63];
            res.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    res
}
