//! The rules of one run: the built-in ones and the organization's own.

use std::path::Path;

use crate::config::problem::{Problem, Problems};
use crate::config::{RuleWords, Value};
use crate::custom_rules::{self, CustomRule};
use crate::digest::Digest;
use crate::rules::{CATALOGUE, RETIRED, Rule};

/// Every rule there is.
#[derive(Clone, Debug)]
pub struct Catalogue {
    rules: Vec<&'static Rule>,
    own: Vec<CustomRule>,
}

impl Default for Catalogue {
    /// The built-in rules.
    fn default() -> Self {
        Self { rules: CATALOGUE.to_vec(), own: Vec::new() }
    }
}

impl Catalogue {
    /// The built-in rules and those in the folder `dir`, where there is one.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or with everything that is wrong in any of them.
    pub fn load(dir: Option<&Path>) -> Result<Self, custom_rules::Error> {
        dir.map_or_else(|| Ok(Self::default()), |dir| Self::with(custom_rules::load(dir)?))
    }

    /// The built-in rules and `custom_rules`, in which no two may have a code or a name in common.
    ///
    /// # Errors
    ///
    /// With every code and name that is there twice.
    pub fn with(own: Vec<CustomRule>) -> Result<Self, custom_rules::Error> {
        let mut wrong = Vec::new();
        for (at, it) in own.iter().enumerate() {
            let words = |custom_rule: &CustomRule| [custom_rule.rule.code, custom_rule.rule.name];
            let mut list = Vec::new();
            for (which, word) in words(it).into_iter().enumerate() {
                if let Some(other) = own[..at].iter().find(|other| words(other)[which] == word) {
                    let what = format!("`{word}` is taken: `{}` has it too", other.file);
                    list.push(Problem::new(it.places[which].clone(), what, None));
                }
            }
            if !list.is_empty() {
                wrong.push(Problems { file: it.file.clone(), list });
            }
        }
        if !wrong.is_empty() {
            return Err(custom_rules::Error::Problems(wrong));
        }
        let rules = CATALOGUE.iter().copied().chain(own.iter().map(|it| it.rule)).collect();
        Ok(Self { rules, own })
    }

    /// Every rule, the built-in ones first.
    pub fn rules(&self) -> &[&'static Rule] {
        &self.rules
    }

    /// The rules that the organization wrote, in the order of their codes.
    pub fn own(&self) -> &[CustomRule] {
        &self.own
    }

    /// The rule of that name or code.
    pub fn find(&self, word: &str) -> Option<&'static Rule> {
        self.rules
            .iter()
            .copied()
            .find(|rule| rule.name == word || rule.code.eq_ignore_ascii_case(word))
    }

    /// What the configuration checker must know about the catalogue.
    pub fn words(&self) -> Vec<RuleWords> {
        let parameters = |rule: &Rule| -> Vec<(&'static str, Value)> {
            rule.params.iter().map(|param| (param.key, param.default.value())).collect()
        };
        let words = |rule: &&'static Rule| RuleWords {
            code: rule.code,
            name: rule.name,
            parameters: parameters(rule),
            retired: RETIRED.iter().filter(|it| it.rule == rule.name).copied().collect(),
        };
        self.rules.iter().map(words).collect()
    }

    /// Names the catalogue as it stands: SHA-256 over what every rule says, and the version.
    pub fn fingerprint(&self) -> String {
        let mut hash = Digest::default();
        hash.update(env!("CARGO_PKG_VERSION"));
        for rule in CATALOGUE {
            let words = [rule.code, rule.name, rule.severity.word(), rule.predicate, rule.remedy];
            let params =
                rule.params.iter().map(|param| format!("{} {}", param.key, param.default.value()));
            for word in words.map(str::to_owned).into_iter().chain(params) {
                hash.update(word + "\n");
            }
        }
        for own in &self.own {
            hash.update(&own.text);
        }
        hash.hex()
    }
}

#[cfg(test)]
mod tests;
