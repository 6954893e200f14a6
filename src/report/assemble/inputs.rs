//! What a report is made from.

use polars::prelude::PolarsError;

use crate::approvals::Approvals;
use crate::audit::Outcome;
use crate::audit::prior::PriorException;
use crate::audit::reported::ReportedMonths;
use crate::logo::Logo;
use crate::references::Reference;
use crate::responses::Responses;
use crate::tables::Tables;
use crate::tables::build::EvaluationContext;
use crate::waivers::{Manual, WaiverRecord};

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInputs<'a> {
    /// What was judged, and what it was held against.
    pub given: EvaluationContext<'a>,
    /// Names the snapshot.
    pub snapshot_id: &'a str,
    /// The file of approvals.
    pub approvals: Option<&'a Approvals>,
    /// What is answered to findings.
    pub responses: Option<&'a Responses>,
    /// What stands on covers.
    pub logo: Option<&'a Logo>,
    /// The exceptions of before that are not known to be over.
    pub prior: &'a [PriorException<'a>],
    /// What packs reported, month by month, this one included.
    pub reported: &'a ReportedMonths,
    /// The snapshot as tables.
    pub tables: &'a Tables,
    /// What the rules found.
    pub outcomes: &'a [Outcome],
    /// What the rules about the evidence find that are switched off.
    pub evidence: &'a [Outcome],
    /// Which of them people accepted, and on what terms.
    pub waivers: &'a [WaiverRecord],
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
        self.given.config.output.controls.contains(&framework)
    }
}

/// A frame that does not hold what the dictionary promises, which is a bug.
#[derive(Debug, thiserror::Error)]
#[error("assemble the report")]
pub struct Error(#[from] PolarsError);
