//! People with accounts on several instances.

use serde::Serialize;

use super::table::Cell;

/// The people who have accounts, across instances.
#[derive(Debug, Default, Serialize)]
pub struct People {
    /// People and service accounts that are known to have an account.
    pub with_account: u64,
    /// People of whom nothing says whether they have one.
    pub open: u64,
    /// Those with accounts on several instances.
    pub shared: Vec<SharedPerson>,
}

/// A person with accounts on several instances.
#[derive(Debug, Serialize)]
pub struct SharedPerson {
    /// The person in the roster.
    pub person_id: String,
    /// The person's name in the roster.
    pub name: String,
    /// The person's status in the roster.
    pub status: Cell<'static>,
    /// The person's manager in the roster.
    pub manager: Cell<'static>,
    /// How many of the person's accounts may sign in.
    pub active_accounts: Cell<'static>,
    /// The highest privilege of any of them.
    pub highest_tier: Cell<'static>,
    /// Each account: instance, address, state and tier.
    pub accounts: String,
}
