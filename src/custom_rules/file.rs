//! A rule's file: TOML in which every string knows its line and column.

use std::fmt;

use crate::config::problem::Problem;
use crate::config::raw::places::PlacedText;
use crate::config::raw::{TomlFile, TomlSection};

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
pub(super) struct RuleFile<'a>(TomlFile<'a>);

impl<'a> RuleFile<'a> {
    /// The file, or where its syntax breaks.
    pub(super) fn read(text: &'a str) -> Result<Self, Problem> {
        TomlFile::read(text).map(Self)
    }

    /// The whole file.
    pub(super) fn root(&self) -> RuleTable<'_> {
        RuleTable { file: &self.0, section: self.0.root() }
    }

    /// Notes that something is wrong at a place.
    pub(super) fn note(&self, at: FilePosition, what: impl Into<String>, help: Option<String>) {
        self.0.note_at((at.line, at.column), what, help);
    }

    /// Whether nothing was noted.
    pub(super) fn is_sound(&self) -> bool {
        self.0.is_sound()
    }

    /// What was noted, top down.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.0.into_problems()
    }
}

/// One table of the file; keys that the caller does not ask for are unknown.
#[derive(Debug)]
pub(super) struct RuleTable<'a> {
    file: &'a TomlFile<'a>,
    section: TomlSection<'a>,
}

impl<'a> RuleTable<'a> {
    /// Where the table begins.
    pub(super) fn start(&self) -> FilePosition {
        self.place(self.section.start())
    }

    /// A string that must be there and not be empty.
    pub(super) fn text(&mut self, key: &'static str) -> PlacedString {
        self.section.require(key);
        let found = self.section.placed_text(key);
        let nothing = PlacedString { value: "", place: self.start() };
        found.map_or(nothing, |it| self.keep(it))
    }

    /// A list of strings, none of them empty; an empty one when it is not there.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<PlacedString> {
        let found = self.section.placed_texts(key).unwrap_or_default();
        found.into_iter().map(|it| self.keep(it)).collect()
    }

    /// A number or a list of strings.
    pub(super) fn number_or_texts(
        &mut self,
        key: &'static str,
    ) -> Option<Result<u32, Vec<PlacedString>>> {
        self.section.require(key);
        if self.section.is_list(key) {
            return Some(Err(self.texts(key)));
        }
        self.section.number(key, (0, u32::MAX)).map(Ok)
    }

    /// A table; none when it is not there.
    pub(super) fn section(&mut self, key: &'a str) -> Option<Self> {
        let there = self.section.has(key);
        let section = self.section.section(key);
        there.then_some(RuleTable { file: self.file, section })
    }

    /// Every key, with its place.
    pub(super) fn keys(&self) -> Vec<(&'a str, FilePosition)> {
        let keys = self.section.other_keys().into_iter();
        keys.map(|key| (key, self.place(self.section.key_start(key)))).collect()
    }

    /// Notes every key that the caller did not ask for.
    pub(super) fn finish(self) {
        self.section.finish();
    }

    fn place(&self, offset: usize) -> FilePosition {
        let (line, column) = self.file.line_and_column(offset);
        FilePosition { line, column }
    }

    /// The text for as long as the program runs: rules are held like the built-in ones, and read
    /// once.
    fn keep(&self, it: PlacedText) -> PlacedString {
        PlacedString { place: self.place(it.content), value: it.text.leak() }
    }
}
