//! All rules of a report as one script for DuckDB, which holds what it finds against what was
//! reported.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::dialect::{Dialect, indented};
use super::{heading, query};
use crate::config::RuleSettings;
use crate::parameters::Parameters;
use crate::rules::Rule;
use crate::tables::Table;

const DIALECT: Dialect = Dialect::DuckDb;

/// What every script begins with.
const HEAD: &str = include_str!("head.sql");
/// Verdicts against what was reported.
const COMPARE: &str = include_str!("compare.sql");
/// What came of that, for people.
const SHOW: &str = include_str!("show.sql");
/// The same for programs: whatever differs.
const LIST: &str = include_str!("list.sql");

/// The script that re-performs rules on the tables of a pack, and shows what came of it.
pub fn script(rules: &[&'static Rule], settings: &RuleSettings) -> String {
    format!("{}{SHOW}", compared(rules, settings))
}

/// The same that lists as CSV what differs, and nothing else.
pub(super) fn differences(rules: &[&'static Rule], settings: &RuleSettings) -> String {
    format!("{}{LIST}", compared(rules, settings))
}

/// Rules re-performed, and held against what was reported.
fn compared(rules: &[&'static Rule], settings: &RuleSettings) -> String {
    let mut reads = BTreeSet::from([Table::Gaps, Table::Doubts, Table::Outcomes, Table::Findings]);
    let mut asked = String::new();
    for rule in rules {
        let parameters = Parameters::of(rule.name, settings);
        let off = settings.disabled.get(rule.name).map(|_| "it is switched off".to_owned());
        let sql = match off.or_else(|| parameters.lacking(rule.params)) {
            Some(why) => Err(why),
            None => query(rule, parameters, DIALECT).map_err(|it| it.to_string()),
        };
        let text = match sql {
            Ok(sql) => {
                reads.extend(rule.reads);
                insertion(rule, &sql)
            }
            Err(why) => left_out(&why),
        };
        write!(asked, "\n{}{text}", heading(rule, parameters)).expect("text grows");
    }
    let mut res = HEAD.to_owned();
    for table in reads {
        let (name, path) = (DIALECT.name(table.sql_name()), DIALECT.text(&table.typed_path()));
        writeln!(res, "CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet({path});")
            .expect("text grows");
    }
    format!("{res}{asked}\n{COMPARE}")
}

fn left_out(why: &str) -> String {
    format!("-- NOT RE-PERFORMED: {}\n", why.replace(['\n', '\r'], " "))
}

/// Puts the verdicts of a rule beside those of the others.
fn insertion(rule: &Rule, sql: &str) -> String {
    let text = |it: &str| DIALECT.text(it);
    let severity = match &rule.escalation {
        Some(it) => format!(
            "CASE WHEN escalated THEN {} ELSE {} END",
            text(it.to.word()),
            text(rule.severity.word())
        ),
        None => text(rule.severity.word()),
    };
    format!(
        "INSERT INTO reperformed VALUES ({code});\n\
         INSERT INTO verdicts\n\
         SELECT {code}, instance, subject_id, verdict, {severity} FROM (\n{}\n);\n",
        indented(sql, 2),
        code = text(rule.code),
    )
}
