//! The thresholds that a snapshot is judged on.

use std::collections::BTreeMap;

use polars::prelude::{
    BooleanChunked, Column, DataType, Expr, Field, IntoColumn as _, NamedFrom as _,
    NewChunkedArray as _, Schema, Series, StringChunked, lit,
};

use crate::config::{RuleSettings, Value};
use crate::tables::column::{self, ColumnKind as _};

/// A threshold of a rule.
#[derive(Debug)]
pub struct Parameter {
    /// Kebab-case key under `[rules.<name>]`.
    pub key: &'static str,
    /// The value when the configuration is silent.
    pub default: DefaultValue,
    /// What the value means, unit included.
    pub about: &'static str,
}

/// A default value.
#[derive(Debug)]
pub enum DefaultValue {
    /// A whole number.
    Number(i64),
    /// A list of words.
    Words(&'static [&'static str]),
    /// A list of pairs, which only the organization can fill.
    Pairs,
    /// Whatever the rule of that name is judged by, so that two rules cannot contradict each other
    /// because one of them is configured.
    As(&'static str, &'static Parameter),
}

impl DefaultValue {
    /// The default as a configuration would hold it.
    pub fn value(&self) -> Value {
        match self {
            Self::Number(it) => Value::Number(*it),
            Self::Words(it) => Value::Words(it.iter().map(|it| (*it).to_owned()).collect()),
            Self::Pairs => Value::Pairs(Vec::new()),
            Self::As(_, param) => param.default.value(),
        }
    }
}

/// Parameters with their values in one text, `days 90; allowance 5`.
pub fn spoken<'a>(terms: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    terms.map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join("; ")
}

/// The values of one rule's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    set: Option<&'a BTreeMap<String, Value>>,
    settings: &'a RuleSettings,
    is_named: bool,
}

/// What stands before a parameter's key where an expression names it.
pub const PARAMETER: &str = "$";
/// What an expression calls the function behind [`Parameters::items_besides`], with the key.
pub const ITEMS_BESIDES: &str = "items_besides";
/// What an expression calls the function behind [`Parameters::any_pair_in`], with the key.
pub const ANY_PAIR_IN: &str = "any_pair_in";

impl<'a> Parameters<'a> {
    /// What `settings` say about the rule of that name.
    pub fn of(rule: &str, settings: &'a RuleSettings) -> Self {
        Self { set: settings.parameters.get(rule), settings, is_named: false }
    }

    /// The same, in expressions that say which of their values are parameters: for whoever writes
    /// them down.
    #[must_use]
    pub fn named(self) -> Self {
        Self { is_named: true, ..self }
    }

    /// An expression under the name of its parameter, where names are asked for.
    fn name(&self, param: &Parameter, value: Expr) -> Expr {
        if self.is_named { value.alias(format!("{PARAMETER}{}", param.key)) } else { value }
    }

    /// A function under its own name and the one of its parameter, likewise.
    fn name_function(&self, function: &str, param: &Parameter, expr: Expr) -> Expr {
        match expr {
            Expr::AnonymousFunction { input, function: udf, options, .. } if self.is_named => {
                let fmt_str = Box::new(format!("{function} {}", param.key).into());
                Expr::AnonymousFunction { input, function: udf, options, fmt_str }
            }
            other => other,
        }
    }

    /// The configured value, or else the default; where that is another rule's, as configured for
    /// that one.
    pub fn value(&self, param: &Parameter) -> Value {
        let set = self.set.and_then(|set| set.get(param.key));
        set.cloned().unwrap_or_else(|| match param.default {
            DefaultValue::As(rule, other) => Parameters::of(rule, self.settings).value(other),
            _ => param.default.value(),
        })
    }

    /// The values of these parameters in one text, `days 90; allowance 5`.
    pub fn spoken(&self, params: &[&Parameter]) -> String {
        let terms: Vec<(&str, String)> =
            params.iter().map(|param| (param.key, self.value(param).to_string())).collect();
        spoken(terms.iter().map(|(key, value)| (*key, value.as_str())))
    }

    /// A number.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds words: the checker lets no such configuration through.
    pub fn plain_number(&self, param: &Parameter) -> i64 {
        match self.value(param) {
            Value::Number(it) => it,
            _ => panic!("`{}` is a number", param.key),
        }
    }

    /// A number as an expression.
    ///
    /// # Panics
    ///
    /// As [`Self::plain_number`].
    pub fn number(&self, param: &Parameter) -> Expr {
        self.name(param, lit(self.plain_number(param)))
    }

    /// A number of hours in seconds, as spans of time are compared.
    ///
    /// # Panics
    ///
    /// As [`Self::number`].
    pub fn hours(&self, param: &Parameter) -> Expr {
        self.number(param) * lit(3_600)
    }

    /// A number of days in seconds, as spans of time are compared.
    ///
    /// # Panics
    ///
    /// As [`Self::number`].
    pub fn days(&self, param: &Parameter) -> Expr {
        self.number(param) * lit(86_400)
    }

    /// A list of words as an expression to be used with `is_in`.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds a number: the checker lets no such configuration through.
    pub fn words(&self, param: &Parameter) -> Expr {
        match self.value(param) {
            Value::Words(it) => {
                self.name(param, lit(Series::new("words".into(), it)).implode(true))
            }
            _ => panic!("`{}` is a list of words", param.key),
        }
    }

    /// The items of a list that stand in the places of other words than these; `names` is the list
    /// of the words, in the same order.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds no words: the checker lets no such configuration through.
    pub fn items_besides(&self, param: &Parameter, items: &Expr, names: &Expr) -> Expr {
        match self.value(param) {
            Value::Words(words) => {
                self.name_function(ITEMS_BESIDES, param, items_besides(items, names, words))
            }
            _ => panic!("`{}` is a list of words", param.key),
        }
    }

    /// Whether both of any pair are items of a list.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds no pairs: the checker lets no such configuration through.
    pub fn any_pair_in(&self, param: &Parameter, items: &Expr) -> Expr {
        match self.value(param) {
            Value::Pairs(it) => self.name_function(ANY_PAIR_IN, param, any_pair_in(items, it)),
            _ => panic!("`{}` is a list of pairs", param.key),
        }
    }

    /// The pairs of `param` of which both are among the items, as `makers and checks`; none where
    /// there is no such pair.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds no pairs: the checker lets no such configuration through.
    pub fn pairs_in(&self, param: &Parameter, items: &Expr) -> Expr {
        match self.value(param) {
            Value::Pairs(it) => pairs_in(items, it),
            _ => panic!("`{}` is a list of pairs", param.key),
        }
    }

    /// Why the rule says nothing without being told more: a list of pairs that is empty.
    pub fn lacking(&self, params: &[&Parameter]) -> Option<String> {
        let empty = |parameter: &&&Parameter| matches!(self.value(parameter), Value::Pairs(pairs) if pairs.is_empty());
        let param = params.iter().find(empty)?;
        Some(format!("the configuration has no `{}` for the rule", param.key))
    }
}

/// The items whose names are none of `words`, which are in lower case.
fn items_besides(items: &Expr, names: &Expr, words: Vec<String>) -> Expr {
    let besides = move |columns: &mut [Column]| {
        let (items, names) = (column::lists(&columns[0])?, column::lists(&columns[1])?);
        let mut res = column::List::start("besides", items.len());
        for (items, names) in items.into_iter().zip(names) {
            let rest = items.zip(names).map(|(items, names)| {
                let word = |at: usize| names.get(at).map(|it| it.to_lowercase());
                let is_kept = |at: usize| word(at).is_none_or(|it| !words.contains(&it));
                let rest = items.into_iter().enumerate().filter(|it| is_kept(it.0));
                rest.map(|it| it.1).collect()
            });
            column::List::push(&mut res, rest);
        }
        Ok(column::List::finish(res).with_name(columns[0].name().clone()))
    };
    let field = |_: &Schema, it: &[Field]| Ok(it[0].clone());
    items.clone().map_many(besides, std::slice::from_ref(names), field)
}

/// The pairs of which both are among the items, in words.
fn pairs_in(items: &Expr, pairs: Vec<[String; 2]>) -> Expr {
    let words = move |column: Column| {
        let held = |items: &[String]| {
            let held = pairs.iter().filter(|pair| pair.iter().all(|it| items.contains(it)));
            let held: Vec<String> = held.map(|it| it.join(" and ")).collect();
            (!held.is_empty()).then(|| held.join("; "))
        };
        let lists = column::lists(&column)?.into_iter().map(|it| it.and_then(|it| held(&it)));
        Ok(StringChunked::from_iter_options(column.name().clone(), lists).into_column())
    };
    let field = |_: &Schema, it: &Field| Ok(Field::new(it.name().clone(), DataType::String));
    items.clone().map(words, field)
}

/// Whether both of any pair are among the items: all are looked up in one pass over the rows.
fn any_pair_in(items: &Expr, pairs: Vec<[String; 2]>) -> Expr {
    let has = move |column: Column| {
        let both =
            |items: &[String]| pairs.iter().any(|pair| pair.iter().all(|it| items.contains(it)));
        let lists = column::lists(&column)?.into_iter().map(|it| it.map(|it| both(&it)));
        Ok(BooleanChunked::from_iter_options(column.name().clone(), lists).into_column())
    };
    let field = |_: &Schema, it: &Field| Ok(Field::new(it.name().clone(), DataType::Boolean));
    items.clone().map(has, field)
}
