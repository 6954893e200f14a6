//! The command line: help, usage, and which way each kind of failure ends.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use retool_audit::progress::EVENTS;
use retool_audit::run::Exit;
use serde_json::Value;

use crate::harness::{Home, variable};

#[test]
fn help_says_what_there_is() {
    let home = Home::empty();
    let mut pages = Vec::new();
    for command in [
        "",
        "init",
        "run",
        "demo",
        "snapshot",
        "check",
        "import",
        "report",
        "prune",
        "status",
        "waive",
        "answer",
        "rules",
        "rules explain",
        "rules check",
        "templates",
        "manual",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let ran = home.run(&arguments).expect(0);
        assert_eq!(ran.stderr, "");
        let lines: Vec<&str> = ran.stdout.lines().map(str::trim_end).collect();
        pages.push(format!("$ retool-audit {}\n{}", arguments.join(" "), lines.join("\n")));
    }
    insta::assert_snapshot!("help", pages.join("\n\n"));
}

/// What the pages say of exit codes is what the program does.
#[test]
fn every_page_of_help_names_every_exit_code() {
    let page = Home::empty().run(&["run", "--help"]).expect(0).stdout;
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, told) = words.split_once("Exit codes: ").expect("the codes");
    let codes: Vec<&str> = told.split("; ").filter_map(|it| it.split(' ').next()).collect();
    let all: Vec<String> = Exit::ALL.iter().map(|it| it.code().to_string()).collect();
    assert_eq!(codes, all);
}

/// Nothing that a person reads on a terminal is wider than it.
#[test]
fn everything_fits_the_terminal() {
    let home = &mut Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    for width in [40, 80, 120, 200] {
        home.set("COLUMNS", &width.to_string());
        for arguments in
            [&["--help"][..], &["run", "--help"], &["check"], &["rules"], &["report", "x"]]
        {
            let ran = home.run(arguments);
            for line in ran.stdout.lines().chain(ran.stderr.lines()) {
                // An address or a path is never broken.
                let breaks = line.trim().contains(' ');
                let n_columns = line.chars().count();
                assert!(n_columns <= width || !breaks, "{arguments:?} at {width}: {line}");
            }
        }
    }
}

#[test]
fn the_manual_and_the_completions_know_every_command() {
    let home = Home::empty();
    let page = home.run(&["manual"]).expect(0).stdout.replace('\\', "");
    for command in ["init", "run", "check", "waive"] {
        assert!(page.contains(&format!("retool-audit-{command}(1)")), "{command}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = home.run(&["manual", shell]).expect(0).stdout;
        assert!(text.contains("waive"), "{shell}");
    }
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
        &["rules", "check"],
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
    assert_eq!(ran.stderr, "There is no `retool-audit.toml`: these are the defaults.\n\n");
    insta::assert_snapshot!("rules", ran.stdout);
}

#[test]
fn rules_fit_the_terminal() {
    let mut home = Home::empty();
    for width in [80, 120] {
        home.set("COLUMNS", &width.to_string());
        let pages = [&["rules"][..], &["rules", "explain", "dormant-account"]];
        for page in pages.map(|it| home.run(it).expect(0).stdout) {
            // SQL has the lines that it has, to be copied.
            let words = page.split("\nAs SQL").next().unwrap_or_default();
            let widest = words.lines().map(|it| it.chars().count()).max();
            assert!(widest.is_some_and(|it| it <= width), "{page}");
        }
    }
}

#[test]
fn rules_are_listed_as_the_configuration_has_them() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure("days = 90", "days = 120");
    home.reconfigure("[rules]", OFF);
    home.without_cis();
    let ran = home.run(&["rules", "list"]).expect(0);
    assert_eq!(ran.stderr, "");
    let changed = |it: &&str| it.contains("dormant-account ") || it.contains("stale-invite");
    let changed: Vec<&str> = ran.stdout.lines().filter(changed).collect();
    insta::assert_snapshot!(changed.join("\n"), @"
    DRM-01  dormant-account               medium    yes      days 120                              SOC 2 CC6.2; ISO 27001 A.5.18; NIST 800-53 AC-2(3)(d); PCI DSS 8.2.6
    INV-01  stale-invite                  low       no       days 7                                SOC 2 CC6.2; ISO 27001 A.5.18; NIST 800-53 AC-2(f); PCI DSS 8.2.4
    ");
    let page = home.run(&["rules", "explain", "drm-01", "--format", "json"]).expect(0).stdout;
    let page: Value = serde_json::from_str(&page).expect("JSON");
    insta::assert_snapshot!(page["parameters"][0], @r#"{"about":"days an active account may go without activity","configured":true,"default":"90","key":"days","strictest":"90 days (NIST 800-53 AC-2(3)(d))","value":"120"}"#);
    let whole = home.run(&["rules", "--format", "json"]).expect(0).stdout;
    let whole: Value = serde_json::from_str(&whole).expect("JSON");
    assert_eq!(whole["configuration"], "retool-audit.toml");
    let off = whole["rules"].as_array().expect("rules").iter().find(|it| it["code"] == "INV-01");
    assert_eq!(off.expect("a rule")["disabled_because"], "Retool ends them.");
}

const OFF: &str = "[rules]
disable = [{ rule = \"stale-invite\", reason = \"Retool ends them.\" }]";

#[test]
#[expect(clippy::too_many_lines, reason = "a page as a whole")]
fn a_rule_is_explained_in_markdown() {
    let ran = Home::empty().run(&["rules", "explain", "DRM-01", "--format", "markdown"]).expect(0);
    insta::assert_snapshot!(ran.stdout, @r#"
    ## DRM-01 `dormant-account`

    Active account without recent activity.

    **Predicate.** Looks at active accounts. Service accounts with an owner in the roster are left out. Exception: an account whose last activity, as Retool reports it, is more than the allowed days before the collection. Accounts that were never used are covered by `never-used-account`.

    **Risk.** An account without activity is a way in that is not watched.

    **Remedy.** Disable the account under Settings > Users; who needs it again can ask.

    **What would decide about an undetermined subject.** The last activity of the account, which the server did not send.

    **Severity.** medium

    **Version, which waivers are approved for.** b9233ef3

    | parameter | used | default | strictest | meaning |
    | --- | --- | --- | --- | --- |
    | `days` | 90 | 90 | 45 days (CIS Controls 5.3) | days an active account may go without activity |

    | control | intent |
    | --- | --- |
    | SOC 2 CC6.2 | Access is authorised before it is granted, and removed when it is no longer needed. |
    | ISO 27001 A.5.18 | Access rights are granted, reviewed, changed and removed by policy. |
    | NIST 800-53 AC-2(3)(d) | Accounts that are not used are disabled. |
    | PCI DSS 8.2.6 | Accounts inactive for 90 days are removed or disabled. |
    | CIS Controls 5.3 | Accounts without use for 45 days are disabled or deleted. |
    | HIPAA 164.308(a)(4)(ii)(C) | Rights of access are set up, documented, reviewed and changed. |
    | DORA RTS 21(e)(iv) | Rights are brought up to date every year, and every six months where functions are critical or important. |

    | table | column | meaning | missing |
    | --- | --- | --- | --- |
    | users | `instance` | The instance the account lives in. |  |
    | users | `active` | Whether the account may sign in. | unknown |
    | users | `last_active` | Last activity as Retool reports it; empty where the account was never used. | none or unknown |
    | users | `manager` | The person's manager in the roster. | none |
    | users | `never_active` | Whether the account was never used; missing where the server did not say. | unknown |
    | users | `access_path` | How the account comes by its access, in words. |  |
    | users | `inactive_for` | Seconds between the last activity and the collection. | none or unknown |

    As SQL for DuckDB:

    ```sql
    WITH parameters AS (
      SELECT CAST(90 AS BIGINT) AS days
    ),
    lacking AS (
      SELECT instance FROM gaps WHERE table_name IN ('users')
    ),
    candidates AS (
      SELECT
        instance,
        user_id AS subject_id,
        active,
        inactive_for,
        never_active,
        NOT (answered_for IS NOT DISTINCT FROM TRUE) AS member
      FROM users
      WHERE instance NOT IN (SELECT instance FROM lacking)
    )
    SELECT
      instance,
      subject_id,
      CASE
        WHEN never_active THEN FALSE
        ELSE inactive_for > (SELECT days FROM parameters) * 86400
      END
      AND member AND active AS verdict,
      FALSE AS escalated
    FROM candidates
    WHERE COALESCE(member AND active, TRUE)
    ```
    "#);
}

#[test]
fn a_wrong_configuration_is_not_taken_for_none() {
    let home = Home::empty();
    home.write("retool-audit.toml", "[organization]\n");
    let ran = home.run(&["rules"]).expect(2);
    assert_eq!(ran.stdout, "");
}

#[test]
#[expect(clippy::too_many_lines, reason = "one long picture")]
fn a_rule_is_explained_by_code_or_name() {
    let home = Home::empty();
    let by_code = home.run(&["rules", "explain", "DRM-01"]).expect(0).stdout;
    assert_eq!(by_code, home.run(&["rules", "explain", "dormant-account"]).expect(0).stdout);
    insta::assert_snapshot!(by_code, @r#"
    DRM-01  dormant-account
    Active account without recent activity

    What is looked at, and what is an exception
      Looks at active accounts. Service accounts with an owner in the roster are
      left out. Exception: an account whose last activity, as Retool reports it,
      is more than the allowed days before the collection. Accounts that were
      never used are covered by `never-used-account`.

    Why it matters
      An account without activity is a way in that is not watched.

    What to do
      Disable the account under Settings > Users; who needs it again can ask.

    What would decide about an undetermined subject
      The last activity of the account, which the server did not send.

    Severity
      medium

    Version, which waivers are approved for
      b9233ef3

    [rules.dormant-account] days
      days an active account may go without activity
      used: 90, by default
      strictest: 45 days (CIS Controls 5.3)

    Controls
      SOC 2 CC6.2: Access is authorised before it is granted, and removed when it
        is no longer needed.
      ISO 27001 A.5.18: Access rights are granted, reviewed, changed and removed
        by policy.
      NIST 800-53 AC-2(3)(d): Accounts that are not used are disabled.
      PCI DSS 8.2.6: Accounts inactive for 90 days are removed or disabled.
      CIS Controls 5.3: Accounts without use for 45 days are disabled or deleted.
      HIPAA 164.308(a)(4)(ii)(C): Rights of access are set up, documented,
        reviewed and changed.
      DORA RTS 21(e)(iv): Rights are brought up to date every year, and every six
        months where functions are critical or important.

    Reads the table users: One row per account and instance, disabled accounts too.
      instance: The instance the account lives in.
      active: Whether the account may sign in. Missing: unknown.
      last_active: Last activity as Retool reports it; empty where the account was
        never used. Missing: none or unknown.
      manager: The person's manager in the roster. Missing: none.
      never_active: Whether the account was never used; missing where the server
        did not say. Missing: unknown.
      access_path: How the account comes by its access, in words.
      inactive_for: Seconds between the last activity and the collection. Missing:
        none or unknown.

    As SQL for DuckDB; `rules sql` has other engines
      WITH parameters AS (
        SELECT CAST(90 AS BIGINT) AS days
      ),
      lacking AS (
        SELECT instance FROM gaps WHERE table_name IN ('users')
      ),
      candidates AS (
        SELECT
          instance,
          user_id AS subject_id,
          active,
          inactive_for,
          never_active,
          NOT (answered_for IS NOT DISTINCT FROM TRUE) AS member
        FROM users
        WHERE instance NOT IN (SELECT instance FROM lacking)
      )
      SELECT
        instance,
        subject_id,
        CASE
          WHEN never_active THEN FALSE
          ELSE inactive_for > (SELECT days FROM parameters) * 86400
        END
        AND member AND active AS verdict,
        FALSE AS escalated
      FROM candidates
      WHERE COALESCE(member AND active, TRUE)
    "#);
}

#[test]
fn every_rule_has_an_explanation() {
    let home = Home::empty();
    for rule in retool_audit::rules::CATALOGUE {
        let text = home.run(&["rules", "explain", rule.code]).expect(0).stdout;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
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
        insta::allow_duplicates! { insta::assert_snapshot!(ran.complaint(&home), @r#"
        exit 2
        error: `retool-audit.toml` has 3 problems
          line 5: organization.timezone `Berlin` is not a time zone
            5 | timezone = "Berlin"                                           # shown beside UTC
              | ^^^^^^^^^^^^^^^^^^^
            help: did you mean `Europe/Berlin`?
          line 81: instance `eu`: licence-model is not a key
            81 | licence-model = "activity"
               | ^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: did you mean `license-model`?
          line 113: rules.dormant-acount is not a rule
            113 | [rules.dormant-acount]
                |        ^^^^^^^^^^^^^^^
            help: did you mean `dormant-account`?
        "#); }
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
    let told = events(&ran.stderr);
    for event in ["instance-started", "answer-received", "instance-read", "run-summary"] {
        assert!(told.contains(&event.to_owned()), "{told:?}");
    }
    // The one instance that there is has no token.
    let mut home = Home::sample();
    home.configure(&server, &["cloud", "eu"]);
    home.unset(&variable("eu"));
    let ran = home.run(&["run", "--quiet", "--log-format", "json"]).expect(3);
    assert_eq!(events(&ran.stderr), ["evidence-incomplete"]);
    let failed = home.run(&["report", "nowhere", "--log-format", "json"]).expect(4);
    assert_eq!(events(&failed.stderr), ["command-failed"]);
}

/// The event of each line of a log, which is one that the table has, with the fields that it has.
fn events(log: &str) -> Vec<String> {
    let of = |line: &str| {
        let value: BTreeMap<String, Value> =
            serde_json::from_str(line).expect("JSON on every line");
        let name = value["event"].as_str().expect("an event").to_owned();
        let known = EVENTS.iter().find(|it| it.name == name);
        let known = known.unwrap_or_else(|| panic!("{name} is in no table"));
        let level = value["level"].as_str().expect("a level");
        assert_eq!(known.warns, level != "INFO", "{line}");
        let usual = ["timestamp", "level", "target", "message", "event"];
        let own: BTreeSet<&str> =
            value.keys().map(String::as_str).filter(|it| !usual.contains(it)).collect();
        assert_eq!(own, known.fields.iter().copied().collect(), "{line}");
        name
    };
    log.lines().map(of).collect()
}

/// Whatever the program logs is one of the events, and each of them is logged somewhere.
#[test]
fn every_event_of_the_log_is_in_the_table_and_is_told() {
    let mut told = BTreeSet::new();
    each_source(Path::new("src"), &mut |path, text| {
        if path != "src/progress/event.rs" {
            let names = text.split("LogEvent::").skip(1).filter_map(|it| {
                it.split(|it: char| !it.is_alphanumeric()).next().map(str::to_owned)
            });
            told.extend(names.filter(|it| it.starts_with(|it: char| it.is_uppercase())));
        }
        for macro_name in ["info", "warn", "error", "debug", "trace"] {
            for call in text.split(&format!("tracing::{macro_name}!(")).skip(1) {
                assert!(call.trim_start().starts_with("event"), "{path}: a line without its event");
            }
        }
    });
    let known: BTreeSet<String> = EVENTS.iter().map(|it| format!("{:?}", it.event)).collect();
    assert_eq!(told, known);
    let names: BTreeSet<&str> = EVENTS.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), EVENTS.len(), "two events have one name");
}

fn each_source(dir: &Path, then: &mut dyn FnMut(&str, &str)) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            each_source(&path, then);
        } else if path.extension().is_some_and(|it| it == "rs") {
            then(&path.to_string_lossy(), &std::fs::read_to_string(&path).expect("a source"));
        }
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
