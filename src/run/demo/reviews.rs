//! The access reviews of the sample: opened, decided and signed when it says so.
//!
//! `reviews.json` has what was not kept; every other line that has a reviewer was. Nobody sent
//! worksheets in: what the record of such a review lacks is that they were received.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

use super::samples::Sample;
use crate::config::Config;
use crate::config::review::ReviewSettings;
use crate::review::{
    Attestation, CampaignError, CampaignStatus, Decision, DecisionWord, OpenedCampaign,
    RecordEntry, ReviewLine, statements,
};
use crate::run::Error;
use crate::run::review::Opening;

/// What the sample says of its reviews.
const REVIEWS: &str = "reviews.json";

/// One review; days are those before the demonstration.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct SampleReview {
    /// When the accounts were collected.
    collected: i64,
    opened: i64,
    due_days: u32,
    decided: i64,
    /// The groups whose members alone are reviewed; everybody where there are none.
    #[serde(default)]
    groups: BTreeSet<String>,
    signed: Option<SampleSignature>,
    /// What was not kept.
    lines: Vec<SampleDecision>,
}

/// Who signed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleSignature {
    days: i64,
    name: String,
    role: String,
}

/// What became of lines: those of an account, or one of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleDecision {
    instance: String,
    account: String,
    entitlement: Option<String>,
    /// None where the line stayed open.
    decision: Option<DecisionWord>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    ticket: String,
    /// Who decided instead of the reviewer.
    reviewer: Option<String>,
}

/// Where reviews are held.
pub(super) struct ReviewScene<'a> {
    pub(super) sample: &'a Sample,
    pub(super) config: &'a Config,
    /// The folder of campaigns.
    pub(super) root: &'a Path,
    pub(super) as_of: DateTime<Utc>,
}

impl ReviewScene<'_> {
    /// Holds the reviews of the accounts that were collected so many days before, which `pack`
    /// reports, unless that was done.
    pub(super) fn hold(&self, collected: i64, pack: &Path) -> Result<(), Error> {
        let Some(text) = self.sample.file(REVIEWS) else { return Ok(()) };
        let all: Vec<SampleReview> = serde_json::from_slice(text).expect("the sample is sound");
        for review in all.iter().filter(|it| it.collected == collected) {
            self.hold_one(review, pack)?;
        }
        Ok(())
    }

    fn hold_one(&self, review: &SampleReview, pack: &Path) -> Result<(), Error> {
        let settings = ReviewSettings {
            groups: review.groups.clone(),
            scope: if review.groups.is_empty() {
                self.config.review.scope.clone()
            } else {
                [].into()
            },
            due_days: review.due_days,
            ..self.config.review.clone()
        };
        let config = Config { review: settings, ..self.config.clone() };
        let at = |days: i64| self.as_of - TimeDelta::days(days);
        let opening = Opening { pack, config: &config, root: self.root, at: at(review.opened) };
        let mut opened = match opening.open() {
            Err(Error::Review(it)) if it.is_there() => return Ok(()),
            it => it?,
        };
        let decided = opened.lines.iter().filter_map(|line| review.decide(line));
        let decided = decided.map(RecordEntry::Decided).collect();
        opened.record.add(at(review.decided), decided).map_err(CampaignError::from)?;
        if let Some(signature) = &review.signed {
            let day = config.organization.calendar().day(at(signature.days));
            let signed = RecordEntry::Signed(signature.attestation(&opened, day));
            opened.record.add(at(signature.days), vec![signed]).map_err(CampaignError::from)?;
        }
        Ok(())
    }
}

impl SampleReview {
    /// What became of a line; none where it stayed open.
    fn decide(&self, line: &ReviewLine) -> Option<Decision> {
        let said = self.lines.iter().find(|it| it.is_about(line));
        let decision = said.map_or(Some(DecisionWord::Keep), |it| it.decision)?;
        let mut res = Decision::of(line, decision);
        if let Some(it) = said {
            res.reason.clone_from(&it.reason);
            res.ticket.clone_from(&it.ticket);
            res.reviewer = it.reviewer.clone().unwrap_or(res.reviewer);
        }
        (!res.reviewer.is_empty()).then_some(res)
    }
}

impl SampleDecision {
    fn is_about(&self, line: &ReviewLine) -> bool {
        let is_entitlement = |it: &String| *it == line.entitlement;
        self.instance == line.instance
            && self.account == line.account
            && self.entitlement.as_ref().is_none_or(is_entitlement)
    }
}

impl SampleSignature {
    /// States everything that the record bears out.
    fn attestation(&self, opened: &OpenedCampaign, day: NaiveDate) -> Attestation {
        let offered = statements(&CampaignStatus::of(opened, day));
        Attestation {
            name: self.name.clone(),
            role: self.role.clone(),
            statements: offered.into_iter().map(|it| it.text).collect(),
            manifest_sha256: opened.campaign.manifest_sha256.clone(),
        }
    }
}
