//! Proof of removal: what was to be revoked or changed, held against every later snapshot.
//!
//! Two snapshots show an interval and not a moment: what the last one that has it and the first one
//! that lacks it enclose. A list that was not read whole shows nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::decision::DecisionWord;
use super::line::{EntitlementKind, ReviewLine};
use super::lines::CampaignLines;
use super::record::Record;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::{Group, ObjectAccess, User};
use crate::snapshot::{Collected, State};

/// What became of a decision to revoke or to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemovalState {
    /// It was gone, and is there again.
    GrantedAgain,
    /// It is there after the days allowed.
    NotExecuted,
    /// No later snapshot tells, or what it was to become is told in words alone.
    CannotBeShown,
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
        Self::Pending,
        Self::Executed,
    ];

    /// The state for people to read.
    pub fn word(self) -> &'static str {
        match self {
            Self::GrantedAgain => "granted again",
            Self::NotExecuted => "not executed",
            Self::CannotBeShown => "cannot be shown",
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

/// Whether entitlements were there at one snapshot, by the ids of their lines.
pub type Sighting = (DateTime<Utc>, BTreeMap<String, bool>);

/// Every decision to revoke or to change that stands, what needs to be acted on first. `sightings`
/// are of later snapshots, the oldest first; what was decided may take `allowed_days`.
pub fn removals(
    lines: &CampaignLines,
    record: &Record,
    sightings: &[Sighting],
    allowed_days: u32,
) -> Vec<Removal> {
    let mut res = Vec::new();
    for (line_id, (decided_at, decision)) in record.decisions() {
        let removes = decision.decision.removes();
        let Some(line) = lines.of_id(line_id).filter(|_| removes) else { continue };
        let seen = sightings.iter().filter(|(at, _)| *at > decided_at);
        let seen = seen.filter_map(|(at, held)| Some((*at, *held.get(line_id)?)));
        let seen: Vec<(DateTime<Utc>, bool)> = seen.collect();
        let last_held = seen.iter().rev().find(|it| it.1).map(|it| it.0);
        let is_gone = seen.last().is_some_and(|it| !it.1);
        let since = if is_gone { last_held } else { None };
        let mut after = seen.iter().filter(|it| Some(it.0) > since);
        let first_gone = after.find(|it| !it.1).map(|it| it.0);
        let days = |at: DateTime<Utc>| (at - decided_at).num_days();
        let state = match seen.last() {
            None => RemovalState::CannotBeShown,
            Some((_, false)) => RemovalState::Executed,
            Some((_, true)) if first_gone.is_some() => RemovalState::GrantedAgain,
            // That it is still there does not show that it is unchanged.
            Some((_, true)) if decision.decision == DecisionWord::Change => {
                RemovalState::CannotBeShown
            }
            Some((at, true)) if days(*at) > i64::from(allowed_days) => RemovalState::NotExecuted,
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

/// Which of the lines an instance has; those that its lists do not tell of are left out. What is in
/// a list is there; what is not is gone only where the list is whole beyond doubt.
pub fn sighted(lines: &[&ReviewLine], collected: &Collected) -> BTreeMap<String, bool> {
    // The records of an instance that failed are put aside.
    if collected.state() == State::Failed {
        return BTreeMap::new();
    }
    let records = &collected.records;
    let users: BTreeMap<&str, &User> =
        records.users.iter().map(|it| (it.id.0.as_str(), it)).collect();
    let groups: BTreeMap<&str, &Group> =
        records.groups.iter().map(|it| (it.id.0.as_str(), it)).collect();
    let is_whole = |endpoint| {
        collected.row(endpoint).is_some_and(|it| it.outcome == ReadOutcome::Ok && !it.is_doubtful())
    };
    let found = |endpoint, is_there: bool| (is_there || is_whole(endpoint)).then_some(is_there);
    let held = |line: &ReviewLine| -> Option<bool> {
        let id = line.account_id.as_str();
        let user = users.get(id);
        match line.kind {
            EntitlementKind::Account => {
                user.map_or_else(|| found(Endpoint::Users, false), |it| it.active)
            }
            EntitlementKind::Administrator if line.entitlement_id.is_empty() => {
                user.map_or_else(|| found(Endpoint::Users, false), |it| it.is_admin)
            }
            EntitlementKind::Administrator | EntitlementKind::Membership => {
                let members = match groups.get(line.entitlement_id.as_str()) {
                    Some(group) => group.members.as_ref()?.as_slice(),
                    None => &[],
                };
                found(Endpoint::Groups, members.iter().any(|it| it.id.0 == id))
            }
            EntitlementKind::Grant => {
                let of_line =
                    |it: &&ObjectAccess| format!("{} {}", it.kind, it.id.0) == line.entitlement_id;
                let entries = match records.permissions.iter().find(of_line) {
                    Some(object) => object.access.as_ref()?.user.as_ref()?.as_slice(),
                    None => &[],
                };
                let own = entries.iter().find(|it| it.subject.id.0 == id);
                let is_there = own.is_some_and(|it| it.access_level.as_deref() != Some("none"));
                found(Endpoint::Permissions, is_there)
            }
            EntitlementKind::Token => {
                let is_there = records.access_tokens.iter().any(|it| it.id.0 == id);
                found(Endpoint::AccessTokens, is_there)
            }
        }
    };
    let told = lines.iter().filter_map(|line| Some((line.line_id.clone(), held(line)?)));
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::campaign;
    use crate::review::{Decision, RecordEntry};
    use crate::snapshot::Records;
    use crate::snapshot::ledger::LedgerRow;

    /// What becomes of a decision on 3 November, seen on these days: `h` there, `-` gone, `?` not
    /// told.
    fn state(decision: DecisionWord, seen: &str) -> String {
        let (_root, mut opened) = campaign();
        let line = &opened.lines[0];
        let decided = Decision {
            line_id: line.line_id.clone(),
            decision,
            reviewer: line.reviewer.clone(),
            reason: "why".to_owned(),
            ticket: String::new(),
            owner: String::new(),
            expires: None,
            compensating_control: String::new(),
        };
        let at: DateTime<Utc> = "2026-11-03T06:00:00Z".parse().expect("a time");
        opened.record.add(at, vec![RecordEntry::Decided(decided)]).expect("room");
        let sighting = |(place, it): (i32, char)| {
            let at = at + chrono::TimeDelta::days(i64::from(place) * 5 - 4);
            let told = (it != '?').then(|| (opened.lines[0].line_id.clone(), it == 'h'));
            (at, told.into_iter().collect())
        };
        let sightings: Vec<Sighting> = (0..).zip(seen.chars()).map(sighting).collect();
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
        revoke h: cannot be shown, held -, gone -
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

    /// The ledger of an instance whose lists were read in one of some ways.
    fn ledger(way: &str) -> Vec<LedgerRow> {
        let row = |endpoint: &Endpoint| {
            let path = endpoint.path().to_owned();
            let mut res = LedgerRow::begin(*endpoint, path, DateTime::UNIX_EPOCH);
            let is_optional = ![Endpoint::Users, Endpoint::Groups].contains(endpoint);
            res.outcome = match way {
                "failed" => ReadOutcome::Scope,
                "no more than accounts and groups" if is_optional => ReadOutcome::Plan,
                _ => ReadOutcome::Ok,
            };
            res.rows_missing = u64::from(way == "short");
            res
        };
        Endpoint::ALL.iter().map(row).collect()
    }

    /// An instance that has one account with everything, or nobody at all.
    fn instance(way: &str, has: bool) -> Collected {
        let given = |text: &str| if has { text.to_owned() } else { String::new() };
        let user = r#"{"id": "u1", "email": "bo@acme.test", "active": true, "is_admin": true}"#;
        let grant = r#"{"subject": {"id": "u1", "type": "user"}, "accessLevel": "edit"}"#;
        let own = given(r#"{"id": "u1"}"#);
        let group = format!(r#"[{{"id": 8, "name": "Finance", "members": [{own}]}}]"#);
        let access = format!(r#"{{"user": [{}]}}"#, given(grant));
        let app = format!(r#"[{{"type": "app", "id": "a1", "access": {access}}}]"#);
        let records = Records {
            users: serde_json::from_str(&format!("[{}]", given(user))).expect("users"),
            groups: serde_json::from_str(&group).expect("groups"),
            permissions: serde_json::from_str(&app).expect("objects"),
            access_tokens: serde_json::from_str(&format!("[{own}]")).expect("tokens"),
            ..Records::default()
        };
        Collected { ledger: ledger(way), records, ..Collected::default() }
    }

    #[test]
    fn c_01_what_a_list_lacks_is_gone_only_where_the_list_is_whole() {
        let (_root, opened) = campaign();
        let kinds = [
            (EntitlementKind::Account, ""),
            (EntitlementKind::Administrator, ""),
            (EntitlementKind::Membership, "8"),
            (EntitlementKind::Membership, "9"),
            (EntitlementKind::Grant, "app a1"),
            (EntitlementKind::Token, ""),
        ];
        let lines = kinds.map(|(kind, entitlement_id)| ReviewLine {
            line_id: format!("{} {entitlement_id}", kind.word()),
            kind,
            account_id: "u1".to_owned(),
            entitlement_id: entitlement_id.to_owned(),
            ..opened.lines[0].clone()
        });
        let lines: Vec<&ReviewLine> = lines.iter().collect();
        let shown = |way: &str, has: bool| {
            let told = sighted(&lines, &instance(way, has));
            let word = |it: &&ReviewLine| match told.get(&it.line_id) {
                Some(true) => "there",
                Some(false) => "gone",
                None => "?",
            };
            lines.iter().map(word).collect::<Vec<_>>().join(" ")
        };
        let ways = ["whole", "short", "no more than accounts and groups", "failed"];
        let told = ways.map(|it| format!("{it}: {} | {}", shown(it, true), shown(it, false)));
        insta::assert_snapshot!(told.join("\n"), @"
        whole: there there there gone there there | gone gone gone gone gone gone
        short: there there there ? there there | ? ? ? ? ? ?
        no more than accounts and groups: there there there gone there there | gone gone gone gone ? ?
        failed: ? ? ? ? ? ? | ? ? ? ? ? ?
        ");
    }
}
