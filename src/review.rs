//! The review: what people decide about each entitlement, line by line.
//!
//! A campaign is made of a pack, and its lines never change. Worksheets go to reviewers; what comes
//! back is held against the lines, and what is valid is appended to a record in which each entry
//! names the one before it by its hash. Whoever holds an entitlement never decides about it.

mod campaign;
mod columns;
mod decision;
mod delimited;
mod grouped;
mod history;
mod line;
mod lines;
mod plan;
mod proof;
mod record;
mod reminder;
mod returned;
mod reviewers;
mod sightings;
mod statement;
mod status;
mod worksheet;

#[cfg(test)]
mod tests;

pub use self::campaign::{
    CAMPAIGN, Campaign, CampaignDraft, CampaignError, CampaignFiles, CampaignMark, FOLDER,
    IN_PACKS, LINES, OpenedCampaign, RECEIVED,
};
pub use self::decision::{Decision, DecisionWord};
pub use self::history::{ReviewHistory, ReviewSources, completed_at, progress_by_month};
pub use self::line::{EntitlementKind, ReviewLine, line_id};
pub use self::lines::CampaignLines;
pub use self::plan::{
    PlanHead, PlannedStep, Remedy, WriteRequest, script as plan_script, table as plan_table,
    terraform as plan_terraform,
};
pub use self::proof::{Removal, RemovalState, removals};
pub use self::record::{Attestation, RECORD, Record, RecordEntry, RecordError};
pub use self::reminder::reminder;
pub use self::returned::{Returned, ReturnedProblem, read_returned};
pub use self::reviewers::{Assignment, LineFacts, Reviewers};
pub use self::sightings::{RecordedSighting, Sightings, SoughtLines};
pub use self::statement::{Statement, statements};
pub use self::status::{CampaignStatus, ReviewerStatus};
pub use self::worksheet::write_worksheets;
