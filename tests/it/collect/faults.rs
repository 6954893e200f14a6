//! Every fault of a server, a proxy, a token or a plan: what becomes of the instance, what the
//! ledger says, and that the instance beside it came through.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use retool_audit::collect::{CollectionContext, CollectionLimits, collect};
use retool_audit::config::{Instance, SecretSource};
use retool_audit::retool::RequestLimits;
use retool_audit::retool::pace::Patience;
use retool_audit::run::Exit;
use retool_audit::snapshot::ledger::Endpoint;
use retool_audit::snapshot::{Snapshot, State};
use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::json;

use super::harness::{Home, bounds, context, list, person, run};
use super::rogue::{Deed, Rogue};

#[tokio::test]
async fn refusals() {
    let scope = r#"{"success":false,"message":"Token does not have the required scope"}"#;
    let plan = r#"{"success":false,"message":"Not available on your current plan."}"#;
    let of = async |endpoint, status, body| {
        answered(endpoint, move |_| ScriptedAnswer::json(status, body)).await
    };
    let mut picture = Vec::new();
    for it in [Endpoint::Users, Endpoint::UserInvites, Endpoint::Spaces, Endpoint::Version] {
        picture.push(of(it, 401, r#"{"success":false,"message":"Unauthorized"}"#).await);
        picture.push(of(it, 403, scope).await);
        picture.push(of(it, 403, plan).await);
        picture.push(of(it, 403, "<html>Forbidden</html>").await);
        picture.push(of(it, 404, r#"{"success":false,"message":"Not found"}"#).await);
        picture.push(of(it, 500, r#"{"success":false,"message":"Oh\nno"}"#).await);
        picture.push(of(it, 200, plan).await);
    }
    picture.push(of(Endpoint::UsageUserSummary, 401, "").await);
    picture.push(of(Endpoint::SsoConfig, 404, "").await);
    insta::assert_snapshot!(picture.join("\n"), @"
    failed   exit 3 users auth 401 | the token is not accepted (401): it belongs to another instance, was not copied whole, or was revoked; compare its last four characters with the list under Settings > API (newer Retool: Settings > Retool API), and make a new one if it is not there
    failed   exit 3 users scope 403 | the token has no scope `Users > Read`; add it under Settings > API (newer Retool: Settings > Retool API)
    failed   exit 3 users plan 403 | the plan does not offer `/api/v2/users`, saying `Not available on your current plan.`; the API needs Retool's Enterprise plan
    failed   exit 3 users scope 403 | the token is refused (403); most likely it has no scope `Users > Read`; add it under Settings > API (newer Retool: Settings > Retool API)
    failed   exit 3 users address 404 | nothing of Retool answers to `/api/v2/users` (404): `url` leads elsewhere or leaves out a part of its path, or Retool is older than its API
    failed   exit 3 users protocol 500 retries 4 | the instance answered with status 500 in 5 tries, saying `Oh no`; look into its server log
    failed   exit 3 users plan 200 | the plan does not offer `/api/v2/users`, saying `Not available on your current plan.`; the API needs Retool's Enterprise plan
    partial  exit 3 user-invites auth 401 | the token is not accepted (401): it belongs to another instance, was not copied whole, or was revoked; compare its last four characters with the list under Settings > API (newer Retool: Settings > Retool API), and make a new one if it is not there
    partial  exit 3 user-invites scope 403 | the token has no scope `Users > Read`; add it under Settings > API (newer Retool: Settings > Retool API)
    complete exit 0 user-invites plan 403 | the plan does not offer `/api/v2/user_invites`, saying `Not available on your current plan.`; the API needs Retool's Enterprise plan
    partial  exit 3 user-invites scope 403 | the token is refused (403); most likely it has no scope `Users > Read`; add it under Settings > API (newer Retool: Settings > Retool API)
    complete exit 0 user-invites version 404 | the instance does not know `/api/v2/user_invites` (404): its release has no such endpoint
    partial  exit 3 user-invites protocol 500 retries 4 | the instance answered with status 500 in 5 tries, saying `Oh no`; look into its server log
    complete exit 0 user-invites plan 200 | the plan does not offer `/api/v2/user_invites`, saying `Not available on your current plan.`; the API needs Retool's Enterprise plan
    partial  exit 3 spaces auth 401 | the token is not accepted (401): it belongs to another instance, was not copied whole, or was revoked; compare its last four characters with the list under Settings > API (newer Retool: Settings > Retool API), and make a new one if it is not there
    complete exit 0 spaces scope 403 | the token has no scope `Spaces > Read`; add it under Settings > API (newer Retool: Settings > Retool API)
    complete exit 0 spaces plan 403 | the plan does not offer `/api/v2/spaces`, saying `Not available on your current plan.`; the API needs Retool's Enterprise plan
    complete exit 0 spaces scope 403 | the token is refused (403); most likely it has no scope `Spaces > Read`; add it under Settings > API (newer Retool: Settings > Retool API)
    complete exit 0 spaces version 404 | the instance does not know `/api/v2/spaces` (404): its release has no such endpoint
    partial  exit 3 spaces protocol 500 retries 4 | the instance answered with status 500 in 5 tries, saying `Oh no`; look into its server log
    complete exit 0 spaces plan 200 | the plan does not offer `/api/v2/spaces`, saying `Not available on your current plan.`; the API needs Retool's Enterprise plan
    complete exit 0 version scope 401 | the instance does not state its version (401)
    complete exit 0 version scope 403 | the instance does not state its version (403)
    complete exit 0 version scope 403 | the instance does not state its version (403)
    complete exit 0 version scope 403 | the instance does not state its version (403)
    complete exit 0 version version 404 | the instance does not know `/api/checkHealth` (404): its release has no such endpoint
    complete exit 0 version protocol 500 retries 4 | the instance answered with status 500 in 5 tries, saying `Oh no`; look into its server log
    complete exit 0 version protocol 200 | the answer has another shape than documented: missing field `version` at line 1 column 65
    complete exit 0 usage-user-summary scope 401 | this token may not read usage (401); add the scope, and on a server of your own set `USAGE_API_TOKEN`
    complete exit 0 sso-config not-configured 404 | the API shows no single sign-on set-up; one made through environment variables is not shown
    ");
}

#[tokio::test]
async fn what_was_not_asked_is_not_refused_and_proves_nothing() {
    // Nothing of Retool answers: neither single sign-on nor a version can be concluded from it.
    let nowhere = StandIn::scripted(|_| ScriptedAnswer::json(404, "{}")).await.expect("a port");
    let home = Home::new();
    let wrong = home.at(&nowhere, "wrong");
    let unset = SecretSource::Env("RETOOL_AUDIT_NOBODY_SETS_THIS".to_owned());
    let unset = Instance { token: unset, ..home.at(&nowhere, "unset") };
    let snapshot = run(&[wrong, unset]).await;
    let mut picture = Vec::new();
    for instance in &snapshot.instances {
        for row in instance.ledger.iter().filter(|it| it.endpoint != Endpoint::Permissions) {
            let asked = if row.is_asked() { "asked" } else { "not asked" };
            let (name, outcome) = (row.endpoint.name(), row.outcome.word());
            picture.push(format!("{} {name} {outcome} {asked}: {}", instance.name, row.reason));
        }
    }
    insta::assert_snapshot!("not_asked", picture.join("\n"));
}

#[tokio::test]
async fn the_business_plan_is_recognised_by_what_it_refuses() {
    let forbidden = |scope: &str| {
        let message =
            format!("Forbidden: API token is missing one of \"{scope}\" or one of \"mcp:admin\"");
        ScriptedAnswer::json(403, json!({"success": false, "message": message}).to_string())
    };
    let server =
        StandIn::scripted(move |it| match it.path.rsplit('/').next().unwrap_or_default() {
            "user_invites" => list(&[]),
            "checkHealth" => ScriptedAnswer::json(200, r#"{"version":"4.86.0"}"#),
            "users" => forbidden("users:read"),
            "groups" => forbidden("groups:read"),
            "config" => forbidden("spaces:read"),
            _ => forbidden("organizations:read"),
        });
    let server = server.await.expect("a port");
    let home = Home::new();
    let snapshot = run(&[home.at(&server, "business")]).await;
    let rows = snapshot.instances[0].ledger.iter().take(4);
    let rows: Vec<String> = rows.map(|it| format!("{} {}", it.outcome.word(), it.reason)).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    scope the token has no scope `users:read` (`Users > Read`); add it under Settings > API (newer Retool: Settings > Retool API); invitations can be read and users, groups, settings and single sign-on cannot, which is how the Business plan answers: the API gives these in the Enterprise plan, and `retool-audit import` reads them from files
    scope the token has no scope `groups:read` (`Groups > Read`); add it under Settings > API (newer Retool: Settings > Retool API); invitations can be read and users, groups, settings and single sign-on cannot, which is how the Business plan answers: the API gives these in the Enterprise plan, and `retool-audit import` reads them from files
    scope the token has no scope `organizations:read` (`Organizations > Read`); add it under Settings > API (newer Retool: Settings > Retool API)
    scope the token has no scope `spaces:read` (`Spaces > Read`); add it under Settings > API (newer Retool: Settings > Retool API)
    ");
}

#[tokio::test]
async fn answers_that_are_none() {
    let of = async |content_type: &'static str, body: &'static str| {
        let headers = vec![("content-type", content_type.to_owned())];
        let answer = ScriptedAnswer { headers, ..ScriptedAnswer::json(200, body) };
        answered(Endpoint::Users, move |_| answer.clone()).await
    };
    let json = "application/json";
    let picture = [
        of("text/html", "<!doctype html><title>Sign in</title>").await,
        of(json, r#"{"success":true,"data":[{"id":"a"}"#).await,
        of(json, r#"{"success":true,"data":[{"id":"a"}]} and more"#).await,
        of(json, r#"{"success":true,"data":{"id":"a"}}"#).await,
        of(json, r#"{"success":true}"#).await,
        of(json, "").await,
    ];
    insta::assert_snapshot!(picture.join("\n"), @"
    failed   exit 3 users protocol 200 | a web page came instead of JSON: `url` leads to a sign-in page or a proxy, or the plan has no API
    failed   exit 3 users protocol 200 | the answer has another shape than documented: EOF while parsing a list at line 1 column 34
    failed   exit 3 users protocol 200 | the answer has another shape than documented: trailing characters at line 1 column 38
    failed   exit 3 users protocol 200 | the answer has another shape than documented: expected a sequence at line 1 column 23
    failed   exit 3 users protocol 200 | the answer has no `data`
    failed   exit 3 users protocol 200 | the answer has another shape than documented: EOF while parsing a value at line 1 column 0
    ");
}

#[tokio::test]
async fn lists_that_do_not_end_as_they_should() {
    let of = async |body: &'static str| {
        answered(Endpoint::Users, move |_| ScriptedAnswer::json(200, body)).await
    };
    let picture = [
        of(r#"{"data":[{"id":"a"}],"has_more":true,"next_token":"t"}"#).await,
        of(r#"{"data":[{"id":"a"}],"has_more":true,"next_token":""}"#).await,
        of(r#"{"data":[{"id":"a"}],"has_more":true}"#).await,
        of(r#"{"data":[],"has_more":true,"next_token":"t"}"#).await,
        of(r#"{"data":[{"id":"a"}],"has_more":false,"total_count":2}"#).await,
        of(r#"{"data":[{"id":"a"},{"id":"b"},{"id":"a"}]}"#).await,
        of(r#"{"data":[{"id":"a"},{"id":"b"},{"id":"a","active":true},{"id":""}]}"#).await,
        of(r#"{"data":[{"id":"a"},{"id":"b"},{"id":"a","active":true}]}"#).await,
        of(r#"{"data":[{"email":"unknown@acme.example"}]}"#).await,
    ];
    insta::assert_snapshot!(picture.join("\n"), @"
    failed   exit 3 users protocol 200 aside 1 repeated 1 | a page holds no record that was not there before
    failed   exit 3 users protocol 200 aside 1 | the server has more records but gives no `next_token` for them
    failed   exit 3 users protocol 200 aside 1 | the server has more records but gives no `next_token` for them
    failed   exit 3 users protocol 200 | a page holds no record that was not there before
    partial  exit 3 users short 200 kept 1 missing 1 | the server states 2 records but sent 1
    complete exit 0 users ok 200 kept 2 repeated 1
    partial  exit 3 users conflicting 200 kept 3 conflicting 1 | records came in versions that differ, and the first is kept: a; records without an id that can be read: 1
    partial  exit 3 users conflicting 200 kept 2 conflicting 1 | records came in versions that differ, and the first is kept: a
    partial  exit 3 users without-id 200 kept 1 | records without an id that can be read: 1; cells that cannot be read count as unknown, of the fields id
    ");
}

#[tokio::test]
async fn the_same_token_twice() {
    let pages = Arc::new(Mutex::new(0));
    let count = pages.clone();
    let script = move |_: &ScriptedRequest| {
        let mut page = count.lock().expect("one at a time");
        *page += 1;
        let body = json!({"data": [{"id": *page}], "has_more": true, "next_token": "same"});
        ScriptedAnswer::json(200, body.to_string())
    };
    insta::assert_snapshot!(answered(Endpoint::Users, script).await, @"failed   exit 3 users protocol 200 aside 2 | the server gave the same `next_token` twice");
    assert_eq!(*pages.lock().expect("one at a time"), 2);
}

#[tokio::test]
async fn a_busy_server() {
    let of = async |busy: u32, status: u16, after: Option<&'static str>| {
        let tries = Mutex::new(0);
        answered(Endpoint::Users, move |_| {
            let mut tries = tries.lock().expect("one at a time");
            *tries += 1;
            if *tries > busy {
                return list(&[json!({"id": "user_1"})]);
            }
            let headers = after.map(|it| ("retry-after", it.to_owned())).into_iter().collect();
            ScriptedAnswer { headers, ..ScriptedAnswer::json(status, "") }
        })
        .await
    };
    let picture = [
        of(2, 429, None).await,
        of(2, 429, Some("0")).await,
        of(2, 429, Some("Sat, 21 Nov 2026 15:00:00 GMT")).await,
        of(1, 429, Some("3600")).await,
        of(3, 502, None).await,
        of(9, 429, None).await,
        of(9, 503, None).await,
    ];
    insta::assert_snapshot!(picture.join("\n"), @"
    complete exit 0 users ok 200 retries 2 kept 1
    complete exit 0 users ok 200 retries 2 kept 1
    complete exit 0 users ok 200 retries 2 kept 1
    failed   exit 3 users network 429 | the instance limits requests (429), and wants a pause of `3600`; lower `requests-per-minute`
    complete exit 0 users ok 200 retries 3 kept 1
    failed   exit 3 users network 429 retries 4 | the instance limits requests (429) in 5 tries; lower `requests-per-minute`
    failed   exit 3 users network 503 retries 4 | the gateway before the instance got no answer from it in 5 tries (503); run again when it is up
    ");
}

#[tokio::test]
async fn connections_that_break() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let of = async |deed| {
        let rogue = Rogue::start(deed).await;
        let tight = RequestLimits {
            answer: Duration::from_millis(400),
            page_bytes: 1 << 16,
            ..RequestLimits::default()
        };
        let patience = Patience { tries: 2, ..bounds().patience };
        beside(&rogue.url(), CollectionLimits { limits: tight, patience, ..bounds() }).await
    };
    // The texts are leaked because a deed is handed to every connection.
    let text = |it: String| -> &'static str { it.leak() };
    let chunked = text(format!("{head}transfer-encoding: chunked\r\n\r\n"));
    let picture = [
        of(Deed::Say(text(format!("{head}content-length: 99\r\n\r\n{{\"data\":[]}}")))).await,
        of(Deed::Reset(text(format!("{head}content-length: 99\r\n\r\n{{\"data\":[]}}")))).await,
        of(Deed::Reset("")).await,
        of(Deed::Say("220 mail.acme.example ESMTP\r\n")).await,
        of(Deed::Hang("")).await,
        of(Deed::Hang(text(format!("{head}content-length: 99\r\n\r\n{{\"data\":[")))).await,
        of(Deed::Forever(chunked, text(format!("1000\r\n{:4096}\r\n", "")))).await,
        of(Deed::Forever(text(format!("{head}\r\n{{\"data\":[")), "{\"id\":\"a\"},")).await,
    ];
    insta::assert_snapshot!(picture.join("\n"), @r#"
    failed   exit 3 users network - retries 1 | the answer broke off in 2 tries (end of file before message length reached); run again
    failed   exit 3 users network - retries 1 | the answer broke off in 2 tries (Connection reset by peer (os error 104)); run again
    failed   exit 3 users network - retries 1 | the answer broke off in 2 tries (Connection reset by peer (os error 104)); run again
    failed   exit 3 users network - retries 1 | the answer broke off in 2 tries (invalid HTTP version parsed); run again
    failed   exit 3 users network - retries 1 | no answer in time in 2 tries; run again when the instance is less busy
    failed   exit 3 users network - retries 1 | no answer in time in 2 tries; run again when the instance is less busy
    failed   exit 3 users protocol - | an answer is larger than 65536 bytes; ask page by page with `mode = "paged"`, or raise `page-limit-mib`
    failed   exit 3 users protocol - | an answer is larger than 65536 bytes; ask page by page with `mode = "paged"`, or raise `page-limit-mib`
    "#);
}

#[tokio::test]
async fn nobody_there() {
    // No server listens on the lowest port.
    insta::assert_snapshot!(beside("http://127.0.0.1:1", bounds()).await, @"failed   exit 3 users network - retries 4 | no connection to the instance in 5 tries (Connection refused (os error 111)); check `url` and that it is up");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for() {
    let body = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
    let rogue = Rogue::start_tls(Deed::Say(body)).await;
    let home = Home::new();
    let file = |name: &str, text: &str| {
        std::fs::write(home.path(name), text).expect("room");
        Some(home.path(name))
    };
    let certificate = rogue.certificate.clone().expect("TLS");
    let other = Rogue::start_tls(Deed::Say(body)).await.certificate.clone().expect("TLS");
    let pictures = [
        None,
        file("other.pem", &other),
        file("own.pem", &certificate),
        file("empty.pem", "no certificate"),
        Some(home.path("missing.pem")),
    ];
    let mut lines = Vec::new();
    for ca_file in pictures {
        let change = |it: Instance| Instance { ca_file: ca_file.clone(), ..it };
        let line = together(&rogue.url(), bounds(), change).await;
        lines.push(line.replace(&home.path("").display().to_string(), "HOME/"));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    failed   exit 3 users network - | its certificate is not from an authority that is known here; name the authority in `ca-file`
    failed   exit 3 users network - | its certificate is not signed by the authority of that name that is known here; ask whoever runs the instance for the authority's certificate of today, or have a certificate issued by the one that is known here
    partial  exit 3 users ok 200
    failed   exit 3 users not-asked - | the file of `ca-file` holds no certificate in PEM form
    failed   exit 3 users not-asked - | cannot read the `ca-file` `HOME/missing.pem`: No such file or directory (os error 2)
    ");
}

#[tokio::test]
async fn a_certificate_says_what_is_wrong_with_it() {
    let body = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
    let here: &[&str] = &["localhost", "127.0.0.1"];
    let pictures = [
        (here, (2020, 2021)),
        (here, (2090, 2091)),
        (&["retool.acme.example", super::harness::TOKEN], (2020, 2090)),
    ];
    let mut lines = Vec::new();
    for (names, years) in pictures {
        let rogue = Rogue::start_tls_as(Deed::Say(body), names, years).await;
        let home = Home::new();
        let certificate = rogue.certificate.clone().expect("TLS");
        std::fs::write(home.path("own.pem"), certificate).expect("room");
        let ca_file = Some(home.path("own.pem"));
        let change = |it: Instance| Instance { ca_file: ca_file.clone(), ..it };
        lines.push(together(&rogue.url(), bounds(), change).await);
    }
    assert!(!lines.concat().contains("ca-file"), "{lines:#?}");
    insta::assert_snapshot!(lines.join("\n"), @"
    failed   exit 3 users network - | its certificate expired on 2021-01-01; have it renewed, or correct this machine's clock if that is wrong
    failed   exit 3 users network - | its certificate becomes valid on 2090-01-01; correct this machine's clock, or have the right certificate put in place
    failed   exit 3 users network - | its certificate is issued for `retool.acme.example` and `***`, not for `127.0.0.1`; set `url` to a name that it is issued for, or have one issued for this name
    ");
}

#[tokio::test]
async fn an_instance_without_a_population_is_asked_the_rest_once() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    let server = StandIn::scripted(move |it| {
        heard.lock().expect("one at a time").push(it.path.clone());
        ScriptedAnswer::json(500, "")
    });
    let server = server.await.expect("a port");
    let snapshot = run(&[Home::new().at(&server, "bad")]).await;
    let asked = asked.lock().expect("one at a time");
    for row in &snapshot.instances[0].ledger {
        let path = format!("/bad{}", row.endpoint.path());
        let times = asked.iter().filter(|it| **it == path).count();
        let expected = match row.endpoint {
            it if it.required() => 5,
            Endpoint::Permissions => 0,
            _ => 1,
        };
        assert_eq!(times, expected, "{path}");
    }
}

#[tokio::test]
async fn instances_that_are_down_do_not_wait_for_each_other() {
    let patience = Patience { pause: Duration::from_millis(100), ..bounds().patience };
    let bounds = CollectionLimits { patience, concurrency: 2, ..bounds() };
    let home = Home::new();
    home.instance("good", 3);
    let server = home.serve().await;
    let good = home.at(&server, "good");
    let took = async |many: usize| {
        let bad = |it| Instance {
            name: format!("bad{it}"),
            url: "http://127.0.0.1:1".to_owned(),
            ..good.clone()
        };
        let mut instances: Vec<Instance> = (0..many).map(bad).collect();
        instances.push(good.clone());
        let began = std::time::Instant::now();
        let snapshot = collect(&instances, &CollectionContext { bounds, ..context() }).await;
        let states: Vec<State> = snapshot.instances.iter().map(|it| it.state()).collect();
        assert_eq!(states.last(), Some(&State::Complete));
        assert!(states[..many].iter().all(|it| *it == State::Failed));
        began.elapsed()
    };
    // One after the other, a hundred take fifty times as long as two.
    let (few, many) = (took(2).await, took(100).await);
    assert!(many < few * 20, "{few:?} for two, {many:?} for a hundred");
}

#[tokio::test]
async fn no_more_instances_are_read_at_once_than_wanted() {
    let within = Arc::new(Mutex::new((std::collections::BTreeSet::new(), 0)));
    let seen = within.clone();
    let server = StandIn::scripted(move |it| {
        let name = it.path.split('/').nth(1).unwrap_or_default().to_owned();
        let mut seen = seen.lock().expect("one at a time");
        // From the second list to the last an instance has records in memory.
        if it.path.ends_with("/groups") {
            seen.0.insert(name);
        } else if it.path.ends_with("/checkHealth") {
            seen.0.remove(&name);
        }
        seen.1 = seen.1.max(seen.0.len());
        list(&[json!({"id": "1", "user_id": "1", "org_id": "1"})])
    });
    let server = server.await.expect("a port");
    let home = Home::new();
    let instances: Vec<Instance> = (0..30).map(|it| home.at(&server, &format!("i{it}"))).collect();
    let bounds = CollectionLimits { concurrency: 3, ..bounds() };
    let snapshot = collect(&instances, &CollectionContext { bounds, ..context() }).await;
    assert!(snapshot.instances.iter().all(|it| it.records.users.len() == 1));
    assert_eq!(within.lock().expect("one at a time").1, 3);
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
    let mut lines = Vec::new();
    for status in [301, 302, 307, 308] {
        let to = elsewhere.url_of("api/v2/users");
        let script = move |_: &ScriptedRequest| ScriptedAnswer {
            headers: vec![("location", to.clone())],
            ..ScriptedAnswer::json(status, "")
        };
        let line = answered(Endpoint::Users, script).await;
        lines.push(line.replace(elsewhere.url_of("").trim_end_matches('/'), "ELSEWHERE"));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    failed   exit 3 users protocol 301 | a redirect leads to `ELSEWHERE`, where no token is sent; set `url` to the right address
    failed   exit 3 users protocol 302 | a redirect leads to `ELSEWHERE`, where no token is sent; set `url` to the right address
    failed   exit 3 users protocol 307 | a redirect leads to `ELSEWHERE`, where no token is sent; set `url` to the right address
    failed   exit 3 users protocol 308 | a redirect leads to `ELSEWHERE`, where no token is sent; set `url` to the right address
    ");
    assert_eq!(*asked.lock().expect("one at a time"), []);
}

#[tokio::test]
async fn an_instance_that_takes_too_long_ends_with_what_it_has() {
    let pages = Mutex::new(0);
    let script = move |it: &ScriptedRequest| {
        if !it.path.ends_with("/users") {
            return list(&[]);
        }
        let mut page = pages.lock().expect("one at a time");
        *page += 1;
        let body =
            json!({"data": [{"id": *page}], "has_more": true, "next_token": page.to_string()});
        ScriptedAnswer::json(200, body.to_string())
    };
    let server = StandIn::scripted(script).await.expect("a port");
    let bounds = CollectionLimits { deadline: Duration::from_secs(1), ..bounds() };
    let snapshot = two(&server.url_of("bad"), bounds, |it| it).await;
    let bad = &snapshot.instances[0];
    let row = bad.row(Endpoint::Users).expect("a row");
    assert!(row.reason.starts_with("the instance's time is over"), "{}", row.reason);
    assert_eq!((bad.state(), row.rows_kept, bad.records.users.len()), (State::Failed, 0, 0));
    assert!(row.rows_aside > 0 && row.rows_aside == bad.aside.users.len() as u64);
}

#[tokio::test]
async fn requests_that_are_sent_again_are_numbered() {
    let server = StandIn::scripted(|_| ScriptedAnswer::json(503, "")).await.expect("a port");
    let patience = Patience { budget: 3, tries: 9, ..bounds().patience };
    let line = beside(&server.url_of("bad"), CollectionLimits { patience, ..bounds() }).await;
    insta::assert_snapshot!(line, @"failed   exit 3 users network 503 retries 3 | the gateway before the instance got no answer from it in 4 tries (503); run again when it is up");
}

#[tokio::test]
async fn a_token_command_that_does_not_end() {
    let server = StandIn::scripted(|_| list(&[])).await.expect("a port");
    let bounds = CollectionLimits { token_command: Duration::from_millis(50), ..bounds() };
    let change = |words: &[&str]| {
        let token = SecretSource::Command(words.iter().map(|it| (*it).to_owned()).collect());
        move |it: Instance| Instance { token: token.clone(), ..it }
    };
    let picture = [
        together(&server.url_of("bad"), bounds, change(&["sleep", "60"])).await,
        together(&server.url_of("bad"), bounds, change(&["no-such-program-at-all"])).await,
    ];
    insta::assert_snapshot!(picture.join("\n"), @"
    failed   exit 3 users not-asked - | there is no token: the token command `sleep` gave no token within 0 seconds
    failed   exit 3 users not-asked - | there is no token: cannot run the token command `no-such-program-at-all`: No such file or directory (os error 2)
    ");
}

/// An instance of which one endpoint is answered by a script and all others well.
async fn answered(
    endpoint: Endpoint,
    script: impl Fn(&ScriptedRequest) -> ScriptedAnswer + Send + Sync + 'static,
) -> String {
    let path = format!("/bad{}", endpoint.path());
    let server = StandIn::scripted(move |it| match it.path.as_str() {
        asked if asked == path => script(it),
        it if it.ends_with("/organization/") || it.ends_with("/config") => {
            ScriptedAnswer::json(200, r#"{"success":true,"data":{}}"#)
        }
        it if it.ends_with("/checkHealth") => ScriptedAnswer::json(200, r#"{"version":"3.334.0"}"#),
        _ => list(&[json!({"id": "1", "user_id": "1", "org_id": "1"})]),
    });
    let server = server.await.expect("a port");
    let snapshot = two(&server.url_of("bad"), bounds(), |it| it).await;
    draw(&snapshot, endpoint)
}

/// An instance at an address, shown by its users.
async fn beside(url: &str, bounds: CollectionLimits) -> String {
    together(url, bounds, |it| it).await
}

async fn together(
    url: &str,
    bounds: CollectionLimits,
    change: impl Fn(Instance) -> Instance,
) -> String {
    draw(&two(url, bounds, change).await, Endpoint::Users)
}

/// A bad instance and a good one, in this order.
async fn two(
    url: &str,
    bounds: CollectionLimits,
    change: impl Fn(Instance) -> Instance,
) -> Snapshot {
    let home = Home::new();
    home.instance("good", 3);
    let server = home.serve().await;
    let good = home.at(&server, "good");
    let bad = change(Instance { name: "bad".into(), url: url.to_owned(), ..good.clone() });
    let res = collect(&[bad, good], &CollectionContext { bounds, ..context() }).await;
    let good = &res.instances[1];
    assert_eq!((good.state(), good.records.users.len()), (State::Complete, 3));
    assert!(good.aside == retool_audit::snapshot::Records::default());
    assert_eq!(person(0)["id"], good.records.users[0].id.0);
    let bad = &res.instances[0];
    let kept: u64 = bad.ledger.iter().map(|it| it.rows_kept).sum();
    assert!(bad.state() != State::Failed || (kept == 0 && bad.records.users.is_empty()));
    for it in bad.ledger.iter().filter(|it| it.pages > 0) {
        let accounted = it.rows_kept + it.rows_aside + it.rows_repeated + it.rows_conflicting;
        assert!(it.endpoint == Endpoint::Users || accounted == it.rows_received, "{it:?}");
    }
    res
}

fn draw(snapshot: &Snapshot, endpoint: Endpoint) -> String {
    let bad = &snapshot.instances[0];
    let row = bad.row(endpoint).expect("a row");
    let status = row.status.map_or("-".into(), |it| it.to_string());
    let (state, name) = (bad.state().word(), row.endpoint.name());
    let exit = Exit::of(snapshot.state(), false).code();
    let start = format!("{state:8} exit {exit} {name} {} {status}", row.word());
    let counts = [
        ("retries", row.retries),
        ("kept", row.rows_kept),
        ("aside", row.rows_aside),
        ("repeated", row.rows_repeated),
        ("conflicting", row.rows_conflicting),
        ("missing", row.rows_missing),
    ];
    let counts = counts.iter().filter(|it| it.1 > 0);
    let res = counts.fold(start, |res, (word, n)| format!("{res} {word} {n}"));
    if row.reason.is_empty() { res } else { format!("{res} | {}", row.reason) }
}
