//! What to write instead, where a file is not what TOML or the program takes.

use toml::Spanned;
use toml::de::DeValue;

use crate::config::problem::{Excerpt, Problem, and_more};
use crate::config::toml_text::quoted_plainly;

/// A text where a list is wanted.
pub(super) fn list(key: &str, text: &str) -> String {
    let items: Vec<String> = text.split([',', ';']).map(|it| quoted_plainly(it.trim())).collect();
    format!("write `{key} = [{}]`", items.join(", "))
}

/// A text where a number is wanted, if the text is one.
pub(super) fn number(key: &str, text: &str) -> Option<String> {
    let number: u64 = text.trim().parse().ok()?;
    Some(format!("write `{key} = {number}`, without quotes"))
}

/// A text where a truth is wanted, if the text is one.
pub(super) fn flag(key: &str, text: &str) -> Option<String> {
    let truth = truth(text)?;
    Some(format!("write `{key} = {truth}`, without quotes"))
}

/// Another value where a text is wanted, if its text is known.
pub(super) fn quoted(key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let text = match value.get_ref() {
        DeValue::Integer(it) if it.radix() == 10 => it.as_str().to_owned(),
        DeValue::Boolean(it) => it.to_string(),
        DeValue::Array(items) => match &*items.iter().collect::<Vec<_>>() {
            [only] => only.get_ref().as_str()?.to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    Some(format!("write `{key} = {}`", quoted_plainly(&text)))
}

/// The keys that a table may have.
pub(super) fn keys(known: &[&str]) -> Option<String> {
    let mut known = known.to_vec();
    known.sort_unstable();
    known.dedup();
    match &*known {
        [] => None,
        [only] => Some(format!("the only key here is `{only}`")),
        several => Some(format!("the keys here are {}", and_more(several))),
    }
}

/// Where the syntax of a text breaks, and what to write there.
pub(super) fn on_syntax(text: &str, error: &toml::de::Error) -> Problem {
    let said = error.message().lines().next().unwrap_or_default();
    let span = error.span().unwrap_or_default();
    let mut excerpt = Excerpt::of(text, &span);
    let (what, help) = usual(excerpt.shown(), said).unwrap_or_else(|| {
        // What stays open is noticed on the line below.
        let before = text.get(..span.start).unwrap_or_default().trim_end();
        let line = before.rfind('\n').map_or(0, |it| it + 1)..before.len();
        let above = Excerpt::of(text, &line);
        match usual(above.shown(), said) {
            Some(found) => {
                excerpt = above;
                found
            }
            None => (format!("not TOML: {said}"), None),
        }
    });
    Problem { excerpt: Some(excerpt), ..Problem::new("", what, help) }
}

/// What breaks a file's syntax, and the line to write; `line` is the one that breaks it, where it
/// may be shown. None where it is no usual mistake.
fn usual(line: Option<&str>, said: &str) -> Option<(String, Option<String>)> {
    if said.contains("duplicate key") {
        let help = "keep one of the two".to_owned();
        return Some(("the same key is there twice".to_owned(), Some(help)));
    }
    let (what, write) = line.and_then(mistake)?;
    Some((what.to_owned(), Some(format!("write `{write}`"))))
}

/// Quotation marks of word processors.
const CURLY: [char; 8] = ['“', '”', '„', '‟', '‘', '’', '«', '»'];

/// A usual mistake, and the line without it.
fn mistake(line: &str) -> Option<(&'static str, String)> {
    let line = line.trim();
    if line.contains(CURLY) {
        return Some(("curly quotation marks", line.replace(CURLY, "\"")));
    }
    let Some((key, value)) = line.split_once('=') else {
        let (key, value) = line.split_once(':')?;
        let is_key = key.chars().all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_');
        let value = value.trim();
        return is_key.then(|| ("`:` where TOML has `=`", format!("{key} = {}", literal(value))));
    };
    let (key, value) = (key.trim(), value.trim());
    if value.starts_with('"') && value.contains('\\') {
        let path = value.trim_matches('"');
        return Some((
            "`\\` within double quotes, where it begins an escape",
            format!("{key} = '{path}'"),
        ));
    }
    if value.is_empty() {
        return Some(("no value", format!("{key} = \"…\"")));
    }
    let opens = |mark: char| value.starts_with(mark) && value.matches(mark).count() == 1;
    if opens('"') || opens('\'') {
        let mark = &value[..1];
        return Some(("a quotation mark that is never closed", format!("{key} = {value}{mark}")));
    }
    if value.starts_with('[') && !value.contains(']') {
        return Some(("a list that is never closed", format!("{key} = {value}]")));
    }
    let is_bare = value.starts_with(|it: char| it.is_alphabetic() || matches!(it, '/' | '.' | '~'));
    is_bare.then(|| match truth(value) {
        Some(truth) => ("a truth that TOML writes otherwise", format!("{key} = {truth}")),
        None => ("a text without quotation marks", format!("{key} = {}", quoted_plainly(value))),
    })
}

/// A value of another format as TOML writes it.
fn literal(value: &str) -> String {
    let is_quoted = value.starts_with(['"', '\'', '[']);
    match truth(value) {
        Some(truth) => truth.to_string(),
        None if is_quoted || value.parse::<u64>().is_ok() => value.to_owned(),
        None => quoted_plainly(value),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn the_line_to_write_is_told() {
        let lines = [
            "name = “cloud”",
            r#"path = "C:\Users\ana\roster.csv""#,
            "name = cloud",
            "collect-permissions = Yes",
            "name: cloud",
            "requests-per-minute: 60",
            "domains = [\"acme.example\"",
            "name = \"cloud",
            "name =",
            "name = 'it''s'",
        ];
        let told = |line: &&str| match mistake(line) {
            Some((what, write)) => format!("{line}  {what}: {write}"),
            None => format!("{line}  (none)"),
        };
        insta::assert_snapshot!(lines.iter().map(told).collect::<Vec<_>>().join("\n"));
    }
}
