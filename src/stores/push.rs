//! What is put into a store: packs, the list of their checksums last, and what grows beside them.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::error::{StoreError, StoreFault};
use super::names::Listing;
use super::{MOST_BYTES, Store};
use crate::checksums::{ENDORSEMENTS, MANIFEST, SUMS, SealedFolder};
use crate::digest;
use crate::files;

/// How often an object is put anew that does not arrive, and the pause before that.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// A pack that is in the store as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedPack {
    /// Objects that were put there now.
    pub n_new: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Store {
    /// Puts a pack at its place, as far as it is not there: the list of its checksums last, so that a pack
    /// which lacks that is not whole. Each object is held against its hash.
    ///
    /// # Errors
    ///
    /// When the pack is not what was sealed, the store does not take it, or has something else in the
    /// place of one of its files.
    pub async fn push(
        &self,
        pack: &Path,
        place: &str,
        there: &Listing,
    ) -> Result<PushedPack, StoreError> {
        let unsealed = |it: crate::checksums::SealFault| StoreError::Unsealed {
            path: pack.to_owned(),
            why: it.to_string(),
        };
        let sealed = SealedFolder::open(pack).map_err(unsealed)?;
        let is_whole = there.is_whole(place);
        let endorsed = ENDORSEMENTS.into_iter().filter(|it| pack.join(it).is_file());
        let last = [MANIFEST].into_iter().chain(endorsed).chain([SUMS]);
        let mut res = PushedPack { n_new: 0, bytes: 0 };
        for path in sealed.below("").chain(last) {
            let (name, local) = (format!("{place}/{path}"), pack.join(path));
            let expected = sealed.sha256(path);
            let known = there.bytes(&name);
            // What came whole was held against its hash then.
            if is_whole && expected.is_some() && known == Some(length(&local)?) {
                continue;
            }
            let bytes = read(&local)?;
            if expected.is_some_and(|it| it != digest::of(&bytes)) {
                let why = "its SHA-256 is another one".to_owned();
                return Err(StoreError::Unsealed { path: local, why });
            }
            if self.deliver(&name, &bytes, known.is_some()).await? {
                res.n_new += 1;
                res.bytes += bytes.len() as u64;
            }
        }
        Ok(res)
    }

    /// Has a file that is only ever added to go on in the store, where it knows more than that.
    ///
    /// # Errors
    ///
    /// When the store does not take it, or neither goes on from the other.
    pub async fn grow(&self, name: &str, path: &Path) -> Result<(), StoreError> {
        let Some(here) = read_if_there(path)? else { return Ok(()) };
        let there = self.read(name, MOST_BYTES).await?;
        match there {
            None => self.deliver(name, &here, false).await.map(drop),
            Some(there) if there.starts_with(&here) => Ok(()),
            Some(there) if here.starts_with(&there) => self.put_over(name, here, true).await,
            Some(_) => Err(self.apart(name, path)),
        }
    }

    /// Has a file that is only ever added to go on here, where the store knows more than that; says whether
    /// it did.
    ///
    /// # Errors
    ///
    /// When the store does not give it, or neither goes on from the other.
    pub async fn gain(&self, name: &str, path: &Path) -> Result<bool, StoreError> {
        let Some(there) = self.read(name, MOST_BYTES).await? else { return Ok(false) };
        let here = read_if_there(path)?.unwrap_or_default();
        if here.starts_with(&there) {
            return Ok(false);
        }
        if !there.starts_with(&here) {
            return Err(self.apart(name, path));
        }
        let kept = files::make_folder(path.parent().unwrap_or(path))
            .and_then(|()| files::write_whole(path, &there));
        kept.map_err(|source| StoreError::Kept { at: self.address.at(name), source })?;
        Ok(true)
    }

    /// Puts something that is no evidence by itself in the place of what was there, and reads it back.
    ///
    /// # Errors
    ///
    /// When the store does not take it.
    pub async fn show(&self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.put_over(name, bytes, false).await
    }

    async fn put_over(
        &self,
        name: &str,
        bytes: Vec<u8>,
        is_evidence: bool,
    ) -> Result<(), StoreError> {
        let expected = digest::of(&bytes);
        let most = bytes.len() as u64;
        self.replace(name, bytes, is_evidence).await?;
        if self.sha256(name, most).await?.is_some_and(|it| it == expected) {
            return Ok(());
        }
        Err(StoreError::Lost { at: self.address.at(name) })
    }

    /// Puts a file that never changes, unless it is there already, and says whether it was put.
    ///
    /// # Errors
    ///
    /// As [`Self::push`].
    pub async fn put(&self, name: &str, path: &Path, there: &Listing) -> Result<bool, StoreError> {
        match there.bytes(name) {
            Some(bytes) if bytes == length(path)? => Ok(false),
            known => self.deliver(name, &read(path)?, known.is_some()).await,
        }
    }

    /// Puts an object, unless the same is there, and reads it back; says whether it was put now.
    async fn deliver(&self, name: &str, bytes: &[u8], is_there: bool) -> Result<bool, StoreError> {
        let (at, expected) = (self.address.at(name), digest::of(bytes));
        let (mut is_missing, mut is_new) = (!is_there, false);
        let mut fault = StoreError::Lost { at: at.clone() };
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(PAUSE * 4_u32.pow(attempt)).await;
            }
            let mut refused = None;
            if is_missing {
                match self.create(name, bytes.to_vec()).await {
                    Ok(created) => is_new |= created,
                    Err(it) if it.is_final() => return Err(it),
                    // It may have come all the same, with the answer lost.
                    Err(it) => refused = Some(it),
                }
            }
            match self.sha256(name, bytes.len() as u64).await {
                Ok(Some(it)) if it == expected => {
                    self.expect_locked(name, is_new).await?;
                    return Ok(is_new);
                }
                Ok(None) => {
                    is_missing = true;
                    fault = refused.unwrap_or(fault);
                }
                Ok(Some(_)) | Err(StoreError::TooLarge { .. }) if is_new => {
                    return Err(StoreError::Lost { at });
                }
                Ok(Some(_)) | Err(StoreError::TooLarge { .. }) => {
                    return Err(StoreError::Different { at });
                }
                Err(it) if it.is_final() => return Err(it),
                Err(it) => fault = refused.unwrap_or(it),
            }
        }
        Err(fault)
    }

    fn apart(&self, name: &str, path: &Path) -> StoreError {
        StoreError::Apart { at: self.address.at(name), path: path.to_owned() }
    }
}

impl StoreError {
    /// Whether it does not help to try again.
    fn is_final(&self) -> bool {
        let Self::Failed { fault, .. } = self else { return true };
        matches!(fault, StoreFault::Denied | StoreFault::Missing)
    }
}

/// How long a file is, which is no longer than what a store takes in one piece.
fn length(path: &Path) -> Result<u64, StoreError> {
    let there = path.symlink_metadata().map_err(|it| unread(path, it))?;
    if there.len() <= MOST_BYTES {
        return Ok(there.len());
    }
    Err(StoreError::TooLarge { at: path.display().to_string(), most: MOST_BYTES })
}

fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    length(path)?;
    files::read_own(path).map_err(|it| unread(path, it))
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match read(path) {
        Err(StoreError::Unread { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        read => read.map(Some),
    }
}

fn unread(path: &Path, source: io::Error) -> StoreError {
    StoreError::Unread { path: path.to_owned(), source }
}
