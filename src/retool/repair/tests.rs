//! Every cell of every record, spoilt in every way.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::trace::PathStep;
use super::{at, draw};
use crate::retool::intake::{RecordShape, UnfitAnswer, read};
use crate::snapshot::ledger::{Endpoint, LedgerRow};
use crate::snapshot::record::Record;
use crate::snapshot::record::{
    AccessRequest, AccessToken, Group, ObjectAccess, Role, RoleGrant, Space, UsageOrganization,
    User, UserInvite, UserSummary,
};

#[test]
#[expect(clippy::too_many_lines, reason = "a record of each type")]
fn no_cell_takes_its_record_or_its_list_along() {
    let time = "2026-10-30T09:00:00Z";
    let party = |id: &str, kind: &str| json!({"id": id, "type": kind});
    spoil::<User>(&json!({
        "id": "u1", "legacy_id": 1, "email": "a@acme.test", "first_name": "A", "last_name": "B",
        "active": true, "created_at": time, "last_active": time, "is_admin": true,
        "user_type": "default", "two_factor_auth_enabled": true, "seat_type": "builder",
    }));
    spoil::<Group>(&json!({
        "id": "1", "name": "admin", "universal_app_access": "own", "user_list_access": true,
        "created_at": time, "members": [
            {"id": "u1", "email": "a@acme.test", "is_group_admin": true},
            {"id": "u2", "email": "b@acme.test", "is_group_admin": false},
        ],
    }));
    spoil::<UserInvite>(&json!({
        "id": "1", "invited_by": "u1", "invited_email": "c@acme.test", "expires_at": time,
        "claimed_by": "u2", "claimed_at": time, "user_type": "default", "created_at": time,
        "groups": [{"id": "1", "name": "admin"}, {"id": "2", "name": "All Users"}],
    }));
    spoil::<AccessToken>(&json!({
        "id": "t", "label": "audit", "description": "d", "last4": "wxyz", "owner_legacy_id": 1,
        "scopes": ["users:read", "groups:read"], "created_at": time, "updated_at": time,
    }));
    spoil::<AccessRequest>(&json!({
        "id": "r", "legacy_id": 2, "status": "PENDING", "requesting_email": "d@acme.test",
        "updated_by_id": "u1", "created_at": time, "updated_at": time,
    }));
    spoil::<Space>(&json!({"id": "s", "name": "S", "domain": "s.acme.test", "created_at": time}));
    spoil::<Role>(&json!({
        "id": "r", "organization_id": "o", "name": "R", "description": "d",
        "is_default_role": true, "object_scopes": ["a"], "organization_scopes": ["b", "c"],
        "added_dependent_scopes": ["d"], "created_at": time,
    }));
    spoil::<RoleGrant>(&json!({
        "id": "g", "role_id": "r", "subject_type": "user", "subject_id": 1, "object_type": "app",
        "object_id": "x", "created_at": time,
    }));
    spoil::<UserSummary>(&json!({
        "org_id": "o", "user_id": "u1", "email": "a@acme.test", "host": "acme.test",
        "count_app_views": 1, "count_app_saves": "2", "count_unique_apps": 3, "last_active": time,
    }));
    spoil::<UsageOrganization>(&json!({"org_id": "o", "host": "acme.test", "last_active": time}));
    spoil::<ObjectAccess>(&json!({
        "id": "a", "type": "app", "name": "A", "access": {
            "group": [
                {"subject": party("1", "group"), "accessLevel": "own", "sources": {"direct": true}}
            ],
            "user": [
                {"subject": party("u1", "user"), "accessLevel": "own", "sources": {
                    "universal": true, "groups": [party("1", "group")],
                    "inherited": party("5", "folder"),
                }},
                {"subject": party("u2", "user"), "accessLevel": "use"},
            ],
        },
    }));
}

/// Spoils every cell of `record`, beside a sound one.
fn spoil<T: Record + Serialize>(record: &Value) {
    let sound = list::<T>(
        &json!([record, {"id": "last", "type": "app", "user_id": "last", "org_id": "last"}]),
    )
    .0;
    let mut paths = Vec::new();
    cells(record, &mut vec![PathStep::Index(0)], &mut paths);
    let bad = [
        Value::Null,
        json!(1.5),
        json!(1e300),
        json!(-7),
        json!("x"),
        json!(""),
        json!({"a": 1}),
        json!([[]]),
    ];
    for path in &paths {
        for it in &bad {
            let mut payload =
                json!([record, {"id": "last", "type": "app", "user_id": "last", "org_id": "last"}]);
            *at(&mut payload, path).expect("the cell") = it.clone();
            let (found, row) = list::<T>(&payload);
            check(&sound, &found, &row, &draw(path), it);
        }
    }
}

/// Whether only the spoilt cell differs, and is named where it could not be read.
fn check(sound: &[Value], found: &[Value], row: &LedgerRow, field: &str, bad: &Value) {
    let what = format!("{field} as {bad}");
    assert_eq!(found.len(), 2, "{what}");
    assert_eq!(found[1], sound[1], "{what}");
    let top = field.split(['.', '[']).next().expect("a field");
    let without = |record: &Value| {
        let mut record = record.as_object().expect("a record").clone();
        record.remove(top);
        record
    };
    assert_eq!(without(&found[0]), without(&sound[0]), "{what}");
    let lengths = |record: &Value| record[top].as_array().map(Vec::len);
    if field.contains("[]") {
        assert_eq!(lengths(&found[0]), lengths(&sound[0]), "{what}");
    }
    let named = row
        .fields_unreadable
        .words
        .iter()
        .any(|word| field.starts_with(word.trim_end_matches(".id").trim_end_matches(".type")));
    let lost = found[0].get(top).is_none()
        || found[0][top].to_string().contains("no-id:")
        || found[0][top].to_string().contains("(unreadable)");
    assert!(
        named
            || bad.is_null()
            || !lost
            || row.fields_unreadable.words.iter().any(|word| word.starts_with(field)),
        "{what}: {row:?}"
    );
}

/// The ways to all cells below `value`, lists and parts with cells of their own included.
fn cells(value: &Value, here: &mut Vec<PathStep>, res: &mut Vec<Vec<PathStep>>) {
    let parts: Vec<(PathStep, &Value)> = match value {
        Value::Object(map) => {
            map.iter().map(|(key, it)| (PathStep::Key(key.clone()), it)).collect()
        }
        Value::Array(list) => {
            list.iter().enumerate().map(|(i, it)| (PathStep::Index(i), it)).collect()
        }
        _ => return,
    };
    for (step, part) in parts {
        here.push(step);
        res.push(here.clone());
        cells(part, here, res);
        here.pop();
    }
}

/// What a list of records is read as.
fn list<T: DeserializeOwned + Serialize>(payload: &Value) -> (Vec<Value>, LedgerRow) {
    let at = "2026-11-02T06:00:00Z".parse().expect("a time");
    let mut row = LedgerRow::begin(Endpoint::Users, String::new(), at);
    let body = json!({"success": true, "data": payload, "has_more": false}).to_string();
    let page = match read::<Vec<T>>(body.as_bytes(), RecordShape::Envelope, &mut row) {
        Ok(page) => page,
        Err(UnfitAnswer::Shape(error)) => panic!("{error}: {body}"),
        Err(UnfitAnswer::Closed(_)) => panic!("closed: {body}"),
    };
    let records = page.data.iter().map(|it| serde_json::to_value(it).expect("JSON"));
    (records.collect(), row)
}
