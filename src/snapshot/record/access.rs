//! What is granted on single objects, as their access lists have it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Id;

/// An app, a folder, a resource or a workflow, with what is granted on it and on nothing above it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectAccess {
    /// `app`, `folder`, `resource` or `workflow`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Retool's id.
    pub id: Id,
    /// The name people know the object by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who has a grant; `None` where no access list came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<AccessList>,
    /// Entries that were counted and not kept: they follow from a group, from levels on everything
    /// of a kind, or from a folder whose own list was read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub implied: u64,
}

/// An access list; who is in none of its parts has no access.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccessList {
    /// The permission groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Vec<AccessEntry>>,
    /// The accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Vec<AccessEntry>>,
    /// The open invitations; older versions leave them out.
    #[serde(default, rename = "userInvite", skip_serializing_if = "Option::is_none")]
    pub invite: Option<Vec<AccessEntry>>,
}

/// One line of an access list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccessEntry {
    /// Who has access.
    pub subject: Party,
    /// Where it comes from; `None` where the server does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<AccessSources>,
    /// `use`, `edit`, `own` or `none`: the most that all sources give together.
    #[serde(default, rename = "accessLevel", skip_serializing_if = "Option::is_none")]
    pub access_level: Option<String>,
}

/// A party to access: a group, an account, an invitation, or an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// Retool's id.
    pub id: Id,
    /// `group`, `user`, `userInvite`, or an object's kind.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Party {
    /// The kinds of party that may hold a role or a grant.
    pub const HOLDERS: &[&str] = &["user", "group", "userInvite", "api_token"];

    /// The kinds of object that something is granted on.
    pub const OBJECTS: &[&str] =
        &["agent", "app", "folder", "resource", "resource_configuration", "screen", "workflow"];
}

/// Where access comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccessSources {
    /// Whether it was granted to the subject on the object itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// Whether it comes from a level on everything of the object's kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universal: Option<bool>,
    /// The groups it comes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<Party>>,
    /// The folder it comes down from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherited: Option<Party>,
}

impl ObjectAccess {
    /// Leaves out what follows from something else in the snapshot, and counts it.
    ///
    /// An access list names every account that may do anything, so on an instance where everyone
    /// may use everything it is as long as the list of users; what is granted on the object itself
    /// is a few lines of it. What comes down from a folder whose own list is not among `folders`
    /// is said nowhere else.
    #[must_use]
    pub fn without_implied(mut self, folders: &BTreeSet<String>) -> Self {
        let Some(mut list) = self.access.take() else { return self };
        for entries in [&mut list.group, &mut list.user, &mut list.invite].into_iter().flatten() {
            let before = entries.len();
            entries.retain(|entry| self.grants(entry, folders));
            self.implied += (before - entries.len()) as u64;
        }
        self.access = Some(list);
        self
    }

    /// What the folders of apps among `objects` are called where something comes down from them.
    pub fn folders(objects: &[Self]) -> BTreeSet<String> {
        let folders = objects.iter().filter(|object| object.kind == "folder");
        folders.map(|folder| folder_number(&folder.id).to_owned()).collect()
    }

    /// All holders of a grant: groups, then accounts, then invitations.
    pub fn entries(&self) -> impl Iterator<Item = &AccessEntry> {
        let parts = self.access.iter().flat_map(|it| [&it.group, &it.user, &it.invite]);
        parts.flatten().flatten()
    }

    /// Whether the groups and the accounts with a grant are known.
    pub fn is_known(&self) -> bool {
        self.access.as_ref().is_some_and(|access| access.group.is_some() && access.user.is_some())
    }

    /// Whether an entry says what nothing else in the snapshot says.
    fn grants(&self, entry: &AccessEntry, folders: &BTreeSet<String>) -> bool {
        let level = entry.access_level.as_deref();
        let Some(sources) = &entry.sources else { return level != Some("none") };
        // Folders of apps are read themselves. Those of resources and workflows cannot be: their
        // numbers are taken by folders of apps too.
        let of_apps = matches!(self.kind.as_str(), "app" | "folder");
        let above = sources.inherited.as_ref().map(|inherited| folder_number(&inherited.id));
        let folder_is_read = of_apps && above.is_some_and(|it| folders.contains(it));
        let inherited = sources.inherited.is_some();
        let by_group = sources.groups.as_ref().is_some_and(|it| !it.is_empty());
        let explained = sources.universal == Some(true) || by_group || inherited;
        let own = sources.direct == Some(true) || (inherited && !folder_is_read) || !explained;
        own && level != Some("none")
    }
}

/// The number of a folder of apps, which is written with and without its kind.
fn folder_number(id: &Id) -> &str {
    id.0.trim_start_matches("app_")
}

/// Zero counts are left out of files.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(it: &u64) -> bool {
    *it == 0
}

#[cfg(test)]
mod tests {
    use super::{AccessList, ObjectAccess};

    #[test]
    fn what_follows_from_something_else_is_counted_and_not_kept() {
        let entries = r#"[
            {"subject": {"id": "1", "type": "group"}, "sources": {"universal": true}, "accessLevel": "own"},
            {"subject": {"id": "2", "type": "group"}, "sources": {"direct": true}, "accessLevel": "edit"},
            {"subject": {"id": "u1", "type": "user"}, "sources": {"direct": false, "groups": [{"id": "2", "type": "group"}]}, "accessLevel": "edit"},
            {"subject": {"id": "u2", "type": "user"}, "sources": {"direct": true, "groups": [{"id": "2", "type": "group"}]}, "accessLevel": "own"},
            {"subject": {"id": "u3", "type": "user"}, "sources": {"inherited": {"id": "5", "type": "folder"}}, "accessLevel": "use"},
            {"subject": {"id": "u4", "type": "user"}, "sources": {"direct": true}, "accessLevel": "none"},
            {"subject": {"id": "u5", "type": "user"}, "accessLevel": "use"},
            {"subject": {"id": "u6", "type": "user"}, "sources": {}, "accessLevel": "rule"}
        ]"#;
        let kept = |kind: &str| {
            let user = serde_json::from_str(entries).expect("entries");
            let access = Some(AccessList { user, ..AccessList::default() });
            let object = ObjectAccess { kind: kind.into(), access, ..ObjectAccess::default() };
            let object = object.without_implied(&std::iter::once("5".to_owned()).collect());
            let ids = object.entries().map(|it| it.subject.id.0.clone());
            format!("{} and {} implied", ids.collect::<Vec<_>>().join(" "), object.implied)
        };
        insta::assert_snapshot!(kept("app"), @"2 u2 u5 u6 and 4 implied");
        insta::assert_snapshot!(kept("workflow"), @"2 u2 u3 u5 u6 and 3 implied");
    }
}
