//! Expressions: what polars computes of a row or a group, as SQL that gives the same, unknown
//! values included.

use std::cell::RefCell;
use std::collections::BTreeMap;

use polars::prelude::{
    AggExpr, AnyValue, BooleanFunction, DataType, DataTypeExpr, Expr, FunctionExpr, ListFunction,
    LiteralValue, Operator,
};

use super::Untranslatable;
use super::dialect::{Dialect, SqlKind, indented};
use super::term::{Binding, Term, case, conjunction, disjunction, is_long, linked};
use crate::config::Value;
use crate::parameters::{ANY_PAIR_IN, ITEMS_BESIDES, PARAMETER, Parameter, Parameters};

/// What an expression may name.
pub(super) trait Scope {
    /// What SQL calls a column, and what it holds.
    fn column(&self, name: &str) -> Option<(String, SqlKind)>;
}

/// Turns expressions into SQL of a dialect.
pub(super) struct TermWriter<'a> {
    pub(super) dialect: Dialect,
    pub(super) params: &'a [&'static Parameter],
    pub(super) parameters: Parameters<'a>,
    /// The values of parameters that were named, by what they are called at the head of the query.
    pub(super) head: RefCell<BTreeMap<String, String>>,
}

type Written = Result<Term, Untranslatable>;

impl TermWriter<'_> {
    /// An expression in SQL.
    pub(super) fn term(&self, expr: &Expr, scope: &dyn Scope) -> Written {
        match expr {
            Expr::Alias(inner, name) => match name.strip_prefix(PARAMETER) {
                Some(key) => self.parameter(key, inner),
                None => self.term(inner, scope),
            },
            Expr::Column(name) => {
                let (sql, kind) = scope.column(name).ok_or_else(|| unknown(expr))?;
                Ok(Term::atom(sql, kind))
            }
            Expr::Literal(literal) => self.literal(literal).ok_or_else(|| unknown(expr)),
            Expr::BinaryExpr { left, op, right } => {
                self.binary([&self.term(left, scope)?, &self.term(right, scope)?], *op, expr)
            }
            Expr::Cast { expr: inner, dtype: DataTypeExpr::Literal(dtype), .. } => self
                .cast(&self.term(inner, scope)?, kind_of(dtype).ok_or_else(|| unknown(expr))?)
                .ok_or_else(|| unknown(expr)),
            Expr::Ternary { predicate, truthy, falsy } => match known_of(predicate) {
                Some(Expr::Literal(literal)) if !literal.is_null() => self.term(truthy, scope),
                Some(known) if *known == **truthy => self.coalesced([&**truthy, falsy], scope),
                _ => self.case((predicate, truthy, falsy), scope),
            },
            Expr::Agg(it) => self.aggregate(it, expr, scope),
            Expr::Len => Ok(Term::atom("COUNT(*)", SqlKind::Int)),
            Expr::Function { input, function } => self.function(function, input, expr, scope),
            Expr::AnonymousFunction { input, fmt_str, .. } => {
                self.named(fmt_str, input, expr, scope)
            }
            other => Err(unknown(other)),
        }
    }

    /// A value of the configuration, by its name at the head of the query.
    fn parameter(&self, key: &str, value: &Expr) -> Written {
        let (sql, kind) = match value {
            Expr::Agg(AggExpr::Implode { input, .. }) => match &**input {
                Expr::Literal(LiteralValue::Series(words)) => {
                    let words = words.str().map_err(|_| unknown(value))?;
                    (self.dialect.texts(words.iter().flatten()), SqlKind::List)
                }
                _ => return Err(unknown(value)),
            },
            Expr::Literal(literal) => {
                let it = self.literal(literal).ok_or_else(|| unknown(value))?;
                (format!("CAST({} AS {})", it.sql, self.dialect.kind(it.kind)), it.kind)
            }
            _ => return Err(unknown(value)),
        };
        let name = self.dialect.name(&key.replace('-', "_"));
        self.head.borrow_mut().insert(name.clone(), sql);
        Ok(Term::atom(format!("(SELECT {name} FROM parameters)"), kind))
    }

    fn literal(&self, literal: &LiteralValue) -> Option<Term> {
        let int = |it: String| {
            let binds = if it.starts_with('-') { Binding::Sum } else { Binding::Atom };
            Term { sql: it, kind: SqlKind::Int, binds }
        };
        Some(match literal.to_any_value()? {
            AnyValue::Null => Term::atom("NULL", SqlKind::Null),
            AnyValue::Boolean(it) => Term::atom(if it { "TRUE" } else { "FALSE" }, SqlKind::Bool),
            AnyValue::Int32(it) => int(it.to_string()),
            AnyValue::Int64(it) => int(it.to_string()),
            AnyValue::UInt32(it) => int(it.to_string()),
            AnyValue::String(it) => Term::atom(self.dialect.text(it), SqlKind::Text),
            AnyValue::StringOwned(it) => Term::atom(self.dialect.text(&it), SqlKind::Text),
            _ => return None,
        })
    }

    fn binary(&self, [left, right]: [&Term; 2], op: Operator, expr: &Expr) -> Written {
        let bools = left.kind == SqlKind::Bool && right.kind == SqlKind::Bool;
        let ints = left.kind == SqlKind::Int && right.kind == SqlKind::Int;
        let texts = left.kind == SqlKind::Text && right.kind == SqlKind::Text;
        let compare = |sign: &str| {
            let sql = format!("{} {sign} {}", left.compared(), right.compared());
            Ok(Term::bool(sql, Binding::Comparison))
        };
        let reckon = |sign: &str, kind, binds, next| {
            let sql = format!("{} {sign} {}", left.within(binds), right.within(next));
            Ok(Term { sql, kind, binds })
        };
        match op {
            Operator::Eq => compare("="),
            Operator::NotEq => compare("<>"),
            Operator::Lt => compare("<"),
            Operator::LtEq => compare("<="),
            Operator::Gt => compare(">"),
            Operator::GtEq => compare(">="),
            Operator::EqValidity => {
                let sql = self.dialect.same(&left.compared(), &right.compared());
                Ok(Term::bool(sql, Binding::Comparison))
            }
            Operator::NotEqValidity => {
                let sql = self.dialect.same(&left.compared(), &right.compared());
                Ok(Term::bool(format!("NOT ({sql})"), Binding::Not))
            }
            Operator::And | Operator::LogicalAnd if bools => Ok(conjunction(left, right)),
            Operator::Or | Operator::LogicalOr if bools => Ok(disjunction(left, right)),
            Operator::Plus if ints => reckon("+", SqlKind::Int, Binding::Sum, Binding::Sum),
            Operator::Minus if ints => reckon("-", SqlKind::Int, Binding::Sum, Binding::Product),
            Operator::Multiply if ints => {
                reckon("*", SqlKind::Int, Binding::Product, Binding::Product)
            }
            Operator::Plus if texts => reckon("||", SqlKind::Text, Binding::Sum, Binding::Product),
            _ => Err(unknown(expr)),
        }
    }

    fn cast(&self, of: &Term, kind: SqlKind) -> Option<Term> {
        match (of.kind, kind) {
            (from, to) if from == to => Some(of.clone()),
            (SqlKind::Null, _) | (SqlKind::Int, SqlKind::Text) => {
                let sql = format!("CAST({} AS {})", of.sql, self.dialect.kind(kind));
                Some(Term::atom(sql, kind))
            }
            _ => None,
        }
    }

    /// Nested choices as one `CASE`.
    fn case(&self, first: (&Expr, &Expr, &Expr), scope: &dyn Scope) -> Written {
        let (mut predicate, mut truthy, mut falsy) = first;
        let mut arms = Vec::new();
        let mut kind = SqlKind::Null;
        loop {
            let (when, then) = (self.term(predicate, scope)?, self.term(truthy, scope)?);
            kind = if kind == SqlKind::Null { then.kind } else { kind };
            arms.push(format!("WHEN {} THEN {}", when.sql, then.sql));
            match falsy {
                Expr::Ternary { predicate: next, truthy: then, falsy: last } => {
                    (predicate, truthy, falsy) = (next, then, last);
                }
                last => {
                    let last = self.term(last, scope)?;
                    kind = if kind == SqlKind::Null { last.kind } else { kind };
                    arms.push(format!("ELSE {}", last.sql));
                    return Ok(Term::atom(case(&arms), kind));
                }
            }
        }
    }

    fn aggregate(&self, it: &AggExpr, expr: &Expr, scope: &dyn Scope) -> Written {
        let call = |name: &str, of: &Expr| {
            let of = self.term(of, scope)?;
            Ok(Term::atom(format!("{name}({})", of.sql), of.kind))
        };
        match it {
            AggExpr::Min { input, propagate_nans: false } => call("MIN", input),
            AggExpr::Max { input, propagate_nans: false } => call("MAX", input),
            AggExpr::First(input) => {
                let of = self.term(input, scope)?;
                Ok(Term::atom(self.dialect.any_value(&of.sql), of.kind))
            }
            // The sum of nothing is nought.
            AggExpr::Sum(input) => {
                let of = self.term(input, scope)?;
                let sql = match of.kind {
                    SqlKind::Bool => format!("COUNT(CASE WHEN {} THEN 1 END)", of.sql),
                    SqlKind::Int => format!("COALESCE(SUM({}), 0)", of.sql),
                    _ => return Err(unknown(expr)),
                };
                Ok(Term::atom(sql, SqlKind::Int))
            }
            AggExpr::Count { input, include_nulls: false } => {
                let of = self.term(input, scope)?;
                Ok(Term::atom(format!("COUNT({})", of.sql), SqlKind::Int))
            }
            _ => Err(unknown(expr)),
        }
    }

    fn function(
        &self,
        function: &FunctionExpr,
        input: &[Expr],
        expr: &Expr,
        scope: &dyn Scope,
    ) -> Written {
        let first = || input.first().map(|it| self.term(it, scope)).ok_or_else(|| unknown(expr))?;
        match function {
            FunctionExpr::Boolean(BooleanFunction::IsNull) => {
                Ok(Term::bool(format!("{} IS NULL", first()?.compared()), Binding::Comparison))
            }
            FunctionExpr::Boolean(BooleanFunction::IsNotNull) => {
                Ok(Term::bool(format!("{} IS NOT NULL", first()?.compared()), Binding::Comparison))
            }
            FunctionExpr::Boolean(BooleanFunction::Not) => {
                Ok(Term::bool(format!("NOT {}", first()?.within(Binding::Atom)), Binding::Not))
            }
            FunctionExpr::Boolean(BooleanFunction::IsIn { nulls_equal: false }) => {
                let [item, list] = input else { return Err(unknown(expr)) };
                self.is_in(&self.term(item, scope)?, list, scope)
            }
            FunctionExpr::FillNull if first()?.sql == "TRUE" => first(),
            FunctionExpr::FillNull | FunctionExpr::Coalesce => self.coalesced(input, scope),
            FunctionExpr::ListExpr(ListFunction::Length) => {
                Ok(Term::atom(self.dialect.length(&first()?.sql), SqlKind::Int))
            }
            _ => Err(unknown(expr)),
        }
    }

    /// The first of these that is not null.
    fn coalesced<'e>(&self, all: impl IntoIterator<Item = &'e Expr>, scope: &dyn Scope) -> Written {
        let terms = all.into_iter().map(|it| self.term(it, scope));
        let terms = terms.collect::<Result<Vec<_>, _>>()?;
        let kind = terms.iter().map(|it| it.kind).find(|it| *it != SqlKind::Null);
        let terms: Vec<&str> = terms.iter().map(|it| it.sql.as_str()).collect();
        let sql = if is_long(&terms) {
            format!("COALESCE(\n{}\n)", indented(&terms.join(",\n"), 2))
        } else {
            format!("COALESCE({})", terms.join(", "))
        };
        Ok(Term::atom(sql, kind.unwrap_or(SqlKind::Null)))
    }

    /// Whether a value is one of the words of the configuration; null where it is null.
    fn is_in(&self, item: &Term, list: &Expr, scope: &dyn Scope) -> Written {
        let inner = match list {
            Expr::Alias(..) => self.term(list, scope)?,
            Expr::Agg(AggExpr::Implode { input, .. }) => self.term(input, scope)?,
            _ => return Err(unknown(list)),
        };
        Ok(Term::atom(self.dialect.contains(&inner.sql, &item.sql), SqlKind::Bool))
    }

    /// A function of ours, by the name that it goes by.
    fn named(&self, name: &str, input: &[Expr], expr: &Expr, scope: &dyn Scope) -> Written {
        let (name, key) = name.split_once(' ').ok_or_else(|| unknown(expr))?;
        let terms: Vec<Term> =
            input.iter().map(|it| self.term(it, scope)).collect::<Result<_, _>>()?;
        let param = self.params.iter().find(|it| it.key == key);
        let value = param.map(|it| self.parameters.value(it));
        match (name, terms.as_slice(), value) {
            (ITEMS_BESIDES, [items, names], Some(Value::Words(words))) => {
                // Engines take no query within a function of an item, so the words stand here.
                let words = self.dialect.texts(words.iter().map(String::as_str));
                let sql = self.dialect.items_besides(&items.sql, &names.sql, &words);
                Ok(Term::atom(sql, SqlKind::List))
            }
            (ANY_PAIR_IN, [items], Some(Value::Pairs(pairs))) => {
                let has = |it: &String| self.dialect.contains(&items.sql, &self.dialect.text(it));
                let both = |[one, other]: &[String; 2]| format!("{} AND {}", has(one), has(other));
                let any = pairs.iter().map(both).reduce(|one, other| linked(&one, "OR", &other));
                Ok(Term::bool(any.unwrap_or_else(|| "FALSE".to_owned()), Binding::Or))
            }
            _ => Err(unknown(expr)),
        }
    }
}

/// What a condition asks to be known, where it asks nothing else.
fn known_of(condition: &Expr) -> Option<&Expr> {
    match condition {
        Expr::Function { input, function: FunctionExpr::Boolean(BooleanFunction::IsNotNull) } => {
            input.first()
        }
        _ => None,
    }
}

/// What a type of a frame is in SQL.
pub(super) fn kind_of(dtype: &DataType) -> Option<SqlKind> {
    Some(match dtype {
        DataType::String => SqlKind::Text,
        DataType::Boolean => SqlKind::Bool,
        DataType::Int32 | DataType::Int64 | DataType::UInt32 => SqlKind::Int,
        DataType::Datetime(..) => SqlKind::Time,
        DataType::Date => SqlKind::Day,
        DataType::List(inner) if **inner == DataType::String => SqlKind::List,
        DataType::Null => SqlKind::Null,
        _ => return None,
    })
}

fn unknown(expr: &Expr) -> Untranslatable {
    Untranslatable(format!("{expr:?}"))
}
