//! Collecting from servers that answer well, badly and not at all.

mod faults;
mod harness;
mod permissions;
pub(crate) mod rogue;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use chrono::TimeDelta;
use proptest::collection::vec;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest,
};
use proptest::sample::Index;
use retool_audit::collect::{CollectionContext, Event, News, collect, collect_into};
use retool_audit::config::{Instance, Mode, SecretSource};
use retool_audit::snapshot::ledger::{Endpoint, ReadOutcome};
use retool_audit::snapshot::record::{FieldState, Id};
use retool_audit::snapshot::{State, store};
use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::json;

use self::harness::{Home, TOKEN, context, draw, files, list, row_of, run};

#[tokio::test]
async fn a_whole_run_says_so() {
    let home = Home::new();
    home.instance("cloud", 250).instance("eu", 3);
    home.put("eu/server.json", &json!({"paging": false, "version": "3.75.2"}));
    fs::remove_file(home.path("answers/eu/sso-config.json")).expect("it is there");
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "cloud"), home.at(&server, "eu")]).await;
    insta::assert_snapshot!(draw(&snapshot), @"
    cloud complete
      users              ok             pages 3  received 250  distinct 250  stated 250  kept 250  status 200
      groups             ok             pages 1  received 2  distinct 2  stated 2  kept 2  status 200
      organization       ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      sso-config         ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      user-invites       ok             pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      access-tokens      ok             pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      access-requests    ok             pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      spaces             ok             pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      roles              ok             pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      role-grants        ok             pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      usage-user-summary ok             pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      usage-organizations version        pages 0  received 0  distinct 0  stated -  kept 0  status 404
                         the instance does not know `/api/v2/usage/organizations` (404): its release has no such endpoint
      version            ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      permissions        not-asked      pages 0  received 0  distinct 0  stated -  kept 0  status -
                         `collect-permissions` is not set for the instance
    eu complete
      users              ok             pages 1  received 3  distinct 3  stated -  kept 3  status 200
      groups             ok             pages 1  received 2  distinct 2  stated -  kept 2  status 200
      organization       ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      sso-config         not-configured pages 0  received 0  distinct 0  stated -  kept 0  status 404
                         the API shows no single sign-on set-up; one made through environment variables is not shown
      user-invites       ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      access-tokens      ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      access-requests    ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      spaces             ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      roles              ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      role-grants        ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      usage-user-summary ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      usage-organizations version        pages 0  received 0  distinct 0  stated -  kept 0  status 404
                         the instance does not know `/api/v2/usage/organizations` (404): its release has no such endpoint
      version            ok             pages 1  received 1  distinct 1  stated -  kept 1  status 200
      permissions        not-asked      pages 0  received 0  distinct 0  stated -  kept 0  status -
                         `collect-permissions` is not set for the instance
    ");
    assert_eq!(snapshot.state(), State::Complete);
    assert_eq!(snapshot.instances[0].records.users.len(), 250);
    let row = snapshot.instances[0].row(Endpoint::Users).expect("a row");
    assert_eq!(row.request, "/api/v2/users?limit=100");
    assert_eq!(row.body_sha256.len(), 3);
}

#[tokio::test]
async fn everything_in_one_call_where_that_is_wanted() {
    let home = Home::new();
    home.instance("cloud", 250);
    let server = home.serve().await;
    let instance = Instance { mode: Mode::Single, ..home.at(&server, "cloud") };
    let snapshot = run(&[instance]).await;
    let row = snapshot.instances[0].row(Endpoint::Users).expect("a row");
    assert_eq!((row.request.as_str(), row.pages, row.rows_kept), ("/api/v2/users", 1, 250));
}

#[tokio::test]
async fn a_redirect_at_home_is_followed() {
    let line = row_of(Endpoint::Users, |asked| match asked.path.as_str() {
        "/moved/users" => list(&[json!({"id": "user_1"})]),
        _ => ScriptedAnswer {
            headers: vec![("location", "/moved/users".into())],
            ..ScriptedAnswer::json(307, "")
        },
    });
    insta::assert_snapshot!(line.await, @"200 ok retries 0");
}

#[tokio::test]
async fn what_a_server_leaves_out_stays_unknown() {
    let home = Home::new();
    home.instance("old", 0);
    let users = json!([
        {"id": 7, "legacy_id": "user_7", "email": "a@acme.example",
         "last_active": null, "extra": {"deep": 1}},
        {"id": "user_8", "legacy_id": 8, "active": false, "seat_type": "somethingNew"},
    ]);
    home.put("old/users.json", &users);
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "old")]).await;
    let [first, second] = &snapshot.instances[0].records.users[..] else { panic!("two users") };
    assert_eq!((&first.id, &first.legacy_id), (&Id("7".into()), &Some(Id("user_7".into()))));
    assert_eq!((first.active, first.is_admin), (None, None));
    assert_eq!((&first.last_active, &first.seat_type), (&FieldState::Null, &FieldState::Unstated));
    assert_eq!(second.legacy_id, Some(Id("8".into())));
    assert_eq!(second.last_active, FieldState::Unstated);
    assert_eq!(second.seat_type, FieldState::Is("somethingNew".into()));
}

#[tokio::test]
async fn no_token_fails_its_instance_alone() {
    let home = Home::new();
    home.instance("good", 1);
    let server = home.serve().await;
    let sources = [
        SecretSource::Env("RETOOL_AUDIT_NO_SUCH_VARIABLE".into()),
        SecretSource::File(home.path("good/users.json/none")),
        SecretSource::Command(vec!["false".into()]),
        SecretSource::Command(vec!["echo".into()]),
        SecretSource::Command(vec!["echo".into(), TOKEN.into(), "\u{7f}".into()]),
        SecretSource::Command(vec!["printf".into(), format!("{TOKEN}\\nsecond line")]),
    ];
    let of = |(i, token): (usize, SecretSource)| {
        let good = home.at(&server, "good");
        Instance { name: format!("i{i}"), token, ..good }
    };
    let instances: Vec<_> = sources.into_iter().enumerate().map(of).collect();
    let snapshot = run(&instances).await;
    let lines = snapshot.instances.iter().map(|it| {
        let row = &it.ledger[0];
        assert_eq!(it.ledger.len(), Endpoint::ALL.len());
        format!("{} {} {}", it.state().word(), row.outcome.word(), row.reason)
    });
    let picture = lines.collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(picture.replace(&home.path("").display().to_string(), "HOME/"), @"
    failed not-asked there is no token: the environment variable `RETOOL_AUDIT_NO_SUCH_VARIABLE` is not set
    failed not-asked there is no token: cannot read the token file `HOME/good/users.json/none`: No such file or directory (os error 2)
    failed not-asked there is no token: the token command `false` ended with exit status: 1
    failed not-asked there is no token: the token is empty: the output of `echo` holds none
    failed not-asked there is no token: the token holds characters that a header cannot carry
    complete ok
    ");
}

#[tokio::test]
async fn secrets_are_nowhere_in_what_a_collection_leaves() {
    let home = Home::new();
    home.instance("cloud", 3).instance("half", 3).instance("lost", 3);
    let echo = |it: &str| json!({"success": false, "message": format!("{it}{TOKEN}: no scope")});
    // Long words before the token, so that a cut to length would fall into it.
    home.put("half/user-invites.json", &json!({"status": 500, "body": echo(&"x".repeat(150))}));
    home.put("half/spaces.json", &json!({"status": 403, "body": echo("plan of ")}));
    home.put("lost/groups.json", &json!({"status": 403, "body": echo("")}));
    let server = home.serve().await;
    let heard = Mutex::new(Vec::new());
    let hear = |it: Event<'_>| heard.lock().expect("one at a time").push(format!("{it:?}"));
    let context = CollectionContext { progress: &hear, ..context() };
    let instances = ["cloud", "half", "lost"].map(|it| home.at(&server, it));
    let snapshot = collect(&instances, &context).await;
    let states: Vec<_> = snapshot.instances.iter().map(|it| it.state()).collect();
    assert_eq!(states, [State::Complete, State::Partial, State::Failed]);
    let dir = home.path("snapshot");
    store::write(&snapshot, &dir).expect("room");
    let mut texts = vec![format!("{snapshot:?}"), format!("{instances:?}")];
    texts.push(heard.lock().expect("one at a time").join("\n"));
    for path in files(&dir) {
        let bytes = fs::read(&path).expect("readable");
        let plain = zstd::decode_all(&bytes[..]).unwrap_or(bytes);
        texts.push(String::from_utf8(plain).expect("text"));
    }
    assert_eq!(texts.len(), 3 + 1 + 12 + 10 + 11);
    for it in &texts {
        assert!(!it.contains("canary") && !it.contains("retool_can"), "{it}");
    }
    let ledger = &texts[texts.len() - 1];
    for it in ["invite_link", "metadata", "secret"] {
        assert!(ledger.contains(&format!("\"{it}\"")), "the ledger does not name `{it}`");
    }
    // What may be a secret among settings leaves a fingerprint, and without a key its name alone.
    for it in ["oidc_client_secret", "preloaded_javascript"] {
        let name = format!("\"{it}\":\"\"");
        assert!(texts.iter().any(|text| text.contains(&name)), "nothing names `{it}`");
    }
}

#[tokio::test]
async fn what_came_of_a_failed_instance_lies_aside() {
    let home = Home::new();
    home.instance("lost", 120).instance("half", 2);
    home.put("lost/groups.json", &json!({"status": 403, "body": {"message": "missing scope"}}));
    home.put("half/user-invites.json", &json!({"status": 403, "body": {"message": "scope"}}));
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "lost"), home.at(&server, "half")]).await;
    let lost = &snapshot.instances[0];
    assert_eq!((lost.records.users.len(), lost.aside.users.len()), (0, 120));
    let dir = home.path("snapshot");
    store::write(&snapshot, &dir).expect("room");
    let names = files(&dir).into_iter().map(|it| {
        let below = it.strip_prefix(&dir).expect("in it").display().to_string();
        below.replace('\\', "/")
    });
    insta::assert_snapshot!(names.collect::<Vec<_>>().join("\n"), @r"
    half/access-requests.jsonl.zst
    half/access-tokens.jsonl.zst
    half/groups.jsonl.zst
    half/organization.jsonl.zst
    half/role-grants.jsonl.zst
    half/roles.jsonl.zst
    half/spaces.jsonl.zst
    half/sso-config.jsonl.zst
    half/usage-user-summary.jsonl.zst
    half/users.jsonl.zst
    half/version.jsonl.zst
    lost/aside/access-requests.jsonl.zst
    lost/aside/access-tokens.jsonl.zst
    lost/aside/organization.jsonl.zst
    lost/aside/role-grants.jsonl.zst
    lost/aside/roles.jsonl.zst
    lost/aside/spaces.jsonl.zst
    lost/aside/sso-config.jsonl.zst
    lost/aside/usage-user-summary.jsonl.zst
    lost/aside/user-invites.jsonl.zst
    lost/aside/users.jsonl.zst
    lost/aside/version.jsonl.zst
    snapshot.json
    ");
    assert_eq!(store::read(&dir).expect("a snapshot").0, snapshot);
}

#[tokio::test]
async fn an_instance_is_handed_over_as_soon_as_it_is_done() {
    let home = Home::new();
    home.instance("one", 150).instance("two", 2).instance("three", 1);
    let server = home.serve().await;
    let instances = ["one", "two", "three"].map(|it| home.at(&server, it));
    let dir = home.path("snapshot");
    let mut draft = store::SnapshotDraft::begin(&dir).expect("room");
    let mut take = |place, it| draft.add(place, &it).expect("room");
    let header = collect_into(&instances, &context(), &mut take).await;
    assert!(!dir.exists(), "it is not whole yet");
    let (hashes, state) = draft.finish(&header).expect("room");
    let (read, read_hashes) = store::read(&dir).expect("a snapshot");
    assert_eq!((state, &read_hashes), (State::Complete, &hashes));
    assert_eq!(read, run(&instances).await);

    drop(store::SnapshotDraft::begin(&home.path("given-up")).expect("room"));
    assert!(!home.path(".given-up.unfinished").exists() && !home.path("given-up").exists());
}

#[tokio::test]
async fn a_stored_snapshot_reads_back_equal_and_always_has_the_same_bytes() {
    let home = Home::new();
    home.instance("cloud", 120).instance("lab", 2);
    home.put("lab/groups.json", &json!({"status": 403, "body": {"message": "missing scope"}}));
    home.put("cloud/access-tokens.json", &json!({"status": 403, "body": {"message": "plan"}}));
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "cloud"), home.at(&server, "lab")]).await;
    let states: Vec<_> = snapshot.instances.iter().map(|it| it.state()).collect();
    assert_eq!(states, [State::Complete, State::Failed]);

    let (one, two) = (home.path("one"), home.path("two"));
    let written = store::write(&snapshot, &one).expect("room");
    assert_eq!(store::write(&snapshot, &two).expect("room"), written);
    let (read, hashes) = store::read(&one).expect("a snapshot");
    assert_eq!((&read, &hashes), (&snapshot, &written));
    let names: Vec<_> = hashes.files.keys().map(String::as_str).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    cloud/access-requests.jsonl.zst
    cloud/groups.jsonl.zst
    cloud/organization.jsonl.zst
    cloud/role-grants.jsonl.zst
    cloud/roles.jsonl.zst
    cloud/spaces.jsonl.zst
    cloud/sso-config.jsonl.zst
    cloud/usage-user-summary.jsonl.zst
    cloud/user-invites.jsonl.zst
    cloud/users.jsonl.zst
    cloud/version.jsonl.zst
    lab/aside/access-requests.jsonl.zst
    lab/aside/access-tokens.jsonl.zst
    lab/aside/organization.jsonl.zst
    lab/aside/role-grants.jsonl.zst
    lab/aside/roles.jsonl.zst
    lab/aside/spaces.jsonl.zst
    lab/aside/sso-config.jsonl.zst
    lab/aside/usage-user-summary.jsonl.zst
    lab/aside/user-invites.jsonl.zst
    lab/aside/users.jsonl.zst
    lab/aside/version.jsonl.zst
    snapshot.json
    ");
    for (a, b) in files(&one).iter().zip(files(&two)) {
        assert_eq!(fs::read(a).expect("readable"), fs::read(b).expect("readable"));
    }
}

#[tokio::test]
async fn a_damaged_snapshot_is_refused_by_name() {
    let home = Home::new();
    home.instance("cloud", 3);
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "cloud")]).await;
    let of = |spoil: &dyn Fn(&Path)| {
        let dir = home.path("damaged");
        store::write(&snapshot, &dir).expect("room");
        spoil(&dir);
        let res = store::read(&dir).expect_err("damaged").to_string();
        fs::remove_dir_all(&dir).expect("it is there");
        let before_hashes =
            res.split(": SHA-256").next().and_then(|it| it.split(": its id").next());
        before_hashes.expect("a first part").replace(&home.path("").display().to_string(), "")
    };
    let edit = |path: &'static str, from: &'static str, to: &'static str| {
        move |dir: &Path| {
            let text = fs::read_to_string(dir.join(path)).expect("text");
            assert!(text.contains(from), "{text}");
            fs::write(dir.join(path), text.replacen(from, to, 1)).expect("room");
        }
    };
    let flip = |dir: &Path| {
        let path = dir.join("cloud/users.jsonl.zst");
        let mut bytes = fs::read(&path).expect("readable");
        bytes[20] ^= 1;
        fs::write(path, bytes).expect("room");
    };
    let remove = |dir: &Path| fs::remove_file(dir.join("cloud/groups.jsonl.zst")).expect("there");
    let picture = [
        of(&flip),
        of(&remove),
        of(&edit("snapshot.json", "\"format\": 1", "\"format\": 2")),
        of(&edit("snapshot.json", "2026-11-21T16:00:00Z", "2026-11-20T16:00:00Z")),
        of(&edit("snapshot.json", "\"url\"", "\"uri\"")),
    ];
    insta::assert_snapshot!(picture.join("\n"), @"
    `damaged/cloud/users.jsonl.zst` was changed
    cannot read `damaged/cloud/groups.jsonl.zst`
    `damaged/snapshot.json` has format 2, this program reads format 1
    `damaged/snapshot.json` contradicts itself
    line 10 of `damaged/snapshot.json` is not what a snapshot holds there
    ");
}

#[tokio::test]
async fn a_snapshot_is_never_overwritten_and_appears_only_when_whole() {
    let home = Home::new();
    home.instance("cloud", 3);
    let server = home.serve().await;
    let mut snapshot = run(&[home.at(&server, "cloud")]).await;
    let dir = home.path("twice");
    fs::create_dir_all(home.path(".twice.unfinished/cloud")).expect("room");
    store::write(&snapshot, &dir).expect("room");
    let twice = store::write(&snapshot, &dir).expect_err("it is there already");
    assert!(twice.to_string().contains("exists already"), "{twice}");

    let escape = home.path("escape");
    "../cloud".clone_into(&mut snapshot.instances[0].name);
    let name = store::write(&snapshot, &escape).expect_err("it leads elsewhere");
    insta::assert_snapshot!(name, @"`../cloud` cannot be the name of an instance");
    let mut left: Vec<_> = fs::read_dir(home.path("")).expect("a folder").collect();
    left.retain(|it| it.as_ref().is_ok_and(|it| it.path().is_dir()));
    assert_eq!(left.len(), 2, "{left:?}");
}

#[tokio::test]
async fn progress_is_told() {
    let home = Home::new();
    home.instance("cloud", 120);
    home.put("cloud/user-invites.json", &json!({"status": 403, "body": {"message": "scope"}}));
    let server = home.serve().await;
    let heard = Mutex::new(Vec::new());
    let hear = |it: Event<'_>| {
        let line = match it.news {
            News::Started => "started".into(),
            News::Page { endpoint, pages, rows } => format!("{} {pages} {rows}", endpoint.name()),
            News::Gap { endpoint, outcome, .. } => {
                format!("{} {}", endpoint.name(), outcome.word())
            }
            News::GaveUp { reason, .. } => reason.to_owned(),
            News::Cost { endpoint, calls, .. } => format!("{} costs {calls}", endpoint.name()),
            News::Doubt { endpoint, reason } => format!("{} {reason}", endpoint.name()),
            News::Done(it) => it.word().into(),
        };
        heard.lock().expect("one at a time").push(format!("{} {line}", it.instance));
    };
    collect(&[home.at(&server, "cloud")], &CollectionContext { progress: &hear, ..context() })
        .await;
    insta::assert_snapshot!(heard.into_inner().expect("no other holder").join("\n"), @"
    cloud started
    cloud users 1 100
    cloud users 2 120
    cloud groups 1 2
    cloud organization 1 1
    cloud sso-config 1 1
    cloud user-invites scope
    cloud access-tokens 1 1
    cloud access-requests 1 1
    cloud spaces 1 1
    cloud roles 1 1
    cloud role-grants 1 1
    cloud usage-user-summary 1 1
    cloud usage-organizations version
    cloud version 1 1
    cloud partial
    ");
}

#[tokio::test]
async fn the_snapshot_keeps_the_configured_address() {
    let home = Home::new();
    home.instance("cloud", 1);
    let server = home.serve().await;
    let far = "https://api.retool.example".to_owned();
    let instance = Instance { url: far.clone(), ..home.at(&server, "cloud") };
    let addresses = BTreeMap::from([("cloud".to_owned(), server.url_of("cloud"))]);
    let snapshot = collect(&[instance], &CollectionContext { addresses, ..context() }).await;
    assert_eq!((snapshot.state(), &snapshot.instances[0].url), (State::Complete, &far));
}

#[tokio::test]
async fn the_stand_in_moves_every_time_and_knows_its_token() {
    let home = Home::new();
    home.instance("cloud", 1);
    home.put("cloud/server.json", &json!({"token": TOKEN}));
    let server = StandIn::start(&home.path("answers"), TimeDelta::days(3)).await.expect("a port");
    let good = home.at(&server, "cloud");
    let token = SecretSource::Command(vec!["echo".into(), "another".into()]);
    let snapshot = run(&[good.clone(), Instance { name: "wrong".into(), token, ..good }]).await;
    let created = snapshot.instances[0].records.users[0].created_at.expect("a time");
    assert_eq!(created.to_rfc3339(), "2025-01-05T03:04:05.678+00:00");
    assert_eq!(snapshot.instances[1].ledger[0].outcome, ReadOutcome::Auth);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn all_are_kept_or_the_run_says_why(server in servers()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let people: BTreeSet<u16> = server.rows.iter().map(|it| it.0).collect();
        let (snapshot, server) = runtime.expect("a runtime").block_on(async {
            let script = server.clone();
            let stand_in = StandIn::scripted(move |it: &ScriptedRequest| script.page(it)).await;
            (run(&[Home::new().at(&stand_in.expect("a port"), "any")]).await, server)
        });
        let any = &snapshot.instances[0];
        let row = any.row(Endpoint::Users).expect("a row");
        prop_assert_eq!(
            row.rows_received,
            row.distinct_ids + row.rows_repeated + row.rows_conflicting
        );
        prop_assert_eq!(row.distinct_ids, row.rows_kept + row.rows_aside);
        prop_assert_eq!(any.records.users.len() as u64, row.rows_kept);
        let kept: BTreeSet<&str> = any.records.users.iter().map(|it| it.id.0.as_str()).collect();
        prop_assert_eq!(kept.len(), any.records.users.len());
        let versions: BTreeSet<_> = server.rows.iter().collect();
        if row.outcome == ReadOutcome::Ok {
            prop_assert_eq!(kept.len(), people.len());
            prop_assert_eq!(row.rows_conflicting > 0, versions.len() > people.len());
        }
        let whole = any.state() == State::Complete;
        prop_assert_eq!(row.reason.is_empty(), whole, "{}", row.reason);
        // A page that only repeats cannot be distinguished from a server that goes round in
        // circles.
        let mut seen = BTreeSet::new();
        let fresh = server.rows.chunks(server.size).all(|page| {
            page.iter().filter(|it| seen.insert(it.0)).count() > 0
        });
        prop_assert_eq!(row.outcome, if fresh { ReadOutcome::Ok } else { ReadOutcome::Protocol });
    }
}

/// A server with some people, some of them more than once, in any order and in pages of any size.
#[derive(Clone, Debug)]
struct Server {
    /// Who, and in which version.
    rows: Vec<(u16, u8)>,
    size: usize,
}

fn servers() -> impl Strategy<Value = Server> {
    let person = (0..400_u16, prop_oneof![30 => Just(0_u8), 1 => Just(1_u8)]);
    let rows = vec(person, 0..150).prop_flat_map(|rows| (Just(rows), vec(any::<Index>(), 0..4)));
    let again = rows.prop_map(|(mut rows, again)| {
        let n_rows = rows.len();
        let more: Vec<_> =
            again.iter().filter(|_| n_rows > 0).map(|it| rows[it.index(n_rows)]).collect();
        rows.extend(more);
        rows
    });
    (again.prop_shuffle(), 1..60_usize).prop_map(|(rows, size)| Server { rows, size })
}

impl Server {
    fn page(&self, asked: &ScriptedRequest) -> ScriptedAnswer {
        if !asked.path.ends_with("/users") {
            return match asked.path.as_str() {
                it if it.ends_with("/checkHealth") => {
                    ScriptedAnswer::json(200, r#"{"version":"3"}"#)
                }
                it if it.ends_with("/organization/") || it.ends_with("/config") => {
                    ScriptedAnswer::json(200, r#"{"data":{}}"#)
                }
                _ => list(&[]),
            };
        }
        let from = asked.parameter("next_token").map_or(0, |it| it.parse().expect("our token"));
        let to = self.rows.len().min(from + self.size);
        let person = |it: &(u16, u8)| json!({"id": format!("user_{}", it.0), "active": it.1 == 0});
        let data: Vec<_> = self.rows[from..to].iter().map(person).collect();
        let more = to < self.rows.len();
        let body = json!({"data": data, "total_count": data.len(),
            "next_token": more.then(|| to.to_string()), "has_more": more});
        ScriptedAnswer::json(200, body.to_string())
    }
}
