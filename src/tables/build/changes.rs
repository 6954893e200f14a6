//! What differs from the previous snapshot: a row for each thing that came, went or changed.

mod lists;
mod log;

use std::collections::BTreeMap;

use self::log::Fields;
pub(super) use self::log::{Difference, Log};
use super::access::{AbsentMembers, GroupStandings, HeldGroup};
use super::answers::{self, Drift};
use super::bounds::ValueBounds;
use super::prior::PriorState;
use super::settings::{self, Protection};
use super::sign_in;
use super::users::stated;
use super::{InstanceContext, TableRows};
use crate::approvals::ApprovedKind;
use crate::names::listed;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::{AccessToken, Group, User};
use crate::tables::dictionary::{former_roster, former_user, previous, setting_change};

/// Adds what one instance is compared with, and every difference.
pub(super) fn add<'a>(
    rows: &mut TableRows,
    here: &InstanceContext<'a>,
    now: &GroupStandings<'a>,
    before: &PriorState<'a>,
) {
    rows.previous.push(previous::Row {
        instance: here.name().into(),
        snapshot_id: before.previous.stored.peek.id.as_str().into(),
        collected_at: before.at,
    });
    if let Some(people) = before.people() {
        let people = i64::try_from(people).expect("a count");
        rows.former_roster.push(former_roster::Row { instance: here.name().into(), people });
    }
    let mut log = Log { rows: &mut rows.changes, here };
    log.users(here, now, before);
    log.memberships(here, now, before);
    lists::add(&mut log, &mut rows.continuity, (here, now), before);
    add_former_users(&mut rows.former_users, here, now, before);
    super::rights::add(rows, here, now, before);
    add_settings(rows, here, before);
}

impl Log<'_, '_> {
    fn users(
        &mut self,
        here: &InstanceContext<'_>,
        now: &GroupStandings<'_>,
        before: &PriorState<'_>,
    ) {
        for (place, user) in here.collected.records.users.iter().enumerate() {
            let subject = ("user", &*user.id.0, label(user));
            match before.user(&user.id.0) {
                None => self.whole(subject, true, "account"),
                Some((at, then)) => {
                    let mut fields = user_fields(then, user);
                    let tier = |value_bounds: ValueBounds<i64>| {
                        value_bounds.known().map(|it| it.to_string())
                    };
                    let tiers = [before.standings.tier(at, then), now.tier(place, user)].map(tier);
                    let [old, new] = tiers;
                    fields.push(("tier", old, new));
                    self.fields(subject, fields);
                }
            }
        }
        for user in &before.collected.records.users {
            if now.index.by_id(&user.id.0).is_none() {
                self.whole(("user", &user.id.0, label(user)), false, "account");
            }
        }
    }

    fn memberships<'a>(
        &mut self,
        here: &InstanceContext<'a>,
        now: &GroupStandings<'a>,
        before: &PriorState<'a>,
    ) {
        // Groups may list an account that the list of users lacks: it is in them all the same.
        let [absent_then, absent_now] =
            [&before.standings, now].map(GroupStandings::held_by_absent);
        let held_by =
            |absent: &AbsentMembers<'a>, id: &str| absent.get(id).cloned().unwrap_or_default();
        for (place, user) in here.collected.records.users.iter().enumerate() {
            let then = before.user(&user.id.0);
            let then = then.map_or_else(
                || held_by(&absent_then, &user.id.0),
                |it| before.standings.held(it.0),
            );
            self.groups_of(user, &then, &now.held(place));
        }
        for (at, user) in before.collected.records.users.iter().enumerate() {
            if now.index.by_id(&user.id.0).is_none() {
                let now = held_by(&absent_now, &user.id.0);
                self.groups_of(user, &before.standings.held(at), &now);
            }
        }
    }

    /// The groups that an account joined and left, and those of which it became administrator.
    fn groups_of(&mut self, user: &User, then: &[HeldGroup<'_>], now: &[HeldGroup<'_>]) {
        let subject = ("membership", &*user.id.0, label(user));
        let [was_in, is_in] =
            [then, now].map(|all| all.iter().map(|it| (it.0, it.2)).collect::<BTreeMap<_, _>>());
        for (id, name, admin) in now {
            let what = format!("group {name} ({id})");
            match was_in.get(id) {
                None => {
                    let values = ["", "member"].map(|it| Some(it.to_owned()));
                    self.push(Difference { subject, change: "added", what, values });
                }
                Some(was) if was != admin => {
                    let values = [*was, *admin].map(yes_or_no);
                    let what = format!("administers {what}");
                    self.push(Difference { subject, change: "changed", what, values });
                }
                Some(_) => {}
            }
        }
        for (id, name, _) in then.iter().filter(|it| !is_in.contains_key(it.0)) {
            let what = format!("group {name} ({id})");
            let values = ["member", ""].map(|it| Some(it.to_owned()));
            self.push(Difference { subject, change: "removed", what, values });
        }
    }
}

/// Whether the endpoint was read whole at the previous snapshot.
pub(super) fn has(before: &PriorState<'_>, endpoint: Endpoint) -> bool {
    before.collected.row(endpoint).is_some_and(|it| it.outcome == ReadOutcome::Ok)
}

fn pair<T>(
    what: &'static str,
    (then, now): (&T, &T),
    of: impl Fn(&T) -> Option<String>,
) -> (&'static str, Option<String>, Option<String>) {
    (what, of(then), of(now))
}

fn yes_or_no(it: Option<bool>) -> Option<String> {
    it.map(|it| if it { "yes" } else { "no" }.to_owned())
}

fn user_fields(then: &User, now: &User) -> Fields {
    let both = (then, now);
    vec![
        pair("email", both, |it| it.email.clone()),
        pair("active", both, |it| yes_or_no(it.active)),
        pair("is_admin", both, |it| yes_or_no(it.is_admin)),
        pair("two_factor", both, |it| yes_or_no(it.two_factor_auth_enabled)),
        pair("user_type", both, |it| it.user_type.clone()),
        pair("seat_reported", both, |it| stated(&it.seat_type).map(str::to_owned)),
    ]
}

/// What a token may do, whatever the order.
pub(super) fn scopes(it: &AccessToken) -> Option<String> {
    let mut scopes = it.scopes.clone()?;
    scopes.sort();
    Some(listed(scopes))
}

fn label(it: &User) -> &str {
    it.email.as_deref().filter(|email| !email.trim().is_empty()).unwrap_or(&it.id.0)
}

fn token_label(it: &AccessToken) -> &str {
    it.label.as_deref().unwrap_or(&it.id.0)
}

/// What people call a group.
pub(super) fn group_name(it: &Group) -> &str {
    it.name.as_deref().unwrap_or(&it.id.0)
}

fn add_former_users(
    rows: &mut former_user::Rows,
    here: &InstanceContext<'_>,
    now: &GroupStandings<'_>,
    before: &PriorState<'_>,
) {
    for (at, user) in before.collected.records.users.iter().enumerate() {
        rows.push(former_user::Row {
            instance: here.name().into(),
            user_id: user.id.0.as_str().into(),
            label: label(user).into(),
            was_active: user.active,
            was_tier: before.standings.tier(at, user).known(),
            present: now.index.by_id(&user.id.0).is_some(),
        });
    }
}

fn add_settings(rows: &mut TableRows, here: &InstanceContext<'_>, before: &PriorState<'_>) {
    let deployment = sign_in::deployment(here.collected, here.instance);
    let then = settings::protections(before.collected, deployment);
    let now = settings::protections(here.collected, deployment);
    for (then, now) in then.into_iter().zip(now) {
        let known = then.value.is_some() && now.value.is_some();
        let changed = known.then(|| then.value != now.value);
        let weaker = changed.map(|it| it && Protection::is_weaker(&then, &now));
        let field = now.name.to_owned();
        let values = [then.value, now.value];
        add_setting(rows, here, Drift { field, values, changed }, weaker);
    }
    for it in answers::drifts(before.collected, here.collected) {
        // It is unknown which value of such a setting protects more.
        let weaker = it.changed.filter(|changed| !changed);
        add_setting(rows, here, it, weaker);
    }
}

fn add_setting(
    rows: &mut TableRows,
    here: &InstanceContext<'_>,
    drift: Drift,
    weaker: Option<bool>,
) {
    let Drift { field, values, changed } = drift;
    if changed == Some(true) {
        let (subject, what) = (("setting", &*field, &*field), "value".to_owned());
        let mut log = Log { rows: &mut rows.changes, here };
        log.push(Difference { subject, change: "changed", what, values: values.clone() });
    }
    let [before, after] = values;
    rows.setting_changes.push(setting_change::Row {
        instance: here.name().into(),
        approved: here.approves(ApprovedKind::Setting, &[&field]),
        setting: field.into(),
        weaker,
        changed,
        before: before.map(Into::into),
        after: after.map(Into::into),
    });
}
