//! Values that stand in the SQL itself: texts, numbers, days, lists, and parameters.

use chrono::NaiveDate;
use sqlparser::ast::{DataType, Expr, Spanned as _, TypedString, Value};

use super::column::Kind;
use super::term::{Fact, Scope};
use super::{Checker, fill};
use crate::config::problem::did_you_mean;
use crate::terms::Preset;

impl Checker<'_> {
    /// Reads a value.
    pub(super) fn value(&mut self, value: &Value) -> Fact {
        let kind = match value {
            Value::Number(_, false) => Kind::Number,
            Value::SingleQuotedString(_) => Kind::Text,
            Value::Boolean(_) => Kind::Bool,
            Value::Null => Kind::Any,
            Value::Placeholder(word) => return self.parameter(word.trim_start_matches('$')),
            other => {
                self.refuse_with(
                    format!("`{other}` is not in the SQL of rules"),
                    "write 'text' or 7",
                );
                Kind::Any
            }
        };
        Fact::of(kind)
    }

    fn parameter(&mut self, word: &str) -> Fact {
        match self.preset(word) {
            Some(Preset::Number(_) | Preset::As(..)) => Fact::of(Kind::Number),
            Some(Preset::Words(_) | Preset::Pairs) => {
                let help = format!("write `LOWER(a) IN (${word})`");
                self.refuse(
                    format!("`${word}` is a list of words, where one value is wanted"),
                    Some(help),
                );
                Fact::of(Kind::Any)
            }
            None => Fact::of(Kind::Any),
        }
    }

    /// What a parameter holds; one that is not there is noted.
    fn preset(&mut self, word: &str) -> Option<&'static Preset> {
        let params = self.params;
        if let Some(param) = params.iter().find(|it| fill::placeholder_of(it.key) == word) {
            self.used.insert(param.key);
            return Some(&param.default);
        }
        let known: Vec<String> = params.iter().map(|it| fill::placeholder_of(it.key)).collect();
        let help = did_you_mean(word, known.iter().map(String::as_str));
        let help = help.or_else(|| Some(format!("state it under `[parameters.{word}]`")));
        self.refuse(format!("`${word}` is not a parameter"), help);
        None
    }

    /// Reads a day.
    pub(super) fn day(&mut self, text: &TypedString) -> Fact {
        let day = fill::text_of(&text.value.value).map(|it| it.parse::<NaiveDate>().is_ok());
        if !matches!(text.data_type, DataType::Date) || day != Some(true) {
            self.refuse_with(format!("`{text}` is not a day"), "write `DATE '2026-01-31'`");
        }
        Fact::of(Kind::Time)
    }

    /// Reads `IN (…)`.
    pub(super) fn list(&mut self, expr: &Expr, list: &[Expr], scope: &Scope<'_>) -> Fact {
        let first = self.term(expr, scope);
        if let [one] = list
            && let Some(word) = placeholder(one)
        {
            self.go_to(one.span().start);
            let fits = match self.preset(word) {
                Some(Preset::Words(_)) => first.kind.fits(Kind::Text),
                Some(Preset::Number(_) | Preset::As(..)) => first.kind.fits(Kind::Number),
                Some(Preset::Pairs) => false,
                None => true,
            };
            if !fits {
                self.refuse(
                    format!("`{expr}` is {}, and `${word}` is not", first.kind.word()),
                    None,
                );
            }
            return Fact::with(Kind::Bool, [&first]);
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
        Fact::with(Kind::Bool, [&first])
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
