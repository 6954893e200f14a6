//! The evidence of the sample company: whole, right, and the same on every day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

use serde_json::Value;

use crate::harness::{Home, Ran, WRITTEN_FOR, sample_catalogue};
use crate::pack::{Pack, sha256};

/// The demonstration on the day that the sample was written for.
pub(crate) struct Demo {
    home: Home,
    pub(crate) ran: Ran,
    pub(crate) pack: Pack,
}

/// One run of the demonstration for all tests.
pub(crate) fn demo() -> &'static Demo {
    static DEMO: LazyLock<Demo> =
        LazyLock::new(|| demo_in(Home::kept("demonstration"), WRITTEN_FOR));
    &DEMO
}

/// The company that `demo` shows unless it is asked for every rule.
pub(crate) fn company() -> &'static Demo {
    static COMPANY: LazyLock<Demo> = LazyLock::new(|| {
        let home = Home::kept("company");
        demo_with(home, &["demo", "--as-of", WRITTEN_FOR])
    });
    &COMPANY
}

fn demo_as_of(time: &str) -> Demo {
    demo_in(Home::empty(), time)
}

fn demo_in(home: Home, time: &str) -> Demo {
    demo_with(home, &["demo", "--every-rule", "--as-of", time, "--verbose"])
}

fn demo_with(home: Home, words: &[&str]) -> Demo {
    let ran = home.run(words).expect(0);
    Demo { pack: home.pack(&ran), home, ran }
}

#[test]
fn the_demonstration_leaves_a_pack_and_says_where() {
    let demo = demo();
    let [path] = demo.ran.stdout.lines().collect::<Vec<_>>()[..] else {
        panic!("standard output is for the path alone:\n{}", demo.ran.stdout)
    };
    let name = demo.pack.name();
    assert_eq!(path.replace('\\', "/"), format!("demo-evidence/2026-11/{name}"));
    let report_id = demo.pack.report()["report_id"].as_str().expect("a text").to_owned();
    assert_eq!(name, format!("20261102T060000Z-{}", &report_id[..8]));
    let left: Vec<_> =
        fs::read_dir(demo.pack.dir.parent().expect("a month")).expect("it").collect();
    assert_eq!(left.len(), 1, "the pack and nothing else: {left:?}");
    // What was taken from earlier packs lies under their names, which any wording changes.
    let nameless = |path: String| match path.split('/').collect::<Vec<_>>()[..] {
        ["history", _, _, ref below @ ..] => format!("history/[month]/[pack]/{}", below.join("/")),
        _ => path,
    };
    let files: BTreeSet<String> = demo.pack.files().into_keys().map(nameless).collect();
    insta::assert_snapshot!("layout", files.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Whoever answers for an instance on the first page answers for each of its findings.
#[test]
fn nobody_is_known_to_ask_only_where_no_instance_has_an_owner() {
    let report = demo().pack.report();
    let list = |it: &Value| it.as_array().expect("a list").clone();
    let owned = list(&report["instances"]);
    let owned = owned.iter().filter(|it| it["owner"] != "").map(|it| it["name"].clone());
    let owned: Vec<Value> = owned.collect();
    for it in list(&report["rules"]).iter().flat_map(|it| list(&it["findings"])) {
        assert_eq!(it["whom"] == "", !owned.contains(&it["instance"]), "{it}");
    }
}

/// What the configuration states, the documents say with its evidence.
#[test]
fn every_stated_setting_is_shown_with_its_evidence() {
    let pack = &demo().pack;
    let report = pack.report();
    let mut count = 0;
    for row in pack.rows("settings") {
        for stated in row["stated"].split("; ").filter(|it| !it.is_empty()) {
            let (setting, words) = stated.split_once(": ").expect("a setting");
            let posture = report["posture"].as_array().expect("a list").iter();
            let shown = posture.filter(|it| it["setting"] == setting);
            let mut shown = shown.flat_map(|it| it["instances"].as_array().expect("a list"));
            let shown = shown.find(|it| it["instance"] == *row["instance"]);
            let source = shown.unwrap_or_else(|| panic!("no {setting}"))["source"].as_str();
            let source = source.expect("a text");
            assert!(words.ends_with(source) && source.contains("configuration"), "{source}");
            count += 1;
        }
    }
    assert!(count > 1, "{count} settings");
}

/// The sample does not contradict itself, or its findings would show nothing else.
#[test]
fn no_disabled_account_of_the_sample_is_used_after_it_was_seen_disabled() {
    for it in demo().pack.rows("leavers") {
        let (off, used) = (&it["seen_disabled"], &it["last_active"]);
        let known = [off, used].iter().all(|it| it.starts_with("20"));
        assert!(it["active"] != "false" || !known || used <= off, "{it:?}");
    }
}

#[test]
fn the_terminal_shows_the_result() {
    let Demo { pack, ran, .. } = demo();
    let report_id = text(&pack.report()["report_id"]);
    let (shown, id) = (summary(&ran.stderr), &report_id[..8]);
    assert!(shown.contains(id), "{shown}");
    insta::assert_snapshot!("terminal", shown.replace(id, "[report]"));
}

/// What is said at the end; what comes before depends on which answer was faster.
fn summary(stderr: &str) -> &str {
    stderr.split_once("\n\n").map_or(stderr, |it| it.1)
}

#[test]
fn checksums_speak_of_every_file() {
    let pack = &demo().pack;
    let mut sums = BTreeMap::new();
    for line in pack.text("SHA256SUMS").lines() {
        let (sum, path) = line.split_once("  ").expect("a sum, two blanks, a path");
        assert!(sums.insert(path.to_owned(), sum.to_owned()).is_none(), "`{path}` twice");
    }
    let files = pack.files();
    let hashed = || files.iter().map(|(path, bytes)| (path.clone(), sha256(bytes)));
    let but = |names: &'static [&str]| hashed().filter(move |it| !names.contains(&&*it.0));
    assert_eq!(sums, but(&["SHA256SUMS", "manifest.json"]).collect());
    let manifest = pack.json("manifest.json");
    let listed = manifest["files"].as_array().expect("a list").iter().map(|it| {
        let path = text(&it["path"]);
        assert_eq!(it["bytes"].as_u64(), Some(files[&path].len() as u64), "{path}");
        (path, text(&it["sha256"]))
    });
    assert_eq!(listed.collect::<BTreeMap<_, _>>(), but(&["manifest.json"]).collect());
}

#[test]
fn every_rule_finds_whom_the_sample_was_made_for() {
    let report = demo().pack.report();
    insta::assert_snapshot!("findings", findings(&report));
    let rules = report["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), sample_catalogue().rules().len());
    for rule in rules {
        let code = &rule["code"];
        // AUT-05 asks for what the API hides, and has no exceptions.
        let found = if code == "AUT-05" { "undetermined" } else { "exceptions" };
        let found = rule[found].as_u64().max(rule["waived"].as_u64());
        assert!(found > Some(0), "{code} finds nothing");
        if ["EVD-09", "EVD-11", "GOV-06", "GOV-09"].iter().any(|it| code == it) {
            // They look at the roster, at the configuration and at reviewers, one for all instances.
            assert_eq!(rule["instances"][0]["instance"], "all");
            continue;
        }
        let eu = rule["instances"].as_array().expect("results").iter();
        let eu = eu.filter(|it| it["instance"] == "eu").collect::<Vec<_>>();
        let [eu] = eu[..] else { panic!("{code} says not one thing about eu") };
        assert_eq!((&eu["verdict"], &eu["exceptions"]), (&"pass".into(), &0.into()), "{code}");
        assert_eq!(eu["undetermined"], 0, "{code}");
    }
    assert!(!findings(&report).contains(" eu "));
}

/// Every finding on a line, by rule.
fn findings(report: &Value) -> String {
    let mut res = Vec::new();
    for rule in report["rules"].as_array().expect("rules") {
        let (code, verdict) = (text(&rule["code"]), text(&rule["verdict"]));
        let [exceptions, waived, undetermined, population] =
            ["exceptions", "waived", "undetermined", "population"].map(|it| &rule[it]);
        let waived = if waived == 0 { String::new() } else { format!(", {waived} waived") };
        let counts =
            format!("{exceptions}{waived} and {undetermined} undetermined of {population}");
        res.push(format!("{code} {verdict}: {counts}"));
        for it in rule["instances"].as_array().expect("results") {
            let (instance, verdict) = (text(&it["instance"]), text(&it["verdict"]));
            if !["pass", "fail", "not-applicable"].contains(&&*verdict) {
                res.push(format!("  {instance:6} {}", verdict.replace('-', " ")));
            }
        }
        for it in rule["findings"].as_array().expect("findings") {
            let [instance, verdict, severity] =
                ["instance", "verdict", "severity"].map(|key| text(&it[key]));
            let [id, subject_id, subject] =
                ["finding_id", "subject_id", "subject"].map(|key| text(&it[key]));
            let what = format!("{instance:6} {verdict:12} {severity:8} {id}");
            res.push(format!("  {what} {subject_id:37} {subject}"));
        }
    }
    res.join("\n")
}

#[test]
fn the_document_asks_nobody_for_anything() {
    let demo = demo();
    let html = demo.pack.text("report.html");
    assert!(html.contains("content=\"default-src 'none'; style-src 'sha256-"));
    for it in ["<link", "<iframe", "@import", "javascript:"] {
        assert!(!html.contains(it), "report.html holds {it:?}");
    }
    assert_eq!(html.matches("<script").count(), 1, "one script, which the policy names");
    for it in html.split("url(").skip(1) {
        assert!(it.starts_with("data:font/woff2;") || it.starts_with('#'), "{it:.40}");
    }
    let values = |attribute: &'static str| {
        let rest = html.split(attribute).skip(1);
        rest.map(|it| it.split_once('"').expect("its end").0)
    };
    let pictures: Vec<&str> = values(" src=\"").collect();
    assert!(matches!(pictures[..], [it] if it.starts_with("data:image/png;")), "the logo alone");
    let places: BTreeSet<&str> = values(" id=\"").collect();
    assert_eq!(places.len(), values(" id=\"").count(), "every place has a name of its own");
    let files = demo.pack.files();
    for target in values(" href=\"") {
        let inside = target.strip_prefix('#').is_some_and(|it| places.contains(it));
        assert!(inside || files.contains_key(target), "report.html links to {target:?}");
    }
}

#[test]
fn another_day_tells_the_same_story() {
    let (one, other) = (demo(), demo_as_of("2027-03-15T11:30:00Z"));
    assert!(other.pack.name().starts_with("20270315T113000Z-"));
    let lasting = |it: &Pack| {
        let all = findings(&it.report());
        // Months and reviews have the names of the day.
        let lines = all.lines().filter(|it| !it.trim_end().ends_with(|it: char| it.is_numeric()));
        let lines = lines.filter(|it| ![" 2026-", " 2027-"].iter().any(|year| it.contains(year)));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lasting(&one.pack), lasting(&other.pack));
    for (table, age) in [("users", "days_inactive"), ("tokens", "days_since_created")] {
        let ages = |it: &Pack| column(it, table, age);
        assert_eq!(ages(&one.pack), ages(&other.pack), "{table}.{age}");
        assert!(ages(&one.pack).len() > 2, "{table}.{age} has something to compare");
    }
    assert_eq!(numbers(&one.pack.report()), numbers(&other.pack.report()));
    // The days move with the sample.
    let steady = |stderr: &str| {
        let lines = summary(stderr).lines().filter(|it| {
            !["first ", "compared ", "Open: "].iter().any(|head| it.starts_with(head))
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        steady(&one.ran.stderr).replace("November 2026", "March 2027"),
        steady(&other.ran.stderr)
    );
}

/// The numbers that findings rest on, but hours: days in the roster move by whole days. Months,
/// which EVD-08 is about, have the names of the day.
fn numbers(report: &Value) -> BTreeSet<(String, String, String)> {
    let mut res = BTreeSet::new();
    let rules = report["rules"].as_array().expect("rules").iter();
    // Months and reviews have the names of the day.
    for rule in rules.filter(|it| {
        !["EVD-08", "GOV-01", "GOV-05", "GOV-06", "GOV-09"].contains(&&*text(&it["code"]))
    }) {
        for finding in rule["findings"].as_array().expect("findings") {
            for fact in finding["facts"].as_array().expect("facts") {
                let (name, value) = (text(&fact["name"]), text(&fact["value"]));
                if value.parse::<i64>().is_ok() && !name.starts_with("hours") {
                    res.insert((text(&finding["finding_id"]), name, value));
                }
            }
        }
    }
    assert!(res.len() > 20, "there are numbers to compare");
    res
}

#[test]
fn the_same_inputs_make_the_same_bytes() {
    let demo = demo();
    let again = demo_as_of(WRITTEN_FOR);
    assert_eq!(demo.pack.name(), again.pack.name());
    assert_same_but_manifest(&demo.pack, &again.pack);
}

fn assert_same_but_manifest(one: &Pack, other: &Pack) {
    let (one, other) = (one.files(), other.files());
    assert!(one.keys().eq(other.keys()), "the same files");
    let differing = one.iter().filter(|(path, bytes)| other[*path] != **bytes);
    let differing: BTreeSet<_> = differing.map(|it| it.0.as_str()).collect();
    assert!(differing.iter().all(|it| *it == "manifest.json"), "{differing:?}");
}

#[test]
fn a_stored_snapshot_gives_the_pack_again() {
    let demo = demo();
    let pack = demo.pack.dir.to_string_lossy().into_owned();
    let home = Home::empty();
    for (path, bytes) in demo.pack.files() {
        // Reviews lie in the output folder, and what else was written beside the configuration.
        let review = path.strip_prefix("inputs/review/");
        let to = review.map_or_else(|| path.clone(), |it| format!("inputs/evidence/review/{it}"));
        if to.starts_with("inputs/") {
            home.write_bytes(&to, &bytes);
        }
    }
    let config = home.path("inputs/retool-audit.toml").to_string_lossy().into_owned();
    let earlier = demo.home.path("demo-evidence/earlier/20261102T060000Z");
    let earlier = earlier.to_string_lossy();
    let report = |from: &str, out: &str| {
        let arguments = ["report", from, "--config", &config, "--out", out];
        home.pack(&home.run(&[&arguments[..], &["--previous", &earlier]].concat()).expect(3))
    };
    let (one, other) = (report(&pack, "one"), report(&format!("{pack}/snapshot"), "other"));
    assert_eq!(one.name(), demo.pack.name());
    assert_same_but_manifest(&one, &demo.pack);
    assert_same_but_manifest(&one, &other);
}

#[test]
fn a_pack_is_never_overwritten() {
    let demo = demo();
    let pack = demo.pack.dir.to_string_lossy().into_owned();
    let home = Home::empty();
    for (path, bytes) in demo.pack.files() {
        // Reviews lie in the output folder, and what else was written beside the configuration.
        let review = path.strip_prefix("inputs/review/");
        let to = review.map_or_else(|| path.clone(), |it| format!("inputs/evidence/review/{it}"));
        if to.starts_with("inputs/") {
            home.write_bytes(&to, &bytes);
        }
    }
    let config = home.path("inputs/retool-audit.toml").to_string_lossy().into_owned();
    let arguments = ["report", &pack, "--config", &config, "--out", "out"];
    let first = home.run(&arguments).expect(3);
    let before = home.pack(&first).files();
    let second = home.run(&arguments).expect(3);
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(before, home.pack(&second).files(), "not even the manifest is written again");

    let csv = home.pack(&first).dir.join("csv/users.csv");
    let users = fs::read_to_string(&csv).expect("it is there");
    fs::write(&csv, users.replace(",true,", ",false,")).expect("room");
    let refused = home.run(&arguments).expect(4);
    assert_eq!(refused.stdout, "");
    let name = demo.pack.name();
    insta::assert_snapshot!(refused.complaint(&home).replace(&name, "PACK"), @"
    exit 4
    error: `out/2026-11/TIME-HASH` exists and differs in csv/users.csv
      help: evidence is never overwritten; choose another folder with `--out DIR`
    ");
    assert_ne!(fs::read_to_string(&csv).expect("it is there"), users, "it is left as it was found");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("`{value}` is no text")).to_owned()
}

fn column(pack: &Pack, table: &str, column: &str) -> Vec<String> {
    pack.rows(table).iter().map(|it| it[column].clone()).collect()
}

#[test]
fn findings_keep_their_ids_when_people_and_groups_are_renamed() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    let findings = |out: &str| {
        let pack = home.pack(&home.run(&["run", "--out", out]).expect(3));
        let rows = pack.rows("findings").into_iter();
        let key = |it: &str, row: &crate::pack::Row| row[it].clone();
        rows.map(|it| {
            let of = |name| key(name, &it);
            ((of("rule_code"), of("subject_id")), (of("finding_id"), of("subject")))
        })
        .collect::<BTreeMap<_, _>>()
    };
    let before = findings("before");
    drop(server);
    for (list, field) in [("users", "last_name"), ("groups", "name")] {
        home.edit("cloud", list, |it| {
            for it in it.as_array_mut().expect("a list") {
                let name = it[field].as_str().unwrap_or_default();
                if !["admin", "All Users", "External Users"].contains(&name) {
                    it[field] = format!("{name} (renamed)").into();
                }
            }
        });
    }
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    let after = findings("after");
    let mut n_renamed = 0;
    for (key, (id, subject)) in &before {
        if let Some((new_id, new_subject)) = after.get(key) {
            assert_eq!(id, new_id, "{key:?}");
            n_renamed += usize::from(subject != new_subject);
        }
    }
    assert!(n_renamed > 0, "there are findings about what was renamed");
}

#[test]
fn every_rule_that_fails_says_its_findings_in_sentences_of_their_own() {
    let report = demo().pack.report();
    let mut said = Vec::new();
    for rule in report["rules"].as_array().expect("rules") {
        let findings = rule["findings"].as_array().expect("findings").iter();
        let sentences = findings.filter(|it| it["verdict"] == "exception").map(|it| {
            let text = it["sentence"].as_str().expect("a sentence");
            (shape(text), format!("{} {text}", rule["code"].as_str().expect("a code")))
        });
        // Of sentences that differ in names and numbers alone, the first.
        let mut shapes = BTreeSet::new();
        said.extend(sentences.filter(|it| shapes.insert(it.0.clone())).map(|it| it.1).take(3));
    }
    insta::assert_snapshot!("sentences", said.join("\n"));
}

/// A sentence without its names and numbers.
fn shape(sentence: &str) -> String {
    let is_plain = |it: &&str| it.chars().all(|it| it.is_ascii_lowercase() || ",;:.".contains(it));
    sentence.split(' ').filter(is_plain).collect::<Vec<_>>().join(" ")
}
