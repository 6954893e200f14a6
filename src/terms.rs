//! The thresholds that a snapshot is judged on.

use std::collections::BTreeMap;

use polars::prelude::{Expr, NamedFrom as _, Series, lit};

use crate::config::{RuleSettings, Value};

/// A threshold of a rule.
#[derive(Debug)]
pub struct Param {
    /// Kebab-case key under `[rules.<name>]`.
    pub key: &'static str,
    /// The value when the configuration is silent.
    pub default: Preset,
    /// What the value means, unit included.
    pub about: &'static str,
}

/// A default value.
#[derive(Debug)]
pub enum Preset {
    /// A whole number.
    Number(i64),
    /// A list of words.
    Words(&'static [&'static str]),
}

impl Preset {
    /// The default as a configuration would hold it.
    pub fn value(&self) -> Value {
        match self {
            Self::Number(it) => Value::Number(*it),
            Self::Words(it) => Value::Words(it.iter().map(|it| (*it).to_owned()).collect()),
        }
    }
}

/// The values of one rule's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    set: Option<&'a BTreeMap<String, Value>>,
}

impl<'a> Terms<'a> {
    /// What `settings` say about the rule of that name.
    pub fn of(rule: &str, settings: &'a RuleSettings) -> Self {
        Self { set: settings.parameters.get(rule) }
    }

    /// The configured value, or else the default.
    pub fn value(&self, param: &Param) -> Value {
        let set = self.set.and_then(|it| it.get(param.key));
        set.cloned().unwrap_or_else(|| param.default.value())
    }

    /// A number as an expression.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds words: the checker lets no such configuration through.
    pub fn number(&self, param: &Param) -> Expr {
        match self.value(param) {
            Value::Number(it) => lit(it),
            Value::Words(_) => panic!("`{}` is a number", param.key),
        }
    }

    /// A list of words as an expression to be used with `is_in`.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds a number: the checker lets no such configuration through.
    pub fn words(&self, param: &Param) -> Expr {
        match self.value(param) {
            Value::Words(it) => lit(Series::new("words".into(), it)).implode(true),
            Value::Number(_) => panic!("`{}` is a list of words", param.key),
        }
    }
}
