//! When accounts that are disabled now could sign in, by every snapshot at hand.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::snapshot::{Collected, Snapshot};
use crate::tables::build::trend::LastSeenActive;

/// The accounts that are disabled now, by instance.
pub(super) type DisabledAccounts<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub(super) fn disabled(snapshot: &Snapshot) -> DisabledAccounts<'_> {
    let instances = snapshot.instances.iter();
    instances.map(|collected| (collected.name.as_str(), disabled_on(collected))).collect()
}

fn disabled_on(collected: &Collected) -> BTreeSet<&str> {
    let users = collected.records.users.iter();
    users.filter(|user| user.active == Some(false)).map(|user| user.id.0.as_str()).collect()
}

/// Whether each of these accounts could sign in at one snapshot.
#[derive(Default)]
pub(super) struct SignInSighting {
    at: DateTime<Utc>,
    instance: String,
    active: BTreeSet<String>,
    disabled: BTreeSet<String>,
    /// Those that a pack of the snapshot recorded as disabled, and since when.
    recorded: BTreeMap<String, LastSeenActive>,
}

impl SignInSighting {
    /// What the record of a pack says of the accounts that it has.
    pub(super) fn recorded(
        instance: &str,
        at: DateTime<Utc>,
        accounts: impl Iterator<Item = (String, LastSeenActive)>,
    ) -> Self {
        let instance = instance.to_owned();
        Self { at, instance, recorded: accounts.collect(), ..Self::default() }
    }

    pub(super) fn of(
        collected: &Collected,
        at: DateTime<Utc>,
        wanted: &DisabledAccounts<'_>,
    ) -> Option<Self> {
        let wanted = wanted.get(&*collected.name).filter(|ids| !ids.is_empty())?;
        let those = |state: bool| -> BTreeSet<String> {
            let users = collected.records.users.iter().filter(|user| user.active == Some(state));
            let ids = users.map(|user| &user.id.0).filter(|id| wanted.contains(id.as_str()));
            ids.cloned().collect()
        };
        let instance = collected.name.clone();
        let (active, disabled) = (those(true), those(false));
        Some(Self { at, instance, active, disabled, ..Self::default() })
    }
}

/// When each of these accounts could sign in, by all that was seen.
pub(super) fn seen(
    of: &DisabledAccounts<'_>,
    mut sightings: Vec<SignInSighting>,
) -> BTreeMap<(String, String), LastSeenActive> {
    sightings.sort_by_key(|sighting| Reverse(sighting.at));
    let mut res = BTreeMap::new();
    for (instance, ids) in of {
        let here: Vec<&SignInSighting> =
            sightings.iter().filter(|sighting| sighting.instance == *instance).collect();
        for id in ids {
            let mut seen = LastSeenActive::default();
            for it in &here {
                if it.active.contains(*id) {
                    seen.active = Some(it.at);
                    break;
                }
                // The record says what all before it came to.
                if let Some(before) = it.recorded.get(*id) {
                    seen = LastSeenActive {
                        active: before.active,
                        disabled: before.disabled.or(Some(it.at)),
                    };
                    break;
                }
                if it.disabled.contains(*id) {
                    seen.disabled = Some(it.at);
                }
            }
            res.insert(((*instance).to_owned(), (*id).to_owned()), seen);
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_snapshot_that_shows_it_disabled_follows_the_last_that_does_not() {
        // Oldest first: `a` could sign in, `d` could not, `-` was not there.
        let picture = |months: &str| {
            let of: DisabledAccounts<'_> = [("prod", ["u1"].into())].into();
            let sighting = |(month, mark): (usize, char)| {
                let at = format!("2026-{:02}-02T06:00:00Z", month + 1).parse().expect("a time");
                let ids = |state: char| -> BTreeSet<String> {
                    (mark == state).then(|| "u1".to_owned()).into_iter().collect()
                };
                let instance = "prod".to_owned();
                let (active, disabled) = (ids('a'), ids('d'));
                SignInSighting { at, instance, active, disabled, ..SignInSighting::default() }
            };
            let seen = seen(&of, months.chars().enumerate().map(sighting).collect());
            let seen = seen.into_values().next().expect("the account");
            let day = |at: Option<DateTime<Utc>>| {
                at.map_or_else(|| "never".to_owned(), |at| at.format("%m-%d").to_string())
            };
            format!("{months:5} active {}, disabled {}", day(seen.active), day(seen.disabled))
        };
        let lines = ["", "a", "d", "add", "addad", "d-d", "-a-d", "dda"].map(picture);
        insta::assert_snapshot!(lines.join("\n"), @"
              active never, disabled never
        a     active 01-02, disabled never
        d     active never, disabled 01-02
        add   active 01-02, disabled 02-02
        addad active 04-02, disabled 05-02
        d-d   active never, disabled 01-02
        -a-d  active 02-02, disabled 04-02
        dda   active 03-02, disabled never
        ");
    }
}
