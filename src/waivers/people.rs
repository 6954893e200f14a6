//! Who is whom: people by any of their addresses, and subjects by the address behind them.

use std::collections::{BTreeMap, BTreeSet};

use crate::roster::{Match, Roster};
use crate::rules::Subject;
use crate::tables::{Table, Tables};

/// Whether two addresses can belong to one person, also where the roster gives one to several.
pub(super) fn same(roster: Option<&Roster>, one: &str, other: &str) -> bool {
    let fold = |it: &str| it.trim().to_lowercase();
    let lines = |it: &str| -> BTreeSet<u64> {
        match roster.map(|roster| roster.match_of(it)) {
            Some(Match::One(it)) => [it.line].into(),
            Some(Match::Many(all)) => all.iter().map(|it| it.line).collect(),
            Some(Match::None) | None => BTreeSet::new(),
        }
    };
    fold(one) == fold(other) || !lines(one).is_disjoint(&lines(other))
}

/// Whether the roster knows an address, so that its other addresses are known too.
pub(super) fn known(roster: Option<&Roster>, address: &str) -> bool {
    roster.is_some_and(|it| it.match_of(address) != Match::None)
}

/// The subjects that waivers speak of, as far as the instances have them.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    /// By kind, instance and id: the address behind it, empty where there is none.
    there: BTreeMap<Key, String>,
}

/// Kind, instance and id.
pub(super) type Key = (&'static str, String, String);

impl Subjects {
    /// Looks `wanted` up in the tables.
    pub(super) fn of(tables: &Tables, wanted: &BTreeSet<Key>) -> Self {
        let mut there = BTreeMap::new();
        for (kind, table, id, address) in PLACES {
            if !wanted.iter().any(|it| it.0 == kind.word()) {
                continue;
            }
            tables.each_text(*table, ["instance", id, address], |[instance, id, address]| {
                let key = (kind.word(), instance.to_owned(), id.to_owned());
                if wanted.contains(&key) {
                    there.insert(key, address.to_owned());
                }
            });
        }
        Self { there }
    }

    /// The address behind a subject, where there is one.
    pub(super) fn address(&self, key: &Key) -> Option<&str> {
        self.there.get(key).map(String::as_str).filter(|it| it.contains('@'))
    }

    /// Whether the instance is known to have no such subject any more.
    pub(super) fn gone(&self, tables: &Tables, key: &Key) -> bool {
        let place = PLACES.iter().find(|it| it.0.word() == key.0);
        place.is_some_and(|it| tables.gap(&key.1, &[it.1]).is_none())
            && !self.there.contains_key(key)
    }
}

/// Where subjects are found: their table, the column of their ids, that of the people behind them.
const PLACES: &[(Subject, Table, &str, &str)] = &[
    (Subject::User, Table::Users, "user_id", "email"),
    (Subject::Group, Table::Groups, "group_id", "name"),
    (Subject::Invite, Table::Invites, "invite_id", "invited_email"),
    (Subject::Token, Table::Tokens, "token_id", "owner"),
];
