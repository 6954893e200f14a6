//! Mails: what a server is told, and what comes of servers that do not behave.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::mail_server::{MailServer, Manner};
use super::{configure, everything_below, journal, no_secret_in, people, tell, told};
use crate::before::{eu_from_files, reported};
use crate::harness::Home;
use crate::pack::Pack;

/// What is secret of a mail.
pub(super) const PASSWORD: &str = "pass-canary-55x-yurt";

/// A mail by a server, with these lines besides.
fn by(server: &MailServer, lines: &str) -> String {
    format!(
        "[[notify.mail]]\nname = \"ciso\"\nserver = \"localhost\"\nport = {}\nca-file = \"ca.pem\"\n\
         from = \"audit@acme.example\"\nto = [\"ciso@acme.example\", \"dpo@acme.example\"]\n{lines}\n",
        server.port
    )
}

/// With a password.
const AS_AUDIT: &str = "user = \"audit\"\npassword-env = \"SMTP_PASSWORD\"";

fn sent(server: &MailServer, lines: &str) -> (Home, Pack) {
    let (mut home, pack) = told(&by(server, lines));
    home.write("ca.pem", &server.certificate);
    home.set("SMTP_PASSWORD", PASSWORD);
    (home, pack)
}

/// A letter with its lines as they were before they were encoded.
fn opened(letter: &str) -> (String, String) {
    let (head, body) = letter.split_once("\r\n\r\n").expect("a head");
    let soft = body.replace("=\r\n", "").replace("=3D", "=").replace("\r\n", "\n");
    (head.replace("\r\n", "\n"), soft)
}

/// The head without what differs each time.
fn steady_head(home: &Home, head: &str) -> String {
    let line = |it: &str| match it.split_once(": ") {
        Some(("Date", _)) => "Date: THEN".to_owned(),
        Some(("Message-ID", id)) => {
            let (id, rest) = id.split_once('.').expect("two parts");
            let (_, domain) = rest.split_once('@').expect("a domain");
            format!("Message-ID: {id}.SENT@{domain}")
        }
        _ => it.to_owned(),
    };
    home.steady(&head.lines().map(line).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_mail_in_plain_text_is_sent_over_tls_and_names_nobody() {
    let server = MailServer::start(Manner::Sound, false);
    let (home, pack) = sent(&server, AS_AUDIT);
    let said = tell(&home, &pack);
    assert!(said.contains("Told 1 receiver: ciso"), "{said}");
    let conversation = server.last();
    let commands = conversation.commands.iter().map(|it| match it.split_once("AUTH PLAIN ") {
        Some((before, _)) => format!("{before}AUTH PLAIN …"),
        None => it.clone(),
    });
    insta::assert_snapshot!(commands.collect::<Vec<_>>().join("\n"), @"
    EHLO [127.0.0.1]
    STARTTLS
    TLS EHLO [127.0.0.1]
    TLS AUTH PLAIN …
    TLS MAIL FROM:<audit@acme.example>
    TLS RCPT TO:<ciso@acme.example>
    TLS RCPT TO:<dpo@acme.example>
    TLS DATA
    TLS QUIT
    ");
    let (head, body) = opened(&conversation.letter);
    insta::assert_snapshot!(steady_head(&home, &head), @"
    From: audit@acme.example
    Date: THEN
    Message-ID: <N-HASH.SENT@acme.example>
    Auto-Submitted: auto-generated
    Subject: Access review of Retool, October 2026, Kestrel Freight (sample):
     partial
    To: ciso@acme.example, dpo@acme.example
    MIME-Version: 1.0
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable
    ");
    insta::assert_snapshot!("mail", home.steady(&body));
    for address in people(&home) {
        assert!(!conversation.letter.contains(&address), "{address}");
    }
    let wrapped = MailServer::start(Manner::Sound, true);
    let home = &mut eu_from_files();
    configure(home, &by(&wrapped, "tls = \"tls\""));
    home.write("ca.pem", &wrapped.certificate);
    tell(home, &reported(home, "2026-10-05T06:00:00Z"));
    let commands = wrapped.last().commands;
    assert!(commands.iter().all(|it| it.starts_with("TLS ")), "{commands:?}");
    assert!(!commands.iter().any(|it| it.contains("AUTH")), "{commands:?}");
}

/// A name is text of the mail, and never a line of its head.
#[test]
fn a_name_adds_no_header_and_no_recipient() {
    let server = MailServer::start(Manner::Sound, false);
    let home = &mut eu_from_files();
    configure(home, &by(&server, "names = true"));
    home.write("ca.pem", &server.certificate);
    home.reconfigure(
        "name = \"Kestrel Freight (sample)\"",
        "name = \"Kestrel\\r\\nBcc: eve@evil.test\\u2028Ü\"",
    );
    let hostile = "a\r\n.\r\nRCPT TO:<eve@evil.test>\r\n@kestrel-spedition.example";
    home.edit("eu", "users", |it| {
        it[0]["email"] = json!(hostile);
        it[0]["is_admin"] = json!(true);
    });
    tell(home, &reported(home, "2026-10-05T06:00:00Z"));
    let conversation = server.last();
    let to: Vec<&String> = conversation.commands.iter().filter(|it| it.contains("RCPT")).collect();
    assert_eq!(to.len(), 2, "{to:?}");
    let (head, _) = opened(&conversation.letter);
    let names = head.lines().filter(|it| !it.starts_with(' ')).map(|it| it.split(':').next());
    let names: Vec<&str> = names.flatten().collect();
    assert!(!names.contains(&"Bcc") && names.contains(&"Subject"), "{head}");
    assert!(head.lines().all(|it| it.len() < 990 && it.is_ascii()), "{head}");
}

/// What a notice by a server comes to, told on standard error.
fn attempt(home: &Home, pack: &Pack, receivers: &str) -> String {
    let configured = home.read("retool-audit.toml");
    home.write("retool-audit.toml", &format!("{configured}\n{receivers}"));
    let ran = home.run(&["report", &pack.dir.to_string_lossy(), "--notify"]).expect(3);
    home.write("retool-audit.toml", &configured);
    no_secret_in(&ran.stderr);
    let told = ran.stderr.lines().filter(|it| it.starts_with("notice for"));
    told.collect::<Vec<_>>().join(" / ")
}

/// No failure is anything but one, and no file has the password.
fn all_failed(home: &Home) {
    let entries = journal(home);
    assert!(entries.len() > 4, "{entries:?}");
    assert!(entries.iter().all(|it: &Value| it["outcome"] == "failed"), "{entries:?}");
    everything_below(&home.path(""), &no_secret_in);
}

/// Every way in which a server may fail: it is told, it fails nothing, and no password shows.
#[test]
fn a_server_that_fails_is_told_and_fails_nothing_and_no_password_shows() {
    let manners = [
        Manner::Open,
        Manner::Unwilling,
        Manner::Unknown,
        Manner::Busy,
        Manner::Page,
        Manner::HangUp,
    ];
    let (mut home, pack) = told("");
    home.set("SMTP_PASSWORD", PASSWORD);
    let lines = manners.map(|it| {
        let server = MailServer::start(it, false);
        home.write("ca.pem", &server.certificate);
        let told = attempt(&home, &pack, &by(&server, AS_AUDIT));
        let commands = server.last().commands;
        let in_the_open =
            commands.iter().any(|it| it.starts_with("AUTH") || it.starts_with("MAIL"));
        assert!(!in_the_open, "{commands:?}");
        format!("{it:?}: {told}")
    });
    insta::assert_snapshot!(home.steady(&lines.join("\n")), @"
    Open: notice for `ciso` failed: the mail was not taken: internal client error: STARTTLS is not supported on this server
    Unwilling: notice for `ciso` failed: the mail was not taken: permanent error (535): 5.7.8 not you AGF1ZGl0AH***
    Unknown: notice for `ciso` failed: the mail was not taken: permanent error (550): 5.1.1 nobody
    Busy: notice for `ciso` failed: the mail was not taken: transient error (421): 4.3.2 too busy
    Page: notice for `ciso` failed: the mail was not taken: response error: error Tag at: HTTP/1.1 400 Bad Request
    HangUp: notice for `ciso` failed: the mail was not taken: network error: peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof
    ");
    all_failed(&home);
}

#[test]
fn a_server_that_is_another_or_not_there_gets_no_mail() {
    let (mut home, pack) = told("");
    home.set("SMTP_PASSWORD", PASSWORD);
    let [server, stranger] = [(); 2].map(|()| MailServer::start(Manner::Sound, false));
    let usual = by(&server, AS_AUDIT);
    home.write("ca.pem", &stranger.certificate);
    let mut lines = vec![attempt(&home, &pack, &usual)];
    home.write("ca.pem", "no certificate");
    lines.push(attempt(&home, &pack, &usual));
    home.write("ca.pem", &server.certificate);
    let port =
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    lines.push(attempt(&home, &pack, &usual.replace(&server.port.to_string(), &port.to_string())));
    lines.push(attempt(&home, &pack, &usual.replace("\"localhost\"", "\"127.0.0.1\"")));
    home.unset("SMTP_PASSWORD");
    lines.push(attempt(&home, &pack, &usual));
    insta::assert_snapshot!(home.steady(&lines.join("\n")), @r#"
    notice for `ciso` failed: the mail was not taken: Connection error: Connection error: invalid peer certificate: BadSignature
    notice for `ciso` failed: no mail was sent: the file of `ca-file` holds no certificate in PEM form
    notice for `ciso` failed: the mail was not taken: Connection error: Connection refused (os error 111)
    notice for `ciso` failed: the mail was not taken: Connection error: Connection error: invalid peer certificate: certificate not valid for name "127.0.0.1"; certificate is only valid for DnsName("localhost")
    notice for `ciso` failed: the environment variable `SMTP_PASSWORD` is not set
    "#);
    all_failed(&home);
}
