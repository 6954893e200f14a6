//! What was collected before: found on disk, with the rosters that lie beside it, counted, and put
//! to today's rules.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use super::former::Judge;
use super::{Error, Inputs};
use crate::audit::former::Former;
use crate::config::{Config, RosterSource};
use crate::roster::{self, Roster};
use crate::snapshot::earlier::{Earlier, Previous, Stored, Unreadable};
use crate::snapshot::month::Month;
use crate::snapshot::{Collected, Snapshot, store};
use crate::tables::build::trend::{Figures, MONTHS, Past};

/// Months before this one in which today's rules look for today's findings.
const JUDGED: i32 = 12;

/// Snapshots that are in memory at once.
const MOST_AT_ONCE: usize = 4;

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
        let judge = Judge::of(inputs);
        let look = |it: &Previous| judge.look(&it.snapshot, rosters.get(&it.stored.peek.id));
        let mut former = earlier.previous.iter().map(look).collect::<Result<Vec<_>, _>>()?;
        let view = Retrospect { earlier: &earlier, judge, last: Month::of(snapshot.collected_at) };
        let (mut past, chosen) = view.chosen(snapshot);
        for look in view.look_at(&chosen)? {
            past.extend(look.figures);
            former.extend(look.former);
            unreadable.extend(look.unreadable);
        }
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

/// Looks at the months before this one.
struct Retrospect<'a> {
    earlier: &'a Earlier,
    judge: Judge<'a>,
    last: Month,
}

/// A snapshot to read, with the instances that it tells most of.
type Choice<'a> = (&'a Stored, BTreeSet<&'a str>);

/// What one snapshot says.
#[derive(Default)]
struct Look {
    figures: Past,
    former: Option<Former>,
    unreadable: Option<Unreadable>,
}

impl<'a> Retrospect<'a> {
    /// What to read for the months before this one, newest first. What instances are compared with
    /// is there already: it is counted, and not read again.
    fn chosen(&self, snapshot: &'a Snapshot) -> (Past, Vec<Choice<'a>>) {
        let (mut past, mut res) = (Past::new(), BTreeMap::new());
        let window = self.last.back(MONTHS - 1)..self.last;
        for it in &snapshot.instances {
            let at_hand = self.earlier.of(&it.name);
            for (_, stored) in self.earlier.by_month(&it.name).range(window.clone()) {
                match at_hand {
                    Some((previous, collected)) if previous.stored == **stored => {
                        past.extend([count(collected, stored)]);
                    }
                    _ => {
                        let key = (Reverse(stored.collected_at()), &stored.dir);
                        let choice = res.entry(key).or_insert((*stored, BTreeSet::new()));
                        choice.1.insert(&*it.name);
                    }
                }
            }
        }
        (past, res.into_values().collect())
    }

    /// Looks at every one of them, in their order. A few are in memory at a time, and none of them
    /// stays there.
    fn look_at(&self, chosen: &[Choice<'a>]) -> Result<Vec<Look>, Error> {
        let next = AtomicUsize::new(0);
        let work = || {
            let places = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
            let choices = places.map_while(|at| Some((at, chosen.get(at)?)));
            choices.map(|(at, it)| (at, self.read(it))).collect::<Vec<_>>()
        };
        let n_workers = available_parallelism().map_or(1, NonZero::get).min(MOST_AT_ONCE);
        let mut looks: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..n_workers).map(|_| scope.spawn(work)).collect();
            let done = workers.into_iter().flat_map(|it| it.join().expect("it panics with a bug"));
            done.collect()
        });
        looks.sort_by_key(|it| it.0);
        looks.into_iter().map(|it| it.1).collect()
    }

    /// Counts the accounts of these instances, and puts the rules to those of them that have not
    /// been compared with anything so old; or notes why that cannot be.
    fn read(&self, (stored, names): &Choice<'_>) -> Result<Look, Error> {
        let judged = self.judged(stored, names);
        let figures = |of: &[Collected]| of.iter().map(|it| count(it, stored)).collect();
        let note = |it: store::Error| {
            let (name, why) = (stored.name.clone(), it.to_string());
            Look { unreadable: Some(Unreadable { name, why }), ..Look::default() }
        };
        if judged.is_empty() {
            let read = store::read_population(&stored.dir, |it| names.contains(it));
            return Ok(
                read.map_or_else(note, |it| Look { figures: figures(&it), ..Look::default() })
            );
        }
        let mut snapshot = match store::read_some(&stored.dir, |it| names.contains(it)) {
            Ok((snapshot, _)) => snapshot,
            Err(error) => return Ok(note(error)),
        };
        let figures = figures(&snapshot.instances);
        snapshot.instances.retain(|it| judged.contains(&*it.name));
        let former = Some(self.judge.look(&snapshot, None)?.brief());
        Ok(Look { figures, former, unreadable: None })
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

fn count(it: &Collected, from: &Stored) -> ((String, Month), Figures) {
    let at = from.collected_at();
    ((it.name.clone(), Month::of(at)), Figures::of(it, &from.peek.id, at))
}
