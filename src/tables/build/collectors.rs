//! The token that the collection showed, as the list of tokens has it.
//!
//! A token is known by its last four characters, which several may share: what they do not agree
//! about is unknown.

use super::InstanceContext;
use super::access::GroupStandings;
use super::tokens::{Owner, can_write, powers};
use crate::names::listed;
use crate::snapshot::record::AccessToken;
use crate::tables::dictionary::collector;

/// Adds the token of one instance; an import showed none.
pub(super) fn add(
    rows: &mut collector::Rows,
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
) {
    if here.snapshot.is_imported() {
        return;
    }
    let last4 = here.collected.token_last4.as_deref();
    let shown =
        |access_token: &&AccessToken| last4.is_some() && access_token.last4.as_deref() == last4;
    let tokens: Vec<_> = here.collected.records.access_tokens.iter().filter(shown).collect();
    let owners: Vec<_> = tokens.iter().map(|token| Owner::of(here, token, standings)).collect();
    let label = common(tokens.iter().map(|token| token.label.as_deref())).flatten();
    let scopes = common(tokens.iter().map(|token| token.scopes.as_ref())).flatten();
    rows.push(collector::Row {
        instance: here.name().into(),
        token_last4: last4.map(Into::into),
        label: label.map(Into::into),
        scopes: scopes.map(|scope| listed(scope).into()),
        can_write: common(tokens.iter().map(|token| can_write(token))).flatten(),
        powers: common(tokens.iter().map(|token| powers(token))).and_then(|[it, _]| it),
        owner: common(owners.iter().map(|owner| owner.name)).flatten().map(Into::into),
        owner_state: common(owners.iter().map(|owner| owner.state)).unwrap_or("unknown").into(),
        owner_match: common(owners.iter().map(|owner| owner.roster_match))
            .unwrap_or("unknown")
            .into(),
    });
}

/// What all of them say; none where there is none, or they differ.
fn common<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|it| it == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{GROUPS, config, draw_of, records, snapshot};
    use crate::tables::Table;

    #[test]
    fn the_token_in_use_is_found_by_its_end() {
        insta::assert_snapshot!(draw(Some("aaaa")), @"aaaa | audit | users:read; usage:organization | false | - | svc@acme.test | active | matched");
        insta::assert_snapshot!(draw(Some("bbbb")), @"bbbb | unknown | unknown | true | unknown | unknown | unknown | unknown");
        insta::assert_snapshot!(draw(Some("cccc")), @"cccc | unknown | unknown | unknown | unknown | unknown | unknown | unknown");
        insta::assert_snapshot!(draw(None), @"unknown | unknown | unknown | unknown | unknown | unknown | unknown | unknown");
    }

    #[test]
    fn an_import_showed_no_token() {
        let mut snapshot = snapshot(records("[]", "[]"));
        snapshot.collector += crate::snapshot::Snapshot::IMPORTED;
        let inputs = (&config(), None, None);
        assert_eq!(draw_of(&snapshot, inputs, Table::Collectors, &["instance"]), "");
    }

    fn draw(last4: Option<&str>) -> String {
        let users = r#"[
            {"id": "u1", "legacy_id": 1, "email": "svc@acme.test", "active": true},
            {"id": "u2", "legacy_id": 2, "email": "eve@else.test", "active": false}
        ]"#;
        let mut records = records(users, GROUPS);
        records.access_tokens = serde_json::from_str(
            r#"[
                {"id": "t1", "label": "audit", "last4": "aaaa", "owner_legacy_id": 1, "scopes": ["users:read", "usage:organization"]},
                {"id": "t2", "label": "etl", "last4": "bbbb", "owner_legacy_id": 1, "scopes": ["users:write"]},
                {"id": "t3", "label": "sync", "last4": "bbbb", "owner_legacy_id": 2, "scopes": ["groups:write"]}
            ]"#,
        )
        .unwrap();
        let mut snapshot = snapshot(records);
        snapshot.instances[0].token_last4 = last4.map(str::to_owned);
        let roster = "email,status\nsvc@acme.test,active\n";
        let names = [
            "token_last4",
            "label",
            "scopes",
            "can_write",
            "powers",
            "owner",
            "owner_state",
            "owner_match",
        ];
        draw_of(&snapshot, (&config(), Some(roster), None), Table::Collectors, &names)
    }
}
