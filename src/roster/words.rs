//! What exports write for the status and the kind of a person.

use std::collections::BTreeMap;

use super::columns::Asks;
use super::profile::{Profile, general};
use super::{PersonKind, Status};
use crate::names::unaccented;

/// Answers to a column that asks one thing of every person.
const YES: &[&str] = &[
    "true",
    "yes",
    "y",
    "1",
    "t",
    "x",
    "wahr",
    "ja",
    "j",
    "vrai",
    "oui",
    "verdadero",
    "si",
    "vero",
    "waar",
    "sim",
    "on",
];
const NO: &[&str] = &[
    "false", "no", "n", "0", "f", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee", "nao",
    "off",
];

/// Words for an unknown status.
const UNKNOWN: &[&str] =
    &["", "unknown", "n a", "na", "none", "null", "unbekannt", "inconnu", "desconocido"];

/// Who explains words: the configuration first, then the product, then what all agree on.
#[derive(Clone, Copy)]
pub(super) struct StatusWords<'a> {
    /// The configuration's own words, each as the file has it.
    pub(super) own: &'a BTreeMap<String, String>,
    /// The product that the file is of.
    pub(super) profile: Option<&'a Profile>,
}

impl StatusWords<'_> {
    /// The status that `word` means in a column that asks so; none when it is not explained.
    pub(super) fn status(self, word: &str, asks: Asks) -> Option<Status> {
        let word = plain(word);
        if let Some(own) = self.own.iter().find(|it| plain(it.0) == word) {
            return Status::named(own.1);
        }
        if UNKNOWN.contains(&&*word) {
            return Some(Status::Unknown);
        }
        let (yes, no) = (YES.contains(&&*word), NO.contains(&&*word));
        let answer = match asks {
            Asks::WhetherActive if yes => Some(Status::Active),
            Asks::WhetherActive if no => Some(Status::Terminated),
            Asks::WhetherLeft if yes => Some(Status::Terminated),
            Asks::WhetherLeft if no => Some(Status::Active),
            _ => None,
        };
        let of_product = || self.profile.and_then(|profile| profile.status(&word));
        answer.or_else(of_product).or_else(|| general().status(&word))
    }

    /// What a person of the kind `word` is.
    pub(super) fn kind(self, word: &str) -> PersonKind {
        let plain = plain(word);
        let of_product = self.profile.and_then(|profile| profile.kind(&plain));
        let known = of_product.or_else(|| general().kind(&plain));
        known.cloned().unwrap_or_else(|| PersonKind::Unknown(word.to_owned()))
    }
}

/// Lower case without accents, with one blank for whatever parts the words.
pub(super) fn plain(word: &str) -> String {
    let seen: String = word.chars().filter(|it| !crate::address::is_invisible(*it)).collect();
    let lower = unaccented(&seen);
    let parts = lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Asks, StatusWords};
    use crate::config::RosterSource;
    use crate::roster::Status;

    fn of(word: &str, asks: Asks) -> Option<Status> {
        StatusWords { own: &BTreeMap::new(), profile: None }.status(word, asks)
    }

    #[test]
    fn words_count_whatever_their_case_and_hyphens() {
        let of = |it| of(it, Asks::Word);
        assert_eq!(of("ACTIVE"), Some(Status::Active));
        assert_eq!(of(" Pre-Hire "), Some(Status::Future));
        assert_eq!(of("on_leave"), Some(Status::Leave));
        assert_eq!(of("Terminated\u{200b}"), Some(Status::Terminated));
        assert_eq!(of(""), Some(Status::Unknown));
        assert_eq!(of("Retreat"), None);
    }

    #[test]
    fn yes_answers_only_the_question_that_was_asked() {
        assert_eq!(of("TRUE", Asks::WhetherActive), Some(Status::Active));
        assert_eq!(of("nein", Asks::WhetherActive), Some(Status::Terminated));
        assert_eq!(of("yes", Asks::WhetherLeft), Some(Status::Terminated));
        assert_eq!(of("FALSE", Asks::WhetherLeft), Some(Status::Active));
        assert_eq!(of("yes", Asks::Word), None);
        assert_eq!(of("perhaps", Asks::WhetherLeft), None);
    }

    #[test]
    fn the_configuration_is_taken_at_its_word() {
        let words = [("Garden-Leave", "terminated"), ("", "active"), ("Active", "leave")];
        let own = words.map(|word| (word.0.to_owned(), word.1.to_owned())).into();
        let of = |it| StatusWords { own: &own, profile: None }.status(it, Asks::Word);
        assert_eq!(of("garden leave"), Some(Status::Terminated));
        assert_eq!(of(" "), Some(Status::Active));
        assert_eq!(of("active"), Some(Status::Leave));
    }

    #[test]
    fn vendors_disagree_on_some_words_and_nobody_guesses_them() {
        for word in ["Inactive", "Suspended", "Hired", "inaktiv"] {
            assert_eq!(of(word, Asks::Word), None, "{word}");
        }
    }

    #[test]
    fn every_status_that_the_configuration_may_name_is_known() {
        for word in RosterSource::STATUSES {
            assert_eq!(of(word, Asks::Word).map(Status::word), Some(*word));
        }
    }
}
