//! What the file says: tables read key by key, with everything wrong noted.
//!
//! A reader that meets a problem notes it and goes on with an empty value, so that one reading
//! finds every problem. Nothing read beside a noted problem may be used.

mod advice;
#[cfg(test)]
pub(super) mod asked;
pub(crate) mod places;
mod values;

use std::cell::{OnceCell, RefCell};
use std::ops::{Range, RangeInclusive};

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use self::advice::on_syntax;
use self::values::{TomlValue, called, integer, kind, text_of, written};
use super::problem::{Excerpt, Problem, did_you_mean};

/// Years that people write: four digits, and not all of them zero.
const YEARS: RangeInclusive<i32> = 1..=9999;

/// A file that a person wrote, with the problems found in it so far.
#[derive(Debug)]
pub(crate) struct TomlFile<'a> {
    text: &'a str,
    root: Spanned<DeTable<'a>>,
    notes: RefCell<Vec<Problem>>,
    /// Where each line begins, once somebody asks.
    line_starts: OnceCell<Vec<usize>>,
}

impl<'a> TomlFile<'a> {
    /// The tables of a file that people wrote.
    ///
    /// # Errors
    ///
    /// Where it is not UTF-8, or its syntax breaks.
    pub(crate) fn of_bytes(bytes: &'a [u8]) -> Result<Self, Problem> {
        let text = std::str::from_utf8(bytes).map_err(|it| {
            let line = bytes[..it.valid_up_to()].split(|it| *it == b'\n').count();
            Problem::new(format!("line {line}"), "is not UTF-8".to_owned(), None)
        })?;
        Self::read(text)
    }

    /// The tables of `text`.
    ///
    /// # Errors
    ///
    /// Where its syntax breaks.
    pub(crate) fn read(text: &'a str) -> Result<Self, Problem> {
        let root = DeTable::parse(text).map_err(|it| on_syntax(text, &it))?;
        Ok(Self { text, root, notes: RefCell::default(), line_starts: OnceCell::new() })
    }

    /// The whole file.
    pub(crate) fn root(&self) -> TomlSection<'_> {
        let table = Some(self.root.get_ref());
        TomlSection::new(self, String::new(), table, 0..0)
    }

    /// What was noted, top down.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut res = self.notes.into_inner();
        res.sort_by_key(|it| it.excerpt.as_ref().map_or(0, Excerpt::line));
        res
    }

    /// Notes that `at` is wrong, which stands at `span` of the file.
    fn note(&self, at: String, span: &Range<usize>, what: impl Into<String>, help: Option<String>) {
        let excerpt = (!span.is_empty()).then(|| self.excerpt(span));
        self.notes.borrow_mut().push(Problem { excerpt, ..Problem::new(at, what, help) });
    }

    /// The line in which `span` begins; as [`Excerpt::of`], without counting the lines each time.
    fn excerpt(&self, span: &Range<usize>) -> Excerpt {
        Excerpt::in_line(self.line_of(span.start), self.text, span)
    }

    /// The number of the line that a byte is in, from 1.
    fn line_of(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|it| *it <= offset)
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.match_indices('\n').map(|it| it.0 + 1);
            std::iter::once(0).chain(ends).collect()
        })
    }
}

/// One table of the file; keys that the caller does not ask for are unknown.
#[derive(Debug)]
pub(crate) struct TomlSection<'a> {
    file: &'a TomlFile<'a>,
    /// What messages call it.
    at: String,
    table: Option<&'a DeTable<'a>>,
    /// Where its header, or what stands in its place, is.
    span: Range<usize>,
    asked: Vec<&'a str>,
    /// Required keys that are not there.
    missing: RefCell<Vec<String>>,
}

impl<'a> TomlSection<'a> {
    fn new(
        file: &'a TomlFile<'a>,
        at: String,
        table: Option<&'a DeTable<'a>>,
        span: Range<usize>,
    ) -> Self {
        Self { file, at, table, span, asked: Vec::new(), missing: RefCell::default() }
    }

    /// A string that is not empty.
    pub(crate) fn text(&mut self, key: &'a str) -> Option<String> {
        let value = self.value(key)?;
        self.string(&self.path(key), value, Some(key))
    }

    /// Whether the value of `key` is a text without a word in it; takes it as read.
    pub(crate) fn is_blank(&mut self, key: &'a str) -> bool {
        self.value(key).and_then(text_of).is_some_and(|it| it.trim().is_empty())
    }

    /// As [`Self::text`], and a whole number counts as its digits; `help` says how to write others.
    pub(crate) fn text_or_digits(&mut self, key: &'a str, help: &str) -> Option<String> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Integer(_) => integer(value).map(|it| it.to_string()),
            DeValue::String(_) => self.text(key),
            _ => {
                self.refuse(key, kind("a string", value), Some(help.to_owned()));
                None
            }
        }
    }

    /// As [`Self::text`], and it must be there.
    pub(crate) fn required_text(&mut self, key: &'a str) -> String {
        self.require(key);
        self.text(key).unwrap_or_default()
    }

    /// A whole number within bounds, both of them allowed: nothing that is calculated with it can
    /// grow beyond what there is.
    pub(crate) fn number(&mut self, key: &'a str, bounds: (u32, u32)) -> Option<u32> {
        let value = self.value(key)?;
        let Some(number) = integer(value) else {
            let help = text_of(value).and_then(|it| advice::number(key, it));
            self.refuse(key, kind("a whole number", value), help);
            return None;
        };
        let (least, most) = bounds;
        let res = u32::try_from(number).ok().filter(|it| (least..=most).contains(it));
        if res.is_none() {
            let range = format!("must be between {least} and {most}");
            let range = if number < 0 { "must not be negative" } else { &range };
            self.refuse(key, format!("{range}, found `{number}`"), None);
        }
        res
    }

    /// A whole number from 0 to `most`, `default` when it is not there; none where the value is
    /// `word`.
    pub(super) fn number_or(
        &mut self,
        key: &'a str,
        word: &str,
        (default, most): (u32, u32),
    ) -> Option<u32> {
        match self.value(key).and_then(text_of) {
            Some(it) if it == word => return None,
            Some(it) => {
                self.refuse(key, format!("must be a whole number or `{word}`, found `{it}`"), None);
            }
            None => return self.number(key, (0, most)).or(Some(default)),
        }
        None
    }

    /// `true` or `false`; `false` when it is not there.
    pub(crate) fn flag(&mut self, key: &'a str) -> bool {
        let Some(value) = self.value(key) else { return false };
        let res = value.get_ref().as_bool();
        if res.is_none() {
            let help = text_of(value).and_then(|it| advice::flag(key, it));
            self.refuse(key, kind("`true` or `false`", value), help);
        }
        res.unwrap_or(false)
    }

    /// A list of strings, none of them empty.
    pub(crate) fn words(&mut self, key: &'a str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let list = self.list(key, value)?;
        let path = |i| format!("{}[{i}]", self.path(key));
        let text = |(i, it): (usize, &TomlValue<'_>)| self.string(&path(i), it, None);
        Some(list.iter().enumerate().filter_map(text).collect())
    }

    /// A list of strings; those without a word in them are left out.
    pub(crate) fn words_and_blanks(&mut self, key: &'a str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let blank = |it: &TomlValue<'_>| text_of(it).is_some_and(|it| it.trim().is_empty());
        let list = self.list(key, value)?;
        let words = list.iter().enumerate().filter(|(_, it)| !blank(it));
        let path = |i| format!("{}[{i}]", self.path(key));
        Some(words.filter_map(|(i, it)| self.string(&path(i), it, None)).collect())
    }

    /// A list of pairs of strings, none of them empty.
    pub(crate) fn pairs(&mut self, key: &'a str) -> Option<Vec<[String; 2]>> {
        let value = self.value(key)?;
        let Some(list) = value.get_ref().as_array() else {
            self.refuse(key, kind("a list of pairs of strings", value), None);
            return None;
        };
        let pair = |(i, it): (usize, &TomlValue<'_>)| {
            let at = format!("{}[{i}]", self.path(key));
            let list = it.get_ref().as_array().map(|it| it.iter().collect::<Vec<_>>());
            let Some([one, other]) = list.as_deref() else {
                self.file.note(at, &it.span(), "must be a pair of strings", None);
                return None;
            };
            let one = self.string(&format!("{at}[0]"), one, None);
            let other = self.string(&format!("{at}[1]"), other, None);
            Some([one?, other?])
        };
        Some(list.iter().enumerate().filter_map(pair).collect())
    }

    /// One of `known` by its word.
    pub(crate) fn choice<T: Copy>(&mut self, key: &'a str, known: &[(&str, T)]) -> Option<T> {
        let word = self.text(key)?;
        self.known(key, &word, known)
    }

    /// A list of those of `known` that its words name.
    pub(crate) fn choices<T: Copy>(&mut self, key: &'a str, known: &[(&str, T)]) -> Option<Vec<T>> {
        let words = self.words(key)?;
        Some(words.iter().filter_map(|word| self.known(key, word, known)).collect())
    }

    fn known<T: Copy>(&self, key: &'a str, word: &str, known: &[(&str, T)]) -> Option<T> {
        let res = known.iter().find(|it| it.0 == word).map(|it| it.1);
        if res.is_none() {
            let words = known.iter().map(|it| format!("`{}`", it.0)).collect::<Vec<_>>();
            let what = format!("must be one of {}, found `{word}`", words.join(", "));
            self.refuse(key, what, did_you_mean(word, known.iter().map(|it| it.0)));
        }
        res
    }

    /// A day, as a TOML date or as a string.
    pub(crate) fn day(&mut self, key: &'a str) -> Option<NaiveDate> {
        let read = |it: &str| {
            it.parse().ok().filter(|naive_date: &NaiveDate| YEARS.contains(&naive_date.year()))
        };
        self.dated(key, "a day like `2026-11-30`", read)
    }

    /// An instant with its offset, as a TOML time or as a string.
    pub(crate) fn instant(&mut self, key: &'a str) -> Option<DateTime<Utc>> {
        let read = |it: &str| {
            let at = DateTime::parse_from_rfc3339(it).ok()?.to_utc();
            YEARS.contains(&at.year()).then_some(at)
        };
        self.dated(key, "a time like `2026-11-30T08:00:00Z`", read)
    }

    /// A table; an empty one when it is not there.
    pub(crate) fn section(&mut self, key: &'a str) -> Self {
        let at = self.path(key);
        let value = self.value(key);
        self.enter(at, value, None)
    }

    /// The tables of a list, which `help` says how to write; none when it is not there.
    pub(crate) fn sections(&mut self, key: &'a str, help: &str) -> Vec<Self> {
        let at = self.path(key);
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.refuse(key, kind("a list of tables", value), Some(help.to_owned()));
            return Vec::new();
        };
        let enter = |(i, it)| self.enter(called(&at, i, it), Some(it), Some(help));
        list.iter().enumerate().map(enter).filter(|it| it.table.is_some()).collect()
    }

    /// The keys that the caller has not asked for yet.
    pub(crate) fn other_keys(&self) -> Vec<&'a str> {
        let keys = self.table.into_iter().flat_map(|it| it.keys()).map(|it| &**it.get_ref());
        keys.filter(|key| !self.asked.contains(key)).collect()
    }

    /// Whether the file has `key`; does not read it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// Whether the value of `key` is a table; does not read it.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.table.and_then(|table| table.get(key)).is_some_and(|it| it.get_ref().is_table())
    }

    /// Notes when `key` is not there.
    pub(crate) fn require(&self, key: &str) {
        if !self.has(key) {
            self.missing.borrow_mut().push(key.to_owned());
            self.refuse(key, "is missing", None);
        }
    }

    /// Notes that the value of `key` is wrong.
    pub(crate) fn refuse(&self, key: &str, what: impl Into<String>, help: Option<String>) {
        let there = self.table.and_then(|table| table.get_key_value(key));
        let span = there.map(|(key, value)| key.span().start..value.span().end);
        self.file.note(self.path(key), &span.unwrap_or_else(|| self.span.clone()), what, help);
    }

    /// Notes that `key` does not belong here, and takes it as read.
    pub(crate) fn refuse_key(&mut self, key: &'a str, what: &str, help: Option<String>) {
        self.asked.push(key);
        self.refuse(key, what, help);
    }

    /// The same where the value may be a secret: its line is named and not shown.
    pub(crate) fn refuse_secret(&mut self, key: &'a str, what: &str, help: Option<String>) {
        self.asked.push(key);
        let there = self.table.and_then(|table| table.get_key_value(key));
        let start = there.map_or(self.span.start, |it| it.0.span().start);
        let excerpt = Some(Excerpt::hidden(self.file.line_of(start)));
        let problem = Problem::new(self.path(key), what, help);
        self.file.notes.borrow_mut().push(Problem { excerpt, ..problem });
    }

    /// Notes what is wrong with the table as a whole.
    pub(crate) fn refuse_all(&self, what: &str, help: Option<String>) {
        self.file.note(self.at.clone(), &self.span, what, help);
    }

    /// Notes every key that the caller did not ask for.
    pub(crate) fn finish(self) {
        let others = self.other_keys();
        let missing = self.missing.borrow().clone();
        for key in &others {
            let near = did_you_mean(key, self.asked.iter().copied());
            let help = near.or_else(|| match (&*others, &*missing) {
                ([_], [missing]) => Some(format!("did you mean `{missing}`, which is missing?")),
                _ => advice::keys(&self.asked),
            });
            self.refuse(key, "is not a key", help);
        }
    }

    /// The items of a list of strings.
    fn list(&self, key: &str, value: &'a TomlValue<'a>) -> Option<&'a DeArray<'a>> {
        let res = value.get_ref().as_array();
        if res.is_none() {
            let help = text_of(value).map(|it| advice::list(key, it));
            self.refuse(key, kind("a list of strings", value), help);
        }
        res
    }

    fn value(&mut self, key: &'a str) -> Option<&'a TomlValue<'a>> {
        #[cfg(test)]
        asked::note(&self.path(key));
        self.asked.push(key);
        self.table?.get(key)
    }

    fn enter(&self, at: String, value: Option<&'a TomlValue<'a>>, help: Option<&str>) -> Self {
        let span = value.map(Spanned::span).unwrap_or_default();
        if let Some(value) = value
            && !value.get_ref().is_table()
        {
            let what = kind("a table", value);
            self.file.note(at.clone(), &span, what, help.map(str::to_owned));
        }
        let table = value.and_then(|it| it.get_ref().as_table());
        Self::new(self.file, at, table, span)
    }

    fn dated<T>(
        &mut self,
        key: &'a str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(it) => it.to_string(),
            DeValue::String(it) => it.trim().to_owned(),
            _ => {
                self.refuse(key, kind(expected, value), None);
                return None;
            }
        };
        let res = read(&text);
        if res.is_none() {
            self.refuse(key, format!("must be {expected}, found `{text}`"), None);
        }
        res
    }

    fn string(&self, at: &str, value: &TomlValue<'_>, key: Option<&str>) -> Option<String> {
        let (what, help) = match text_of(value).map(str::trim) {
            None => (kind("a string", value), key.and_then(|it| advice::quoted(it, value))),
            Some("") => ("is empty".to_owned(), None),
            Some(text) => return Some(text.to_owned()),
        };
        self.file.note(at.to_owned(), &value.span(), what, help);
        None
    }

    fn path(&self, key: &str) -> String {
        let key = written(key);
        match &*self.at {
            "" => key,
            named if named.ends_with('`') => format!("{named}: {key}"),
            path => format!("{path}.{key}"),
        }
    }
}
