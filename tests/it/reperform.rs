//! Every rule, re-performed by engines of other people.

mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use polars::prelude::{DataFrame, col};
use retool_audit::audit::{ESCALATED, VERDICT, judged};
use retool_audit::catalogue::Catalogue;
use retool_audit::config::{RuleSettings, Value};
use retool_audit::custom_rules;
use retool_audit::parameters::Parameters;
use retool_audit::reperform::{COLUMNS, Dialect, query};
use retool_audit::report::parquet;
use retool_audit::rules::Rule;
use retool_audit::tables::dictionary::gap;
use retool_audit::tables::{TYPED, Table, Tables};
use tempfile::{NamedTempFile, TempDir};

use crate::evidence::{company, demo};
use crate::harness::{Home, copy, skipped};
use crate::pack::Pack;

pub(crate) use self::random::Dice;
use self::random::{INSTANCES, Pool};

/// Rules of the catalogue, and what they are put with.
struct Asked {
    rules: Vec<&'static Rule>,
    settings: RuleSettings,
}

/// What a rule says of each subject, in order: instance, id, verdict, escalated.
type Verdicts = Vec<[String; 4]>;

impl Asked {
    fn all() -> Self {
        let pair = |one: &str, other: &str| [one.to_owned(), other.to_owned()];
        let pairs = vec![pair("ann", "it's"), pair("users:read", "a\\b")];
        let words =
            |words: &[&str]| Value::Words(words.iter().map(|it| (*it).to_owned()).collect());
        let set = |key: &str, value| BTreeMap::from([(key.to_owned(), value)]);
        let parameters = BTreeMap::from([
            ("segregation-of-duties".to_owned(), set("pairs", Value::Pairs(pairs))),
            ("approver-edits-apps".to_owned(), set("approvers", words(&["ann", "admin", "it's"]))),
            (
                "two-departments".to_owned(),
                set("departments", words(&["ann", "admin", "it's", "test", "demo"])),
            ),
            ("powerful-token".to_owned(), set("also-harmless-scopes", words(&["users:read"]))),
            ("several-accounts".to_owned(), set("allowed", words(&["ann@acme.example", "it's"]))),
        ]);
        let settings = RuleSettings { parameters, ..RuleSettings::default() };
        let mut rules = Catalogue::default().rules().to_vec();
        let own = custom_rules::load(Path::new("sample-data/every-rule/rules")).expect("sound");
        rules.extend(own.iter().map(|it| it.rule));
        rules.extend(of_functions());
        Self { rules, settings }
    }

    fn parameters(&self, rule: &Rule) -> Parameters<'_> {
        Parameters::of(rule.name, &self.settings)
    }

    fn sql(&self, rule: &Rule, dialect: Dialect) -> String {
        query(rule, self.parameters(rule), dialect).expect(rule.code)
    }

    fn pool(&self) -> Pool {
        let queries = self.rules.iter().map(|it| self.sql(it, Dialect::DuckDb));
        Pool::of(&self.rules, &queries.collect::<Vec<_>>())
    }

    /// What must have been drawn: an exception and something fine of every rule, and something of
    /// which a comparison that differs says otherwise.
    fn wanted(&self) -> BTreeSet<String> {
        let mut res = BTreeSet::new();
        for rule in &self.rules {
            res.extend(["true", "false"].map(|it| format!("{} {it}", rule.code)));
            res.extend(flipped(&self.sql(rule, Dialect::DuckDb)).map(|_| of_flipped(rule.code)));
        }
        // It asks for what the API hides, and has no exceptions.
        assert!(res.remove("AUT-05 true"));
        res
    }

    fn all_by_polars(&self, tables: &Tables) -> BTreeMap<&'static str, Verdicts> {
        self.rules.iter().map(|it| (it.code, self.by_polars(it, tables))).collect()
    }

    /// What polars says, on the instances that have every table.
    fn by_polars(&self, rule: &Rule, tables: &Tables) -> Verdicts {
        let lacking = |it: &&str| tables.gap(it, rule.reads).is_some();
        let lacking: Vec<&str> = INSTANCES.iter().copied().filter(lacking).collect();
        let view = tables.only(rule.reads, &lacking);
        let plan = judged(rule, &view, self.parameters(rule));
        rows(&plan.select(COLUMNS.map(col)).collect().expect(rule.code))
    }
}

/// Conditions that call every function that rules of users may call.
const CONDITIONS: &[&str] = &[
    "LOWER(name) = 'ann'",
    "UPPER(name) = 'ANN'",
    "LTRIM(name) = 'ann'",
    "RTRIM(name) = 'ann'",
    "LENGTH(name) > 3",
    "LEFT(name, 2) = 'an'",
    "RIGHT(name, 2) = 'nn'",
    "SPLIT_PART(email, '@', 2) = 'acme.example'",
    "REPLACE(name, 'n', 'm') = 'amm'",
    "STARTS_WITH(name, 'a')",
    "ENDS_WITH(name, 'n')",
    "ABS(days_inactive) > 1",
    "COALESCE(name, 'ann') = 'ann'",
    "name LIKE '%n%'",
    "name = 'it''s' OR name = 'a\\b'",
    "groups IS NOT NULL AND duties LIKE '%ann%'",
    "days_inactive + 1 > 2 * days_since_created - 3",
    "rows_of_group > 1 OR saves > 3 OR least < 0 OR most > 90",
];

/// A rule in SQL for each of these conditions.
fn of_functions() -> Vec<&'static Rule> {
    let rule = |(at, condition): (usize, &&str)| {
        let text = include_str!("reperform/function.toml");
        let text = text.replace("NUMBER", &format!("{at:02}")).replace("CONDITION", condition);
        match custom_rules::parse(&text, "function.toml") {
            Ok(it) => it.rule,
            Err(problems) => panic!("{condition}: {problems}"),
        }
    };
    CONDITIONS.iter().enumerate().map(rule).collect()
}

fn rows(frame: &DataFrame) -> Verdicts {
    let text = |name: &str| frame.column(name).expect(name).str().expect(name).clone();
    let flag = |name: &str| frame.column(name).expect(name).bool().expect(name).clone();
    let (instances, ids) = (text("instance"), text("subject_id"));
    let (verdicts, escalated) = (flag(VERDICT), flag(ESCALATED));
    let word = |it: Option<bool>| it.map_or(String::new(), |it| it.to_string());
    let mut res: Verdicts = (0..frame.height())
        .map(|row| {
            let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
            let ids = [text(instances.get(row)), text(ids.get(row))];
            let [instance, id] = ids;
            [instance, id, word(verdicts.get(row)), word(escalated.get(row))]
        })
        .collect();
    res.sort();
    res
}

/// Tables at random, with a list missing here and there.
fn drawn(seed: u64, pool: &Pool) -> Tables {
    let dice = &mut Dice::new(seed);
    let mut tables = pool.tables(dice);
    for _ in 0..dice.below(3) {
        let table = Table::ALL[dice.below(Table::ALL.len())];
        let instance = INSTANCES[dice.below(INSTANCES.len())];
        tables.add_gap(Some(instance), table, "not asked");
    }
    let mut gaps = gap::Rows::default();
    for instance in INSTANCES {
        for table in Table::ALL {
            if tables.gap(instance, &[*table]).is_some() {
                gaps.push(gap::Row {
                    instance: instance.into(),
                    table_name: table.sql_name().into(),
                    reason: "not asked".into(),
                });
            }
        }
    }
    tables.with(Table::Gaps, gaps.finish())
}

fn write(tables: &Tables, folder: &Path) {
    fs::create_dir_all(folder.join(TYPED)).expect("room");
    for table in Table::ALL {
        let file = fs::File::create(folder.join(table.typed_path())).expect("room");
        parquet::write(file, *table, &tables.frame(*table), ["r", "s"]).expect("a table");
    }
}

/// Runs a script with DuckDB in a folder; none where there is no DuckDB, and that is allowed.
pub(crate) fn duckdb(folder: &Path, script: &str) -> Option<String> {
    let file = NamedTempFile::new().expect("room");
    fs::write(file.path(), script).expect("room");
    let input = fs::File::open(file.path()).expect("the script");
    match Command::new("duckdb").arg("-csv").current_dir(folder).stdin(input).output() {
        Ok(it) => {
            let error = String::from_utf8_lossy(&it.stderr);
            assert!(it.status.success() && error.is_empty(), "{error}");
            Some(String::from_utf8(it.stdout).expect("text"))
        }
        Err(error) => {
            skipped(&format!("DuckDB: {error}"));
            None
        }
    }
}

/// The rules as one script that writes what each says into `verdicts.csv`.
fn all_in_duckdb(asked: &Asked) -> String {
    let mut res = String::new();
    for table in Table::ALL {
        let (name, path) = (Dialect::DuckDb.name(table.sql_name()), table.typed_path());
        writeln!(res, "CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}');").expect("text");
    }
    res += "CREATE TABLE verdicts (rule VARCHAR, instance VARCHAR, id VARCHAR, verdict BOOLEAN, \
            escalated BOOLEAN);\n";
    let mut put = |code: &str, sql: &str| {
        writeln!(res, "INSERT INTO verdicts SELECT '{code}', * FROM (\n{sql}\n);").expect("text");
    };
    for rule in &asked.rules {
        let sql = asked.sql(rule, Dialect::DuckDb);
        put(rule.code, &sql);
        if let Some(flipped) = flipped(&sql) {
            put(&of_flipped(rule.code), &flipped);
        }
    }
    res + "COPY verdicts TO 'verdicts.csv' (HEADER);\n"
}

/// The rule with one comparison that differs, where it compares something with a parameter.
fn flipped(sql: &str) -> Option<String> {
    let sign = " > (SELECT ";
    sql.contains(sign).then(|| sql.replacen(sign, " >= (SELECT ", 1))
}

/// What verdicts are called that come from a rule with a comparison that differs.
fn of_flipped(code: &str) -> String {
    format!("{code} flipped")
}

/// What an engine wrote, by rule.
fn read(folder: &Path) -> BTreeMap<String, Verdicts> {
    let mut reader = csv::Reader::from_path(folder.join("verdicts.csv")).expect("verdicts");
    let mut res: BTreeMap<String, Verdicts> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a row");
        let row = [1, 2, 3, 4].map(|at| record[at].to_owned());
        res.entry(record[0].to_owned()).or_default().push(row);
    }
    for it in res.values_mut() {
        it.sort();
    }
    res
}

/// Holds what an engine says against polars.
fn expect_same(
    asked: &Asked,
    ours: &BTreeMap<&'static str, Verdicts>,
    theirs: &BTreeMap<String, Verdicts>,
) {
    let only =
        |these: &Verdicts, those: &Verdicts| these.iter().find(|it| !those.contains(it)).cloned();
    let mut wrong = Vec::new();
    for rule in &asked.rules {
        let (ours, none) = (&ours[rule.code], Verdicts::new());
        let theirs = theirs.get(rule.code).unwrap_or(&none);
        if ours != theirs {
            let (one, other) = (only(ours, theirs), only(theirs, ours));
            wrong.push(format!("{}: polars {one:?}, the other engine {other:?}", rule.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs the queries of a folder with Spark on the tables of folders in it; whether there is one.
fn spark(root: &Path, folders: &[String]) -> bool {
    let script = Path::new("tests/it/reperform/spark.py");
    let ran = Command::new("python3").arg(script).arg(root).args(folders).output();
    if !is_spark(&ran) {
        return false;
    }
    let ran = ran.expect("it ran");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    true
}

/// Whether a script ran in a Python that has PySpark; where it did not, that must be allowed.
pub(crate) fn is_spark(ran: &io::Result<Output>) -> bool {
    let is_there = ran.as_ref().is_ok_and(|it| it.status.code() != Some(NO_SPARK));
    if !is_there {
        skipped(&format!("Spark: {ran:?}"));
    }
    is_there
}

/// How the script ends where Python has no PySpark.
const NO_SPARK: i32 = 77;

/// Draws tables until every rule found something and every comparison that differs on purpose was
/// caught; holds polars against DuckDB on all of them. An auditor must be able to re-perform what
/// is reported (A-03).
#[test]
fn a_03_duckdb_says_the_same_as_polars_of_tables_with_nulls_everywhere() {
    let asked = Asked::all();
    let script = all_in_duckdb(&asked);
    let pool = asked.pool();
    let mut wanted = asked.wanted();
    for seed in 0..MOST_TABLES {
        let folder = TempDir::new().expect("room");
        let tables = drawn(seed, &pool);
        write(&tables, folder.path());
        if duckdb(folder.path(), &script).is_none() {
            return;
        }
        let ours = asked.all_by_polars(&tables);
        let theirs = read(folder.path());
        expect_same(&asked, &ours, &theirs);
        for (code, rows) in ours {
            if theirs.get(&of_flipped(code)) != Some(&rows) {
                wanted.remove(&of_flipped(code));
            }
            for [_, _, verdict, _] in rows {
                wanted.remove(&format!("{code} {verdict}"));
            }
        }
        if wanted.is_empty() {
            return;
        }
    }
    panic!("never drawn or never caught: {wanted:?}");
}

/// How often tables are drawn at the most.
const MOST_TABLES: u64 = 80;

/// The same as with DuckDB, for a few tables.
#[test]
fn a_03_spark_says_the_same_as_polars_of_tables_with_nulls_everywhere() {
    let asked = Asked::all();
    let pool = asked.pool();
    let root = TempDir::new().expect("room");
    let queries: BTreeMap<&str, String> =
        asked.rules.iter().map(|it| (it.code, asked.sql(it, Dialect::Spark))).collect();
    let queries = serde_json::to_string(&queries).expect("texts");
    fs::write(root.path().join("queries.json"), queries).expect("room");
    let seeds = [1_000, 1_001];
    let folder = |seed: u64| root.path().join(seed.to_string());
    for seed in seeds {
        write(&drawn(seed, &pool), &folder(seed));
    }
    if !spark(root.path(), &seeds.map(|it| it.to_string())) {
        return;
    }
    for seed in seeds {
        expect_same(&asked, &asked.all_by_polars(&drawn(seed, &pool)), &read(&folder(seed)));
    }
}

/// The packs of the two demonstrations.
fn packs() -> [&'static Pack; 2] {
    [&demo().pack, &company().pack]
}

/// A copy of a pack, and a folder whose program finds DuckDB.
fn copied(pack: &Pack) -> (Home, PathBuf) {
    let mut home = Home::empty();
    home.set("PATH", &std::env::var("PATH").expect("a path"));
    let dir = home.path("pack");
    copy(&pack.dir, &dir);
    (home, dir)
}

/// Whether two accounts that sign in no longer may, in the tables alone.
fn change_a_row(dir: &Path) {
    let script = "COPY (SELECT * REPLACE (active AND tier <> 0 AS active) FROM 'tables/users.parquet') \
                  TO 'tables/users.parquet' (FORMAT parquet);\n";
    duckdb(dir, script).expect("DuckDB");
}

#[test]
fn a_03_the_script_of_a_pack_reperforms_every_rule_and_finds_what_was_reported() {
    for pack in packs() {
        let Some(text) = duckdb(&pack.dir, &pack.text("reperform/reperform.sql")) else { return };
        let last = text.lines().last().expect("a line");
        let put = pack.json("report.json")["rules"].as_array().expect("rules").len();
        let said = format!("Nothing differs: {put} rules re-performed on ");
        assert!(last.starts_with(&said), "{said}: {text}");
        assert!(
            text.contains("rule_not_reperformed") && !text.contains("NOT RE-PERFORMED"),
            "{text}"
        );
    }
}

#[test]
fn a_03_a_row_that_was_changed_is_found_by_the_script_and_by_verify() {
    let (home, dir) = copied(&company().pack);
    let verify = ["verify", "pack", "--reperform"];
    if duckdb(&dir, "SELECT 1;").is_none() {
        return;
    }
    let ran = home.run(&verify).expect(0);
    assert!(ran.stdout.ends_with("; re-performed by DuckDB, nothing differs\n"), "{}", ran.stdout);
    change_a_row(&dir);
    let script = company().pack.text("reperform/reperform.sql");
    let text = duckdb(&dir, &script).expect("DuckDB");
    let last = text.lines().last().expect("a line");
    assert!(last.starts_with("\"DIFFERENT: "), "{text}");
    let said = home.run(&verify).expect(1).stdout;
    let lines: Vec<&str> = said.lines().filter(|it| it.contains("PRV-01")).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// Whoever can change a pack could have DuckDB do anything.
#[test]
fn verify_never_runs_a_script_that_lies_in_a_pack() {
    let (home, dir) = copied(&company().pack);
    if duckdb(&dir, "SELECT 1;").is_none() {
        return;
    }
    fs::write(dir.join("reperform/reperform.sql"), "COPY (SELECT 1) TO 'stolen.csv';").expect("it");
    let said = home.run(&["verify", "pack", "--reperform"]).expect(1).stdout;
    assert!(said.contains("; re-performed by DuckDB, nothing differs"), "{said}");
    assert!(!dir.join("stolen.csv").exists(), "{said}");
}

#[test]
fn without_duckdb_verify_says_that_nothing_was_reperformed() {
    let (mut home, _) = copied(&company().pack);
    home.set("PATH", "");
    let said = home.run(&["verify", "pack", "--reperform"]).expect(0).stdout;
    assert!(said.ends_with("; not re-performed: there is no program `duckdb`\n"), "{said}");
}

#[test]
fn a_03_spark_finds_in_a_pack_what_was_reported() {
    let pack = &demo().pack;
    let (home, dir) = copied(pack);
    let config = "pack/inputs/retool-audit.toml";
    let sql = home.run(&["rules", "sql", "--dialect", "spark", "--config", config]).expect(0);
    let queries = sql.stdout.split("\n\n-- ").skip(1).map(|text| {
        let (code, _) = text.split_once(' ').expect("a code");
        let (_, query) = text.split_once("\nWITH ").expect("a query");
        (code, &text[text.len() - query.len() - 5..])
    });
    let queries: BTreeMap<&str, &str> =
        queries.map(|(code, sql)| (code, sql.trim_end().trim_end_matches(';'))).collect();
    let text = serde_json::to_string(&queries).expect("texts");
    fs::write(home.path("queries.json"), text).expect("room");
    if !spark(&home.path(""), &["pack".to_owned()]) {
        return;
    }
    let theirs = read(&dir);
    let settled = fs::read_to_string(dir.join("settled.json")).expect("what came of it");
    assert_eq!(settled.trim(), "[]");
    assert!(theirs.len() > 60, "{}", theirs.len());
}

#[test]
fn the_typed_findings_are_those_of_the_csv_file() {
    for pack in packs() {
        let [one, other] = ["'csv/findings.csv'", "'tables/findings.parquet'"];
        for [these, those] in [[one, other], [other, one]] {
            let columns = "instance, finding_id, verdict, severity, subject_id";
            let script = format!(
                "SELECT {columns} FROM {these} EXCEPT SELECT {columns} FROM {those};\n\
                 SELECT count(*) AS n FROM {these};\n"
            );
            let Some(text) = duckdb(&pack.dir, &script) else { return };
            let (rows, counted) = text.split_once("n\n").expect("two answers");
            assert!(rows.lines().count() <= 1 && counted.trim() != "0", "{these}: {text}");
        }
    }
}

#[test]
fn a_typed_table_has_as_many_rows_as_its_csv_file() {
    let manifest = demo().pack.json("manifest.json");
    let files = manifest["files"].as_array().expect("files");
    let rows = |path: &str| files.iter().find(|it| it["path"] == path).map(|it| &it["rows"]);
    for table in Table::ALL {
        let typed = rows(&table.typed_path()).expect("a file");
        if let Some(file) = table.file() {
            assert_eq!(Some(typed), rows(&format!("csv/{file}.csv")), "{table:?}");
        }
    }
}
