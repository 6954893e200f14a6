//! From sound SQL to the text that the engine runs: parameters as literals, days as times, and
//! the population's condition as a column.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Ident, Query, SelectItem, SetExpr, TimezoneInfo, Value,
    VisitMut, visit_expressions_mut,
};

use super::MEMBER;
use super::literal::placeholder;
use crate::config;
use crate::parameters::{Parameter, Parameters};

/// What SQL writes after `$` for a parameter's key.
pub(super) fn placeholder_of(key: &str) -> String {
    key.replace('-', "_")
}

/// What a literal text says.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::SingleQuotedString(it) => Some(it),
        _ => None,
    }
}

/// What is joined by AND.
pub(super) fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            [conjuncts(left), conjuncts(right)].concat()
        }
        Expr::Nested(it) => conjuncts(it),
        it => vec![it],
    }
}

/// A copy with literals in place of parameters, and times in place of days.
pub(super) fn filled<T: VisitMut + Clone>(
    from: &T,
    params: &[&Parameter],
    parameters: Parameters<'_>,
) -> T {
    let mut res = from.clone();
    // Nothing breaks the walk off.
    let _: ControlFlow<()> = visit_expressions_mut(&mut res, |it| {
        fill(it, params, parameters);
        ControlFlow::Continue(())
    });
    res
}

fn fill(expr: &mut Expr, params: &[&Parameter], parameters: Parameters<'_>) {
    let value = |word: &str| {
        let param = params.iter().find(|param| placeholder_of(param.key) == word);
        parameters.value(param.expect("a parameter that was found when the rule was read"))
    };
    if let Expr::InList { list, negated, .. } = expr
        && let [one] = &list[..]
        && let Some(word) = placeholder(one)
        && let config::Value::Words(words) = value(word)
    {
        let text = |it| Expr::value(Value::SingleQuotedString(it));
        *list = words.into_iter().map(text).collect();
        if list.is_empty() {
            *expr = Expr::value(Value::Boolean(*negated));
        }
    } else if let Some(word) = placeholder(expr)
        && let config::Value::Number(number) = value(word)
    {
        *expr = Expr::value(Value::Number(number.to_string(), false));
    } else if let Expr::TypedString(day) = expr
        && let Some(text) = text_of(&day.value.value)
    {
        // The engine compares times with times.
        day.value.value = Value::SingleQuotedString(format!("{text} 00:00:00"));
        day.data_type = DataType::Timestamp(None, TimezoneInfo::None);
    }
}

/// Turns the condition of the outermost SELECT into a column, and keeps the rows in which it is
/// unknown: SQL would leave them out.
pub(super) fn add_member(query: &mut Query) {
    let SetExpr::Select(select) = &mut *query.body else { return };
    let condition = match select.selection.take() {
        Some(it) => Expr::Nested(Box::new(it)),
        None => Expr::value(Value::Boolean(true)),
    };
    let unknown = Expr::IsNull(Box::new(condition.clone()));
    select.selection = Some(Expr::BinaryOp {
        left: Box::new(condition.clone()),
        op: BinaryOperator::Or,
        right: Box::new(unknown),
    });
    let alias = Ident::new(MEMBER);
    select.projection.push(SelectItem::ExprWithAlias { expr: condition, alias });
}
