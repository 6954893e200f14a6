//! A snapshot while it is being written: instance by instance, and visible only when whole.

use std::collections::BTreeMap;
use std::path::Path;

use super::lines::WrittenFile;
use super::manifest::{self, MANIFEST, ManifestInstance, SnapshotManifest};
use super::{Error, Hashes, at, lines};
use crate::digest;
use crate::files::{self, Growing};
use crate::snapshot::endpoints::{RecordStore, StoreReader};
use crate::snapshot::ledger::Endpoint;
use crate::snapshot::{Collected, Header, Records, State};

/// A directory that grows beside its place, and is gone again unless it is finished.
pub struct SnapshotDraft {
    growing: Growing,
    entries: BTreeMap<usize, ManifestInstance>,
}

impl SnapshotDraft {
    /// Begins a snapshot that will be `dir`; nothing is written yet.
    ///
    /// # Errors
    ///
    /// When `dir` exists.
    pub fn begin(dir: &Path) -> Result<Self, Error> {
        if dir.symlink_metadata().is_ok() {
            return Err(Error::Exists { dir: dir.to_owned() });
        }
        Ok(Self { growing: Growing::at(dir), entries: BTreeMap::new() })
    }

    /// Where it grows until it is whole.
    pub fn unfinished(&self) -> &Path {
        self.growing.path()
    }

    /// Writes one instance, which is the `place`-th of the configuration; afterwards its records
    /// need not be held any longer.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn add(&mut self, place: usize, instance: &Collected) -> Result<(), Error> {
        self.growing.begin().map_err(at("create", self.growing.path()))?;
        let entry = write_instance(instance, self.growing.path())?;
        self.entries.insert(place, entry);
        Ok(())
    }

    /// Writes what the whole run was, sees that everything it says is there, and gives the
    /// directory its name.
    ///
    /// # Errors
    ///
    /// When a file cannot be written, or one that was written is not there as it was; then nothing
    /// is left behind.
    pub fn finish(mut self, header: &Header) -> Result<(Hashes, State), Error> {
        let entries: Vec<_> = std::mem::take(&mut self.entries).into_values().collect();
        let state = entries.iter().map(|entry| entry.state).max().unwrap_or(State::Failed);
        let manifest = SnapshotManifest::new(header, entries);
        self.growing.begin().map_err(at("create", self.growing.path()))?;
        let unfinished = self.growing.path().to_owned();
        let path = unfinished.join(MANIFEST);
        files::write(&path, manifest.text().as_bytes()).map_err(at("write", &path))?;
        let hashes = manifest.hashes();
        read_back(&unfinished, &hashes)?;
        self.growing.finish().map_err(at("rename", &unfinished))?;
        Ok((hashes, state))
    }
}

/// Whether the files are there as they were written, and nothing else is.
fn read_back(dir: &Path, hashes: &Hashes) -> Result<(), Error> {
    for (name, expected) in &hashes.files {
        let lost = || Error::Lost { dir: dir.to_owned(), name: name.clone() };
        let bytes = files::read_own(&dir.join(name)).map_err(|_| lost())?;
        if digest::of(bytes) != *expected {
            return Err(lost());
        }
    }
    super::expect_nothing_else(dir, hashes)
}

fn write_instance(from: &Collected, dir: &Path) -> Result<ManifestInstance, Error> {
    let mut res = ManifestInstance::new(from)?;
    for it in manifest::stored(&res) {
        let path = manifest::path(&from.name, it);
        res.files.push(write_endpoint(&from.records, it, dir, path)?);
    }
    for it in manifest::quarantined(&res) {
        let path = manifest::path_aside(&from.name, it);
        res.aside.push(write_endpoint(&from.aside, it, dir, path)?);
    }
    Ok(res)
}

fn write_endpoint(
    from: &Records,
    endpoint: Endpoint,
    dir: &Path,
    path: String,
) -> Result<WrittenFile, Error> {
    let whole = dir.join(&path);
    let folder = whole.parent().unwrap_or(dir);
    files::make_folder_within(dir, folder).map_err(at("create", folder))?;
    from.read(endpoint, WriteLines { dir, path })
}

/// Writes the records of an endpoint to their file.
struct WriteLines<'a> {
    dir: &'a Path,
    path: String,
}

impl StoreReader for WriteLines<'_> {
    type Output = Result<WrittenFile, Error>;

    fn read<S: RecordStore>(self, store: &S) -> Self::Output {
        lines::write(store.as_slice(), self.dir, self.path)
    }
}
