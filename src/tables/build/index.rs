//! The accounts of an instance by everything that names them: id, older id, address.

use std::cell::OnceCell;

use crate::address;
use crate::lookup::Lookup;
use crate::snapshot::record::User;

/// Whom something names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Referent {
    /// No account.
    Unmatched,
    /// The account at this place in the list of users.
    One(usize),
    /// The accounts at these places: which of them is meant is unknown.
    Several(Vec<usize>),
}

impl Referent {
    fn of(mut places: Vec<usize>) -> Self {
        places.sort_unstable();
        places.dedup();
        match places.as_slice() {
            [] => Self::Unmatched,
            [one] => Self::One(*one),
            _ => Self::Several(places),
        }
    }
}

/// Where in the list of users an account stands.
pub(super) struct AccountIndex<'a> {
    users: &'a [User],
    /// By hash: every membership asks, and there are millions.
    ids: Lookup<&'a str, usize>,
    /// Made when the first invitation or token asks.
    older_ids: OnceCell<Vec<(&'a str, usize)>>,
    /// The same; addresses in their normal form.
    addresses: OnceCell<Vec<(String, usize)>>,
}

impl<'a> AccountIndex<'a> {
    pub(super) fn of(users: &'a [User]) -> Self {
        let mut ids = Lookup::with_room(users.len());
        for (at, user) in users.iter().enumerate() {
            ids.or_insert(user.id.0.as_str(), at);
        }
        Self { users, ids, older_ids: OnceCell::new(), addresses: OnceCell::new() }
    }

    /// How many accounts there are.
    pub(super) fn len(&self) -> usize {
        self.users.len()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    pub(super) fn by_older_id(&self, id: &str) -> Referent {
        Referent::of(all(self.older_ids(), id).collect())
    }

    /// Whom `word` names: by id, or else by older id or address.
    pub(super) fn named(&self, word: &str) -> Referent {
        if let Some(at) = self.by_id(word) {
            return Referent::One(at);
        }
        let login = address::normal(word);
        Referent::of(all(self.older_ids(), word).chain(self.under(&login)).collect())
    }

    /// The accounts whose address is `login`, which is in its normal form.
    pub(super) fn under(&self, login: &str) -> impl Iterator<Item = usize> {
        all(self.addresses(), login)
    }

    fn older_ids(&self) -> &[(&'a str, usize)] {
        let older = |user: &'a User| user.legacy_id.as_ref().map(|legacy_id| legacy_id.0.as_str());
        self.older_ids.get_or_init(|| sorted(self.users, older))
    }

    fn addresses(&self) -> &[(String, usize)] {
        let address =
            |user: &'a User| user.email.as_ref().map(|email| address::normal(email).into_owned());
        self.addresses.get_or_init(|| sorted(self.users, address))
    }
}

fn sorted<'a, T: Ord>(users: &'a [User], key: impl Fn(&'a User) -> Option<T>) -> Vec<(T, usize)> {
    let keyed = users.iter().enumerate().filter_map(|(at, it)| Some((key(it)?, at)));
    let mut res: Vec<(T, usize)> = keyed.collect();
    res.sort_unstable();
    res
}

/// Every place of `word`.
fn all<T: AsRef<str>>(sorted: &[(T, usize)], word: &str) -> impl Iterator<Item = usize> {
    let at = sorted.partition_point(|(it, _)| it.as_ref() < word);
    sorted[at..].iter().take_while(move |(it, _)| it.as_ref() == word).map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_every_account_that_has_them() {
        let users: Vec<User> = serde_json::from_str(
            r#"[
                {"id": "u1", "legacy_id": 7, "email": "Ann@acme.test"},
                {"id": "u2", "legacy_id": 8, "email": "ann@ACME.test"},
                {"id": "7", "legacy_id": 8}
            ]"#,
        )
        .unwrap();
        let index = AccountIndex::of(&users);
        let named = ["u2", "7", "8", "ANN@acme.test", "bob@acme.test"].map(|it| index.named(it));
        let (unmatched, one) = (Referent::Unmatched, Referent::One);
        let several = Referent::Several;
        let both = [several(vec![1, 2]), several(vec![0, 1])];
        let [older, address] = both.clone();
        assert_eq!(named, [one(1), one(2), older, address, unmatched.clone()]);
        let [older, _] = both;
        let by_older_id = ["7", "8", "9"].map(|it| index.by_older_id(it));
        assert_eq!(by_older_id, [one(0), older, unmatched]);
    }
}
