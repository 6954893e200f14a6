//! Who holds which role: power over the organization without being an administrator.

use std::collections::BTreeMap;

use super::InstanceContext;
use super::access::GroupStandings;
use super::holder::Holder;
use crate::names::{fold, listed};
use crate::power;
use crate::snapshot::Records;
use crate::snapshot::record::{FieldState, Id, Party, Role, RoleGrant};
use crate::tables::dictionary::role_grant;

/// Adds the roles that are held in one instance.
pub(super) fn add(
    rows: &mut role_grant::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    let records = &here.collected.records;
    let roles = by_id(&records.roles);
    for (at, record) in records.role_grants.iter().enumerate() {
        let role = role_of(record, &roles);
        let holder = RoleHolders::of(here, record, standings);
        let scopes = permissions(record, role);
        let powers = scopes.clone().map(|it| power::told(&power::of_permissions(it)));
        let [powers, power_words] = powers.map_or([None, None], |it| it.map(Some));
        let name = role.and_then(|it| it.name.as_deref());
        let label = label(record, role, holder.name.as_deref());
        let id = record.id.as_ref().map_or_else(|| format!("place {}", at + 1), |it| it.0.clone());
        rows.push(role_grant::Row {
            instance: here.name().into(),
            grant_id: id.into(),
            role_id: record.role_id.as_ref().map(|role_id| role_id.0.as_str().into()),
            role: name.map(Into::into),
            holder_kind: record.subject_type.as_deref().map(Into::into),
            holder_id: record.subject_id.as_ref().map(|subject_id| subject_id.0.as_str().into()),
            holder: holder.name.map(Into::into),
            organization_scopes: scopes.as_ref().map(|it| listed(it).into()),
            created_at: record.created_at,
            powers,
            power_words,
            label: label.into(),
            to_admins: holder.admins,
            approved: holder.approved,
        });
    }
}

/// Roles by their ids; where one is there twice, the first counts.
pub(super) fn by_id(roles: &[Role]) -> BTreeMap<&Id, &Role> {
    roles.iter().rev().map(|role| (&role.id, role)).collect()
}

/// The role that is granted; none where the list of roles lacks it.
pub(super) fn role_of<'a>(grant: &RoleGrant, roles: &BTreeMap<&Id, &'a Role>) -> Option<&'a Role> {
    roles.get(grant.role_id.as_ref()?).copied()
}

/// What a grant allows in the organization; a grant on an object allows nothing there.
pub(super) fn permissions<'a>(grant: &RoleGrant, role: Option<&'a Role>) -> Option<Vec<&'a str>> {
    match &grant.object_type {
        FieldState::Is(kind) => Party::OBJECTS.contains(&kind.as_str()).then(Vec::new),
        FieldState::Null | FieldState::Unstated => {
            let role = role?;
            let added = role.added_dependent_scopes.iter().flatten();
            let all = role.organization_scopes.as_ref()?.iter().chain(added);
            Some(all.map(String::as_str).collect())
        }
    }
}

/// Who holds a role, as reports name them.
struct RoleHolders {
    name: Option<String>,
    /// Whether it is the group admin.
    admins: Option<bool>,
    approved: Option<bool>,
}

impl RoleHolders {
    fn of(here: &InstanceContext<'_>, record: &RoleGrant, standings: &GroupStandings<'_>) -> Self {
        let name = holder_name(record, &here.collected.records, standings);
        let (Some(id), Some(name)) = (&record.subject_id, name) else {
            return Self { name: None, admins: None, approved: None };
        };
        let holder = standings.register().find(record.subject_type.as_deref(), id);
        let admins = match holder {
            Holder::Group(at) => Some(standings.groups[at].admin),
            Holder::Account(_) | Holder::Invite(_) | Holder::Token(_) => Some(false),
            Holder::Missing | Holder::Unknown => None,
        };
        // What a token is called is up to whoever made it.
        let names = match holder {
            Holder::Token(_) => vec![id.0.as_str()],
            Holder::Invite(it) => it.invited_email.as_deref().into_iter().chain([&*id.0]).collect(),
            _ => vec![name.as_str(), id.0.as_str()],
        };
        let approved = approved(here, &names);
        // The number of an unknown holder may be approved for another one.
        let approved = approved.filter(|it| !it || !matches!(holder, Holder::Unknown));
        Self { name: Some(name), admins, approved }
    }
}

/// Who holds a role, as reports name the holder; none where the grant does not say.
pub(super) fn holder_name(
    grant: &RoleGrant,
    records: &Records,
    standings: &GroupStandings<'_>,
) -> Option<String> {
    let id = grant.subject_id.as_ref()?;
    let kind = grant.subject_type.as_deref();
    Some(match standings.register().find(kind, id) {
        Holder::Account(at) => {
            let user = &records.users[at];
            user.email.clone().unwrap_or_else(|| user.id.0.clone())
        }
        Holder::Group(at) => standings.groups[at].name.to_owned(),
        Holder::Invite(it) => {
            let whom = it.invited_email.as_deref().unwrap_or(&it.id.0);
            format!("the invitation of {whom}")
        }
        Holder::Token(it) => {
            format!("the API token {}", it.label.as_deref().unwrap_or(&it.id.0))
        }
        Holder::Missing => id.0.clone(),
        Holder::Unknown => match kind {
            Some(kind) => format!("{} ({kind}, a kind of holder that is not known)", id.0),
            None => format!("{} (the kind of holder is not stated)", id.0),
        },
    })
}

/// What people call a grant.
pub(super) fn label(grant: &RoleGrant, role: Option<&Role>, holder: Option<&str>) -> String {
    let name = role.and_then(|it| it.name.as_deref());
    let role = name.or(grant.role_id.as_ref().map(|role_id| role_id.0.as_str()));
    let [role, holder] = [role, holder].map(|it| it.unwrap_or("unknown"));
    format!("the role {role} of {holder}")
}

/// Whether the configuration approves of a holder who goes by any of `names`.
fn approved(here: &InstanceContext<'_>, names: &[&str]) -> Option<bool> {
    let listed = |name: &&str| here.lists(|it| it.approved_delegates.as_ref(), &fold(name));
    names.iter().map(listed).try_fold(false, |any, it| Some(any || it?))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GROUPS, USERS, config, draw_of, records, snapshot};
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
                {"role_id": "r2", "subject_id": 3},
                {"id": "g8", "role_id": "r1", "subject_type": "userInvite", "subject_id": "1"},
                {"id": "g9", "role_id": "r1", "subject_type": "api_token", "subject_id": "1"},
                {"id": "g10", "role_id": "r1", "subject_type": "userInvite", "subject_id": "2"},
                {"id": "g11", "role_id": "r1", "object_type": "planet", "subject_type": "user", "subject_id": "u2"}
            ]"#,
        )
        .unwrap();
        // The account with the older number 1 holds none of what the invitation 1 and the token 1
        // do.
        records.users[0].legacy_id = Some(crate::snapshot::record::Id("1".to_owned()));
        records.user_invites =
            serde_json::from_str(r#"[{"id": 1, "invited_email": "new@else.test"}]"#).unwrap();
        records.access_tokens =
            serde_json::from_str(r#"[{"id": "1", "label": "bob@acme.test"}]"#).unwrap();
        let names = ["grant_id", "label", "holder", "organization_scopes", "to_admins", "approved"];
        let mut config = config();
        config.instances[0].approved_delegates = Some(["bob@acme.test".to_owned()].into());
        let inputs = (&config, None, None);
        insta::assert_snapshot!(draw_of(&snapshot(records), inputs, Table::RoleGrants, &names), @"
        g1 | the role Billing of admin | admin | billing:write; seats:read | true | false
        g2 | the role Billing of 2 (GROUP, a kind of holder that is not known) | 2 (GROUP, a kind of holder that is not known) | billing:write; seats:read | unknown | false
        g3 | the role Billing of bob@acme.test | bob@acme.test | billing:write; seats:read | false | true
        g4 | the role Billing of u9 (the kind of holder is not stated) | u9 (the kind of holder is not stated) | billing:write; seats:read | unknown | false
        g5 | the role own of 3 (the kind of holder is not stated) | 3 (the kind of holder is not stated) | - | unknown | false
        g6 | the role gone of 3 (the kind of holder is not stated) | 3 (the kind of holder is not stated) | unknown | unknown | false
        place 7 | the role Bare of 3 (the kind of holder is not stated) | 3 (the kind of holder is not stated) | unknown | unknown | false
        g8 | the role Billing of the invitation of new@else.test | the invitation of new@else.test | billing:write; seats:read | false | false
        g9 | the role Billing of the API token bob@acme.test | the API token bob@acme.test | billing:write; seats:read | false | false
        g10 | the role Billing of 2 | 2 | billing:write; seats:read | unknown | false
        g11 | the role Billing of bob@acme.test | bob@acme.test | unknown | false | true
        ");
    }
}
