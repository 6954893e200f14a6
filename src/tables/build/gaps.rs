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
        add(gaps_of(row.endpoint), reason.clone());
        if row.endpoint.required() {
            add(OF_COMPARISON, reason);
        }
    }
}

/// The tables that an instance has nothing for where it lacks a list. Settings and hosts keep rows:
/// each of their cells says itself whether it is known.
fn gaps_of(endpoint: Endpoint) -> &'static [Table] {
    match endpoint {
        Endpoint::Users | Endpoint::Groups => OF_POPULATION,
        Endpoint::UserInvites => &[Table::Invites],
        Endpoint::AccessTokens => &[Table::Tokens],
        Endpoint::AccessRequests => &[Table::AccessRequests],
        Endpoint::Roles | Endpoint::RoleGrants => &[Table::RoleGrants],
        Endpoint::UsageUserSummary => &[Table::Usage],
        Endpoint::Permissions => &[Table::Grants],
        Endpoint::Organization
        | Endpoint::SsoConfig
        | Endpoint::Spaces
        | Endpoint::UsageOrganizations
        | Endpoint::Version => &[],
    }
}

/// The tables that a list fills, whole or some cells of them.
pub fn fed_by(endpoint: Endpoint) -> &'static [Table] {
    match endpoint {
        Endpoint::Organization | Endpoint::SsoConfig => &[Table::Settings],
        Endpoint::Spaces | Endpoint::UsageOrganizations => &[Table::Hosts],
        Endpoint::AccessTokens => &[Table::Tokens, Table::Collectors],
        other => gaps_of(other),
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
