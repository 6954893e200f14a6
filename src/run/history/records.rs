//! The records of earlier packs that this one goes on from.
//!
//! A record says what all the packs before it came to, so the newest is enough: of the others only
//! those are read that no other one goes on from, and every one of the period that lasts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::sightings::{DisabledAccounts, SignInSighting};
use super::unreadable;
use crate::audit::ORGANIZATION;
use crate::audit::prior::PriorRecord;
use crate::audit::reported::{ReportedMonth, ReportedMonths};
use crate::checksums::PreviousFolder;
use crate::digest::Digest;
use crate::names::fold;
use crate::record::{FILES, PackRecord, RECORD, RecordedAccount, RecordedMonths};
use crate::review::RecordedSighting;
use crate::snapshot::earlier::{Earlier, EarlierSnapshot, Pack, Remark};

/// What the records say, by today's names of the instances.
#[derive(Default)]
pub(in crate::run) struct Records {
    /// Of each pack that was read, newest first.
    pub(in crate::run) findings: Vec<PriorRecord>,
    /// The accounts of each month.
    pub(in crate::run) months: RecordedMonths,
    /// What was reported of each month.
    pub(in crate::run) reported: ReportedMonths,
    /// The accounts that were disabled, by instance; those of the newest record that has the
    /// instance.
    pub(in crate::run) accounts: BTreeMap<String, Vec<RecordedAccount>>,
    /// The ids of the snapshots that they know.
    pub(in crate::run) snapshots: BTreeSet<String>,
    /// The packs that were read, with the SHA-256 of each record.
    pub(in crate::run) packs: Vec<(PreviousFolder, String)>,
    /// Which snapshots have what reviews decided to take away.
    pub(in crate::run) removals: Vec<RecordedSighting>,
    /// What they say of accounts that could sign in.
    pub(super) sightings: Vec<SignInSighting>,
    /// Those that cannot be read.
    pub(super) unreadable: Vec<Remark>,
}

impl Records {
    /// Reads the records of the packs that are compared with, and of those of the same period.
    pub(super) fn read(earlier: &Earlier, renamed: &BTreeMap<String, String>) -> Self {
        let mut res = Self::default();
        let recorded = |it: &&EarlierSnapshot| {
            it.pack.as_ref().is_some_and(|pack| pack.sealed.sha256(RECORD).is_some())
        };
        let mut all: Vec<&EarlierSnapshot> = earlier.stored.iter().filter(recorded).collect();
        all.sort_by_key(|it| Reverse(it.collected_at()));
        let before = all.iter().copied().filter(|it| it.comparable);
        let same_period = all.iter().copied().filter(|it| !it.comparable);
        for group in [same_period.collect::<Vec<_>>(), before.collect()] {
            res.read_newest(&group, renamed);
        }
        res.findings.sort_by_key(|it| Reverse(it.collected_at));
        res
    }

    /// Reads those that no other one goes on from.
    fn read_newest(&mut self, group: &[&EarlierSnapshot], renamed: &BTreeMap<String, String>) {
        let mut continued: BTreeSet<&str> = BTreeSet::new();
        for stored in group {
            let Some(pack) = &stored.pack else { continue };
            let before = || pack.sealed.previous.iter().map(|it| it.manifest_sha256.as_str());
            if continued.contains(pack.sealed.manifest_sha256.as_str()) {
                continued.extend(before());
                continue;
            }
            match PackRecord::read(pack, &stored.peek.id) {
                Ok(Some(record)) => {
                    continued.extend(before());
                    let previous = PreviousFolder {
                        pack: stored.name.clone(),
                        manifest_sha256: pack.sealed.manifest_sha256.clone(),
                    };
                    self.packs.push((previous, record_hash(pack)));
                    self.add(record, &CurrentNames { stored, renamed });
                }
                Ok(None) => {}
                Err(why) => self.unreadable.push(unreadable(stored, why)),
            }
        }
    }

    fn add(&mut self, record: PackRecord, names: &CurrentNames<'_>) {
        let PackRecord { findings, months, reported, accounts, removals, snapshots, renamed: _ } =
            record;
        self.removals.extend(removals);
        let at = names.stored.collected_at();
        for it in months {
            if let Some(month) = it.month() {
                self.months.add(names.today(&it.instance), month, it.accounts);
            }
        }
        for it in reported {
            self.reported.add(ReportedMonth { instance: names.today(&it.instance), ..it });
        }
        let mut by_instance: BTreeMap<String, Vec<RecordedAccount>> = BTreeMap::new();
        for it in accounts {
            let instance = names.today(&it.instance);
            let here = by_instance.entry(instance.clone()).or_default();
            here.push(RecordedAccount { instance, ..it });
        }
        for (instance, accounts) in by_instance {
            let seen = accounts.iter().map(|it| (it.user_id.clone(), it.seen()));
            self.sightings.push(SignInSighting::recorded(&instance, at, seen));
            self.accounts.entry(instance).or_insert(accounts);
        }
        self.snapshots.extend(snapshots);
        let today = |it: &str| Some(names.today(it));
        let earlier_period = names.stored.comparable;
        self.findings.push(PriorRecord::of(at, earlier_period, findings, today));
    }

    /// The accounts that are disabled now and that no record of a snapshot has: whether they could
    /// sign in then, only its list of users says.
    pub(super) fn unrecorded<'a>(
        &self,
        instance: &str,
        disabled: &DisabledAccounts<'a>,
    ) -> BTreeSet<&'a str> {
        let recorded = self.accounts.get(instance).into_iter().flatten();
        let recorded: BTreeSet<&str> = recorded.map(|it| it.user_id.as_str()).collect();
        let all = disabled.get(instance).into_iter().flatten();
        all.filter(|id| !recorded.contains(*id)).copied().collect()
    }
}

/// One hash over the files of a pack's record.
fn record_hash(pack: &Pack) -> String {
    let mut hash = Digest::default();
    for path in FILES {
        hash.update(format!("{} {path}\n", pack.sealed.sha256(path).unwrap_or_default()));
    }
    hash.hex()
}

/// What instances are called today.
struct CurrentNames<'a> {
    stored: &'a EarlierSnapshot,
    renamed: &'a BTreeMap<String, String>,
}

impl CurrentNames<'_> {
    /// Today's name of an instance; its own, where nothing says otherwise.
    fn today(&self, then: &str) -> String {
        let briefs = &self.stored.peek.instances;
        if then == ORGANIZATION {
            return then.to_owned();
        }
        if let Some(brief) = briefs.iter().find(|brief| brief.stored_name == then) {
            return brief.name.clone();
        }
        // One that was gone then already.
        let today = self.renamed.get(&fold(then));
        let is_free = |today: &&String| briefs.iter().all(|brief| brief.name != **today);
        today.filter(is_free).cloned().unwrap_or_else(|| then.to_owned())
    }
}
