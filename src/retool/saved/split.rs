//! The answers in a file: people put several into one, or save more than the answer.
//!
//! `curl >>` writes pages one after another, `curl -i` writes headers before each, `jq -s` makes a
//! list of pages, `jq '.data[]'` writes one record after another, with or without lines between.

use std::collections::BTreeMap;

use serde::de::{Deserialize as _, IgnoredAny};

use crate::retool::refusal::{Refusal, shape};

/// One answer of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) form: Shape,
    pub(super) text: Vec<u8>,
}

/// What a JSON text looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// What the server sends: records and words about them.
    Envelope,
    /// Records alone.
    List,
    /// One record, or one settings object.
    Object,
    /// A text, a number or nothing.
    Other,
}

/// The keys of an envelope.
const ENVELOPE: &[&str] = &["success", "data", "message", "error", "has_more", "next_token"];

/// The answers of a file in their order, with one for all records that stand alone.
pub(super) fn answers(bytes: &[u8]) -> Result<Vec<Document>, Refusal> {
    let texts = texts(bytes)?;
    let mut shapes: Vec<Shape> = texts.iter().map(|text| outside(text)).collect();
    shapes.dedup();
    let whole = |form: Shape| texts.iter().map(|it| Document { form, text: it.to_vec() }).collect();
    match shapes.as_slice() {
        [Shape::List] if texts.len() == 1 => {
            Ok(pages(texts[0])?.unwrap_or_else(|| whole(Shape::List)))
        }
        [Shape::Object] if texts.len() > 1 => {
            let text = [b"[", texts.join(b",".as_slice()).as_slice(), b"]"].concat();
            Ok(vec![Document { form: Shape::List, text }])
        }
        [form @ (Shape::Envelope | Shape::List | Shape::Object)] => Ok(whole(*form)),
        [_] => Err(Refusal::protocol("holds JSON, and neither an answer nor a list of records")),
        _ => Err(Refusal::protocol(
            "holds answers and records in one; save each answer to a file of its own",
        )),
    }
}

/// The pages in a list of them, as `jq -s` makes it; none where the list is one of records.
fn pages(list: &[u8]) -> Result<Option<Vec<Document>>, Refusal> {
    let elements = elements(list)?;
    let first = elements.first().map_or(Shape::Other, |it| outside(it));
    if !matches!(first, Shape::Envelope | Shape::List) {
        return Ok(None);
    }
    if elements.iter().any(|element| outside(element) != first) {
        return Err(Refusal::protocol(
            "holds a list of answers among which is something else; save each answer to a file of \
             its own",
        ));
    }
    let page = |it: &&[u8]| Document { form: first, text: it.to_vec() };
    Ok(Some(elements.iter().map(page).collect()))
}

/// The JSON texts of a file, without the headers that `curl -i` writes before each.
fn texts(bytes: &[u8]) -> Result<Vec<&[u8]>, Refusal> {
    let (mut res, mut rest) = (Vec::new(), bytes.trim_ascii());
    while !rest.is_empty() {
        rest = body(rest)?;
        let length = length(rest).map_err(|it| broken(res.len(), &it))?;
        res.push(&rest[..length]);
        rest = rest[length..].trim_ascii_start();
    }
    Ok(res)
}

/// What follows the headers of an answer, where there are any.
fn body(mut text: &[u8]) -> Result<&[u8], Refusal> {
    while text.starts_with(b"HTTP/") {
        let line = text.split(|it| *it == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line).trim().to_owned();
        let end = |mark: &[u8]| {
            let at = text.windows(mark.len()).position(|it| it == mark)?;
            Some(at + mark.len())
        };
        let ends = [end(b"\r\n\r\n"), end(b"\n\n")];
        let Some(end) = ends.into_iter().flatten().min() else {
            return Err(Refusal::protocol("holds the headers of an answer and not the answer"));
        };
        text = text[end..].trim_ascii_start();
        let status = line.split_whitespace().nth(1).unwrap_or_default();
        // Redirects, proxies and `100 Continue` come with headers of their own before the answer's.
        if !text.starts_with(b"HTTP/") && status != "200" {
            let reason = format!("holds an answer with status {status}, expected 200");
            return Err(Refusal::protocol(reason));
        }
    }
    if text.is_empty() {
        return Err(Refusal::protocol("holds the headers of an answer and not the answer"));
    }
    Ok(text)
}

/// The elements of a list as they stand in it.
fn elements(list: &[u8]) -> Result<Vec<&[u8]>, Refusal> {
    let (mut res, mut rest) = (Vec::new(), list[1..].trim_ascii_start());
    while !rest.starts_with(b"]") {
        let length = length(rest).map_err(|it| broken(0, &it))?;
        res.push(&rest[..length]);
        rest = rest[length..].trim_ascii_start();
        rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
    }
    Ok(res)
}

/// The bytes of the JSON text that `text` begins with.
fn length(text: &[u8]) -> serde_json::Result<usize> {
    let mut stream = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    stream.next().transpose()?;
    Ok(stream.byte_offset())
}

/// What a text looks like from outside.
#[expect(clippy::zero_sized_map_values, reason = "the parser makes maps, and only keys matter")]
fn outside(text: &[u8]) -> Shape {
    match text.first() {
        Some(b'[') => Shape::List,
        Some(b'{') => {
            let mut source = serde_json::Deserializer::from_slice(text);
            let keys = BTreeMap::<String, IgnoredAny>::deserialize(&mut source);
            let keys = keys.unwrap_or_default();
            let is_envelope = ENVELOPE.iter().any(|it| keys.contains_key(*it));
            if is_envelope || keys.is_empty() { Shape::Envelope } else { Shape::Object }
        }
        _ => Shape::Other,
    }
}

/// A file that breaks off, or holds something else behind its answers.
fn broken(texts_before: usize, error: &serde_json::Error) -> Refusal {
    let place = shape(error);
    match texts_before {
        0 => Refusal::protocol(place),
        before => Refusal::protocol(format!(
            "what follows its answer {before} is none: {place}; save each answer to a file of its \
             own"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn every_way_to_save_an_answer_is_told_apart() {
        insta::assert_snapshot!(draw(r#"{"success":true,"data":[{"id":1}]}"#), @r#"Envelope {"success":true,"data":[{"id":1}]}"#);
        insta::assert_snapshot!(draw("{\"data\":[1]}\n{\"data\":[2]}"), @r#"Envelope {"data":[1]} | Envelope {"data":[2]}"#);
        insta::assert_snapshot!(draw("{\"data\":[1]}{\"data\":[2]}"), @r#"Envelope {"data":[1]} | Envelope {"data":[2]}"#);
        insta::assert_snapshot!(draw("[{\"data\":[1]}, {\"data\":[2]} ]"), @r#"Envelope {"data":[1]} | Envelope {"data":[2]}"#);
        insta::assert_snapshot!(draw("[[{\"id\":1}],[{\"id\":2}]]"), @r#"List [{"id":1}] | List [{"id":2}]"#);
        insta::assert_snapshot!(draw("[{\"id\":1}]\n[{\"id\":2}]"), @r#"List [{"id":1}] | List [{"id":2}]"#);
        insta::assert_snapshot!(draw("{\"id\":1}\n{\"id\":2}\n"), @r#"List [{"id":1},{"id":2}]"#);
        insta::assert_snapshot!(draw("{\n  \"id\": 1\n}\n{\n  \"id\": 2\n}\n"), @r#"List [{  "id": 1},{  "id": 2}]"#);
        insta::assert_snapshot!(draw("[]"), @"List []");
        insta::assert_snapshot!(draw("{}"), @"Envelope {}");
        insta::assert_snapshot!(draw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ndate: x\r\n\r\n[]"), @"List []");
        insta::assert_snapshot!(draw("HTTP/2 200 \na: b\n\n{\"data\":[1]}HTTP/2 200\n\n{\"data\":[2]}"), @r#"Envelope {"data":[1]} | Envelope {"data":[2]}"#);
    }

    #[test]
    fn what_is_no_answer_says_what_it_is() {
        insta::assert_snapshot!(draw("HTTP/2 403\n\n{}"), @"holds an answer with status 403, expected 200");
        insta::assert_snapshot!(draw("HTTP/2 200\ndate: x"), @"holds the headers of an answer and not the answer");
        insta::assert_snapshot!(draw("{\"data\":[1]}{\"id\":2}"), @"holds answers and records in one; save each answer to a file of its own");
        insta::assert_snapshot!(draw("[{\"data\":[1]},{\"id\":2}]"), @"holds a list of answers among which is something else; save each answer to a file of its own");
        insta::assert_snapshot!(draw("{\"data\":[1]}{\"data\":[2"), @"what follows its answer 1 is none: EOF while parsing a list at line 1 column 10; save each answer to a file of its own");
        insta::assert_snapshot!(draw("user_id,email\n1,a"), @"expected value at line 1 column 1");
        insta::assert_snapshot!(draw("\"text\""), @"holds JSON, and neither an answer nor a list of records");
    }

    fn draw(text: &str) -> String {
        match answers(text.as_bytes()) {
            Err(refusal) => refusal.reason,
            Ok(all) => {
                let all = all.iter().map(|it| {
                    format!("{:?} {}", it.form, String::from_utf8_lossy(&it.text).replace('\n', ""))
                });
                all.collect::<Vec<_>>().join(" | ")
            }
        }
    }
}
