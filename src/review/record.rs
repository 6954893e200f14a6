//! The record of a campaign: what came in, what was decided, and who signed. It is only ever added
//! to, and each entry names the one before it by its hash.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decision::Decision;
use crate::digest;
use crate::files;

/// The file in the folder of a campaign.
pub const RECORD: &str = "record.jsonl";

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
pub enum RecordEntry {
    /// A worksheet came in.
    Received {
        /// What it was called.
        file: String,
        /// SHA-256 of its bytes, which are kept.
        sha256: String,
        /// Lines of it that were taken.
        taken: usize,
        /// Lines of it that were not.
        refused: usize,
    },
    /// A line was decided, by the worksheet before; a later decision about a line replaces an
    /// earlier one.
    Decided(Decision),
    /// A person signed.
    Signed(Attestation),
}

/// What a person states of the campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Who signs.
    pub name: String,
    /// As what.
    pub role: String,
    /// What the person states, in sentences that the record bears out.
    pub statements: Vec<String>,
    /// SHA-256 of the manifest of the pack that was reviewed.
    pub manifest_sha256: String,
}

/// An entry as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RecordLine {
    /// SHA-256 of the line before, without its end; of `campaign.json` for the first.
    previous: String,
    /// When it was added, RFC 3339 UTC.
    at: DateTime<Utc>,
    #[serde(flatten)]
    entry: RecordEntry,
}

/// What happened in a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    path: PathBuf,
    /// SHA-256 of the last line.
    last: String,
    entries: Vec<(DateTime<Utc>, RecordEntry)>,
}

/// Why a record cannot be read or added to.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// A line is not what was written.
    #[error("line {line} of `{}` {why}", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it, in a fragment.
        why: &'static str,
    },
}

impl RecordError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Io { .. } => None,
            Self::Changed { .. } => {
                Some("a record is only ever added to; put back the file as it was written")
            }
        }
    }
}

impl Record {
    /// The record in the folder of a campaign in which nothing happened yet; the first entry will
    /// follow `campaign_sha256`.
    pub fn begin(folder: &Path, campaign_sha256: &str) -> Self {
        let path = folder.join(RECORD);
        Self { path, last: campaign_sha256.to_owned(), entries: Vec::new() }
    }

    /// Goes on by the entries of the file, which lie there already.
    ///
    /// # Errors
    ///
    /// When a line of it does not follow the one before.
    pub fn follow(&mut self, text: &[u8]) -> Result<(), RecordError> {
        for (at, line) in text.split_inclusive(|it| *it == b'\n').enumerate() {
            let changed = |why| RecordError::Changed { path: self.path.clone(), line: at + 1, why };
            let whole = line.strip_suffix(b"\n").ok_or_else(|| changed("is cut off"))?;
            let read: RecordLine =
                serde_json::from_slice(whole).map_err(|_| changed("is not what a record holds"))?;
            if read.previous != self.last {
                return Err(changed("does not follow the one before it"));
            }
            self.last = digest::of(whole);
            self.entries.push((read.at, read.entry));
        }
        Ok(())
    }

    /// SHA-256 of the last entry, or of the campaign where there is none.
    pub fn last(&self) -> &str {
        &self.last
    }

    /// Adds entries, all of them or none.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    ///
    /// # Panics
    ///
    /// Panics where an entry cannot be JSON, which is a bug.
    pub fn add(&mut self, at: DateTime<Utc>, entries: Vec<RecordEntry>) -> Result<(), RecordError> {
        let mut text = String::new();
        let mut last = self.last.clone();
        for entry in &entries {
            let line = RecordLine { previous: last, at, entry: entry.clone() };
            let line = serde_json::to_string(&line).expect("plain values serialise");
            last = digest::of(&line);
            text.push_str(&line);
            text.push('\n');
        }
        let failed = |source| RecordError::Io { path: self.path.clone(), source };
        if self.entries.is_empty() {
            files::write_whole(&self.path, text.as_bytes()).map_err(failed)?;
        } else {
            files::append(&self.path, text.as_bytes()).map_err(failed)?;
        }
        self.last = last;
        self.entries.extend(entries.into_iter().map(|it| (at, it)));
        Ok(())
    }

    /// The decision that stands about each line, with the time at which it was recorded.
    pub fn decisions(&self) -> BTreeMap<&str, (DateTime<Utc>, &Decision)> {
        let mut res = BTreeMap::new();
        for (at, entry) in &self.entries {
            if let RecordEntry::Decided(decision) = entry {
                res.insert(decision.line_id.as_str(), (*at, decision));
            }
        }
        res
    }

    /// What happened, the oldest first.
    pub fn entries(&self) -> impl Iterator<Item = (DateTime<Utc>, &RecordEntry)> {
        self.entries.iter().map(|(at, entry)| (*at, entry))
    }

    /// Whether a worksheet of these bytes came in before.
    pub fn has_received(&self, hash: &str) -> bool {
        self.entries
            .iter()
            .any(|it| matches!(&it.1, RecordEntry::Received { sha256, .. } if sha256 == hash))
    }

    /// Who signed, and when.
    pub fn attestations(&self) -> impl Iterator<Item = (DateTime<Utc>, &Attestation)> {
        self.entries.iter().filter_map(|(at, entry)| match entry {
            RecordEntry::Signed(it) => Some((*at, it)),
            _ => None,
        })
    }
}
