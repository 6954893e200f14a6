//! A folder that is being filled: every file is hashed while it is written, and listed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::SealedFile;
use crate::digest::Digest;
use crate::files;

/// A folder that is being filled, by several threads where they like.
#[derive(Debug)]
pub struct SealingFolder {
    dir: PathBuf,
    sealed: Mutex<BTreeMap<String, SealedFile>>,
}

/// Why a file of the folder could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {deed} `{}`", path.display())]
pub struct SealingError {
    /// `create` or `write`.
    pub deed: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// In the system's words, or in those of the library that wrote.
    pub source: io::Error,
}

impl SealingFolder {
    /// A folder that is there and empty.
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), sealed: Mutex::default() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// Writes the file `name`, its path below the folder parted by `/`, piece by piece: no file has
    /// to be in memory as a whole. It is on the disk and listed when this returns.
    ///
    /// # Errors
    ///
    /// When the file is there already, cannot be written, or `pour` fails.
    pub fn write_with(
        &self,
        name: &str,
        pour: impl FnOnce(&mut SealingFile) -> io::Result<()>,
    ) -> Result<(), SealingError> {
        let path = self.dir.join(name);
        let parent = path.parent().unwrap_or(&self.dir);
        files::make_folder_within(&self.dir, parent).map_err(at("create", parent))?;
        let made = || {
            let mut file = SealingFile::make(&path)?;
            // Libraries that write keep the system's words, and not what they mean.
            pour(&mut file).map_err(|it| file.refusal().unwrap_or(it))?;
            file.finish(name)
        };
        let entry = made().map_err(at("write", &path))?;
        self.list().insert(name.to_owned(), entry);
        Ok(())
    }

    /// Writes the file `name` with these bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::write_with`].
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), SealingError> {
        self.write_with(name, |file| file.write_all(bytes))
    }

    /// Writes down how many records the file `name` has, which was written.
    pub fn count(&self, name: &str, rows: usize) {
        if let Some(file) = self.list().get_mut(name) {
            file.rows = Some(rows as u64);
        }
    }

    /// What was written so far, by path.
    pub fn sealed(&self) -> Vec<SealedFile> {
        self.list().values().cloned().collect()
    }

    fn list(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SealedFile>> {
        self.sealed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that is hashed while it is written.
#[derive(Debug)]
pub struct SealingFile(BufWriter<HashedFile>);

/// Bytes that are written and hashed at a time: many words make one call.
const BLOCK: usize = 1 << 16;

impl SealingFile {
    fn make(path: &Path) -> io::Result<Self> {
        let file = files::make(path)?;
        let file = HashedFile { file, digest: Digest::default(), bytes: 0, refusal: None };
        Ok(Self(BufWriter::with_capacity(BLOCK, file)))
    }

    /// What the system refused to write, if it did.
    fn refusal(&self) -> Option<io::Error> {
        self.0.get_ref().refusal.map(io::Error::from_raw_os_error)
    }

    /// Waits until the disk has the bytes.
    fn finish(self, name: &str) -> io::Result<SealedFile> {
        let HashedFile { file, digest, bytes, .. } =
            self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(SealedFile { path: name.to_owned(), bytes, sha256: digest.hex(), rows: None })
    }
}

impl Write for SealingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A file, and the hash of what was written into it.
#[derive(Debug)]
struct HashedFile {
    file: File,
    digest: Digest,
    bytes: u64,
    /// The number of the last error of the system.
    refusal: Option<i32>,
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        let n_written = written.inspect_err(|it| self.refusal = it.raw_os_error())?;
        self.digest.update(&bytes[..n_written]);
        self.bytes += n_written as u64;
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn at(deed: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SealingError {
    move |source| SealingError { deed, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest;

    #[test]
    fn files_are_listed_with_length_and_hash_whoever_writes_them() {
        let dir = tempfile::tempdir().unwrap();
        let folder = SealingFolder::at(dir.path());
        std::thread::scope(|scope| {
            scope.spawn(|| folder.write("csv/users.csv", b"a,b\r\n").unwrap());
            scope.spawn(|| {
                let pieces =
                    |file: &mut SealingFile| (0..9_999).try_for_each(|_| file.write_all(b"x"));
                folder.write_with("report.json", pieces).unwrap();
            });
        });
        let sealed = folder.sealed();
        let names: Vec<_> = sealed.iter().map(|it| (it.path.as_str(), it.bytes)).collect();
        assert_eq!(names, [("csv/users.csv", 5), ("report.json", 9_999)]);
        for it in sealed {
            assert_eq!(it.sha256, digest::of(std::fs::read(dir.path().join(it.path)).unwrap()));
        }
    }

    #[test]
    fn what_could_not_be_written_is_not_listed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = SealingFolder::at(dir.path());
        folder.write("a", b"one").unwrap();
        let twice = folder.write("a", b"two").unwrap_err();
        assert_eq!((twice.deed, twice.source.kind()), ("write", io::ErrorKind::AlreadyExists));
        let failed = folder.write_with("b", |_| Err(io::Error::other("no value")));
        assert_eq!(failed.unwrap_err().source.to_string(), "no value");
        let below = folder.write("a/c", b"three").unwrap_err();
        assert_eq!((below.deed, below.path), ("create", dir.path().join("a")));
        assert_eq!(folder.sealed().len(), 1);
    }
}
