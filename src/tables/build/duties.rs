//! Who is in which groups across instances, for rules about two hands in one person.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{Standing, Standings};
use crate::roster::{Match, Person, Roster};
use crate::snapshot::Collected;

/// The groups of every person with an account.
pub(super) struct Duties {
    by_person: BTreeMap<u64, Held>,
    /// Whether every instance says who is in it.
    whole: bool,
}

#[derive(Clone, Default)]
struct Held {
    groups: BTreeSet<String>,
    /// An account of the person whose groups nobody knows.
    unknown: bool,
}

impl Duties {
    /// From the instances, each with the standings of its accounts; none where it failed.
    pub(super) fn of(
        instances: &[(&Collected, Option<Standings<'_>>)],
        roster: Option<&Roster>,
    ) -> Self {
        let whole = instances.iter().all(|(_, it)| it.is_some());
        let mut res = Self { by_person: BTreeMap::new(), whole };
        let Some(roster) = roster else { return res };
        for (it, standings) in instances {
            let Some(standings) = standings else { continue };
            for (place, user) in it.records.users.iter().enumerate() {
                let matched = user.email.as_deref().map(|it| roster.match_of(it));
                let Some(Match::One(person)) = matched else { continue };
                let held = res.by_person.entry(person.line).or_default();
                held.unknown |= !standings.complete();
                held.groups.extend(standings.names(place).map(str::to_lowercase));
            }
        }
        res
    }

    /// The known groups in lower case, and whether these are all.
    pub(super) fn held(
        &self,
        person: Option<&Person>,
        roster_match: &str,
        standing: &Standing,
    ) -> (String, bool) {
        let all = person.and_then(|it| self.by_person.get(&it.line));
        if let Some(it) = all {
            return (list(it.groups.iter().cloned()), self.whole && !it.unknown);
        }
        let own = standing.groups.iter().flatten().map(|it| it.to_lowercase());
        let alone = roster_match == "unmatched" && standing.groups.is_some();
        (list(own), alone)
    }
}

fn list(groups: impl Iterator<Item = String>) -> String {
    groups.collect::<Vec<_>>().join("; ")
}
