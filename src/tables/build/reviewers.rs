//! Who decides in access reviews: how much, and how.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::people::{ALL, status};
use super::reviews::count;
use super::{EvaluationContext, match_word};
use crate::review::{DecisionWord, OpenedCampaign};
use crate::roster::Match;
use crate::tables::dictionary::reviewer;

/// What a reviewer did in one campaign.
#[derive(Clone, Copy, Debug, Default)]
struct ReviewerCounts {
    lines: usize,
    decided: usize,
    kept: usize,
    removing: usize,
    last: Option<DateTime<Utc>>,
}

/// What everybody did who has lines in a campaign: as who decided, or else as who is to.
fn counts(opened: &OpenedCampaign) -> BTreeMap<&str, ReviewerCounts> {
    let decisions = opened.record.decisions();
    let mut res: BTreeMap<&str, ReviewerCounts> = BTreeMap::new();
    for line in opened.lines.iter() {
        let decided = decisions.get(line.line_id.as_str());
        let name = decided.map_or(&line.reviewer, |it| &it.1.reviewer);
        if name.is_empty() {
            continue;
        }
        let here = res.entry(name).or_default();
        here.lines += 1;
        if let Some((at, it)) = decided {
            here.decided += 1;
            here.kept += usize::from(it.decision == DecisionWord::Keep);
            here.removing += usize::from(it.decision.removes());
            here.last = here.last.max(Some(*at));
        }
    }
    res
}

/// Adds everybody who has lines in a campaign.
pub(super) fn add(rows: &mut reviewer::Rows, given: &EvaluationContext<'_>) {
    let campaigns = &given.reviews.campaigns;
    let all: Vec<_> = campaigns.iter().map(|it| counts(it)).collect();
    let places = all.iter().enumerate();
    let newest: BTreeMap<&str, usize> =
        places.flat_map(|(place, it)| it.keys().map(move |name| (*name, place))).collect();
    let mut in_a_row: BTreeMap<&str, i64> = BTreeMap::new();
    for (place, (opened, counts)) in campaigns.iter().zip(&all).enumerate() {
        for (name, it) in counts {
            let uniform = in_a_row.entry(name).or_default();
            if it.decided > 0 {
                *uniform = if it.removing > 0 { 0 } else { *uniform + 1 };
            }
            let matched = given.roster.map(|roster| roster.match_of(name));
            let day = it.last.map_or(given.day(), |at| given.calendar().day(at));
            let roster_status = match &matched {
                Some(Match::None) => Some(""),
                Some(Match::One(person)) => status(person, day),
                Some(Match::Many(_)) | None => None,
            };
            rows.push(reviewer::Row {
                instance: ALL.into(),
                reviewer_id: format!("{} {name}", opened.campaign.campaign_id).into(),
                campaign_id: opened.campaign.campaign_id.as_str().into(),
                reviewer: (*name).into(),
                roster_match: match_word(matched.as_ref()).into(),
                roster_status: roster_status.map(Into::into),
                lines: count(it.lines),
                decided: count(it.decided),
                open: count(it.lines - it.decided),
                kept: count(it.kept),
                removing: count(it.removing),
                last_decided: it.last,
                reviews_without_removal: *uniform,
                is_newest: newest.get(name) == Some(&place),
            });
        }
    }
}
