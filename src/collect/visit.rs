//! The reading of one instance, endpoint after endpoint.

use std::error::Error;

use chrono::{DateTime, Days, Utc};
use secrecy::SecretString;

use super::{CollectionContext, Event, News};
use crate::config::{Instance, Mode};
use crate::files;
use crate::reach::explain;
use crate::retool::gate::{ConcurrencyGate, GatePass};
use crate::retool::wire;
use crate::retool::{self, Client, EndpointReading, List, Settings, Watch};
use crate::secret::{self, SecretKind};
use crate::snapshot::endpoints::{AsyncStoreVisitor, RecordStore};
use crate::snapshot::ledger::{BUSINESS, Endpoint, LedgerRow, ReadOutcome, looks_like_business};
use crate::snapshot::record::ObjectAccess;
use crate::snapshot::{Collected, Records};

/// Days of usage that are asked for, up to the day before the collection: a right to build that
/// went unused for so long is not needed.
const USAGE_DAYS: u64 = 90;

/// The reading of one instance while it goes on.
pub(super) struct InstanceVisit<'a> {
    instance: &'a Instance,
    context: &'a CollectionContext<'a>,
    gate: &'a ConcurrencyGate,
    token_last4: Option<String>,
    ledger: Vec<LedgerRow>,
    records: Records,
}

impl<'a> InstanceVisit<'a> {
    pub(super) fn new(
        instance: &'a Instance,
        context: &'a CollectionContext<'a>,
        gate: &'a ConcurrencyGate,
    ) -> Self {
        let (ledger, records) = (Vec::new(), Records::default());
        Self { instance, context, gate, token_last4: None, ledger, records }
    }

    /// Everything the instance gives.
    pub(super) async fn read(mut self) -> Collected {
        self.tell(News::Started);
        let guest = self.gate.arrive().await;
        match self.open(guest).await {
            Ok(it) => {
                self.token_last4 = it.token_end();
                self.ask_all(&it).await;
            }
            Err((outcome, reason)) => self.give_up(outcome, &reason),
        }
        self.finish()
    }

    async fn open(&self, guest: GatePass) -> Result<Client, (ReadOutcome, String)> {
        let (instance, limit) = (self.instance, self.context.bounds.token_command);
        let token = secret::read(&instance.token, SecretKind::Token, limit).await;
        let token = token.map_err(|it| (ReadOutcome::Auth, no_token(&it)))?;
        connect(instance, token, guest, self.context).await
    }

    async fn ask_all(&mut self, client: &Client) {
        for &it in Endpoint::ALL {
            self.ask(client, it).await;
            if self.end_if_hopeless() {
                return;
            }
            if self.has_no_population() {
                client.lose_patience();
            }
        }
    }

    async fn ask(&mut self, client: &Client, endpoint: Endpoint) {
        if endpoint == Endpoint::Permissions {
            self.records.permissions = self.permissions(client).await;
            return;
        }
        let mut found = Records::default();
        found.visit_async(endpoint, EndpointVisit { visit: self, client, endpoint }).await;
        self.records.put(endpoint, &mut found);
    }

    /// What is granted on single objects: it costs a call for each, and says so before.
    async fn permissions(&mut self, client: &Client) -> Vec<ObjectAccess> {
        let endpoint = Endpoint::Permissions;
        if !self.instance.collect_permissions {
            self.ledger.push(not_asked((self.context.now)()));
            return Vec::new();
        }
        let turn = |it: &_| self.turn(it);
        let survey = client.survey(&self.watch(&turn)).await;
        let (calls, least) = (survey.calls(), client.pace(survey.calls()));
        self.tell(News::Cost { endpoint, calls, least });
        let reading = client.access_lists(survey, &self.watch(&turn)).await;
        self.book(reading)
    }

    fn watch<'b>(&'b self, page: &'b dyn Fn(&LedgerRow)) -> Watch<'b> {
        Watch { now: self.context.now, page }
    }

    fn book<T>(&mut self, reading: EndpointReading<T>) -> T {
        self.note(reading.row);
        reading.records
    }

    fn note(&mut self, row: LedgerRow) {
        let (endpoint, outcome, reason) = (row.endpoint, row.outcome, row.reason.as_str());
        if outcome != ReadOutcome::Ok {
            self.tell(News::Gap { endpoint, outcome, reason });
        } else if !reason.is_empty() {
            self.tell(News::Doubt { endpoint, reason });
        }
        self.ledger.push(row);
    }

    /// Neither a dead token nor a dead line will do better at the next endpoint.
    fn end_if_hopeless(&mut self) -> bool {
        let Some(row) = self.ledger.last() else { return false };
        let (endpoint, outcome) = (row.endpoint, row.outcome);
        let hopeless =
            matches!(outcome, ReadOutcome::Auth | ReadOutcome::Network | ReadOutcome::Address);
        let res = endpoint.required() && hopeless;
        if res {
            let name = endpoint.name();
            let reason = format!("`{name}` could not be read either");
            self.give_up(ReadOutcome::NotAsked, &reason);
        }
        res
    }

    /// Whether every list without which there is no population has failed for good: then what else
    /// there is says why, and is not worth waiting for.
    fn has_no_population(&self) -> bool {
        let mut required = Endpoint::ALL.iter().filter(|it| it.required());
        let failed = |ledger_row: &LedgerRow| ledger_row.outcome != ReadOutcome::Ok;
        required.all(|it| self.ledger.iter().any(|row| row.endpoint == *it && failed(row)))
    }

    /// Writes down for every endpoint that has no row yet why it was not asked, and tells it once.
    fn give_up(&mut self, cause: ReadOutcome, reason: &str) {
        self.tell(News::GaveUp { cause, reason });
        for &it in &Endpoint::ALL[self.ledger.len()..] {
            if it == Endpoint::Permissions && !self.instance.collect_permissions {
                self.ledger.push(not_asked((self.context.now)()));
                continue;
            }
            let request = wire::request(list_of(it, self.instance, self.context), None);
            let mut row = LedgerRow::begin(it, request, (self.context.now)());
            row.outcome = ReadOutcome::NotAsked;
            reason.clone_into(&mut row.reason);
            self.ledger.push(row);
        }
    }

    /// Parts the population from what is none.
    fn finish(mut self) -> Collected {
        self.explain_business();
        self.records.seal(self.context.key);
        let (name, url) = (self.instance.name.clone(), self.instance.url.clone());
        let res = Collected::part(name, url, self.ledger, self.records);
        Collected { token_last4: self.token_last4, ..res }
    }

    /// Names the plan where the answers are those of another than the API is made for.
    fn explain_business(&mut self) {
        let of = |endpoint| self.ledger.iter().find(|it| it.endpoint == endpoint);
        if !looks_like_business(|it| of(it).map(|row| row.outcome)) {
            return;
        }
        for row in self.ledger.iter_mut().filter(|it| it.endpoint.required()) {
            row.reason = format!("{}; {BUSINESS}", row.reason);
        }
        let (endpoint, outcome) = (Endpoint::Users, ReadOutcome::Scope);
        self.tell(News::Gap { endpoint, outcome, reason: BUSINESS });
    }

    fn turn(&self, row: &LedgerRow) {
        let (endpoint, pages, rows) = (row.endpoint, row.pages, row.rows_received);
        self.tell(News::Page { endpoint, pages, rows });
    }

    fn tell(&self, news: News<'_>) {
        (self.context.progress)(Event { instance: &self.instance.name, news });
    }
}

/// The reading of one endpoint, whatever it gives.
struct EndpointVisit<'v, 'a> {
    visit: &'v mut InstanceVisit<'a>,
    client: &'v Client,
    endpoint: Endpoint,
}

impl AsyncStoreVisitor for EndpointVisit<'_, '_> {
    type Output = ();

    async fn visit<S: RecordStore>(self, store: &mut S) {
        let Self { visit, client, endpoint } = self;
        let page = |row: &LedgerRow| visit.turn(row);
        let what = list_of(endpoint, visit.instance, visit.context);
        let reading = client.read(what, &visit.watch(&page)).await;
        *store = visit.book(reading);
    }
}

/// The row of what the configuration does not want to be asked.
fn not_asked(at: DateTime<Utc>) -> LedgerRow {
    LedgerRow {
        outcome: ReadOutcome::NotAsked,
        reason: "`collect-permissions` is not set for the instance".to_owned(),
        ..LedgerRow::begin(Endpoint::Permissions, String::new(), at)
    }
}

/// A client that shows `token`, or why there is none.
pub(crate) async fn connect(
    instance: &Instance,
    token: SecretString,
    guest: GatePass,
    context: &CollectionContext<'_>,
) -> Result<Client, (ReadOutcome, String)> {
    let extra_roots = match &instance.ca_file {
        None => None,
        Some(it) => Some(files::read(it).map_err(|cause| {
            (ReadOutcome::Network, format!("cannot read the `ca-file` `{}`: {cause}", it.display()))
        })?),
    };
    let settings = Settings {
        url: context.addresses.get(&instance.name).unwrap_or(&instance.url).clone(),
        token,
        requests_per_minute: instance.requests_per_minute,
        extra_roots,
        patience: context.bounds.patience,
        limits: context.bounds.limits,
        deadline: context.bounds.deadline,
        guest,
    };
    Client::new(settings).await.map_err(|it| match it {
        retool::Error::Token => (ReadOutcome::Auth, no_token(&it)),
        it => (ReadOutcome::Network, explain(&it)),
    })
}

/// What to ask an instance for.
pub(crate) fn list_of(
    endpoint: Endpoint,
    instance: &Instance,
    context: &CollectionContext<'_>,
) -> List {
    let day = |days| context.began.date_naive().checked_sub_days(Days::new(days));
    let days = match endpoint {
        Endpoint::UsageUserSummary => day(USAGE_DAYS).zip(day(1)),
        _ => None,
    };
    let paged = endpoint.paged() && instance.mode == Mode::Paged;
    let list = if paged { List::paged(endpoint) } else { List::whole(endpoint) };
    List { days, ..list }
}

fn no_token(error: &dyn Error) -> String {
    format!("there is no token: {}", explain(error))
}
