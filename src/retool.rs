//! The client of one Retool instance: whole lists, or the reason why not.
//!
//! The one door to HTTP and TLS, and it can only read. What comes is parsed straight into the types
//! of the snapshot, so a field without a place there is never held. Nothing here decides what a
//! missing list means for the instance; that is `collect`'s.

mod door;
pub mod pace;
mod paging;
pub mod probe;
mod refusal;
pub mod saved;
pub mod wire;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use thiserror::Error;

use self::door::{Answer, Door};
use self::pace::{Limiter, Patience};
use self::paging::{Paging, Step};
use self::refusal::Refusal;
use self::wire::{Envelope, Record};
use crate::snapshot::ledger::{Endpoint, LedgerRow};

/// What a client needs to know about its instance.
pub struct Settings {
    /// Scheme, host and path without `/api/v2`.
    pub url: String,
    /// The bearer token.
    pub token: SecretString,
    /// Requests in any minute; 0 is no limit.
    pub requests_per_minute: u32,
    /// Certificate authorities to trust besides the system's, as PEM.
    pub extra_roots: Option<Vec<u8>>,
    /// How often and how long a failed request is tried again.
    pub patience: Patience,
}

/// Why there is no client.
#[derive(Debug, Error)]
pub enum Error {
    /// The address is none.
    #[error("the url `{url}` is not an address")]
    Url {
        /// What the configuration says.
        url: String,
    },
    /// The token could not be sent in a header.
    #[error("the token holds characters that a header cannot carry")]
    Token,
    /// The PEM text holds no certificate.
    #[error("the file of `ca-file` holds no certificate in PEM form")]
    Root,
    /// The TLS library refuses to start.
    #[error(
        "TLS cannot be set up ({reason}); install the system's certificates or name a `ca-file`"
    )]
    Tls {
        /// In the library's words.
        reason: String,
    },
}

/// Who is told what while a list is read, and who knows the time.
pub struct Watch<'a> {
    /// The clock.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
    /// Called after each page with what the ledger holds so far.
    pub page: &'a dyn Fn(&LedgerRow),
}

/// What reading one endpoint gave: the records are empty unless the row says `ok`.
pub struct Reading<T> {
    /// The ledger's row.
    pub row: LedgerRow,
    /// The records.
    pub records: T,
}

/// A connection to one instance.
pub struct Client {
    door: Door,
    limiter: Limiter,
    patience: Patience,
}

impl Client {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the address, the token or the certificates cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let door = Door::new(settings)?;
        let limiter = Limiter::new(settings.requests_per_minute);
        Ok(Self { door, limiter, patience: settings.patience })
    }

    /// Reads a whole list.
    pub async fn list<T: Record>(&self, what: List, watch: &Watch<'_>) -> Reading<Vec<T>> {
        let mut errand = Errand::new(self, what, watch);
        let mut paging = Paging::default();
        match errand.fill(&mut paging).await {
            Ok(()) => errand.end(paging.into_records()),
            Err(it) => errand.fail(it),
        }
    }

    /// Reads a settings object.
    pub async fn object<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        watch: &Watch<'_>,
    ) -> Reading<Option<T>> {
        let mut errand = Errand::new(self, List { endpoint, paged: false }, watch);
        match errand.page::<T>(None).await {
            Ok(it) => {
                (errand.row.rows_received, errand.row.distinct_ids) = (1, 1);
                errand.row.rows_kept = 1;
                (watch.page)(&errand.row);
                Reading { row: errand.row, records: Some(it.data) }
            }
            Err(it) => errand.fail(it),
        }
    }
}

/// What to ask for, and in what portions.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// The list.
    pub endpoint: Endpoint,
    /// Whether to ask for it a hundred records at a time.
    pub paged: bool,
}

/// The reading of one endpoint while it goes on.
struct Errand<'a> {
    client: &'a Client,
    what: List,
    watch: &'a Watch<'a>,
    row: LedgerRow,
}

impl<'a> Errand<'a> {
    fn new(client: &'a Client, what: List, watch: &'a Watch<'a>) -> Self {
        let request = wire::request(what, None);
        let row = LedgerRow::begin(what.endpoint, request, (watch.now)());
        Self { client, what, watch, row }
    }

    async fn fill<T: Record>(&mut self, paging: &mut Paging<T>) -> Result<(), Refusal> {
        let mut token = None;
        loop {
            let page = self.page::<Vec<T>>(token.as_deref()).await?;
            let step = paging.take(page);
            paging.count(&mut self.row);
            (self.watch.page)(&self.row);
            match step? {
                Step::Done => return Ok(()),
                Step::More(it) => token = Some(it),
            }
        }
    }

    /// One answer, parsed.
    async fn page<D: DeserializeOwned>(
        &mut self,
        token: Option<&str>,
    ) -> Result<wire::Page<D>, Refusal> {
        let request = wire::request(self.what, token);
        let answer = self.answer(&request).await?;
        self.row.bytes += answer.body.len() as u64;
        self.row.body_sha256.push(answer.sha256.clone());
        if let Some(it) = refusal::of_status(self.what.endpoint, &answer) {
            return Err(it);
        }
        let envelope: Envelope<D> =
            serde_json::from_slice(&answer.body).map_err(|it| refusal::of_parse(&answer, &it))?;
        let page = envelope.open().map_err(refusal::of_envelope)?;
        self.row.pages += 1;
        Ok(page)
    }

    /// One answer, asked for again while that may help.
    async fn answer(&mut self, request: &str) -> Result<Answer, Refusal> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.client.limiter.turn().await;
            let now = (self.watch.now)();
            if tries == 1 && self.row.pages == 0 {
                self.row.first_request_at = now;
            }
            self.row.last_request_at = now;
            let answer = self.client.door.get(request).await;
            self.row.status = answer.as_ref().ok().map(|it| it.status);
            let trouble = pace::trouble(&answer, now);
            let wait = trouble.and_then(|it| self.client.patience.wait(&it, tries, request));
            let Some(wait) = wait else {
                return answer.map_err(|it| refusal::of_fault(&it, tries));
            };
            self.row.retries += 1;
            tokio::time::sleep(wait).await;
        }
    }

    fn end<T>(mut self, records: Vec<T>) -> Reading<Vec<T>> {
        self.row.rows_kept = records.len() as u64;
        Reading { row: self.row, records }
    }

    fn fail<T: Default>(mut self, refusal: Refusal) -> Reading<T> {
        self.row.outcome = refusal.outcome;
        self.row.reason = self.client.door.mask(refusal.reason);
        Reading { row: self.row, records: T::default() }
    }
}
