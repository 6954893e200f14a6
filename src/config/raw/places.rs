//! Where in the file's text a value stands.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::values::{TomlValue, text_of};
use super::{TomlFile, TomlSection};
use crate::config::problem::Problem;

/// A text of the file, and where it stands.
#[derive(Debug)]
pub(crate) struct PlacedText {
    /// What it says.
    pub(crate) text: String,
    /// Where it stands with its quotes, bytes counted.
    pub(crate) place: Range<usize>,
    /// Where its first character stands.
    pub(crate) content: usize,
}

impl PlacedText {
    /// A value that is a text; `of` is the whole file.
    fn of(of: &str, value: &TomlValue<'_>) -> Option<Self> {
        let place = value.span();
        let raw = of.get(place.clone()).unwrap_or_default();
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let inner = raw.get(quotes..).unwrap_or_default();
        // TOML drops a line's end right after the opening quotes.
        let dropped = if quotes == 3 { inner.len() - without_line_end(inner).len() } else { 0 };
        let content = place.start + quotes + dropped;
        Some(Self { text: text_of(value)?.to_owned(), place, content })
    }
}

fn without_line_end(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text)
}

/// Where the value of a key of the file's own stands, bytes counted; none where it has none, or
/// cannot be read.
pub(in crate::config) fn of_key(text: &str, key: &str) -> Option<Range<usize>> {
    Some(DeTable::parse(text).ok()?.get_ref().get(key)?.span())
}

/// The words of every command in the file, in the order of the file; none where it cannot be read.
pub(in crate::config) fn commands(text: &str) -> Vec<Vec<PlacedText>> {
    let mut res = Vec::new();
    if let Ok(root) = DeTable::parse(text) {
        commands_in(text, root.get_ref(), &mut res);
    }
    res.sort_by_key(|list: &Vec<PlacedText>| list.first().map(|it| it.place.start));
    res
}

/// What the keys of commands end with.
const COMMAND: &str = "-command";

fn commands_in(text: &str, table: &DeTable<'_>, res: &mut Vec<Vec<PlacedText>>) {
    for (key, value) in table {
        match value.get_ref() {
            DeValue::Array(list) if key.get_ref().ends_with(COMMAND) => {
                res.push(list.iter().filter_map(|it| PlacedText::of(text, it)).collect());
            }
            DeValue::Array(list) => {
                let tables = list.iter().filter_map(|it| it.get_ref().as_table());
                tables.for_each(|it| commands_in(text, it, res));
            }
            DeValue::Table(it) => commands_in(text, it, res),
            _ => {}
        }
    }
}

impl TomlFile<'_> {
    /// Whether nothing was noted.
    pub(crate) fn is_sound(&self) -> bool {
        self.notes.borrow().is_empty()
    }

    /// Notes that something is wrong at a line and a column, both from 1.
    pub(crate) fn note_at(
        &self,
        (line, column): (usize, usize),
        what: impl Into<String>,
        help: Option<String>,
    ) {
        let begin = self.line_starts().get(line - 1).copied().unwrap_or(self.text.len());
        let within = self.text[begin..].chars().take(column - 1).map(char::len_utf8);
        let start = begin + within.sum::<usize>();
        let word = self.text[start..].split(|it: char| !it.is_alphanumeric() && it != '_').next();
        let excerpt = Some(self.excerpt(&(start..start + word.map_or(0, str::len))));
        self.notes.borrow_mut().push(Problem { excerpt, ..Problem::new("", what, help) });
    }

    /// The line and the column of a byte, both from 1.
    pub(crate) fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = self.line_of(before.len());
        (line, before[self.line_starts()[line - 1]..].chars().count() + 1)
    }
}

impl<'a> TomlSection<'a> {
    /// Where the table begins, bytes counted.
    pub(crate) fn start(&self) -> usize {
        self.span.start
    }

    /// Where a key stands; the table, where it is not there.
    pub(crate) fn key_start(&self, key: &str) -> usize {
        let there = self.table.and_then(|table| table.get_key_value(key));
        there.map_or(self.span.start, |it| it.0.span().start)
    }

    /// Whether the value of `key` is a list; does not read it.
    pub(crate) fn is_list(&self, key: &str) -> bool {
        self.table.and_then(|table| table.get(key)).is_some_and(|it| it.get_ref().is_array())
    }

    /// A string that is not empty, as it is written, with its place.
    pub(crate) fn placed_text(&mut self, key: &'a str) -> Option<PlacedText> {
        let value = self.value(key)?;
        self.string(&self.path(key), value, Some(key))?;
        PlacedText::of(self.file.text, value)
    }

    /// A list of such strings.
    pub(crate) fn placed_texts(&mut self, key: &'a str) -> Option<Vec<PlacedText>> {
        let value = self.value(key)?;
        let list = self.list(key, value)?;
        let path = |i| format!("{}[{i}]", self.path(key));
        let text = |(i, it): (usize, &TomlValue<'_>)| {
            self.string(&path(i), it, None)?;
            PlacedText::of(self.file.text, it)
        };
        Some(list.iter().enumerate().filter_map(text).collect())
    }
}
