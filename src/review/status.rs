//! How far a campaign is: by reviewer, and by decision.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::campaign::OpenedCampaign;
use super::decision::DecisionWord;

/// How many decisions alone make it worth saying that nearly all of them keep.
const MANY: usize = 50;

/// How far a campaign is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CampaignStatus {
    /// The campaign.
    pub campaign_id: String,
    /// The last day.
    pub due: NaiveDate,
    /// Whether that day is over, and a line is open.
    pub overdue: bool,
    /// All lines.
    pub lines: usize,
    /// Those with a decision: kept, revoked, changed, waived and deferred ones together.
    pub decided: usize,
    /// Those without.
    pub open: usize,
    /// Open lines that nobody was given.
    pub unassigned: usize,
    /// How many lines have which decision.
    pub decisions: BTreeMap<&'static str, usize>,
    /// The same by reviewer: by who decided a line, or else by whose it is.
    pub reviewers: Vec<ReviewerStatus>,
    /// Who signed, with the role and the day.
    pub signed: Vec<String>,
}

/// How far a reviewer is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReviewerStatus {
    /// The reviewer.
    pub reviewer: String,
    /// The reviewer's lines.
    pub lines: usize,
    /// Those with a decision.
    pub decided: usize,
    /// Those without.
    pub open: usize,
    /// How many lines have which decision.
    pub decisions: BTreeMap<&'static str, usize>,
    /// When a decision of the reviewer was recorded last.
    #[serde(skip)]
    pub last_decided: Option<DateTime<Utc>>,
    /// What stands out, as a fact: whether it means anything is for people to judge.
    pub noted: Vec<String>,
}

impl CampaignStatus {
    /// The status of a campaign on a day.
    pub fn of(opened: &OpenedCampaign, today: NaiveDate) -> Self {
        let decisions = opened.record.decisions();
        let mut by_reviewer: BTreeMap<&str, ReviewerStatus> = BTreeMap::new();
        for line in opened.lines.iter() {
            let decided = decisions.get(line.line_id.as_str());
            let reviewer = decided.map_or(&line.reviewer, |it| &it.1.reviewer);
            let here = by_reviewer.entry(reviewer).or_default();
            here.lines += 1;
            match decided {
                Some((at, it)) => {
                    here.decided += 1;
                    here.last_decided = here.last_decided.max(Some(*at));
                    *here.decisions.entry(it.decision.word()).or_default() += 1;
                }
                None => here.open += 1,
            }
        }
        let unassigned = by_reviewer.remove("");
        let mut all: BTreeMap<&'static str, usize> =
            DecisionWord::ALL.iter().map(|it| (it.word(), 0)).collect();
        for it in by_reviewer.values() {
            for (word, count) in &it.decisions {
                *all.entry(word).or_default() += count;
            }
        }
        let decided = by_reviewer.values().map(|it| it.decided).sum();
        let open = opened.lines.len() - decided;
        let signed = opened
            .record
            .attestations()
            .map(|(at, it)| format!("{}, {}, on {}", it.name, it.role, at.date_naive()));
        Self {
            campaign_id: opened.campaign.campaign_id.clone(),
            due: opened.campaign.due,
            overdue: open > 0 && today > opened.campaign.due,
            lines: opened.lines.len(),
            decided,
            open,
            unassigned: unassigned.map_or(0, |it| it.open),
            decisions: all,
            reviewers: by_reviewer.into_iter().map(|(reviewer, it)| it.named(reviewer)).collect(),
            signed: signed.collect(),
        }
    }

    /// How many lines have a decision.
    pub fn count(&self, decision: DecisionWord) -> usize {
        self.decisions.get(decision.word()).copied().unwrap_or_default()
    }
}

impl ReviewerStatus {
    /// How many lines have which decision.
    pub fn count(&self, decision: DecisionWord) -> usize {
        self.decisions.get(decision.word()).copied().unwrap_or_default()
    }

    /// How many lines are to be revoked or changed.
    pub fn removing(&self) -> usize {
        DecisionWord::ALL.iter().filter(|it| it.removes()).map(|it| self.count(*it)).sum()
    }

    fn named(self, reviewer: &str) -> Self {
        let kept = self.count(DecisionWord::Keep);
        let mut noted = Vec::new();
        if self.decided >= MANY && kept * 100 > self.decided * 95 {
            noted.push(format!("keeps {kept} of {} decided lines", self.decided));
        }
        Self { reviewer: reviewer.to_owned(), noted, ..self }
    }
}
