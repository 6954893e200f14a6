//! The access reviews that a pack speaks of, and holds.

use super::{History, PackInputs};
use crate::identities::Identities;
use crate::review::{
    CampaignFiles, OpenedCampaign, ReviewHistory, ReviewSources, Sightings, SoughtLines,
};
use crate::rules::days_until_removed;
use crate::snapshot::earlier::MONTHS;

impl PackInputs<'_> {
    /// The campaigns about this snapshot and those before it, as far as packs look back.
    pub(super) fn campaigns(&self) -> impl Iterator<Item = &(OpenedCampaign, CampaignFiles)> {
        let now = self.snapshot.collected_at;
        let calendar = self.written.config.organization.calendar();
        let first = calendar.month(now).back(MONTHS - 1);
        self.written.reviews.iter().filter(move |(it, _)| {
            let collected_at = it.campaign.collected_at;
            collected_at <= now && calendar.month(collected_at) >= first
        })
    }

    /// What is known of the reviews.
    pub(super) fn reviews(&self, identities: &Identities<'_>) -> ReviewHistory<'_> {
        let renamed = self.written.config.renamed();
        let campaigns: Vec<&OpenedCampaign> = self.campaigns().map(|it| &it.0).collect();
        let sought = SoughtLines::of(campaigns.iter().copied(), &renamed);
        let mut sightings = Sightings::default();
        let History { earlier, records, .. } = self.history;
        let now = self.snapshot.collected_at;
        sightings.extend(records.removals.iter().filter(|it| it.collected_at < now).cloned());
        for it in &earlier.previous {
            let told = sought.in_snapshot(&it.snapshot);
            sightings.add(it.stored.collected_at(), &it.stored.peek.id, told);
        }
        let told = sought.in_snapshot(self.snapshot);
        sightings.add(now, &self.hashes.id, told);
        let removal_days = days_until_removed(&self.written.config.rules);
        ReviewHistory::of(ReviewSources { campaigns, sightings, identities, renamed, removal_days })
    }
}
