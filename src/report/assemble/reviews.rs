//! What access reviews decided, and what came of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::inputs::ReportInputs;
use crate::calendar::stamps::stamp;
use crate::names::counted;
use crate::report::reviews::{
    DecisionCounts, OutcomeCount, RemovalSummary, ReviewSummary, ReviewerSummary, Reviews,
    SignatureSummary,
};
use crate::review::{
    Attestation, CampaignStatus, DecisionWord, EntitlementKind, OpenedCampaign, Removal,
    RemovalState, completed_at,
};

/// Decisions to revoke or to change that documents name; all are in `review-lines.csv`.
const MOST_NAMED: usize = 100;

/// What the reviews say.
pub(super) fn reviews(inputs: &ReportInputs<'_>) -> Reviews {
    let calendar = inputs.given.config.organization.calendar();
    let today = calendar.day(inputs.given.snapshot.collected_at);
    let newest_first = inputs.given.reviews.campaigns.iter().rev();
    let statuses: Vec<(&OpenedCampaign, CampaignStatus)> =
        newest_first.map(|it| (*it, CampaignStatus::of(it, today))).collect();
    let mut removals = removals(inputs);
    let count = |state: &RemovalState| {
        let count = removals.iter().filter(|it| it.outcome == state.word()).count();
        (count > 0).then_some(OutcomeCount { outcome: state.word(), count })
    };
    let outcomes = RemovalState::ALL.iter().filter_map(count).collect();
    let removals_total = removals.len();
    removals.truncate(MOST_NAMED);
    Reviews {
        campaigns: statuses.iter().map(|(opened, status)| summary(opened, status)).collect(),
        reviewers: statuses.first().map(|it| reviewers(&it.1)).unwrap_or_default(),
        outcomes,
        removals,
        removals_total,
    }
}

fn summary(opened: &OpenedCampaign, status: &CampaignStatus) -> ReviewSummary {
    let campaign = &opened.campaign;
    let completed = completed_at(opened);
    let state = match completed {
        Some(_) => "complete",
        None if status.overdue => "overdue",
        None if status.open > 0 => "open",
        None => "decided",
    };
    let signature = |(at, it): (DateTime<Utc>, &Attestation)| SignatureSummary {
        name: it.name.clone(),
        role: it.role.clone(),
        signed_at: stamp(at),
        statements: it.statements.clone(),
    };
    ReviewSummary {
        campaign_id: campaign.campaign_id.clone(),
        period: campaign.period.clone(),
        report_id: campaign.report_id.clone(),
        scope: campaign.scope.clone(),
        opened_at: stamp(campaign.opened_at),
        due: campaign.due.to_string(),
        lines: status.lines,
        decided: status.decided,
        open: status.open,
        unassigned: status.unassigned,
        decisions: counts(|it| status.count(it)),
        state,
        completed_at: completed.map(stamp).unwrap_or_default(),
        signatures: opened.record.attestations().map(signature).collect(),
    }
}

fn counts(of: impl Fn(DecisionWord) -> usize) -> DecisionCounts {
    DecisionCounts {
        keep: of(DecisionWord::Keep),
        revoke: of(DecisionWord::Revoke),
        change: of(DecisionWord::Change),
        waive: of(DecisionWord::Waive),
        defer: of(DecisionWord::Defer),
    }
}

fn reviewers(status: &CampaignStatus) -> Vec<ReviewerSummary> {
    let one = status.reviewers.iter().map(|it| ReviewerSummary {
        lines: it.lines,
        open: it.open,
        decisions: counts(|word| it.count(word)),
        reviewer: it.reviewer.clone(),
        noted: it.noted.clone(),
    });
    one.collect()
}

/// Every decision to revoke or to change that no later review replaced, what needs to be acted on
/// first, and then the newest.
fn removals(inputs: &ReportInputs<'_>) -> Vec<RemovalSummary> {
    let reviews = inputs.given.reviews;
    let mut res: Vec<(RemovalState, RemovalSummary)> = Vec::new();
    for (place, opened) in reviews.campaigns.iter().enumerate().rev() {
        let standing = reviews.removals(place).iter();
        let standing = standing.filter(|it| !reviews.is_superseded(place, &it.line_id));
        res.extend(standing.filter_map(|it| Some((it.state, removal(inputs, opened, it)?))));
    }
    res.sort_by_key(|it| it.0);
    res.into_iter().map(|it| it.1).collect()
}

fn removal(
    inputs: &ReportInputs<'_>,
    opened: &OpenedCampaign,
    it: &Removal,
) -> Option<RemovalSummary> {
    let line = opened.lines.of_id(&it.line_id)?;
    Some(RemovalSummary {
        campaign_id: opened.campaign.campaign_id.clone(),
        instance: inputs.given.reviews.instance_of(line).to_owned(),
        account_id: line.account_id.clone(),
        is_account: line.kind != EntitlementKind::Token,
        account: it.account.clone(),
        entitlement: it.entitlement.clone(),
        decision: it.decision.word(),
        reviewer: it.reviewer.clone(),
        decided_at: stamp(it.decided_at),
        outcome: it.state.word(),
        last_held: it.last_held.map(stamp).unwrap_or_default(),
        first_gone: it.first_gone.map(stamp).unwrap_or_default(),
    })
}

/// What reviews decided about each account and token, by instance and id, in words.
#[derive(Default)]
pub(super) struct DecidedAccounts(BTreeMap<(String, String), Vec<StandingDecision>>);

/// A decision about an account that no later review replaced.
struct StandingDecision {
    decision: DecisionWord,
    reviewer: String,
    day: String,
    entitlement: String,
    outcome: Option<RemovalState>,
}

impl DecidedAccounts {
    pub(super) fn of(inputs: &ReportInputs<'_>) -> Self {
        let reviews = inputs.given.reviews;
        let calendar = inputs.given.config.organization.calendar();
        let mut res: BTreeMap<_, Vec<StandingDecision>> = BTreeMap::new();
        for (place, opened) in reviews.campaigns.iter().enumerate() {
            let removals: BTreeMap<&str, RemovalState> =
                reviews.removals(place).iter().map(|it| (&*it.line_id, it.state)).collect();
            for (line_id, (at, it)) in opened.record.decisions() {
                let line = opened.lines.of_id(line_id);
                let Some(line) = line.filter(|_| !reviews.is_superseded(place, line_id)) else {
                    continue;
                };
                let key = (reviews.instance_of(line).to_owned(), line.account_id.clone());
                res.entry(key).or_default().push(StandingDecision {
                    decision: it.decision,
                    reviewer: it.reviewer.clone(),
                    day: calendar.day(at).to_string(),
                    entitlement: line.entitlement.clone(),
                    outcome: removals.get(line_id).copied(),
                });
            }
        }
        Self(res)
    }

    /// What was decided about an account or a token; empty where nothing was.
    pub(super) fn words(&self, instance: &str, id: &str) -> String {
        let Some(all) = self.0.get(&(instance.to_owned(), id.to_owned())) else {
            return String::new();
        };
        let mut kept: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut res = Vec::new();
        for it in all {
            if it.decision == DecisionWord::Keep {
                *kept.entry((&it.day, &it.reviewer)).or_default() += 1;
                continue;
            }
            let outcome = it.outcome.map(|it| format!(": {}", it.word())).unwrap_or_default();
            res.push(format!(
                "{} {} (by {} on {}){outcome}",
                it.decision.word(),
                it.entitlement,
                it.reviewer,
                it.day
            ));
        }
        res.extend(kept.iter().map(|((day, reviewer), n)| {
            let what = counted(&n.to_string(), "entitlement");
            format!("keep {what} (by {reviewer} on {day})")
        }));
        res.join("; ")
    }
}
