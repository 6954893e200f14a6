//! One look at an endpoint: whether it could be read, without reading all of it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::transport::{Distrust, ServerResponse, TransportFault};
use super::{Client, List, Watch, begin, clock};
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};

/// What became of a first word with an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reachability {
    /// It answers.
    Up {
        /// Its version, where it states one.
        version: Option<String>,
        /// By how many seconds its clock is ahead of ours, where it states a time; negative behind.
        skew_seconds: Option<i64>,
    },
    /// It answers with a web page.
    Page,
    /// Its name is not known; with the system's words.
    NoName(String),
    /// The proxy before it does not answer or lets nothing through; in a sentence.
    NoProxy(String),
    /// There is no connection; with the system's words.
    NoConnection(String),
    /// Its certificate is not accepted.
    Certificate(Distrust),
    /// The connection does not speak TLS; with the cause.
    NoTls(String),
    /// No answer came, or half of one.
    Silent,
}

/// Why an endpoint could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeFailure {
    /// The class.
    pub outcome: ReadOutcome,
    /// The sentence.
    pub reason: String,
}

impl Client {
    /// Whether a server answers, asked once and without patience.
    pub async fn health(&self, now: &dyn Fn() -> DateTime<Utc>) -> Reachability {
        self.limiter.turn().await;
        let mut row = LedgerRow::begin(Endpoint::Version, String::new(), now());
        let asking = self.guest.outside(self.transport.ask(Endpoint::Version.path()));
        let answer = match asking.await {
            Ok(head) => {
                self.come_in().await;
                self.transport.take(head).await
            }
            Err(it) => Err(it),
        };
        match answer {
            Ok(it) if it.is_page() => Reachability::Page,
            Ok(it) => {
                clock::note(&mut row, it.date.as_deref(), now());
                Reachability::Up { version: version(&it), skew_seconds: row.clock_skew_seconds }
            }
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
        what: List,
        now: &dyn Fn() -> DateTime<Utc>,
    ) -> Result<D, ProbeFailure> {
        let watch = Watch { now, page: &|_| {} };
        let what = List { limit: what.limit.map(|_| 1), ..what };
        let mut row = begin(what, &watch);
        let page = self.page(what, &mut row, &watch).await;
        page.map(|it| it.data).map_err(|it| ProbeFailure { outcome: it.outcome, reason: it.reason })
    }

    /// The first answer of a list, and whether it says that nothing follows.
    ///
    /// # Errors
    ///
    /// When the endpoint refuses, or answers something else.
    pub async fn first<T: DeserializeOwned>(
        &self,
        what: List,
        now: &dyn Fn() -> DateTime<Utc>,
    ) -> Result<(Vec<T>, bool), ProbeFailure> {
        let watch = Watch { now, page: &|_| {} };
        let mut row = begin(what, &watch);
        let page = self.page(what, &mut row, &watch).await;
        page.map(|it| (it.data, it.ends))
            .map_err(|it| ProbeFailure { outcome: it.outcome, reason: it.reason })
    }

    /// Whether the token in use ends with these characters.
    pub fn shows_token_ending(&self, last4: &str) -> bool {
        last4.chars().count() >= 4 && self.transport.token_ends_with(last4)
    }
}

fn version(answer: &ServerResponse) -> Option<String> {
    #[derive(Deserialize)]
    struct StatedTotals {
        version: Option<String>,
    }

    let stated: Option<StatedTotals> = serde_json::from_slice(&answer.body).ok();
    stated?.version.map(|version| version.trim().to_owned()).filter(|it| !it.is_empty())
}

/// Only the system's words distinguish a wrong name from a closed port.
fn tell_apart(fault: TransportFault) -> Reachability {
    match fault {
        TransportFault::Certificate(it) => Reachability::Certificate(it),
        TransportFault::Connect(it) => {
            let text = it.to_lowercase();
            let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
            if text.starts_with("the proxy ") {
                Reachability::NoProxy(it)
            } else if says(&["lookup", "dns", "no such host", "nodename", "name or service"]) {
                Reachability::NoName(it)
            } else if says(&["corrupt message", "invalidcontenttype", "handshake", "tls", "alert"])
            {
                Reachability::NoTls(it)
            } else {
                Reachability::NoConnection(it)
            }
        }
        TransportFault::Unreached(it) => {
            Reachability::NoConnection(format!("nothing answers within {} seconds", it.as_secs()))
        }
        TransportFault::Silent
        | TransportFault::Broken(_)
        | TransportFault::Late
        | TransportFault::TooLarge(_) => Reachability::Silent,
    }
}
