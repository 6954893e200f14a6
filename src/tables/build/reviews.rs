//! Access reviews: how far each is, what was decided line by line, and by whom.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use polars::prelude::DataFrame;

use super::prior::DAYS_AHEAD;
use super::{EvaluationContext, reviewers};
use crate::approvals::{ApprovalQuery, ApprovedKind};
use crate::calendar::whole_days;
use crate::names::listed;
use crate::review::{
    Decision, DecisionWord, EntitlementKind, OpenedCampaign, Removal, ReviewLine, completed_at,
};
use crate::tables::dictionary::{review, review_line, reviewer};
use crate::tables::{Table, Tables};

/// Adds the reviews; an instance of which none was opened has a gap.
pub(super) fn fill(mut tables: Tables, given: &EvaluationContext<'_>) -> Tables {
    let campaigns = &given.reviews.campaigns;
    let newest = newest_by_instance(given);
    for it in given.snapshot.instances.iter().filter(|it| !newest.contains_key(&*it.name)) {
        for table in [Table::Reviews, Table::ReviewLines] {
            let reason = "no access review of the instance is on record";
            tables.add_gap(Some(&it.name), table, reason);
        }
    }
    if campaigns.is_empty() {
        tables.add_gap(None, Table::ReviewReviewers, "no access review is on record");
    }
    let mut rows = ReviewRows::default();
    let privileged = privileged(&tables.frame(Table::Users), given);
    for (place, opened) in campaigns.iter().enumerate() {
        let here = CampaignContext::of(given, opened, place, &privileged);
        for (instance, lines) in here.by_instance() {
            // What was reviewed of an instance that is no longer audited, its campaign tells.
            let Some(last) = newest.get(instance) else { continue };
            here.add_review(&mut rows.reviews, instance, &lines, *last == place);
            for line in lines {
                here.add_line(&mut rows.lines, instance, line);
            }
        }
    }
    reviewers::add(&mut rows.reviewers, given);
    tables
        .with(Table::Reviews, rows.reviews.finish())
        .with(Table::ReviewLines, rows.lines.finish())
        .with(Table::ReviewReviewers, rows.reviewers.finish())
}

/// What is filled.
#[derive(Default)]
struct ReviewRows {
    reviews: review::Rows,
    lines: review_line::Rows,
    reviewers: reviewer::Rows,
}

/// The place of the newest campaign that has lines of each instance.
fn newest_by_instance<'a>(given: &EvaluationContext<'a>) -> BTreeMap<&'a str, usize> {
    let mut res = BTreeMap::new();
    for place in 0..given.reviews.campaigns.len() {
        let reviewed = given.reviews.instances(place);
        let here = given.snapshot.instances.iter().map(|it| it.name.as_str());
        res.extend(here.filter(|it| reviewed.contains(*it)).map(|it| (it, place)));
    }
    res
}

/// An account: its instance and its id.
type AccountKey = (String, String);

/// Whether each account that something was to be taken from is of tier 0 or 1; unknown ones are
/// left out.
fn privileged(users: &DataFrame, given: &EvaluationContext<'_>) -> BTreeMap<AccountKey, bool> {
    let mut wanted: BTreeSet<AccountKey> = BTreeSet::new();
    for (place, opened) in given.reviews.campaigns.iter().enumerate() {
        let removals = given.reviews.removals(place).iter();
        let lines = removals.filter_map(|it| opened.lines.of_id(&it.line_id));
        wanted.extend(lines.map(|it| key(given.reviews.instance_of(it), &it.account_id)));
    }
    let text = |name| users.column(name).and_then(|it| it.str()).expect("a column of text");
    let number = |name| users.column(name).and_then(|it| it.i64()).expect("a column of numbers");
    let (instance, id) = (text("instance"), text("user_id"));
    let [tier, least, most] = ["tier", "tier_at_least", "tier_at_most"].map(number);
    let mut res = BTreeMap::new();
    for row in 0..users.height() {
        let (Some(instance), Some(id)) = (instance.get(row), id.get(row)) else { continue };
        let known = match (tier.get(row), least.get(row), most.get(row)) {
            (Some(tier), ..) => tier <= 1,
            (None, _, Some(most)) if most <= 1 => true,
            (None, Some(least), _) if least > 1 => false,
            _ => continue,
        };
        let key = key(instance, id);
        if wanted.contains(&key) {
            res.insert(key, known);
        }
    }
    res
}

fn key(instance: &str, id: &str) -> AccountKey {
    (instance.to_owned(), id.to_owned())
}

/// A campaign in its surroundings.
struct CampaignContext<'a> {
    given: &'a EvaluationContext<'a>,
    opened: &'a OpenedCampaign,
    /// Its place among the campaigns, the oldest first.
    place: usize,
    decisions: BTreeMap<&'a str, (DateTime<Utc>, &'a Decision)>,
    removals: BTreeMap<&'a str, &'a Removal>,
    signed_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
    privileged: &'a BTreeMap<AccountKey, bool>,
}

impl<'a> CampaignContext<'a> {
    fn of(
        given: &'a EvaluationContext<'a>,
        opened: &'a OpenedCampaign,
        place: usize,
        privileged: &'a BTreeMap<AccountKey, bool>,
    ) -> Self {
        let removals = given.reviews.removals(place).iter();
        Self {
            given,
            opened,
            place,
            decisions: opened.record.decisions(),
            removals: removals.map(|it| (&*it.line_id, it)).collect(),
            signed_at: opened.record.attestations().map(|it| it.0).last(),
            completed_at: completed_at(opened),
            privileged,
        }
    }

    /// The lines of each instance, by today's names.
    fn by_instance(&self) -> BTreeMap<&'a str, Vec<&'a ReviewLine>> {
        let mut res: BTreeMap<&str, Vec<&ReviewLine>> = BTreeMap::new();
        for line in self.opened.lines.iter() {
            res.entry(self.given.reviews.instance_of(line)).or_default().push(line);
        }
        res
    }

    fn decision_of(&self, line: &ReviewLine) -> Option<(DateTime<Utc>, &'a Decision)> {
        self.decisions.get(line.line_id.as_str()).copied()
    }

    fn add_review(
        &self,
        rows: &mut review::Rows,
        instance: &str,
        lines: &[&ReviewLine],
        is_newest: bool,
    ) {
        let Self { given, opened, signed_at, completed_at, .. } = self;
        let calendar = given.calendar();
        let campaign = &opened.campaign;
        let decided: Vec<_> = lines.iter().filter_map(|it| self.decision_of(it)).collect();
        let with = |word| count(decided.iter().filter(|it| it.1.decision == word).count());
        let covered = decided.iter().filter(|it| *signed_at >= Some(it.0)).count();
        let unassigned = lines.iter().filter(|it| it.reviewer.is_empty()).count();
        let signed = opened
            .record
            .attestations()
            .map(|(at, it)| format!("{}, {}, on {}", it.name, it.role, calendar.day(at)));
        let until = completed_at.unwrap_or(given.snapshot.collected_at);
        rows.push(review::Row {
            instance: instance.into(),
            campaign_id: campaign.campaign_id.as_str().into(),
            period: campaign.period.as_str().into(),
            reviewed_report: campaign.report_id.as_str().into(),
            scope: campaign.scope.as_str().into(),
            opened_at: campaign.opened_at,
            due: campaign.due,
            lines: count(lines.len()),
            decided: count(decided.len()),
            open: count(lines.len() - decided.len()),
            unassigned: count(unassigned),
            kept: with(DecisionWord::Keep),
            revoked: with(DecisionWord::Revoke),
            changed: with(DecisionWord::Change),
            waived: with(DecisionWord::Waive),
            deferred: with(DecisionWord::Defer),
            signed_by: listed(signed).into(),
            signed_at: *signed_at,
            completed_at: *completed_at,
            not_covered: count(lines.len() - covered),
            days_late: (calendar.day(until) - campaign.due).num_days(),
            is_newest,
            days_since: whole_days(campaign.collected_at, given.snapshot.collected_at),
        });
    }

    fn add_line(&self, rows: &mut review_line::Rows, instance: &str, line: &ReviewLine) {
        let Self { given, opened, place, .. } = self;
        let decided = self.decision_of(line);
        let decision = decided.map(|it| it.1);
        let removal = self.removals.get(line.line_id.as_str()).copied();
        let seen = removal.map(|it| given.reviews.sightings.of(&line.line_id, it.decided_at));
        let last = seen.as_ref().and_then(|it| it.last());
        let held = last.filter(|it| it.0 == given.snapshot.collected_at).map(|it| it.1);
        let last_held = removal.and_then(|it| it.last_held);
        let own = decided.map(|_| given.reviews.is_own(opened, &line.line_id));
        rows.push(review_line::Row {
            instance: instance.into(),
            campaign_id: opened.campaign.campaign_id.as_str().into(),
            line_id: line.line_id.as_str().into(),
            account_id: line.account_id.as_str().into(),
            account: line.account.as_str().into(),
            person: line.person.as_str().into(),
            kind: line.kind.word().into(),
            entitlement: line.entitlement.as_str().into(),
            access_path: line.access_path.as_str().into(),
            reviewer: decision.map_or(&*line.reviewer, |it| &it.reviewer).into(),
            reviewer_as: line.reviewer_as.as_str().into(),
            decision: decision.map_or("", |it| it.decision.word()).into(),
            decided_at: decided.map(|it| it.0),
            reason: decision.map_or("", |it| &it.reason).into(),
            ticket: decision.map_or("", |it| &it.ticket).into(),
            superseded: given.reviews.is_superseded(*place, &line.line_id),
            outcome: removal.map_or("", |it| it.state.word()).into(),
            last_held,
            first_gone: removal.and_then(|it| it.first_gone),
            own_line: own.unwrap_or(Some(false)),
            looked_for: removal.is_some_and(|it| given.snapshot.collected_at > it.decided_at),
            held,
            days_held: removal.zip(last_held).map(|(it, held)| whole_days(it.decided_at, held)),
            return_approved: removal.is_some_and(|it| self.approves(instance, line, it)),
            privileged: self.privileged.get(&key(instance, &line.account_id)).copied(),
        });
    }

    /// Whether an approval is on file of what came back after a review took it away.
    fn approves(&self, instance: &str, line: &ReviewLine, removal: &Removal) -> bool {
        let (Some(approvals), Some(gone)) = (self.given.approvals, removal.first_gone) else {
            return false;
        };
        let change = match line.kind {
            EntitlementKind::Account => ApprovedKind::Reactivated,
            EntitlementKind::Token => ApprovedKind::Token,
            EntitlementKind::Administrator
            | EntitlementKind::Membership
            | EntitlementKind::Grant => ApprovedKind::Privilege,
        };
        let from = self.given.calendar().day(gone) - TimeDelta::days(DAYS_AHEAD);
        let (names, to) = (&[line.account_id.as_str()], self.given.day());
        approvals.approved_on(&ApprovalQuery { change, instance, names, from, to }).is_some()
    }
}

pub(super) fn count(it: usize) -> i64 {
    i64::try_from(it).expect("a count")
}
