//! What an exception says: a text with places for what is known of it.
//!
//! - `{column}` is a column of the finding, and `{column|account}` counts what it counts: `1
//!   account`, `2 accounts`.
//! - `{=days}` is a threshold of the rule, with its unit.
//! - `[, {age} old]` is said only where each of its columns is known and holds something; of
//!   `[by {owner}|by an unknown owner]` the first of which that is so.

use crate::names::counted;

/// A sentence with places to fill.
#[derive(Debug, PartialEq, Eq)]
pub struct Sentence<'a> {
    parts: Vec<Part<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Column { name: &'a str, counts: Option<&'a str> },
    Threshold(&'a str),
    Choice(Vec<Sentence<'a>>),
}

/// Why a text is no sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SentenceFault {
    /// A bracket or brace is open at the end.
    #[error("`{0}` is never closed")]
    Open(char),
    /// A bracket or brace closes nothing.
    #[error("`{0}` closes nothing")]
    Stray(char),
    /// Brackets are in brackets.
    #[error("`[` stands within `[…]`")]
    Nested,
}

/// What fills a sentence's places.
pub trait SentenceValues {
    /// The words of a column.
    fn column(&self, name: &str) -> String;
    /// Whether a column is known and holds something.
    fn is_known(&self, name: &str) -> bool;
    /// The words of a threshold.
    fn threshold(&self, key: &str) -> String;
}

impl<'a> Sentence<'a> {
    /// Reads the places of a text.
    ///
    /// # Errors
    ///
    /// Where brackets or braces do not fit together.
    pub fn parse(text: &'a str) -> Result<Self, SentenceFault> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['[', ']']) {
            let (before, after) = rest.split_at(at);
            plain(before, &mut parts)?;
            if after.starts_with(']') {
                return Err(SentenceFault::Stray(']'));
            }
            let (inner, after) = after[1..].split_once(']').ok_or(SentenceFault::Open('['))?;
            if inner.contains('[') {
                return Err(SentenceFault::Nested);
            }
            parts.push(Part::Choice(alternatives(inner)?));
            rest = after;
        }
        plain(rest, &mut parts)?;
        Ok(Self { parts })
    }

    /// The columns that it names, in their order.
    pub fn columns(&self) -> Vec<&'a str> {
        let columns = |part: &Part<'a>| match part {
            Part::Column { name, .. } => vec![*name],
            Part::Choice(all) => all.iter().flat_map(Self::columns).collect(),
            Part::Text(_) | Part::Threshold(_) => Vec::new(),
        };
        self.parts.iter().flat_map(columns).collect()
    }

    /// The thresholds that it names.
    pub fn thresholds(&self) -> Vec<&'a str> {
        let thresholds = |part: &Part<'a>| match part {
            Part::Threshold(key) => vec![*key],
            Part::Choice(all) => all.iter().flat_map(Self::thresholds).collect(),
            Part::Text(_) | Part::Column { .. } => Vec::new(),
        };
        self.parts.iter().flat_map(thresholds).collect()
    }

    /// The columns that it says whether they are known or not.
    pub fn always(&self) -> impl Iterator<Item = &'a str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Column { name, .. } => Some(*name),
            _ => None,
        })
    }

    /// The sentence with its places filled.
    pub fn fill(&self, values: &impl SentenceValues) -> String {
        let fill = |part: &Part<'_>| match part {
            Part::Text(it) => (*it).to_owned(),
            Part::Column { name, counts: None } => values.column(name),
            Part::Column { name, counts: Some(one) } => counted(&values.column(name), one),
            Part::Threshold(key) => values.threshold(key),
            Part::Choice(all) => {
                let known = |it: &&Sentence<'_>| it.columns().iter().all(|it| values.is_known(it));
                all.iter().find(known).map(|it| it.fill(values)).unwrap_or_default()
            }
        };
        self.parts.iter().map(fill).collect()
    }
}

/// The parts of what stands in brackets, divided where a bar is in no braces.
fn alternatives(inner: &str) -> Result<Vec<Sentence<'_>>, SentenceFault> {
    let mut depth = 0_usize;
    let divides = |it: char| {
        depth = match it {
            '{' => depth + 1,
            '}' => depth.saturating_sub(1),
            _ => depth,
        };
        it == '|' && depth == 0
    };
    inner.split(divides).map(Sentence::parse).collect()
}

/// The parts of a text without brackets.
fn plain<'a>(text: &'a str, parts: &mut Vec<Part<'a>>) -> Result<(), SentenceFault> {
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        if after.starts_with('}') {
            return Err(SentenceFault::Stray('}'));
        }
        let (place, after) = after[1..].split_once('}').ok_or(SentenceFault::Open('{'))?;
        parts.push(Part::Text(before));
        parts.push(match (place.strip_prefix('='), place.split_once('|')) {
            (Some(key), _) => Part::Threshold(key),
            (None, Some((name, one))) => Part::Column { name, counts: Some(one) },
            (None, None) => Part::Column { name: place, counts: None },
        });
        rest = after;
    }
    parts.push(Part::Text(rest));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Values(&'static [(&'static str, &'static str)]);

    impl SentenceValues for Values {
        fn column(&self, name: &str) -> String {
            let found = self.0.iter().find(|it| it.0 == name);
            found.map_or("unknown", |it| it.1).to_owned()
        }

        fn is_known(&self, name: &str) -> bool {
            self.0.iter().any(|it| it.0 == name)
        }

        fn threshold(&self, key: &str) -> String {
            format!("14 {key}")
        }
    }

    const TEXT: &str = "{subject} has [{n|account}|no account that is known][, {age} old]\
                        [, by {owner} ({state})|, by {owner}]; allowed: {=days}.";

    #[test]
    fn what_is_not_known_is_not_said() {
        let fill = |values| Sentence::parse(TEXT).unwrap().fill(&Values(values));
        insta::assert_snapshot!(
            [
                fill(&[("subject", "ann"), ("n", "1"), ("age", "3 days"), ("owner", "bob")]),
                fill(&[("subject", "ann"), ("n", "2"), ("owner", "bob"), ("state", "active")]),
                fill(&[]),
            ]
            .join("\n"),
            @"
        ann has 1 account, 3 days old, by bob; allowed: 14 days.
        ann has 2 accounts, by bob (active); allowed: 14 days.
        unknown has no account that is known; allowed: 14 days.
        ");
        let sentence = Sentence::parse(TEXT).unwrap();
        assert_eq!(sentence.columns(), ["subject", "n", "age", "owner", "state", "owner"]);
        assert_eq!(sentence.thresholds(), ["days"]);
        assert_eq!(sentence.always().collect::<Vec<_>>(), ["subject"]);
    }

    #[test]
    fn brackets_and_braces_fit_together() {
        let faults = ["a {b", "a b}", "a [b", "a] b", "[a [b] c]", "[a {b]} c"];
        let faults = faults.map(|it| Sentence::parse(it).unwrap_err().to_string());
        assert_eq!(
            faults,
            [
                "`{` is never closed",
                "`}` closes nothing",
                "`[` is never closed",
                "`]` closes nothing",
                "`[` stands within `[…]`",
                "`{` is never closed",
            ]
        );
    }
}
