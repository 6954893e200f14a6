//! Files that people wrote: read once, known by their hash, and copied into the evidence pack.

use std::io;
use std::path::{Path, PathBuf};

use crate::digest;
use crate::files;

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// The file's name without its folder.
    pub name: String,
    /// Its content; a copy goes into the evidence pack.
    pub bytes: Vec<u8>,
    /// SHA-256 of the content, in hex.
    pub sha256: String,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the {what} `{}`", path.display())]
pub struct Unreadable {
    /// What it was to be: `roster`, `waivers`.
    what: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl Unreadable {
    /// Whether nothing is there.
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }
}

impl InputFile {
    /// A file of that name and content.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), sha256: digest::of(&bytes), bytes }
    }

    /// Reads the file at `path`, which `what` names in messages.
    ///
    /// # Errors
    ///
    /// When it is no plain file, or the system refuses.
    pub fn read(what: &'static str, path: &Path) -> Result<Self, Unreadable> {
        Self::of(what, path, files::read(path))
    }

    /// The same, but no more than the first `most` bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn read_start(what: &'static str, path: &Path, most: u64) -> Result<Self, Unreadable> {
        Self::of(what, path, files::read_start(path, most))
    }

    fn of(what: &'static str, path: &Path, read: io::Result<Vec<u8>>) -> Result<Self, Unreadable> {
        let unread = |source| Unreadable { what, path: path.to_owned(), source };
        Ok(Self::new(name_of(path), read.map_err(unread)?))
    }
}

/// A file's name without its folder.
pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
