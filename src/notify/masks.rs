//! What servers and libraries say of a notice, without any secret of it.

use secrecy::{ExposeSecret as _, SecretString};

use crate::mask::Mask;
use crate::names::one_line;
use crate::report::text::visible;

/// Characters of what a server says that are repeated.
const MOST: usize = 200;

/// Characters of a secret that is found wherever it stands.
const SHORTEST: usize = 8;

/// Hides the secrets of one receiver.
#[derive(Debug, Default)]
pub(super) struct Masks {
    masks: Vec<Mask>,
    /// Whether a secret cannot be told from other text: then nothing is repeated.
    is_blind: bool,
}

impl Masks {
    /// What hides these secrets, too.
    pub(super) fn and(mut self, secret: &SecretString) -> Self {
        let is_long = secret.expose_secret().chars().count() >= SHORTEST;
        match Mask::of(secret).filter(|_| is_long) {
            Some(it) => self.masks.push(it),
            None => self.is_blind = true,
        }
        self
    }

    /// The beginning of a text on one line, to stand behind a colon; empty where nothing may be
    /// repeated.
    pub(super) fn said(&self, text: &str) -> String {
        if self.is_blind {
            return String::new();
        }
        let hidden = self.masks.iter().fold(text.to_owned(), |text, mask| mask.take(text));
        let line = one_line(&visible(&hidden));
        let line = line.trim();
        match line.char_indices().nth(MOST) {
            Some((end, _)) => format!("{} …", &line[..end]),
            None => line.to_owned(),
        }
    }

    /// An answer in JSON, which stays JSON.
    pub(super) fn body(&self, body: Vec<u8>) -> Vec<u8> {
        self.masks.iter().fold(body, |body, mask| mask.body(body))
    }

    /// A reason with what somebody said behind a colon, where that may be repeated.
    pub(super) fn because(&self, reason: &str, text: &str) -> String {
        match self.said(text) {
            it if it.is_empty() => reason.to_owned(),
            it => format!("{reason}: {it}"),
        }
    }
}
