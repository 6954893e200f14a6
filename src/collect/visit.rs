//! The reading of one instance, endpoint after endpoint.

use std::error::Error;

use chrono::Days;

use super::{Event, News, Surroundings, token};
use crate::config::{Instance, Mode};
use crate::retool::record::Record;
use crate::retool::wire;
use crate::retool::{self, Client, List, Reading, Settings, Watch};
use crate::snapshot::ledger::{Endpoint, LedgerRow, Outcome};
use crate::snapshot::{Collected, Records, State};

/// Days of usage that are asked for, up to the day before the collection.
const USAGE_DAYS: u64 = 30;

/// The reading of one instance while it goes on.
pub(super) struct Visit<'a> {
    instance: &'a Instance,
    around: &'a Surroundings<'a>,
    ledger: Vec<LedgerRow>,
    records: Records,
}

impl<'a> Visit<'a> {
    pub(super) fn new(instance: &'a Instance, around: &'a Surroundings<'a>) -> Self {
        Self { instance, around, ledger: Vec::new(), records: Records::default() }
    }

    /// Everything the instance gives.
    pub(super) async fn read(mut self) -> Collected {
        self.tell(News::Started);
        match self.open().await {
            Ok(it) => self.ask_all(&it).await,
            Err((outcome, reason)) => self.give_up(outcome, &reason),
        }
        self.finish()
    }

    /// One record of everything the instance gives.
    pub(super) async fn probe(mut self) -> Vec<LedgerRow> {
        match self.open().await {
            Ok(client) => {
                for &it in Endpoint::ALL {
                    let row = client.probe(self.list_of(it), &self.watch(&|_| {})).await;
                    self.note(row);
                    if self.end_if_hopeless() {
                        break;
                    }
                }
            }
            Err((outcome, reason)) => self.give_up(outcome, &reason),
        }
        self.ledger
    }

    /// A client, or why there is none.
    async fn open(&self) -> Result<Client, (Outcome, String)> {
        let (instance, bounds) = (self.instance, self.around.bounds);
        let no_token =
            |it: &dyn Error| format!("no token for `{}`: {}", instance.name, explain(it));
        let token = token::read(&instance.token, bounds.token_command).await;
        let token = token.map_err(|it| (Outcome::Auth, no_token(&it)))?;
        let extra_roots = match &instance.ca_file {
            None => None,
            Some(it) => Some(std::fs::read(it).map_err(|cause| {
                let what = format!("cannot read the `ca-file` `{}`: {cause}", it.display());
                (Outcome::Network, what)
            })?),
        };
        let settings = Settings {
            url: self.around.addresses.get(&instance.name).unwrap_or(&instance.url).clone(),
            token,
            requests_per_minute: instance.requests_per_minute,
            extra_roots,
            patience: bounds.patience,
            limits: bounds.limits,
            deadline: bounds.deadline,
        };
        Client::new(&settings).map_err(|it| match it {
            retool::Error::Token => (Outcome::Auth, no_token(&it)),
            it => (Outcome::Network, explain(&it)),
        })
    }

    async fn ask_all(&mut self, client: &Client) {
        for &it in Endpoint::ALL {
            self.ask(client, it).await;
            if self.end_if_hopeless() {
                return;
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
            Endpoint::AccessRequests => self.records.access_requests = self.list(client, it).await,
            Endpoint::Spaces => self.records.spaces = self.list(client, it).await,
            Endpoint::Roles => self.records.roles = self.list(client, it).await,
            Endpoint::RoleGrants => self.records.role_grants = self.list(client, it).await,
            Endpoint::UsageUserSummary => {
                self.records.usage_user_summary = self.list(client, it).await;
            }
            Endpoint::Version => self.records.version = self.object(client, it).await,
        }
    }

    async fn list<T: Record>(&mut self, client: &Client, endpoint: Endpoint) -> Vec<T> {
        let turn = |it: &_| self.turn(it);
        let reading = client.list(self.list_of(endpoint), &self.watch(&turn)).await;
        self.book(reading)
    }

    async fn object<T: Record>(&mut self, client: &Client, endpoint: Endpoint) -> Option<T> {
        let turn = |it: &_| self.turn(it);
        let reading = client.object(endpoint, &self.watch(&turn)).await;
        self.book(reading)
    }

    fn watch<'b>(&'b self, page: &'b dyn Fn(&LedgerRow)) -> Watch<'b> {
        Watch { now: self.around.now, page }
    }

    fn list_of(&self, endpoint: Endpoint) -> List {
        let day = |days| self.around.began.date_naive().checked_sub_days(Days::new(days));
        let days = match endpoint {
            Endpoint::UsageUserSummary => day(USAGE_DAYS).zip(day(1)),
            _ => None,
        };
        let paged = endpoint.paged() && self.instance.mode == Mode::Paged;
        let list = if paged { List::paged(endpoint) } else { List::whole(endpoint) };
        List { days, ..list }
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

    /// Neither a dead token nor a dead line will do better at the next endpoint.
    fn end_if_hopeless(&mut self) -> bool {
        let Some(row) = self.ledger.last() else { return false };
        let (endpoint, outcome) = (row.endpoint, row.outcome);
        let res = endpoint.required() && matches!(outcome, Outcome::Auth | Outcome::Network);
        if res {
            let name = endpoint.name();
            self.give_up(outcome, &format!("not asked, because `{name}` could not be read either"));
        }
        res
    }

    /// Writes down for every endpoint that has no row yet why it was not asked.
    fn give_up(&mut self, outcome: Outcome, reason: &str) {
        for &it in &Endpoint::ALL[self.ledger.len()..] {
            let request = wire::request(self.list_of(it), None);
            let mut row = LedgerRow::begin(it, request, (self.around.now)());
            row.outcome = outcome;
            reason.clone_into(&mut row.reason);
            self.note(row);
        }
    }

    /// Parts the population from what is none.
    fn finish(self) -> Collected {
        let (name, url) = (self.instance.name.clone(), self.instance.url.clone());
        let (records, aside) = (self.records, Records::default());
        let mut res = Collected { name, url, ledger: self.ledger, records, aside };
        if res.state() == State::Failed {
            res.aside = std::mem::take(&mut res.records);
            for it in &mut res.ledger {
                it.rows_aside += std::mem::take(&mut it.rows_kept);
            }
            return res;
        }
        for it in res.ledger.iter().filter(|it| it.outcome != Outcome::Ok) {
            res.aside.put(it.endpoint, &mut res.records);
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
fn explain(error: &dyn Error) -> String {
    let first = error.source();
    let causes = std::iter::successors(first, |&it| it.source());
    causes.fold(error.to_string(), |res, it| format!("{res}: {it}"))
}
