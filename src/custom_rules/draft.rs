//! What a rule's file must say besides SQL, and how.

use std::collections::BTreeSet;

use super::file::{FilePosition, PlacedString, RuleFile, RuleTable};
use super::sql::SqlColumn;
use crate::config;
use crate::config::problem::did_you_mean;
use crate::frameworks::FRAMEWORKS;
use crate::parameters::{DefaultValue, Parameter};
use crate::rules::sentence::Sentence;
use crate::rules::{CATALOGUE, Severity, Subject};
use crate::tables::Table;
use crate::tables::column::Null;

/// A rule as its file states it, with the SQL unread.
#[derive(Debug)]
pub(super) struct RuleDraft {
    pub(super) code: PlacedString,
    pub(super) name: PlacedString,
    pub(super) title: PlacedString,
    pub(super) severity: Severity,
    pub(super) escalation: Option<DraftEscalation>,
    pub(super) controls: &'static [(&'static str, &'static str)],
    pub(super) predicate: PlacedString,
    pub(super) risk: PlacedString,
    pub(super) remedy: PlacedString,
    pub(super) missing: PlacedString,
    pub(super) sentence: PlacedString,
    pub(super) subject: Subject,
    pub(super) params: Vec<(&'static Parameter, FilePosition)>,
    pub(super) population: PlacedString,
    pub(super) exception: PlacedString,
}

/// The severity of worse exceptions.
#[derive(Debug)]
pub(super) struct DraftEscalation {
    pub(super) to: Severity,
    pub(super) words: PlacedString,
    pub(super) when: PlacedString,
}

/// The families of the built-in codes, those to come too.
const FAMILIES: &[&str] = &["EVD", "USR", "DRM", "PRV", "AUT", "INV", "TOK", "GOV"];

const SUBJECTS: &[Subject] = &[
    Subject::User,
    Subject::Group,
    Subject::Invite,
    Subject::Token,
    Subject::Reference,
    Subject::Record,
    Subject::Request,
    Subject::Grant,
    Subject::Space,
    Subject::Instance,
    Subject::Endpoint,
];

impl RuleDraft {
    /// Reads the file, and notes what is wrong in it.
    pub(super) fn read(file: &RuleFile<'_>) -> Self {
        let mut root = file.root();
        let res = Self {
            code: root.text("code"),
            name: root.text("name"),
            title: root.text("title"),
            severity: severity(file, root.text("severity")),
            escalation: root.section("escalation").map(|it| raised(file, it)),
            controls: controls(file, &mut root),
            predicate: sentence(file, root.text("predicate")),
            risk: sentence(file, root.text("risk")),
            remedy: sentence(file, root.text("remedy")),
            missing: sentence(file, root.text("missing")),
            sentence: sentence(file, root.text("sentence")),
            subject: subject(file, root.text("subject")),
            params: params(file, &mut root),
            population: root.text("population"),
            exception: root.text("exception"),
        };
        root.finish();
        res.check_words(file);
        res
    }

    /// Notes parameters that no SQL names.
    pub(super) fn check_use(&self, file: &RuleFile<'_>, used: &BTreeSet<&'static str>) {
        for (param, place) in self.params.iter().filter(|param| !used.contains(param.0.key)) {
            let help = format!("write `${}` in the SQL", param.key.replace('-', "_"));
            file.note(*place, format!("no SQL names the parameter `{}`", param.key), Some(help));
        }
    }

    /// Notes where the sentence does not fit the population's columns, nor they the dictionary.
    pub(super) fn check_columns(
        &self,
        file: &RuleFile<'_>,
        columns: &[SqlColumn],
        reads: &[Table],
    ) {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let sentence = Sentence::parse(self.sentence.value);
        if let Err(fault) = sentence {
            file.note(self.sentence.place, fault.to_string(), None);
        }
        for key in sentence.iter().flat_map(Sentence::thresholds) {
            if !self.params.iter().any(|it| it.0.key == key) {
                let what = format!("the rule has no parameter `{key}`");
                let help = did_you_mean(key, self.params.iter().map(|it| it.0.key));
                file.note(self.sentence.place, what, help);
            }
        }
        for word in sentence.iter().flat_map(Sentence::columns) {
            if !names.contains(&word) {
                let what = format!("the population has no column `{word}`");
                let help = did_you_mean(word, names.iter().copied());
                file.note(self.sentence.place, what, help);
            }
        }
        for name in &names {
            // As reports understand a missing cell: by the first table that has such a column.
            let known = reads.iter().flat_map(|read| read.columns()).find(|it| it.name == *name);
            let Some(Null::AbsentIf(flag)) = known.map(|it| it.null) else { continue };
            if !names.contains(&flag) {
                let what = format!("`{name}` needs `{flag}` beside it");
                let help = "a missing cell means something else where that is true".to_owned();
                file.note(self.population.place, what, Some(help));
            }
        }
    }

    fn check_words(&self, file: &RuleFile<'_>) {
        let (code, name, title) = (self.code.value, self.name.value, self.title.value);
        match code.split_once('-') {
            Some((family, _)) if FAMILIES.contains(&family) => {
                let help = "take letters of your own, such as `OWN-01`".to_owned();
                let what = format!("codes that begin with `{family}-` are those of built-in rules");
                file.note(self.code.place, what, Some(help));
            }
            Some((family, number)) if is_family(family) && is_number(number) => {}
            _ if code.is_empty() => {}
            _ => {
                let what = format!("`{code}` is not a code");
                let help = "write capitals, a hyphen and digits, such as `OWN-01`".to_owned();
                file.note(self.code.place, what, Some(help));
            }
        }
        let small = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        if !name.chars().all(small) || name.starts_with('-') || name.ends_with('-') {
            let what = format!("`{name}` is not a name");
            let help = "write small letters, digits and hyphens".to_owned();
            file.note(self.name.place, what, Some(help));
        }
        if ["disable", "rules-dir"].contains(&name) || CATALOGUE.iter().any(|it| it.name == name) {
            file.note(self.name.place, format!("the name `{name}` is taken"), None);
        }
        if title.ends_with('.') {
            file.note(self.title.place, "a title has no full stop", None);
        }
    }
}

fn is_family(word: &str) -> bool {
    (2..=8).contains(&word.len()) && word.chars().all(|it| it.is_ascii_uppercase())
}

fn is_number(word: &str) -> bool {
    (1..=4).contains(&word.len()) && word.chars().all(|it| it.is_ascii_digit())
}

fn raised(file: &RuleFile<'_>, mut section: RuleTable<'_>) -> DraftEscalation {
    let res = DraftEscalation {
        to: severity(file, section.text("to")),
        words: section.text("words"),
        when: section.text("when"),
    };
    section.finish();
    res
}

fn severity(file: &RuleFile<'_>, text: PlacedString) -> Severity {
    let known: Vec<_> = Severity::ALL.iter().map(|it| (it.word(), *it)).collect();
    choice(file, text, "a severity", &known).unwrap_or(Severity::Info)
}

fn subject(file: &RuleFile<'_>, text: PlacedString) -> Subject {
    let known: Vec<_> = SUBJECTS.iter().map(|it| (it.word(), *it)).collect();
    choice(file, text, "a kind of subject", &known).unwrap_or(Subject::User)
}

fn choice<T: Copy>(
    file: &RuleFile<'_>,
    text: PlacedString,
    what: &str,
    known: &[(&'static str, T)],
) -> Option<T> {
    let word = text.value;
    let res = known.iter().find(|it| it.0 == word).map(|it| it.1);
    if res.is_none() && !word.is_empty() {
        let words: Vec<String> = known.iter().map(|it| format!("`{}`", it.0)).collect();
        let what = format!("`{word}` is not {what}: {}", words.join(", "));
        file.note(text.place, what, did_you_mean(word, known.iter().map(|it| it.0)));
    }
    res
}

/// Controls that a framework has, each with the framework's key: others would be in no matrix.
fn controls(
    file: &RuleFile<'_>,
    root: &mut RuleTable<'_>,
) -> &'static [(&'static str, &'static str)] {
    let mut found = Vec::new();
    match root.section("controls") {
        None => file.note(root.start(), "`controls` is missing", None),
        Some(mut section) => {
            for framework in FRAMEWORKS.iter() {
                let known = || framework.controls.iter().map(|control| control.id.as_str());
                let texts = section.texts(&framework.key);
                for it in texts.iter().filter(|text| !known().any(|known| known == text.value)) {
                    let what =
                        format!("`{}` is not a control of {} here", it.value, framework.short);
                    let all = format!("known are {}", known().collect::<Vec<_>>().join(", "));
                    file.note(it.place, what, did_you_mean(it.value, known()).or(Some(all)));
                }
                found.extend(texts.iter().map(|text| (framework.key.as_str(), text.value)));
            }
            if found.is_empty() {
                file.note(section.start(), "`controls` names none", None);
            }
            section.finish();
        }
    }
    found.leak()
}

fn sentence(file: &RuleFile<'_>, text: PlacedString) -> PlacedString {
    if !text.value.trim_end().ends_with('.') && !text.value.is_empty() {
        file.note(text.place, "a whole sentence ends with a full stop", None);
    }
    PlacedString { value: text.value.trim(), ..text }
}

fn params(
    file: &RuleFile<'_>,
    root: &mut RuleTable<'_>,
) -> Vec<(&'static Parameter, FilePosition)> {
    let Some(mut section) = root.section("parameters") else { return Vec::new() };
    let mut res = Vec::new();
    for (key, place) in section.keys() {
        let Some(mut inner) = section.section(key) else { continue };
        let default = inner.number_or_texts("default");
        let about = inner.text("about").value;
        inner.finish();
        if !key.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-') {
            let help = "write small letters, digits and hyphens".to_owned();
            file.note(place, format!("`{key}` is not a parameter's key"), Some(help));
        }
        let Some(default) = default else { continue };
        let most = config::most(key);
        if let Ok(number) = default
            && number > most
        {
            file.note(place, format!("`default` is {number}, and `{key}` at most {most}"), None);
        }
        let key = key.to_owned().leak();
        res.push((
            &*Box::leak(Box::new(Parameter { key, default: preset(default), about })),
            place,
        ));
    }
    res
}

fn preset(default: Result<u32, Vec<PlacedString>>) -> DefaultValue {
    match default {
        Ok(number) => DefaultValue::Number(number.into()),
        // As the configuration's words are.
        Err(texts) => {
            let word = |placed_string: &PlacedString| -> &'static str {
                placed_string.value.to_lowercase().leak()
            };
            DefaultValue::Words(texts.iter().map(word).collect::<Vec<_>>().leak())
        }
    }
}
