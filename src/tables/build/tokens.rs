//! Access without a person: the API tokens, each with the account behind it.

use super::access::{GroupStandings, any};
use super::changes;
use super::index::Referent;
use super::users::{state, stated};
use super::{InstanceContext, match_word};
use crate::approvals::ApprovedKind;
use crate::names::listed;
use crate::power;
use crate::snapshot::ledger::Endpoint;
use crate::snapshot::record::AccessToken;
use crate::tables::dictionary::token;

/// Adds the API tokens of one instance, each with its owner.
pub(super) fn add(
    rows: &mut token::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    for record in &here.collected.records.access_tokens {
        let owner = Owner::of(here, record, standings);
        let scopes = record.scopes.as_ref();
        let past = PriorToken::of(here, record);
        let [powers, power_words] = powers(record);
        rows.push(token::Row {
            instance: here.name().into(),
            token_id: record.id.0.as_str().into(),
            label: stated_label(record).unwrap_or(&record.id.0).into(),
            description: stated(&record.description).map(Into::into),
            lower_label: record.label.as_ref().map(|label| label.trim().to_lowercase().into()),
            approved: here.lists(|it| it.approved_tokens.as_ref(), &record.id.0),
            service_owner: owner.service,
            last4: record.last4.as_deref().map(Into::into),
            owner: owner.name.map(Into::into),
            owner_state: owner.state.into(),
            owner_roster_status: owner.roster_status.map(Into::into),
            scopes: scopes.map(|scope| listed(scope).into()),
            can_write: can_write(record),
            powers,
            power_words,
            created_at: record.created_at,
            updated_at: record.updated_at,
            days_since_created: record.created_at.map(|created_at| here.days_since(created_at)),
            age: here.age(record.created_at),
            known_before: past.known,
            changed_since: past.changed,
            old_scopes: past.scopes.map(Into::into),
            change_approved: here.approves(ApprovedKind::Token, &[&record.id.0]),
        });
    }
}

/// What people call a token, where they call it anything.
fn stated_label(record: &AccessToken) -> Option<&str> {
    record.label.as_deref().filter(|label| !label.trim().is_empty())
}

/// What a token was at the previous snapshot; unknown where there is none, or no list.
#[derive(Default)]
struct PriorToken {
    known: Option<bool>,
    changed: Option<bool>,
    scopes: Option<String>,
}

impl PriorToken {
    fn of(here: &InstanceContext<'_>, record: &AccessToken) -> Self {
        let listed = here.before.filter(|before| changes::has(before, Endpoint::AccessTokens));
        let Some(before) = listed else { return Self::default() };
        let Some(then) = before.tokens.get(record.id.0.as_str()) else {
            return Self { known: Some(false), changed: Some(false), scopes: None };
        };
        let scopes = changes::scopes(then);
        let others = scopes.as_ref().zip(changes::scopes(record)).map(|(then, now)| *then != now);
        let touched = then.updated_at.zip(record.updated_at).map(|(then, now)| then != now);
        Self { known: Some(true), changed: any([others, touched].into_iter()), scopes }
    }
}

/// Whether any scope of a token is not known to read and do nothing else.
pub(super) fn can_write(record: &AccessToken) -> Option<bool> {
    let scopes = record.scopes.as_ref()?;
    Some(scopes.iter().any(|scope| !power::is_reading_scope(scope)))
}

/// Those scopes, each with what it allows; and the scopes alone.
pub(super) fn powers(record: &AccessToken) -> [Option<Vec<String>>; 2] {
    let Some(scopes) = &record.scopes else { return [None, None] };
    power::told(&power::of_scopes(scopes.iter().map(String::as_str))).map(Some)
}

/// The account behind a token.
pub(super) struct Owner<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) state: &'static str,
    /// Whether the roster knows its address.
    pub(super) roster_match: &'static str,
    roster_status: Option<&'static str>,
    /// Whether it is a service account with an owner in the roster.
    service: Option<bool>,
}

impl<'a> Owner<'a> {
    pub(super) fn of(
        here: &InstanceContext<'a>,
        record: &'a AccessToken,
        standings: &GroupStandings<'_>,
    ) -> Self {
        let unknown = |name| Self {
            name,
            state: "unknown",
            roster_match: "unknown",
            roster_status: None,
            service: None,
        };
        let Some(id) =
            record.owner_legacy_id.as_ref().map(|owner_legacy_id| owner_legacy_id.0.as_str())
        else {
            return unknown(None);
        };
        let at = match standings.index.by_older_id(id) {
            Referent::One(at) => at,
            Referent::Several(_) => return unknown(Some(id)),
            Referent::Unmatched => {
                let missing = Self { state: "missing", ..unknown(Some(id)) };
                return Self { roster_status: Some(""), service: Some(false), ..missing };
            }
        };
        let user = &here.collected.records.users[at];
        let email = user.email.as_deref();
        let matched = here.match_of(email);
        Self {
            service: matched.as_ref().and_then(|it| here.answered_for(it)),
            name: Some(email.unwrap_or(&user.id.0)),
            state: state(user),
            roster_match: match_word(matched.as_ref()),
            roster_status: here.status_of(matched.as_ref()),
        }
    }
}
