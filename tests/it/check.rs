//! The check before the first run: every kind of trouble is distinguished, and nothing is changed.

use std::fmt::Write as _;
use std::fs;

use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::harness::{Home, INSTANCES, Ran, token, variable};

#[test]
fn a_sound_set_up_is_told_so() {
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    let before = listing(&home);
    let ran = home.run(&["check"]).expect(0);
    assert_eq!((listing(&home), ran.stderr.as_str()), (before, ""), "nothing was written");
    insta::assert_snapshot!("sound", home.as_written(&picture(&ran)));
    assert_eq!(home.run(&["check", "--quiet"]).expect(0).stdout, "");
}

/// Something that makes a run partial, and how the sample comes to it.
type Doubt = (&'static str, fn(&mut Home));

const DOUBTS: &[Doubt] = &[
    ("nothing", |_| ()),
    ("a token that writes", |it| {
        it.edit("eu", "access-tokens", |it| {
            it[0]["scopes"] = json!(["users:read", "groups:write", "mcp:admin", "scim"]);
        });
    }),
    ("a token with an unknown scope", |it| {
        it.edit("eu", "access-tokens", |it| it[0]["scopes"] = json!(["users:read", "teleport"]));
    }),
    ("a token without an owner", |it| {
        it.edit("eu", "access-tokens", |it| it[0]["owner_legacy_id"] = json!(999_999));
    }),
    ("a token whose owner the roster lacks", |it| {
        let roster = it.read("roster.csv");
        it.write("roster.csv", &roster.replace("svc-retool-audit@kestrel-spedition", "svc@other"));
    }),
    ("a token whose owner is disabled", |it| {
        it.edit("eu", "users", |it| {
            let mut users = it.as_array_mut().expect("users").iter_mut();
            let owner = users.find(|it| it["legacy_id"] == json!(35)).expect("an owner");
            owner["active"] = json!(false);
        });
    }),
    ("a Space that is not audited", |it| {
        it.edit("eu", "spaces", |it| *it = json!([{"id": "org_9", "domain": "shop.example"}]));
    }),
    ("an old roster", |it| {
        let roster = it.read("roster.csv");
        let (_, day) = roster.trim_end().rsplit_once(',').expect("a report date");
        let [long_ago] = Home::days([-40]);
        it.write("roster.csv", &roster.replace(day, &long_ago));
    }),
    ("a row of the roster that cannot be read", |it| {
        let title = "Payroll, benefits and travel";
        let roster = it.read("roster.csv").replace(&format!("\"{title}\""), title);
        it.write("roster.csv", &roster);
    }),
];

#[test]
fn a_check_expects_what_a_run_then_is() {
    let line = |(what, spoil): &Doubt| {
        let mut home = Home::sample();
        spoil(&mut home);
        let server = home.serve();
        home.configure(&server, &["eu"]);
        home.without_documents();
        outcomes(&home, what)
    };
    let mut lines: Vec<String> = DOUBTS.iter().map(line).collect();
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    home.without_documents();
    home.run(&["run"]).expect(0);
    home.configure(&server, &["eu"]);
    home.without_documents();
    lines.push(outcomes(&home, "an instance of earlier packs"));
    home.configure(&server, &["cloud"]);
    home.without_documents();
    home.reconfigure("name = \"cloud\"", "name = \"eu\"");
    lines.push(outcomes(&home, "another instance under the same name"));
    home.configure(&server, &["cloud", "eu"]);
    home.without_documents();
    home.reconfigure(r#", "access-tokens"]"#, r#", "access-tokens", "usage-organizations"]"#);
    lines.push(outcomes(&home, "a list that the rules require"));
    insta::assert_snapshot!(lines.join("\n"), @"
    nothing: check 0, run 0
    a token that writes: check 3, run 3 EVD-10
    a token with an unknown scope: check 3, run 3 EVD-10
    a token without an owner: check 3, run 3 EVD-10
    a token whose owner the roster lacks: check 3, run 3 EVD-10
    a token whose owner is disabled: check 3, run 3 EVD-10
    a Space that is not audited: check 3, run 3 EVD-07
    an old roster: check 3, run 3 EVD-09
    a row of the roster that cannot be read: check 3, run 3 EVD-09
    an instance of earlier packs: check 3, run 3 instance
    another instance under the same name: check 3, run 3 instance
    a list that the rules require: check 3, run 3 usage-organizations
    ");
}

/// How a check ends, and a run, and what the check names.
fn outcomes(home: &Home, what: &str) -> String {
    let check = home.run(&["check", "--quiet"]);
    let named = check.stdout.lines().filter_map(|it| it.strip_prefix("  "));
    let named: Vec<&str> = named
        .filter_map(|it| it.split("  ").next())
        .filter(|it| !["what", "name"].contains(it))
        .collect();
    let run = home.run(&["run"]);
    format!("{what}: check {}, run {} {}", check.code, run.code, named.join(", "))
        .trim_end()
        .to_owned()
}

#[test]
fn a_check_counts_what_cannot_be_evaluated_as_a_run_does() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["legacy"]);
    home.without_documents();
    let check = home.run(&["check", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&check.stdout).expect("JSON");
    let rows = told["sections"][1]["rows"].as_array().expect("rows").iter();
    let rules = rows.filter(|row| row["what"] == "rules").map(|row| row["result"].to_string());
    insta::assert_snapshot!(rules.collect::<Vec<_>>().join("\n"), @r#""at least 17 rules could not be evaluated here; most of them need organization settings and single sign-on settings (9), API tokens (5), access requests (1)""#);
    let run = home.run(&["run"]);
    let waiting = format!("{} rules cannot be evaluated yet", told["waiting_rules"]);
    assert!(run.stderr.contains(&waiting), "{waiting}: {}", run.stderr);
    let report = home.pack(&run).report();
    let lists = report["open_by"].as_array().expect("lists").iter();
    let lists = lists.map(|it| format!("{} ({})", it["lists"], it["results"]));
    insta::assert_snapshot!(lists.collect::<Vec<_>>().join(", "), @r#""organization settings and single sign-on settings" (7), "API tokens" (6), "Spaces and usage by organization" (1)"#);
}

#[test]
fn a_key_that_cannot_sign_is_told_before_the_run() {
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure("[output]", "[sign]\nkey = \"signing-key\"\n\n[output]");
    let told = |home: &Home| {
        let rows = home.run(&["check", "--quiet"]).stdout;
        let line = rows.lines().find(|it| it.trim_start().starts_with("signing"));
        let line = line.unwrap_or("nothing").split_whitespace().collect::<Vec<_>>().join(" ");
        line.replace(&*home.path(".").to_string_lossy(), "").replace("/signing-key", "signing-key")
    };
    assert!(told(&home).starts_with("signing cannot read"), "{}", told(&home));
    home.write("signing-key", "no key");
    assert!(told(&home).contains("is no key that can sign"), "{}", told(&home));
    assert_eq!(home.run(&["run"]).code, 4, "nothing is collected for a pack that is not signed");
    assert!(!home.path("evidence/2026-11").exists());
}

#[test]
fn refusals_are_told_apart() {
    let refuse = |status, message: &str| {
        ScriptedAnswer::json(status, json!({"success": false, "message": message}).to_string())
    };
    let ran = scripted(move |it| match it.path.as_str() {
        "/dead/api/v2/users" => refuse(401, "Unauthorized"),
        "/plan/api/v2/users" => refuse(403, "API access is not available on your plan"),
        "/plan/api/v2/groups" => refuse(403, "Token does not have the required scope"),
        "/old/api/v2/groups" | "/old/api/checkHealth" => refuse(404, "Not found"),
        "/old/api/v2/user_invites" => ScriptedAnswer::json(200, "{\"success\":true,\"data\":7}"),
        path if path.starts_with("/page/") => ScriptedAnswer {
            headers: vec![("content-type", "text/html".into())],
            ..ScriptedAnswer::json(200, "<html>Sign in</html>")
        },
        path if path.ends_with("checkHealth") => {
            ScriptedAnswer::json(200, "{\"version\":\"3.334.0\"}")
        }
        path if path.ends_with("organization/") => refuse(403, "no scope \u{1b}[31m; `really"),
        path if path.ends_with("config") => refuse(404, "none"),
        path => {
            assert!(path != "/old/api/v2/users" || it.query == "limit=1", "{it:?}");
            ScriptedAnswer::json(200, "{\"success\":true,\"data\":[]}")
        }
    });
    insta::assert_snapshot!("refusals", picture(&ran.expect(3)));
}

#[test]
fn a_wrong_host_is_told_from_a_closed_port_and_from_no_tls() {
    let mut home = Home::sample();
    let server = home.serve();
    home.configure(&server, INSTANCES);
    let configuration = home.read("retool-audit.toml");
    let address = |it: &str| {
        let here = configuration.lines().filter(|it| it.starts_with("url = "));
        let here = here.map(|it| it.trim_start_matches("url = ")).find(|here| here.contains(it));
        here.expect("an address").trim_matches('"').to_owned()
    };
    home.reconfigure(&address("/cloud"), "https://retool.invalid");
    home.reconfigure(&address("/eu"), "http://127.0.0.1:1");
    home.reconfigure(&address("/legacy"), &address("/legacy").replace("http:", "https:"));
    home.unset(&variable("cloud"));
    let ran = home.run(&["check", "--quiet"]).expect(3);
    // Each system has its own words for this.
    let system = ran.stdout.split("no such host (").nth(1).and_then(|it| it.split(')').next());
    let system = system.unwrap_or_else(|| panic!("no host was missed in\n{}", ran.stdout));
    let stdout = ran.stdout.replace(system, "…");
    let words: Vec<String> = picture(&Ran { stdout, ..ran })
        .lines()
        .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    insta::assert_snapshot!(words.join("\n"), @"
    cloud at https://retool.invalid: a run would fail here
    what result what to do
    token the environment variable `RETOOL_CLOUD_TOKEN` is not set set `RETOOL_CLOUD_TOKEN` to the API token
    host no such host (…) correct the host in `url`, or the name service of this machine

    eu at http://127.0.0.1:PORT: a run would fail here
    what result what to do
    host no connection (Connection refused (os error 111)) check host and port in `url`, that the instance is up, and the firewall

    legacy at https://127.0.0.1:PORT/legacy: a run would fail here
    what result what to do
    tls the port does not speak TLS (received corrupt message of type InvalidContentType) correct the port in `url`; plain http takes `allow-http = true`
    ");
}

#[test]
fn instances_are_looked_at_although_the_roster_is_wrong() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.write("roster.csv", "Colour\nred\n");
    let ran = home.run(&["check", "--quiet"]).expect(2);
    assert!(ran.stdout.contains("cannot be used"), "{}", ran.stdout);
    assert!(ran.stderr.contains("error: `roster.csv` has 1 problem"), "{}", ran.stderr);
    assert!(home.run(&["check"]).stdout.contains("eu at http"));
    fs::remove_file(home.path("roster.csv")).expect("it is there");
    home.run(&["check"]).expect(4);
    home.write("retool-audit.toml", "");
    home.run(&["check"]).expect(2);
}

#[test]
fn a_list_that_the_configuration_requires_is_missed() {
    let home = Home::sample();
    home.edit("legacy", "server", |it| drop(it.as_object_mut().expect("it").remove("clock")));
    let server = home.serve();
    home.configure(&server, &["legacy"]);
    let ran = home.run(&["check", "--quiet"]).expect(3);
    assert!(ran.stdout.contains("a run would be partial"), "{}", ran.stdout);
    home.reconfigure(r#", "access-tokens"]"#, "]");
    home.run(&["check"]).expect(0);
}

#[test]
fn a_clock_that_is_off_is_told_and_machines_read_the_same() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["legacy"]);
    home.reconfigure(r#", "access-tokens"]"#, "]");
    let ran = home.run(&["check", "--quiet"]).expect(3);
    assert!(ran.stdout.contains("ahead of this machine's"), "{}", ran.stdout);
    let told = home.run(&["check", "--format", "json"]).expect(3).stdout;
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["state"], "partial");
    let rows = told["sections"][1]["rows"].as_array().expect("rows");
    let clock = rows.iter().find(|it| it["what"] == "clock").expect("a row of the clock");
    assert_eq!(clock["failed"], true, "{clock}");
    assert!(clock["what_to_do"].as_str().is_some_and(|it| !it.is_empty()), "{clock}");
}

/// A check of four instances that a script answers for.
fn scripted(script: impl Fn(&ScriptedRequest) -> ScriptedAnswer + Send + Sync + 'static) -> Ran {
    let mut home = Home::empty();
    let runtime: Runtime =
        Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
    let server = runtime.block_on(StandIn::scripted(script)).expect("a port");
    let mut text = "[organization]\nname = \"Acme\"\ndomains = [\"acme.example\"]\n".to_owned();
    home.set("TOKEN", &token("any"));
    for name in ["dead", "plan", "old", "page"] {
        let url = server.url_of(name);
        let url = format!("url = \"{url}\"\ntoken-env = \"TOKEN\"");
        write!(text, "[[instance]]\nname = \"{name}\"\nrequests-per-minute = 0\n{url}\n")
            .expect("text grows");
    }
    home.write("retool-audit.toml", &text);
    home.run(&["check"])
}

fn picture(ran: &Ran) -> String {
    let mut parts = ran.stdout.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|it| it.trim_start_matches(|it: char| it.is_ascii_digit()));
    let text = rest.fold(first, |res, it| res + "127.0.0.1:PORT" + it);
    assert!(!text.contains("open_sesame") && !ran.stderr.contains("open_sesame"), "{text}");
    // Where the folder is, how much room it has, and how long an answer took is not the program's.
    let steady = |line: &str| match line {
        _ if line.starts_with("  output ") => "  output         ok, …".to_owned(),
        _ if line.ends_with("ok, 1 second off") => line.replace("1 second", "0 seconds"),
        _ => line.to_owned(),
    };
    text.trim_end().lines().map(steady).collect::<Vec<_>>().join("\n")
}

fn listing(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path(".")).expect("a folder");
    let mut res: Vec<String> = entries
        .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    res.sort();
    res
}
