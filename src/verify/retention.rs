//! What was removed by retention: its record, what stays of packs, and what later packs say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Fault, VerifiedPack, fault, shown};
use crate::checksums::{MANIFEST, SealFault, SealedFolder};
use crate::files;
use crate::retention::{PackRemoval, RECORD, RetentionError, RetentionRecord};
use crate::snapshot::earlier::HISTORY;

/// A record of what was removed, with what is wrong with it.
#[derive(Debug, Serialize)]
pub struct VerifiedRecord {
    /// The file.
    #[serde(serialize_with = "shown")]
    pub record: PathBuf,
    /// The packs that were removed.
    pub removed: Vec<RemovedLine>,
    /// What is wrong; empty where nothing is.
    pub faults: Vec<Fault>,
}

/// A pack that was removed.
#[derive(Debug, Serialize)]
pub struct RemovedLine {
    /// Where it lay below the folder of evidence.
    pub pack: String,
    /// The day on which that was written down.
    pub on: String,
    /// How many files of it stay.
    pub kept: usize,
}

/// The records of the folders that packs lie in, by the folders.
#[derive(Debug)]
pub(super) struct Records(BTreeMap<PathBuf, Result<RetentionRecord, RetentionError>>);

/// Where a pack lies: the folder of evidence, and its place in that.
fn placed(dir: &Path) -> Option<(PathBuf, String)> {
    let dir = dir.canonicalize().ok()?;
    let (month, name) = (dir.parent()?, dir.file_name()?.to_string_lossy());
    let place = format!("{}/{name}", month.file_name()?.to_string_lossy());
    Some((month.parent()?.to_owned(), place))
}

impl Records {
    /// Those of the folders that these packs lie in.
    pub(super) fn of(packs: &[PathBuf]) -> Self {
        let roots: BTreeSet<PathBuf> =
            packs.iter().filter_map(|it| placed(it)).map(|it| it.0).collect();
        let read = |root: PathBuf| {
            let record = RetentionRecord::read(&root);
            (root, record)
        };
        Self(roots.into_iter().map(read).collect())
    }

    /// Whether there is any.
    pub(super) fn has_any(&self) -> bool {
        self.0.values().any(|it| it.as_ref().map_or(true, |it| !it.is_empty()))
    }

    fn sound(&self) -> impl Iterator<Item = &RetentionRecord> {
        self.0.values().filter_map(|it| it.as_ref().ok())
    }

    /// What the record of its folder says of the pack in `dir`.
    pub(super) fn removal(&self, dir: &Path) -> Option<PackRemoval<'_>> {
        let (root, place) = placed(dir)?;
        self.0.get(&root)?.as_ref().ok()?.of_place(&place)
    }

    /// The pack of a manifest, where one of the records says that it was removed.
    pub(super) fn of_manifest(&self, sha256: &str) -> Option<PackRemoval<'_>> {
        self.sound().find_map(|it| it.of_manifest(sha256))
    }

    /// The manifests from which removed packs went on.
    pub(super) fn continued(&self) -> impl Iterator<Item = &str> {
        let packs = self.sound().flat_map(RetentionRecord::packs);
        packs.flat_map(|it| &it.pack.previous).map(|it| it.manifest_sha256.as_str())
    }

    /// Notes which packs know lines of a record that are not in it any more.
    pub(super) fn check_copies(&self, packs: &mut [VerifiedPack]) {
        for pack in packs {
            let Ok(copy) = files::read_own(&pack.dir.join(HISTORY).join(RECORD)) else { continue };
            let record = placed(&pack.dir).and_then(|it| self.0.get(&it.0));
            let goes_on =
                record.is_some_and(|it| it.as_ref().is_ok_and(|it| it.bytes().starts_with(&copy)));
            if !goes_on {
                let why = format!("{RECORD} in the folder of evidence does not go on from it");
                pack.fault(format!("{HISTORY}/{RECORD}"), why);
            }
        }
    }

    /// Each record with what is wrong with it, `packs` being those that are there.
    pub(super) fn verified(self, packs: &[VerifiedPack]) -> Vec<VerifiedRecord> {
        let there: BTreeSet<&str> =
            packs.iter().filter_map(|it| Some(it.manifest.as_ref()?.0.as_str())).collect();
        let verified = |(root, record): (PathBuf, Result<RetentionRecord, RetentionError>)| {
            let path = root.join(RECORD);
            match record {
                Ok(it) if it.is_empty() => None,
                Ok(it) => Some(VerifiedRecord {
                    faults: faults(&it, &there),
                    removed: it.packs().map(|it| RemovedLine::of(&it)).collect(),
                    record: path,
                }),
                Err(error) => {
                    let (what, why) = error.parts();
                    let faults = vec![fault(what, why)];
                    Some(VerifiedRecord { record: path, removed: Vec::new(), faults })
                }
            }
        };
        self.0.into_iter().filter_map(verified).collect()
    }
}

impl RemovedLine {
    fn of(it: &PackRemoval<'_>) -> Self {
        Self { pack: it.pack.pack.clone(), on: it.day().to_string(), kept: it.pack.kept.len() }
    }
}

/// What is wrong with a record whose lines follow each other.
fn faults(record: &RetentionRecord, there: &BTreeSet<&str>) -> Vec<Fault> {
    let folder = record.path().parent().unwrap_or(Path::new(""));
    let mut res = Vec::new();
    for it in record.packs() {
        let is_known =
            |sha256: &str| there.contains(sha256) || record.of_manifest(sha256).is_some();
        let is_lost = it.is_kept_in_part() && !folder.join(&it.pack.pack).join(MANIFEST).is_file();
        if is_lost {
            res.push(fault(&it.pack.pack, "what was kept of it is missing"));
        }
        let lost = it.pack.previous.iter().filter(|it| !is_known(&it.manifest_sha256));
        res.extend(lost.map(|previous| {
            let name = &previous.pack;
            fault(&it.pack.pack, format!("it went on from {name}, which is missing or was changed"))
        }));
    }
    if let Some(last) = record.unfinished().last() {
        let on = last.at.date_naive();
        let why = format!("the removal of {on} was not finished: `retool-audit prune` finishes it");
        res.push(fault("the last line", why));
    }
    res
}

/// What is wrong with what stays of a pack, of which all else was removed.
pub fn kept(dir: &Path, removal: PackRemoval<'_>) -> Vec<Fault> {
    let is_kept = |path: &str| removal.pack.kept.iter().any(|it| it == path);
    let sealed = match SealedFolder::open(dir) {
        Ok(it) => it,
        Err(it) => return vec![fault(it.path(), it.to_string())],
    };
    let mut res = Vec::new();
    if sealed.manifest_sha256 != removal.pack.manifest_sha256 {
        res.push(fault(MANIFEST, format!("it is not the one that {RECORD} names")));
    }
    let (faults, strange) = match sealed.check_all(dir) {
        Ok(it) => it,
        Err(it) => return vec![fault(it.path(), it.to_string())],
    };
    let is_gone = |it: &SealFault| matches!(it, SealFault::Missing { path } if !is_kept(path));
    let changed = faults.into_iter().filter(|it| !is_gone(it));
    res.extend(changed.map(|it| fault(it.path(), it.to_string())));
    res.extend(strange.into_iter().map(|path| fault(path, "no list of the pack has it")));
    let is_there = |it: &&str| dir.join(it).symlink_metadata().is_ok();
    let left = sealed.below("").filter(|it| !is_kept(it)).filter(is_there);
    res.extend(left.map(|path| fault(path, format!("it was {}, and is there", removal.words()))));
    res
}
