//! Access that is not in use yet: the invitations, each with its inviter.

use chrono::{DateTime, Utc};

use super::access::{GroupStandings, any};
use super::bounds::ValueBounds;
use super::index::Referent;
use super::users::{state, stated};
use super::{InstanceContext, match_word};
use crate::names::listed;
use crate::snapshot::record::{FieldState, InviteGroup, UserInvite};
use crate::tables::dictionary::invite;

/// Adds the invitations of one instance.
pub(super) fn add(
    rows: &mut invite::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    for record in &here.collected.records.user_invites {
        let groups = record.groups.as_ref();
        let names = groups.map(|group| listed(group.iter().map(named)));
        let invited = here.match_of(record.invited_email.as_deref());
        let sender = Inviter::of(here, record, standings);
        rows.push(invite::Row {
            instance: here.name().into(),
            invite_id: record.id.0.as_str().into(),
            invited_email: record.invited_email.as_deref().map(Into::into),
            invited_by: record.invited_by.as_deref().map(Into::into),
            created_at: record.created_at,
            expires_at: record.expires_at,
            status: status(record, here.now).into(),
            user_type: stated(&record.user_type).map(Into::into),
            groups: names.map(Into::into),
            label: record.invited_email.as_deref().unwrap_or(&record.id.0).into(),
            claimed: claimed(record),
            expired: record.expires_at.map(|expires_at| expires_at < here.now),
            days_since_created: record.created_at.map(|created_at| here.days_since(created_at)),
            privileged: privileged(record, standings),
            roles: standings.grants.roles_of_invite(&record.id.0).into(),
            age: here.age(record.created_at),
            own_domain: record
                .invited_email
                .as_deref()
                .and_then(|invited_email| here.own_domain(invited_email)),
            roster_match: match_word(invited.as_ref()).into(),
            roster_status: here.status_of(invited.as_ref()).map(Into::into),
            inviter: sender.name.map(Into::into),
            inviter_state: sender.state.into(),
            inviter_tier: sender.tier.and_then(ValueBounds::known),
            inviter_tier_at_least: sender.tier.and_then(ValueBounds::at_least),
            inviter_tier_at_most: sender.tier.and_then(ValueBounds::at_most),
            inviter_match: sender.roster_match.into(),
        });
    }
}

/// What people call a group of an invitation.
pub(super) fn named(it: &InviteGroup) -> String {
    it.name.clone().or_else(|| it.id.clone().map(|id| id.0)).unwrap_or_default()
}

/// What became of an invitation by `now`.
pub(super) fn status(record: &UserInvite, now: DateTime<Utc>) -> &'static str {
    match (&record.claimed_at, record.expires_at) {
        (FieldState::Is(_), _) => "claimed",
        (FieldState::Unstated, _) | (FieldState::Null, None) => "unknown",
        (FieldState::Null, Some(at)) if at <= now => "expired",
        (FieldState::Null, Some(_)) => "pending",
    }
}

fn claimed(record: &UserInvite) -> Option<bool> {
    match record.claimed_at {
        FieldState::Unstated => None,
        FieldState::Null => Some(false),
        FieldState::Is(_) => Some(true),
    }
}

/// Whether any group is of tier 0 or 1, or any role is powerful; a group that the instance lacks
/// could be.
fn privileged(record: &UserInvite, standings: &GroupStandings<'_>) -> Option<bool> {
    let of = |it: &InviteGroup| {
        let id = it.id.as_ref().map(|id| id.0.as_str());
        standings.is_privileged_group(id, it.name.as_deref())
    };
    let unlisted = record.groups.is_none().then_some(None);
    let groups = record.groups.iter().flatten().map(of);
    let roles = standings.grants.is_powerful_invite(&record.id.0);
    any(groups.chain(unlisted).chain([roles]).collect::<Vec<_>>().into_iter())
}

/// The account that invited.
struct Inviter<'a> {
    name: Option<&'a str>,
    state: &'static str,
    tier: Option<ValueBounds<i64>>,
    roster_match: &'static str,
}

impl<'a> Inviter<'a> {
    fn of(
        here: &InstanceContext<'a>,
        record: &'a UserInvite,
        standings: &GroupStandings<'_>,
    ) -> Self {
        let Some(word) = record.invited_by.as_deref() else {
            return Self { name: None, state: "unknown", tier: None, roster_match: "unknown" };
        };
        let users = &here.collected.records.users;
        let by_address = |state| {
            let matched = word.contains('@').then(|| here.match_of(Some(word))).flatten();
            let roster_match = match_word(matched.as_ref());
            Self { name: Some(word), state, tier: None, roster_match }
        };
        let at = match standings.index.named(word) {
            Referent::One(at) => at,
            Referent::Unmatched => return by_address("missing"),
            Referent::Several(_) => return by_address("unknown"),
        };
        let user = &users[at];
        Self {
            name: Some(user.email.as_deref().unwrap_or(&user.id.0)),
            state: state(user),
            tier: Some(standings.tier(at, user)),
            roster_match: match_word(here.match_of(user.email.as_deref()).as_ref()),
        }
    }
}
