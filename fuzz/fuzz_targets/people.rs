//! Tables about people beside the roster: approvals, the baseline, and the words by which people
//! are meant. Each row counts or is rejected with its line, and no person can approve a change of
//! their own under the very word by which it is of them.
#![no_main]

use std::sync::LazyLock;

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use retool_audit::calendar::Calendar;
use retool_audit::config::RosterSource;
use retool_audit::identities::Identities;
use retool_audit::names::InstanceNames;
use retool_audit::roster::{self, Rejected, Roster};
use retool_audit::snapshot::record::{Id, User};
use retool_audit::snapshot::{Collected, Records, Snapshot};
use retool_audit::{approvals, baseline};
use retool_audit_fuzz::{Room, expect_places, file, files};

const ROSTER: &str = "person-id,email,aliases,name,status
P1,ana@acme.example,ana.b@acme.example;a@acme.example,Ana Bell,active
P2,bo@acme.example,,Bo Chen,active
P3,cy@acme.example,,Cy Diaz,terminated
";

static PEOPLE: LazyLock<Roster> = LazyLock::new(|| {
    let room = Room::new();
    let path = room.fill("people", &[("roster.csv", ROSTER.as_bytes())]).join("roster.csv");
    let aliases = [("ana@old.example".to_owned(), "ana@acme.example".to_owned())].into();
    let source = RosterSource { path, aliases, plus_addresses: true, ..RosterSource::default() };
    roster::read(&[source]).expect("a roster").expect("one file")
});

static INSTANCES: LazyLock<InstanceNames> =
    LazyLock::new(|| InstanceNames::of(&["cloud"], [("old".to_owned(), "cloud".to_owned())]));

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let user = |id: &str, email: &str| User {
        id: Id(id.to_owned()),
        email: Some(email.to_owned()),
        ..User::default()
    };
    let users = vec![user("u1", "ana@acme.example"), user("u2", "bo@acme.example")];
    let records = Records { users, ..Records::default() };
    let collected_at = "2026-11-02T06:00:00Z".parse().expect("a time");
    Snapshot {
        collected_at,
        finished_at: collected_at,
        collector: String::new(),
        operator: None,
        instances: vec![Collected { name: "cloud".to_owned(), records, ..Collected::default() }],
    }
});

fuzz_target!(|input: &[u8]| {
    let files = files(input);
    let identities = Identities::of(&SNAPSHOT, Some(&PEOPLE));
    expect_approvals(file(&files, "approvals.csv"), &identities);
    let table = file(&files, "baseline.csv");
    match baseline::parse(table, "baseline.csv", &INSTANCES) {
        Ok(it) => expect_lines(&it.rejected, table),
        Err(problems) => expect_places(&problems, "baseline.csv"),
    }
    for word in String::from_utf8_lossy(file(&files, "words")).lines() {
        let (one, other) = (identities.whom(word, None), identities.whom(word, Some("cloud")));
        assert!(other.is_nobody() || one.may_be(&other), "`{word}` means other people");
    }
});

fn expect_approvals(table: &[u8], identities: &Identities<'_>) {
    const FILE: &str = "approvals.csv";
    let approvals = match approvals::parse(table, FILE, Calendar::UTC) {
        Ok(it) => it,
        Err(problems) => return expect_places(&problems, FILE),
    };
    assert_eq!(approvals.records.len() + approvals.rejected.len(), approvals.rows);
    let settled = approvals.settle(identities, NaiveDate::MAX);
    expect_lines(&settled.rejected, table);
    for it in &approvals.records {
        if it.change.is_of_account() && it.approver == it.subject {
            let refused = settled.rejected.iter().any(|refused| refused.line == it.line);
            assert!(refused, "line {}: approves a change of their own", it.line);
        }
    }
}

/// Each row that does not count says why, and is one of the file's lines.
fn expect_lines(rejected: &[Rejected], table: &[u8]) {
    let lines = table.iter().filter(|it| matches!(it, b'\n' | b'\r')).count() as u64 + 1;
    for it in rejected {
        assert!((1..=lines).contains(&it.line) && !it.reason.is_empty(), "{it:?} of {lines}");
    }
}
