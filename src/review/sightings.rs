//! What snapshots have, or lack, of that which reviews decided to take away.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::campaign::OpenedCampaign;
use super::line::{EntitlementKind, ReviewLine};
use crate::names::of_today;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::{Group, ObjectAccess, User};
use crate::snapshot::{Collected, Snapshot, State};

/// The lines that somebody decided to revoke or to change, by today's names of their instances.
#[derive(Debug)]
pub struct SoughtLines<'a>(BTreeMap<&'a str, Vec<&'a ReviewLine>>);

impl<'a> SoughtLines<'a> {
    /// Those of some campaigns.
    pub fn of(
        campaigns: impl IntoIterator<Item = &'a OpenedCampaign>,
        renamed: &'a BTreeMap<String, String>,
    ) -> Self {
        let mut by_id: BTreeMap<&str, &ReviewLine> = BTreeMap::new();
        for opened in campaigns {
            let decisions = opened.record.decisions();
            let removed = opened.lines.iter().filter(|line| {
                let decided = decisions.get(line.line_id.as_str());
                decided.is_some_and(|it| it.1.decision.removes())
            });
            by_id.extend(removed.map(|line| (line.line_id.as_str(), line)));
        }
        let mut res: BTreeMap<&str, Vec<&ReviewLine>> = BTreeMap::new();
        for line in by_id.into_values() {
            res.entry(of_today(&line.instance, renamed)).or_default().push(line);
        }
        Self(res)
    }

    /// Whether an instance, by its name of today, has any.
    pub fn concern(&self, instance: &str) -> bool {
        self.0.contains_key(instance)
    }

    /// Whether each was there at a snapshot, whose instances have their names of today.
    pub fn in_snapshot(&self, snapshot: &Snapshot) -> BTreeMap<String, bool> {
        let told =
            snapshot.instances.iter().filter_map(|it| Some((self.0.get(it.name.as_str())?, it)));
        told.flat_map(|(lines, collected)| sighted(lines, collected)).collect()
    }
}

/// Which snapshots have, or lack, what reviews decided to take away.
#[derive(Clone, Debug, Default)]
pub struct Sightings(BTreeMap<(DateTime<Utc>, String), BTreeMap<String, bool>>);

/// Whether the entitlement of a line was there at a snapshot, as the record of a pack has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedSighting {
    /// The line.
    pub line_id: String,
    /// The snapshot.
    pub snapshot_id: String,
    /// When that was collected, RFC 3339 UTC.
    pub collected_at: DateTime<Utc>,
    /// Whether it was there.
    pub held: bool,
}

impl Sightings {
    /// Adds what a snapshot tells.
    pub fn add(
        &mut self,
        collected_at: DateTime<Utc>,
        snapshot_id: &str,
        held: impl IntoIterator<Item = (String, bool)>,
    ) {
        self.0.entry((collected_at, snapshot_id.to_owned())).or_default().extend(held);
    }

    /// What the snapshots since a moment tell of a line, the oldest first.
    pub fn of(&self, line_id: &str, since: DateTime<Utc>) -> Vec<(DateTime<Utc>, bool)> {
        let later = self.0.iter().filter(|it| it.0.0 > since);
        later.filter_map(|((at, _), held)| Some((*at, *held.get(line_id)?))).collect()
    }

    /// When the newest of the snapshots was collected.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.0.last_key_value().map(|it| it.0.0)
    }

    /// What they tell of some lines, for a record.
    pub fn recorded(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<RecordedSighting> {
        let all =
            self.0.iter().flat_map(|((at, id), held)| held.iter().map(move |it| (at, id, it)));
        let wanted = all.filter(|(_, _, (line_id, _))| is_wanted(line_id));
        let record = wanted.map(|(at, id, (line_id, held))| RecordedSighting {
            line_id: line_id.clone(),
            snapshot_id: id.clone(),
            collected_at: *at,
            held: *held,
        });
        record.collect()
    }
}

impl Extend<RecordedSighting> for Sightings {
    fn extend<T: IntoIterator<Item = RecordedSighting>>(&mut self, all: T) {
        for it in all {
            self.add(it.collected_at, &it.snapshot_id, [(it.line_id, it.held)]);
        }
    }
}

/// Which of the lines an instance has; those that its lists do not tell of are left out. What is in
/// a list is there; what is not is gone only where the list is whole beyond doubt.
fn sighted(lines: &[&ReviewLine], collected: &Collected) -> BTreeMap<String, bool> {
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
    use crate::snapshot::Records;
    use crate::snapshot::ledger::LedgerRow;

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
