//! `sign`: a signature and a time-stamp beside the manifest of a pack.

use std::path::{Path, PathBuf};

use tokio::runtime::Handle;

use super::{Error, Exit, print};
use crate::checksums::{MANIFEST, SIGNATURE, TIMESTAMP};
use crate::cli::SignArgs;
use crate::signing::Signer;
use crate::{files, pack, timestamp};

/// Signs packs with the key in a file, and has an authority time-stamp them.
pub(super) fn run(args: &SignArgs) -> Result<Exit, Error> {
    let signer = args.key.as_deref().map(Signer::read).transpose()?;
    for dir in &args.packs {
        let pack = SignedPack::read(dir)?;
        if let Some(signer) = &signer {
            print(&pack.sign(signer)?.display().to_string())?;
        }
        if let Some(authority) = &args.timestamp {
            print(&pack.timestamp(authority)?.display().to_string())?;
        }
    }
    Ok(Exit::Done)
}

/// A pack with the manifest that is signed.
pub(super) struct SignedPack<'a> {
    dir: &'a Path,
    manifest: Vec<u8>,
}

impl<'a> SignedPack<'a> {
    /// Reads what is to be signed.
    pub(super) fn read(dir: &'a Path) -> Result<Self, Error> {
        let path = dir.join(MANIFEST);
        let read = files::read_own(&path);
        let manifest = read.map_err(|source| pack::Error::Io { deed: "read", path, source })?;
        Ok(Self { dir, manifest })
    }

    /// Signs it, unless it is signed already, and returns where the signature lies.
    pub(super) fn sign(&self, signer: &Signer) -> Result<PathBuf, Error> {
        self.expect_none(SIGNATURE, "signed")?;
        self.put(SIGNATURE, signer.sign(&self.manifest)?.as_bytes())
    }

    /// Has an authority time-stamp it, unless it is already, and returns where its answer lies.
    pub(super) fn timestamp(&self, authority: &str) -> Result<PathBuf, Error> {
        self.expect_none(TIMESTAMP, "time-stamped")?;
        let answer = Handle::current().block_on(timestamp::ask(authority, &self.manifest))?;
        self.put(TIMESTAMP, &answer)
    }

    /// Whether something of that name lies beside the manifest.
    pub(super) fn has(&self, name: &str) -> bool {
        self.dir.join(name).symlink_metadata().is_ok()
    }

    fn expect_none(&self, file: &'static str, what: &'static str) -> Result<(), Error> {
        if self.has(file) {
            return Err(Error::Signed { pack: self.dir.to_owned(), what, file });
        }
        Ok(())
    }

    /// Puts a file beside the manifest, whole or not at all, and returns its place.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Error> {
        let path = self.dir.join(name);
        match files::write_into(self.dir, name, bytes) {
            Ok(()) => Ok(path),
            Err(source) => Err(pack::Error::Io { deed: "write", path, source }.into()),
        }
    }
}
