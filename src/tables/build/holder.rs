//! Who holds a role or a grant: exactly what the server says it is, and no other.
//!
//! Accounts, groups and invitations are numbered apart from each other, so a number means nothing
//! without its kind: the invitation 7 is neither the group 7 nor the account with the older number
//! 7.

use std::collections::BTreeMap;

use super::index::{AccountIndex, Referent};
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
    /// A holder of a known kind, whom the list of that kind lacks.
    Missing,
    /// A holder of a kind that is unknown, or that the server does not state; or one of several
    /// accounts.
    Unknown,
}

/// What may hold something besides accounts, by id.
#[derive(Default)]
pub(super) struct OtherHolders<'a> {
    /// Places in the list of groups.
    groups: BTreeMap<&'a str, usize>,
    invites: BTreeMap<&'a str, &'a UserInvite>,
    tokens: BTreeMap<&'a str, &'a AccessToken>,
}

impl<'a> OtherHolders<'a> {
    pub(super) fn of(records: &'a Records) -> Self {
        let mut res = Self::default();
        // Where an id is there twice, the first one counts.
        for (at, it) in records.groups.iter().enumerate().rev() {
            res.groups.insert(&it.id.0, at);
        }
        res.invites = records
            .user_invites
            .iter()
            .rev()
            .map(|user_invite| (&*user_invite.id.0, user_invite))
            .collect();
        res.tokens = records
            .access_tokens
            .iter()
            .rev()
            .map(|access_token| (&*access_token.id.0, access_token))
            .collect();
        res
    }

    /// The place of a group in the list of groups.
    pub(super) fn group(&self, id: &Id) -> Option<usize> {
        self.groups.get(id.0.as_str()).copied()
    }
}

/// Where holders are looked for.
#[derive(Clone, Copy)]
pub(super) struct HolderIndex<'r, 'a> {
    pub(super) index: &'r AccountIndex<'a>,
    pub(super) others: &'r OtherHolders<'a>,
}

impl<'a> HolderIndex<'_, 'a> {
    /// The holder of that kind, a word of Retool's, and id.
    pub(super) fn find(self, kind: Option<&str>, id: &Id) -> Holder<'a> {
        let found = match kind {
            Some("user") => {
                match self
                    .index
                    .by_id(&id.0)
                    .map_or_else(|| self.index.by_older_id(&id.0), Referent::One)
                {
                    Referent::One(place) => Some(Holder::Account(place)),
                    Referent::Several(_) => Some(Holder::Unknown),
                    Referent::Unmatched => None,
                }
            }
            Some("group") => self.others.group(id).map(Holder::Group),
            Some("userInvite") => {
                self.others.invites.get(id.0.as_str()).copied().map(Holder::Invite)
            }
            Some("api_token") => self.others.tokens.get(id.0.as_str()).copied().map(Holder::Token),
            _ => return Holder::Unknown,
        };
        found.unwrap_or(Holder::Missing)
    }
}
