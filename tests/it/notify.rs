//! Notices: who is told what, in which form, and what comes of receivers that do not behave.

mod desks;
mod mail_server;
mod mails;
mod service;
mod tickets;

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use retool_audit::catalogue::Catalogue;
use retool_audit::config::{Known, check};
use retool_audit::digest;
use retool_audit::report::formats;
use serde_json::{Value, json};
use tokio::runtime::Builder;

use self::service::{Answer, Service};
use crate::before::{eu_from_files, reported};
use crate::collect::rogue::{Deed, Rogue};
use crate::harness::Home;
use crate::pack::Pack;

/// What is secret in an address, and in a signature.
const CANARY: &str = "T0CANARY/B7xq2/zz9WkPq41vLmNr";
const KEY: &str = "key-canary-8842-hjkl-qwrt";

/// Everything that may show nowhere.
const SECRETS: [&str; 4] = [CANARY, KEY, mails::PASSWORD, tickets::TOKEN];

/// A home with one instance and these receivers, and its pack of October.
fn told(receivers: &str) -> (Home, Pack) {
    let home = eu_from_files();
    configure(&home, receivers);
    let pack = reported(&home, "2026-10-05T06:00:00Z");
    (home, pack)
}

/// Adds receivers to the configuration.
fn configure(home: &Home, receivers: &str) {
    let text = home.read("retool-audit.toml");
    home.write("retool-audit.toml", &format!("{text}\n{receivers}\n"));
}

/// Reports a pack again, and has its receivers told; it ends as it does without them.
fn tell(home: &Home, pack: &Pack) -> String {
    let dir = pack.dir.to_string_lossy().into_owned();
    // It ends as it does without receivers: the sample was written for another day.
    let ran = home.run(&["report", &dir, "--notify"]).expect(3);
    assert_eq!(ran.stdout.trim(), dir, "it is the same pack");
    ran.stderr
}

/// What a journal says, line by line.
fn journal(home: &Home) -> Vec<Value> {
    let text = fs::read_to_string(home.path("evidence/notices.jsonl")).unwrap_or_default();
    text.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect()
}

/// The addresses of every account of the sample: who is not to be named.
fn people(home: &Home) -> Vec<String> {
    let users: Value = serde_json::from_str(&home.read("answers/eu/users.json")).expect("JSON");
    let users = users.as_array().expect("accounts").iter();
    users.map(|it| it["email"].as_str().expect("an address").to_owned()).collect()
}

const THREE: &str = r#"
[[notify.webhook]]
name = "channel"
format = "slack"
url-env = "SLACK_URL"
[[notify.webhook]]
name = "team"
format = "teams"
url-file = "teams.url"
min-severity = "high"
[[notify.webhook]]
name = "soc"
format = "json"
url-command = ["cat", "soc.url"]
secret-env = "SOC_KEY"
when = "always"
"#;

#[test]
fn a_webhook_gets_counts_and_ids_in_the_form_of_its_receiver_and_names_nobody() {
    let service = Service::willing();
    let (mut home, pack) = told(THREE);
    home.set("SLACK_URL", &service.url("/slack"));
    home.write("teams.url", &format!("{}\n", service.url("/teams")));
    home.write("soc.url", &service.url("/soc?of=acme"));
    home.set("SOC_KEY", KEY);
    let said = tell(&home, &pack);
    assert!(said.contains("Told 3 receivers: channel, team, soc"), "{said}");

    let asked = service.take();
    let paths: Vec<&str> = asked.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["/slack", "/teams", "/soc?of=acme"]);
    for it in &asked {
        assert_eq!((&*it.method, it.header("content-type")), ("POST", Some("application/json")));
        assert_eq!(it.header("referer"), None);
        let text = String::from_utf8_lossy(&it.body).into_owned();
        for address in people(&home) {
            assert!(!text.contains(&address), "{address} in {text}");
        }
    }
    let signature = format!("sha256={}", digest::keyed(KEY.as_bytes(), &asked[2].body));
    assert_eq!(asked[2].header("x-retool-audit-signature"), Some(&*signature));
    assert_eq!(asked[0].header("x-retool-audit-signature"), None);
    let sent = asked[2].json()["sent_at"].as_str().expect("a time").to_owned();
    let shown = |value: &Value| {
        let text = serde_json::to_string_pretty(value).expect("JSON");
        home.steady(&text.replace(&sent, "NOW"))
    };
    insta::assert_snapshot!("slack", shown(&asked[0].json()));
    insta::assert_snapshot!("teams", shown(&asked[1].json()));
    let mut facts = asked[2].json();
    let findings = facts["findings"].as_array_mut().expect("findings");
    assert_eq!(findings.len(), 37);
    findings.truncate(2);
    insta::assert_snapshot!("json", shown(&facts));

    // The same notice has the same id whenever it is sent, and another body.
    tell(&home, &pack);
    let again = service.take().remove(2).json();
    assert_eq!(again["id"], asked[2].json()["id"]);
    assert_eq!(journal(&home).len(), 6);
}

#[test]
fn the_pack_has_what_is_to_be_told_and_the_journal_what_became_of_it() {
    let service = Service::willing();
    let (mut home, pack) = told(&THREE.replace("\"always\"", "\"new\""));
    home.set("SLACK_URL", &service.url("/slack"));
    home.write("teams.url", "http://127.0.0.1:9/closed");
    home.write("soc.url", &service.url("/soc"));
    home.set("SOC_KEY", KEY);
    let said = tell(&home, &pack);
    assert!(said.contains("notice for `team` failed: no message arrived"), "{said}");
    insta::assert_snapshot!("notices", home.steady(&pack.text("notices.json")));
    let lines: Vec<String> = journal(&home)
        .iter()
        .map(|it| home.steady(&it.to_string()))
        .map(|it| {
            let (before, rest) = it.split_once("\"at\":\"").expect("a time");
            format!("{before}\"at\":\"{}", &rest[20..])
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"at":"","kind":"webhook","notice":"N-HASH","outcome":"told","pack":"2026-10/TIME-HASH","receiver":"channel","report_id":"HASH"}
    {"at":"","kind":"webhook","notice":"N-HASH","outcome":"failed","pack":"2026-10/TIME-HASH","reason":"no message arrived: no answer: Connection refused (os error 111)","receiver":"team","report_id":"HASH"}
    {"at":"","kind":"webhook","notice":"N-HASH","outcome":"told","pack":"2026-10/TIME-HASH","receiver":"soc","report_id":"HASH"}
    "#);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = home.path("evidence/notices.jsonl");
        let mode = fs::metadata(path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // Nothing about it depends on whether anybody was told, and it is rendered again.
    let dir = pack.dir.to_string_lossy().into_owned();
    home.run(&["verify", &dir, "--replay"]).expect(0);
    let counts = pack.json("manifest.json")["counts"].clone();
    let told = pack.json("notices.json");
    for key in ["new", "overdue", "resolved", "waived", "undetermined"] {
        assert_eq!(told["counts"][key], counts[key], "{key}");
    }
    for it in counts["exceptions"].as_array().expect("counts") {
        let word = it[0].as_str().expect("a severity");
        assert_eq!(told["counts"]["exceptions"][word], it[1], "{word}");
    }
}

/// What names hold acts nowhere, and is whole where it is data.
#[test]
fn names_are_told_where_that_is_asked_and_never_act() {
    let hostile =
        "<!channel> &amp; *b* [x](http://evil.test) {{DATE(2026-01-01)}} ${x}\u{202e}\n\r";
    let service = Service::willing();
    let home = &mut eu_from_files();
    let named = THREE.replace("name = ", "names = true\nname = ");
    configure(home, &named);
    home.edit("eu", "users", |it| {
        it[0]["email"] = json!(format!("{hostile}@kestrel-spedition.example"));
        it[0]["is_admin"] = json!(true);
    });
    home.set("SLACK_URL", &service.url("/slack"));
    home.write("teams.url", &service.url("/teams"));
    home.write("soc.url", &service.url("/soc"));
    home.set("SOC_KEY", KEY);
    let pack = reported(home, "2026-10-05T06:00:00Z");
    tell(home, &pack);
    let asked = service.take();
    let [slack, teams, soc] = [0, 1, 2].map(|at: usize| asked[at].json());
    let text = |value: &Value| serde_json::to_string(value).expect("JSON");
    assert!(text(&slack).contains("&lt;!channel&gt; &amp;amp; *b*"), "{slack}");
    assert!(!text(&slack).contains("<!") && !text(&slack).contains("mrkdwn\":true"));
    let kinds = |value: &Value| {
        let blocks = value["blocks"].as_array().expect("blocks").iter();
        blocks.map(|it| it["text"]["type"].clone()).collect::<Vec<_>>()
    };
    assert!(kinds(&slack).iter().all(|it| it == "plain_text"), "{slack}");
    let card = &teams["attachments"][0]["content"]["body"];
    for block in card.as_array().expect("blocks") {
        assert_eq!(block["type"], "RichTextBlock");
        assert_eq!(block["inlines"][0]["type"], "TextRun");
    }
    assert!(text(card).contains("{ {DATE(") && !text(card).contains("{{"), "{card}");
    let all = [&slack, &teams].map(text).concat();
    assert!(!all.contains('\u{202e}') && !all.contains("\\r"), "{all}");
    let subjects = soc["findings"].as_array().expect("findings").iter();
    let mut subjects = subjects.filter_map(|it| it["subject"].as_str());
    assert!(subjects.any(|it| it.starts_with(hostile)), "{soc}");
}

const ONE: &str = r#"
[[notify.webhook]]
name = "soc"
format = "json"
url-env = "SOC_URL"
secret-env = "SOC_KEY"
"#;

/// A service that does not do what it is asked for; some requests it sends to `to`.
fn misbehaving(to: String) -> Service {
    Service::start(move |asked| {
        let echo = format!("you sent {} and {KEY}", asked.path);
        match asked.path.split('/').nth(1).unwrap_or_default() {
            "broken" => Answer::Say(500, echo),
            "moved" => Answer::With(307, format!("location: {to}\r\n"), echo),
            "endless" => Answer::Endless,
            "gone" => Answer::HangUp,
            _ => Answer::Say(404, "\u{1b}[2Jno_service\r\nmore".to_owned()),
        }
    })
}

/// Addresses at which no notice is taken, each with why.
fn failing(service: &Service, rogue: &str) -> [(&'static str, String); 11] {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    [
        ("refused", format!("http://{closed}/{CANARY}")),
        ("an error that repeats it", service.url(&format!("/broken/{CANARY}"))),
        ("a redirect", service.url(&format!("/moved/{CANARY}"))),
        ("endless", service.url(&format!("/endless/{CANARY}"))),
        ("it hangs up", service.url(&format!("/gone/{CANARY}"))),
        ("what it says acts", service.url(&format!("/unknown/{CANARY}"))),
        ("a certificate that nobody signed", format!("{rogue}/{CANARY}")),
        ("plain http to elsewhere", format!("http://hooks.acme.example/{CANARY}")),
        ("no address", CANARY.to_owned()),
        ("in quotes", format!("\"https://hooks.acme.example/{CANARY}\"")),
        ("empty", String::new()),
    ]
}

/// Every way in which a receiver may fail: it is told, it fails nothing, and no secret shows.
#[test]
fn a_receiver_that_fails_is_told_and_fails_nothing_and_no_secret_shows() {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("threads can start");
    let elsewhere = Service::willing();
    let service = misbehaving(elsewhere.url("/elsewhere"));
    let rogue = runtime.block_on(Rogue::start_tls(Deed::Say("HTTP/1.1 200 OK\r\n\r\n")));
    let (mut home, pack) = told(ONE);
    home.set("SOC_KEY", KEY);
    let cases = failing(&service, &rogue.url());
    let mut lines = Vec::new();
    for (what, url) in &cases {
        home.set("SOC_URL", url);
        let said = tell(&home, &pack);
        let of_notice = said.lines().filter(|it| it.starts_with("notice for"));
        let of_notice: Vec<&str> = of_notice.collect();
        lines.push(format!("{what}: {}", of_notice.join(" / ")));
        assert!(!said.contains("Told"), "{said}");
        no_secret_in(&said);
    }
    home.unset("SOC_URL");
    lines.push(format!("unset: {}", tell(&home, &pack).lines().last().unwrap_or_default()));
    insta::assert_snapshot!(home.steady(&lines.join("\n")), @"
    refused: notice for `soc` failed: no message arrived: no answer: Connection refused (os error 111)
    an error that repeats it: notice for `soc` failed: the answer is HTTP 500: you sent *** and ***
    a redirect: notice for `soc` failed: the answer is HTTP 307: you sent *** and ***
    endless: notice for `soc` failed: no message arrived: the answer goes beyond 64 KiB
    it hangs up: notice for `soc` failed: no message arrived: no answer: connection closed before message completed
    what it says acts: notice for `soc` failed: the answer is HTTP 404: ⟨U+001B⟩[2Jno_service  more
    a certificate that nobody signed: notice for `soc` failed: no message arrived: no answer: invalid peer certificate: UnknownIssuer
    plain http to elsewhere: notice for `soc` failed: no message was sent: the address must start with https
    no address: notice for `soc` failed: no message was sent: the address is none of http or https
    in quotes: notice for `soc` failed: the environment variable `SOC_URL` holds quotation marks around the address; write the address alone, as the service shows it
    empty: notice for `soc` failed: the address is empty: the environment variable `SOC_URL` holds none
    unset: notice for `soc` failed: the environment variable `SOC_URL` is not set
    ");
    assert_eq!(elsewhere.take().len(), 0, "no notice follows a redirect");
    let entries = journal(&home);
    assert_eq!(entries.len(), cases.len() + 1);
    assert!(entries.iter().all(|it| it["outcome"] == "failed"), "{entries:?}");
    everything_below(&home.path(""), &no_secret_in);
}

#[test]
fn of_a_secret_too_short_to_be_hidden_nothing_is_repeated() {
    let service = misbehaving(String::new());
    let (mut home, pack) = told(ONE);
    home.set("SOC_KEY", "abc12");
    home.set("SOC_URL", &service.url("/broken/abc12"));
    let said = tell(&home, &pack);
    assert!(said.ends_with("notice for `soc` failed: the answer is HTTP 500\n"), "{said}");
}

/// No eight characters of a secret stand together in a text.
fn no_secret_in(text: &str) {
    for secret in SECRETS {
        for at in 0..=secret.len() - 8 {
            assert!(!text.contains(&secret[at..at + 8]), "a secret shows in {text}");
        }
    }
}

/// Hands over the text of every file.
fn everything_below(dir: &Path, then: &dyn Fn(&str)) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            everything_below(&path, then);
        } else {
            then(&String::from_utf8_lossy(&fs::read(&path).expect("a file")));
        }
    }
}

#[test]
fn nothing_is_sent_unasked_and_a_run_tells_by_itself() {
    let service = Service::willing();
    let mut home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    home.reconfigure("[output]", "[output]\nmetrics = \"retool-audit.prom\"");
    let other = ONE.replace("\"soc\"", "\"pager\"") + "min-severity = \"critical\"\n";
    configure(&home, &format!("{ONE}{other}"));
    home.set("SOC_URL", &service.url("/soc"));
    home.set("SOC_KEY", KEY);
    let failed = |home: &Home| {
        let text = home.read("retool-audit.prom");
        let line = text.lines().find(|it| it.starts_with("retool_audit_last_attempt_notices"));
        line.and_then(|it| it.split(' ').nth(1)).expect("a number").to_owned()
    };
    let ran = home.run(&["run", "--no-notify"]).expect(0);
    let pack = home.pack(&ran).dir;
    home.run(&["report", &pack.to_string_lossy()]).expect(0);
    assert_eq!(service.take().len(), 0);
    assert!(!home.path("evidence/notices.jsonl").exists());

    let ran = home.run(&["run", "--quiet"]).expect(0);
    assert_eq!(ran.stderr, "");
    assert_eq!(service.take().len(), 1);
    assert_eq!(failed(&home), "0");
    let notices = home.pack(&ran).json("notices.json");
    assert_eq!(notices["notices"][1]["because"], "", "nothing critical is there");
    let below = home.pack(&ran).dir.strip_prefix(home.path("evidence")).expect("below").to_owned();
    assert_eq!(journal(&home)[0]["pack"], below.to_string_lossy().as_ref());

    home.set("SOC_URL", "http://127.0.0.1:9/closed");
    let ran = home.run(&["run", "--log-format", "json"]).expect(0);
    let events = ran.stderr.lines().map(|it| serde_json::from_str(it).expect("JSON"));
    let events: Vec<Value> = events.collect();
    let told: Vec<&Value> = events.iter().filter(|it| it["event"] == "notice-failed").collect();
    assert_eq!((told.len(), &told[0]["level"]), (1, &json!("WARN")), "{events:?}");
    assert_eq!(failed(&home), "1");
    let quiet = home.run(&["run", "--quiet"]).expect(0);
    assert!(quiet.stderr.starts_with("notice for `soc` failed: "), "{}", quiet.stderr);
}

#[test]
fn whoever_is_told_of_news_hears_of_what_is_old_no_more() {
    let service = Service::willing();
    let home = &mut eu_from_files();
    configure(home, &format!("{ONE}when = \"new\"\nmin-severity = \"high\"\n"));
    home.set("SOC_URL", &service.url("/soc"));
    home.set("SOC_KEY", KEY);
    let because = |pack: &Pack| pack.json("notices.json")["notices"][0]["because"].clone();
    let first = reported(home, "2026-09-07T06:00:00Z");
    let second = reported(home, "2026-10-05T06:00:00Z");
    home.edit("eu", "users", |it| it[0]["is_admin"] = json!(true));
    let third = reported(home, "2026-11-02T06:00:00Z");
    let told = [&first, &second, &third].map(because);
    let findings = second.json("notices.json")["notices"][0]["findings"].clone();
    assert_eq!(findings, json!([]));
    insta::assert_snapshot!(json!(told), @r#"
    ["there are exceptions that may be new","the evidence is not complete","there are exceptions that may be new"]
    "#);
}

#[test]
#[cfg(unix)]
fn a_run_that_is_stopped_while_it_tells_leaves_a_whole_pack_and_says_so() {
    use std::process::{Command, Stdio};

    use crate::harness::Ran;

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (mut home, pack) = told(ONE);
    home.set("SOC_URL", &format!("http://{}/", listener.local_addr().expect("bound")));
    home.set("SOC_KEY", KEY);
    let dir = pack.dir.to_string_lossy().into_owned();
    let run = home.start(&["report", &dir, "--notify"], Stdio::piped());
    let _connection = listener.accept().expect("it is told");
    let kill = Command::new("kill").args(["-s", "TERM", &run.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    let ran = Ran::wait(run).expect(143);
    insta::assert_snapshot!(ran.complaint(&home), @"
    exit 143
    error: stopped by SIGTERM while notices were sent; the pack is whole at `HOME/evidence/2026-10/TIME-HASH`
      help: `notices.jsonl` has what was sent; `retool-audit report HOME/evidence/2026-10/TIME-HASH --notify` sends them all again
    ");
    home.run(&["verify", &dir]).expect(0);
}

#[test]
#[cfg(unix)]
fn a_link_in_the_place_of_the_journal_is_told_and_not_followed() {
    let service = Service::willing();
    let (mut home, pack) = told(ONE);
    home.set("SOC_URL", &service.url("/soc"));
    home.set("SOC_KEY", KEY);
    home.write("elsewhere", "kept\n");
    let link = home.path("evidence/notices.jsonl");
    std::os::unix::fs::symlink(home.path("elsewhere"), link).expect("room");
    let said = tell(&home, &pack);
    assert!(said.contains("cannot write down in `"), "{said}");
    assert_eq!(home.read("elsewhere"), "kept\n");
}

#[test]
fn a_check_says_whether_receivers_have_their_secrets_and_tries_them_where_it_is_asked() {
    let service = Service::start(|asked| match &*asked.path {
        "/soc" => Answer::Say(403, "forbidden".to_owned()),
        _ => Answer::Say(202, String::new()),
    });
    let mut home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    configure(&home, THREE);
    home.set("SLACK_URL", &service.url("/slack"));
    home.write("soc.url", &service.url("/soc"));
    home.set("SOC_KEY", KEY);
    let rows = |stdout: &str| {
        let lines = home.steady(stdout);
        let lines = lines.lines().filter(|it| it.trim_start().starts_with("notice "));
        lines.map(|it| it.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let checked = rows(&home.run(&["check"]).expect(0).stdout);
    assert_eq!(service.take().len(), 0);
    let tried = home.run(&["check", "--notify"]).expect(4);
    let picture = [checked, rows(&tried.stdout), vec![tried.complaint(&home)]].concat();
    insta::assert_snapshot!(picture.join("\n"), @"
    notice channel webhook, not tried: `--notify` does
    notice team cannot read the address file `HOME/teams.url`: No such file or directory (os error 2) correct `[notify]`, or see to the service; `docs/notices.md`
    notice soc webhook, not tried: `--notify` does
    notice channel ok, it took a test notice
    notice team cannot read the address file `HOME/teams.url`: No such file or directory (os error 2) correct `[notify]`, or see to the service; `docs/notices.md`
    notice soc the answer is HTTP 403: forbidden correct `[notify]`, or see to the service; `docs/notices.md`
    exit 4
    error: cannot tell team, soc
      help: the table says why; `docs/notices.md` says what each needs
    ");
    let test = service.take().pop().expect("it was tried").json();
    assert_eq!((&test["event"], test.get("counts")), (&json!("test"), None));
}

/// What stands in the document is what the program reads.
#[test]
fn the_examples_of_the_document_are_sound() {
    let page = fs::read_to_string("docs/notices.md").expect("a document");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).collect();
    assert!(!blocks.is_empty());
    let base = "[organization]\nname = \"Acme\"\ndomains = [\"acme.example\"]\n[[instance]]\n\
                name = \"cloud\"\ntoken-env = \"T\"\n";
    for block in blocks {
        let (text, _) = block.split_once("```").expect("its end");
        let known = Known { rules: &Catalogue::default().words(), formats: &formats::words() };
        let text = format!("{base}{text}");
        let config = check::parse(&text, Path::new("/"), "retool-audit.toml", &known);
        assert!(!config.expect("it is sound").notify.receivers.is_empty(), "{text}");
    }
}
