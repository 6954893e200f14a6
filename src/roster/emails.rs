//! The addresses in a cell, whatever parts them, names them or stands before them.

use crate::address;

/// What stands before an address and says what it is for.
const SCHEMES: &[&str] = &["mailto:", "smtp:"];

/// What stands before other things that hold an at sign now and then.
const OTHERS: &[&str] = &["sip:", "x500:", "x400:", "eum:", "spo:", "im:"];

/// What guests of a Microsoft tenant have in their name there.
const GUEST: &str = "#ext#";

/// The addresses of a cell in the form in which addresses are compared, in its order.
pub(super) fn of(cell: &str) -> Vec<String> {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"@._-".contains(&it);
    if cell.bytes().all(plain) && !cell.contains(':') {
        return one(cell).into_iter().collect();
    }
    let seen: String = cell.chars().filter(|it| !address::is_invisible(*it)).collect();
    let lower = seen.to_lowercase();
    let parts = lower.split(|it: char| it.is_whitespace() || ";,|[]\"'<>()".contains(it));
    parts.flat_map(apart).filter_map(one).collect()
}

/// The address of a cell that holds one and nothing else, in the form in which addresses are
/// compared already: most cells of most files. None says nothing.
pub(super) fn plain(cell: &str) -> Option<&str> {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"@._".contains(&it);
    if !cell.bytes().all(plain) || cell.ends_with('.') {
        return None;
    }
    let (local, domain) = cell.split_once('@')?;
    (!local.is_empty() && !domain.is_empty() && !domain.contains('@')).then_some(cell)
}

/// Whether a cell says that there is no address, or has one.
pub(super) fn is_clear(cell: &str) -> bool {
    super::is_no_id(cell) || !of(cell).is_empty()
}

/// The parts of a text between a slash or a plus sign that follows a whole address: before the at
/// sign both may be of the address.
fn apart(text: &str) -> Vec<&str> {
    let mut res = Vec::new();
    let (mut start, mut at_sign) = (0, false);
    for (at, it) in text.char_indices() {
        match it {
            '@' => at_sign = true,
            '/' | '+' if at_sign => {
                res.push(&text[start..at]);
                (start, at_sign) = (at + 1, false);
            }
            _ => {}
        }
    }
    res.push(&text[start..]);
    res
}

fn one(part: &str) -> Option<String> {
    let mut bare = part;
    for scheme in SCHEMES {
        bare = bare.trim_start_matches(scheme);
    }
    if OTHERS.iter().any(|it| bare.starts_with(it)) {
        return None;
    }
    if let Some((guest, _)) = bare.split_once(GUEST) {
        let (local, domain) = guest.rsplit_once('_')?;
        return Some(address::normal(&format!("{local}@{domain}")).into_owned());
    }
    let normal = address::normal(bare);
    address::is_one(&normal).then(|| normal.into_owned())
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn addresses_are_found_however_programs_list_them() {
        let two = [
            "ana@acme.test; a.berg@acme.test",
            "ana@acme.test,a.berg@acme.test",
            "ana@acme.test/a.berg@acme.test",
            "ana@acme.test | a.berg@acme.test",
            "ana@acme.test\na.berg@acme.test",
            "ana@acme.test a.berg@acme.test",
            "SMTP:ana@acme.test+smtp:a.berg@acme.test",
            r#"["SMTP:ana@acme.test","smtp:a.berg@acme.test"]"#,
            r#"["ana@acme.test", "a.berg@acme.test"]"#,
            "Ana Berg <ana@acme.test>, \"Berg, Ana\" <a.berg@acme.test>",
            "mailto:ana@acme.test;X500:/o=acme/cn=a@b;a.berg@acme.test;sip:ana@acme.test",
            "\u{feff}Ana@Acme.test\u{200b};a.berg@acme.test.",
        ];
        for it in two {
            assert_eq!(of(it), ["ana@acme.test", "a.berg@acme.test"], "{it:?}");
        }
    }

    #[test]
    fn a_plain_address_is_what_any_other_way_makes_of_it() {
        let cells =
            ["ana@acme.test", "a.b_c9@x", "a@", "@b", "a@b@c", "a@b.", "ana", "", "a-b@c.test"];
        for it in cells {
            assert!(super::plain(it).is_none_or(|found| of(it) == [found]), "{it:?}");
        }
        assert_eq!(super::plain("ana@acme.test"), Some("ana@acme.test"));
    }

    #[test]
    fn what_may_stand_within_an_address_parts_nothing() {
        assert_eq!(of("ana+eu@acme.test"), ["ana+eu@acme.test"]);
        assert_eq!(of("ana/eu@acme.test"), ["ana/eu@acme.test"]);
        assert_eq!(of("fay_p_partner.test#EXT#@acme.onmicrosoft.test"), ["fay_p@partner.test"]);
        assert!(of("ana.berg, @, Microsoft.ActiveDirectory.Management.Collection").is_empty());
    }
}
