//! How each waiver stands, and what it accepts, as of the snapshot.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};

use super::evaluator::Evaluator;
use super::{Waiver, WaiverRegister, Waivers, manual};
use crate::audit::{Finding, Outcome, WaiverNotes};
use crate::calendar::Calendar;
use crate::config::RuleSettings;
use crate::identities::Identities;
use crate::tables::Tables;

/// What records are judged by.
#[derive(Clone, Copy, Debug)]
pub struct WaiverContext<'a> {
    /// The snapshot's time.
    pub now: DateTime<Utc>,
    /// Whose days and months count.
    pub calendar: Calendar,
    /// Who has which addresses and accounts.
    pub identities: &'a Identities<'a>,
    /// The snapshot as tables.
    pub tables: &'a Tables,
    /// How long waivers may last.
    pub settings: &'a RuleSettings,
}

/// How a waiver stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaiverState {
    /// In force.
    Active,
    /// In force for at most thirty days more.
    Expiring,
    /// Not yet in force.
    Future,
    /// A renewal of it is in force.
    Superseded,
    /// Its last day is over.
    Expired,
    /// What was approved has changed.
    Stale,
    /// Nothing that it names is an exception.
    Unused,
    /// Nothing that it names is there, or which of several is meant is not said.
    Unresolved,
    /// It must not count.
    Invalid,
}

impl WaiverState {
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::Active,
        Self::Expiring,
        Self::Future,
        Self::Superseded,
        Self::Expired,
        Self::Stale,
        Self::Unused,
        Self::Unresolved,
        Self::Invalid,
    ];

    /// The state as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Future => "future",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Stale => "stale",
            Self::Unused => "unused",
            Self::Unresolved => "unresolved",
            Self::Invalid => "invalid",
        }
    }
}

/// One waiver with what became of it.
#[derive(Clone, Debug)]
pub(super) struct JudgedWaiver<'a> {
    pub(super) waiver: &'a Waiver,
    pub(super) state: WaiverState,
    /// The ids that its subjects mean, in their order.
    pub(super) ids: Vec<String>,
    /// What people call its subjects, in their order; its own words where that is not known.
    pub(super) named: Vec<String>,
    /// The findings that it accepts.
    pub(super) covers: Vec<Finding>,
    /// The findings that it names and does not accept, because it is not in force or not sound.
    pub(super) asks: Vec<Finding>,
    /// All exceptions of its rule on its instance.
    pub(super) of: usize,
    pub(super) renewals: usize,
    /// Whether the facts at hand leave open if it can be relied on.
    pub(super) undecided: bool,
    /// Why it cannot be relied on.
    pub(super) problems: Vec<String>,
    /// What a reader must know besides.
    pub(super) remarks: Vec<String>,
}

/// Judges every record, writes into `outcomes` what that changes, and returns the register.
pub fn judge(
    waivers: Option<&Waivers>,
    context: WaiverContext<'_>,
    outcomes: &mut [Outcome],
) -> WaiverRegister {
    let Some(waivers) = waivers else { return WaiverRegister::default() };
    let judged = Evaluator::new(&waivers.records, context, outcomes).judge_all();
    for outcome in &mut *outcomes {
        outcome.apply_waivers(&notes(&judged, outcome.rule.code));
    }
    let manual = manual::judge(&waivers.manual, context, outcomes);
    WaiverRegister::of(&judged, manual, context.now)
}

/// What waivers of a rule say about its exceptions, by the ids of those: first who accepts each,
/// else what has expired.
fn notes(judged: &[JudgedWaiver<'_>], code: &str) -> BTreeMap<String, WaiverNotes> {
    let mut res: BTreeMap<_, WaiverNotes> = BTreeMap::new();
    let of = judged.iter().filter(|it| it.waiver.rule.code == code);
    let (in_force, lapsed): (Vec<_>, Vec<_>) = of.partition(|it| it.state.counts());
    for it in in_force.iter().chain(lapsed.iter().filter(|it| it.state == WaiverState::Expired)) {
        let day = it.waiver.expires.unwrap_or_default();
        let id = &it.waiver.id;
        for found in &it.covers {
            let notes = res.entry(found.id.clone()).or_default();
            if it.state.counts() {
                notes.accepted_by.push(id.clone());
                let confirm = it.confirm(found);
                write!(notes.words, " Waived by {id} until {day}{confirm}.").expect("text grows");
            } else if notes.accepted_by.is_empty() {
                write!(notes.words, " Waiver {id} expired on {day}.").expect("text grows");
            }
        }
    }
    for it in lapsed {
        for found in &it.asks {
            res.entry(found.id.clone()).or_default().asked_by.push(it.waiver.id.clone());
        }
    }
    for it in res.values_mut() {
        it.words = it.words.trim_start().to_owned();
    }
    res
}

impl WaiverContext<'_> {
    /// The day of the snapshot.
    pub(super) fn today(&self) -> NaiveDate {
        self.calendar.day(self.now)
    }
}

impl WaiverState {
    /// Whether a waiver in this state accepts anything.
    fn counts(self) -> bool {
        matches!(self, Self::Active | Self::Expiring)
    }
}

impl JudgedWaiver<'_> {
    /// What to do about a finding that was not named when the waiver was approved.
    pub(super) fn confirm(&self, found: &Finding) -> &'static str {
        let named = self.ids.contains(&found.subject_id) || self.waiver.names_finding(found);
        if named { "" } else { ", newly covered, confirm" }
    }
}
