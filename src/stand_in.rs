//! A stand-in for Retool's API on this machine, for the demo and the tests.
//!
//! It serves a folder of answers (see `answers`), or whatever a script says. It is as careless with
//! secrets as the real one: it sends what its files hold.

mod answers;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use self::answers::ServedFolder;

/// A server on loopback that ends when it is dropped.
pub struct StandIn {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

/// A request as a script sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedRequest {
    /// `GET`, unless the client is broken.
    pub method: String,
    /// The path, from the root.
    pub path: String,
    /// The query, without the question mark.
    pub query: String,
    /// The bearer token.
    pub token: Option<String>,
}

/// What a script answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl ScriptedAnswer {
    /// A JSON text.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type", "application/json; charset=utf-8".into())];
        Self { status, headers, body: body.into() }
    }
}

impl ScriptedRequest {
    /// The value of one query parameter.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|it| it.split_once('='));
        let value = pairs.filter(|pair| pair.0 == name).map(|it| decode(it.1)).next();
        value.filter(|it| !it.is_empty())
    }
}

impl StandIn {
    /// Serves the instances of a folder, every time in them moved by `shift`.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read, or no port is free.
    pub async fn start(folder: &Path, shift: TimeDelta) -> io::Result<Self> {
        let answers = ServedFolder::load(folder, shift)?;
        Self::scripted(move |it| answers.to(it)).await
    }

    /// Serves what a script answers.
    ///
    /// # Errors
    ///
    /// When no port is free.
    pub async fn scripted<F>(script: F) -> io::Result<Self>
    where
        F: Fn(&ScriptedRequest) -> ScriptedAnswer + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(serve(listener, Arc::new(script)));
        Ok(Self { address, serving })
    }

    /// The address to configure for an instance.
    pub fn url_of(&self, instance: &str) -> String {
        format!("http://{}/{instance}", self.address)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

type Script = Arc<dyn Fn(&ScriptedRequest) -> ScriptedAnswer + Send + Sync>;

async fn serve(listener: TcpListener, script: Script) {
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        conversations.spawn(converse(stream, script.clone()));
    }
}

async fn converse(stream: TcpStream, script: Script) {
    let service = service_fn(move |it| {
        let answer = respond(script(&asked(&it)));
        async move { answer }
    });
    // The folder of answers says what the time is, or the answer has no date.
    let mut server = hyper::server::conn::http1::Builder::new();
    let connection = server.auto_date_header(false);
    let connection = connection.serve_connection(TokioIo::new(stream), service);
    // A client that hangs up early is its own business.
    connection.await.unwrap_or_default();
}

fn asked(request: &Request<Incoming>) -> ScriptedRequest {
    let bearer = request.headers().get(AUTHORIZATION).and_then(|it| it.to_str().ok());
    let token = bearer.and_then(|it| it.strip_prefix("Bearer ")).filter(|it| !it.is_empty());
    ScriptedRequest {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        token: token.map(str::to_owned),
    }
}

fn respond(answer: ScriptedAnswer) -> Result<Response<Full<Bytes>>, hyper::http::Error> {
    let mut res = Response::new(Full::new(answer.body));
    *res.status_mut() = StatusCode::from_u16(answer.status)?;
    for (name, value) in answer.headers {
        let value = HeaderValue::from_str(&value)?;
        res.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(res)
}

fn decode(value: &str) -> String {
    let mut bytes = value.bytes();
    let mut res = Vec::new();
    while let Some(it) = bytes.next() {
        let digits = if it == b'%' { bytes.next().zip(bytes.next()) } else { None };
        let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
        let byte = digits.and_then(|(a, b)| Some(digit(a)? << 4 | digit(b)?));
        res.push(byte.unwrap_or(it));
    }
    String::from_utf8_lossy(&res).into_owned()
}
