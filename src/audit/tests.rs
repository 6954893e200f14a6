//! Snapshot tests of rules: tables written as text go in, verdicts written as text come out.

mod answers;
mod sentences;
mod settings;
mod standing;

use crate::config::Known;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use polars::prelude::{
    AnyValue, Column, DataFrame, DataType, IntoColumn as _, IntoLazy as _, NULL, NamedFrom as _,
    Schema, Series, TimeUnit, col, lit, when,
};

use super::evaluate::RuleContext;
use super::{
    ESCALATED, InstanceOutcome, ORGANIZATION, evaluate_custom_rule, evaluate_rule, judged,
};
use crate::catalogue::Catalogue;
use crate::config::{RuleSettings, Value};
use crate::parameters::Parameters;
use crate::report::findings::RuleFindings;
use crate::retool::saved::Saved;
use crate::rules::Rule;
use crate::snapshot::earlier::{Earlier, EarlierSnapshot, PreviousSnapshot};
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::record::Record;
use crate::snapshot::record::{FieldState, Group, Id, User};
use crate::snapshot::store::{InstanceBrief, SnapshotHeader};
use crate::snapshot::{Collected, Records, Snapshot};
use crate::tables::column::{ColumnKind as _, KindName, List, Null, span_words};
use crate::tables::{Table, Tables};

/// Evaluates `rule` on the tables written in `picture`, and writes its verdicts as text.
///
/// Columns that the text leaves out are null (or empty, where the dictionary knows no null), and
/// `-` stands for a null. A table that the rule reads and the text lacks is a gap.
pub(crate) fn check(rule: &'static Rule, picture: &str) -> String {
    check_on(rule, picture, &RuleSettings::default())
}

/// As [`check`], with parameters of the rule.
pub(crate) fn check_with(
    rule: &'static Rule,
    parameters: &[(&str, Value)],
    picture: &str,
) -> String {
    let set = parameters.iter().map(|(key, it)| ((*key).to_owned(), it.clone())).collect();
    let parameters = [(rule.name.to_owned(), set)].into();
    check_on(rule, picture, &RuleSettings { parameters, ..RuleSettings::default() })
}

/// As [`check`], for a rule that users wrote.
pub(crate) fn check_own(rule: &'static Rule, picture: &str) -> String {
    check_own_with(rule, &[], picture)
}

/// As [`check_with`], for a rule that users wrote.
pub(crate) fn check_own_with(
    rule: &'static Rule,
    parameters: &[(&str, Value)],
    picture: &str,
) -> String {
    let set = parameters.iter().map(|(key, it)| ((*key).to_owned(), it.clone())).collect();
    let parameters = [(rule.name.to_owned(), set)].into();
    let settings = RuleSettings { parameters, ..RuleSettings::default() };
    let (tables, instances) = pictured(rule, picture);
    let names: Vec<&str> = instances.iter().map(String::as_str).collect();
    shown(&evaluate_custom_rule(rule, &tables, &names, &settings))
}

/// What two rules say about the sample company.
pub(crate) fn compare(one: &'static Rule, other: &'static Rule) -> (String, String) {
    let (tables, instances, settings) = sample();
    let names: Vec<&str> = instances.iter().map(String::as_str).collect();
    let put = |rule: &'static Rule| shown(&evaluate_custom_rule(rule, &tables, &names, &settings));
    (put(one), put(other))
}

/// As [`check`], under the settings of all rules.
pub(crate) fn check_on(rule: &'static Rule, picture: &str, settings: &RuleSettings) -> String {
    let (tables, instances) = pictured(rule, picture);
    let names: Vec<&str> = instances.iter().map(String::as_str).collect();
    let parameters = Parameters::of(rule.name, settings);
    shown(&evaluate_rule(rule, &tables, &names, parameters).expect(rule.code))
}

/// The tables of the text; those that the rule reads and the text lacks are gaps.
fn pictured(rule: &Rule, picture: &str) -> (Tables, Vec<String>) {
    let (mut tables, instances) = draw(picture);
    for table in rule.reads {
        let drawn = |line: &str| named(cells(line).remove(0).as_str()) == Some(*table);
        if !picture.lines().any(drawn) {
            tables.add_gap(None, *table, format!("there is no {}", table.name()));
        }
    }
    (tables, instances)
}

/// Every sentence of an outcome says something at each of its places, and every reason holds.
fn read_sentences(outcome: &super::Outcome) {
    let records = RuleFindings::of(outcome, &RuleSettings::default()).expect("records");
    for finding in records.iter().filter(|record| record.finding.verdict.is_exception()) {
        let (code, text) = (outcome.rule.code, &finding.sentence);
        let holes = ["  ", " .", " ,", " ;", ": .", ":.", "()", "``", ", and .", "; .", " and."];
        let hole = holes.iter().find(|hole| text.contains(**hole));
        assert!(hole.is_none() && text.ends_with('.'), "{code}: `{text}`");
        let begins_small = ["a ", "an ", "the "].iter().any(|word| text.starts_with(word));
        assert!(!begins_small, "{code}: begins with a small letter: `{text}`");
        let empty = outcome.rule.sentence.contains("{reasons}") && text.contains("none.");
        assert!(!empty, "{code}: an exception without a reason: `{text}`");
    }
}

fn shown(outcome: &super::Outcome) -> String {
    read_sentences(outcome);
    let mut res = Vec::new();
    for it in &outcome.instances {
        let reason = if it.reason.is_empty() { String::new() } else { format!(": {}", it.reason) };
        let counts = format!("{} of {}", it.exceptions, it.population);
        res.push(format!("{} {} {counts}{reason}", it.instance, it.verdict.word()));
    }
    for (word, frame) in
        [("exceptions", &outcome.exceptions), ("undetermined", &outcome.undetermined)]
    {
        if frame.height() > 0 {
            res.push(format!("{word}\n{}", print(frame)));
        }
    }
    res.join("\n")
}

/// Every rule with the columns its query gives, without a single row.
pub(crate) fn every_rule_on_empty_tables() -> Vec<(&'static Rule, Schema)> {
    let settings = RuleSettings::default();
    let schema = |rule: &'static Rule| {
        let view = Tables::default().only(rule.reads, &[]);
        let parameters = Parameters::of(rule.name, &settings);
        judged(rule, &view, parameters).collect().expect(rule.code).schema().as_ref().clone()
    };
    sample_catalogue().rules().iter().map(|it| (*it, schema(it))).collect()
}

/// Every rule with each of the tables it cannot do without, and what it says when that is missing.
pub(crate) fn every_rule_without_a_table() -> Vec<(&'static Rule, Table, Vec<InstanceOutcome>)> {
    let settings = RuleSettings::default();
    let mut res = Vec::new();
    for &rule in sample_catalogue().rules() {
        for table in rule.reads {
            let mut tables = Tables::default();
            let place = if rule.subject.is_organizations() { ORGANIZATION } else { "prod" };
            tables.add_gap(Some(place), *table, "not asked");
            let parameters = Parameters::of(rule.name, &settings);
            let instances = &["prod", "lab"];
            let question = RuleContext { rule, tables: &tables, instances, parameters };
            let outcome = question.judge(None).expect(rule.code);
            res.push((rule, *table, outcome.instances));
        }
    }
    res
}

pub(crate) fn draw(picture: &str) -> (Tables, Vec<String>) {
    let mut tables = Tables::default();
    let mut instances = Vec::new();
    let mut lines = picture.lines().map(cells).filter(|it| it.len() > 1).peekable();
    while let Some(head) = lines.next() {
        let mut rows = Vec::new();
        while let Some(row) = lines.next_if(|it| it[0].is_empty()) {
            if !instances.contains(&row[1]) {
                instances.push(row[1].clone());
            }
            rows.push(row);
        }
        let table = named(&head[0]).unwrap_or_else(|| panic!("no table named `{}`", head[0]));
        tables = tables.with(table, frame(table, &head, &rows));
    }
    (tables, instances)
}

/// The table whose name, in the singular or the plural, is `word`.
fn named(word: &str) -> Option<Table> {
    let same = |table: &&Table| [Some(word), word.strip_suffix('s')].contains(&Some(table.name()));
    Table::ALL.iter().find(same).copied()
}

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(|it| it.trim().to_owned()).collect()
}

fn frame(table: Table, head: &[String], rows: &[Vec<String>]) -> DataFrame {
    let schema = table.schema();
    for name in &head[1..] {
        assert!(schema.contains(name), "{table:?} has no column `{name}`");
    }
    let column = |(name, dtype): (&polars::prelude::PlSmallStr, &DataType)| {
        let at = head.iter().position(|it| it == name.as_str());
        let cells = rows.iter().map(|row| at.map(|at| row[at].as_str()).filter(|it| *it != "-"));
        parse(name, dtype, &cells.collect::<Vec<_>>())
    };
    DataFrame::new(rows.len(), schema.iter().map(column).collect()).expect("equal lengths")
}

fn parse(name: &str, dtype: &DataType, cells: &[Option<&str>]) -> Column {
    let cells = cells.iter().copied();
    if matches!(dtype, DataType::List(_)) {
        return list_column(name, cells.map(|cell| cell.map(str::to_owned)));
    }
    let name = name.into();
    match dtype {
        DataType::String => Series::new(name, cells.collect::<Vec<_>>()),
        DataType::Boolean => {
            Series::new(name, cells.map(|cell| cell.map(|it| it == "yes")).collect::<Vec<_>>())
        }
        DataType::Date => Series::new(name, cells.map(|cell| cell.map(day)).collect::<Vec<_>>())
            .cast(dtype)
            .expect("days cast"),
        _ => Series::new(name, cells.map(|cell| cell.map(number)).collect::<Vec<_>>())
            .cast(dtype)
            .expect("numbers cast"),
    }
    .into_column()
}

/// Lists as the texts of tests write them, with a semicolon between items.
pub(super) fn list_column(name: &str, cells: impl Iterator<Item = Option<String>>) -> Column {
    let mut res = List::start("list", 0);
    for it in cells {
        let items =
            |it: &str| it.split("; ").filter(|it| !it.is_empty()).map(str::to_owned).collect();
        List::push(&mut res, it.as_deref().map(items));
    }
    List::finish(res).with_name(name.into())
}

/// A day as days since the Unix epoch.
fn day(cell: &str) -> i32 {
    cell.parse::<chrono::NaiveDate>().expect("a day").to_epoch_days()
}

/// A number, a day as milliseconds since the Unix epoch, or a span such as `90d1s` as seconds.
fn number(cell: &str) -> i64 {
    if cell.ends_with(['d', 'h', 's']) {
        return seconds(cell);
    }
    let day = chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d")
        .map(|it| it.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp_millis());
    day.unwrap_or_else(|_| cell.parse().expect("a number or a day"))
}

fn seconds(span: &str) -> i64 {
    let (sign, mut rest) = span.strip_prefix('-').map_or((1, span), |it| (-1, it));
    let mut res = 0;
    while let Some(at) = rest.find(['d', 'h', 's']) {
        let n: i64 = rest[..at].parse().expect("a number before the unit");
        let size = [("d", 86_400), ("h", 3_600), ("s", 1)];
        let size = size.iter().find(|it| rest[at..].starts_with(it.0)).expect("a unit").1;
        res += n * size;
        rest = &rest[at + 1..];
    }
    sign * res
}

/// Whether columns of that name hold spans of time.
fn is_span(name: &str) -> bool {
    let all = Table::ALL.iter().flat_map(|it| it.columns());
    all.into_iter().any(|it| it.name == name && it.kind == KindName::Span)
}

fn print(frame: &DataFrame) -> String {
    let mut lines = vec![String::new(); frame.height() + 1];
    for column in frame.columns() {
        let calm = column.name() == ESCALATED && !column.bool().expect("boolean").any();
        let exact = is_bound(column.name()) && column.null_count() == column.len();
        if calm || exact || ["access_path", "manager"].contains(&column.name().as_str()) {
            continue;
        }
        let mut cells = vec![column.name().to_string()];
        let span = is_span(column.name());
        cells.extend((0..frame.height()).map(|row| match column.get(row).expect("row in range") {
            AnyValue::Int64(seconds) if span => span_words(seconds),
            other => show(&other),
        }));
        let width = cells.iter().map(String::len).max().unwrap_or(0);
        for (line, cell) in lines.iter_mut().zip(cells) {
            line.push_str(if line.is_empty() { "" } else { " | " });
            write!(line, "{cell:width$}").expect("text grows");
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// Whether a column bounds another, where that is not known.
fn is_bound(name: &str) -> bool {
    let all = Table::ALL.iter().flat_map(|it| it.columns());
    all.into_iter().any(|it| it.name == name && matches!(it.null, Null::BoundOf(_)))
}

/// A value as columns are filled with it: times as the numbers that they are.
pub(super) fn raw(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::List(_) => show(value),
        AnyValue::Datetime(it, ..) => it.to_string(),
        AnyValue::Date(it) => it.to_string(),
        other => other.str_value().into_owned(),
    }
}

fn show(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => "-".to_owned(),
        AnyValue::Date(it) => {
            chrono::NaiveDate::from_epoch_days(*it).expect("in range").to_string()
        }
        AnyValue::List(it) => {
            it.str().expect("texts").iter().flatten().collect::<Vec<_>>().join("; ")
        }
        AnyValue::Boolean(it) => if *it { "yes" } else { "no" }.to_owned(),
        AnyValue::Datetime(it, TimeUnit::Milliseconds, _)
        | AnyValue::DatetimeOwned(it, TimeUnit::Milliseconds, _) => {
            let time = chrono::DateTime::from_timestamp_millis(*it).expect("in range");
            time.format("%Y-%m-%d").to_string()
        }
        other => other.str_value().into_owned(),
    }
}

/// No subject becomes fine because the server left a field out.
#[test]
fn no_exception_becomes_fine_when_a_cell_is_unknown() {
    let (tables, instances, settings) = sample();
    let names: Vec<&str> = instances.iter().map(String::as_str).collect();
    let mut n_exceptions = 0;
    for &rule in sample_catalogue().rules() {
        let put = |tables: &Tables| {
            let outcome = evaluate_rule(rule, tables, &names, Parameters::of(rule.name, &settings));
            outcome.expect(rule.code)
        };
        let before = subjects(&put(&tables).exceptions);
        n_exceptions += before.len();
        for (table, columns) in rule.reads.iter().flat_map(|read| unknowns(*read)) {
            for rows in [1, 3] {
                let frame = forget(tables.frame(table), &columns, rows);
                let outcome = put(&tables.clone().with(table, frame));
                let mut after = subjects(&outcome.exceptions);
                after.extend(subjects(&outcome.undetermined));
                let fine: Vec<_> = before.difference(&after).collect();
                assert!(fine.is_empty(), "{} without {columns:?}: {fine:?}", rule.code);
            }
        }
    }
    assert!(n_exceptions > 100, "the sample has something to forget");
}

/// A word of a server's, and how a test puts another one in its place.
type Word = (&'static str, fn(&mut Records, &dyn Fn(&mut String)));

/// Every word of a closed world that is read from a server.
const WORDS: &[Word] = &[
    ("user_type", |it, put| {
        it.users.iter_mut().filter_map(|user| user.user_type.as_mut()).for_each(put);
    }),
    ("seat_type", |it, put| it.users.iter_mut().for_each(|user| stated(&mut user.seat_type, put))),
    ("app access", |it, put| {
        it.groups.iter_mut().filter_map(|group| group.universal_app_access.as_mut()).for_each(put);
    }),
    ("resource access", |it, put| {
        it.groups
            .iter_mut()
            .filter_map(|group| group.universal_resource_access.as_mut())
            .for_each(put);
    }),
    ("workflow access", |it, put| {
        it.groups
            .iter_mut()
            .filter_map(|group| group.universal_workflow_access.as_mut())
            .for_each(put);
    }),
    ("query library access", |it, put| {
        let groups = it.groups.iter_mut();
        groups.filter_map(|group| group.universal_query_library_access.as_mut()).for_each(put);
    }),
    ("agent access", |it, put| {
        it.groups.iter_mut().for_each(|group| stated(&mut group.universal_agent_access, put));
    }),
    ("access to another kind", |it, put| {
        for it in &mut it.groups {
            let mut level = "none".to_owned();
            put(&mut level);
            it.other_access.insert("moon".to_owned(), Some(level));
        }
    }),
    ("two_factor_auth_type", |it, put| {
        it.organization.iter_mut().for_each(|it| stated(&mut it.two_factor_auth_type, put));
    }),
    ("config_type", |it, put| {
        it.sso_config.iter_mut().filter_map(|it| it.config_type.as_mut()).for_each(put);
    }),
    ("user_type of invitations", |it, put| {
        it.user_invites.iter_mut().for_each(|user_invite| stated(&mut user_invite.user_type, put));
    }),
    ("status of requests", |it, put| {
        it.access_requests
            .iter_mut()
            .filter_map(|access_request| access_request.status.as_mut())
            .for_each(put);
    }),
    ("scopes", |it, put| {
        let tokens =
            it.access_tokens.iter_mut().filter_map(|access_token| access_token.scopes.as_mut());
        tokens.flatten().for_each(put);
    }),
    ("organization_scopes", |it, put| {
        let roles = it.roles.iter_mut().filter_map(|role| role.organization_scopes.as_mut());
        roles.flatten().for_each(put);
    }),
    ("subject_type", |it, put| {
        it.role_grants
            .iter_mut()
            .filter_map(|role_grant| role_grant.subject_type.as_mut())
            .for_each(put);
    }),
    ("object_type", |it, put| {
        for it in &mut it.role_grants {
            let mut word = String::new();
            put(&mut word);
            if !word.is_empty() {
                it.object_type = FieldState::Is(word);
            }
        }
    }),
];

fn stated(field: &mut FieldState<String>, put: &dyn Fn(&mut String)) {
    if let FieldState::Is(it) = field {
        put(it);
    }
}

/// No subject becomes fine because a server says a word that this program does not know.
#[test]
fn no_word_that_nobody_knows_makes_anybody_fine() {
    let catalogue = sample_catalogue();
    let judge = |change: &dyn Fn(&mut Records)| {
        let (tables, instances, settings) = sample_after(change);
        let names: Vec<&str> = instances.iter().map(String::as_str).collect();
        let put = |&rule: &&'static Rule| {
            let parameters = Parameters::of(rule.name, &settings);
            let outcome = evaluate_rule(rule, &tables, &names, parameters).expect(rule.code);
            [subjects(&outcome.exceptions), subjects(&outcome.undetermined)]
        };
        catalogue.rules().iter().map(put).collect::<Vec<_>>()
    };
    let before = judge(&|_| {});
    let mut wrong = Vec::new();
    for (field, place) in WORDS {
        for every in [1, 2] {
            let met = std::cell::Cell::new(0);
            let put = |it: &mut String| {
                met.set(met.get() + 1);
                if met.get() % every == 0 {
                    "flabbergast".clone_into(it);
                }
            };
            let after = judge(&|it| place(it, &put));
            assert!(met.get() > 0, "the sample has no {field}");
            for ((rule, before), after) in catalogue.rules().iter().zip(&before).zip(&after) {
                let open: BTreeSet<_> = before[0].union(&before[1]).collect();
                let still: BTreeSet<_> = after[0].union(&after[1]).collect();
                for it in open.difference(&still) {
                    wrong.push(format!("{} after {field}: {it:?}", rule.code));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The columns of `table` that may be unknown, each alone or with the flag that it rests on.
fn unknowns(table: Table) -> Vec<(Table, Vec<&'static str>)> {
    let unknown = |it: crate::tables::column::ColumnMeta| match it.null {
        Null::Unknown => Some((table, vec![it.name])),
        Null::AbsentIf(flag) => Some((table, vec![it.name, flag])),
        Null::Never | Null::Absent | Null::BoundOf(_) => None,
    };
    table.columns().into_iter().filter_map(unknown).collect()
}

/// The frame with the named cells null: in every row, or in every third.
fn forget(frame: DataFrame, columns: &[&str], rows: usize) -> DataFrame {
    let mask: Vec<bool> = (0..frame.height()).map(|it| it % rows == rows - 1).collect();
    let mask = Series::new("mask".into(), mask);
    let forgotten = |it: &&str| {
        let null = lit(NULL).cast(frame.schema().get(it).expect("a column").clone());
        when(lit(mask.clone())).then(null).otherwise(col(*it)).alias(*it)
    };
    let forgotten: Vec<_> = columns.iter().map(forgotten).collect();
    frame.lazy().with_columns(forgotten).collect().expect("the same columns")
}

pub(super) fn subjects(frame: &DataFrame) -> BTreeSet<(String, String)> {
    if frame.width() == 0 {
        return BTreeSet::new();
    }
    let [instances, ids] = ["instance", "subject_id"].map(|it| frame.column(it).expect("both"));
    let cells = |it: &Column| -> Vec<String> {
        it.str().expect("text").iter().map(|it| it.expect("a key").to_owned()).collect()
    };
    cells(instances).into_iter().zip(cells(ids)).collect()
}

/// The built-in rules, and those of the sample company.
pub(crate) fn sample_catalogue() -> Catalogue {
    Catalogue::load(Some(std::path::Path::new("sample-data/every-rule/rules")))
        .expect("they are sound")
}

/// The sample company as tables, with its instances and its settings of rules.
fn sample() -> (Tables, Vec<String>, RuleSettings) {
    sample_after(&|_| {})
}

/// The same after something happened to the records of each instance.
fn sample_after(change: &dyn Fn(&mut Records)) -> (Tables, Vec<String>, RuleSettings) {
    let path = std::path::Path::new("sample-data/every-rule/retool-audit.toml");
    let config = crate::config::source::load(
        path,
        &Known { rules: &sample_catalogue().words(), formats: &crate::report::formats::words() },
    )
    .expect("it is sound");
    let source = config.rosters[0].clone();
    let roster = crate::roster::read(&config.rosters).expect("it is sound").expect("a roster");
    let text = String::from_utf8_lossy(&roster.files[0].input.bytes).replace(",IT,", ",Office,");
    let former_roster = crate::roster::parse(text.as_bytes(), &source).expect("it is sound");
    let at: chrono::DateTime<chrono::Utc> = "2026-11-02T06:00:00Z".parse().expect("a time");
    let mut instances: Vec<Collected> =
        config.instances.iter().map(|instance| collected(&instance.name, at)).collect();
    // What was before does not change with what is now.
    let prior = instances.clone();
    for it in &mut instances {
        change(&mut it.records);
    }
    let names: Vec<String> = instances.iter().map(|instance| instance.name.clone()).collect();
    let baseline =
        config.baseline.as_ref().map(|baseline| crate::baseline::read(baseline, &config.names()));
    let baseline = baseline.transpose().expect("it is sound");
    let collector = "test".to_owned();
    let snapshot =
        Snapshot { collected_at: at, finished_at: at, collector, operator: None, instances };
    let earlier = earlier(&Snapshot { instances: prior, ..snapshot.clone() });
    let given = crate::tables::build::EvaluationContext {
        snapshot: &snapshot,
        config: &config,
        roster: Some(&roster),
        baseline: baseline.as_ref(),
        approvals: None,
        earlier: &earlier,
        former_rosters: &[(String::from("before"), former_roster)].into(),
        past: &crate::tables::build::trend::PriorCounts::default(),
        reviews: &crate::review::ReviewHistory::default(),
    };
    (crate::tables::build::build(&given), names, config.rules)
}

/// Eight weeks before, in every instance: one account less and one more, others with other rights.
fn earlier(now: &Snapshot) -> Earlier {
    let mut snapshot = now.clone();
    snapshot.collected_at -= chrono::TimeDelta::days(56);
    for it in &mut snapshot.instances {
        let records = &mut it.records;
        let admin = records.groups.remove(0);
        records.groups.insert(0, Group { members: Some(Vec::new()), ..admin });
        for it in &mut records.users {
            it.is_admin = Some(false);
        }
        records.users[1].active = records.users[1].active.map(|active| !active);
        let gone = User { id: Id("gone".to_owned()), ..records.users.remove(0) };
        records.users.push(gone);
        for it in &mut records.users {
            let left = it.email.as_deref().is_some_and(|email| email.starts_with("oscar.pena"));
            it.active = if left { Some(true) } else { it.active };
        }
        for it in &mut records.access_tokens {
            it.scopes = Some(Vec::new());
        }
        if let Some(it) = &mut records.organization {
            it.two_factor_auth_required = Some(it.two_factor_auth_required == Some(false));
        }
        let fleet = records.groups.last_mut().expect("groups");
        fleet.universal_app_access = Some("own".to_owned());
    }
    let instances =
        snapshot.instances.iter().map(|instance| InstanceBrief::complete(&instance.name)).collect();
    let (id, sha256) = ("before".to_owned(), String::new());
    let peek = SnapshotHeader {
        header: snapshot.header(),
        id,
        sha256,
        files: std::collections::BTreeMap::new(),
        instances,
    };
    let stored = EarlierSnapshot::drawn(peek);
    let previous = vec![PreviousSnapshot { stored: stored.clone(), snapshot }];
    Earlier { stored: vec![stored], previous, ..Earlier::default() }
}

fn collected(name: &str, at: chrono::DateTime<chrono::Utc>) -> Collected {
    let mut ledger = Vec::new();
    let mut read = |endpoint: Endpoint| {
        let path = format!("sample-data/every-rule/instances/{name}/{}.json", endpoint.name());
        let text = std::fs::read_to_string(path);
        let outcome = if text.is_ok() { ReadOutcome::Ok } else { ReadOutcome::Version };
        let days = "start_date=2026-08-04&end_date=2026-11-01";
        let row = LedgerRow::begin(endpoint, format!("{}?{days}", endpoint.path()), at);
        ledger.push(LedgerRow { outcome, status: Some(200), clock_skew_seconds: Some(400), ..row });
        text.unwrap_or_else(|_| "null".to_owned())
    };
    let records = Records {
        users: list(&read(Endpoint::Users)),
        groups: list(&read(Endpoint::Groups)),
        user_invites: list(&read(Endpoint::UserInvites)),
        access_tokens: list(&read(Endpoint::AccessTokens)),
        organization: serde_json::from_str(&read(Endpoint::Organization)).expect("one"),
        sso_config: serde_json::from_str(&read(Endpoint::SsoConfig)).expect("one"),
        access_requests: list(&read(Endpoint::AccessRequests)),
        spaces: list(&read(Endpoint::Spaces)),
        roles: list(&read(Endpoint::Roles)),
        role_grants: list(&read(Endpoint::RoleGrants)),
        usage_user_summary: list(&read(Endpoint::UsageUserSummary)),
        ..Records::default()
    };
    let (name, url) = (name.to_owned(), "https://retool.test".to_owned());
    let token_last4 = records.access_tokens.first().and_then(|it| it.last4.clone());
    Collected { name, url, token_last4, ledger, records, ..Collected::default() }
}

/// The records of a list of the sample, of which a cell cannot be read.
fn list<T: Record>(text: &str) -> Vec<T> {
    if text == "null" {
        return Vec::new();
    }
    let (names, at) = (["sample.json".to_owned()], chrono::DateTime::UNIX_EPOCH);
    let fetch = |_: &str| Ok(text.as_bytes().to_vec());
    Saved { endpoint: Endpoint::Users, names: &names, fetch: &fetch, at }.list().records
}
