//! Who holds which role: power over the organization without being an administrator.
//!
//! Retool does not document a grant's shape, so a holder is looked for among groups and accounts
//! alike unless the grant says which it is.

use super::Here;
use super::access::Standings;
use crate::snapshot::record::{Role, RoleGrant, Stated};
use crate::tables::dictionary::role_grant;

/// Adds the roles that groups and accounts of one instance hold.
pub(super) fn add(rows: &mut role_grant::Rows, here: &Here<'_>, standings: &Standings<'_>) {
    let records = &here.collected.records;
    for (at, record) in records.role_grants.iter().enumerate() {
        let role =
            record.role_id.as_ref().and_then(|id| records.roles.iter().find(|it| it.id == *id));
        let holder = Holder::of(here, record, standings);
        let scopes = scopes(record, role);
        let name = role.and_then(|it| it.name.as_deref());
        let role_word = name.or(record.role_id.as_ref().map(|it| it.0.as_str()));
        let of = [role_word, holder.name.as_deref()].map(|it| it.unwrap_or("unknown"));
        let label = format!("the role {} of {}", of[0], of[1]);
        let id = record.id.as_ref().map_or_else(|| format!("place {}", at + 1), |it| it.0.clone());
        rows.push(role_grant::Row {
            instance: here.name().into(),
            grant_id: id.into(),
            role_id: record.role_id.as_ref().map(|it| it.0.as_str().into()),
            role: name.map(Into::into),
            holder_kind: record.subject_type.as_deref().map(Into::into),
            holder_id: record.subject_id.as_ref().map(|it| it.0.as_str().into()),
            holder: holder.name.map(Into::into),
            organization_scopes: scopes.as_ref().map(|it| it.join("; ").into()),
            created_at: record.created_at,
            label: label.into(),
            scope_words: scopes.as_ref().map(|it| words(it).into()),
            to_admins: holder.admins,
            approved: holder.approved,
        });
    }
}

/// What a grant allows in the organization; a grant on an object allows nothing there.
fn scopes<'a>(record: &RoleGrant, role: Option<&'a Role>) -> Option<Vec<&'a str>> {
    match record.object_type {
        Stated::Is(_) => Some(Vec::new()),
        Stated::Null | Stated::Unstated => {
            let role = role?;
            let added = role.added_dependent_scopes.iter().flatten();
            let all = role.organization_scopes.as_ref()?.iter().chain(added);
            Some(all.map(String::as_str).collect())
        }
    }
}

/// The words of scopes, `auditLogs:read` as `audit; logs; read`.
fn words(scopes: &[&str]) -> String {
    let mut res = String::new();
    for scope in scopes {
        let mut before = ' ';
        for it in scope.chars().chain([' ']) {
            let bound = !it.is_alphanumeric() || (it.is_uppercase() && before.is_lowercase());
            if bound && !res.is_empty() && !res.ends_with(' ') {
                res.push_str("; ");
            }
            if it.is_alphanumeric() {
                res.extend(it.to_lowercase());
            }
            before = it;
        }
    }
    res.trim_end_matches("; ").to_owned()
}

/// Who holds a role.
struct Holder {
    name: Option<String>,
    admins: Option<bool>,
    approved: Option<bool>,
}

impl Holder {
    fn of(here: &Here<'_>, record: &RoleGrant, standings: &Standings<'_>) -> Self {
        let Some(id) = record.subject_id.as_ref().map(|it| it.0.as_str()) else {
            return Self { name: None, admins: None, approved: None };
        };
        let kind = record.subject_type.as_deref().unwrap_or_default().to_lowercase();
        let group = || standings.group(Some(id), None).filter(|_| !kind.contains("user"));
        let account = || standings.index.named(id).filter(|_| !kind.contains("group"));
        let named = match (group(), account()) {
            (Some(it), None) => Some((it.name, it.name.eq_ignore_ascii_case("admin"))),
            (None, Some(at)) => {
                let user = &here.collected.records.users[at];
                Some((user.email.as_deref().unwrap_or(&user.id.0), false))
            }
            (Some(_), Some(_)) | (None, None) => None,
        };
        let name = named.map_or(id, |it| it.0);
        let listed = |it: &str| here.lists(|it| it.approved_delegates.as_ref(), &it.to_lowercase());
        Self {
            name: Some(name.to_owned()),
            admins: named.map(|it| it.1),
            approved: listed(name).zip(listed(id)).map(|(one, other)| one || other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GROUPS, USERS, config, draw_of, records, snapshot};
    use super::words;
    use crate::tables::Table;

    #[test]
    fn grants_know_their_holders_and_what_they_allow() {
        let mut records = records(USERS, GROUPS);
        records.roles = serde_json::from_str(
            r#"[
                {"id": "r1", "name": "Billing", "organization_scopes": ["billing:write"], "added_dependent_scopes": ["seats:read"]},
                {"id": "r2", "name": "Bare"}
            ]"#,
        )
        .unwrap();
        records.role_grants = serde_json::from_str(
            r#"[
                {"id": "g1", "role_id": "r1", "subject_type": "group", "subject_id": 1},
                {"id": "g2", "role_id": "r1", "subject_type": "GROUP", "subject_id": 2, "object_type": null},
                {"id": "g3", "role_id": "r1", "subject_type": "user", "subject_id": "u2"},
                {"id": "g4", "role_id": "r1", "subject_id": "u9"},
                {"id": "g5", "role_id": "own", "subject_id": 3, "object_type": "app", "object_id": "a1"},
                {"id": "g6", "role_id": "gone", "subject_id": 3},
                {"role_id": "r2", "subject_id": 3}
            ]"#,
        )
        .unwrap();
        let names = ["grant_id", "label", "holder", "organization_scopes", "to_admins", "approved"];
        let mut config = config();
        config.instances[0].approved_delegates = Some(["bob@acme.test".to_owned()].into());
        let inputs = (&config, None, None);
        insta::assert_snapshot!(draw_of(&snapshot(records), inputs, Table::RoleGrants, &names), @"
        g1 | the role Billing of admin | admin | billing:write; seats:read | true | false
        g2 | the role Billing of Operations | Operations | billing:write; seats:read | false | false
        g3 | the role Billing of bob@acme.test | bob@acme.test | billing:write; seats:read | false | true
        g4 | the role Billing of u9 | u9 | billing:write; seats:read | unknown | false
        g5 | the role own of Vault | Vault | - | false | false
        g6 | the role gone of Vault | Vault | unknown | false | false
        place 7 | the role Bare of Vault | Vault | unknown | false | false
        ");
    }

    #[test]
    fn scopes_fall_into_words() {
        let scopes = ["audit_log:read", "auditLogs:read", "IAM:write", "*", ""];
        insta::assert_snapshot!(words(&scopes), @"audit; log; read; audit; logs; read; iam; write");
    }
}
