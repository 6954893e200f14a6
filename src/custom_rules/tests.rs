//! Rules as users write them, sound and not.

use std::fmt::Write as _;
use std::sync::mpsc;
use std::time::Duration;

use super::parse;
use crate::audit::tests::{check, check_own, check_own_with, compare};
use crate::config::{RuleSettings, Value};
use crate::parameters::Parameters;
use crate::rules::CATALOGUE;
use crate::tables::Tables;
use crate::threads;

/// A rule with a population and an exception, and more lines.
fn rule(population: &str, exception: &str, more: &str) -> String {
    format!(
        r#"code = "OWN-01"
name = "own"
title = "Something to look at"
severity = "low"
subject = "user"
predicate = "Looks at accounts."
risk = "Things happen."
remedy = "Look."
missing = "More facts."
sentence = "{{subject}} is odd."
controls = {{ soc2 = ["CC6.1"] }}
population = """
{population}
"""
exception = "{exception}"
{more}"#
    )
}

fn problems(text: &str) -> String {
    match parse(text, "own.toml") {
        Ok(own) => {
            let tables: Vec<String> =
                own.rule.reads.iter().map(|read| read.sql_name().to_owned()).collect();
            format!("sound; reads {}", tables.join(", "))
        }
        Err(it) => it.to_string(),
    }
}

/// Each query with what is wrong with it.
fn populations(all: &[&str]) -> String {
    let mut res = String::new();
    for it in all {
        let text = problems(&rule(it, "TRUE", ""));
        let text = text.trim_start_matches("`own.toml` has 1 problem\n");
        writeln!(res, "{it}\n{text}\n").expect("text grows");
    }
    res.trim_end().to_owned()
}

/// Each condition on accounts with what is wrong with it.
fn conditions(all: &[&str]) -> String {
    let population = "SELECT instance, user_id AS subject_id, label AS subject, active, tier, \
                      email, created_at, groups, name FROM users WHERE tier < $days OR LOWER(name) \
                      IN ($mail_words)";
    let mut res = String::new();
    for it in all {
        let more = "[parameters.days]\ndefault = 90\nabout = 'days'\n\
                    [parameters.mail-words]\ndefault = ['info']\nabout = 'words'";
        let text = problems(&rule(population, it, more));
        let text = text.trim_start_matches("`own.toml` has 1 problem\n");
        writeln!(res, "{it}\n{text}\n").expect("text grows");
    }
    res.trim_end().to_owned()
}

const WHO: &str = "SELECT instance, user_id AS subject_id, label AS subject FROM";

#[test]
fn nothing_but_the_dictionary_is_read() {
    insta::assert_snapshot!(populations(&[
        &format!("{WHO} read_csv('/etc/passwd')"),
        &format!("{WHO} read_parquet('users.parquet')"),
        "CREATE TABLE users AS SELECT 1",
        "DROP TABLE users",
        &format!("{WHO} users; DROP TABLE users"),
        &format!("{WHO} '/etc/passwd'"),
        &format!("{WHO} \"users\""),
        &format!("{WHO} data.users"),
        &format!("{WHO} ./users.csv"),
        &format!("{WHO} user"),
        &format!("{WHO} roster"),
        "SELECT * INTO copy FROM users",
        "WITH users AS (SELECT instance FROM groups) SELECT instance FROM users",
        "WITH RECURSIVE a AS (SELECT instance FROM groups) SELECT instance FROM a",
        "EXPLAIN SELECT 1",
        "TABLE users",
        "VALUES (1)",
        "SELECT 1 FROM UNNEST([1])",
        "",
    ]));
}

#[test]
fn what_the_engine_answers_wrongly_is_refused_with_what_to_write() {
    insta::assert_snapshot!(populations(&[
        &format!("{WHO} users LIMIT 5"),
        &format!("{WHO} users ORDER BY instance"),
        &format!("{WHO} users, groups"),
        "SELECT DISTINCT instance, user_id AS subject_id, label AS subject FROM users",
        "SELECT instance, COUNT(*) AS n FROM users GROUP BY instance",
        &format!("{WHO} users UNION {WHO} users"),
        &format!("{WHO} users WHERE user_id IN (SELECT user_id FROM memberships)"),
        &format!("{WHO} users WHERE EXISTS (SELECT 1 FROM memberships)"),
        &format!("{WHO} users WHERE active IS NOT TRUE"),
        &format!("{WHO} users WHERE created_at - last_active > 3"),
        &format!("{WHO} users WHERE created_at > '2026-01-01'"),
        &format!("{WHO} users WHERE created_at > DATE '2026-13-01'"),
        &format!("{WHO} users WHERE days_since_created > CURRENT_DATE"),
        &format!("{WHO} users WHERE DATE_DIFF('day', created_at, NOW()) > 3"),
        &format!("{WHO} users WHERE tier = NULL"),
        &format!("{WHO} users WHERE tier IN (1, NULL)"),
        &format!("{WHO} users WHERE CAST(tier AS VARCHAR) = '1'"),
        &format!("{WHO} users WHERE CONCAT(name, email) = 'x'"),
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users AS u LEFT JOIN \
         groups AS g ON u.instance = g.instance AND g.members > 3",
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users u FULL JOIN \
         groups g ON u.instance = g.instance",
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users u JOIN \
         memberships m ON u.user_id = m.user_id",
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users u JOIN \
         memberships m USING (instance)",
        "SELECT instance, user_id AS subject_id, COUNT(*) OVER (PARTITION BY instance) AS subject \
         FROM users",
        "SELECT * FROM users",
    ]));
}

#[test]
fn what_would_lose_an_unknown_value_is_refused() {
    insta::assert_snapshot!(populations(&[
        "WITH a AS (SELECT instance, user_id, label FROM users WHERE active)
SELECT instance, user_id AS subject_id, label AS subject FROM a",
        "WITH a AS (SELECT instance, SUM(CASE WHEN active THEN 1 ELSE 0 END) AS n FROM users GROUP BY instance)
SELECT instance, instance AS subject_id, instance AS subject, n FROM a",
        "WITH a AS (SELECT instance, MAX(tier) AS n FROM users GROUP BY instance)
SELECT instance, instance AS subject_id, instance AS subject, n FROM a",
        "WITH a AS (SELECT instance, user_id, tier + 1 AS rank FROM users),
b AS (SELECT instance, user_id FROM a WHERE rank > 1)
SELECT instance, user_id AS subject_id, user_id AS subject FROM b",
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users AS u
JOIN approved_admins AS a ON a.instance = u.instance AND a.email = u.login",
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users AS u
LEFT JOIN approved_admins AS a ON a.instance = u.instance AND a.email = u.login WHERE a.email IS NULL",
        "WITH a AS (SELECT instance, user_id, label, login, COALESCE(login, '') AS address FROM users)
SELECT a.instance, a.user_id AS subject_id, a.label AS subject, a.login, b.email FROM a
LEFT JOIN approved_admins AS b ON b.instance = a.instance AND b.email = a.address",
        "WITH a AS (SELECT instance, user_id, label FROM users WHERE active IS NULL OR active)
SELECT instance, user_id AS subject_id, label AS subject FROM a",
        "WITH a AS (SELECT instance, MAX(COALESCE(tier, 0)) AS n FROM users WHERE COALESCE(active, TRUE) GROUP BY instance HAVING COUNT(*) > 1)
SELECT instance, instance AS subject_id, instance AS subject, n FROM a",
    ]));
}

#[test]
fn texts_that_may_grow_without_end_are_refused() {
    let doubled = |n: usize| {
        let with = (1..n)
            .map(|it| format!("a{it} AS (SELECT instance, name || name AS name FROM a{})", it - 1));
        format!(
            "WITH a0 AS (SELECT instance, label AS name FROM users), {}
SELECT instance, name AS subject_id, name AS subject FROM a{}",
            with.collect::<Vec<_>>().join(",\n"),
            n - 1
        )
    };
    let replaced = |n: usize, by: &str| {
        let before = "REPLACE(".repeat(n);
        let after = format!(", 'a', {by})").repeat(n);
        format!("{WHO} users WHERE {before}label{after} = 'a'")
    };
    insta::assert_snapshot!(populations(&[
        &doubled(7),
        &doubled(8),
        &replaced(6, "'bb'"),
        &replaced(7, "'bb'"),
        &replaced(20, "''"),
        &replaced(1, "user_id"),
        &replaced(2, "user_id"),
    ]));
}

#[test]
fn names_and_kinds_are_checked_where_they_stand() {
    insta::assert_snapshot!(populations(&[
        &format!("{WHO} users\nWHERE activ"),
        &format!("{WHO} users WHERE tier"),
        &format!("{WHO} users WHERE active AND tier"),
        &format!("{WHO} users WHERE email = 3"),
        &format!("{WHO} users WHERE active = 'yes'"),
        &format!("{WHO} users WHERE active > FALSE"),
        &format!("{WHO} users WHERE NOT email"),
        &format!("{WHO} users WHERE u.active"),
        &format!("{WHO} users WHERE LOWER(tier) = 'a'"),
        &format!("{WHO} users WHERE LOWER(email, name) = 'a'"),
        &format!("{WHO} users WHERE SOUNDEX(name) = 'a'"),
        &format!("{WHO} users WHERE tier IN ('a')"),
        &format!("{WHO} users WHERE tier BETWEEN 'a' AND 'b'"),
        &format!("{WHO} users WHERE account = 1"),
        &format!("{WHO} users WHERE email LIKE name"),
        &format!("{WHO} users WHERE (active"),
        &format!("{WHO} users WHERE name = 'open"),
        "SELECT instance, label AS subject, user_id AS subject_id FROM users",
        "SELECT instance, user_id AS subject_id, tier AS subject FROM users",
        "SELECT instance, user_id AS subject_id, label AS subject, tier AS member, tier AS member \
         FROM users",
        "SELECT instance, user_id AS subject_id, label AS subject, tier + 1 FROM users",
        "SELECT instance, user_id AS subject_id, label AS subject, last_active FROM users",
        "WITH a AS (SELECT instance, name, COUNT(*) AS n FROM users GROUP BY instance) SELECT \
         instance, instance AS subject_id, name AS subject FROM a",
        "SELECT instance, u.user_id AS subject_id, u.label AS subject FROM users AS u JOIN \
         memberships AS m ON u.instance = m.instance AND u.user_id = m.user_id",
    ]));
}

#[test]
fn conditions_are_conditions_on_the_population() {
    insta::assert_snapshot!(conditions(&[
        "tier < $days",
        "LOWER(email) IN ($mail_words)",
        "tier < $day",
        "tier < $mail_words",
        "email IN ($days)",
        "tier IN ($mail_words)",
        "tier",
        "COUNT(*) > 3",
        "days_inactive > 3",
        "SELECT active",
        "active; DROP TABLE users",
        "active FROM users",
        "CASE WHEN active THEN TRUE ELSE FALSE END",
        "CASE active WHEN TRUE THEN FALSE END",
        "active IN (SELECT active FROM users)",
        "created_at < DATE '2026-01-01'",
        "NOT COALESCE(active, FALSE) OR email ILIKE '%@acme.test' AND LENGTH(TRIM(name)) BETWEEN 1 \
         AND 2 + 3",
    ]));
}

#[test]
fn every_problem_of_a_file_is_told_at_once_with_its_place() {
    let text = r#"code = "EVD-01"
name = "dormant-account"
title = "Ends with a full stop."
severity = "hihg"
subject = "users"
predicate = "No full stop"
risk = "Risk."
remedy = "Remedy."
missing = "Missing."
sentence = "{subject} of {manger}."
sql = "SELECT 1"
population = '''
SELECT instance, user_id AS subject_id, label AS subject, manager
FROM users
WHERE activ AND
      teir < $most
'''
exception = "manager = 'a' AND unknown_column"

[escalation]
to = "high"
words = "worse"
when = "TRUE"

[parameters.most-admins]
default = "three"
about = "how many"

[controls]
soc2 = ["CC6.1", "CC9.9"]
"#;
    insta::assert_snapshot!(problems(text));
    insta::assert_snapshot!(problems("code = \"OWN-01\"\nname = "));
    insta::assert_snapshot!(problems(""));
}

#[test]
fn a_built_in_rule_written_in_sql_finds_the_same() {
    let text = rule(
        "SELECT instance, user_id AS subject_id, label AS subject,
                active, last_active, inactive_for, never_active
         FROM users WHERE active AND NOT COALESCE(answered_for, FALSE)",
        "CASE WHEN COALESCE(never_active, FALSE) THEN FALSE ELSE inactive_for > $days * 86400 END",
        "[parameters.days]\ndefault = 90\nabout = 'days without activity'",
    );
    let own = parse(&text, "own.toml").expect("it is sound").rule;
    let built_in = CATALOGUE.iter().find(|it| it.code == "DRM-01").expect("it is there");
    let (one, other) = compare(own, built_in);
    assert_eq!(one, other);
    assert!(one.contains("exception"), "{one}");
    let picture = "
        users | instance | user_id | label | active | last_active | inactive_for | never_active | answered_for
              | prod     | u1      | ann   | yes    | 2026-08-04  | 90d          | no           | no
              | prod     | u2      | bob   | yes    | 2026-08-03  | 90d1s        | no           | -
              | prod     | u3      | cat   | no     | 2025-01-01  | 670d         | no           | no
              | prod     | u4      | dan   | yes    | -           | -            | yes          | no
              | prod     | u5      | eve   | yes    | -           | -            | -            | no
              | prod     | u6      | fay   | -      | 2025-01-01  | 670d         | no           | no
              | prod     | u7      | svc   | yes    | 2025-01-01  | 670d         | no           | yes";
    assert_eq!(check_own(own, picture), check(built_in, picture));
}

#[test]
fn unknown_stays_undetermined() {
    let text = rule(
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject, u.active, u.tier, m.group_name
         FROM users AS u JOIN memberships AS m ON m.instance = u.instance AND m.user_id = u.user_id
         WHERE u.active AND LOWER(m.group_name) IN ($groups)",
        "tier < $tier",
        "[parameters.groups]\ndefault = ['Finance']\nabout = 'groups'\n[parameters.tier]\n\
         default = 2\nabout = 'tier'",
    );
    let own = parse(&text, "own.toml").expect("it is sound").rule;
    let picture = "
        users | instance | user_id | label | active | tier
              | prod     | u1      | ann   | yes    | 1
              | prod     | u2      | bob   | yes    | 3
              | prod     | u3      | cat   | yes    | -
              | prod     | u4      | dan   | -      | 0
              | prod     | u5      | eve   | no     | -
              | lab      | u1      | fay   | yes    | 1
              | prod     | u6      | gus   | yes    | 1
        memberships | instance | user_id | group_name
              | prod     | u1      | FINANCE
              | prod     | u2      | Finance
              | prod     | u3      | Finance
              | prod     | u4      | Finance
              | prod     | u5      | Finance
              | prod     | u6      | -
              | lab      | u1      | Sales
    ";
    insta::assert_snapshot!(check_own(own, picture));
    let parameters = [("tier", Value::Number(0)), ("groups", Value::Words(Vec::new()))];
    insta::assert_snapshot!(check_own_with(own, &parameters, picture));
    insta::assert_snapshot!(check_own(own, "users | instance | user_id\n | prod | u1"));
}

#[test]
fn a_population_that_names_a_subject_twice_judges_nobody() {
    let text = rule(
        "SELECT m.instance, m.user_id AS subject_id, m.group_name AS subject FROM memberships AS m",
        "TRUE",
        "",
    );
    let own = parse(&text, "own.toml").expect("it is sound").rule;
    insta::assert_snapshot!(check_own(
        own,
        "
        memberships | instance | user_id | group_name
              | prod     | u1      | Finance
              | prod     | u1      | Sales
              | lab      | u1      | Sales
    "
    ));
    let text = rule(
        "SELECT u.instance, a.email AS subject_id, u.label AS subject FROM users AS u
         LEFT JOIN approved_admins AS a ON a.instance = u.instance AND a.email = u.label",
        "TRUE",
        "",
    );
    let own = parse(&text, "own.toml").expect("it is sound").rule;
    insta::assert_snapshot!(check_own(
        own,
        "
        users | instance | user_id | label
              | prod     | u1      | ann
        approved | instance | email
              | prod     | bob
    "
    ));
}

#[test]
fn every_function_gives_unknown_for_unknown() {
    for it in super::FUNCTIONS.iter().filter(|it| !it.aggregate && it.name != "coalesce") {
        let call = match it.takes {
            "text" => format!("{}(email)", it.name),
            "number" => format!("{}(tier)", it.name),
            "text, n" => format!("{}(email, 2)", it.name),
            "text, part" => format!("{}(email, 'a')", it.name),
            "text, between, n" => format!("{}(email, 'a', 1)", it.name),
            "text, what, by" => format!("{}(email, 'a', 'b')", it.name),
            other => panic!("{other}"),
        };
        let population =
            format!("{} {}", WHO.replace(" FROM", &format!(", {call} AS it FROM")), "users");
        let own = parse(&rule(&population, "it IS NULL", ""), "own.toml").expect("sound").rule;
        let picture =
            "users | instance | user_id | label | email | tier\n | prod | u1 | ann | - | -";
        let text = check_own(own, picture);
        assert!(text.starts_with("prod fail 1 of 1"), "{call}: {text}");
    }
}

#[test]
fn every_table_and_column_can_be_named() {
    for table in super::readable() {
        let name = table.sql_name();
        let columns: Vec<&str> = super::columns(table).iter().map(|it| it.name).collect();
        let taken = ["instance", "subject_id", "subject"];
        let rest = columns.iter().map(|column| {
            if taken.contains(column) {
                format!("{column} AS own_{column}")
            } else {
                (*column).to_owned()
            }
        });
        let population = format!(
            "SELECT instance, instance AS subject_id, instance AS subject, {} FROM {name}",
            rest.collect::<Vec<_>>().join(", ")
        );
        let picture = problems(&rule(&population, "TRUE", ""));
        assert_eq!(picture, format!("sound; reads {name}"));
    }
}

#[test]
fn a_rule_that_was_given_up_is_not_gone_on_with() {
    let population = "SELECT instance, user_id AS subject_id, label AS subject FROM users";
    let rule = parse(&rule(population, "TRUE", ""), "own.toml").unwrap().rule;
    let put = move || {
        let view = Tables::default().only(rule.reads, &["nowhere"]);
        let settings = RuleSettings::default();
        let rows = (rule.sql.unwrap().rows)(&view, Parameters::of("", &settings));
        rows.map(drop).map_err(|it| it.to_string())
    };
    assert_eq!(threads::within(Duration::from_mins(1), put), Ok(Ok(())));
    let (tell, told) = mpsc::channel();
    threads::within(Duration::ZERO, move || tell.send(put()).ok()).unwrap_err();
    assert_eq!(told.recv().unwrap().unwrap_err(), "the caller no longer waits for the result");
}
