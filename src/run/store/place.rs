//! Evidence where a command line says that it is: in a folder, or fetched from a store.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::runtime::Handle;

use super::super::review::{REVIEW, root};
use super::super::{Error, configuration};
use super::{beside, fetch, open};
use crate::calendar::Month;
use crate::checksums::{MANIFEST, SUMS};
use crate::config::Config;
use crate::config::stores::{StoreAccess, StoreAddress};
use crate::files::Growing;
use crate::retention::{RECORD, RetentionRecord};
use crate::snapshot::earlier::FetchedPacks;
use crate::stores::StoreError;

/// A folder of evidence.
pub(in crate::run) struct EvidencePlace {
    folder: PathBuf,
    fetched: Option<FetchedEvidence>,
}

/// What was fetched from a store, until it is no longer needed.
struct FetchedEvidence {
    packs: FetchedPacks,
    /// The store, and what of it was asked for.
    address: StoreAddress,
    _growing: Growing,
    _around: TempDir,
}

impl EvidencePlace {
    /// The folder that was named; where it is in a store, packs are fetched from there, with those of their
    /// files that are `needed`.
    pub(in crate::run) fn at(
        path: &Path,
        config: &Path,
        needed: impl Fn(&str) -> bool,
    ) -> Result<Self, Error> {
        let text = path.to_str().filter(|it| StoreAddress::is_one(it));
        let Some(text) = text else {
            return Ok(Self { folder: path.to_owned(), fetched: None });
        };
        let named = StoreAddress::parse(text).map_err(|(what, help)| StoreError::Setup {
            store: "the store that was named".to_owned(),
            why: format!("its address {what}; {help}"),
        })?;
        let access = access(config)?;
        let (address, below) = split(&named);
        let store = open(&address, &access)?;
        let there = Handle::current().block_on(store.list())?;
        let around = tempfile::tempdir().map_err(unmade)?;
        let mut growing = Growing::at(&around.path().join("evidence"));
        growing.begin().map_err(unmade)?;
        let root = growing.path().to_owned();
        if let Some(bytes) = there.bytes(RECORD) {
            Handle::current().block_on(store.fetch([(RECORD, bytes)], &root))?;
        }
        // Where the record is not sound, whoever reads it says so.
        let removed = RetentionRecord::read(&root).unwrap_or_default();
        let is_needed = |place: &str, path: &str| match removed.of_place(place) {
            Some(it) => {
                [MANIFEST, SUMS].contains(&path) || it.pack.kept.iter().any(|it| it == path)
            }
            None => needed(path),
        };
        let is_meant = |place: &&str| {
            let within = below.is_empty() || format!("{place}/").starts_with(&format!("{below}/"));
            within && removed.of_place(place).is_none_or(|it| it.is_kept_in_part())
        };
        let places: Vec<&str> = there.packs().into_keys().filter(is_meant).collect();
        let packs = fetch(&store, &there, &places, &root, is_needed)?;
        Handle::current().block_on(store.fetch(beside::reviews(&there), &root))?;
        let folder = if below.is_empty() { root } else { root.join(&below) };
        let fetched = FetchedEvidence { packs, address, _growing: growing, _around: around };
        Ok(Self { folder, fetched: Some(fetched) })
    }

    /// The folder.
    pub(in crate::run) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The packs that were fetched.
    pub(in crate::run) fn fetched(&self) -> Option<&FetchedPacks> {
        self.fetched.as_ref().map(|it| &it.packs)
    }

    /// Where its access reviews are, which are beside the packs of a store, and else where the configuration
    /// says.
    pub(in crate::run) fn reviews(&self, config: &Config) -> PathBuf {
        let fetched = self.fetched.as_ref().map(|it| it.packs.root.join(REVIEW));
        fetched.unwrap_or_else(|| root(config))
    }

    /// What a path in it is called: where it is in the store, and not where it was fetched to.
    pub(in crate::run) fn shown(&self, path: &Path) -> PathBuf {
        let of = self.fetched.as_ref();
        let named = of.and_then(|it| {
            let below = path.strip_prefix(&it.packs.root).ok()?.to_str()?;
            Some(PathBuf::from(it.address.at(&below.replace('\\', "/"))))
        });
        named.unwrap_or_else(|| path.to_owned())
    }
}

/// How stores are reached, as the configuration says, where there is one.
fn access(config: &Path) -> Result<StoreAccess, Error> {
    if config.is_file() { Ok(configuration(config)?.1.store) } else { Ok(StoreAccess::default()) }
}

/// The store, and the month or pack in it that an address names.
fn split(named: &StoreAddress) -> (StoreAddress, String) {
    let parts: Vec<&str> = named.prefix.split('/').collect();
    let is_month = |back: usize| {
        parts.len().checked_sub(back).is_some_and(|at| Month::parse(parts[at]).is_some())
    };
    let within = [1, 2].into_iter().find(|back| is_month(*back)).unwrap_or(0);
    let (above, below) = parts.split_at(parts.len() - within);
    (StoreAddress { prefix: above.join("/"), ..named.clone() }, below.join("/"))
}

fn unmade(source: io::Error) -> StoreError {
    StoreError::Kept { at: "the store".to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::config::stores::StoreAddress;

    #[test]
    fn an_address_may_be_that_of_a_month_or_a_pack() {
        let told = |text: &str| {
            let (store, below) = split(&StoreAddress::parse(text).unwrap());
            format!("{store} {below:?}")
        };
        let texts = [
            "s3://acme/retool",
            "s3://acme/retool/2026-11",
            "s3://acme/retool/2026-11/20261102T060000Z-1f3a9c02",
            "s3://acme/2026-11",
            "s3://acme",
            "file:///srv/evidence/2026-11/pack",
        ];
        insta::assert_snapshot!(texts.map(told).join("\n"), @r#"
        s3://acme/retool ""
        s3://acme/retool "2026-11"
        s3://acme/retool "2026-11/20261102T060000Z-1f3a9c02"
        s3://acme "2026-11"
        s3://acme ""
        file:///srv/evidence "2026-11/pack"
        "#);
    }
}
