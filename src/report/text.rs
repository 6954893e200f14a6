//! Text from outside made harmless: what would act on a reader is shown instead.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with control characters and bidirectional overrides as `⟨U+202E⟩`; line breaks and tabs
/// become blanks.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return text.into();
    }
    let mut res = String::with_capacity(text.len() + 8);
    for it in text.chars() {
        match it {
            '\n' | '\r' | '\t' => res.push(' '),
            it if acts(it) => write!(res, "⟨U+{:04X}⟩", u32::from(it)).expect("text grows"),
            it => res.push(it),
        }
    }
    res.into()
}

/// Controls, separators of lines and paragraphs, and what reorders or hides text.
fn acts(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(it, '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn shows_what_would_act() {
        assert_eq!(visible("Ana"), "Ana");
        assert_eq!(visible("a\u{202e}b\nc\u{1b}[31m"), "a⟨U+202E⟩b c⟨U+001B⟩[31m");
        assert_eq!(visible("محمد"), "محمد");
    }
}
