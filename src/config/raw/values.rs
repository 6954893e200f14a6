//! Values of a file, and what messages call them.

use toml::Spanned;
use toml::de::DeValue;

use crate::config::toml_text::quoted;

/// A value, and where it stands.
pub(super) type TomlValue<'a> = Spanned<DeValue<'a>>;

/// A key, or a path of keys, as a file writes it: in quotes where it is not bare, so that none is
/// without a place.
pub(super) fn written(key: &str) -> String {
    let is_bare =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '[' | ']');
    let bare = !key.is_empty() && key.chars().all(is_bare);
    if bare { key.to_owned() } else { quoted(key) }
}

/// What messages call an item of a list of tables: by its own name or id, where it has one.
pub(super) fn called(at: &str, place: usize, item: &TomlValue<'_>) -> String {
    let table = item.get_ref().as_table();
    let name = |key: &str| table.and_then(|it| it.get(key)).and_then(text_of);
    match ["name", "id"].iter().find_map(|key| name(key)).filter(|it| is_plain(it)) {
        Some(name) => format!("{at} `{name}`"),
        None => format!("{at}[{place}]"),
    }
}

/// Whether a text may stand in a message as it is.
fn is_plain(text: &str) -> bool {
    let fits = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | ' ');
    (1..=64).contains(&text.chars().count()) && text.chars().all(fits)
}

pub(super) fn text_of<'a>(value: &'a TomlValue<'_>) -> Option<&'a str> {
    value.get_ref().as_str()
}

/// A whole number; one that is larger than any is the largest.
pub(super) fn integer(value: &TomlValue<'_>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    let most = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
    Some(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(most))
}

pub(super) fn kind(expected: &str, found: &TomlValue<'_>) -> String {
    let found = match found.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    format!("must be {expected}, found {found}")
}
