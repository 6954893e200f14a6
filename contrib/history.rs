//! What months of history cost: a report with so many months before it beside the same one without
//! any, and the verification of all of them.
//!
//! `cargo bench --bench history -- 10000x24` makes 24 months of one instance with 10,000 accounts,
//! through the program itself. Times are wall-clock milliseconds of one pass.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::json;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    for it in &arguments {
        let (users, months) = it.split_once('x').expect("10000x24");
        measure(users.parse().expect("accounts"), months.parse().expect("months"));
    }
    if arguments.is_empty() {
        measure(1_000, 12);
    }
}

const CONFIGURATION: &str = "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n\
    [roster]\npath = \"roster.csv\"\nas-of-file-time = true\n\
    [output]\ndir = \"evidence\"\nformats = [\"csv\", \"json\"]\n\
    [[instance]]\nname = \"prod\"\nurl = \"https://acme.retool.com\"\ntoken-env = \"TOKEN\"\n";

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn measure(n_users: usize, n_months: usize) {
    println!("\n{n_users} accounts, {n_months} months");
    let place = tempfile::tempdir().expect("a folder");
    let place = place.path();
    fs::write(place.join("retool-audit.toml"), CONFIGURATION).expect("room");
    let mut roster = "email,status\n".to_owned();
    (0..n_users).for_each(|it| writeln!(roster, "u{it}@acme.test,active").expect("a text"));
    fs::write(place.join("roster.csv"), roster).expect("room");
    let mut last = PathBuf::new();
    for month in 0..n_months {
        let at = format!("20{}-{:02}-02T06:00:00Z", 24 + month / 12, month % 12 + 1);
        answers(place, n_users, month, &at);
        last = run(place, &["import", "answers", "--collected-at", &at]).1;
        let (took, pack) = run(place, &["report", &last.to_string_lossy()]);
        if month == 0 || month + 1 == n_months {
            let size = fs::metadata(pack.join("record/findings.jsonl.zst")).expect("it").len();
            println!("report {:>3} {took:>9} ms, record {} kB", month + 1, size / 1000);
        }
    }
    // The same month without any before it.
    let alone = place.join("alone");
    let words = ["report", &last.to_string_lossy(), "--out", &alone.to_string_lossy()];
    println!("report alone {:>7} ms", run(place, &words).0);
    println!("verify {:>13} ms", run(place, &["verify", "evidence"]).0);
}

/// Runs the program; how long it took, and the path that it printed.
fn run(place: &Path, words: &[&str]) -> (u128, PathBuf) {
    let begin = Instant::now();
    let ran = Command::new(env!("CARGO_BIN_EXE_retool-audit"))
        .args(words)
        .current_dir(place)
        .output()
        .expect("the program");
    let took = begin.elapsed().as_millis();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!([Some(0), Some(3)].contains(&ran.status.code()), "{words:?}: {told}");
    (took, place.join(String::from_utf8_lossy(&ran.stdout).lines().last().unwrap_or_default()))
}

/// What the server would answer in a month: each month a few accounts come, and a few are disabled.
fn answers(place: &Path, n_users: usize, month: usize, at: &str) {
    let dir = place.join("answers/prod");
    fs::create_dir_all(&dir).expect("room");
    let user = |it: usize| {
        json!({
            "id": format!("user_{it}"),
            "email": format!("u{it}@acme.test"),
            "active": it % 97 != month % 97,
            "is_admin": it.is_multiple_of(500),
            "created_at": "2023-01-02T06:00:00Z",
            "last_active": if it.is_multiple_of(3) { "2023-06-02T06:00:00Z" } else { at },
        })
    };
    let users: Vec<_> = (0..n_users + month * 10).map(user).collect();
    let admins: Vec<_> = users.iter().filter(|it| it["is_admin"] == true).collect();
    let admins: Vec<_> = admins.iter().map(|it| json!({ "id": it["id"] })).collect();
    let groups = json!([
        { "id": 1, "name": "admin", "members": admins },
        { "id": 2, "name": "All Users", "members": [] },
    ]);
    fs::write(dir.join("users.json"), json!(users).to_string()).expect("room");
    fs::write(dir.join("groups.json"), groups.to_string()).expect("room");
}
