//! Packs that were fetched from elsewhere as far as later ones rest on them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::checksums::{ENDORSEMENTS, MANIFEST, SUMS};

/// Where a pack has what later ones rest on.
const RESTED_ON: [&str; 3] = ["record/", "snapshot/", "inputs/"];

/// Whether later packs rest on a file of a pack, by its path below it: it is read and hashed again.
pub(super) fn is_rested_on(path: &str) -> bool {
    RESTED_ON.iter().any(|it| path.starts_with(it))
}

/// Packs below a folder, of which some files were left where they are.
#[derive(Clone, Debug, Default)]
pub struct FetchedPacks {
    /// The folder, which has a folder for each month.
    pub root: PathBuf,
    /// The files that were left, by the folder of their pack: their paths below it, and lengths.
    pub left: BTreeMap<PathBuf, BTreeMap<String, u64>>,
}

impl FetchedPacks {
    /// Whether a file of a pack has to be fetched where later ones are made: the lists of the pack, and what
    /// they rest on.
    pub fn is_needed(path: &str) -> bool {
        is_rested_on(path) || [MANIFEST, SUMS].contains(&path) || ENDORSEMENTS.contains(&path)
    }

    /// The files of a pack that were left.
    pub(super) fn left_of(&self, dir: &Path) -> Option<&BTreeMap<String, u64>> {
        self.left.get(dir)
    }

    /// Whether a pack has a file, fetched or not.
    pub fn has(&self, dir: &Path, path: &str) -> bool {
        dir.join(path).is_file() || self.left_of(dir).is_some_and(|it| it.contains_key(path))
    }
}
