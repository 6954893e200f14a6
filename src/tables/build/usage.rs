//! What accounts did in the days that usage was asked for, joined to the list of users.
//!
//! Usage names only who did something: in a list that was read whole, who is not named did nothing.

use chrono::NaiveDate;

use super::Here;
use super::access::Standings;
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, Outcome};
use crate::snapshot::record::{Count, UserSummary};
use crate::tables::dictionary::usage;

/// What the accounts of one instance did.
pub(super) struct Usage {
    days: Option<(NaiveDate, NaiveDate)>,
    /// By the account's place in the list of users; none where nobody can tell who is meant.
    by_place: Option<Vec<Done>>,
}

/// What one account did; none where the server did not say.
#[derive(Clone, Copy)]
pub(super) struct Done {
    views: Option<i64>,
    pub(super) saves: Option<i64>,
    apps: Option<i64>,
}

impl Usage {
    /// None where usage was not read.
    pub(super) fn of(collected: &Collected, standings: &Standings<'_>) -> Option<Self> {
        let row = collected.row(Endpoint::UsageUserSummary)?;
        if row.outcome != Outcome::Ok {
            return None;
        }
        Some(Self { days: days(&row.request), by_place: place(collected, standings) })
    }

    /// What the account at `place` in the list of users did.
    pub(super) fn of_account(&self, place: usize) -> Done {
        let unknown = Done { views: None, saves: None, apps: None };
        self.by_place.as_ref().map_or(unknown, |it| it[place])
    }

    /// How many days were asked for; none where the request does not say, as that of an import.
    pub(super) fn n_days(&self) -> Option<i64> {
        self.days.map(|(first, last)| (last - first).num_days() + 1)
    }
}

/// Adds the usage of one instance; nothing where it was not read.
pub(super) fn add(rows: &mut usage::Rows, here: &Here<'_>) {
    let Some(all) = &here.usage else { return };
    for (place, record) in here.collected.records.users.iter().enumerate() {
        let done = all.of_account(place);
        rows.push(usage::Row {
            instance: here.name().into(),
            user_id: record.id.0.as_str().into(),
            email: record.email.as_deref().map(Into::into),
            first_day: all.days.map(|it| it.0),
            last_day: all.days.map(|it| it.1),
            usage_days: all.n_days(),
            app_views: done.views,
            app_saves: done.saves,
            apps_edited: done.apps,
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

fn place(collected: &Collected, standings: &Standings<'_>) -> Option<Vec<Done>> {
    let nothing = Done { views: Some(0), saves: Some(0), apps: Some(0) };
    let mut res = vec![nothing; standings.index.len()];
    let own = collected.records.organization.as_ref().and_then(|it| it.id.as_ref());
    let (mut named, mut placed) = (0, 0);
    for it in &collected.records.usage_user_summary {
        let same = own.zip(it.org_id.as_ref()).map(|(own, of)| own == of);
        if same == Some(false) {
            continue;
        }
        named += 1;
        let id = || standings.index.named(&it.user_id.0);
        // The same address may stand for another account in another organization.
        let address = || it.email.as_deref().filter(|_| same == Some(true));
        if let Some(at) = id().or_else(|| standings.index.named(address()?)) {
            placed += 1;
            res[at] = res[at].and(it);
        }
    }
    // Ids of another kind would make everybody idle.
    (named == 0 || placed > 0).then_some(res)
}

impl Done {
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
    use crate::snapshot::record::Stated;
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
        res.users[2].last_active = Stated::Is("2026-09-01T00:00:00Z".parse().unwrap());
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
