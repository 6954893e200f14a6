//! The roster: it is read, or the error names the file. Whoever is in it is found by each of their
//! addresses, and every row is a person's, repeated, or left out.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use retool_audit::config::RosterSource;
use retool_audit::roster::{Match, read};
use retool_audit_fuzz::{Room, expect_named};

const FILE: &str = "roster.csv";

thread_local! {
    static ROOM: Room = Room::new();
}

fuzz_target!(|bytes: &[u8]| ROOM.with(|room| {
    let path = room.fill("people", &[(FILE, bytes)]).join(FILE);
    let source = RosterSource { path, plus_addresses: true, ..RosterSource::default() };
    let roster = match read(&[source]) {
        Ok(it) => it.expect("one file"),
        Err(error) => return expect_named(&error, FILE),
    };
    let day = NaiveDate::from_ymd_opt(2026, 11, 2).expect("a day");
    for person in &roster.people {
        person.on(day);
        for it in &person.emails {
            assert!(!matches!(roster.match_of(it), Match::None), "no person has `{it}`");
        }
    }
    roster.contradictions(0, day);
    let file = &roster.files[0];
    let positions: usize = roster.people.iter().map(|it| it.positions.len()).sum();
    assert_eq!(positions + file.left_out.len() + file.repeated.len(), file.rows);
}));
