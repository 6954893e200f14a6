//! What accounts did in the days that usage was asked for, joined to the list of users.
//!
//! Usage names only who did something: in a list that was read whole, who is not named did nothing.
//! That holds where every row says whom it means. A row whose organization or account has an id of
//! another kind than the lists have may mean any account, and then no account is known to have been
//! idle.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::access::GroupStandings;
use super::index::{AccountIndex, Referent};
use super::{InstanceContext, TableRows};
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::{Count, Id, UserSummary};
use crate::tables::dictionary::usage;

/// What the accounts of one instance did.
pub(super) struct Usage {
    days: Option<(NaiveDate, NaiveDate)>,
    /// By the account's place in the list of users; none where it is unknown who is meant.
    by_place: Option<Vec<ActivityCounts>>,
}

/// What one account did; none where the server did not say.
#[derive(Clone, Copy)]
pub(super) struct ActivityCounts {
    views: Option<i64>,
    pub(super) saves: Option<i64>,
    apps: Option<i64>,
}

impl Usage {
    /// None where usage was not read.
    pub(super) fn of(collected: &Collected, standings: &GroupStandings<'_>) -> Option<Self> {
        let row = collected.row(Endpoint::UsageUserSummary)?;
        if row.outcome != ReadOutcome::Ok {
            return None;
        }
        Some(Self { days: days(&row.request), by_place: by_place(collected, &standings.index) })
    }

    /// What the account at `place` in the list of users did.
    pub(super) fn of_account(&self, place: usize) -> ActivityCounts {
        self.by_place.as_ref().map_or(ActivityCounts::UNKNOWN, |it| it[place])
    }

    /// How many days were asked for; none where the request does not say, as that of an import.
    pub(super) fn n_days(&self) -> Option<i64> {
        self.days.map(|(first, last)| (last - first).num_days() + 1)
    }
}

/// Adds the usage of one instance; nothing where it was not read.
pub(super) fn add(rows: &mut TableRows, here: &InstanceContext<'_>) {
    let Some(all) = &here.usage else { return };
    for (place, record) in here.collected.records.users.iter().enumerate() {
        let done = all.of_account(place);
        rows.usage.push(usage::Row {
            instance: here.name().into(),
            user_id: record.id.0.as_str().into(),
            email: record.email.as_deref().map(Into::into),
            first_day: all.days.map(|day| day.0),
            last_day: all.days.map(|day| day.1),
            usage_days: all.n_days(),
            app_views: done.views,
            app_saves: done.saves,
            apps_edited: done.apps,
            account: rows.n_accounts + u32::try_from(place).expect("a count"),
        });
    }
}

/// The days that a request names.
fn days(request: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (_, query) = request.split_once('?')?;
    let day = |key: &str| {
        let value = query.split('&').find_map(|it| it.strip_prefix(key)?.strip_prefix('='));
        value?.parse().ok()
    };
    Some((day("start_date")?, day("end_date")?))
}

/// What every account did, by the account's place in the list of users.
fn by_place(collected: &Collected, index: &AccountIndex<'_>) -> Option<Vec<ActivityCounts>> {
    let mut res = vec![ActivityCounts::NOTHING; index.len()];
    let (mut placed, mut gone, mut open) = (false, false, false);
    let mut in_doubt = BTreeSet::new();
    let ids = Ids::of(collected);
    for it in &collected.records.usage_user_summary {
        match ids.whom(it, index) {
            UsageSubject::Account(at) => {
                placed = true;
                res[at] = res[at].and(it);
            }
            UsageSubject::Gone => gone = true,
            UsageSubject::Elsewhere => {}
            UsageSubject::Unknown(account) => {
                open = true;
                in_doubt.extend(account);
            }
        }
    }
    // Ids that are not those of the lists would make every account idle.
    if !placed && (gone || open) {
        return None;
    }
    if open {
        // Who is not named may be the one that is meant, and did something.
        for it in &mut res {
            *it = it.at_least();
        }
    }
    for at in in_doubt {
        res[at] = ActivityCounts::UNKNOWN;
    }
    Some(res)
}

/// How many rows of usage an instance has, and how many of them could not be tied to it, to its
/// organization or to an account; none where nothing was read.
pub fn untied(collected: &Collected) -> Option<(usize, usize)> {
    let rows = &collected.records.usage_user_summary;
    let index = AccountIndex::of(&collected.records.users);
    let ids = Ids::of(collected);
    let all: Vec<UsageSubject> = rows.iter().map(|row| ids.whom(row, &index)).collect();
    let is_placed = all.iter().any(|it| matches!(it, UsageSubject::Account(_)));
    let untied = all.iter().filter(|it| match it {
        UsageSubject::Unknown(_) => true,
        UsageSubject::Gone => !is_placed,
        UsageSubject::Account(_) | UsageSubject::Elsewhere => false,
    });
    let untied = untied.count();
    (untied > 0).then_some((untied, rows.len()))
}

/// Whom a row of usage means.
enum UsageSubject {
    /// The account at this place.
    Account(usize),
    /// An account of this organization that is not in its list any more.
    Gone,
    /// An account of another organization.
    Elsewhere,
    /// That is unknown; this account, where the row is of the instance at all.
    Unknown(Option<usize>),
}

/// What ids of the instance look like.
struct Ids<'a> {
    organization: Option<&'a Id>,
    /// Whether rows are of several organizations.
    mixed: bool,
    /// Whether rows are of this one.
    has_own: bool,
    spaces: BTreeSet<&'a Id>,
    accounts: BTreeSet<IdKind<'a>>,
}

/// The kinds of id that one server has for one thing.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum IdKind<'a> {
    Prefixed(&'a str),
    Number,
    Uuid,
    Other,
}

impl<'a> IdKind<'a> {
    fn of(id: &'a Id) -> Self {
        let id = id.0.as_str();
        if let Some((prefix, _)) = id.split_once('_') {
            Self::Prefixed(prefix)
        } else if !id.is_empty() && id.bytes().all(|it| it.is_ascii_digit()) {
            Self::Number
        } else if id.len() == 36 && id.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-') {
            Self::Uuid
        } else {
            Self::Other
        }
    }
}

impl<'a> Ids<'a> {
    fn of(collected: &'a Collected) -> Self {
        let users = &collected.records.users;
        let ids = users.iter().flat_map(|user| [Some(&user.id), user.legacy_id.as_ref()]).flatten();
        let rows = collected.records.usage_user_summary.iter();
        let of: BTreeSet<&Id> = rows.filter_map(|row| row.org_id.as_ref()).collect();
        let own = collected
            .records
            .organization
            .as_ref()
            .and_then(|organization| organization.id.as_ref());
        Self {
            mixed: of.len() > 1,
            has_own: own.is_some_and(|it| of.contains(it)),
            spaces: collected.records.spaces.iter().map(|space| &space.id).collect(),
            organization: own,
            accounts: ids.map(IdKind::of).collect(),
        }
    }

    /// Whether an id is surely of another organization: a Space has it, or rows of this
    /// organization have its id and both ids are of one kind. Of two kinds, it is unknown.
    fn is_another(&self, id: &Id) -> bool {
        let alike = |own: &Id| self.has_own && IdKind::of(own) == IdKind::of(id);
        self.spaces.contains(id) || self.organization.is_some_and(alike)
    }

    fn whom(&self, row: &UserSummary, index: &AccountIndex<'_>) -> UsageSubject {
        let ids = self.organization.zip(row.org_id.as_ref());
        let same = ids.map(|(own, of)| own == of);
        let found = index.named(&row.user_id.0);
        if matches!(found, Referent::Several(_)) {
            return UsageSubject::Unknown(None);
        }
        let one = |it| if let Referent::One(at) = it { Some(at) } else { None };
        let account = one(found);
        if same == Some(false) {
            let elsewhere = row.org_id.as_ref().is_some_and(|org_id| self.is_another(org_id));
            return if elsewhere {
                UsageSubject::Elsewhere
            } else {
                UsageSubject::Unknown(account)
            };
        }
        if same.is_none() && self.mixed {
            return UsageSubject::Unknown(account);
        }
        // The same address may stand for another account in another organization.
        let address = || row.email.as_deref().filter(|_| same == Some(true));
        match account.or_else(|| one(index.named(address()?))) {
            Some(at) => UsageSubject::Account(at),
            None if self.accounts.contains(&IdKind::of(&row.user_id)) => UsageSubject::Gone,
            None => UsageSubject::Unknown(None),
        }
    }
}

impl ActivityCounts {
    const NOTHING: Self = Self { views: Some(0), saves: Some(0), apps: Some(0) };
    const UNKNOWN: Self = Self { views: None, saves: None, apps: None };

    /// The same where there may be more of it: no count says that there is nothing.
    fn at_least(self) -> Self {
        let some = |it: Option<i64>| it.filter(|it| *it > 0);
        Self { views: some(self.views), saves: some(self.saves), apps: some(self.apps) }
    }

    fn and(self, it: &UserSummary) -> Self {
        let sum = |one: Option<i64>, other: Option<Count>| {
            Some(one?.saturating_add(i64::try_from(other?.0).unwrap_or(i64::MAX)))
        };
        Self {
            views: sum(self.views, it.count_app_views),
            saves: sum(self.saves, it.count_app_saves),
            apps: sum(self.apps, it.count_unique_apps),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GROUPS, USERS, config, draw_of, records, snapshot};
    use super::days;
    use crate::config::LicenseModel;
    use crate::snapshot::ledger::Endpoint;
    use crate::snapshot::record::FieldState;
    use crate::snapshot::{Records, Snapshot};
    use crate::tables::Table;

    const USAGE: &str = r#"[
        {"org_id": "o1", "user_id": "u1", "count_app_views": 9, "count_app_saves": 4, "count_unique_apps": 2},
        {"org_id": "o2", "user_id": "u2", "count_app_saves": 7},
        {"org_id": "o1", "user_id": "uuid", "email": "Cat@acme.test", "count_app_views": "5", "count_app_saves": "3", "count_unique_apps": 1}
    ]"#;

    #[test]
    fn who_is_not_named_did_nothing() {
        let names = ["user_id", "usage_days", "app_views", "app_saves", "apps_edited"];
        let draw = |usage: &str| {
            let snapshot = of_days(with(usage), "2026-08-04&end_date=2026-11-01");
            draw_of(&snapshot, (&config(), None, None), Table::Usage, &names)
        };
        insta::assert_snapshot!(draw(USAGE), @"
        u1 | 90 | 9 | 4 | 2
        u2 | 90 | 0 | 0 | 0
        u3 | 90 | 5 | 3 | 1
        u4 | 90 | 0 | 0 | 0
        ");
        let foreign = r#"[{"user_id": "42", "count_app_saves": 1}]"#;
        insta::assert_snapshot!(draw(foreign), @"
        u1 | 90 | unknown | unknown | unknown
        u2 | 90 | unknown | unknown | unknown
        u3 | 90 | unknown | unknown | unknown
        u4 | 90 | unknown | unknown | unknown
        ");
    }

    #[test]
    fn a_row_that_cannot_be_tied_makes_nobody_idle() {
        let names = ["user_id", "app_views", "app_saves", "apps_edited"];
        let draw = |usage: &str| {
            let snapshot = of_days(with(usage), "2026-08-04&end_date=2026-11-01");
            let untied = super::untied(&snapshot.instances[0]);
            let rows = draw_of(&snapshot, (&config(), None, None), Table::Usage, &names);
            format!("{untied:?}\n{rows}")
        };
        // The organization is known as `o1`.
        let other_kind = USAGE.replace("\"o1\"", "\"17\"");
        insta::assert_snapshot!(draw(&other_kind), @"
        Some((3, 3))
        u1 | unknown | unknown | unknown
        u2 | unknown | unknown | unknown
        u3 | unknown | unknown | unknown
        u4 | unknown | unknown | unknown
        ");
        // Another organization's row, and one of an account that is gone, say nothing of the rest.
        let gone = USAGE.replace("\"uuid\", \"email\": \"Cat@acme.test\"", "\"u77\"");
        insta::assert_snapshot!(draw(&gone), @"
        None
        u1 | 9 | 4 | 2
        u2 | 0 | 0 | 0
        u3 | 0 | 0 | 0
        u4 | 0 | 0 | 0
        ");
        // One row of an account whose id is like no other: u1 did at least this, and what the
        // others did is unknown.
        let stranger = USAGE.replace("\"uuid\", \"email\": \"Cat@acme.test\"", "\"77\"");
        insta::assert_snapshot!(draw(&stranger), @"
        Some((1, 3))
        u1 | 9 | 4 | 2
        u2 | unknown | unknown | unknown
        u3 | unknown | unknown | unknown
        u4 | unknown | unknown | unknown
        ");
    }

    #[test]
    fn saves_make_builders_where_activity_decides() {
        let names = ["user_id", "license_class", "license_basis", "license_confidence"];
        let draw = |days: &str, model| {
            let mut config = config();
            config.instances[0].license_model = model;
            draw_of(&of_days(with(USAGE), days), (&config, None, None), Table::Users, &names)
        };
        let month = "2026-10-03&end_date=2026-11-01";
        insta::assert_snapshot!(draw(month, LicenseModel::Activity), @"
        u1 | Builder | usage_saves | high
        u2 | Internal user | usage_no_saves | medium
        u3 | Builder | usage_saves | high
        u4 | None (disabled) | disabled | high
        ");
        let quarter = "2026-08-04&end_date=2026-11-01";
        insta::assert_snapshot!(draw(quarter, LicenseModel::Unknown), @"
        u1 | Builder | usage_saves | medium
        u2 | Internal user | usage_no_saves | medium
        u3 | Internal user | usage_saves_before_window | medium
        u4 | None (disabled) | disabled | high
        ");
        let week = "2026-10-26&end_date=2026-11-01";
        insta::assert_snapshot!(draw(week, LicenseModel::Activity), @"
        u1 | Builder | usage_saves | high
        u2 | Undetermined: builder-capable | build_access_only | low
        u3 | Builder | usage_saves | high
        u4 | None (disabled) | disabled | high
        ");
        insta::assert_snapshot!(draw(month, LicenseModel::NamedSeats), @"
        u1 | Undetermined: builder-capable | build_access_only | low
        u2 | Undetermined: builder-capable | build_access_only | low
        u3 | Internal user | no_universal_build_access | medium
        u4 | None (disabled) | disabled | high
        ");
    }

    #[test]
    fn only_a_request_with_days_says_which_they_are() {
        assert!(days("usage-user-summary.json").is_none());
        assert!(days("/api/v2/usage/user_summary?start_date=2026-10-03").is_none());
    }

    fn with(usage: &str) -> Records {
        let mut res = records(USERS, GROUPS);
        res.organization = serde_json::from_str(r#"{"id": "o1"}"#).unwrap();
        res.usage_user_summary = serde_json::from_str(usage).unwrap();
        res.users[2].last_active = FieldState::Is("2026-09-01T00:00:00Z".parse().unwrap());
        res.groups[1].universal_workflow_access = Some("edit".to_owned());
        res
    }

    fn of_days(records: Records, days: &str) -> Snapshot {
        let mut res = snapshot(records);
        let row = res.instances[0].ledger.iter_mut();
        for it in row.filter(|it| it.endpoint == Endpoint::UsageUserSummary) {
            it.request = format!("/api/v2/usage/user_summary?start_date={days}");
        }
        res
    }
}
