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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::template::tests::empty_report;

    #[test]
    fn the_policy_names_the_style_and_nothing_else() {
        let document = "<meta content=\"style-src 'sha256-STYLE'\"><style>p{}</style>sha256-STYLE";
        insta::assert_snapshot!(
            seal(document),
            @"<meta content=\"style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='\"><style>p{}</style>sha256-STYLE"
        );
    }

    #[test]
    fn bytes_become_letters() {
        let cases = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
        let letters = cases.map(|it| base64(it.as_bytes())).join(" ");
        insta::assert_snapshot!(letters, @" Zg== Zm8= Zm9v Zm9vYg== Zm9vYmE= Zm9vYmFy");
    }

    #[test]
    fn a_report_of_nothing_runs_nothing_and_asks_nobody() {
        let document = render(&empty_report()).unwrap();
        for word in ["<script", "src=", "url(", "@import", " style=", "sha256-STYLE", "//cdn"] {
            assert!(!document.contains(word), "{word}");
        }
        assert!(document.contains("Acme &amp; &lt;Sons&gt;"));
        assert!(document.contains("no account was collected"));
    }
}
