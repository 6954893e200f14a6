//! Times the reading of a roster of many people.
//!
//! `cargo bench --bench roster -- 1000000` writes a roster of so many rows, and prints how long it
//! takes to read it, beside the bare splitting of the same bytes into cells by the `csv` crate, for
//! scale, and the highest memory so far. Every fiftieth person has a second row.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Instant;

use retool_audit::config::RosterSource;
use retool_audit::roster;

fn main() {
    let rows = std::env::args().skip(1).filter_map(|it| it.parse().ok()).collect::<Vec<usize>>();
    for it in if rows.is_empty() { vec![100_000] } else { rows } {
        measure(it);
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn measure(rows: usize) {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("roster.csv");
    fs::write(&path, invent(rows)).expect("room");
    println!("\n{rows} rows, {} MiB", fs::metadata(&path).expect("a file").len() >> 20);
    let began = Instant::now();
    let cells = split(&path);
    println!("split      {:>6} ms, {cells} cells", began.elapsed().as_millis());
    let began = Instant::now();
    let source = RosterSource { path, ..RosterSource::default() };
    let roster = roster::read(&[source]).expect("a roster").expect("one file");
    let people = roster.people.len();
    println!(
        "read       {:>6} ms, {people} people, peak {} MiB",
        began.elapsed().as_millis(),
        peak()
    );
}

fn split(path: &Path) -> usize {
    let bytes = fs::read(path).expect("a file");
    let mut reader = csv::ReaderBuilder::new().from_reader(&bytes[..]);
    let mut record = csv::StringRecord::new();
    let mut res = 0;
    while reader.read_record(&mut record).expect("a row") {
        res += record.len();
    }
    res
}

fn invent(rows: usize) -> String {
    let mut res = "Employee ID,Name,Work Email,Status,Worker Type,Start Date,End Date,\
                   Manager Email,Department,Job Title\n"
        .to_owned();
    for row in 0..rows {
        let id = if row % 50 == 49 { row - 1 } else { row };
        let (status, end) =
            if id % 11 == 0 { ("Terminated", "2026-10-15") } else { ("Active", "") };
        let kind = if id % 7 == 0 { "Contractor" } else { "Full-Time" };
        let (boss, team) = (id / 9, id % 400);
        writeln!(
            res,
            "E{id},Person {id},person.{id}@acme.example,{status},{kind},2019-01-07,{end},\
             person.{boss}@acme.example,Department {team},Title {}",
            row % 60
        )
        .expect("text grows");
    }
    res
}

/// The most memory that the process has used, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or(0) >> 10
}
