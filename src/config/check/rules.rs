//! What the file says about rules: which do not run, and with which parameters.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::problem::did_you_mean;
use crate::config::raw::TomlSection;
use crate::config::{RuleSettings, RuleWords, Value, most};
use crate::names::fold;

/// Reads `[rules]`.
pub(super) fn settings(
    root: &mut TomlSection<'_>,
    dir: &Path,
    known: &[RuleWords],
) -> RuleSettings {
    let mut section = root.section("rules");
    let dir = super::file(&mut section, "rules-dir", dir);
    let disabled = disabled(&mut section, known);
    let mut parameters = BTreeMap::new();
    for name in section.other_keys() {
        match known.iter().find(|it| it.name == name) {
            Some(rule) => {
                parameters.insert(name.to_owned(), values(section.section(name), rule));
            }
            None => section.refuse_key(name, "is not a rule", intended(name, known)),
        }
    }
    RuleSettings { dir, disabled, parameters }
}

fn disabled(rules: &mut TomlSection<'_>, known: &[RuleWords]) -> BTreeMap<String, String> {
    let mut res = BTreeMap::new();
    for mut section in rules.sections("disable", "write `{ rule = \"…\", reason = \"…\" }`") {
        let rule = section.required_text("rule");
        let reason = section.required_text("reason");
        if res.contains_key(&rule) {
            section.refuse("rule", format!("`{rule}` is disabled twice"), None);
        } else if !rule.is_empty() && !known.iter().any(|it| it.name == rule) {
            let what = format!("`{rule}` is not a rule");
            section.refuse("rule", what, intended(&rule, known));
        }
        section.finish();
        res.extend((!rule.is_empty()).then_some((rule, reason)));
    }
    res
}

fn intended(word: &str, known: &[RuleWords]) -> Option<String> {
    let coded = known.iter().find(|it| it.code.eq_ignore_ascii_case(word));
    match coded {
        Some(rule) => Some(format!("the rule {} has the name `{}`", rule.code, rule.name)),
        None => did_you_mean(word, known.iter().map(|it| it.name)),
    }
}

fn values(mut section: TomlSection<'_>, rule: &RuleWords) -> BTreeMap<String, Value> {
    let mut res = BTreeMap::new();
    for (key, kind) in &rule.parameters {
        let value = match kind {
            Value::Number(_) => {
                section.number(key, (0, most(key))).map(|it| Value::Number(it.into()))
            }
            Value::Words(_) => section.words(key).map(|it| Value::Words(lower(&it))),
            Value::Pairs(_) => section.pairs(key).map(|it| {
                Value::Pairs(it.iter().map(|it| it.each_ref().map(|it| fold(it))).collect())
            }),
        };
        res.extend(value.map(|it| ((*key).to_owned(), it)));
    }
    for it in &rule.retired {
        if section.has(it.key) {
            section.refuse_key(it.key, "is no longer a key of the rule", Some(it.instead.into()));
        }
    }
    section.finish();
    res
}

fn lower(words: &[String]) -> Vec<String> {
    words.iter().map(|word| fold(word)).collect()
}
