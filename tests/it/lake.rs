//! The lake: what engines see of many packs, and what holds it against them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use retool_audit::tables::Table;

use crate::evidence::demo;
use crate::harness::Home;
use crate::months::{Company, GHOST, ROOT};
use crate::reperform::{duckdb, is_spark};

/// A company whose packs go into a lake.
fn company() -> Company {
    let company = Company::new(&["prod", "eu"]);
    let formats = "formats = [\"csv\", \"json\", \"parquet\"]\n[lake]\npath = \"lake\"";
    company.home.reconfigure("formats = [\"csv\", \"json\"]", formats);
    company.answers("prod", &[ROOT, GHOST]);
    company.answers("eu", &[ROOT]);
    company
}

/// Reports a month, and gives its pack.
pub(crate) fn month(company: &Company, at: &str) -> PathBuf {
    let snapshot = company.trial(at);
    company.home.pack(&company.home.run(&["report", &snapshot])).dir
}

/// What a query gives in DuckDB; none where there is no DuckDB.
fn ask(home: &Home, query: &str) -> Option<String> {
    let views = home.run(&["lake", "views", "--lake", "lake"]).expect(0).stdout;
    duckdb(&home.path(""), &format!("{views}{query};\n"))
}

const ACCOUNTS: &str = "SELECT period, instance, COUNT(*) AS accounts, MIN(run_id) AS run \
                        FROM users GROUP BY ALL ORDER BY ALL";

#[test]
fn a_second_run_of_a_month_replaces_the_first_and_doubles_nothing() {
    let company = company();
    month(&company, "2025-10-02T06:00:00Z");
    month(&company, "2025-11-02T06:00:00Z");
    let Some(before) = ask(&company.home, ACCOUNTS) else { return };
    company.answers("eu", &[ROOT, GHOST]);
    let pack = month(&company, "2025-11-04T06:00:00Z");
    let after = ask(&company.home, ACCOUNTS).expect("DuckDB");
    let runs =
        "SELECT run_id[:16] AS run, period, organization, state, counts FROM runs ORDER BY run_id";
    let runs = ask(&company.home, runs).expect("DuckDB");
    let steady = |text: &str| {
        let cut = |line: &str| match line.rsplit_once('-') {
            Some((before, id)) if id.len() == 8 => before.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(cut).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(format!("{}\n\n{}\n\n{runs}", steady(&before), steady(&after)));
    let again = company.home.run(&["lake", "add", &pack.to_string_lossy()]).expect(0).stdout;
    assert!(again.ends_with(": there already\n"), "{again}");
    assert_eq!(ask(&company.home, ACCOUNTS).expect("DuckDB"), after);
    // An older one that comes late does not count.
    month(&company, "2025-11-01T06:00:00Z");
    assert_eq!(ask(&company.home, ACCOUNTS).expect("DuckDB"), after);
}

#[test]
fn a_lake_that_lacks_something_or_has_it_otherwise_is_told() {
    let company = company();
    let home = &company.home;
    let october = month(&company, "2025-10-02T06:00:00Z");
    month(&company, "2025-11-02T06:00:00Z");
    let check = |code| {
        let said = home.run(&["lake", "check"]).expect(code).stdout;
        let name = |text: &str| text.split('-').next_back().map(str::to_owned);
        let id = name(&october.file_name().expect("a name").to_string_lossy()).expect("an id");
        said.replace(&id, "ID")
    };
    assert_eq!(check(0), "ok: the lake has what its packs have, and nothing else; 2 looked at\n");
    let run = october.file_name().expect("a name").to_string_lossy().into_owned();
    let place = |table: &str| {
        home.path(&format!("lake/{table}/period=2025-10/instance=prod/{run}.parquet"))
    };
    // Another instance's rows in the place of its own, a file that is gone, and one of nobody.
    let other = home.path(&format!("lake/users/period=2025-10/instance=eu/{run}.parquet"));
    let kept = fs::read(place("users")).expect("a file");
    fs::copy(other, place("users")).expect("room");
    fs::remove_file(place("groups")).expect("it is there");
    fs::write(place("groups").with_file_name("other.parquet"), "x").expect("room");
    let mut told = check(1);
    // Its pack brings both back, as they were.
    let added = home.run(&["lake", "add", &october.to_string_lossy()]).expect(0).stdout;
    assert!(added.ends_with(": there already, and 2 files written again\n"), "{added}");
    assert_eq!(fs::read(place("users")).expect("a file"), kept);
    fs::remove_file(place("groups").with_file_name("other.parquet")).expect("it is there");
    // A run that is gone; its pack brings all of it back.
    fs::remove_file(home.path(&format!("lake/_runs/period=2025-10/{run}.parquet"))).expect("it");
    let gone = check(1);
    told += &gone.lines().take(2).flat_map(|it| [it, "\n"]).collect::<String>();
    let added = home.run(&["lake", "add", &october.to_string_lossy()]).expect(0).stdout;
    assert!(added.ends_with(": added\n"), "{added}");
    check(0);
    fs::rename(&october, home.path("elsewhere")).expect("room");
    told += &check(1);
    insta::assert_snapshot!(told);
}

#[test]
fn a_pack_without_typed_tables_and_one_that_was_changed_are_refused() {
    let company = company();
    let home = &company.home;
    let pack = month(&company, "2025-10-02T06:00:00Z");
    let add = |lake: &str| {
        let ran = home.run(&["lake", "add", &pack.to_string_lossy(), "--lake", lake]);
        ran.expect(4)
            .complaint(home)
            .replace(&pack.file_name().expect("it").to_string_lossy()[..], "PACK")
    };
    let path = pack.join("tables/users.parquet");
    let kept = fs::read(&path).expect("a file");
    fs::write(&path, [&kept[..], b"x"].concat()).expect("room");
    let changed = add("other");
    fs::remove_dir_all(pack.join("tables")).expect("it is there");
    insta::assert_snapshot!(format!("{changed}\n\n{}", add("another")));
    assert!(!home.path("other").exists() && !home.path("another").exists());
}

#[test]
fn a_lake_needs_the_typed_tables_of_each_pack() {
    let company = company();
    company.home.reconfigure(", \"parquet\"]", "]");
    let ran = company.home.run(&["report", "nowhere"]).expect(2);
    insta::assert_snapshot!(ran.complaint(&company.home));
}

/// The columns of a lake of before are there for ever: one that is gone, or of another type, would
/// end what was asked of it.
#[test]
fn columns_are_only_ever_added() {
    let kept = fs::read_to_string("tests/it/lake/columns.txt").expect("the columns");
    let now: Vec<String> = Table::ALL
        .iter()
        .flat_map(|table| {
            let columns = table.columns().into_iter();
            columns.map(move |it| format!("{}.{} {:?}", table.sql_name(), it.name, it.kind))
        })
        .collect();
    let gone: Vec<&str> = kept.lines().filter(|it| !now.iter().any(|now| now == it)).collect();
    assert!(gone.is_empty(), "a lake has these: {gone:?}");
    let new: Vec<&String> = now.iter().filter(|it| !kept.lines().any(|kept| kept == *it)).collect();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|it| it == "always") {
        let all = now.iter().flat_map(|it| [it.as_str(), "\n"]).collect::<String>();
        fs::write("tests/it/lake/columns.txt", all).expect("room");
    } else {
        assert!(new.is_empty(), "`INSTA_UPDATE=always cargo test` adds these: {new:?}");
    }
}

#[test]
fn a_file_of_before_without_a_column_of_today_is_read() {
    let company = company();
    let home = &company.home;
    month(&company, "2025-10-02T06:00:00Z");
    month(&company, "2025-11-02T06:00:00Z");
    let folder = home.path("lake/users/period=2025-10/instance=prod");
    let script =
        "COPY (SELECT * EXCLUDE (tier) FROM 'old.parquet') TO 'new.parquet' (FORMAT parquet);";
    let file = fs::read_dir(&folder).expect("a folder").next().expect("one").expect("it").path();
    fs::rename(&file, folder.join("old.parquet")).expect("room");
    if duckdb(&folder, script).is_none() {
        return;
    }
    fs::rename(folder.join("new.parquet"), &file).expect("room");
    fs::remove_file(folder.join("old.parquet")).expect("it is there");
    let query = "SELECT period, instance, COUNT(*) AS accounts, COUNT(tier) AS tiers FROM users GROUP BY ALL ORDER BY ALL";
    insta::assert_snapshot!(ask(home, query).expect("DuckDB"));
    let spark = in_spark(home, &[query.to_owned()]);
    assert!(spark.is_none_or(|it| it[0].len() == 4));
}

/// The questions of the page about the lake, in order.
fn questions() -> Vec<String> {
    let page = fs::read_to_string("docs/lake.md").expect("the page");
    page.split("```sql\n")
        .skip(1)
        .map(|it| it.split("\n```").next().expect("an end").to_owned())
        .collect()
}

/// What queries give in Spark, as texts; none where there is no Spark.
fn in_spark(home: &Home, queries: &[String]) -> Option<Vec<Vec<Vec<String>>>> {
    let views =
        home.run(&["lake", "views", "--engine", "spark", "--lake", "lake"]).expect(0).stdout;
    let root = home.path("").to_string_lossy().into_owned();
    home.write("views.sql", &views.replace("'lake/", &format!("'{root}/lake/")));
    home.write("queries.json", &serde_json::to_string(queries).expect("texts"));
    let script = Path::new("tests/it/lake/spark_sql.py");
    let ran = Command::new("python3").arg(script).arg(home.path("")).output();
    if !is_spark(&ran) {
        return None;
    }
    let ran = ran.expect("it ran");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(serde_json::from_str(&home.read("rows.json")).expect("rows"))
}

#[test]
fn the_questions_of_the_page_have_the_same_answers_in_duckdb_and_spark() {
    let home = Home::empty();
    let pack = demo().pack.dir.to_string_lossy().into_owned();
    home.run(&["lake", "add", &pack, "--lake", "lake"]).expect(0);
    let questions = questions();
    assert!(questions.len() >= 5);
    let spark = in_spark(&home, &questions);
    for (at, question) in questions.iter().enumerate() {
        let Some(text) = ask(&home, question) else { return };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows = reader.records().map(|it| it.expect("a row"));
        let rows: Vec<Vec<String>> =
            rows.map(|it| it.iter().map(str::to_owned).collect()).collect();
        assert!(!rows.is_empty(), "nothing to see: {question}");
        let Some(theirs) = spark.as_ref().map(|it| &it[at]) else { continue };
        let null = |it: &str| if it == "NULL" { String::new() } else { it.to_owned() };
        let ours: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|it| null(it)).collect()).collect();
        assert_eq!(&ours, theirs, "{question}");
    }
}

#[test]
fn a_run_that_was_interrupted_is_in_no_answer_and_is_completed_by_its_pack() {
    let company = company();
    let home = &company.home;
    let pack = month(&company, "2025-10-02T06:00:00Z");
    let Some(whole) = ask(home, ACCOUNTS) else { return };
    let run = format!("{}.parquet", pack.file_name().expect("a name").to_string_lossy());
    fs::remove_file(home.path(&format!("lake/_runs/period=2025-10/{run}"))).expect("it is there");
    month(&company, "2025-11-02T06:00:00Z");
    let seen = ask(home, ACCOUNTS).expect("DuckDB");
    assert!(!seen.contains("2025-10"), "{seen}");
    home.run(&["lake", "add", "evidence"]).expect(0);
    let answer = ask(home, ACCOUNTS).expect("DuckDB");
    assert!(whole.lines().all(|it| answer.contains(it)), "{answer}");
}
