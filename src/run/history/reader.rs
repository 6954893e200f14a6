//! What the snapshots before this one say: their accounts, and what today's rules make of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::records::Records;
use super::rosters::roster_of;
use super::sightings::{DisabledAccounts, SignInSighting};
use super::unreadable;
use crate::audit::prior::PriorVerdicts;
use crate::calendar::Month;
use crate::record::FILES;
use crate::roster::Roster;
use crate::rules::Rule;
use crate::run::prior::PriorEvaluator;
use crate::run::{Error, Inputs};
use crate::snapshot::Snapshot;
use crate::snapshot::earlier::{
    Earlier, EarlierSnapshot, MONTHS, PreviousSnapshot, Remark, TakenFiles,
};
use crate::snapshot::{Collected, State};
use crate::tables::build::trend::AccountCounts;
use crate::threads;

/// Months before this one to which today's rules are put where no record says what they found.
const ASKED: i32 = 12;

/// Snapshots that are in memory at once.
const MOST_AT_ONCE: usize = 4;

/// Looks at the snapshots before this one.
pub(super) struct EarlierReader<'a> {
    pub(super) earlier: &'a Earlier,
    pub(super) inputs: &'a Inputs,
    pub(super) judge: PriorEvaluator<'a>,
    pub(super) period: Month,
    pub(super) records: &'a Records,
    /// The rules whose records say nothing of today's, by their codes.
    pub(super) changed: BTreeMap<&'static str, BTreeSet<&'a str>>,
    pub(super) disabled: &'a DisabledAccounts<'a>,
}

/// A snapshot to look at, with the instances of interest.
pub(super) struct SnapshotChoice<'a> {
    stored: &'a EarlierSnapshot,
    /// Those whose accounts are counted for the month, and those whose accounts are looked up.
    counted: BTreeSet<&'a str>,
    looked_up: BTreeSet<&'a str>,
    /// Those that today's rules are put to.
    judged: BTreeSet<&'a str>,
}

/// What one snapshot says.
#[derive(Default)]
pub(super) struct SnapshotReading {
    pub(super) counts: Vec<(String, Month, AccountCounts)>,
    pub(super) sightings: Vec<SignInSighting>,
    pub(super) judged: Option<PriorVerdicts>,
    pub(super) unreadable: Vec<Remark>,
}

impl<'a> EarlierReader<'a> {
    /// Whether a record says what came of a snapshot.
    fn is_recorded(&self, stored: &EarlierSnapshot) -> bool {
        self.records.snapshots.contains(&stored.peek.id)
    }

    /// Whether a rule is put to a snapshot: where no record says what came of it, every rule is.
    fn is_put(&self, stored: &EarlierSnapshot) -> impl Fn(&Rule) -> bool + '_ {
        let all = !self.is_recorded(stored);
        move |rule| all || self.changed.contains_key(rule.code)
    }

    /// The files that are read of each snapshot.
    pub(super) fn taken(&self, chosen: &[SnapshotChoice<'_>]) -> TakenFiles {
        let mut res = TakenFiles::new();
        for (pack, _) in &self.records.packs {
            let files = FILES.map(str::to_owned);
            res.entry(pack.pack.clone()).or_default().extend(files);
        }
        for PreviousSnapshot { stored, snapshot } in &self.earlier.previous {
            let is_compared =
                |name: &str| snapshot.instances.iter().any(|collected| collected.name == name);
            let files = res.entry(stored.name.clone()).or_default();
            files.extend(stored.files_of(is_compared));
            files.extend(stored.roster_files());
        }
        for choice in chosen {
            let is_read = |name: &str| {
                [&choice.counted, &choice.looked_up, &choice.judged]
                    .iter()
                    .any(|it| it.contains(name))
            };
            let files = res.entry(choice.stored.name.clone()).or_default();
            files.extend(choice.stored.files_of(is_read));
            if !choice.judged.is_empty() {
                files.extend(choice.stored.roster_files());
            }
        }
        res
    }

    /// What the snapshots say that instances are compared with, and that are in memory.
    pub(super) fn read_previous(
        &self,
        rosters: &BTreeMap<String, Roster>,
    ) -> Result<Vec<SnapshotReading>, Error> {
        let read = |it: &PreviousSnapshot| {
            let PreviousSnapshot { stored, snapshot } = it;
            let mut res = SnapshotReading::default();
            let at = stored.collected_at();
            for collected in &snapshot.instances {
                res.sightings.extend(SignInSighting::of(collected, at, self.disabled));
            }
            let recorded = self.is_recorded(stored);
            if !recorded || !self.changed.is_empty() {
                let roster = rosters.get(&stored.peek.id);
                let mut judged = self.judge.look(snapshot, roster, self.is_put(stored))?;
                judged.earlier_period = true;
                // What was found is known from the record.
                res.judged = Some(if recorded { judged.brief() } else { judged });
            }
            Ok(res)
        };
        self.earlier.previous.iter().map(read).collect()
    }

    /// What to look at, newest first. Where no record knows a snapshot: its accounts, and what
    /// today's rules find, for each month by the snapshot that says most about an instance. Where a
    /// rule is not what it was: what it finds now. And of the snapshots that are recorded the
    /// accounts that are disabled by now.
    pub(super) fn chosen(&self, snapshot: &'a Snapshot) -> Vec<SnapshotChoice<'a>> {
        let window = self.period.back(MONTHS - 1);
        let all = self.earlier.stored.iter().chain(&self.earlier.unreported);
        let mut res: Vec<SnapshotChoice<'a>> = all
            .filter(|stored| stored.period >= window)
            .map(|stored| {
                let (counted, looked_up, judged) = Default::default();
                SnapshotChoice { stored, counted, looked_up, judged }
            })
            .collect();
        for instance in &snapshot.instances {
            let name = instance.name.as_str();
            let by_month = self.earlier.by_month(name);
            for choice in &mut res {
                self.choose(choice, name, by_month.get(&choice.stored.period).copied());
            }
        }
        res.retain(|it| [&it.counted, &it.looked_up, &it.judged].iter().any(|it| !it.is_empty()));
        res.sort_by_key(|it| (Reverse(it.stored.collected_at()), it.stored.dir.as_path()));
        res
    }

    /// What to look at of an instance in one snapshot, where `best` says most of its month.
    fn choose(
        &self,
        choice: &mut SnapshotChoice<'a>,
        name: &'a str,
        best: Option<&EarlierSnapshot>,
    ) {
        let stored = choice.stored;
        if stored.state(name).is_none_or(|it| it == State::Failed) {
            return;
        }
        let (is_best, recorded) = (best == Some(stored), self.is_recorded(stored));
        let is_earlier = stored.period < self.period;
        if is_best && is_earlier && !recorded {
            choice.counted.insert(name);
        }
        let is_previous = self.earlier.of(name).is_some_and(|it| it.0.stored == *stored);
        let is_newest =
            self.records.findings.iter().any(|it| it.collected_at == stored.collected_at());
        let unknown = || !self.records.unrecorded(name, self.disabled).is_empty();
        if !is_previous && (!recorded || is_newest) && unknown() {
            choice.looked_up.insert(name);
        }
        let recent = stored.period >= self.period.back(ASKED);
        let of_month = is_best || best.is_none() && stored.pack.is_none();
        let wanted = !recorded || self.changed.values().any(|it| it.contains(name));
        if is_earlier && recent && of_month && wanted && !is_previous {
            choice.judged.insert(name);
        }
    }

    /// Looks at every one of them, in their order. A few are in memory at a time, and none of them
    /// stays there.
    pub(super) fn read_all(
        &self,
        chosen: &[SnapshotChoice<'a>],
    ) -> Result<Vec<SnapshotReading>, Error> {
        threads::few_at_once(chosen, MOST_AT_ONCE, |it| self.read(it)).into_iter().collect()
    }

    /// Counts the accounts of instances and looks some up, and puts today's rules to others; or
    /// notes why that cannot be.
    fn read(&self, choice: &SnapshotChoice<'_>) -> Result<SnapshotReading, Error> {
        let stored = choice.stored;
        let mut res = SnapshotReading::default();
        let population =
            |name: &str| choice.counted.contains(name) || choice.looked_up.contains(name);
        if !choice.counted.is_empty() || !choice.looked_up.is_empty() {
            match stored.read_population(population) {
                Ok(population) => choice.tell(&population, self.disabled, &mut res),
                Err(error) => res.unreadable.push(unreadable(stored, error.to_string())),
            }
        }
        if !choice.judged.is_empty() && res.unreadable.is_empty() {
            self.put(choice, &mut res)?;
        }
        Ok(res)
    }

    /// Puts today's rules to a snapshot.
    fn put(&self, choice: &SnapshotChoice<'_>, to: &mut SnapshotReading) -> Result<(), Error> {
        let stored = choice.stored;
        let snapshot = match stored.read(|name| choice.judged.contains(name)) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                to.unreadable.push(unreadable(stored, error.to_string()));
                return Ok(());
            }
        };
        let roster = match roster_of(stored, &self.inputs.config) {
            Some(Ok(roster)) => Some(roster),
            Some(Err(it)) => {
                to.unreadable.push(it);
                None
            }
            None => None,
        };
        let mut judged = self.judge.look(&snapshot, roster.as_ref(), self.is_put(stored))?;
        judged.earlier_period = true;
        to.judged = Some(judged.brief());
        Ok(())
    }
}

impl SnapshotChoice<'_> {
    fn tell(
        &self,
        population: &[Collected],
        disabled: &DisabledAccounts<'_>,
        to: &mut SnapshotReading,
    ) {
        let (at, period) = (self.stored.collected_at(), self.stored.period);
        for collected in population {
            if self.counted.contains(&*collected.name) {
                let counts = AccountCounts::of(collected, &self.stored.peek.id, at);
                to.counts.push((collected.name.clone(), period, counts));
            }
            to.sightings.extend(SignInSighting::of(collected, at, disabled));
        }
    }
}
