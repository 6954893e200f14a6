//! The parts of the documents that are made from the code are current.

use std::fs;
use std::path::Path;

use retool_audit::catalogue::Catalogue;
use retool_audit::config::keys::{Key, TABLES};
use retool_audit::config::{Known, check};
use retool_audit::explain::{catalogue, markdown};
use retool_audit::frameworks::FRAMEWORKS;
use retool_audit::metrics::{FAMILIES, Family, Speaks};
use retool_audit::progress::{EVENTS, EventEntry, LogEvent};
use retool_audit::report::formats;
use retool_audit::run::Exit;
use retool_audit::snapshot::ledger::{Endpoint, EndpointNeed};

#[test]
fn the_readme_is_short_and_leads_to_every_document() {
    let readme = fs::read_to_string("README.md").unwrap();
    let n_words = readme.split_whitespace().count();
    assert!(n_words <= 2_500, "{n_words} words");
    let n_rules = Catalogue::default().rules().len();
    assert!(readme.contains(&format!("evaluates {n_rules} rules")), "there are {n_rules}");
    for it in fs::read_dir("docs").unwrap() {
        let path = it.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_page = path.extension().is_some_and(|ending| ending == "md");
        assert!(!is_page || readme.contains(&format!("](docs/{name})")), "no link to {name}");
    }
}

/// The twelve lines with which a reader begins.
#[test]
fn the_first_configuration_is_sound() {
    let readme = fs::read_to_string("README.md").unwrap();
    let (_, rest) = readme.split_once("```toml\n").expect("a configuration");
    let (text, _) = rest.split_once("```").expect("its end");
    let known = Known { rules: &Catalogue::default().words(), formats: &formats::words() };
    let config = check::parse(text, Path::new("/"), "retool-audit.toml", &known);
    assert_eq!(config.expect("it is sound").instances.len(), 1);
}

#[test]
fn the_configuration_is_the_samples() {
    let sample = fs::read_to_string("sample-data/company/retool-audit.toml").unwrap();
    check_in(
        "docs/configuration.md",
        "configuration",
        &format!("```toml\n{}\n```", sample.trim_end()),
    );
}

#[test]
fn every_key_is_documented() {
    let mut text = Vec::new();
    for table in TABLES {
        let title = match table.header {
            "" => "At the top".to_owned(),
            header => format!("`{header}`"),
        };
        text.push(format!("### {title}\n\n{}\n", table.about));
        text.push("| key | left out | meaning |\n| --- | --- | --- |".to_owned());
        let row = |key: &Key| format!("| `{}` | {} | {} |", key.name, key.default, key.about);
        text.extend(table.keys.iter().map(row));
        text.push(String::new());
    }
    check_in("docs/configuration.md", "keys", text.join("\n").trim_end());
}

#[test]
fn the_frameworks_are_those_that_there_are() {
    let mut rows = vec![
        "| key | framework | published as | shown | controls |".to_owned(),
        "| --- | --- | --- | --- | --- |".to_owned(),
    ];
    rows.extend(FRAMEWORKS.iter().map(|it| {
        let shown = if it.usual { "by default" } else { "on request" };
        let (source, count) = (it.source.trim_end_matches('.'), it.controls.len());
        format!("| `{}` | {} | {source} | {shown} | {count} |", it.key, it.name)
    }));
    check_in("docs/configuration.md", "frameworks", &rows.join("\n"));
}

#[test]
fn the_scopes_are_the_endpoints() {
    let mut rows = vec![
        "| scope | reads | without it | the instance is |".to_owned(),
        "| --- | --- | --- | --- |".to_owned(),
    ];
    let mut scopes: Vec<&str> = Vec::new();
    for it in Endpoint::ALL {
        if !scopes.contains(&it.scope()) && !it.scope().is_empty() {
            scopes.push(it.scope());
        }
    }
    for scope in scopes {
        let of: Vec<&Endpoint> = Endpoint::ALL.iter().filter(|it| it.scope() == scope).collect();
        let names: Vec<&str> = of.iter().map(|it| it.name()).collect();
        let without = |standing| of.iter().any(|it| it.need() == standing);
        let state = if without(EndpointNeed::Required) {
            "failed"
        } else if without(EndpointNeed::Expected) {
            "partial"
        } else {
            "complete"
        };
        let mut lost: Vec<&str> = of.iter().map(|it| it.lost()).collect();
        lost.dedup();
        let (names, lost) = (names.join(", "), lost.join("; "));
        rows.push(format!("| {scope} | {names} | {lost} | {state} |"));
    }
    let indented: Vec<String> = rows.iter().map(|it| format!("   {it}")).collect();
    check_in("README.md", "scopes", &indented.join("\n"));
}

#[test]
fn the_exit_codes_are_the_programs() {
    let row = |it: &Exit| format!("| {} | {} |", it.code(), it.meaning());
    let rows: Vec<String> = Exit::ALL.iter().map(row).collect();
    check_in(
        "docs/command-line.md",
        "exit-codes",
        &format!("| exit code | meaning |\n| --- | --- |\n{}", rows.join("\n")),
    );
}

#[test]
fn the_events_of_the_log_are_the_programs() {
    let row = |it: &EventEntry| {
        let EventEntry { event, name, warns, fields, when } = it;
        let level = match (warns, event) {
            (_, LogEvent::CommandFailed) => "ERROR",
            (true, _) => "WARN",
            (false, _) => "INFO",
        };
        let fields: Vec<String> = fields.iter().map(|it| format!("`{it}`")).collect();
        format!("| `{name}` | {level} | {} | {when} |", fields.join(", "))
    };
    let rows: Vec<String> = EVENTS.iter().map(row).collect();
    let head = "| event | level | fields of its own | when |\n| --- | --- | --- | --- |";
    check_in("docs/operations.md", "events", &format!("{head}\n{}", rows.join("\n")));
}

#[test]
fn the_metrics_are_the_programs() {
    let row = |it: &Family| {
        let labels: Vec<String> = it.labels.iter().map(|it| format!("`{it}`")).collect();
        let changes = match it.speaks {
            Speaks::OfAttempt => "always",
            Speaks::OfSuccess => "exit code 0 or 1",
            Speaks::OfPack => "a pack was made, and none is newer",
        };
        format!("| `{}` | {} | {changes} | {} |", it.name, labels.join(", "), it.help)
    };
    let rows: Vec<String> = FAMILIES.iter().map(row).collect();
    let head = "| metric | labels | said anew when | |\n| --- | --- | --- | --- |";
    check_in("docs/operations.md", "metrics", &format!("{head}\n{}", rows.join("\n")));
}

#[test]
fn the_rules_are_the_catalogues() {
    check_in(
        "docs/rules.md",
        "rules",
        &markdown::list(&catalogue(Catalogue::default().rules(), None)),
    );
}

#[test]
fn the_command_line_is_the_programs() {
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_retool-audit"));
    let help = { program }.arg("--help").env("COLUMNS", "100").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    check_in("docs/command-line.md", "help", &format!("```text\n{}\n```", help.trim_end()));
}

/// Compares a block of a document with `expected`, or rewrites it where snapshots are accepted.
pub(crate) fn check_in(file: &str, name: &str, expected: &str) {
    let _one_at_a_time = WRITING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let readme = fs::read_to_string(file).expect("a document");
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (_, rest) = readme.split_once(&begin).expect("a beginning");
    let (block, _) = rest.split_once(&end).expect("an end");
    let expected = format!("{expected}\n");
    if std::env::var("INSTA_UPDATE").is_ok_and(|it| it == "always") {
        let old = format!("{begin}{block}{end}");
        let new = format!("{begin}{expected}{end}");
        fs::write(file, readme.replace(&old, &new)).expect("a document");
        return;
    }
    assert_eq!(block, expected, "{file}: run `INSTA_UPDATE=always cargo test`");
}

static WRITING: std::sync::Mutex<()> = std::sync::Mutex::new(());
