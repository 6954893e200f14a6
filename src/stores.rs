//! Stores: where packs go besides their folder, and where earlier ones are fetched from.
//!
//! An object is put where there is none, and read back. One that is there already is compared, and never
//! replaced; what grows goes on from what is there. What a store says is believed as far as hashes bear it
//! out, and what it may cost is bounded.

mod cloud;
mod error;
mod fetch;
mod folder;
mod lock;
mod names;
mod push;
mod wire;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use self::cloud::Cloud;
pub use self::error::{StoreError, StoreFault};
use self::folder::Folder;
pub use self::names::{Listing, place_of};
pub use self::push::PushedPack;
use crate::config::stores::{StoreAccess, StoreAddress, StoreKind};
use crate::digest::Digest;

/// Bytes of the largest object: one is sent in one piece, so that it is there whole or not at all.
const MOST_BYTES: u64 = 2 << 30;

/// A store.
#[derive(Debug)]
pub struct Store {
    address: StoreAddress,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(Folder),
    Cloud(Box<Cloud>),
}

/// Who takes an object piece by piece.
type Take<'a> = &'a mut (dyn FnMut(&[u8]) -> std::io::Result<()> + Send);

impl Store {
    /// Prepares the way to a store; nothing is asked of it yet. What is locked from `now` on is locked
    /// for so many days.
    ///
    /// # Errors
    ///
    /// When the access is no use, or a file that it names cannot be read.
    pub fn open(
        address: &StoreAddress,
        access: &StoreAccess,
        secret: Option<&SecretString>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let place = match address.kind {
            StoreKind::Folder => Place::Folder(Folder::at(Path::new(&address.prefix))),
            _ => Place::Cloud(Box::new(Cloud::open(address, access, secret, now)?)),
        };
        Ok(Self { address: address.clone(), place })
    }

    /// Where it is.
    pub fn address(&self) -> &StoreAddress {
        &self.address
    }

    /// Whether the bucket can lock objects; none where that cannot be seen.
    pub async fn can_lock(&self) -> Option<bool> {
        match &self.place {
            Place::Folder(_) => Some(false),
            Place::Cloud(it) => it.can_lock().await,
        }
    }

    /// The names and lengths of what is in it.
    ///
    /// # Errors
    ///
    /// When it cannot be reached, does not come to an end, or holds what no store of evidence holds.
    pub async fn list(&self) -> Result<Listing, StoreError> {
        let mut objects = BTreeMap::new();
        let mut add = |name: String, bytes: u64| {
            names::expect_sound(&self.address, &name)?;
            objects.insert(name, bytes);
            if objects.len() > names::MOST_OBJECTS {
                return Err(StoreError::Endless { store: self.address.to_string() });
            }
            Ok(())
        };
        match &self.place {
            Place::Folder(it) => it.list(&self.address, &mut add)?,
            Place::Cloud(it) => it.list(&self.address, &mut add).await?,
        }
        Ok(Listing::of(objects))
    }

    /// The bytes of an object, which are `most` at most; none where there is no such object.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is longer.
    pub async fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut res = Vec::new();
        let mut take = |piece: &[u8]| {
            res.extend_from_slice(piece);
            Ok(())
        };
        Ok(self.take(name, most, &mut take).await?.then_some(res))
    }

    /// SHA-256 of an object; none where there is no such object.
    async fn sha256(&self, name: &str, most: u64) -> Result<Option<String>, StoreError> {
        let mut res = Digest::default();
        let mut take = |piece: &[u8]| {
            res.update(piece);
            Ok(())
        };
        Ok(self.take(name, most, &mut take).await?.then(|| res.hex()))
    }

    /// Hands over an object piece by piece, and says whether there is one.
    async fn take(&self, name: &str, most: u64, to: Take<'_>) -> Result<bool, StoreError> {
        let at = self.address.at(name);
        let mut left = most;
        let mut take = |piece: &[u8]| {
            let fits = left.checked_sub(piece.len() as u64);
            left = fits.ok_or_else(|| StoreError::TooLarge { at: at.clone(), most })?;
            to(piece).map_err(|source| StoreError::Kept { at: at.clone(), source })
        };
        match &self.place {
            Place::Folder(it) => it.take(&at, name, &mut take),
            Place::Cloud(it) => it.take(&at, name, &mut take).await,
        }
    }

    /// Puts an object where there is none; false where there is one, whichever.
    async fn create(&self, name: &str, bytes: Vec<u8>) -> Result<bool, StoreError> {
        let at = self.address.at(name);
        match &self.place {
            Place::Folder(it) => it.create(&at, name, &bytes),
            Place::Cloud(it) => it.create(&at, name, bytes).await,
        }
    }

    /// Puts an object in the place of another one, locked where evidence is.
    async fn replace(
        &self,
        name: &str,
        bytes: Vec<u8>,
        is_evidence: bool,
    ) -> Result<(), StoreError> {
        let at = self.address.at(name);
        match &self.place {
            Place::Folder(it) => it.replace(&at, name, &bytes),
            Place::Cloud(it) => it.replace(&at, name, bytes, is_evidence).await,
        }
    }

    /// Whether an object is locked as it should be, where it should; one that was just put there is for
    /// the whole time.
    async fn expect_locked(&self, name: &str, is_new: bool) -> Result<(), StoreError> {
        match &self.place {
            Place::Folder(_) => Ok(()),
            Place::Cloud(it) => it.expect_locked(&self.address.at(name), name, is_new).await,
        }
    }
}
