//! Azurite, Azure's own emulator of its storage.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tempfile::TempDir;

use super::Storing;
use crate::harness::skipped;

/// The account that it has, and its key, which everybody knows.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

struct Azurite {
    program: Child,
    port: u16,
    _folder: TempDir,
}

impl Azurite {
    /// Starts it with an empty container; none where it is not installed, which is said.
    fn start() -> Option<Self> {
        let below = "target/azurite/node_modules/.bin/azurite-blob";
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
        let program = if own.exists() { own } else { PathBuf::from("azurite-blob") };
        let folder = TempDir::new().expect("room");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let mut command = Command::new(program);
        command.args(["--blobPort", &port.to_string(), "--inMemoryPersistence", "--silent"]);
        command.args(["--disableTelemetry", "--skipApiVersionCheck"]).current_dir(folder.path());
        let started = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(program) = started else {
            skipped("Azure's storage: azurite-blob is not installed");
            return None;
        };
        let res = Self { program, port, _folder: folder };
        let said = (0..600).find_map(|_| {
            thread::sleep(Duration::from_millis(100));
            res.make_container().ok()
        });
        let said = said.expect("it listens");
        assert!(said.starts_with("HTTP/1.1 201"), "{said}");
        Some(res)
    }

    fn make_container(&self) -> std::io::Result<String> {
        let dated = "x-ms-date:Tue, 01 Dec 2026 00:00:00 GMT\nx-ms-version:2023-11-03\n";
        let resource = format!("/{ACCOUNT}/{ACCOUNT}/evidence\nrestype:container");
        let signed = format!("PUT\n\n\n\n\n\n\n\n\n\n\n\n{dated}{resource}");
        let key = BASE64_STANDARD.decode(KEY).expect("a key");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(signed.as_bytes());
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        let headers =
            dated.replacen(':', ": ", 1).replace("version:", "version: ").replace('\n', "\r\n");
        write!(
            connection,
            "PUT /{ACCOUNT}/evidence?restype=container HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\
             Authorization: SharedKey {ACCOUNT}:{signature}\r\n{headers}Content-Length: 0\r\n\
             Connection: close\r\n\r\n",
            self.port
        )?;
        let mut said = String::new();
        connection.read_to_string(&mut said)?;
        Ok(said)
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        self.program.kill().ok();
        self.program.wait().ok();
    }
}

#[test]
fn a_pack_goes_to_a_container_of_azure_and_comes_back() {
    let Some(azurite) = Azurite::start() else { return };
    let mut company = Storing::new("", "");
    company.0.home.set("STORE_SECRET", KEY);
    let endpoint = format!("http://127.0.0.1:{}/{ACCOUNT}", azurite.port);
    let section = format!(
        "[store]\nendpoint = \"{endpoint}\"\naccount = \"{ACCOUNT}\"\nsecret-env = \"STORE_SECRET\"\n"
    );
    company.configure("az://evidence/retool", &section);
    company.goes_there_and_comes_back();
    let verified = company.run(&["verify", "az://evidence/retool", "--replay"]).expect(0);
    assert_eq!(verified.stdout.matches("every file is the same").count(), 2, "{}", verified.stdout);
    company.0.home.set("STORE_SECRET", &KEY.replace("Eby8", "Eby9"));
    let refused = company.run(&["store", "push"]).expect(4).complaint(&company.0.home);
    assert!(refused.contains("HTTP 403"), "{refused}");
}
