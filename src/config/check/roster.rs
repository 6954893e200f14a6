//! Where the rosters are, how they are read, and whose an address is beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::file;
use crate::address;
use crate::calendar::Calendar;
use crate::config::raw::TomlSection;
use crate::config::{AsOf, DateOrder, RosterSource, TableForm, TextEncoding};

/// One `[roster]`, or several `[[roster]]`.
pub(super) fn rosters(
    root: &mut TomlSection<'_>,
    dir: &Path,
    calendar: Calendar,
) -> Vec<RosterSource> {
    if !root.has("roster") {
        return Vec::new();
    }
    let sections = if root.is_table("roster") {
        vec![root.section("roster")]
    } else {
        root.sections("roster", "write `[roster]`, or `[[roster]]` for each of several files")
    };
    let mut seen = BTreeSet::new();
    let one = |mut section: TomlSection<'_>| {
        let res = roster(&mut section, dir, calendar);
        if !seen.insert(res.path.clone()) {
            section.refuse("path", "is the file of another `[[roster]]`", None);
        }
        section.finish();
        res
    };
    sections.into_iter().map(one).collect()
}

fn roster(section: &mut TomlSection<'_>, dir: &Path, calendar: Calendar) -> RosterSource {
    section.require("path");
    let path = file(section, "path", dir).unwrap_or_default();
    let is_table = !section.has("aliases") || section.is_table("aliases");
    RosterSource {
        path,
        form: form(section),
        columns: columns(section),
        ignored: section.words("ignore-columns").unwrap_or_default().into_iter().collect(),
        statuses: statuses(section),
        as_of: as_of(section),
        alias_table: if is_table { None } else { file(section, "aliases", dir) },
        aliases: if is_table { aliases(section) } else { BTreeMap::new() },
        plus_addresses: section.flag("plus-addresses"),
        calendar,
    }
}

fn form(section: &mut TomlSection<'_>) -> TableForm {
    let encoding = section.text("encoding").and_then(|it| {
        let res = TextEncoding::named(&it);
        if res.is_none() {
            let help =
                "write `windows-1252`, `utf-8`, `utf-16le` or another name that the web knows";
            section.refuse("encoding", format!("`{it}` is no encoding"), Some(help.to_owned()));
        }
        res
    });
    let orders = DateOrder::ALL.map(|it| (it.word(), it));
    TableForm {
        encoding,
        sheet: section.text("sheet"),
        date_order: section.choice("date-order", &orders),
    }
}

fn as_of(section: &mut TomlSection<'_>) -> AsOf {
    let (day, by_time) = (section.day("as-of"), section.flag("as-of-file-time"));
    match day {
        Some(_) if by_time => {
            section.refuse("as-of-file-time", "contradicts `as-of`", Some("keep one".to_owned()));
            AsOf::Stated
        }
        Some(day) => AsOf::Day(day),
        None if by_time => AsOf::FileTime,
        None => AsOf::Stated,
    }
}

fn columns(roster: &mut TomlSection<'_>) -> BTreeMap<String, String> {
    let mut section = roster.section("columns");
    let words = RosterSource::COLUMNS.iter();
    let res: BTreeMap<_, _> =
        words.filter_map(|word| Some(((*word).to_owned(), section.text(word)?))).collect();
    let of_status = ["status", "active", "inactive"].into_iter().filter(|it| res.contains_key(*it));
    if let [one, other, ..] = of_status.collect::<Vec<_>>()[..] {
        section.refuse(other, format!("is there beside `{one}`"), Some("keep one".to_owned()));
    }
    section.finish();
    res
}

fn statuses(roster: &mut TomlSection<'_>) -> BTreeMap<String, String> {
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
fn aliases(roster: &mut TomlSection<'_>) -> BTreeMap<String, String> {
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
