//! Words of the report in the types that OSCAL has for them.

use super::model::Prop;
use crate::report::text::visible;

/// The namespace of what OSCAL has no name for, and of the names that ids are made of: a name, and
/// no place to look anything up (RFC 8141).
pub(super) const NS: &str = "urn:retool-audit:oscal";

/// A value: one line that neither begins nor ends with a blank, and is never empty.
pub(super) fn value(text: &str) -> String {
    let line = visible(text);
    let line = line.trim();
    if line.is_empty() { "none".to_owned() } else { line.to_owned() }
}

/// Words of others as they are, where OSCAL would read markup.
pub(super) fn prose(text: &str) -> String {
    escape(&value(text), false)
}

/// The program's own words, whose back ticks mean what they mean in OSCAL.
pub(super) fn own(text: &str) -> String {
    escape(&value(text), true)
}

fn escape(line: &str, with_code: bool) -> String {
    let mut res = String::with_capacity(line.len());
    let mut in_code = false;
    for (at, it) in line.char_indices() {
        in_code ^= with_code && it == '`';
        let acts = match it {
            '`' => !with_code,
            '\\' | '*' | '[' | ']' | '<' | '~' | '^' | '{' | '&' => true,
            '#' | '>' | '-' | '+' => at == 0,
            _ => false,
        };
        if acts && !in_code {
            res.push('\\');
        }
        res.push(it);
    }
    res
}

/// A name that OSCAL takes as an identifier.
pub(super) fn token(text: &str) -> String {
    let fits = |it: char| it.is_ascii_alphanumeric() || "-._".contains(it);
    let res: String = text.chars().map(|it| if fits(it) { it } else { '-' }).collect();
    let begins = res.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    if begins { res } else { format!("_{res}") }
}

/// A property in the namespace of this program.
pub(super) fn prop(name: &str, text: impl AsRef<str>) -> Prop {
    let value = value(text.as_ref());
    Prop { name: token(name), ns: NS, value, class: None, remarks: None }
}

/// One of several properties of that name, told apart by what they are about.
pub(super) fn prop_of(name: &str, class: &str, text: &str) -> Prop {
    Prop { class: Some(token(class)), ..prop(name, text) }
}

/// A property that counts.
pub(super) fn count(name: &str, n: u64) -> Prop {
    prop(name, n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_trimmed_lines_and_never_empty() {
        assert_eq!(value(" a\nb\u{202e} "), "a b⟨U+202E⟩");
        assert_eq!(value("  "), "none");
    }

    #[test]
    fn prose_has_no_markup_of_others() {
        assert_eq!(prose("<b> *x* [y](z) {{ 1 }}"), r"\<b> \*x\* \[y\](z) \{\{ 1 }}");
        assert_eq!(prose("# `a` & b > c"), r"\# \`a\` \& b > c");
        assert_eq!(own("Settings > `a*` and *"), r"Settings > `a*` and \*");
        assert_eq!(prose("svc_a@acme.test"), "svc_a@acme.test");
    }

    #[test]
    fn tokens_begin_with_a_letter() {
        assert_eq!(
            [token("days_inactive"), token("8.2.6"), token("a b")],
            ["days_inactive", "_8.2.6", "a-b"]
        );
    }
}
