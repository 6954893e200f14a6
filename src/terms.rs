//! The thresholds that a snapshot is judged on.

use std::collections::BTreeMap;

use polars::prelude::{
    BooleanChunked, Column, DataType, Expr, Field, IntoColumn as _, NamedFrom as _,
    NewChunkedArray as _, Schema, Series, lit,
};

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
    /// A list of pairs, which nobody but the organization can fill.
    Pairs,
    /// Whatever the rule of that name is judged by, so that two rules cannot contradict each other
    /// because somebody configured one of them.
    As(&'static str, &'static Param),
}

impl Preset {
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

/// The values of one rule's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    set: Option<&'a BTreeMap<String, Value>>,
    settings: &'a RuleSettings,
}

impl<'a> Terms<'a> {
    /// What `settings` say about the rule of that name.
    pub fn of(rule: &str, settings: &'a RuleSettings) -> Self {
        Self { set: settings.parameters.get(rule), settings }
    }

    /// The configured value, or else the default; where that is another rule's, as configured for
    /// that one.
    pub fn value(&self, param: &Param) -> Value {
        let set = self.set.and_then(|it| it.get(param.key));
        set.cloned().unwrap_or_else(|| match param.default {
            Preset::As(rule, other) => Terms::of(rule, self.settings).value(other),
            _ => param.default.value(),
        })
    }

    /// A number as an expression.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds words: the checker lets no such configuration through.
    pub fn number(&self, param: &Param) -> Expr {
        match self.value(param) {
            Value::Number(it) => lit(it),
            _ => panic!("`{}` is a number", param.key),
        }
    }

    /// A number of hours in seconds, as spans of time are compared.
    ///
    /// # Panics
    ///
    /// As [`Self::number`].
    pub fn hours(&self, param: &Param) -> Expr {
        self.number(param) * lit(3_600)
    }

    /// A number of days in seconds, as spans of time are compared.
    ///
    /// # Panics
    ///
    /// As [`Self::number`].
    pub fn days(&self, param: &Param) -> Expr {
        self.number(param) * lit(86_400)
    }

    /// A list of words as an expression to be used with `is_in`.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds a number: the checker lets no such configuration through.
    pub fn words(&self, param: &Param) -> Expr {
        match self.value(param) {
            Value::Words(it) => lit(Series::new("words".into(), it)).implode(true),
            _ => panic!("`{}` is a list of words", param.key),
        }
    }

    /// Whether any of a list of words is an item of `text`.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds no words: the checker lets no such configuration through.
    pub fn any_word_in(&self, param: &Param, text: &Expr) -> Expr {
        match self.value(param) {
            Value::Words(it) => {
                let words: Vec<String> = it.iter().map(|it| item(it)).collect();
                any(!words.is_empty(), text, move |items| words.iter().any(|it| items.contains(it)))
            }
            _ => panic!("`{}` is a list of words", param.key),
        }
    }

    /// The items of `text`, each a name with a reason in brackets, whose name is none of the words.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds no words: the checker lets no such configuration through.
    pub fn items_besides(&self, param: &Param, text: &Expr) -> Expr {
        match self.value(param) {
            Value::Words(words) => items_besides(text, words),
            _ => panic!("`{}` is a list of words", param.key),
        }
    }

    /// Whether both of any pair are items of `text`.
    ///
    /// # Panics
    ///
    /// Panics on a parameter that holds no pairs: the checker lets no such configuration through.
    pub fn any_pair_in(&self, param: &Param, text: &Expr) -> Expr {
        match self.value(param) {
            Value::Pairs(it) => {
                let pairs: Vec<[String; 2]> =
                    it.iter().map(|it| it.each_ref().map(|it| item(it))).collect();
                any(!pairs.is_empty(), text, move |items| {
                    pairs.iter().any(|it| it.iter().all(|it| items.contains(it)))
                })
            }
            _ => panic!("`{}` is a list of pairs", param.key),
        }
    }

    /// Why the rule says nothing without being told more: a list of pairs that nobody filled.
    pub fn lacking(&self, params: &[&Param]) -> Option<String> {
        let empty =
            |it: &&&Param| matches!(self.value(it), Value::Pairs(pairs) if pairs.is_empty());
        let param = params.iter().find(empty)?;
        Some(format!("the configuration has no `{}` for the rule", param.key))
    }
}

/// What stands between the items of a text in the tables.
const SEPARATOR: &str = "; ";

/// The items of `text` whose name, all before the last bracket, is none of `words`.
fn items_besides(text: &Expr, words: Vec<String>) -> Expr {
    let kept = move |item: &&str| {
        let name = item.rsplit_once(" (").map_or(*item, |it| it.0).to_lowercase();
        !item.is_empty() && !words.contains(&name)
    };
    let besides = move |column: Column| {
        let texts = column.str()?;
        let rest = texts.iter().map(|text| {
            let items = text?.split(SEPARATOR).filter(&kept);
            Some(items.collect::<Vec<_>>().join(SEPARATOR))
        });
        let rest: Vec<Option<String>> = rest.collect();
        Ok(Series::new(texts.name().clone(), rest).into_column())
    };
    let field = |_: &Schema, it: &Field| Ok(Field::new(it.name().clone(), DataType::String));
    text.clone().map(besides, field)
}

/// Whether any of the words or pairs that a parameter names is among the items of `text`, each
/// with the separator on both sides: all are looked up in one pass over the rows.
fn any(named: bool, text: &Expr, is_there: impl Fn(&str) -> bool + Send + Sync + 'static) -> Expr {
    if !named {
        return lit(false);
    }
    let has = move |column: Column| {
        let texts = column.str()?;
        // Not split: a name may itself hold what stands between names.
        let items = texts.iter().map(|it| it.map(|it| is_there(&item(it))));
        Ok(BooleanChunked::from_iter_options(texts.name().clone(), items).into_column())
    };
    let field = |_: &Schema, it: &Field| Ok(Field::new(it.name().clone(), DataType::Boolean));
    text.clone().map(has, field)
}

fn item(word: &str) -> String {
    [SEPARATOR, word, SEPARATOR].concat()
}
