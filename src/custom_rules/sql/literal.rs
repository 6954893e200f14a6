//! Values that stand in the SQL itself: texts, numbers, days, lists, and parameters.

use chrono::NaiveDate;
use sqlparser::ast::{DataType, Expr, Spanned as _, TypedString, Value};

use super::column::SqlType;
use super::term::{ExprInfo, NameScope};
use super::{Checker, fill};
use crate::config::problem::did_you_mean;
use crate::parameters::DefaultValue;

impl Checker<'_> {
    /// Reads a value.
    pub(super) fn value(&mut self, value: &Value) -> ExprInfo {
        let kind = match value {
            Value::Number(_, false) => SqlType::Number,
            Value::SingleQuotedString(_) => SqlType::Text,
            Value::Boolean(_) => SqlType::Bool,
            Value::Null => SqlType::Any,
            Value::Placeholder(word) => return self.parameter(word.trim_start_matches('$')),
            other => {
                self.refuse_with(
                    format!("`{other}` is not in the SQL of rules"),
                    "write 'text' or 7",
                );
                SqlType::Any
            }
        };
        ExprInfo::of(kind)
    }

    fn parameter(&mut self, word: &str) -> ExprInfo {
        match self.preset(word) {
            Some(DefaultValue::Number(_) | DefaultValue::As(..)) => ExprInfo::of(SqlType::Number),
            Some(DefaultValue::Words(_) | DefaultValue::Pairs) => {
                let help = format!("write `LOWER(a) IN (${word})`");
                self.refuse(
                    format!("`${word}` is a list of words, where one value is wanted"),
                    Some(help),
                );
                ExprInfo::of(SqlType::Any)
            }
            None => ExprInfo::of(SqlType::Any),
        }
    }

    /// What a parameter holds; one that is not there is noted.
    fn preset(&mut self, word: &str) -> Option<&'static DefaultValue> {
        let params = self.params;
        if let Some(param) = params.iter().find(|param| fill::placeholder_of(param.key) == word) {
            self.used.insert(param.key);
            return Some(&param.default);
        }
        let known: Vec<String> =
            params.iter().map(|param| fill::placeholder_of(param.key)).collect();
        let help = did_you_mean(word, known.iter().map(String::as_str));
        let help = help.or_else(|| Some(format!("state it under `[parameters.{word}]`")));
        self.refuse(format!("`${word}` is not a parameter"), help);
        None
    }

    /// Reads a day.
    pub(super) fn day(&mut self, text: &TypedString) -> ExprInfo {
        let day = fill::text_of(&text.value.value).map(|it| it.parse::<NaiveDate>().is_ok());
        if !matches!(text.data_type, DataType::Date) || day != Some(true) {
            self.refuse_with(format!("`{text}` is not a day"), "write `DATE '2026-01-31'`");
        }
        ExprInfo::of(SqlType::Time)
    }

    /// Reads `IN (…)`.
    pub(super) fn list(&mut self, expr: &Expr, list: &[Expr], scope: &NameScope<'_>) -> ExprInfo {
        let first = self.term(expr, scope);
        if let [one] = list
            && let Some(word) = placeholder(one)
        {
            self.go_to(one.span().start);
            let fits = match self.preset(word) {
                Some(DefaultValue::Words(_)) => first.kind.fits(SqlType::Text),
                Some(DefaultValue::Number(_) | DefaultValue::As(..)) => {
                    first.kind.fits(SqlType::Number)
                }
                Some(DefaultValue::Pairs) => false,
                None => true,
            };
            if !fits {
                self.refuse(
                    format!("`{expr}` is {}, and `${word}` is not", first.kind.word()),
                    None,
                );
            }
            return ExprInfo::with(SqlType::Bool, [&first]);
        }
        for it in list {
            let literal = matches!(it, Expr::Value(it) if it.value != Value::Null);
            if !literal || placeholder(it).is_some() {
                self.go_to(it.span().start);
                self.refuse_with(
                    format!("`{it}` cannot be in a list"),
                    "lists hold texts or numbers",
                );
            } else {
                self.alike(it, first.kind, scope);
            }
        }
        ExprInfo::with(SqlType::Bool, [&first])
    }
}

/// Whether a literal stands for a parameter.
pub(super) fn placeholder(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(it) => match &it.value {
            Value::Placeholder(word) => Some(word.trim_start_matches('$')),
            _ => None,
        },
        _ => None,
    }
}
