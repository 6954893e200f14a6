//! What lies beside packs and is evidence too: the record of retention, and access reviews.

use std::path::Path;

use tokio::runtime::Handle;

use super::super::Error;
use super::super::review::{REVIEW, root};
use crate::config::Config;
use crate::files;
use crate::notify::journal::JOURNAL;
use crate::retention::{RECORD, RetentionRecord};
use crate::review;
use crate::stores::{Listing, Store, StoreError};

/// Has the record of retention go on from that of the store, and fetches the reviews that are not here.
pub(super) fn gain(
    store: &Store,
    there: &Listing,
    config: &Config,
    out: &Path,
) -> Result<(), Error> {
    let runtime = Handle::current();
    if there.bytes(RECORD).is_some() {
        runtime.block_on(store.gain(RECORD, &out.join(RECORD)))?;
    }
    let removed = RetentionRecord::read(out)?;
    let folder = root(config);
    let mut names: Vec<(&str, ReviewFile)> =
        there.objects().filter_map(|(name, _)| Some((name, ReviewFile::of(name)?))).collect();
    // A review without what it is has not come whole.
    names.sort_by_key(|it| (it.1 == ReviewFile::Head, it.0));
    for (name, kind) in names {
        let below = name.strip_prefix(&format!("{REVIEW}/")).unwrap_or(name);
        let place = format!("{REVIEW}/{}", below.split('/').next().unwrap_or_default());
        let path = folder.join(below);
        let is_here = path.symlink_metadata().is_ok();
        if removed.has_removed(&place) || is_here && kind != ReviewFile::Record {
            continue;
        }
        runtime.block_on(store.gain(name, &path))?;
    }
    Ok(())
}

/// Has the journal of notices go on from that of the store.
pub(super) fn gain_journal(store: &Store, there: &Listing, out: &Path) -> Result<(), StoreError> {
    if there.bytes(JOURNAL).is_some() {
        Handle::current().block_on(store.gain(JOURNAL, &out.join(JOURNAL)))?;
    }
    Ok(())
}

/// Has the journal of notices go on in the store.
pub(super) fn push_journal(store: &Store, out: &Path) -> Result<(), StoreError> {
    Handle::current().block_on(store.grow(JOURNAL, &out.join(JOURNAL)))
}

/// The objects that reviews are read from, with their lengths.
pub(super) fn reviews(there: &Listing) -> impl Iterator<Item = (&str, u64)> {
    there.objects().filter(|it| ReviewFile::of(it.0).is_some())
}

/// Puts the same into the store, as far as it is not there.
pub(super) fn push(
    store: &Store,
    there: &Listing,
    config: &Config,
    out: &Path,
) -> Result<(), StoreError> {
    let runtime = Handle::current();
    runtime.block_on(store.grow(RECORD, &out.join(RECORD)))?;
    for campaign in files::folders_in(&root(config)) {
        let Some(name) = campaign.file_name().and_then(|it| it.to_str()) else { continue };
        if !campaign.join(review::CAMPAIGN).is_file() {
            continue;
        }
        for path in files_of(&campaign) {
            let (name, local) = (format!("{REVIEW}/{name}/{path}"), campaign.join(&path));
            match ReviewFile::of(&name) {
                Some(ReviewFile::Record) => runtime.block_on(store.grow(&name, &local))?,
                Some(_) => drop(runtime.block_on(store.put(&name, &local, there))?),
                None => {}
            }
        }
    }
    Ok(())
}

/// The files of a review that are evidence, what it is last.
fn files_of(campaign: &Path) -> Vec<String> {
    let received =
        std::fs::read_dir(campaign.join(review::RECEIVED)).into_iter().flatten().flatten();
    let received = received.filter(|it| it.file_type().is_ok_and(|it| it.is_file()));
    let names = received.filter_map(|it| it.file_name().into_string().ok());
    let mut res: Vec<String> = names.map(|it| format!("{}/{it}", review::RECEIVED)).collect();
    res.sort();
    res.extend([review::LINES, review::RECORD, review::CAMPAIGN].map(str::to_owned));
    res
}

/// A file of a review that is evidence; worksheets and plans are made from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReviewFile {
    /// What it is.
    Head,
    /// Its lines, or a worksheet that came back.
    Fixed,
    /// The record of what happened in it.
    Record,
}

impl ReviewFile {
    /// What an object is; none where it is no evidence of a review.
    fn of(name: &str) -> Option<Self> {
        let (campaign, path) = name.strip_prefix(REVIEW)?.strip_prefix('/')?.split_once('/')?;
        if campaign.starts_with('.') {
            return None;
        }
        match path.split_once('/') {
            Some((folder, _)) => (folder == review::RECEIVED).then_some(Self::Fixed),
            None if path == review::CAMPAIGN => Some(Self::Head),
            None if path == review::LINES => Some(Self::Fixed),
            None if path == review::RECORD => Some(Self::Record),
            None => None,
        }
    }
}
