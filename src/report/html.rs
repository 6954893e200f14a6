//! The report as one HTML file that asks nobody for anything and runs nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::template::{self, Error, Filling};
use crate::digest::Digest;

/// Stands in the template where the hash of the style belongs.
const PLACEHOLDER: &str = "sha256-STYLE";

/// Renders the whole document.
///
/// Its content security policy allows the document's own style, by hash, and nothing else.
///
/// # Errors
///
/// As [`Filling::render`].
pub fn render(filling: &Filling) -> Result<String, Error> {
    filling.render(template::HTML).map(|it| seal(&it))
}

/// Puts the hash of the style where the policy names it; the policy precedes every word of data.
fn seal(document: &str) -> String {
    let style = document
        .split_once("<style>")
        .and_then(|(_, rest)| rest.split_once("</style>"))
        .map_or("", |(style, _)| style);
    let mut hash = Digest::default();
    hash.update(style);
    document.replacen(PLACEHOLDER, &format!("sha256-{}", STANDARD.encode(hash.bytes())), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::template::Templates;
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
    fn a_report_of_nothing_runs_nothing_and_asks_nobody() {
        let document =
            render(&Filling::of(&empty_report(), &Templates::shipped()).unwrap()).unwrap();
        for word in ["<script", "src=", "url(", "@import", " style=", "sha256-STYLE", "//cdn"] {
            assert!(!document.contains(word), "{word}");
        }
        assert!(document.contains("Acme &amp; &lt;Sons&gt;"));
        assert!(document.contains("no account was collected"));
    }
}
