//! The snapshots before one: which there are, and which each instance is compared with.
//!
//! An instance is compared with the newest earlier snapshot in which it was complete. Headers are
//! read first, and whole lists only of the snapshots that are compared with. What cannot be read is
//! told, and an older one takes its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::month::Month;
use super::store::{self, Brief, Peek};
use super::{Collected, Snapshot, State};

/// The snapshots before one.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// All that could be read, oldest first, each once.
    pub stored: Vec<Stored>,
    /// What lies among them and could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Those that instances are compared with, each with these instances alone.
    pub previous: Vec<Previous>,
}

/// One earlier snapshot by its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The folder below the one that was searched.
    pub name: String,
    /// Where `snapshot.json` lies.
    pub dir: PathBuf,
    /// The roster that it was judged with, where it lies in a pack that has one.
    pub roster: Option<PathBuf>,
    /// What it says of itself.
    pub peek: Peek,
}

/// Something that should be a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The folder below the one that was searched.
    pub name: String,
    /// Why it is of no use, in a fragment.
    pub why: String,
}

/// An earlier snapshot with the lists of the instances that are compared with it.
#[derive(Clone, Debug)]
pub struct Previous {
    /// What it is known by.
    pub stored: Stored,
    /// These instances alone.
    pub snapshot: Snapshot,
}

impl Stored {
    /// When it was collected.
    pub fn collected_at(&self) -> DateTime<Utc> {
        self.peek.header.collected_at
    }

    /// An instance in brief; none where the snapshot does not have it.
    pub fn brief(&self, instance: &str) -> Option<&Brief> {
        self.peek.instances.iter().find(|it| it.name == instance)
    }

    /// How whole `instance` was in it; none where the snapshot does not have the instance.
    pub fn state(&self, instance: &str) -> Option<State> {
        self.brief(instance).map(|it| it.state)
    }
}

impl Earlier {
    /// Looks below `root` for snapshots that were collected before `snapshot`: `root` may be a
    /// snapshot, a pack, a folder of them, or a folder of such folders.
    pub fn search(root: &Path, snapshot: &Snapshot) -> Self {
        let mut res = Self::default();
        for dir in folders(root) {
            res.add(root, &dir);
        }
        res.stored.retain(|it| it.collected_at() < snapshot.collected_at);
        res.stored.sort_by(|one, other| order(one).cmp(&order(other)));
        // One with a roster comes before its equals.
        res.stored.dedup_by(|it, kept| it.peek.id == kept.peek.id);
        let names: Vec<&str> = snapshot.instances.iter().map(|it| it.name.as_str()).collect();
        while let Err((at, why)) = res.load(&names) {
            let name = res.stored.remove(at).name;
            res.unreadable.push(Unreadable { name, why: shorten(&why, root) });
        }
        res.unreadable.sort_by(|one, other| one.name.cmp(&other.name));
        res
    }

    /// The state that `instance` is compared with, and when that was collected.
    pub fn of(&self, instance: &str) -> Option<(&Previous, &Collected)> {
        self.previous.iter().find_map(|it| {
            let found = it.snapshot.instances.iter().find(|it| it.name == instance);
            found.map(|collected| (it, collected))
        })
    }

    /// Snapshots newer than the one that `instance` is compared with, in which it was not
    /// complete; newest first.
    pub fn passed_over(&self, instance: &str) -> Vec<(&Stored, State)> {
        let newest_first = self.stored.iter().rev();
        let states = newest_first.filter_map(|it| Some((it, it.state(instance)?)));
        states.take_while(|it| it.1 != State::Complete).collect()
    }

    /// For each month, the snapshot that tells most of `instance`: the last in which it was
    /// complete, or else the last in which its population was whole.
    pub fn by_month(&self, instance: &str) -> BTreeMap<Month, &Stored> {
        let mut res: BTreeMap<Month, (&Stored, State)> = BTreeMap::new();
        for it in &self.stored {
            let Some(state) = it.state(instance).filter(|it| *it != State::Failed) else {
                continue;
            };
            let best = res.entry(Month::of(it.collected_at())).or_insert((it, state));
            if state <= best.1 {
                *best = (it, state);
            }
        }
        res.into_iter().map(|(month, it)| (month, it.0)).collect()
    }

    fn add(&mut self, root: &Path, dir: &Path) {
        let name = dir.strip_prefix(root).unwrap_or(dir).display().to_string();
        let name = if name.is_empty() { ".".to_owned() } else { name.replace('\\', "/") };
        let Some(place) = store::place(dir) else {
            if dir.join("snapshot").is_dir() {
                let why = "`snapshot/snapshot.json` is missing".to_owned();
                self.unreadable.push(Unreadable { name, why });
            }
            return;
        };
        let roster = Some(dir.join("inputs/roster.csv")).filter(|it| it.is_file());
        match store::peek(&place) {
            Ok(peek) => self.stored.push(Stored { name, dir: place, roster, peek }),
            Err(it) => {
                let why = shorten(&it.to_string(), root);
                self.unreadable.push(Unreadable { name, why });
            }
        }
    }

    /// Reads what the instances are compared with; or which snapshot is in the way, and why.
    fn load(&mut self, instances: &[&str]) -> Result<(), (usize, String)> {
        let mut chosen: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        for name in instances {
            let whole = |it: &Stored| it.state(name) == Some(State::Complete);
            if let Some(at) = self.stored.iter().rposition(whole) {
                chosen.entry(at).or_default().insert(name);
            }
        }
        self.previous.clear();
        for (at, names) in chosen {
            let stored = self.stored[at].clone();
            let read = store::read_some(&stored.dir, |it| names.contains(it));
            let (snapshot, _) = read.map_err(|it| (at, it.to_string()))?;
            self.previous.push(Previous { stored, snapshot });
        }
        Ok(())
    }
}

/// By time; of the same snapshot the one with a roster first.
fn order(it: &Stored) -> (DateTime<Utc>, &str, bool, &str) {
    (it.collected_at(), &it.peek.id, it.roster.is_none(), &it.name)
}

/// `root` and the folders two levels below it, but nothing unfinished and nothing within a
/// snapshot or a pack.
fn folders(root: &Path) -> Vec<PathBuf> {
    let mut res = vec![root.to_owned()];
    let mut level = vec![root.to_owned()];
    for _ in 0..2 {
        let open = level.iter().filter(|it| store::place(it).is_none());
        level = open.flat_map(|it| below(it)).collect();
        res.extend_from_slice(&level);
    }
    res
}

fn below(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let visible =
        |it: &PathBuf| it.file_name().is_some_and(|it| !it.to_string_lossy().starts_with('.'));
    let mut res: Vec<_> = entries.map(|it| it.path()).filter(|it| it.is_dir()).collect();
    res.retain(visible);
    res.sort();
    res
}

/// A report says the same wherever the snapshots lie.
fn shorten(why: &str, root: &Path) -> String {
    why.replace(&format!("{}/", root.display()), "")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::snapshot::ledger::{Endpoint, LedgerRow, Outcome};

    /// A snapshot of a day, with instances and whether each is complete.
    fn snapshot(day: &str, instances: &[(&str, bool)]) -> Snapshot {
        let at: DateTime<Utc> = format!("{day}T06:00:00Z").parse().unwrap();
        let collected = |(name, whole): &(&str, bool)| {
            let outcome = if *whole { Outcome::Ok } else { Outcome::Network };
            let row = LedgerRow::begin(Endpoint::Users, "/users".to_owned(), at);
            let ledger = vec![LedgerRow { outcome, ..row }];
            Collected { name: (*name).to_owned(), ledger, ..Collected::default() }
        };
        let instances = instances.iter().map(collected).collect();
        Snapshot { collected_at: at, finished_at: at, collector: "test".to_owned(), instances }
    }

    fn picture(it: &Earlier, names: &[&str]) -> String {
        let mut res = String::new();
        for name in names {
            let of = it.of(name).map_or("nothing", |it| &it.0.stored.name);
            let over: Vec<_> = it.passed_over(name).iter().map(|it| it.0.name.clone()).collect();
            writeln!(res, "{name}: {of}, passed over {over:?}").unwrap();
        }
        for it in &it.unreadable {
            writeln!(res, "{}: {}", it.name, it.why).unwrap();
        }
        res
    }

    #[test]
    fn each_instance_has_the_newest_complete_one_before() {
        let place = tempfile::tempdir().unwrap();
        let put = |below: &str, it: &Snapshot| {
            store::write(it, &place.path().join(below)).unwrap();
        };
        let whole = [("eu", true), ("us", true)];
        put("2026-08/a/snapshot", &snapshot("2026-08-01", &whole));
        put("2026-09/b/snapshot", &snapshot("2026-09-01", &whole));
        put("snapshots/c", &snapshot("2026-10-01", &[("eu", true), ("us", false)]));
        put("snapshots/now", &snapshot("2026-11-01", &whole));
        put("snapshots/later", &snapshot("2026-12-01", &whole));
        put("snapshots/.d.unfinished", &snapshot("2026-10-20", &whole));
        fs::create_dir_all(place.path().join("2026-07/lost/snapshot")).unwrap();
        let names = ["eu", "us", "new"];
        let now = snapshot("2026-11-01", &names.map(|it| (it, true)));
        let search = || picture(&Earlier::search(place.path(), &now), &names);
        insta::assert_snapshot!(search(), @r#"
        eu: snapshots/c, passed over []
        us: 2026-09/b, passed over ["snapshots/c"]
        new: nothing, passed over []
        2026-07/lost: `snapshot/snapshot.json` is missing
        "#);

        let list = place.path().join("2026-09/b/snapshot/us/users.jsonl.zst");
        fs::write(list, "no list").unwrap();
        fs::write(place.path().join("snapshots/c/snapshot.json"), "{}").unwrap();
        insta::assert_snapshot!(search(), @"
        eu: 2026-08/a, passed over []
        us: 2026-08/a, passed over []
        new: nothing, passed over []
        2026-07/lost: `snapshot/snapshot.json` is missing
        2026-09/b: `2026-09/b/snapshot/us/users.jsonl.zst` was changed: SHA-256 is 586169f224c9faf6c3f7925fbc048444e7d075bae6a918c6bc494add4f0fd608, expected 6fb8543883dafcc2ed0934866b8b3f775231f5b0933add08bf502e9e84944cbd
        snapshots/c: line 1 of `snapshots/c/snapshot.json` is not what a snapshot holds there
        ");

        let one = picture(&Earlier::search(&place.path().join("2026-08/a"), &now), &names);
        insta::assert_snapshot!(one, @"
        eu: ., passed over []
        us: ., passed over []
        new: nothing, passed over []
        ");
        let none = Earlier::search(&place.path().join("nowhere"), &now);
        assert!(none.stored.is_empty() && none.unreadable.is_empty());
    }
}
