//! Runs SQL that was found sound.

use std::collections::BTreeMap;

use polars::prelude::{
    DataFrame, DataType, Expr, IntoLazy as _, JoinArgs, JoinType, LazyFrame, PolarsResult,
    TimeUnit, col, len, polars_ensure,
};
use polars::sql::{SQLContext, sql_expr};

use super::sql::{Joined, QuerySource, QuerySteps, columns};
use crate::rules::MEMBER;
use crate::tables::column::readable;
use crate::tables::{Table, Tables, View};
use crate::threads;

/// Rows that a step of a rule may come to, whatever its tables have.
const MOST_ROWS: u64 = 5_000_000;
/// How many times the rows of its tables a step may come to, where that is more.
const MOST_TIMES: u64 = 4;

/// The rows that a query gives, step by step.
///
/// # Errors
///
/// Where a step would come to more rows than any machine should hold, the engine gives up, or the
/// caller no longer waits: the engine cannot be stopped within a step, so that is asked before
/// each.
pub(super) fn rows(view: &View, reads: &[Table], steps: &QuerySteps) -> PolarsResult<DataFrame> {
    let mut desk = StepEngine { context: SQLContext::new(), sizes: BTreeMap::new(), most: 0 };
    for table in reads {
        let known: Vec<Expr> = columns(*table).iter().map(readable).collect();
        let rows = view.get(*table).select(known).collect()?;
        desk.register(table.sql_name(), rows);
    }
    desk.most = MOST_ROWS.max(MOST_TIMES * desk.sizes.values().sum::<u64>());
    let mut res = DataFrame::empty();
    for it in &steps.all {
        expect_time()?;
        desk.count(&it.sources)?;
        expect_time()?;
        res = desk.context.execute(&it.sql)?.collect()?;
        if !it.name.is_empty() {
            desk.register(&it.name, res.clone());
        }
    }
    Ok(res)
}

fn expect_time() -> PolarsResult<()> {
    polars_ensure!(!threads::is_late(), ComputeError: "the caller no longer waits for the result");
    Ok(())
}

/// The rows for who asks which columns there are.
///
/// # Panics
///
/// Panics where there are none: empty tables, on which the query was tried out, give some.
pub(super) fn lazily(rows: PolarsResult<DataFrame>) -> LazyFrame {
    rows.expect("a query that was tried out").lazy()
}

/// What the steps read, with the number of rows of each.
struct StepEngine {
    context: SQLContext,
    sizes: BTreeMap<String, u64>,
    most: u64,
}

impl StepEngine {
    fn register(&mut self, name: &str, rows: DataFrame) {
        self.sizes.insert(name.to_owned(), rows.height() as u64);
        self.context.register(name, rows.lazy());
    }

    /// Counts what a step would come to before it does.
    fn count(&mut self, sources: &[QuerySource]) -> PolarsResult<()> {
        let mut sum = 0_u64;
        for source in sources {
            let mut rows = self.sizes.get(&source.table).copied().unwrap_or_default();
            for it in &source.joins {
                expect_time()?;
                rows = self.joined(it)?;
                self.check(rows, &format!("the join with `{}`", it.name))?;
            }
            sum = sum.saturating_add(rows);
        }
        if sources.len() > 1 { self.check(sum, "a UNION") } else { Ok(()) }
    }

    fn check(&self, rows: u64, what: &str) -> PolarsResult<()> {
        let most = self.most;
        polars_ensure!(
            rows <= most,
            ComputeError: "{what} would come to {rows} rows, and {most} are allowed"
        );
        Ok(())
    }

    /// The rows of a join: for each combination of the columns that it goes by, how often it is on
    /// one side times how often on the other.
    fn joined(&mut self, join: &Joined) -> PolarsResult<u64> {
        let keys: Vec<Expr> = join.keys.iter().map(col).collect();
        let mut side = |sql: &str, name: &str| -> PolarsResult<LazyFrame> {
            let counted = len().cast(DataType::Float64).alias(name);
            Ok(self.context.execute(sql)?.group_by(keys.clone()).agg([counted]))
        };
        let left = side(&join.left, "left")?.collect()?;
        let right = side(&join.right, "right")?;
        let alone = |left: &DataFrame| -> PolarsResult<f64> {
            Ok(left.column("left")?.f64()?.iter().flatten().sum())
        };
        let alone = if join.outer { alone(&left)? } else { 0.0 };
        let both = left.lazy().join(right, keys.clone(), keys, JoinArgs::new(JoinType::Inner));
        let both = both.select([(col("left") * col("right")).sum().alias("rows")]).collect()?;
        let rows = both.column("rows")?.f64()?.get(0).unwrap_or_default();
        // Counts beyond what a number holds are far beyond what is allowed.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let rows = (rows + alone) as u64;
        Ok(rows)
    }
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
    population: &QuerySteps,
    conditions: &[String],
) -> Result<(), String> {
    let view = Tables::default().only(reads, &["nowhere"]);
    let tried = || -> PolarsResult<DataFrame> {
        let mut res = rows(&view, reads, population)?.lazy();
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
