//! Who is in which group, and what that grants: the most of all groups, All Users included.

mod hidden;
mod known;
mod path;
mod reach;
mod standing;

use std::collections::BTreeMap;

use self::known::is_admin;
pub(super) use self::known::{KnownGroup, Level};
use self::path::{Ways, named, path};
pub(super) use self::standing::{AccountAccess, Powers};
use super::bounds::ValueBounds;
use super::grants::{Grants, Objects};
use super::holder::{HolderIndex, OtherHolders};
use super::index::AccountIndex;
use crate::address;
use crate::power::Reach;
use crate::snapshot::Collected;
use crate::snapshot::record::{Member, User};

/// How many kinds of thing groups grant levels on: apps, resources, workflows, the query library
/// and agents.
pub(super) const KINDS: usize = 5;

/// The places of the kinds that make whoever owns everything of one privileged.
const OWNED: [usize; 4] = [0, 1, 2, 4];

/// The groups of one instance, ready to be asked about its accounts.
pub(super) struct GroupStandings<'a> {
    pub(super) groups: Vec<KnownGroup<'a>>,
    /// The accounts by what names them.
    pub(super) index: AccountIndex<'a>,
    /// What else may hold roles and grants.
    pub(super) others: OtherHolders<'a>,
    /// By user: place of the group, and whether the user administers it.
    pub(super) members: Vec<Vec<(usize, Option<bool>)>>,
    /// Members of a group whom the list of users lacks.
    pub(super) dangling: Vec<(usize, &'a Member)>,
    pub(super) grants: Grants<'a>,
    /// Places of the groups that did not state their members, or not who they all are: any account
    /// may be in them.
    unlisted: Vec<usize>,
    /// Whether the server flags administrators at all; where it flags no account and denies it of
    /// none, the group admin alone makes them.
    flags_administrators: bool,
}

/// A group that an account is in: its id, its name, and whether the account administers it.
pub(super) type HeldGroup<'a> = (&'a str, &'a str, Option<bool>);

/// The groups of those whom groups list and the list of users lacks, by the member's id.
pub(super) type AbsentMembers<'a> = BTreeMap<&'a str, Vec<HeldGroup<'a>>>;

/// Groups of an account, and whether it administers each.
type GroupMembership<'a, 'b> = [(&'a KnownGroup<'b>, Option<bool>)];

impl<'a> GroupStandings<'a> {
    pub(super) fn of(collected: &'a Collected) -> Self {
        let records = &collected.records;
        let index = AccountIndex::of(&records.users);
        let agents = records.groups.iter().any(|group| !group.universal_agent_access.is_unstated());
        let groups: Vec<_> =
            records.groups.iter().map(|group| KnownGroup::of(group, agents)).collect();
        let others = OtherHolders::of(records);
        let register = HolderIndex { index: &index, others: &others };
        let mut res = Self {
            grants: Grants::of(collected, register, &groups),
            groups,
            others,
            members: vec![Vec::new(); index.len()],
            index,
            dangling: Vec::new(),
            unlisted: Vec::new(),
            flags_administrators: records.users.iter().any(|user| user.is_admin.is_some()),
        };
        for (at, group) in records.groups.iter().enumerate() {
            if group.members.is_none() && !res.groups[at].everyone {
                res.unlisted.push(at);
            }
            for member in group.members.iter().flatten() {
                match res.index.by_id(&member.id.0) {
                    // Groups come one after the other: this one is the last, or not there.
                    Some(user) if res.members[user].last().is_some_and(|it| it.0 == at) => {}
                    Some(user) => res.members[user].push((at, member.is_group_admin)),
                    None => res.dangling.push((at, member)),
                }
            }
        }
        res.place_without_ids(&records.users);
        res.add_everyone();
        res
    }

    /// Members or accounts whose id could not be read are told by their address, where it is that
    /// of one account; otherwise any account may be in such a group.
    fn place_without_ids(&mut self, users: &[User]) {
        let nameless = users.iter().any(|user| user.id.is_made_up());
        for (at, member) in std::mem::take(&mut self.dangling) {
            let login = member.email.as_deref().map(address::normal);
            let login = login.filter(|it| !it.is_empty());
            let found: Vec<usize> =
                login.iter().flat_map(|login| self.index.under(login)).take(2).collect();
            match found.as_slice() {
                [user] if member.id.is_made_up() || users[*user].id.is_made_up() => {
                    if self.members[*user].iter().all(|(it, _)| *it != at) {
                        self.members[*user].push((at, member.is_group_admin));
                    }
                }
                _ => {
                    let unsure = member.id.is_made_up() || nameless;
                    let counted = self.groups[at].everyone || self.unlisted.contains(&at);
                    if unsure && !counted {
                        self.unlisted.push(at);
                    }
                    self.dangling.push((at, member));
                }
            }
        }
    }

    /// All Users has every account, whether or not the server lists them. Its members cannot be
    /// added or removed, so whoever is not said to administer it does not.
    fn add_everyone(&mut self) {
        for (at, _) in self.groups.iter().enumerate().filter(|(_, it)| it.everyone) {
            for groups in &mut self.members {
                if !groups.iter().any(|(it, _)| *it == at) {
                    groups.push((at, Some(false)));
                }
            }
        }
    }

    /// Where the holders of roles and grants are looked for.
    pub(super) fn register(&self) -> HolderIndex<'_, 'a> {
        HolderIndex { index: &self.index, others: &self.others }
    }

    /// What the account at `place` in the list of users may do.
    pub(super) fn standing(&self, place: usize, user: &User) -> AccountAccess {
        let groups = self.groups_of(place);
        let in_admin = self.in_admin_group(&groups);
        let (privileges, levels) = self.reach(place, user, &groups);
        let others = groups.iter().map(|(it, _)| it.others_change());
        let edits_others = any(others.chain(self.perhaps(KnownGroup::others_change)));
        let mut objects = self.grants.held(place, self);
        let all_listed = !self.may_have_unlisted_objects();
        objects.builds = objects.builds.filter(|builds| *builds || all_listed);
        if privileges.administers == Some(true) {
            (objects.level, objects.builds) = (Some(Level::Own), Some(true));
        }
        let custom = groups.iter().filter(|(it, _)| !it.everyone).map(|(it, _)| it.name.to_owned());
        let custom = custom.collect();
        let (unseen, flagless) = (self.unseen_ways(user), !self.flags_administrators);
        let ways = Ways { groups: &groups, objects: &objects, unseen, flagless };
        AccountAccess {
            levels,
            knows_agents: self.groups.iter().any(|group| group.knows_agents),
            edits_others,
            tier: privileges.tier(),
            groups: custom,
            groups_whole: self.complete(),
            path: path(user, in_admin, &ways),
            powers: self.powers(&groups),
            objects,
        }
    }

    /// The privilege of the account at `place` in the list of users.
    pub(super) fn tier(&self, place: usize, user: &User) -> ValueBounds<i64> {
        self.reach(place, user, &self.groups_of(place)).0.tier()
    }

    /// Whether the account at `place` in the list of users administers the instance.
    pub(super) fn administers(&self, place: usize, user: &User) -> Option<bool> {
        self.administrator(user, &self.groups_of(place))
    }

    /// The groups that the account at `place` is known to be in besides All Users, by id.
    pub(super) fn held(&self, place: usize) -> Vec<HeldGroup<'a>> {
        let of = self.members[place].iter().map(|(at, admin)| (&self.groups[*at], *admin));
        let explicit = of.filter(|(it, _)| !it.everyone);
        let mut res: Vec<_> =
            explicit.map(|(it, admin)| (&*it.record.id.0, it.name, admin)).collect();
        res.sort_unstable();
        res
    }

    /// The groups besides All Users of those whom the list of users lacks.
    pub(super) fn held_by_absent(&self) -> AbsentMembers<'a> {
        let mut res = AbsentMembers::new();
        for (at, member) in &self.dangling {
            let group = &self.groups[*at];
            if !group.everyone {
                let held = (&*group.record.id.0, group.name, member.is_group_admin);
                res.entry(&*member.id.0).or_default().push(held);
            }
        }
        res
    }

    /// The ids of these groups.
    pub(super) fn ids(&self, place: usize) -> Vec<&'a str> {
        self.held(place).into_iter().map(|it| it.0).collect()
    }

    fn groups_of(&self, place: usize) -> Vec<(&KnownGroup<'a>, Option<bool>)> {
        self.members[place].iter().map(|(at, admin)| (&self.groups[*at], *admin)).collect()
    }

    /// Whether the members of the group of that id, or of that name, are of tier 0 or 1.
    pub(super) fn is_privileged_group(&self, id: Option<&str>, name: Option<&str>) -> Option<bool> {
        let those = self.groups.iter().enumerate().filter(|(_, it)| it.is_called(id, name));
        let privileged = |(at, it): (usize, &KnownGroup<'_>)| {
            any([it.privileged(), self.grants.group_reaches(at, Reach::Access)].into_iter())
        };
        let mut answers = those.map(privileged);
        let Some(first) = answers.next() else {
            // Every instance has admin, whether or not the list of groups does.
            return name.is_some_and(is_admin).then_some(true);
        };
        // Which of several groups of one name is meant is unknown.
        first.filter(|first| answers.all(|answer| answer == Some(*first)))
    }

    /// A group that does not state its members may have this account among them.
    fn powers(&self, groups: &GroupMembership<'_, '_>) -> Powers {
        let named = |wanted: Option<bool>| {
            let them = groups.iter().filter(move |(_, it)| *it == wanted);
            them.map(|(it, _)| it.name.to_owned())
        };
        let unlisted = self.unlisted.iter().map(|at| self.groups[*at].name.to_owned());
        let inside = groups.iter().map(|(it, _)| it.grants_inside());
        let reads = groups.iter().map(|(it, _)| it.record.audit_log_access);
        let admins = groups.iter().map(|(_, it)| *it);
        Powers {
            in_admin_group: self.in_admin_group(groups),
            inside_access: any(inside
                .chain(self.perhaps(KnownGroup::grants_inside))
                .chain(self.unseen())),
            reads_audit_log: any(reads
                .chain(self.perhaps(|it| it.record.audit_log_access))
                .chain(self.unseen())),
            administers: named(Some(true)).collect(),
            group_admin: any(admins.chain(self.perhaps(|_| None))),
            perhaps_administers: named(None).chain(unlisted).collect(),
        }
    }

    /// The groups that the account at `place` is known to be in, besides All Users.
    pub(super) fn custom(&self, place: usize) -> impl Iterator<Item = &KnownGroup<'a>> {
        let of = self.members[place].iter().map(|(at, _)| &self.groups[*at]);
        of.filter(|it| !it.everyone)
    }

    /// The group of that id, or of that name where there is no id.
    pub(super) fn group(&self, id: Option<&str>, name: Option<&str>) -> Option<&KnownGroup<'a>> {
        self.groups.iter().find(|group| group.is_called(id, name))
    }
}

/// Whether any is true, where that is known.
pub(super) fn any(facts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut res = Some(false);
    for fact in facts {
        match fact {
            Some(true) => return Some(true),
            Some(false) => {}
            None => res = None,
        }
    }
    res
}

/// Whether both are true, where that is known.
pub(super) fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
