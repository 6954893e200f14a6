//! Runs after other runs: what is compared, with what, and what cannot be.

use std::fs;

use serde_json::{Value, json};

use crate::harness::Home;
use crate::pack::{Pack, Row};

/// One instance alone, whose answers lie in files.
pub(crate) fn eu_from_files() -> Home {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    home.with_the_roster_as_written();
    for other in ["cloud", "legacy"] {
        fs::remove_dir_all(home.path(&format!("answers/{other}"))).expect("it is there");
    }
    fs::remove_file(home.path("answers/eu/server.json")).expect("it is there");
    home
}

/// A snapshot that was not reported.
fn trial(home: &Home, at: &str) -> String {
    home.run(&["import", "answers", "--collected-at", at]).expect(0).stdout.trim().to_owned()
}

/// A snapshot and its pack.
pub(crate) fn reported(home: &Home, at: &str) -> Pack {
    let snapshot = trial(home, at);
    // The sample was written for one day, so the evidence of others is in doubt.
    home.pack(&home.run(&["report", &snapshot]))
}

/// The first month of one instance, and then a second one in which things differ.
fn two_runs(between: impl FnOnce(&Home, &Pack)) -> (Home, Pack) {
    let home = eu_from_files();
    let first = reported(&home, "2026-10-05T06:00:00Z");
    home.edit("eu", "users", |it| it[0]["is_admin"] = json!(true));
    home.edit("eu", "organization", |it| it["two_factor_auth_required"] = json!(false));
    between(&home, &first);
    let second = reported(&home, "2026-11-02T06:00:00Z");
    (home, second)
}

/// The rules with exceptions, and what the instance is compared with.
fn story(pack: &Pack) -> String {
    let report = pack.report();
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let mut res = Vec::new();
    for rule in report["rules"].as_array().expect("rules") {
        for it in rule["findings"].as_array().expect("findings") {
            let [state, sentence] = ["state", "sentence"].map(|key| text(&it[key]));
            res.push(format!("{} {state}: {sentence}", text(&rule["code"])));
        }
    }
    let compared = &report["comparison"];
    res.push(format!("compared: {}", !text(&compared["instances"][0]["snapshot_id"]).is_empty()));
    for it in compared["unreadable"].as_array().expect("a list") {
        res.push(format!("unreadable: {}", text(&it["value"])));
    }
    res.join("\n")
}

#[test]
fn the_second_month_is_compared_with_the_first() {
    let (_home, pack) = two_runs(|_, _| {});
    insta::assert_snapshot!(story(&pack), @"
    EVD-01 persisting: Could not be tested for access-tokens. Needed: The server's count or its word that nothing follows; and every cell of the list that could not be read.
    EVD-01 persisting: Could not be tested for groups. Needed: The server's count or its word that nothing follows; and every cell of the list that could not be read.
    EVD-01 persisting: Could not be tested for users. Needed: The server's count or its word that nothing follows; and every cell of the list that could not be read.
    EVD-11 persisting: The rule dormant-account is judged with days 90; CIS Controls 5.3 allows 45.
    DRM-05 new: Could not be tested for pimchanok.thongdee@kestrel-spedition.example. Needed: Usage of at least as many days, the account's groups, and when the account was created.
    PRV-03 new: pimchanok.thongdee@kestrel-spedition.example administers eu and is not among its approved administrators.
    PRV-04 unknown: pimchanok.thongdee@kestrel-spedition.example gained privileges on eu and is of tier 0 now; it was of tier 3 at the previous snapshot; no approval is on file.
    PRV-11 new: pimchanok.thongdee@kestrel-spedition.example: administrator by flag yes, in the group admin no.
    PRV-17 new: pimchanok.thongdee@kestrel-spedition.example on eu has access that the baseline does not list: admin.
    AUT-11 unknown: two_factor_required of eu was yes at the previous snapshot and is no now; no approval is on file.
    compared: true
    ");
    let changes = pack.rows("changes");
    assert!(changes.iter().any(|it| it["what"] == "is_admin" && it["after"] == "yes"));
    assert!(
        pack.rows("findings")
            .iter()
            .all(|it| it["last_seen"] >= it["first_seen"] || it["state"] != "persisting")
    );
}

#[test]
fn an_unreadable_month_is_told_and_nothing_is_compared_with_it() {
    let (home, pack) = two_runs(|_, first| {
        let path = first.dir.join("snapshot/snapshot.json");
        let text = fs::read_to_string(&path).expect("it is there");
        fs::write(path, text.replace("complete", "partial")).expect("room");
    });
    let told = story(&pack);
    let (findings, unreadable) = told.split_once("unreadable: ").expect("it is told");
    insta::assert_snapshot!(findings, @r"
    EVD-01 persisting: Could not be tested for access-tokens. Needed: The server's count or its word that nothing follows; and every cell of the list that could not be read.
    EVD-01 persisting: Could not be tested for groups. Needed: The server's count or its word that nothing follows; and every cell of the list that could not be read.
    EVD-01 persisting: Could not be tested for users. Needed: The server's count or its word that nothing follows; and every cell of the list that could not be read.
    EVD-09 unknown: Could not be tested for roster.csv. Needed: The roster's own date, in a column such as as-of or report-date or in the configuration, and an earlier pack with its roster; without one, there is no earlier roster to compare with.
    EVD-11 unknown: The rule dormant-account is judged with days 90; CIS Controls 5.3 allows 45.
    DRM-05 new: Could not be tested for pimchanok.thongdee@kestrel-spedition.example. Needed: Usage of at least as many days, the account's groups, and when the account was created.
    PRV-03 new: pimchanok.thongdee@kestrel-spedition.example administers eu and is not among its approved administrators.
    PRV-11 new: pimchanok.thongdee@kestrel-spedition.example: administrator by flag yes, in the group admin no.
    PRV-17 new: pimchanok.thongdee@kestrel-spedition.example on eu has access that the baseline does not list: admin.
    compared: false
    ");
    assert!(unreadable.contains("/snapshot.json` contradicts itself"), "{unreadable}");
    assert!(!unreadable.contains(&*home.path("out").to_string_lossy()), "{unreadable}");
}

#[test]
fn what_previous_names_must_be_of_use() {
    let (home, pack) = two_runs(|_, _| {});
    let dir = pack.dir.to_string_lossy().into_owned();
    let refused = home.run(&["report", &dir, "--out", "other", "--previous", &dir]).expect(4);
    insta::assert_snapshot!(refused.complaint(&home), @"
    exit 4
    error: `HOME/evidence/2026-11/TIME-HASH` holds no snapshot that was collected before this one
      help: name an earlier snapshot, a pack, or a folder of them
    ");
}

#[test]
fn an_exception_that_comes_again_is_reopened_and_one_that_stays_becomes_overdue() {
    let home = eu_from_files();
    let month = |at: &str, again: bool| {
        home.edit("eu", "users", |it| it[0]["is_admin"] = json!(again));
        home.edit("eu", "users", |it| it[1]["is_admin"] = json!(true));
        let rows = reported(&home, at).rows("findings");
        let of_admins = rows.iter().filter(|it| it["rule_code"] == "PRV-03");
        let line = |it: &Row| {
            let keys = ["severity", "state", "first_seen", "seen_before", "due", "overdue"];
            keys.map(|key| it[key].as_str()).join(" ")
        };
        let lines = of_admins.map(line).collect::<Vec<_>>().join("\n");
        format!("{at}\n{lines}")
    };
    let months = [
        month("2026-08-03T06:00:00Z", true),
        month("2026-09-07T06:00:00Z", true),
        month("2026-10-05T06:00:00Z", false),
        month("2026-11-02T06:00:00Z", true),
    ];
    insta::assert_snapshot!(months.join("\n"), @"
    2026-08-03T06:00:00Z
    high unknown 2026-08-03T06:00:00Z  2026-09-02 false
    high unknown 2026-08-03T06:00:00Z  2026-09-02 false
    2026-09-07T06:00:00Z
    high persisting 2026-08-03T06:00:00Z  2026-09-02 true
    high persisting 2026-08-03T06:00:00Z  2026-09-02 true
    2026-10-05T06:00:00Z
    high persisting 2026-08-03T06:00:00Z  2026-09-02 true
    2026-11-02T06:00:00Z
    high reopened 2026-11-02T06:00:00Z 2026-09-07T06:00:00Z 2026-12-02 false
    high persisting 2026-08-03T06:00:00Z  2026-09-02 true
    ");
}

/// Whether the first account of the list may sign in, and whether it administers, then the pack.
fn first_account(home: &Home, at: &str, active: bool, is_admin: bool) -> Pack {
    home.edit("eu", "users", |it| {
        it[0]["active"] = json!(active);
        it[0]["is_admin"] = json!(is_admin);
    });
    reported(home, at)
}

#[test]
fn what_a_pack_of_this_month_reported_is_told_when_it_is_gone() {
    let home = eu_from_files();
    first_account(&home, "2026-09-07T06:00:00Z", true, false);
    first_account(&home, "2026-10-05T06:00:00Z", true, true);
    let told = |pack: &Pack| {
        let fixed = pack.rows("fixed").into_iter().filter(|it| it["rule_code"] == "PRV-03");
        fixed.map(|it| format!("{} {}", it["subject"], it["outcome"])).collect::<Vec<_>>()
    };
    let resolved = ["pimchanok.thongdee@kestrel-spedition.example resolved"];
    assert_eq!(told(&first_account(&home, "2026-10-12T06:00:00Z", true, false)), resolved);
    // The last pack of a month speaks for it, whatever the ones before it told.
    assert_eq!(told(&first_account(&home, "2026-10-26T06:00:00Z", true, false)), resolved);
    assert!(told(&first_account(&home, "2026-11-02T06:00:00Z", true, false)).is_empty());
}

#[test]
fn r_05_every_pack_narrows_the_time_in_which_a_leaver_was_disabled() {
    let home = eu_from_files();
    let roster = home.read("roster.csv");
    let person = roster.lines().find(|it| it.contains("pimchanok.thongdee@")).expect("a row");
    let mut cells: Vec<&str> = person.split(',').collect();
    (cells[4], cells[7]) = ("Terminated", "2026-10-10");
    home.write("roster.csv", &roster.replace(person, &cells.join(",")));
    first_account(&home, "2026-09-07T06:00:00Z", true, false);
    first_account(&home, "2026-10-16T06:00:00Z", true, false);
    let pack = first_account(&home, "2026-10-30T06:00:00Z", false, false);
    let findings = pack.rows("findings");
    let verdicts: Vec<_> =
        findings.iter().filter(|it| it["rule_code"] == "USR-03").map(|it| &it["verdict"]).collect();
    assert_eq!(verdicts, ["exception"], "it could sign in on 16 October, six days after the end");
}
