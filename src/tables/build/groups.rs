//! The groups, and who is in each: rows of two tables.

use super::access::{GroupStandings, Level};
use super::bounds::ValueBounds;
use super::people::address;
use super::rights::GroupRights;
use super::{InstanceContext, TableRows};
use crate::names::{fold, listed};
use crate::tables::dictionary::{group, membership};

/// Adds the groups of one instance.
pub(super) fn add(
    rows: &mut TableRows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    let counts = count(here, standings);
    let admins = admins(here, standings);
    let users = &here.collected.records.users;
    let possible = users.iter().filter(|user| user.active != Some(false)).count();
    let possible = i64::try_from(possible).expect("a count");
    let rights = here.before.map(|before| GroupRights::of(here, before));
    for (at, known) in standings.groups.iter().enumerate() {
        let record = known.record;
        let stated = record.members.is_some() || known.everyone;
        let MemberCount { members, active } = counts[at];
        let active = if stated { active } else { ValueBounds { least: 0, most: possible } };
        let [app, resource, workflow, library, agent] =
            known.levels.map(|level| level.map(Level::word));
        let agent = if known.knows_agents { agent } else { Some("") };
        let (lower_name, folded) = (known.name.to_lowercase(), fold(known.name));
        rows.groups.push(group::Row {
            instance: here.name().into(),
            group_id: record.id.0.as_str().into(),
            name: known.name.into(),
            members: stated.then_some(members),
            active_members: active.known(),
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
            owners: here.owners().map(|it| listed(it.get(&folded).into_iter().flatten()).into()),
            group_admins: listed(&admins[at]).into(),
            since_previous: rights.as_ref().map(|it| it.since(&record.id.0).into()),
            created_at: record.created_at,
            updated_at: record.updated_at,
            agent_access: agent.map(Into::into),
            other_access: listed(known.others()).into(),
            grants_others: known.grants_others(),
            others_change: known.others_change(),
            active_members_at_least: active.at_least(),
            active_members_at_most: active.at_most(),
            group: rows.n_groups + u32::try_from(at).expect("a count"),
            audit_approved: here.lists(|it| it.audit_groups.as_ref(), &folded),
            has_owner: here.owners().map(|it| it.get(&folded).is_some_and(|it| !it.is_empty())),
            lower_name: lower_name.into(),
        });
    }
}

/// By group: the accounts that administer it.
fn admins<'a>(here: &InstanceContext<'a>, standings: &GroupStandings<'_>) -> Vec<Vec<&'a str>> {
    let mut res = vec![Vec::new(); standings.groups.len()];
    for (user, groups) in here.collected.records.users.iter().zip(&standings.members) {
        for (at, _) in groups.iter().filter(|group| group.1 == Some(true)) {
            res[*at].push(address(user).unwrap_or(&user.id.0));
        }
    }
    res
}

/// The members of a group, and how many of them may sign in.
#[derive(Clone, Copy)]
struct MemberCount {
    members: i64,
    active: ValueBounds<i64>,
}

impl MemberCount {
    fn add(&mut self, active: Option<bool>) {
        self.members += 1;
        self.active.least += i64::from(active == Some(true));
        self.active.most += i64::from(active != Some(false));
    }
}

/// The members by group. Whether a member may sign in whom the list of users lacks is unknown.
fn count(here: &InstanceContext<'_>, standings: &GroupStandings<'_>) -> Vec<MemberCount> {
    let empty = MemberCount { members: 0, active: ValueBounds::exactly(0) };
    let mut counts = vec![empty; standings.groups.len()];
    for (user, groups) in here.collected.records.users.iter().zip(&standings.members) {
        for (at, _) in groups {
            counts[*at].add(user.active);
        }
    }
    for (at, _) in &standings.dangling {
        counts[*at].add(None);
    }
    counts
}

/// Adds the memberships of one instance, those of unknown accounts last.
pub(super) fn add_memberships(
    rows: &mut TableRows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
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
