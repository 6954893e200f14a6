//! A server that speaks as S3 does, for one test: moto, which checks signatures and rights.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use retool_audit::digest::hex;
use serde_json::{Value, json};

use crate::harness::{Home, skipped};

/// What the server is told, and how it is started.
const SCRIPT: &str = include_str!("server.py");

/// The server; it ends with the test, whose end it sees.
pub(super) struct S3 {
    program: Child,
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    port: u64,
    key: String,
    pub(super) secret: String,
}

impl S3 {
    /// Starts it; none where moto is not installed, which is said.
    pub(super) fn start() -> Option<Self> {
        Self::start_as(&[])
    }

    /// The same for everybody, whoever asks.
    pub(super) fn start_open() -> Option<Self> {
        Self::start_as(&["open"])
    }

    fn start_as(arguments: &[&str]) -> Option<Self> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/stores/bin/python3");
        let python = if own.exists() { own } else { PathBuf::from("python3") };
        let mut command = Command::new(python);
        command.args(["-c", SCRIPT]).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = command.stderr(Stdio::null()).spawn().ok()?;
        let input = program.stdin.take().expect("a pipe");
        let mut output = BufReader::new(program.stdout.take().expect("a pipe"));
        let mut first = String::new();
        output.read_line(&mut first).expect("a pipe");
        let Ok(told) = serde_json::from_str::<Value>(&first) else {
            program.wait().expect("it ends");
            skipped("a server that speaks as S3 does: moto is not installed");
            return None;
        };
        let text = |key: &str| told[key].as_str().expect("a text").to_owned();
        let (key, secret) = (text("key"), text("secret"));
        let port = told["port"].as_u64().expect("a number");
        Some(Self { program, pipes: Mutex::new((input, output)), port, key, secret })
    }

    /// Has it do something.
    pub(super) fn ask(&self, command: &Value) -> Value {
        let mut pipes = self.pipes.lock().expect("one at a time");
        writeln!(pipes.0, "{command}").expect("it listens");
        let mut line = String::new();
        pipes.1.read_line(&mut line).expect("it answers");
        let res: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(res.get("error"), None, "{command}");
        res
    }

    /// Has the program's request of this number go wrong, or every one from then on.
    pub(super) fn fail(&self, kind: &str, at: u64, on: bool) {
        self.ask(&json!({"do": "fault", "kind": kind, "at": at, "on": on}));
    }

    /// Has nothing go wrong.
    pub(super) fn work(&self) {
        self.ask(&json!({"do": "fault", "kind": null, "at": 0, "on": false}));
    }

    /// The program's requests since it was said what goes wrong.
    pub(super) fn log(&self) -> Vec<String> {
        let seen = self.ask(&json!({"do": "seen"}));
        let log = seen["log"].as_array().expect("a list");
        log.iter().map(|it| it.as_str().expect("a text").to_owned()).collect()
    }

    /// The names of what is in a bucket.
    pub(super) fn names(&self, bucket: &str) -> Vec<String> {
        let listed = self.ask(&json!({"do": "list", "bucket": bucket}));
        let names = listed["names"].as_array().expect("a list");
        names.iter().map(|it| it.as_str().expect("a text").to_owned()).collect()
    }

    /// The bytes of an object, in hex.
    pub(super) fn read(&self, bucket: &str, name: &str) -> String {
        let read = self.ask(&json!({"do": "read", "bucket": bucket, "name": name}));
        read["hex"].as_str().expect("a text").to_owned()
    }

    /// Puts an object there as somebody else.
    pub(super) fn write(&self, bucket: &str, name: &str, text: &str) {
        let hex = hex(text.as_bytes());
        self.ask(&json!({"do": "write", "bucket": bucket, "name": name, "hex": hex}));
    }

    /// Removes an object as somebody else.
    pub(super) fn remove(&self, bucket: &str, name: &str) {
        self.ask(&json!({"do": "remove", "bucket": bucket, "name": name}));
    }

    /// Where it listens.
    pub(super) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How the configuration says where it is; its secret is in the environment.
    pub(super) fn section(&self, home: &mut Home, more: &str) -> String {
        home.set("STORE_SECRET", &self.secret);
        let Self { port, key, .. } = self;
        format!(
            "[store]\nregion = \"eu-central-1\"\nendpoint = \"http://127.0.0.1:{port}\"\n\
             access-key-id = \"{key}\"\nsecret-env = \"STORE_SECRET\"\n{more}\n"
        )
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.program.kill().ok();
        self.program.wait().ok();
    }
}
