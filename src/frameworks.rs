//! The frameworks: their controls, the rules that speak to each, and what each tolerates at most.
//!
//! Each is one file of data, which a compliance person can review in one piece. One more framework
//! is one more file and its line in `FILES`.

use std::sync::LazyLock;

use serde::Deserialize;

/// The files, in the order of reports; a test holds that each file of the folder is here.
const FILES: &[&str] = &[
    include_str!("frameworks/soc2.toml"),
    include_str!("frameworks/iso27001.toml"),
    include_str!("frameworks/nist80053.toml"),
    include_str!("frameworks/pci.toml"),
    include_str!("frameworks/cis.toml"),
    include_str!("frameworks/hipaa.toml"),
    include_str!("frameworks/dora.toml"),
];

/// Every framework, in the order of reports.
pub static FRAMEWORKS: LazyLock<Vec<Framework>> = LazyLock::new(|| {
    let read = |it: &&str| toml::from_str(it).expect("a test reads every file");
    FILES.iter().map(read).collect()
});

/// A framework with its controls, in its own order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// The word in the configuration, and the column of `findings.csv`.
    pub key: String,
    /// Name and edition.
    pub name: String,
    /// The name on a badge.
    pub short: String,
    /// Where the controls are published.
    pub source: String,
    /// Whether reports show it where the configuration does not name frameworks: one that asks for
    /// stricter thresholds than the defaults keep to is shown on request alone.
    pub usual: bool,
    /// Its controls.
    #[serde(rename = "control")]
    pub controls: Vec<Control>,
}

/// A control of a framework.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The framework's id.
    pub id: String,
    /// What the control is after, in our own words.
    pub intent: String,
    /// The codes of the built-in rules whose results are evidence for it.
    pub rules: Vec<String>,
    /// How loose parameters of those rules may be.
    #[serde(default, rename = "bound")]
    pub bounds: Vec<Bound>,
}

/// The loosest value of a parameter that a control takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The rule's code.
    pub rule: String,
    /// The parameter's key.
    pub parameter: String,
    /// How loose the parameter may be.
    pub loosest: Loosest,
    /// What the control says about it, in our own words.
    pub says: String,
}

/// A bound to a parameter.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loosest {
    /// So many days, and no more.
    Days(i64),
    /// So many hours, and no more.
    Hours(i64),
    /// A list that has at least these words.
    Words(Vec<String>),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::{FILES, FRAMEWORKS};
    use crate::rules::CATALOGUE;

    #[test]
    fn every_file_of_the_folder_is_a_framework() {
        let folder = fs::read_dir("src/frameworks").expect("the folder");
        let names = folder.map(|it| it.expect("a file").file_name().into_string().expect("UTF-8"));
        let files: BTreeSet<String> = names.collect();
        let keys = FRAMEWORKS.iter().map(|it| format!("{}.toml", it.key));
        assert_eq!(files, keys.collect());
        assert_eq!(FILES.len(), files.len());
    }

    #[test]
    fn every_control_names_rules_that_there_are_and_says_what_it_is_after() {
        let codes: BTreeSet<&str> = CATALOGUE.iter().map(|it| it.code).collect();
        for framework in FRAMEWORKS.iter() {
            let mut ids = BTreeSet::new();
            for it in &framework.controls {
                let place = format!("{} {}", framework.key, it.id);
                assert!(ids.insert(it.id.as_str()), "{place} is there twice");
                assert!(it.intent.ends_with('.'), "{place}");
                assert!(!it.rules.is_empty(), "{place} has no rule that speaks to it");
                assert!(it.rules.is_sorted_by(|one, other| one < other), "{place}: {:?}", it.rules);
                let unknown: Vec<_> =
                    it.rules.iter().filter(|rule| !codes.contains(rule.as_str())).collect();
                assert!(unknown.is_empty(), "{place}: {unknown:?}");
            }
        }
    }
}
