//! Snapshots of who is in which group.

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
