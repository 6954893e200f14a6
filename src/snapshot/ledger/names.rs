//! Words that were met, each once and in order: never more than a ledger can bear.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Different words that are kept.
const MOST: usize = 200;

/// Characters of a word that are kept.
const LONGEST: usize = 80;

/// Distinct words, sorted, and how often there was no space for another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistinctNames {
    /// The words; a long one is cut and ends in `…`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub words: BTreeSet<String>,
    /// How many words were met beyond these, repetitions included.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

impl std::fmt::Display for DistinctNames {
    fn fmt(&self, it: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        it.write_str(&words.join(", "))?;
        if self.more > 0 { write!(it, " and {} more", self.more) } else { Ok(()) }
    }
}

impl DistinctNames {
    /// Adds a word.
    pub fn add(&mut self, word: &str) {
        let word = cut(word);
        if self.words.contains(word.as_ref()) {
            return;
        }
        if self.words.len() < MOST {
            self.words.insert(word.into_owned());
        } else {
            self.more += 1;
        }
    }

    /// Adds the words of others.
    pub fn join(&mut self, others: &Self) {
        others.words.iter().for_each(|word| self.add(word));
        self.more += others.more;
    }

    /// How many words were met; repetitions count where there was no space.
    pub fn len(&self) -> u64 {
        self.words.len() as u64 + self.more
    }

    /// Whether no word was met.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.more == 0
    }

    /// The words in one line.
    pub fn line(&self) -> String {
        let res = self.words.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        if self.more > 0 { format!("{res}, and {} more", self.more) } else { res }
    }
}

/// Names come from a server: neither their length nor their signs can be trusted.
fn cut(word: &str) -> std::borrow::Cow<'_, str> {
    let end = word.char_indices().nth(LONGEST).map(|it| it.0);
    let plain = !word.contains(char::is_control);
    match end {
        None if plain => word.into(),
        _ => {
            let start = &word[..end.unwrap_or(word.len())];
            let dots = if end.is_some() { "…" } else { "" };
            format!("{}{dots}", start.replace(char::is_control, " ")).into()
        }
    }
}

/// Zero counts are left out of files.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
pub(super) fn is_zero(it: &u64) -> bool {
    *it == 0
}

#[cfg(test)]
mod tests {
    use super::DistinctNames;

    #[test]
    fn words_are_kept_once_and_in_order() {
        let mut names = DistinctNames::default();
        for it in ["metadata", "extra", "metadata", "two\nlines"] {
            names.add(it);
        }
        insta::assert_snapshot!(names.line(), @"extra, metadata, two lines");
    }

    #[test]
    fn a_flood_of_words_is_counted() {
        let mut names = DistinctNames::default();
        (0..1_000).for_each(|it| names.add(&format!("field_{it:04}")));
        names.add(&"x".repeat(500));
        assert_eq!((names.words.len(), names.more), (200, 801));
        let mut long = DistinctNames::default();
        long.add(&"ü".repeat(500));
        assert_eq!(long.line(), format!("{}…", "ü".repeat(80)));
    }
}
