//! The token in use: where it comes from, and as the list of tokens has it, its rights and owner.
//!
//! Whether that is an exception, the rule about it decides, as in a run. What a check has not
//! looked up, it leaves open.

use std::collections::BTreeSet;

use secrecy::SecretString;

use super::{InstanceProbe, ProbeRow};
use crate::collect::list_of;
use crate::menus::menu;
use crate::names::listed;
use crate::power;
use crate::reach::explain;
use crate::retool::Client;
use crate::secret::{self, SecretKind};
use crate::snapshot::State;
use crate::snapshot::ledger::Endpoint;
use crate::snapshot::record::{AccessToken, User};

/// What the row about the rights of the token is called.
const RIGHTS: &str = "rights";

impl InstanceProbe<'_> {
    pub(super) async fn token(&mut self) -> Option<SecretString> {
        let (place, remedy) = secret::place_of(&self.instance.token, "API token");
        let limit = self.context.bounds.token_command;
        match secret::read(&self.instance.token, SecretKind::Token, limit).await {
            Ok(it) => {
                self.fine("token", &format!("found in the {place}"));
                Some(it)
            }
            Err(it) => {
                self.fail("token", &explain(&it), &remedy);
                None
            }
        }
    }

    /// Keeps of the list of tokens those that may be the one in use, and looks for their owners
    /// among the first accounts: all of them take a run.
    pub(super) async fn own_token(&mut self, client: &Client) {
        self.token_end = client.token_end();
        let end = self.token_end.as_deref();
        let tokens = &mut self.records.access_tokens;
        tokens.retain(|token| end.is_some() && token.last4.as_deref() == end);
        if tokens.iter().all(|token| token.owner_legacy_id.is_none()) {
            return;
        }
        let what = list_of(Endpoint::Users, self.instance, self.context);
        let found = client.first::<User>(what, self.context.now).await;
        let (mut users, whole) = found.unwrap_or_default();
        users.retain(|user| {
            self.records.access_tokens.iter().any(|access_token| is_owner(user, access_token))
        });
        let named: Vec<&str> = users.iter().filter_map(|user| user.email.as_deref()).collect();
        let (result, remedy) = if !users.is_empty() {
            (format!("ok, {}", listed(named)), "")
        } else if whole {
            ("in no list of users".to_owned(), "make a token whose owner has an account")
        } else {
            ("not among the first accounts".to_owned(), "none: a run looks at all of them")
        };
        for token in &mut self.records.access_tokens {
            let known = whole || users.iter().any(|user| is_owner(user, token));
            token.owner_legacy_id = token.owner_legacy_id.take().filter(|_| known);
        }
        self.records.users = users;
        let remedy = remedy.to_owned();
        let row = ProbeRow { what: "token owner", state: State::Complete, result, remedy };
        let beside = self.rows.iter().position(|row| row.what == RIGHTS);
        self.rows.insert(beside.map_or(self.rows.len(), |it| it + 1), row);
    }
}

fn is_owner(user: &User, token: &AccessToken) -> bool {
    token.owner_legacy_id.is_some() && user.legacy_id == token.owner_legacy_id
}

/// What the token in use may do, where the list of tokens shows it.
pub(super) fn rights(client: &Client, tokens: &[AccessToken]) -> ProbeRow {
    let ends = |access_token: &&AccessToken| {
        access_token.last4.as_deref().is_some_and(|last4| client.shows_token_ending(last4))
    };
    let own: Vec<&AccessToken> = tokens.iter().filter(ends).collect();
    let scopes = || own.iter().filter_map(|it| it.scopes.as_ref()).flatten();
    let words: BTreeSet<&str> = scopes().map(String::as_str).collect();
    let [powers, _] = power::told(&power::of_scopes(words));
    let (result, remedy) = if own.is_empty() {
        ("the token in use is not in the list of tokens".to_owned(), "check whose token it is")
    } else if !powers.is_empty() {
        (
            format!("the token in use may do more than read: {}", listed(powers)),
            concat!("make a token that may only read under ", menu!(tokens)),
        )
    } else if own.iter().any(|it| it.scopes.is_none()) {
        ("the list does not say what the token in use may do".to_owned(), "")
    } else {
        ("ok, the token in use may only read".to_owned(), "")
    };
    ProbeRow { what: RIGHTS, state: State::Complete, result, remedy: remedy.to_owned() }
}
