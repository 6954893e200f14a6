//! Times a review of many lines: what opening one writes, and what comes back being read.
//!
//! `cargo bench --bench review -- 10000` makes a campaign of so many lines, once for a hundred
//! reviewers and once for a single one. It prints how long it takes to keep the lines, to write the
//! worksheets, to read all of them back (every line of the CSV decided, the workbooks as they went
//! out), and to add the decisions to the record; and the highest memory so far.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use retool_audit::review::{
    CampaignDraft, EntitlementKind, OpenedCampaign, RecordEntry, ReviewLine, line_id,
    read_returned, write_worksheets,
};

fn main() {
    let lines = std::env::args().skip(1).filter_map(|it| it.parse().ok()).collect::<Vec<usize>>();
    for it in if lines.is_empty() { vec![10_000] } else { lines } {
        measure(it, 100);
        measure(it, 1);
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn measure(lines: usize, reviewers: usize) {
    let place = tempfile::tempdir().expect("a folder");
    println!("\n{lines} lines, {reviewers} reviewers");
    let draft = draft(lines, reviewers);
    let began = Instant::now();
    let stage = |name: &str, began: Instant| {
        println!("{name:<10} {:>6} ms, peak {} MiB", began.elapsed().as_millis(), peak());
    };
    let mut opened = OpenedCampaign::make(place.path(), draft).expect("room");
    stage("lines", began);
    let began = Instant::now();
    let written = write_worksheets(&opened).expect("room");
    stage("worksheets", began);
    let (tables, workbooks): (Vec<PathBuf>, Vec<PathBuf>) =
        written.into_iter().partition(|it| it.extension().is_some_and(|it| it == "csv"));
    let tables: Vec<Vec<u8>> = tables.iter().map(decided).collect();
    let began = Instant::now();
    let read = |bytes: &[u8], file| read_returned(bytes, file, &opened).expect("a worksheet");
    let returned: Vec<_> = tables.iter().map(|it| read(it, "back.csv")).collect();
    stage("csv", began);
    let began = Instant::now();
    let refused = returned.iter().map(|it| it.problems.len()).sum::<usize>();
    let bytes = workbooks.iter().map(|it| fs::read(it).expect("a workbook"));
    let left = bytes.map(|it| read(&it, "back.xlsx").problems.len()).sum::<usize>();
    stage("workbooks", began);
    assert_eq!((refused, left), (0, 0));
    let began = Instant::now();
    let decisions: Vec<_> = returned.into_iter().flat_map(|it| it.decisions).collect();
    assert_eq!(decisions.len(), lines);
    opened
        .record
        .add(moment(), decisions.into_iter().map(RecordEntry::Decided).collect())
        .expect("room");
    stage("record", began);
}

/// A worksheet with `keep` in every row.
fn decided(path: &PathBuf) -> Vec<u8> {
    let bytes = fs::read(path).expect("a worksheet");
    let mut reader = csv::ReaderBuilder::new().from_reader(&bytes[..]);
    let mut sink = csv::WriterBuilder::new().from_writer(Vec::new());
    let header = reader.headers().expect("a header").clone();
    let place = header.iter().position(|it| it == "Decision").expect("a column");
    sink.write_record(&header).expect("memory takes it");
    for row in reader.records() {
        let row = row.expect("a row");
        let cells = row.iter().enumerate().map(|(at, it)| if at == place { "keep" } else { it });
        sink.write_record(cells).expect("memory takes it");
    }
    sink.into_inner().expect("memory takes it")
}

fn moment() -> DateTime<Utc> {
    "2026-11-03T06:00:00Z".parse().expect("a time")
}

fn draft(lines: usize, reviewers: usize) -> CampaignDraft {
    CampaignDraft {
        campaign_id: "2026-11-c0ffee00".to_owned(),
        organization: "Acme".to_owned(),
        period: "2026-11".to_owned(),
        report_id: "c0ffee00".to_owned(),
        snapshot_id: "20261102T060000Z".to_owned(),
        manifest_sha256: "00".to_owned(),
        collected_at: moment(),
        opened_at: moment(),
        due: NaiveDate::from_ymd_opt(2026, 11, 17).expect("a day"),
        scope: "everybody".to_owned(),
        program: "a benchmark".to_owned(),
        lines: (0..lines).map(|it| line(it, reviewers)).collect(),
    }
}

fn line(number: usize, reviewers: usize) -> ReviewLine {
    let (account, group) = (number / 4, number % 4);
    let (account_id, group_id) = (format!("user_{account}"), group.to_string());
    let address = format!("person.{account}@acme.test");
    ReviewLine {
        line_id: line_id("prod", EntitlementKind::Membership, &account_id, &group_id),
        instance: "prod".to_owned(),
        kind: EntitlementKind::Membership,
        account: address.clone(),
        person: format!("Person {account}"),
        entitlement: format!("member of group Team {group}"),
        allows: "edit all apps; use all resources".to_owned(),
        access_path: format!("member of Team {group}"),
        since: "between 2026-09-07 and 2026-10-05".to_owned(),
        last_used: "2026-10-30".to_owned(),
        flagged: String::new(),
        findings: Vec::new(),
        decided_before: String::new(),
        reviewer: format!("reviewer.{}@acme.test", account % reviewers),
        reviewer_as: "manager".to_owned(),
        addresses: [address].into(),
        account_id,
        entitlement_id: group_id,
    }
}

/// The most memory that the process has used, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or(0) >> 10
}
