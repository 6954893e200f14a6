//! How many accounts of each kind an instance had, month by month.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::EvaluationContext;
use super::access::{GroupStandings, both};
use crate::calendar::Month;
use crate::calendar::stamps::UNKNOWN;
use crate::snapshot::earlier::MONTHS;
use crate::snapshot::record::{FieldState, User};
use crate::snapshot::{Collected, State};
use crate::tables::column::span;
use crate::tables::dictionary::trend;

/// Days without activity after which an account counts as unused, whatever a rule allows: every
/// month is measured alike.
const UNUSED: i64 = 90;

/// What earlier snapshots came to.
#[derive(Clone, Debug, Default)]
pub struct PriorCounts {
    /// The accounts, by instance and month.
    pub figures: BTreeMap<(String, Month), AccountCounts>,
    /// When accounts that are disabled now could sign in, by instance and Retool's id.
    pub seen: BTreeMap<(String, String), LastSeenActive>,
}

impl PriorCounts {
    /// When an account that is disabled now could sign in.
    pub fn seen_of(&self, instance: &str, account: &User) -> LastSeenActive {
        let key = (instance.to_owned(), account.id.0.clone());
        self.seen.get(&key).copied().unwrap_or_default()
    }
}

/// When an account that is disabled now could sign in, as far as snapshots tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastSeenActive {
    /// The last snapshot at which it could.
    pub active: Option<DateTime<Utc>>,
    /// The first after that at which it could not; none but the one at hand where it is the first.
    pub disabled: Option<DateTime<Utc>>,
}

/// The accounts of one instance at one snapshot, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountCounts {
    /// None for the snapshot at hand.
    snapshot_id: Option<String>,
    collected_at: DateTime<Utc>,
    /// How whole the instance was.
    pub state: State,
    accounts: i64,
    /// Accounts that may sign in.
    pub active: Option<i64>,
    disabled: Option<i64>,
    /// Active administrators.
    pub administrators: Option<i64>,
    /// Active accounts that were used, and not for so many days.
    pub unused: Option<i64>,
    /// Active accounts that were never used.
    pub never_used: Option<i64>,
}

/// The accounts of one instance in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedMonth {
    /// The instance.
    pub instance: String,
    /// The month.
    pub month: Month,
    /// The counts; none where no snapshot of the month gives them.
    pub figures: Option<AccountCounts>,
}

impl AccountCounts {
    /// Counts the accounts of an instance that has not failed, at an earlier snapshot. Of its
    /// lists, users and groups are needed alone.
    pub fn of(collected: &Collected, snapshot_id: &str, at: DateTime<Utc>) -> Self {
        let res = Self::count(collected, &GroupStandings::of(collected), at);
        Self { snapshot_id: Some(snapshot_id.to_owned()), ..res }
    }

    fn count(collected: &Collected, standings: &GroupStandings<'_>, at: DateTime<Utc>) -> Self {
        let users = &collected.records.users;
        let active = |fact: &dyn Fn(usize, &User) -> Option<bool>| {
            sum(users.iter().enumerate().map(|(place, it)| both(it.active, fact(place, it))))
        };
        Self {
            snapshot_id: None,
            collected_at: at,
            state: collected.state(),
            accounts: count(users.iter()),
            active: active(&|_, _| Some(true)),
            disabled: sum(users.iter().map(|user| user.active.map(|active| !active))),
            administrators: active(&|place, it| standings.administers(place, it)),
            unused: active(&|_, it| idle(it, at).map(|days| days > TimeDelta::days(UNUSED))),
            never_used: active(&|_, it| it.last_active.is_null()),
        }
    }
}

/// How long ago an account was used, no time for one that never was; unknown where Retool is
/// silent.
fn idle(it: &User, at: DateTime<Utc>) -> Option<TimeDelta> {
    match it.last_active {
        FieldState::Unstated => None,
        FieldState::Null => Some(TimeDelta::zero()),
        FieldState::Is(used) => Some(span(used, at)),
    }
}

fn count(of: impl Iterator) -> i64 {
    i64::try_from(of.count()).expect("a count")
}

/// How many are; unknown where one is.
fn sum(of: impl Iterator<Item = Option<bool>>) -> Option<i64> {
    of.map(|it| it.map(i64::from)).sum()
}

/// The months of one instance, from the first that is known to the one that lasts.
pub(super) fn of(
    given: &EvaluationContext<'_>,
    collected: &Collected,
    standings: Option<&GroupStandings<'_>>,
) -> Vec<CountedMonth> {
    let now = standings
        .map(|standing| AccountCounts::count(collected, standing, given.snapshot.collected_at));
    let last = given.period();
    let known = |month: Month| given.past.figures.get(&(collected.name.clone(), month));
    let months = last.back(MONTHS - 1).to(last);
    let months = months.skip_while(|it| *it != last && known(*it).is_none());
    let counted = |month: Month| {
        let of = if month == last { now.as_ref() } else { known(month) };
        CountedMonth { instance: collected.name.clone(), month, figures: of.cloned() }
    };
    months.map(counted).collect()
}

impl CountedMonth {
    /// What tells it from every other.
    pub(super) fn key(&self) -> (&str, Month) {
        (&self.instance, self.month)
    }

    /// The same as a row of the table.
    pub(super) fn row(&self) -> trend::Row<'_> {
        let of = self.figures.as_ref();
        trend::Row {
            instance: self.instance.as_str().into(),
            period: self.month.to_string().into(),
            taken_from: of.and_then(|it| it.snapshot_id.as_deref()).map(Into::into),
            taken_at: of.map(|it| it.collected_at),
            state: of.map_or(UNKNOWN, |it| it.state.word()).into(),
            accounts: of.map(|it| it.accounts),
            active: of.and_then(|it| it.active),
            disabled: of.and_then(|it| it.disabled),
            administrators: of.and_then(|it| it.administrators),
            unused: of.and_then(|it| it.unused),
            never_used: of.and_then(|it| it.never_used),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Records;

    #[test]
    fn what_an_account_does_not_say_makes_the_count_unknown() {
        let figures = |users: &str| {
            let users = serde_json::from_str(users).unwrap();
            let groups = r#"[{"id": 1, "name": "admin", "members": []}]"#;
            let groups = serde_json::from_str(groups).unwrap();
            let records = Records { users, groups, ..Records::default() };
            let collected = Collected { records, ..Collected::default() };
            let it = AccountCounts::of(&collected, "s1", "2026-11-02T06:00:00Z".parse().unwrap());
            let [active, disabled, admins, unused, never] =
                [it.active, it.disabled, it.administrators, it.unused, it.never_used]
                    .map(|count| count.map_or("-".to_owned(), |count| count.to_string()));
            format!(
                "{}: active {active}, disabled {disabled}, admins {admins}, unused {unused}, \
                 never used {never}",
                it.accounts
            )
        };
        let known = r#"[
            {"id": "u1", "active": true, "is_admin": true, "last_active": "2026-08-04T06:00:00Z"},
            {"id": "u2", "active": true, "is_admin": false, "last_active": "2026-08-03T06:00:00Z"},
            {"id": "u3", "active": true, "is_admin": false, "last_active": null},
            {"id": "u4", "active": false, "is_admin": true, "last_active": null},
            {"id": "u5", "active": true, "is_admin": false, "last_active": "2026-11-01T06:00:00Z"}
        ]"#;
        assert_eq!(figures(known), "5: active 4, disabled 1, admins 1, unused 1, never used 1");
        let silent = r#"[{"id": "u1", "active": true}]"#;
        assert_eq!(figures(silent), "1: active 1, disabled 0, admins 0, unused -, never used -");
        // Whoever may be active may be unused, and an administrator where others are flagged.
        let stateless = known.replace(r#""u5", "active": true, "is_admin": false"#, r#""u5""#);
        assert_eq!(
            figures(&stateless),
            "5: active -, disabled -, admins -, unused 1, never used 1"
        );
        let ordinary = known.replace(r#""u5", "active": true"#, r#""u5""#);
        assert_eq!(figures(&ordinary), "5: active -, disabled -, admins 1, unused 1, never used 1");
    }
}
