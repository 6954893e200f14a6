//! What keeps tickets, whichever product it is, and one way to ask it.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::masks::Masks;
use crate::outbound::{self, Outbound, OutboundLimits, OutboundMethod, OutboundRequest};

/// What bounds one request, whose answer may list many tickets.
const LIMITS: OutboundLimits = OutboundLimits { longest: Duration::from_secs(30), most: 8 << 20 };

/// What every label begins with.
const LABEL: &str = "retool-audit-";

/// The label of the ticket about something.
pub(super) fn label(about: &str) -> String {
    format!("{LABEL}{about}")
}

/// A ticket that is there.
#[derive(Clone, Debug)]
pub(super) struct FoundTicket {
    /// What people call it: `SEC-12`.
    pub(super) key: String,
    /// What the product knows it by.
    pub(super) id: String,
    /// Its labels.
    pub(super) labels: BTreeSet<String>,
    /// Whether nobody works on it any more.
    pub(super) is_closed: bool,
}

/// A ticket that is to be there.
#[derive(Clone, Debug)]
pub(super) struct TicketDraft<'a> {
    pub(super) label: String,
    pub(super) title: &'a str,
    pub(super) lines: &'a [String],
}

/// Why something was not done.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Without any secret.
    pub(super) reason: String,
    /// Whether the next request would not do better.
    pub(super) ends: bool,
}

impl Fault {
    /// One that says nothing of the next request.
    pub(super) fn of(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ends: false }
    }

    /// An answer that is not of the service that is meant.
    pub(super) fn another() -> Self {
        let reason = "the answer is not one of the API that is meant: is the `url` right?";
        Self { reason: reason.to_owned(), ends: true }
    }
}

/// What keeps tickets.
pub(super) trait Desk {
    /// The tickets, open and closed, that have any of these labels.
    async fn find(&self, labels: &[String]) -> Result<Vec<FoundTicket>, Fault>;

    /// The ticket that people call so; none where there is none any more.
    async fn look(&self, key: &str) -> Result<Option<FoundTicket>, Fault>;

    /// Opens a ticket, and gives what people call it.
    async fn open(&self, draft: &TicketDraft<'_>) -> Result<String, Fault>;

    /// Adds a comment.
    async fn comment(&self, ticket: &FoundTicket, lines: &[String]) -> Result<(), Fault>;

    /// Closes a ticket with a comment.
    async fn close(&self, ticket: &FoundTicket, lines: &[String]) -> Result<(), Fault>;

    /// Whether tickets can be looked for and opened, without opening one.
    async fn attempt(&self) -> Result<String, Fault>;
}

/// A service that speaks JSON, asked by one account.
#[derive(Debug)]
pub(super) struct JsonService {
    outbound: Outbound,
    authorization: SecretString,
    masks: Masks,
}

/// One request to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct JsonRequest<'a> {
    pub(super) method: OutboundMethod,
    /// The parts of the path below the service's address.
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'a str, &'a str)],
    pub(super) body: Option<&'a Value>,
}

impl<'a> JsonRequest<'a> {
    /// Asks for something.
    pub(super) fn get(path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Self {
        Self { method: OutboundMethod::Get, path, query, body: None }
    }

    /// Sends something.
    pub(super) fn post(path: &'a [&'a str], body: &'a Value) -> Self {
        Self { method: OutboundMethod::Post, path, query: &[], body: Some(body) }
    }
}

impl JsonService {
    /// A service at an address, asked as this user.
    pub(super) fn of(url: &str, user: &str, secret: &SecretString) -> Result<Self, String> {
        let pair = format!("{user}:{}", secret.expose_secret());
        let authorization = format!("Basic {}", STANDARD.encode(pair)).into();
        let outbound = Outbound::secured(url).map_err(|it| it.to_string())?;
        Ok(Self { outbound, authorization, masks: Masks::default().and(secret) })
    }

    /// What the service answers; nothing where there is no such thing. An answer without a body is
    /// null.
    pub(super) async fn ask(&self, request: JsonRequest<'_>) -> Result<Option<Value>, Fault> {
        let JsonRequest { method, path, query, body } = request;
        let bytes = body.map(|it| it.to_string().into_bytes()).unwrap_or_default();
        let outbound = OutboundRequest {
            method,
            headers: vec![("authorization", self.authorization.clone())],
            ..OutboundRequest::of("application/json", "application/json", bytes)
        };
        let answer = self.outbound.below(path, query).send(outbound, LIMITS).await;
        let answer = answer.map_err(|it| self.unreached(&it))?;
        if answer.status == 404 {
            return Ok(None);
        }
        if !answer.is_done() {
            return Err(self.refused(answer.status, &answer.body));
        }
        if answer.body.trim_ascii().is_empty() {
            return Ok(Some(Value::Null));
        }
        // Whatever it names is without a secret from here on.
        let parsed = serde_json::from_slice(&self.masks.body(answer.body));
        parsed.map(Some).map_err(|_| Fault::another())
    }

    /// What the service answers about something that is there.
    pub(super) async fn expect(&self, request: JsonRequest<'_>) -> Result<Value, Fault> {
        let missing =
            || Fault::of("the answer is HTTP 404: there is no such thing, or it is hidden");
        self.ask(request).await?.ok_or_else(missing)
    }

    /// What the service calls something, to be said again.
    pub(super) fn said(&self, text: &str) -> String {
        self.masks.said(text)
    }

    fn unreached(&self, error: &outbound::Error) -> Fault {
        Fault { reason: self.masks.said(&error.to_string()), ends: true }
    }

    /// Why a request was refused, in the service's words where it has some.
    fn refused(&self, status: u16, body: &[u8]) -> Fault {
        let words = words(body).unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
        let reason = self.masks.because(&format!("the answer is HTTP {status}"), &words);
        // Neither an account without rights nor a service that is down does better next time.
        let ends = matches!(status, 300..=399 | 401 | 403 | 407 | 429 | 500..);
        Fault { reason, ends }
    }
}

/// What a service says in an answer of JSON: every text in it.
fn words(body: &[u8]) -> Option<String> {
    fn collect(value: &Value, name: &str, res: &mut Vec<String>) {
        match value {
            Value::String(it) if name.is_empty() => res.push(it.clone()),
            Value::String(it) => res.push(format!("{name}: {it}")),
            Value::Array(list) => {
                for it in list {
                    collect(it, name, res);
                }
            }
            Value::Object(map) => {
                for (name, it) in map {
                    collect(it, name, res);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut res = Vec::new();
    collect(&serde_json::from_slice(body).ok()?, "", &mut res);
    (!res.is_empty()).then(|| res.join("; "))
}
