//! What a report says about settings: what each is, what protects, and what drifted.

use serde::Serialize;

/// One setting on every instance.
#[derive(Debug, Serialize)]
pub struct Posture {
    /// The column of `settings.csv`.
    pub setting: &'static str,
    /// Its name as people write it, `JIT enabled`.
    pub label: String,
    /// What it says.
    pub meaning: &'static str,
    /// The word that protects, or that protects more than others; `any` where any word does; empty
    /// where no word protects more than another.
    pub desired: String,
    /// The same for every instance that gave its settings.
    pub instances: Vec<PostureOf>,
}

/// One setting of one instance.
#[derive(Debug, Serialize)]
pub struct PostureOf {
    /// The instance.
    pub instance: String,
    /// yes, no or another word; unknown where the API does not return it.
    pub value: String,
    /// Whether it protects: yes, no or unknown; empty where no word protects more than another.
    pub protects: &'static str,
    /// Why the value is unknown, or on whose word it is known; empty where the API shows it.
    pub source: String,
    /// same, `was …`, `weaker, was …` or unknown, beside the previous snapshot; empty where there
    /// is none.
    pub drift: String,
}
