//! All people who left: whether a list of leavers can be ticked off line by line, in every format.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::evidence::demo;
use crate::harness::Home;
use crate::pack::{Pack, flat};

const STATES: [(&str, &str); 5] = [
    ("active", "active account"),
    ("disabled", "disabled accounts only"),
    ("none", "no account"),
    ("no_address", "cannot be looked up"),
    ("unknown", "not known"),
];

/// The counts at the head of the section: all, and each kind.
fn counts(report: &Value) -> Vec<u64> {
    let count = |key: &str| report["leaver_totals"][key].as_u64().expect("a count");
    std::iter::once("people").chain(STATES.map(|it| it.0)).map(count).collect()
}

/// The same counts from the rows of `leavers.csv`: a person may have several.
fn counted(pack: &Pack) -> Vec<u64> {
    let rows = pack.rows("leavers");
    let people: BTreeMap<String, String> =
        rows.iter().map(|it| (it["roster_lines"].clone(), it["person_state"].clone())).collect();
    let count = |state: &str| people.values().filter(|it| *it == state).count() as u64;
    let all = people.len() as u64;
    std::iter::once(all).chain(STATES.map(|it| count(it.1))).collect()
}

#[test]
fn r_05_c_09_leavers_of_the_roster_come_to_what_was_found_of_them_in_every_format() {
    let pack = &demo().pack;
    let told = counts(&pack.report());
    assert_eq!(counted(pack), told);
    assert_eq!(told[0], told[1..].iter().sum::<u64>());
    let numbers: Vec<String> = told[1..].iter().chain(&told[..1]).map(u64::to_string).collect();
    let head = "Active account Disabled accounts only No account Cannot be looked up Not known All \
                in the roster";
    let phrase = format!("{head} {}", numbers.join(" "));
    assert!(flat(&pack.html_text()).contains(&phrase), "report.html lacks `{phrase}`");
    if let Some(text) = pack.pdf_text() {
        assert!(flat(&text).contains(&phrase), "report.pdf lacks `{phrase}`");
    }
}

const ROSTER: &str = "person_id,email,name,status,start_date,end_date
1,root@acme.test,Root,active,2024-01-01,
2,active@acme.test,Active,terminated,2022-01-01,2026-10-15
3,disabled@acme.test,Disabled,terminated,2022-01-01,2026-10-15
4,never@acme.test,Never,terminated,2022-01-01,2026-10-15
5,,Nowhere,terminated,2022-01-01,2026-10-15
6,twice@acme.test,Twice,terminated,2022-01-01,2026-10-15
6,twice@acme.test,Twice,terminated,2019-01-01,2020-10-15
7,undated@acme.test,Undated,terminated,2022-01-01,
8,back@acme.test,Back,terminated,2019-01-01,2020-10-15
8,back@acme.test,Back,active,2022-01-01,
9,over@acme.test,Over,active,2022-01-01,2026-10-15
";

/// A pack of two instances, of which the second may not have been read.
fn pack(home: &Home, second_is_read: bool) -> Pack {
    home.write("roster.csv", ROSTER);
    let instance = |name: &str| {
        format!(
            "[[instance]]\nname = \"{name}\"\nurl = \"https://{name}.acme.test\"\n\
             token-env = \"T\"\n"
        )
    };
    home.write(
        "retool-audit.toml",
        &format!(
            "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n\
             timezone = \"Pacific/Auckland\"\n[roster]\npath = \"roster.csv\"\n\
             [output]\ndir = \"evidence\"\nformats = [\"csv\", \"json\", \"html\"]\n{}{}",
            instance("prod"),
            instance("eu")
        ),
    );
    let user = |(name, active): (&str, bool)| {
        json!({
            "id": format!("user_{name}"), "email": format!("{name}@acme.test"), "active": active,
            "is_admin": name == "root", "last_active": "2026-10-15T11:00:00Z",
        })
    };
    let list = |rows: Vec<Value>| {
        let n = rows.len();
        json!({"success": true, "total_count": n, "has_more": false, "next_token": null,
            "data": rows})
    };
    let accounts = [("root", true), ("active", true), ("disabled", false), ("back", true)];
    let users = list(accounts.map(user).to_vec()).to_string();
    let group = |id: u32, name: &str| json!({"id": id, "name": name, "members": []});
    let groups = list(vec![group(1, "admin"), group(4, "All Users")]).to_string();
    home.write("answers/prod/users.json", &users);
    home.write("answers/eu/groups.json", &groups);
    home.write("answers/prod/groups.json", &groups);
    if second_is_read {
        home.write("answers/eu/users.json", &list(Vec::new()).to_string());
    }
    let ran = home.run(&["import", "answers", "--collected-at", "2026-11-02T06:00:00Z"]);
    let ran = home.run(&["report", ran.stdout.trim()]);
    home.pack(&ran)
}

/// The rows of the list, and the section's words about lines that are not in it.
fn told(pack: &Pack) -> String {
    let names = [
        "instance",
        "person_id",
        "end_date",
        "user_id",
        "active",
        "used_after_end",
        "found",
        "person_state",
        "roster_lines",
    ];
    let line = |it: &crate::pack::Row| names.map(|name| it[name].as_str()).join(" | ");
    let mut lines: Vec<String> = pack.rows("leavers").iter().map(line).collect();
    lines.push(format!("{:?}", counts(&pack.report())));
    let text = flat(&pack.html_text());
    let words = text.split("Not among them, ").skip(1);
    lines.extend(words.map(|it| it.split_once(").").expect("an end").0.to_owned()));
    lines.join("\n")
}

#[test]
fn r_05_a_list_of_leavers_can_be_ticked_off_line_by_line() {
    let home = Home::empty();
    let pack = pack(&home, true);
    insta::assert_snapshot!(told(&pack), @"
    all | 4 | 2026-10-15 |  |  |  | no account on any audited instance | no account | 5
    all | 5 | 2026-10-15 |  | unknown | unknown | cannot be looked up: no address in the roster | cannot be looked up | 6
    all | 6 | 2026-10-15 |  |  |  | no account on any audited instance | no account | 7; 8
    all | 7 | unknown |  |  |  | no account on any audited instance | no account | 9
    prod | 2 | 2026-10-15 | user_active | true | true | account | active account | 3
    prod | 3 | 2026-10-15 | user_disabled | false | true | account | disabled accounts only | 4
    [6, 1, 1, 3, 1, 0]
    although a line says that they left, because another line of the same person says otherwise: 1 in all (roster lines: 10
    although the last day is over, because the roster does not say that they left: 1 in all (roster lines: 12
    ");
    assert_eq!(counted(&pack), counts(&pack.report()));
    // Every line that says that a person left is in the list, or the section says why it is not.
    let rows = pack.rows("leavers");
    let mut lines: BTreeSet<String> =
        rows.iter().flat_map(|it| it["roster_lines"].split("; ").map(str::to_owned)).collect();
    let report = pack.report();
    let others = report["leaver_totals"]["contradicted_lines"].as_array().expect("a list").clone();
    lines.extend(others.iter().map(|it| it.as_str().expect("a line").to_owned()));
    for (at, line) in ROSTER.lines().enumerate().filter(|it| it.1.contains("terminated")) {
        assert!(lines.contains(&(at + 1).to_string()), "{line}");
    }
}

#[test]
fn r_05_nobody_is_without_an_account_where_an_instance_was_not_read() {
    let home = Home::empty();
    let pack = pack(&home, false);
    insta::assert_snapshot!(told(&pack), @"
    all | 2 | 2026-10-15 |  | unknown | unknown | not known: lists of eu were not read | active account | 3
    all | 3 | 2026-10-15 |  | unknown | unknown | not known: lists of eu were not read | not known | 4
    all | 4 | 2026-10-15 |  | unknown | unknown | not known: lists of eu were not read | not known | 5
    all | 5 | 2026-10-15 |  | unknown | unknown | cannot be looked up: no address in the roster | cannot be looked up | 6
    all | 6 | 2026-10-15 |  | unknown | unknown | not known: lists of eu were not read | not known | 7; 8
    all | 7 | unknown |  | unknown | unknown | not known: lists of eu were not read | not known | 9
    prod | 2 | 2026-10-15 | user_active | true | true | account | active account | 3
    prod | 3 | 2026-10-15 | user_disabled | false | true | account | not known | 4
    [6, 1, 0, 0, 1, 4]
    although a line says that they left, because another line of the same person says otherwise: 1 in all (roster lines: 10
    although the last day is over, because the roster does not say that they left: 1 in all (roster lines: 12
    ");
    assert_eq!(counted(&pack), counts(&pack.report()));
}
