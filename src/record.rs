//! The record of a pack, on the disk: what it reported, and what it knows of the packs before it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::audit::record::{FindingsRecord, RecordedFinding, RecordedRule};
use crate::audit::reported::ReportedMonth;
use crate::calendar::Month;
use crate::checksums::sealing::{SealingError, SealingFolder};
use crate::digest;
use crate::files;
use crate::json;
use crate::review::RecordedSighting;
use crate::snapshot::earlier::Pack;
use crate::tables::build::trend::{AccountCounts, LastSeenActive};

/// What the record says of rules, months and snapshots.
pub const RECORD: &str = "record/record.json";
/// What it says of findings.
const FINDINGS: &str = "record/findings.jsonl.zst";
/// What it says of accounts that are disabled.
const ACCOUNTS: &str = "record/accounts.jsonl.zst";

/// What it says of months: this one, and those before it.
const REPORTED: &str = "record/reported.jsonl.zst";

/// What it says of what reviews took away.
const REMOVALS: &str = "record/removals.jsonl.zst";

/// The files of a record.
pub const FILES: [&str; 5] = [RECORD, FINDINGS, ACCOUNTS, REPORTED, REMOVALS];

/// Changes when an older program would misread the record.
const FORMAT: u32 = 3;

/// The record of a pack.
#[derive(Debug, Default)]
pub struct PackRecord {
    /// The rules and the findings.
    pub findings: FindingsRecord,
    /// The accounts of each instance, month by month.
    pub months: Vec<RecordedMonth>,
    /// What packs reported of each instance, month by month.
    pub reported: Vec<ReportedMonth>,
    /// The accounts that are disabled.
    pub accounts: Vec<RecordedAccount>,
    /// Which snapshots have what reviews decided to take away.
    pub removals: Vec<RecordedSighting>,
    /// The ids of the snapshots that it knows, its own included.
    pub snapshots: BTreeSet<String>,
    /// Former names of instances, with the names that they have in this record.
    pub renamed: BTreeMap<String, String>,
}

/// The accounts of an instance in one month.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedMonth {
    /// The instance.
    pub instance: String,
    /// `2026-11`.
    pub month: String,
    /// The accounts of its snapshot that says most.
    pub accounts: AccountCounts,
}

/// An account that was disabled, and when it was seen otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedAccount {
    /// The instance.
    pub instance: String,
    /// Retool's id of the account.
    pub user_id: String,
    /// The last snapshot at which it could sign in; none where there is none.
    pub seen_active: Option<DateTime<Utc>>,
    /// The first after that at which it could not.
    pub seen_disabled: Option<DateTime<Utc>>,
}

impl RecordedAccount {
    /// When it could sign in, and since when it could not.
    pub fn seen(&self) -> LastSeenActive {
        LastSeenActive { active: self.seen_active, disabled: self.seen_disabled }
    }
}

/// `record.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordFile {
    format: u32,
    /// The snapshot that the pack reports.
    snapshot_id: String,
    snapshots: BTreeSet<String>,
    renamed: BTreeMap<String, String>,
    rules: Vec<RecordedRule>,
    months: Vec<RecordedMonth>,
}

impl RecordedMonth {
    /// The month; none where the text is none.
    pub fn month(&self) -> Option<Month> {
        Month::parse(&self.month)
    }
}

impl PackRecord {
    /// Writes the record of a pack that reports a snapshot.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn write(&self, snapshot_id: &str, folder: &SealingFolder) -> Result<(), SealingError> {
        let file = RecordFile {
            format: FORMAT,
            snapshot_id: snapshot_id.to_owned(),
            snapshots: self.snapshots.clone(),
            renamed: self.renamed.clone(),
            rules: self.findings.rules.clone(),
            months: self.months.clone(),
        };
        folder.write(RECORD, &json::pretty(&file))?;
        folder
            .write_with(FINDINGS, |to| json::write_lines(&self.findings.findings, to).map(drop))?;
        folder.write_with(ACCOUNTS, |to| json::write_lines(&self.accounts, to).map(drop))?;
        folder.write_with(REPORTED, |to| json::write_lines(&self.reported, to).map(drop))?;
        folder.write_with(REMOVALS, |to| json::write_lines(&self.removals, to).map(drop))
    }

    /// Reads the record of the pack of a snapshot; none where it has none.
    ///
    /// # Errors
    ///
    /// Why the record that lies there is of no use, in a fragment.
    pub fn read(pack: &Pack, snapshot_id: &str) -> Result<Option<Self>, String> {
        if pack.sealed.sha256(RECORD).is_none() {
            return Ok(None);
        }
        let text = sealed_bytes(pack, RECORD)?;
        let file: RecordFile =
            json::of_format(&text, FORMAT).map_err(|why| format!("`{RECORD}` {why}"))?;
        if file.snapshot_id != snapshot_id {
            return Err(format!("`{RECORD}` speaks of another snapshot"));
        }
        let findings: Vec<RecordedFinding> = lines(pack, FINDINGS)?;
        Ok(Some(Self {
            findings: FindingsRecord { rules: file.rules, findings },
            months: file.months,
            accounts: lines(pack, ACCOUNTS)?,
            reported: lines(pack, REPORTED)?,
            removals: lines(pack, REMOVALS)?,
            snapshots: file.snapshots,
            renamed: file.renamed,
        }))
    }
}

/// The records of one of the compressed files.
fn lines<T: DeserializeOwned + Send>(pack: &Pack, path: &str) -> Result<Vec<T>, String> {
    let bytes = sealed_bytes(pack, path)?;
    json::read_lines(&bytes).map_err(|_| format!("`{path}` is not what a record holds"))
}

/// The bytes of a file of the pack, which are what was sealed.
fn sealed_bytes(pack: &Pack, path: &str) -> Result<Vec<u8>, String> {
    let unread = |_| format!("`{path}` cannot be read");
    let bytes = files::read_own(&pack.dir.join(path)).map_err(unread)?;
    let sealed = pack.sealed.sha256(path);
    if sealed.is_some_and(|it| it == digest::of(&bytes)) {
        return Ok(bytes);
    }
    Err(format!("`{path}` is not the file that `SHA256SUMS` names"))
}

/// The records of earlier packs together, by today's names of their instances.
#[derive(Clone, Debug, Default)]
pub struct RecordedMonths(
    /// By instance and month.
    pub BTreeMap<(String, Month), AccountCounts>,
);

impl RecordedMonths {
    /// Adds what is known of a month; of two the one that says more, or the later.
    pub fn add(&mut self, instance: String, month: Month, counts: AccountCounts) {
        let key = (instance, month);
        if self.0.get(&key).is_none_or(|known| counts.state <= known.state) {
            self.0.insert(key, counts);
        }
    }

    /// Those from a month on, as a record has them.
    pub fn since(self, first: Month) -> Vec<RecordedMonth> {
        let recent = self.0.into_iter().filter(|((_, month), _)| *month >= first);
        recent
            .map(|((instance, month), accounts)| RecordedMonth {
                instance,
                month: month.to_string(),
                accounts,
            })
            .collect()
    }
}
