//! Who decides in access reviews: how much, and how.

use std::collections::BTreeMap;

use super::people::ALL;
use super::reviews::count;
use super::{EvaluationContext, match_word, matched_status};
use crate::review::{CampaignStatus, DecisionWord};
use crate::tables::dictionary::reviewer;

/// Adds everybody who has lines in a campaign.
pub(super) fn add(rows: &mut reviewer::Rows, given: &EvaluationContext<'_>) {
    let campaigns = &given.reviews.campaigns;
    let all: Vec<CampaignStatus> =
        campaigns.iter().map(|it| CampaignStatus::of(it, given.day())).collect();
    let places = all.iter().enumerate();
    let newest: BTreeMap<&str, usize> = places
        .flat_map(|(place, it)| it.reviewers.iter().map(move |it| (&*it.reviewer, place)))
        .collect();
    let mut in_a_row: BTreeMap<&str, i64> = BTreeMap::new();
    for (place, status) in all.iter().enumerate() {
        for it in &status.reviewers {
            let uniform = in_a_row.entry(&it.reviewer).or_default();
            if it.decided > 0 {
                *uniform = if it.removing() > 0 { 0 } else { *uniform + 1 };
            }
            let matched = given.roster.map(|roster| roster.match_of(&it.reviewer));
            let day = it.last_decided.map_or(given.day(), |at| given.calendar().day(at));
            rows.push(reviewer::Row {
                instance: ALL.into(),
                reviewer_id: format!("{} {}", status.campaign_id, it.reviewer).into(),
                campaign_id: status.campaign_id.as_str().into(),
                reviewer: it.reviewer.as_str().into(),
                roster_match: match_word(matched.as_ref()).into(),
                roster_status: matched_status(matched.as_ref(), day).map(Into::into),
                lines: count(it.lines),
                decided: count(it.decided),
                open: count(it.open),
                kept: count(it.count(DecisionWord::Keep)),
                removing: count(it.removing()),
                last_decided: it.last_decided,
                reviews_without_removal: *uniform,
                is_newest: newest.get(it.reviewer.as_str()) == Some(&place),
            });
        }
    }
}
