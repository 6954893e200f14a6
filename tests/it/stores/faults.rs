//! Whatever goes wrong while a pack is put into a store, it is whole there in the end or said not to be.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use retool_audit::digest::{self, hex};
use serde_json::json;

use super::server::S3;
use super::{Storing, s3::storing};
use crate::harness::Ran;

/// A pack of few files, as far as the store looks at it: each number of a request can be tried.
fn small_pack(company: &Storing) -> (String, Vec<String>) {
    let place = "2025-10/20251002T060000Z-1f3a9c02";
    let dir = company.path("evidence").join(place);
    fs::create_dir_all(dir.join("csv")).expect("room");
    let large = "large,".repeat(50_000);
    let files = [("csv/users.csv", large.as_str()), ("report.json", "{}")];
    let mut listed = Vec::new();
    let mut sums = String::new();
    for (path, text) in files {
        fs::write(dir.join(path), text).expect("room");
        let sha256 = digest::of(text);
        sums = format!("{sums}{sha256}  {path}\n");
        listed.push(json!({"path": path, "bytes": text.len(), "sha256": sha256}));
    }
    fs::write(dir.join("SHA256SUMS"), &sums).expect("room");
    let sha256 = digest::of(&sums);
    listed.push(json!({"path": "SHA256SUMS", "bytes": sums.len(), "sha256": sha256}));
    let manifest = json!({
        "snapshot_id": "x", "rendered_at": "2025-10-02T06:00:00Z", "files": listed,
    });
    fs::write(dir.join("manifest.json"), manifest.to_string()).expect("room");
    let names = ["csv/users.csv", "report.json", "manifest.json", "SHA256SUMS"];
    let names = names.map(|it| format!("retool/{place}/{it}"));
    (place.to_owned(), names.to_vec())
}

/// Whether an object is in the bucket as it is here.
fn is_as_here(s3: &S3, company: &Storing, name: &str) -> bool {
    let local: PathBuf = company.path("evidence").join(name.trim_start_matches("retool/"));
    s3.read("evidence", name) == hex(&fs::read(local).expect("a file"))
}

/// Removes everything from the bucket.
fn empty(s3: &S3) {
    for name in s3.names("evidence") {
        s3.remove("evidence", &name);
    }
}

#[test]
fn whichever_request_fails_once_the_pack_arrives_whole() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let (_, mut names) = small_pack(&company);
    names.sort();
    s3.work();
    company.run(&["store", "push"]).expect(0);
    let n_requests = s3.log().len() as u64;
    assert!(n_requests >= 9, "{:?}", s3.log());
    for kind in ["refuse", "cut", "lose"] {
        for at in 1..=n_requests {
            empty(&s3);
            s3.fail(kind, at, false);
            let ran = company.run(&["store", "push"]);
            assert_eq!(ran.code, 0, "{kind} {at}: {}", ran.stderr);
            s3.work();
            assert_eq!(s3.names("evidence"), names, "{kind} {at}");
            assert!(names.iter().all(|it| is_as_here(&s3, &company, it)), "{kind} {at}");
        }
    }
}

#[test]
fn from_whichever_request_on_nothing_goes_any_more_the_next_push_goes_on_there() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let (place, mut names) = small_pack(&company);
    names.sort();
    s3.work();
    company.run(&["store", "push"]).expect(0);
    let n_requests = s3.log().len() as u64;
    for at in 1..=n_requests {
        empty(&s3);
        s3.fail("deny", at, true);
        let ran = company.run(&["store", "push"]);
        let there = s3.names("evidence");
        s3.work();
        assert_eq!(ran.code, 4, "{at}: {}", ran.stderr);
        // What is there is whole, and the list of checksums is the last of it.
        assert!(there.iter().all(|it| is_as_here(&s3, &company, it)), "{at}");
        let is_whole = there.contains(&format!("retool/{place}/SHA256SUMS"));
        assert!(!is_whole || there == names, "{at}: {there:?}");
        company.run(&["store", "push"]).expect(0);
        let puts = s3.log().iter().filter(|it| it.starts_with("PUT")).count();
        assert_eq!(puts, names.len() - there.len(), "{at}: what is there is not put again");
        assert_eq!(s3.names("evidence"), names, "{at}");
    }
}

#[test]
fn a_store_that_is_down_is_an_error_and_the_pack_stays_whole_here() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let snapshot = company.0.trial("2025-10-02T06:00:00Z");
    // The listing goes, and then nothing.
    s3.fail("refuse", 2, true);
    let ran = company.run(&["report", &snapshot]);
    s3.work();
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    let complaint = ran.complaint(&company.0.home);
    insta::assert_snapshot!(complaint, @"
    exit 4
    error: the pack is made, and not all is done that comes after it: `HOME/evidence/2025-10/TIME-HASH`
      because: cannot write `s3://evidence/retool/2025-10/TIME-HASH/README.txt`: HTTP 503 (SlowDown)
      help: run `retool-audit store push`
    ");
    company.run(&["verify", "evidence"]).expect(0);
    company.run(&["store", "push"]).expect(0);
    company.run(&["verify", "s3://evidence/retool"]).expect(0);
    // Without the packs before, none is made that would not know of them.
    s3.fail("refuse", 1, true);
    let snapshot = company.0.trial("2025-11-02T06:00:00Z");
    let ran = company.run(&["report", &snapshot]).expect(4);
    assert!(ran.stderr.contains("cannot list `s3://evidence/retool`"), "{}", ran.stderr);
    assert!(!company.path("evidence/2025-11").exists());
}

#[test]
fn bytes_that_come_back_otherwise_are_told() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    small_pack(&company);
    // List, put, and then what is read back.
    s3.fail("spoil", 3, false);
    let refused = company.run(&["store", "push"]).expect(4).complaint(&company.0.home);
    assert!(refused.contains("what is read back is not what was put"), "{refused}");
}

#[test]
fn an_object_without_end_is_read_no_further_than_it_was_said_to_go() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    small_pack(&company);
    company.run(&["store", "push"]).expect(0);
    s3.fail("swell", 2, false);
    let refused = company.run(&["verify", "s3://evidence/retool"]).expect(4);
    let complaint = refused.complaint(&company.0.home);
    assert!(complaint.contains(" goes beyond ") && complaint.contains(" bytes"), "{complaint}");
}

#[test]
#[cfg(unix)]
fn a_run_that_is_stopped_while_it_puts_its_pack_there_says_so() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let snapshot = company.0.trial("2025-10-02T06:00:00Z");
    s3.fail("hold", 8, false);
    let program = company.0.home.start(&["report", &snapshot], Stdio::piped());
    assert_eq!(s3.ask(&json!({"do": "held"}))["held"], true);
    let signal = Command::new("kill").arg(program.id().to_string()).status();
    assert!(signal.expect("it is there").success());
    let ran = Ran::wait(program);
    assert_eq!(ran.code, 143, "{}", ran.stderr);
    s3.ask(&json!({"do": "release"}));
    s3.work();
    let complaint = ran.complaint(&company.0.home);
    insta::assert_snapshot!(complaint, @"
    exit 143
    error: stopped by SIGTERM while packs were put into the store; the last one is whole at `HOME/evidence/2025-10/TIME-HASH`, and may not be in the store as a whole
      help: run `retool-audit store push`
    ");
    company.run(&["store", "push"]).expect(0);
    company.run(&["verify", "s3://evidence/retool"]).expect(0);
}

#[test]
fn a_program_that_is_killed_in_the_middle_leaves_nothing_that_looks_whole() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let (place, mut names) = small_pack(&company);
    names.sort();
    for at in [2, 4, 6, 8] {
        empty(&s3);
        s3.fail("hold", at, false);
        let mut program = company.0.home.start(&["store", "push"], Stdio::null());
        let held = s3.ask(&json!({"do": "held"}));
        assert_eq!(held["held"], true, "{at}");
        program.kill().expect("it runs");
        program.wait().expect("it ends");
        let there = s3.names("evidence");
        assert!(!there.contains(&format!("retool/{place}/SHA256SUMS")), "{at}: {there:?}");
        assert!(there.iter().all(|it| is_as_here(&s3, &company, it)), "{at}");
        s3.ask(&json!({"do": "release"}));
        s3.work();
        company.run(&["store", "push"]).expect(0);
        assert_eq!(s3.names("evidence"), names, "{at}");
    }
}
