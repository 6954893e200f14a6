//! A word and what it stands for.

use serde::Serialize;

/// A word and what it stands for.
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// The word.
    pub name: String,
    /// What it stands for.
    pub value: String,
}
