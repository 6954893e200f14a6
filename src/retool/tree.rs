//! An answer as a tree, where its records cannot be read as they are.
//!
//! More careful than a parser that keeps the last of two equal keys and gives up at half a letter:
//! neither a key that stands twice nor a text with a broken letter holds anything that can be read,
//! and what stands beside them does.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// What stands for a value that cannot be read: no field is of this shape.
fn unreadable() -> Value {
    Value::Object(Map::from_iter([("(unreadable)".to_owned(), Value::Null)]))
}

/// Reads a text; none where it is no JSON.
pub(super) fn read(body: &[u8]) -> Option<Value> {
    let tree = serde_json::from_slice::<Tree>(body);
    tree.or_else(|_| serde_json::from_str::<Tree>(&whole_letters(body))).ok().map(|tree| tree.0)
}

/// The text with a sign for every letter that is broken: bytes that are none, and one half of a
/// pair of escapes.
fn whole_letters(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut res = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        res.push_str(before);
        let length = match (half(escape), escape.get(6..).and_then(half)) {
            (Some(Half::First), Some(Half::Second)) => 12,
            (Some(_), _) => {
                res.push_str("\\ufffd");
                rest = &escape[6..];
                continue;
            }
            // The sign after the stroke belongs to it, whatever it is.
            (None, _) => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        res.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    res + rest
}

/// Which half of a pair an escape is.
enum Half {
    First,
    Second,
}

/// Which half a text begins with, if with any.
fn half(text: &str) -> Option<Half> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::First),
        0xdc00..=0xdfff => Some(Half::Second),
        _ => None,
    }
}

/// A value in which no key stands twice.
struct Tree(Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(TreeVisitor).map(Self)
    }
}

/// Makes the value.
struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("no number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(if value.contains(char::REPLACEMENT_CHARACTER) { unreadable() } else { value.into() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut res = Vec::new();
        while let Some(Tree(element)) = list.next_element()? {
            res.push(element);
        }
        Ok(Value::Array(res))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut res = Map::new();
        while let Some((key, Tree(value))) = map.next_entry::<String, Tree>()? {
            let value = if res.contains_key(&key) { unreadable() } else { value };
            res.insert(key, value);
        }
        Ok(Value::Object(res))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn broken_letters_and_double_keys_take_nothing_along() {
        let draw = |text: &[u8]| read(text).map_or("none".to_owned(), |tree| tree.to_string());
        insta::assert_snapshot!(draw(br#"{"name":"Ana \ud83d","on":true}"#), @r#"{"name":{"(unreadable)":null},"on":true}"#);
        insta::assert_snapshot!(draw(br#"["\ud83d\ude00","\ude00\ud83d\n","\\ud83d","\""]"#), @r#"["😀",{"(unreadable)":null},"\\ud83d","\""]"#);
        insta::assert_snapshot!(draw(b"[\"J\xf6rg\", 1.5, -3, null]"), @r#"[{"(unreadable)":null},1.5,-3,null]"#);
        insta::assert_snapshot!(draw(br#"{"id":1,"email":"a","id":2}"#), @r#"{"email":"a","id":{"(unreadable)":null}}"#);
        insta::assert_snapshot!(draw(b"[1,"), @"none");
    }
}
