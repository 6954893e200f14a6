//! All instances at once become one snapshot; what fails stays where it failed.
//!
//! The last asynchronous file: what it returns is plain data, and nothing here is an error. An
//! instance whose users or groups could not be read keeps its ledger and loses its records, because
//! part of a population is nobody's population.

pub(crate) mod token;

use std::collections::BTreeMap;
use std::error::Error;

use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde::de::DeserializeOwned;

use self::token::Token;
use crate::config::{Instance, Mode};
use crate::retool::pace::Patience;
use crate::retool::wire::{self, Record};
use crate::retool::{self, Client, List, Reading, Settings, Watch};
use crate::snapshot::ledger::{Endpoint, LedgerRow, Outcome};
use crate::snapshot::{Collected, Records, Snapshot, State};

/// Instances that are read at the same time.
const CONCURRENCY: usize = 8;

/// What a collection needs from outside, besides the instances.
pub struct Surroundings<'a> {
    /// Name and version of the program, for the snapshot.
    pub collector: &'a str,
    /// The clock: read when collection begins, at each request and when it ends.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
    /// Told what happens.
    pub progress: &'a dyn Fn(Event<'_>),
    /// Addresses to talk to instead of the configured ones, by instance name; the snapshot keeps
    /// the configured ones.
    pub addresses: BTreeMap<String, String>,
    /// How often and how long failed requests are tried again.
    pub patience: Patience,
}

/// Something that happens while instances are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The instance's name.
    pub instance: &'a str,
    /// What happens.
    pub news: News<'a>,
}

/// What happens to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News<'a> {
    /// Its reading begins.
    Started,
    /// An answer came.
    Page {
        /// To what.
        endpoint: Endpoint,
        /// Answers of this endpoint so far.
        pages: u64,
        /// Records of this endpoint so far.
        rows: u64,
    },
    /// An endpoint cannot be read.
    Gap {
        /// Which.
        endpoint: Endpoint,
        /// The class.
        outcome: Outcome,
        /// Why, in a sentence.
        reason: &'a str,
    },
    /// Its reading is over.
    Done(State),
}

/// Reads every instance.
pub async fn collect(instances: &[Instance], around: &Surroundings<'_>) -> Snapshot {
    let collected_at = (around.now)();
    let readings = instances.iter().enumerate().map(async |(i, it)| (i, read(it, around).await));
    let mut res: Vec<_> = stream::iter(readings).buffer_unordered(CONCURRENCY).collect().await;
    res.sort_by_key(|it| it.0);
    Snapshot {
        collected_at,
        finished_at: (around.now)(),
        collector: around.collector.to_owned(),
        instances: res.into_iter().map(|it| it.1).collect(),
    }
}

async fn read(instance: &Instance, around: &Surroundings<'_>) -> Collected {
    let tell = |news| (around.progress)(Event { instance: &instance.name, news });
    tell(News::Started);
    let mut visit = Visit { instance, around, ledger: Vec::new(), records: Records::default() };
    match open(instance, around).await {
        Ok(it) => visit.ask_all(&it).await,
        Err((outcome, reason)) => visit.give_up(outcome, &reason),
    }
    let res = visit.finish();
    tell(News::Done(res.state()));
    res
}

/// A client, or why there is none.
async fn open(instance: &Instance, around: &Surroundings<'_>) -> Result<Client, (Outcome, String)> {
    let token = token::read(&instance.token).await;
    connect(instance, token.map_err(|it| (Outcome::Auth, no_token(instance, &it)))?, around)
}

fn no_token(instance: &Instance, error: &dyn Error) -> String {
    format!("no token for `{}`: {}", instance.name, explain(error))
}

/// A client that shows `token`, or why there is none.
pub(crate) fn connect(
    instance: &Instance,
    token: Token,
    around: &Surroundings<'_>,
) -> Result<Client, (Outcome, String)> {
    let extra_roots = match &instance.ca_file {
        None => None,
        Some(it) => Some(std::fs::read(it).map_err(|cause| {
            (Outcome::Network, format!("cannot read the `ca-file` `{}`: {cause}", it.display()))
        })?),
    };
    let url = around.addresses.get(&instance.name).unwrap_or(&instance.url).clone();
    let requests_per_minute = instance.requests_per_minute;
    let patience = around.patience;
    let settings = Settings { url, token, requests_per_minute, extra_roots, patience };
    Client::new(&settings).map_err(|it| match it {
        retool::Error::Token => (Outcome::Auth, no_token(instance, &it)),
        it => (Outcome::Network, explain(&it)),
    })
}

/// The reading of one instance while it goes on.
struct Visit<'a> {
    instance: &'a Instance,
    around: &'a Surroundings<'a>,
    ledger: Vec<LedgerRow>,
    records: Records,
}

impl Visit<'_> {
    async fn ask_all(&mut self, client: &Client) {
        for &it in Endpoint::ALL {
            self.ask(client, it).await;
            let row = &self.ledger[self.ledger.len() - 1];
            // Neither a dead token nor a dead line will do better at the next endpoint.
            let hopeless = matches!(row.outcome, Outcome::Auth | Outcome::Network);
            if it.required() && hopeless {
                let reason = format!("not asked, because `{}` could not be read either", it.name());
                return self.give_up(row.outcome, &reason);
            }
        }
    }

    async fn ask(&mut self, client: &Client, it: Endpoint) {
        match it {
            Endpoint::Users => self.records.users = self.list(client, it).await,
            Endpoint::Groups => self.records.groups = self.list(client, it).await,
            Endpoint::Organization => self.records.organization = self.object(client, it).await,
            Endpoint::SsoConfig => self.records.sso_config = self.object(client, it).await,
            Endpoint::UserInvites => self.records.user_invites = self.list(client, it).await,
            Endpoint::AccessTokens => self.records.access_tokens = self.list(client, it).await,
        }
    }

    async fn list<T: Record>(&mut self, client: &Client, endpoint: Endpoint) -> Vec<T> {
        let watch = Watch { now: self.around.now, page: &|it| self.turn(it) };
        let reading = client.list(self.portion(endpoint), &watch).await;
        self.book(reading)
    }

    async fn object<T: DeserializeOwned>(
        &mut self,
        client: &Client,
        endpoint: Endpoint,
    ) -> Option<T> {
        let watch = Watch { now: self.around.now, page: &|it| self.turn(it) };
        let reading = client.object(endpoint, &watch).await;
        self.book(reading)
    }

    /// Only the list of users takes portions.
    fn portion(&self, endpoint: Endpoint) -> List {
        let paged = endpoint == Endpoint::Users && self.instance.mode == Mode::Paged;
        List { endpoint, paged }
    }

    fn book<T>(&mut self, reading: Reading<T>) -> T {
        self.note(reading.row);
        reading.records
    }

    fn note(&mut self, row: LedgerRow) {
        if row.outcome != Outcome::Ok {
            let (endpoint, outcome) = (row.endpoint, row.outcome);
            self.tell(News::Gap { endpoint, outcome, reason: &row.reason });
        }
        self.ledger.push(row);
    }

    /// Writes down for every endpoint that has no row yet why it was not asked.
    fn give_up(&mut self, outcome: Outcome, reason: &str) {
        for &it in &Endpoint::ALL[self.ledger.len()..] {
            let request = wire::request(self.portion(it), None);
            let mut row = LedgerRow::begin(it, request, (self.around.now)());
            row.outcome = outcome;
            reason.clone_into(&mut row.reason);
            self.note(row);
        }
    }

    fn finish(self) -> Collected {
        let (name, url) = (self.instance.name.clone(), self.instance.url.clone());
        let mut res = Collected { name, url, ledger: self.ledger, records: self.records };
        if res.state() == State::Failed {
            res.records = Records::default();
            res.ledger.iter_mut().for_each(|it| it.rows_kept = 0);
        }
        res
    }

    fn turn(&self, row: &LedgerRow) {
        let (endpoint, pages, rows) = (row.endpoint, row.pages, row.rows_received);
        self.tell(News::Page { endpoint, pages, rows });
    }

    fn tell(&self, news: News<'_>) {
        (self.around.progress)(Event { instance: &self.instance.name, news });
    }
}

/// An error with its causes in one line.
pub(crate) fn explain(error: &dyn Error) -> String {
    let first = error.source();
    let causes = std::iter::successors(first, |&it| it.source());
    causes.fold(error.to_string(), |res, it| format!("{res}: {it}"))
}
