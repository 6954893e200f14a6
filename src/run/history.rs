//! What was collected before: found on disk, with the rosters that lie beside it, counted, and put
//! to today's rules.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};

use super::former::Judge;
use super::{Error, Inputs};
use crate::audit::former::Former;
use crate::config::{Config, RosterSource};
use crate::roster::{self, Roster};
use crate::snapshot::earlier::{Earlier, Stored, Unreadable};
use crate::snapshot::month::Month;
use crate::snapshot::{Collected, Snapshot, store};
use crate::tables::build::trend::{Figures, MONTHS, Past};

/// Months before this one in which today's rules look for today's findings.
const JUDGED: i32 = 12;

/// The earlier snapshots, and the rosters of those that are compared with.
pub(super) struct History {
    pub(super) earlier: Earlier,
    /// By the id of their snapshot.
    pub(super) rosters: BTreeMap<String, Roster>,
    /// What earlier months came to.
    pub(super) past: Past,
    /// What the rules would have found, newest first.
    pub(super) former: Vec<Former>,
}

impl History {
    /// What lies below `root` and was collected before `snapshot`.
    pub(super) fn below(root: &Path, snapshot: &Snapshot, inputs: &Inputs) -> Result<Self, Error> {
        let mut earlier = Earlier::search(root, snapshot);
        let (rosters, mut unreadable) = rosters(&earlier, &inputs.config);
        let mut view = Retrospect {
            earlier: &earlier,
            judge: Judge::of(inputs),
            last: Month::of(snapshot.collected_at),
            past: Past::new(),
            former: Vec::new(),
        };
        for it in &earlier.previous {
            let roster = rosters.get(&it.stored.peek.id);
            view.former.push(view.judge.look(&it.snapshot, roster)?);
        }
        for (stored, names) in view.chosen(snapshot) {
            view.read(stored, &names, &mut unreadable)?;
        }
        let Retrospect { past, mut former, .. } = view;
        former.sort_by_key(|it| Reverse(it.collected_at));
        earlier.unreadable.extend(unreadable);
        Ok(Self { earlier, rosters, past, former })
    }
}

/// The rosters that lie with what is compared with, and those that cannot be read.
fn rosters(earlier: &Earlier, config: &Config) -> (BTreeMap<String, Roster>, Vec<Unreadable>) {
    let (mut res, mut unreadable) = (BTreeMap::new(), Vec::new());
    for it in earlier.previous.iter().map(|it| &it.stored) {
        let (Some(path), Some(source)) = (&it.roster, &config.roster) else { continue };
        // The columns are read as today's roster is.
        let source = RosterSource { path: path.clone(), ..source.clone() };
        match roster::read(&source) {
            Ok(roster) => drop(res.insert(it.peek.id.clone(), roster)),
            Err(error) => unreadable.push(Unreadable {
                name: format!("{}/inputs/roster.csv", it.name),
                why: why(&error).to_owned(),
            }),
        }
    }
    (res, unreadable)
}

fn why(error: &roster::Error) -> &'static str {
    match error {
        roster::Error::Read { .. } => "the roster cannot be read",
        roster::Error::Problems(_) => "the roster does not fit the configuration of today",
    }
}

/// Looks at the months before this one, a snapshot at a time: none of them stays in memory.
struct Retrospect<'a> {
    earlier: &'a Earlier,
    judge: Judge<'a>,
    last: Month,
    past: Past,
    former: Vec<Former>,
}

/// The snapshots to read, newest first, each with the instances that it tells most of.
type Chosen<'a> = BTreeMap<(Reverse<DateTime<Utc>>, &'a Path), (&'a Stored, BTreeSet<&'a str>)>;

impl<'a> Retrospect<'a> {
    /// What to read for the months before this one. What instances are compared with is there
    /// already: it is counted, and not read again.
    fn chosen(
        &mut self,
        snapshot: &'a Snapshot,
    ) -> impl Iterator<Item = (&'a Stored, BTreeSet<&'a str>)> + use<'a> {
        let mut res = Chosen::new();
        let window = self.last.back(MONTHS - 1)..self.last;
        for it in &snapshot.instances {
            let at_hand = self.earlier.of(&it.name);
            for (_, stored) in self.earlier.by_month(&it.name).range(window.clone()) {
                match at_hand {
                    Some((previous, collected)) if previous.stored == **stored => {
                        self.count(collected, stored);
                    }
                    _ => {
                        let key = (Reverse(stored.collected_at()), &*stored.dir);
                        let place = res.entry(key).or_insert((*stored, BTreeSet::new()));
                        place.1.insert(&it.name);
                    }
                }
            }
        }
        res.into_values()
    }

    /// Counts the accounts of these instances, and puts the rules to those of them that have not
    /// been compared with anything so old; or notes why that cannot be.
    fn read(
        &mut self,
        stored: &'a Stored,
        names: &BTreeSet<&str>,
        unreadable: &mut Vec<Unreadable>,
    ) -> Result<(), Error> {
        let judged = self.judged(stored, names);
        let mut note = |it: store::Error| {
            unreadable.push(Unreadable { name: stored.name.clone(), why: it.to_string() });
        };
        if judged.is_empty() {
            match store::read_population(&stored.dir, |it| names.contains(it)) {
                Ok(read) => read.iter().for_each(|it| self.count(it, stored)),
                Err(it) => note(it),
            }
            return Ok(());
        }
        match store::read_some(&stored.dir, |it| names.contains(it)) {
            Ok((mut read, _)) => {
                read.instances.iter().for_each(|it| self.count(it, stored));
                read.instances.retain(|it| judged.contains(&*it.name));
                self.former.push(self.judge.look(&read, None)?.brief());
            }
            Err(it) => note(it),
        }
        Ok(())
    }

    fn count(&mut self, it: &Collected, from: &Stored) {
        let at = from.collected_at();
        let figures = Figures::of(it, &from.peek.id, at);
        self.past.insert((it.name.clone(), Month::of(at)), figures);
    }

    /// The instances whose findings may be older than what they are compared with.
    fn judged<'n>(&self, stored: &Stored, names: &BTreeSet<&'n str>) -> BTreeSet<&'n str> {
        let at = stored.collected_at();
        if Month::of(at) < self.last.back(JUDGED) {
            return BTreeSet::new();
        }
        let older = |name: &str| {
            let previous = self.earlier.of(name);
            previous.is_some_and(|(it, _)| at < it.stored.collected_at())
        };
        names.iter().copied().filter(|it| older(it)).collect()
    }
}
