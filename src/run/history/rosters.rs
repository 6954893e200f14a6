//! The rosters that lie with earlier snapshots.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::{AsOf, Config, RosterSource};
use crate::input;
use crate::roster::{self, Roster};
use crate::snapshot::earlier::{Earlier, EarlierSnapshot, Remark};

/// The rosters that lie with what is compared with, and those that cannot be read.
pub(in crate::run) fn rosters(
    earlier: &Earlier,
    config: &Config,
) -> (BTreeMap<String, Roster>, Vec<Remark>) {
    let (mut res, mut unreadable) = (BTreeMap::new(), Vec::new());
    for stored in earlier.previous.iter().map(|it| &it.stored) {
        match roster_of(stored, config) {
            Some(Ok(roster)) => drop(res.insert(stored.peek.id.clone(), roster)),
            Some(Err(it)) => unreadable.push(it),
            None => {}
        }
    }
    (res, unreadable)
}

/// The roster in the pack of a snapshot; none where there is none.
pub(super) fn roster_of(
    stored: &EarlierSnapshot,
    config: &Config,
) -> Option<Result<Roster, Remark>> {
    let paths = stored.pack.as_ref()?.rosters();
    if paths.is_empty() || config.rosters.is_empty() {
        return None;
    }
    let name = format!("{}/inputs/{}", stored.name, input::name_of(&paths[0]));
    if paths.len() != config.rosters.len() {
        let why =
            format!("it has {} rosters, and today there are {}", paths.len(), config.rosters.len());
        return Some(Err(Remark { name, period: None, why }));
    }
    // The columns are read as today's rosters are; when a copy was written says nothing.
    let source = |(path, today): (PathBuf, &RosterSource)| {
        let as_of = if today.as_of == AsOf::FileTime { AsOf::Stated } else { today.as_of };
        RosterSource { path, as_of, ..today.clone() }
    };
    let sources: Vec<RosterSource> = paths.into_iter().zip(&config.rosters).map(source).collect();
    match roster::read(&sources) {
        Ok(it) => it.map(Ok),
        Err(error) => Some(Err(Remark { name, period: None, why: why(&error).to_owned() })),
    }
}

fn why(error: &roster::Error) -> &'static str {
    match error {
        roster::Error::Read(_) => "the roster cannot be read",
        roster::Error::Problems(_) => "the roster does not fit the configuration of today",
    }
}
