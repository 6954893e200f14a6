//! What an instance has nothing for: a list that was not collected is a gap, never an empty table.

use super::prior::OF_COMPARISON;
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::tables::{Table, Tables};

/// Records which tables an instance has nothing for, and why.
pub(super) fn note_gaps(tables: &mut Tables, collected: &Collected) {
    let mut add = |all: &[Table], reason: String| {
        for table in all {
            tables.add_gap(Some(&collected.name), *table, reason.clone());
        }
    };
    for row in collected.ledger.iter().filter(|it| it.outcome != ReadOutcome::Ok) {
        let could = if row.outcome == ReadOutcome::NotAsked { "were not" } else { "could not be" };
        let reason = format!("{} {could} collected: {}", row.endpoint.name(), row.reason);
        match row.endpoint {
            Endpoint::Users | Endpoint::Groups => {
                add(OF_POPULATION, reason.clone());
                add(OF_COMPARISON, reason);
            }
            Endpoint::UserInvites => add(&[Table::Invites], reason),
            Endpoint::AccessTokens => add(&[Table::Tokens], reason),
            Endpoint::AccessRequests => add(&[Table::AccessRequests], reason),
            Endpoint::Roles | Endpoint::RoleGrants => add(&[Table::RoleGrants], reason),
            Endpoint::UsageUserSummary => add(&[Table::Usage], reason),
            // Settings and hosts keep rows: each of their cells says itself whether it is known.
            Endpoint::Organization
            | Endpoint::SsoConfig
            | Endpoint::Spaces
            | Endpoint::UsageOrganizations
            | Endpoint::Version => {}
            Endpoint::Permissions => add(&[Table::Grants], reason),
        }
    }
}

/// The tables that an instance without whole users and groups has nothing for, besides those that
/// compare.
const OF_POPULATION: &[Table] = &[
    Table::Users,
    Table::Memberships,
    Table::EffectiveAccess,
    Table::Grants,
    Table::Groups,
    Table::Invites,
    Table::Tokens,
    Table::AccessRequests,
    Table::RoleGrants,
    Table::Usage,
    Table::Settings,
    Table::References,
    Table::Leavers,
    Table::Licenses,
    Table::Hosts,
    Table::Collectors,
    Table::Entitlements,
    Table::ApprovedAdmins,
];
