//! Every list from the server's count to the rows of its file: counted in each place by itself.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, PolarsResult};

use super::inputs::ReportInputs;
use crate::report::TieOut;
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::tables::Table;

/// The lists whose records are the rows of a table, one for one.
const TIED: &[(Endpoint, Table)] = &[
    (Endpoint::Users, Table::Users),
    (Endpoint::Groups, Table::Groups),
    (Endpoint::UserInvites, Table::Invites),
    (Endpoint::AccessTokens, Table::Tokens),
    (Endpoint::AccessRequests, Table::AccessRequests),
    (Endpoint::RoleGrants, Table::RoleGrants),
];

/// The column of the memberships that says that the group is All Users, whose members need not be
/// listed.
const IMPLICIT: &str = "implicit";

/// A line for each list that came, by instance.
pub(super) fn lists(inputs: &ReportInputs<'_>) -> PolarsResult<Vec<TieOut>> {
    let mut rows = BTreeMap::new();
    for (endpoint, table) in TIED {
        rows.insert(*endpoint, by_instance(&inputs.tables.frame(*table), |_| true)?);
    }
    let memberships = inputs.tables.frame(Table::Memberships);
    let implicit = memberships.column(IMPLICIT)?.bool()?.clone();
    let stated = by_instance(&memberships, |row| implicit.get(row) != Some(true))?;
    let (names, ids) = (memberships.column("instance")?, memberships.column("group_id")?);
    let groups = names.str()?.iter().zip(ids.str()?.iter()).zip(implicit.iter());
    let everyone: BTreeSet<(&str, &str)> =
        groups.filter_map(|((name, id), is)| (is == Some(true)).then_some((name?, id?))).collect();
    let mut res = Vec::new();
    for collected in &inputs.given.snapshot.instances {
        for (endpoint, table) in TIED {
            let counted = |name: &str| rows[endpoint].get(name).copied().unwrap_or(0);
            res.extend(line(collected, *endpoint, *table, counted(&collected.name)));
            if *endpoint == Endpoint::Groups {
                let counted = stated.get(&collected.name).copied().unwrap_or(0);
                res.extend(members(collected, &everyone, counted));
            }
        }
    }
    Ok(res)
}

/// The rows of each instance that count.
fn by_instance(
    frame: &DataFrame,
    counts: impl Fn(usize) -> bool,
) -> PolarsResult<BTreeMap<String, u64>> {
    let names = frame.column("instance")?.str()?.clone();
    let mut res = BTreeMap::new();
    for (_, name) in names.iter().enumerate().filter(|it| counts(it.0)) {
        *res.entry(name.unwrap_or_default().to_owned()).or_insert(0) += 1;
    }
    Ok(res)
}

/// A list that came; none where it did not.
fn line(collected: &Collected, endpoint: Endpoint, table: Table, in_csv: u64) -> Option<TieOut> {
    let mut came = collected.ledger.iter().filter(|row| row.outcome == ReadOutcome::Ok);
    let row = came.find(|row| row.endpoint == endpoint)?;
    Some(TieOut {
        instance: collected.name.clone(),
        list: endpoint.spoken(),
        server_total: row.total_count,
        received: row.rows_received,
        distinct: row.distinct_ids,
        kept: row.rows_kept,
        file: table.file().unwrap_or_default(),
        in_csv,
        difference: row.rows_received.cast_signed() - in_csv.cast_signed(),
    })
}

/// The members that the groups list, but for the group of everyone.
fn members(
    collected: &Collected,
    everyone: &BTreeSet<(&str, &str)>,
    in_csv: u64,
) -> Option<TieOut> {
    let groups = line(collected, Endpoint::Groups, Table::Memberships, in_csv)?;
    let name = collected.name.as_str();
    let pairs = || {
        let groups = collected.records.groups.iter();
        let groups = groups.filter(|group| !everyone.contains(&(name, group.id.0.as_str())));
        groups.flat_map(|group| group.members.iter().flatten().map(|it| (&group.id, &it.id)))
    };
    let (received, distinct) = (pairs().count() as u64, pairs().collect::<BTreeSet<_>>().len());
    Some(TieOut {
        list: "memberships besides All Users",
        server_total: None,
        received,
        distinct: distinct as u64,
        kept: received,
        difference: received.cast_signed() - in_csv.cast_signed(),
        ..groups
    })
}
