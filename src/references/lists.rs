//! What the instances have, as far as their lists were read, in one spelling.

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::config::problem::did_you_mean;
use crate::names::{fold, host_of};
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::{AccessToken, Group, User, UserInvite};
use crate::snapshot::{Collected, Snapshot};

/// What came of looking a name up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lookup {
    Yes,
    /// Something does, by another name or to another end than its writer may think.
    Noted(String),
    /// Nothing goes by it; with a name that may have been meant.
    No(String),
    /// It is unknown whether it is there; with the reason.
    Untold(String),
}

/// A list of names; none where it was not read.
type NameList = Option<BTreeSet<String>>;

/// Names that are compared with misspelt ones, all together: each costs, and there may be as many
/// of the ones as of the others. Who misspells more gets no suggestions for the rest.
const COMPARED: usize = 2_000_000;

/// What every instance has.
#[derive(Clone, Debug, Default)]
pub struct KnownLists {
    instances: Vec<InstanceLists>,
    compared: Cell<usize>,
}

/// What one instance has.
#[derive(Clone, Debug, Default)]
pub struct InstanceLists {
    /// Its name.
    pub name: String,
    groups: NameList,
    accounts: NameList,
    tokens: NameList,
    invites: NameList,
    hosts: NameList,
}

/// The lists that names are looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListKind {
    Groups,
    Accounts,
    Tokens,
    Invites,
    Hosts,
}

impl ListKind {
    /// What the list is of, in words that follow "the list of".
    fn word(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::Accounts => "users",
            Self::Tokens => "API tokens",
            Self::Invites => "invitations",
            Self::Hosts => "Spaces",
        }
    }
}

impl InstanceLists {
    /// An instance of which no list was read.
    pub fn unread(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// With the groups that it has.
    #[must_use]
    pub fn with_groups(mut self, groups: &[Group]) -> Self {
        let names = |group: &Group| [Some(fold(&group.id.0)), group.name.as_deref().map(fold)];
        self.groups = Some(groups.iter().flat_map(names).flatten().collect());
        self
    }

    /// With the tokens that it has.
    #[must_use]
    pub fn with_tokens(mut self, tokens: &[AccessToken]) -> Self {
        let names = |access_token: &AccessToken| {
            [Some(fold(&access_token.id.0)), access_token.label.as_deref().map(fold)]
        };
        self.tokens = Some(tokens.iter().flat_map(names).flatten().collect());
        self
    }

    fn of(collected: &Collected) -> Self {
        let read = |it| collected.row(it).is_some_and(|it| it.outcome == ReadOutcome::Ok);
        let records = &collected.records;
        let mut res = Self::unread(&collected.name);
        if read(Endpoint::Groups) {
            res = res.with_groups(&records.groups);
        }
        if read(Endpoint::AccessTokens) {
            res = res.with_tokens(&records.access_tokens);
        }
        let accounts = || records.users.iter().flat_map(account).collect();
        res.accounts = read(Endpoint::Users).then(accounts);
        let invites = || records.user_invites.iter().flat_map(invite).collect();
        res.invites = read(Endpoint::UserInvites).then(invites);
        res.hosts = read(Endpoint::Spaces).then(|| hosts(collected));
        res
    }

    fn names(&self, kind: ListKind) -> Option<&BTreeSet<String>> {
        match kind {
            ListKind::Groups => self.groups.as_ref(),
            ListKind::Accounts => self.accounts.as_ref(),
            ListKind::Tokens => self.tokens.as_ref(),
            ListKind::Invites => self.invites.as_ref(),
            ListKind::Hosts => self.hosts.as_ref(),
        }
    }

    fn unread_reason(&self, kind: ListKind) -> String {
        format!("the list of {} of {} was not read", kind.word(), self.name)
    }
}

impl KnownLists {
    /// What a snapshot has.
    pub fn of(snapshot: &Snapshot) -> Self {
        Self::of_instances(snapshot.instances.iter().map(InstanceLists::of).collect())
    }

    /// What these instances have.
    pub fn of_instances(instances: Vec<InstanceLists>) -> Self {
        Self { instances, compared: Cell::new(0) }
    }

    /// The name of the instance that `word` means.
    pub(super) fn instance(&self, word: &str) -> Lookup {
        let known = || self.instances.iter().map(|instance| instance.name.as_str());
        if known().any(|it| fold(it) == fold(word)) {
            return Lookup::Yes;
        }
        Lookup::No(did_you_mean(word, known()).unwrap_or_default())
    }

    /// Whether one instance has `word` in one of its lists.
    pub(super) fn on(&self, instance: &str, kinds: &[ListKind], word: &str) -> Lookup {
        let instance = fold(instance);
        let place = self.instances.iter().filter(|it| fold(&it.name) == instance);
        self.look(&place.collect::<Vec<_>>(), kinds, word)
    }

    /// Whether any instance has it.
    pub(super) fn anywhere(&self, kinds: &[ListKind], word: &str) -> Lookup {
        self.look(&self.instances.iter().collect::<Vec<_>>(), kinds, word)
    }

    fn look(&self, places: &[&InstanceLists], kinds: &[ListKind], word: &str) -> Lookup {
        let word = fold(word);
        let lists =
            || places.iter().flat_map(|place| kinds.iter().map(move |kind| (*place, *kind)));
        let names = || lists().filter_map(|(it, kind)| it.names(kind));
        if names().any(|it| it.contains(&word)) {
            return Lookup::Yes;
        }
        if let Some((it, kind)) = lists().find(|(it, kind)| it.names(*kind).is_none()) {
            return Lookup::Untold(it.unread_reason(kind));
        }
        let compared = self.compared.get() + names().map(BTreeSet::len).sum::<usize>();
        if compared > COMPARED {
            return Lookup::No(String::new());
        }
        self.compared.set(compared);
        Lookup::No(did_you_mean(&word, names().flatten().map(String::as_str)).unwrap_or_default())
    }
}

fn account(it: &User) -> impl Iterator<Item = String> {
    let older = it.legacy_id.as_ref().map(|legacy_id| legacy_id.0.as_str());
    let names = [Some(it.id.0.as_str()), older, it.email.as_deref()];
    names.into_iter().flatten().map(fold).collect::<Vec<_>>().into_iter()
}

fn invite(it: &UserInvite) -> impl Iterator<Item = String> {
    let names = [Some(it.id.0.as_str()), it.invited_email.as_deref()];
    names.into_iter().flatten().map(fold).collect::<Vec<_>>().into_iter()
}

/// The hosts and ids of organizations that an instance speaks of.
fn hosts(collected: &Collected) -> BTreeSet<String> {
    let records = &collected.records;
    let mut res = BTreeSet::from([host_of(&collected.url)]);
    let own = records.organization.iter().filter_map(|it| it.id.as_ref());
    res.extend(own.map(|it| fold(&it.0)));
    for it in &records.spaces {
        res.insert(fold(&it.id.0));
        res.extend(it.domain.as_deref().map(host_of));
    }
    for it in &records.usage_user_summary {
        res.extend(it.org_id.as_ref().map(|org_id| fold(&org_id.0)));
        res.extend(it.host.as_deref().map(host_of));
    }
    res
}

#[cfg(test)]
mod tests {
    use super::{COMPARED, InstanceLists, KnownLists, ListKind, Lookup};
    use crate::snapshot::record::{AccessToken, Id};

    #[test]
    fn so_many_names_are_compared_with_misspelt_ones_and_no_more() {
        let token =
            |it: usize| AccessToken { id: Id(format!("token-{it}")), ..AccessToken::default() };
        let tokens: Vec<AccessToken> = (0..10).map(token).collect();
        let lists =
            KnownLists::of_instances(vec![InstanceLists::unread("one").with_tokens(&tokens)]);
        lists.compared.set(COMPARED - 2 * tokens.len());
        let on = |word| lists.on("one", &[ListKind::Tokens], word);
        let near = Lookup::No("did you mean `token-1`?".to_owned());
        assert_eq!([on("tokn-1"), on("tokn-1")], [near.clone(), near]);
        // It is as missing as before.
        assert_eq!(on("tokn-1"), Lookup::No(String::new()));
        assert_eq!(on("token-1"), Lookup::Yes);
    }
}
