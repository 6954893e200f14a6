//! The command line: help, usage, and which way each kind of failure ends.

use crate::home::{Home, variable};

#[test]
fn help_says_what_there_is() {
    let home = Home::empty();
    let mut pages = Vec::new();
    for command in ["", "run", "demo", "snapshot", "check", "import", "report", "rules"] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let ran = home.run(&arguments).expect(0);
        assert_eq!(ran.stderr, "");
        let lines: Vec<&str> = ran.stdout.lines().map(str::trim_end).collect();
        pages.push(format!("$ retool-audit {}\n{}", arguments.join(" "), lines.join("\n")));
    }
    insta::assert_snapshot!("help", pages.join("\n\n"));
}

#[test]
fn the_version_is_the_crate_s() {
    let ran = Home::empty().run(&["--version"]).expect(0);
    assert_eq!(ran.stdout, format!("retool-audit {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_ends_with_2() {
    let home = Home::empty();
    for arguments in [
        &[][..],
        &["audit"],
        &["run", "--fail-on", "severe"],
        &["run", "extra"],
        &["run", "--quiet", "--verbose"],
        &["report"],
        &["import", "files"],
        &["check", "extra"],
        &["demo", "--as-of", "yesterday"],
        &["rules", "--color", "blue"],
    ] {
        let ran = home.run(arguments).expect(2);
        assert_eq!(ran.stdout, "", "{arguments:?}");
        assert!(ran.stderr.contains("--help"), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(std::fs::read_dir(home.path(".")).expect("it").count(), 0, "nothing was written");
}

#[test]
fn rules_are_listed() {
    let ran = Home::empty().run(&["rules"]).expect(0);
    assert_eq!(ran.stderr, "");
    insta::assert_snapshot!("rules", ran.stdout);
}

#[test]
fn a_rule_is_explained_by_code_or_name() {
    let home = Home::empty();
    let by_code = home.run(&["rules", "DRM-01"]).expect(0).stdout;
    assert_eq!(by_code, home.run(&["rules", "dormant-account"]).expect(0).stdout);
    insta::assert_snapshot!(by_code, @"
    DRM-01 dormant-account
    Active account without recent activity

    What is looked at
      Looks at active accounts. An exception is one whose last activity, as Retool reports it, is more than the allowed days before the collection. Accounts that were never used are the business of `never-used-account`.

    Why it matters
      An account nobody uses is a door nobody watches.

    What to do
      Disable the account under Settings > Users; who needs it again can ask.

    What decides about an undetermined subject
      The last activity of the account, which the server did not send.

    Severity
      medium

    Controls
      SOC 2: CC6.2
      ISO 27001: A.5.18
      NIST 800-53: AC-2(3)(d)
      PCI DSS: 8.2.6

    Version, which waivers are approved for
      87657508

    Tables
      user

    [rules.dormant-account] days
      days an active account may go without activity; 90 unless configured
    ");
}

#[test]
fn every_rule_has_an_explanation() {
    let home = Home::empty();
    for rule in retool_audit::rules::CATALOGUE {
        let text = home.run(&["rules", rule.code]).expect(0).stdout;
        for part in [rule.name, rule.title, rule.risk, rule.remedy, rule.predicate] {
            assert!(text.contains(part), "{} does not say {part}", rule.code);
        }
    }
}

#[test]
fn a_wrong_configuration_is_told_whole_and_nothing_is_written() {
    let mut home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    home.reconfigure("timezone = \"Europe/Berlin\"", "timezone = \"Berlin\"");
    home.reconfigure("license-model = \"activity\"", "licence-model = \"activity\"");
    home.reconfigure("[rules.dormant-account]", "[rules.dormant-acount]");
    home.reconfigure("days = 90", "days = -1");
    home.unset(&variable("cloud"));
    for command in ["run", "snapshot"] {
        let ran = home.run(&[command]).expect(2);
        assert_eq!(ran.stdout, "");
        insta::allow_duplicates! { insta::assert_snapshot!(ran.complaint(&home), @"
        exit 2
        error: `retool-audit.toml` has 3 problems
          organization.timezone      `Berlin` is not a time zone
                                     help: did you mean `Europe/Berlin`?
          instance[1].licence-model  is not a key
                                     help: did you mean `license-model`?
          rules.dormant-acount       is not a rule
                                     help: did you mean `dormant-account`?
        "); }
    }
    assert!(!home.path("evidence").exists());
}

#[test]
fn a_token_that_is_not_there_fails_its_instance_alone() {
    let mut home = Home::sample();
    home.unset(&variable("cloud"));
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    home.without_documents();
    let ran = home.run(&["run", "--out", "out"]).expect(3);
    let pack = home.pack(&ran);
    let states: Vec<String> = pack.report()["instances"]
        .as_array()
        .expect("instances")
        .iter()
        .map(|it| format!("{} {}", it["name"], it["state"]))
        .collect();
    assert_eq!(states, [r#""cloud" "failed""#, r#""eu" "complete""#]);
    assert!(ran.stderr.contains("`RETOOL_CLOUD_TOKEN` is not set"), "{}", ran.stderr);
}

#[test]
fn quiet_says_where_the_pack_is_and_no_more() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    let ran = home.run(&["run", "--quiet", "--out", "out"]).expect(0);
    assert_eq!((ran.stdout.lines().count(), &*ran.stderr), (1, ""));
}

#[test]
fn machines_read_progress_as_json() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    let ran = home.run(&["run", "--verbose", "--log-format", "json", "--out", "out"]).expect(0);
    assert!(ran.stderr.lines().count() > 5);
    for line in ran.stderr.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON on every line");
        let fields = &value["fields"];
        assert!(fields["instance"] == "eu" || fields["message"].is_string(), "{line}");
    }
}

#[test]
fn colour_is_there_where_it_is_wanted_alone() {
    let mut home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    let colored = |home: &Home, color: &[&str]| {
        let ran = home.run(&[&["run", "--out", "out"], color].concat()).expect(0);
        assert!(!ran.stdout.contains('\u{1b}'));
        ran.stderr.contains("\u{1b}[1m")
    };
    assert!(!colored(&home, &[]), "standard error is no terminal here");
    assert!(colored(&home, &["--color", "always"]));
    home.set("NO_COLOR", "1");
    assert!(!colored(&home, &["--color", "never"]));
}
