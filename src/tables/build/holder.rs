//! Who holds a role or a grant: exactly what the server says it is, and nobody else.
//!
//! Accounts, groups and invitations are numbered apart from each other, so a number means nothing
//! without its kind: the invitation 7 is neither the group 7 nor the account whose older number is 7.

use super::access::Known;
use super::index::Index;
use crate::snapshot::Records;
use crate::snapshot::record::{AccessToken, Id, UserInvite};

/// Who holds something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holder<'a> {
    /// An account, by its place in the list of users.
    Account(usize),
    /// A group, by its place in the list of groups.
    Group(usize),
    Invite(&'a UserInvite),
    Token(&'a AccessToken),
    /// Somebody of a kind that is known, whom the list of that kind lacks.
    Missing,
    /// Somebody of a kind that nobody knows, or that the server does not state.
    Unknown,
}

/// Where holders are looked for.
#[derive(Clone, Copy)]
pub(super) struct Register<'r, 'i, 'a> {
    pub(super) records: &'r Records,
    pub(super) index: &'i Index<'a>,
    pub(super) groups: &'i [Known<'a>],
}

impl<'r> Register<'r, '_, '_> {
    /// The holder of that kind, a word of Retool's, and id.
    pub(super) fn find(self, kind: Option<&str>, id: &Id) -> Holder<'r> {
        let found = match kind {
            Some("user") => {
                let place = self.index.by_id(&id.0).or_else(|| self.index.by_older_id(&id.0));
                place.map(Holder::Account)
            }
            Some("group") => {
                self.groups.iter().position(|it| it.record.id == *id).map(Holder::Group)
            }
            Some("userInvite") => {
                self.records.user_invites.iter().find(|it| it.id == *id).map(Holder::Invite)
            }
            Some("api_token") => {
                self.records.access_tokens.iter().find(|it| it.id == *id).map(Holder::Token)
            }
            _ => return Holder::Unknown,
        };
        found.unwrap_or(Holder::Missing)
    }
}
