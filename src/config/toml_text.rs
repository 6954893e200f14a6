//! Texts as TOML writes them.

/// A text in TOML's double quotes: JSON's, but for the one sign that JSON alone takes as it is.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

/// A text in TOML's quotes; in single ones where it holds what double ones would change.
pub(super) fn quoted_plainly(text: &str) -> String {
    let fits = !text.contains(|it: char| it == '\'' || it.is_control());
    if fits && text.contains(['\\', '"']) { format!("'{text}'") } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use super::{quoted, quoted_plainly};

    #[test]
    fn toml_reads_back_what_was_quoted() {
        let all: String = (0..0x100).filter_map(char::from_u32).collect();
        for text in
            ["", "it's", r"C:\Users\ana", "say \"no\"", "say \"it's\"", "a\"\u{7f}", "“Ω”", &all]
        {
            for written in [quoted(text), quoted_plainly(text)] {
                let read: toml::Table =
                    toml::from_str(&format!("key = {written}")).expect(&written);
                assert_eq!(read["key"].as_str(), Some(text));
            }
        }
    }
}
