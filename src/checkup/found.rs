//! What a check found at one instance, line by line.

use crate::snapshot::record::{AccessToken, Group};
use crate::snapshot::{Collected, State};

/// What was found at one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkup {
    /// The instance's name in the configuration.
    pub instance: String,
    /// Its address.
    pub url: String,
    /// What was tried, in that order.
    pub rows: Vec<ProbeRow>,
    /// The groups, where names of the configuration are looked up among them and they were read.
    pub groups: Option<Vec<Group>>,
    /// The API tokens, likewise.
    pub tokens: Option<Vec<AccessToken>>,
    /// What a run would have of the instance, as far as a check takes it: what came of each list,
    /// the settings, and what names the token in use. The population is not in it.
    pub seen: Collected,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeRow {
    /// What was tried.
    pub what: &'static str,
    /// What a run would make of the instance with this.
    pub state: State,
    /// What came out.
    pub result: String,
    /// What to do about it; empty where there is nothing to do.
    pub remedy: String,
}

impl Checkup {
    /// What a run would make of the instance.
    pub fn state(&self) -> State {
        self.rows.iter().map(|row| row.state).max().unwrap_or(State::Failed)
    }
}
