//! Proof of removal: what was to be revoked or changed, held against every later snapshot.
//!
//! Two snapshots show an interval and not a moment: what the last one that has it and the first one
//! that lacks it enclose. A list that was not read whole shows nothing.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::decision::DecisionWord;
use super::lines::CampaignLines;
use super::record::Record;
use super::sightings::Sightings;

/// What became of a decision to revoke or to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemovalState {
    /// It was gone, and is there again.
    GrantedAgain,
    /// It is there after the days allowed.
    NotExecuted,
    /// The lists of later snapshots do not tell, or what it was to become is told in words alone.
    CannotBeShown,
    /// Nothing was collected since.
    Unseen,
    /// It is there, and the days allowed are not over.
    Pending,
    /// It is gone.
    Executed,
}

impl RemovalState {
    /// Every state, what needs to be acted on first.
    pub const ALL: &[Self] = &[
        Self::GrantedAgain,
        Self::NotExecuted,
        Self::CannotBeShown,
        Self::Unseen,
        Self::Pending,
        Self::Executed,
    ];

    /// The state for people to read.
    pub fn word(self) -> &'static str {
        match self {
            Self::GrantedAgain => "granted again",
            Self::NotExecuted => "not executed",
            Self::CannotBeShown => "cannot be shown",
            Self::Unseen => "no later snapshot",
            Self::Pending => "pending",
            Self::Executed => "executed",
        }
    }
}

/// A decision to revoke or to change, with what snapshots show of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// The line.
    pub line_id: String,
    /// The instance.
    pub instance: String,
    /// What people call the account or token.
    pub account: String,
    /// What the entitlement is.
    pub entitlement: String,
    /// revoke or change.
    pub decision: DecisionWord,
    /// Who decided.
    pub reviewer: String,
    /// When that was recorded.
    pub decided_at: DateTime<Utc>,
    /// What became of it.
    pub state: RemovalState,
    /// The last snapshot after the decision that has it, RFC 3339 UTC.
    pub last_held: Option<DateTime<Utc>>,
    /// The first snapshot after the decision that lacks it; where it is gone, the first after
    /// `last_held`.
    pub first_gone: Option<DateTime<Utc>>,
}

/// Every decision to revoke or to change that stands in a campaign, what needs to be acted on first;
/// what was decided may take `allowed_days`.
pub fn removals(
    lines: &CampaignLines,
    record: &Record,
    sightings: &Sightings,
    allowed_days: i64,
) -> Vec<Removal> {
    let mut res = Vec::new();
    for (line_id, (decided_at, decision)) in record.decisions() {
        let removes = decision.decision.removes();
        let Some(line) = lines.of_id(line_id).filter(|_| removes) else { continue };
        let seen = sightings.of(line_id, decided_at);
        let last_held = seen.iter().rev().find(|it| it.1).map(|it| it.0);
        let is_gone = seen.last().is_some_and(|it| !it.1);
        let since = if is_gone { last_held } else { None };
        let mut after = seen.iter().filter(|it| Some(it.0) > since);
        let first_gone = after.find(|it| !it.1).map(|it| it.0);
        let days = |at: DateTime<Utc>| (at - decided_at).num_days();
        let state = match seen.last() {
            None if sightings.last() > Some(decided_at) => RemovalState::CannotBeShown,
            None => RemovalState::Unseen,
            Some((_, false)) => RemovalState::Executed,
            Some((_, true)) if first_gone.is_some() => RemovalState::GrantedAgain,
            // That it is still there does not show that it is unchanged.
            Some((_, true)) if decision.decision == DecisionWord::Change => {
                RemovalState::CannotBeShown
            }
            Some((at, true)) if days(*at) > allowed_days => RemovalState::NotExecuted,
            Some((_, true)) => RemovalState::Pending,
        };
        res.push(Removal {
            line_id: line_id.to_owned(),
            instance: line.instance.clone(),
            account: line.account.clone(),
            entitlement: line.entitlement.clone(),
            decision: decision.decision,
            reviewer: decision.reviewer.clone(),
            decided_at,
            state,
            last_held,
            first_gone,
        });
    }
    res.sort_by(|one, other| {
        (one.state, &one.instance, &one.account, &one.line_id).cmp(&(
            other.state,
            &other.instance,
            &other.account,
            &other.line_id,
        ))
    });
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::campaign;
    use crate::review::{Decision, RecordEntry};

    /// What becomes of a decision on 3 November, seen on these days: `h` there, `-` gone, `?` not
    /// told.
    fn state(decision: DecisionWord, seen: &str) -> String {
        let (_root, mut opened) = campaign();
        let line = &opened.lines[0];
        let decided = Decision { reason: "why".to_owned(), ..Decision::of(line, decision) };
        let at: DateTime<Utc> = "2026-11-03T06:00:00Z".parse().expect("a time");
        opened.record.add(at, vec![RecordEntry::Decided(decided)]).expect("room");
        let mut sightings = Sightings::default();
        for (place, it) in (0..).zip(seen.chars()) {
            let at = at + chrono::TimeDelta::days(place * 5 - 4);
            let told = (it != '?').then(|| (opened.lines[0].line_id.clone(), it == 'h'));
            sightings.add(at, &format!("s{place}"), told);
        }
        let all = removals(&opened.lines, &opened.record, &sightings, 7);
        let Some(it) = all.first() else { return "none".to_owned() };
        let day = |at: Option<DateTime<Utc>>| {
            at.map_or("-".to_owned(), |it| it.format("%m-%d").to_string())
        };
        format!("{}, held {}, gone {}", it.state.word(), day(it.last_held), day(it.first_gone))
    }

    #[test]
    fn r_04_each_removal_is_looked_for_in_every_later_snapshot() {
        // The first day lies before the decision.
        let revoked = ["h", "hh", "hhh", "hhhh", "hh-", "h-", "h-h", "h?", "hh?", "h?-", "--h-"];
        let revoked = revoked.map(|it| format!("revoke {it}: {}", state(DecisionWord::Revoke, it)));
        let changed =
            ["hhhh", "h-"].map(|it| format!("change {it}: {}", state(DecisionWord::Change, it)));
        let kept = [format!("keep hhhh: {}", state(DecisionWord::Keep, "hhhh"))];
        let all: Vec<String> = revoked.into_iter().chain(changed).chain(kept).collect();
        insta::assert_snapshot!(all.join("\n"), @"
        revoke h: no later snapshot, held -, gone -
        revoke hh: pending, held 11-04, gone -
        revoke hhh: pending, held 11-09, gone -
        revoke hhhh: not executed, held 11-14, gone -
        revoke hh-: executed, held 11-04, gone 11-09
        revoke h-: executed, held -, gone 11-04
        revoke h-h: granted again, held 11-09, gone 11-04
        revoke h?: cannot be shown, held -, gone -
        revoke hh?: pending, held 11-04, gone -
        revoke h?-: executed, held -, gone 11-09
        revoke --h-: executed, held 11-09, gone 11-14
        change hhhh: cannot be shown, held 11-14, gone -
        change h-: executed, held -, gone 11-04
        keep hhhh: none
        ");
    }
}
