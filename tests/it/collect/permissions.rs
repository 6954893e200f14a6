//! What is granted on single objects: read only where wanted, whole or not at all, and with GET.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use retool_audit::collect::{CollectionContext, CollectionLimits, Event, News, collect};
use retool_audit::config::Instance;
use retool_audit::snapshot::ledger::Endpoint;
use retool_audit::snapshot::{Snapshot, State};
use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::{Value, json};

use super::harness::{Home, context, list, run};

#[tokio::test]
async fn every_object_is_asked_and_what_follows_is_left_out() {
    let home = home(&objects());
    let server = home.serve().await;
    let snapshot = run(&[wanting(&home, &server)]).await;
    insta::assert_snapshot!(draw(&snapshot), @r#"complete: ok {"aside": 0, "kept": 4, "missing": 0, "pages": 8, "stated": 4}"#);
    let records = &snapshot.instances[0].records;
    let kept = records.permissions.iter().map(|it| {
        let ids: Vec<&str> = it.entries().map(|it| it.subject.id.0.as_str()).collect();
        let name = it.name.as_deref().unwrap_or("-");
        format!("{} {name}: {} and {} implied", it.kind, ids.join(" "), it.implied)
    });
    insta::assert_snapshot!(kept.collect::<Vec<_>>().join("\n"), @"
    app the app: user_1 1 and 3 implied
    folder the folder: 2 and 0 implied
    resource the resource:  and 0 implied
    workflow the workflow: 2 and 0 implied
    ");
    let row = snapshot.instances[0].row(Endpoint::Permissions).expect("a row");
    insta::assert_snapshot!(row.fields_dropped.line(), @"secret, user[].sources.note");
    insta::assert_snapshot!(row.words_unknown.line(), @"accessLevel: rule");
    assert_eq!((row.pages, row.body_sha256.len()), (8, 8));
    assert!(!format!("{snapshot:?}").contains("canary"));
}

#[tokio::test]
async fn nothing_but_get_is_sent_and_access_lists_only_where_wanted() {
    for (wanted, expected) in [(false, 0), (true, 2 + 4)] {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        let server = StandIn::scripted(move |it| {
            heard.lock().expect("one at a time").push(it.clone());
            answer(it)
        });
        let server = server.await.expect("a port");
        let home = Home::new();
        let instance = Instance { collect_permissions: wanted, ..wanting(&home, &server) };
        let snapshot = run(&[instance]).await;
        let row = snapshot.instances[0].row(Endpoint::Permissions).expect("a row");
        assert_eq!(row.outcome.word(), if wanted { "ok" } else { "not-asked" });
        let asked = asked.lock().expect("no other holder");
        assert!(asked.iter().all(|it| it.method == "GET"));
        let objects = ["apps", "folders", "resources", "workflows", "accessList"];
        let of_objects = |it: &&ScriptedRequest| objects.iter().any(|word| it.path.contains(word));
        assert_eq!(asked.iter().filter(of_objects).count(), expected);
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_is_no_short_list() {
    let forbidden = json!({"status": 403, "body": {"message": "missing scope"}});
    let mut objects = objects();
    objects[1]["access"] = forbidden;
    let home = home(&objects);
    let server = home.serve().await;
    let snapshot = run(&[wanting(&home, &server)]).await;
    insta::assert_snapshot!(draw(&snapshot), @r#"partial: scope {"aside": 1, "kept": 0, "missing": 0, "pages": 5, "stated": 4} the access list of folder app_3: the token has no scope `Permissions, Apps, Folders, Resources and Workflows > Read`; add it under Settings > API (newer Retool: Settings > Retool API)"#);
    let it = &snapshot.instances[0];
    assert_eq!((it.state(), it.records.permissions.len()), (State::Partial, 0));
    assert_eq!(it.aside.permissions.len(), 1);
}

#[tokio::test]
async fn an_object_that_is_gone_makes_the_list_short() {
    let gone = json!({"status": 404, "body": {"message": "Not found"}});
    let mut objects = objects();
    objects[1]["access"] = gone.clone();
    objects[2]["access"] = json!({"group": []});
    let some = home(&objects);
    let server = some.serve().await;
    insta::assert_snapshot!(draw(&run(&[wanting(&some, &server)]).await), @r#"partial: short {"aside": 0, "kept": 3, "missing": 1, "pages": 7, "stated": 4} of 4 objects, 1 have no access list, or not all of it: folder app_3"#);
    for it in &mut objects {
        it["access"] = gone.clone();
    }
    let all = home(&objects);
    let server = all.serve().await;
    insta::assert_snapshot!(draw(&run(&[wanting(&all, &server)]).await), @r#"complete: version {"aside": 0, "kept": 0, "missing": 4, "pages": 4, "stated": 4} the access list of app a-1: the instance does not know `/api/v2/permissions/accessList/app/a-1` (404): its release has no such endpoint"#);
}

#[tokio::test]
async fn folders_that_retool_keeps_itself_are_left_out_and_counted() {
    let mut objects = objects();
    for (id, name) in [("app_91", "root"), ("app_92", "(1) Ana's Drafts"), ("app_93", "Trash")] {
        let mut folder = object("folder", id, &json!({"status": 404, "body": {}}));
        folder["folder_type"] = json!("app");
        folder["is_system_folder"] = json!(true);
        folder["name"] = json!(name);
        objects.push(folder);
    }
    // What is inherited from a folder whose own list is not read is said nowhere else.
    let inherited = json!({"inherited": {"id": "app_91", "type": "folder"}});
    let everyone = json!([
        {"subject": {"id": "9", "type": "group"}, "sources": inherited, "accessLevel": "own"}
    ]);
    objects[0]["access"]["group"] = everyone;
    let home = home(&objects);
    let server = home.serve().await;
    let snapshot = run(&[wanting(&home, &server)]).await;
    insta::assert_snapshot!(draw(&snapshot), @r#"complete: ok {"aside": 0, "kept": 4, "missing": 0, "pages": 8, "stated": 4}"#);
    let instance = &snapshot.instances[0];
    assert_eq!(instance.row(Endpoint::Permissions).map(|it| it.rows_left_out), Some(3));
    assert!(instance.records.permissions[0].entries().any(|it| it.subject.id.0 == "9"));
}

#[tokio::test]
async fn a_refused_list_of_objects_says_which() {
    let server = StandIn::scripted(|it| match it.path.as_str() {
        "/any/api/v2/workflows" => ScriptedAnswer::json(403, r#"{"message": "no scope"}"#),
        _ => answer(it),
    });
    let server = server.await.expect("a port");
    insta::assert_snapshot!(draw(&run(&[wanting(&Home::new(), &server)]).await), @r#"partial: scope {"aside": 0, "kept": 0, "missing": 0, "pages": 3, "stated": 2} the list of workflows: the token has no scope `Permissions, Apps, Folders, Resources and Workflows > Read`; add it under Settings > API (newer Retool: Settings > Retool API)"#);
}

#[tokio::test]
async fn the_cost_is_told_and_what_cannot_end_is_not_begun() {
    let objects: Vec<Value> =
        (0..20).map(|it| object("app", &format!("a{it}"), &json!({}))).collect();
    let home = home(&objects);
    let server = home.serve().await;
    let mut story = Vec::new();
    for deadline in [Duration::from_secs(12), Duration::from_hours(1)] {
        let heard = Mutex::new(Vec::new());
        let hear = |it: Event<'_>| {
            if let News::Cost { calls, least, .. } = it.news {
                let line = format!("{calls} calls in {} s", least.as_secs());
                heard.lock().expect("one at a time").push(line);
            }
        };
        let bounds = CollectionLimits { deadline, ..context().bounds };
        let context = CollectionContext { progress: &hear, bounds, ..context() };
        // So fast that the test does not wait, and slow enough to be counted.
        let requests_per_minute = if deadline.as_secs() > 60 { 60_000 } else { 90 };
        let instance = Instance { requests_per_minute, ..wanting(&home, &server) };
        let snapshot = collect(&[instance], &context).await;
        story.extend(heard.into_inner().expect("no other holder"));
        story.push(draw(&snapshot));
    }
    insta::assert_snapshot!(story.join("\n"), @r#"
    20 calls in 13 s
    partial: network {"aside": 0, "kept": 0, "missing": 0, "pages": 4, "stated": 20} 20 access lists take about 1 min, and 0 min are left of the instance's time; raise `deadline-minutes` or `requests-per-minute`
    20 calls in 0 s
    partial: short {"aside": 0, "kept": 20, "missing": 20, "pages": 24, "stated": 20} of 20 objects, 20 have no access list, or not all of it
    "#);
}

#[tokio::test]
async fn a_stored_snapshot_keeps_grants() {
    use retool_audit::snapshot::store;
    let home = home(&objects());
    let server = home.serve().await;
    let snapshot = run(&[wanting(&home, &server)]).await;
    let dir = home.path("snapshot");
    store::write(&snapshot, &dir).expect("room");
    assert_eq!(store::read(&dir).expect("a snapshot").0, snapshot);
}

/// An app, a folder, a resource and a workflow, and a folder that is not asked.
fn objects() -> Vec<Value> {
    let group = |id: &str| json!({"id": id, "type": "group"});
    let user = |id: &str| json!({"id": id, "type": "user"});
    let mut other = object("folder", "workflow_3", &json!({"group": [], "user": []}));
    other["folder_type"] = "workflow".into();
    let mut folder = object(
        "folder",
        "app_3",
        &json!({
            "group": [{"subject": group("2"), "sources": {"direct": true}, "accessLevel": "edit"}],
            "user": [], "userInvite": [],
        }),
    );
    folder["folder_type"] = "app".into();
    let app = object(
        "app",
        "a-1",
        &json!({
            "group": [
                {"subject": group("1"), "sources": {"universal": true}, "accessLevel": "own"},
                {"subject": group("2"), "sources": {"inherited": {"id": "3", "type": "folder"}},
                 "accessLevel": "edit"},
            ],
            "user": [
                {"subject": user("user_0"), "sources": {"groups": [group("1")], "universal": true},
                 "accessLevel": "own"},
                {"subject": user("user_1"), "sources": {"direct": true, "note": "canary"},
                 "accessLevel": "rule"},
            ],
            "userInvite": [
                {"subject": {"id": 1, "type": "userInvite"}, "sources": {"direct": true},
                 "accessLevel": "use"}
            ],
        }),
    );
    let mut resource = object("resource", "r-1", &json!({"group": [], "user": []}));
    resource["display_name"] = "Ledger".into();
    let workflow = object(
        "workflow",
        "w-1",
        &json!({
            "group": [
                {"subject": group("2"), "sources": {"inherited": {"id": "3", "type": "folder"}},
                 "accessLevel": "use"}
            ],
            "user": [],
        }),
    );
    vec![app, folder, other, resource, workflow]
}

fn object(kind: &str, id: &str, access: &Value) -> Value {
    json!({"type": kind, "id": id, "name": format!("the {kind}"),
        "secret": "canary", "access": access})
}

fn home(objects: &[Value]) -> Home {
    let res = Home::new();
    res.instance("any", 3);
    res.put("any/permissions.json", &Value::Array(objects.to_vec()));
    res
}

fn wanting(home: &Home, server: &StandIn) -> Instance {
    Instance { collect_permissions: true, ..home.at(server, "any") }
}

/// A server with two apps and nothing else.
fn answer(asked: &ScriptedRequest) -> ScriptedAnswer {
    match asked.path.rsplit('/').next() {
        Some("apps") => list(&[json!({"id": "a-1"}), json!({"id": "a-2"})]),
        Some("a-1" | "a-2") => ScriptedAnswer::json(200, r#"{"data": {"group": [], "user": []}}"#),
        Some("organization" | "config" | "") => ScriptedAnswer::json(200, r#"{"data": {}}"#),
        Some("checkHealth") => ScriptedAnswer::json(200, r#"{"version": "3.334.0"}"#),
        _ => list(&[]),
    }
}

fn draw(snapshot: &Snapshot) -> String {
    let it = &snapshot.instances[0];
    let row = it.row(Endpoint::Permissions).expect("a row");
    let counts = BTreeMap::from([
        ("aside", row.rows_aside),
        ("kept", row.rows_kept),
        ("missing", row.rows_missing),
        ("pages", row.pages),
        ("stated", row.total_count.unwrap_or_default()),
    ]);
    let (state, word) = (it.state().word(), row.word());
    format!("{state}: {word} {counts:?} {}", row.reason).trim().to_owned()
}
