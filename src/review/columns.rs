//! The columns of a worksheet: what a pack says of a line, and what a reviewer answers.

use super::campaign::Campaign;
use super::line::ReviewLine;
use crate::names::{one_line, without_formula};

/// A column of a worksheet.
pub(super) struct WorksheetColumn {
    pub(super) header: &'static str,
    /// In characters.
    pub(super) width: u16,
    pub(super) holds: Holds,
}

/// What the cells of a column are.
pub(super) enum Holds {
    /// A fact of a line: nobody edits it.
    Fact(fn(&Campaign, &ReviewLine) -> String),
    /// What a reviewer fills in, with what is told where the cell is chosen.
    Answer(&'static str),
}

const fn fact(
    header: &'static str,
    width: u16,
    value: fn(&Campaign, &ReviewLine) -> String,
) -> WorksheetColumn {
    WorksheetColumn { header, width, holds: Holds::Fact(value) }
}

const fn answer(header: &'static str, width: u16, help: &'static str) -> WorksheetColumn {
    WorksheetColumn { header, width, holds: Holds::Answer(help) }
}

/// The columns in their order: first what a decision rests on and the decision itself, which a
/// screen has side by side.
pub(super) const COLUMNS: &[WorksheetColumn] = &[
    fact("Person", 20, |_, it| it.person.clone()),
    fact("Account", 30, |_, it| it.account.clone()),
    fact("Instance", 10, |_, it| it.instance.clone()),
    fact("Entitlement", 28, |_, it| it.entitlement.clone()),
    fact("What it allows", 36, |_, it| it.allows.clone()),
    fact("Last used", 16, |_, it| it.last_used.clone()),
    fact("Why flagged", 32, |_, it| it.flagged.clone()),
    answer(DECISION, 11, "keep, revoke, change, waive or defer"),
    answer(REASON, 30, "needed for every decision but keep; choose one, or write your own"),
    answer(TICKET, 12, "if there is one"),
    answer(OWNER, 24, "for waive: who owns the risk"),
    answer(EXPIRES, 12, "for waive: the last day, as 2027-01-31"),
    answer(COMPENSATING, 28, "for waive: what keeps the risk down meanwhile"),
    fact("How it is held", 30, |_, it| it.access_path.clone()),
    fact("Since", 18, |_, it| it.since.clone()),
    fact("If revoked", 34, |_, it| it.kind.if_revoked().to_owned()),
    fact("Decided before", 24, |_, it| it.decided_before.clone()),
    fact(LINE, 16, |_, it| it.line_id.clone()),
    fact(REVIEWER, 30, |_, it| it.reviewer.clone()),
    fact("Campaign", 18, |campaign, _| campaign.campaign_id.clone()),
];

/// The columns that a printed worksheet has.
pub(super) const PRINTED: usize = 9;

/// The header of the line's id.
pub(super) const LINE: &str = "Line";
/// Of who decides.
pub(super) const REVIEWER: &str = "Reviewer";
/// Of the decision.
pub(super) const DECISION: &str = "Decision";
/// Of its reason.
pub(super) const REASON: &str = "Reason";
/// Of the ticket.
pub(super) const TICKET: &str = "Ticket";
/// Of the owner of an accepted risk.
pub(super) const OWNER: &str = "Owner";
/// Of the last day of an acceptance.
pub(super) const EXPIRES: &str = "Expires";
/// Of what keeps the risk down.
pub(super) const COMPENSATING: &str = "Compensating control";

/// Reasons to choose from; any other may be written.
pub(super) const REASONS: &[&str] = &[
    "left the organization",
    "moved to other work",
    "no longer used",
    "more than the work needs",
    "not known to me",
    "needed until the end of a project",
];

/// The headers of the answers.
pub(super) fn answers() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().filter(|it| matches!(it.holds, Holds::Answer(_))).map(|it| it.header)
}

impl WorksheetColumn {
    /// What the cell of a line has when the worksheet goes out.
    pub(super) fn cell(&self, campaign: &Campaign, line: &ReviewLine) -> String {
        match self.holds {
            Holds::Fact(value) => safe(&value(campaign, line)),
            Holds::Answer(_) => String::new(),
        }
    }
}

/// A fact as a cell may have it: one line, without a formula.
pub(super) fn safe(text: &str) -> String {
    without_formula(&one_line(text)).into_owned()
}
