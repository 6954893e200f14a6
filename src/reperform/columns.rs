//! What expressions name, and what comes of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use polars::prelude::{AggExpr, DataType, DslPlan, Expr, LazyFrame, PlSmallStr, Schema};

use super::Untranslatable;
use super::dialect::SqlKind;
use super::expression::kind_of;

/// The names of columns.
pub(super) type Needed = BTreeSet<String>;

/// The columns of a plan.
pub(super) fn schema_of(plan: &DslPlan) -> Result<Schema, Untranslatable> {
    let schema = LazyFrame::from(plan.clone()).collect_schema();
    schema.map(|it| (*it).clone()).map_err(|it| Untranslatable(it.to_string()))
}

/// The expressions with the names and kinds of what they give.
pub(super) fn made<'e>(
    exprs: &'e [Expr],
    input: &Arc<DslPlan>,
) -> Result<Vec<(String, SqlKind, &'e Expr)>, Untranslatable> {
    let frame = LazyFrame::from((**input).clone()).select(exprs);
    let schema = schema_of(&frame.logical_plan)?;
    if schema.len() != exprs.len() {
        return Err(Untranslatable("an expression that stands for several columns".to_owned()));
    }
    named(schema.iter(), exprs)
}

/// Expressions with the names and kinds that a schema has for them, in its order.
pub(super) fn named<'s, 'e>(
    columns: impl Iterator<Item = (&'s PlSmallStr, &'s DataType)>,
    exprs: &'e [Expr],
) -> Result<Vec<(String, SqlKind, &'e Expr)>, Untranslatable> {
    let named = columns.zip(exprs).map(|((name, dtype), expr)| {
        let kind = kind_of(dtype).ok_or_else(|| Untranslatable(format!("{expr:?}")))?;
        Ok((name.to_string(), kind, expr))
    });
    named.collect()
}

/// The columns that expressions name.
pub(super) fn add_all(made: &[(String, SqlKind, &Expr)], to: &mut Needed) {
    for (_, _, expr) in made {
        add_columns(expr, to);
    }
}

/// The columns that an expression names.
pub(super) fn add_columns(expr: &Expr, to: &mut Needed) {
    match expr {
        Expr::Column(name) => {
            to.insert(name.to_string());
        }
        Expr::Alias(inner, _) | Expr::Cast { expr: inner, .. } => add_columns(inner, to),
        Expr::BinaryExpr { left, right, .. } => {
            add_columns(left, to);
            add_columns(right, to);
        }
        Expr::Ternary { predicate, truthy, falsy } => {
            for it in [predicate, truthy, falsy] {
                add_columns(it, to);
            }
        }
        Expr::Function { input, .. } | Expr::AnonymousFunction { input, .. } => {
            for it in input {
                add_columns(it, to);
            }
        }
        Expr::Agg(
            AggExpr::Min { input, .. }
            | AggExpr::Max { input, .. }
            | AggExpr::First(input)
            | AggExpr::Sum(input)
            | AggExpr::Count { input, .. }
            | AggExpr::Implode { input, .. },
        ) => add_columns(input, to),
        // Whatever else there is is not translated either.
        _ => {}
    }
}
