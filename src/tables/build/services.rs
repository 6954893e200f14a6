//! Service accounts: accounts that no person uses, and the owners of each.

use super::{InstanceContext, people};
use crate::address;
use crate::roster::{Match, Person, Status};

impl<'a> InstanceContext<'a> {
    /// Whether a match is a service account with an owner in the roster who has not left; unknown
    /// where several could be meant, or where the owner's status is.
    pub(super) fn answered_for(&self, it: &Match<'_>) -> Option<bool> {
        match it {
            Match::None => Some(false),
            Match::One(person) if !person.is_service() => Some(false),
            Match::One(person) => self.somebody_answers(person),
            Match::Many(_) => None,
        }
    }

    fn somebody_answers(&self, service: &Person) -> Option<bool> {
        let all: Vec<_> = service.owners().into_iter().map(|it| self.stands(it)).collect();
        if all.contains(&Some(true)) {
            return Some(true);
        }
        all.into_iter().try_fold(false, |res, it| Some(res || it?))
    }

    /// Whether the address is that of a person who has not left.
    fn stands(&self, address: &str) -> Option<bool> {
        match self.match_of(Some(address))? {
            Match::None => Some(false),
            Match::One(owner) if owner.is_service() => Some(false),
            Match::One(owner) => match owner.status_on(self.day) {
                Status::Terminated => Some(false),
                Status::Unknown | Status::ByDate => None,
                Status::Active | Status::Leave | Status::Future => Some(true),
            },
            Match::Many(_) => None,
        }
    }

    /// The owners of a service account and their status, in words; empty for people.
    pub(super) fn answers(&self, person: Option<&Person>) -> String {
        let Some(service) = person.filter(|it| it.is_service()) else { return String::new() };
        let words = |it: &str| {
            let how = match self.match_of(Some(it)) {
                None | Some(Match::None) => "not in the roster",
                Some(Match::One(owner)) if owner.is_service() => "a service account itself",
                Some(Match::One(owner)) => people::status(owner, self.day).unwrap_or("unknown"),
                Some(Match::Many(_)) => "several people",
            };
            format!("{it} ({how})")
        };
        let all: Vec<String> = service.owners().into_iter().map(words).collect();
        if all.is_empty() { "none named".to_owned() } else { all.join("; ") }
    }

    /// Whose an account likely is whose address is not in the roster, and why; empty where no
    /// person is alike.
    pub(super) fn likely_person(&self, address: Option<&'a str>) -> String {
        let found = address.and_then(|it| self.roster?.likely(it));
        let words = |it: &Person| {
            let name = it.name.as_deref().unwrap_or("a person without a name");
            let base = it.emails.first().map_or("", |it| &**it);
            let tag = address.map(address::normal).and_then(|it| address::without_tag(&it));
            let why = if tag.is_some_and(|tag| it.emails.iter().any(|email| **email == *tag)) {
                "the address is theirs with something after a plus sign"
            } else {
                "the address looks like theirs and has letters of another kind in it"
            };
            format!("{name}, {base} ({why})")
        };
        found.map(words).unwrap_or_default()
    }
}
