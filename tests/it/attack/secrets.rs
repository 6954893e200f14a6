//! Tokens that servers repeat, proxies that listen, commands that hang, files that unpack without
//! end.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::harness::Home;
use crate::pack::sha256;

const TOKEN: &str = "retool_01hxcanary9zz7qqoken";

/// Characters of the token that may not stand together anywhere.
const RUN: usize = 12;

/// A scripted server on a thread of its own.
struct Script {
    server: StandIn,
    _runtime: Runtime,
}

impl Script {
    fn start(script: impl Fn(&ScriptedRequest) -> ScriptedAnswer + Send + Sync + 'static) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("threads can start");
        let server = runtime.block_on(StandIn::scripted(script)).expect("a port");
        Self { server, _runtime: runtime }
    }
}

/// A folder with one instance, `prod` at `url`, and more lines of its block and of the file.
fn home(url: &str, block: &str, rest: &str) -> Home {
    let mut home = Home::empty();
    home.write("roster.csv", "email,name,status\np0@acme.example,Person,active\n");
    home.write(
        "retool-audit.toml",
        &format!(
            "[organization]\nname = \"Acme\"\ndomains = [\"acme.example\"]\n\
             [roster]\npath = \"roster.csv\"\n[output]\ndir = \"out\"\n\
             [[instance]]\nname = \"prod\"\nurl = \"{url}\"\nrequests-per-minute = 0\n{block}\n\
             [collection]\nretries = 0\n{rest}\n"
        ),
    );
    home.set("PROD_TOKEN", TOKEN);
    home
}

/// The answers of the sample's first instance, and empty lists for what it lacks.
fn sample(asked: &ScriptedRequest) -> Value {
    let path = asked.path.rsplit_once("/api/").map_or("", |it| it.1).trim_end_matches('/');
    let name = match path {
        "checkHealth" => return json!({"version": "3.334.0"}),
        "v2/organization" => "organization".to_owned(),
        "v2/sso/config" => "sso-config".to_owned(),
        "v2/role_permissions/roles" => "roles".to_owned(),
        "v2/role_permissions/role_grants" => "role-grants".to_owned(),
        it => it.trim_start_matches("v2/").replace(['/', '_'], "-"),
    };
    let text = fs::read_to_string(format!("sample-data/every-rule/instances/cloud/{name}.json"));
    let data: Value = text.map_or(json!([]), |it| serde_json::from_str(&it).expect("JSON"));
    json!({"success": true, "data": data})
}

/// The token as it stands in texts: whole, cut, in capitals, and in other writings.
fn writings() -> Vec<String> {
    let each = |write: fn(u8) -> String| TOKEN.bytes().map(write).collect::<String>();
    let mut res = vec![
        TOKEN.to_owned(),
        TOKEN.to_uppercase(),
        TOKEN[..20].to_owned(),
        TOKEN[9..].to_owned(),
        format!("{} {}", &TOKEN[..14], &TOKEN[13..]),
        each(|it| format!("%{it:02x}")),
        each(|it| format!("%25{it:02X}")),
        each(|it| format!("\\u{it:04x}")),
        each(|it| format!("&#{it};")),
        each(|it| format!("{it:02x}")),
    ];
    res.extend(["", "x", "xy"].map(|it| STANDARD.encode(format!("{it}{TOKEN}, and more"))));
    res
}

/// Runs of the token and of what encodes as much of it, none of which may be found.
fn runs() -> Vec<String> {
    let of = |text: &str, width: usize| -> Vec<String> {
        (0..=text.len() - width).map(|it| text[it..it + width].to_owned()).collect()
    };
    let hex = TOKEN.bytes().map(|it| format!("{it:02x}")).collect::<Vec<_>>().concat();
    let mut res = [of(TOKEN, RUN), of(&TOKEN.to_uppercase(), RUN), of(&hex, 2 * RUN)].concat();
    for before in ["", "x", "xy"] {
        let text = STANDARD.encode(format!("{before}{TOKEN}"));
        res.extend(of(&text[4..text.len() - 4], RUN / 3 * 4));
    }
    res
}

/// Plants a writing of the token into every text and beside every field, each in turn.
fn plant(value: &mut Value, turn: &mut usize) {
    let writings = writings();
    let mut next = || {
        *turn += 1;
        writings[*turn % writings.len()].clone()
    };
    match value {
        Value::String(it) => *it = format!("{it} {}", next()),
        Value::Array(list) => list.iter_mut().for_each(|it| plant(it, turn)),
        Value::Object(map) => {
            map.insert(format!("field_{}", next()), json!(next()));
            map.values_mut().for_each(|it| plant(it, turn));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An answer that repeats the token wherever there is space.
fn repeating(asked: &ScriptedRequest) -> ScriptedAnswer {
    let mut body = sample(asked);
    plant(&mut body["data"], &mut asked.path.len());
    let planted = |it: &str| asked.path.contains(it);
    let message = |status, text: String| {
        ScriptedAnswer::json(status, json!({"success": false, "message": text}).to_string())
    };
    let long = format!("{} {TOKEN} {}", "w".repeat(140), writings().join(" "));
    let mut answer = if planted("organization/") {
        message(500, long)
    } else if planted("sso/config") {
        let to = format!("https://{TOKEN}.example/{TOKEN}?t={TOKEN}");
        ScriptedAnswer { headers: vec![("location", to)], ..message(307, TOKEN.to_owned()) }
    } else if planted("user_invites") {
        let after = format!("{}{TOKEN}", "x".repeat(33));
        ScriptedAnswer { headers: vec![("retry-after", after)], ..message(429, long) }
    } else if planted("spaces") {
        message(403, format!("missing scope \"{TOKEN}:read\" or \"spaces:read\": {long}"))
    } else if planted("roles") {
        message(200, format!("not in your plan {long}"))
    } else if planted("access_requests") {
        ScriptedAnswer::json(200, format!("{{\"data\": [{TOKEN}, \"{TOKEN}\": {TOKEN}]}}"))
    } else {
        // Escapes that JSON has no need of hide a text from whoever searches the body.
        let text = body.to_string();
        let hidden = TOKEN.chars().map(|it| format!("\\u{:04x}", u32::from(it)));
        let hidden = hidden.collect::<Vec<_>>().concat();
        ScriptedAnswer::json(200, text.replacen(TOKEN, &hidden, 2))
    };
    answer.headers.push(("server", TOKEN.to_owned()));
    answer.headers.push(("x-request", TOKEN.to_owned()));
    answer
}

/// Every file below a folder, unpacked where it is packed.
fn texts(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut res = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            res.extend(texts(&path));
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        let packed = path.extension().is_some_and(|it| it == "zst");
        let plain = if packed { zstd::decode_all(&*bytes).expect("zstd") } else { bytes };
        res.push((path.display().to_string(), plain));
    }
    res
}

fn assert_no_run(place: &str, text: &[u8], runs: &[String]) {
    let text = String::from_utf8_lossy(text);
    for run in runs {
        let at = text.find(run.as_str());
        let context = at.map(|it| text[it..].chars().take(60).collect::<String>());
        assert_eq!(context, None, "{place} holds `{run}`");
    }
}

#[test]
fn no_run_of_a_token_that_a_server_repeats_is_kept_or_shown() {
    let script = Script::start(repeating);
    let home = home(&script.server.url_of("prod"), "token-env = \"PROD_TOKEN\"", "");
    home.reconfigure("dir = \"out\"", "dir = \"out\"\nformats = [\"csv\", \"json\", \"html\"]");
    let runs = runs();
    let ran = home.run(&["run", "--verbose"]).expect(3);
    let pack = home.pack(&ran);
    assert!(pack.text("csv/users.csv").contains("***"), "what was masked is still there");
    for (path, bytes) in texts(&home.path("out")) {
        assert_no_run(&path, &bytes, &runs);
    }
    assert_no_run("standard error", ran.stderr.as_bytes(), &runs);
    assert_no_run("standard output", ran.stdout.as_bytes(), &runs);
    let logs = home.run(&["snapshot", "--log-format", "json"]).expect(3);
    assert_no_run("logs", logs.stderr.as_bytes(), &runs);
    let check = home.run(&["check"]).expect(3);
    assert_no_run("check", (check.stdout + &check.stderr).as_bytes(), &runs);
}

#[test]
fn a_wish_of_a_server_is_masked_before_it_is_cut() {
    for room in [0, 33, 53] {
        let after = format!("{}{TOKEN}", "x".repeat(room));
        let script = Script::start(move |_| ScriptedAnswer {
            headers: vec![("retry-after", after.clone())],
            ..ScriptedAnswer::json(429, "{}")
        });
        let home = home(&script.server.url_of("prod"), "token-env = \"PROD_TOKEN\"", "");
        let ran = home.run(&["snapshot"]).expect(3);
        assert_no_run("standard error", ran.stderr.as_bytes(), &runs());
        let masked = format!("`{}***`", "x".repeat(room));
        assert!(ran.stderr.contains(&masked), "{}", ran.stderr);
    }
}

/// Counts the connections, and lets no client wait.
fn listener() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = heard.clone();
    std::thread::spawn(move || {
        for mut it in listener.incoming().flatten() {
            let mut bytes = [0; 2048];
            let read = it.read(&mut bytes).unwrap_or(0);
            kept.lock().expect("one").push(String::from_utf8_lossy(&bytes[..read]).into_owned());
            it.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").ok();
        }
    });
    (format!("http://{address}"), heard)
}

#[test]
fn no_request_to_this_machine_goes_through_a_proxy() {
    let script = Script::start(|it| ScriptedAnswer::json(200, sample(it).to_string()));
    let url = script.server.url_of("prod");
    let port = url.rsplit(':').next().expect("a port").to_owned();
    let (proxy, heard) = listener();
    for host in ["127.0.0.1", "localhost", "LocalHost", "x.localhost", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{port}");
        let mut home = home(&url, "token-env = \"PROD_TOKEN\"", "");
        for it in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
            home.set(it, &proxy);
        }
        let ran = home.run(&["snapshot"]);
        assert!(!ran.stderr.contains("no connection"), "{host}: {}", ran.stderr);
        assert_eq!(*heard.lock().expect("one"), [] as [String; 0], "{host}");
    }
    // Another host goes where the system says, and plain http only where that was allowed.
    let mut home = home("http://retool.acme.test", "token-env = \"PROD_TOKEN\"", "");
    home.set("http_proxy", &proxy);
    let refused = home.run(&["check"]).expect(2);
    assert!(refused.stderr.contains("must start with https"), "{}", refused.stderr);
    home.reconfigure("token-env", "allow-http = true\ntoken-env");
    home.run(&["check"]).expect(3);
    assert!(!heard.lock().expect("one").is_empty());
    heard.lock().expect("one").clear();
    home.set("no_proxy", "acme.test");
    home.run(&["check"]).expect(3);
    assert_eq!(*heard.lock().expect("one"), [] as [String; 0]);
}

#[test]
fn what_a_token_command_leaves_running_holds_nobody() {
    if cfg!(not(unix)) {
        return;
    }
    let script = Script::start(|it| ScriptedAnswer::json(200, sample(it).to_string()));
    let url = script.server.url_of("prod");
    let outcome = |command: &str| {
        let mut home = home(&url, &format!("token-command = {command}"), "");
        home.set("PATH", "/usr/bin:/bin");
        let (began, ran) = (Instant::now(), home.run(&["snapshot"]));
        assert!(began.elapsed() < Duration::from_secs(20), "{command}: {:?}", began.elapsed());
        let line = ran.stderr.lines().find(|it| it.contains("no token")).unwrap_or("a token");
        line.split("prod").last().unwrap_or_default().trim().to_owned()
    };
    let picture = [
        outcome(r#"["sh", "-c", "echo some-token-of-mine; sleep 25 &"]"#),
        outcome(r#"["sh", "-c", "printf some-token-of-mine; sleep 25 &"]"#),
        outcome(r#"["sh", "-c", "sleep 25 & exit 3"]"#),
        outcome(r#"["yes"]"#),
        outcome(r#"["sh", "-c", "head -c 5000 /dev/zero | tr '\\0' a"]"#),
        outcome(r#"["no-such-program --password hunter2", "SECRETARG"]"#),
    ];
    insta::assert_snapshot!(picture.join("\n"), @"
    a token
    a token
    not asked: there is no token: the token command `sh` ended with exit status: 3
    not asked: there is no token: the token command `yes` ended with signal: 13 (SIGPIPE)
    not asked: there is no token: the output of `sh` holds a line of more than 4,096 bytes, which is no token
    not asked: there is no token: cannot run the token command `no-such-program --password ***`: No such file or directory (os error 2)
    ");
}

#[test]
fn the_copy_of_the_configuration_holds_no_secret_of_a_command() {
    let script = Script::start(|it| ScriptedAnswer::json(200, sample(it).to_string()));
    let command = r#"token-command = ["echo", "--password", "hunter2-canary"] # as agreed"#;
    let home = home(&script.server.url_of("prod"), command, "");
    home.reconfigure("dir = \"out\"", "dir = \"out\"\nformats = [\"csv\", \"json\"]");
    let pack = home.pack(&home.run(&["run"]));
    let copy = pack.text("inputs/retool-audit.toml");
    assert!(
        copy.contains("token-command = [\"echo\", \"--password\", \"***\"] # as agreed"),
        "{copy}"
    );
    assert_eq!(copy.replace("***", "hunter2-canary"), home.read("retool-audit.toml"));
    let report = pack.text("report.json");
    assert!(report.contains(&sha256(copy.as_bytes())), "the report has the hash of the copy");
    for (path, bytes) in texts(&home.path("out")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("hunter2"), "{path}");
    }
}

#[test]
fn a_list_is_unpacked_no_further_than_its_ledger_counts() {
    let script = Script::start(|it| ScriptedAnswer::json(200, sample(it).to_string()));
    let home = home(&script.server.url_of("prod"), "token-env = \"PROD_TOKEN\"", "");
    let ran = home.run(&["snapshot"]);
    let dir = home.path(ran.stdout.trim());
    let sound = home.read(&format!("{}/snapshot.json", ran.stdout.trim()));
    let list = dir.join("prod/users.jsonl.zst");
    let bombs: [(&str, Vec<u8>, usize); 3] = [
        ("one line", vec![b'a'; 1 << 20], 96),
        ("empty lines", vec![b'\n'; 1 << 20], 96),
        ("records", b"{\"id\":\"u\"}\n".repeat(100_000), 90),
    ];
    let mut picture = Vec::new();
    for (name, chunk, times) in bombs {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("zstd");
        (0..times).for_each(|_| encoder.write_all(&chunk).expect("room"));
        let bytes = encoder.finish().expect("zstd");
        fs::write(&list, &bytes).expect("room");
        fs::write(dir.join("snapshot.json"), resealed(&sound, &bytes)).expect("room");
        let began = Instant::now();
        let ran = home.run(&["report", ran.stdout.trim()]).expect(4);
        assert!(began.elapsed() < Duration::from_secs(20), "{name}: {:?}", began.elapsed());
        picture.push(format!("{name}: {}", ran.complaint(&home)));
    }
    insta::assert_snapshot!(picture.join("\n"), @"
    one line: exit 4
    error: line 1 of `HOME/out/snapshots/TIME/prod/users.jsonl.zst` is longer than 64 MiB, which no record is
      help: take the snapshot from an unchanged copy, or collect again
    empty lines: exit 4
    error: line 1 of `HOME/out/snapshots/TIME/prod/users.jsonl.zst` is not what a snapshot holds there
      because: EOF while parsing a value at line 2 column 0
      help: take the snapshot from an unchanged copy, or collect again
    records: exit 4
    error: `HOME/out/snapshots/TIME/prod/users.jsonl.zst` has more than the 66 records that its ledger counts
      help: take the snapshot from an unchanged copy, or collect again
    ");
}

/// The description of a snapshot whose list of users has become these bytes.
fn resealed(sound: &str, users: &[u8]) -> String {
    let json: Value = serde_json::from_str(sound).expect("JSON");
    let file = &json["instances"][0]["files"][0];
    assert_eq!(file["path"], "prod/users.jsonl.zst");
    let (hash, id) = (file["sha256"].as_str().expect("text"), json["id"].as_str().expect("text"));
    let bytes = format!("\"bytes\": {},\n          \"rows\"", file["bytes"]);
    assert!(sound.contains(&bytes));
    let text = sound.replace(hash, &sha256(users));
    let text =
        text.replacen(&bytes, &format!("\"bytes\": {},\n          \"rows\"", users.len()), 1);
    let line = format!("  \"id\": \"{id}\",\n");
    let new_id = &sha256(text.replace(&line, "").as_bytes())[..16];
    text.replace(id, new_id)
}
