//! A snapshot as a directory, and back.
//!
//! `snapshot.json` says what there is, with the hash of every other file; each list lies beside it
//! as `<instance>/<endpoint>.jsonl.zst`, one record a line. The same snapshot always becomes the
//! same bytes, and a directory appears only when it is whole.

mod lines;
mod manifest;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use self::lines::Listed;
use self::manifest::{Entry, MANIFEST, Manifest};
use super::ledger::Endpoint;
use super::{Collected, Records, Snapshot, State};

/// What a stored snapshot is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashes {
    /// The first 16 hex digits of SHA-256 over what `snapshot.json` says, the other files' hashes
    /// included.
    pub id: String,
    /// SHA-256 of every file by its path below the directory, `snapshot.json` included.
    pub files: BTreeMap<String, String>,
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
            Self::Changed { .. } | Self::Line { .. } | Self::Rows { .. } | Self::Unfit { .. } => {
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
    if dir.exists() {
        return Err(Error::Exists { dir: dir.to_owned() });
    }
    let unfinished = beside(dir);
    clear(&unfinished)?;
    let res = write_all(snapshot, &unfinished).and_then(|it| {
        fs::rename(&unfinished, dir).map_err(at("rename", &unfinished))?;
        settle(dir)?;
        Ok(it)
    });
    if res.is_err() {
        // The first error is the one to tell.
        clear(&unfinished).ok();
    }
    res
}

/// Reads a stored snapshot, checking every hash and count.
///
/// # Errors
///
/// When a file is missing, was changed, is of another format, or does not fit the ledger.
pub fn read(dir: &Path) -> Result<(Snapshot, Hashes), Error> {
    let (manifest, hashes) = Manifest::read(dir)?;
    let instances = manifest.instances.into_iter().map(|it| read_instance(it, dir));
    let snapshot = Snapshot {
        collected_at: manifest.collected_at,
        finished_at: manifest.finished_at,
        collector: manifest.collector,
        instances: instances.collect::<Result<_, Error>>()?,
    };
    Ok((snapshot, hashes))
}

fn write_all(snapshot: &Snapshot, dir: &Path) -> Result<Hashes, Error> {
    fs::create_dir_all(dir).map_err(at("create", dir))?;
    let entries = snapshot.instances.iter().map(|it| write_instance(it, dir));
    let manifest = Manifest::new(snapshot, entries.collect::<Result<_, Error>>()?);
    let hashes = manifest.hashes();
    let path = dir.join(MANIFEST);
    let mut file = File::create(&path).map_err(at("create", &path))?;
    file.write_all(manifest.text().as_bytes()).map_err(at("write", &path))?;
    file.sync_all().map_err(at("write", &path))?;
    Ok(hashes)
}

fn write_instance(from: &Collected, dir: &Path) -> Result<Entry, Error> {
    let mut res = Entry::new(from)?;
    if from.state() == State::Failed {
        return Ok(res);
    }
    let folder = dir.join(&from.name);
    fs::create_dir_all(&folder).map_err(at("create", &folder))?;
    for it in manifest::stored(&from.ledger) {
        let path = manifest::path(&from.name, it);
        res.files.push(write_endpoint(&from.records, it, (dir, path))?);
    }
    Ok(res)
}

fn write_endpoint(
    from: &Records,
    endpoint: Endpoint,
    (dir, path): (&Path, String),
) -> Result<Listed, Error> {
    match endpoint {
        Endpoint::Users => lines::write(&from.users, dir, path),
        Endpoint::Groups => lines::write(&from.groups, dir, path),
        Endpoint::Organization => lines::write(from.organization.as_slice(), dir, path),
        Endpoint::SsoConfig => lines::write(from.sso_config.as_slice(), dir, path),
        Endpoint::UserInvites => lines::write(&from.user_invites, dir, path),
        Endpoint::AccessTokens => lines::write(&from.access_tokens, dir, path),
    }
}

fn read_instance(from: Entry, dir: &Path) -> Result<Collected, Error> {
    let records = read_records(&from, dir)?;
    let res = Collected { name: from.name, url: from.url, ledger: from.ledger, records };
    if res.state() == from.state {
        return Ok(res);
    }
    let (found, expected) = (from.state.word(), res.state().word());
    let what = format!("it calls `{}` {found}, the rows make it {expected}", res.name);
    Err(Error::Unfit { path: dir.join(MANIFEST), what })
}

fn read_records(from: &Entry, dir: &Path) -> Result<Records, Error> {
    let mut res = Records::default();
    for (endpoint, it) in from.listed(dir)? {
        match endpoint {
            Endpoint::Users => res.users = lines::read(it, dir)?,
            Endpoint::Groups => res.groups = lines::read(it, dir)?,
            Endpoint::Organization => res.organization = lines::read(it, dir)?.pop(),
            Endpoint::SsoConfig => res.sso_config = lines::read(it, dir)?.pop(),
            Endpoint::UserInvites => res.user_invites = lines::read(it, dir)?,
            Endpoint::AccessTokens => res.access_tokens = lines::read(it, dir)?,
        }
    }
    Ok(res)
}

/// Where a directory grows until it is whole.
fn beside(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!(".{name}.unfinished"))
}

/// Waits until the disk has the new name, on systems that let a folder be opened.
fn settle(dir: &Path) -> Result<(), Error> {
    let parent = dir.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(parent) {
        Ok(it) => it.sync_all().map_err(at("write", parent)),
        Err(_) => Ok(()),
    }
}

/// Removes what an interrupted run left.
fn clear(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(it) if it.kind() != io::ErrorKind::NotFound => Err(at("remove", dir)(it)),
        _ => Ok(()),
    }
}

fn at(deed: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Io { deed, path: path.to_owned(), source }
}
