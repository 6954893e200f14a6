//! A text with its escapes resolved, whoever made them.

/// The text with every escape resolved: `%72` of addresses, `\u0072` and `\x72` of programs,
/// `&#114;` and `&#x72;` of pages; none where there is none.
pub(super) fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut res = Vec::new();
    let (mut at, mut kept) = (0, 0);
    while at < text.len() {
        match escape(&text[at..]) {
            Some((letter, length)) => {
                res.extend_from_slice(&text[kept..at]);
                let letter = char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER);
                res.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                at += length;
                kept = at;
            }
            None => at += 1,
        }
    }
    if kept == 0 {
        return None;
    }
    res.extend_from_slice(&text[kept..]);
    Some(res)
}

/// The letter that an escape at the beginning of a text stands for, and the escape's length.
fn escape(text: &[u8]) -> Option<(u32, usize)> {
    match text {
        [b'%', rest @ ..] => Some((number(rest.get(..2)?, 16)?, 3)),
        [b'\\', b'u', rest @ ..] => Some((number(rest.get(..4)?, 16)?, 6)),
        [b'\\', b'x', rest @ ..] => Some((number(rest.get(..2)?, 16)?, 4)),
        [b'&', b'#', b'x' | b'X', rest @ ..] => entity(rest, 16).map(|it| (it.0, it.1 + 3)),
        [b'&', b'#', rest @ ..] => entity(rest, 10).map(|it| (it.0, it.1 + 2)),
        _ => None,
    }
}

/// A number up to its semicolon, and the length of both.
fn entity(text: &[u8], radix: u32) -> Option<(u32, usize)> {
    let end = text.iter().take(8).position(|it| *it == b';')?;
    Some((number(&text[..end], radix)?, end + 1))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok().filter(|it| !it.starts_with('+'))?;
    u32::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn every_escape_is_resolved_and_nothing_else() {
        let of = |text: &str| {
            let res = decoded(text.as_bytes());
            res.map_or("-".to_owned(), |it| String::from_utf8_lossy(&it).into_owned())
        };
        let texts = [
            "plain 100% \\n \\u00 &amp; &#; %zz %",
            "%72etool%5F",
            r"\u0072\x65tool \ud83d",
            "&#114;&#x65;&#X74;ool",
            "%2572",
        ];
        insta::assert_snapshot!(texts.map(of).join("\n"), @r"
        -
        retool_
        retool �
        retool
        %72
        ");
    }
}
