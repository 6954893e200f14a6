//! A word and what it stands for.

use std::borrow::Cow;

use serde::Serialize;

/// A word and what it stands for.
#[derive(Clone, Debug, Serialize)]
pub struct Term<'a> {
    /// The word.
    pub name: Cow<'a, str>,
    /// What it stands for.
    pub value: Cow<'a, str>,
}
