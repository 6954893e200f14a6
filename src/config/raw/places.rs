//! Where in the file's text a value stands.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A text of the file, and where it stands with its quotes.
pub(in crate::config) struct PlacedText {
    pub(in crate::config) text: String,
    pub(in crate::config) place: Range<usize>,
}

/// The lists of texts under `key` in every table of the list `of`; none where the file cannot be
/// read.
pub(in crate::config) fn lists(text: &str, of: &str, key: &str) -> Vec<Vec<PlacedText>> {
    let Ok(root) = DeTable::parse(text) else { return Vec::new() };
    let Some(DeValue::Array(tables)) = root.get_ref().get(of).map(|it| it.get_ref()) else {
        return Vec::new();
    };
    let lists = tables.iter().filter_map(|it| match it.get_ref() {
        DeValue::Table(it) => match it.get(key)?.get_ref() {
            DeValue::Array(it) => Some(it),
            _ => None,
        },
        _ => None,
    });
    let placed = |it: &toml::Spanned<DeValue<'_>>| match it.get_ref() {
        DeValue::String(text) => Some(PlacedText { text: text.to_string(), place: it.span() }),
        _ => None,
    };
    lists.map(|list| list.iter().filter_map(placed).collect()).collect()
}
