//! The numbers that charts are drawn from, counted once for every document.

use serde::Serialize;

/// What the charts show.
#[derive(Debug, Serialize)]
pub struct Charts {
    /// Active accounts by the age of their last activity, youngest first, of the instances that
    /// gave them.
    pub activity: Vec<ActivityCount>,
    /// The same for each instance.
    pub activity_of: Vec<ActivityOf>,
    /// Rules by result, an entry for each instance.
    pub outcomes: Vec<OutcomeCount>,
}

/// Active accounts that were last used about the same time ago.
#[derive(Debug, Serialize)]
pub struct ActivityCount {
    /// Days since the last activity in words: `31–60 days`, never, unknown.
    pub age: &'static str,
    /// How many accounts.
    pub accounts: u64,
}

/// The active accounts of one instance by the age of their last activity.
#[derive(Debug, Serialize)]
pub struct ActivityOf {
    /// The instance.
    pub instance: String,
    /// How many of each age, in the order of `activity`; none where they were not collected.
    pub accounts: Option<Vec<u64>>,
    /// How many of all.
    pub total: Option<u64>,
}

/// How many rules have each result on one instance.
#[derive(Debug, Serialize)]
pub struct OutcomeCount {
    /// The instance.
    pub instance: String,
    /// Rules that do not hold.
    pub fail: u64,
    /// Rules that could not be evaluated.
    pub not_evaluable: u64,
    /// Rules that hold by waivers or by a person's answer.
    pub by_people: u64,
    /// Rules without an exception.
    pub pass: u64,
    /// Rules that concern nothing there.
    pub not_applicable: u64,
}
