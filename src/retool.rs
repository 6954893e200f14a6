//! The client of one Retool instance: whole lists, or the reason why not.
//!
//! The only module that reaches Retool, and it can only read. What comes is parsed straight into
//! the types of the snapshot, so a field without a place there is never held. Nothing here decides
//! what a missing list means for the instance; that is `collect`'s.

mod clock;
mod transport;
pub mod gate;
mod intake;
pub mod pace;
mod paging;
pub mod permissions;
pub mod probe;
mod refusal;
mod repair;
pub mod saved;
mod tree;
pub mod wire;

use std::cell::Cell;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio::time::{Instant, timeout_at};

use self::gate::GatePass;
pub use self::intake::EndpointReading;
use self::intake::Intake;
use self::pace::{Limiter, Patience};
use self::paging::PageStep;
use self::refusal::{Refusal, RefusedRequest};
pub use self::transport::{Distrust, RequestLimits};
use self::transport::{ServerResponse, Transport, TransportFault};
use self::wire::{Cursor, Page};
use crate::reach;
use crate::snapshot::endpoints::RecordStore;
use crate::snapshot::ledger::{Endpoint, LedgerRow};
use crate::snapshot::record::Record;

/// 32 random bytes, as keys are made of; none where the system has none to give.
pub fn random() -> Option<[u8; 32]> {
    transport::random()
}

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
    /// What bounds one request.
    pub limits: RequestLimits,
    /// What bounds all requests together, from now on.
    pub deadline: Duration,
    /// What lets the instance in among the others.
    pub guest: GatePass,
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
    /// Its server cannot be reached as the configuration wants.
    #[error(transparent)]
    Reach(#[from] reach::Error),
}

/// What is called while a list is read, and the clock.
pub struct Watch<'a> {
    /// The clock.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
    /// Called after each page with what the ledger holds so far.
    pub page: &'a dyn Fn(&LedgerRow),
}

/// A connection to one instance, which sends one request at a time.
pub struct Client {
    transport: Transport,
    limiter: Limiter,
    patience: Patience,
    deadline: Cell<Instant>,
    retries_left: Cell<u32>,
    guest: GatePass,
}

/// What to ask for, and in what portions.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// The list.
    pub endpoint: Endpoint,
    /// Records in an answer, where not all are wanted at once.
    pub limit: Option<u32>,
    /// The first and the last day, where the list is of a time.
    pub days: Option<(NaiveDate, NaiveDate)>,
}

impl List {
    /// Everything in one answer.
    pub fn whole(endpoint: Endpoint) -> Self {
        Self { endpoint, limit: None, days: None }
    }

    /// As many records in an answer as Retool gives.
    pub fn paged(endpoint: Endpoint) -> Self {
        Self { limit: Some(wire::PAGE), ..Self::whole(endpoint) }
    }
}

impl Client {
    /// Prepares a client; nothing is sent to the instance yet.
    ///
    /// # Errors
    ///
    /// When the address, the token or the certificates cannot be used.
    pub async fn new(settings: Settings) -> Result<Self, Error> {
        let transport = Transport::new(&settings).await?;
        let limiter = Limiter::new(settings.requests_per_minute);
        let patience = settings.patience;
        let deadline = Cell::new(Instant::now() + settings.deadline);
        let retries_left = Cell::new(patience.budget);
        Ok(Self { transport, limiter, patience, deadline, retries_left, guest: settings.guest })
    }

    /// Asks everything else once: what fails from now on is not asked again.
    pub fn lose_patience(&self) {
        self.retries_left.set(0);
    }

    /// The last four characters of the token, by which an inventory lists it; none of a short one.
    pub fn token_end(&self) -> Option<String> {
        self.transport.token_end()
    }

    /// Reads a whole list.
    pub async fn list<T: Record>(&self, what: List, watch: &Watch<'_>) -> EndpointReading<Vec<T>> {
        let mut intake = Intake::new(begin(what, watch));
        let mut next = None;
        let res = loop {
            let step = match self.step(what, next.as_ref(), &mut intake, watch).await {
                Ok(it) => it,
                Err(it) => break Err(it),
            };
            (watch.page)(&intake.row);
            match step {
                PageStep::More(it) => next = Some(it),
                PageStep::Done => break Ok(()),
            }
        };
        intake.end(res)
    }

    /// Reads what an endpoint gives, a list or a settings object.
    pub async fn read<S: RecordStore>(&self, what: List, watch: &Watch<'_>) -> EndpointReading<S> {
        if S::IS_LIST {
            self.list(what, watch).await.map(S::of)
        } else {
            let reading = self.object(what.endpoint, watch).await;
            reading.map(|found: Option<S::Record>| S::of(found.into_iter().collect()))
        }
    }

    /// Reads a settings object.
    pub async fn object<T: Record>(
        &self,
        endpoint: Endpoint,
        watch: &Watch<'_>,
    ) -> EndpointReading<Option<T>> {
        let what = List::whole(endpoint);
        let mut row = begin(what, watch);
        let page = self.page(what, &mut row, watch).await;
        let res = intake::object(row, page);
        if res.records.is_some() {
            (watch.page)(&res.row);
        }
        res
    }

    /// The next answer of a list.
    async fn step<T: Record>(
        &self,
        what: List,
        next: Option<&Cursor>,
        intake: &mut Intake<T>,
        watch: &Watch<'_>,
    ) -> Result<PageStep, Refusal> {
        let request = wire::request(what, next);
        let (answer, tries) = self.answer(&request, &mut intake.row, watch).await?;
        let case = RefusedRequest { endpoint: what.endpoint, request: &request, tries };
        intake.take(&answer, case)
    }

    /// The one answer of an endpoint.
    async fn page<D: DeserializeOwned>(
        &self,
        what: List,
        row: &mut LedgerRow,
        watch: &Watch<'_>,
    ) -> Result<Page<D>, Refusal> {
        self.open(&wire::request(what, None), row, watch).await
    }

    /// One answer, opened.
    async fn open<D: DeserializeOwned>(
        &self,
        request: &str,
        row: &mut LedgerRow,
        watch: &Watch<'_>,
    ) -> Result<Page<D>, Refusal> {
        let (answer, tries) = self.answer(request, row, watch).await?;
        let case = RefusedRequest { endpoint: row.endpoint, request, tries };
        intake::open(row, &answer, case)
    }

    /// One answer, asked for again while that may help; with the number of tries.
    async fn answer(
        &self,
        request: &str,
        row: &mut LedgerRow,
        watch: &Watch<'_>,
    ) -> Result<(ServerResponse, u32), Refusal> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.send(request, row, watch).await;
            row.status = answer.as_ref().ok().map(|it| it.status);
            let trouble = pace::trouble(&answer, (watch.now)());
            let wait = trouble.and_then(|it| self.patience.wait(&it, tries, request));
            let Some(wait) = wait.filter(|it| self.may_wait(*it)) else {
                let case = RefusedRequest { endpoint: row.endpoint, request, tries };
                return match answer {
                    Ok(it) => Ok((it, tries)),
                    Err(it) => Err(refusal::of_fault(case, &it)),
                };
            };
            self.retries_left.set(self.retries_left.get() - 1);
            row.retries += 1;
            self.guest.step_aside();
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends one request when its turn comes, unless the instance's time is over.
    async fn send(
        &self,
        request: &str,
        row: &mut LedgerRow,
        watch: &Watch<'_>,
    ) -> Result<ServerResponse, TransportFault> {
        if Instant::now() >= self.deadline.get() {
            return Err(TransportFault::Late);
        }
        let sending = async {
            self.limiter.turn().await;
            row.last_request_at = (watch.now)();
            if row.pages == 0 && row.retries == 0 {
                row.first_request_at = row.last_request_at;
            }
            self.guest.outside(self.transport.ask(request)).await
        };
        let head =
            timeout_at(self.deadline.get(), sending).await.unwrap_or(Err(TransportFault::Late))?;
        let arrived = (watch.now)();
        self.come_in().await;
        let taking = self.transport.take(head);
        let res =
            timeout_at(self.deadline.get(), taking).await.unwrap_or(Err(TransportFault::Late));
        clock::note(row, res.as_ref().ok().and_then(|it| it.date.as_deref()), arrived);
        res
    }

    /// Waits for a place among the instances that are read; the wait is none of this one's time.
    async fn come_in(&self) {
        let waited = self.guest.enter().await;
        self.deadline.set(self.deadline.get() + waited);
    }

    fn may_wait(&self, wait: Duration) -> bool {
        self.retries_left.get() > 0 && Instant::now() + wait < self.deadline.get()
    }
}

fn begin(what: List, watch: &Watch<'_>) -> LedgerRow {
    LedgerRow::begin(what.endpoint, wire::request(what, None), (watch.now)())
}
