//! Which file of a folder is what; a file that the importer would not read is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Error, stated};
use crate::config::Instance;
use crate::config::problem::{Problem, Problems, did_you_mean};
use crate::snapshot::ledger::{Endpoint, StatedCount};

/// The files of one instance.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) forms: BTreeMap<Endpoint, NamePattern>,
    /// What is stated about lists, beside the files.
    pub(super) stated: BTreeMap<Endpoint, StatedCount>,
}

/// The names of one endpoint's files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NamePattern {
    /// Saved answers, in the order of their numbers.
    Json(Vec<String>),
    /// Tables, in the order of [`tables`].
    Csv(Vec<String>),
}

/// The tables that may stand for an endpoint's answer; the first one must be there.
pub(super) fn tables(endpoint: Endpoint) -> &'static [&'static str] {
    match endpoint {
        Endpoint::Users => &["users.csv"],
        Endpoint::Groups => &["groups.csv", "memberships.csv"],
        _ => &[],
    }
}

/// The folder of every instance that has one, by the instance's name.
pub(super) fn survey(
    dir: &Path,
    instances: &[Instance],
) -> Result<BTreeMap<String, Folder>, Error> {
    let (mut res, mut list) = (BTreeMap::new(), Vec::new());
    for (name, is_dir) in entries(dir)? {
        let known = || instances.iter().map(|instance| instance.name.as_str());
        if !is_dir {
            let help = "put the files of an instance into a folder named after it";
            list.push(problem(&name, "lies outside any instance's folder", Some(help.to_owned())));
        } else if known().any(|it| it == name) {
            let path = dir.join(&name);
            let (beside, files): (Vec<_>, Vec<_>) =
                entries(&path)?.into_iter().partition(|it| *it == (stated::FILE.to_owned(), false));
            let forms = sort(&name, files, &mut list);
            let stated =
                if beside.is_empty() { Ok(BTreeMap::new()) } else { stated::all(&path, &forms) };
            let stated = stated.unwrap_or_else(|problems| {
                let at = |problem: &Problem| format!("{name}/{}: {}", stated::FILE, problem.at);
                list.extend(problems.into_iter().map(|it| {
                    let at = at(&it).trim_end_matches(": ").to_owned();
                    Problem { at, ..it }
                }));
                BTreeMap::new()
            });
            res.insert(name, Folder { path, forms, stated });
        } else {
            let help = did_you_mean(&name, known());
            list.push(problem(&name, "is not the name of a configured instance", help));
        }
    }
    if res.is_empty() && list.is_empty() {
        let help = instances.first().map(|it| format!("make a folder `{}` in it", it.name));
        list.push(problem(".", "holds no folder of a configured instance", help));
    }
    if list.is_empty() {
        return Ok(res);
    }
    Err(Problems { file: dir.display().to_string(), list }.into())
}

/// Names in a folder in order, and whether each is a folder; hidden ones and notes are left out.
fn entries(dir: &Path) -> Result<Vec<(String, bool)>, Error> {
    let list = || {
        let mut res = Vec::new();
        for it in fs::read_dir(dir)? {
            let it = it?;
            let name = it.file_name().to_string_lossy().into_owned();
            let path = it.path();
            let extension = path.extension().map(|it| it.to_string_lossy().to_lowercase());
            let is_note = extension.is_some_and(|it| it == "md" || it == "txt");
            if !name.starts_with('.') && !is_note {
                res.push((name, path.is_dir()));
            }
        }
        res.sort();
        Ok(res)
    };
    list().map_err(|source| Error::Read { path: dir.to_owned(), source })
}

/// What each file of an instance's folder is.
fn sort(
    folder: &str,
    entries: Vec<(String, bool)>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<Endpoint, NamePattern> {
    let mut answers: BTreeMap<Endpoint, BTreeMap<u32, String>> = BTreeMap::new();
    let mut sheets: Vec<String> = Vec::new();
    for (name, is_dir) in entries {
        let at = format!("{folder}/{name}");
        match answer(&name) {
            _ if is_dir => problems.push(problem(&at, "is a folder, expected files", None)),
            _ if every_table().any(|it| it == name) => sheets.push(name),
            None => {
                let known = Endpoint::ALL.iter().map(|it| format!("{}.json", it.name()));
                let known = known.chain(every_table().map(str::to_owned)).collect::<Vec<_>>();
                let help = did_you_mean(&name, known.iter().map(String::as_str));
                problems.push(problem(&at, "is none of the files that an import reads", help));
            }
            Some((endpoint, number)) => {
                let pages = answers.entry(endpoint).or_default();
                // 0 is the file without a number, which is a list of its own.
                let other = pages.get(&number).or_else(|| pages.get(&0)).cloned();
                match other.or_else(|| pages.values().next().filter(|_| number == 0).cloned()) {
                    Some(it) => problems.push(problem(&at, &beside(&it), None)),
                    None => drop(pages.insert(number, name)),
                }
            }
        }
    }
    join(folder, &answers, &sheets, problems)
}

fn join(
    folder: &str,
    answers: &BTreeMap<Endpoint, BTreeMap<u32, String>>,
    sheets: &[String],
    problems: &mut Vec<Problem>,
) -> BTreeMap<Endpoint, NamePattern> {
    let mut res = BTreeMap::new();
    for &endpoint in Endpoint::ALL {
        let there = tables(endpoint).iter().filter(|it| sheets.iter().any(|name| name == *it));
        let there: Vec<String> = there.map(|it| (*it).to_owned()).collect();
        let pages = answers.get(&endpoint);
        let Some(sheet) = there.first() else {
            if let Some(it) = pages {
                problems.extend(gap(folder, it));
                res.insert(endpoint, NamePattern::Json(it.values().cloned().collect()));
            }
            continue;
        };
        let at = format!("{folder}/{sheet}");
        if let Some(it) = pages.and_then(|it| it.values().next()) {
            problems.push(problem(&at, &beside(it), None));
        } else if sheet != tables(endpoint)[0] {
            let what = format!("has no `{}` beside it", tables(endpoint)[0]);
            problems.push(problem(&at, &what, None));
        }
        res.insert(endpoint, NamePattern::Csv(there));
    }
    res
}

/// A number that is missing among the pages.
fn gap(folder: &str, pages: &BTreeMap<u32, String>) -> Option<Problem> {
    let numbered = pages.iter().filter(|page| *page.0 > 0);
    let (expected, (_, name)) = (1..).zip(numbered).find(|(expected, it)| expected != it.0)?;
    let what = format!("is there, but page {expected} is missing");
    let help = "pages are numbered from 1 without a gap".to_owned();
    Some(problem(&format!("{folder}/{name}"), &what, Some(help)))
}

/// The endpoint whose answer a file of this name holds, and the page; 0 is the whole.
fn answer(name: &str) -> Option<(Endpoint, u32)> {
    let stem = name.strip_suffix(".json")?;
    let of = |stem: &str| Endpoint::ALL.iter().copied().find(|it| it.name() == stem);
    if let Some(it) = of(stem) {
        return Some((it, 0));
    }
    let (stem, number) = stem.rsplit_once('-')?;
    let digits = number.chars().all(|it| it.is_ascii_digit());
    let number = number.parse().ok().filter(|it| digits && *it > 0)?;
    of(stem).map(|it| (it, number))
}

fn every_table() -> impl Iterator<Item = &'static str> {
    Endpoint::ALL.iter().flat_map(|it| tables(*it)).copied()
}

fn beside(other: &str) -> String {
    format!("stands beside `{other}`, and which of them counts is not known; keep one")
}

fn problem(at: &str, what: &str, help: Option<String>) -> Problem {
    Problem::new(at.to_owned(), what.to_owned(), help)
}
