//! How text from outside is written: escaped, visible, and no longer than a reader needs.

use std::io;

use tera::{TeraResult, Value};

use crate::report::text::{self, Escaped, acts_unseen};

/// Writes what documents show of a text, and how much more there is.
pub(super) fn write_shown(text: &str, sink: &mut dyn io::Write) -> io::Result<()> {
    let (text, more) = text::shown(text);
    write_visibly(text, sink)?;
    sink.write_all(more.as_bytes())
}

/// Escapes text for HTML and XML, and shows as `⟨U+202E⟩` what would act without being seen.
fn write_visibly(text: &str, sink: &mut dyn io::Write) -> io::Result<()> {
    let mut plain = 0;
    for (at, it) in text.char_indices() {
        let entity = match it {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ if acts_unseen(it) => "",
            _ => continue,
        };
        sink.write_all(&text.as_bytes()[plain..at])?;
        if entity.is_empty() {
            write!(sink, "{}", Escaped(it))?;
        } else {
            sink.write_all(entity.as_bytes())?;
        }
        plain = at + it.len_utf8();
    }
    sink.write_all(&text.as_bytes()[plain..])
}

/// A sentence with what stands between backticks set as code; both formats have that element.
pub(super) fn prose(text: &str) -> TeraResult<Value> {
    let (text, more) = text::shown(text);
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1;
    let mut res = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        res.extend_from_slice(match (at, paired) {
            (0, _) => b"",
            (_, false) => b"`",
            (_, true) if at % 2 == 1 => b"<code>",
            (_, true) => b"</code>",
        });
        write_visibly(part, &mut res)?;
    }
    res.extend_from_slice(more.as_bytes());
    Ok(Value::safe_string(&String::from_utf8_lossy(&res)))
}

/// JSON for a script element: text is as visible as elsewhere, and nothing can end the element.
pub(super) fn json(value: &Value) -> TeraResult<Value> {
    let value = serde_json::to_value(value).map_err(tera::Error::message)?;
    let mut res = pictured(value).to_string();
    for (sign, escaped) in [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")] {
        res = res.replace(sign, escaped);
    }
    Ok(Value::safe_string(&res))
}

/// The same with every text in it as documents show it.
fn pictured(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::String(it)
            if it.len() > text::MOST_SHOWN || it.contains(acts_unseen) =>
        {
            let picture = |it: char| {
                if acts_unseen(it) { Escaped(it).to_string() } else { it.to_string() }
            };
            let (shown, more) = text::shown(&it);
            (shown.chars().map(picture).collect::<String>() + &more).into()
        }
        serde_json::Value::Array(of) => of.into_iter().map(pictured).collect(),
        serde_json::Value::Object(of) => {
            of.into_iter().map(|(key, it)| (key, pictured(it))).collect()
        }
        it => it,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::pictured;

    #[test]
    fn text_is_visible_however_deep_it_stands() {
        let odd = "a\u{202e}b";
        let shown = pictured(json!([odd, [odd, { "of": [odd, 7, null] }]]));
        let seen = "a⟨U+202E⟩b";
        assert_eq!(shown, json!([seen, [seen, { "of": [seen, 7, null] }]]));
    }
}
