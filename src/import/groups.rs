//! The groups of `groups.csv`, and who is in them by `memberships.csv`.

use std::collections::{BTreeMap, BTreeSet};

use super::sheet::{self, ImportNotes, ImportedRecords, ImportedRow, quote};
use crate::address;
use crate::snapshot::record::{Group, Id, Member, User};

const COLUMNS: &[&str] = &[
    "group_id",
    "name",
    "app_access",
    "resource_access",
    "workflow_access",
    "query_library_access",
    "user_list_access",
    "audit_log_access",
    "unpublished_release_access",
    "usage_analytics_access",
    "theme_access",
    "account_details_access",
    "created_at",
    "updated_at",
];

/// One row of `memberships.csv`.
#[derive(Debug)]
pub(super) struct Membership {
    /// The group as the row names it.
    group: String,
    member: Member,
    /// The row, for complaints.
    place: String,
}

/// The rows of `memberships.csv`.
#[derive(Debug)]
pub(super) struct Memberships {
    list: Vec<Membership>,
    notes: ImportNotes,
}

/// Reads the memberships; every account must be one of `users`.
pub(super) fn members(name: &str, bytes: &[u8], users: &[User]) -> Result<Memberships, String> {
    let sheet = sheet::read(name, bytes, &["group", "user", "is_group_admin"])?;
    for it in ["group", "user"] {
        if !sheet.has(it) {
            return Err(format!("`{name}` line 1: has no column `{it}`"));
        }
    }
    let ids: BTreeMap<&str, &User> = users.iter().map(|user| (user.id.0.as_str(), user)).collect();
    let mut addresses: BTreeMap<String, Vec<&User>> = BTreeMap::new();
    for it in users {
        let address = address::normal(it.email.as_deref().unwrap_or_default());
        addresses.entry(address.into_owned()).or_default().push(it);
    }
    let membership = |line: ImportedRow<'_>| {
        let word = line.text("user").ok_or_else(|| line.refuse("names no user"))?;
        let found = match ids.get(word.as_str()) {
            Some(it) => std::slice::from_ref(it),
            None => addresses.get(address::normal(&word).as_ref()).map_or(&[][..], |it| it),
        };
        let word = quote(&word);
        let user = match found {
            [it] => it,
            [] => return Err(line.refuse(&format!("the user {word} is not among the users"))),
            _ => return Err(line.refuse(&format!("{word} has several accounts; write the id"))),
        };
        Ok(Membership {
            group: line.text("group").ok_or_else(|| line.refuse("names no group"))?,
            member: Member {
                id: user.id.clone(),
                email: user.email.clone(),
                is_group_admin: line.flag("is_group_admin"),
            },
            place: line.refuse(""),
        })
    };
    let list = sheet.lines().map(membership).collect::<Result<_, String>>()?;
    Ok(Memberships { list, notes: sheet.notes() })
}

/// Reads the groups; without `memberships`, who is in them is unknown.
pub(super) fn read(
    name: &str,
    bytes: &[u8],
    memberships: Option<Memberships>,
) -> Result<ImportedRecords<Group>, String> {
    let sheet = sheet::read(name, bytes, COLUMNS)?;
    if !sheet.has("group_id") && !sheet.has("name") {
        return Err(format!("`{name}` line 1: has neither `group_id` nor `name`"));
    }
    let mut res = sheet.distinct(group, |it| &it.id);
    if let Some(Memberships { list, notes }) = memberships {
        fill(&mut res.records, list)?;
        res.notes.join(&notes);
    }
    Ok(res)
}

fn group(line: &ImportedRow<'_>) -> Group {
    let name = line.text("name");
    let id = line.text("group_id").or_else(|| name.clone());
    Group {
        id: id.map_or_else(|| line.made_up_id(), Id),
        name,
        members: None,
        universal_app_access: line.text("app_access"),
        universal_resource_access: line.text("resource_access"),
        universal_workflow_access: line.text("workflow_access"),
        universal_query_library_access: line.text("query_library_access"),
        user_list_access: line.flag("user_list_access"),
        audit_log_access: line.flag("audit_log_access"),
        unpublished_release_access: line.flag("unpublished_release_access"),
        usage_analytics_access: line.flag("usage_analytics_access"),
        theme_access: line.flag("theme_access"),
        account_details_access: line.flag("account_details_access"),
        created_at: line.time("created_at"),
        updated_at: line.time("updated_at"),
        ..Group::default()
    }
}

/// Puts every member into the one group that is meant.
fn fill(groups: &mut [Group], memberships: Vec<Membership>) -> Result<(), String> {
    let mut places: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (i, it) in groups.iter_mut().enumerate() {
        it.members = Some(Vec::new());
        let names = it.name.iter().chain([&it.id.0]);
        for name in names {
            places.entry(name.clone()).or_default().insert(i);
        }
    }
    let ids: BTreeMap<String, usize> =
        groups.iter().enumerate().map(|(i, it)| (it.id.0.clone(), i)).collect();
    let mut seen: BTreeMap<(usize, Id), Option<bool>> = BTreeMap::new();
    for Membership { group, member, place } in memberships {
        let word = quote(&group);
        let at = match (ids.get(&group), places.get(&group)) {
            (Some(it), _) => *it,
            (None, Some(it)) if it.len() == 1 => *it.first().expect("there is one"),
            (None, None) => return Err(format!("{place}the group {word} is not among the groups")),
            (None, Some(_)) => {
                return Err(format!("{place}several groups are called {word}; write the id"));
            }
        };
        let is_admin = member.is_group_admin;
        match seen.insert((at, member.id.clone()), is_admin) {
            None => groups[at].members.get_or_insert_default().push(member),
            Some(it) if it == is_admin => {}
            Some(_) => {
                let user = quote(&member.id.0);
                return Err(format!("{place}{user} is in the group {word} twice, and differs"));
            }
        }
    }
    Ok(())
}
