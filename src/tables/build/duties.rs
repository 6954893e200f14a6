//! Who is in which groups across instances, for rules about two hands in one person.

use std::collections::BTreeSet;

use super::access::{Standing, Standings};
use crate::roster::{Match, Person};
use crate::snapshot::Collected;

/// The groups of every person with an account.
///
/// Flat and sorted: a map of sets would be the largest thing in memory.
pub(super) struct Duties {
    /// The names of all groups in lower case, in order.
    names: Vec<String>,
    /// A person's line in the roster, and the place of a group's name.
    held: Vec<(u64, u32)>,
    /// The lines of people with an account whose groups nobody knows.
    unknown: BTreeSet<u64>,
    /// Whether every instance says who is in it.
    whole: bool,
}

impl Duties {
    /// From the instances, each with the standings of its accounts; none where it failed; and whom
    /// the roster knows behind them.
    pub(super) fn of(
        instances: &[(&Collected, Option<Standings<'_>>)],
        owners: &[Vec<Option<Match<'_>>>],
    ) -> Self {
        let whole = instances.iter().all(|(_, it)| it.is_some());
        let all = instances.iter().filter_map(|(_, it)| it.as_ref());
        let names = all.flat_map(|it| it.groups.iter().map(|it| it.name.to_lowercase()));
        let names: Vec<String> = names.collect::<BTreeSet<_>>().into_iter().collect();
        let mut res = Self { names, held: Vec::new(), unknown: BTreeSet::new(), whole };
        for ((_, standings), owners) in instances.iter().zip(owners) {
            let Some(standings) = standings else { continue };
            for (place, owner) in owners.iter().enumerate() {
                let Some(Match::One(person)) = owner else { continue };
                if !standings.complete() {
                    res.unknown.insert(person.line);
                }
                for name in standings.names(place) {
                    let at = res.names.binary_search(&name.to_lowercase()).expect("a known name");
                    res.held.push((person.line, u32::try_from(at).expect("a count")));
                }
            }
        }
        res.held.sort_unstable();
        res.held.dedup();
        res
    }

    /// The known groups in lower case, and whether these are all.
    pub(super) fn held(
        &self,
        person: Option<&Person>,
        roster_match: &str,
        standing: &Standing,
    ) -> (String, bool) {
        if let Some(person) = person {
            let from = self.held.partition_point(|it| it.0 < person.line);
            let of = self.held[from..].iter().take_while(|it| it.0 == person.line);
            let names: Vec<&str> = of.map(|it| self.names[it.1 as usize].as_str()).collect();
            return (names.join("; "), self.whole && !self.unknown.contains(&person.line));
        }
        let own = standing.groups.iter().map(|it| it.to_lowercase());
        let alone = roster_match == "unmatched" && standing.groups_whole;
        (own.collect::<Vec<_>>().join("; "), alone)
    }
}
