//! Access that nobody signed in for yet, and access without a person: invitations and API tokens.

use super::Here;
use super::users::stated;
use crate::snapshot::record::{AccessToken, InviteGroup, Stated, User, UserInvite};
use crate::tables::dictionary::{invite, token};

/// Adds the invitations of one instance.
pub(super) fn add_invites(rows: &mut invite::Rows, here: &Here<'_>) {
    for record in &here.collected.records.user_invites {
        let groups = record.groups.as_ref().map(|it| {
            let named = |it: &InviteGroup| {
                it.name.clone().or_else(|| it.id.clone().map(|it| it.0)).unwrap_or_default()
            };
            it.iter().map(named).collect::<Vec<_>>().join("; ")
        });
        rows.push(invite::Row {
            instance: here.name().into(),
            invite_id: record.id.0.as_str().into(),
            invited_email: record.invited_email.as_deref().map(Into::into),
            invited_by: record.invited_by.as_deref().map(Into::into),
            created_at: record.created_at,
            expires_at: record.expires_at,
            status: status(here, record).into(),
            user_type: stated(&record.user_type).map(Into::into),
            groups: groups.map(Into::into),
        });
    }
}

fn status(here: &Here<'_>, record: &UserInvite) -> &'static str {
    match (&record.claimed_at, record.expires_at) {
        (Stated::Is(_), _) => "claimed",
        (Stated::Unstated, _) | (Stated::Null, None) => "unknown",
        (Stated::Null, Some(at)) if at <= here.now => "expired",
        (Stated::Null, Some(_)) => "pending",
    }
}

/// Adds the API tokens of one instance, each with its owner.
pub(super) fn add_tokens(rows: &mut token::Rows, here: &Here<'_>) {
    let mut owners: Vec<(&str, &User)> = Vec::new();
    for user in &here.collected.records.users {
        owners.extend(user.legacy_id.as_ref().map(|it| (it.0.as_str(), user)));
    }
    owners.sort_unstable_by_key(|(id, _)| *id);
    for record in &here.collected.records.access_tokens {
        let owner = Owner::of(here, record, &owners);
        let scopes = record.scopes.as_ref();
        let writes = |it: &String| !it.ends_with(":read");
        rows.push(token::Row {
            instance: here.name().into(),
            token_id: record.id.0.as_str().into(),
            label: record.label.as_deref().unwrap_or(&record.id.0).into(),
            description: stated(&record.description).map(Into::into),
            last4: record.last4.as_deref().map(Into::into),
            owner: owner.name.map(Into::into),
            owner_state: owner.state.into(),
            owner_roster_status: owner.roster_status.map(Into::into),
            scopes: scopes.map(|it| it.join("; ").into()),
            can_write: scopes.map(|it| it.iter().any(writes)),
            created_at: record.created_at,
            updated_at: record.updated_at,
            days_since_created: record.created_at.map(|it| here.days_since(it)),
        });
    }
}

/// The account behind a token.
struct Owner<'a> {
    name: Option<&'a str>,
    state: &'static str,
    roster_status: Option<&'static str>,
}

impl<'a> Owner<'a> {
    fn of(here: &Here<'a>, record: &'a AccessToken, owners: &[(&str, &'a User)]) -> Self {
        let Some(id) = record.owner_legacy_id.as_ref().map(|it| it.0.as_str()) else {
            return Self { name: None, state: "unknown", roster_status: None };
        };
        let Ok(at) = owners.binary_search_by_key(&id, |(id, _)| id) else {
            return Self { name: Some(id), state: "missing", roster_status: Some("") };
        };
        let user = owners[at].1;
        let email = user.email.as_deref();
        Self {
            name: Some(email.unwrap_or(&user.id.0)),
            state: match user.active {
                Some(true) => "active",
                Some(false) => "disabled",
                None => "unknown",
            },
            roster_status: here.status_of(here.match_of(email).as_ref()),
        }
    }
}
