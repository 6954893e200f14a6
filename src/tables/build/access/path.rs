//! How an account comes by its access, in words.

use std::collections::BTreeMap;

use super::{Known, Level, Objects};
use crate::snapshot::record::User;

/// The kinds of thing that a group grants a level on, as access paths name them.
const KINDS: [&str; 4] = ["all apps", "all resources", "all workflows", "the query library"];

/// How the account comes by its access, in words.
pub(super) fn path(
    user: &User,
    in_admin: bool,
    (groups, objects): (&[(&Known<'_>, Option<bool>)], &Objects),
) -> String {
    let mut res = Vec::new();
    match (user.is_admin == Some(true), in_admin) {
        (true, true) => res.push("administrator by flag and through group admin".to_owned()),
        (true, false) => res.push("administrator by flag, not through group admin".to_owned()),
        (false, true) => res.push("administrator through group admin".to_owned()),
        (false, false) => {
            res.extend(grants(groups));
            res.extend(objects.words.iter().cloned());
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

/// What is granted, strongest first: kinds that the same groups grant at the same level together.
fn grants(groups: &[(&Known<'_>, Option<bool>)]) -> Vec<String> {
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
