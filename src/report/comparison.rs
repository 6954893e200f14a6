//! What a report says about the time before: approvals, what changed, and what is gone.

use serde::Serialize;

use super::Term;
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
    pub instances: Vec<Compared>,
    /// What lies among the earlier snapshots and is of no use, each with the reason.
    pub unreadable: Vec<Term>,
    /// Exceptions that were none at the previous snapshot, nor at any before it.
    pub new: u64,
    /// Exceptions that were none at the previous snapshot, and were at one before it.
    pub reopened: u64,
    /// Exceptions that were exceptions at the previous snapshot.
    pub persisting: u64,
    /// Exceptions of which nobody knows what they were.
    pub undated: u64,
    /// Exceptions of the previous snapshot, judged by what is known today, that are none any more;
    /// they are in no table of findings.
    pub fixed: Vec<Fixed>,
    /// Changes of all instances.
    pub total: u64,
    /// The changes that documents print; all of them are in `changes.csv`.
    pub changes: Vec<Change>,
}

/// What one instance is compared with.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// The instance.
    pub instance: String,
    /// The previous snapshot; empty where there is none.
    pub snapshot_id: String,
    /// When it was collected, RFC 3339 UTC; empty where there is none.
    pub collected_at: String,
    /// Whole days from then to this collection.
    pub days: Option<i64>,
    /// Newer snapshots that were passed over: when, and the state of the instance.
    pub passed_over: Vec<Term>,
    /// What changed, by kind.
    pub counts: Vec<ChangeCount>,
}

/// Changes of one kind.
#[derive(Debug, Serialize)]
pub struct ChangeCount {
    /// user, membership, group, setting or token.
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
    /// user, membership, group, setting or token.
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
}

/// An exception that is none any more.
#[derive(Debug, Serialize)]
pub struct Fixed {
    /// The id of the finding.
    pub finding_id: String,
    /// The rule's code.
    pub code: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// How much it mattered.
    pub severity: Severity,
    /// The instance.
    pub instance: String,
    /// What people call the subject.
    pub subject: String,
    /// Retool's id of the subject.
    pub subject_id: String,
}
