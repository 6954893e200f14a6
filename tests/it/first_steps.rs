//! The way from an empty folder to a pack, and from a finding to its waiver.

use std::fs;

use crate::harness::{Home, this_month, token};

/// What `init` is told in a script.
const WORDS: &[&str] = &[
    "init",
    "--yes",
    "--organization",
    "Acme \"North\"",
    "--domain",
    "acme.example",
    "--timezone",
    "Europe/Berlin",
    "--instance",
];

fn init(home: &Home, instance: &str, more: &[&str]) -> crate::harness::Ran {
    home.run(&[WORDS, &[instance], more].concat())
}

#[test]
fn the_first_configuration_is_sound_and_ends_in_a_check() {
    let home = Home::empty();
    home.write("people.csv", "email,status\nana@acme.example,active\n");
    let ran = init(&home, "cloud=https://127.0.0.1:1", &["--roster", "people.csv"]).expect(0);
    let told = home.steady(&format!("{}\n{}", ran.stdout, ran.stderr));
    let of_today = told.find("of 20").expect("the roster's day") + "of ".len();
    let told = told.replace(&told[of_today..of_today + "2026-11-02".len()], "[day]");
    insta::assert_snapshot!("init", told);
    insta::assert_snapshot!("init_configuration", home.read("retool-audit.toml"));
    let again = init(&home, "cloud=https://127.0.0.1:1", &[]);
    insta::assert_snapshot!(again.complaint(&home), @"
    exit 2
    error: `retool-audit.toml` is there already; nothing was written
      help: try it with `retool-audit check`, or name another file with `--config FILE`
    ");
}

#[test]
fn what_is_there_stays_and_a_wrong_answer_writes_nothing() {
    let home = Home::empty();
    let wrong = init(&home, "cloud=http://retool.acme.example/apps", &[]);
    insta::assert_snapshot!(wrong.complaint(&home), @r#"
    exit 2
    error: `retool-audit.toml (not written yet)` has 1 problem
      line 16: instance `cloud`: url must start with https, found `http://retool.acme.example`
        16 | url = "http://retool.acme.example/apps"
           | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        help: the token would travel readable; if that is meant, add `allow-http = true`
    "#);
    let silent = home.run(&["init"]);
    insta::assert_snapshot!(silent.complaint(&home), @"
    exit 2
    error: nothing was written: `--organization` is missing, and there is no terminal to ask on
      help: give it, as `retool-audit init --help` says
    ");
    assert_eq!(fs::read_dir(home.path(".")).expect("it").count(), 0, "nothing was written");
    home.write("waivers.toml", "# mine\n");
    init(&home, "cloud=https://127.0.0.1:1", &[]).expect(0);
    assert_eq!(home.read("waivers.toml"), "# mine\n");
    assert!(home.read("roster.csv").starts_with("email,"), "there was none");
}

/// The whole way, without a line that is written by hand.
#[test]
fn a_finding_of_the_first_run_is_waived_without_looking_anything_up() {
    let mut home = Home::sample();
    let server = home.serve();
    fs::remove_file(home.path("waivers.toml")).expect("it was there");
    home.set("RETOOL_EU_TOKEN", &token("eu"));
    let instance = format!("eu={}", server.url_of("eu"));
    init(&home, &instance, &["--roster", "roster.csv"]).expect(0);
    home.reconfigure("token-env", "requests-per-minute = 0\ntoken-env");
    home.reconfigure("# formats = [", "formats = [\"csv\", \"json\"]  # [");
    let pack = home.pack(&home.run(&["run"]));
    let found = |pack: &crate::pack::Pack, verdict: &str| {
        let rows = pack.rows("findings");
        let never = ["EVD", "GOV", "USR-02"];
        let fits = |it: &&std::collections::BTreeMap<String, String>| {
            it["verdict"] == verdict && !never.iter().any(|code| it["rule_code"].starts_with(code))
        };
        rows.iter().find(fits).map(|it| it["finding_id"].clone())
    };
    let id = found(&pack, "exception").expect("an exception that a waiver may accept");
    let printed = home.run(&["waive", &id]).expect(0).stdout;
    home.run(&["waive", &id, "--write"]).expect(0);
    assert!(home.read("waivers.toml").ends_with(&printed), "the same that is printed");
    let pack = home.pack(&home.run(&["run"]));
    assert_eq!(found(&pack, "waived"), None, "an empty record accepts nothing");
    let filled = [
        ("reason = \"\"", "reason = \"Back in spring.\""),
        ("owner = \"\"", "owner = \"astrid.lund@kestrel-freight.example\""),
        ("requested-by = \"\"", "requested-by = \"astrid.lund@kestrel-freight.example\""),
    ];
    let text = filled.iter().fold(home.read("waivers.toml"), |it, (a, b)| it.replace(a, b));
    home.write("waivers.toml", &text);
    let twice = home.run(&["waive", &id, "--write"]);
    let told = home.steady(&twice.complaint(&home)).replace(&this_month(), "2026-11");
    insta::assert_snapshot!(told, @r#"
    exit 2
    error: `waivers.toml` has 1 problem
      line 39: waiver `W-2026-11-01da07`: id `W-2026-11-01da07` is there twice
        39 | id = "W-2026-11-01da07"  # unique for ever
           | ^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn what_no_waiver_accepts_is_told() {
    let demo = crate::evidence::demo();
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    let pack = demo.pack.dir.to_string_lossy().into_owned();
    let rows = demo.pack.rows("findings");
    let id = |code: &str, verdict: &str| {
        let found = rows.iter().find(|it| it["rule_code"] == code && it["verdict"] == verdict);
        found.unwrap_or_else(|| panic!("{code} {verdict}"))["finding_id"].clone()
    };
    let ids = [id("USR-02", "exception"), id("EVD-01", "exception"), id("AUT-03", "undetermined")];
    let told = ids.map(|it| home.run(&["waive", &it, "--pack", &pack]).complaint(&home));
    let ids = ["F-000000000000"].map(|it| home.run(&["waive", it, "--pack", &pack]));
    let told = told.into_iter().chain(ids.map(|it| it.complaint(&home)));
    let told = told.collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("unwaived", told.replace(&*home.steady(&pack), "PACK"));
    let none = home.run(&["waive", "F-000000000000"]).complaint(&home);
    insta::assert_snapshot!(none, @"
    exit 4
    error: `HOME/evidence` holds no pack with a `report.json`
      help: run `retool-audit run` first, or name a pack with `--pack PACK`
    ");
    let answer = home.run(&["answer", "TOK-01", "eu"]).expect(0).stdout;
    assert!(answer.contains("rule = \"orphaned-token\"") && answer.contains("instance = \"eu\""));
}
