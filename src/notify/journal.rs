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
    /// What a ticket is about: a finding or an owner by its id, or what has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The ticket, as people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The findings that the ticket was told of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// What failed and is still to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed: Option<TicketDeed>,
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
    /// A ticket was opened.
    Opened,
    /// A ticket was there of which nothing was known here.
    Found,
    /// A ticket got a comment.
    Commented,
    /// A ticket was closed, or somebody had closed it.
    Closed,
    /// It did not, or nobody knows; with the reason.
    Failed(String),
}

/// What is still to be done about a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketDeed {
    /// A pack showed that all of it is resolved.
    Close,
}

impl JournalEntry {
    /// Why it failed, where it did.
    pub fn failure(&self) -> Option<&str> {
        match &self.outcome {
            NoticeOutcome::Failed(why) => Some(why),
            NoticeOutcome::Told
            | NoticeOutcome::Opened
            | NoticeOutcome::Found
            | NoticeOutcome::Commented
            | NoticeOutcome::Closed => None,
        }
    }
}

/// What the journal of a folder says; lines that it does not hold are passed over.
///
/// # Errors
///
/// When the file is there and cannot be read, or is no file of its own.
pub fn read(folder: &Path) -> io::Result<Vec<JournalEntry>> {
    let text = match files::read_own(&folder.join(JOURNAL)) {
        Ok(it) => it,
        Err(it) if it.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(it) => return Err(it),
    };
    let lines = text.split(|it| *it == b'\n');
    Ok(lines.filter_map(|it| serde_json::from_slice(it).ok()).collect())
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
