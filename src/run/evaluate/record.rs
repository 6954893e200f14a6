//! What a pack records, for the packs to come.

use super::{History, PackInputs, Records};
use crate::audit::Outcome;
use crate::audit::record::{FindingsRecord, RecordContext};
use crate::audit::reported::ReportedMonths;
use crate::record::{PackRecord, RecordedAccount};
use crate::review::ReviewHistory;
use crate::snapshot::earlier::MONTHS;
use crate::snapshot::{Snapshot, State};
use crate::tables::build::trend::{AccountCounts, PriorCounts};

impl PackInputs<'_> {
    /// What packs reported month by month, this one included.
    pub(super) fn reported(&self, outcomes: &[Outcome]) -> ReportedMonths {
        let now = self.snapshot.collected_at;
        let period = self.written.config.organization.calendar().month(now);
        let mut res = self.history.records.reported.clone();
        // Of this month, this pack speaks.
        res.0.retain(|(_, month), _| *month < period);
        res.0.extend(ReportedMonths::of(outcomes, period, now).0);
        res
    }

    /// What this pack reports, for the packs to come, with what it carries on.
    pub(super) fn record(
        &self,
        outcomes: &[Outcome],
        reported: &ReportedMonths,
        reviews: &ReviewHistory<'_>,
    ) -> PackRecord {
        let History { earlier, past, terms, records, .. } = self.history;
        let (snapshot, config) = (self.snapshot, &self.written.config);
        let calendar = config.organization.calendar();
        let (now, period) = (snapshot.collected_at, calendar.month(snapshot.collected_at));
        let oldest = calendar.end(period.back(MONTHS).last_day());
        let excluded = |instance: &str| config.excludes(instance).is_some();
        let context =
            RecordContext { now, oldest, terms, records: &records.findings, excluded: &excluded };
        let findings = FindingsRecord::of(context, outcomes);
        let own = snapshot.instances.iter().filter(|it| it.state() != State::Failed);
        let counted = own.map(|it| (&it.name, AccountCounts::of(it, &self.hashes.id, now)));
        let mut months = records.months.clone();
        counted.for_each(|(name, counts)| months.add(name.clone(), period, counts));
        let known = earlier.stored.iter().chain(&earlier.unreported).map(|it| it.peek.id.clone());
        PackRecord {
            findings,
            months: months.since(period.back(MONTHS - 1)),
            reported: reported.clone().since(period.back(MONTHS - 1)),
            accounts: disabled_accounts(snapshot, past, records),
            removals: reviews.recorded_sightings(),
            snapshots: known.chain([self.hashes.id.clone()]).collect(),
            renamed: config.renamed(),
        }
    }
}

/// The accounts that are disabled, with when they were seen otherwise; those of an instance that
/// was not read as they were recorded before.
fn disabled_accounts(
    snapshot: &Snapshot,
    past: &PriorCounts,
    records: &Records,
) -> Vec<RecordedAccount> {
    let mut res = Vec::new();
    for collected in &snapshot.instances {
        let name = &collected.name;
        if collected.state() == State::Failed {
            res.extend(records.accounts.get(name).into_iter().flatten().cloned());
            continue;
        }
        let users = collected.records.users.iter().filter(|user| user.active == Some(false));
        res.extend(users.map(|user| {
            let seen = past.seen_of(name, user);
            RecordedAccount {
                instance: name.clone(),
                user_id: user.id.0.clone(),
                seen_active: seen.active,
                seen_disabled: Some(seen.disabled.unwrap_or(snapshot.collected_at)),
            }
        }));
    }
    res.sort();
    res
}
