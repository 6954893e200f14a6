//! Verification: packs held against themselves and against each other, offline.
//!
//! A pack has to be as its lists say, its ids have to be made of what they name, its tables have to
//! agree, and what it reports of earlier findings has to be what the records in its history say.
//! Packs of one folder have to go on from each other: each names the manifests before it by hash.
//! One that is not there has to be in the record of retention, and what stays of it unaltered.

mod chain;
mod files;
mod record;
mod retention;
mod reviews;
mod tables;

use self::retention::Records;
pub use self::retention::{RemovedLine, VerifiedRecord, kept as faults_of_kept};
use self::reviews::HeldReview;
pub use self::tables::PackTable;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::checksums::{
    MANIFEST, PreviousFolder, SIGNATURE, SealedFile, TIMESTAMP, parse_manifest,
};
use crate::digest;
use crate::files as disk;
use crate::retention::PackRemoval;
use crate::signing::{self, AllowedSigners, SignedBy};
use crate::snapshot::store;
use crate::threads;
use crate::timestamp::{self, Timestamp};

/// Packs that are in memory at once.
const MOST_AT_ONCE: usize = 4;

/// Something in a pack, or between packs, that is not as it was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The file, or the finding, or what else it is about.
    pub what: String,
    /// What is wrong with it, in a fragment.
    pub why: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.what, self.why)
    }
}

/// A pack with what is wrong with it.
#[derive(Debug, Serialize)]
pub struct VerifiedPack {
    /// The folder.
    #[serde(serialize_with = "shown")]
    pub dir: PathBuf,
    /// The period, `2026-11`; empty where the pack does not say.
    pub period: String,
    /// How many files it lists.
    pub n_files: usize,
    /// Who signed it; none where nobody did, or where the signature is none.
    pub signed: Option<SignedBy>,
    /// When an authority says that it was there; none where none does, or where it says something
    /// else.
    pub timestamp: Option<Timestamp>,
    /// What is wrong; empty where nothing is.
    pub faults: Vec<Fault>,
    /// What retention removed of it, and of the packs that it goes on from, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Whether all that stays of it is what proves it.
    #[serde(skip)]
    pub is_kept_in_part: bool,
    /// What its manifest is known by, and what it says; none where it cannot be read.
    #[serde(skip)]
    manifest: Option<(String, ManifestFacts)>,
    /// The access reviews that it holds, by their names.
    #[serde(skip)]
    reviews: BTreeMap<String, HeldReview>,
}

/// What a manifest says, as far as it is held against something.
#[derive(Debug, Deserialize)]
struct ManifestFacts {
    report_id: String,
    snapshot_id: String,
    period: String,
    collected_at: DateTime<Utc>,
    rendered_at: DateTime<Utc>,
    #[serde(default)]
    inputs: Vec<ListedInput>,
    #[serde(default)]
    previous: Vec<PreviousFolder>,
    files: Vec<SealedFile>,
}

/// A file that the report was made from.
#[derive(Debug, Deserialize)]
struct ListedInput {
    what: String,
    file: String,
    sha256: String,
}

/// The packs in these folders, each of which is a pack or holds some, in the order of their months.
pub fn packs(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut res = Vec::new();
    let mut open: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    while let Some(dir) = open.pop() {
        if dir.join(MANIFEST).is_file() {
            res.push(dir);
        } else if store::place(&dir).is_none() {
            let below = disk::folders_in(&dir).into_iter();
            let visible = below.filter(|it| !is_hidden(it));
            let mut below: Vec<PathBuf> = visible.collect();
            below.sort();
            open.extend(below.into_iter().rev());
        }
    }
    res
}

fn is_hidden(dir: &Path) -> bool {
    dir.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'))
}

/// Whom whoever checks trusts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trust<'a> {
    /// Who may sign; none where nobody says.
    pub signers: Option<&'a AllowedSigners>,
    /// The certificates of the authorities that may time-stamp; none where nobody says.
    pub authorities: Option<&'a Path>,
}

/// What came of packs, and of the records of what was removed from beside them.
#[derive(Debug)]
pub struct Verified {
    /// The packs.
    pub packs: Vec<VerifiedPack>,
    /// The records.
    pub records: Vec<VerifiedRecord>,
}

/// Holds the packs in these folders, each of which is a pack or holds some, against themselves, and
/// against each other; signatures and time-stamps have to be of those who are trusted, where somebody says
/// who that is. A few packs are in memory at a time.
///
/// # Panics
///
/// Panics where the check of a pack does, which is a bug.
pub fn verify(paths: &[PathBuf], trust: Trust<'_>) -> Verified {
    let packs = packs(paths);
    let records = Records::of(&packs);
    let of = |dir: &PathBuf| VerifiedPack::of(dir, trust, records.removal(dir));
    let mut res = threads::few_at_once(&packs, MOST_AT_ONCE, of);
    // A pack that lies alone may go on from packs elsewhere, unless a record says what became of them.
    let in_folders = paths.iter().any(|it| !packs.contains(it));
    if res.len() > 1 || in_folders && records.has_any() {
        chain::check(&mut res, &records);
        reviews::check(&mut res);
        records.check_copies(&mut res);
    }
    let records = records.verified(&res);
    Verified { packs: res, records }
}

impl VerifiedPack {
    /// A pack held against itself, and against what the record of retention says of it.
    fn of(dir: &Path, trust: Trust<'_>, removal: Option<PackRemoval<'_>>) -> Self {
        let mut res = Self {
            dir: dir.to_owned(),
            period: String::new(),
            n_files: 0,
            signed: None,
            timestamp: None,
            faults: Vec::new(),
            removed: Vec::new(),
            is_kept_in_part: removal.is_some_and(|it| it.is_kept_in_part()),
            manifest: None,
            reviews: BTreeMap::new(),
        };
        if let Some(manifest) = res.read() {
            let rendered_at = manifest.1.rendered_at;
            match removal {
                Some(it) if it.is_kept_in_part() => res.check_kept(manifest, it),
                Some(it) => {
                    res.fault(&it.pack.pack, format!("it was {}, and is there", it.words()));
                    res.check_manifest(manifest);
                }
                None => res.check_manifest(manifest),
            }
            let bytes = disk::read_own(&dir.join(MANIFEST)).unwrap_or_default();
            res.check_signature(&bytes, trust.signers);
            res.check_timestamp(&bytes, rendered_at, trust.authorities);
        }
        let (reviews, faults) = reviews::held_by(dir);
        res.reviews = reviews;
        res.faults.extend(faults);
        res
    }

    /// Holds what the manifest says against the rest of the pack.
    fn check_manifest(&mut self, manifest: (String, ManifestFacts)) {
        let (dir, facts) = (&self.dir, &manifest.1);
        self.period.clone_from(&facts.period);
        self.n_files = facts.files.len();
        self.faults.extend(files::faults(dir));
        let snapshot = store::read(&dir.join("snapshot"));
        self.faults.extend(files::ids(dir, facts, &snapshot));
        self.faults.extend(tables::faults(dir, facts, snapshot.as_ref().ok().map(|it| &it.0)));
        self.faults.extend(record::faults(dir, facts));
        self.manifest = Some(manifest);
    }

    /// Holds what stays of the pack against its lists and the record of retention.
    fn check_kept(&mut self, manifest: (String, ManifestFacts), removal: PackRemoval<'_>) {
        self.period.clone_from(&manifest.1.period);
        self.n_files = removal.pack.kept.len();
        self.removed.push(format!("all but these {}", removal.words()));
        self.faults.extend(retention::kept(&self.dir, removal));
        self.faults.extend(files::report_id(&manifest.1));
        self.manifest = Some(manifest);
    }

    /// Holds the signature beside the manifest against it, where there is one.
    fn check_signature(&mut self, manifest: &[u8], allowed: Option<&AllowedSigners>) {
        let Ok(signature) = disk::read_own(&self.dir.join(SIGNATURE)) else { return };
        match signing::check(&signature, manifest, allowed) {
            Ok(it) => self.signed = Some(it),
            Err(why) => self.fault(SIGNATURE, why),
        }
    }

    /// Holds the time-stamp beside the manifest against it, where there is one.
    fn check_timestamp(
        &mut self,
        manifest: &[u8],
        rendered_at: DateTime<Utc>,
        authorities: Option<&Path>,
    ) {
        let answer = self.dir.join(TIMESTAMP);
        let Ok(bytes) = disk::read_own(&answer) else { return };
        let said = timestamp::check(&bytes, manifest, rendered_at);
        let stamped = said.and_then(|it| match authorities {
            None => Ok(it),
            Some(roots) => {
                timestamp::signed_by(roots, it.at, &answer, &self.dir.join(MANIFEST))?;
                Ok(Timestamp { is_trusted: true, ..it })
            }
        });
        match stamped {
            Ok(it) => self.timestamp = Some(it),
            Err(why) => self.fault(TIMESTAMP, why),
        }
    }

    /// What the manifest says; a fault where it says nothing.
    fn read(&mut self) -> Option<(String, ManifestFacts)> {
        let read = disk::read_own(&self.dir.join(MANIFEST));
        let facts = read.map_err(|error| error.to_string()).and_then(|bytes| {
            let facts = parse_manifest(&bytes).map_err(|it| it.to_string())?;
            Ok((digest::of(&bytes), facts))
        });
        match facts {
            Ok(it) => Some(it),
            Err(why) => {
                self.fault(MANIFEST, format!("cannot be read: {why}"));
                None
            }
        }
    }

    fn fault(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.faults.push(Fault { what: what.into(), why: why.into() });
    }
}

/// A fault of something.
pub(crate) fn fault(what: impl Into<String>, why: impl Into<String>) -> Fault {
    Fault { what: what.into(), why: why.into() }
}

fn shown<S: serde::Serializer>(dir: &Path, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&dir.display())
}
