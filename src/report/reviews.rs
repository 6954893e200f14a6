//! What access reviews decided, as the report tells of it.

use serde::Serialize;

/// The access reviews of the accounts of this report and of those before.
#[derive(Debug, Default, Serialize)]
pub struct Reviews {
    /// Every review, the newest first.
    pub campaigns: Vec<ReviewSummary>,
    /// What each reviewer decided in the newest of them.
    pub reviewers: Vec<ReviewerSummary>,
    /// How many decisions to revoke or to change came to what; those that a later review replaced
    /// are left out.
    pub outcomes: Vec<OutcomeCount>,
    /// Those that were not executed, or of which that is not known, what needs to be acted on first;
    /// then those that were, as far as documents name them.
    pub removals: Vec<RemovalSummary>,
    /// How many of them there are.
    pub removals_total: usize,
}

/// One review.
#[derive(Debug, Serialize)]
pub struct ReviewSummary {
    /// Its campaign.
    pub campaign_id: String,
    /// The month of the accounts that were reviewed, `2026-11`.
    pub period: String,
    /// The report that was reviewed.
    pub report_id: String,
    /// What was reviewed, in words.
    pub scope: String,
    /// When it was opened, RFC 3339 UTC.
    pub opened_at: String,
    /// Its last day, in the organization's time zone.
    pub due: String,
    /// All lines.
    pub lines: usize,
    /// Those with a decision.
    pub decided: usize,
    /// Those without.
    pub open: usize,
    /// Open lines that nobody may decide.
    pub unassigned: usize,
    /// How many lines have which decision.
    pub decisions: DecisionCounts,
    /// complete (signed with every line decided), decided, open or overdue.
    pub state: &'static str,
    /// When it was signed for the first time with every line decided, RFC 3339 UTC; empty where it
    /// was not.
    pub completed_at: String,
    /// Who signed.
    pub signatures: Vec<SignatureSummary>,
}

/// How many lines have which decision.
#[derive(Debug, Serialize)]
pub struct DecisionCounts {
    /// Still needed, as it is.
    pub keep: usize,
    /// To be taken away.
    pub revoke: usize,
    /// To become less or something else.
    pub change: usize,
    /// Risk to be accepted for a time.
    pub waive: usize,
    /// Decided later.
    pub defer: usize,
}

/// A signature under a review.
#[derive(Debug, Serialize)]
pub struct SignatureSummary {
    /// Who signed.
    pub name: String,
    /// As what.
    pub role: String,
    /// When, RFC 3339 UTC.
    pub signed_at: String,
    /// What the person states.
    pub statements: Vec<String>,
}

/// What a reviewer decided in one review.
#[derive(Debug, Serialize)]
pub struct ReviewerSummary {
    /// The reviewer.
    pub reviewer: String,
    /// The reviewer's lines.
    pub lines: usize,
    /// Those without a decision.
    pub open: usize,
    /// How many of them have which decision.
    pub decisions: DecisionCounts,
    /// What stands out, as a fact.
    pub noted: Vec<String>,
}

/// How many decisions came to one end.
#[derive(Debug, Serialize)]
pub struct OutcomeCount {
    /// executed, pending, not executed, granted again, no later snapshot or cannot be shown.
    pub outcome: &'static str,
    /// How many.
    pub count: usize,
}

/// A decision to revoke or to change, and what came of it.
#[derive(Debug, Serialize)]
pub struct RemovalSummary {
    /// The review.
    pub campaign_id: String,
    /// The instance.
    pub instance: String,
    /// Retool's id of the account or token.
    pub account_id: String,
    /// What people call it.
    pub account: String,
    /// Whether it is an account, and no token.
    pub is_account: bool,
    /// What the entitlement is.
    pub entitlement: String,
    /// revoke or change.
    pub decision: &'static str,
    /// Who decided.
    pub reviewer: String,
    /// When that was recorded, RFC 3339 UTC.
    pub decided_at: String,
    /// What came of it, as in [`OutcomeCount`].
    pub outcome: &'static str,
    /// The last snapshot after the decision that has it, RFC 3339 UTC; empty where none has.
    pub last_held: String,
    /// The first one after the decision, or after that, that lacks it; empty where none does.
    pub first_gone: String,
}
