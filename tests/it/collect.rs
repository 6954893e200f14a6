//! Collecting from servers that answer well, badly and not at all.

mod home;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use retool_audit::collect::{Event, News, Surroundings, collect};
use retool_audit::config::{Instance, Mode, TokenSource};
use retool_audit::snapshot::ledger::{Endpoint, Outcome};
use retool_audit::snapshot::record::{Id, Stated};
use retool_audit::snapshot::{State, store};
use retool_audit::stand_in::{Answer, Asked, StandIn};
use serde_json::json;

use self::home::{Home, TOKEN, around, draw, files, list, row_of, run};

#[tokio::test]
async fn a_whole_run_says_so() {
    let home = Home::new();
    home.instance("cloud", 250).instance("eu", 3);
    home.put("eu/server.json", &json!({"paging": false, "version": "3.75.2"}));
    fs::remove_file(home.path("answers/eu/sso-config.json")).expect("it is there");
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "cloud"), home.at(&server, "eu")]).await;
    insta::assert_snapshot!(draw(&snapshot), @r"
    cloud complete
      users          ok              pages 3  received 250  distinct 250  stated 250  kept 250  status 200
      groups         ok              pages 1  received 2  distinct 2  stated 2  kept 2  status 200
      organization   ok              pages 1  received 1  distinct 1  stated -  kept 1  status 200
      sso-config     ok              pages 1  received 1  distinct 1  stated -  kept 1  status 200
      user-invites   ok              pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      access-tokens  ok              pages 1  received 1  distinct 1  stated 1  kept 1  status 200
    eu complete
      users          ok              pages 1  received 3  distinct 3  stated -  kept 3  status 200
      groups         ok              pages 1  received 2  distinct 2  stated -  kept 2  status 200
      organization   ok              pages 1  received 1  distinct 1  stated -  kept 1  status 200
      sso-config     not-configured  pages 0  received 0  distinct 0  stated -  kept 0  status 404
                     the API shows no single sign-on set-up; one made through environment variables is not shown
      user-invites   ok              pages 1  received 1  distinct 1  stated -  kept 1  status 200
      access-tokens  ok              pages 1  received 1  distinct 1  stated -  kept 1  status 200
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
async fn an_instance_that_is_down_takes_no_other_with_it() {
    let home = Home::new();
    home.instance("up", 1);
    let server = home.serve().await;
    let up = home.at(&server, "up");
    // Nobody listens on the lowest port.
    let down = Instance { name: "down".into(), url: "http://127.0.0.1:1".into(), ..up.clone() };
    let snapshot = run(&[down, up]).await;
    insta::assert_snapshot!(draw(&snapshot), @r"
    down failed
      users          network         pages 0  received 0  distinct 0  stated -  kept 0  status -
                     no connection to the instance in 5 tries (Connection refused (os error 111)); check `url` and that it is up
      groups         network         pages 0  received 0  distinct 0  stated -  kept 0  status -
                     not asked, because `users` could not be read either
      organization   network         pages 0  received 0  distinct 0  stated -  kept 0  status -
                     not asked, because `users` could not be read either
      sso-config     network         pages 0  received 0  distinct 0  stated -  kept 0  status -
                     not asked, because `users` could not be read either
      user-invites   network         pages 0  received 0  distinct 0  stated -  kept 0  status -
                     not asked, because `users` could not be read either
      access-tokens  network         pages 0  received 0  distinct 0  stated -  kept 0  status -
                     not asked, because `users` could not be read either
    up complete
      users          ok              pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      groups         ok              pages 1  received 2  distinct 2  stated 2  kept 2  status 200
      organization   ok              pages 1  received 1  distinct 1  stated -  kept 1  status 200
      sso-config     ok              pages 1  received 1  distinct 1  stated -  kept 1  status 200
      user-invites   ok              pages 1  received 1  distinct 1  stated 1  kept 1  status 200
      access-tokens  ok              pages 1  received 1  distinct 1  stated 1  kept 1  status 200
    ");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let of = async |status: u16, body: &'static str| {
        let script = move |asked: &Asked| match asked.path.as_str() {
            "/any/api/v2/groups" => Answer::json(status, body),
            _ => list(&[json!({"id": "user_1"})]),
        };
        row_of(Endpoint::Groups, script).await
    };
    let picture = [
        of(401, r#"{"success":false,"message":"Unauthorized"}"#).await,
        of(403, r#"{"success":false,"message":"Token does not have the required scope"}"#).await,
        of(403, r#"{"success":false,"message":"Not available on your current plan."}"#).await,
        of(403, "<html>Forbidden</html>").await,
        of(404, r#"{"success":false,"message":"Not found"}"#).await,
        of(429, "").await,
        of(500, r#"{"success":false,"message":"Oh\nno"}"#).await,
        of(500, r#"{"success":false,"message":"who is retool_canary_token?"}"#).await,
        of(502, "<html>").await,
    ];
    insta::assert_snapshot!(picture.join("\n"), @r"
    401 auth retries 0 the token is not accepted (401): it was revoked or belongs to another instance; make a new one under Settings > API
    403 scope retries 0 the token has no scope `Groups > Read`; add it under Settings > API
    403 plan retries 0 the plan does not offer `/groups`, saying `Not available on your current plan.`; the API needs Retool's Enterprise plan
    403 scope retries 0 the token is refused (403); most likely it has no scope `Groups > Read`; add it under Settings > API
    404 version retries 0 the instance does not know `/groups` (404): its version is older, or `url` leaves out a part of its path
    429 network retries 4 the instance still limits requests (429) after several tries; lower `requests-per-minute`
    500 protocol retries 0 the instance answered with status 500, saying `Oh no`; look into its server log
    500 protocol retries 0 the instance answered with status 500, saying `who is ***?`; look into its server log
    502 network retries 4 in several tries the gateway before the instance got no answer from it (502); run again when it is up
    ");
}

#[tokio::test]
async fn answers_that_cannot_be_right_are_refused() {
    let of = async |content_type: &'static str, body: &'static str| {
        let headers = vec![("content-type", content_type.to_owned())];
        let answer = Answer { headers, ..Answer::json(200, body) };
        row_of(Endpoint::Users, move |_| answer.clone()).await
    };
    let json = "application/json";
    let picture = [
        of("text/html", "<!doctype html><title>Sign in</title>").await,
        of(json, r#"{"success":false,"message":"API access is not available"}"#).await,
        of(json, r#"{"success":true}"#).await,
        of(json, r#"{"success":true,"data":[{"id":"a"},{"email":"x@acme.example"}]}"#).await,
        of(json, r#"{"success":true,"data":[{"id":"a","active":"sshh"}]}"#).await,
        of(json, r#"{"success":true,"data":[{"id":"a","created_at":"sshh"}]}"#).await,
        of(json, r#"{"success":true,"data":[{"id":"a"}"#).await,
        of(json, "").await,
        of(json, r#"{"data":[{"id":"a"}],"has_more":true,"next_token":"t"}"#).await,
        of(json, r#"{"data":[{"id":"a"}],"has_more":true,"next_token":""}"#).await,
        of(json, r#"{"data":[{"id":"a"}],"has_more":true}"#).await,
        of(json, r#"{"data":[{"id":"a"}],"has_more":false,"total_count":2}"#).await,
    ];
    insta::assert_snapshot!(picture.join("\n"), @r"
    200 protocol retries 0 a web page came instead of JSON: `url` leads to a sign-in page or a proxy, or the plan has no API
    200 protocol retries 0 the instance answered `success: false` with status 200, saying `API access is not available`
    200 protocol retries 0 the answer has no `data`
    200 protocol retries 0 the answer has another shape than documented: missing field `id` at line 1 column 61
    200 protocol retries 0 the answer has another shape than documented: expected a boolean at line 1 column 49
    200 protocol retries 0 the answer has another shape than documented: unexpected value at line 1 column 53
    200 protocol retries 0 the answer has another shape than documented: EOF while parsing a list at line 1 column 34
    200 protocol retries 0 the answer has another shape than documented: EOF while parsing a value at line 1 column 0
    200 protocol retries 0 a page holds no record that was not there before
    200 protocol retries 0 the server has more records but gives no `next_token` for them
    200 protocol retries 0 the server has more records but gives no `next_token` for them
    200 protocol retries 0 the server states 2 records but sent 1
    ");
}

#[tokio::test]
async fn a_repeated_token_ends_the_walk() {
    let pages = Arc::new(Mutex::new(0));
    let count = pages.clone();
    let line = row_of(Endpoint::AccessTokens, move |asked| {
        if !asked.path.ends_with("/access_tokens") {
            return list(&[]);
        }
        let mut page = count.lock().expect("one at a time");
        *page += 1;
        let body = json!({"data": [{"id": *page}], "has_more": true, "next_token": "same"});
        Answer::json(200, body.to_string())
    });
    insta::assert_snapshot!(line.await, @"200 protocol retries 0 the server gave the same `next_token` twice");
    assert_eq!(*pages.lock().expect("one at a time"), 2);
}

#[tokio::test]
async fn a_redirect_elsewhere_never_sees_the_token() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    let elsewhere = StandIn::scripted(move |it| {
        heard.lock().expect("one at a time").push(it.clone());
        list(&[])
    });
    let elsewhere = elsewhere.await.expect("a port");
    let to = elsewhere.url_of("api/v2/users");
    let line = row_of(Endpoint::Users, move |_| Answer {
        headers: vec![("location", to.clone())],
        ..Answer::json(302, "")
    });
    let line =
        line.await.replace(&elsewhere.url_of("").trim_end_matches('/').to_owned(), "ELSEWHERE");
    insta::assert_snapshot!(line, @"302 protocol retries 0 a redirect leads to `ELSEWHERE`, where no token is sent; set `url` to the right address");
    assert_eq!(*asked.lock().expect("one at a time"), []);
}

#[tokio::test]
async fn a_redirect_at_home_is_followed() {
    let line = row_of(Endpoint::Users, |asked| match asked.path.as_str() {
        "/moved/users" => list(&[json!({"id": "user_1"})]),
        _ => Answer { headers: vec![("location", "/moved/users".into())], ..Answer::json(307, "") },
    });
    insta::assert_snapshot!(line.await, @"200 ok retries 0");
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let tries = Mutex::new(0);
    let line = row_of(Endpoint::Users, move |_| {
        let mut tries = tries.lock().expect("one at a time");
        *tries += 1;
        match *tries {
            1 => Answer {
                headers: vec![("retry-after", "0".into())],
                ..Answer::json(429, r#"{"success":false}"#)
            },
            2 => Answer::json(503, ""),
            _ => list(&[json!({"id": "user_1"})]),
        }
    });
    insta::assert_snapshot!(line.await, @"200 ok retries 2");
}

#[tokio::test]
async fn a_broken_answer_is_asked_for_again_and_never_taken_for_a_short_list() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        for it in listener.incoming() {
            let mut stream = it.expect("a client");
            let _request = stream.read(&mut [0; 4096]).expect("a request");
            let text = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"data\":[]}";
            stream.write_all(text.as_bytes()).expect("a client");
        }
    });
    let home = Home::new();
    let server = StandIn::scripted(|_| list(&[])).await.expect("a port");
    let snapshot = run(&[Instance { url, ..home.at(&server, "any") }]).await;
    let row = snapshot.instances[0].row(Endpoint::Users).expect("a row");
    assert_eq!((row.outcome, row.retries, row.pages), (Outcome::Network, 4, 0));
    assert!(row.reason.starts_with("the answer broke off in 5 tries"), "{}", row.reason);
}

#[tokio::test]
async fn what_a_server_leaves_out_stays_unknown() {
    let home = Home::new();
    home.instance("old", 0);
    let users = json!([
        {"id": 7, "legacy_id": "user_7", "email": "a@acme.example", "last_active": null, "extra": {"deep": 1}},
        {"id": "user_8", "legacy_id": 8, "active": false, "seat_type": "somethingNew"},
    ]);
    home.put("old/users.json", &users);
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "old")]).await;
    let [first, second] = &snapshot.instances[0].records.users[..] else { panic!("two users") };
    assert_eq!((&first.id, &first.legacy_id), (&Id("7".into()), &Some(Id("user_7".into()))));
    assert_eq!((first.active, first.is_admin), (None, None));
    assert_eq!((&first.last_active, &first.seat_type), (&Stated::Null, &Stated::Unstated));
    assert_eq!(second.legacy_id, Some(Id("8".into())));
    assert_eq!(second.last_active, Stated::Unstated);
    assert_eq!(second.seat_type, Stated::Is("somethingNew".into()));
}

#[tokio::test]
async fn no_token_fails_its_instance_alone() {
    let home = Home::new();
    home.instance("good", 1);
    let server = home.serve().await;
    let sources = [
        TokenSource::Env("RETOOL_AUDIT_NO_SUCH_VARIABLE".into()),
        TokenSource::File(home.path("good/users.json/none")),
        TokenSource::Command(vec!["false".into()]),
        TokenSource::Command(vec!["echo".into()]),
        TokenSource::Command(vec!["echo".into(), TOKEN.into(), "\u{7f}".into()]),
        TokenSource::Command(vec!["printf".into(), format!("{TOKEN}\\nsecond line")]),
    ];
    let of = |(i, token): (usize, TokenSource)| {
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
    insta::assert_snapshot!(picture.replace(&home.path("").display().to_string(), "HOME/"), @r"
    failed auth no token for `i0`: the environment variable `RETOOL_AUDIT_NO_SUCH_VARIABLE` is not set; it should hold the instance's API token
    failed auth no token for `i1`: cannot read the token file `HOME/good/users.json/none`: No such file or directory (os error 2)
    failed auth no token for `i2`: the token command `false` ended with exit status: 1
    failed auth no token for `i3`: the token is empty: the output of `echo` holds none
    failed auth no token for `i4`: the token holds characters that a header cannot carry
    complete ok
    ");
}

#[tokio::test]
async fn secrets_are_nowhere_in_the_snapshot() {
    let home = Home::new();
    home.instance("cloud", 3);
    let server = home.serve().await;
    let snapshot = run(&[home.at(&server, "cloud")]).await;
    let dir = home.path("snapshot");
    store::write(&snapshot, &dir).expect("room");
    let mut texts = vec![format!("{snapshot:?}")];
    for path in files(&dir) {
        let bytes = fs::read(&path).expect("readable");
        let plain = zstd::decode_all(&bytes[..]).unwrap_or(bytes);
        texts.push(String::from_utf8(plain).expect("text"));
    }
    assert_eq!(texts.len(), 8);
    for it in texts {
        assert!(!it.contains("canary"), "{it}");
    }
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
    cloud/groups.jsonl.zst
    cloud/organization.jsonl.zst
    cloud/sso-config.jsonl.zst
    cloud/user-invites.jsonl.zst
    cloud/users.jsonl.zst
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
    insta::assert_snapshot!(picture.join("\n"), @r"
    `damaged/cloud/users.jsonl.zst` was changed
    cannot read `damaged/cloud/groups.jsonl.zst`
    `damaged/snapshot.json` has format 2, this program reads format 1
    `damaged/snapshot.json` does not fit its own ledger
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
    insta::assert_snapshot!(name, @"the instance name `../cloud` cannot be a folder's name");
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
            News::Done(it) => it.word().into(),
        };
        heard.lock().expect("one at a time").push(format!("{} {line}", it.instance));
    };
    collect(&[home.at(&server, "cloud")], &Surroundings { progress: &hear, ..around() }).await;
    insta::assert_snapshot!(heard.into_inner().expect("nobody else").join("\n"), @r"
    cloud started
    cloud users 1 100
    cloud users 2 120
    cloud groups 1 2
    cloud organization 1 1
    cloud sso-config 1 1
    cloud user-invites scope
    cloud access-tokens 1 1
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
    let snapshot = collect(&[instance], &Surroundings { addresses, ..around() }).await;
    assert_eq!((snapshot.state(), &snapshot.instances[0].url), (State::Complete, &far));
}

#[tokio::test]
async fn the_stand_in_moves_every_time_and_knows_its_token() {
    let home = Home::new();
    home.instance("cloud", 1);
    home.put("cloud/server.json", &json!({"token": TOKEN}));
    let server = StandIn::start(&home.path("answers"), TimeDelta::days(3)).await.expect("a port");
    let good = home.at(&server, "cloud");
    let token = TokenSource::Command(vec!["echo".into(), "another".into()]);
    let snapshot = run(&[good.clone(), Instance { name: "wrong".into(), token, ..good }]).await;
    let created = snapshot.instances[0].records.users[0].created_at.expect("a time");
    assert_eq!(created.to_rfc3339(), "2025-01-05T03:04:05.678+00:00");
    assert_eq!(snapshot.instances[1].ledger[0].outcome, Outcome::Auth);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn all_are_kept_or_the_run_says_why(people in 0..120_usize, size in 1..40_usize, overlap in 0..3_usize) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let snapshot = runtime.block_on(async {
            let script = move |it: &Asked| page(people, size, overlap, it);
            let server = StandIn::scripted(script).await.expect("a port");
            run(&[Home::new().at(&server, "any")]).await
        });
        let row = snapshot.instances[0].row(Endpoint::Users).expect("a row");
        // A page that only repeats cannot be told from a server that goes round in circles.
        if overlap >= size && people > size {
            prop_assert_eq!(row.outcome, Outcome::Protocol);
        } else {
            prop_assert_eq!((row.outcome, row.distinct_ids), (Outcome::Ok, people as u64));
            prop_assert!(row.rows_received >= row.rows_kept);
            prop_assert_eq!(snapshot.instances[0].records.users.len(), people);
        }
    }
}

/// Pages of `size`, each beginning with the last `overlap` records of the one before.
fn page(people: usize, size: usize, overlap: usize, asked: &Asked) -> Answer {
    if !asked.path.ends_with("/users") {
        return list(&[]);
    }
    let from = asked.parameter("next_token").map_or(0, |it| it.parse().expect("our token"));
    let to = people.min(from + size);
    let data: Vec<_> = (from..to).map(|it| json!({"id": format!("user_{it}")})).collect();
    let token = (to < people).then(|| to.saturating_sub(overlap).to_string());
    let body = json!({"success": true, "data": data, "total_count": data.len(), "next_token": token, "has_more": to < people});
    Answer::json(200, body.to_string())
}
