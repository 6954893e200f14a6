//! Rules as SQL: what each asks, for engines that are not ours.
//!
//! A rule's SQL is made from the very plan that polars runs ([`audit::judged`]), node by node, with
//! three-valued logic intact; what the translation does not know is an error, and no rule of the
//! catalogue may have one. So an auditor can put the same question to the same tables with an
//! engine of somebody else, and get the same exceptions.

mod columns;
mod custom;
mod dialect;
mod engine;
mod expression;
mod query;
mod relation;
mod script;
mod term;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;

pub use self::dialect::Dialect;
use self::dialect::indented;
pub use self::engine::{Difference, Error, reperform};
use self::expression::TermWriter;
use self::query::QueryWriter;
pub use self::script::script;
use crate::audit::{self, ESCALATED, VERDICT};
use crate::parameters::Parameters;
use crate::rules::Rule;
#[cfg(doc)]
use crate::tables::Table;
use crate::tables::Tables;

/// A part of a rule that has no translation, which is a bug in the rule or the translation.
#[derive(Debug, thiserror::Error)]
#[error("no SQL for {0}")]
pub struct Untranslatable(String);

/// What comes of a rule's query.
pub const COLUMNS: [&str; 4] = ["instance", "subject_id", VERDICT, ESCALATED];

/// A rule as SQL of a dialect, by the values that the configuration gives to its parameters: one
/// `SELECT`, with `WITH` before it.
///
/// It gives `instance`, `subject_id`, `verdict` (true: an exception, false: fine, null: undetermined)
/// and `escalated` of every subject of the population, and reads the tables that the rule reads, and
/// [`Table::Gaps`].
///
/// # Errors
///
/// Where the rule has a part that is not translated.
pub fn query(
    rule: &Rule,
    parameters: Parameters<'_>,
    dialect: Dialect,
) -> Result<String, Untranslatable> {
    let (head, steps, last) = match rule.sql {
        Some(sql) => {
            let (steps, last) = custom::query((sql.filled)(parameters), rule.reads, dialect)?;
            (BTreeMap::new(), steps, last)
        }
        None => translated(rule, parameters, dialect)?,
    };
    let tables: Vec<String> = rule.reads.iter().map(|it| dialect.text(it.sql_name())).collect();
    let lacking = format!("SELECT instance FROM gaps WHERE table_name IN ({})", tables.join(", "));
    let values: Vec<String> =
        head.iter().map(|(name, value)| format!("{value} AS {name}")).collect();
    let head = (!values.is_empty())
        .then(|| ("parameters".to_owned(), format!("SELECT {}", values.join(", "))));
    let steps = head.into_iter().chain([("lacking".to_owned(), lacking)]).chain(steps);
    let steps: Vec<String> =
        steps.map(|(name, sql)| format!("{name} AS (\n{}\n)", indented(&sql, 2))).collect();
    Ok(format!("WITH {}\n{last}", steps.join(",\n")))
}

/// What is to be known of the queries of a dialect, as a comment.
pub fn preface(dialect: Dialect) -> String {
    let tested = if dialect.is_tested() {
        "The program's tests run these queries there, and hold what comes against its own findings."
    } else {
        "No test runs these queries there: a parser of the dialect reads them, and that is all."
    };
    let lines = [
        format!("Rules of retool-audit for {}. {tested}", dialect.word()),
        "Each query gives the subjects of a rule's population: `verdict` is true for an exception, \
         false for what is fine, and NULL for what the facts do not decide. Tables are those of an \
         evidence pack, by the names of the files in `tables/`; `gaps` names the instances of which \
         a list is missing, about which a rule that reads it says nothing."
            .to_owned(),
    ];
    let wrapped = lines.iter().flat_map(|it| textwrap::wrap(it, COMMENT_WIDTH));
    wrapped.map(|it| format!("-- {it}")).collect::<Vec<_>>().join("\n")
}

/// What a rule asks, as a comment: its name and version, its sentence, and the values of its
/// parameters.
pub fn heading(rule: &Rule, parameters: Parameters<'_>) -> String {
    let mut lines = vec![format!("{} {}, version {}", rule.code, rule.name, rule.version())];
    lines.extend(textwrap::wrap(rule.predicate, COMMENT_WIDTH).into_iter().map(Into::into));
    if !rule.params.is_empty() {
        let values = format!("Parameters: {}", parameters.spoken(rule.params));
        lines.extend(textwrap::wrap(&values, COMMENT_WIDTH).into_iter().map(Into::into));
    }
    // Whatever a text holds, it stays a comment.
    let line = |it: &String| format!("-- {}\n", it.replace(['\n', '\r'], " "));
    lines.iter().map(line).collect()
}

/// Letters of a line of a comment.
const COMMENT_WIDTH: usize = 97;

/// The values that stand at the head of a query by their names, its steps, and the last `SELECT`.
type QueryParts = (BTreeMap<String, String>, Vec<(String, String)>, String);

/// A rule of the catalogue, by its plan.
fn translated(
    rule: &Rule,
    parameters: Parameters<'_>,
    dialect: Dialect,
) -> Result<QueryParts, Untranslatable> {
    let view = Tables::default().only(rule.reads, &[]);
    let plan = audit::judged(rule, &view, parameters.named());
    let head = RefCell::default();
    let terms = TermWriter { dialect, params: rule.params, parameters, head };
    let mut writer = QueryWriter { terms, steps: Vec::new() };
    let last = writer.query(&plan.logical_plan, &COLUMNS)?;
    Ok((writer.terms.head.take(), writer.steps, last))
}
