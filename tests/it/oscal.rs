//! The OSCAL export: whole, without a dangling reference, and right about waivers.
//!
//! What OSCAL's schema asks for is checked here manually: what must be there, what an id, a time
//! and a value look like, and that no list is empty.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use retool_audit::rules::CATALOGUE;
use serde_json::Value;

use crate::evidence::demo;
use crate::harness::Home;
use crate::pack::Pack;

/// The results of a pack.
pub(crate) fn results(pack: &Pack) -> Value {
    pack.json("oscal-assessment-results.json")["assessment-results"]["results"][0].clone()
}

/// The value of a property; empty where there is none of that name.
pub(crate) fn prop<'a>(of: &'a Value, name: &str) -> &'a str {
    let mut props = of["props"].as_array().into_iter().flatten();
    let found = props.find(|it| it["name"] == name);
    found.and_then(|it| it["value"].as_str()).unwrap_or_default()
}

/// The records of a list; none where there is no list.
pub(crate) fn list<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    of[name].as_array().into_iter().flatten()
}

#[test]
fn plan_and_results_are_whole_and_refer_to_nothing_that_is_not_there() {
    assert_sound(&demo().pack);
}

/// Ends the test where a document of the pack is not what OSCAL takes.
pub(crate) fn assert_sound(pack: &Pack) {
    let mut objectives = BTreeSet::new();
    for (file, root) in [
        ("oscal-assessment-plan.json", "assessment-plan"),
        ("oscal-assessment-results.json", "assessment-results"),
    ] {
        let document = &pack.json(file)[root];
        has(document, file, &["uuid", "metadata"]);
        let needed = ["title", "last-modified", "version", "oscal-version"];
        has(&document["metadata"], file, &needed);
        assert_eq!(document["metadata"]["oscal-version"], "1.1.3");
        let mut seen = Seen::default();
        seen.walk(document, file);
        let missing: Vec<_> = seen.named.difference(&seen.defined).collect();
        assert!(missing.is_empty(), "{file} names {missing:?}, which it does not define");
        for it in &seen.files {
            assert!(pack.dir.join(it).is_file(), "{file} links to `{it}`");
        }
        objectives.extend(seen.objectives);
        let unknown: Vec<_> = seen.targets.difference(&objectives).collect();
        assert!(unknown.is_empty(), "{file} names {unknown:?}, which is no rule of the plan");
    }
    let results = results(pack);
    has(&results, "a result", &["uuid", "title", "description", "start", "reviewed-controls"]);
    if pack.dir.join("report.json").is_file() {
        let report = pack.report();
        let reviews = list(&report["reviews"], "campaigns");
        let signatures = reviews.map(|it| list(it, "signatures").count()).sum::<usize>();
        assert_eq!(list(&results, "attestations").count(), signatures, "one for each signature");
    }
    for it in list(&results, "attestations").flat_map(|it| list(it, "parts")) {
        has(it, "a part of an attestation", &["uuid", "name", "title", "prose"]);
    }
    for it in list(&results, "observations") {
        has(it, "an observation", &["uuid", "description", "methods", "collected", "subjects"]);
    }
    for it in list(&results, "risks") {
        has(it, "a risk", &["uuid", "title", "description", "statement", "status"]);
    }
    for it in list(&results, "findings") {
        has(it, "a finding", &["uuid", "title", "description", "target", "related-observations"]);
        has(&it["target"], "a target", &["type", "target-id", "status"]);
        let risks = list(it, "related-risks").count();
        let exception = ["exception", "waived"].contains(&prop(it, "verdict"));
        assert_eq!(risks, usize::from(exception), "a risk for each exception");
    }
}

fn has(of: &Value, what: &str, names: &[&str]) {
    for it in names {
        assert!(!of[*it].is_null(), "{what} has no `{it}`: {of}");
    }
}

/// What a document defines and names.
#[derive(Default)]
struct Seen {
    defined: BTreeSet<String>,
    named: BTreeSet<String>,
    objectives: BTreeSet<String>,
    targets: BTreeSet<String>,
    files: BTreeSet<String>,
}

impl Seen {
    fn walk(&mut self, of: &Value, place: &str) {
        match of {
            Value::Object(map) => {
                assert!(!map.is_empty(), "{place} is an empty object");
                for (key, it) in map {
                    let place = format!("{place} {key}");
                    match it {
                        Value::String(text) => self.text((key, text), of, &place),
                        other => self.walk(other, &place),
                    }
                }
            }
            Value::Array(list) => {
                assert!(!list.is_empty(), "{place} is an empty list");
                for it in list {
                    match it {
                        Value::String(text) => line(text, place),
                        other => self.walk(other, place),
                    }
                }
            }
            other => panic!("{place} is `{other}`"),
        }
    }

    fn text(&mut self, (key, text): (&str, &String), of: &Value, place: &str) {
        let acts =
            |it: char| it.is_control() && it != '\n' || ('\u{202a}'..='\u{202e}').contains(&it);
        assert!(!text.is_empty() && !text.contains(acts), "{place} is {text:?}");
        match key {
            "uuid" => {
                uuid(text, place);
                assert!(self.defined.insert(text.clone()), "{place}: {text} is there twice");
            }
            key if key.ends_with("-uuid") => drop(self.named.insert(text.clone())),
            "href" if text.starts_with('#') => drop(self.named.insert(text[1..].to_owned())),
            "href" => drop(self.files.insert(text.clone())),
            "target-id" | "objective-id" => drop(self.targets.insert(text.clone())),
            "id" => drop(self.objectives.insert(text.clone())),
            "start" | "end" | "collected" | "deadline" | "last-modified" => time(text, place),
            "value" | "version" => line(text, place),
            "name" if of["ns"].is_string() => token(text, place),
            "class" | "control-id" => token(text, place),
            _ => {}
        }
    }
}

/// As OSCAL's schema: five groups of hex digits, of version 4 or 5.
fn uuid(text: &str, place: &str) {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = text.chars().all(|it| it == '-' || it.is_ascii_hexdigit());
    let (version, variant) = (text.as_bytes()[14], text.as_bytes()[19]);
    let shaped = hex && groups == [8, 4, 4, 4, 12] && version == b'5' && b"89ab".contains(&variant);
    assert!(shaped, "{place}: {text}");
}

fn time(text: &str, place: &str) {
    let time = text.parse::<chrono::DateTime<chrono::Utc>>();
    assert!(time.is_ok() && text.ends_with('Z'), "{place}: {text}");
}

fn line(text: &str, place: &str) {
    assert!(!text.is_empty() && text.trim() == text && !text.contains('\n'), "{place}: {text:?}");
}

fn token(text: &str, place: &str) {
    let fits = |it: char| it.is_ascii_alphanumeric() || "-._".contains(it);
    let begins = text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    assert!(begins && text.chars().all(fits), "{place}: {text:?}");
}

const USERS: &str = "\
user_id,email,active,created_at,last_active
u1,ann@acme.example,true,2025-01-01,2026-07-01
u2,bob@acme.example,true,2025-01-01,2026-07-01
u3,cat@acme.example,true,2025-01-01,2026-07-01
u4,dan@acme.example,true,2025-01-01,2026-07-01
u5,eve@acme.example,true,2025-01-01,2026-07-01
u6,*fay*@acme.example,true,2025-01-01,2026-07-01
u7,gus@acme.example,true,2025-01-01,unknown
u8,ida@acme.example,true,2025-01-01,2026-11-01
";

/// The rules of the small report: one with exceptions, one that holds, one that cannot be judged.
const RULES: [&str; 3] = ["dormant-account", "conflicting-duplicates", "orphaned-token"];

/// A report of eight accounts, three rules and a waiver of each kind.
fn small() -> (Home, Pack) {
    let home = Home::empty();
    home.write("files/prod/users.csv", USERS);
    home.write("files/prod/groups.csv", "group_id,name\n1,All Users\n");
    home.write("files/prod/memberships.csv", "group,user\n");
    let mut off = String::new();
    for it in CATALOGUE.iter().filter(|it| !RULES.contains(&it.name)) {
        writeln!(off, "  {{ rule = \"{}\", reason = \"Not here.\" }},", it.name).expect("room");
    }
    home.write(
        "retool-audit.toml",
        &format!(
            "[organization]\nname = \"Acme\"\ndomains = [\"acme.example\"]\n\
             [[instance]]\nname = \"prod\"\ntoken-env = \"T\"\n[waivers]\npath = \"waivers.toml\"\n\
             [rules]\ndisable = [\n{off}]\n\
             [output]\nformats = [\"oscal\"]\ncontrols = [\"pci\"]\n"
        ),
    );
    let approved = "approver = \"ciso@acme.example\"\napproved-at = 2026-09-30T08:00:00Z\n";
    let kinds = [
        ("u1", "risk-accepted", approved),
        ("u2", "compensating-control", approved),
        ("u3", "remediation-plan", approved),
        ("u4", "false-positive", approved),
        ("u5", "risk-accepted", ""),
    ];
    home.write("waivers.toml", &kinds.map(waiver).concat());
    let at = "2026-11-02T06:00:00Z";
    let imported = home.run(&["import", "files", "--collected-at", at]).expect(0);
    let pack = home.pack(&home.run(&["report", imported.stdout.trim()]).expect(0));
    (home, pack)
}

fn waiver((subject, kind, approved): (&str, &str, &str)) -> String {
    let rule = CATALOGUE.iter().find(|it| it.name == "dormant-account").expect("a rule");
    format!(
        "[[waiver]]\nid = \"W-{subject}\"\nkind = \"{kind}\"\nrule = \"DRM-01\"\n\
         rule-version = \"{}\"\ninstance = \"prod\"\nsubjects = [\"user:{subject}\"]\n\
         severity-cap = \"medium\"\nreason = \"Works in spring.\"\n\
         compensating-control = \"The account is watched.\"\nowner = \"cfo@acme.example\"\n\
         requested-by = \"lead@acme.example\"\nstarts = 2026-10-01\nexpires = 2027-01-31\n\
         {approved}",
        rule.version()
    )
}

#[test]
fn a_small_report_as_oscal() {
    let (home, pack) = small();
    assert_sound(&pack);
    let mut plan = pack.json("oscal-assessment-plan.json");
    let codes = ["DRM-01", "EVD-03", "TOK-01"];
    let is = |it: &Value| codes.iter().any(|code| it == code);
    let of = &mut plan["assessment-plan"];
    let rules = of["local-definitions"]["objectives-and-methods"].as_array_mut().expect("rules");
    assert_eq!(rules.len(), CATALOGUE.len());
    rules.retain(|it| is(&it["parts"][0]["id"]));
    let chosen = &mut of["reviewed-controls"]["control-objective-selections"][0];
    let chosen = chosen["include-objectives"].as_array_mut().expect("rules");
    chosen.retain(|it| is(&it["objective-id"]));
    insta::assert_snapshot!("plan", drawn(&home, &plan));

    let mut results = results(&pack);
    let chosen = &mut results["reviewed-controls"]["control-objective-selections"][0];
    let said = chosen["description"].as_str().expect("words").to_owned();
    let (said, left_out) = said.split_once("Those that do not: ").expect("the others");
    assert_eq!(left_out.split(", ").count(), CATALOGUE.len() - codes.len());
    chosen["description"] = said.trim_end().into();
    first_of_each(&mut results["findings"], |it| prop(it, "verdict").to_owned());
    first_of_each(&mut results["risks"], |it| it["status"].to_string());
    insta::assert_snapshot!("results", drawn(&home, &results));
}

/// Leaves the first record of each kind in a list.
fn first_of_each(of: &mut Value, kind: impl Fn(&Value) -> String) {
    let mut seen = BTreeSet::new();
    of.as_array_mut().expect("a list").retain(|it| seen.insert(kind(it)));
}

/// A document as lines: ids are numbered in the order in which they come, and the rules' words,
/// hashes and our own namespace are left out.
fn drawn(home: &Home, of: &Value) -> String {
    let mut res = String::new();
    draw(of, 0, &mut BTreeMap::new(), &mut res);
    home.steady(&res)
}

fn draw(of: &Value, depth: usize, ids: &mut BTreeMap<String, usize>, res: &mut String) {
    let indent = "  ".repeat(depth);
    match of {
        Value::Object(map) if map.contains_key("ns") => {
            let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
            let class = if text("class").is_empty() { "" } else { " of " };
            let name = format!("{}{class}{}", text("name"), text("class"));
            writeln!(res, "{indent}{name}: {} {}", text("value"), text("remarks")).expect("room");
        }
        Value::Object(map) => {
            for (key, it) in map {
                if let Some(text) = it.as_str() {
                    let id = uuid_in(text, ids).unwrap_or_else(|| text.to_owned());
                    writeln!(res, "{indent}{key}: {id}").expect("room");
                } else {
                    writeln!(res, "{indent}{key}").expect("room");
                    draw(it, depth + 1, ids, res);
                }
            }
        }
        Value::Array(list) => {
            for it in list {
                match it.as_str() {
                    Some(text) => writeln!(res, "{indent}{text}").expect("room"),
                    None if it.get("ns").is_some() => draw(it, depth, ids, res),
                    None => {
                        writeln!(res, "{indent}-").expect("room");
                        draw(it, depth + 1, ids, res);
                    }
                }
            }
        }
        other => writeln!(res, "{indent}{other}").expect("room"),
    }
}

fn uuid_in(text: &str, ids: &mut BTreeMap<String, usize>) -> Option<String> {
    let id = text.trim_start_matches('#');
    let is = id.len() == 36 && id.chars().all(|it| it == '-' || it.is_ascii_hexdigit());
    let next = ids.len() + 1;
    is.then(|| format!("#{}", ids.entry(id.to_owned()).or_insert(next)))
}

#[test]
fn rule_11_waivers_decide_how_a_risk_stands() {
    let (_home, pack) = small();
    let results = results(&pack);
    let mut told = Vec::new();
    for it in list(&results, "risks") {
        let text = |key: &str| it[key].as_str().unwrap_or("none").to_owned();
        let facets = list(&it["characterizations"][0], "facets");
        let facets: Vec<&str> = facets.map(|it| it["value"].as_str().expect("a text")).collect();
        let entries: Vec<&str> =
            list(&it["risk-log"], "entries").map(|it| it["title"].as_str().expect("one")).collect();
        let factors = list(it, "mitigating-factors").count();
        told.push(format!(
            "{}: {}, deadline {}, {facets:?}, {factors} factors, {entries:?}",
            text("title"),
            text("status"),
            text("deadline")
        ));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    DRM-01: eve@acme.example on prod: deviation-requested, deadline none, ["medium", "risk-accepted"], 0 factors, ["Waiver W-u5"]
    DRM-01: \*fay\*@acme.example on prod: open, deadline none, ["medium"], 0 factors, []
    DRM-01: ann@acme.example on prod: deviation-approved, deadline 2027-01-31T23:59:59Z, ["medium", "risk-accepted"], 1 factors, ["Waiver W-u1"]
    DRM-01: bob@acme.example on prod: deviation-approved, deadline 2027-01-31T23:59:59Z, ["medium", "compensating-control"], 1 factors, ["Waiver W-u2"]
    DRM-01: cat@acme.example on prod: remediating, deadline 2027-01-31T23:59:59Z, ["medium", "remediation-plan"], 1 factors, ["Waiver W-u3"]
    DRM-01: dan@acme.example on prod: deviation-approved, deadline 2027-01-31T23:59:59Z, ["medium", "false-positive"], 1 factors, ["Waiver W-u4"]
    "#);
}
