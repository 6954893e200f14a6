//! What is not known is read in every way that it may be.
//!
//! For every rule and every column of its test tables that may be unknown: where all readings of
//! the column agree on a subject, the rule gives their verdict without it, and where they do not,
//! it is undetermined. What a column cannot be without another of its row is [`APART`] or [`TIED`].

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{
    AnyValue, Column, DataFrame, DataType, IntoColumn as _, NamedFrom as _, Series,
};

use super::tests::{draw, list_column, raw, subjects};
use super::{Outcome, evaluate_rule};
use crate::config::{RuleSettings, Value};
use crate::parameters::Parameters;
use crate::rules::{CATALOGUE, Rule};
use crate::tables::column::{ColumnMeta, KindName, Null};
use crate::tables::{Table, Tables};

/// What a rule says about a subject; one outside the population is as fine as one within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SubjectAnswer {
    Exception,
    Fine,
    Undetermined,
}

/// Columns whose readings cannot be judged one by one: the rule, or none for every rule, the
/// column, and what in the same row says more about it.
const APART: &[(Option<&str>, &str, &str)] = &[
    (None, "roster_match", "what the roster says of the person is there only where it matched"),
    (None, "never_active", "the last use is there only where there was one"),
    (None, "no_end_date", "the time since the last day is there only where there is such a day"),
    (None, "answered_for", "an account of unknown type counts as a person's"),
    (None, "power_words", "the powers that they are the words of stand beside them"),
    (Some("AUT-05"), "sso_type", "the rule asks for what the API hides, and finds no exception"),
    (Some("EVD-06"), "before", "of a list the readings at hand are all too far from its length"),
    (Some("EVD-12"), "created_at", "by how many seconds it lies ahead stands beside it"),
    (Some("PRV-04"), "tier", "in a row of the tables its bounds stand beside it"),
    (Some("PRV-04"), "was_tier", "in a row of the tables its bounds stand beside it"),
    (Some("USR-03"), "active_after_end", "it is never more than the time to its being disabled"),
    (Some("USR-11"), "unknown_accounts", "it is known wherever the active accounts are"),
    (Some("USR-12"), "off_at_least", "it is never more than the most that it may be"),
];

/// The words of columns that the dictionary does not list.
const WORDS: &[(&str, &[&str])] = &[
    ("roster_status", &["active", "leave", "terminated", "future"]),
    ("owner_roster_status", &["active", "leave", "terminated", "future", ""]),
    ("app_access", &["none", "use", "edit", "own"]),
    ("resource_access", &["none", "use", "edit", "own"]),
    ("workflow_access", &["none", "use", "edit", "own"]),
    ("query_library_access", &["none", "use", "edit", "own"]),
    ("user_type", &["default", "mobile", "embed"]),
    ("seat_reported", &["builder", "internalUser", "externalUser", ""]),
    ("sso_type", &["google", "oidc", "saml", ""]),
    ("two_factor_type", &["otp", "webauthn", ""]),
    ("duties_at_most", &["makers", "makers; checks"]),
];

/// Columns that have a value only where another says so: the column, the other, and what it says.
const TIED: &[(&str, &str, &str)] = &[
    ("last_active", "never_active", "no"),
    ("days_inactive", "never_active", "no"),
    ("inactive_for", "never_active", "no"),
    ("use_after_end", "never_active", "no"),
    ("use_after_end", "no_end_date", "no"),
    ("since_end", "no_end_date", "no"),
    ("roster_status", "roster_match", "matched"),
    ("was_active", "known_before", "yes"),
    ("was_tier", "known_before", "yes"),
];

/// One column of one table of a test.
struct CellRef<'a> {
    rule: &'static Rule,
    tables: &'a Tables,
    instances: &'a [String],
    table: Table,
    column: ColumnMeta,
}

#[test]
fn what_is_unknown_is_undetermined_only_where_its_readings_differ() {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for &rule in CATALOGUE {
        for picture in pictures(rule) {
            let (tables, instances) = draw(&picture);
            for table in rule.reads {
                for column in table.columns().into_iter().filter(|it| drawn(&picture, it.name)) {
                    if !may_be_unknown(&column) || is_apart(rule, column.name) {
                        continue;
                    }
                    let (tables, instances, table) = (&tables, &instances[..], *table);
                    let place = CellRef { rule, tables, instances, table, column };
                    looked_at += 1;
                    wrong.extend(place.contradictions());
                }
            }
        }
    }
    assert!(looked_at > 200, "{looked_at} columns");
    assert!(wrong.is_empty(), "{} contradictions:\n{}", wrong.len(), wrong.join("\n"));
}

fn is_apart(rule: &Rule, column: &str) -> bool {
    let applies = |code: Option<&str>| code.is_none_or(|code| code == rule.code);
    APART.iter().any(|(code, name, _)| applies(*code) && *name == column)
}

/// Whether a cell may say that its value is unknown: by a null, or by the word.
fn may_be_unknown(it: &ColumnMeta) -> bool {
    let word = it.kind == KindName::Text && it.meaning.contains("or unknown");
    word || matches!(it.null, Null::Unknown | Null::AbsentIf(_))
}

fn drawn(picture: &str, column: &str) -> bool {
    picture.lines().any(|line| line.split('|').any(|cell| cell.trim() == column))
}

/// The tables that the tests of a rule write as text.
fn pictures(rule: &Rule) -> Vec<String> {
    let path = format!("src/rules/{}.rs", rule.name.replace('-', "_"));
    let text = std::fs::read_to_string(path).expect("a rule");
    let (_, tests) = text.split_once("mod tests {").expect("pictures");
    let openings = tests.match_indices("\"\n").filter(|(at, _)| !tests[..*at].ends_with('@'));
    let literals = openings.map(|(at, _)| tests[at + 2..].split('"').next().expect("an end"));
    literals.filter(|text| text.contains("| instance")).map(str::to_owned).collect()
}

impl CellRef<'_> {
    /// Where the verdict without the column is not that of its readings.
    fn contradictions(&self) -> Vec<String> {
        let frame = self.tables.frame(self.table);
        let free = self.free_rows(&frame);
        let without = self.said(&self.with(&frame, &free, None));
        let readings: Vec<(String, BTreeMap<String, SubjectAnswer>)> = self
            .values(&frame)
            .into_iter()
            .map(|value| {
                let said = self.said(&self.with(&frame, &free, Some(&value)));
                (value, said)
            })
            .collect();
        let fine = |said: &BTreeMap<String, SubjectAnswer>, subject: &str| {
            said.get(subject).copied().unwrap_or(SubjectAnswer::Fine)
        };
        let subjects: BTreeSet<&String> =
            readings.iter().flat_map(|(_, said)| said.keys()).chain(without.keys()).collect();
        let mut wrong = Vec::new();
        for subject in subjects {
            let all: BTreeSet<SubjectAnswer> =
                readings.iter().map(|(_, it)| fine(it, subject)).collect();
            let mut agreed = all.iter();
            let right = match (agreed.next(), agreed.next()) {
                (Some(one), None) => *one,
                _ => SubjectAnswer::Undetermined,
            };
            let said = fine(&without, subject);
            if said != right {
                let readings: Vec<String> = readings
                    .iter()
                    .map(|(v, it)| format!("{v}: {:?}", fine(it, subject)))
                    .collect();
                wrong.push(format!(
                    "{} {} without `{}`: {said:?}, and {}",
                    self.rule.code,
                    subject,
                    self.column.name,
                    readings.join(", ")
                ));
            }
        }
        wrong
    }

    /// The rows in which the column may have any value: the others are known not to have one.
    fn free_rows(&self, frame: &DataFrame) -> Vec<bool> {
        let columns = self.table.columns();
        let is = |name: &str, wanted: &str, row: usize| {
            let Some(meta) = columns.iter().find(|column| column.name == name) else { return true };
            match frame.column(meta.name).expect("a column").get(row).expect("a row") {
                AnyValue::Null => false,
                AnyValue::Boolean(it) => it == (wanted == "yes"),
                other => other.str_value() == wanted,
            }
        };
        let tied = TIED.iter().filter(|it| it.0 == self.column.name);
        (0..frame.height()).map(|row| tied.clone().all(|it| is(it.1, it.2, row))).collect()
    }

    /// The values that distinguish readings.
    fn values(&self, frame: &DataFrame) -> Vec<String> {
        let column = frame.column(self.column.name).expect("a column");
        let cells = (0..column.len()).map(|row| column.get(row).expect("a row"));
        let seen = cells.filter(|cell| *cell != AnyValue::Null).map(|it| raw(&it));
        let a_day = if self.column.kind == KindName::Day { 1 } else { 86_400_000 };
        let res: BTreeSet<String> = match self.column.kind {
            KindName::Bool => ["true", "false"].map(str::to_owned).into(),
            KindName::Int | KindName::Span => {
                self.numbers(seen.filter_map(|it| it.parse().ok()).collect())
            }
            KindName::Time | KindName::Day => column
                .cast(&DataType::Int64)
                .expect("times are numbers")
                .i64()
                .expect("numbers")
                .iter()
                .flatten()
                .flat_map(|it| [it - a_day, it, it + a_day])
                .map(|it| it.to_string())
                .collect(),
            KindName::Text | KindName::List | KindName::Key => self.words(seen.collect()),
        };
        res.into_iter().collect()
    }

    /// The numbers of the test table and the bounds of the rule, each with its neighbours.
    fn numbers(&self, seen: Vec<i64>) -> BTreeSet<String> {
        if self.column.name.ends_with("tier") {
            return (0..=3).map(|it| it.to_string()).collect();
        }
        let bounds = self.rule.params.iter().filter_map(|it| match it.default.value() {
            // Lengths of time are compared by the second.
            Value::Number(it) if self.column.kind == KindName::Span => {
                Some([it * 3_600, it * 86_400])
            }
            Value::Number(it) => Some([it, it * 24]),
            _ => None,
        });
        let context = seen.into_iter().chain(bounds.flatten()).chain([0]);
        let count = self.column.meaning.starts_with("How many")
            || self.column.meaning.starts_with("Accounts")
            || self.column.meaning.starts_with("Other accounts")
            || self.column.meaning.starts_with("Those");
        let all = context.flat_map(|it| [it - 1, it, it + 1]).filter(|it| *it >= 0 || !count);
        all.map(|it| it.to_string()).collect()
    }

    fn words(&self, seen: BTreeSet<String>) -> BTreeSet<String> {
        if let Some((_, words)) = WORDS.iter().find(|it| it.0 == self.column.name) {
            return words.iter().map(|word| (*word).to_owned()).collect();
        }
        if let Some((_, list)) = self.column.meaning.rsplit_once(": ")
            && list.contains(" or ")
        {
            let words = list.trim_end_matches('.').replace(" or ", ", ");
            let words = words.split(", ").map(|it| it.split(" (").next().unwrap_or(it));
            return words.filter(|word| *word != "unknown").map(str::to_owned).collect();
        }
        let own = self.rule.params.iter().filter_map(|it| match it.default.value() {
            Value::Words(it) => it.into_iter().next(),
            _ => None,
        });
        let seen = seen.into_iter().chain(own).filter(|it| it != "unknown");
        seen.chain(["something".to_owned(), String::new()]).collect()
    }

    /// The tables with one value in the free rows of the column, or none.
    fn with(&self, frame: &DataFrame, free: &[bool], value: Option<&str>) -> Tables {
        let name = self.column.name;
        let old = frame.column(name).expect("a column");
        let unknown = matches!(self.column.null, Null::Never).then_some("unknown");
        let value = value.or(unknown);
        let new = filled(old, free, value);
        let mut frame = frame.clone();
        frame.with_column(new).expect("of that height");
        for bound in self.table.columns().iter().filter(|it| it.null == Null::BoundOf(name)) {
            let old = frame.column(bound.name).expect("a column").clone();
            frame.with_column(filled(&old, free, None)).expect("of that height");
        }
        for it in self.table.columns().iter().filter(|it| it.null == Null::AbsentIf(name)) {
            // What was never used has no last use, and what was has one, known or not.
            if value != Some("false") {
                let old = frame.column(it.name).expect("a column").clone();
                frame.with_column(filled(&old, free, None)).expect("of that height");
            }
        }
        self.tables.clone().with(self.table, frame)
    }

    fn said(&self, tables: &Tables) -> BTreeMap<String, SubjectAnswer> {
        let settings = settings(self.rule);
        let names: Vec<&str> = self.instances.iter().map(String::as_str).collect();
        let parameters = Parameters::of(self.rule.name, &settings);
        let outcome = evaluate_rule(self.rule, tables, &names, parameters).expect(self.rule.code);
        verdicts(&outcome)
    }
}

/// The same column with one value, or none, in these rows.
fn filled(old: &Column, rows: &[bool], value: Option<&str>) -> Column {
    let name = old.name().clone();
    let cell = |row: usize| {
        if rows[row] {
            return value.map(str::to_owned);
        }
        match old.get(row).expect("a row") {
            AnyValue::Null => None,
            other => Some(raw(&other)),
        }
    };
    let cells = (0..old.len()).map(cell);
    match old.dtype() {
        DataType::List(_) => return list_column(&name, cells),
        DataType::String => Series::new(name, cells.collect::<Vec<_>>()),
        DataType::Boolean => {
            let cells = cells.map(|cell| cell.map(|it| it == "true"));
            Series::new(name, cells.collect::<Vec<_>>())
        }
        dtype => {
            let cells = cells.map(|cell| cell.map(|it| it.parse::<i64>().expect("a number")));
            Series::new(name, cells.collect::<Vec<_>>()).cast(dtype).expect("numbers cast")
        }
    }
    .into_column()
}

/// Parameters under which every rule can be evaluated.
fn settings(rule: &Rule) -> RuleSettings {
    let pairs = Value::Pairs(vec![["makers".to_owned(), "checks".to_owned()]]);
    let mut res = RuleSettings::default();
    if rule.code == "PRV-10" {
        res.parameters.insert(rule.name.to_owned(), [("pairs".to_owned(), pairs)].into());
    }
    res
}

/// What an outcome says about each subject that is not fine.
fn verdicts(outcome: &Outcome) -> BTreeMap<String, SubjectAnswer> {
    let mut res = BTreeMap::new();
    let frames = [
        (&outcome.exceptions, SubjectAnswer::Exception),
        (&outcome.undetermined, SubjectAnswer::Undetermined),
    ];
    for (frame, said) in frames {
        for (instance, id) in subjects(frame) {
            res.insert(format!("{instance} {id}"), said);
        }
    }
    res
}
