//! The groups, and who is in each: rows of two tables.

use super::access::{Level, Standings};
use super::people::address;
use super::rights::Groups;
use super::{Here, Rows};
use crate::names::fold;
use crate::tables::dictionary::{group, membership};

/// Adds the groups of one instance.
pub(super) fn add(rows: &mut Rows, here: &Here<'_>, standings: &Standings<'_>) {
    let counts = count(here, standings);
    let admins = admins(here, standings);
    let rights = here.before.map(|before| Groups::of(here, before));
    for (at, known) in standings.groups.iter().enumerate() {
        let record = known.record;
        let stated = record.members.is_some() || known.everyone;
        let (members, active) = counts[at];
        let [app, resource, workflow, library, agent] = known.levels.map(|it| it.map(Level::word));
        let agent = if known.knows_agents { agent } else { Some("") };
        let (lower_name, folded) = (known.name.to_lowercase(), fold(known.name));
        rows.groups.push(group::Row {
            instance: here.name().into(),
            group_id: record.id.0.as_str().into(),
            name: known.name.into(),
            members: stated.then_some(members),
            active_members: active.filter(|_| stated),
            app_access: app.map(Into::into),
            resource_access: resource.map(Into::into),
            workflow_access: workflow.map(Into::into),
            query_library_access: library.map(Into::into),
            user_list_access: record.user_list_access,
            audit_log_access: record.audit_log_access,
            unpublished_release_access: record.unpublished_release_access,
            usage_analytics_access: record.usage_analytics_access,
            theme_access: record.theme_access,
            account_details_access: record.account_details_access,
            owners: here.owners().map(|it| {
                let owners = it.get(&folded).into_iter().flatten();
                owners.map(String::as_str).collect::<Vec<_>>().join("; ").into()
            }),
            group_admins: admins[at].join("; ").into(),
            since_previous: rights.as_ref().map(|it| it.since(&record.id.0).into()),
            created_at: record.created_at,
            updated_at: record.updated_at,
            agent_access: agent.map(Into::into),
            other_access: known.others().join("; ").into(),
            grants_others: known.grants_others(),
            others_change: known.others_change(),
            group: rows.n_groups + u32::try_from(at).expect("a count"),
            audit_approved: here.lists(|it| it.audit_groups.as_ref(), &folded),
            has_owner: here.owners().map(|it| it.contains_key(&folded)),
            lower_name: lower_name.into(),
        });
    }
}

/// By group: the accounts that administer it.
fn admins<'a>(here: &Here<'a>, standings: &Standings<'_>) -> Vec<Vec<&'a str>> {
    let mut res = vec![Vec::new(); standings.groups.len()];
    for (user, groups) in here.collected.records.users.iter().zip(&standings.members) {
        for (at, _) in groups.iter().filter(|it| it.1 == Some(true)) {
            res[*at].push(address(user).unwrap_or(&user.id.0));
        }
    }
    res
}

/// By group: members, and those who may sign in where all states are known.
fn count(here: &Here<'_>, standings: &Standings<'_>) -> Vec<(i64, Option<i64>)> {
    let mut counts = vec![(0, Some(0)); standings.groups.len()];
    for (user, groups) in here.collected.records.users.iter().zip(&standings.members) {
        for (at, _) in groups {
            let (members, active) = &mut counts[*at];
            *members += 1;
            *active = active.zip(user.active).map(|(sum, it)| sum + i64::from(it));
        }
    }
    for (at, _) in &standings.dangling {
        counts[*at].0 += 1;
    }
    counts
}

/// Adds the memberships of one instance, those of unknown accounts last.
pub(super) fn add_memberships(rows: &mut Rows, here: &Here<'_>, standings: &Standings<'_>) {
    let number = |base: u32, at: usize| base + u32::try_from(at).expect("a count");
    let users = here.collected.records.users.iter().enumerate();
    for ((place, user), groups) in users.zip(&standings.members) {
        for (at, is_group_admin) in groups {
            let known = &standings.groups[*at];
            rows.memberships.push(membership::Row {
                instance: here.name().into(),
                user_id: user.id.0.as_str().into(),
                email: user.email.as_deref().map(Into::into),
                group_id: known.record.id.0.as_str().into(),
                group_name: Some(known.name.into()),
                is_group_admin: *is_group_admin,
                implicit: known.everyone,
                resolved: true,
                account: Some(number(rows.n_accounts, place)),
                group: number(rows.n_groups, *at),
            });
        }
    }
    for (at, member) in &standings.dangling {
        let known = &standings.groups[*at];
        rows.memberships.push(membership::Row {
            instance: here.name().into(),
            user_id: member.id.0.as_str().into(),
            email: member.email.as_deref().map(Into::into),
            group_id: known.record.id.0.as_str().into(),
            group_name: Some(known.name.into()),
            is_group_admin: member.is_group_admin,
            implicit: known.everyone,
            resolved: false,
            account: None,
            group: number(rows.n_groups, *at),
        });
    }
}
