//! What was collected before: found on disk, with the rosters that lie beside it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{Config, RosterSource};
use crate::roster::{self, Roster};
use crate::snapshot::Snapshot;
use crate::snapshot::earlier::{Earlier, Unreadable};

/// The earlier snapshots, and the rosters of those that are compared with.
pub(super) struct History {
    pub(super) earlier: Earlier,
    /// By the id of their snapshot.
    pub(super) rosters: BTreeMap<String, Roster>,
}

impl History {
    /// What lies below `root` and was collected before `snapshot`.
    pub(super) fn below(root: &Path, snapshot: &Snapshot, config: &Config) -> Self {
        let mut earlier = Earlier::search(root, snapshot);
        let (mut rosters, mut unreadable) = (BTreeMap::new(), Vec::new());
        for it in earlier.previous.iter().map(|it| &it.stored) {
            let (Some(path), Some(source)) = (&it.roster, &config.roster) else { continue };
            // The columns are read as today's roster is.
            let source = RosterSource { path: path.clone(), ..source.clone() };
            match roster::read(&source) {
                Ok(roster) => drop(rosters.insert(it.peek.id.clone(), roster)),
                Err(error) => unreadable.push(Unreadable {
                    name: format!("{}/inputs/roster.csv", it.name),
                    why: why(&error).to_owned(),
                }),
            }
        }
        earlier.unreadable.extend(unreadable);
        Self { earlier, rosters }
    }
}

fn why(error: &roster::Error) -> &'static str {
    match error {
        roster::Error::Read { .. } => "the roster cannot be read",
        roster::Error::Problems(_) => "the roster does not fit the configuration of today",
    }
}
