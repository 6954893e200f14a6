//! Runs SQL that was found sound.

use polars::prelude::{DataFrame, DataType, Expr, LazyFrame, PolarsResult, TimeUnit, col};
use polars::sql::{SQLContext, sql_expr};

use super::sql::{columns, table_name};
use crate::rules::MEMBER;
use crate::tables::{Table, Tables, View};

/// The rows that a query gives.
///
/// # Panics
///
/// Panics on a query that was not tried out.
pub(super) fn select(view: &View, reads: &[Table], sql: &str) -> LazyFrame {
    run(view, reads, sql).expect("a query that was tried out")
}

/// A condition as an expression.
///
/// # Panics
///
/// Panics on a condition that was not tried out.
pub(super) fn expression(sql: &str) -> Expr {
    sql_expr(sql).expect("a condition that was tried out")
}

/// Whether a subject belongs to the population.
pub(super) fn member() -> Expr {
    col(MEMBER)
}

/// Runs a population and the conditions on it on empty tables.
///
/// # Errors
///
/// What the engine has against them, for readers.
pub(super) fn try_out(
    reads: &[Table],
    population: &str,
    conditions: &[String],
) -> Result<(), String> {
    let view = Tables::default().only(reads, &["nowhere"]);
    let tried = || -> PolarsResult<DataFrame> {
        let mut res = run(&view, reads, population)?;
        for (at, it) in conditions.iter().enumerate() {
            res = res.with_column(sql_expr(it)?.alias(format!("condition {at}")));
        }
        res.collect()
    };
    let frame = tried().map_err(|it| {
        let text = it.to_string();
        format!("the engine refuses it: {}", text.lines().next().unwrap_or_default())
    })?;
    for column in frame.columns() {
        let (name, dtype) = (column.name(), column.dtype());
        let wanted = if name.starts_with("condition ") { is_condition } else { is_plain };
        if !wanted(dtype) {
            return Err(format!("the engine takes `{name}` for {dtype}"));
        }
    }
    Ok(())
}

fn is_condition(dtype: &DataType) -> bool {
    *dtype == DataType::Boolean
}

fn is_plain(dtype: &DataType) -> bool {
    let time = DataType::Datetime(TimeUnit::Milliseconds, None);
    let other = [DataType::String, DataType::Boolean, DataType::Date, time, DataType::Null];
    dtype.is_primitive_numeric() || other.contains(dtype)
}

fn run(view: &View, reads: &[Table], sql: &str) -> PolarsResult<LazyFrame> {
    let mut context = SQLContext::new();
    for table in reads {
        let known: Vec<Expr> = columns(*table).iter().map(|it| col(it.name)).collect();
        context.register(&table_name(*table), view.get(*table).select(known));
    }
    context.execute(sql)
}
