//! Tokens whole, cut and encoded, in texts and in bodies.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

use super::{ENCODED, Mask, WINDOW, encodings};

const TOKEN: &str = "retool_01hxcanary9zz7qqoken";

fn mask(token: &str) -> Mask {
    Mask::of(&token.into()).expect("short enough")
}

fn body(text: &str) -> String {
    String::from_utf8(mask(TOKEN).body(text.into())).expect("text")
}

#[test]
fn the_token_goes_whole_and_in_part_and_what_stands_around_it_stays() {
    let mask = mask(TOKEN);
    let texts = [
        format!("Bearer {TOKEN} is not accepted"),
        format!("Bearer {} is not accepted", TOKEN.to_uppercase()),
        format!("cut: {}", &TOKEN[..15]),
        format!("cut: {}|{}", &TOKEN[12..], &TOKEN[3..11]),
        format!("{TOKEN}{TOKEN}"),
        "as every token: retool_01".to_owned(),
        "seven of it: canary9, qqoken".to_owned(),
        "ends in oken".to_owned(),
    ];
    insta::assert_snapshot!(texts.map(|text| mask.take(text)).join("\n"), @"
    Bearer *** is not accepted
    Bearer *** is not accepted
    cut: ***
    cut: ***|***
    ***
    as every token: retool_01
    seven of it: canary9, qqoken
    ends in oken
    ");
}

#[test]
fn nothing_is_made_for_a_server_that_sends_nothing() {
    let mask = mask(TOKEN);
    assert!(mask.windows.get().is_none());
    assert_eq!(mask.text(TOKEN), "***");
    assert!(mask.windows.get().is_some());
    assert!(Mask::of(&"x".repeat(1 << 17).into()).is_none(), "no header takes that");
}

#[test]
fn an_encoded_token_takes_its_text_along() {
    let mask = mask(TOKEN);
    for it in encodings(TOKEN) {
        // The beginning that all tokens share may stay.
        let masked = mask.take(format!("x={};", it.text));
        assert!(masked.ends_with("***;") && masked.len() < 16, "{masked} of {}", it.text);
    }
    let each = |write: fn(u8) -> String| TOKEN.bytes().map(write).collect::<Vec<_>>().concat();
    let percent = each(|it| format!("%{it:02x}"));
    let twice = percent.replace('%', "%25");
    let entities = each(|it| format!("&#{it};"));
    let escapes = each(|it| format!("\\u{it:04x}"));
    for it in [percent, twice, entities, escapes] {
        assert_eq!(mask.text(&it), "***");
        assert_eq!(mask.text(&it[..it.len() / 2]), "***");
    }
    assert_eq!(mask.text("100%25 \\u0041 &#65;"), "100%25 \\u0041 &#65;");
}

#[test]
fn a_body_without_the_token_is_the_same_json() {
    let escaped = TOKEN.bytes().map(|it| format!("\\u{it:04x}")).collect::<Vec<_>>().concat();
    let texts = [
        format!(r#"{{"message": "say \"{TOKEN}\" \n", "{TOKEN}": 1, "id": "user_1"}}"#),
        format!(r#"{{"a": "{escaped}", "b": "\ud83d\ude00 \ud83d {TOKEN}", "c": "\q"}}"#),
        format!(r#"[{TOKEN}, 12345678, null, "open {TOKEN}"#),
        r#"{"message": "say \"nothing\" \n", "n": 1}"#.to_owned(),
    ];
    insta::assert_snapshot!(texts.map(|text| body(&text)).join("\n"), @r#"
    {"message": "say \"***\" \n", "***": 1, "id": "user_1"}
    {"a": "***", "b": "😀 � ***", "c": "\q"}
    ["***", 12345678, null, "open ***"
    {"message": "say \"nothing\" \n", "n": 1}
    "#);
    let numbers = mask("1234567890123");
    assert_eq!(numbers.body(b"{\"id\": 34567890}".to_vec()), b"{\"id\": \"***\"}");
}

#[test]
fn a_token_that_is_a_word_or_one_character_leaves_the_rest_alone() {
    assert_eq!(mask("a token").text("this is a token"), "this is a token");
    assert_eq!(mask("000000000000").text("user_0000000001"), "user_0000000001");
    assert_eq!(mask("000000000000").text("x000000000000x"), "x***x");
}

proptest! {
    #[test]
    fn no_run_of_a_token_is_left(
        token in "[a-z0-9]{12,40}",
        start in 0..30_usize,
        length in 8..40_usize,
        before in "[ -~é]{0,9}",
    ) {
        let varied = super::is_varied;
        let part: String = token.chars().skip(start).take(length).collect();
        let text = format!("{before}{part}{before}");
        let masked = mask(&token).take(text.clone());
        let json = serde_json::to_string(&text).expect("text");
        let parsed: Value = serde_json::from_slice(&mask(&token).body(json.into())).expect("JSON");
        prop_assert_eq!(parsed.as_str(), Some(&*masked));
        for at in 0..=token.len() - WINDOW {
            let run = &token[at..at + WINDOW];
            prop_assert!(!varied(run) || !masked.contains(run), "{} in {}", run, masked);
        }
        for it in encodings(&token) {
            let hidden = mask(&token).take(it.text.clone());
            for at in 0..=it.text.len() - ENCODED {
                prop_assert!(!hidden.contains(&it.text[at..at + ENCODED]), "{}", hidden);
            }
        }
    }
}
