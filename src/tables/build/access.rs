//! Who is in which group, and what that grants: the most of all groups, All Users included.

mod hidden;
mod known;
mod path;

pub(super) use self::known::{Known, Level};
use self::path::{Ways, named, path};
use super::bounds::Bounds;
use super::grants::{Grants, Objects};
use super::holder::Register;
use super::index::Index;
use crate::power::Reach;
use crate::snapshot::record::{Member, User};
use crate::snapshot::{Collected, Records};

/// How many kinds of thing groups grant levels on: apps, resources, workflows, the query library and
/// agents.
pub(super) const KINDS: usize = 5;

/// The places of the kinds that make whoever owns everything of one privileged.
const OWNED: [usize; 4] = [0, 1, 2, 4];

/// What one account may do, and why.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// By kind: apps, resources, workflows, query library, agents.
    pub(super) levels: [Bounds<Level>; KINDS],
    /// Whether the server says what groups grant on agents.
    pub(super) knows_agents: bool,
    pub(super) tier: Bounds<i64>,
    /// Names of the groups besides All Users that the account is known to be in.
    pub(super) groups: Vec<String>,
    /// Whether these are all.
    pub(super) groups_whole: bool,
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

/// What decides about the tier of an account, strongest first.
struct Privileges {
    administers: Option<bool>,
    /// Whether it owns everything of a kind, or may change what others use.
    changes: Option<bool>,
    /// Whether it may see or assign people.
    oversees: Option<bool>,
}

impl Privileges {
    /// 0 administers, 1 owns or may change what others use, 2 may see or assign people, 3 is
    /// ordinary.
    fn tier(&self) -> Bounds<i64> {
        let steps = [(0, self.administers), (1, self.changes), (2, self.oversees)];
        let first = |counts: fn(Option<bool>) -> bool| {
            steps.iter().find(|(_, fact)| counts(*fact)).map_or(3, |(tier, _)| *tier)
        };
        Bounds { least: first(|fact| fact != Some(false)), most: first(|fact| fact == Some(true)) }
    }
}

impl Standing {
    /// Whether the account can edit an app or a workflow, in any way.
    pub(super) fn can_build(&self) -> Option<bool> {
        any([self.builds_through_groups(), self.objects.builds].into_iter())
    }

    /// Whether its groups let the account edit all apps or all workflows.
    pub(super) fn builds_through_groups(&self) -> Option<bool> {
        any([self.edits(0), self.edits(2)].into_iter())
    }

    /// Whether the account can edit everything of a kind, by the kind's place.
    pub(super) fn edits(&self, kind: usize) -> Option<bool> {
        self.levels[kind].reaches(Level::Edit)
    }

    /// Whether the account can edit everything of any kind.
    pub(super) fn can_edit(&self) -> Option<bool> {
        any(self.levels.iter().map(|it| it.reaches(Level::Edit)))
    }

    pub(super) fn is_in(&self, name: &str) -> bool {
        self.groups.iter().any(|it| it.eq_ignore_ascii_case(name))
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
    /// Places of the groups that did not state their members, or not who they all are: any account
    /// may be in them.
    unlisted: Vec<usize>,
    /// Whether the server flags administrators at all; where it flags nobody and denies it of
    /// nobody, the group admin alone makes them.
    flags_administrators: bool,
}

/// A group that an account is in: its id, its name, and whether the account administers it.
pub(super) type Held<'a> = (&'a str, &'a str, Option<bool>);

/// Groups of an account, and whether it administers each.
type Of<'a, 'b> = [(&'a Known<'b>, Option<bool>)];

impl<'a> Standings<'a> {
    pub(super) fn of(collected: &'a Collected) -> Self {
        let records = &collected.records;
        let index = Index::of(&records.users);
        let agents = records.groups.iter().any(|it| !it.universal_agent_access.is_unstated());
        let groups: Vec<_> = records.groups.iter().map(|it| Known::of(it, agents)).collect();
        let mut res = Self {
            grants: Grants::of(collected, &index, &groups),
            groups,
            members: vec![Vec::new(); index.len()],
            index,
            dangling: Vec::new(),
            unlisted: Vec::new(),
            flags_administrators: records.users.iter().any(|it| it.is_admin.is_some()),
        };
        for (at, group) in records.groups.iter().enumerate() {
            if group.members.is_none() && !res.groups[at].everyone {
                res.unlisted.push(at);
            }
            for member in group.members.iter().flatten() {
                match res.index.by_id(&member.id.0) {
                    Some(user) if res.members[user].iter().any(|(it, _)| *it == at) => {}
                    Some(user) => res.members[user].push((at, member.is_group_admin)),
                    None => res.dangling.push((at, member)),
                }
            }
        }
        res.place_without_ids(&records.users);
        res.add_everyone();
        res
    }

    /// Members or accounts whose id could not be read are told by their address, where it is that of
    /// one account; otherwise any account may be in such a group.
    fn place_without_ids(&mut self, users: &[User]) {
        let nameless = users.iter().any(|it| it.id.is_made_up());
        for (at, member) in std::mem::take(&mut self.dangling) {
            let login = member.email.as_deref().map(|it| it.trim().to_lowercase());
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
        let in_admin = self.in_admin_group(&groups);
        let (privileges, levels) = self.reach((place, user), &groups);
        let mut objects = self.grants.held(place, self);
        if privileges.administers == Some(true) {
            (objects.level, objects.builds) = (Some(Level::Own), Some(true));
        }
        let custom = groups.iter().filter(|(it, _)| !it.everyone).map(|(it, _)| it.name.to_owned());
        let custom = custom.collect();
        let (unseen, flagless) = (self.unseen_ways(user), !self.flags_administrators);
        let ways = Ways { groups: &groups, objects: &objects, unseen, flagless };
        Standing {
            levels,
            knows_agents: self.groups.iter().any(|it| it.knows_agents),
            tier: privileges.tier(),
            groups: custom,
            groups_whole: self.complete(),
            path: path(user, in_admin, &ways),
            powers: self.powers(&groups),
            objects,
        }
    }

    /// The privilege of the account at `place` in the list of users.
    pub(super) fn tier(&self, place: usize, user: &User) -> Bounds<i64> {
        self.reach((place, user), &self.groups_of(place)).0.tier()
    }

    /// Whether the account at `place` in the list of users administers the instance.
    pub(super) fn administers(&self, place: usize, user: &User) -> Option<bool> {
        self.administrator(user, &self.groups_of(place))
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

    /// What an account with these groups may do, and its levels by kind.
    fn reach(
        &self,
        (place, user): (usize, &User),
        groups: &Of<'_, '_>,
    ) -> (Privileges, [Bounds<Level>; KINDS]) {
        let administers = self.administrator(user, groups);
        let levels = std::array::from_fn(|kind| self.level(kind, administers, groups));
        let owns = OWNED.iter().map(|kind| levels[*kind].reaches(Level::Own));
        let changes = [levels[1].reaches(Level::Edit), self.roles_reach(place, Reach::Access)];
        let others = groups.iter().map(|(it, _)| it.others_change());
        let changes = changes.into_iter().chain(others).chain(self.perhaps(Known::others_change));
        let assigns = groups.iter().map(|(_, it)| *it).chain(self.perhaps(|_| None));
        let oversees = groups.iter().map(|(it, _)| it.oversees());
        let oversees = oversees.chain(self.perhaps(Known::oversees)).chain(self.unseen());
        let privileges = Privileges {
            administers,
            changes: any(owns.chain(changes)),
            oversees: any(assigns.chain(oversees).chain([self.roles_reach(place, Reach::People)])),
        };
        (privileges, levels)
    }

    /// Whether a role of the account at `place`, or of a group it is in, reaches so far.
    fn roles_reach(&self, place: usize, reach: Reach) -> Option<bool> {
        let own = self.grants.account_reaches(place, reach);
        let groups =
            self.members[place].iter().map(|(at, _)| self.grants.group_reaches(*at, reach));
        let unlisted = self.unlisted.iter().map(|at| self.grants.group_reaches(*at, reach));
        let unlisted = unlisted.map(|it| if it == Some(false) { it } else { None });
        let anybody = self.grants.anybody_reaches(reach);
        any(groups.chain(unlisted).chain([own, anybody]))
    }

    /// Whether the members of the group of that id, or of that name, are of tier 0 or 1.
    pub(super) fn is_privileged_group(&self, id: Option<&str>, name: Option<&str>) -> Option<bool> {
        let group = self.group(id, name)?;
        let at = self.groups.iter().position(|it| std::ptr::eq(it, group))?;
        any([group.privileged(), self.grants.group_reaches(at, Reach::Access)].into_iter())
    }

    /// Whether an account with these groups is an administrator, by flag or through the group.
    fn administrator(&self, user: &User, groups: &Of<'_, '_>) -> Option<bool> {
        let flag = user.is_admin.or((!self.flags_administrators).then_some(false));
        any([flag, self.in_admin_group(groups)].into_iter())
    }

    /// Every instance has a group admin: where the list lacks it, nobody knows who is in it.
    fn in_admin_group(&self, groups: &Of<'_, '_>) -> Option<bool> {
        let listed = groups.iter().map(|(it, _)| Some(it.admin));
        let missing = self.lacks_admins().then_some(None);
        any(listed.chain(self.perhaps(|it| Some(it.admin))).chain(missing))
    }

    /// What All Users gives to everybody, where the list of groups lacks it: nobody knows.
    fn unseen(&self) -> impl Iterator<Item = Option<bool>> {
        self.lacks_everyone().then_some(None).into_iter()
    }

    /// The same, and the groups that any account may be in, in words.
    fn unseen_ways(&self, user: &User) -> Vec<String> {
        let flag = self.flags_administrators && user.is_admin.is_none();
        let flag = flag.then_some("whether Retool flags it as administrator is not known");
        let everyone = self.lacks_everyone().then_some("what All Users grants is not known");
        let certain = flag.into_iter().chain(everyone).map(str::to_owned);
        let unlisted = self.unlisted.iter().map(|at| self.groups[*at].name);
        let unlisted: Vec<&str> =
            self.lacks_admins().then_some("admin").into_iter().chain(unlisted).collect();
        let unlisted = (!unlisted.is_empty())
            .then(|| format!("whether it is in {} is not known", named(&unlisted)));
        certain.chain(unlisted).chain(self.grants.anybody_in_words()).collect()
    }

    /// Whether the list of groups lacks All Users, which every instance has.
    pub(super) fn lacks_everyone(&self) -> bool {
        self.groups.iter().all(|it| !it.everyone)
    }

    /// Whether the list of groups lacks admin, which every instance has.
    pub(super) fn lacks_admins(&self) -> bool {
        self.groups.iter().all(|it| !it.admin)
    }

    /// A group that does not state its members may have this account among them.
    fn powers(&self, groups: &Of<'_, '_>) -> Powers {
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
                .chain(self.perhaps(Known::grants_inside))
                .chain(self.unseen())),
            reads_audit_log: any(reads
                .chain(self.perhaps(|it| it.record.audit_log_access))
                .chain(self.unseen())),
            administers: named(Some(true)).collect(),
            group_admin: any(admins.chain(self.perhaps(|_| None))),
            perhaps_administers: named(None).chain(unlisted).collect(),
        }
    }

    /// The names of the groups that the account at `place` is known to be in, besides All Users.
    pub(super) fn names(&self, place: usize) -> impl Iterator<Item = &'a str> {
        let of = self.members[place].iter().map(|(at, _)| &self.groups[*at]);
        of.filter(|it| !it.everyone).map(|it| it.name)
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

    /// What these groups grant on everything of a kind; an administrator owns it.
    fn level(&self, kind: usize, admin: Option<bool>, groups: &Of<'_, '_>) -> Bounds<Level> {
        let nothing = Bounds::exactly(Level::None);
        let sure = groups.iter().map(|(it, _)| it.level(kind));
        let unlisted = self.unlisted.iter().map(|at| self.groups[*at].level(kind));
        let unseen =
            self.lacks_everyone().then_some(Bounds { least: Level::None, most: Level::Own });
        let perhaps = unlisted.chain(unseen).map(|it| Bounds { least: Level::None, ..it });
        let granted = sure.chain(perhaps).fold(nothing, Bounds::max);
        match admin {
            Some(true) => Bounds::exactly(Level::Own),
            Some(false) => granted,
            None => Bounds { most: Level::Own, ..granted },
        }
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
mod tests {
    use super::super::tests::{config, draw_of, records, snapshot};
    use crate::tables::Table;

    #[test]
    fn who_has_no_id_is_told_by_the_address_or_may_be_anybody() {
        let draw = |users: &str, member: &str| {
            let groups = r#"[
                {"id": 1, "name": "admin", "universal_app_access": "own", "members": [MEMBER]},
                {"id": 2, "name": "All Users", "universal_app_access": "none"}
            ]"#;
            let records = records(users, &groups.replace("MEMBER", member));
            let names = ["user_id", "tier", "tier_at_least"];
            draw_of(&snapshot(records), (&config(), None, None), Table::Users, &names)
        };
        let users = r#"[
            {"id": "u1", "email": "ann@acme.test", "active": true, "is_admin": false},
            {"id": "u2", "email": "bob@acme.test", "active": true, "is_admin": false}
        ]"#;
        let nameless = users.replace("u1", "no-id:1");
        let pictures = [
            draw(users, r#"{"id": "no-id:1.1", "email": "Ann@acme.test"}"#),
            draw(users, r#"{"id": "no-id:1.1"}"#),
            draw(&nameless, r#"{"id": "u1", "email": "ann@acme.test"}"#),
            draw(&nameless, r#"{"id": "u1"}"#),
        ];
        insta::assert_snapshot!(pictures.join("\n---\n"), @"
        u1 | 0 | -
        u2 | unknown | 1
        ---
        u1 | unknown | 0
        u2 | unknown | 0
        ---
        no-id:1 | 0 | -
        u2 | unknown | 1
        ---
        no-id:1 | unknown | 0
        u2 | unknown | 0
        ");
    }
}
