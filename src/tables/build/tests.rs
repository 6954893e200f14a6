//! Snapshots of tables: records as Retool sends them in, rows out.

use crate::config::Known;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::trend::PriorCounts;
use super::{EvaluationContext, build};
use crate::audit;
use crate::config::check;
use crate::config::stated::Deployment;
use crate::config::{Config, LicenseModel, RosterSource};
use crate::report::cells::Cells;
use crate::roster::{self, Roster};
use crate::rules::CATALOGUE;
use crate::snapshot::earlier::{Earlier, EarlierSnapshot, PreviousSnapshot};
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::store::{InstanceBrief, SnapshotHeader};
use crate::snapshot::{Collected, Records, Snapshot, State};
use crate::tables::Table;

/// The as-of of every snapshot.
const NOW: &str = "2026-11-02T06:00:00Z";

/// One instance from JSON text: `users`, then `groups`.
pub(super) fn records(users: &str, groups: &str) -> Records {
    Records {
        users: serde_json::from_str(users).expect("users"),
        groups: serde_json::from_str(groups).expect("groups"),
        ..Records::default()
    }
}

/// The columns `names` of `table`, one row a line.
fn draw(records: Records, roster: Option<&str>, table: Table, names: &[&str]) -> String {
    draw_of(&snapshot(records), (&config(), roster, None), table, names)
}

/// The same of a whole snapshot, with a configuration, a roster and a baseline.
pub(super) fn draw_of(
    snapshot: &Snapshot,
    words: (&Config, Option<&str>, Option<&str>),
    table: Table,
    names: &[&str],
) -> String {
    draw_after(&Earlier::default(), (snapshot, words), table, names)
}

/// The same, compared with what was collected before.
pub(super) fn draw_after(
    earlier: &Earlier,
    (snapshot, (config, roster, baseline)): (&Snapshot, (&Config, Option<&str>, Option<&str>)),
    table: Table,
    names: &[&str],
) -> String {
    let roster = roster.map(parse_roster);
    let baseline = baseline.map(|it| {
        let lines: Vec<&str> = it.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
        crate::baseline::parse(lines.join("\n").as_bytes(), "b.csv", &config.names())
            .expect("a baseline")
    });
    let tables = build(&EvaluationContext {
        snapshot,
        config,
        roster: roster.as_ref(),
        baseline: baseline.as_ref(),
        approvals: None,
        earlier,
        former_rosters: &BTreeMap::new(),
        past: &PriorCounts::default(),
        reviews: &crate::review::ReviewHistory::default(),
    });
    let frame = tables.frame(table);
    let columns: Vec<Cells> = names
        .iter()
        .map(|name| {
            let meta = table.columns().into_iter().find(|it| it.name == *name).expect("a column");
            Cells::of(&frame, name, meta.null).expect("cells")
        })
        .collect();
    let line = |row: usize| {
        let cells = columns.iter().map(|it| match it.text(row) {
            it if it.is_empty() => "-".to_owned(),
            it => it,
        });
        cells.collect::<Vec<_>>().join(" | ")
    };
    (0..frame.height()).map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn snapshot(records: Records) -> Snapshot {
    let at: DateTime<Utc> = NOW.parse().expect("a time");
    let asked =
        |endpoint: &Endpoint| *endpoint != Endpoint::Permissions || !records.permissions.is_empty();
    let row = |endpoint: &Endpoint| LedgerRow {
        outcome: if asked(endpoint) { ReadOutcome::Ok } else { ReadOutcome::NotAsked },
        ..LedgerRow::begin(*endpoint, endpoint.path().to_owned(), at)
    };
    let ledger = Endpoint::ALL.iter().map(row).collect();
    let (name, url) = ("prod".to_owned(), "https://retool.acme.test".to_owned());
    let instances = vec![Collected { name, url, ledger, records, ..Collected::default() }];
    Snapshot {
        collected_at: at,
        finished_at: at,
        collector: "test".to_owned(),
        operator: None,
        instances,
    }
}

pub(super) fn earlier(records: Records) -> Earlier {
    let mut snapshot = snapshot(records);
    snapshot.collected_at -= TimeDelta::days(28);
    let instances = vec![InstanceBrief::complete("prod")];
    let (id, sha256) = ("before".to_owned(), String::new());
    let peek =
        SnapshotHeader { header: snapshot.header(), id, sha256, files: BTreeMap::new(), instances };
    let stored = EarlierSnapshot::drawn(peek);
    let previous = vec![PreviousSnapshot { stored: stored.clone(), snapshot }];
    Earlier { stored: vec![stored], previous, ..Earlier::default() }
}

pub(super) fn config() -> Config {
    let text = r#"
        [organization]
        name = "Acme"
        domains = ["acme.test"]
        [[instance]]
        name = "prod"
        url = "https://retool.acme.test"
        token-env = "TOKEN"
        approved-tokens = ["t1"]
        audit-groups = ["Admin"]
        group-owners = { operations = ["zoe@acme.test"], Vault = ["cat@acme.test"] }
    "#;
    check::parse(text, std::path::Path::new("/"), "test", &Known::default())
        .expect("a configuration")
}

pub(super) fn parse_roster(text: &str) -> Roster {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let source = RosterSource { path: "roster.csv".into(), ..RosterSource::default() };
    roster::parse(lines.join("\n").as_bytes(), &source).expect("a roster")
}

pub(super) const GROUPS: &str = r#"[
    {"id": 1, "name": "admin", "members": [{"id": "u1"}],
     "universal_app_access": "own", "universal_resource_access": "own",
     "universal_workflow_access": "own", "universal_query_library_access": "edit",
     "audit_log_access": true, "user_list_access": true, "account_details_access": true},
    {"id": 2, "name": "Operations", "members": [{"id": "u2", "is_group_admin": true}, {"id": "gone"}],
     "universal_app_access": "edit", "universal_resource_access": "use",
     "universal_workflow_access": "none", "universal_query_library_access": "none",
     "audit_log_access": false, "user_list_access": false, "account_details_access": false},
    {"id": 3, "name": "Vault", "members": [{"id": "u3", "is_group_admin": false}],
     "universal_app_access": "none", "universal_resource_access": "edit",
     "universal_workflow_access": "none", "universal_query_library_access": "none",
     "audit_log_access": false, "user_list_access": false, "account_details_access": false},
    {"id": 4, "name": "All Users", "members": [],
     "universal_app_access": "use", "universal_resource_access": "none",
     "universal_workflow_access": "none", "universal_query_library_access": "none",
     "audit_log_access": false, "user_list_access": false, "account_details_access": false}
]"#;

pub(super) const USERS: &str = r#"[
    {"id": "u1", "email": "ann@acme.test", "active": true, "is_admin": true},
    {"id": "u2", "email": "bob@acme.test", "active": true, "is_admin": false},
    {"id": "u3", "email": "cat@acme.test", "active": true, "is_admin": false},
    {"id": "u4", "email": "dan@acme.test", "active": false, "is_admin": false}
]"#;

#[test]
fn effective_access_is_the_most_of_all_groups_with_all_users() {
    let names = ["user_id", "app_access", "resource_access", "workflow_access", "access_path"];
    insta::assert_snapshot!(draw(records(USERS, GROUPS), None, Table::EffectiveAccess, &names), @"
    u1 | own | own | own | administrator by flag and through group admin
    u2 | edit | use | none | edit on all apps through Operations; use on all resources through Operations; may add and remove members of Operations
    u3 | use | edit | none | edit on all resources through Vault; use on all apps through All Users
    u4 | use | none | none | use on all apps through All Users
    ");
}

#[test]
fn tiers_follow_the_strongest_grant() {
    let names = ["user_id", "tier", "groups", "build_capability", "n_groups"];
    insta::assert_snapshot!(draw(records(USERS, GROUPS), None, Table::Users, &names), @"
    u1 | 0 | admin | yes | 1
    u2 | 2 | Operations | yes | 1
    u3 | 1 | Vault | unknown | 1
    u4 | 3 | - | unknown | 0
    ");
}

#[test]
fn c_06_memberships_of_unknown_accounts_stay() {
    let names = ["user_id", "group_name", "implicit", "resolved"];
    insta::assert_snapshot!(draw(records(USERS, GROUPS), None, Table::Memberships, &names), @"
    u1 | admin | false | true
    u1 | All Users | true | true
    u2 | Operations | false | true
    u2 | All Users | true | true
    u3 | Vault | false | true
    u3 | All Users | true | true
    u4 | All Users | true | true
    gone | Operations | false | false
    ");
}

#[test]
fn unknown_levels_and_unlisted_members_make_access_unknown() {
    let groups = r#"[
        {"id": 1, "name": "admin"},
        {"id": 2, "name": "New", "members": [{"id": "u2"}], "universal_app_access": "fly"},
        {"id": 4, "name": "All Users", "members": []}
    ]"#;
    let names = ["user_id", "is_admin", "tier", "groups", "build_capability"];
    insta::assert_snapshot!(draw(records(USERS, groups), None, Table::Users, &names), @"
    u1 | true | 0 | unknown | yes
    u2 | false | unknown | unknown | unknown
    u3 | false | unknown | unknown | unknown
    u4 | false | unknown | unknown | unknown
    ");
}

/// What the accounts may be where the groups leave something open.
fn bounded(users: &str, groups: &str) -> String {
    let names = [
        "user_id",
        "tier",
        "tier_at_least",
        "tier_at_most",
        "n_groups",
        "n_groups_at_least",
        "in_admin_group",
        "edits_apps",
        "access_path",
    ];
    draw(records(users, groups), None, Table::Users, &names)
}

#[test]
fn what_is_not_known_leaves_bounds() {
    // A group without members may have any account, and gives what it grants.
    let crew = GROUPS.replace(
        r#"{"id": 4, "name": "All Users""#,
        r#"{"id": 5, "name": "Crew", "universal_app_access": "use", "universal_resource_access": "use",
            "universal_workflow_access": "none", "universal_query_library_access": "none",
            "audit_log_access": false, "user_list_access": false, "account_details_access": false},
           {"id": 4, "name": "All Users""#,
    );
    insta::assert_snapshot!(bounded(USERS, &crew), @"
    u1 | 0 | - | - | unknown | 1 | true | true | administrator by flag and through group admin
    u2 | 2 | - | - | unknown | 1 | false | true | edit on all apps through Operations; use on all resources through Operations; whether it is in Crew is not known; may add and remove members of Operations
    u3 | 1 | - | - | unknown | 1 | false | false | edit on all resources through Vault; use on all apps through All Users; whether it is in Crew is not known
    u4 | unknown | 2 | 3 | unknown | 0 | false | false | use on all apps through All Users; whether it is in Crew is not known
    ");
    // The group admin without members may have any account.
    let admins =
        GROUPS.replace(r#""name": "admin", "members": [{"id": "u1"}]"#, r#""name": "admin""#);
    insta::assert_snapshot!(bounded(USERS, &admins), @"
    u1 | 0 | - | - | unknown | 0 | unknown | true | administrator by flag
    u2 | unknown | 0 | 2 | unknown | 1 | unknown | true | edit on all apps through Operations; use on all resources through Operations; whether it is in admin is not known; may add and remove members of Operations
    u3 | unknown | 0 | 1 | unknown | 1 | unknown | unknown | edit on all resources through Vault; use on all apps through All Users; whether it is in admin is not known
    u4 | unknown | 0 | 3 | unknown | 0 | unknown | unknown | use on all apps through All Users; whether it is in admin is not known
    ");
    // A right that the server left out.
    let silent = GROUPS.replace(r#""audit_log_access": false, "#, "");
    insta::assert_snapshot!(bounded(USERS, &silent), @"
    u1 | 0 | - | - | 1 | - | true | true | administrator by flag and through group admin
    u2 | 2 | - | - | 1 | - | false | true | edit on all apps through Operations; use on all resources through Operations; may add and remove members of Operations
    u3 | 1 | - | - | 1 | - | false | false | edit on all resources through Vault; use on all apps through All Users
    u4 | unknown | 2 | 3 | 0 | - | false | false | use on all apps through All Users
    ");
}

#[test]
fn groups_that_every_instance_has_are_unknown_where_the_list_lacks_them() {
    let everyone = GROUPS.replace("All Users", "Most");
    insta::assert_snapshot!(bounded(USERS, &everyone), @"
    u1 | 0 | - | - | 1 | - | true | true | administrator by flag and through group admin
    u2 | unknown | 1 | 2 | 1 | - | false | true | edit on all apps through Operations; use on all resources through Operations; what All Users grants is not known; may add and remove members of Operations
    u3 | 1 | - | - | 1 | - | false | unknown | edit on all resources through Vault; what All Users grants is not known
    u4 | unknown | 1 | 3 | 0 | - | false | unknown | what All Users grants is not known
    ");
    let admin = GROUPS.replace(r#""name": "admin""#, r#""name": "Chiefs""#);
    insta::assert_snapshot!(bounded(USERS, &admin), @"
    u1 | 0 | - | - | 1 | - | unknown | true | administrator by flag
    u2 | unknown | 0 | 2 | 1 | - | unknown | true | edit on all apps through Operations; use on all resources through Operations; whether it is in admin is not known; may add and remove members of Operations
    u3 | unknown | 0 | 1 | 1 | - | unknown | unknown | edit on all resources through Vault; use on all apps through All Users; whether it is in admin is not known
    u4 | unknown | 0 | 3 | 0 | - | unknown | unknown | use on all apps through All Users; whether it is in admin is not known
    ");
}

#[test]
fn a_flag_that_is_missing_on_one_account_is_unknown_there() {
    let one = USERS
        .replace(r#""dan@acme.test", "active": false, "is_admin": false"#, r#""dan@acme.test""#);
    let one =
        one.replace(r#""cat@acme.test", "active": true, "is_admin": false"#, r#""cat@acme.test""#);
    let groups = GROUPS.replace(r#""members": [{"id": "u1"}]"#, r#""members": [{"id": "u4"}]"#);
    insta::assert_snapshot!(bounded(&one, &groups), @"
    u1 | 0 | - | - | 0 | - | false | true | administrator by flag, not through group admin
    u2 | 2 | - | - | 1 | - | false | true | edit on all apps through Operations; use on all resources through Operations; may add and remove members of Operations
    u3 | unknown | 0 | 1 | 1 | - | false | unknown | edit on all resources through Vault; use on all apps through All Users; whether Retool flags it as administrator is not known
    u4 | 0 | - | - | 1 | - | true | true | administrator through group admin
    ");
    // Where the server flags no account, the group decides.
    let none = USERS.replace(r#", "is_admin": true"#, "").replace(r#", "is_admin": false"#, "");
    insta::assert_snapshot!(bounded(&none, &groups), @"
    u1 | 3 | - | - | 0 | - | false | false | use on all apps through All Users
    u2 | 2 | - | - | 1 | - | false | true | edit on all apps through Operations; use on all resources through Operations; may add and remove members of Operations
    u3 | 1 | - | - | 1 | - | false | false | edit on all resources through Vault; use on all apps through All Users
    u4 | 0 | - | - | 1 | - | true | true | administrator through group admin; the server flags no account
    ");
}

#[test]
fn members_of_unknown_state_leave_bounds() {
    let users = USERS.replace(r#""bob@acme.test", "active": true"#, r#""bob@acme.test""#);
    let groups = GROUPS.replace(r#""members": [{"id": "u3", "is_group_admin": false}],"#, "");
    let names =
        ["name", "members", "active_members", "active_members_at_least", "active_members_at_most"];
    insta::assert_snapshot!(draw(records(&users, &groups), None, Table::Groups, &names), @"
    admin | 1 | 1 | - | -
    Operations | 2 | unknown | 0 | 2
    Vault | unknown | unknown | 0 | 3
    All Users | 4 | unknown | 2 | 3
    ");
}

#[test]
fn a_group_with_an_empty_list_of_owners_has_none() {
    let text = r#"
        [organization]
        name = "Acme"
        domains = ["acme.test"]
        [[instance]]
        name = "prod"
        url = "https://retool.acme.test"
        token-env = "TOKEN"
        group-owners = { Operations = [], Vault = ["cat@acme.test"] }
    "#;
    let config = check::parse(text, std::path::Path::new("/"), "test", &Known::default())
        .expect("it is sound");
    let snapshot = snapshot(records(USERS, GROUPS));
    let of = (&config, None, None);
    insta::assert_snapshot!(draw_of(&snapshot, of, Table::Groups, &["name", "owners", "has_owner"]), @"
    admin | - | false
    Operations | - | false
    Vault | cat@acme.test | true
    All Users | - | false
    ");
}

#[test]
fn c_04_accounts_without_an_address_or_a_state_stay() {
    let users = r#"[{"id": 7, "email": ""}, {"id": "u2", "email": "Bob.2@Acme.test"}]"#;
    let names =
        ["label", "email", "active", "last_active", "own_domain", "mail_stem", "roster_match"];
    insta::assert_snapshot!(draw(records(users, GROUPS), None, Table::Users, &names), @"
    7 | unknown | unknown | unknown | unknown | unknown | unknown
    Bob.2@Acme.test | Bob.2@Acme.test | unknown | unknown | true | bob | unknown
    ");
}

#[test]
fn null_is_never_and_silence_is_unknown() {
    let users = r#"[
        {"id": "u1", "email": "a@acme.test", "last_active": null, "created_at": "2026-10-03T06:00:00Z"},
        {"id": "u2", "email": "b@acme.test", "created_at": "2026-10-03T06:00:01Z"},
        {"id": "u3", "email": "c@acme.test", "last_active": "2026-08-04T06:00:00Z"},
        {"id": "u4", "email": "d@acme.test", "last_active": "2026-11-02T06:00:01Z"}
    ]"#;
    let names = ["user_id", "last_active", "never_active", "days_inactive", "days_since_created"];
    insta::assert_snapshot!(draw(records(users, GROUPS), None, Table::Users, &names), @"
    u1 | - | true | - | 30
    u2 | unknown | unknown | unknown | 29
    u3 | 2026-08-04T06:00:00Z | false | 90 | unknown
    u4 | 2026-11-02T06:00:01Z | false | -1 | unknown
    ");
}

#[test]
fn the_roster_knows_people_by_address_and_never_by_name() {
    let users = r#"[
        {"id": "u1", "email": "ANN@acme.test", "active": true},
        {"id": "u2", "email": "bob@old.test", "active": true},
        {"id": "u3", "email": "cat@acme.test", "active": true},
        {"id": "u4", "email": "eve@acme.test", "active": true, "first_name": "Ann", "last_name": "Example"}
    ]"#;
    let roster = "
        id,name,email,aliases,status,end date
        1,Ann Example,ann@acme.test,,active,
        2,Bob Example,bob@acme.test,bob@old.test,terminated,2026-10-31
        3,Cat One,cat@acme.test,,active,
        4,Cat Two,cat@acme.test,,terminated,2026-10-01
    ";
    let names = ["user_id", "roster_match", "person_id", "roster_status", "since_end"];
    insta::assert_snapshot!(draw(records(users, GROUPS), Some(roster), Table::Users, &names), @"
    u1 | matched | 1 | active | unknown
    u2 | matched | 2 | terminated | 108000
    u3 | ambiguous | - | unknown | unknown
    u4 | unmatched | - | - | unknown
    ");
}

#[test]
fn seats_follow_the_order_of_trust() {
    let users = r#"[
        {"id": "a", "email": "a@acme.test", "active": false, "seat_type": "builder"},
        {"id": "b", "email": "b@acme.test", "active": true, "seat_type": "builder"},
        {"id": "c", "email": "c@acme.test", "active": true, "seat_type": "pilot"},
        {"id": "d", "email": "d@shop.test", "active": true, "seat_type": null, "user_type": "embed"},
        {"id": "k", "email": "k@acme.test", "active": true, "seat_type": " ", "is_admin": false},
        {"id": "l", "email": "l@acme.test", "active": false, "seat_type": null},
        {"id": "m", "email": "m@acme.test", "active": false},
        {"id": "n", "email": "n@acme.test", "active": true, "user_type": "agent"},
        {"id": "e", "email": "e@acme.test", "active": true, "user_type": "mobile"},
        {"id": "f", "email": "f@shop.test", "active": true, "user_type": "default", "is_admin": false},
        {"id": "g", "email": "g@acme.test", "active": true, "last_active": "2026-11-01T06:00:00Z", "is_admin": false},
        {"id": "u2", "email": "h@acme.test", "active": true, "last_active": "2026-11-01T06:00:00Z", "is_admin": false},
        {"id": "u3", "email": "i@acme.test", "active": true, "last_active": null, "is_admin": true}
    ]"#;
    let names =
        ["user_id", "seat_reported", "license_class", "license_basis", "license_confidence"];
    let of = |model| {
        let mut config = config();
        config.instances[0].license_model = model;
        let snapshot = snapshot(records(users, GROUPS));
        draw_of(&snapshot, (&config, None, None), Table::Users, &names)
    };
    assert_eq!(of(LicenseModel::Unknown), of(LicenseModel::NamedSeats), "Retool assigns seats");
    let computed = of(LicenseModel::Activity);
    assert!(!computed.contains("No seat"), "{computed}");
    insta::assert_snapshot!(of(LicenseModel::NamedSeats), @"
    a | builder | Builder (disabled account) | reported_seat_type | authoritative
    b | builder | Builder | reported_seat_type | authoritative
    c | pilot | Unrecognised: pilot | reported_seat_type | low
    d | - | No seat | reported_seat_type | authoritative
    k | - | No seat | reported_seat_type | authoritative
    l | - | None (disabled) | disabled | high
    m | unknown | None (disabled) | disabled | high
    n | unknown | Unrecognised kind of account: agent | user_type | low
    e | unknown | Internal (mobile-only) | user_type | medium
    f | unknown | Internal user (external identity) | email_domain | low
    g | unknown | Internal user | no_universal_build_access | medium
    u2 | unknown | Undetermined: builder-capable | build_access_only | low
    u3 | unknown | Internal user | build_access_but_inactive | medium
    ");
}

#[test]
fn powers_come_from_single_groups() {
    let names = [
        "user_id",
        "in_admin_group",
        "edits_apps",
        "edits_anything",
        "inside_access",
        "reads_audit_log",
        "group_admin",
        "administers",
        "unlisted_group_admin",
    ];
    insta::assert_snapshot!(draw(records(USERS, GROUPS), None, Table::Users, &names), @"
    u1 | true | true | true | true | true | unknown | - | unknown
    u2 | false | true | true | true | false | true | Operations | true
    u3 | false | false | true | true | false | false | - | false
    u4 | false | false | false | true | false | false | - | false
    ");
    let silent = r#"[{"id": 1, "name": "admin"}, {"id": 4, "name": "All Users", "members": []}]"#;
    insta::assert_snapshot!(draw(records(USERS, silent), None, Table::Users, &names), @"
    u1 | unknown | true | true | unknown | unknown | unknown | - | unknown
    u2 | unknown | unknown | unknown | unknown | unknown | unknown | - | unknown
    u3 | unknown | unknown | unknown | unknown | unknown | unknown | - | unknown
    u4 | unknown | unknown | unknown | unknown | unknown | unknown | - | unknown
    ");
}

#[test]
fn lists_of_the_configuration_stand_beside_groups() {
    let names = ["name", "audit_log_access", "audit_approved", "has_owner"];
    insta::assert_snapshot!(draw(records(USERS, GROUPS), None, Table::Groups, &names), @"
    admin | true | true | false
    Operations | false | false | true
    Vault | false | false | true
    All Users | false | false | false
    ");
}

#[test]
fn days_of_the_roster_stand_beside_accounts() {
    let users = r#"[
        {"id": "u1", "email": "ann@acme.test", "last_active": "2026-11-01T05:00:00Z"},
        {"id": "u2", "email": "bob@acme.test", "created_at": "2026-11-01T06:00:00Z"},
        {"id": "u3", "email": "cat@acme.test", "last_active": null},
        {"id": "u4", "email": "dan@acme.test"}
    ]"#;
    let roster = "
        id,email,status,start date,end date,leave start
        1,ann@acme.test,terminated,2020-01-01,2026-10-30,
        2,bob@acme.test,future,2026-11-06,,
        3,cat@acme.test,leave,2020-01-01,,2026-10-02
    ";
    let names = [
        "user_id",
        "no_end_date",
        "use_after_end",
        "until_start",
        "made_before_start",
        "on_leave_for",
    ];
    insta::assert_snapshot!(draw(records(users, GROUPS), Some(roster), Table::Users, &names), @"
    u1 | false | 104400 | -215762400 | unknown | unknown
    u2 | true | unknown | 324000 | 410400 | unknown
    u3 | true | unknown | -215762400 | unknown | 2700000
    u4 | unknown | unknown | unknown | unknown | unknown
    ");
}

/// The zones of the table below, each with a last day and the moment at which it is over there.
const LAST_DAYS: &[(&str, &str, &str)] = &[
    ("UTC", "2026-10-15", "2026-10-16T00:00:00Z"),
    ("Europe/Berlin", "2026-10-15", "2026-10-15T22:00:00Z"),
    ("Europe/Berlin", "2026-03-28", "2026-03-28T23:00:00Z"),
    ("Europe/Berlin", "2026-03-29", "2026-03-29T22:00:00Z"),
    ("Europe/Berlin", "2026-10-25", "2026-10-25T23:00:00Z"),
    ("America/Los_Angeles", "2026-10-15", "2026-10-16T07:00:00Z"),
    ("America/Los_Angeles", "2026-03-08", "2026-03-09T07:00:00Z"),
    ("America/Los_Angeles", "2026-11-01", "2026-11-02T08:00:00Z"),
    ("Pacific/Auckland", "2026-10-15", "2026-10-15T11:00:00Z"),
    ("Pacific/Auckland", "2026-04-05", "2026-04-05T12:00:00Z"),
    ("Pacific/Auckland", "2026-09-26", "2026-09-26T12:00:00Z"),
    ("Pacific/Auckland", "2026-09-27", "2026-09-27T11:00:00Z"),
];

#[test]
fn usr_01_02_07_r_05_a_last_day_is_over_at_midnight_where_the_organization_is() {
    let judged = |zone: &str, roster: &str, at: DateTime<Utc>, used: DateTime<Utc>| {
        let mut config = config();
        config.organization.timezone = zone.parse().expect("a zone");
        let users = format!(
            r#"[{{"id": "u1", "email": "ann@acme.test", "active": true, "is_admin": false,
                "created_at": "2020-01-01T00:00:00Z", "last_active": "{}"}}]"#,
            used.to_rfc3339()
        );
        let mut snapshot = snapshot(records(&users, GROUPS));
        snapshot.collected_at = at;
        let roster = parse_roster(roster);
        let tables = build(&EvaluationContext {
            snapshot: &snapshot,
            config: &config,
            roster: Some(&roster),
            baseline: None,
            approvals: None,
            earlier: &Earlier::default(),
            former_rosters: &BTreeMap::new(),
            past: &PriorCounts::default(),
            reviews: &crate::review::ReviewHistory::default(),
        });
        let rules = ["USR-01", "USR-02", "USR-07"];
        let rules = rules.map(|code| *CATALOGUE.iter().find(|it| it.code == code).expect("a rule"));
        let found = audit::run(&rules, &tables, &["prod"], &config.rules).expect("answers");
        found.iter().map(|it| it.instances[0].verdict.word()).collect::<Vec<_>>().join(" ")
    };
    for (zone, day, over) in LAST_DAYS {
        let over: DateTime<Utc> = over.parse().expect("a time");
        let (second, sla) = (TimeDelta::seconds(1), TimeDelta::hours(24));
        let before = over - TimeDelta::days(3);
        let left = format!("id,email,type,status,end date\n1,ann@acme.test,contractor,left,{day}");
        // Without a status, the day alone says when a person has left.
        let dated = format!(
            "id,email,type,start date,end date\n1,ann@acme.test,contractor,2020-01-01,{day}"
        );
        let place = format!("{zone} {day}");
        assert_eq!(judged(zone, &left, over, before), "pass pass pass", "{place}: at its end");
        assert_eq!(judged(zone, &dated, over - second, before), "pass pass pass", "{place}");
        assert_eq!(judged(zone, &left, over + second, before), "pass pass fail", "{place}: after");
        assert_eq!(judged(zone, &dated, over + sla, before), "pass pass fail", "{place}: in time");
        let late = over + sla + second;
        assert_eq!(judged(zone, &left, late, before), "fail pass fail", "{place}: too late");
        assert_eq!(judged(zone, &dated, late, before), "fail pass fail", "{place}: too late");
        assert_eq!(
            judged(zone, &left, late, over + sla),
            "fail pass fail",
            "{place}: used in time"
        );
        assert_eq!(judged(zone, &left, late, late), "fail fail fail", "{place}: used too late");
    }
}

#[test]
fn people_begin_leave_and_return_by_the_days_of_the_organization() {
    let users = r#"[
        {"id": "u1", "email": "ann@acme.test", "created_at": "2026-10-31T12:00:00Z"},
        {"id": "u2", "email": "bob@acme.test"}
    ]"#;
    let roster = "
        id,email,start date,end date,leave start,as of
        1,ann@acme.test,2026-11-02,,,2026-11-01
        2,bob@acme.test,2020-01-01,2026-11-01,2026-10-01,2026-11-01
    ";
    let line = |zone: &str| {
        let mut config = config();
        config.organization.timezone = zone.parse().expect("a zone");
        let snapshot = snapshot(records(users, GROUPS));
        let draw = |table, names: &[&str]| {
            draw_of(&snapshot, (&config, Some(roster), None), table, names).replace('\n', "; ")
        };
        let days =
            ["roster_status", "until_start", "made_before_start", "since_end", "on_leave_for"];
        let file = draw(Table::RosterFiles, &["as_of", "days_since_as_of"]);
        format!("{zone}: {}; {file}", draw(Table::Users, &days))
    };
    let zones = ["UTC", "America/Los_Angeles", "Pacific/Auckland"];
    insta::assert_snapshot!(zones.map(line).join("\n"), @"
    UTC: active | -21600 | 129600 | unknown | unknown; terminated | -215762400 | unknown | 21600 | 2786400; 2026-11-01 | 1
    America/Los_Angeles: future | 7200 | 158400 | unknown | unknown; active | -215733600 | unknown | -7200 | 2761200; 2026-11-01 | 0
    Pacific/Auckland: active | -68400 | 82800 | unknown | unknown; terminated | -215809200 | unknown | 68400 | 2833200; 2026-11-01 | 1
    ");
}

#[test]
fn duties_are_whole_where_the_person_and_all_groups_are_known() {
    let users = r#"[
        {"id": "u2", "email": "bob@acme.test"}, {"id": "u3", "email": "bob@old.test"},
        {"id": "u4", "email": "dan@acme.test"}, {"id": "u5"}
    ]"#;
    let roster = "
        id,email,aliases,status
        1,bob@acme.test,bob@old.test,active
    ";
    let names = ["user_id", "groups", "duties", "duties_whole", "duties_at_most"];
    insta::assert_snapshot!(draw(records(users, GROUPS), Some(roster), Table::Users, &names), @"
    u2 | Operations | operations; vault | true | operations; vault
    u3 | Vault | operations; vault | true | operations; vault
    u4 | - | - | true | -
    u5 | - | - | false | unknown
    ");
    insta::assert_snapshot!(draw(records(users, GROUPS), None, Table::Users, &names), @"
    u2 | Operations | operations | false | unknown
    u3 | Vault | vault | false | unknown
    u4 | - | - | false | unknown
    u5 | - | - | false | unknown
    ");
    let silent =
        r#"[{"id": 2, "name": "Vault", "members": [{"id": "u2"}]}, {"id": 3, "name": "Ops"}]"#;
    insta::assert_snapshot!(draw(records(users, silent), Some(roster), Table::Users, &names), @"
    u2 | unknown | vault | false | ops; vault
    u3 | unknown | vault | false | ops; vault
    u4 | unknown | - | false | ops
    u5 | unknown | - | false | unknown
    ");
}

const INVITES: &str = r#"[
    {"id": 1, "invited_by": "u1", "invited_email": "eve@acme.test", "claimed_at": null,
     "created_at": "2026-10-01T06:00:00Z", "expires_at": "2026-10-08T06:00:00Z",
     "groups": [{"id": 1, "name": "admin"}, {"id": 9}]},
    {"id": 2, "invited_by": "BOB@acme.test", "invited_email": "eve@shop.test", "claimed_at": null,
     "expires_at": "2026-11-02T06:00:00Z", "groups": [{"name": "operations"}]},
    {"id": 3, "invited_by": "gone", "claimed_at": "2026-10-02T06:00:00Z", "groups": [{"id": 9}]},
    {"id": 4}
]"#;

fn with_inventory() -> Records {
    let tokens = r#"[
        {"id": "t1", "label": "Temp", "owner_legacy_id": 5}, {"id": "t2", "owner_legacy_id": 77},
        {"id": "t3"}
    ]"#;
    let mut res = records(USERS, GROUPS);
    res.users[1].legacy_id = serde_json::from_str("5").expect("an id");
    res.user_invites = serde_json::from_str(INVITES).expect("invites");
    res.access_tokens = serde_json::from_str(tokens).expect("tokens");
    res
}

#[test]
fn invitations_know_where_they_lead_and_who_sent_them() {
    let names = ["invite_id", "claimed", "expired", "days_since_created", "privileged"];
    insta::assert_snapshot!(draw(with_inventory(), None, Table::Invites, &names), @"
    1 | false | true | 32 | true
    2 | false | false | unknown | false
    3 | true | unknown | unknown | unknown
    4 | unknown | unknown | unknown | unknown
    ");
    // Every instance has admin, whatever the list of groups lacks.
    let others = r#"[{"id": 4, "name": "All Users", "members": []}]"#;
    let others =
        Records { groups: serde_json::from_str(others).expect("groups"), ..with_inventory() };
    insta::assert_snapshot!(draw(others, None, Table::Invites, &["invite_id", "privileged"]), @"
    1 | true
    2 | unknown
    3 | unknown
    4 | unknown
    ");
    let roster = "
        id,email,status
        1,ann@acme.test,active
        2,eve@acme.test,terminated
    ";
    let names = [
        "invite_id",
        "own_domain",
        "roster_match",
        "roster_status",
        "inviter",
        "inviter_state",
        "inviter_tier",
        "inviter_match",
    ];
    insta::assert_snapshot!(draw(with_inventory(), Some(roster), Table::Invites, &names), @"
    1 | true | matched | terminated | ann@acme.test | active | 0 | matched
    2 | false | unmatched | - | bob@acme.test | active | 2 | unmatched
    3 | unknown | unknown | unknown | gone | missing | unknown | unknown
    4 | unknown | unknown | unknown | unknown | unknown | unknown | unknown
    ");
}

#[test]
fn tokens_know_who_approved_them_and_who_answers_for_them() {
    let names = ["token_id", "lower_label", "owner", "owner_state", "approved", "service_owner"];
    insta::assert_snapshot!(draw(with_inventory(), None, Table::Tokens, &names), @"
    t1 | temp | bob@acme.test | active | true | unknown
    t2 | unknown | 77 | missing | false | false
    t3 | unknown | - | unknown | false | unknown
    ");
    let roster = "
        id,email,type,status,owner
        1,bob@acme.test,service,active,ann@acme.test
        2,ann@acme.test,employee,active,
    ";
    insta::assert_snapshot!(draw(with_inventory(), Some(roster), Table::Tokens, &names), @"
    t1 | temp | bob@acme.test | active | true | true
    t2 | unknown | 77 | missing | false | false
    t3 | unknown | - | unknown | false | unknown
    ");
}

#[test]
fn a_number_or_an_address_that_two_accounts_have_is_neithers() {
    let users = r#"[
        {"id": "u1", "legacy_id": 7, "email": "ann@acme.test", "active": true, "is_admin": true},
        {"id": "u2", "legacy_id": 7, "email": "bob@acme.test", "active": false},
        {"id": "u3", "legacy_id": 8, "email": "Bob@acme.test", "active": true}
    ]"#;
    let parse = |text| serde_json::from_str(text).expect("JSON");
    let mut records = records(users, GROUPS);
    records.access_tokens = serde_json::from_str(
        r#"[{"id": "t1", "owner_legacy_id": 7}, {"id": "t2", "owner_legacy_id": 8}]"#,
    )
    .expect("tokens");
    records.user_invites = serde_json::from_str(
        r#"[{"id": 1, "invited_by": "7"}, {"id": 2, "invited_by": "bob@acme.test"},
            {"id": 3, "invited_by": "8", "groups": [{"name": "VAULT"}]}]"#,
    )
    .expect("invitations");
    records.access_requests = serde_json::from_str(
        r#"[{"id": 1, "status": "APPROVED", "requesting_email": "eve@acme.test", "updated_by_id": 7}]"#,
    )
    .expect("requests");
    // Another group of a name that is privileged.
    let vault: serde_json::Value = parse(r#"{"id": 9, "name": "vault", "members": []}"#);
    records.groups.push(serde_json::from_value(vault).expect("a group"));
    let roster = "id,email,status\n1,ann@acme.test,active\n2,bob@acme.test,left";
    let draw = |table, names: &[&str]| draw(records.clone(), Some(roster), table, names);
    let tokens = ["token_id", "owner", "owner_state", "owner_roster_status"];
    insta::assert_snapshot!(draw(Table::Tokens, &tokens), @"
    t1 | 7 | unknown | unknown
    t2 | Bob@acme.test | active | terminated
    ");
    let invites = ["invite_id", "inviter", "inviter_state", "inviter_match", "privileged"];
    insta::assert_snapshot!(draw(Table::Invites, &invites), @"
    1 | 7 | unknown | unknown | unknown
    2 | bob@acme.test | unknown | matched | unknown
    3 | Bob@acme.test | active | matched | unknown
    ");
    insta::assert_snapshot!(draw(Table::AccessRequests, &["request_id", "decided_by", "decider"]), @"1 | 7 | unknown");
    insta::assert_snapshot!(draw(Table::References, &["reference_id", "resolved"]), @"
    inviter 1 | true
    inviter 2 | true
    inviter 3 | true
    groups 1 | unknown
    groups 2 | unknown
    group 3 VAULT | true
    owner t1 | true
    owner t2 | true
    ");
}

#[test]
fn references_name_what_is_not_there() {
    let names = ["reference_id", "label", "target", "resolved"];
    insta::assert_snapshot!(draw(with_inventory(), None, Table::References, &names), @"
    inviter 1 | the inviter of eve@acme.test | u1 | true
    inviter 2 | the inviter of eve@shop.test | BOB@acme.test | true
    inviter 3 | the inviter of 3 | gone | false
    inviter 4 | the inviter of 4 | unknown | unknown
    group 1 1 | a group of the invitation of eve@acme.test | 1 | true
    group 1 9 | a group of the invitation of eve@acme.test | 9 | false
    group 2 operations | a group of the invitation of eve@shop.test | operations | true
    group 3 9 | a group of the invitation of 3 | 9 | false
    groups 4 | the groups of the invitation of 4, which the server left out | unknown | unknown
    owner t1 | the owner of the token Temp | 5 | true
    owner t2 | the owner of the token t2 | 77 | false
    owner t3 | the owner of the token t3 | unknown | unknown
    ");
}

#[test]
fn addresses_and_times_of_accounts_are_compared() {
    let users = r#"[
        {"id": "u1", "email": "Ann@acme.test", "active": true, "created_at": "2026-11-02T06:00:10Z", "last_active": null},
        {"id": "u2", "email": "ann@acme.test", "active": true, "created_at": "2026-01-01T00:00:00Z", "last_active": "2026-11-02T07:00:00Z"},
        {"id": "u3", "email": "bob@acme.test", "active": true, "last_active": "2026-11-01T06:00:00Z"},
        {"id": "u4", "email": "BOB@acme.test", "active": false},
        {"id": "u5", "email": "cat@acme.test", "active": true},
        {"id": "u6", "email": "Cat@acme.test"},
        {"id": "u7", "active": true}
    ]"#;
    let names = ["user_id", "namesakes", "seconds_ahead"];
    insta::assert_snapshot!(draw(records(users, GROUPS), None, Table::Users, &names), @"
    u1 | 1 | 10
    u2 | 1 | 3600
    u3 | 0 | -86400
    u4 | 1 | unknown
    u5 | unknown | unknown
    u6 | 1 | unknown
    u7 | unknown | unknown
    ");
}

/// Apps, a folder, a resource and a workflow: `object = subject level how; …` on a line.
fn with_grants(users: &str, groups: &str, objects: &str) -> Records {
    let mut res = records(users, groups);
    for line in objects.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (object, entries) = line.split_once(" = ").expect("an object and its entries");
        let (kind, name) = object.split_once(' ').expect("a kind and a name");
        let entries = entries.split("; ").filter(|it| *it != "none").map(|it| {
            let words: Vec<&str> = it.split(' ').collect();
            let [subject, id, level, sources] = words[..] else { panic!("four words: {it}") };
            format!(
                r#"{{"subject": {{"type": "{subject}", "id": "{id}"}}, "accessLevel": "{level}", "sources": {sources}}}"#
            )
        });
        let of = |kind: &str| {
            let kind = format!(r#""type": "{kind}""#);
            let all = entries.clone().filter(|it| it.contains(&kind));
            all.collect::<Vec<_>>().join(",")
        };
        let (groups, users, invites) = (of("group"), of("user"), of("userInvite"));
        let access =
            format!(r#"{{"group": [{groups}], "user": [{users}], "userInvite": [{invites}]}}"#);
        let object = format!(
            r#"{{"type": "{kind}", "id": "{kind}-{name}", "name": "{name}", "access": {access}}}"#
        );
        res.permissions.push(serde_json::from_str(&object).expect("an object"));
    }
    res
}

const OBJECTS: &str = r#"
    app Payroll = user u4 own {"direct":true}; group 2 edit {"direct":true}
    app Board = user u4 own {"direct":true}; userInvite 7 use {"direct":true}
    folder Finance = group 4 use {"direct":true}
    resource Ledger = user u3 edit {"direct":true,"groups":[{"type":"group","id":"3"}]}
    workflow Sync = group 2 rule {"inherited":{"type":"folder","id":"9"}}; user u3 use null
"#;

#[test]
fn grants_on_single_objects_reach_their_accounts() {
    let records = || with_grants(USERS, GROUPS, OBJECTS);
    let names = ["user_id", "app_access", "object_access", "access_path"];
    insta::assert_snapshot!(draw(records(), None, Table::EffectiveAccess, &names), @"
    u1 | own | own | administrator by flag and through group admin
    u2 | edit | unknown | edit on all apps through Operations; use on all resources through Operations; edit on app Payroll through Operations; use on folder Finance through All Users; an unknown level on workflow Sync through Operations; may add and remove members of Operations
    u3 | use | edit | edit on all resources through Vault; use on all apps through All Users; edit on resource Ledger, granted directly or through Vault; use on folder Finance through All Users; use on workflow Sync, by a source that is not stated
    u4 | use | own | use on all apps through All Users; own on app Board, app Payroll, granted directly; use on folder Finance through All Users
    ");
    let names = ["object", "subject_type", "subject_id", "subject", "access", "access_path"];
    insta::assert_snapshot!(draw(records(), None, Table::Grants, &names), @"
    Payroll | group | 2 | Operations | edit | granted directly
    Payroll | user | u4 | dan@acme.test | own | granted directly
    Board | user | u4 | dan@acme.test | own | granted directly
    Board | invite | 7 | unknown | use | granted directly
    Finance | group | 4 | All Users | use | granted directly
    Ledger | user | u3 | cat@acme.test | edit | granted directly or through Vault
    Sync | group | 2 | Operations | unknown | by its folder 9
    Sync | user | u3 | cat@acme.test | use | by a source that is not stated
    ");
}

#[test]
fn seats_are_counted_against_those_that_were_bought() {
    let users = r#"[
        {"id": "u1", "email": "ann@acme.test", "active": true, "seat_type": "builder"},
        {"id": "u2", "email": "bob@acme.test", "active": true, "seat_type": "internalUser"},
        {"id": "u3", "email": "cat@acme.test", "active": true, "seat_type": "internalUser"},
        {"id": "u4", "email": "dan@acme.test", "active": false, "seat_type": "builder"}
    ]"#;
    let names =
        ["license_class", "accounts", "able_to_build", "purchased", "free", "held_by_disabled"];
    let mut config = config();
    let seats = crate::config::Seats { builder: Some(5), internal: Some(1), external: Some(3) };
    config.instances[0].seats = Some(seats);
    let snapshot = snapshot(records(users, GROUPS));
    let computed = draw_of(&snapshot, (&config, None, None), Table::Licenses, &names);
    assert_eq!(computed.lines().next(), Some("Builder | 1 | 1 | 5 | 4 | 1"));
    config.instances[0].license_model = LicenseModel::NamedSeats;
    insta::assert_snapshot!(draw_of(&snapshot, (&config, None, None), Table::Licenses, &names), @"
    Builder | 1 | 1 | 5 | 3 | 1
    Builder (disabled account) | 1 | 0 | unknown | unknown | 0
    External user | 0 | 0 | 3 | 3 | 0
    Internal user | 2 | 1 | 1 | -1 | 0
    ");
}

#[test]
fn grants_move_nobody_to_another_tier() {
    let names = ["user_id", "tier", "build_capability", "license_basis"];
    insta::assert_snapshot!(draw(with_grants(USERS, GROUPS, OBJECTS), None, Table::Users, &names), @"
    u1 | 0 | yes | build_access_only
    u2 | 2 | yes | build_access_only
    u3 | 1 | no | no_build_access
    u4 | 3 | yes | disabled
    ");
    insta::assert_snapshot!(draw(records(USERS, GROUPS), None, Table::Users, &names), @"
    u1 | 0 | yes | build_access_only
    u2 | 2 | yes | build_access_only
    u3 | 1 | unknown | no_universal_build_access
    u4 | 3 | unknown | disabled
    ");
}

/// Accounts whom no group lets edit anything, and All Users least of all.
const PLAIN: &str = r#"[
    {"id": "e", "email": "e@acme.test", "active": true, "is_admin": false},
    {"id": "f", "email": "f@acme.test", "active": true, "is_admin": false}
]"#;
const NOTHING: &str = r#"[
    {"id": 1, "name": "admin", "members": [], "universal_app_access": "own"},
    {"id": 2, "name": "Care", "members": [{"id": "f"}],
     "universal_app_access": "use", "universal_resource_access": "none",
     "universal_workflow_access": "none", "universal_query_library_access": "none"},
    {"id": 4, "name": "All Users", "members": [],
     "universal_app_access": "none", "universal_resource_access": "none",
     "universal_workflow_access": "none", "universal_query_library_access": "none"}
]"#;

#[test]
fn only_read_grants_make_sure_that_nobody_builds() {
    let names = [
        "user_id",
        "build_capability",
        "license_class",
        "license_basis",
        "license_confidence",
        "access_path",
    ];
    let of = |records| draw(records, None, Table::Users, &names);
    insta::assert_snapshot!(of(records(PLAIN, NOTHING)), @"
    e | unknown | Internal user | no_universal_build_access | medium | no access to everything of a kind; single objects not known
    f | unknown | Internal user | no_universal_build_access | medium | use on all apps through Care
    ");
    insta::assert_snapshot!(of(with_grants(PLAIN, NOTHING, "app Board = none")), @"
    e | no | Internal user | no_build_access | high | no access to everything of a kind, nor to single objects
    f | no | Internal user | no_build_access | high | use on all apps through Care
    ");
    // Edit on a resource builds nothing, edit on a folder does, and All Users has every account.
    let resource = r#"resource Ledger = group 4 edit {"direct":true}"#;
    insta::assert_snapshot!(of(with_grants(PLAIN, NOTHING, resource)), @"
    e | no | Internal user | no_build_access | high | edit on resource Ledger through All Users
    f | no | Internal user | no_build_access | high | use on all apps through Care; edit on resource Ledger through All Users
    ");
    let folder = r#"folder Finance = group 4 edit {"direct":true}"#;
    insta::assert_snapshot!(of(with_grants(PLAIN, NOTHING, folder)), @"
    e | yes | Undetermined: builder-capable | build_access_only | low | edit on folder Finance through All Users
    f | yes | Undetermined: builder-capable | build_access_only | low | use on all apps through Care; edit on folder Finance through All Users
    ");
}

#[test]
fn an_import_is_of_the_cloud_where_the_configuration_says_so() {
    let users = r#"[{"id": "u1", "email": "eve@else.test", "active": true}]"#;
    let of = |url: &str| {
        let mut snapshot = snapshot(records(users, GROUPS));
        "file import".clone_into(&mut snapshot.instances[0].url);
        let mut config = config();
        url.clone_into(&mut config.instances[0].url);
        config.instances[0].deployment = Deployment::of(url);
        draw_of(&snapshot, (&config, None, None), Table::Users, &["license_class"])
    };
    let addresses =
        ["https://api.retool.com", "https://acme.retool.com", "https://retool.acme.test"];
    insta::assert_snapshot!(addresses.map(of).join("\n"), @"
    External user
    External user
    Internal user (external identity)
    ");
}

#[test]
fn the_roster_has_a_date_and_cells_that_could_not_be_read() {
    let roster = "email,status,as of\nann@acme.test,active,2026-10-20\nbob@acme.test\n\
        cat@acme.test,active,soon\ndan@acme.test,active,2026-10-20,x\nTotal,3\n";
    let draw = |table, names: &[&str]| draw(records(USERS, GROUPS), Some(roster), table, names);
    let names =
        ["file", "as_of", "days_since_as_of", "rows", "left_out", "unreadable", "unreadable_cells"];
    insta::assert_snapshot!(draw(Table::RosterFiles, &names), @"roster.csv | unknown | unknown | 5 | 1 | 2 | line 4: `as of` (read as `as-of`) is `soon`, which is no date; line 5: has 4 cells, the header has 3: which cell belongs to which is not known");
    let names = ["file", "line", "what", "header", "read_as", "text", "reason"];
    insta::assert_snapshot!(draw(Table::RosterCells, &names), @"
    roster.csv | 4 | cell not read | as of | as-of | soon | no date
    roster.csv | 5 | row not laid out | - | - | dan@acme.test | active | 2026-10-20 | x | has 4 cells, the header has 3: which cell belongs to which is not known
    roster.csv | 6 | row left out | - | - | - | stands below the table: `Total | 3`
    ");
}

#[test]
fn roles_that_reach_objects_leave_open_who_builds() {
    let roles = r#"[
        {"id": "r1", "name": "Billing", "object_scopes": [], "organization_scopes": ["billing:write"]},
        {"id": "r2", "name": "Deployer", "object_scopes": ["app:edit"]}
    ]"#;
    let grants = r#"[
        {"role_id": "r1", "subject_type": "group", "subject_id": 4},
        {"role_id": "r2", "subject_type": "user", "subject_id": "e"},
        {"role_id": "r3", "subject_type": "group", "subject_id": 2}
    ]"#;
    let mut records = with_grants(PLAIN, NOTHING, "app Board = none");
    records.roles = serde_json::from_str(roles).expect("roles");
    records.role_grants = serde_json::from_str(grants).expect("grants");
    let names = ["user_id", "build_capability", "license_basis", "access_path"];
    insta::assert_snapshot!(draw(records, None, Table::Users, &names), @"
    e | unknown | no_universal_build_access | role Deployer, granted directly, with unknown permissions; may change billing and user seats through role Billing of group All Users
    f | unknown | no_universal_build_access | use on all apps through Care; role r3 of group Care, with unknown permissions; may change billing and user seats through role Billing of group All Users
    ");
}

#[test]
fn an_object_without_its_list_leaves_everything_open() {
    let mut records = with_grants(PLAIN, NOTHING, "app Board = none");
    records.permissions.push(serde_json::from_str(r#"{"type": "app", "id": "x"}"#).expect("it"));
    let names = ["user_id", "object_access", "access_path"];
    insta::assert_snapshot!(draw(records, None, Table::EffectiveAccess, &names), @"
    e | unknown | no access to everything of a kind; single objects not known
    f | unknown | use on all apps through Care
    ");
    // So does a grant to an account that the list of users does not have.
    let records = with_grants(PLAIN, NOTHING, r#"app Board = user gone edit {"direct":true}"#);
    insta::assert_snapshot!(draw(records.clone(), None, Table::EffectiveAccess, &names), @"
    e | unknown | no access to everything of a kind; single objects not known
    f | unknown | use on all apps through Care
    ");
    let names = ["object", "subject_type", "subject_id", "subject", "access"];
    insta::assert_snapshot!(draw(records, None, Table::Grants, &names), @"Board | user | gone | unknown | edit");
}

/// What an account has where All Users alone grants `value` at `key`, its members listed or not.
fn through_all_users(key: &str, value: &str) -> String {
    // A server may say nothing of agents, and of a kind that this program does not know.
    let newer = ["universal_agent_access", "universal_teleporter_access"];
    let newer = newer.into_iter().filter(|it| *it == key).map(|it| (it.to_owned(), value));
    let levels = ["app", "resource", "workflow", "query_library"];
    let levels = levels.map(|level| (format!("universal_{level}_access"), r#""none""#));
    let flags = ["audit_log_access", "user_list_access", "account_details_access"];
    let flags = flags.map(|flag| (flag.to_owned(), "false"));
    let field = |(name, plain): (String, &str)| {
        let value = if name == key { value } else { plain };
        format!(r#""{name}": {value}"#)
    };
    let fields: Vec<String> = levels.into_iter().chain(flags).chain(newer).map(field).collect();
    let fields = fields.join(",");
    let users = r#"[{"id": "u", "email": "u@acme.test", "active": true, "is_admin": false}]"#;
    let [unlisted, empty] = ["", r#", "members": []"#].map(|members| {
        let admin = r#"{"id": 1, "name": "admin", "members": []}"#;
        let groups = format!(r#"[{admin}, {{"id": 4, "name": "all users"{members}, {fields}}}]"#);
        let names = [
            "tier",
            "build_capability",
            "license_basis",
            "edits_anything",
            "inside_access",
            "reads_audit_log",
            "access_path",
        ];
        draw(with_grants(users, &groups, "app Board = none"), None, Table::Users, &names)
    });
    assert_eq!(unlisted, empty);
    format!("{key} {value}: {empty}")
}

#[test]
fn all_users_alone_gives_everything_that_a_group_can_give() {
    let cases = [
        ("nothing", ""),
        ("universal_app_access", r#""edit""#),
        ("universal_app_access", r#""own""#),
        ("universal_resource_access", r#""edit""#),
        ("universal_workflow_access", r#""edit""#),
        ("universal_query_library_access", r#""edit""#),
        ("universal_agent_access", r#""none""#),
        ("universal_agent_access", r#""use""#),
        ("universal_agent_access", r#""edit""#),
        ("universal_agent_access", r#""own""#),
        ("universal_agent_access", r#""conjure""#),
        ("universal_teleporter_access", r#""none""#),
        ("universal_teleporter_access", r#""use""#),
        ("universal_teleporter_access", r#""edit""#),
        ("universal_teleporter_access", "null"),
        ("audit_log_access", "true"),
        ("account_details_access", "true"),
        ("account_details_access", "null"),
    ];
    let picture = cases.map(|(key, value)| through_all_users(key, value)).join("\n");
    insta::assert_snapshot!(picture, @r#"
    nothing : 3 | no | no_build_access | false | false | false | no access to everything of a kind, nor to single objects
    universal_app_access "edit": 3 | yes | build_access_only | true | true | false | edit on all apps through all users
    universal_app_access "own": 1 | yes | build_access_only | true | true | false | own on all apps through all users
    universal_resource_access "edit": 1 | no | no_build_access | true | true | false | edit on all resources through all users
    universal_workflow_access "edit": 3 | yes | build_access_only | true | true | false | edit on all workflows through all users
    universal_query_library_access "edit": 3 | no | no_build_access | true | true | false | edit on the query library through all users
    universal_agent_access "none": 3 | unknown | no_universal_build_access | false | false | false | no access to everything of a kind, nor to single objects
    universal_agent_access "use": 3 | unknown | no_universal_build_access | false | true | false | use on all agents through all users
    universal_agent_access "edit": 3 | yes | build_access_only | true | true | false | edit on all agents through all users
    universal_agent_access "own": 1 | yes | build_access_only | true | true | false | own on all agents through all users
    universal_agent_access "conjure": unknown | unknown | insufficient_data | unknown | unknown | false | not all that all users grants is known
    universal_teleporter_access "none": 3 | unknown | no_universal_build_access | false | false | false | no access to everything of a kind, nor to single objects
    universal_teleporter_access "use": 3 | unknown | no_universal_build_access | false | unknown | false | use on every teleporter, a kind that is not known, through all users
    universal_teleporter_access "edit": unknown | unknown | insufficient_data | unknown | unknown | false | edit on every teleporter, a kind that is not known, through all users
    universal_teleporter_access null: unknown | unknown | insufficient_data | unknown | unknown | false | an unknown level on every teleporter, a kind that is not known, through all users
    audit_log_access true: 2 | no | no_build_access | false | false | true | no access to everything of a kind, nor to single objects
    account_details_access true: 2 | no | no_build_access | false | false | false | no access to everything of a kind, nor to single objects
    account_details_access null: unknown | no | no_build_access | false | false | false | no access to everything of a kind, nor to single objects
    "#);
}

/// Bob was an administrator of nothing and in Vault, Dan could sign in, Cat was not there, and Eve
/// was; Vault granted less and there was another group.
fn before() -> Records {
    let users = r#"[
        {"id": "u1", "email": "ann@acme.test", "active": true, "is_admin": true},
        {"id": "u2", "email": "bob@acme.test", "active": true, "is_admin": false},
        {"id": "u4", "email": "dan@acme.test", "active": true, "is_admin": false},
        {"id": "u5", "email": "eve@acme.test", "active": true, "is_admin": false}
    ]"#;
    let groups = GROUPS
        .replace(r#""Vault", "members": [{"id": "u3""#, r#""Vault", "members": [{"id": "u2""#)
        .replace(r#"[{"id": "u2", "is_group_admin": true}, {"id": "gone"}]"#, "[]")
        .replace(r#""universal_resource_access": "edit""#, r#""universal_resource_access": "use""#)
        .replace(
            r#"{"id": 4,"#,
            r#"{"id": 9, "name": "Old", "members": [{"id": "u5"}]}, {"id": 4,"#,
        );
    records(users, &groups)
}

fn since(table: Table, names: &[&str]) -> String {
    let roster = "id,email,status,end date\n7,dan@acme.test,terminated,2026-09-30";
    let snapshot = snapshot(records(USERS, GROUPS));
    let of = (&snapshot, (&config(), Some(roster), None));
    draw_after(&earlier(before()), of, table, names)
}

#[test]
fn accounts_know_what_they_were() {
    let names = [
        "user_id",
        "known_before",
        "was_active",
        "was_tier",
        "tier",
        "groups_changed",
        "active_after_end",
        "since_end",
    ];
    insta::assert_snapshot!(since(Table::Users, &names), @"
    u1 | true | true | 0 | 0 | false | unknown | unknown
    u2 | true | true | 3 | 2 | true | unknown | unknown
    u3 | false | unknown | unknown | 1 | unknown | unknown | unknown
    u4 | true | true | 3 | 3 | false | 367200 | 2786400
    ");
    let names = ["user_id", "label", "was_tier", "present"];
    insta::assert_snapshot!(since(Table::FormerUsers, &names), @"
    u1 | ann@acme.test | 0 | true
    u2 | bob@acme.test | 3 | true
    u4 | dan@acme.test | 3 | true
    u5 | eve@acme.test | unknown | false
    ");
}

#[test]
fn every_difference_is_a_change() {
    let names = ["kind", "label", "change", "what", "before", "after"];
    insta::assert_snapshot!(since(Table::Changes, &names), @"
    user | bob@acme.test | changed | tier | 3 | 2
    user | cat@acme.test | added | record | - | account
    user | dan@acme.test | changed | active | yes | no
    user | eve@acme.test | removed | record | account | -
    membership | bob@acme.test | added | group Operations (2) | - | member
    membership | bob@acme.test | removed | group Vault (3) | member | -
    membership | cat@acme.test | added | group Vault (3) | - | member
    membership | eve@acme.test | removed | group Old (9) | member | -
    group | Vault | changed | resource_access | use | edit
    group | Old | removed | record | group | -
    ");
}

#[test]
fn groups_and_lists_are_compared() {
    let names = ["name", "change", "what", "changed", "raised"];
    insta::assert_snapshot!(since(Table::GroupChanges, &names), @"
    admin | unknown | - | unknown | unknown
    Operations | unknown | - | unknown | unknown
    Vault | changed | resource_access use to edit | true | true
    All Users | unknown | - | unknown | unknown
    Old | deleted | - | true | false
    ");
    let names = ["population_id", "before", "after"];
    insta::assert_snapshot!(since(Table::Swings, &names), @"
    users | 4 | 4
    memberships | 3 | 4
    group 1 | 1 | 1
    group 2 | 0 | 2
    group 3 | 1 | 1
    ");
}

#[test]
fn c_09_opening_plus_added_less_removed_is_closing() {
    let names = ["class", "opening", "added", "removed", "closing"];
    insta::assert_snapshot!(since(Table::Continuity, &names), @"
    invitations | 0 | 0 | 0 | 0
    API tokens | 0 | 0 | 0 | 0
    roles | 0 | 0 | 0 | 0
    role grants | 0 | 0 | 0 | 0
    accounts | 4 | 1 | 1 | 4
    active accounts | 4 | 1 | 2 | 3
    disabled accounts | 0 | 1 | 0 | 1
    active administrators | 1 | 0 | 0 | 1
    groups | 5 | 0 | 1 | 4
    memberships | 3 | 3 | 2 | 4
    ");
}

#[test]
fn settings_that_grew_weaker_are_marked() {
    let records = |required: bool, kind: &str, mapping: &str| Records {
        organization: serde_json::from_str(&format!(
            r#"{{"two_factor_auth_required": {required}, "two_factor_auth_type": "otp"}}"#
        ))
        .expect("one"),
        sso_config: serde_json::from_str(&format!(
            r#"{{"config_type": "{kind}", "jit_enabled": true{mapping}}}"#
        ))
        .expect("one"),
        ..records(USERS, GROUPS)
    };
    let (then, now) =
        (records(true, "oidc", r#", "roles_mapping": "a""#), records(false, "saml", ""));
    let names = ["setting", "before", "after", "changed", "weaker"];
    let snapshot = snapshot(now);
    let of = (&snapshot, (&config(), None, None));
    let picture = draw_after(&earlier(then), of, Table::SettingChanges, &names);
    insta::assert_snapshot!(picture, @"
    two_factor_required | yes | no | true | true
    two_factor_type | otp | otp | false | false
    request_access_enabled | unknown | unknown | unknown | unknown
    owners_may_share | unknown | unknown | unknown | unknown
    new_login_mail | unknown | unknown | unknown | unknown
    sso_type | oidc | saml | true | false
    password_login | unknown | unknown | unknown | unknown
    jit_enabled | yes | yes | false | false
    restricted_domain | unknown | unknown | unknown | unknown
    roles_mapping | a | - | true | true
    group_sync | no | unknown | unknown | unknown
    other organization settings | not kept | not kept | unknown | unknown
    other single sign-on settings | not kept | not kept | unknown | unknown
    ");
}

#[test]
fn r_06_months_begin_with_the_first_complete_snapshot() {
    let names = ["period", "state", "complete_snapshots", "last_complete", "days_between"];
    insta::assert_snapshot!(since(Table::Coverage, &names), @"
    2026-10 | complete | 1 | 2026-10-05T06:00:00Z | -
    2026-11 | complete | 1 | 2026-11-02T06:00:00Z | 28
    ");
    let first = draw(records(USERS, GROUPS), None, Table::Coverage, &names);
    assert_eq!(first, "2026-11 | complete | 1 | 2026-11-02T06:00:00Z | -");
}

#[test]
fn r_06_the_best_snapshot_speaks_for_its_month() {
    let whole = earlier(records(USERS, GROUPS));
    let stored = |day: &str, state: State, lacking: &str| {
        let mut res = whole.stored[0].clone();
        res.peek.header.collected_at = format!("{day}T06:00:00Z").parse().expect("a time");
        let brief =
            InstanceBrief { state, lacking: lacking.to_owned(), ..InstanceBrief::complete("prod") };
        res.peek.instances = vec![brief];
        EarlierSnapshot::drawn(res.peek)
    };
    let earlier = Earlier {
        stored: vec![
            stored("2026-06-02", State::Partial, "sso-config (no answer)"),
            stored("2026-07-02", State::Complete, ""),
            stored("2026-07-30", State::Failed, "users (no answer)"),
            stored("2026-09-02", State::Failed, "users (no answer)"),
            stored("2026-09-03", State::Partial, "sso-config (no answer)"),
        ],
        ..Earlier::default()
    };
    let snapshot = snapshot(records(USERS, GROUPS));
    let names = ["period", "state", "lacking", "complete_snapshots", "days_between"];
    let picture =
        draw_after(&earlier, (&snapshot, (&config(), None, None)), Table::Coverage, &names);
    insta::assert_snapshot!(picture, @"
    2026-07 | complete | - | 1 | -
    2026-08 | missing | - | 0 | -
    2026-09 | partial | sso-config (no answer) | 0 | -
    2026-10 | missing | - | 0 | -
    2026-11 | complete | - | 1 | 123
    ");
}

/// What people see as one address is one, wherever it is written.
#[test]
fn accounts_are_found_under_every_spelling_of_their_address() {
    let users = r#"[
        {"id": "u1", "email": "ann@acme.test ", "active": true},
        {"id": "u2", "email": "\u200bAnn@Acme.test", "active": true},
        {"id": "u3", "email": "bob@acme.test\ufeff", "active": true},
        {"id": "u4", "email": "\u00a0\u200b", "active": true}
    ]"#;
    let roster = "id,email,status\n1,ann@acme.test,active\n2,b\u{ad}ob@ACME.test\u{200b},active\n";
    let names = ["user_id", "login", "own_domain", "roster_match", "person_id", "namesakes"];
    insta::assert_snapshot!(draw(records(users, GROUPS), Some(roster), Table::Users, &names), @"
    u1 | ann@acme.test | true | matched | 1 | 1
    u2 | ann@acme.test | true | matched | 1 | 1
    u3 | bob@acme.test | true | matched | 2 | 0
    u4 | unknown | unknown | unknown | - | unknown
    ");
}
