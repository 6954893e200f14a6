//! Runs that get everything, runs that do not, and what the evidence says then.

use chrono::{DateTime, Utc};
use retool_audit::rules::Rule;
use retool_audit::snapshot::ledger::Endpoint;
use retool_audit::tables::Table;
use serde_json::{Value, json};

use crate::evidence::demo;
use crate::harness::{Home, INSTANCES, WRITTEN_FOR, moved_days, sample_catalogue, variable};
use crate::pack::Pack;

#[test]
fn a_clean_instance_passes() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_cis();
    let ran = home.run(&["run", "--fail-on", "info"]).expect(0);
    let pack = home.pack(&ran);
    let report = pack.report();
    assert_eq!(
        (&report["state"], &report["totals"]["exceptions"]),
        (&"complete".into(), &0.into())
    );
    assert_eq!(report["totals"]["undetermined"], 1);
    let catalogue = sample_catalogue();
    let compares = |it: &&&Rule| it.reads.iter().any(|it| COMPARED.contains(it));
    let n_compared = catalogue.rules().iter().filter(compares).count();
    assert_eq!(report["totals"]["pass"], catalogue.rules().len() - n_compared);
    assert_eq!(report["totals"]["not_evaluable"], n_compared, "nothing was compared or reviewed");
    assert!(ran.stdout.starts_with(&*home.path("evidence").to_string_lossy()), "{}", ran.stdout);
    assert!(!home.path("evidence/snapshots").exists(), "the pack holds the snapshot");
    assert!(pack.html_text().contains("No rule has an exception."));
    let [roster] = &pack.rows("findings")[..] else { panic!("there is more than the roster") };
    let told = ["rule_code", "instance", "verdict"].map(|it| roster[it].as_str());
    assert_eq!(told, ["EVD-09", "all", "undetermined"]);
    assert!(
        roster["observed"].contains("there is no earlier roster to compare with"),
        "{roster:?}"
    );
}

/// Tables that a first snapshot has nothing for, or not all: nothing was compared or reviewed.
const COMPARED: &[Table] = &[
    Table::RosterFiles,
    Table::Previous,
    Table::FormerUsers,
    Table::Swings,
    Table::GroupChanges,
    Table::SettingChanges,
    Table::Coverage,
    Table::Reviews,
    Table::ReviewLines,
    Table::ReviewReviewers,
];

#[test]
fn findings_fail_the_program_where_that_is_wanted() {
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    home.without_documents();
    let code = |arguments: &[&str]| home.run(&[&["run"], arguments].concat()).code;
    assert_eq!(code(&["--out", "out"]), 0, "findings alone are no failure");
    assert_eq!(code(&["--out", "out", "--fail-on", "high"]), 1);
    assert_eq!(code(&["--out", "out", "--fail-on", "critical"]), 1);
    home.configure(&server, &["eu"]);
    home.without_documents();
    home.without_cis();
    // Beside the packs of both instances the other one would be missed.
    assert_eq!(code(&["--fail-on", "low", "--out", "alone"]), 0);
}

#[test]
fn an_instance_that_is_down_is_named_everywhere() {
    let mut home = Home::sample();
    home.set(&variable("legacy"), "retool_01k_of_another_instance");
    let server = home.serve();
    home.configure(&server, INSTANCES);
    let ran = home.run(&["run", "--out", "out", "--fail-on", "high"]).expect(3);
    assert!(
        ran.stderr.contains("legacy        failed: its users or groups did not come whole"),
        "{}",
        ran.stderr
    );
    let pack = home.pack(&ran);
    let report = pack.report();
    insta::assert_snapshot!("down", story(&pack));

    let html = pack.html_text();
    assert!(html.contains("legacy FAILED unknown: the population was not collected"), "{html}");
    assert!(html.contains("Collection of evidence: FAILED, because"));
    if let Some(pdf) = pack.pdf_text() {
        assert!(pdf.contains("legacy FAILED"), "{pdf}");
        assert!(pdf.contains("Collection of evidence: FAILED, because"), "{pdf}");
    }
    for it in pack.tables() {
        let rows = pack.rows(&it).into_iter().filter(|it| it["instance"] == "legacy").count();
        let expected = match it.as_str() {
            "ledger" => Endpoint::ALL.len(),
            // EVD-01 fails there, EVD-02 counts lists that were read, EVD-09, EVD-11, GOV-06 and
            // GOV-09 look at no instance, and nothing is waived.
            "not-evaluable" => pack.report()["rules"].as_array().expect("rules").len() - 8,
            "findings" => 3,
            // All of these rules, and EVD-01.
            "exceptions-by-month" => pack.report()["rules"].as_array().expect("rules").len() - 7,
            // The month that lasts is there, and nothing is known of it.
            "coverage" | "trend" => 1,
            // What the inputs name there cannot be looked up.
            "references" => 11,
            _ => 0,
        };
        assert_eq!(rows, expected, "{it}.csv");
    }
    assert!(!pack.dir.join("snapshot/legacy").exists());
    let whole = demo().pack.report();
    for (here, there) in instances(&report).zip(instances(&whole)).take(2) {
        for it in ["name", "state", "accounts", "active"] {
            assert_eq!(here[it], there[it], "{it}");
        }
        assert!(here["exceptions"].as_u64() <= there["exceptions"].as_u64(), "nothing is compared");
        // Which duties people have on the instance that is down is unknown.
        assert!(here["undetermined"].as_u64() > there["undetermined"].as_u64());
    }
}

/// States, and what each rule says about each instance; days are those that the sample was written
/// for.
fn story(pack: &Pack) -> String {
    let report = pack.report();
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let mut res = vec![format!("{}: {}", text(&report["state"]), text(&report["opinion"]))];
    for it in instances(&report) {
        let (name, state) = (text(&it["name"]), text(&it["state"]));
        res.push(format!("{name} {state}, {} accounts", it["accounts"]));
    }
    for rule in report["rules"].as_array().expect("rules") {
        res.push(format!("{} {}", text(&rule["code"]), text(&rule["verdict"])));
        for it in rule["instances"].as_array().expect("results") {
            let (name, verdict) = (text(&it["instance"]), text(&it["verdict"]));
            let counts = format!("{} of {}", it["exceptions"], it["population"]);
            let line = format!("  {name:6} {verdict:13} {counts:8} {}", text(&it["reason"]));
            res.push(line.trim_end().to_owned());
        }
    }
    let collected_at: DateTime<Utc> = text(&report["collected_at"]).parse().expect("a time");
    let written_for: DateTime<Utc> = WRITTEN_FOR.parse().expect("a time");
    moved_days(&res.join("\n"), written_for - collected_at)
}

#[test]
fn a_doubtful_roster_makes_the_report_partial_and_no_instance() {
    let home = Home::sample();
    let sound = home.read("roster.csv");
    let title = "Payroll, benefits and travel";
    home.write("roster.csv", &sound.replace(&format!("\"{title}\""), title));
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_cis();
    let pack = home.pack(&home.run(&["run"]).expect(3));
    let report = pack.report();
    let states = [&report["state"], &report["instances"][0]["state"]];
    assert_eq!(states, [&json!("partial"), &json!("complete")]);
    insta::assert_snapshot!(report["opinion"].as_str().expect("a text"), @"Collection of evidence: PARTIAL, because 1 evidence check found a problem. Users and groups: complete on the instance. The server's own count agrees for every list that comes with one. Problems were found by 1 evidence check: Roster that is out of date, incomplete or unexpectedly changed (EVD-09).");
    let told = report["rules"].as_array().expect("rules").iter();
    let told = told.filter(|it| it["code"] == "EVD-09").filter_map(|it| it["findings"].as_array());
    let told: Vec<_> = told.flatten().map(|it| it["sentence"].as_str()).collect();
    // How old the roster is depends on the time of day at which its days were moved.
    let after_days = |it: &str| it.splitn(3, "; ").nth(2).expect("three parts").to_owned();
    let told = told.into_iter().flatten().map(after_days);
    insta::assert_snapshot!(told.collect::<String>(), @"cells and rows that could not be read: 1, in 111 rows; there is no earlier roster to compare with; allowed: 7 days, and changes of 5 or 20 percent.");
    let all = "All 1 of 1 complete";
    assert!(pack.html_text().contains(all));
    assert!(pack.pdf_text().is_none_or(|it| it.contains(all)));
}

fn instances(report: &Value) -> impl Iterator<Item = &Value> {
    report["instances"].as_array().expect("instances").iter()
}

#[test]
fn nothing_but_failures_still_leaves_evidence() {
    let home = Home::sample();
    home.expect_token("eu", "another");
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure("[waivers]\npath = \"waivers.toml\"\n", "");
    let ran = home.run(&["run"]).expect(3);
    let pack = home.pack(&ran);
    let report = pack.report();
    assert_eq!(report["state"], "failed");
    assert_eq!(report["instances"][0]["accounts"], Value::Null);
    assert_eq!(report["totals"]["pass"], 0, "what was not seen does not pass");
    for it in ["accounts", "active", "disabled", "administrators", "groups", "memberships"] {
        assert_eq!(report["totals"][it]["known_on"], 0, "{it}");
    }
    let documents = [Some(pack.html_text()), pack.pdf_text(), pack.summary_text()];
    documents.iter().flatten().for_each(|it| nothing_is_counted(it));
    let reason = report["instances"][0]["gaps"][0]["reason"].as_str().expect("a reason");
    insta::assert_snapshot!(reason, @"the token is not accepted (401): it belongs to another instance, was not copied whole, or was revoked; compare its last four characters with the list under Settings > API (newer Retool: Settings > Retool API), and make a new one if it is not there");
    assert!(pack.html_text().contains("eu FAILED"));
}

/// Nothing is said to be zero of a population that was not seen.
fn nothing_is_counted(document: &str) {
    assert!(document.contains("unknown"));
    for it in ["0 accounts", "0 active", "0 disabled", "0 administrators", "All 0 of 1 complete 0"]
    {
        assert!(!document.contains(it), "{it}");
    }
}

#[test]
fn an_instance_that_is_down_makes_every_total_a_least_one() {
    let mut home = Home::sample();
    home.unset(&variable("legacy"));
    let server = home.serve();
    home.configure(&server, &["eu", "legacy"]);
    home.reconfigure("[waivers]\npath = \"waivers.toml\"\n", "");
    let pack = home.pack(&home.run(&["run"]).expect(3));
    let report = pack.report();
    let tally = |key: &str| report["totals"][key].to_string();
    insta::assert_snapshot!(["accounts", "memberships"].map(tally).join("\n"), @r#"
    {"at_least":37,"instances":2,"known_on":1}
    {"at_least":78,"instances":2,"known_on":1}
    "#);
    let why =
        report["instances"].as_array().expect("a list").iter().map(|it| it["why"].to_string());
    insta::assert_snapshot!(why.collect::<Vec<_>>().join("\n"), @r#"
    ""
    "Failed: users, groups (not asked)."
    "#);
    for it in [pack.pdf_text(), pack.summary_text()].iter().flatten() {
        assert!(it.contains("All 1 of 2 complete at least 37 at least 34"));
    }
    let html = pack.html_text();
    insta::assert_snapshot!(after(&html, "Accounts at least", 120), @"Accounts at least 37 34 active, 3 disabled, on 1 of 2 instances Administrators at least 3 active accounts of tier 0, on 1 of 2 instances");
    insta::assert_snapshot!(after(&html, "All 1 of 2 complete", 53), @"All 1 of 2 complete at least 37 at least 34 at least 3 at least 3 4 0 69");
}

/// What a document says from some words on.
fn after<'a>(document: &'a str, words: &str, n_more: usize) -> &'a str {
    let at = document.find(words).unwrap_or_else(|| panic!("no `{words}`"));
    let rest = &document[at..];
    rest.char_indices().nth(words.len() + n_more).map_or(rest, |(end, _)| &rest[..end])
}

#[test]
fn without_a_roster_nobody_is_called_known() {
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    home.reconfigure("[roster]\npath = \"roster.csv\"\n", "");
    let alias = "\"s.kjaer@kestrel-spedition.example\" = \"soren.kjaer@kestrel-freight.example\"\n";
    home.reconfigure(&format!("[roster.aliases]\n{alias}"), "");
    let pack = home.pack(&home.run(&["run", "--out", "out"]).expect(0));
    let report = pack.report();
    assert_eq!(report["roster"], Value::Null);
    for (rule, result) in
        sample_catalogue().rules().iter().zip(report["rules"].as_array().expect("rules"))
    {
        assert_eq!(result["code"], rule.code);
        let reads = rule.reads.contains(&Table::Roster);
        for it in result["instances"].as_array().expect("results").iter().filter(|_| reads) {
            assert_eq!(it["verdict"], "not-evaluable", "{} says {it}", rule.code);
        }
    }
    insta::assert_snapshot!("rosterless", story(&pack));
    assert!(!pack.dir.join("inputs/roster.csv").exists());
    assert!(pack.html_text().contains("The configuration names no roster."));
}

#[test]
fn a_snapshot_can_be_judged_later_and_offline() {
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    let ran = home.run(&["snapshot"]).expect(0);
    let [dir] = ran.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{}", ran.stdout) };
    drop(server);
    let judge = |out: &str| home.pack(&home.run(&["report", dir, "--out", out]).expect(0));
    let (one, other) = (judge("one"), judge("other"));
    let but_manifest = |it: &Pack| {
        let mut res = it.files();
        res.remove("manifest.json").expect("it is there");
        res
    };
    assert!(but_manifest(&one) == but_manifest(&other), "the same bytes");
    assert_eq!(one.report()["totals"]["exceptions"], 113);
    assert_eq!(home.run(&["report", dir, "--out", "one", "--fail-on", "high"]).code, 1);
    let again = home.run(&["report", &one.dir.to_string_lossy(), "--out", "third"]).expect(0);
    assert!(but_manifest(&home.pack(&again)) == but_manifest(&one), "a pack holds its snapshot");
}

#[test]
fn formats_that_nobody_wants_are_not_made() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure(
        r#"["csv", "html", "pdf", "json", "xlsx", "oscal", "parquet"]"#,
        r#"["json"]"#,
    );
    let files = home.pack(&home.run(&["run"]).expect(0)).files();
    let names: Vec<&String> = files.keys().filter(|it| !it.starts_with("snapshot/")).collect();
    let expected = [
        "README.txt",
        "SHA256SUMS",
        "inputs/approvals.csv",
        "inputs/baseline.csv",
        "inputs/logo.png",
        "inputs/retool-audit.toml",
        "inputs/roster.csv",
        "inputs/rules/approver-edits-apps.toml",
        "inputs/rules/oversized-group.toml",
        "inputs/rules/two-departments.toml",
        "inputs/waivers.toml",
        "manifest.json",
        "population.json",
        "record/accounts.jsonl.zst",
        "record/findings.jsonl.zst",
        "record/record.json",
        "record/removals.jsonl.zst",
        "record/reported.jsonl.zst",
        "report.json",
        "verify.py",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_04_who_collected_and_where_is_in_the_snapshot_and_in_the_report() {
    let mut home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.reconfigure("formats = [", "formats = [\"html\", ");
    home.set("USER", "somebody-else");
    home.set("GITHUB_RUN_ID", "18");
    home.set("GITHUB_SERVER_URL", "https://git.example");
    home.set("GITHUB_REPOSITORY", "acme/reviews");
    let pack = home.pack(&home.run(&["run"]));
    let report = pack.report();
    let account = std::process::Command::new("id").arg("-un").output().expect("it runs").stdout;
    let account = String::from_utf8_lossy(&account).trim().to_owned();
    let operator = &report["operator"];
    assert_eq!(operator["account"], json!(account), "the system says so, not a variable");
    assert_eq!(operator["job"]["url"], json!("https://git.example/acme/reviews/actions/runs/18"));
    assert_eq!(pack.json("snapshot/snapshot.json")["operator"], *operator);
    assert_eq!(pack.json("manifest.json")["rendered_by"], *operator);
    insta::assert_snapshot!(report["tokens_shown"][0].to_string(), @r#"{"instance":"cloud","label":"retool-audit","last4":"c202","owner":"svc-retool-audit@kestrel-freight.example","scopes":"users:read; groups:read; organizations:read; spaces:read; access_tokens:read; permissions:all:read; usage:organization; folders:write; apps:read; folders:read; resources:read; workflows:read"}"#);
    let told = pack.html_text();
    assert!(told.contains(&format!("under the account {account} on the machine")));
}

#[test]
fn templates_of_a_folder_make_the_report_and_lie_in_the_pack() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure("[output]", "[output]\ntemplates-dir = \"own\"");
    home.reconfigure(
        r#"["csv", "html", "pdf", "json", "xlsx", "oscal", "parquet"]"#,
        r#"["html"]"#,
    );
    home.run(&["templates", "export", "own"]).expect(0);
    let cover = "<h1>Access at {{ organization }}</h1>\n{{ oops";
    home.write("own/html/cover.html.tera", cover);
    let refused = home.run(&["run"]).expect(2);
    insta::assert_snapshot!(refused.complaint(&home), @"
    exit 2
    error: template `HOME/own/html/cover.html.tera` line 2: Unexpected end of input
    ");
    assert!(!home.path("evidence").exists(), "nothing was collected");
    home.write("own/html/cover.html.tera", cover.trim_end_matches("\n{{ oops"));
    let pack = home.pack(&home.run(&["run"]).expect(0));
    assert!(pack.text("report.html").contains("<h1>Access at Kestrel Freight (sample)</h1>"));
    let kept = pack.text("inputs/templates/html/cover.html.tera");
    assert!(kept.starts_with("<h1>Access"), "{kept}");
}

#[test]
fn c_01_an_instance_that_a_snapshot_lacks_is_failed_and_named() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    let ran = home.run(&["snapshot", "--out", "kept"]).expect(0);
    let kept = ran.stdout.trim().to_owned();
    home.configure(&server, &["eu", "legacy"]);
    home.without_documents();
    let ran = home.run(&["report", &kept]).expect(3);
    let report = home.pack(&ran).report();
    let states: Vec<_> = instances(&report).map(|it| (&it["name"], &it["state"])).collect();
    assert_eq!(states, [(&json!("eu"), &json!("complete")), (&json!("legacy"), &json!("failed"))]);
    let reason = &report["instances"][1]["gaps"][0]["reason"];
    assert_eq!(reason, "the snapshot was taken without this instance; collect again");
}
