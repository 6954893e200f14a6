//! A snapshot as a directory, and back.
//!
//! `snapshot.json` says what there is, with the hash of every other file; each list lies beside it
//! as `<instance>/<endpoint>.jsonl.zst`, one record a line. What came of lists that failed lies in
//! `<instance>/aside/`, where it is not taken for a population. The same snapshot always becomes
//! the same bytes, and a directory appears only when it is whole.

mod draft;
mod lines;
mod manifest;
mod sound;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use self::draft::SnapshotDraft;
use self::lines::{FolderReader, WrittenFile};
use self::manifest::{MANIFEST, ManifestInstance, SnapshotManifest};
use super::endpoints::{RecordStore, StoreVisitor};
use super::ledger::Endpoint;
use super::{Collected, Header, Records, Snapshot, State, completeness};
use crate::files;

/// The folder of snapshots beside the packs.
pub const FOLDER: &str = "snapshots";

/// What a stored snapshot is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashes {
    /// The first 16 hex digits of SHA-256 over what `snapshot.json` says, the other files' hashes
    /// included.
    pub id: String,
    /// SHA-256 of every file by its path below the directory, `snapshot.json` included.
    pub files: BTreeMap<String, String>,
}

/// What a stored snapshot says of itself before any of its lists is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHeader {
    /// The run as a whole.
    pub header: Header,
    /// What the snapshot is known by.
    pub id: String,
    /// SHA-256 of `snapshot.json`, which has the hashes of the other files.
    pub sha256: String,
    /// SHA-256 of every other file by its path below the directory.
    pub files: BTreeMap<String, String>,
    /// Each instance in brief, in the order of the configuration.
    pub instances: Vec<InstanceBrief>,
}

/// One instance of a stored snapshot in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceBrief {
    /// The name in the configuration of today, as far as that says how it was called then.
    pub name: String,
    /// The name in the configuration of then.
    pub stored_name: String,
    /// Its address then.
    pub url: String,
    /// How whole it was.
    pub state: State,
    /// Whether what comes after can be compared with it, as [`completeness::is_comparable`] says.
    pub comparable: bool,
    /// What made it less than complete, as [`completeness::lacking`] says it.
    pub lacking: String,
}

#[cfg(test)]
impl InstanceBrief {
    /// An instance that was complete.
    pub(crate) fn complete(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            stored_name: name.to_owned(),
            url: String::new(),
            state: State::Complete,
            comparable: true,
            lacking: String::new(),
        }
    }
}

/// Why a snapshot could not be stored or read.
#[derive(Debug, Error)]
pub enum Error {
    /// There is something already.
    #[error("`{dir}` exists already, and a snapshot is never overwritten")]
    Exists {
        /// Where the snapshot should have gone.
        dir: PathBuf,
    },
    /// What was written is gone or changed before it was whole.
    #[error("`{name}` in `{dir}` was changed or removed while the snapshot was written")]
    Lost {
        /// Where the snapshot was written.
        dir: PathBuf,
        /// The file.
        name: String,
    },
    /// Something lies in a snapshot that does not belong to it.
    #[error("`{dir}` holds `{name}`, {what} that is not part of the snapshot")]
    Foreign {
        /// The snapshot.
        dir: PathBuf,
        /// Its path below that.
        name: String,
        /// What it is, with its article.
        what: &'static str,
    },
    /// The operating system refused.
    #[error("cannot {deed} `{path}`")]
    Io {
        /// `read`, `write`, …
        deed: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// A name that the configuration would not take, and that may lead out of the directory.
    #[error("`{name}` cannot be the name of an instance")]
    Name {
        /// The name, on one line.
        name: String,
    },
    /// Another version wrote this.
    #[error("`{path}` has format {found}, this program reads format {expected}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What it says.
        found: u64,
        /// What was expected.
        expected: u64,
    },
    /// A file is not what was written.
    #[error("`{path}` was changed: SHA-256 is {found}, expected {expected}")]
    Changed {
        /// The file.
        path: PathBuf,
        /// Of the file as it is.
        found: String,
        /// Of the file as it was written.
        expected: String,
    },
    /// A line is not a record.
    #[error("line {line} of `{path}` is not what a snapshot holds there")]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// In the parser's words.
        source: serde_json::Error,
    },
    /// A list is longer or shorter than its ledger says.
    #[error("`{path}` has {found} records, expected {expected}")]
    Rows {
        /// The file.
        path: PathBuf,
        /// Lines in the file.
        found: u64,
        /// Lines according to the ledger.
        expected: u64,
    },
    /// A list goes on where its ledger says that it ends.
    #[error("`{path}` has more than the {expected} records that its ledger counts")]
    Surplus {
        /// The file.
        path: PathBuf,
        /// Lines according to the ledger.
        expected: u64,
    },
    /// A line is longer than any record.
    #[error("line {line} of `{path}` is longer than {most} MiB, which no record is")]
    Long {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// Of the longest line that is read, in MiB.
        most: u64,
    },
    /// The description contradicts itself.
    #[error("`{path}` contradicts itself: {what}")]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
}

impl Error {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Io { deed: "read", .. } => {
                "name the folder of a snapshot, or a pack that holds one"
            }
            Self::Lost { .. } => "see who else writes to the folder, and collect again",
            Self::Foreign { .. } => {
                "a snapshot is the files that `snapshot.json` lists and nothing else; find out how \
                 this came there, and remove it"
            }
            Self::Exists { .. } | Self::Io { .. } => return None,
            Self::Format { .. } => "read it with the version that wrote it",
            Self::Name { .. }
            | Self::Changed { .. }
            | Self::Line { .. }
            | Self::Rows { .. }
            | Self::Surplus { .. }
            | Self::Long { .. }
            | Self::Unfit { .. } => "take the snapshot from an unchanged copy, or collect again",
        })
    }
}

/// Stores a snapshot as a new directory.
///
/// # Errors
///
/// When `dir` exists, or a file cannot be written; then nothing is left behind under `dir`.
pub fn write(snapshot: &Snapshot, dir: &Path) -> Result<Hashes, Error> {
    let mut draft = SnapshotDraft::begin(dir)?;
    for (place, it) in snapshot.instances.iter().enumerate() {
        draft.add(place, it)?;
    }
    Ok(draft.finish(&snapshot.header())?.0)
}

/// A snapshot as it was read, with the very bytes that it was read from.
#[derive(Debug)]
pub struct StoredSnapshot {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// What it is known by.
    pub hashes: Hashes,
    /// The bytes of each of its files, by the paths below the directory.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Reads a stored snapshot, checking every hash and count; each of its files is opened once.
///
/// # Errors
///
/// When a file is missing, was changed, is of another format, is no plain file or does not fit the
/// ledger, or when something else lies beside them.
pub fn read_whole(dir: &Path) -> Result<StoredSnapshot, Error> {
    let mut source = FolderReader { dir, kept: Some(BTreeMap::new()) };
    let (manifest, hashes) = SnapshotManifest::read(&mut source)?;
    expect_nothing_else(dir, &hashes)?;
    let snapshot = read_instances(manifest, &mut source, |_| true)?;
    Ok(StoredSnapshot { snapshot, hashes, files: source.kept.unwrap_or_default() })
}

/// Reads a stored snapshot as [`read_whole`] does, and lets its bytes go.
///
/// # Errors
///
/// As [`read_whole`].
pub fn read(dir: &Path) -> Result<(Snapshot, Hashes), Error> {
    read_whole(dir).map(|it| (it.snapshot, it.hashes))
}

/// Reads the `wanted` instances of a stored snapshot; the lists of the others are not opened.
///
/// # Errors
///
/// As [`read`].
pub fn read_some(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<(Snapshot, Hashes), Error> {
    let mut source = FolderReader { dir, kept: None };
    let (manifest, hashes) = SnapshotManifest::read(&mut source)?;
    Ok((read_instances(manifest, &mut source, wanted)?, hashes))
}

fn read_instances(
    manifest: SnapshotManifest,
    source: &mut FolderReader<'_>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Snapshot, Error> {
    let instances = manifest.instances.into_iter().filter(|instance| wanted(&instance.name));
    let instances = instances.map(|instance| read_instance(instance, source, |_| true));
    Ok(Snapshot {
        collected_at: manifest.collected_at,
        finished_at: manifest.finished_at,
        collector: manifest.collector,
        operator: manifest.operator,
        instances: instances.collect::<Result<_, Error>>()?,
    })
}

/// Whether nothing lies in the directory but the files that are listed.
fn expect_nothing_else(dir: &Path, hashes: &Hashes) -> Result<(), Error> {
    let listed: BTreeSet<&str> = hashes.files.keys().map(String::as_str).collect();
    match files::odd_one(dir, &listed).map_err(at("read", dir))? {
        Some(odd) => Err(Error::Foreign { dir: dir.to_owned(), name: odd.name, what: odd.what }),
        None => Ok(()),
    }
}

/// Reads the users and groups of the `wanted` instances of a stored snapshot, and no other list.
///
/// # Errors
///
/// As [`read`].
pub fn read_population(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<Collected>, Error> {
    let mut source = FolderReader { dir, kept: None };
    let (manifest, _) = SnapshotManifest::read(&mut source)?;
    let instances = manifest.instances.into_iter().filter(|instance| wanted(&instance.name));
    instances.map(|instance| read_instance(instance, &mut source, Endpoint::required)).collect()
}

/// Reads what a stored snapshot says of itself, and none of its lists.
///
/// # Errors
///
/// When `snapshot.json` is missing, was changed, or is of another format.
pub fn peek(dir: &Path) -> Result<SnapshotHeader, Error> {
    let (manifest, hashes) = SnapshotManifest::read(&mut FolderReader { dir, kept: None })?;
    let Hashes { id, mut files } = hashes;
    let brief = |entry: &ManifestInstance| InstanceBrief {
        name: entry.name.clone(),
        stored_name: entry.name.clone(),
        url: entry.url.clone(),
        state: entry.state,
        comparable: completeness::is_comparable(&entry.ledger),
        lacking: completeness::lacking(&entry.ledger),
    };
    let instances = manifest.instances.iter().map(brief).collect();
    let header = manifest.header();
    let sha256 = files.remove(MANIFEST).unwrap_or_default();
    Ok(SnapshotHeader { header, id, sha256, files, instances })
}

/// Where the snapshot in `dir` is: `dir` itself, or within the pack that `dir` is.
pub fn place(dir: &Path) -> Option<PathBuf> {
    // Something else than a file of this name is an error when it is read.
    let is_one = |path_buf: &PathBuf| path_buf.join(MANIFEST).symlink_metadata().is_ok();
    [dir.join("snapshot"), dir.to_owned()].into_iter().find(is_one)
}

fn read_instance(
    from: ManifestInstance,
    source: &mut FolderReader<'_>,
    wanted: fn(Endpoint) -> bool,
) -> Result<Collected, Error> {
    let (mut files, mut aside) = from.listed(source.dir)?;
    files.retain(|file| wanted(file.0));
    aside.retain(|it| wanted(it.0));
    let (records, aside) = (read_records(&files, source)?, read_records(&aside, source)?);
    let ManifestInstance { name, url, token_last4, ledger, .. } = from;
    Ok(Collected { name, url, token_last4, ledger, records, aside })
}

fn read_records(
    files: &[(Endpoint, &WrittenFile)],
    source: &mut FolderReader<'_>,
) -> Result<Records, Error> {
    let mut res = Records::default();
    for &(endpoint, file) in files {
        res.visit(endpoint, ReadLines { file, source })?;
    }
    // The program never writes what is not sealed, so another program wrote it.
    let odd = res.unsealed().and_then(|odd| files.iter().find(|file| file.0 == odd));
    if let Some((_, listed)) = odd {
        let what = "it holds a setting that is not sealed".to_owned();
        return Err(Error::Unfit { path: source.dir.join(&listed.path), what });
    }
    Ok(res)
}

/// Reads the records of an endpoint from their file.
struct ReadLines<'a, 'b> {
    file: &'a WrittenFile,
    source: &'a mut FolderReader<'b>,
}

impl StoreVisitor for ReadLines<'_, '_> {
    type Output = Result<(), Error>;

    fn visit<S: RecordStore>(self, store: &mut S) -> Self::Output {
        *store = S::of(lines::read(self.file, self.source)?);
        Ok(())
    }
}

fn at(deed: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Io { deed, path: path.to_owned(), source }
}
