//! Grants in words: what they are on, at which level, and how they come.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::HeldGrants;
use crate::tables::build::access::Level;

/// Objects that an access path names before it counts the others.
const NAMED: usize = 3;

/// A level, strongest first, and the way it comes.
type Way<'a> = (Reverse<Option<Level>>, Cow<'a, str>);

/// Grants in words, strongest first: objects that come the same way at the same level together.
pub(super) fn words(held: &[(Option<&str>, &HeldGrants<'_>)]) -> Vec<String> {
    let mut ways: BTreeMap<Way<'_>, Vec<String>> = BTreeMap::new();
    let mut roles = Vec::new();
    for (group, it) in held {
        for given in &it.objects {
            let way = match group {
                Some(it) => format!(" through {it}").into(),
                None => format!(", {}", given.how).into(),
            };
            let name = given.object.name.as_deref().unwrap_or(&given.object.id.0);
            let object = format!("{} {name}", given.object.kind);
            ways.entry((Reverse(given.level), way)).or_default().push(object);
        }
        for role in &it.roles {
            roles.push(role.words(*group));
        }
    }
    let sentence = |((Reverse(level), way), mut objects): (Way<'_>, Vec<String>)| {
        let level = Option::map_or(level, "an unknown level", Level::word);
        objects.sort();
        let more = objects.len().saturating_sub(NAMED);
        objects.truncate(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{level} on {}{more}{way}", objects.join(", "))
    };
    ways.into_iter().map(sentence).chain(roles).collect()
}
