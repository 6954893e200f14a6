//! Where the roster is, how its columns are called, and whose an address is beside it.

use std::collections::BTreeMap;
use std::path::Path;

use super::file;
use crate::address;
use crate::config::RosterSource;
use crate::config::raw::Section;

pub(super) fn roster(root: &mut Section<'_>, dir: &Path) -> Option<RosterSource> {
    let there = root.has("roster");
    let mut section = root.section("roster");
    if !there {
        return None;
    }
    section.require("path");
    let res = RosterSource {
        path: file(&mut section, "path", dir).unwrap_or_default(),
        columns: columns(&mut section),
        statuses: statuses(&mut section),
        aliases: aliases(&mut section),
        plus_addresses: section.flag("plus-addresses"),
    };
    section.finish();
    Some(res)
}

fn columns(roster: &mut Section<'_>) -> BTreeMap<String, String> {
    let mut section = roster.section("columns");
    let words = RosterSource::COLUMNS.iter();
    let res = words.filter_map(|it| Some(((*it).to_owned(), section.text(it)?))).collect();
    section.finish();
    res
}

fn statuses(roster: &mut Section<'_>) -> BTreeMap<String, String> {
    let known = RosterSource::STATUSES.iter().map(|it| (*it, *it)).collect::<Vec<_>>();
    let mut section = roster.section("statuses");
    let mut res = BTreeMap::new();
    for word in section.other_keys() {
        if let Some(status) = section.choice(word, &known) {
            res.insert(word.to_owned(), status.to_owned());
        }
    }
    res
}

/// Addresses beside those of the file: `"ana+eu@acme.example" = "ana@acme.example"`.
fn aliases(roster: &mut Section<'_>) -> BTreeMap<String, String> {
    let mut section = roster.section("aliases");
    let mut res = BTreeMap::new();
    for alias in section.other_keys() {
        let Some(target) = section.text(alias) else { continue };
        let help =
            || Some("write an address of the account, and one that the roster has".to_owned());
        for it in [alias, target.as_str()].into_iter().filter(|it| !it.contains('@')) {
            section.refuse(alias, format!("`{it}` is not an e-mail address"), help());
        }
        let [from, to] = [alias, target.as_str()].map(|it| address::normal(it).into_owned());
        if from == to {
            section.refuse(alias, "names the same address twice", help());
        }
        if res.insert(from, to).is_some() {
            section.refuse(alias, "is there twice", None);
        }
    }
    res
}
