//! Names that hold what stands between names: each is one name wherever it is asked for.

use serde_json::{Value, json};

use crate::harness::Home;
use crate::pack::Pack;

const AT: &str = "2026-11-02T06:00:00Z";
const EARLIER: &str = "2026-10-02T06:00:00Z";

/// Names that look like several, like a name with a reason, or like the end of a text.
const ODD: &[&str] = &[
    "makers; checks",
    "\"makers\"; \"checks\"",
    "makers, checks",
    "makers (checks)",
    "makers\nchecks",
    "; ",
    "",
];

const CONFIG: &str = r#"
[organization]
name = "Acme"
domains = ["acme.example"]
[approvals]
path = "approvals.csv"
[output]
formats = ["csv", "json"]
[rules]
segregation-of-duties.pairs = [["makers", "checks"]]
powerful-token.also-harmless-scopes = ["teleport", "makers", "checks"]
delegated-admin-role.also-harmless-permissions = ["teleport", "makers", "checks"]
[[instance]]
name = "prod"
token-env = "NONE"
approved-tokens = []
approved-delegates = []
"#;

#[test]
fn a_name_that_looks_like_two_is_one_to_every_rule_that_asks_for_items() {
    let home = home();
    let pack = audited(&home, ODD, AT);
    // Each odd group has a member of its own, and only the last account is in both of the pair.
    assert_eq!(subjects(&pack, "PRV-10"), ["both@acme.example"]);
    // Each odd scope is power but for those that the organization calls harmless.
    let tokens: Vec<String> = (0..ODD.len()).map(|at| format!("token {at}")).collect();
    assert_eq!(subjects(&pack, "TOK-03"), tokens);
    let grants = subjects(&pack, "PRV-18");
    assert_eq!(grants.len(), ODD.len(), "{grants:?}");
    // What is several names in one text can be read in one way only.
    let rows = pack.rows("tokens");
    let mut scopes: Vec<&str> = rows.iter().map(|it| it["scopes"].as_str()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    assert_eq!(scopes.len(), ODD.len() + 1, "{scopes:?}");
}

#[test]
fn a_list_that_became_another_one_is_a_change_though_both_look_alike() {
    let home = home();
    audited(&home, &["makers; checks"], EARLIER);
    let at = "files/prod/access-tokens.json";
    files(&home, &["makers; checks"]);
    let mut tokens: Value = serde_json::from_str(&home.read(at)).expect("JSON");
    tokens["data"][0]["scopes"] = json!(["makers", "checks"]);
    home.write(at, &tokens.to_string());
    let pack = report(&home, AT);
    assert_eq!(subjects(&pack, "TOK-05"), ["token 0"]);
    let changes = pack.rows("changes");
    let words = changes.iter().filter(|it| it["what"] == "scopes");
    let words = words.map(|it| format!("{} to {}", it["before"], it["after"]));
    assert_eq!(words.collect::<Vec<_>>(), ["\"makers; checks\" to checks; makers"]);
}

fn home() -> Home {
    let home = Home::empty();
    home.write("retool-audit.toml", CONFIG);
    home.write("approvals.csv", "instance,subject,change,reference,approver,approved-at\n");
    home
}

fn audited(home: &Home, odd: &[&str], at: &str) -> Pack {
    files(home, odd);
    report(home, at)
}

fn report(home: &Home, at: &str) -> Pack {
    let ran = home.run(&["import", "files", "--collected-at", at]);
    home.pack(&home.run(&["report", ran.stdout.trim()]))
}

/// An account, a group, a token and a role for each odd name; one account more in both of the pair.
fn files(home: &Home, odd: &[&str]) {
    let n = odd.len();
    let user = |at: usize, name: &str| {
        json!({"id": format!("u{at}"), "email": format!("{name}@acme.example"),
            "active": true})
    };
    let mut users: Vec<Value> = (0..n).map(|at| user(at, &format!("one{at}"))).collect();
    users.push(user(n, "both"));
    let group = |at: usize, name: &str, member: usize| {
        json!({"id": at + 10, "name": name,
            "members": [{"id": format!("u{member}")}]})
    };
    let mut groups: Vec<Value> =
        odd.iter().enumerate().map(|(at, name)| group(at, name, at)).collect();
    groups.extend([group(n, "makers", n), group(n + 1, "checks", n)]);
    let everyone: Vec<Value> = (0..=n).map(|at| json!({"id": format!("u{at}")})).collect();
    groups.push(json!({"id": 1, "name": "admin", "members": []}));
    groups.push(json!({"id": 2, "name": "All Users", "members": everyone}));
    let token = |(at, scope): (usize, &&str)| {
        json!({"id": format!("t{at}"), "label": format!("token {at}"),
            "scopes": [scope]})
    };
    let mut tokens: Vec<Value> = odd.iter().enumerate().map(token).collect();
    tokens.push(json!({"id": "fine", "label": "fine", "scopes": ["teleport", "checks", "makers"]}));
    let role = |(at, scope): (usize, &&str)| {
        json!({"id": format!("r{at}"), "name": format!("role {at}"),
            "organization_scopes": [scope]})
    };
    let mut roles: Vec<Value> = odd.iter().enumerate().map(role).collect();
    roles.push(json!({"id": "fine", "name": "fine", "organization_scopes": ["teleport"]}));
    let grant = |id: &str| {
        json!({"id": format!("g-{id}"), "role_id": id,
            "subject_type": "user", "subject_id": "u0"})
    };
    let mut grants: Vec<Value> = (0..n).map(|at| grant(&format!("r{at}"))).collect();
    grants.push(grant("fine"));
    for (name, list) in [
        ("users", users),
        ("groups", groups),
        ("access-tokens", tokens),
        ("roles", roles),
        ("role-grants", grants),
    ] {
        let count = list.len();
        let answer =
            json!({"success": true, "data": list, "total_count": count, "has_more": false});
        home.write(&format!("files/prod/{name}.json"), &answer.to_string());
    }
}

/// The subjects of a rule's exceptions, in order.
fn subjects(pack: &Pack, code: &str) -> Vec<String> {
    let rows = pack.rows("findings");
    let of = rows.iter().filter(|it| it["rule_code"] == code && it["verdict"] == "exception");
    let mut res: Vec<String> = of.map(|it| it["subject"].clone()).collect();
    res.sort_unstable();
    res
}
