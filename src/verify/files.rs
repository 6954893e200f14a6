//! The files of a pack against its lists, and its ids against what they are made of.

use std::path::Path;

use super::{Fault, ManifestFacts, fault};
use crate::calendar::stamps::stamp;
use crate::checksums::{MANIFEST, SealedFolder};
use crate::digest::{self, Digest};
use crate::files;
use crate::snapshot::Snapshot;
use crate::snapshot::store::{self, Hashes};

/// Every file that is not as the lists say, and every one that no list has.
pub(super) fn faults(dir: &Path) -> Vec<Fault> {
    let sealed = match SealedFolder::open(dir) {
        Ok(it) => it,
        Err(it) => return vec![fault(it.path(), it.to_string())],
    };
    match sealed.check_all(dir) {
        Ok((faults, strange)) => {
            let faults = faults.into_iter().map(|it| fault(it.path(), it.to_string()));
            let strange = strange.into_iter();
            faults.chain(strange.map(|path| fault(path, "no list of the pack has it"))).collect()
        }
        Err(it) => vec![fault(it.path(), it.to_string())],
    }
}

/// Why the id of the report is not the one that its inputs make; none where it is.
pub(super) fn report_id(manifest: &ManifestFacts) -> Option<Fault> {
    let mut hash = Digest::default();
    for it in &manifest.inputs {
        hash.update(format!("{} {}\n", it.what, it.sha256));
    }
    let is_made = hash.hex()[..16] == manifest.report_id;
    (!is_made).then(|| fault(MANIFEST, "the id of the report is not made of its inputs"))
}

/// The ids of the report and of the snapshot, and the inputs that the report was made from.
pub(super) fn ids(
    dir: &Path,
    manifest: &ManifestFacts,
    snapshot: &Result<(Snapshot, Hashes), store::Error>,
) -> Vec<Fault> {
    let mut res = Vec::from_iter(report_id(manifest));
    for it in &manifest.inputs {
        if !["inputs/", "snapshot/", "history/"].iter().any(|above| it.file.starts_with(above)) {
            continue;
        }
        let there = files::read_own(&dir.join(&it.file)).map(digest::of);
        if there.is_ok_and(|sha256| sha256 != it.sha256) {
            res.push(fault(&it.file, "it is not what the report was made from"));
        }
    }
    match snapshot {
        Ok((snapshot, hashes)) => {
            if hashes.id != manifest.snapshot_id {
                res.push(fault(
                    "manifest.json",
                    "it names another snapshot than the one in the pack",
                ));
            }
            // The manifest says seconds, and the snapshot their parts too.
            if stamp(snapshot.collected_at) != stamp(manifest.collected_at) {
                res.push(fault("manifest.json", "it says another time than its snapshot"));
            }
            if manifest.rendered_at < manifest.collected_at {
                res.push(fault("manifest.json", "it was made before its snapshot was collected"));
            }
        }
        Err(error) => {
            let above = format!("{}/", dir.display());
            res.push(fault("snapshot", error.to_string().replace(&above, "")));
        }
    }
    res
}
