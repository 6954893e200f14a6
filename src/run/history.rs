//! What was collected before: found on disk with the rosters beside it, counted, and asked.

mod rosters;
mod sightings;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use chrono::{DateTime, Utc};

use self::rosters::roster_of;
pub(super) use self::rosters::rosters;
use self::sightings::{DisabledAccounts, SignInSighting, disabled, seen};
use super::prior::PriorEvaluator;
use super::prior_pack::{PriorPack, told};
use super::{Error, Inputs, names};
use crate::audit::prior::PriorVerdicts;
use crate::calendar::Month;
use crate::roster::Roster;
use crate::snapshot::earlier::{
    Earlier, EarlierSnapshot, MONTHS, PreviousSnapshot, Remark, Search,
};
use crate::snapshot::{Collected, Snapshot, State};
use crate::tables::build::trend::{AccountCounts, PriorCounts};

/// Months before this one that are asked for the age of today's findings. What their packs say goes
/// back further.
const ASKED: i32 = 12;

/// Snapshots that are in memory at once.
const MOST_AT_ONCE: usize = 4;

/// The earlier snapshots, and the rosters of those that are compared with.
pub(super) struct History {
    pub(super) earlier: Earlier,
    /// By the id of their snapshot.
    pub(super) rosters: BTreeMap<String, Roster>,
    /// What earlier snapshots came to.
    pub(super) past: PriorCounts,
    /// What was found at them, newest first.
    pub(super) prior: Vec<PriorVerdicts>,
    /// The reports of earlier packs that were asked, each as the snapshot's id and SHA-256 of the
    /// file.
    pub(super) reports: BTreeMap<String, String>,
}

impl History {
    /// What lies where `search` says and was collected before `snapshot`.
    pub(super) fn of(
        search: &Search<'_>,
        snapshot: &Snapshot,
        inputs: &Inputs,
    ) -> Result<Self, Error> {
        let mut earlier = Earlier::search(search, snapshot);
        let (rosters, mut unreadable) = rosters(&earlier, &inputs.config);
        let period = search.calendar.month(snapshot.collected_at);
        let view =
            EarlierReader { earlier: &earlier, inputs, judge: PriorEvaluator::of(inputs), period };
        let (mut prior, mut reports) = (Vec::new(), BTreeMap::new());
        let compared = earlier.previous.iter().map(|it| view.ask_previous(it, &rosters));
        let mut looks = compared.collect::<Result<Vec<SnapshotReading>, Error>>()?;
        looks.extend(view.ask_gone(&names(snapshot))?);
        let disabled = disabled(snapshot);
        let chosen = view.chosen(snapshot, &disabled);
        looks.extend(view.look_at(&chosen)?);
        let mut figures = BTreeMap::new();
        let mut sightings = Vec::new();
        for look in looks {
            figures.extend(look.figures);
            sightings.extend(look.sightings);
            prior.extend(look.prior);
            reports.extend(look.report);
            unreadable.extend(look.unreadable);
        }
        prior.sort_by_key(|it| Reverse(it.collected_at));
        earlier.unreadable.extend(unreadable);
        earlier.unreadable.sort_by(|one, other| one.name.cmp(&other.name));
        let past = PriorCounts { figures, seen: seen(&disabled, sightings) };
        Ok(Self { earlier, rosters, past, prior, reports })
    }
}

/// Looks at the snapshots before this one.
struct EarlierReader<'a> {
    earlier: &'a Earlier,
    inputs: &'a Inputs,
    judge: PriorEvaluator<'a>,
    period: Month,
}

/// A snapshot to look at, with the instances of interest.
struct SnapshotChoice<'a> {
    stored: &'a EarlierSnapshot,
    disabled: &'a DisabledAccounts<'a>,
    /// Those whose accounts are counted for the month, and those whose accounts are looked up.
    read: BTreeSet<&'a str>,
    counted: BTreeSet<&'a str>,
    /// Those whose findings are of interest.
    asked: BTreeSet<&'a str>,
}

/// What one snapshot says.
#[derive(Default)]
struct SnapshotReading {
    figures: Vec<((String, Month), AccountCounts)>,
    sightings: Vec<SignInSighting>,
    prior: Option<PriorVerdicts>,
    /// The snapshot's id and the SHA-256 of the report that was asked.
    report: Option<(String, String)>,
    unreadable: Vec<Remark>,
}

impl<'a> EarlierReader<'a> {
    /// What was found at a snapshot that instances are compared with.
    fn ask_previous(
        &self,
        previous: &PreviousSnapshot,
        rosters: &BTreeMap<String, Roster>,
    ) -> Result<SnapshotReading, Error> {
        let stored = &previous.stored;
        let names =
            previous.snapshot.instances.iter().map(|instance| instance.name.as_str()).collect();
        let mut look = SnapshotReading::default();
        if Self::ask_pack(stored, &names, &mut look) {
            return Ok(look);
        }
        let mut prior = self.judge.look(&previous.snapshot, rosters.get(&stored.peek.id))?;
        prior.earlier_period = true;
        look.prior = Some(prior);
        Ok(look)
    }

    /// What was found at the last snapshots that have whole lists of instances that are not audited
    /// any more: of those that the configuration excludes only where the newest earlier month still
    /// had them.
    fn ask_gone(&self, audited: &[&str]) -> Result<Vec<SnapshotReading>, Error> {
        let months = self.earlier.stored.iter().map(|it| it.period);
        let newest = months.filter(|month| *month < self.period).max();
        let none = DisabledAccounts::new();
        let mut res = Vec::new();
        for name in self.earlier.gone(audited).iter().map(|it| it.brief.name.as_str()) {
            let whole = |earlier_snapshot: &&EarlierSnapshot| {
                earlier_snapshot.state(name).is_some_and(|it| it != State::Failed)
            };
            let Some(stored) = self.earlier.stored.iter().rfind(whole) else { continue };
            let excluded = self.inputs.config.excludes(name).is_some();
            if excluded && Some(stored.period) < newest {
                continue;
            }
            let (read, counted) = Default::default();
            let asked = BTreeSet::from([name]);
            let choice = SnapshotChoice { stored, disabled: &none, read, counted, asked };
            let mut look = SnapshotReading::default();
            if !Self::ask_pack(stored, &choice.asked, &mut look) {
                self.judge_again(&choice, &mut look)?;
            }
            res.push(look);
        }
        Ok(res)
    }

    /// Asks the pack of a snapshot what it found on these instances; false where it cannot say.
    fn ask_pack(
        stored: &EarlierSnapshot,
        names: &BTreeSet<&str>,
        look: &mut SnapshotReading,
    ) -> bool {
        match told(stored, names) {
            Ok(Some(PriorPack { prior, sha256 })) => {
                look.prior = Some(prior);
                look.report = Some((stored.peek.id.clone(), sha256));
                true
            }
            Ok(None) => false,
            Err(why) => {
                look.unreadable.push(unreadable(stored, why));
                false
            }
        }
    }

    /// What to look at, newest first: for each month before this one the snapshot that says most
    /// about an instance, every one of this month, and all there are for the accounts that are
    /// disabled.
    fn chosen(
        &self,
        snapshot: &'a Snapshot,
        disabled: &'a DisabledAccounts<'a>,
    ) -> Vec<SnapshotChoice<'a>> {
        let mut res: BTreeMap<(Reverse<DateTime<Utc>>, &Path), SnapshotChoice<'a>> =
            BTreeMap::new();
        let window = self.period.back(MONTHS - 1);
        let all = self.earlier.stored.iter().chain(&self.earlier.unreported);
        for stored in all.filter(|stored| stored.period >= window) {
            let (read, counted, asked) = Default::default();
            let choice = SnapshotChoice { stored, disabled, read, counted, asked };
            res.insert((Reverse(stored.collected_at()), &stored.dir), choice);
        }
        for it in &snapshot.instances {
            let name = it.name.as_str();
            let by_month = self.earlier.by_month(name);
            for choice in res.values_mut() {
                let stored = choice.stored;
                let best = by_month.get(&stored.period).is_some_and(|best| *best == stored);
                if best && stored.period < self.period {
                    choice.counted.insert(name);
                }
                if self.is_asked(stored, name, best) {
                    choice.asked.insert(name);
                }
                let looked_up = disabled.get(name).is_some_and(|ids| !ids.is_empty());
                if looked_up && stored.state(name).is_some() || choice.counted.contains(name) {
                    choice.read.insert(name);
                }
            }
        }
        res.into_values().filter(|it| !it.read.is_empty() || !it.asked.is_empty()).collect()
    }

    /// Whether a snapshot is asked what was found on an instance. What it is compared with was
    /// asked already.
    fn is_asked(&self, stored: &EarlierSnapshot, instance: &str, best_of_month: bool) -> bool {
        if stored.pack.is_none() || stored.state(instance).is_none() {
            return false;
        }
        let previous = self.earlier.of(instance).map(|(previous, _)| &previous.stored);
        if previous.is_some_and(|previous| previous == stored) {
            return false;
        }
        let older = previous.is_some_and(|it| stored.collected_at() < it.collected_at());
        let recent = stored.period >= self.period.back(ASKED);
        stored.period == self.period || best_of_month && older && recent
    }

    /// Looks at every one of them, in their order. A few are in memory at a time, and none of them
    /// stays there.
    fn look_at(&self, chosen: &[SnapshotChoice<'a>]) -> Result<Vec<SnapshotReading>, Error> {
        let next = AtomicUsize::new(0);
        let work = || {
            let places = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
            let choices = places.map_while(|at| Some((at, chosen.get(at)?)));
            choices.map(|(at, it)| (at, self.look(it))).collect::<Vec<_>>()
        };
        let n_workers = available_parallelism().map_or(1, NonZero::get).min(MOST_AT_ONCE);
        let mut looks: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..n_workers).map(|_| scope.spawn(work)).collect();
            let done =
                workers.into_iter().flat_map(|worker| worker.join().expect("it panics with a bug"));
            done.collect()
        });
        looks.sort_by_key(|look| look.0);
        looks.into_iter().map(|look| look.1).collect()
    }

    /// Counts the accounts of instances and looks some up, and asks what was found on others; or
    /// notes why that cannot be.
    fn look(&self, choice: &SnapshotChoice<'_>) -> Result<SnapshotReading, Error> {
        let stored = choice.stored;
        let mut res = SnapshotReading::default();
        if !choice.read.is_empty() {
            match stored.read_population(|name| choice.read.contains(name)) {
                Ok(population) => choice.tell(&population, &mut res),
                Err(error) => res.unreadable.push(unreadable(stored, error.to_string())),
            }
        }
        if choice.asked.is_empty() || !res.unreadable.is_empty() {
            return Ok(res);
        }
        if !Self::ask_pack(stored, &choice.asked, &mut res) {
            self.judge_again(choice, &mut res)?;
        }
        res.prior = res.prior.map(PriorVerdicts::brief);
        Ok(res)
    }

    /// Puts today's rules to a snapshot whose pack cannot be asked.
    fn judge_again(
        &self,
        choice: &SnapshotChoice<'_>,
        look: &mut SnapshotReading,
    ) -> Result<(), Error> {
        let stored = choice.stored;
        let snapshot = match stored.read(|name| choice.asked.contains(name)) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                look.unreadable.push(unreadable(stored, error.to_string()));
                return Ok(());
            }
        };
        let roster = match roster_of(stored, &self.inputs.config) {
            Some(Ok(roster)) => Some(roster),
            Some(Err(it)) => {
                look.unreadable.push(it);
                None
            }
            None => None,
        };
        let mut prior = self.judge.look(&snapshot, roster.as_ref())?;
        prior.earlier_period = stored.comparable;
        look.prior = Some(prior);
        Ok(())
    }
}

impl SnapshotChoice<'_> {
    fn tell(&self, population: &[Collected], look: &mut SnapshotReading) {
        let (at, period) = (self.stored.collected_at(), self.stored.period);
        for collected in population {
            if self.counted.contains(&*collected.name) {
                let figures = AccountCounts::of(collected, &self.stored.peek.id, at);
                look.figures.push(((collected.name.clone(), period), figures));
            }
            look.sightings.extend(SignInSighting::of(collected, at, self.disabled));
        }
    }
}

fn unreadable(stored: &EarlierSnapshot, why: String) -> Remark {
    Remark { name: stored.name.clone(), period: Some(stored.period), why }
}
