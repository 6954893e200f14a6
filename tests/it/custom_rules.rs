//! Rules that users write: on the command line, in a run, and in their document.

use std::fmt::Write as _;

use retool_audit::custom_rules::{FUNCTIONS, columns, readable};
use retool_audit::tables::column::Null;

use crate::harness::Home;
use crate::readme::check_in;

const RULE: &str = "rules/oversized-group.toml";

#[test]
fn sound_rules_say_what_they_read() {
    let home = Home::sample();
    let names = ["approver-edits-apps", "two-departments", "oversized-group"];
    let files = names.map(|it| format!("rules/{it}.toml"));
    let ran = home.run(&["rules", "check", &files[0], &files[1], &files[2]]).expect(0);
    insta::assert_snapshot!(ran.stdout, @"
    approver-edits-apps.toml: KF-01 approver-edits-apps is sound and reads users, memberships, effective_access
    two-departments.toml: KF-02 two-departments is sound and reads users, memberships
    oversized-group.toml: KF-03 oversized-group is sound and reads groups
    ");
}

#[test]
fn wrong_rules_end_every_command_before_anything_is_asked() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    let text = home.read(RULE);
    home.write(RULE, &text.replace("FROM groups", "FROM group_list").replace("$most", "$more"));
    let two = text.replace("KF-03", "KF-02").replace("= \"low\"", "= \"lower\"");
    home.write("rules/second.toml", &two);
    let ran = home.run(&["rules", "check", RULE, "rules/second.toml"]);
    insta::assert_snapshot!(ran.complaint(&home), @r#"
    exit 2
    error: `rules/oversized-group.toml` has 3 problems
      line 15: `group_list` is not a table
        15 | FROM group_list
           |      ^^^^^^^^^^
        help: tables are users, memberships, effective_access, grants, groups, invites, tokens, access_requests, role_grants, usage, settings, leavers, licenses, references, input_references, hosts, collectors, roster_files, roster_cells, entitlements, approved_admins, waivers, previous, former_roster, former_users, swings, group_changes, setting_changes, changes, continuity, coverage, reviews, review_lines, review_reviewers, trend, ledger
      line 18: `$more` is not a parameter
        18 | exception = "members > $more"
           |                        ^
        help: state it under `[parameters.more]`
      line 20: no SQL names the parameter `most`
        20 | [parameters.most]
           |             ^^^^
        help: write `$most` in the SQL
    `rules/second.toml` has 1 problem
      line 5: `lower` is not a severity: `critical`, `high`, `medium`, `low`, `info`
        5 | severity = "lower"
          |             ^^^^^
    "#);
    for command in [&["run"][..], &["snapshot"], &["check"], &["rules"]] {
        let ran = home.run(command).expect(2);
        assert!(ran.stderr.contains("`group_list` is not a table"), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    assert!(!home.path("evidence").exists());
    home.write("rules/second.toml", &text.replace("KF-03", "KF-02"));
    home.write(RULE, &text);
    insta::assert_snapshot!(home.run(&["rules"]).complaint(&home), @"
    exit 2
    error: `two-departments.toml` has 1 problem
      line 2, column 9  `KF-02` is taken: `second.toml` has it too
    `oversized-group.toml` has 1 problem
      line 3, column 9  `oversized-group` is taken: `second.toml` has it too
    ");
}

#[test]
fn a_folder_without_rules_is_a_mistake() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure("rules-dir = \"rules\"", "rules-dir = \"answers\"");
    insta::assert_snapshot!(home.run(&["run"]).complaint(&home), @"
    exit 2
    error: `HOME/answers` has no rule: no file in it ends in `.toml`
    ");
    home.reconfigure("rules-dir = \"answers\"", "rules-dir = \"nowhere\"");
    insta::assert_snapshot!(home.run(&["run"]).complaint(&home), @"
    exit 4
    error: cannot read the rules in `HOME/nowhere`
      because: No such file or directory (os error 2)
    ");
}

#[test]
fn rules_are_configured_judged_and_kept_as_the_built_in_ones() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    let config = home.read("retool-audit.toml");
    let more = "[rules.oversized-group]\nmost = 9\n\n[output]";
    home.write("retool-audit.toml", &config.replace("[output]", more));
    let pack = home.pack(&home.run(&["run", "--out", "one"]).expect(3));
    let report = pack.report();
    let rules = report["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|it| it["code"] == "KF-03").expect("it ran");
    let sentences = rule["findings"].as_array().expect("findings").iter();
    let sentences: Vec<&str> = sentences.filter_map(|it| it["sentence"].as_str()).collect();
    insta::assert_snapshot!(sentences.join("\n"), @"
    Dispatch on cloud has 11 members, 11 of them active.
    Operations on cloud has 10 members, 10 of them active.
    ");
    assert_eq!(
        (&rule["parameters"][0]["value"], &rule["parameters"][0]["default"]),
        (&"9".into(), &"10".into())
    );
    let kept = std::fs::read_to_string(pack.dir.join("inputs/rules/oversized-group.toml"));
    assert_eq!(kept.expect("a copy"), home.read(RULE));
    let text = home.read(RULE) + "# another word\n";
    home.write(RULE, &text);
    let snapshot = pack.dir.to_string_lossy().into_owned();
    let other = home.pack(&home.run(&["report", &snapshot, "--out", "two"]).expect(3)).report();
    assert_ne!(report["report_id"], other["report_id"], "the rule's file is an input");
}

#[test]
fn the_document_names_every_table_column_and_function() {
    let mut text = String::new();
    for table in readable() {
        let (name, meaning) = (table.sql_name(), table.meaning());
        write!(text, "### `{name}`\n\n{meaning}\n\n| column | kind | missing | meaning |\n")
            .unwrap();
        text += "| --- | --- | --- | --- |\n";
        for it in columns(table) {
            let missing = match it.null {
                Null::Never => "never".to_owned(),
                Null::Unknown => "unknown".to_owned(),
                Null::Absent => "there is none".to_owned(),
                Null::AbsentIf(flag) => format!("there is none if `{flag}`, else unknown"),
                Null::BoundOf(value) => format!("there is none where `{value}` is known"),
            };
            let (name, kind, meaning) = (it.name, it.kind.word(), it.meaning);
            writeln!(text, "| `{name}` | {kind} | {missing} | {meaning} |").unwrap();
        }
        text.push('\n');
    }
    check_in("docs/custom-rules.md", "tables", text.trim_end());
    let mut text = "| function | gives |\n| --- | --- |\n".to_owned();
    for it in FUNCTIONS {
        let among = if it.aggregate { ", over the rows of a group" } else { "" };
        let name = it.name.to_uppercase();
        writeln!(text, "| `{name}({})` | {}{among} |", it.takes, it.gives).unwrap();
    }
    check_in("docs/custom-rules.md", "functions", text.trim_end());
}

#[test]
fn the_document_s_example_is_a_rule() {
    let text = std::fs::read_to_string("docs/custom-rules.md").expect("a document");
    let example = text.split("```toml\n").nth(2).and_then(|it| it.split("```").next());
    let own = retool_audit::custom_rules::parse(example.expect("an example"), "example.toml");
    assert_eq!(own.expect("it is sound").rule.code, "OWN-01");
}
