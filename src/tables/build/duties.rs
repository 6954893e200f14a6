//! Who is in which groups across instances, for rules about two hands in one person.

use std::collections::BTreeSet;

use super::access::{GroupStandings, KnownGroup};
use crate::names::fold;
use crate::roster::{Match, Person};
use crate::snapshot::Collected;

/// The groups of every person with an account.
///
/// Flat and sorted: a map of sets would be the largest thing in memory.
pub(super) struct Duties {
    /// The names of all groups in lower case, in order.
    names: Vec<String>,
    /// A person's number in the roster, and the place of a group's name.
    held: Vec<(u64, u32)>,
    /// The same for groups that do not state their members, on the instances of the person's
    /// accounts.
    perhaps: Vec<(u64, u32)>,
    /// The numbers of people who may be in a group without a known name.
    nameless: BTreeSet<u64>,
    /// Whether every instance says who is in it.
    whole: bool,
}

impl Duties {
    /// From the instances, each with the standings of its accounts; none where it failed; and whom
    /// the roster knows behind them.
    pub(super) fn of(
        instances: &[(&Collected, Option<GroupStandings<'_>>)],
        owners: &[Vec<Option<Match<'_>>>],
    ) -> Self {
        let whole = instances.iter().all(|(_, it)| it.is_some());
        let all = instances.iter().filter_map(|(_, it)| it.as_ref());
        let names = all.flat_map(|it| it.groups.iter().map(|group| fold(group.name)));
        let names: Vec<String> = names.collect::<BTreeSet<_>>().into_iter().collect();
        let mut res =
            Self { names, held: Vec::new(), perhaps: Vec::new(), nameless: BTreeSet::new(), whole };
        for ((_, standings), owners) in instances.iter().zip(owners) {
            let Some(standings) = standings else { continue };
            for (place, owner) in owners.iter().enumerate() {
                if let Some(Match::One(person)) = owner {
                    res.add(person.number, place, standings);
                }
            }
        }
        for list in [&mut res.held, &mut res.perhaps] {
            list.sort_unstable();
            list.dedup();
        }
        res
    }

    /// Adds the groups of the account at `place` to those of its person.
    fn add(&mut self, number: u64, place: usize, standings: &GroupStandings<'_>) {
        let AccountGroups { held, hidden, nameless } = AccountGroups::of(place, standings);
        for (list, names) in [(&mut self.held, held), (&mut self.perhaps, hidden)] {
            list.extend(names.iter().map(|name| {
                let at = self.names.binary_search(name).expect("a known name");
                (number, u32::try_from(at).expect("a count"))
            }));
        }
        if nameless {
            self.nameless.insert(number);
        }
    }

    /// The groups of whoever stands behind the account at `place`, whom the roster knows as
    /// `roster_match` says.
    pub(super) fn behind(
        &self,
        person: Option<&Person>,
        roster_match: &str,
        standings: &GroupStandings<'_>,
        place: usize,
    ) -> HeldDuties {
        let Some(person) = person else {
            return AccountGroups::of(place, standings).alone(roster_match == "unmatched");
        };
        let known = self.whole && !self.nameless.contains(&person.number);
        let (held, perhaps) = (of(&self.held, person.number), of(&self.perhaps, person.number));
        let most: BTreeSet<u32> = held.iter().chain(perhaps).map(|it| it.1).collect();
        HeldDuties {
            whole: known && most.len() == held.len(),
            at_most: known.then(|| self.list(most.into_iter())),
            surely: self.list(held.iter().map(|it| it.1)),
        }
    }

    fn list(&self, places: impl Iterator<Item = u32>) -> Vec<String> {
        places.map(|place| self.names[place as usize].clone()).collect()
    }
}

/// What is of the person of that number.
fn of(list: &[(u64, u32)], number: u64) -> &[(u64, u32)] {
    let from = list.partition_point(|it| it.0 < number);
    &list[from..from + list[from..].partition_point(|it| it.0 == number)]
}

/// The groups of whoever stands behind an account, in lower case.
pub(super) struct HeldDuties {
    /// Those that the person is known to be in.
    pub(super) surely: Vec<String>,
    /// Whether these are all.
    pub(super) whole: bool,
    /// These, and all others that the person may be in, where that is known.
    pub(super) at_most: Option<Vec<String>>,
}

/// The groups of one account by their names in lower case.
struct AccountGroups {
    held: BTreeSet<String>,
    /// Groups of its instance that do not state their members, besides.
    hidden: BTreeSet<String>,
    /// Whether the name of one of them is unknown.
    nameless: bool,
}

impl AccountGroups {
    fn of(place: usize, standings: &GroupStandings<'_>) -> Self {
        let held: Vec<&KnownGroup<'_>> = standings.custom(place).collect();
        let hidden: Vec<&KnownGroup<'_>> = standings.hidden().collect();
        let names = |them: &[&KnownGroup<'_>]| them.iter().map(|it| fold(it.name)).collect();
        let nameless = held.iter().chain(&hidden).any(|it| it.record.name.is_none());
        Self { held: names(&held), hidden: names(&hidden), nameless }
    }

    /// Of an account that belongs to no other person; or of which that is unknown.
    fn alone(self, nobodys: bool) -> HeldDuties {
        let most = self.held.union(&self.hidden).cloned().collect();
        HeldDuties {
            whole: nobodys && self.hidden.is_empty() && !self.nameless,
            at_most: (nobodys && !self.nameless).then_some(most),
            surely: self.held.into_iter().collect(),
        }
    }
}
