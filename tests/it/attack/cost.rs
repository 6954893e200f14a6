//! What costs no more than it may: depth, rows, long texts, panics, and people under any spelling.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::harness::{Home, Ran};

const POPULATION: &str =
    "SELECT instance, user_id AS subject_id, label AS subject, active, name, tier
FROM users";

/// A rule of the organization with this SQL.
fn rule(nth: usize, population: &str, exception: &str) -> String {
    format!(
        "code = \"OWN-{nth:02}\"
name = \"own-{nth}\"
title = \"Something to look at\"
severity = \"low\"
subject = \"user\"
predicate = \"Looks at accounts.\"
risk = \"Things happen.\"
remedy = \"Look.\"
missing = \"More facts.\"
sentence = \"{{subject}} is odd.\"
controls = {{ soc2 = [\"CC6.1\"] }}
population = '''
{population}
'''
exception = '''
{exception}
'''
"
    )
}

/// SQL that goes as deep, or is as long, as `n` says: each kind with its population and exception.
fn kinds(n: usize) -> Vec<(&'static str, String, String)> {
    let many = |word: &str, by: &str| vec![word; n].join(by);
    let context = |before: &str, within: &str, after: &str| {
        format!("{}{within}{}", before.repeat(n), after.repeat(n))
    };
    let condition = |name, exception| (name, POPULATION.to_owned(), exception);
    let population = |name, text: String| (name, text, "TRUE".to_owned());
    let last = "SELECT instance, user_id AS subject_id, label AS subject FROM";
    let all = "SELECT instance, user_id, label FROM";
    let withs = (0..n).map(|it| match it {
        0 => format!("a0 AS ({all} users)"),
        it => format!("a{it} AS ({all} a{})", it - 1),
    });
    let withs = withs.collect::<Vec<_>>().join(", ");
    let joins = (0..n).map(|it| {
        format!(
            "JOIN memberships AS m{it} ON m{it}.instance = u.instance AND m{it}.user_id = u.user_id"
        )
    });
    let joins = joins.collect::<Vec<_>>().join("\n");
    let names = (0..n).map(|it| format!(") AS s{it}")).collect::<Vec<_>>().concat();
    vec![
        condition("OR", many("name = 'a'", " OR ")),
        condition("AND", many("name <> 'a'", " AND ")),
        condition("brackets", context("(", "active", ")")),
        condition("NOT", format!("{}active", "NOT ".repeat(n))),
        condition("NOT (", context("NOT (", "active", ")")),
        condition("minus", format!("tier < {}", context("-(", "1", ")"))),
        condition("CASE", context("CASE WHEN active IS NULL THEN ", "TRUE", " ELSE FALSE END")),
        condition("WHEN", format!("CASE {} END", many("WHEN tier IS NULL THEN TRUE", " "))),
        condition("functions", context("LOWER(", "name", ")") + " = 'a'"),
        condition("COALESCE", format!("COALESCE({}) = 'a'", many("name", ", "))),
        condition("sum", format!("{} > 1", many("tier", " + "))),
        condition("concatenation", format!("{} = 'a'", many("name", " || "))),
        population("WHERE", format!("{POPULATION} WHERE {}", many("name = 'a'", " OR "))),
        population("WITH", format!("WITH {withs} {last} a{}", n - 1)),
        population(
            "UNION",
            format!("WITH a AS ({}) {last} a", many(&format!("{all} users"), " UNION ALL ")),
        ),
        population("queries", format!("{last} {}users{names}", format!("({all} ").repeat(n))),
        population(
            "JOIN",
            format!(
                "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users AS u \
                 {joins}"
            ),
        ),
    ]
}

/// What is said about each kind of SQL, with its first problem.
fn told(home: &Home, kinds: &[(&str, String, String)]) -> String {
    let mut res = String::new();
    for (at, (name, population, exception)) in kinds.iter().enumerate() {
        home.write("own.toml", &rule(at + 1, population, exception));
        let ran = home.run(&["rules", "check", "own.toml"]);
        let line = if ran.code == 0 { &ran.stdout } else { &ran.stderr };
        let line = line.lines().find(|it| it.contains("line ") || it.contains("sound"));
        let line = line.unwrap_or(&ran.stderr).trim().trim_start_matches("own.toml: ");
        let words: Vec<&str> = line.split_whitespace().collect();
        writeln!(res, "{name}: {} {}", ran.code, words.join(" ")).expect("text grows");
    }
    res
}

#[test]
fn sql_of_sensible_depth_is_read() {
    let home = Home::empty();
    let told = told(&home, &kinds(24));
    let odd: Vec<&str> = told.lines().filter(|it| !it.contains(" is sound ")).collect();
    assert!(odd.is_empty(), "{}", odd.join("\n"));
    let ors = vec!["name = 'a'"; 96].join(" OR ");
    home.write("own.toml", &rule(1, POPULATION, &ors));
    home.run(&["rules", "check", "own.toml"]).expect(0);
    let words: Vec<String> = (0..9_000).map(|it| format!("'w{it}'")).collect();
    home.write("own.toml", &rule(1, POPULATION, &format!("name IN ({})", words.join(", "))));
    home.run(&["rules", "check", "own.toml"]).expect(0);
}

#[test]
fn sql_that_goes_too_far_is_refused_with_its_place_and_at_once() {
    let home = Home::empty();
    let began = Instant::now();
    insta::assert_snapshot!(told(&home, &kinds(3_000)), @"
    OR: 2 line 17: more than 100 operators or branches go into each other here
    AND: 2 line 17: more than 100 operators or branches go into each other here
    brackets: 2 line 17: more than 32 brackets and CASEs are open here
    NOT: 2 line 17: more than 100 operators or branches go into each other here
    NOT (: 2 line 17: more than 32 brackets and CASEs are open here
    minus: 2 line 17: more than 32 brackets and CASEs are open here
    CASE: 2 line 17: more than 32 brackets and CASEs are open here
    WHEN: 2 line 17: more than 100 operators or branches go into each other here
    functions: 2 line 17: more than 32 brackets and CASEs are open here
    COALESCE: 0 OWN-10 own-10 is sound and reads users
    sum: 2 line 17: more than 100 operators or branches go into each other here
    concatenation: 2 line 17: more than 100 operators or branches go into each other here
    WHERE: 2 line 14: more than 100 operators or branches go into each other here
    WITH: 2 line 13: the rule reads tables and queries more than 32 times
    UNION: 2 line 13: the rule reads tables and queries more than 32 times
    queries: 2 line 13: the rule reads tables and queries more than 32 times
    JOIN: 2 line 44: the rule reads tables and queries more than 32 times
    ");
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn what_is_nested_too_deep_in_a_file_is_refused_with_its_place() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    let config = home.read("retool-audit.toml");
    let lists = format!("deep = {}{}\n", "[".repeat(20_000), "]".repeat(20_000));
    let tables = format!("deep = {}1{}\n", "{ a = ".repeat(20_000), " }".repeat(20_000));
    let keys = format!("[{}]\n", vec!["a"; 20_000].join("."));
    let mut res = Vec::new();
    let mut tell = |file: &str, ran: Ran| {
        let text = ran.complaint(&home);
        let lines: Vec<&str> = text.lines().take(3).map(str::trim).collect();
        res.push(format!("{file}: {}", lines.join(" / ")));
    };
    for it in [&lists, &tables, &keys] {
        home.write("retool-audit.toml", &format!("{it}{config}"));
        tell("configuration", home.run(&["rules"]));
    }
    home.write("retool-audit.toml", &config);
    for (file, command) in
        [("waivers.toml", &["run"][..]), ("rules/oversized-group.toml", &["rules"])]
    {
        let text = home.read(file);
        for it in [&lists, &tables, &keys] {
            home.write(file, &format!("{it}{text}"));
            tell(file, home.run(command));
        }
        home.write(file, &text);
    }
    let json = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    home.write("saved/cloud/users.json", &json);
    tell("import", home.run(&["import", "saved", "--collected-at", "2026-01-01T00:00:00Z"]));
    insta::assert_snapshot!(res.join("\n"), @"
    configuration: exit 2 / error: `retool-audit.toml` has 1 problem / line 1: a list that is never closed
    configuration: exit 2 / error: `retool-audit.toml` has 1 problem / line 1: not TOML: cannot recurse further; max recursion depth met
    configuration: exit 2 / error: `retool-audit.toml` has 1 problem / line 1: not TOML: recursion limit
    waivers.toml: exit 2 / error: `waivers.toml` has 1 problem / line 1: a list that is never closed
    waivers.toml: exit 2 / error: `waivers.toml` has 1 problem / line 1: not TOML: cannot recurse further; max recursion depth met
    waivers.toml: exit 2 / error: `waivers.toml` has 1 problem / line 1: not TOML: recursion limit
    rules/oversized-group.toml: exit 2 / error: `HOME/rules/oversized-group.toml` has 1 problem / line 1: a list that is never closed
    rules/oversized-group.toml: exit 2 / error: `HOME/rules/oversized-group.toml` has 1 problem / line 1: not TOML: cannot recurse further; max recursion depth met
    rules/oversized-group.toml: exit 2 / error: `HOME/rules/oversized-group.toml` has 1 problem / line 1: not TOML: recursion limit
    import: exit 3 / error: no error
    ");
}

#[test]
fn a_rule_that_would_come_to_too_many_rows_is_not_put_and_the_others_are() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    let joins = |n: usize| {
        let join = |it: usize| format!("JOIN users AS u{it} ON u{it}.instance = u.instance");
        (0..n).map(join).collect::<Vec<_>>().join(" ")
    };
    let wide = format!(
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject FROM users AS u {}",
        joins(6)
    );
    let all = |from: &str, n: usize| {
        vec![format!("SELECT instance, user_id, label FROM {from}"); n].join(" UNION ALL ")
    };
    let piled = format!(
        "WITH a AS (SELECT u.instance, u.user_id, u.label FROM users AS u {}),
         b AS ({}), c AS ({})
         SELECT instance, user_id AS subject_id, label AS subject FROM c",
        joins(2),
        all("a", 4),
        all("b", 5)
    );
    let paired =
        "SELECT u.instance, u.user_id AS subject_id, u.label AS subject, g.n FROM users AS u
         JOIN (SELECT instance, COUNT(*) AS n FROM users GROUP BY instance) AS g
         ON g.instance = u.instance";
    home.write("rules/own-1.toml", &rule(1, &wide, "TRUE"));
    home.write("rules/own-2.toml", &rule(2, &piled, "TRUE"));
    home.write("rules/own-3.toml", &rule(3, paired, "n < 1"));
    let report = home.pack(&home.run(&["run"])).report();
    let rules = report["rules"].as_array().expect("rules");
    let own = rules.iter().filter(|it| it["code"].as_str().is_some_and(|it| it.starts_with("OWN")));
    let told = own.map(|it| {
        let answer = &it["instances"][0];
        format!("{}: {} {}", it["code"], answer["verdict"], answer["reason"])
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#"
    "OWN-01": "not-evaluable" "the rule could not be evaluated: the join with `u2` would come to 18974736 rows, and 5000000 are allowed"
    "OWN-02": "not-evaluable" "the rule could not be evaluated: a UNION would come to 5749920 rows, and 5000000 are allowed"
    "OWN-03": "pass" ""
    "#);
    assert!(rules.iter().any(|it| it["verdict"] == "fail"));
}

#[test]
fn nothing_waits_in_the_system_s_folder_for_temporary_files() {
    let mut home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.set("TMPDIR", "/nowhere");
    home.set("TMP", "/nowhere");
    let pack = home.pack(&home.run(&["run"]));
    assert!(pack.dir.join("workbook.xlsx").is_file());
    home.run(&["demo", "--out", "demo"]).expect(0);
    let left: Vec<_> = fs::read_dir(home.path("demo"))
        .expect("results")
        .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|it| it.contains("unfinished"))
        .collect();
    assert_eq!(left, [""; 0]);
}

/// No file may grow beyond so many kilobytes, which the system says as an error.
#[cfg(unix)]
fn with_small_files(home: &Home, kilobytes: u32, arguments: &str) -> Ran {
    let program = env!("CARGO_BIN_EXE_retool-audit");
    let mut command = Command::new("bash");
    let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec {program} {arguments}");
    command.args(["-c", &script]).current_dir(home.path(""));
    command.env(crate::harness::variable("cloud"), crate::harness::token("cloud"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ran::wait(command.spawn().expect("a shell"))
}

#[cfg(unix)]
#[test]
fn a_panic_after_collection_is_an_error_that_says_where_the_snapshot_is() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.reconfigure(
        r#"["csv", "html", "pdf", "json", "xlsx", "oscal", "parquet"]"#,
        r#"["xlsx"]"#,
    );
    let ran = with_small_files(&home, 64, "run").expect(4);
    let told = ran.complaint(&home);
    let (_, snapshot) = told.split_once("kept at `").expect("where the snapshot is");
    let (snapshot, _) = snapshot.split_once('`').expect("a path");
    assert!(!told.contains("RUST_BACKTRACE=full") && !told.contains("stack backtrace"), "{told}");
    let steady: Vec<&str> = told.lines().filter(|it| !it.contains("because:")).collect();
    insta::assert_snapshot!(steady.join("\n"), @"
    exit 4
    error: cannot make a pack of the snapshot, which is kept at `HOME/evidence/snapshots/TIME`
      help: the system may be out of disk space or memory; where it is not, this is a mistake in the program: `RUST_BACKTRACE=1` says where; then run `retool-audit report HOME/evidence/snapshots/TIME`
    ");
    let kept = fs::read_dir(home.path("evidence/snapshots")).expect("it is kept");
    let kept = kept.last().expect("one").expect("an entry").path();
    assert!(snapshot.ends_with("snapshots/TIME"), "{snapshot}");
    let path = kept.to_string_lossy().into_owned();
    let pack = home.pack(&home.run(&["report", &path]));
    assert!(pack.dir.join("workbook.xlsx").is_file());
}

#[test]
fn documents_show_the_beginning_of_a_long_text_and_the_tables_all_of_it() {
    let home = Home::sample();
    home.edit("cloud", "users", |it| it[0]["first_name"] = "u".repeat(200_000).into());
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.reconfigure(
        r#"["csv", "html", "pdf", "json", "xlsx", "oscal", "parquet"]"#,
        r#"["csv", "html", "pdf", "json"]"#,
    );
    let began = Instant::now();
    let pack = home.pack(&home.run(&["run"]));
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    let run = |file: &str| {
        let text = fs::read_to_string(pack.dir.join(file)).expect("text");
        text.split(|it| it != 'u').map(str::len).max().unwrap_or_default()
    };
    assert_eq!(run("csv/users.csv"), 200_000);
    assert_eq!(run("population.json"), 200_000);
    assert_eq!(run("report.html"), 2_000);
    let html = fs::read_to_string(pack.dir.join("report.html")).expect("text");
    assert!(html.contains("u … and 198,"), "it says how much more there is");
}

#[test]
fn many_aliases_of_a_person_cost_what_they_are() {
    let seconds = |n: usize| {
        let home = Home::sample();
        let server = home.serve();
        home.configure(&server, &["cloud"]);
        home.without_documents();
        let aliases: Vec<String> = (0..n).map(|it| format!("alias{it}@acme.example")).collect();
        let text = format!(
            "person-id,email,aliases,status\nP1,ana@acme.example,{},active\n\
             P1,ana@acme.example,{},active\n",
            aliases.join(" "),
            aliases.join(" ")
        );
        home.write("roster.csv", &text);
        let began = Instant::now();
        home.pack(&home.run(&["run"]));
        began.elapsed().as_secs_f64()
    };
    let (few, many) = (seconds(3_000), seconds(30_000));
    assert!(many < few + 20.0, "3,000 aliases: {few:.1} s, 30,000: {many:.1} s");
}

#[test]
fn many_problems_of_a_file_cost_what_they_are() {
    let seconds = |n: usize| {
        let home = Home::sample();
        let server = home.serve();
        home.configure(&server, &["cloud"]);
        home.write("waivers.toml", &"[[waiver]]\nid = 7\nrule = \"DRM-01\"\n".repeat(n));
        let began = Instant::now();
        let ran = home.run(&["check"]);
        assert!(
            ran.stderr.contains(&format!(" line {}: ", 3 * n - 1)),
            "the last one has its place"
        );
        began.elapsed().as_secs_f64()
    };
    let (few, many) = (seconds(2_000), seconds(20_000));
    assert!(many < few + 20.0, "2,000 records: {few:.1} s, 20,000: {many:.1} s");
}

#[test]
fn many_pairs_of_duties_cost_what_they_are() {
    let seconds = |n: usize| {
        let home = Home::sample();
        let server = home.serve();
        home.configure(&server, &["cloud"]);
        home.without_documents();
        let config = home.read("retool-audit.toml");
        let pairs: Vec<String> =
            (0..n).map(|it| format!("[\"makers {it}\", \"checkers {it}\"]")).collect();
        let one = "[[\"Refund makers\", \"Refund approvers\"]]";
        assert!(config.contains(one));
        home.write("retool-audit.toml", &config.replace(one, &format!("[{}]", pairs.join(", "))));
        let began = Instant::now();
        home.pack(&home.run(&["run"]));
        began.elapsed().as_secs_f64()
    };
    let (few, many) = (seconds(30), seconds(300));
    assert!(many < few + 10.0, "30 pairs: {few:.1} s, 300: {many:.1} s");
}

#[test]
fn nobody_approves_for_themselves_under_any_spelling() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    let email = home
        .read("roster.csv")
        .lines()
        .nth(1)
        .and_then(|it| it.split(',').find(|it| it.contains('@')).map(str::to_owned));
    let email = email.expect("a person with an address");
    let (local, domain) = email.split_once('@').expect("an address");
    let wide: String = local
        .chars()
        .map(|it| {
            char::from_u32(u32::from(it) + 0xfee0).filter(|_| it.is_ascii_graphic()).unwrap_or(it)
        })
        .collect();
    // Cyrillic letters that look the same as these.
    let alike = local.replace('a', "\u{430}").replace('e', "\u{435}").replace('o', "\u{43e}");
    assert_ne!(alike, local);
    let spellings = [
        format!("{alike}@{domain}"),
        email.clone(),
        email.to_uppercase(),
        format!("A Person <{email}>"),
        format!("mailto:{email}"),
        format!("{local}+x@{domain}"),
        format!("{wide}@{domain}"),
        format!("{local}\u{200b}@{domain}."),
        format!("{email} (approved)"),
        format!("Some Body <mailto:{local}+a@{domain}>"),
    ];
    let [today] = Home::days([0]);
    let mut text = "instance;subject;change;reference;approver;approved-at\n".to_owned();
    for it in &spellings {
        writeln!(text, "cloud;{email};privilege;CHG-1;{it};{today}").expect("text grows");
    }
    home.write("approvals.csv", &text);
    let report = home.pack(&home.run(&["run"])).report();
    let rejected = report["approvals"]["rejected"].as_array().expect("refusals");
    assert_eq!(rejected.len(), spellings.len(), "{rejected:?}");
    for it in rejected {
        let reason = it.as_str().unwrap_or_default();
        assert!(reason.contains("approves a change of their own"), "{reason}");
    }
}
