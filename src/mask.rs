//! A secret, wherever somebody's text has it: whole, in part, or in another writing.
//!
//! A server, or what stands before it, may repeat the request that it got. Whatever it sends passes
//! here before it is parsed, cut or kept, so nothing later has to know that there is a secret. Any
//! eight characters of it that stand together go; what merely begins as every token of Retool's
//! does stays. The work grows with the text and not with the secret.

mod body;
mod decoded;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

use self::decoded::decoded;

/// What stands in place of the secret.
const MASK: &str = "***";

/// Characters of the secret that may not stand together.
const WINDOW: usize = 8;

/// The same of its encodings, in which a character of the secret takes more than one.
const ENCODED: usize = 12;

/// Every token of Retool's begins so.
const COMMON: &str = "retool_";

/// Characters after that beginning that are not secret yet.
const COMMON_AFTER: usize = 2;

/// How often a text is decoded again: what is encoded in an encoding is found, what goes on for
/// ever is not followed.
const LAYERS: usize = 4;

/// Bytes of a secret that is still looked for; no header takes more.
const LONGEST: usize = 1 << 16;

/// Finds one secret.
#[derive(Debug)]
pub struct Mask {
    secret: SecretString,
    /// Made when the first text comes: of many instances, some never send one.
    windows: OnceLock<AhoCorasick>,
}

impl Mask {
    /// What finds `secret`; none where it is too long for that.
    pub fn of(secret: &SecretString) -> Option<Self> {
        let fits = secret.expose_secret().len() <= LONGEST;
        fits.then(|| Self { secret: secret.clone(), windows: OnceLock::new() })
    }

    /// What finds the secret; none where it is so short that it would be found in any sentence.
    fn windows(&self) -> Option<&AhoCorasick> {
        let secret = self.secret.expose_secret();
        let made = || {
            let mut builder = AhoCorasick::builder();
            // A table of all transitions takes longer to make than most texts take to read.
            let kind = Some(AhoCorasickKind::ContiguousNFA);
            let builder = builder.ascii_case_insensitive(true).kind(kind);
            builder.build(windows(secret)).expect("windows of a short secret are few")
        };
        (secret.chars().count() >= WINDOW).then(|| self.windows.get_or_init(made))
    }

    /// The text without the secret.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(windows) = self.windows() else { return text.into() };
        if is_in_disguise(windows, text.as_bytes()) {
            return MASK.to_owned().into();
        }
        let mut spans: Vec<(usize, usize)> =
            windows.find_overlapping_iter(text).map(|it| (it.start(), it.end())).collect();
        if spans.is_empty() {
            return text.into();
        }
        spans.sort_unstable();
        let (mut res, mut done) = (String::new(), None);
        for (start, end) in spans {
            match done {
                Some(it) if start <= it => {}
                it => {
                    res.push_str(&text[it.unwrap_or(0)..start]);
                    res.push_str(MASK);
                }
            }
            done = done.max(Some(end));
        }
        res.push_str(&text[done.unwrap_or(0)..]);
        res.into()
    }

    /// The same for an owned text, which is not copied where nothing is masked.
    pub fn take(&self, text: String) -> String {
        match self.text(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(it) => it,
        }
    }
}

/// Whether the secret shows once escapes are resolved.
fn is_in_disguise(windows: &AhoCorasick, text: &[u8]) -> bool {
    let mut plain = decoded(text);
    for _ in 0..LAYERS {
        let Some(it) = plain else { return false };
        if windows.is_match(&it) {
            return true;
        }
        plain = decoded(&it);
    }
    // So many layers have no honest reason.
    plain.is_some()
}

/// Every run of the secret and of its encodings that may not stand in a text.
fn windows(secret: &str) -> BTreeSet<String> {
    let known = if secret.starts_with(COMMON) { COMMON.len() + COMMON_AFTER } else { 0 };
    let mut res = BTreeSet::from([secret.to_owned()]);
    let places: Vec<usize> = secret.char_indices().map(|it| it.0).chain([secret.len()]).collect();
    for it in places.windows(WINDOW + 1) {
        let (start, end) = (it[0], it[WINDOW]);
        if end > known && is_varied(&secret[start..end]) {
            res.insert(secret[start..end].to_owned());
        }
    }
    // The common beginning goes with what follows it.
    res.extend(secret.get(..=known).filter(|it| it.len() > WINDOW).map(str::to_owned));
    for it in encodings(secret) {
        let width = ENCODED.min(it.text.len());
        let of_interest = |start: &usize| (it.skipped + (start + width) * it.bits) / 8 > known;
        for start in (0..=it.text.len() - width).filter(of_interest) {
            res.extend((width >= WINDOW).then(|| it.text[start..start + width].to_owned()));
        }
    }
    res
}

/// Whether a run is more than a few characters again and again, as numbers with many zeros are.
fn is_varied(run: &str) -> bool {
    run.chars().collect::<BTreeSet<_>>().len() >= WINDOW / 2
}

/// The secret in another alphabet.
struct Encoding {
    text: String,
    /// Bits of the secret that a character holds.
    bits: usize,
    /// Bits of the secret before the first character: those share a character with what stands
    /// before the secret.
    skipped: usize,
}

/// The secret as hexadecimal digits, and in Base64 wherever in a longer text it begins.
fn encodings(secret: &str) -> Vec<Encoding> {
    let hex = crate::digest::hex(secret.as_bytes());
    let mut res = vec![Encoding { text: hex, bits: 4, skipped: 0 }];
    for before in 0..3_usize {
        let bytes = [&[0; 2][..before], secret.as_bytes()].concat();
        // Only the characters that hold nothing but the secret.
        let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&bytes)[from..to].to_owned();
            res.push(Encoding { text, bits: 6, skipped: from * 6 - before * 8 });
        }
    }
    res
}

#[cfg(test)]
mod tests;
