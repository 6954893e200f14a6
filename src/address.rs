//! Addresses of people, in the one form in which they are compared.
//!
//! An address comes from Retool, from a roster, from a configuration and from files that people
//! write. Whoever compares two of them brings both into this form first: without blanks at the
//! ends, without invisible characters, in lower case, with composed letters (Unicode's
//! normalization form C, RFC 6532 section 3.1), and with the domain as the domain name system has
//! it (`xn--…` for letters beyond ASCII, RFC 5891).

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// The form in which addresses are compared; of a text that is no address, such as an account's
/// id, the same without the part about domains.
///
/// Empty where nothing visible is left.
pub fn normal(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|it| it.is_ascii_graphic() && !it.is_ascii_uppercase())
        && !text.ends_with('.')
        && !text.contains("xn--")
    {
        return Cow::Borrowed(text);
    }
    let seen: String = text.chars().filter(|it| !is_invisible(*it)).collect();
    let folded: String = seen.trim().to_lowercase().nfc().collect();
    Cow::Owned(match folded.rsplit_once('@') {
        Some((local, name)) => format!("{}@{}", local.trim_end(), domain(name)),
        None => folded,
    })
}

/// The form in which domains are compared.
pub fn domain(name: &str) -> String {
    let seen: String = name.chars().filter(|it| !is_invisible(*it)).collect();
    let bare = seen.trim().trim_end_matches('.').to_lowercase();
    // What is no domain name stays as it is, and equals only itself. Dots have more forms than one.
    let ascii = idna::domain_to_ascii(&bare).unwrap_or(bare);
    ascii.trim_end_matches('.').to_owned()
}

/// The domain of an address in its [`normal`] form.
pub fn domain_of(normal: &str) -> Option<&str> {
    normal.rsplit_once('@').map(|it| it.1).filter(|it| !it.is_empty())
}

/// The address in its [`normal`] form without what stands between a plus sign and the domain:
/// `ana@acme.test` of `ana+eu@acme.test` (RFC 5233); none where there is no such part.
pub fn without_tag(normal: &str) -> Option<String> {
    let (local, domain) = normal.rsplit_once('@')?;
    let (base, _) = local.split_once('+')?;
    (!base.is_empty()).then(|| format!("{base}@{domain}"))
}

/// The beginning of an address, up to where a generic word such as `support` would end.
pub fn stem(normal: &str) -> &str {
    let ends = |it: char| matches!(it, '.' | '_' | '+' | '-' | '@') || it.is_ascii_digit();
    normal.split(ends).next().unwrap_or_default()
}

/// What people write for a person, without what they write around it: a name before
/// `<ana@acme.test>`, a remark in brackets, `mailto:`, quotes, and letters of another width
/// (Unicode's normalization form KC, which takes `ａｎａ` for `ana`).
///
/// The form is [`normal`] but for the width. A text without an address in it is only made one line
/// of small letters.
pub fn written(text: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"@.+-_".contains(&it);
    if text.bytes().all(plain) && !text.bytes().any(|it| it.is_ascii_uppercase()) {
        return normal(text).into_owned();
    }
    let seen: String = text.chars().filter(|it| !is_invisible(*it)).collect();
    // What form KC makes of a letter may be a capital, and a small letter may not be composed.
    let narrow: String = seen.nfkc().collect::<String>().to_lowercase().nfkc().collect();
    let narrow = narrow.replace("%40", "@");
    if !narrow.contains('@') {
        return narrow.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let address = bare(&narrow);
    let plain = address.rsplit_once('@').map(|(local, domain)| (local.trim_matches('"'), domain));
    plain.map_or_else(String::new, |(local, domain)| {
        normal(&format!("{local}@{domain}")).into_owned()
    })
}

/// The address in a text that has one.
fn bare(text: &str) -> &str {
    let mut res = match text.rsplit_once('<').and_then(|it| it.1.split_once('>')) {
        Some((within, _)) if within.contains('@') => within,
        _ => text,
    };
    loop {
        let before = res;
        res = res.trim().trim_matches(['"', '\'', '`', '<', '>', ',', ';']);
        for scheme in ["mailto:", "smtp:", "sip:"] {
            res = res.strip_prefix(scheme).unwrap_or(res);
        }
        res = res.split_once('?').filter(|it| it.0.contains('@')).map_or(res, |it| it.0);
        res = without_remark(res);
        if res == before {
            return res;
        }
    }
}

/// The text without a remark in brackets at its beginning or its end.
fn without_remark(text: &str) -> &str {
    if let Some((before, _)) = text.strip_suffix(')').and_then(|it| it.rsplit_once('(')) {
        return before;
    }
    text.strip_prefix('(').and_then(|it| it.split_once(')')).map_or(text, |it| it.1)
}

/// The form in which addresses that may be one person's are the same: as [`written`], without what
/// stands after a plus sign, and with Latin letters for those that [`latin`] takes for them. Such a
/// likeness never says who a person is, only that two addresses may be one person's.
pub fn likeness(text: &str) -> String {
    let written = written(text);
    let base = without_tag(&written).unwrap_or(written);
    latin(&base).unwrap_or(base)
}

/// The address in its [`normal`] form with Latin letters for those of other scripts that look the
/// same: `ana@acme.test` where the first letter is Cyrillic; none where it has no such letter.
pub fn latin(address: &str) -> Option<String> {
    if address.is_ascii() && !address.contains("xn--") {
        return None;
    }
    let (local, name) = address.rsplit_once('@')?;
    let (name, _) = idna::domain_to_unicode(name);
    let res: String = format!("{local}@{name}").chars().map(alike).collect();
    let res = normal(&res).into_owned();
    (res != address).then_some(res)
}

/// The Latin letter for which people take a small letter of another script, or for whose capital
/// they take its capital.
fn alike(letter: char) -> char {
    let same = LOOK_ALIKE.iter().find(|(_, others)| others.contains(letter));
    same.map_or(letter, |it| it.0)
}

/// Latin letters, each with those of the Cyrillic, Greek and Armenian alphabets, and of rare Latin
/// ones, that look like it (the pairs of Unicode's `confusables.txt` that fonts draw alike).
const LOOK_ALIKE: &[(char, &str)] = &[
    ('a', "\u{430}\u{3b1}\u{251}"),
    ('b', "\u{432}\u{3b2}"),
    ('c', "\u{441}\u{3f2}"),
    ('d', "\u{501}"),
    ('e', "\u{435}\u{3b5}\u{4bd}"),
    ('g', "\u{261}\u{581}"),
    ('h', "\u{4bb}\u{43d}\u{570}"),
    ('i', "\u{456}\u{3b9}\u{131}"),
    ('j', "\u{458}\u{3f3}"),
    ('k', "\u{43a}\u{3ba}"),
    ('l', "\u{4cf}"),
    ('m', "\u{43c}"),
    ('n', "\u{3b7}\u{578}"),
    ('o', "\u{43e}\u{3bf}\u{585}"),
    ('p', "\u{440}\u{3c1}"),
    ('q', "\u{51b}\u{566}"),
    ('s', "\u{455}"),
    ('t', "\u{442}\u{3c4}"),
    ('u', "\u{3c5}\u{57d}"),
    ('v', "\u{475}\u{3bd}"),
    ('w', "\u{51d}"),
    ('x', "\u{445}\u{3c7}"),
    ('y', "\u{443}\u{3b3}"),
    ('z', "\u{3b6}"),
];

/// Whether the text has the shape of one address.
pub fn is_one(text: &str) -> bool {
    let text = text.trim();
    let odd = |it: char| it.is_whitespace() || ",;:<>()[]\"".contains(it);
    let shape = |it: (&str, &str)| !it.0.is_empty() && !it.1.is_empty() && !it.1.contains('@');
    !text.contains(odd) && text.split_once('@').is_some_and(shape)
}

/// Whether a character is in texts that were copied, and is invisible: controls that are no blanks,
/// soft hyphens, joiners, marks of direction and of byte order (Unicode's
/// `Default_Ignorable_Code_Point`, as far as mail programs and spreadsheets put them in).
pub(crate) fn is_invisible(it: char) -> bool {
    let format = matches!(it,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    format || (it.is_control() && !it.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn what_people_see_as_one_address_is_one() {
        let one = [
            "ana@acme.test",
            " Ana@Acme.Test ",
            "ana@acme.test\u{200b}",
            "\u{feff}ana@acme.test",
            "an\u{ad}a@ac\u{200d}me.test",
            "\u{a0}ana@acme.test\u{202f}",
            "ana@acme.test.",
            "ana@acme.test\u{ff0e}",
            "\tana @ acme.test\r\n",
            "\u{202a}ana@acme.test\u{202c}",
        ];
        for it in one {
            assert_eq!(normal(it), "ana@acme.test", "{it:?}");
        }
        assert_eq!(normal("Jose\u{301}@acme.test"), normal("jos\u{e9}@ACME.test"));
        assert_eq!(normal("ana@B\u{fc}cher.test"), normal("Ana@xn--bcher-kva.test"));
        assert_eq!(domain("XN--Bcher-KVA.test"), "xn--bcher-kva.test");
    }

    #[test]
    fn what_people_see_as_two_addresses_stays_two() {
        let apart = ["ana@acme.test", "an.a@acme.test", "ana+eu@acme.test", "ana@eu.acme.test"];
        for (at, one) in apart.iter().enumerate() {
            for other in &apart[at + 1..] {
                assert_ne!(normal(one), normal(other));
            }
        }
        assert_eq!(normal("\u{200b} \u{feff}"), "");
        assert_eq!(normal(" user_1 "), "user_1");
    }

    #[test]
    fn what_people_write_around_an_address_is_left_out() {
        let one = [
            "Ana Berg <ana@acme.test>",
            "\"Berg, Ana\" <Ana@acme.test>",
            "<ana@acme.test>",
            "ana@acme.test (Ana Berg)",
            "(Ana) ana@acme.test",
            "mailto:ana@acme.test",
            "MAILTO:ana%40acme.test?subject=yes",
            "Ana <mailto:ana@acme.test>",
            "SMTP:ana@acme.test;",
            "\"ana\"@acme.test",
            "\u{ff41}\u{ff4e}\u{ff41}@acme.test",
            "\u{ff21}na\u{ff20}\u{ff41}cme.test",
            "bob@acme.test <ana@acme.test>",
            "\u{ff1c}ana@acme.test\u{ff1e}",
            "Ana\u{200b} Berg <an\u{ad}a@acme.test>",
        ];
        for it in one {
            assert_eq!(written(it), "ana@acme.test", "{it:?}");
            assert_eq!(likeness(it), "ana@acme.test", "{it:?}");
        }
        assert_eq!(written("Ana+eu@acme.test"), "ana+eu@acme.test");
        assert_eq!(likeness("Ana <Ana+eu@acme.test>"), "ana@acme.test");
        assert_eq!(written("  Ana \u{a0} Berg "), "ana berg");
        assert_eq!(written("\u{ff35}1"), "u1");
        assert!(is_one("a@b") && is_one(" ana+eu@acme.test "));
        let not = ["", "@", "a@", "@b", "a b@c", "a@b,c@d", "a@b;c@d", "a@b@c", "<a@b>", "ana"];
        assert_eq!(not.map(is_one), [false; 10]);
    }

    #[test]
    fn letters_of_other_scripts_are_told_apart_and_look_alike() {
        let odd = [
            "\u{430}na@acme.test",
            "\u{410}NA@acme.test",
            "an\u{3b1}@acme.test",
            "ana@\u{430}cme.test",
        ];
        for it in odd {
            assert_ne!(normal(it), "ana@acme.test", "{it:?}");
            assert_ne!(written(it), "ana@acme.test", "{it:?}");
            assert_eq!(latin(&normal(it)).as_deref(), Some("ana@acme.test"), "{it:?}");
            assert_eq!(likeness(it), "ana@acme.test", "{it:?}");
        }
        assert_eq!(likeness("\u{430}na+eu@acme.test"), "ana@acme.test");
        let plain = ["ana@acme.test", "jos\u{e9}@acme.test", "ana@xn--bcher-kva.test", "\u{430}na"];
        assert_eq!(plain.map(latin), [const { None }; 4]);
        // Each letter stands once, and none for itself.
        let all: String = LOOK_ALIKE.iter().map(|it| it.1).collect();
        let different: std::collections::BTreeSet<char> = all.chars().collect();
        assert_eq!(different.len(), all.chars().count());
        assert!(!all.contains(|it: char| it.is_ascii()) && all.chars().all(|it| it.is_lowercase()));
    }

    #[test]
    fn a_tag_is_what_stands_between_plus_and_domain() {
        let base = |it: &str| without_tag(it).unwrap_or_default();
        assert_eq!(base("ana+eu@acme.test"), "ana@acme.test");
        assert_eq!(base("ana+eu+1@acme.test"), "ana@acme.test");
        assert_eq!(["ana@acme.test", "+eu@acme.test", "a+b"].map(base), ["", "", ""]);
        assert_eq!(domain_of("ana@eu@acme.test"), Some("acme.test"));
        assert_eq!(domain_of("ana"), None);
    }

    proptest! {
        #[test]
        fn the_form_is_its_own_form(text in any::<String>()) {
            let once = normal(&text).into_owned();
            prop_assert_eq!(normal(&once), once.as_str());
        }

        #[test]
        fn what_is_written_bare_stays_as_it_is(text in "[a-z0-9.+]{1,9}@[a-z]{1,9}\\.test") {
            prop_assert_eq!(written(&text), text.as_str());
            prop_assert!(is_one(&text));
        }

        #[test]
        fn no_text_stops_the_reader(text in any::<String>()) {
            prop_assert!(!written(&text).contains('\n'));
            prop_assert_eq!(likeness(&likeness(&text)).is_empty(), likeness(&text).is_empty());
        }

        #[test]
        fn blanks_case_and_unseen_characters_change_nothing(
            local in "[a-z0-9._+-]{1,12}",
            name in "[a-z]{1,8}\\.test",
            unseen in "[\u{200b}\u{feff}\u{ad}\u{2060}]{0,3}",
            blank in "[ \t\u{a0}]{0,3}",
        ) {
            let plain = format!("{local}@{name}");
            let odd = format!(
                "{blank}{unseen}{}{unseen}@{}{blank}",
                local.to_uppercase(),
                name.to_uppercase()
            );
            prop_assert_eq!(normal(&odd), normal(&plain));
            prop_assert!(domain_of(&normal(&odd)) == Some(name.as_str()));
        }
    }
}
