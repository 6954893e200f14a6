//! Text as documents show it: how much of it, and how it is kept from acting.

use std::fmt::Write as _;

pub use markup_pdf::text::{Escaped, acts_unseen, grouped, visible};

/// Characters of one text that documents show. A name is not read further, and a page of it costs
/// what a page costs; the CSV set and the JSON hold all.
pub const MOST_SHOWN: usize = 2_000;

/// What documents show of a text: its beginning, and in words how much more there is.
pub fn shown(text: &str) -> (&str, String) {
    if text.len() <= MOST_SHOWN {
        return (text, String::new());
    }
    let Some((end, _)) = text.char_indices().nth(MOST_SHOWN) else { return (text, String::new()) };
    let (shown, rest) = text.split_at(end);
    let more = rest.chars().count();
    let count = grouped(i128::try_from(more).unwrap_or(i128::MAX));
    let noun = if more == 1 { "character" } else { "characters" };
    (shown, format!(" … and {count} more {noun}"))
}

/// `text` between the quotes of a string in a style sheet: visible, and nothing in it can end the
/// string or the element that holds the sheet.
pub fn css_string(text: &str) -> String {
    let mut res = String::new();
    for it in visible(text).chars() {
        match it {
            '"' | '\\' | '<' | '>' | '&' => {
                write!(res, "\\{:x} ", u32::from(it)).expect("text grows");
            }
            it => res.push(it),
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{MOST_SHOWN, css_string, shown};

    #[test]
    fn nothing_ends_the_string_of_a_style_sheet() {
        let shown = css_string("a\"; } </style>\\ \n\u{202e}Ünï & co");
        insta::assert_snapshot!(shown, @r"a\22 ; } \3c /style\3e \5c   ⟨U+202E⟩Ünï \26  co");
    }

    #[test]
    fn long_texts_say_how_much_more_there_is() {
        let told = |n: usize| shown(&"é".repeat(n)).1;
        assert_eq!([0, 1, 1_999, 2_000].map(told), [""; 4]);
        assert_eq!(told(2_001), " … and 1 more character");
        assert_eq!(told(202_000), " … and 200,000 more characters");
    }

    proptest! {
        #[test]
        fn what_is_shown_and_what_is_counted_make_the_whole(
            one in any::<char>(),
            other in any::<char>(),
            times in 0_usize..3_000,
            tail in ".{0,60}",
        ) {
            let text = format!("{}{}{tail}", one.to_string().repeat(times), other.to_string().repeat(times / 2));
            let (begin, more) = shown(&text);
            prop_assert!(text.starts_with(begin));
            let digits: String = more.chars().filter(char::is_ascii_digit).collect();
            let more: usize = digits.parse().unwrap_or_default();
            prop_assert_eq!(begin.chars().count() + more, text.chars().count());
            prop_assert_eq!(begin.chars().count(), text.chars().count().min(MOST_SHOWN));
        }
    }
}
