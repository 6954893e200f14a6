//! The status: what the newest pack says, held against a day.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::harness::Home;
use crate::lake::month;
use crate::months::{Company, GHOST, ROOT, block};
use crate::pack::Pack;

/// A company with a pack of December in which an exception is answered and another one waived, and
/// with a review of it.
fn company() -> Company {
    let company = Company::new(&["prod"]);
    let home = &company.home;
    company.configure(&format!(
        "[review]\nfallback = \"bo@acme.test\"\n[waivers]\npath = \"waivers.toml\"\n\
         [responses]\npath = \"responses.toml\"\n{}",
        block("prod", "")
    ));
    home.write("waivers.toml", "");
    home.write("responses.toml", "");
    company.answers("prod", &[ROOT, GHOST]);
    let first = Pack::at(month(&company, "2025-12-01T06:00:00Z"));
    let exceptions = first.rows("findings").into_iter().filter(|it| it["verdict"] == "exception");
    let high: Vec<_> = exceptions.filter(|it| it["severity"] == "high").collect();
    let [answered, accepted] = [&high[0], &high[1]];
    home.write(
        "responses.toml",
        &format!(
            "[[response]]\nfinding = \"{}\"\naction = \"Disable the account.\"\n\
             owner = \"root@acme.test\"\ndue = 2025-12-09\n",
            answered["finding_id"]
        ),
    );
    home.write(
        "waivers.toml",
        &format!(
            "[[waiver]]\nid = \"W-1\"\nkind = \"risk-accepted\"\nrule = \"{}\"\ninstance = \"{}\"\n\
             rule-version = \"{}\"\nfinding-ids = [\"{}\"]\nseverity-cap = \"high\"\n\
             reason = \"It is needed for the move to the other office.\"\n\
             owner = \"root@acme.test\"\nrequested-by = \"root@acme.test\"\n\
             approver = \"bo@acme.test\"\napproved-at = 2025-11-20T09:00:00Z\n\
             starts = 2025-11-20\nexpires = 2025-12-30\n",
            accepted["rule_code"],
            accepted["instance"],
            version_of(&first, &accepted["rule_code"]),
            accepted["finding_id"]
        ),
    );
    let second = Pack::at(month(&company, "2025-12-01T07:00:00Z"));
    let waiver = &second.rows("waivers")[0];
    assert_eq!(waiver["state"], "expiring", "{}", waiver["problem"]);
    fs::remove_dir_all(home.path("evidence/snapshots")).expect("they are in packs");
    company
}

/// The version of a rule, which a waiver is approved for.
fn version_of(pack: &Pack, code: &str) -> String {
    let report = pack.report();
    let rules = report["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|it| it["code"] == code).expect("the rule");
    rule["version"].as_str().expect("a version").to_owned()
}

/// What the program says at a time, and how it ends.
fn at(home: &Home, time: &str, words: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_retool-audit");
    let mut command = Command::new("faketime");
    command.args([time, program, "status"]).args(words).current_dir(home.path("")).env("TZ", "UTC");
    let ran = command.output().expect("faketime is there");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    // A slow machine takes a few seconds to start the program.
    let late = (1..60).map(|it| format!("T08:00:{it:02}Z"));
    let said = late.fold(said, |said, it| said.replace(&it, "T08:00:00Z"));
    let said = home.steady(said.trim_end());
    format!("exit {}\n{said}{told}", ran.status.code().expect("it ends"))
}

#[test]
fn what_is_due_and_what_is_overdue_hang_on_the_day_alone() {
    let company = company();
    let days = ["2025-12-02 08:00", "2025-12-10 08:00", "2025-12-31 08:00", "2026-02-10 08:00"];
    let told = days.map(|it| format!("$ at {it}\n{}", at(&company.home, it, &["--exit-code"])));
    insta::assert_snapshot!(told.join("\n\n"));
    let plain = at(&company.home, "2026-02-10 08:00", &[]);
    assert!(plain.starts_with("exit 0\n"), "{plain}");
}

#[test]
fn programs_are_told_all_of_it() {
    let company = company();
    let told = at(&company.home, "2025-12-20 08:00", &["--format", "json"]);
    insta::assert_snapshot!(told);
}

#[test]
fn a_review_that_is_open_is_due_and_then_overdue() {
    let company = company();
    let home = &company.home;
    let open = "faketime '2025-12-02 09:00' $0 review open";
    let opened = Command::new("sh")
        .args(["-c", open, env!("CARGO_BIN_EXE_retool-audit")])
        .current_dir(home.path(""))
        .output()
        .expect("sh");
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    let lines = |time: &str| {
        let told = at(home, time, &[]);
        let those = told.lines().filter(|it| it.contains("review")).map(str::trim);
        those.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    let told = ["2025-12-03 08:00", "2026-01-10 08:00"].map(lines);
    insta::assert_snapshot!(told.join("\n---\n"));
}

#[test]
fn what_cannot_be_told_is_never_shown_as_fine() {
    let empty = Company::new(&["prod"]);
    let none = at(&empty.home, "2025-12-10 08:00", &["--exit-code"]);
    // Without tables and report, a manifest says what it says.
    let company = company();
    company.home.reconfigure("formats = [\"csv\", \"json\"]", "formats = [\"xlsx\"]");
    month(&company, "2025-12-05T07:00:00Z");
    let bare = at(&company.home, "2025-12-10 08:00", &["--exit-code"]);
    // What was changed since says nothing.
    let changed = self::company();
    let newest = fs::read_dir(changed.home.path("evidence/2025-12")).expect("packs");
    let newest = newest.map(|it| it.expect("a pack").path()).max().expect("one");
    let report = fs::read_to_string(newest.join("report.json")).expect("a report");
    fs::write(newest.join("report.json"), report.replace("2025-12-11", "2031-12-11"))
        .expect("room");
    let changed = at(&changed.home, "2025-12-10 08:00", &["--exit-code"]);
    insta::assert_snapshot!([none, bare, changed].join("\n\n"));
}

#[test]
fn the_last_run_is_as_its_metrics_say() {
    let company = company();
    let home = &company.home;
    home.reconfigure("[output]", "[output]\nmetrics = \"retool-audit.prom\"");
    let status = || -> Value {
        let ran = home.run(&["status", "--format", "json"]).expect(0);
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    assert_eq!(status()["last_run"], Value::Null);
    home.run(&["report", "nowhere"]).expect(4);
    let last = status()["last_run"].clone();
    assert_eq!((&last["exit_code"], &last["last_success"]), (&4.into(), &"".into()));
    let told = home.run(&["status"]).expect(0).stdout;
    assert!(told.contains("exit code 4; none with complete evidence is known"), "{told}");
    home.write("retool-audit.prom", "node_load1 0.5\n");
    let told = home.run(&["status", "--exit-code"]).expect(1).stdout;
    assert!(told.contains("is no file of this program's metrics"), "{told}");
}

/// It asks nothing of the network, and needs no token.
#[test]
fn the_status_is_told_offline_and_changes_nothing() {
    let company = company();
    let before = Pack::at(company.home.path("")).files();
    company.home.run(&["status"]).expect(0);
    company.home.run(&["status", "--format", "json", "--out", "elsewhere"]).expect(0);
    assert_eq!(Pack::at(company.home.path("")).files(), before);
}
