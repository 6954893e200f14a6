//! One truth: the totals of a pack are the same in JSON, CSV, HTML, PDF and OSCAL.

use std::collections::{BTreeMap, BTreeSet};

use calamine::{Data, Reader as _, Xlsx};
use retool_audit::report::CriterionResult;
use retool_audit::rules::{Severity, Subject};
use retool_audit::snapshot::ledger::CompletenessBasis;
use retool_audit::{snapshot, waivers};
use serde_json::Value;

use crate::evidence::{company, demo};
use crate::harness::sample_catalogue;
use crate::oscal;
use crate::pack::{Pack, Row};

/// What every format says about the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Totals {
    accounts: usize,
    active: usize,
    administrators: usize,
    exceptions: usize,
    waived: usize,
    undetermined: usize,
    /// Rules with exceptions, and rules without a result.
    fail: usize,
    not_evaluable: usize,
    /// By severity: exceptions, those of them that are new, reopened, persisting, of unknown age
    /// and overdue, resolved ones, waived and undetermined.
    severities: BTreeMap<String, [usize; 9]>,
    /// Exceptions, waived and undetermined subjects that are organization-wide.
    of_none: [usize; 3],
    /// By instance: accounts, active, disabled, administrators, exceptions, waived, undetermined.
    instances: BTreeMap<String, [usize; 7]>,
}

#[test]
fn every_format_says_the_same() {
    let pack = &demo().pack;
    let totals = of_json(&pack.report());
    assert_eq!((totals.accounts, totals.exceptions, totals.undetermined), (125, 170, 121));
    assert_eq!(of_csv(pack), totals);
    assert_eq!(of_oscal(pack), stateless(&totals));
    let mut phrases = common(&totals);
    let severities = totals.severities.iter();
    phrases.extend(severities.map(|(word, counts)| format!("{word} {}", row(counts))));
    let all = totals
        .severities
        .values()
        .fold([0; 9], |sum, it| std::array::from_fn(|at| sum[at] + it[at]));
    assert_eq!([all[0], all[7], all[8]], [totals.exceptions, totals.waived, totals.undetermined]);
    phrases.push(format!("All {}", row(&all)));
    says(&pack.html_text(), &phrases, "report.html");
    let Some(text) = pack.pdf_text() else { return };
    phrases.push(format!("{} exceptions on", totals.exceptions));
    phrases.push(format!("{} more are waived", totals.waived));
    phrases.push(format!("{} tests are undetermined", totals.undetermined));
    says(&text, &phrases, "report.pdf");
}

/// What `schema.json` says of a column with a closed set of words names each of them, and the pack
/// has no other.
#[test]
fn the_schema_names_every_word_of_a_closed_set() {
    let severities: Vec<&str> = Severity::ALL.iter().map(|it| it.word()).collect();
    let kinds: Vec<&str> = Subject::ALL.iter().map(|it| it.word()).collect();
    let states: Vec<&str> = snapshot::State::ALL.iter().map(|it| it.word()).collect();
    let sets: [(&str, &str, Vec<&str>); 10] = [
        ("findings", "severity", severities.clone()),
        ("findings", "subject_type", kinds.clone()),
        ("findings", "verdict", vec!["exception", "waived", "undetermined"]),
        ("findings", "state", vec!["new", "reopened", "persisting"]),
        ("fixed", "severity", severities),
        ("fixed", "subject_type", kinds),
        ("controls", "result", CriterionResult::ALL.iter().map(|it| it.word()).collect()),
        ("ledger", "whole_by", CompletenessBasis::ALL.iter().map(|it| it.word()).collect()),
        ("coverage", "state", states),
        ("waivers", "state", waivers::WaiverState::ALL.iter().map(|it| it.word()).collect()),
    ];
    let pack = &demo().pack;
    let schema = pack.json("csv/schema.json");
    for (file, column, words) in sets {
        let meaning = meaning(&schema, file, column);
        for word in &words {
            assert!(meaning.contains(word), "{file}.{column} does not name `{word}`: {meaning}");
        }
        for row in pack.rows(file) {
            let cell = row[column].as_str();
            let known = cell.is_empty() || cell == "unknown" || cell == "missing";
            assert!(known || words.contains(&cell), "{file}.{column} has `{cell}`");
        }
    }
}

/// What the schema says of a column.
fn meaning(schema: &Value, file: &str, column: &str) -> String {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let files = schema.as_array().expect("files");
    let file = files.iter().find(|it| text(it, "name").trim_end_matches(".csv") == file);
    let columns = file.expect("the file")["columns"].as_array().expect("columns");
    let found = columns.iter().find(|it| text(it, "name") == column).expect("the column");
    text(found, "meaning")
}

#[test]
fn the_workbook_holds_every_cell_of_the_csv_set() {
    let pack = &demo().pack;
    let bytes = std::io::Cursor::new(pack.bytes("workbook.xlsx"));
    let mut book = Xlsx::new(bytes).expect("a workbook");
    let mut sheets = Vec::new();
    for (sheet, range) in book.worksheets() {
        if sheet == "read me" {
            continue;
        }
        let mut rows = range.rows();
        let header: Vec<String> =
            rows.next().expect("a header").iter().map(|it| cell("", it)).collect();
        let mut expected = pack.rows(&sheet);
        assert_eq!(rows.len(), expected.len(), "{sheet}");
        let mut rows: Vec<_> = rows.collect();
        if sheet == "findings" {
            // Here the most urgent ones are first.
            let id = header.iter().position(|it| it == "finding_id").expect("a column");
            rows.sort_by_key(|row| row[id].to_string());
            expected.sort_by_key(|row| row["finding_id"].clone());
        }
        for (row, expected) in rows.into_iter().zip(&expected) {
            for (column, it) in header.iter().zip(row) {
                let expected = expected[column].trim_start_matches('\'');
                assert_eq!(cell(column, it), expected, "{column} of {sheet}");
            }
        }
        sheets.push(sheet);
    }
    sheets.sort();
    assert_eq!(sheets, pack.tables());
}

/// The columns that hold days, without a time.
const DAYS: [&str; 10] = [
    "due",
    "deadline",
    "end_date",
    "first_day",
    "last_day",
    "as_of",
    "starts",
    "expires",
    "response_due",
    "review_by",
];

/// A cell as the CSV set writes it.
fn cell(column: &str, it: &Data) -> String {
    match it {
        Data::Bool(it) => it.to_string(),
        Data::Float(it) => it.to_string(),
        Data::DateTime(it) => {
            let (year, month, day, hour, minute, second, _) = it.to_ymd_hms_milli();
            if DAYS.contains(&column) {
                return format!("{year}-{month:02}-{day:02}");
            }
            format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
        }
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}

fn of_json(report: &Value) -> Totals {
    let number = |it: &Value| usize::try_from(it.as_u64().expect("a count")).expect("a small one");
    let total = |key: &str| {
        let it = &report["totals"][key];
        number(if it.is_object() { &it["at_least"] } else { it })
    };
    let list = |key: &str| report[key].as_array().expect("a list").iter();
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let severity = |it: &Value| {
        let keys = ["exceptions", "new", "reopened", "persisting", "undated", "overdue"];
        let keys = keys.into_iter().chain(["resolved", "waived", "undetermined"]);
        let keys: [&str; 9] = keys.collect::<Vec<_>>().try_into().expect("nine");
        (text(&it["severity"]), keys.map(|key| number(&it[key])))
    };
    let keys = ["accounts", "active", "disabled", "administrators"];
    let keys = keys.into_iter().chain(["exceptions", "waived", "undetermined"]);
    let keys: [&str; 7] = keys.collect::<Vec<_>>().try_into().expect("seven");
    Totals {
        accounts: total("accounts"),
        active: total("active"),
        administrators: total("administrators"),
        exceptions: total("exceptions"),
        waived: total("waived"),
        undetermined: total("undetermined"),
        fail: total("fail"),
        not_evaluable: total("not_evaluable"),
        severities: list("severities").map(severity).collect(),
        of_none: [total("exceptions_of_none"), 0, total("undetermined_of_none")],
        instances: list("instances")
            .map(|it| (text(&it["name"]), keys.map(|key| number(&it[key]))))
            .collect(),
    }
}

/// Counted from rows, as an auditor with a spreadsheet would.
#[expect(clippy::too_many_lines, reason = "a line for each count")]
fn of_csv(pack: &Pack) -> Totals {
    let (users, findings) = (pack.rows("users"), pack.rows("findings"));
    let is = |row: &Row, column: &str, word: &str| row[column] == word;
    let admin = |it: &Row| is(it, "active", "true") && is(it, "tier", "0");
    let mut res = Totals {
        accounts: users.len(),
        active: users.iter().filter(|it| is(it, "active", "true")).count(),
        administrators: users.iter().filter(|it| admin(it)).count(),
        exceptions: findings.iter().filter(|it| is(it, "verdict", "exception")).count(),
        waived: findings.iter().filter(|it| is(it, "verdict", "waived")).count(),
        undetermined: findings.iter().filter(|it| is(it, "verdict", "undetermined")).count(),
        ..Totals::default()
    };
    for it in ["critical", "high", "medium", "low", "info"] {
        res.severities.insert(it.to_owned(), [0; 9]);
    }
    for it in &users {
        let counts = res.instances.entry(it["instance"].clone()).or_default();
        counts[0] += 1;
        counts[if is(it, "active", "true") { 1 } else { 2 }] += 1;
        counts[3] += usize::from(admin(it));
    }
    for it in &findings {
        let counts = res.severities.get_mut(&it["severity"]).expect("a known severity");
        let place = match &*it["instance"] {
            "all" => &mut res.of_none[..],
            name => &mut res.instances.get_mut(name).expect("an instance with accounts")[4..],
        };
        let verdicts = ["exception", "waived", "undetermined"];
        let at = verdicts.iter().position(|word| is(it, "verdict", word)).expect("a verdict");
        counts[[0, 7, 8][at]] += 1;
        place[at] += 1;
        if at == 0 {
            let states = ["new", "reopened", "persisting", "unknown"];
            counts[1 + states.iter().position(|word| is(it, "state", word)).expect("a state")] += 1;
            counts[5] += usize::from(is(it, "overdue", "true"));
        }
        assert_eq!(is(it, "verdict", "waived"), !it["waiver_id"].is_empty(), "{it:?}");
    }
    for it in pack.rows("fixed") {
        let counts = res.severities.get_mut(&it["severity"]).expect("a known severity");
        counts[6] += usize::from(it["outcome"] == "resolved");
    }
    let exceptions = findings.iter().filter(|it| is(it, "verdict", "exception"));
    let fail: BTreeSet<&str> = exceptions.map(|it| it["rule_code"].as_str()).collect();
    let open = pack.rows("not-evaluable");
    let open = open.iter().filter(|it| is(it, "result", "not-evaluable"));
    let open: BTreeSet<&str> = open.map(|it| it["rule_code"].as_str()).collect();
    res.fail = fail.len();
    res.not_evaluable = open.difference(&fail).count();
    assert!(fail.union(&open).count() <= sample_catalogue().rules().len());
    res
}

/// The same without what was compared with the time before, which OSCAL does not say.
fn stateless(totals: &Totals) -> Totals {
    let mut res = totals.clone();
    for counts in res.severities.values_mut() {
        counts[1..7].fill(0);
    }
    res
}

/// Counted from findings, risks, observations and components.
fn of_oscal(pack: &Pack) -> Totals {
    let results = oscal::results(pack);
    let number = |it: &str| it.parse::<usize>().expect("a count");
    let total = |key: &str| number(oscal::prop(&results, key));
    let mut res = Totals {
        accounts: total("accounts"),
        active: total("active"),
        administrators: total("administrators"),
        ..Totals::default()
    };
    for it in ["critical", "high", "medium", "low", "info"] {
        res.severities.insert(it.to_owned(), [0; 9]);
    }
    for it in oscal::list(&results["local-definitions"], "components") {
        let keys = ["accounts", "active", "disabled", "administrators"];
        let [accounts, active, disabled, admins] = keys.map(|key| number(oscal::prop(it, key)));
        let name = it["title"].as_str().expect("a name").to_owned();
        res.instances.insert(name, [accounts, active, disabled, admins, 0, 0, 0]);
    }
    for it in oscal::list(&results, "findings") {
        let verdicts = ["exception", "waived", "undetermined"];
        let verdict = oscal::prop(it, "verdict");
        let Some(at) = verdicts.iter().position(|it| *it == verdict) else { continue };
        let place = match oscal::prop(it, "instance") {
            "all" => &mut res.of_none[..],
            name => &mut res.instances.get_mut(name).expect("a component")[4..],
        };
        place[at] += 1;
        res.severities.get_mut(oscal::prop(it, "severity")).expect("a severity")[[0, 7, 8][at]] +=
            1;
        *[&mut res.exceptions, &mut res.waived, &mut res.undetermined][at] += 1;
        assert_eq!(it["target"]["status"]["state"], "not-satisfied", "{verdict}");
    }
    let risks = oscal::list(&results, "risks");
    let accepted = |it: &&Value| {
        ["deviation-approved", "remediating"].iter().any(|word| it["status"] == *word)
    };
    let (accepted, open): (Vec<_>, Vec<_>) = risks.partition(accepted);
    assert_eq!((open.len(), accepted.len()), (res.exceptions, res.waived), "a risk for each");
    let results = |verdict: &str| {
        let observations = oscal::list(&results, "observations");
        observations.filter(|it| oscal::prop(it, "result") == verdict).count()
    };
    (res.fail, res.not_evaluable) = (results("fail"), results("not-evaluable"));
    for (key, count) in
        [("exceptions", res.exceptions), ("waived", res.waived), ("undetermined", res.undetermined)]
    {
        assert_eq!(total(key), count, "{key}");
    }
    res
}

/// What HTML and PDF say in the same words.
fn common(totals: &Totals) -> Vec<String> {
    let mut res = vec![
        format!("{} active", totals.active),
        format!("{} have exceptions", totals.fail),
        format!("{} could not be evaluated", totals.not_evaluable),
    ];
    let mut sums = [0; 7];
    for (name, counts) in &totals.instances {
        let state = if name == "legacy" { "PARTIAL" } else { "COMPLETE" };
        res.push(format!("{name} {state} {}", row(counts)));
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    for (sum, of_none) in sums[4..].iter_mut().zip(totals.of_none) {
        *sum += of_none;
    }
    let [accounts, active, _, administrators, exceptions, waived, undetermined] = sums;
    assert_eq!((accounts, active), (totals.accounts, totals.active));
    assert_eq!(administrators, totals.administrators);
    assert_eq!((exceptions, waived), (totals.exceptions, totals.waived));
    assert_eq!(undetermined, totals.undetermined);
    res.push(format!("All 2 of 3 complete {}", row(&sums)));
    res
}

fn row(counts: &[usize]) -> String {
    counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
}

fn says(text: &str, phrases: &[String], file: &str) {
    for it in phrases {
        assert!(text.contains(it), "{file} does not say `{it}`");
    }
}

/// Each number is counted in another place: in the list's own file, in the ledger, and on the pages.
#[test]
fn c_02_every_list_ties_out_from_the_servers_count_to_csv_and_pdf() {
    let pack = &company().pack;
    let pages = pack.pdf_text();
    let mut lists = BTreeSet::new();
    for row in pack.rows("tie-out") {
        let (instance, list) = (&row["instance"], &row["list"]);
        let file = row["file"].trim_end_matches(".csv");
        let rows = pack.rows(file);
        let here = rows.iter().filter(|it| it["instance"] == *instance);
        let here = here.filter(|it| it.get("implicit").is_none_or(|it| it == "false"));
        assert_eq!(here.count().to_string(), row["rows_in_file"], "{instance} {list}");
        assert_eq!(row["difference"], "0", "{instance} {list}");
        let ledger = pack.rows("ledger");
        let of_ledger = ledger.iter().find(|it| {
            it["instance"] == *instance
                && it["endpoint"].replace('-', " ").ends_with(last_word(list))
        });
        if let Some(of_ledger) = of_ledger.filter(|_| file != "memberships") {
            let names = [("server_total", "total_count"), ("received", "rows_received")];
            for (own, theirs) in names.iter().chain(&[("kept", "rows_kept")]) {
                assert_eq!(row[*own], of_ledger[*theirs], "{instance} {list} {own}");
            }
        }
        let total = if row["server_total"].is_empty() { "–" } else { &row["server_total"] };
        let mut expected = vec![instance.as_str(), list, total];
        expected.extend(["received", "distinct_ids", "kept", "rows_in_file"].map(|it| &*row[it]));
        expected.push("0");
        let expected = expected.join(" ");
        assert!(pages.as_ref().is_none_or(|it| it.contains(&expected)), "no page has {expected}");
        lists.insert(list.clone());
    }
    assert_eq!(lists.len(), 7, "{lists:?}");
}

/// `API tokens` stand in the ledger as `access tokens`.
fn last_word(list: &str) -> &str {
    list.rsplit(' ').next().unwrap_or(list)
}
