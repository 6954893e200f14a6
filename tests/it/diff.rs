//! What changed between two snapshots, whatever was reported of them.

use serde_json::{Value, json};

use crate::before::eu_from_files;
use crate::harness::Home;

fn snapshot(home: &Home, at: &str) -> String {
    home.run(&["import", "answers", "--collected-at", at]).expect(0).stdout.trim().to_owned()
}

/// Two snapshots of an instance, between which this and that changed.
fn two_snapshots() -> (Home, [String; 2]) {
    let home = eu_from_files();
    let before = snapshot(&home, "2026-10-05T06:00:00Z");
    home.edit("eu", "users", |it| {
        it[0]["is_admin"] = json!(true);
        it.as_array_mut().expect("users").pop();
    });
    home.edit("eu", "organization", |it| it["two_factor_auth_required"] = json!(false));
    home.edit("eu", "user-invites", |it| {
        it.as_array_mut().expect("invitations").pop();
    });
    home.edit("eu", "access-tokens", |it| it[0]["scopes"] = json!(["users:read", "users:write"]));
    home.edit("eu", "role-grants", |it| {
        it.as_array_mut().expect("grants").pop();
    });
    let after = snapshot(&home, "2026-10-20T06:00:00Z");
    (home, [before, after])
}

#[test]
fn c_09_two_snapshots_are_compared_and_what_went_and_came_adds_up() {
    let (home, [before, after]) = two_snapshots();
    // Neither was reported, and both are of one month: whoever names them wants them.
    let ran = home.run(&["diff", &before, &after]).expect(0);
    insta::assert_snapshot!(ran.stdout, @"
    instance  kind        subject_id                             label                                         change   what      before                                                                                                                  after
    eu        invitation  20                                     ines.falcao@kestrel-freight.example           removed  record    invitation
    eu        role grant  00000001-77aa-4b1e-8f00-bf109ec42948   the role Admin of admin                       removed  record    role grant
    eu        setting     two_factor_required                    two_factor_required                           changed  value     yes                                                                                                                     no
    eu        token       c18e2243-1201-4fdd-a1d6-5de9bfa8a608   retool-audit                                  changed  scopes    access_tokens:read; groups:read; organizations:read; permissions:all:read; spaces:read; usage:organization; users:read  users:read; users:write
    eu        user        user_4c9a983a89951eca6b79ec8d749118e5  pimchanok.thongdee@kestrel-spedition.example  changed  is_admin  no                                                                                                                      yes
    eu        user        user_4c9a983a89951eca6b79ec8d749118e5  pimchanok.thongdee@kestrel-spedition.example  changed  tier      3                                                                                                                       0
    eu        user        user_954f00316fefaa8404bbef23300d5f35  zeljko.covic@kestrel-spedition.example        removed  record    account

    instance  class                  opening  added  removed  closing
    eu        API tokens             2        0      0        2
    eu        accounts               37       0      1        36
    eu        active accounts        34       0      1        33
    eu        active administrators  3        1      0        4
    eu        disabled accounts      3        0      0        3
    eu        groups                 13       0      0        13
    eu        invitations            3        0      1        2
    eu        memberships            41       0      0        41
    eu        role grants            1        0      1        0
    eu        roles                  1        0      0        1
    ");
    assert_eq!(home.run(&["diff", &before, &after, "--exit-code"]).code, 1);
}

#[test]
fn c_09_what_changed_is_the_same_as_csv_and_as_json() {
    let (home, [before, after]) = two_snapshots();
    let csv = home.run(&["diff", &before, &after, "--format", "csv"]).expect(0).stdout;
    let told: Value = serde_json::from_str(
        &home.run(&["diff", &before, &after, "--format", "json"]).expect(0).stdout,
    )
    .expect("JSON");
    let changes = told["changes"]["rows"].as_array().expect("rows");
    assert_eq!(changes.len(), csv.lines().count() - 1);
    for row in told["continuity"]["rows"].as_array().expect("rows") {
        let count = |name: &str| row[name].as_i64().expect("a count");
        let closing = count("opening") + count("added") - count("removed");
        assert_eq!(closing, count("closing"), "{row}");
    }
    assert_eq!(home.run(&["diff", &before, &before]).code, 4, "not with itself");
    let backwards = home.run(&["diff", &after, &before]).complaint(&home);
    assert!(backwards.contains("name the earlier one first"), "{backwards}");
}
