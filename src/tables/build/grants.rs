//! What is granted on single objects and through roles: to accounts, and to their groups.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Here;
use super::access::{Known, Level, Standings, any};
use super::index::Index;
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, Outcome};
use crate::snapshot::record::{AccessEntry, Id, ObjectAccess, Role};
use crate::tables::dictionary::grant;

/// Objects that an access path names before it counts the others.
const NAMED: usize = 3;

/// What an account has on single objects.
#[derive(Clone, Debug)]
pub(super) struct Objects {
    /// The most of all.
    pub(super) level: Option<Level>,
    /// Whether it lets the account edit an app or a workflow, or make one in a folder.
    pub(super) builds: Option<bool>,
    /// How the account comes by it.
    pub(super) words: Vec<String>,
    /// Whether nothing else is granted on single objects.
    pub(super) whole: bool,
}

/// What is granted in one instance, ready to be asked about its accounts.
pub(super) struct Grants<'a> {
    /// Whether the access list of every object was read, and everybody in them is known.
    whole: bool,
    /// Whether it is known who holds which role; versions and plans without roles have none.
    roles_known: bool,
    to_accounts: BTreeMap<usize, Held<'a>>,
    to_groups: BTreeMap<usize, Held<'a>>,
}

/// What one account or group was given.
#[derive(Default)]
struct Held<'a> {
    objects: Vec<Given<'a>>,
    roles: Vec<GivenRole<'a>>,
}

/// A level on an object.
struct Given<'a> {
    object: &'a ObjectAccess,
    level: Option<Level>,
    how: String,
}

/// A role, and whether it can do nothing to objects.
struct GivenRole<'a> {
    name: &'a str,
    harmless: bool,
}

impl<'a> Grants<'a> {
    pub(super) fn of(collected: &'a Collected, index: &Index<'_>, groups: &[Known<'_>]) -> Self {
        let outcome = |it| collected.row(it).map(|it| it.outcome);
        let read = |it| outcome(it) == Some(Outcome::Ok);
        let absent = |it| matches!(outcome(it), Some(Outcome::Version | Outcome::Plan));
        let roles = [Endpoint::Roles, Endpoint::RoleGrants];
        let records = &collected.records;
        let doubtful = collected.row(Endpoint::Permissions).is_some_and(|it| it.is_doubtful());
        let mut res = Self {
            whole: read(Endpoint::Permissions)
                && !doubtful
                && records.permissions.iter().all(ObjectAccess::is_known),
            roles_known: roles.into_iter().all(read) || roles.into_iter().any(absent),
            to_accounts: BTreeMap::new(),
            to_groups: BTreeMap::new(),
        };
        for object in &records.permissions {
            for entry in object.entries() {
                let subject = (entry.subject.kind.as_str(), &entry.subject.id);
                let how = how(entry, groups);
                match res.held_by(subject, index, groups) {
                    Some(held) => held.objects.push(Given { object, level: level(entry), how }),
                    // Whoever this is may be an account under a name that is not known here.
                    None => res.whole &= entry.subject.kind == "userInvite",
                }
            }
        }
        for it in &records.role_grants {
            let role = records.roles.iter().find(|role| Some(&role.id) == it.role_id.as_ref());
            let given = GivenRole {
                name: role_name(role, it.role_id.as_ref()),
                harmless: role.is_some_and(is_harmless),
            };
            let subject = it.subject_type.as_deref().zip(it.subject_id.as_ref());
            if let Some(held) = subject.and_then(|it| res.held_by(it, index, groups)) {
                held.roles.push(given);
            }
        }
        res
    }

    /// What the subject of a grant holds; an invitation or somebody unknown is none of the accounts.
    fn held_by(
        &mut self,
        (kind, id): (&str, &Id),
        index: &Index<'_>,
        groups: &[Known<'_>],
    ) -> Option<&mut Held<'a>> {
        match kind {
            "user" => {
                let place = index.by_id(&id.0).or_else(|| index.by_older_id(&id.0))?;
                Some(self.to_accounts.entry(place).or_default())
            }
            "group" => {
                let place = groups.iter().position(|it| it.record.id == *id)?;
                Some(self.to_groups.entry(place).or_default())
            }
            _ => None,
        }
    }

    /// What the account at `place` has, by itself and through its groups.
    pub(super) fn held(&self, place: usize, standings: &Standings<'_>) -> Objects {
        let own = self.to_accounts.get(&place).into_iter().map(|it| (None, it));
        let through = standings.members[place].iter().filter_map(|(at, _)| {
            Some((Some(standings.groups[*at].name), self.to_groups.get(at)?))
        });
        let held: Vec<(Option<&str>, &Held<'_>)> = own.chain(through).collect();
        let given = || held.iter().flat_map(|(_, it)| &it.objects);
        let (whole, most) =
            (self.whole && standings.complete(), given().map(|it| it.level).max().flatten());
        let certain = whole && given().all(|it| it.level.is_some());
        let roles_open =
            !self.roles_known || held.iter().flat_map(|(_, it)| &it.roles).any(|it| !it.harmless);
        let rest = (!whole || roles_open).then_some(None);
        let builds = given().filter(|it| it.object.kind != "resource");
        let builds = builds.map(|it| it.level.map(|it| it >= Level::Edit)).chain(rest);
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
pub(super) fn add(rows: &mut grant::Rows, here: &Here<'_>, standings: &Standings<'_>) {
    let records = &here.collected.records;
    for object in &records.permissions {
        for entry in object.entries() {
            let id = &entry.subject.id;
            let account =
                standings.index.by_id(&id.0).or_else(|| standings.index.by_older_id(&id.0));
            let account = account.map(|it| &records.users[it]);
            let group = || standings.group(Some(&id.0), None);
            let invite = || records.user_invites.iter().find(|it| it.id == *id);
            let subject: Option<&str> = match entry.subject.kind.as_str() {
                "user" => account.map(|it| it.email.as_deref().unwrap_or(&it.id.0)),
                "group" => group().map(|it| it.name),
                _ => invite().and_then(|it| it.invited_email.as_deref()),
            };
            let subject_id = account.map_or(&id.0, |it| &it.id.0);
            rows.push(grant::Row {
                instance: here.name().into(),
                object_type: object.kind.as_str().into(),
                object_id: object.id.0.as_str().into(),
                object: object.name.as_deref().map(Into::into),
                subject_type: subject_word(&entry.subject.kind).into(),
                subject_id: subject_id.as_str().into(),
                subject: subject.map(Into::into),
                access: level(entry).map(|it| it.word().into()),
                access_path: how(entry, &standings.groups).into(),
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
fn how(entry: &AccessEntry, groups: &[Known<'_>]) -> String {
    let Some(sources) = &entry.sources else { return "by a source that is not stated".into() };
    let mut ways = Vec::new();
    if sources.direct == Some(true) {
        ways.push("granted directly".to_owned());
    }
    for it in sources.groups.iter().flatten() {
        let known = groups.iter().find(|group| group.record.id == it.id);
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

fn role_name<'a>(role: Option<&'a Role>, id: Option<&'a Id>) -> &'a str {
    let name = role.and_then(|it| it.name.as_deref());
    name.or(id.map(|it| it.0.as_str())).unwrap_or("without a name")
}

fn is_harmless(role: &Role) -> bool {
    role.object_scopes.as_ref().is_some_and(Vec::is_empty)
}

/// A level, strongest first, and the way it comes.
type Way<'a> = (Reverse<Option<Level>>, Cow<'a, str>);

/// Grants in words, strongest first: objects that come the same way at the same level together.
fn words(held: &[(Option<&str>, &Held<'_>)]) -> Vec<String> {
    let mut ways: BTreeMap<Way<'_>, Vec<String>> = BTreeMap::new();
    let mut roles = Vec::new();
    for (group, it) in held {
        for given in &it.objects {
            let way = match group {
                Some(it) => format!(" through {it}").into(),
                None => format!(", {}", given.how).into(),
            };
            let name = given.object.name.as_deref().unwrap_or(&given.object.id.0);
            let object = format!("{} {name}", given.object.kind);
            ways.entry((Reverse(given.level), way)).or_default().push(object);
        }
        for role in &it.roles {
            let way = group.map_or(", granted directly".into(), |it| format!(" through {it}"));
            roles.push(format!("role {}{way}", role.name));
        }
    }
    let sentence = |((Reverse(level), way), mut objects): (Way<'_>, Vec<String>)| {
        let level = Option::map_or(level, "an unknown level", Level::word);
        objects.sort();
        let more = objects.len().saturating_sub(NAMED);
        objects.truncate(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{level} on {}{more}{way}", objects.join(", "))
    };
    ways.into_iter().map(sentence).chain(roles).collect()
}
