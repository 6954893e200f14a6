//! What a pack takes from the evidence before it: copies of the files that it rests on, so that it
//! stands alone, and the way back.
//!
//! `history/history.json` lists what was found, and beside it lie the files, each below the name of
//! the pack or snapshot that it is from. Those of a pack are listed in its own manifest and
//! checksums, which are there too wherever more was taken than what its snapshot says of itself. The
//! record of what was removed by retention lies there, too, where there is one.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::found::by_todays_names;
use super::store::{self, SnapshotHeader};
use super::{Earlier, EarlierSnapshot, Older, Pack, Remark, Search};
use crate::calendar::Month;
use crate::checksums::sealing::{SealingError, SealingFolder};
use crate::checksums::{MANIFEST, PreviousFolder, SUMS, SealedFolder};
use crate::digest;
use crate::files;
use crate::json;
use crate::retention::{RECORD, RetentionRecord};
use crate::snapshot::Snapshot;

/// The folder in a pack.
pub const HISTORY: &str = "history";

/// The list in it.
const LIST: &str = "history.json";

/// Changes when an older program would misread the list.
const FORMAT: u32 = 1;

/// Where a pack that the user chose as such lies among the others.
const CHOSEN: &str = "chosen";

/// The files that are taken of each snapshot, by its name: their paths below the pack, or below the
/// snapshot where it lies in none.
pub type TakenFiles = BTreeMap<String, BTreeSet<String>>;

/// Why nothing could be taken, or what was taken cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ExcerptError {
    /// A file of the earlier evidence cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unread {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// A file of the earlier evidence is not what it was a moment ago.
    #[error("`{}` was changed while it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file of the pack cannot be written.
    #[error(transparent)]
    Written(#[from] SealingError),
    /// The list of what was taken is none, or does not fit what lies beside it.
    #[error("`{}` is not what a pack holds there", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// `history.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HistoryList {
    format: u32,
    /// Whether the user named one snapshot or pack to compare with.
    chosen: bool,
    snapshots: Vec<ListedSnapshot>,
    unreadable: Vec<ListedRemark>,
    strange: Vec<ListedRemark>,
    /// What lies before the months that are looked back over.
    older: ListedOlder,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedSnapshot {
    name: String,
    /// Where its files lie below `history`.
    folder: String,
    snapshot_id: String,
    /// What the pack of the snapshot is known by; none where it was not reported.
    pack: Option<ListedPack>,
    /// The files that were taken, but for the lists of the pack itself.
    files: BTreeSet<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedPack {
    rendered_at: String,
    manifest_sha256: String,
    previous: Vec<PreviousFolder>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedRemark {
    name: String,
    period: Option<String>,
    why: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedOlder {
    snapshots: usize,
    complete: BTreeSet<String>,
}

impl From<&Remark> for ListedRemark {
    fn from(it: &Remark) -> Self {
        let Remark { name, period, why } = it.clone();
        Self { name, period: period.map(|it| it.to_string()), why }
    }
}

impl From<ListedRemark> for Remark {
    fn from(it: ListedRemark) -> Self {
        let ListedRemark { name, period, why } = it;
        Self { name, period: period.and_then(|it| Month::parse(&it)), why }
    }
}

impl EarlierSnapshot {
    /// The folder that its files are named from: its pack, or its own.
    fn root(&self) -> &Path {
        self.pack.as_ref().map_or(&*self.dir, |pack| &*pack.dir)
    }

    /// Where its header lies below that.
    fn header_path(&self) -> &'static str {
        if self.pack.is_some() { "snapshot/snapshot.json" } else { "snapshot.json" }
    }

    /// The files of some instances, by today's names, below the folder that they are named from.
    pub fn files_of(&self, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let above = if self.pack.is_some() { "snapshot/" } else { "" };
        let stored = self.peek.instances.iter().filter(|brief| wanted(&brief.name));
        let folders: Vec<String> = stored.map(|brief| format!("{}/", brief.stored_name)).collect();
        let those = self
            .peek
            .files
            .keys()
            .filter(|path| folders.iter().any(|folder| path.starts_with(folder.as_str())));
        those.map(|path| format!("{above}{path}")).collect()
    }

    /// SHA-256 of one of its files, as its pack or it itself says.
    fn sealed(&self, path: &str) -> Option<&str> {
        let of_snapshot = match &self.pack {
            Some(_) => path.strip_prefix("snapshot/"),
            None => Some(path),
        };
        match (of_snapshot, &self.pack) {
            (Some("snapshot.json"), _) => Some(&self.peek.sha256),
            (Some(path), _) => self.peek.files.get(path).map(String::as_str),
            (None, pack) => pack.as_ref().and_then(|pack| pack.sealed.sha256(path)),
        }
    }
}

impl Earlier {
    /// Copies what a pack rests on into it: what every snapshot says of itself, and the files that
    /// are `taken`. The `unreadable` are those that the search found.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written, or is not what it was.
    pub fn write_excerpt(
        &self,
        unreadable: &[Remark],
        taken: &TakenFiles,
        folder: &SealingFolder,
    ) -> Result<(), ExcerptError> {
        let mut snapshots = Vec::new();
        for stored in self.stored.iter().chain(&self.unreported) {
            let mut files = taken.get(&stored.name).cloned().unwrap_or_default();
            let listed = !files.is_empty();
            files.insert(stored.header_path().to_owned());
            let below = if stored.name == "." { CHOSEN } else { &stored.name };
            for path in &files {
                copy(stored, path, &format!("{HISTORY}/{below}/{path}"), folder)?;
            }
            for path in [SUMS, MANIFEST].iter().filter(|_| listed && stored.pack.is_some()) {
                copy(stored, path, &format!("{HISTORY}/{below}/{path}"), folder)?;
            }
            snapshots.push(ListedSnapshot {
                name: stored.name.clone(),
                folder: below.to_owned(),
                snapshot_id: stored.peek.id.clone(),
                pack: stored.pack.as_ref().map(|pack| ListedPack {
                    rendered_at: pack.sealed.rendered_at.clone(),
                    manifest_sha256: pack.sealed.manifest_sha256.clone(),
                    previous: pack.sealed.previous.clone(),
                }),
                files,
            });
        }
        if !self.removed.is_empty() {
            folder.write(&format!("{HISTORY}/{RECORD}"), self.removed.bytes())?;
        }
        if snapshots.is_empty() && unreadable.is_empty() && self.older == Older::default() {
            return Ok(());
        }
        let Older { snapshots: older, complete } = self.older.clone();
        let list = HistoryList {
            format: FORMAT,
            chosen: self.is_chosen,
            snapshots,
            unreadable: unreadable.iter().map(ListedRemark::from).collect(),
            strange: self.strange.iter().map(ListedRemark::from).collect(),
            older: ListedOlder { snapshots: older, complete },
        };
        Ok(folder.write(&format!("{HISTORY}/{LIST}"), &json::pretty(&list))?)
    }

    /// What a pack rests on, read back from the pack in `dir`.
    ///
    /// # Errors
    ///
    /// When something that was taken is missing, or is not what its own pack sealed.
    pub fn of_excerpt(
        dir: &Path,
        of: &Search<'_>,
        snapshot: &Snapshot,
    ) -> Result<Self, ExcerptError> {
        let dir = dir.join(HISTORY);
        let path = dir.join(LIST);
        let removed = RetentionRecord::read(&dir)
            .map_err(|_| ExcerptError::Malformed { path: dir.join(RECORD) })?;
        if !path.exists() {
            return Ok(Self { removed, ..Self::default() });
        }
        let unread = |source| ExcerptError::Unread { path: path.clone(), source };
        let bytes = files::read_own(&path).map_err(unread)?;
        let malformed = || ExcerptError::Malformed { path: path.clone() };
        let list: HistoryList = json::of_format(&bytes, FORMAT).map_err(|_| malformed())?;
        let stored = list.snapshots.into_iter().map(|it| it.restored(&dir, of));
        let mut res = Self {
            stored: stored.collect::<Result<_, _>>()?,
            unreadable: list.unreadable.into_iter().map(Remark::from).collect(),
            strange: list.strange.into_iter().map(Remark::from).collect(),
            older: Older { snapshots: list.older.snapshots, complete: list.older.complete },
            is_chosen: list.chosen,
            removed,
            ..Self::default()
        };
        res.settle(of, snapshot);
        Ok(res)
    }
}

impl ListedSnapshot {
    fn restored(self, dir: &Path, of: &Search<'_>) -> Result<EarlierSnapshot, ExcerptError> {
        let root = dir.join(&self.folder);
        let malformed = |path: &str| ExcerptError::Malformed { path: root.join(path) };
        let place = if self.pack.is_some() { root.join("snapshot") } else { root.clone() };
        let mut peek: SnapshotHeader = store::peek(&place).map_err(|_| malformed("snapshot"))?;
        if peek.id != self.snapshot_id {
            return Err(malformed("snapshot"));
        }
        by_todays_names(&mut peek, of.renamed);
        let pack = self.pack.map(|it| it.restored(&root, &self.files)).transpose()?;
        let period = of.calendar.month(peek.header.collected_at);
        Ok(EarlierSnapshot { name: self.name, dir: place, pack, period, comparable: false, peek })
    }
}

impl ListedPack {
    fn restored(self, root: &Path, taken: &BTreeSet<String>) -> Result<Pack, ExcerptError> {
        let Self { rendered_at, manifest_sha256, previous } = self;
        let dir = root.to_owned();
        if !root.join(MANIFEST).exists() {
            let mut sealed = SealedFolder::default();
            sealed.rendered_at = rendered_at;
            sealed.manifest_sha256 = manifest_sha256;
            sealed.previous = previous;
            return Ok(Pack { dir, sealed });
        }
        let malformed = |path: &str| ExcerptError::Malformed { path: root.join(path) };
        let sealed = SealedFolder::open(root).map_err(|it| malformed(it.path()))?;
        if sealed.manifest_sha256 != manifest_sha256 {
            return Err(malformed(MANIFEST));
        }
        for path in taken {
            let bytes = files::read_own(&root.join(path)).map_err(|_| malformed(path))?;
            if sealed.sha256(path) != Some(&*digest::of(&bytes)) {
                return Err(malformed(path));
            }
        }
        Ok(Pack { dir, sealed })
    }
}

/// Copies a file, which must be the one that was sealed.
fn copy(
    from: &EarlierSnapshot,
    path: &str,
    to: &str,
    folder: &SealingFolder,
) -> Result<(), ExcerptError> {
    let whole = from.root().join(path);
    let unread = |source| ExcerptError::Unread { path: whole.clone(), source };
    let bytes = files::read_own(&whole).map_err(unread)?;
    let sealed = match (&from.pack, path) {
        (Some(pack), MANIFEST) => Some(&*pack.sealed.manifest_sha256),
        // The manifest lists it.
        (Some(_), SUMS) => None,
        _ => from.sealed(path),
    };
    if path != SUMS && sealed != Some(&*digest::of(&bytes)) {
        return Err(ExcerptError::Changed { path: whole });
    }
    Ok(folder.write(to, &bytes)?)
}
