//! Every message with which the program gives up, side by side.

use std::fs::{self, OpenOptions};
use std::process::Stdio;

use crate::evidence::demo;
use crate::harness::{Home, this_month};

#[test]
fn every_message_says_what_where_and_what_to_do() {
    let pictures =
        [configuration(), rosters(), waivers(), logos(), snapshots(), packs(), usage()].concat();
    let pictures: Vec<String> =
        pictures.iter().map(|(title, text)| format!("# {title}\n{text}")).collect();
    let text = pictures.join("\n\n").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!("messages", text);
}

type Pictures = Vec<(&'static str, String)>;

fn configuration() -> Pictures {
    let home = Home::empty();
    let complaint = |text: Option<&str>| {
        if let Some(it) = text {
            home.write("retool-audit.toml", it);
        }
        home.run(&["run"]).complaint(&home)
    };
    let minimal = "[organization]\nname = \"Acme\"\ndomains = [\"acme.example\"]\n";
    let instance = "[[instance]]\nname = \"prod\"\ntoken-env = \"RETOOL_PROD_TOKEN\"\n";
    let absent = complaint(None);
    fs::create_dir(home.path("folder")).expect("room");
    vec![
        ("no configuration", absent),
        ("a folder as configuration", home.run(&["run", "--config", "folder"]).complaint(&home)),
        ("broken TOML", complaint(Some("[organization\nname = 1"))),
        ("an empty configuration", complaint(Some(""))),
        ("a token in the file", complaint(Some("# retool_01kcanary0123456789abcdef\n"))),
        ("many problems at once", complaint(Some(PROBLEMS))),
        ("an address without TLS", {
            complaint(Some(&format!("{minimal}{instance}url = \"http://retool.acme.example\"\n")))
        }),
    ]
}

const PROBLEMS: &str = r#"
[organisation]
name = "Acme"
[organization]
domains = ["ana@acme.example"]
timezone = "Berlin"
[[instance]]
name = "prod"
token_env = "RETOOL_PROD_TOKEN"
requests-per-minute = -1
[[instance]]
name = "PROD"
token-env = "RETOOL_PROD_TOKEN"
token-file = "token"
[rules]
disable = ["shared-account"]
[rules.dormant-user]
days = 90
[rules.dormant-account]
months = 3
[output]
formats = ["PDF"]
"#;

fn rosters() -> Pictures {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    let complaint = |text: Option<&str>| {
        match text {
            Some(it) => home.write("roster.csv", it),
            None => fs::remove_file(home.path("roster.csv")).expect("it was there"),
        }
        let res = home.run(&["run"]).complaint(&home);
        assert!(!home.path("evidence").exists(), "nothing is collected with a roster like that");
        res
    };
    vec![
        ("no roster", complaint(None)),
        ("an empty roster", complaint(Some(""))),
        ("a roster without what matters", complaint(Some("Name,Phone\nAna,1\n"))),
        (
            "a status that is not explained",
            complaint(Some("mail,status\na@acme.example,gone fishing\n")),
        ),
        ("days that can be read in two ways", {
            complaint(Some("mail,status,end date\na@acme.example,terminated,03/04/2026\n"))
        }),
    ]
}

fn waivers() -> Pictures {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    let complaint = |text: Option<&str>| {
        match text {
            Some(it) => home.write("waivers.toml", it),
            None => fs::remove_file(home.path("waivers.toml")).expect("it was there"),
        }
        let res = home.run(&["run"]).complaint(&home);
        assert!(!home.path("evidence").exists(), "nothing is collected with waivers like that");
        res
    };
    vec![
        ("no waivers", complaint(None)),
        ("waivers in broken TOML", complaint(Some("[[waiver]]\nid = W-1\n"))),
        ("waivers that are wrong", complaint(Some(WAIVERS))),
    ]
}

const WAIVERS: &str = r#"
[[waiver]]
id = "W-1"
kind = "risk-accepted"
rule = "DRM-01"
instance = "eu"
expiry = 2026-12-31
[[waiver]]
id = "W-1"
kind = "risk accepted"
rule = "dormant"
instance = "EU"
subjects = ["ana@acme.example"]
expires = 2026
"#;

fn logos() -> Pictures {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    let complaint = |bytes: Option<&[u8]>| {
        match bytes {
            Some(it) => fs::write(home.path("logo.png"), it).expect("room"),
            None => fs::remove_file(home.path("logo.png")).expect("it was there"),
        }
        let res = home.run(&["run"]).complaint(&home);
        assert!(!home.path("evidence").exists(), "nothing is collected with a logo like that");
        res
    };
    vec![
        ("no logo", complaint(None)),
        ("a logo that is no PNG", complaint(Some(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"))),
        ("a logo that is too long", complaint(Some(&vec![0; 2 * 1024 * 1024]))),
    ]
}

fn snapshots() -> Pictures {
    let demo = demo();
    let home = Home::empty();
    let config = demo.pack.dir.join("inputs/retool-audit.toml");
    let config = config.to_string_lossy().into_owned();
    let store = |change: &dyn Fn()| {
        for (path, bytes) in demo.pack.files() {
            if let Some(path) = path.strip_prefix("snapshot/") {
                let path = home.path("kept").join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("room");
                fs::write(path, bytes).expect("room");
            }
        }
        change();
        home.run(&["report", "kept", "--config", &config]).complaint(&home)
    };
    let edit = |from: &str, to: &str| {
        let text = home.read("kept/snapshot.json");
        assert!(text.contains(from));
        home.write("kept/snapshot.json", &text.replacen(from, to, 1));
    };
    vec![
        ("no snapshot", home.run(&["report", "gone", "--config", &config]).complaint(&home)),
        ("a snapshot with a changed file", {
            store(&|| home.write("kept/eu/users.jsonl.zst", "other people"))
        }),
        ("a snapshot without a file", {
            store(&|| fs::remove_file(home.path("kept/eu/users.jsonl.zst")).expect("it was there"))
        }),
        ("a snapshot with a changed description", {
            store(&|| edit("\"state\": \"complete\"", "\"state\": \"partial\""))
        }),
        ("a snapshot of another version", store(&|| edit("\"format\": 1", "\"format\": 2"))),
        ("a description that is none", store(&|| home.write("kept/snapshot.json", "{"))),
    ]
}

fn packs() -> Pictures {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.write("file", "");
    let month = this_month();
    home.write(&format!("out/{month}"), "");
    let after = home.run(&["run", "--out", "out"]).complaint(&home);
    assert_eq!(fs::read_dir(home.path("out/snapshots")).expect("it is kept").count(), 1);
    let mut res = vec![
        ("a file where evidence should go", home.run(&["run", "--out", "file"]).complaint(&home)),
        ("a snapshot, and no pack", after.replace(&month, "MONTH")),
    ];
    if let Ok(full) = OpenOptions::new().write(true).open("/dev/full") {
        let ran = home.run_into(&["rules"], Stdio::from(full));
        res.push(("the result cannot be printed", ran.complaint(&home)));
    }
    res
}

fn usage() -> Pictures {
    let home = Home::empty();
    let complaint = |arguments: &[&str]| home.run(arguments).complaint(&home);
    vec![
        ("a rule that nearly exists", complaint(&["rules", "explain", "DMR-01"])),
        ("a rule that does not exist", complaint(&["rules", "explain", "everything"])),
        ("an unknown command", complaint(&["rnu"])),
        ("an unknown option", complaint(&["run", "--output", "x"])),
        ("an unknown severity", complaint(&["run", "--fail-on", "hihg"])),
        ("a time that is none", complaint(&["demo", "--as-of", "yesterday"])),
        ("contradicting options", complaint(&["run", "-q", "-v"])),
        ("a missing argument", complaint(&["report"])),
    ]
}
