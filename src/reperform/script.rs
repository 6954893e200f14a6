//! All rules of a report as one script for DuckDB, which holds what it finds against what was
//! reported.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::dialect::{Dialect, indented};
use super::{RuleQuery, heading, query};
use crate::audit::Outcome;
use crate::config::RuleSettings;
use crate::parameters::Parameters;
use crate::report::parquet;
use crate::rules::Rule;
use crate::tables::Table;

const DIALECT: Dialect = Dialect::DuckDb;

/// What every script begins with.
const HEAD: &str = include_str!("head.sql");
/// What every script ends with: verdicts against what was reported.
const TAIL: &str = include_str!("tail.sql");

/// The script that puts every rule again that was put to the tables of a report.
pub fn script(outcomes: &[Outcome], settings: &RuleSettings) -> String {
    let mut reads = BTreeSet::from([Table::Gaps, Table::Doubts, Table::Outcomes, Table::Findings]);
    let mut rules = String::new();
    for outcome in outcomes.iter().filter(|it| it.was_put) {
        let rule = outcome.rule;
        let parameters = Parameters::of(rule.name, settings);
        let text = heading(rule, parameters);
        match query(rule, parameters, DIALECT) {
            Ok(it) => {
                reads.extend(it.reads);
                write!(rules, "\n{text}{}", insertion(rule, &it)).expect("text grows");
            }
            Err(why) => {
                write!(
                    rules,
                    "\n{text}-- NOT ASKED HERE: {}\n",
                    why.to_string().replace('\n', " ")
                )
                .expect("text grows");
            }
        }
    }
    let mut res = HEAD.to_owned();
    for table in reads {
        let (name, path) = (DIALECT.name(table.sql_name()), DIALECT.text(&parquet::path(table)));
        writeln!(res, "CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet({path});")
            .expect("text grows");
    }
    res + &rules + "\n" + TAIL
}

/// Puts the verdicts of a rule beside those of the others.
fn insertion(rule: &Rule, query: &RuleQuery) -> String {
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
        "INSERT INTO asked VALUES ({code});\n\
         INSERT INTO verdicts\n\
         SELECT {code}, instance, subject_id, verdict, {severity} FROM (\n{}\n);\n",
        indented(&query.sql, 2),
        code = text(rule.code),
    )
}
