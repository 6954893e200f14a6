//! What a report says about names in the inputs that match nothing.

use serde::Serialize;

/// The names in the configuration, the waivers, the approvals and the baseline.
#[derive(Debug, Serialize)]
pub struct NamesSummary {
    /// How many there are.
    pub total: usize,
    /// How many of them were found.
    pub found: usize,
    /// Those that match nothing.
    pub missing: Vec<NameThatMatchesNothing>,
    /// Those of which it is unknown, because a list that would tell was not read.
    pub untold: Vec<NameThatMatchesNothing>,
    /// Those that were found in another way than their writer may think, such as by the former name
    /// of an instance.
    pub noted: Vec<NotedName>,
}

/// A name that was found, of which there is something to say.
#[derive(Debug, Serialize)]
pub struct NotedName {
    /// The file that holds it.
    pub input: String,
    /// The line, or the path of the key.
    pub place: String,
    /// The name.
    pub name: String,
    /// What it is.
    pub note: String,
}

/// A name that was not found.
#[derive(Debug, Serialize)]
pub struct NameThatMatchesNothing {
    /// The instance that it is of; `all` where it may be of any.
    pub instance: String,
    /// The file that holds it.
    pub input: String,
    /// The line, or the path of the key.
    pub place: String,
    /// What it is of: group, account, token, person, host or Space, list, instance or subject.
    pub kind: &'static str,
    /// The name.
    pub name: String,
    /// What may have been meant, or why that is unknown; empty where there is nothing to say.
    pub note: String,
    /// The codes of the rules that rest on it and give no pass because of it.
    pub rules: Vec<&'static str>,
}
