//! Who is in which group, and what that grants: the most of all groups, All Users included.

mod path;

use self::path::path;
use super::grants::{Grants, Objects};
use super::holder::Register;
use super::index::Index;
use crate::snapshot::record::{Group, Member, User};
use crate::snapshot::{Collected, Records};

/// What a group grants on everything of a kind, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    None,
    Use,
    Edit,
    Own,
}

impl Level {
    /// A word that Retool may learn later is not a level anybody knows.
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "none" => Some(Self::None),
            "use" => Some(Self::Use),
            "edit" => Some(Self::Edit),
            "own" => Some(Self::Own),
            _ => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Use => "use",
            Self::Edit => "edit",
            Self::Own => "own",
        }
    }
}

/// What one account may do, and why.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// By kind: apps, resources, workflows, query library.
    pub(super) levels: [Option<Level>; 4],
    pub(super) tier: Option<i64>,
    /// Names of the groups besides All Users.
    pub(super) groups: Option<Vec<String>>,
    pub(super) path: String,
    pub(super) powers: Powers,
    pub(super) objects: Objects,
}

/// What single groups give an account, besides the most of all.
#[derive(Clone, Debug)]
pub(super) struct Powers {
    pub(super) in_admin_group: Option<bool>,
    /// Whether a group other than External Users grants anything on everything of a kind.
    pub(super) inside_access: Option<bool>,
    pub(super) reads_audit_log: Option<bool>,
    /// Names of the groups whose members the account may add and remove.
    pub(super) administers: Vec<String>,
    /// Whether it may do so anywhere.
    pub(super) group_admin: Option<bool>,
    /// Names of the groups of which nobody knows whether it may.
    pub(super) perhaps_administers: Vec<String>,
}

impl Standing {
    /// Whether the account can edit an app or a workflow, in any way.
    pub(super) fn can_build(&self) -> Option<bool> {
        any([self.builds_through_groups(), self.objects.builds].into_iter())
    }

    /// Whether its groups let the account edit all apps or all workflows.
    pub(super) fn builds_through_groups(&self) -> Option<bool> {
        let edits = [self.levels[0], self.levels[2]].map(|it| it.map(|it| it >= Level::Edit));
        any(edits.into_iter())
    }

    /// Whether the account can edit everything of a kind, by the kind's place.
    pub(super) fn edits(&self, kind: usize) -> Option<bool> {
        self.levels[kind].map(|it| it >= Level::Edit)
    }

    /// Whether the account can edit everything of any kind.
    pub(super) fn can_edit(&self) -> Option<bool> {
        any(self.levels.iter().map(|it| it.map(|it| it >= Level::Edit)))
    }

    pub(super) fn is_in(&self, name: &str) -> bool {
        self.groups.iter().flatten().any(|it| it.eq_ignore_ascii_case(name))
    }
}

/// The groups of one instance, ready to be asked about its accounts.
pub(super) struct Standings<'a> {
    pub(super) groups: Vec<Known<'a>>,
    /// The accounts by what names them.
    pub(super) index: Index<'a>,
    /// By user: place of the group, and whether the user administers it.
    pub(super) members: Vec<Vec<(usize, Option<bool>)>>,
    /// Members of a group whom the list of users lacks.
    pub(super) dangling: Vec<(usize, &'a Member)>,
    pub(super) grants: Grants<'a>,
    /// Whether every group stated its members.
    complete: bool,
}

/// A group that an account is in: its id, its name, and whether the account administers it.
pub(super) type Held<'a> = (&'a str, &'a str, Option<bool>);

/// Groups of an account, and whether it administers each.
type Of<'a, 'b> = [(&'a Known<'b>, Option<bool>)];

/// One group with its words understood.
pub(super) struct Known<'a> {
    pub(super) record: &'a Group,
    pub(super) name: &'a str,
    pub(super) levels: [Option<Level>; 4],
    pub(super) everyone: bool,
    admin: bool,
    external: bool,
}

impl<'a> Standings<'a> {
    pub(super) fn of(collected: &'a Collected) -> Self {
        let records = &collected.records;
        let index = Index::of(&records.users);
        let groups: Vec<_> = records.groups.iter().map(Known::of).collect();
        let mut res = Self {
            grants: Grants::of(collected, &index, &groups),
            groups,
            members: vec![Vec::new(); index.len()],
            index,
            dangling: Vec::new(),
            complete: true,
        };
        for (at, group) in records.groups.iter().enumerate() {
            res.complete &= group.members.is_some() || res.groups[at].everyone;
            for member in group.members.iter().flatten() {
                match res.index.by_id(&member.id.0) {
                    Some(user) if res.members[user].iter().any(|(it, _)| *it == at) => {}
                    Some(user) => res.members[user].push((at, member.is_group_admin)),
                    None => res.dangling.push((at, member)),
                }
            }
        }
        res.add_everyone();
        res
    }

    /// All Users has every account, whether or not the server lists them.
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
    pub(super) fn register<'r>(&self, records: &'r Records) -> Register<'r, '_, 'a> {
        Register { records, index: &self.index, groups: &self.groups }
    }

    /// What the account at `place` in the list of users may do.
    pub(super) fn standing(&self, place: usize, user: &User) -> Standing {
        let groups = self.groups_of(place);
        let in_admin = groups.iter().any(|(it, _)| it.admin);
        let (admin, levels) = self.reach(user, &groups);
        let mut objects = self.grants.held(place, self);
        if admin == Some(true) {
            (objects.level, objects.builds) = (Some(Level::Own), Some(true));
        }
        let custom = groups.iter().filter(|(it, _)| !it.everyone).map(|(it, _)| it.name.to_owned());
        Standing {
            levels,
            tier: tier(admin, levels, &groups, self.complete),
            groups: self.complete.then(|| custom.collect()),
            path: path(user, in_admin, (&groups, &objects)),
            powers: self.powers(&groups),
            objects,
        }
    }

    /// The privilege of the account at `place` in the list of users.
    pub(super) fn tier(&self, place: usize, user: &User) -> Option<i64> {
        let groups = self.groups_of(place);
        let (admin, levels) = self.reach(user, &groups);
        tier(admin, levels, &groups, self.complete)
    }

    /// The groups that the account at `place` is known to be in besides All Users, by id.
    pub(super) fn held(&self, place: usize) -> Vec<Held<'a>> {
        let of = self.members[place].iter().map(|(at, admin)| (&self.groups[*at], *admin));
        let explicit = of.filter(|(it, _)| !it.everyone);
        let mut res: Vec<_> =
            explicit.map(|(it, admin)| (&*it.record.id.0, it.name, admin)).collect();
        res.sort_unstable();
        res
    }

    /// The ids of these groups.
    pub(super) fn ids(&self, place: usize) -> Vec<&'a str> {
        self.held(place).into_iter().map(|it| it.0).collect()
    }

    fn groups_of(&self, place: usize) -> Vec<(&Known<'a>, Option<bool>)> {
        self.members[place].iter().map(|(at, admin)| (&self.groups[*at], *admin)).collect()
    }

    /// Whether an account with these groups is an administrator, and its levels by kind.
    fn reach(&self, user: &User, groups: &Of<'_, '_>) -> (Option<bool>, [Option<Level>; 4]) {
        // Versions that state no flag make administrators through the group alone.
        let admin = match user.is_admin {
            Some(true) => Some(true),
            _ if groups.iter().any(|(it, _)| it.admin) => Some(true),
            _ => self.complete.then_some(false),
        };
        (admin, std::array::from_fn(|kind| self.level(kind, admin, groups)))
    }

    /// A group that does not state its members may have this account among them.
    fn powers(&self, groups: &[(&Known<'_>, Option<bool>)]) -> Powers {
        let anywhere = |here: &mut dyn Iterator<Item = Option<bool>>| {
            let unlisted = (!self.complete).then_some(None);
            any(here.chain(unlisted).collect::<Vec<_>>().into_iter())
        };
        let named = |wanted: Option<bool>| {
            let them = groups.iter().filter(|(_, it)| *it == wanted);
            them.map(|(it, _)| it.name.to_owned()).collect()
        };
        let inside = groups.iter().filter(|(it, _)| !it.external);
        Powers {
            in_admin_group: anywhere(&mut groups.iter().map(|(it, _)| Some(it.admin))),
            inside_access: anywhere(&mut inside.flat_map(|(it, _)| it.levels).map(granted)),
            reads_audit_log: anywhere(&mut groups.iter().map(|(it, _)| it.record.audit_log_access)),
            administers: named(Some(true)),
            group_admin: anywhere(&mut groups.iter().map(|(_, it)| *it)),
            perhaps_administers: named(None),
        }
    }

    /// The names of the groups that the account at `place` is known to be in, besides All Users.
    pub(super) fn names(&self, place: usize) -> impl Iterator<Item = &'a str> {
        let of = self.members[place].iter().map(|(at, _)| &self.groups[*at]);
        of.filter(|it| !it.everyone).map(|it| it.name)
    }

    /// Whether every group stated its members.
    pub(super) fn complete(&self) -> bool {
        self.complete
    }

    /// The group of that id, or of that name where there is no id.
    pub(super) fn group(&self, id: Option<&str>, name: Option<&str>) -> Option<&Known<'a>> {
        let same = |it: &&Known<'_>| match (id, name) {
            (Some(id), _) => it.record.id.0 == id,
            (None, Some(name)) => it.name.eq_ignore_ascii_case(name),
            (None, None) => false,
        };
        self.groups.iter().find(same)
    }

    fn level(
        &self,
        kind: usize,
        admin: Option<bool>,
        groups: &[(&Known<'_>, Option<bool>)],
    ) -> Option<Level> {
        let all = || groups.iter().map(|(it, _)| it.levels[kind]);
        let most = all().flatten().max();
        let sure = self.complete && admin.is_some() && all().all(|it| it.is_some());
        match (admin, most) {
            (Some(true), _) | (_, Some(Level::Own)) => Some(Level::Own),
            _ if sure => Some(most.unwrap_or(Level::None)),
            _ => None,
        }
    }
}

impl<'a> Known<'a> {
    fn of(record: &'a Group) -> Self {
        let level = |it: &Option<String>| it.as_deref().and_then(Level::parse);
        let name = record.name.as_deref().unwrap_or(&record.id.0);
        Self {
            record,
            name,
            levels: [
                level(&record.universal_app_access),
                level(&record.universal_resource_access),
                level(&record.universal_workflow_access),
                level(&record.universal_query_library_access),
            ],
            everyone: name.eq_ignore_ascii_case("all users"),
            admin: name.eq_ignore_ascii_case("admin"),
            external: name.eq_ignore_ascii_case("external users"),
        }
    }

    /// Whether its members are of tier 0 or 1.
    pub(super) fn privileged(&self) -> Option<bool> {
        let owns = self.levels[..3].iter().map(|it| it.map(|it| it == Level::Own));
        let changes = self.levels[1].map(|it| it >= Level::Edit);
        any(owns.chain([Some(self.admin), changes]))
    }

    /// Whether the group lets its members see people or what they do.
    fn oversees(&self) -> Option<bool> {
        let it = self.record;
        any([it.audit_log_access, it.user_list_access, it.account_details_access].into_iter())
    }
}

/// Whether a level is more than none.
fn granted(level: Option<Level>) -> Option<bool> {
    level.map(|it| it > Level::None)
}

/// Whether any is true, where that is known.
pub(super) fn any(mut facts: impl Iterator<Item = Option<bool>> + Clone) -> Option<bool> {
    let known = facts.clone().all(|it| it.is_some());
    if facts.any(|it| it == Some(true)) { Some(true) } else { known.then_some(false) }
}

/// 0 administers, 1 owns or may change what others use, 2 may see or assign people, 3 is ordinary.
fn tier(
    admin: Option<bool>,
    levels: [Option<Level>; 4],
    groups: &[(&Known<'_>, Option<bool>)],
    complete: bool,
) -> Option<i64> {
    if admin? {
        return Some(0);
    }
    let owns = levels[..3].iter().map(|it| it.map(|it| it == Level::Own));
    let changes = levels[1].map(|it| it >= Level::Edit);
    if any(owns.chain([changes]))? {
        return Some(1);
    }
    let assigns = groups.iter().map(|(_, it)| *it);
    let oversees = groups.iter().map(|(it, _)| it.oversees());
    let unlisted = (!complete).then_some(None);
    Some(if any(assigns.chain(oversees).chain(unlisted))? { 2 } else { 3 })
}
