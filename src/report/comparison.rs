//! What a report says about the time before: approvals, what changed, and what is gone.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::term::Term;
use crate::calendar::stamps::time_or_empty;
use crate::rules::Severity;

/// The file of approvals on one line.
#[derive(Debug, Serialize)]
pub struct ApprovalsSummary {
    /// The file's name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows below the header.
    pub rows: usize,
    /// Rows that are no approvals.
    pub rejected: Vec<String>,
}

/// What changed since the previous snapshot of each instance.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// Every instance with what it is compared with.
    pub instances: Vec<ComparedInstance>,
    /// What lies among the earlier snapshots and is not used, each with the reason.
    pub unreadable: Vec<Term<'static>>,
    /// Files in earlier packs that no list of the pack names, and that were not read.
    pub strange: Vec<Term<'static>>,
    /// Exceptions that were none at the previous snapshot, nor at any before it.
    pub new: u64,
    /// Exceptions that were none at the previous snapshot, and were at one before it.
    pub reopened: u64,
    /// Exceptions that were exceptions at the previous snapshot.
    pub persisting: u64,
    /// Exceptions of which it is unknown what they were.
    pub undated: u64,
    /// What became of the exceptions of the previous snapshot that are in no table of findings any
    /// more.
    pub fixed: Vec<ResolvedException>,
    /// Those of them whose subject is there and in order.
    pub resolved: u64,
    /// Those that another, worse rule holds now.
    pub superseded: u64,
    /// Those that are gone, or were not judged now, or not alike.
    pub not_comparable: u64,
    /// Instances of earlier packs that are not audited any more.
    pub gone: Vec<GoneInstance>,
    /// Changes of all instances.
    pub total: u64,
    /// The changes that documents print; all of them are in `changes.csv`.
    pub changes: Vec<Change>,
}

/// What one instance is compared with.
#[derive(Debug, Serialize)]
pub struct ComparedInstance {
    /// The instance.
    pub instance: String,
    /// The previous snapshot; empty where there is none.
    pub snapshot_id: String,
    /// When it was collected, RFC 3339 UTC; empty where there is none.
    #[serde(serialize_with = "time_or_empty")]
    pub collected_at: Option<DateTime<Utc>>,
    /// Whole days from then to this collection.
    pub days: Option<i64>,
    /// Newer snapshots that were passed over: when, and the state of the instance.
    pub passed_over: Vec<Term<'static>>,
    /// What changed, by kind.
    pub counts: Vec<ChangeCount>,
}

/// Changes of one kind.
#[derive(Debug, Serialize)]
pub struct ChangeCount {
    /// user, membership, group, setting, invitation, token, role or role grant.
    pub kind: &'static str,
    /// What is new.
    pub added: u64,
    /// What is gone.
    pub removed: u64,
    /// Fields that differ.
    pub changed: u64,
}

/// One change.
#[derive(Debug, Serialize)]
pub struct Change {
    /// The instance.
    pub instance: String,
    /// user, membership, group, setting, invitation, token, role or role grant.
    pub kind: String,
    /// What people call what changed.
    pub label: String,
    /// added, removed or changed.
    pub change: String,
    /// The field.
    pub what: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
    /// The day of the approval on file; `none` where there is none, and empty where the file of
    /// approvals holds none of such changes.
    pub approval: String,
}

/// An exception of the previous snapshot that is in no table of findings any more.
#[derive(Debug, Serialize)]
pub struct ResolvedException {
    /// The id of the finding.
    pub finding_id: String,
    /// The rule's code.
    pub code: String,
    /// The rule's title.
    pub title: String,
    /// How much it mattered.
    pub severity: Severity,
    /// The instance.
    pub instance: String,
    /// What people call the subject.
    pub subject: String,
    /// Retool's id of the subject.
    pub subject_id: String,
    /// user, group, token, instance and so on.
    pub subject_type: String,
    /// resolved, superseded or not comparable.
    pub outcome: ExceptionFate,
    /// What superseded it, or why it is not comparable; empty where it is resolved.
    pub why: String,
}

/// What became of an exception of the previous snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ExceptionFate {
    /// The subject is there and in order.
    #[serde(rename = "resolved")]
    Resolved,
    /// Another, worse rule holds the subject now.
    #[serde(rename = "superseded")]
    Superseded,
    /// The subject is gone, or was not judged now, or not alike.
    #[serde(rename = "not comparable")]
    NotComparable,
}

impl ExceptionFate {
    /// Every word with what it says.
    pub const ALL: &[(Self, &str)] = &[
        (Self::Resolved, "the subject is there and in order"),
        (Self::Superseded, "another, worse rule reports it now"),
        (Self::NotComparable, "it is gone, or was not judged now, or not alike"),
    ];

    /// The word as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Superseded => "superseded",
            Self::NotComparable => "not comparable",
        }
    }
}

/// An instance that earlier packs have, and that is not audited any more.
#[derive(Debug, Serialize)]
pub struct GoneInstance {
    /// Its name in the last pack that has it.
    pub instance: String,
    /// Its address there; empty where it is not known.
    pub url: String,
    /// When it was last collected, RFC 3339 UTC.
    pub last_collected: String,
    /// Why the configuration excludes it; empty where it does not.
    pub excluded_because: String,
    /// What to do about it; empty where it is excluded.
    pub advice: String,
}
