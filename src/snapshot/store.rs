//! A snapshot as a directory, and back.
//!
//! `snapshot.json` says what there is, with the hash of every other file; each list lies beside it
//! as `<instance>/<endpoint>.jsonl.zst`, one record a line. What came of lists that failed lies in
//! `<instance>/aside/`, where nobody takes it for a population. The same snapshot always becomes
//! the same bytes, and a directory appears only when it is whole.

mod draft;
mod lines;
mod manifest;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use self::draft::Draft;
use self::lines::Listed;
use self::manifest::{Entry, MANIFEST, Manifest};
use super::ledger::{Endpoint, lacking};
use super::{Collected, Header, Records, Snapshot, State};

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
pub struct Peek {
    /// The run as a whole.
    pub header: Header,
    /// What the snapshot is known by.
    pub id: String,
    /// SHA-256 of `snapshot.json`, which has the hashes of the other files.
    pub sha256: String,
    /// Each instance in brief, in the order of the configuration.
    pub instances: Vec<Brief>,
}

/// One instance of a stored snapshot in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The name in the configuration of today, as far as that says how it was called then.
    pub name: String,
    /// The name in the configuration of then.
    pub stored_name: String,
    /// Its address then.
    pub url: String,
    /// How whole it was.
    pub state: State,
    /// What made it less than complete, as [`lacking`] says it.
    pub lacking: String,
}

#[cfg(test)]
impl Brief {
    /// An instance that was complete.
    pub(crate) fn complete(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            stored_name: name.to_owned(),
            url: String::new(),
            state: State::Complete,
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
    /// A name that would lead out of the directory.
    #[error("the instance name `{name}` cannot be a folder's name")]
    Name {
        /// The name.
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
    #[error("`{path}` does not fit its own ledger: {what}")]
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
            Self::Exists { .. } | Self::Io { .. } | Self::Name { .. } => return None,
            Self::Format { .. } => "read it with the version that wrote it",
            Self::Changed { .. }
            | Self::Line { .. }
            | Self::Rows { .. }
            | Self::Surplus { .. }
            | Self::Long { .. }
            | Self::Unfit { .. } => {
                "take the snapshot from a copy that nobody touched, or collect again"
            }
        })
    }
}

/// Stores a snapshot as a new directory.
///
/// # Errors
///
/// When `dir` exists, or a file cannot be written; then nothing is left behind under `dir`.
pub fn write(snapshot: &Snapshot, dir: &Path) -> Result<Hashes, Error> {
    let mut draft = Draft::begin(dir)?;
    for (place, it) in snapshot.instances.iter().enumerate() {
        draft.add(place, it)?;
    }
    Ok(draft.finish(&snapshot.header())?.0)
}

/// Reads a stored snapshot, checking every hash and count.
///
/// # Errors
///
/// When a file is missing, was changed, is of another format, or does not fit the ledger.
pub fn read(dir: &Path) -> Result<(Snapshot, Hashes), Error> {
    read_some(dir, |_| true)
}

/// Reads the `wanted` instances of a stored snapshot; the lists of the others are not opened.
///
/// # Errors
///
/// As [`read`].
pub fn read_some(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<(Snapshot, Hashes), Error> {
    let (manifest, hashes) = Manifest::read(dir)?;
    let instances = manifest.instances.into_iter().filter(|it| wanted(&it.name));
    let instances = instances.map(|it| read_instance(it, dir, |_| true));
    let snapshot = Snapshot {
        collected_at: manifest.collected_at,
        finished_at: manifest.finished_at,
        collector: manifest.collector,
        instances: instances.collect::<Result<_, Error>>()?,
    };
    Ok((snapshot, hashes))
}

/// Reads the users and groups of the `wanted` instances of a stored snapshot, and no other list.
///
/// # Errors
///
/// As [`read`].
pub fn read_population(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<Collected>, Error> {
    let (manifest, _) = Manifest::read(dir)?;
    let instances = manifest.instances.into_iter().filter(|it| wanted(&it.name));
    instances.map(|it| read_instance(it, dir, Endpoint::required)).collect()
}

/// Reads what a stored snapshot says of itself, and none of its lists.
///
/// # Errors
///
/// When `snapshot.json` is missing, was changed, or is of another format.
pub fn peek(dir: &Path) -> Result<Peek, Error> {
    let (manifest, hashes) = Manifest::read(dir)?;
    let Hashes { id, mut files } = hashes;
    let brief = |entry: &Entry| Brief {
        name: entry.name.clone(),
        stored_name: entry.name.clone(),
        url: entry.url.clone(),
        state: entry.state,
        lacking: lacking(&entry.ledger),
    };
    let instances = manifest.instances.iter().map(brief).collect();
    let (collected_at, finished_at) = (manifest.collected_at, manifest.finished_at);
    let header = Header { collected_at, finished_at, collector: manifest.collector };
    Ok(Peek { header, id, sha256: files.remove(MANIFEST).unwrap_or_default(), instances })
}

/// Where the snapshot in `dir` is: `dir` itself, or within the pack that `dir` is.
pub fn place(dir: &Path) -> Option<PathBuf> {
    let is_one = |it: &PathBuf| it.join(MANIFEST).is_file();
    [dir.join("snapshot"), dir.to_owned()].into_iter().find(is_one)
}

fn read_instance(
    from: Entry,
    dir: &Path,
    wanted: fn(Endpoint) -> bool,
) -> Result<Collected, Error> {
    let (mut files, mut aside) = from.listed(dir)?;
    files.retain(|it| wanted(it.0));
    aside.retain(|it| wanted(it.0));
    let (records, aside) = (read_records(&files, dir)?, read_records(&aside, dir)?);
    let Entry { name, url, token_last4, state, ledger, .. } = from;
    let res = Collected { name, url, token_last4, ledger, records, aside };
    if res.state() == state {
        return Ok(res);
    }
    let (found, expected) = (state.word(), res.state().word());
    let what = format!("it calls `{}` {found}, the rows make it {expected}", res.name);
    Err(Error::Unfit { path: dir.join(MANIFEST), what })
}

fn read_records(files: &[(Endpoint, &Listed)], dir: &Path) -> Result<Records, Error> {
    let mut res = Records::default();
    for &(endpoint, it) in files {
        match endpoint {
            Endpoint::Users => res.users = lines::read(it, dir)?,
            Endpoint::Groups => res.groups = lines::read(it, dir)?,
            Endpoint::Organization => res.organization = lines::read(it, dir)?.pop(),
            Endpoint::SsoConfig => res.sso_config = lines::read(it, dir)?.pop(),
            Endpoint::UserInvites => res.user_invites = lines::read(it, dir)?,
            Endpoint::AccessTokens => res.access_tokens = lines::read(it, dir)?,
            Endpoint::AccessRequests => res.access_requests = lines::read(it, dir)?,
            Endpoint::Spaces => res.spaces = lines::read(it, dir)?,
            Endpoint::Roles => res.roles = lines::read(it, dir)?,
            Endpoint::RoleGrants => res.role_grants = lines::read(it, dir)?,
            Endpoint::UsageUserSummary => res.usage_user_summary = lines::read(it, dir)?,
            Endpoint::UsageOrganizations => res.usage_organizations = lines::read(it, dir)?,
            Endpoint::Version => res.version = lines::read(it, dir)?.pop(),
            Endpoint::Permissions => res.permissions = lines::read(it, dir)?,
        }
    }
    Ok(res)
}

fn at(deed: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Io { deed, path: path.to_owned(), source }
}
