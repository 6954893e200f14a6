//! What came, went or changed in the lists beside accounts and groups: invitations, API tokens,
//! roles, and who holds them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Log, scopes, token_label, yes_or_no};
use crate::calendar::stamps::stamp;
use crate::names::listed;
use crate::snapshot::Collected;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::{AccessToken, FieldState, Id, Role, RoleGrant, UserInvite};
use crate::tables::build::access::GroupStandings;
use crate::tables::build::prior::PriorState;
use crate::tables::build::users::stated;
use crate::tables::build::{InstanceContext, invites, rights, roles};
use crate::tables::dictionary::continuity;

/// An instance at one of two times.
struct StateAt<'a, 'b> {
    collected: &'a Collected,
    standings: &'a GroupStandings<'b>,
    at: DateTime<Utc>,
}

/// One record, as changes speak of it.
struct ListedRecord {
    label: String,
    fields: Vec<(&'static str, Option<String>)>,
}

/// The records of a list by what tells them apart; where an id is there twice, the first counts.
type Records = BTreeMap<String, ListedRecord>;

/// A list of which changes are told.
struct ComparedList {
    /// What one record is called.
    kind: &'static str,
    /// What its records are counted as.
    class: &'static str,
    endpoint: Endpoint,
    records: fn(&StateAt<'_, '_>) -> Records,
}

const LISTS: [ComparedList; 4] = [
    ComparedList {
        kind: "invitation",
        class: "invitations",
        endpoint: Endpoint::UserInvites,
        records: invitations,
    },
    ComparedList {
        kind: "token",
        class: "API tokens",
        endpoint: Endpoint::AccessTokens,
        records: tokens,
    },
    ComparedList {
        kind: "role",
        class: "roles",
        endpoint: Endpoint::Roles,
        records: defined_roles,
    },
    ComparedList {
        kind: "role grant",
        class: "role grants",
        endpoint: Endpoint::RoleGrants,
        records: role_grants,
    },
];

/// Adds what differs in each list that came whole at both times, and how many records it had.
pub(super) fn add<'a>(
    log: &mut Log<'_, '_>,
    counts: &mut continuity::Rows,
    now: (&InstanceContext<'a>, &GroupStandings<'a>),
    before: &PriorState<'a>,
) {
    let (here, standings) = now;
    let now = StateAt { collected: here.collected, standings, at: here.now };
    let then = StateAt { collected: before.collected, standings: &before.standings, at: before.at };
    for list in &LISTS {
        let [then, now] = [&then, &now].map(|it| it.has(list.endpoint).then(|| (list.records)(it)));
        if let (Some(then), Some(now)) = (&then, &now) {
            log.records(list.kind, then, now);
        }
        if then.is_some() || now.is_some() {
            let ids = [&then, &now].map(|it| it.as_ref().map(|it| it.keys().collect()));
            counts.push(rights::counted(here.name(), list.class, &ids));
        }
    }
}

impl StateAt<'_, '_> {
    /// Whether the endpoint was read whole.
    fn has(&self, endpoint: Endpoint) -> bool {
        self.collected.row(endpoint).is_some_and(|it| it.outcome == ReadOutcome::Ok)
    }
}

impl Log<'_, '_> {
    fn records(&mut self, kind: &'static str, then: &Records, now: &Records) {
        for (id, record) in now {
            let subject = (kind, &**id, &*record.label);
            let Some(before) = then.get(id) else {
                self.whole(subject, true, kind);
                continue;
            };
            let both = before.fields.iter().zip(&record.fields);
            let fields = both.map(|(old, new)| (new.0, old.1.clone(), new.1.clone()));
            self.fields(subject, fields.collect());
        }
        for (id, record) in then.iter().filter(|it| !now.contains_key(it.0)) {
            self.whole((kind, id, &record.label), false, kind);
        }
    }
}

fn by_id<'a, T: 'a>(
    records: impl IntoIterator<Item = &'a T>,
    of: impl Fn(&'a T) -> (String, ListedRecord),
) -> Records {
    let mut res = Records::new();
    for (id, record) in records.into_iter().map(of) {
        res.entry(id).or_insert(record);
    }
    res
}

fn invitations(state: &StateAt<'_, '_>) -> Records {
    by_id(&state.collected.records.user_invites, |it: &UserInvite| {
        let groups = it.groups.as_ref();
        let fields = vec![
            ("status", Some(invites::status(it, state.at).to_owned())),
            ("groups", groups.map(|groups| listed(groups.iter().map(invites::named)))),
            ("user_type", stated(&it.user_type).map(str::to_owned)),
            ("expires_at", it.expires_at.map(stamp)),
        ];
        let label = it.invited_email.as_ref().unwrap_or(&it.id.0).clone();
        (it.id.0.clone(), ListedRecord { label, fields })
    })
}

fn tokens(state: &StateAt<'_, '_>) -> Records {
    by_id(&state.collected.records.access_tokens, |it: &AccessToken| {
        let owner = it.owner_legacy_id.as_ref();
        let fields = vec![
            ("label", it.label.clone()),
            ("scopes", scopes(it)),
            ("updated_at", it.updated_at.map(stamp)),
            ("owner", owner.map(|owner_legacy_id| owner_legacy_id.0.clone())),
        ];
        (it.id.0.clone(), ListedRecord { label: token_label(it).to_owned(), fields })
    })
}

fn defined_roles(state: &StateAt<'_, '_>) -> Records {
    by_id(&state.collected.records.roles, |it: &Role| {
        let sorted = |scopes: &Option<Vec<String>>| {
            let mut scopes = scopes.clone()?;
            scopes.sort_unstable();
            Some(listed(scopes))
        };
        let fields = vec![
            ("name", it.name.clone()),
            ("organization_scopes", sorted(&it.organization_scopes)),
            ("object_scopes", sorted(&it.object_scopes)),
            ("is_default_role", yes_or_no(it.is_default_role)),
        ];
        (
            it.id.0.clone(),
            ListedRecord { label: it.name.as_ref().unwrap_or(&it.id.0).clone(), fields },
        )
    })
}

/// Grants have no id on every server: those without one are told apart by all that they say.
fn role_grants(state: &StateAt<'_, '_>) -> Records {
    let records = &state.collected.records;
    let known_roles = roles::by_id(&records.roles);
    by_id(&records.role_grants, |it: &RoleGrant| {
        let text = |id: &Option<Id>| id.as_ref().map(|id| id.0.clone());
        let object = match (&it.object_type, &it.object_id) {
            (FieldState::Is(kind), FieldState::Is(id)) => Some(format!("{kind} {}", id.0)),
            (FieldState::Is(kind), FieldState::Null) => Some(format!("every {kind}")),
            (FieldState::Null, _) => Some(String::new()),
            _ => None,
        };
        let fields = vec![
            ("role", text(&it.role_id)),
            ("holder_kind", it.subject_type.clone()),
            ("holder", text(&it.subject_id)),
            ("object", object),
        ];
        let id = text(&it.id).unwrap_or_else(|| {
            let words = fields.iter().map(|it| it.1.as_deref().unwrap_or("unknown"));
            words.collect::<Vec<_>>().join(" ")
        });
        let role = roles::role_of(it, &known_roles);
        let holder = roles::holder_name(it, records, state.standings);
        let label = roles::label(it, role, holder.as_deref());
        (id, ListedRecord { label, fields })
    })
}

#[cfg(test)]
mod tests {
    use crate::snapshot::Records;
    use crate::tables::Table;
    use crate::tables::build::tests::{
        GROUPS, USERS, config, draw_after, earlier, records, snapshot,
    };

    fn with_lists(invites: &str, tokens: &str, roles: &str, grants: &str) -> Records {
        Records {
            user_invites: serde_json::from_str(invites).expect("invitations"),
            access_tokens: serde_json::from_str(tokens).expect("tokens"),
            roles: serde_json::from_str(roles).expect("roles"),
            role_grants: serde_json::from_str(grants).expect("grants"),
            ..records(USERS, GROUPS)
        }
    }

    fn since(table: Table, names: &[&str]) -> String {
        let then = with_lists(
            r#"[
                {"id": "1", "invited_email": "a@else.test", "expires_at": "2026-10-20T06:00:00Z", "claimed_at": null},
                {"id": "2", "invited_email": "b@else.test", "claimed_at": "2026-09-20T06:00:00Z"}
            ]"#,
            r#"[{"id": "t1", "label": "report", "scopes": ["users:read", "groups:read"]}, {"id": "t2"}]"#,
            r#"[{"id": "r1", "name": "Billing", "organization_scopes": ["billing:read"]}]"#,
            r#"[
                {"id": "g1", "role_id": "r1", "subject_type": "user", "subject_id": "u2", "object_type": null},
                {"role_id": "own", "subject_type": "group", "subject_id": 3, "object_type": "app", "object_id": "a1"},
                {"role_id": "own", "subject_type": "group", "subject_id": 3, "object_type": "app", "object_id": "a1"}
            ]"#,
        );
        let now = with_lists(
            r#"[
                {"id": "1", "invited_email": "a@else.test", "expires_at": "2026-10-20T06:00:00Z", "claimed_at": null},
                {"id": "3", "claimed_at": null}
            ]"#,
            r#"[{"id": "t1", "label": "report", "scopes": ["groups:read", "users:read", "users:write"]}]"#,
            r#"[
                {"id": "r1", "name": "Billing", "organization_scopes": ["billing:read", "billing:write"]},
                {"id": "r2"}
            ]"#,
            r#"[
                {"id": "g1", "role_id": "r1", "subject_type": "group", "subject_id": 3, "object_type": null},
                {"role_id": "own", "subject_type": "group", "subject_id": 3, "object_type": "app", "object_id": null}
            ]"#,
        );
        draw_after(&earlier(then), (&snapshot(now), (&config(), None, None)), table, names)
    }

    #[test]
    fn invitations_tokens_roles_and_grants_that_came_went_or_changed_are_told() {
        let names = ["kind", "subject_id", "label", "change", "what", "before", "after"];
        insta::assert_snapshot!(since(Table::Changes, &names), @"
        user | u2 | bob@acme.test | changed | tier | unknown | 2
        invitation | 1 | a@else.test | changed | status | pending | expired
        invitation | 3 | 3 | added | record | - | invitation
        invitation | 2 | b@else.test | removed | record | invitation | -
        token | t1 | report | changed | scopes | groups:read; users:read | groups:read; users:read; users:write
        token | t2 | t2 | removed | record | token | -
        role | r1 | Billing | changed | organization_scopes | billing:read | billing:read; billing:write
        role | r2 | r2 | added | record | - | role
        role grant | g1 | the role Billing of Vault | changed | holder_kind | user | group
        role grant | g1 | the role Billing of Vault | changed | holder | u2 | 3
        role grant | own group 3 every app | the role own of Vault | added | record | - | role grant
        role grant | own group 3 app a1 | the role own of Vault | removed | record | role grant | -
        ");
    }

    #[test]
    fn c_09_each_list_adds_up() {
        let names = ["class", "opening", "added", "removed", "closing"];
        insta::assert_snapshot!(since(Table::Continuity, &names), @"
        invitations | 2 | 1 | 1 | 2
        API tokens | 2 | 0 | 1 | 1
        roles | 1 | 1 | 0 | 2
        role grants | 2 | 1 | 1 | 2
        accounts | 4 | 0 | 0 | 4
        active accounts | 3 | 0 | 0 | 3
        disabled accounts | 1 | 0 | 0 | 1
        active administrators | 1 | 0 | 0 | 1
        groups | 4 | 0 | 0 | 4
        memberships | 4 | 0 | 0 | 4
        ");
    }
}
