//! The accounts of an instance by everything that names them: id, older id, address.

use std::cell::OnceCell;

use crate::address;
use crate::snapshot::record::User;

/// Where in the list of users an account stands.
pub(super) struct Index<'a> {
    users: &'a [User],
    ids: Vec<(&'a str, usize)>,
    /// Made when the first invitation or token asks.
    older_ids: OnceCell<Vec<(&'a str, usize)>>,
    /// The same; addresses in their normal form.
    addresses: OnceCell<Vec<(String, usize)>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(users: &'a [User]) -> Self {
        let ids = sorted(users, |it| Some(it.id.0.as_str()));
        Self { users, ids, older_ids: OnceCell::new(), addresses: OnceCell::new() }
    }

    /// How many accounts there are.
    pub(super) fn len(&self) -> usize {
        self.users.len()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        first(&self.ids, id)
    }

    pub(super) fn by_older_id(&self, id: &str) -> Option<usize> {
        let older = |it: &'a User| it.legacy_id.as_ref().map(|it| it.0.as_str());
        first(self.older_ids.get_or_init(|| sorted(self.users, older)), id)
    }

    /// The account that `word` names: by id, or else by older id or address, the first in the list.
    pub(super) fn named(&self, word: &str) -> Option<usize> {
        let by_address = || first(self.addresses(), &address::normal(word));
        let others = || self.by_older_id(word).into_iter().chain(by_address()).min();
        self.by_id(word).or_else(others)
    }

    /// The accounts whose address is `login`, which is in its normal form.
    pub(super) fn under(&self, login: &str) -> impl Iterator<Item = usize> {
        let addresses = self.addresses();
        let at = addresses.partition_point(|(it, _)| it.as_str() < login);
        addresses[at..].iter().take_while(move |(it, _)| it == login).map(|(_, place)| *place)
    }

    fn addresses(&self) -> &[(String, usize)] {
        let address = |it: &'a User| it.email.as_ref().map(|it| address::normal(it).into_owned());
        self.addresses.get_or_init(|| sorted(self.users, address))
    }
}

fn sorted<'a, T: Ord>(users: &'a [User], key: impl Fn(&'a User) -> Option<T>) -> Vec<(T, usize)> {
    let keyed = users.iter().enumerate().filter_map(|(at, it)| Some((key(it)?, at)));
    let mut res: Vec<(T, usize)> = keyed.collect();
    res.sort_unstable();
    res
}

/// The first place of `word`.
fn first<T: AsRef<str>>(sorted: &[(T, usize)], word: &str) -> Option<usize> {
    let at = sorted.partition_point(|(it, _)| it.as_ref() < word);
    sorted.get(at).filter(|(it, _)| it.as_ref() == word).map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_the_first_account_that_has_them() {
        let users: Vec<User> = serde_json::from_str(
            r#"[
                {"id": "u1", "legacy_id": 7, "email": "Ann@acme.test"},
                {"id": "u2", "legacy_id": 8, "email": "ann@ACME.test"},
                {"id": "7", "legacy_id": 8}
            ]"#,
        )
        .unwrap();
        let index = Index::of(&users);
        let named = ["u2", "7", "8", "ANN@acme.test", "bob@acme.test"].map(|it| index.named(it));
        assert_eq!(named, [Some(1), Some(2), Some(1), Some(0), None]);
        assert_eq!(["7", "9"].map(|it| index.by_older_id(it)), [Some(0), None]);
    }
}
