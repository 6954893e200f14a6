//! What was collected before: found on disk, with the rosters that lie beside it, and counted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::config::{Config, RosterSource};
use crate::roster::{self, Roster};
use crate::snapshot::earlier::{Earlier, Stored, Unreadable};
use crate::snapshot::month::Month;
use crate::snapshot::{Collected, Snapshot, store};
use crate::tables::build::trend::{Figures, MONTHS, Past};

/// The earlier snapshots, and the rosters of those that are compared with.
pub(super) struct History {
    pub(super) earlier: Earlier,
    /// By the id of their snapshot.
    pub(super) rosters: BTreeMap<String, Roster>,
    /// What earlier months came to.
    pub(super) past: Past,
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
        let past = count(&earlier, snapshot, &mut unreadable);
        earlier.unreadable.extend(unreadable);
        Self { earlier, rosters, past }
    }
}

/// Counts the accounts of each month before this one, a snapshot at a time: none of them stays in
/// memory. What instances are compared with is there already, and not read again.
fn count(earlier: &Earlier, snapshot: &Snapshot, unreadable: &mut Vec<Unreadable>) -> Past {
    let last = Month::of(snapshot.collected_at);
    let window = last.back(MONTHS - 1)..last;
    let mut res = Past::new();
    let mut add = |it: &Collected, from: &Stored| {
        let at = from.collected_at();
        res.insert((it.name.clone(), Month::of(at)), Figures::of(it, &from.peek.id, at));
    };
    let mut chosen: BTreeMap<&Path, (&Stored, BTreeSet<&str>)> = BTreeMap::new();
    for it in &snapshot.instances {
        let at_hand = earlier.of(&it.name);
        for (_, stored) in earlier.by_month(&it.name).range(window.clone()) {
            match at_hand {
                Some((previous, collected)) if previous.stored == **stored => {
                    add(collected, stored);
                }
                _ => {
                    chosen
                        .entry(&stored.dir)
                        .or_insert((stored, BTreeSet::new()))
                        .1
                        .insert(&it.name);
                }
            }
        }
    }
    for (dir, (stored, names)) in chosen {
        match store::read_population(dir, |it| names.contains(it)) {
            Ok(read) => read.iter().for_each(|it| add(it, stored)),
            Err(it) => {
                let (name, why) = (stored.name.clone(), it.to_string());
                unreadable.push(Unreadable { name, why });
            }
        }
    }
    res
}

fn why(error: &roster::Error) -> &'static str {
    match error {
        roster::Error::Read { .. } => "the roster cannot be read",
        roster::Error::Problems(_) => "the roster does not fit the configuration of today",
    }
}
