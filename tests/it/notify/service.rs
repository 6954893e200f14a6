//! A service on this machine that writes down what it is asked, and answers by a script.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    /// The path with its query.
    pub(super) path: String,
    /// All headers, names in lower case.
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|it| it.split_once(": "));
        lines.filter(|it| it.0 == name).map(|it| it.1).next()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// What is done to a client once its request has come.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A status and a body.
    Say(u16, String),
    /// A status, headers with their ends, and a body.
    With(u16, String, String),
    /// A body without end.
    Endless,
    /// The connection is closed.
    HangUp,
}

/// The service; it serves until the test ends.
pub(super) struct Service {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Service {
    pub(super) fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (noted, script) = (Arc::clone(&asked), Arc::new(script));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, noted) = (stream.expect("a connection"), Arc::clone(&noted));
                let script = Arc::clone(&script);
                thread::spawn(move || converse(stream, &noted, &*script));
            }
        });
        Self { address, asked }
    }

    /// One that takes everything.
    pub(super) fn willing() -> Self {
        Self::start(|_| Answer::Say(200, "ok".to_owned()))
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request that came since this was last asked.
    pub(super) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().expect("no test panicked"))
    }
}

fn converse(mut stream: TcpStream, noted: &Mutex<Vec<Asked>>, script: &dyn Fn(&Asked) -> Answer) {
    let Some(asked) = request(&mut stream) else { return };
    let answer = script(&asked);
    noted.lock().expect("no test panicked").push(asked);
    let said = |status: u16, headers: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status} So\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    // Whoever has read enough hangs up.
    match answer {
        Answer::Say(status, body) => drop(stream.write_all(said(status, "", &body).as_bytes())),
        Answer::With(status, headers, body) => {
            drop(stream.write_all(said(status, &headers, &body).as_bytes()));
        }
        Answer::Endless => {
            let mut going = stream.write_all(b"HTTP/1.1 200 So\r\n\r\n");
            while going.is_ok() {
                going = stream.write_all(&[b' '; 4096]);
            }
        }
        Answer::HangUp => {}
    }
}

/// A whole request; none where the client hangs up before.
fn request(stream: &mut TcpStream) -> Option<Asked> {
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let n = stream.read(&mut piece).ok().filter(|it| *it > 0)?;
        all.extend_from_slice(&piece[..n]);
        let Some(end) = all.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let (first, rest) = head.split_once("\r\n").unwrap_or((&head, ""));
        let mut words = first.split(' ');
        let [method, path] = [words.next()?, words.next()?].map(str::to_owned);
        let asked = Asked { method, path, head: rest.replace('\r', ""), body: Vec::new() };
        let length = asked.header("content-length").map_or(0, |it| it.parse().expect("a number"));
        if all.len() >= end + 4 + length {
            return Some(Asked { body: all[end + 4..].to_vec(), ..asked });
        }
    }
}
