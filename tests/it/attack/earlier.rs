//! Earlier packs that were altered, wrong clocks, numbers at their limits, usage of unknown
//! accounts.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use retool_audit::checksums;
use retool_audit::snapshot::store;
use serde_json::{Value, json};

use crate::harness::{Home, Ran};
use crate::months::{Company, GHOST, ROOT, block};
use crate::pack::Pack;

/// A company with packs of September and October, and the snapshot of November.
struct History {
    company: Company,
    packs: [PathBuf; 2],
    now: String,
}

impl History {
    fn new(formats: &str) -> Self {
        let company = Company::new(&["prod"]);
        company.home.reconfigure("[\"csv\", \"json\"]", formats);
        company.answers("prod", &[ROOT, GHOST]);
        let packs = ["2025-09-02T06:00:00Z", "2025-10-02T06:00:00Z"].map(|at| {
            let snapshot = company.trial(at);
            company.home.pack(&company.home.run(&["report", &snapshot])).dir
        });
        let now = company.trial("2025-11-02T06:00:00Z");
        Self { company, packs, now }
    }

    /// Reports November into a folder of its own, with the packs as they are.
    fn report(&self) -> (Ran, Pack) {
        let out = self.company.home.path("out");
        fs::remove_dir_all(&out).ok();
        let arguments = ["report", &self.now, "--out", "out", "--previous", "evidence"];
        let ran = self.company.home.run(&arguments);
        let pack = self.company.home.pack(&ran);
        (ran, pack)
    }

    /// What November says of the time before.
    fn told(&self) -> Told {
        Told::of(&self.report().1)
    }
}

/// What a pack says of the time before it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    /// The sentences of the first page about earlier packs.
    opinion: String,
    /// Packs that are not used, and files that are not read.
    unused: Vec<String>,
    strange: Vec<String>,
    compared_with: String,
    /// The months and what came of them.
    months: Vec<String>,
    /// Months whose numbers are known.
    trend: Vec<String>,
    /// The state and the first day of what was found on the ghost.
    ghost: String,
    missed: usize,
}

impl Told {
    fn of(pack: &Pack) -> Self {
        let report = pack.report();
        let comparison = &report["comparison"];
        let opinion = text(&report["opinion"]);
        let about = ["Earlier evidence", "Files lie"].map(|it| opinion.find(it));
        let from = about.iter().flatten().min().copied().unwrap_or(opinion.len());
        let findings = |code: &str| {
            let rules = report["rules"].as_array().expect("rules").clone();
            let rule = rules.into_iter().find(|it| it["code"] == code).expect("the rule");
            rule["findings"].as_array().expect("findings").clone()
        };
        let ghost = findings("USR-04").iter().find_map(|it| {
            let of_ghost = text(&it["subject"]).starts_with("ghost");
            of_ghost.then(|| format!("{} {}", text(&it["state"]), text(&it["first_seen"])))
        });
        let series = &report["trend"]["series"][0]["values"];
        let known = series.as_array().expect("values").iter().map(|it| !it.is_null());
        let periods = report["trend"]["periods"].as_array().expect("periods").iter().map(text);
        let missed = findings("EVD-08");
        let missed = missed.iter().filter(|it| it["verdict"] == "exception");
        let row = |it: &crate::pack::Row| {
            let words = ["period", "state", "lacking"].map(|key| it[key].as_str());
            words.join(" ").trim_end().to_owned()
        };
        Self {
            opinion: opinion[from..].to_owned(),
            unused: parameters(&comparison["unreadable"]),
            strange: parameters(&comparison["strange"]),
            compared_with: text(&comparison["instances"][0]["collected_at"]),
            months: if pack.dir.join("csv").is_dir() {
                pack.rows("coverage").iter().map(row).collect()
            } else {
                Vec::new()
            },
            trend: periods.zip(known).filter(|it| it.1).map(|it| it.0).collect(),
            ghost: ghost.unwrap_or_default(),
            missed: missed.count(),
        }
    }

    fn picture(&self, home: &Home) -> String {
        let mut res = String::new();
        let Self { opinion, compared_with, ghost, missed, .. } = self;
        writeln!(res, "first page: {opinion}").expect("text grows");
        for (what, list) in [
            ("unused", &self.unused),
            ("strange", &self.strange),
            ("month", &self.months),
            ("trend", &self.trend),
        ] {
            for it in list {
                writeln!(res, "{what}: {it}").expect("text grows");
            }
        }
        write!(res, "compared with {compared_with}; ghost {ghost}; {missed} missed")
            .expect("text grows");
        home.steady(&res)
    }
}

fn text(it: &Value) -> String {
    it.as_str().expect("a text").to_owned()
}

fn parameters(of: &Value) -> Vec<String> {
    let all = of.as_array().expect("a list").iter();
    all.map(|it| format!("{}: {}", text(&it["name"]), text(&it["value"]))).collect()
}

/// Every file below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut res = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { res.extend(files(&path)) } else { res.push(path) }
    }
    res.sort();
    res
}

/// A pack of what another one holds, as if it had been collected at another time.
fn plant(history: &History, below: &str, at: &str) {
    let at: DateTime<Utc> = at.parse().expect("a time");
    let (mut snapshot, _) = store::read(&history.packs[1].join("snapshot")).expect("a snapshot");
    (snapshot.collected_at, snapshot.finished_at) = (at, at);
    for row in snapshot.instances.iter_mut().flat_map(|it| &mut it.ledger) {
        (row.first_request_at, row.last_request_at) = (at, at);
    }
    let dir = history.company.home.path("evidence").join(below);
    fs::create_dir_all(&dir).expect("room");
    let hashes = store::write(&snapshot, &dir.join("snapshot")).expect("room");
    checksums::seal(&dir, &hashes.id, "2025-10-02T06:00:00Z").expect("room");
}

/// Whatever is done to any file of the newest earlier pack, the pack is named and nothing rests on
/// it: everything is as if the pack had never been made, but for the word about it.
#[test]
fn a_pack_of_which_any_file_was_changed_is_named_and_not_used() {
    let history = History::new("[\"json\"]");
    let whole = history.told();
    assert_eq!(whole.compared_with, "2025-10-02T06:00:00Z");
    assert_eq!(whole.ghost, "persisting 2025-09-02T06:00:00Z");
    let (older, newer) = (&history.packs[0], &history.packs[1]);
    let hidden = history.company.home.path("hidden");
    fs::rename(newer, &hidden).expect("room");
    let without = history.told();
    assert_eq!(without.compared_with, "2025-09-02T06:00:00Z");
    fs::rename(&hidden, newer).expect("room");

    for path in files(newer) {
        let bytes = fs::read(&path).expect("a file");
        let below = path.strip_prefix(newer).expect("below it");
        let other = fs::read(older.join(below)).ok();
        let mut flipped = bytes.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        // Nothing rests on an earlier pack's report and on what it took itself: of those files, the
        // lengths alone are compared.
        let read = ["record", "snapshot", "inputs", "SHA256SUMS", "manifest.json"];
        let is_read = read.iter().any(|it| below.starts_with(it));
        for (deed, now) in [("gone", None), ("flipped", Some(flipped)), ("swapped", other)] {
            let is_nothing = now.as_ref() == Some(&bytes) || deed == "swapped" && now.is_none();
            if is_nothing || (!is_read && deed != "gone") {
                continue;
            }
            match &now {
                Some(now) => fs::write(&path, now).expect("room"),
                None => fs::remove_file(&path).expect("it is there"),
            }
            let told = history.told();
            let case = format!("{} {deed}: {told:#?}", below.display());
            let name = newer.file_name().expect("a name").to_string_lossy().into_owned();
            assert!(told.opinion.contains(&name), "{case}");
            assert!(told.unused.len() == 1 && told.unused[0].contains(&name), "{case}");
            let as_without = Told { opinion: String::new(), unused: Vec::new(), ..told };
            let without = Told { opinion: String::new(), unused: Vec::new(), ..without.clone() };
            assert_eq!(as_without, without, "{case}");
            fs::write(&path, &bytes).expect("room");
        }
    }
    assert_eq!(history.told(), whole);
}

#[test]
fn a_month_whose_lists_are_gone_is_not_covered() {
    let history = History::new("[\"csv\", \"json\", \"html\"]");
    for path in files(&history.packs[1].join("snapshot/prod")) {
        fs::remove_file(path).expect("it is there");
    }
    let (ran, pack) = history.report();
    insta::assert_snapshot!(Told::of(&pack).picture(&history.company.home), @"
    first page: Earlier evidence is not used: 2025-10/TIME-HASH (cannot read `snapshot/prod/access-tokens.jsonl.zst`: it is missing). The lists come from files, not from Retool itself.
    unused: 2025-10/TIME-HASH: cannot read `snapshot/prod/access-tokens.jsonl.zst`: it is missing
    month: 2025-09 complete
    month: 2025-10 missing 2025-10/TIME-HASH is not used: cannot read `snapshot/prod/access-tokens.jsonl.zst`: it is missing
    month: 2025-11 complete
    trend: 2025-09
    trend: 2025-11
    compared with 2025-09-02T06:00:00Z; ghost persisting 2025-09-02T06:00:00Z; 2 missed
    ");
    let sentence = "Earlier evidence is not used: 2025-10/";
    assert!(ran.stderr.contains(sentence), "{}", ran.stderr);
    assert!(pack.html_text().contains(sentence));
    // Of documents, which the program does not read again, the presence and the length are
    // compared.
    fs::remove_file(history.packs[0].join("csv/users.csv")).expect("it is there");
    assert_eq!(history.told().months, ["2025-11 complete"]);
}

#[test]
fn what_was_planted_beside_the_lists_of_a_pack_is_named_and_not_read() {
    let history = History::new("[\"csv\"]");
    let whole = History::new("[\"csv\", \"json\"]");
    // A report that the pack never had, and a list that its snapshot does not know.
    let foreign = fs::read(whole.packs[1].join("report.json")).expect("it has one");
    fs::write(history.packs[1].join("report.json"), foreign).expect("room");
    fs::write(history.packs[1].join("snapshot/prod/roles.jsonl.zst"), "x").expect("room");
    history.company.home.reconfigure("[\"csv\"]", "[\"csv\", \"json\"]");
    insta::assert_snapshot!(history.told().picture(&history.company.home), @"
    first page: Files lie in earlier packs that no list of them names: 2025-10/TIME-HASH (`report.json`, `snapshot/prod/roles.jsonl.zst`). The lists come from files, not from Retool itself.
    strange: 2025-10/TIME-HASH: `report.json`, `snapshot/prod/roles.jsonl.zst`
    month: 2025-09 complete
    month: 2025-10 complete
    month: 2025-11 complete
    trend: 2025-09
    trend: 2025-10
    trend: 2025-11
    compared with 2025-10-02T06:00:00Z; ghost persisting 2025-09-02T06:00:00Z; 0 missed
    ");
}

#[test]
fn a_pack_that_was_chosen_is_verified_too() {
    let history = History::new("[\"json\"]");
    let home = &history.company.home;
    let pack = history.packs[1].to_string_lossy().into_owned();
    let arguments = ["report", &history.now, "--out", "out", "--previous", &pack];
    home.run(&arguments).expect(0);
    fs::remove_file(history.packs[1].join("manifest.json")).expect("it is there");
    insta::assert_snapshot!(home.run(&arguments).complaint(home), @"
    exit 4
    error: `HOME/evidence/2025-10/TIME-HASH` holds no snapshot that was collected before this one: cannot read `manifest.json`: it is missing
      help: name an earlier snapshot, a pack, or a folder of them
    ");
}

#[test]
fn a_clock_that_was_wrong_costs_nothing_later() {
    let history = History::new("[\"csv\", \"json\"]");
    let honest = history.told();
    plant(&history, "1970-01/wrong", "1970-01-01T00:00:10Z");
    plant(&history, "0001-01/wrong", "0001-01-01T00:00:00Z");
    plant(&history, "2999-01/wrong", "2999-01-01T00:00:00Z");
    let told = history.told();
    insta::assert_snapshot!(told.picture(&history.company.home), @"
    first page: Earlier evidence is not used: 0001-01/wrong (it says that it was collected at 0001-01-01T00:00:00Z, before there was Retool); 1970-01/wrong (it says that it was collected at 1970-01-01T00:00:10Z, before there was Retool); 2999-01/wrong (it says that it was collected at 2999-01-01T00:00:00Z, later than now). The lists come from files, not from Retool itself.
    unused: 0001-01/wrong: it says that it was collected at 0001-01-01T00:00:00Z, before there was Retool
    unused: 1970-01/wrong: it says that it was collected at 1970-01-01T00:00:10Z, before there was Retool
    unused: 2999-01/wrong: it says that it was collected at 2999-01-01T00:00:00Z, later than now
    month: 2025-09 complete
    month: 2025-10 complete
    month: 2025-11 complete
    trend: 2025-09
    trend: 2025-10
    trend: 2025-11
    compared with 2025-10-02T06:00:00Z; ghost persisting 2025-09-02T06:00:00Z; 0 missed
    ");
    assert_eq!((told.missed, &told.months), (honest.missed, &honest.months));
    for at in ["-262143-01-01T00:00:00Z", "+262142-12-31T23:59:59Z"] {
        plant(&history, &format!("far/{}", &at[1..7]), at);
    }
    assert_eq!(history.told().months, honest.months);
}

#[test]
fn months_are_counted_over_two_years_and_what_lies_before_is_said_once() {
    let history = History::new("[\"csv\", \"json\"]");
    plant(&history, "2020-03/old", "2020-03-02T06:00:00Z");
    plant(&history, "2020-04/old", "2020-04-02T06:00:00Z");
    let (_, pack) = history.report();
    let told = Told::of(&pack);
    let limits = pack.report()["limits"].as_array().expect("limits").clone();
    let of_time: Vec<String> =
        limits.iter().map(text).filter(|it| it.contains("collected before")).collect();
    assert_eq!(told.missed, 21, "{told:#?}");
    assert_eq!((told.months.len(), &*told.months[0]), (24, "2023-12 missing"));
    insta::assert_snapshot!(of_time.join("\n"), @"2 earlier snapshots were collected before 2023-12 and not used: ages, months and numbers look back over 24 months.");
    // What lies before was not what was sealed: it shows nothing.
    for month in ["2020-03", "2020-04"] {
        fs::remove_file(history.company.home.path("evidence").join(month).join("old/SHA256SUMS"))
            .expect("it is there");
    }
    assert_eq!(history.told().missed, 0);
}

#[test]
fn an_import_takes_only_times_that_reports_use() {
    let company = Company::new(&["prod"]);
    company.answers("prod", &[ROOT]);
    let times = [
        "0001-01-01T00:00:00Z",
        "1899-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2999-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ];
    let lines = times.map(|at| {
        let ran = company.home.run(&["import", "answers", "--collected-at", at]);
        format!("{at}: {}", ran.complaint(&company.home))
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    0001-01-01T00:00:00Z: exit 2
    error: `--collected-at` is 0001-01-01T00:00:00Z, before there was Retool
      help: it says when the files were taken; no report uses them otherwise
    1899-01-01T00:00:00Z: exit 2
    error: `--collected-at` is 1899-01-01T00:00:00Z, before there was Retool
      help: it says when the files were taken; no report uses them otherwise
    1970-01-01T00:00:00Z: exit 2
    error: `--collected-at` is 1970-01-01T00:00:00Z, before there was Retool
      help: it says when the files were taken; no report uses them otherwise
    2016-12-31T23:59:60Z: exit 2
    error: `--collected-at` is 2016-12-31T23:59:60Z, before there was Retool
      help: it says when the files were taken; no report uses them otherwise
    2999-01-01T00:00:00Z: exit 2
    error: `--collected-at` is 2999-01-01T00:00:00Z, later than now
      help: it says when the files were taken; no report uses them otherwise
    9999-12-31T23:59:59Z: exit 2
    error: `--collected-at` is 9999-12-31T23:59:59Z, later than now
      help: it says when the files were taken; no report uses them otherwise
    ");
    let first = company.trial("2017-01-01T00:00:00Z");
    let ran = company.home.run(&["report", &first]);
    assert_eq!(company.home.pack(&ran).report()["period"], "2017-01");
}

/// The keys of the configuration that hold numbers, each with its bounds; rules have theirs beside.
const NUMBERS: &[(&str, &str, i64, i64)] = &[
    ("collection", "concurrency", 1, 64),
    ("collection", "deadline-minutes", 1, 1_440),
    ("collection", "answer-seconds", 1, 3_600),
    ("collection", "page-limit-mib", 1, 4_095),
    ("collection", "retries", 0, 10_000),
    ("remediation", "critical", 0, 3_650),
    ("remediation", "high", 0, 3_650),
    ("remediation", "medium", 0, 3_650),
    ("remediation", "low", 0, 3_650),
    ("remediation", "info", 0, 3_650),
    ("output", "pdf-rows", 0, 10_000_000),
    ("instance", "requests-per-minute", 0, 1_000_000),
    ("instance.seats", "builder", 0, 100_000_000),
    ("instance.seats", "internal", 0, 100_000_000),
    ("instance.seats", "external", 0, 100_000_000),
];

/// A configuration in which every number is what `value` makes of its key and its bounds.
fn with_numbers(
    company: &Company,
    rules: &[(String, String)],
    value: impl Fn(&str, (i64, i64)) -> i64,
) {
    let mut text = "organization = { name = \"Acme\", domains = [\"acme.test\"] }\n\
                    roster.path = \"roster.csv\"\noutput.formats = [\"csv\", \"json\"]\n"
        .to_owned();
    let mut add = |line: String| text += &(line + "\n");
    for (section, key, least, most) in NUMBERS.iter().filter(|it| !it.0.starts_with("instance")) {
        add(format!("{section}.{key} = {}", value(key, (*least, *most))));
    }
    for (rule, key) in rules {
        let most = match key.rsplit('-').next() {
            Some("days") => 36_500,
            Some("hours") => 876_000,
            Some("percent") => 10_000,
            _ => 1_000_000_000,
        };
        add(format!("rules.{rule}.{key} = {}", value(key, (0, most))));
    }
    add("[[instance]]\nname = \"prod\"\nurl = \"https://prod.acme.test\"\n\
         token-env = \"T\""
        .into());
    for (section, key, least, most) in NUMBERS.iter().filter(|it| it.0.starts_with("instance")) {
        let key = if *section == "instance" { (*key).to_owned() } else { format!("seats.{key}") };
        add(format!("{key} = {}", value(&key, (*least, *most))));
    }
    company.home.write("retool-audit.toml", &text);
}

#[test]
fn every_number_of_the_configuration_has_bounds_that_every_report_holds() {
    let company = Company::new(&["prod"]);
    company.answers("prod", &[ROOT, GHOST]);
    let listed = company.home.run(&["rules", "--format", "json"]).expect(0);
    let listed: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let mut rules = Vec::new();
    for rule in listed["rules"].as_array().expect("rules") {
        for it in rule["parameters"].as_array().expect("parameters") {
            let value = it["value"].to_string();
            if value.trim_matches('"').parse::<i64>().is_ok() {
                rules.push((text(&rule["name"]), text(&it["key"])));
            }
        }
    }
    assert!(rules.len() > 30, "{rules:?}");
    let months = ["2025-10-02T06:00:00Z", "2025-11-02T06:00:00Z"].map(|at| company.trial(at));
    for at_least in [true, false] {
        with_numbers(&company, &rules, |_, (least, most)| if at_least { least } else { most });
        for month in &months {
            let ran = company.home.run(&["report", month, "--out", "numbers"]);
            assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
        }
        fs::remove_dir_all(company.home.path("numbers")).expect("it is there");
    }
    let beyond: [&dyn Fn((i64, i64)) -> i64; 5] =
        [&|it| it.1 + 1, &|it| it.0 - 1, &|_| u32::MAX.into(), &|_| i64::MAX, &|_| i64::MIN];
    for value in beyond {
        with_numbers(&company, &rules, |_, bounds| value(bounds));
        let ran = company.home.run(&["report", &months[0]]).expect(2);
        for (rule, key) in &rules {
            assert!(
                ran.stderr.contains(&format!("rules.{rule}.{key} must")),
                "{key}: {}",
                ran.stderr
            );
        }
        for (section, key, ..) in NUMBERS {
            let place = match section.split_once("instance") {
                Some((_, "")) => format!("instance `prod`: {key} must"),
                Some((_, below)) => format!("instance `prod`: {}.{key} must", &below[1..]),
                None => format!("{section}.{key} must"),
            };
            assert!(ran.stderr.contains(&place), "{place}: {}", ran.stderr);
        }
    }
}

#[test]
fn usage_that_cannot_be_tied_makes_nobody_idle_and_is_counted() {
    let told = |organization: &str, of: &str| {
        let company = Company::new(&["prod"]);
        company.answers("prod", &[ROOT, GHOST]);
        company.configure(&block("prod", ""));
        let settings = json!({"success": true, "data": {"id": organization}});
        company.home.write("answers/prod/organization.json", &settings.to_string());
        let row = |name: &str| {
            json!({"org_id": of, "user_id": format!("user_{name}"),
                "email": format!("{name}@acme.test"),
                   "count_app_views": 90, "count_app_saves": 50, "count_unique_apps": 5})
        };
        let rows = json!({"success": true, "data": [row("root")], "has_more": false,
                          "next_token": null, "total_count": 1});
        company.home.write("answers/prod/usage-user-summary.json", &rows.to_string());
        let snapshot = company.trial("2025-11-02T06:00:00Z");
        let pack = company.home.pack(&company.home.run(&["report", &snapshot]));
        let mut res = format!("organization {organization}, usage of {of}\n");
        for it in pack.rows("usage") {
            let words = ["email", "app_views", "app_saves"].map(|key| it[key].as_str());
            writeln!(res, "  {}", words.join(" ")).expect("text grows");
        }
        let limits = pack.report()["limits"].as_array().expect("limits").clone();
        for it in limits.iter().map(text).filter(|it| it.starts_with("Usage of")) {
            writeln!(res, "  {it}").expect("text grows");
        }
        res
    };
    let cases = [("org_1", "org_1"), ("org_1", "1"), ("1", "org_1"), ("org_1", "org_2")];
    insta::assert_snapshot!(cases.map(|(own, of)| told(own, of)).join(""), @"
    organization org_1, usage of org_1
      ghost@acme.test 0 0
      root@acme.test 90 50
    organization org_1, usage of 1
      ghost@acme.test unknown unknown
      root@acme.test unknown unknown
      Usage of `prod`: 1 of 1 rows could not be tied to the organization of the instance or to an account of its list, because their ids are others or of another kind. No account there is known to have been idle: what rests on usage is undetermined.
    organization 1, usage of org_1
      ghost@acme.test unknown unknown
      root@acme.test unknown unknown
      Usage of `prod`: 1 of 1 rows could not be tied to the organization of the instance or to an account of its list, because their ids are others or of another kind. No account there is known to have been idle: what rests on usage is undetermined.
    organization org_1, usage of org_2
      ghost@acme.test unknown unknown
      root@acme.test unknown unknown
      Usage of `prod`: 1 of 1 rows could not be tied to the organization of the instance or to an account of its list, because their ids are others or of another kind. No account there is known to have been idle: what rests on usage is undetermined.
    ");
}

#[test]
fn a_pack_that_is_there_already_must_be_what_was_sealed() {
    let history = History::new("[\"json\"]");
    let home = &history.company.home;
    let (_, pack) = history.report();
    let again = || {
        let arguments = ["report", &history.now, "--out", "out", "--previous", "evidence"];
        home.run(&arguments).complaint(home)
    };
    let mut story = vec![again()];
    fs::write(pack.dir.join("inputs/note.txt"), "planted").expect("room");
    story.push(again());
    fs::remove_file(pack.dir.join("inputs/note.txt")).expect("it is there");
    fs::remove_file(pack.dir.join("manifest.json")).expect("it is there");
    story.push(again());
    insta::assert_snapshot!(story.join("\n"), @"
    exit 0
    error: no error
    exit 4
    error: `out/2025-11/TIME-HASH` exists and differs in inputs/note.txt
      help: evidence is never overwritten; choose another folder with `--out DIR`
    exit 4
    error: `out/2025-11/TIME-HASH` exists and differs in manifest.json
      help: evidence is never overwritten; choose another folder with `--out DIR`
    ");
}
