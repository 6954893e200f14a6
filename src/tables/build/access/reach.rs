//! What the groups and roles of an account let it do, as far as that is known.

use super::standing::Privileges;
use super::{GroupMembership, GroupStandings, KINDS, KnownGroup, Level, OWNED, any};
use crate::power::Reach;
use crate::snapshot::record::User;
use crate::tables::build::bounds::ValueBounds;

impl GroupStandings<'_> {
    /// What an account with these groups may do, and its levels by kind.
    pub(super) fn reach(
        &self,
        place: usize,
        user: &User,
        groups: &GroupMembership<'_, '_>,
    ) -> (Privileges, [ValueBounds<Level>; KINDS]) {
        let administers = self.administrator(user, groups);
        let levels = std::array::from_fn(|kind| self.level(kind, administers, groups));
        let owns = OWNED.iter().map(|kind| levels[*kind].reaches(Level::Own));
        let changes = [levels[1].reaches(Level::Edit), self.roles_reach(place, Reach::Access)];
        let others = groups.iter().map(|(it, _)| it.others_change());
        let changes =
            changes.into_iter().chain(others).chain(self.perhaps(KnownGroup::others_change));
        let assigns = groups.iter().map(|(_, it)| *it).chain(self.perhaps(|_| None));
        let oversees = groups.iter().map(|(it, _)| it.oversees());
        let oversees = oversees.chain(self.perhaps(KnownGroup::oversees)).chain(self.unseen());
        let privileges = Privileges {
            administers,
            changes: any(owns.chain(changes)),
            oversees: any(assigns.chain(oversees).chain([self.roles_reach(place, Reach::People)])),
        };
        (privileges, levels)
    }

    /// Whether a role of the account at `place`, or of a group it is in, reaches so far.
    pub(super) fn roles_reach(&self, place: usize, reach: Reach) -> Option<bool> {
        let own = self.grants.account_reaches(place, reach);
        let groups =
            self.members[place].iter().map(|(at, _)| self.grants.group_reaches(*at, reach));
        let unlisted = self.unlisted.iter().map(|at| self.grants.group_reaches(*at, reach));
        let unlisted = unlisted.map(|it| if it == Some(false) { it } else { None });
        let everyone = self.grants.anybody_reaches(reach);
        any(groups.chain(unlisted).chain([own, everyone]))
    }

    /// Whether an account with these groups is an administrator, by flag or through the group.
    pub(super) fn administrator(
        &self,
        user: &User,
        groups: &GroupMembership<'_, '_>,
    ) -> Option<bool> {
        let flag = user.is_admin.or((!self.flags_administrators).then_some(false));
        any([flag, self.in_admin_group(groups)].into_iter())
    }

    /// Every instance has a group admin: where the list lacks it, its members are unknown.
    pub(super) fn in_admin_group(&self, groups: &GroupMembership<'_, '_>) -> Option<bool> {
        let listed = groups.iter().map(|(it, _)| Some(it.admin));
        let missing = self.lacks_admins().then_some(None);
        any(listed.chain(self.perhaps(|it| Some(it.admin))).chain(missing))
    }

    /// What these groups grant on everything of a kind; an administrator owns it.
    pub(super) fn level(
        &self,
        kind: usize,
        admin: Option<bool>,
        groups: &GroupMembership<'_, '_>,
    ) -> ValueBounds<Level> {
        let nothing = ValueBounds::exactly(Level::None);
        let sure = groups.iter().map(|(it, _)| it.level(kind));
        let unlisted = self.unlisted.iter().map(|at| self.groups[*at].level(kind));
        let unseen =
            self.lacks_everyone().then_some(ValueBounds { least: Level::None, most: Level::Own });
        let perhaps = unlisted.chain(unseen).map(|it| ValueBounds { least: Level::None, ..it });
        let granted = sure.chain(perhaps).fold(nothing, ValueBounds::max);
        match admin {
            Some(true) => ValueBounds::exactly(Level::Own),
            Some(false) => granted,
            None => ValueBounds { most: Level::Own, ..granted },
        }
    }
}
