//! What lies in a folder of earlier evidence, and what of it may be used.
//!
//! A pack is used when its time can be right and it is what was sealed. Its documents are not read
//! again, so of those the lengths are compared; what anything rests on is hashed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::fetched::is_rested_on;
use super::{Earlier, EarlierSnapshot, MONTHS, Pack, Remark, Search};
use crate::calendar::stamps::stamp;
use crate::calendar::{ImplausibleTime, Month};
use crate::checksums::{MANIFEST, SUMS, SealFault, SealedFolder};
use crate::names::fold;
use crate::retention::{RECORD, RetentionRecord};
use crate::snapshot::store::{self, SnapshotHeader};
use crate::snapshot::{Snapshot, State};
use crate::threads;

/// Where a pack has what its snapshot says of itself.
const HEADER: &str = "snapshot/snapshot.json";

/// Strange files that are named one by one.
const MOST_NAMED: usize = 3;

/// Everything that was collected before `snapshot`, in no order.
pub(super) fn find(of: &Search<'_>, snapshot: &Snapshot) -> Earlier {
    let mut res = Earlier::default();
    let first = of.calendar.month(snapshot.collected_at).back(MONTHS - 1);
    let (mut wanted, mut older) = (Vec::new(), Vec::new());
    let elsewhere = of.fetched.map(|it| it.root.as_path()).filter(|it| *it != of.root);
    let roots = iter::once(of.root).chain(elsewhere);
    for (root, dir) in roots.flat_map(|root| folders(root).into_iter().map(move |it| (root, it))) {
        let candidate = match Candidate::at(&dir, root, of) {
            Some(Ok(it)) => it,
            Some(Err(it)) => {
                res.unreadable.push(it);
                continue;
            }
            None => continue,
        };
        let at = candidate.collected_at();
        if let Some(why) = ImplausibleTime::of(at, of.now) {
            let at = stamp(at);
            let why = format!("it says that it was collected at {at}, {}", why.words());
            res.unreadable.push(Remark { period: None, ..candidate.remark(why) });
        } else if at >= snapshot.collected_at {
            // It is none of the earlier ones.
        } else if candidate.period < first && !of.is_one() {
            older.push(candidate);
        } else {
            wanted.push(candidate);
        }
    }
    for verified in threads::side_by_side(&wanted, |it| it.verify(of)) {
        match verified {
            Ok((stored, strange)) => {
                res.strange.extend(strange);
                res.stored.push(stored);
            }
            Err(it) => res.unreadable.push(it),
        }
    }
    res.strange.sort_by(|one, other| one.name.cmp(&other.name));
    res.older.snapshots = older.len();
    res.older.complete = complete(snapshot, older, of);
    match RetentionRecord::read(of.root) {
        Ok(record) => res.removed = record,
        Err(error) => {
            let (line, why) = error.parts();
            let why = format!("{line} of it: {why}");
            res.unreadable.push(Remark { name: RECORD.to_owned(), period: None, why });
        }
    }
    res
}

/// The instances that were complete in a pack which is what was sealed.
fn complete(snapshot: &Snapshot, mut older: Vec<Candidate>, of: &Search<'_>) -> BTreeSet<String> {
    let mut open: BTreeSet<&str> =
        snapshot.instances.iter().map(|instance| instance.name.as_str()).collect();
    let mut res = BTreeSet::new();
    older.sort_by_key(|it| Reverse(it.collected_at()));
    for candidate in older.into_iter().filter(|it| it.pack.is_some()) {
        let whole =
            candidate.peek.instances.iter().filter(|instance| instance.state == State::Complete);
        let new: Vec<String> =
            whole.map(|it| &it.name).filter(|it| open.contains(it.as_str())).cloned().collect();
        if !new.is_empty() && candidate.verify(of).is_ok() {
            open.retain(|it| !new.iter().any(|new| new == it));
            res.extend(new);
        }
    }
    res
}

/// A snapshot by its header alone.
struct Candidate {
    name: String,
    /// Where `snapshot.json` lies, and the pack around it.
    place: PathBuf,
    pack: Option<PathBuf>,
    period: Month,
    peek: SnapshotHeader,
}

impl Candidate {
    /// The files of a pack that show that a folder is one: all are written before it appears.
    const MARKS: [&str; 3] = [MANIFEST, SUMS, "inputs"];

    /// What lies in a folder below `root`; none where that is no evidence.
    fn at(dir: &Path, root: &Path, of: &Search<'_>) -> Option<Result<Self, Remark>> {
        let name = dir.strip_prefix(root).unwrap_or(dir).display().to_string();
        let name = if name.is_empty() { ".".to_owned() } else { name.replace('\\', "/") };
        let unused = |why: String| {
            let period = name.split('/').find_map(Month::parse);
            Some(Err(Remark { name: name.clone(), period, why }))
        };
        let Some(place) = store::place(dir) else {
            let lost = dir.join("snapshot").is_dir();
            return lost.then(|| unused("`snapshot/snapshot.json` is missing".to_owned()))?;
        };
        // Whoever names a snapshot need not have it in a pack.
        let chosen = of.is_one() && dir == of.root;
        let marked = || Self::MARKS.iter().any(|name| dir.join(name).exists());
        let is_pack = dir != place && (!chosen || marked());
        let pack = is_pack.then(|| dir.to_owned());
        match store::peek(&place) {
            Ok(mut peek) => {
                by_todays_names(&mut peek, of.renamed);
                let period = of.calendar.month(peek.header.collected_at);
                Some(Ok(Self { name, place, pack, period, peek }))
            }
            Err(it) => unused(of.shorten(&it.to_string())),
        }
    }

    fn collected_at(&self) -> DateTime<Utc> {
        self.peek.header.collected_at
    }

    fn remark(&self, why: String) -> Remark {
        Remark { name: self.name.clone(), period: Some(self.period), why }
    }

    /// Holds a pack against its checksums, and says what lies in it that is in no list.
    fn verify(&self, of: &Search<'_>) -> Result<(EarlierSnapshot, Option<Remark>), Remark> {
        let (pack, strange) = match &self.pack {
            None => (None, Vec::new()),
            Some(dir) => {
                let checked = self.check(dir, of).map_err(|it| self.remark(it.to_string()))?;
                (Some(checked.0), checked.1)
            }
        };
        let strange = (!strange.is_empty()).then(|| self.remark(listed(&strange)));
        let (name, dir, peek) = (self.name.clone(), self.place.clone(), self.peek.clone());
        let period = self.period;
        Ok((EarlierSnapshot { name, dir, pack, period, comparable: false, peek }, strange))
    }

    fn check(&self, dir: &Path, of: &Search<'_>) -> Result<(Pack, Vec<String>), SealFault> {
        let sealed = SealedFolder::open(dir)?;
        let strange = match of.fetched.and_then(|it| it.left_of(dir)) {
            Some(left) => sealed.check_with(dir, left, is_rested_on)?,
            None => sealed.check(dir, is_rested_on)?,
        };
        // The header that was read is the one that was sealed, and so are the lists that it names.
        let unfit =
            |path: &str, with: &str| SealFault::Unfit { path: path.into(), with: with.into() };
        if sealed.sha256(HEADER) != Some(&self.peek.sha256) {
            return Err(unfit(HEADER, SUMS));
        }
        if sealed.snapshot_id != self.peek.id {
            return Err(unfit(MANIFEST, HEADER));
        }
        for (path, sha256) in &self.peek.files {
            let path = format!("snapshot/{path}");
            if sealed.sha256(&path) != Some(sha256) {
                return Err(unfit(&path, HEADER));
            }
        }
        Ok((Pack { dir: dir.to_owned(), sealed }, strange))
    }
}

/// What lies in a pack that no list of it names.
fn listed(strange: &[String]) -> String {
    let names: Vec<String> = strange.iter().take(MOST_NAMED).map(|it| format!("`{it}`")).collect();
    let names = names.join(", ");
    match strange.len().saturating_sub(MOST_NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// Gives every instance the name that it has today, unless another one has that name already.
pub(super) fn by_todays_names(peek: &mut SnapshotHeader, renamed: &BTreeMap<String, String>) {
    let mut taken: BTreeSet<String> =
        peek.instances.iter().map(|instance| instance.name.clone()).collect();
    for brief in &mut peek.instances {
        if let Some(today) = renamed.get(&fold(&brief.name))
            && taken.insert(today.clone())
        {
            brief.name.clone_from(today);
        }
    }
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
    let visible = |path_buf: &PathBuf| {
        path_buf.file_name().is_some_and(|it| !it.to_string_lossy().starts_with('.'))
    };
    let mut res: Vec<_> = entries.map(|entry| entry.path()).filter(|it| it.is_dir()).collect();
    res.retain(visible);
    res.sort();
    res
}
