//! The reviews before a report, with what snapshots show of what they took away.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::campaign::OpenedCampaign;
use super::decision::Decision;
use super::line::ReviewLine;
use super::proof::{Removal, removals};
use super::record::RecordEntry;
use super::sightings::{RecordedSighting, Sightings};
use crate::identities::Identities;
use crate::names::{counted, of_today};

/// What the reviews are known from.
#[derive(Debug)]
pub struct ReviewSources<'a, 'i> {
    /// The campaigns, the oldest first.
    pub campaigns: Vec<&'a OpenedCampaign>,
    /// What snapshots have of what was to be taken away.
    pub sightings: Sightings,
    /// Who is whom today.
    pub identities: &'i Identities<'i>,
    /// Today's names of instances by earlier ones.
    pub renamed: BTreeMap<String, String>,
    /// Days after a decision by which what was to be revoked must be gone.
    pub removal_days: i64,
}

/// The reviews of a snapshot and of those before it.
#[derive(Debug, Default)]
pub struct ReviewHistory<'a> {
    /// The campaigns, the oldest first.
    pub campaigns: Vec<&'a OpenedCampaign>,
    /// What snapshots have of what was to be taken away.
    pub sightings: Sightings,
    /// Whether the reviewer of a decided line may be its holder; by campaign and line.
    own: BTreeMap<(&'a str, &'a str), Option<bool>>,
    /// In which campaign each line was decided last.
    standing: BTreeMap<&'a str, usize>,
    renamed: BTreeMap<String, String>,
    /// What became of what each campaign took away, in the order of the campaigns.
    removals: Vec<Vec<Removal>>,
    /// The instances that each campaign has lines of, by today's names.
    instances: Vec<BTreeSet<String>>,
}

impl<'a> ReviewHistory<'a> {
    /// What is known of the reviews.
    pub fn of(sources: ReviewSources<'a, '_>) -> Self {
        let ReviewSources { campaigns, sightings, identities, renamed, removal_days } = sources;
        let mut res = Self { campaigns, sightings, renamed, ..Self::default() };
        for (at, opened) in res.campaigns.iter().copied().enumerate() {
            let OpenedCampaign { lines, record, .. } = opened;
            res.removals.push(removals(lines, record, &res.sightings, removal_days));
            let then: BTreeSet<&str> = lines.iter().map(|it| it.instance.as_str()).collect();
            let today = then.into_iter().map(|it| of_today(it, &res.renamed).to_owned());
            res.instances.push(today.collect());
            for (line_id, (_, decision)) in opened.record.decisions() {
                let Some(line) = opened.lines.of_id(line_id) else { continue };
                let instance = of_today(&line.instance, &res.renamed);
                let own = may_be_own(line, decision, instance, identities);
                res.own.insert((&opened.campaign.campaign_id, line_id), own);
                res.standing.insert(line_id, at);
            }
        }
        res
    }

    /// What became of each decision to revoke or to change of the campaign at `place`.
    ///
    /// # Panics
    ///
    /// Panics where there is no campaign at that place, which is a bug.
    pub fn removals(&self, place: usize) -> &[Removal] {
        &self.removals[place]
    }

    /// What snapshots have of that which the campaigns took away, for the record of a pack.
    pub fn recorded_sightings(&self) -> Vec<RecordedSighting> {
        self.sightings.recorded(|line_id| self.standing.contains_key(line_id))
    }

    /// Today's name of the instance of a line.
    pub fn instance_of<'l>(&'l self, line: &'l ReviewLine) -> &'l str {
        of_today(&line.instance, &self.renamed)
    }

    /// Whether the reviewer of a decided line may be its holder; none where nobody knows who the
    /// reviewer is.
    pub fn is_own(&self, opened: &OpenedCampaign, line_id: &str) -> Option<bool> {
        self.own.get(&(opened.campaign.campaign_id.as_str(), line_id)).copied().flatten()
    }

    /// Whether a later campaign than the one at `place` decided about the same entitlement.
    pub fn is_superseded(&self, place: usize, line_id: &str) -> bool {
        self.standing.get(line_id).is_some_and(|it| *it > place)
    }

    /// The instances that the campaign at `place` has lines of, by today's names.
    ///
    /// # Panics
    ///
    /// As [`Self::removals`].
    pub fn instances(&self, place: usize) -> &BTreeSet<String> {
        &self.instances[place]
    }

    /// How far the newest review is of an instance's accounts of a month, `2026-11`; none where
    /// there was none.
    pub fn progress(&self, instance: &str, month: &str) -> Option<String> {
        let mut of_month = self.campaigns.iter().zip(&self.instances).rev();
        let found = of_month.find(|(it, of)| it.campaign.period == month && of.contains(instance));
        found.map(|it| progress(it.0))
    }
}

/// Whether the reviewer may be the holder, as the accounts and the roster of today know both.
fn may_be_own(
    line: &ReviewLine,
    decision: &Decision,
    instance: &str,
    identities: &Identities<'_>,
) -> Option<bool> {
    let reviewer = identities.whom(&decision.reviewer, None);
    let account = identities.whom(&line.account_id, Some(instance));
    let is_own = reviewer.may_be(&account)
        || line.addresses.iter().any(|it| identities.whom(it, None).may_be(&reviewer));
    if is_own { Some(true) } else { identities.knows(&reviewer).then_some(false) }
}

/// How far the newest campaign of each month is, by the month.
pub fn progress_by_month<'a>(
    oldest_first: impl IntoIterator<Item = &'a OpenedCampaign>,
) -> BTreeMap<String, String> {
    oldest_first.into_iter().map(|it| (it.campaign.period.clone(), progress(it))).collect()
}

/// How far a campaign is.
fn progress(opened: &OpenedCampaign) -> String {
    let open = opened.lines.len() - opened.record.decisions().len();
    match completed_at(opened) {
        Some(_) => "complete".to_owned(),
        None if open > 0 => {
            format!("{open} of {} open", counted(&opened.lines.len().to_string(), "line"))
        }
        None => "decided, not signed".to_owned(),
    }
}

/// When a campaign was signed for the first time with every line decided.
pub fn completed_at(opened: &OpenedCampaign) -> Option<DateTime<Utc>> {
    let mut decided = BTreeSet::new();
    opened.record.entries().find_map(|(at, entry)| match entry {
        RecordEntry::Decided(it) => {
            decided.insert(&*it.line_id);
            None
        }
        RecordEntry::Signed(_) => (decided.len() == opened.lines.len()).then_some(at),
        RecordEntry::Received { .. } => None,
    })
}
