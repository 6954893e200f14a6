//! The rows of every table, gathered over the instances.

use super::access::GroupStandings;
use crate::tables::dictionary::{
    Table, access as effective, approved, change, collector, continuity, coverage as months,
    entitlement, former_roster, former_user, grant, group, group_change, host, invite, leaver,
    leaver_line, ledger as ledger_table, license, membership, person, previous, reference, request,
    role_grant, roster as roster_table, setting, setting_change, swing, token, trend,
    usage as usage_table, user,
};
use crate::tables::{Months, Tables};

/// The rows of every table.
#[derive(Default)]
pub(super) struct TableRows {
    pub(super) users: user::Rows,
    pub(super) memberships: membership::Rows,
    pub(super) access: effective::Rows,
    pub(super) grants: grant::Rows,
    pub(super) groups: group::Rows,
    pub(super) invites: invite::Rows,
    pub(super) tokens: token::Rows,
    pub(super) requests: request::Rows,
    pub(super) role_grants: role_grant::Rows,
    pub(super) usage: usage_table::Rows,
    pub(super) settings: setting::Rows,
    pub(super) references: reference::Rows,
    pub(super) leavers: leaver::Rows,
    pub(super) leaver_list: leaver_line::Rows,
    pub(super) people: person::Rows,
    pub(super) licenses: license::Rows,
    pub(super) roster: roster_table::Rows,
    pub(super) hosts: host::Rows,
    pub(super) collectors: collector::Rows,
    pub(super) entitlements: entitlement::Rows,
    pub(super) approved: approved::Rows,
    pub(super) previous: previous::Rows,
    pub(super) former_roster: former_roster::Rows,
    pub(super) former_users: former_user::Rows,
    pub(super) swings: swing::Rows,
    pub(super) group_changes: group_change::Rows,
    pub(super) setting_changes: setting_change::Rows,
    pub(super) changes: change::Rows,
    pub(super) continuity: continuity::Rows,
    pub(super) months: Months,
    pub(super) ledger: ledger_table::Rows,
    pub(super) n_accounts: u32,
    pub(super) n_groups: u32,
}

impl TableRows {
    /// No rows yet, and capacity in the largest tables: growing would take as much memory again.
    pub(super) fn for_all<'s, 'a: 's>(
        instances: impl Iterator<Item = &'s GroupStandings<'a>>,
    ) -> Self {
        let count = |group_standings: &GroupStandings<'_>| {
            (group_standings.members.len(), group_standings.members.iter().map(Vec::len).sum())
        };
        let (accounts, memberships) = instances
            .map(count)
            .fold((0, 0), |res, it: (usize, usize)| (res.0 + it.0, res.1 + it.1));
        Self {
            users: user::Rows::with_room(accounts),
            access: effective::Rows::with_room(accounts),
            memberships: membership::Rows::with_room(memberships),
            ..Self::default()
        }
    }

    pub(super) fn finish(mut self, tables: Tables) -> Tables {
        self.months.covered.sort_by(|one, other| one.key().cmp(&other.key()));
        self.months.counted.sort_by(|one, other| one.key().cmp(&other.key()));
        let (mut coverage, mut trend) = (months::Rows::default(), trend::Rows::default());
        self.months.covered.iter().for_each(|it| coverage.push(it.row()));
        self.months.counted.iter().for_each(|it| trend.push(it.row()));
        tables
            .with(Table::Coverage, coverage.finish())
            .with(Table::Trend, trend.finish())
            .with_months(self.months)
            .with(Table::Users, self.users.finish())
            .with(Table::Memberships, self.memberships.finish())
            .with(Table::EffectiveAccess, self.access.finish())
            .with(Table::Grants, self.grants.finish())
            .with(Table::Groups, self.groups.finish())
            .with(Table::Invites, self.invites.finish())
            .with(Table::Tokens, self.tokens.finish())
            .with(Table::AccessRequests, self.requests.finish())
            .with(Table::RoleGrants, self.role_grants.finish())
            .with(Table::Usage, self.usage.finish())
            .with(Table::Settings, self.settings.finish())
            .with(Table::References, self.references.finish())
            .with(Table::Leavers, self.leavers.finish())
            .with(Table::LeaverList, self.leaver_list.finish())
            .with(Table::People, self.people.finish())
            .with(Table::Licenses, self.licenses.finish())
            .with(Table::Roster, self.roster.finish())
            .with(Table::Hosts, self.hosts.finish())
            .with(Table::Collectors, self.collectors.finish())
            .with(Table::Entitlements, self.entitlements.finish())
            .with(Table::ApprovedAdmins, self.approved.finish())
            .with(Table::Previous, self.previous.finish())
            .with(Table::FormerRoster, self.former_roster.finish())
            .with(Table::FormerUsers, self.former_users.finish())
            .with(Table::Swings, self.swings.finish())
            .with(Table::GroupChanges, self.group_changes.finish())
            .with(Table::SettingChanges, self.setting_changes.finish())
            .with(Table::Changes, self.changes.finish())
            .with(Table::Continuity, self.continuity.finish())
            .with(Table::Ledger, self.ledger.finish())
    }
}
