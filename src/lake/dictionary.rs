//! The table of a lake's runs.

use std::sync::LazyLock;

use polars::prelude::{DataFrame, Expr, PolarsResult, Schema, col};

use crate::tables::column::{Bool, ColumnKind, ColumnMeta, Null, Text, Time};
use crate::tables::declare::{cell, given, null, snake_case, tables};

tables! {
    /// One row per run: a pack whose tables are in the lake.
    Runs by [run_id] as run {
        /// The name of the pack's folder: when it was collected, and the report's id.
        run_id: Text,
        /// Whose access was reviewed.
        organization: Text,
        /// The report's id.
        report_id: Text,
        /// The snapshot's id.
        snapshot_id: Text,
        /// complete, partial or failed.
        state: Text,
        /// When the snapshot was collected.
        collected_at: Time,
        /// When the report was rendered.
        rendered_at: Time,
        /// SHA-256 of the pack's manifest, which names every file of the pack by its hash.
        manifest_sha256: Text,
        /// Whether the run counts: it is the most whole of the organization's month, of those the one that was collected last, of those the one that was rendered last.
        counts: Bool,
        ---
    }
}
