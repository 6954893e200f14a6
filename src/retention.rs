//! The record of retention: what was removed from a folder of evidence, when, by whom and why.
//!
//! A line is on the disk before anything that it speaks of goes, and each names the one before it by
//! its hash. Once everything is gone, a line says so, so that the last line about something that was
//! removed is named by another one, too.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::Month;
use crate::checksums::{MANIFEST, PreviousFolder};
use crate::digest;
use crate::files;
use crate::operator::Operator;

/// The file in the folder of evidence.
pub const RECORD: &str = "pruned.jsonl";

/// Something that was removed, or the end of a removal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
pub enum RetentionEntry {
    /// A pack, as a whole or but for some files.
    Pack(RemovedPack),
    /// A snapshot that lay beside the packs.
    Snapshot(RemovedSnapshot),
    /// An access review.
    Review(RemovedReview),
    /// Everything that the lines before speak of is gone.
    Finished,
}

/// A pack that was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedPack {
    /// Its period, `2026-11`.
    pub period: String,
    /// Where it lay: the folder of the month, and its own.
    pub pack: String,
    /// Its report.
    pub report_id: String,
    /// SHA-256 of its manifest, which names every file of it by its hash.
    pub manifest_sha256: String,
    /// The packs that it went on from.
    pub previous: Vec<PreviousFolder>,
    /// The files that stay, by their paths below the pack; empty where none does.
    pub kept: Vec<String>,
}

/// A snapshot that was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedSnapshot {
    /// The month in which it was collected, `2026-11`.
    pub period: String,
    /// Where it lay below the folder of evidence.
    pub snapshot: String,
    /// Its id.
    pub snapshot_id: String,
    /// SHA-256 of its `snapshot.json`, which names every file of it by its hash.
    pub sha256: String,
}

/// An access review that was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedReview {
    /// The month of the accounts that were reviewed, `2026-11`.
    pub period: String,
    /// Where it lay below the folder of evidence.
    pub review: String,
    /// SHA-256 of the manifest of the pack that was reviewed.
    pub manifest_sha256: String,
    /// SHA-256 of the last entry of its record, which names those before it.
    pub last_entry: String,
}

/// A line of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionLine {
    /// SHA-256 of the line before, without its end; empty for the first.
    before: String,
    /// When it was written, RFC 3339 UTC.
    pub at: DateTime<Utc>,
    /// Who had it removed, and where.
    pub by: Operator,
    /// By which rule, in words.
    pub policy: String,
    /// What it speaks of.
    #[serde(flatten)]
    pub entry: RetentionEntry,
}

/// What was removed from a folder of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetentionRecord {
    path: PathBuf,
    bytes: Vec<u8>,
    /// SHA-256 of the last line; empty where there is none.
    last: String,
    lines: Vec<RetentionLine>,
}

/// A pack of which the record says that it was removed.
#[derive(Clone, Copy, Debug)]
pub struct PackRemoval<'a> {
    /// The pack.
    pub pack: &'a RemovedPack,
    /// When that was written down.
    pub at: DateTime<Utc>,
}

/// Why a record cannot be read or added to.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The system refuses.
    #[error("cannot {deed} `{}`", path.display())]
    Io {
        /// `read` or `write`.
        deed: &'static str,
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// Something else lies where something was to be removed.
    #[error("`{}` is not what the record of retention says was to be removed", path.display())]
    Another {
        /// The folder.
        path: PathBuf,
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

impl RetentionError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Io { .. } => None,
            Self::Another { .. } => Some("see what was put there, and move it elsewhere"),
            Self::Changed { .. } => Some(
                "the record of retention is only ever added to; put back the file as it was \
                 written",
            ),
        }
    }

    /// The line, counted from 1, and what is wrong with it; where there is no such line, the whole.
    pub fn parts(&self) -> (String, String) {
        match self {
            Self::Changed { line, why, .. } => (format!("line {line}"), format!("it {why}")),
            Self::Io { source, .. } => (self.to_string(), source.to_string()),
            Self::Another { .. } => (self.to_string(), String::new()),
        }
    }
}

impl RetentionEntry {
    /// Where it lay below the folder of evidence, and the files of it that stay; none where nothing was
    /// removed.
    pub fn removed(&self) -> Option<(&str, &[String])> {
        match self {
            Self::Pack(it) => Some((&it.pack, &it.kept)),
            Self::Snapshot(it) => Some((&it.snapshot, &[])),
            Self::Review(it) => Some((&it.review, &[])),
            Self::Finished => None,
        }
    }
}

impl RetentionEntry {
    /// Whether it speaks of something that may lie in a folder of evidence, and leads nowhere else.
    fn is_within(&self) -> bool {
        let Some((place, kept)) = self.removed() else { return true };
        let parts: Vec<Component<'_>> = Path::new(place).components().collect();
        let is_normal = |path: &str| {
            let mut parts = Path::new(path).components();
            !path.is_empty() && parts.all(|it| matches!(it, Component::Normal(_)))
        };
        is_normal(place) && parts.len() == 2 && kept.iter().all(|it| is_normal(it))
    }

    /// Removes what it speaks of from a folder of evidence, as far as that is still there.
    ///
    /// # Errors
    ///
    /// When the system refuses, or something else lies there by now.
    pub fn carry_out(&self, folder: &Path) -> Result<(), RetentionError> {
        let Some((place, kept)) = self.removed() else { return Ok(()) };
        let path = folder.join(place);
        let above = path.parent().unwrap_or(folder);
        let failed = |source| RetentionError::Io { deed: "remove", path: path.clone(), source };
        files::expect_own_folder(above).map_err(failed)?;
        if !self.is_at(&path) {
            return Err(RetentionError::Another { path });
        }
        if kept.is_empty() {
            files::discard(&path).map_err(failed)?;
            // The folder of a month stays where something else lies in it.
            std::fs::remove_dir(above).ok();
        } else if path.is_dir() {
            let kept = kept.iter().map(String::as_str).collect();
            files::keep_only(&path, &kept).map_err(failed)?;
        }
        Ok(())
    }

    /// Whether what it speaks of lies at `path`, or nothing does.
    fn is_at(&self, path: &Path) -> bool {
        let (name, expected) = match self {
            Self::Pack(it) => (MANIFEST, &it.manifest_sha256),
            Self::Snapshot(it) => ("snapshot.json", &it.sha256),
            Self::Review(_) | Self::Finished => return true,
        };
        match files::read_own(&path.join(name)) {
            Ok(bytes) => digest::of(bytes) == *expected,
            Err(it) => it.kind() == io::ErrorKind::NotFound,
        }
    }
}

impl PackRemoval<'_> {
    /// The day on which that was written down, UTC.
    pub fn day(&self) -> NaiveDate {
        self.at.date_naive()
    }

    /// Whether files of it stay, which prove what it was.
    pub fn is_kept_in_part(&self) -> bool {
        !self.pack.kept.is_empty()
    }

    /// The same in words that follow what was removed.
    pub fn words(&self) -> String {
        format!("removed by retention on {}", self.day())
    }
}

impl RetentionRecord {
    /// The record of a folder; an empty one where there is none.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or a line of it does not follow the one before.
    pub fn read(folder: &Path) -> Result<Self, RetentionError> {
        let path = folder.join(RECORD);
        match files::read_own(&path) {
            Ok(bytes) => Self::of(path, bytes),
            Err(it)
                if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&it.kind()) =>
            {
                Ok(Self { path, ..Self::default() })
            }
            Err(source) => Err(RetentionError::Io { deed: "read", path, source }),
        }
    }

    fn of(path: PathBuf, bytes: Vec<u8>) -> Result<Self, RetentionError> {
        let (mut last, mut lines) = (String::new(), Vec::new());
        for (at, line) in bytes.split_inclusive(|it| *it == b'\n').enumerate() {
            let changed = |why| RetentionError::Changed { path: path.clone(), line: at + 1, why };
            let whole = line.strip_suffix(b"\n").ok_or_else(|| changed("is cut off"))?;
            let read: RetentionLine = serde_json::from_slice(whole)
                .map_err(|_| changed("is not what the record of retention holds"))?;
            if !read.entry.is_within() {
                return Err(changed("speaks of something outside of the folder of evidence"));
            }
            if read.before != last {
                return Err(changed("does not follow the one before it"));
            }
            last = digest::of(whole);
            lines.push(read);
        }
        Ok(Self { path, bytes, last, lines })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as it was read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether nothing was ever removed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The packs that were removed, each once, in the order of their places.
    pub fn packs(&self) -> impl Iterator<Item = PackRemoval<'_>> {
        let all = self.lines.iter().filter_map(|it| match &it.entry {
            RetentionEntry::Pack(pack) => Some(PackRemoval { pack, at: it.at }),
            _ => None,
        });
        // What stayed of one may have been removed later.
        let last: BTreeMap<&str, PackRemoval<'_>> =
            all.map(|it| (it.pack.pack.as_str(), it)).collect();
        last.into_values()
    }

    /// The pack that lay at a place, where it was removed.
    pub fn of_place(&self, place: &str) -> Option<PackRemoval<'_>> {
        self.packs().find(|it| it.pack.pack == place)
    }

    /// Whether what lay at a place was removed, be it a pack, a snapshot or a review.
    pub fn has_removed(&self, place: &str) -> bool {
        self.lines.iter().any(|it| it.entry.removed().is_some_and(|it| it.0 == place))
    }

    /// The pack of a manifest, by the hash of that, where it was removed.
    pub fn of_manifest(&self, sha256: &str) -> Option<PackRemoval<'_>> {
        self.packs().find(|it| it.pack.manifest_sha256 == sha256)
    }

    /// The months of which packs were removed, each with the last day on which one was.
    pub fn months(&self) -> BTreeMap<Month, NaiveDate> {
        let mut res = BTreeMap::new();
        for it in self.packs() {
            if let Some(month) = Month::parse(&it.pack.period) {
                let day = res.entry(month).or_insert_with(|| it.day());
                *day = it.day().max(*day);
            }
        }
        res
    }

    /// What was recorded since everything was last said to be gone.
    pub fn unfinished(&self) -> &[RetentionLine] {
        let finished = self.lines.iter().rposition(|it| it.entry == RetentionEntry::Finished);
        &self.lines[finished.map_or(0, |it| it + 1)..]
    }

    /// Adds entries, all of them or none; they are on the disk when this returns.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    ///
    /// # Panics
    ///
    /// Panics where an entry cannot be JSON, which is a bug.
    pub fn add(
        &mut self,
        (at, by): (DateTime<Utc>, &Operator),
        policy: &str,
        entries: impl IntoIterator<Item = RetentionEntry>,
    ) -> Result<(), RetentionError> {
        let (mut bytes, mut last, mut lines) =
            (self.bytes.clone(), self.last.clone(), self.lines.clone());
        for entry in entries {
            let (by, policy) = (by.clone(), policy.to_owned());
            let line = RetentionLine { before: last, at, by, policy, entry };
            let text = serde_json::to_string(&line).expect("plain values serialise");
            last = digest::of(&text);
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(b'\n');
            lines.push(line);
        }
        let failed = |source| RetentionError::Io { deed: "write", path: self.path.clone(), source };
        files::write_whole(&self.path, &bytes).map_err(failed)?;
        (self.bytes, self.last, self.lines) = (bytes, last, lines);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(period: &str) -> RetentionEntry {
        RetentionEntry::Pack(RemovedPack {
            period: period.to_owned(),
            pack: format!("{period}/a"),
            report_id: "0123456789abcdef".to_owned(),
            manifest_sha256: digest::of(period),
            previous: Vec::new(),
            kept: Vec::new(),
        })
    }

    #[test]
    fn a_record_is_read_as_it_was_written_and_says_what_is_not_done() {
        let dir = tempfile::tempdir().unwrap();
        let mut record = RetentionRecord::read(dir.path()).unwrap();
        assert!(record.is_empty() && record.unfinished().is_empty());
        let (at, by) = ("2026-12-01T06:00:00Z".parse().unwrap(), Operator::default());
        record.add((at, &by), "twelve months", ["2025-10", "2025-11"].map(removed)).unwrap();
        assert_eq!(record.unfinished().len(), 2);
        record.add((at, &by), "twelve months", [RetentionEntry::Finished]).unwrap();
        assert!(record.unfinished().is_empty());
        assert_eq!(RetentionRecord::read(dir.path()).unwrap(), record);
        let months = record.months().into_iter().map(|(month, day)| format!("{month} on {day}"));
        assert_eq!(months.collect::<Vec<_>>(), ["2025-10 on 2026-12-01", "2025-11 on 2026-12-01"]);
        let found = record.of_manifest(&digest::of("2025-11")).unwrap();
        assert_eq!(found.pack.pack, "2025-11/a");
    }

    #[test]
    fn a_record_that_was_changed_is_refused_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let mut record = RetentionRecord::read(dir.path()).unwrap();
        let (at, by) = ("2026-12-01T06:00:00Z".parse().unwrap(), Operator::default());
        record.add((at, &by), "all", ["2025-10", "2025-11"].map(removed)).unwrap();
        record.add((at, &by), "all", [RetentionEntry::Finished]).unwrap();
        let text = String::from_utf8(record.bytes().to_vec()).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let told = |text: String| {
            let read = RetentionRecord::of(PathBuf::from("pruned.jsonl"), text.into_bytes());
            read.map_or_else(|it| it.to_string(), |it| format!("{} lines", it.lines.len()))
        };
        let said = [
            told(text.clone()),
            told(text.replacen("2025-10", "2025-12", 1)),
            told(text.replace("2025-11", "2025-12")),
            told(lines[1..].concat()),
            told([lines[0], lines[2]].concat()),
            told([lines[1], lines[0], lines[2]].concat()),
            told(text.trim_end().to_owned()),
            told(format!("{text}{{}}\n")),
        ];
        insta::assert_snapshot!(said.join("\n"), @"
        3 lines
        line 2 of `pruned.jsonl` does not follow the one before it
        line 3 of `pruned.jsonl` does not follow the one before it
        line 1 of `pruned.jsonl` does not follow the one before it
        line 2 of `pruned.jsonl` does not follow the one before it
        line 1 of `pruned.jsonl` does not follow the one before it
        line 3 of `pruned.jsonl` is cut off
        line 4 of `pruned.jsonl` is not what the record of retention holds
        ");
    }
}
