//! Rosters as products export them: one snapshot each, and what odd cells do to them.

mod several;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use retool_audit::config::RosterSource;
use retool_audit::roster::profile::ProductKind;
use retool_audit::roster::{self, Match, Roster, Status};

use crate::readme::check_in;

const FOLDER: &str = "tests/rosters";

fn exports() -> Vec<PathBuf> {
    let all = fs::read_dir(FOLDER).expect("a folder").map(|it| it.expect("an entry").path());
    let mut res: Vec<_> = all.collect();
    res.sort();
    res
}

fn parse(bytes: &[u8], path: &Path) -> Result<Roster, String> {
    let source = RosterSource { path: path.to_owned(), ..RosterSource::default() };
    roster::parse(bytes, &source).map_err(|it| it.to_string())
}

fn day() -> NaiveDate {
    "2026-11-02".parse().expect("a day")
}

/// What a reader of the file would want to see at once.
fn picture(roster: &Roster) -> String {
    let file = &roster.files[0];
    let mut res = String::new();
    let (product, export) = file.product.unwrap_or(("no product", ""));
    writeln!(res, "{product}: {export}; {} rows, as of {:?}", file.rows, file.as_of)
        .expect("text grows");
    for it in &file.headers {
        let read_as = it.read_as.map_or("not read", |it| it.word());
        writeln!(res, "{:36} {read_as}", it.header).expect("text grows");
    }
    for it in &file.told {
        writeln!(res, "told: {it}").expect("text grows");
    }
    for it in file.left_out.iter().chain(&file.repeated) {
        writeln!(res, "without line {}: {}", it.line, it.reason).expect("text grows");
    }
    for it in &file.unreadable {
        writeln!(res, "unread in line {}: {}", it.line, it.words()).expect("text grows");
    }
    for person in &roster.people {
        let on = person.on(day());
        let emails = person.emails.join(" ");
        let (name, id) = (person.name.as_deref(), person.person_id.as_deref());
        let odd = on.contradiction.map(|it| format!(" ({it})")).unwrap_or_default();
        let who = format!("{} {}", id.unwrap_or("-"), name.unwrap_or("-"));
        let (status, kind) = (on.status.word(), on.kind.word());
        let days = format!("{:?} to {:?}", on.start_date, on.end_date);
        writeln!(res, "{}: {who} <{emails}> {status} {kind} {days}{odd}", person.lines())
            .expect("text grows");
    }
    res
}

#[test]
fn every_export_is_read_without_configuration() {
    for path in exports() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let roster =
            parse(&fs::read(&path).unwrap(), &path).unwrap_or_else(|it| panic!("{name}: {it}"));
        assert!(roster.files[0].product.is_some(), "{name}: no product is recognised");
        insta::assert_snapshot!(format!("roster-{name}"), picture(&roster));
    }
}

#[test]
fn every_product_has_an_export_that_is_read() {
    let seen: Vec<&str> = exports()
        .iter()
        .filter_map(|it| parse(&fs::read(it).unwrap(), it).ok()?.files[0].product.map(|it| it.0))
        .collect();
    for it in roster::profile::products() {
        assert!(seen.contains(&&*it.name), "{} has no file in {FOLDER}", it.name);
    }
}

#[test]
fn the_documentation_of_products_is_their_profiles() {
    let mut res = String::new();
    let mut all: Vec<_> = roster::profile::products().iter().collect();
    all.sort_by_key(|it| it.name.to_lowercase());
    for it in all {
        let kind = match it.source {
            ProductKind::Hr => "HR",
            ProductKind::IdentityProvider => "identity provider",
        };
        writeln!(res, "### {}\n\n{kind}. {}", it.name, sentence(&it.menu)).unwrap();
        if !it.note.is_empty() {
            writeln!(res, "{}", sentence(&it.note)).unwrap();
        }
        let code = |all: &[String]| all.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>();
        let known: Vec<String> = it
            .exports
            .iter()
            .map(|it| format!("{} ({})", it.title, code(&it.headers).join(", ")))
            .collect();
        writeln!(res, "Known by: {}.\n\n| read as | headers |\n| --- | --- |", known.join("; "))
            .unwrap();
        for word in RosterSource::COLUMNS {
            if let Some(headers) = it.headers.get(*word) {
                writeln!(res, "| {word} | {} |", code(headers).join(", ")).unwrap();
            }
        }
        let mut by_status: Vec<String> = Vec::new();
        for status in RosterSource::STATUSES {
            let words = it.words.iter().filter(|it| it.1 == status).map(|it| it.0.clone());
            let words: Vec<String> = words.collect();
            if !words.is_empty() {
                by_status.push(format!("{status} is {}", code(&words).join(", ")));
            }
        }
        if !by_status.is_empty() {
            writeln!(res, "\nBeside words that all agree on, {}.", by_status.join("; ")).unwrap();
        }
        writeln!(res).unwrap();
    }
    check_in("docs/rosters.md", "products", res.trim_end());
}

fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '!']) { "" } else { "." };
    format!("{text}{end}")
}

const GOOD: &str = "\
    Employee ID,Name,Work Email,Status,Start Date,End Date,Department\n\
    1,Ana Berg,ana@acme.test,Active,2019-01-07,,IT\n\
    2,Bo Cruz,bo@acme.test,Terminated,2019-01-07,2026-10-15,IT\n\
    3,Cy Diaz,cy@acme.test,On leave,2019-01-07,,HR\n\
    4,Di East,di@acme.test,Future hire,2026-12-01,,IT\n\
    5,Ed Fox,ed@acme.test,Terminated,2019-01-07,2026-06-30,IT\n";

/// What becomes of a cell in files that people handle.
fn oddities(cell: &str) -> Vec<String> {
    let swapped = cell.split('-').rev().collect::<Vec<_>>().join("/");
    vec![
        String::new(),
        "???".to_owned(),
        "Ausgeschieden".to_owned(),
        "inactif".to_owned(),
        swapped,
        format!("{cell}\u{200b}"),
        format!("\u{feff}{cell}"),
        format!("{cell}."),
        format!(" {cell} "),
        cell.to_uppercase(),
        format!("\"{cell}\""),
        format!("{cell},{cell}"),
        "N/A".to_owned(),
    ]
}

/// No person disappears, no leaver comes back, and no leaver is taken for being here, whatever is
/// odd about one cell: the file is read so, or refused.
#[test]
fn an_odd_cell_loses_nobody_and_brings_nobody_back() {
    let rows: Vec<Vec<&str>> = GOOD.lines().map(|it| it.split(',').collect()).collect();
    let (mut read, mut refused) = (0, 0);
    for row in 1..rows.len() {
        for column in 0..rows[0].len() {
            for odd in oddities(rows[row][column]) {
                let mut changed: Vec<Vec<String>> =
                    rows.iter().map(|it| it.iter().map(|it| (*it).to_owned()).collect()).collect();
                changed[row][column].clone_from(&odd);
                let text: Vec<String> = changed.iter().map(|it| it.join(",")).collect();
                let text = text.join("\n") + "\n";
                match parse(text.as_bytes(), Path::new("roster.csv")) {
                    Ok(it) => {
                        read += 1;
                        hold(&it, (row, column), &odd);
                    }
                    Err(it) => {
                        refused += 1;
                        assert!(it.contains("line ") || it.contains("header"), "{odd:?}: {it}");
                    }
                }
            }
        }
    }
    assert!(read > 300 && refused >= 10, "{read} read, {refused} refused");
}

fn hold(roster: &Roster, (row, column): (usize, usize), odd: &str) {
    let at = format!("row {row}, column {column} is {odd:?}");
    let rows: usize = roster.people.iter().map(|it| it.positions.len()).sum();
    assert_eq!(rows, 5, "{at}: {:?}", roster.files[0].left_out);
    for (person, email) in [(2, "bo@acme.test"), (5, "ed@acme.test")] {
        let of_cell = row == person;
        match roster.match_of(email) {
            // The address itself was made another, or nothing.
            Match::None => assert!(of_cell && column == 2, "{at}: {email} is no person's"),
            Match::One(it) => {
                let status = it.status_on(day());
                let left = status == Status::Terminated;
                // An unknown word leaves it open; no word makes a leaver active.
                assert!(
                    left || (of_cell && status == Status::Unknown),
                    "{at}: {email} is {status:?}"
                );
                let end = it.on(day()).end_date.known();
                let day = if person == 2 { "2026-10-15" } else { "2026-06-30" };
                let moved = end.is_some_and(|it| it.to_string() != day);
                assert!(!moved, "{at}: {email} left on {end:?}");
            }
            Match::Many(it) => assert!(of_cell, "{at}: {email} is {} people's", it.len()),
        }
    }
}
