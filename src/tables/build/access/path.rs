//! How an account comes by its access, in words.

use std::collections::BTreeMap;

use super::{KnownGroup, Level, Objects};
use crate::snapshot::record::User;

/// The kinds of thing that a group grants a level on, as access paths name them.
const KINDS: [&str; super::KINDS] =
    ["all apps", "all resources", "all workflows", "the query library", "all agents"];

/// Groups that are named before the others are counted.
const NAMED: usize = 3;

/// The ways by which an account may come by access.
pub(super) struct Ways<'a, 'b, 'c> {
    /// The groups that it is known to be in, and whether it administers each.
    pub(super) groups: &'a [(&'b KnownGroup<'c>, Option<bool>)],
    /// What it has on single objects.
    pub(super) objects: &'a Objects,
    /// What it may have besides, in words.
    pub(super) unseen: Vec<String>,
    /// Whether the server flags no account as administrator, so that the group alone decides.
    pub(super) flagless: bool,
}

/// How the account comes by its access, in words.
pub(super) fn path(user: &User, in_admin: Option<bool>, ways: &Ways<'_, '_, '_>) -> String {
    let Ways { groups, objects, unseen, flagless } = ways;
    let mut res = Vec::new();
    match (user.is_admin == Some(true), in_admin) {
        (true, Some(true)) => res.push("administrator by flag and through group admin".to_owned()),
        (true, Some(false)) => {
            res.push("administrator by flag, not through group admin".to_owned());
        }
        (true, None) => res.push("administrator by flag".to_owned()),
        (false, Some(true)) if *flagless => {
            res.push("administrator through group admin; the server flags no account".to_owned());
        }
        (false, Some(true)) => res.push("administrator through group admin".to_owned()),
        (false, _) => {
            res.extend(grants(groups));
            res.extend(others(groups));
            res.extend(objects.words.iter().cloned());
            res.extend(unknown(groups));
            res.extend(unseen.iter().cloned());
        }
    }
    let admins = groups.iter().filter(|(_, it)| *it == Some(true)).map(|(it, _)| it.name);
    let admins: Vec<&str> = admins.collect();
    if !admins.is_empty() {
        res.push(format!("may add and remove members of {}", admins.join(", ")));
    }
    match (res.is_empty(), objects.whole) {
        (false, _) => res.join("; "),
        (true, true) => "no access to everything of a kind, nor to single objects".to_owned(),
        (true, false) => "no access to everything of a kind; single objects not known".to_owned(),
    }
}

/// What is granted on kinds of thing that this program does not know.
fn others(groups: &[(&KnownGroup<'_>, Option<bool>)]) -> Vec<String> {
    let mut res = Vec::new();
    for (group, _) in groups {
        let levels = group.record.other_access.iter();
        for (kind, level) in levels.filter(|level| level.1.as_deref() != Some("none")) {
            let level = level.as_deref().unwrap_or("an unknown level");
            let name = group.name;
            res.push(format!("{level} on every {kind}, a kind that is not known, through {name}"));
        }
    }
    res
}

/// The groups of which it is not known all that they grant.
fn unknown(groups: &[(&KnownGroup<'_>, Option<bool>)]) -> Option<String> {
    let silent = groups.iter().filter(|(it, _)| it.levels.iter().any(Option::is_none));
    let names: Vec<&str> = silent.map(|(it, _)| it.name).collect();
    (!names.is_empty()).then(|| format!("not all that {} grants is known", named(&names)))
}

/// The first of these names, and how many there are besides.
pub(super) fn named(names: &[&str]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first = names[..names.len() - more].join(", ");
    if more > 0 { format!("{first} or {more} more") } else { first }
}

/// What is granted, strongest first: kinds that the same groups grant at the same level together.
fn grants(groups: &[(&KnownGroup<'_>, Option<bool>)]) -> Vec<String> {
    let mut granted: BTreeMap<(Level, Vec<&str>), Vec<&str>> = BTreeMap::new();
    for (kind, word) in KINDS.iter().enumerate() {
        let Some(most) = groups.iter().filter_map(|(it, _)| it.levels[kind]).max() else {
            continue;
        };
        let through = groups.iter().filter(|(it, _)| it.levels[kind] == Some(most));
        let through = through.map(|(it, _)| it.name).collect();
        if most > Level::None {
            granted.entry((most, through)).or_default().push(word);
        }
    }
    let words = |((level, through), kinds): (&(Level, Vec<&str>), &Vec<&str>)| {
        format!("{} on {} through {}", level.word(), kinds.join(", "), through.join(", "))
    };
    granted.iter().rev().map(words).collect()
}
