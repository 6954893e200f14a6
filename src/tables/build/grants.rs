//! What is granted on single objects and through roles: to accounts, and to their groups.

mod words;

use std::collections::BTreeMap;

use self::words::words;
use super::access::{GroupStandings, KnownGroup, Level, any};
use super::holder::{Holder, HolderIndex, OtherHolders};
use super::{InstanceContext, roles};
use crate::power::{self, Action, Reach};
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::{AccessEntry, Id, ObjectAccess, Role, RoleGrant};
use crate::tables::dictionary::grant;

/// What an account has on single objects.
#[derive(Clone, Debug)]
pub(super) struct Objects {
    /// The most of all.
    pub(super) level: Option<Level>,
    /// Whether it lets the account edit an app, a workflow or an agent, or make one in a folder.
    pub(super) builds: Option<bool>,
    /// How the account comes by it.
    pub(super) words: Vec<String>,
    /// Whether nothing else is granted on single objects.
    pub(super) whole: bool,
}

/// What is granted in one instance, ready to be asked about its accounts.
pub(super) struct Grants<'a> {
    /// Whether the access list of every object was read, and every holder in them is known.
    whole: bool,
    /// Whether it is known who holds which role; versions and plans without roles have none.
    roles_known: bool,
    /// Whether the server offers roles and did not give them.
    roles_refused: bool,
    to_accounts: BTreeMap<usize, HeldGrants<'a>>,
    to_groups: BTreeMap<usize, HeldGrants<'a>>,
    /// By the invitation's id.
    to_invites: BTreeMap<&'a str, HeldGrants<'a>>,
    /// What an unidentified holder has: it may be any account.
    to_somebody: HeldGrants<'a>,
}

/// What one account, group or invitation was given.
#[derive(Default)]
struct HeldGrants<'a> {
    objects: Vec<GrantedLevel<'a>>,
    roles: Vec<GivenRole<'a>>,
}

/// A level on an object.
struct GrantedLevel<'a> {
    object: &'a ObjectAccess,
    level: Option<Level>,
    how: String,
}

/// A role, and what it gives.
struct GivenRole<'a> {
    name: &'a str,
    /// Whether it can do nothing to objects.
    spares_objects: bool,
    /// Whether it may reach every object of a kind, and it is unknown what it may do there.
    reaches_all: bool,
    /// What it allows in the organization; none where that is unknown.
    permissions: Option<Vec<&'a str>>,
}

impl<'a> GivenRole<'a> {
    fn of(grant: &'a RoleGrant, role: Option<&'a Role>) -> Self {
        let spares_objects =
            role.and_then(|it| it.object_scopes.as_ref()).is_some_and(Vec::is_empty);
        let limited = grant.object_type.value().is_some() && grant.object_id.value().is_some();
        Self {
            name: role_name(role, grant.role_id.as_ref()),
            spares_objects,
            reaches_all: !spares_objects && !limited,
            permissions: roles::permissions(grant, role),
        }
    }

    /// Whether it reaches so far; owning everything of a kind reaches what others work with.
    fn reaches(&self, reach: Reach) -> Option<bool> {
        let Some(permissions) = &self.permissions else { return None };
        let of = |it: &&str| power::permission(it).reach.map(|it| it >= reach);
        let objects = (self.reaches_all && reach == Reach::Access).then_some(None);
        any(permissions.iter().map(of).chain(objects))
    }

    /// What it allows in the organization, and by which group, in words: `may manage single sign-on
    /// through role IT, granted directly`.
    fn words(&self, group: Option<&str>) -> String {
        let name = self.name;
        let way = group.map_or(", granted directly".to_owned(), |it| format!(" of group {it}"));
        let Some(permissions) = &self.permissions else {
            return format!("role {name}{way}, with unknown permissions");
        };
        if permissions.is_empty() {
            return format!("role {name}{way}");
        }
        let (mut actions, mut has) = (Vec::new(), Vec::new());
        for permission in permissions {
            match power::permission(permission).action {
                Action::Known(action) => actions.push(action),
                Action::Unknown(word) => has.push(power::unknown_permission(&word)),
            }
        }
        let may = (!actions.is_empty()).then(|| format!("may {}", actions.join(", ")));
        let all: Vec<String> = may.into_iter().chain(has).collect();
        format!("{} through role {name}{way}", all.join(" and "))
    }

    /// Whether it gives anything in the organization that is not known to be harmless.
    fn is_powerful(&self) -> Option<bool> {
        let permissions = self.permissions.as_ref()?;
        Some(permissions.iter().any(|it| !power::permission(it).harmless))
    }
}

/// What says nothing of whether there are roles.
const REFUSALS: [ReadOutcome; 4] =
    [ReadOutcome::Scope, ReadOutcome::Auth, ReadOutcome::Network, ReadOutcome::Protocol];

impl<'a> Grants<'a> {
    pub(super) fn of(
        collected: &'a Collected,
        register: HolderIndex<'_, 'a>,
        groups: &[KnownGroup<'a>],
    ) -> Self {
        let outcome = |it| collected.row(it).map(|it| it.outcome);
        let read = |it| outcome(it) == Some(ReadOutcome::Ok);
        let absent = |it| matches!(outcome(it), Some(ReadOutcome::Version | ReadOutcome::Plan));
        let refused = |it| outcome(it).is_some_and(|it| REFUSALS.contains(&it));
        let lists = [Endpoint::Roles, Endpoint::RoleGrants];
        let records = &collected.records;
        let doubtful = collected.row(Endpoint::Permissions).is_some_and(|it| it.is_doubtful());
        let mut res = Self {
            whole: read(Endpoint::Permissions)
                && !doubtful
                && records.permissions.iter().all(ObjectAccess::is_known),
            roles_known: lists.into_iter().all(read) || lists.into_iter().any(absent),
            roles_refused: lists.into_iter().any(refused) && !lists.into_iter().any(absent),
            to_accounts: BTreeMap::new(),
            to_groups: BTreeMap::new(),
            to_invites: BTreeMap::new(),
            to_somebody: HeldGrants::default(),
        };
        for object in &records.permissions {
            for entry in object.entries() {
                let holder = register.find(Some(&entry.subject.kind), &entry.subject.id);
                let invited = entry.subject.kind == "userInvite";
                let given = GrantedLevel {
                    object,
                    level: level(entry),
                    how: how(entry, register.others, groups),
                };
                match res.held_by(holder) {
                    Some(held) => held.objects.push(given),
                    // Whoever this is may be an account under a name that is not known here.
                    None => res.whole &= invited || matches!(holder, Holder::Token(_)),
                }
            }
        }
        let known = roles::by_id(&records.roles);
        for it in &records.role_grants {
            let given = GivenRole::of(it, roles::role_of(it, &known));
            let kind = it.subject_type.as_deref();
            let holder =
                it.subject_id.as_ref().map_or(Holder::Unknown, |id| register.find(kind, id));
            match (res.held_by(holder), holder, kind) {
                (Some(held), ..) => held.roles.push(given),
                // An invitation or a token that is gone gives no access.
                (None, Holder::Token(_), _)
                | (None, Holder::Missing, Some("userInvite" | "api_token")) => {}
                (None, ..) => res.to_somebody.roles.push(given),
            }
        }
        res
    }

    /// What the subject of a grant holds; a token is no account that signs in.
    fn held_by(&mut self, holder: Holder<'a>) -> Option<&mut HeldGrants<'a>> {
        match holder {
            Holder::Account(place) => Some(self.to_accounts.entry(place).or_default()),
            Holder::Group(place) => Some(self.to_groups.entry(place).or_default()),
            Holder::Invite(it) => Some(self.to_invites.entry(&it.id.0).or_default()),
            Holder::Token(_) | Holder::Missing | Holder::Unknown => None,
        }
    }

    /// Whether a role of the account itself reaches so far.
    pub(super) fn account_reaches(&self, place: usize, reach: Reach) -> Option<bool> {
        reaches(self.to_accounts.get(&place), reach)
    }

    /// Whether a role of the group reaches so far.
    pub(super) fn group_reaches(&self, place: usize, reach: Reach) -> Option<bool> {
        reaches(self.to_groups.get(&place), reach)
    }

    /// Whether any account may hold a role that reaches so far, for all that is known: one whose
    /// holder is not identified, or any where the server offers roles and did not give them.
    pub(super) fn anybody_reaches(&self, reach: Reach) -> Option<bool> {
        match reaches(Some(&self.to_somebody), reach) {
            Some(false) if !self.roles_refused => Some(false),
            _ => None,
        }
    }

    /// The same in words.
    pub(super) fn anybody_in_words(&self) -> Option<String> {
        if self.roles_refused {
            return Some("its roles are not known".to_owned());
        }
        let roles = self.to_somebody.roles.iter();
        let far = roles.filter(|role| role.reaches(Reach::People) != Some(false));
        let names: Vec<&str> = far.map(|it| it.name).collect();
        let names = names.join(", ");
        (!names.is_empty()).then(|| format!("who holds the role {names} is not known"))
    }

    /// The roles that an invitation gives, in words; empty where it gives none.
    pub(super) fn roles_of_invite(&self, id: &str) -> String {
        let roles = self.to_invites.get(id).into_iter().flat_map(|it| &it.roles);
        crate::names::listed(roles.map(|role| role.name))
    }

    /// Whether a role of the invitation gives anything in the organization that is not known to be
    /// harmless. Where roles are not read, what is known of them decides.
    pub(super) fn is_powerful_invite(&self, id: &str) -> Option<bool> {
        let own = self.to_invites.get(id).into_iter().flat_map(|it| &it.roles);
        let delegated =
            self.to_somebody.roles.iter().filter(|role| role.is_powerful() != Some(false));
        let facts = own.map(GivenRole::is_powerful).chain(delegated.map(|_| None));
        any(facts.collect::<Vec<_>>().into_iter())
    }

    /// What the account at `place` has, by itself and through its groups.
    pub(super) fn held(&self, place: usize, standings: &GroupStandings<'_>) -> Objects {
        let own = self.to_accounts.get(&place).into_iter().map(|it| (None, it));
        let through = standings.members[place].iter().filter_map(|(at, _)| {
            Some((Some(standings.groups[*at].name), self.to_groups.get(at)?))
        });
        let held: Vec<(Option<&str>, &HeldGrants<'_>)> = own.chain(through).collect();
        let given = || held.iter().flat_map(|(_, it)| &it.objects);
        let (whole, most) =
            (self.whole && standings.complete(), given().map(|it| it.level).max().flatten());
        let certain = whole && given().all(|it| it.level.is_some());
        let roles_open = !self.roles_known
            || held.iter().flat_map(|(_, it)| &it.roles).any(|it| !it.spares_objects);
        let rest = (!whole || roles_open).then_some(None);
        let builds = given().filter(|it| it.object.kind != "resource");
        let builds = builds.map(|build| build.level.map(|level| level >= Level::Edit)).chain(rest);
        Objects {
            level: match most {
                Some(Level::Own) => most,
                _ if certain => Some(most.unwrap_or(Level::None)),
                _ => None,
            },
            builds: any(builds.collect::<Vec<_>>().into_iter()),
            words: words(&held),
            whole,
        }
    }
}

/// Adds what is granted on the objects of one instance, a row for each grant.
pub(super) fn add(
    rows: &mut grant::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    let records = &here.collected.records;
    for object in &records.permissions {
        for entry in object.entries() {
            let id = &entry.subject.id;
            let (subject_id, subject) =
                match standings.register().find(Some(&entry.subject.kind), id) {
                    Holder::Account(at) => {
                        let user = &records.users[at];
                        (&user.id.0, Some(user.email.as_deref().unwrap_or(&user.id.0)))
                    }
                    Holder::Group(at) => (&id.0, Some(standings.groups[at].name)),
                    Holder::Invite(it) => (&id.0, it.invited_email.as_deref()),
                    Holder::Token(it) => (&id.0, it.label.as_deref()),
                    Holder::Missing | Holder::Unknown => (&id.0, None),
                };
            rows.push(grant::Row {
                instance: here.name().into(),
                object_type: object.kind.as_str().into(),
                object_id: object.id.0.as_str().into(),
                object: object.name.as_deref().map(Into::into),
                subject_type: subject_word(&entry.subject.kind).into(),
                subject_id: subject_id.as_str().into(),
                subject: subject.map(Into::into),
                access: level(entry).map(|it| it.word().into()),
                access_path: how(entry, &standings.others, &standings.groups).into(),
            });
        }
    }
}

fn subject_word(kind: &str) -> &str {
    if kind == "userInvite" { "invite" } else { kind }
}

fn level(entry: &AccessEntry) -> Option<Level> {
    entry.access_level.as_deref().and_then(Level::parse)
}

/// How the subject of an entry comes by its level: a list gives one for all sources together.
fn how(entry: &AccessEntry, others: &OtherHolders<'_>, groups: &[KnownGroup<'_>]) -> String {
    let Some(sources) = &entry.sources else { return "by a source that is not stated".into() };
    let mut ways = Vec::new();
    if sources.direct == Some(true) {
        ways.push("granted directly".to_owned());
    }
    for it in sources.groups.iter().flatten() {
        let known = others.group(&it.id).map(|at| &groups[at]);
        ways.push(format!("through {}", known.map_or(it.id.0.as_str(), |it| it.name)));
    }
    if let Some(it) = &sources.inherited {
        ways.push(format!("by its {} {}", it.kind, it.id.0));
    }
    if sources.universal == Some(true) {
        ways.push("as on everything of the kind".to_owned());
    }
    if ways.is_empty() { "by a source that is not stated".into() } else { ways.join(" or ") }
}

fn reaches(held: Option<&HeldGrants<'_>>, reach: Reach) -> Option<bool> {
    any(held.into_iter().flat_map(|it| &it.roles).map(|it| it.reaches(reach)))
}

fn role_name<'a>(role: Option<&'a Role>, id: Option<&'a Id>) -> &'a str {
    let name = role.and_then(|it| it.name.as_deref());
    name.or(id.map(|it| it.0.as_str())).unwrap_or("without a name")
}
