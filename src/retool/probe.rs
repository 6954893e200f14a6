//! One look at an endpoint: whether it could be read, without reading all of it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::door::{Answer, Fault};
use super::refusal::{self, Refusal};
use super::wire::{self, Envelope};
use super::{Client, Errand, List, Watch};
use crate::snapshot::ledger::{Endpoint, Outcome};

/// Where every instance states its version, outside the API and without a token.
const HEALTH: &str = "/api/checkHealth";

/// What became of a first word with an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It answers; with its version, where it states one.
    Up(Option<String>),
    /// It answers with a web page.
    Page,
    /// Its name is not known; with the system's words.
    NoName(String),
    /// There is no connection; with the system's words.
    NoConnection(String),
    /// Its certificate is not accepted; with the cause.
    Certificate(String),
    /// The connection does not speak TLS; with the cause.
    NoTls(String),
    /// No answer came, or half of one.
    Silent,
}

/// Why an endpoint could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The class.
    pub outcome: Outcome,
    /// The sentence.
    pub reason: String,
}

impl Client {
    /// Whether somebody is there, asked once and without patience.
    pub async fn health(&self) -> Health {
        self.limiter.turn().await;
        match self.door.get(HEALTH).await {
            Ok(it) if it.is_page() => Health::Page,
            Ok(it) => Health::Up(version(&it)),
            Err(it) => tell_apart(it),
        }
    }

    /// One answer of an endpoint: a single record where the endpoint takes a limit.
    ///
    /// # Errors
    ///
    /// When the endpoint refuses, or answers something else.
    pub async fn peek<D: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        now: &dyn Fn() -> DateTime<Utc>,
    ) -> Result<D, Refused> {
        let watch = Watch { now, page: &|_| {} };
        let what = List { endpoint, paged: false };
        let mut request = wire::request(what, None);
        if endpoint == Endpoint::Users {
            request.push_str("?limit=1");
        }
        let answer = Errand::new(self, what, &watch).answer(&request).await;
        answer
            .and_then(|it| open(endpoint, &it))
            .map_err(|it| Refused { outcome: it.outcome, reason: self.door.mask(it.reason) })
    }

    /// Whether the token in use ends with these characters.
    pub fn shows_token_ending(&self, last4: &str) -> bool {
        last4.chars().count() >= 4 && self.door.token_ends_with(last4)
    }
}

fn open<D: DeserializeOwned>(endpoint: Endpoint, answer: &Answer) -> Result<D, Refusal> {
    if let Some(it) = refusal::of_status(endpoint, answer) {
        return Err(it);
    }
    let envelope: Envelope<D> =
        serde_json::from_slice(&answer.body).map_err(|it| refusal::of_parse(answer, &it))?;
    Ok(envelope.open().map_err(refusal::of_envelope)?.data)
}

fn version(answer: &Answer) -> Option<String> {
    #[derive(Deserialize)]
    struct Stated {
        version: Option<String>,
    }

    let stated: Option<Stated> = serde_json::from_slice(&answer.body).ok();
    stated?.version.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
}

/// The system's words are all there is to tell a wrong name from a closed port.
fn tell_apart(fault: Fault) -> Health {
    match fault {
        Fault::Certificate(it) => Health::Certificate(it),
        Fault::Connect(it) => {
            let text = it.to_lowercase();
            let says = |words: &[&str]| words.iter().any(|it| text.contains(it));
            if says(&["lookup", "dns", "no such host", "nodename", "name or service"]) {
                Health::NoName(it)
            } else if says(&["corrupt message", "invalidcontenttype", "handshake", "tls", "alert"])
            {
                Health::NoTls(it)
            } else {
                Health::NoConnection(it)
            }
        }
        Fault::Silent | Fault::Broken(_) | Fault::TooLarge(_) => Health::Silent,
    }
}
