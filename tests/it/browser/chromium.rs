//! A Chromium of one's own, spoken to by its debugging protocol over two pipes.
//!
//! The shell hands the pipes over as file descriptors 3 and 4, so nothing but the standard library
//! and JSON is needed, and no port is opened.

use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Nothing that a test waits for takes longer.
const PATIENCE: Duration = Duration::from_mins(2);

/// The first that is there; the folder of its profile is `$0`.
const FIND: &str = "browser=$(command -v chromium || command -v google-chrome)";

const START: &str = "exec \"$browser\" --remote-debugging-pipe --headless --no-sandbox \
     --disable-gpu --disable-quic --no-first-run --disable-background-networking \
     --disable-component-update --disable-sync --force-color-profile=srgb --user-data-dir=\"$0\" \
     about:blank 3<&0 4>&1 </dev/null >/dev/null 2>&1";

pub(crate) struct Page {
    chromium: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: Option<String>,
    sent: u64,
    /// What happened without being asked for: requests, messages on the console, page loads.
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Page {
    /// An empty page, 1,400 wide; none where there is no Chromium.
    pub(crate) fn open() -> Option<Self> {
        let found = Command::new("sh").args(["-c", FIND]).output().expect("sh");
        if !found.status.success() {
            super::skipped("a test in the browser: there is no chromium");
            return None;
        }
        let profile = tempfile::tempdir().expect("a folder");
        let mut chromium = Command::new("sh")
            .args(["-c", &format!("{FIND}; {START}")])
            .arg(profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh");
        let to = chromium.stdin.take().expect("a pipe");
        let from = listen(BufReader::new(chromium.stdout.take().expect("a pipe")));
        let mut res =
            Self { chromium, to, from, session: None, sent: 0, events: vec![], _profile: profile };
        let target = res.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let session = res.call("Target.attachToTarget", &target);
        res.session = session["sessionId"].as_str().map(str::to_owned);
        for it in ["Page", "Runtime", "Network", "Log"] {
            res.call(&format!("{it}.enable"), &json!({}));
        }
        res.resize(1400);
        Some(res)
    }

    /// Calls a method of the protocol and waits for its result.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if let Some(it) = &self.session {
            message["sessionId"] = it.as_str().into();
        }
        write!(self.to, "{message}\0").and_then(|()| self.to.flush()).expect("chromium listens");
        loop {
            let mut answer = self.next();
            if answer["id"] == self.sent {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }

    /// Loads a file.
    pub(crate) fn go(&mut self, file: &Path) {
        self.go_to(&format!("file://{}", file.display()));
    }

    /// Loads an address anew, also where only its place in the document differs.
    pub(crate) fn go_to(&mut self, url: &str) {
        self.load("about:blank");
        self.load(url);
    }

    fn load(&mut self, url: &str) {
        self.events.clear();
        self.call("Page.navigate", &json!({ "url": url }));
        while !self.events.iter().any(|it| it["method"] == "Page.loadEventFired") {
            let event = self.next();
            self.events.push(event);
        }
    }

    /// The value of an expression, also of one that takes time.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut res = self.call("Runtime.evaluate", &params);
        assert!(res["exceptionDetails"].is_null(), "{expression}: {}", res["exceptionDetails"]);
        res["result"]["value"].take()
    }

    pub(crate) fn text(&mut self, expression: &str) -> String {
        self.eval(expression).as_str().expect("a text").to_owned()
    }

    pub(crate) fn number(&mut self, expression: &str) -> u64 {
        self.eval(expression).as_u64().expect("a number")
    }

    /// Types into what has the focus, as a person would.
    pub(crate) fn type_text(&mut self, text: &str) {
        for it in text.chars() {
            self.call("Input.insertText", &json!({ "text": it.to_string() }));
        }
    }

    pub(crate) fn press(&mut self, key: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let text = if key == "Enter" { "\r" } else { "" };
            let params =
                json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "text": text });
            self.call("Input.dispatchKeyEvent", &params);
        }
    }

    pub(crate) fn resize(&mut self, width: u32) {
        let params =
            json!({ "width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &params);
    }

    /// `light` or `dark`.
    pub(crate) fn theme(&mut self, theme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": theme });
        self.call("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
    }

    /// Addresses that were asked for since the page was loaded.
    pub(crate) fn requests(&self) -> Vec<String> {
        let asked = self.events.iter().filter(|it| it["method"] == "Network.requestWillBeSent");
        asked.map(|it| it["params"]["request"]["url"].to_string()).collect()
    }

    /// What the page or the browser complained about since then.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let complaint = |it: &&Value| {
            let params = &it["params"];
            match it["method"].as_str() {
                Some("Runtime.exceptionThrown") => true,
                Some("Runtime.consoleAPICalled") => params["type"] != "log",
                Some("Log.entryAdded") => params["entry"]["level"] != "info",
                _ => false,
            }
        };
        self.events.iter().filter(complaint).map(Value::to_string).collect()
    }

    fn next(&mut self) -> Value {
        self.from.recv_timeout(PATIENCE).expect("chromium answers in time")
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let close = json!({ "id": 0, "method": "Browser.close" });
        write!(self.to, "{close}\0").and_then(|()| self.to.flush()).ok();
        self.chromium.wait().ok();
    }
}

/// Messages end with a zero byte.
fn listen(mut from: impl std::io::BufRead + Send + 'static) -> Receiver<Value> {
    let (sender, res) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        while from.read_until(0, &mut bytes).is_ok_and(|it| it > 0) {
            bytes.pop();
            let Ok(message) = serde_json::from_slice(&bytes) else { break };
            if sender.send(message).is_err() {
                break;
            }
            bytes.clear();
        }
    });
    res
}
