//! The mistakes that people make on the first day, and what the program says of each: the exit code,
//! what is wrong, where, and the line to write.

use std::fs;

use crate::harness::Home;

/// The twelve lines with which everything is in order, but for the server that nobody runs.
const SOUND: &str = r#"[organization]
name = "Acme"
domains = ["acme.example"]
timezone = "Europe/Berlin"

[roster]
path = "roster.csv"

[[instance]]
name = "cloud"
url = "https://127.0.0.1:1"
token-env = "RETOOL_CLOUD_TOKEN"
"#;

const ROSTER: &str = "Report Date,2026-11-01\nemail,status\nana@acme.example,active\n";

const TOKEN: &str = "retool_01kcanary0123456789abcdef";

/// A line of the configuration, and what stands there instead.
const LINES: &[(&str, &str, &str)] = &[
    ("curly quotation marks", r#"name = "cloud""#, "name = “cloud”"),
    ("a Windows path", r#"path = "roster.csv""#, r#"path = "C:\Users\ana\roster.csv""#),
    ("one bracket", "[[instance]]", "[instance]"),
    ("a text for a list", r#"["acme.example"]"#, r#""acme.example""#),
    ("a list for a text", r#"name = "cloud""#, r#"name = ["cloud"]"#),
    ("a number in quotes", "[[instance]]", "[[instance]]\nrequests-per-minute = \"60\""),
    ("a truth in quotes", "[[instance]]", "[[instance]]\ncollect-permissions = \"true\""),
    ("a truth of another language", "[[instance]]", "[[instance]]\ncollect-permissions = yes"),
    ("a colon", r#"name = "cloud""#, "name: cloud"),
    ("no quotes", r#"name = "cloud""#, "name = cloud"),
    ("a quote that stays open", r#"name = "cloud""#, r#"name = "cloud"#),
    ("a list that stays open", r#"["acme.example"]"#, r#"["acme.example""#),
    ("a key without a value", r#"name = "cloud""#, "name ="),
    ("a key twice", r#"name = "cloud""#, "name = \"cloud\"\nname = \"cloud\""),
    ("a token in the file", r#"token-env = "RETOOL_CLOUD_TOKEN""#, TOKEN_LINE),
    ("a short token in the file", r#"token-env = "RETOOL_CLOUD_TOKEN""#, r#"token = "hunter2""#),
    ("an underscore", "token-env", "token_env"),
    ("another word", r#"path = "roster.csv""#, r#"file = "roster.csv""#),
    ("a city for a zone", "Europe/Berlin", "Berlin"),
    ("an address for a domain", r#"["acme.example"]"#, r#"["ana@acme.example"]"#),
    ("no TLS", "https://127.0.0.1:1", "http://retool.acme.example"),
    ("a page's address", "https://127.0.0.1:1", "https://acme.retool.com/apps/Invoices"),
    (
        "a page of one's own server",
        "https://127.0.0.1:1",
        "https://retool.acme.example/settings/api",
    ),
    ("a password in the address", "https://127.0.0.1:1", "https://ana:hunter2@retool.acme.example"),
    ("no such roster", r#"path = "roster.csv""#, r#"path = "people.csv""#),
    ("a home folder", r#"path = "roster.csv""#, r#"path = "~/roster.csv""#),
    ("a rule that is none", "[[instance]]", "[rules.dormant]\ndays = 30\n\n[[instance]]"),
    ("a disk that is not there", "[roster]", "[output]\ndir = \"nowhere/evidence\"\n\n[roster]"),
];

const TOKEN_LINE: &str = r#"token = "retool_01kcanary0123456789abcdef""#;

/// A token as the variable holds it.
const TOKENS: &[(&str, Option<&str>)] = &[
    ("no token", None),
    ("an empty token", Some(" ")),
    ("a token in quotes", Some("\"retool_01kcanary0123456789abcdef\"")),
    ("a token with its scheme", Some("Bearer retool_01kcanary0123456789abcdef")),
    ("a token with a name", Some("EU=retool_01kcanary0123456789abcdef")),
];

/// What stands in the roster instead.
const ROSTERS: &[(&str, &str)] = &[
    ("a roster without addresses", "name,status\nAna,active\n"),
    ("a status of one's own", "email,status\nana@acme.example,zorg\n"),
    ("an empty roster", ""),
];

#[test]
fn each_of_the_first_days_mistakes_is_told_with_what_to_write() {
    let mut pictures = Vec::new();
    for (title, line, instead) in LINES {
        assert!(SOUND.contains(line), "{title}");
        pictures.push((*title, configured(&SOUND.replacen(line, instead, 1), ROSTER, Some(TOKEN))));
    }
    for (title, token) in TOKENS {
        pictures.push((*title, configured(SOUND, ROSTER, *token)));
    }
    for (title, roster) in ROSTERS {
        pictures.push((*title, configured(SOUND, roster, Some(TOKEN))));
    }
    pictures.extend(whole_files());
    assert!(pictures.len() >= 30, "{}", pictures.len());
    let pictures = pictures.iter().map(|(title, text)| format!("# {title}\n{text}"));
    let text = pictures.collect::<Vec<_>>().join("\n\n");
    assert!(!text.contains("canary") && !text.contains("hunter2"), "a secret is repeated");
    insta::assert_snapshot!("mistakes", text);
}

fn whole_files() -> Vec<(&'static str, String)> {
    let home = Home::empty();
    let none = home.run(&["run"]).complaint(&home);
    fs::create_dir(home.path("retool-audit.toml")).expect("room");
    let folder = home.run(&["run"]).complaint(&home);
    let wide = Home::empty();
    let units = SOUND.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units).collect();
    fs::write(wide.path("retool-audit.toml"), bytes).expect("room");
    let wide = wide.run(&["run"]).complaint(&wide);
    vec![
        ("no configuration", none),
        ("a folder for a configuration", folder),
        ("a configuration in UTF-16", wide),
    ]
}

/// What a run says; it never gets as far as the server.
fn configured(text: &str, roster: &str, token: Option<&str>) -> String {
    let mut home = Home::empty();
    home.write("retool-audit.toml", text);
    home.write("roster.csv", roster);
    if let Some(token) = token {
        home.set("RETOOL_CLOUD_TOKEN", token);
    }
    let ran = home.run(&["run", "--quiet"]);
    let stored = fs::read_dir(home.path("evidence/snapshots"));
    assert_eq!(stored.map_or(0, Iterator::count), 0, "something was collected");
    ran.complaint(&home)
}
