//! Instances in files of their own: what a configuration includes, and what is told of a mistake.

use std::fs;

use crate::harness::Home;
use crate::pack::Pack;

const TOP: &str = r#"include = ["instances/*.toml"]

[organization]
name = "Acme"
domains = ["acme.example"]

[output]
dir = "evidence"
"#;

const TOKEN: &str = "retool_01kcanary0123456789abcdef";

fn instance(name: &str) -> String {
    format!(
        "[[instance]]\nname = \"{name}\"\nurl = \"https://127.0.0.1:1\"\ntoken-env = \"NONE\"\n"
    )
}

/// What a run says of a configuration and files beside it.
fn told(top: &str, files: &[(&str, &str)]) -> String {
    let home = Home::empty();
    home.write("retool-audit.toml", top);
    for (path, text) in files {
        home.write(path, text);
    }
    let said = home.run(&["run"]).complaint(&home);
    assert!(!said.contains("canary"), "a secret is repeated: {said}");
    said
}

#[test]
fn what_is_wrong_with_an_included_file_is_told_in_its_own_lines() {
    let sound = instance("eu");
    let eu: &[(&str, &str)] = &[("instances/eu.toml", &sound)];
    let pictures = [
        ("nothing is wrong but the tokens", told(TOP, eu)),
        ("no such file", told(TOP, &[])),
        ("no such file by name", told(&TOP.replace('*', "us"), eu)),
        ("no pattern", told(&TOP.replace("*.toml", "***.toml"), eu)),
        ("a home folder", told(&TOP.replace("instances/*", "~/instances/*"), eu)),
        ("no list", told(&TOP.replace("[\"instances/*.toml\"]", "\"instances/*.toml\""), eu)),
        ("a folder", told(&TOP.replace("/*.toml", ""), eu)),
        (
            "a key in another file",
            told(
                TOP,
                &[eu[0], ("instances/us.toml", &instance("us").replace("token-env", "tokenenv"))],
            ),
        ),
        ("the same name twice", told(TOP, &[eu[0], ("instances/us.toml", &sound)])),
        ("not TOML", told(TOP, &[eu[0], ("instances/us.toml", "\n[[instance]]\nname = us\n")])),
        (
            "another table",
            told(TOP, &[eu[0], ("instances/us.toml", &format!("[output]\n{sound}"))]),
        ),
        (
            "one bracket",
            told(
                TOP,
                &[eu[0], ("instances/us.toml", &sound.replace("[[instance]]", "[instance]"))],
            ),
        ),
        ("nothing in it", told(TOP, &[eu[0], ("instances/us.toml", "# later\n")])),
        (
            "no end of its last line",
            told(TOP, &[("instances/a.toml", sound.trim_end()), ("instances/b.toml", &sound)]),
        ),
        (
            "a token",
            told(
                TOP,
                &[
                    eu[0],
                    (
                        "instances/us.toml",
                        &instance("us").replace("NONE\"", &format!("NONE\" # {TOKEN}")),
                    ),
                ],
            ),
        ),
        ("the first file's own mistake", told(&format!("{TOP}colour = 1\n"), eu)),
    ];
    let text = pictures.map(|(title, said)| format!("# {title}\n{said}")).join("\n\n");
    insta::assert_snapshot!("mistakes", text);
}

/// Puts each instance of the configuration into a file of its own.
fn part(home: &Home) {
    let text = home.read("retool-audit.toml");
    let (first, rest) = text.split_once("[[instance]]").expect("instances");
    let (instances, after) = rest.split_once("# Every rule").expect("what follows");
    let top = format!("include = [\n  'instances/*.toml',\n]\n{first}# Every rule{after}");
    home.write("retool-audit.toml", &top);
    for (at, it) in instances.split("[[instance]]").enumerate() {
        home.write(&format!("instances/{at}.toml"), &format!("[[instance]]{it}"));
    }
}

#[test]
fn included_instances_are_audited_as_those_of_one_file_and_the_pack_holds_them() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu", "legacy"]);
    home.without_documents();
    home.without_cis();
    let first = home.pack(&home.run(&["run"]));
    let snapshot = first.dir.join("snapshot").display().to_string();
    let report = |out: &str| home.pack(&home.run(&["report", &snapshot, "--out", out]));
    let whole = report("whole");
    part(&home);
    let parted = report("parted");
    // The id of the report is made of its inputs, and the configuration is another text.
    let rows = |pack: &Pack, table: &str| {
        let mut res = pack.rows(table);
        for row in &mut res {
            row.remove("report_id");
        }
        res
    };
    for table in ["findings", "users", "groups"] {
        assert_eq!(rows(&whole, table), rows(&parted, table), "{table}");
    }
    let kept = parted.text("inputs/retool-audit.toml");
    let mark = |it: &&str| {
        it.starts_with("include") || it.starts_with("# From") || it.starts_with("name = ")
    };
    let marks: Vec<&str> = kept.lines().filter(mark).collect();
    insta::assert_snapshot!(marks.join("\n"), @r#"
    include = [
    name = "Kestrel Freight (sample)"
    # From instances/0.toml:
    name = "cloud"
    # From instances/1.toml:
    name = "eu"
    # From instances/2.toml:
    name = "legacy"                         # the warehouse's old server, to be switched off
    "#);
    // The pack is rendered from what lies in it, where the files are not there.
    fs::remove_dir_all(home.path("instances")).expect("they are there");
    let dir = parted.dir.display().to_string();
    home.run(&["verify", &dir, "--replay"]).expect(0);
}

/// What is said of the evidence names instances, and a cell of a workbook holds only so much.
#[test]
fn what_is_said_of_many_instances_can_be_read_and_fits_a_cell() {
    let home = Home::empty();
    home.write("retool-audit.toml", &format!("{TOP}formats = [\"xlsx\", \"json\"]\n"));
    for it in 0..120 {
        let name = format!("{:x<61}{it:03}", "i");
        home.write(&format!("instances/{it}.toml"), &instance(&name));
        let user =
            r#"[{"id": "u", "email": "ana@acme.example", "active": true, "is_admin": true}]"#;
        home.write(&format!("answers/{name}/users.json"), user);
        home.write(&format!("answers/{name}/groups.json"), "[]");
    }
    let snapshot = home.run(&["import", "answers", "--collected-at", "2026-11-02T06:00:00Z"]);
    let pack = home.pack(&home.run(&["report", snapshot.stdout.trim()]).expect(0));
    let opinion = pack.report()["opinion"].as_str().expect("a text").len();
    assert!(opinion < 5_000, "every name has 64 letters: {opinion}");
    assert!(pack.bytes("workbook.xlsx").starts_with(b"PK"));
}
