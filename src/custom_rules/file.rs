//! A rule's file: TOML in which every value knows its line and column.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::problem::{Excerpt, Problem, did_you_mean};
use crate::config::raw::on_syntax;

/// A line and a column of a file, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FilePosition {
    line: usize,
    column: usize,
}

impl fmt::Display for FilePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A string of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedString {
    /// What it says.
    pub(super) value: &'static str,
    /// Where its first character stands.
    pub(super) place: FilePosition,
}

impl PlacedString {
    /// The place of a line and a column within the string, both from 1.
    pub(super) fn within(&self, (line, column): (usize, usize)) -> FilePosition {
        let indent = if line == 1 { self.place.column - 1 } else { 0 };
        FilePosition { line: self.place.line + line - 1, column: column + indent }
    }
}

/// A file with everything that was found wrong in it.
#[derive(Debug)]
pub(super) struct RuleFile<'a> {
    text: &'a str,
    root: Spanned<DeTable<'a>>,
    notes: RefCell<Vec<(FilePosition, Problem)>>,
}

impl<'a> RuleFile<'a> {
    /// The file, or where its syntax breaks.
    pub(super) fn read(text: &'a str) -> Result<Self, Problem> {
        let root = DeTable::parse(text).map_err(|it| on_syntax(text, &it))?;
        Ok(Self { text, root, notes: RefCell::default() })
    }

    /// The whole file.
    pub(super) fn root(&self) -> RuleTable<'_> {
        let start = FilePosition { line: 1, column: 1 };
        RuleTable { file: self, table: Some(self.root.get_ref()), start, asked: Vec::new() }
    }

    /// Notes that something is wrong at a place.
    pub(super) fn note(&self, at: FilePosition, what: impl Into<String>, help: Option<String>) {
        let excerpt = Some(Excerpt::at(self.text, at.line, at.column));
        let problem = Problem { excerpt, ..Problem::new("", what, help) };
        self.notes.borrow_mut().push((at, problem));
    }

    /// Whether nothing was noted.
    pub(super) fn is_sound(&self) -> bool {
        self.notes.borrow().is_empty()
    }

    /// What was noted, top down.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut res = self.notes.into_inner();
        res.sort_by_key(|it| it.0);
        res.into_iter().map(|it| it.1).collect()
    }

    fn place(&self, span: &Range<usize>) -> FilePosition {
        place(self.text, span.start)
    }

    /// The place of the first character between the quotes.
    fn content(&self, span: &Range<usize>) -> FilePosition {
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let inner = raw.get(quotes..).unwrap_or_default();
        // TOML drops a line's end right after the opening quotes.
        let dropped = if quotes == 3 { inner.len() - without_line_end(inner).len() } else { 0 };
        place(self.text, span.start + quotes + dropped)
    }
}

fn without_line_end(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text)
}

fn place(text: &str, at: usize) -> FilePosition {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|it| *it != '\n').count() + 1;
    FilePosition { line, column }
}

/// One table of the file; keys that the caller does not ask for are unknown.
#[derive(Debug)]
pub(super) struct RuleTable<'a> {
    file: &'a RuleFile<'a>,
    table: Option<&'a DeTable<'a>>,
    start: FilePosition,
    asked: Vec<&'a str>,
}

impl<'a> RuleTable<'a> {
    /// Where the table begins.
    pub(super) fn start(&self) -> FilePosition {
        self.start
    }

    /// A string that must be there and not be empty.
    pub(super) fn text(&mut self, key: &'static str) -> PlacedString {
        let nothing = PlacedString { value: "", place: self.start };
        let Some(value) = self.value(key) else {
            self.file.note(self.start, format!("`{key}` is missing"), None);
            return nothing;
        };
        self.string(key, value).unwrap_or(nothing)
    }

    /// A list of strings, none of them empty; an empty one when it is not there.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<PlacedString> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.refuse(value, &format!("`{key}` must be a list of strings"));
            return Vec::new();
        };
        list.iter().filter_map(|it| self.string(key, it)).collect()
    }

    /// A number or a list of strings.
    pub(super) fn number_or_texts(
        &mut self,
        key: &'static str,
    ) -> Option<Result<u32, Vec<PlacedString>>> {
        let Some(value) = self.value(key) else {
            self.file.note(self.start, format!("`{key}` is missing"), None);
            return None;
        };
        if value.get_ref().is_array() {
            return Some(Err(self.texts(key)));
        }
        let number = value.get_ref().as_integer();
        let res = number.and_then(|it| u32::from_str_radix(it.as_str(), it.radix()).ok());
        if res.is_none() {
            self.refuse(
                value,
                &format!("`{key}` must be a whole number from 0 on, or a list of strings"),
            );
        }
        res.map(Ok)
    }

    /// A table; none when it is not there.
    pub(super) fn section(&mut self, key: &'a str) -> Option<Self> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.refuse(value, &format!("`{key}` must be a table"));
        }
        let start = self.file.place(&value.span());
        Some(RuleTable { file: self.file, table: Some(table?), start, asked: Vec::new() })
    }

    /// Every key, with its place.
    pub(super) fn keys(&self) -> Vec<(&'a str, FilePosition)> {
        let keys = self.table.into_iter().flat_map(|it| it.keys());
        keys.map(|key| (&**key.get_ref(), self.file.place(&key.span()))).collect()
    }

    /// Notes every key that the caller did not ask for.
    pub(super) fn finish(self) {
        for (key, place) in self.keys() {
            if !self.asked.contains(&key) {
                let help = did_you_mean(key, self.asked.iter().copied());
                self.file.note(place, format!("`{key}` is not a key"), help);
            }
        }
    }

    fn value(&mut self, key: &'a str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.table?.get(key)
    }

    fn string(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<PlacedString> {
        let Some(text) = value.get_ref().as_str() else {
            self.refuse(value, &format!("`{key}` must be a string"));
            return None;
        };
        if text.trim().is_empty() {
            self.refuse(value, &format!("`{key}` is empty"));
            return None;
        }
        Some(PlacedString { value: keep(text), place: self.file.content(&value.span()) })
    }

    fn refuse(&self, value: &Spanned<DeValue<'_>>, what: &str) {
        self.file.note(self.file.place(&value.span()), what, None);
    }
}

/// The text for as long as the program runs: rules are held like the built-in ones, and read once.
fn keep(text: &str) -> &'static str {
    text.to_owned().leak()
}
