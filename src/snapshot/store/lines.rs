//! The files of a snapshot: each with its hash, and with as many records as its ledger says.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Error, at, sound};
use crate::digest::{self, Digest};
use crate::files;
use crate::json::{self, LONGEST, LineReader};
use crate::snapshot::record::Keyed;

/// A file as it was written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFile {
    /// Below the directory, with `/` on every system.
    pub(super) path: String,
    pub(super) sha256: String,
    pub(super) bytes: u64,
    pub(super) rows: u64,
}

/// Writes one file and waits until the disk has it.
pub(super) fn write<T: Serialize>(
    records: &[T],
    dir: &Path,
    path: String,
) -> Result<WrittenFile, Error> {
    let whole = dir.join(&path);
    let sink = write_to(&whole, records).map_err(at("write", &whole))?;
    let (sha256, bytes, rows) = (sink.hash.hex(), sink.bytes, records.len() as u64);
    Ok(WrittenFile { path, sha256, bytes, rows })
}

/// A directory that files are read from, each once.
pub(super) struct FolderReader<'a> {
    pub(super) dir: &'a Path,
    /// The very bytes that were read, by their paths, where the caller wants them.
    pub(super) kept: Option<BTreeMap<String, Vec<u8>>>,
}

impl FolderReader<'_> {
    /// Keeps what was read.
    pub(super) fn keep(&mut self, path: &str, bytes: Vec<u8>) {
        if let Some(kept) = &mut self.kept {
            kept.insert(path.to_owned(), bytes);
        }
    }
}

/// Reads one file, which must be as it was written.
pub(super) fn read<T: DeserializeOwned + Keyed>(
    expected: &WrittenFile,
    from: &mut FolderReader<'_>,
) -> Result<Vec<T>, Error> {
    let path = &from.dir.join(&expected.path);
    let bytes = files::read_own(path).map_err(at("read", path))?;
    let found = digest::of(&bytes);
    if found != expected.sha256 {
        let expected = expected.sha256.clone();
        return Err(Error::Changed { path: path.to_owned(), found, expected });
    }
    let res = parse(expected, path, &bytes)?;
    from.keep(&expected.path, bytes);
    Ok(res)
}

fn parse<T: DeserializeOwned + Keyed>(
    expected: &WrittenFile,
    path: &Path,
    bytes: &[u8],
) -> Result<Vec<T>, Error> {
    let mut source = LineReader::of(bytes).map_err(at("read", path))?;
    let mut res = Vec::new();
    // A file of few bytes can unpack to more than any memory holds: nothing is unpacked beyond what
    // the ledger counts, and no line beyond what a record can be.
    while let Some(line) = source.next_line().map_err(at("read", path))? {
        let number = res.len() as u64 + 1;
        if number > expected.rows {
            let (path, expected) = (path.to_owned(), expected.rows);
            return Err(Error::Surplus { path, expected });
        }
        if line.len() as u64 > LONGEST {
            return Err(Error::Long { path: path.to_owned(), line: number, most: LONGEST >> 20 });
        }
        let record = serde_json::from_slice(line).map_err(|source| Error::Line {
            path: path.to_owned(),
            line: number,
            source,
        })?;
        res.push(record);
    }
    let found = res.len() as u64;
    if found == expected.rows {
        let unfit = |what| Error::Unfit { path: path.to_owned(), what };
        sound::once(res.iter().map(|it: &T| it.key().map(|it| it.0))).map_err(unfit)?;
        return Ok(res);
    }
    Err(Error::Rows { path: path.to_owned(), found, expected: expected.rows })
}

fn write_to<T: Serialize>(path: &Path, records: &[T]) -> io::Result<Hashing> {
    let sink = Hashing { inner: files::make(path)?, hash: Digest::default(), bytes: 0 };
    let sink = json::write_lines(records, sink)?;
    sink.inner.sync_all()?;
    Ok(sink)
}

/// A file that knows the hash of what went into it.
struct Hashing {
    inner: File,
    hash: Digest,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let res = self.inner.write(bytes)?;
        self.hash.update(&bytes[..res]);
        self.bytes += res as u64;
        Ok(res)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
