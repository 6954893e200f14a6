//! Time-stamps of packs: `openssl ts` is the authority, and checks what came of it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use tempfile::TempDir;

use crate::before::{eu_from_files, reported};
use crate::harness::Home;

/// How an authority answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// As `openssl ts` does.
    Sound,
    /// With the first answer that it ever gave.
    Again,
    /// That it is out of order.
    Broken,
    /// With a page.
    Page,
    /// That it does not take such requests.
    Unwilling,
    /// Somewhere else.
    Elsewhere,
    /// With more than anybody would read.
    Endless,
}

/// All that are no time-stamp.
const MANNERS: [Manner; 6] = [
    Manner::Broken,
    Manner::Page,
    Manner::Again,
    Manner::Unwilling,
    Manner::Elsewhere,
    Manner::Endless,
];

/// An authority on this machine.
struct Authority {
    dir: TempDir,
    listener: TcpListener,
}

impl Authority {
    /// One with keys and certificates of its own.
    fn new() -> Self {
        let dir = TempDir::new().expect("room");
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("room");
        write("tsa.cnf", CONFIGURATION);
        write("serial", "01\n");
        let made = openssl(
            dir.path(),
            "req -x509 -newkey rsa:2048 -nodes -config tsa.cnf -extensions authority \
             -subj /CN=Root.test -days 7300 -keyout root.key -out root.pem",
        );
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        for words in [
            "req -new -newkey rsa:2048 -nodes -config tsa.cnf -subj /CN=Stamps.test -keyout tsa.key \
             -out tsa.csr",
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -set_serial 2 -days 7300 \
             -extfile tsa.cnf -extensions stamps -out tsa.pem",
        ] {
            let made = openssl(dir.path(), words);
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        Self { dir, listener }
    }

    fn url(&self) -> String {
        format!("http://{}/tsr", self.listener.local_addr().expect("an address"))
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("root.pem")
    }

    /// Answers one request while `during` goes on.
    fn answering<T>(&self, manner: Manner, during: impl FnOnce() -> T) -> T {
        thread::scope(|scope| {
            scope.spawn(|| {
                let (connection, _) = self.listener.accept().expect("it is asked");
                self.answer(connection, manner);
            });
            during()
        })
    }

    fn answer(&self, mut connection: TcpStream, manner: Manner) {
        let (head, body) = request(&mut connection);
        assert!(head.starts_with("POST /tsr HTTP/1.1\r\n"), "{head}");
        assert!(
            head.to_lowercase().contains("content-type: application/timestamp-query"),
            "{head}"
        );
        let at = |name: &str| self.dir.path().join(name);
        let (status, body) = match manner {
            Manner::Sound | Manner::Unwilling => {
                fs::write(at("query.tsq"), &body).expect("room");
                let section = if manner == Manner::Sound { "ours" } else { "unwilling" };
                let words = format!(
                    "ts -reply -config tsa.cnf -queryfile query.tsq -out reply.tsr -section {section}"
                );
                openssl(self.dir.path(), &words);
                let reply = fs::read(at("reply.tsr")).expect("it answers");
                if !at("first.tsr").exists() {
                    fs::write(at("first.tsr"), &reply).expect("room");
                }
                ("200 OK", reply)
            }
            Manner::Again => ("200 OK", fs::read(at("first.tsr")).expect("it is there")),
            Manner::Broken => ("500 Out of order", Vec::new()),
            Manner::Page => ("200 OK", b"<html>Sign in</html>".to_vec()),
            Manner::Elsewhere => ("302 Found\r\nlocation: http://elsewhere.test/", Vec::new()),
            Manner::Endless => ("200 OK", vec![b' '; 2 << 20]),
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
        // Whoever has read enough hangs up.
        let _ = connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(&body));
    }
}

const CONFIGURATION: &str = "
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = ours
[ours]
serial = ./serial
signer_cert = ./tsa.pem
certs = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
[unwilling]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
";

fn openssl(dir: &Path, words: &str) -> Output {
    let words = words.split_whitespace();
    Command::new("openssl").args(words).current_dir(dir).output().expect("openssl is there")
}

/// The head and the body of a request.
fn request(connection: &mut TcpStream) -> (String, Vec<u8>) {
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let n = connection.read(&mut piece).expect("a request");
        all.extend_from_slice(&piece[..n]);
        let Some(end) = all.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&all[..end + 4]).into_owned();
        let length = head.to_lowercase();
        let length = length.split("content-length: ").nth(1).expect("it says how long it is");
        let length: usize = length.split('\r').next().expect("a line").parse().expect("a number");
        if all.len() >= end + 4 + length {
            return (head, all[end + 4..].to_vec());
        }
    }
}

/// What `verify` says of a pack, without its folder and moments.
fn verified(home: &Home, pack: &Path, options: &[&str]) -> String {
    let shown = pack.to_string_lossy();
    let ran = home.run(&[&["verify", &shown], options].concat());
    let told = ran.stdout.replace(&*shown, "PACK").replace("Z,", "Z ,");
    let word = |it: &str| match it.as_bytes() {
        [b'2', .., b'-', _, _, b'T', _, _, b':', _, _, b':', _, _, b'Z'] => "AT".to_owned(),
        _ => it.to_owned(),
    };
    // Each version of `openssl` has words of its own.
    let ours = |it: &str| match it.split_once("`openssl` does not accept it: ") {
        Some((file, why)) if !why.is_empty() => format!("{file}`openssl` does not accept it: WHY"),
        _ => it.to_owned(),
    };
    let line = |it: &str| ours(it).split(' ').map(word).collect::<Vec<_>>().join(" ");
    let told: Vec<String> = told.lines().map(line).collect();
    format!("exit {}\n{}\n", ran.code, told.join("\n").replace(" ,", ","))
}

/// `openssl` and the check in the pack find the same.
fn others_accept(pack: &Path, authority: &Authority) {
    let root = authority.root().to_string_lossy().into_owned();
    let words = format!("ts -verify -CAfile {root} -data manifest.json -in manifest.json.tsr");
    let theirs = openssl(pack, &words);
    assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stderr));
    let script = Command::new("python3").arg(pack.join("verify.py")).arg(pack).output();
    assert!(script.expect("python3 is there").status.success());
}

/// The answer with another decade in its time.
fn dated(answer: &[u8], decade: u8) -> Vec<u8> {
    let mut res = answer.to_owned();
    let year = res.windows(3).position(|it| it == b"202").expect("its time");
    res[year + 2] = decade;
    res
}

#[test]
fn a_05_a_time_stamp_is_that_of_the_authority_and_of_this_manifest() {
    let (home, authority) = (eu_from_files(), Authority::new());
    let pack = reported(&home, "2026-09-07T06:00:00Z").dir;
    let shown = pack.to_string_lossy().into_owned();
    let url = authority.url();
    let words = ["sign", &shown, "--timestamp", &url];
    let ran = authority.answering(Manner::Sound, || home.run(&words)).expect(0);
    assert_eq!(ran.stdout.trim(), pack.join("manifest.json.tsr").to_string_lossy());

    others_accept(&pack, &authority);
    let stranger = Authority::new();
    let root = authority.root().to_string_lossy().into_owned();
    let other = stranger.root().to_string_lossy().into_owned();
    let mut told = vec![
        ("nobody is trusted", verified(&home, &pack, &[])),
        ("its authority is trusted", verified(&home, &pack, &["--timestamp-ca", &root])),
        ("another one is", verified(&home, &pack, &["--timestamp-ca", &other])),
    ];
    let answer = fs::read(pack.join("manifest.json.tsr")).expect("it is there");
    let put = |bytes: &[u8]| fs::write(pack.join("manifest.json.tsr"), bytes).expect("room");
    put(&answer[..answer.len() / 2]);
    told.push(("half of it is gone", verified(&home, &pack, &[])));
    put(&dated(&answer, b'1'));
    told.push(("it was dated back", verified(&home, &pack, &["--timestamp-ca", &root])));
    put(&dated(&answer, b'3'));
    told.push(("it was dated ahead", verified(&home, &pack, &["--timestamp-ca", &root])));
    let later = reported(&home, "2026-10-05T06:00:00Z").dir;
    fs::copy(authority.dir.path().join("first.tsr"), later.join("manifest.json.tsr"))
        .expect("room");
    told.push(("it is of another pack", verified(&home, &later, &[])));
    let told: Vec<String> = told.iter().map(|(what, told)| format!("{what}: {told}")).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    nobody is trusted: exit 0
    PACK: ok, 65 files; not signed; time-stamped AT, by whom was not checked (`--timestamp-ca`)

    its authority is trusted: exit 0
    PACK: ok, 65 files; not signed; time-stamped AT

    another one is: exit 1
    PACK: 1 fault; not signed
      manifest.json.tsr: `openssl` does not accept it: WHY

    half of it is gone: exit 1
    PACK: 1 fault; not signed
      manifest.json.tsr: it is no answer of a time-stamping authority: it ends too early

    it was dated back: exit 1
    PACK: 1 fault; not signed
      manifest.json.tsr: it says AT, and the manifest says that it was made later, at AT

    it was dated ahead: exit 1
    PACK: 1 fault; not signed
      manifest.json.tsr: `openssl` does not accept it: WHY

    it is of another pack: exit 1
    PACK: 1 fault; not signed
      manifest.json.tsr: it is of something else, and not of this manifest
    ");
}

#[test]
fn a_05_a_pack_without_the_time_stamp_that_it_should_have_is_told() {
    let (home, authority) = (eu_from_files(), Authority::new());
    let url = authority.url();
    let configured = home.read("retool-audit.toml") + &format!("\n[sign]\ntimestamp = \"{url}\"\n");
    home.write("retool-audit.toml", &configured);
    let pack = authority.answering(Manner::Sound, || reported(&home, "2026-09-07T06:00:00Z").dir);
    let stamp = fs::read(pack.join("manifest.json.tsr")).expect("it is time-stamped");

    // A pack that has one is not shown to the authority again, which would not answer.
    let again = home.run(&["report", "evidence/snapshots/20260907T060000Z"]);
    assert_eq!(again.stdout.trim(), pack.to_string_lossy());
    assert_eq!(fs::read(pack.join("manifest.json.tsr")).expect("it is there"), stamp);

    let told: Vec<String> = MANNERS
        .iter()
        .enumerate()
        .map(|(day, manner)| {
            let at = format!("2026-11-0{}T06:00:00Z", day + 1);
            let made = home.run(&["import", "answers", "--collected-at", &at]).expect(0);
            let words = ["report", made.stdout.trim()];
            let text = authority.answering(*manner, || home.run(&words)).complaint(&home);
            let text = text.replace(&url, "URL");
            format!("{manner:?}:{}", text.split("error:").nth(1).expect("it fails").trim_end())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Broken: the pack is made, and not all is done that comes after it: `HOME/evidence/2026-11/TIME-HASH`
      because: no time-stamp from `URL`
      because: the answer is HTTP 500
      help: try again later, or ask another authority; then run `retool-audit sign HOME/evidence/2026-11/TIME-HASH --timestamp URL`
    Page: the pack is made, and not all is done that comes after it: `HOME/evidence/2026-11/TIME-HASH`
      because: no time-stamp from `URL`
      because: it is no answer of a time-stamping authority: unknown/unsupported ASN.1 DER tag: 0x3c
      help: try again later, or ask another authority; then run `retool-audit sign HOME/evidence/2026-11/TIME-HASH --timestamp URL`
    Again: the pack is made, and not all is done that comes after it: `HOME/evidence/2026-11/TIME-HASH`
      because: no time-stamp from `URL`
      because: it is of something else
      help: try again later, or ask another authority; then run `retool-audit sign HOME/evidence/2026-11/TIME-HASH --timestamp URL`
    Unwilling: the pack is made, and not all is done that comes after it: `HOME/evidence/2026-11/TIME-HASH`
      because: no time-stamp from `URL`
      because: the authority gave none: Message digest algorithm is not supported.
      help: try again later, or ask another authority; then run `retool-audit sign HOME/evidence/2026-11/TIME-HASH --timestamp URL`
    Elsewhere: the pack is made, and not all is done that comes after it: `HOME/evidence/2026-11/TIME-HASH`
      because: no time-stamp from `URL`
      because: the answer is HTTP 302
      help: try again later, or ask another authority; then run `retool-audit sign HOME/evidence/2026-11/TIME-HASH --timestamp URL`
    Endless: the pack is made, and not all is done that comes after it: `HOME/evidence/2026-11/TIME-HASH`
      because: no time-stamp from `URL`
      because: the answer goes beyond 1024 KiB
      help: try again later, or ask another authority; then run `retool-audit sign HOME/evidence/2026-11/TIME-HASH --timestamp URL`
    ");
    let index = home.read("evidence/index.html");
    assert!(index.contains("2026-11"), "the packs are in the index all the same");
}

/// What retention leaves of a pack is proven by all that others said of it.
#[test]
fn a_05_a_time_stamp_stays_with_what_proves_an_older_pack() {
    let (home, authority) = (eu_from_files(), Authority::new());
    let [old, _] =
        ["2026-09-07T06:00:00Z", "2026-10-05T06:00:00Z"].map(|it| reported(&home, it).dir);
    let (shown, url) = (old.to_string_lossy(), authority.url());
    let words = ["sign", &shown, "--timestamp", &url];
    authority.answering(Manner::Sound, || home.run(&words)).expect(0);
    home.run(&["prune", "--keep-months", "1", "--keep-reports"]).expect(0);
    assert!(!old.join("report.json").exists(), "it is reduced");
    others_accept(&old, &authority);
    let root = authority.root().to_string_lossy().into_owned();
    let told = verified(&home, &old, &["--timestamp-ca", &root]);
    assert!(told.contains("; time-stamped 20") && told.contains("; all but these "), "{told}");
}
