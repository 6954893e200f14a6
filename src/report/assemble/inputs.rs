//! What a report is made from.

use polars::prelude::PolarsError;

use crate::approvals::{Approvals, Settled};
use crate::audit::Outcome;
use crate::audit::prior::PriorVerdicts;
use crate::baseline::Baseline;
use crate::config::Config;
use crate::logo::Logo;
use crate::references::Reference;
use crate::roster::Roster;
use crate::snapshot::Snapshot;
use crate::snapshot::earlier::Earlier;
use crate::tables::Tables;
use crate::waivers::Manual;

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInputs<'a> {
    /// What was collected.
    pub snapshot: &'a Snapshot,
    /// Names the snapshot.
    pub snapshot_id: &'a str,
    /// What it was collected and judged by.
    pub config: &'a Config,
    /// Who should have access.
    pub roster: Option<&'a Roster>,
    /// What access is expected.
    pub baseline: Option<&'a Baseline>,
    /// Which changes were approved, and which of the approvals count.
    pub approvals: Option<(&'a Approvals, &'a Settled)>,
    /// What stands on covers.
    pub logo: Option<&'a Logo>,
    /// What was collected before.
    pub earlier: &'a Earlier,
    /// What the rules would have found there, newest first.
    pub prior: &'a [PriorVerdicts],
    /// The snapshot as tables.
    pub tables: &'a Tables,
    /// What the rules found.
    pub outcomes: &'a [Outcome],
    /// What the rules about the evidence find that are switched off.
    pub evidence: &'a [Outcome],
    /// What people answered instead.
    pub manual: &'a [Manual],
    /// What the inputs name, and whether it is there.
    pub references: &'a [Reference],
    /// The files that all of this came from, with their hashes.
    pub inputs: &'a [(&'static str, String, String)],
    /// Names those files together.
    pub report_id: &'a str,
    /// Name and version of this program.
    pub evaluator: &'a str,
}

impl ReportInputs<'_> {
    /// Whether the report shows the controls of a framework.
    pub(super) fn shows(&self, framework: &str) -> bool {
        self.config.output.controls.contains(&framework)
    }
}

/// A frame that does not hold what the dictionary promises, which is a bug.
#[derive(Debug, thiserror::Error)]
#[error("assemble the report")]
pub struct Error(#[from] PolarsError);
