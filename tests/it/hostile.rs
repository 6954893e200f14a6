//! Names that attack their readers, and secrets that no reader may see.

use std::path::Path;

use serde_json::{Value, json};

use crate::evidence::demo;
use crate::harness::{Home, INSTANCES, Ran, token};
use crate::pack::{Pack, flat};

const NAMES: &[&str] = &[
    "=HYPERLINK(\"http://x.test\")",
    "+1 555 0100",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    "{% raw %}&amp;<b to=\"x\">",
    "Sherlock\nHolmes",
    "\u{202e}gpj.exe",
    "\u{1b}[31mred",
    "quote \" comma , semicolon ;",
    "محمد علي",
    "高橋",
    "ქეთი",
];

#[test]
fn hostile_names_are_shown_and_never_obeyed() {
    let home = Home::sample();
    let word = "w".repeat(300);
    let names: Vec<&str> = NAMES.iter().copied().chain([&*word]).collect();
    let users = rename(&home, "users", "first_name", &names);
    let groups = rename(&home, "groups", "name", &names);
    let tokens = rename(&home, "access-tokens", "label", &names);
    let complaint = json!({"message": "\u{1b}[2J\u{202e}gone"});
    home.edit("cloud", "sso-config", |it| *it = json!({"status": 500, "body": complaint}));
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    let ran = home.run(&["run", "--verbose"]).expect(3);
    let pack = home.pack(&ran);

    for (table, key, column, renamed) in [
        ("users", "user_id", "name", &users),
        ("groups", "group_id", "name", &groups),
        ("tokens", "token_id", "label", &tokens),
    ] {
        csv_keeps(&pack, (table, key, column), renamed);
    }
    nothing_runs(&pack);
    assert!(groups.len() > 10 && users.len() == names.len() && tokens.len() > 4);
    html_escapes(&pack, &names);
    crate::oscal::assert_sound(&pack);
    pdf_shows(&pack, &ran, &names);
    let acts = |it: char| it.is_control() && it != '\n' || ('\u{202a}'..='\u{202e}').contains(&it);
    assert!(!ran.stderr.contains(acts), "{:?}", ran.stderr);
    assert!(ran.stderr.contains("[2J⟨U+202E⟩gone"), "{}", ran.stderr);
}

/// Gives each record a name in turn, and returns who got which.
fn rename(home: &Home, endpoint: &str, key: &str, names: &[&str]) -> Vec<(String, String)> {
    let mut res = Vec::new();
    home.edit("cloud", endpoint, |it| {
        let records = it.as_array_mut().expect("a list").iter_mut();
        // These two groups are known by their names.
        let free = records.filter(|it| it["name"] != "admin" && it["name"] != "All Users");
        for (record, name) in free.zip(names) {
            record[key] = json!(name);
            if key == "first_name" {
                record["last_name"] = Value::Null;
            }
            let id = &record["id"];
            let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            res.push((id, (*name).to_owned()));
        }
    });
    res
}

/// A cell that would run has a `'` in front, and every cell can be read back.
fn csv_keeps(pack: &Pack, (table, key, column): (&str, &str, &str), names: &[(String, String)]) {
    let rows = pack.rows(table);
    let population = pack.population();
    let stated = population["tables"][table]["rows"].as_array().expect("rows");
    for (id, name) in names {
        let cell = rows.iter().find(|it| it[key] == *id).map(|it| &it[column]).expect("a row");
        let runs = ['=', '+', '-', '@', '\t', '\r', '\n'];
        let expected = if name.starts_with(runs) { format!("'{name}") } else { name.clone() };
        assert_eq!(*cell, expected, "{table}.{column}");
        let truth = stated.iter().find(|it| it[key] == **id).expect("a row");
        assert_eq!(truth[column], **name, "{table}.{column} in population.json");
    }
}

/// No cell of any table is a formula; numbers may be negative.
fn nothing_runs(pack: &Pack) {
    for it in pack.tables() {
        for cell in pack.rows(&it).iter().flat_map(|it| it.values()) {
            let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']);
            assert!(!runs || cell.parse::<i64>().is_ok(), "{it}.csv holds {cell:?}");
        }
    }
}

fn html_escapes(pack: &Pack, names: &[&str]) {
    let html = pack.text("report.html");
    assert_eq!(html.matches("<script").count(), 1, "the report's own");
    for it in ["<img src", "onerror=alert(1)>", "\u{202e}", "\u{1b}"] {
        assert!(!html.contains(it), "report.html holds {it:?}");
    }
    let text = pack.html_text();
    for it in names {
        assert!(text.contains(&shown(it)), "report.html does not show {:?}", shown(it));
    }
}

/// The name as documents show it: what acts unseen by its number.
fn shown(name: &str) -> String {
    let number = |it: char| format!("⟨U+{:04X}⟩", u32::from(it));
    let acts = |it: char| it.is_control() || it == '\u{202e}';
    name.chars().map(|it| if acts(it) { number(it) } else { it.to_string() }).collect()
}

fn pdf_shows(pack: &Pack, ran: &Ran, names: &[&str]) {
    let manifest = pack.json("manifest.json");
    let missing = manifest["notes"]["pdf_missing_glyphs"].as_object().expect("counts");
    assert!(missing.keys().eq(["U+10D4", "U+10D7", "U+10D8", "U+10E5"]), "{missing:?}");
    for (glyph, count) in missing {
        let line = format!("report.pdf shows {glyph} by its number, {count} times");
        assert!(ran.stderr.contains(&line), "{}", ran.stderr);
    }
    assert!(manifest["notes"]["csv_neutralised_cells"].as_u64() > Some(3));
    let Some(text) = pack.pdf_text() else { return };
    let squeezed = |it: &str| it.split_whitespace().collect::<String>();
    let text = squeezed(&text);
    let (_, notes) = text.rsplit_once("ERenderingnotes").expect("the last section");
    let count = missing["U+10D4"].as_u64().expect("a count");
    assert!(notes.contains(&format!("⟨U+10D4⟩{count}")), "{notes}");
    for it in names {
        // What is written from right to left is extracted in an order of the extractor's own.
        let drawn = match *it {
            "محمد علي" => continue,
            "ქეთი" => "⟨U+10E5⟩⟨U+10D4⟩⟨U+10D7⟩⟨U+10D8⟩".to_owned(),
            it => squeezed(&shown(it)),
        };
        assert!(text.contains(&drawn), "report.pdf does not show {drawn:?}");
    }
}

#[test]
fn secrets_are_nowhere() {
    let home = Home::sample();
    let canaries = INSTANCES.iter().flat_map(|it| canaries(&home.path("answers").join(it)));
    assert!(canaries.count() > 50, "the server sends what must not be kept");
    let server = home.serve();
    home.configure(&server, INSTANCES);
    let ran = home.run(&["run", "--verbose"]).expect(3);
    let pack = home.pack(&ran);
    nothing_secret(&pack, &ran);
    nothing_secret(&demo().pack, &demo().ran);
}

/// Texts that must stay where they are.
fn canaries(dir: &Path) -> Vec<String> {
    let mut res = Vec::new();
    for it in std::fs::read_dir(dir).expect("a folder") {
        let text = std::fs::read_to_string(it.expect("an entry").path()).expect("text");
        res.extend(text.split('"').filter(|it| it.contains("CANARY")).map(str::to_owned));
    }
    res
}

fn nothing_secret(pack: &Pack, ran: &Ran) {
    let tokens = INSTANCES.iter().map(|it| token(it));
    let secrets: Vec<String> =
        tokens.chain(["CANARY".to_owned(), "stand-in takes".to_owned()]).collect();
    let check = |place: &str, text: &str| {
        for it in &secrets {
            assert!(!text.contains(it), "{place} holds `{it}`");
        }
    };
    for (path, bytes) in pack.files() {
        let packed = path.strip_suffix(".zst").is_some();
        let plain = if packed { zstd::decode_all(&*bytes).expect("zstd") } else { bytes };
        check(&path, &String::from_utf8_lossy(&plain));
    }
    check("report.pdf", &pack.pdf_text().unwrap_or_default());
    check("standard output", &ran.stdout);
    check("standard error", &flat(&ran.stderr));
}
