//! What a report says about the end of accounts: leavers, and accounts without activity.

use serde::Serialize;

/// An account of a leaver, or one that may be a leaver's.
#[derive(Debug, Serialize)]
pub struct LeaverAccess {
    /// The instance.
    pub instance: String,
    /// The person in the roster.
    pub person_id: String,
    /// The person's name in the roster.
    pub name: String,
    /// The last day as the roster gives it, `2026-10-15`, or unknown.
    pub end_date: String,
    /// The last day on which the account may be active, by the hours allowed; unknown where the last
    /// day is.
    pub deadline: String,
    /// Retool's id of the account.
    pub user_id: String,
    /// The account's address, or its id where it has none.
    pub subject: String,
    /// active, disabled or unknown.
    pub state: &'static str,
    /// The account's privilege; unknown where it is not known.
    pub tier: String,
    /// The last snapshot at hand at which it could sign in, of those of the last two years, RFC
    /// 3339 UTC; empty where it could at none.
    pub seen_active: String,
    /// The first of them after that at which it could not, RFC 3339 UTC; empty where it can.
    pub seen_disabled: String,
    /// Last activity, RFC 3339 UTC; empty where there was none, or unknown.
    pub last_active: String,
    /// Whether it was used after the last day: yes, no or unknown.
    pub used_after_end: &'static str,
    /// Whether access was removed in time: met, breached, breached (waived), not due yet, disabled
    /// before, cannot be shown, or not judged.
    pub removal: &'static str,
    /// Whether the account is the person's: account, or why that is not known.
    pub found: String,
}

/// A leaver of whom no account, or no further one, is known.
#[derive(Debug, Serialize)]
pub struct LeaverWithout {
    /// The person in the roster.
    pub person_id: String,
    /// The person's name in the roster.
    pub name: String,
    /// The last day as the roster gives it, `2026-10-15`, or unknown.
    pub end_date: String,
    /// What was found: that there is no account, or why that cannot be determined.
    pub found: String,
    /// The lines of the roster on which the person stands.
    pub roster_lines: String,
}

/// The leavers according to the roster: how many there are, and what was found of each.
#[derive(Debug, Default, Serialize)]
pub struct LeaverTotals {
    /// People who left; the other counts come to this one.
    pub people: u64,
    /// Those with an account that may sign in.
    pub active: u64,
    /// Those with disabled accounts only.
    pub disabled: u64,
    /// Those without an account on any audited instance.
    pub none: u64,
    /// Those who cannot be looked up, because the roster has no address of theirs.
    pub no_address: u64,
    /// Those of whom it is not known.
    pub unknown: u64,
    /// Lines of the roster that say that a person left who is not among the people, because another
    /// line of the same person says otherwise.
    pub contradicted_lines: Vec<String>,
    /// Lines of people who are not among them although their last day is over, because the roster
    /// does not say that they left.
    pub overdue_lines: Vec<String>,
    /// Lines without an account that the PDF prints; all of them are in `leavers.csv`.
    pub printed: usize,
}

/// Accounts that may sign in and have been without activity for long.
#[derive(Debug, Serialize)]
pub struct Dormancy {
    /// How many there are.
    pub total: usize,
    /// Those that documents print, the most powerful first; all accounts are in `users.csv`.
    pub printed: Vec<Dormant>,
}

/// An account that has not been used for more than 60 days, or ever.
#[derive(Debug, Serialize)]
pub struct Dormant {
    /// The instance.
    pub instance: String,
    /// Retool's id of the account.
    pub user_id: String,
    /// The account's address, or its id where it has none.
    pub subject: String,
    /// The account's name.
    pub name: String,
    /// The account's privilege; unknown where it is not known.
    pub tier: String,
    /// When it was made, RFC 3339 UTC, or unknown.
    pub created_at: String,
    /// Last activity, RFC 3339 UTC; empty where there was none.
    pub last_active: String,
    /// Whole days since then; none where there was none.
    pub days: Option<i64>,
    /// The seat it takes.
    pub license_class: String,
    /// Whom to ask: the person's manager in the roster; empty where none is known.
    pub manager: String,
}
