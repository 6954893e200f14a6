//! Text as documents show it: what would act on a reader is shown by its number, thousands are
//! apart.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// `text` for a line of its own: what acts unseen is shown by its number, line breaks and tabs
/// become blanks.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(acts_unseen) {
        return text.into();
    }
    let mut res = String::with_capacity(text.len() + 8);
    for it in text.chars() {
        match it {
            '\n' | '\r' | '\t' => res.push(' '),
            it if acts_unseen(it) => write!(res, "{}", Escaped(it)).expect("text grows"),
            it => res.push(it),
        }
    }
    res.into()
}

/// A whole number with its thousands apart: `12,345`.
pub fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut res = String::from(if number < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            res.push(',');
        }
        res.push(digit);
    }
    res
}

/// A character that must not act, or cannot be shown, as `⟨U+202E⟩`.
#[derive(Clone, Copy, Debug)]
pub struct Escaped(pub char);

impl fmt::Display for Escaped {
    fn fmt(&self, it: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(it, "⟨U+{:04X}⟩", u32::from(self.0))
    }
}

/// Controls (line breaks too), marks and overrides of direction, characters without width, and
/// those that XML forbids. The joiners that Persian, Hindi and emoji need are left alone.
pub fn acts_unseen(it: char) -> bool {
    it.is_control()
        || matches!(it,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{grouped, visible};

    #[test]
    fn shows_what_would_act() {
        assert_eq!(visible("Ana"), "Ana");
        assert_eq!(visible("a\u{202e}b\nc\u{1b}[31m"), "a⟨U+202E⟩b c⟨U+001B⟩[31m");
        assert_eq!(visible("محمد"), "محمد");
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1_000, -1_234_567].map(grouped), ["0", "999", "1,000", "−1,234,567"]);
    }
}
