//! The journal of notices: what became of each, on a line, beside the packs.

use std::io::{self, ErrorKind};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::files;

/// Its file in the folder of packs.
pub const JOURNAL: &str = "notices.jsonl";

/// What became of one notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When that was known.
    #[serde(with = "crate::notify::journal::seconds")]
    pub at: DateTime<Utc>,
    /// Whom it was for.
    pub receiver: String,
    /// How the receiver is reached.
    pub kind: String,
    /// Where the pack lies in the evidence folder.
    pub pack: String,
    /// The report that the pack holds.
    pub report_id: String,
    /// The notice, by its id.
    pub notice: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: NoticeOutcome,
}

/// What became of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome", content = "reason")]
pub enum NoticeOutcome {
    /// The receiver took it.
    Told,
    /// It did not, or nobody knows; with the reason.
    Failed(String),
}

impl JournalEntry {
    /// Why it failed, where it did.
    pub fn failure(&self) -> Option<&str> {
        match &self.outcome {
            NoticeOutcome::Failed(why) => Some(why),
            NoticeOutcome::Told => None,
        }
    }
}

/// Writes entries down behind those that are there, for the owner of the folder alone.
///
/// # Errors
///
/// When the file cannot be read or written, or is no file of its own.
pub fn write(folder: &Path, entries: &[JournalEntry]) -> io::Result<()> {
    let path = folder.join(JOURNAL);
    let mut bytes = match files::read_own(&path) {
        Ok(it) => it,
        Err(it) if it.kind() == ErrorKind::NotFound => Vec::new(),
        Err(it) => return Err(it),
    };
    // Whatever somebody wrote there stays a line of its own.
    if bytes.last().is_some_and(|it| *it != b'\n') {
        bytes.push(b'\n');
    }
    for it in entries {
        serde_json::to_writer(&mut bytes, it).map_err(io::Error::from)?;
        bytes.push(b'\n');
    }
    files::write_secret(&path, &bytes)
}

/// Times as everything prints them.
mod seconds {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::calendar::stamps::stamp;

    pub(super) fn serialize<S: Serializer>(at: &DateTime<Utc>, sink: S) -> Result<S::Ok, S::Error> {
        sink.serialize_str(&stamp(*at))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        source: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        DateTime::<Utc>::deserialize(source)
    }
}
