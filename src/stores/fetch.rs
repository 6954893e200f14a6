//! What is fetched from a store: objects as files, each no longer than the listing says.

use std::io::Write as _;
use std::path::Path;

use futures_util::StreamExt as _;
use futures_util::stream;

use super::Store;
use super::error::StoreError;
use crate::files;

/// Objects that are fetched at a time.
const AT_ONCE: usize = 8;

/// Bytes of all that is fetched for one command.
const MOST_FETCHED: u64 = 64 << 30;

impl Store {
    /// Fetches objects, given with their lengths, into a folder: each becomes the file of its name.
    ///
    /// # Errors
    ///
    /// When the store does not give one, gives more than it said, or the disk does not take it.
    pub async fn fetch<'a>(
        &self,
        objects: impl IntoIterator<Item = (&'a str, u64)>,
        to: &Path,
    ) -> Result<(), StoreError> {
        let objects: Vec<(&str, u64)> = objects.into_iter().collect();
        let total = objects.iter().fold(0_u64, |sum, it| sum.saturating_add(it.1));
        if total > MOST_FETCHED {
            return Err(StoreError::TooLarge { at: self.address.to_string(), most: MOST_FETCHED });
        }
        let fetching = objects.into_iter().map(|(name, bytes)| self.fetch_one(name, bytes, to));
        let mut fetching = stream::iter(fetching).buffer_unordered(AT_ONCE);
        while let Some(fetched) = fetching.next().await {
            fetched?;
        }
        Ok(())
    }

    async fn fetch_one(&self, name: &str, bytes: u64, to: &Path) -> Result<(), StoreError> {
        let path = to.join(name);
        let kept = |source| StoreError::Kept { at: self.address.at(name), source };
        files::make_folder_within(to, path.parent().unwrap_or(to)).map_err(kept)?;
        let mut file = files::make(&path).map_err(kept)?;
        let mut take = |piece: &[u8]| file.write_all(piece);
        if self.take(name, bytes, &mut take).await? {
            return Ok(());
        }
        // It was listed, and is gone.
        Err(StoreError::Lost { at: self.address.at(name) })
    }
}
