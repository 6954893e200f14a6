//! What the file says: tables read key by key, with everything wrong noted.
//!
//! A reader that meets a problem notes it and goes on with an empty value, so that one reading
//! finds every problem. Nothing read beside a noted problem may be used.

pub(super) mod places;

use std::cell::RefCell;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use toml::{Table, Value};

use super::problem::{Problem, did_you_mean};

/// Years that people write: four digits, and not all of them zero.
const YEARS: RangeInclusive<i32> = 1..=9999;

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct ProblemLog(RefCell<Vec<Problem>>);

impl ProblemLog {
    /// Notes that `at` is wrong.
    pub(crate) fn add(&self, at: String, what: impl Into<String>, help: Option<String>) {
        self.0.borrow_mut().push(Problem { at, what: what.into(), help });
    }

    /// What was noted, in order.
    pub(crate) fn into_list(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// The tables of `text`, or where its syntax breaks.
///
/// The broken line is not repeated: it could hold a secret.
pub(crate) fn tables(text: &str) -> Result<Table, Problem> {
    text.parse().map_err(|it: toml::de::Error| {
        let start = it.span().map_or(0, |it| it.start).min(text.len());
        let before = text.get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|it| *it != '\n').count() + 1;
        let what = it.message().lines().next().unwrap_or_default().to_owned();
        Problem { at: format!("line {line}, column {column}"), what, help: None }
    })
}

/// One table of the file; keys that the caller does not ask for are unknown.
#[derive(Debug)]
pub(crate) struct TomlSection<'a> {
    at: String,
    table: Option<&'a Table>,
    asked: Vec<&'a str>,
    notes: &'a ProblemLog,
}

impl<'a> TomlSection<'a> {
    /// The whole file.
    pub(crate) fn root(table: &'a Table, notes: &'a ProblemLog) -> Self {
        Self { at: String::new(), table: Some(table), asked: Vec::new(), notes }
    }

    /// A string that is not empty.
    pub(crate) fn text(&mut self, key: &'a str) -> Option<String> {
        let value = self.value(key)?;
        self.string(&self.path(key), value)
    }

    /// Whether the value of `key` is a text without a word in it; takes it as read.
    pub(crate) fn is_blank(&mut self, key: &'a str) -> bool {
        self.value(key).and_then(Value::as_str).is_some_and(|it| it.trim().is_empty())
    }

    /// As [`Self::text`], and a whole number counts as its digits; `help` says how to write others.
    pub(crate) fn text_or_digits(&mut self, key: &'a str, help: &str) -> Option<String> {
        match self.value(key)? {
            Value::Integer(it) => Some(it.to_string()),
            Value::String(_) => self.text(key),
            other => {
                self.refuse(key, kind("a string", other), Some(help.to_owned()));
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
        let Some(number) = value.as_integer() else {
            self.refuse(key, kind("a whole number", value), None);
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
        match self.value(key).and_then(Value::as_str) {
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
        if !value.is_bool() {
            self.refuse(key, kind("`true` or `false`", value), None);
        }
        value.as_bool().unwrap_or(false)
    }

    /// A list of strings, none of them empty.
    pub(crate) fn words(&mut self, key: &'a str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let Some(list) = value.as_array() else {
            self.refuse(key, kind("a list of strings", value), None);
            return None;
        };
        let path = |i| format!("{}[{i}]", self.path(key));
        Some(list.iter().enumerate().filter_map(|(i, it)| self.string(&path(i), it)).collect())
    }

    /// A list of strings; those without a word in them are left out.
    pub(crate) fn words_and_blanks(&mut self, key: &'a str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let blank = |it: &Value| it.as_str().is_some_and(|it| it.trim().is_empty());
        let Some(list) = value.as_array() else {
            self.refuse(key, kind("a list of strings", value), None);
            return None;
        };
        let words = list.iter().enumerate().filter(|(_, it)| !blank(it));
        let path = |i| format!("{}[{i}]", self.path(key));
        Some(words.filter_map(|(i, it)| self.string(&path(i), it)).collect())
    }

    /// A list of pairs of strings, none of them empty.
    pub(crate) fn pairs(&mut self, key: &'a str) -> Option<Vec<[String; 2]>> {
        let value = self.value(key)?;
        let Some(list) = value.as_array() else {
            self.refuse(key, kind("a list of pairs of strings", value), None);
            return None;
        };
        let pair = |(i, it): (usize, &Value)| {
            let at = format!("{}[{i}]", self.path(key));
            let Some([one, other]) = it.as_array().map(Vec::as_slice) else {
                self.notes.add(at, "must be a pair of strings", None);
                return None;
            };
            let one = self.string(&format!("{at}[0]"), one);
            let other = self.string(&format!("{at}[1]"), other);
            Some([one?, other?])
        };
        Some(list.iter().enumerate().filter_map(pair).collect())
    }

    /// One of `known` by its word.
    pub(crate) fn choice<T: Copy>(&mut self, key: &'a str, known: &[(&str, T)]) -> Option<T> {
        let word = self.text(key)?;
        let res = known.iter().find(|it| it.0 == word).map(|it| it.1);
        if res.is_none() {
            let words = known.iter().map(|it| format!("`{}`", it.0)).collect::<Vec<_>>();
            let what = format!("must be one of {}, found `{word}`", words.join(", "));
            self.refuse(key, what, did_you_mean(&word, known.iter().map(|it| it.0)));
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
        let Some(list) = value.as_array() else {
            self.refuse(key, kind("a list of tables", value), Some(help.to_owned()));
            return Vec::new();
        };
        let enter = |(i, it)| self.enter(format!("{at}[{i}]"), Some(it), Some(help));
        list.iter().enumerate().map(enter).filter(|it| it.table.is_some()).collect()
    }

    /// The keys that the caller has not asked for yet.
    pub(crate) fn other_keys(&self) -> Vec<&'a str> {
        let keys = self.table.into_iter().flat_map(|it| it.keys()).map(String::as_str);
        keys.filter(|key| !self.asked.contains(key)).collect()
    }

    /// Whether the file has `key`; does not read it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// Whether the value of `key` is a table; does not read it.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.table.and_then(|table| table.get(key)).is_some_and(Value::is_table)
    }

    /// Notes when `key` is not there.
    pub(crate) fn require(&self, key: &str) {
        if !self.has(key) {
            self.refuse(key, "is missing", None);
        }
    }

    /// Notes that the value of `key` is wrong.
    pub(crate) fn refuse(&self, key: &str, what: impl Into<String>, help: Option<String>) {
        self.notes.add(self.path(key), what, help);
    }

    /// Notes that `key` does not belong here, and takes it as read.
    pub(crate) fn refuse_key(&mut self, key: &'a str, what: &str, help: Option<String>) {
        self.asked.push(key);
        self.refuse(key, what, help);
    }

    /// Notes what is wrong with the table as a whole.
    pub(crate) fn refuse_all(&self, what: &str, help: Option<String>) {
        self.notes.add(self.at.clone(), what, help);
    }

    /// Notes every key that the caller did not ask for.
    pub(crate) fn finish(self) {
        for key in self.other_keys() {
            let help = did_you_mean(key, self.asked.iter().copied());
            self.refuse(key, "is not a key", help);
        }
    }

    fn value(&mut self, key: &'a str) -> Option<&'a Value> {
        self.asked.push(key);
        self.table?.get(key)
    }

    fn enter(&self, at: String, value: Option<&'a Value>, help: Option<&str>) -> Self {
        if let Some(value) = value
            && !value.is_table()
        {
            self.notes.add(at.clone(), kind("a table", value), help.map(str::to_owned));
        }
        let table = value.and_then(Value::as_table);
        Self { at, table, asked: Vec::new(), notes: self.notes }
    }

    fn dated<T>(
        &mut self,
        key: &'a str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let text = match value {
            Value::Datetime(it) => it.to_string(),
            Value::String(it) => it.trim().to_owned(),
            other => {
                self.refuse(key, kind(expected, other), None);
                return None;
            }
        };
        let res = read(&text);
        if res.is_none() {
            self.refuse(key, format!("must be {expected}, found `{text}`"), None);
        }
        res
    }

    fn string(&self, at: &str, value: &Value) -> Option<String> {
        match value.as_str().map(str::trim) {
            None => self.notes.add(at.to_owned(), kind("a string", value), None),
            Some("") => self.notes.add(at.to_owned(), "is empty", None),
            Some(text) => return Some(text.to_owned()),
        }
        None
    }

    fn path(&self, key: &str) -> String {
        let key = written(key);
        if self.at.is_empty() { key } else { format!("{}.{key}", self.at) }
    }
}

/// A key, or a path of keys, as a file writes it: in quotes where it is not bare, so that none is
/// without a place.
fn written(key: &str) -> String {
    let is_bare =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '[' | ']');
    let bare = !key.is_empty() && key.chars().all(is_bare);
    if bare { key.to_owned() } else { format!("{key:?}") }
}

fn kind(expected: &str, found: &Value) -> String {
    let found = match found {
        Value::String(_) => "a string",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a fraction",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    };
    format!("must be {expected}, found {found}")
}
