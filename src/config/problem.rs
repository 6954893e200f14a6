//! What is wrong with a file that a person wrote: all of it, each with its place.

use std::fmt;
use std::ops::Range;

use super::secrets;

/// Everything wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// The file's name as the reader knows it.
    pub file: String,
    /// At least one, in the order in which the file is checked.
    pub list: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file that it is in, where that is another one than [`Problems::file`].
    pub file: Option<String>,
    /// The key, `instance `eu`: url`, or the line; empty where the excerpt says all.
    pub at: String,
    /// The line in question, where the file has lines of text.
    pub excerpt: Option<Excerpt>,
    /// What is wrong there, to be read after `at`.
    pub what: String,
    /// What to do about it, where that is known.
    pub help: Option<String>,
}

/// The one of `known` that the author of `word` may have meant.
///
/// Case, `_` and blanks count for nothing; a known word that begins with `word` and a hyphen
/// is near too.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |it: &str| it.trim().to_lowercase().replace(['_', ' '], "-");
    let word = plain(word);
    let reach = word.chars().count().max(3) / 3;
    let distance = |it: &str| match plain(it) {
        it if !word.is_empty() && it.starts_with(&format!("{word}-")) => 1,
        it => strsim::osa_distance(&word, &it),
    };
    let near = known.into_iter().map(|it| (distance(it), it)).filter(|it| it.0 <= reach);
    near.min_by_key(|it| it.0).map(|it| it.1)
}

/// Words in backticks, the first few of them where there are many.
pub fn and_more(words: &[&str]) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = words.iter().take(MOST).map(|it| format!("`{it}`")).collect();
    let more = words.len().saturating_sub(MOST);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

/// The help line that goes with [`suggest`].
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    suggest(word, known).map(|it| format!("did you mean `{it}`?"))
}

/// A line of a file, with a part of it marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    line: usize,
    /// The line, and which of its characters are meant; none where it must not be shown.
    shown: Option<Box<(String, Range<usize>)>>,
}

/// Characters of a line that are shown at most.
const MOST_SHOWN: usize = 100;

impl Excerpt {
    /// The line of `text` in which `span` begins, bytes counted; what lies beyond the line is not
    /// marked. Of a line that may hold a secret, the number alone.
    pub fn of(text: &str, span: &Range<usize>) -> Self {
        let before = text.match_indices('\n').take_while(|it| it.0 < span.start);
        Self::in_line(before.count() + 1, text, span)
    }

    /// As [`Self::of`], where the number of the line is known.
    pub(super) fn in_line(line: usize, text: &str, span: &Range<usize>) -> Self {
        let start = (0..=span.start.min(text.len())).rev().find(|it| text.is_char_boundary(*it));
        let start = start.unwrap_or(0);
        let (before, after) = text.split_at(start);
        let head = before.rsplit('\n').next().unwrap_or_default();
        let tail = after.lines().next().unwrap_or_default();
        let whole = format!("{head}{tail}");
        let indent = whole.chars().take_while(|it| it.is_whitespace()).count();
        let from = head.chars().count().saturating_sub(indent);
        let n_bytes = span.end.saturating_sub(start).min(tail.len());
        let marked = tail.get(..n_bytes).unwrap_or(tail).chars().count().max(1);
        // Of a long line, what is around the mark.
        let skipped = if from < MOST_SHOWN - MOST_SHOWN / 4 { 0 } else { from - MOST_SHOWN / 2 };
        let plain = |it: char| if it.is_control() { ' ' } else { it };
        let rest = whole.chars().skip(indent + skipped).map(plain);
        let mut shown: String = rest.clone().take(MOST_SHOWN).collect();
        if rest.count() > MOST_SHOWN {
            shown.push('…');
        }
        let (from, begin) = if skipped > 0 { (from - skipped + 1, "…") } else { (from, "") };
        let to = (from + marked).min(MOST_SHOWN).max(from + 1);
        let shown = format!("{begin}{shown}");
        let is_public = secrets::may_be_shown(&whole);
        Self { line, shown: is_public.then(|| Box::new((shown, from..to))) }
    }

    /// A line that must not be shown.
    pub(super) fn hidden(line: usize) -> Self {
        Self { line, shown: None }
    }

    /// The line's number, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Has the line's number count from the one after `before`.
    pub(super) fn count_from(&mut self, before: usize) {
        self.line -= before;
    }

    /// The line's text.
    pub fn shown(&self) -> Option<&str> {
        self.shown.as_ref().map(|it| it.0.as_str())
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.list.len();
        let plural = if n == 1 { "" } else { "s" };
        write!(f, "`{}` has {n} problem{plural}", self.file)?;
        let listed = self.list.iter().filter(|it| it.excerpt.is_none() && it.file.is_none());
        let width = listed.map(|it| it.at.chars().count()).max().unwrap_or(0);
        for problem in &self.list {
            match &problem.excerpt {
                Some(excerpt) => problem.write_with_line(f, excerpt)?,
                None => problem.write_in_columns(f, width)?,
            }
        }
        Ok(())
    }
}

impl Problem {
    /// What is wrong at a place that is no line of text.
    pub fn new(at: impl Into<String>, what: impl Into<String>, help: Option<String>) -> Self {
        Self { file: None, at: at.into(), excerpt: None, what: what.into(), help }
    }

    fn write_in_columns(&self, f: &mut fmt::Formatter<'_>, width: usize) -> fmt::Result {
        let Self { at, what, help, .. } = self;
        match &self.file {
            Some(file) if at.is_empty() => write!(f, "\n  `{file}` {what}")?,
            Some(file) => write!(f, "\n  `{file}`, {at}: {what}")?,
            None => write!(f, "\n  {at:width$}  {what}")?,
        }
        match help {
            Some(help) => write!(f, "\n  {:width$}  help: {help}", ""),
            None => Ok(()),
        }
    }

    fn write_with_line(&self, f: &mut fmt::Formatter<'_>, excerpt: &Excerpt) -> fmt::Result {
        let Self { at, what, help, .. } = self;
        let line = excerpt.line;
        let gap = if at.is_empty() { "" } else { " " };
        let file = self.file.as_ref().map(|it| format!("`{it}`, ")).unwrap_or_default();
        write!(f, "\n  {file}line {line}: {at}{gap}{what}")?;
        if let Some((text, marked)) = excerpt.shown.as_deref() {
            let gap = " ".repeat(line.to_string().len());
            let marks = "^".repeat(marked.len());
            write!(f, "\n    {line} | {text}\n    {gap} | {:1$}{marks}", "", marked.start)?;
        }
        match help {
            Some(help) => write!(f, "\n    help: {help}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, Problem, Problems, suggest};

    #[test]
    fn a_problem_shows_its_line() {
        let text = "[organization]\n\tname = 7\npassword = \"hunter2\"\n";
        let at = |word: &str| {
            let start = text.find(word).expect("it is there");
            Excerpt::of(text, &(start..start + word.len()))
        };
        let problem = |at: &str, excerpt, help: Option<&str>| Problem {
            excerpt: Some(excerpt),
            ..Problem::new(at, "is wrong", help.map(str::to_owned))
        };
        let list = vec![
            problem("organization.name", at("name = 7"), Some("write `name = \"7\"`")),
            problem("", at("\"hunter2\""), None),
        ];
        let problems = Problems { file: "audit.toml".to_owned(), list };
        insta::assert_snapshot!(problems, @r#"
        `audit.toml` has 2 problems
          line 2: organization.name is wrong
            2 | name = 7
              | ^^^^^^^^
            help: write `name = "7"`
          line 3: is wrong
        "#);
    }

    #[test]
    fn problems_stand_in_columns() {
        let problem = |at: &str, what: &str, help: Option<&str>| {
            Problem::new(at.to_owned(), what.to_owned(), help.map(str::to_owned))
        };
        let list = vec![
            problem("instance[1].url", "must start with https", None),
            problem("rules.dormant-usr", "is not a rule", Some("did you mean `dormant-user`?")),
        ];
        let problems = Problems { file: "audit.toml".to_owned(), list };
        insta::assert_snapshot!(problems, @r"
        `audit.toml` has 2 problems
          instance[1].url    must start with https
          rules.dormant-usr  is not a rule
                             help: did you mean `dormant-user`?
        ");
    }

    #[test]
    fn the_nearest_word_is_suggested_and_a_far_one_is_not() {
        let known = ["name", "token-env", "token-file", "requests-per-minute"];
        assert_eq!(suggest("token_env", known), Some("token-env"));
        assert_eq!(suggest("Nmae", known), Some("name"));
        assert_eq!(suggest("requests", known), Some("requests-per-minute"));
        assert_eq!(suggest("colour", known), None);
        assert_eq!(suggest("", known), None);
    }
}
