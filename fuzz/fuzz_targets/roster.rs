//! The roster: it is read, or the error names the file. Whoever is in it is found by each of their
//! addresses, and every row is somebody's, repeated, or rejected.
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
    let roster = match read(&RosterSource { path, plus_addresses: true, ..RosterSource::default() })
    {
        Ok(it) => it,
        Err(error) => return expect_named(&error, FILE),
    };
    let day = NaiveDate::from_ymd_opt(2026, 11, 2).expect("a day");
    for person in &roster.people {
        person.on(day);
        for it in &person.emails {
            assert!(roster.match_of(it) != Match::None, "nobody has `{it}`");
        }
    }
    roster.contradictions(day);
    let odd = roster.rejected.len() + roster.repeated.len();
    assert!(odd <= roster.rows, "{odd} of {} rows are odd", roster.rows);
}));
