//! The check before the first run: what each instance would give, without taking it.

mod advice;
mod found;
mod token;

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream;

use self::advice::{CONNECTION, NAME, PROXY, TLS, advice_on, split, split_at_colon};
pub use self::found::{Checkup, ProbeRow};
use self::token::rights;
use crate::collect::{CollectionContext, connect, list_of};
use crate::config::Instance;
use crate::names::counted;
use crate::retool::gate::{ConcurrencyGate, GatePass};
use crate::retool::probe::{ProbeFailure, Reachability};
use crate::retool::{Client, List, Watch};
use crate::snapshot::completeness::CLOCK_SECONDS;
use crate::snapshot::endpoints::{AsyncStoreVisitor, RecordStore};
use crate::snapshot::ledger::{BUSINESS, Endpoint, LedgerRow, ReadOutcome, looks_like_business};
use crate::snapshot::record::{AccessToken, Group, Record};
use crate::snapshot::{Collected, Records, State};

/// Looks at every instance.
pub async fn examine(instances: &[Instance], context: &CollectionContext<'_>) -> Vec<Checkup> {
    let gate = &ConcurrencyGate::of(context.bounds.concurrency);
    let look = |it| async move { visit(it, gate.arrive().await, context).await };
    stream::iter(instances.iter().map(look)).buffered(gate.most()).collect().await
}

async fn visit(instance: &Instance, guest: GatePass, context: &CollectionContext<'_>) -> Checkup {
    let mut visit = InstanceProbe::new(instance, context);
    let token = visit.token().await;
    let known = token.is_some();
    // Whether a server answers can be seen without a token too.
    match connect(instance, token.unwrap_or_default(), guest, context).await {
        Ok(client) => {
            if visit.host(&client.health(context.now).await) && known {
                visit.endpoints(&client).await;
            }
        }
        Err((_, reason)) => visit.fail("host", &reason, "correct the configuration"),
    }
    visit.finish()
}

/// The lists that a run would have as they came here: they are small, and come whole.
const KEPT: &[Endpoint] = &[
    Endpoint::Organization,
    Endpoint::AccessTokens,
    Endpoint::Spaces,
    Endpoint::UsageUserSummary,
    Endpoint::UsageOrganizations,
];

/// The look at one instance while it goes on.
struct InstanceProbe<'a> {
    instance: &'a Instance,
    context: &'a CollectionContext<'a>,
    /// Whether a web page came where the version should be.
    page: bool,
    /// By how many seconds the server's clock is ahead, where it states a time.
    skew_seconds: Option<i64>,
    rows: Vec<ProbeRow>,
    groups: Option<Vec<Group>>,
    tokens: Option<Vec<AccessToken>>,
    outcomes: BTreeMap<Endpoint, ReadOutcome>,
    token_end: Option<String>,
    /// What a run would have, as far as it came.
    records: Records,
}

impl<'a> InstanceProbe<'a> {
    fn new(instance: &'a Instance, context: &'a CollectionContext<'a>) -> Self {
        Self {
            instance,
            context,
            page: false,
            skew_seconds: None,
            rows: Vec::new(),
            groups: None,
            tokens: None,
            outcomes: BTreeMap::new(),
            token_end: None,
            records: Records::default(),
        }
    }

    /// The row that a run would write of the endpoint.
    fn row(&self, endpoint: Endpoint, outcome: ReadOutcome) -> LedgerRow {
        let required = self.context.required.contains(&endpoint);
        let begun = LedgerRow::begin(endpoint, String::new(), (self.context.now)());
        let clock_skew_seconds = self.skew_seconds.filter(|_| endpoint == Endpoint::Version);
        LedgerRow { required, clock_skew_seconds, outcome, ..begun }
    }

    fn finish(self) -> Checkup {
        let row = |it: &Endpoint| {
            let untried = if it.required() { ReadOutcome::Network } else { ReadOutcome::NotAsked };
            self.row(*it, self.outcomes.get(it).copied().unwrap_or(untried))
        };
        let ledger = Endpoint::ALL.iter().map(row).collect();
        let (name, url) = (self.instance.name.clone(), self.instance.url.clone());
        let seen = Collected {
            name: name.clone(),
            url: url.clone(),
            token_last4: self.token_end,
            ledger,
            records: self.records,
            aside: Records::default(),
        };
        let Self { rows, groups, tokens, .. } = self;
        Checkup { instance: name, url, rows, groups, tokens, seen }
    }

    /// Whether a server answers that can be asked for more.
    fn host(&mut self, health: &Reachability) -> bool {
        match health {
            Reachability::Up { version, skew_seconds } => {
                self.fine("host", "ok, it answers");
                self.tls();
                self.clock(*skew_seconds);
                match version {
                    Some(it) => self.fine("version", &format!("ok, {it}")),
                    None => self.fine("version", "not stated"),
                }
                return true;
            }
            Reachability::Page => {
                self.fine("host", "a web page answers where the version should be");
                self.tls();
                self.page = true;
                return true;
            }
            Reachability::NoName(it) => self.fail("host", &format!("no such host ({it})"), NAME),
            Reachability::NoProxy(it) => self.fail("host", it, PROXY),
            Reachability::NoConnection(it) => {
                self.fail("host", &format!("no connection ({it})"), CONNECTION);
            }
            Reachability::Silent => self.fail("host", "no answer in time", CONNECTION),
            Reachability::NoTls(it) => {
                self.fine("host", "ok, it takes connections");
                self.fail("tls", &format!("the port does not speak TLS ({it})"), TLS);
            }
            Reachability::Certificate(it) => {
                self.fine("host", "ok, it takes connections");
                self.fail("tls", &it.what, it.remedy);
            }
        }
        false
    }

    /// Whether the server's clock and ours agree: ages count from one of them.
    fn clock(&mut self, skew_seconds: Option<i64>) {
        self.skew_seconds = skew_seconds;
        let Some(seconds) = skew_seconds else {
            return self.fine("clock", "the server states none");
        };
        let off = seconds.unsigned_abs();
        if off <= CLOCK_SECONDS.unsigned_abs() {
            return self.fine("clock", &format!("ok, {} off", counted(&off.to_string(), "second")));
        }
        let side = if seconds > 0 { "ahead of" } else { "behind" };
        let result = format!("the server's clock is {off} seconds {side} this machine's");
        let remedy = "set the one that is wrong; a run is partial meanwhile".to_owned();
        self.rows.push(ProbeRow { what: "clock", state: State::Partial, result, remedy });
    }

    fn tls(&mut self) {
        if self.instance.url.starts_with("https:") {
            self.fine("tls", "ok, the certificate is trusted");
        } else {
            self.fine("tls", "none: `url` begins with http, and the token travels in the clear");
        }
    }

    async fn endpoints(&mut self, client: &Client) {
        for &it in Endpoint::ALL {
            let outcome = self.endpoint(client, it).await;
            self.outcomes.insert(it, outcome);
            // Neither a dead token nor a wrong address will do better at the next endpoint.
            let hopeless = match outcome {
                ReadOutcome::Auth | ReadOutcome::Network | ReadOutcome::Address => true,
                ReadOutcome::Protocol => self.page,
                _ => false,
            };
            if it.required() && hopeless {
                return self.fail("others", &format!("not tried after `{}`", it.name()), "");
            }
        }
        if looks_like_business(|it| self.outcomes.get(&it).copied()) {
            let (result, remedy) = split_at_colon(BUSINESS);
            self.fail("plan", result, remedy);
        }
        self.own_token(client).await;
    }

    async fn endpoint(&mut self, client: &Client, it: Endpoint) -> ReadOutcome {
        match it {
            // It was the first thing that was asked.
            Endpoint::Version => return ReadOutcome::Ok,
            Endpoint::Permissions => return self.permissions(client).await,
            _ => {}
        }
        let mut found = Records::default();
        let probe = EndpointProbe { probe: self, client, endpoint: it };
        let outcome = found.visit_async(it, probe).await;
        if outcome != ReadOutcome::Ok {
            return outcome;
        }
        let what = list_of(it, self.instance, self.context);
        match it {
            Endpoint::Groups => self.groups = self.whole(client, what).await,
            Endpoint::AccessTokens => {
                self.rows.push(rights(client, &found.access_tokens));
                if self.instance.approved_tokens.is_some() {
                    self.tokens = self.whole(client, what).await;
                }
            }
            _ => {}
        }
        if KEPT.contains(&it) {
            self.records.put(it, &mut found);
        }
        outcome
    }

    /// A list as a whole, where names are looked up in it; none where it cannot be read to its end.
    async fn whole<T: Record>(&self, client: &Client, what: List) -> Option<Vec<T>> {
        let watch = Watch { now: self.context.now, page: &|_| {} };
        let reading = client.list(what, &watch).await;
        (reading.row.outcome == ReadOutcome::Ok).then_some(reading.records)
    }

    /// One access list, and what all of them would cost.
    async fn permissions(&mut self, client: &Client) -> ReadOutcome {
        let what = Endpoint::Permissions;
        if !self.instance.collect_permissions {
            self.fine(what.name(), "not asked: `collect-permissions` is not set");
            return ReadOutcome::NotAsked;
        }
        let watch = Watch { now: self.context.now, page: &|_| {} };
        let survey = client.survey(&watch).await;
        let calls = survey.calls();
        let row = client.access_lists(survey.sample(), &watch).await.row;
        if row.outcome == ReadOutcome::Ok {
            let minutes = client.pace(calls).as_secs().div_ceil(60);
            let time = if minutes == 0 { String::new() } else { format!(", about {minutes} min") };
            let plural = if calls == 1 { "" } else { "s" };
            self.fine(what.name(), &format!("ok; a run makes {calls} call{plural}{time}"));
            return ReadOutcome::Ok;
        }
        self.note(what, Some(ProbeFailure { outcome: row.outcome, reason: row.reason }))
    }

    /// Notes what came of an endpoint.
    fn note(&mut self, endpoint: Endpoint, failure: Option<ProbeFailure>) -> ReadOutcome {
        let what = endpoint.name();
        let Some(ProbeFailure { outcome, reason }) = failure else {
            self.fine(what, "ok");
            return ReadOutcome::Ok;
        };
        let (result, advice) = split(&reason);
        let advice = if advice.is_empty() { advice_on(outcome) } else { advice };
        let lost = match outcome {
            ReadOutcome::Plan if endpoint.required() => "there is `retool-audit import`",
            _ => endpoint.lost(),
        };
        let lost = format!("without it {lost}");
        let parts = [advice, &lost].into_iter().filter(|it| !it.is_empty());
        let remedy = parts.collect::<Vec<_>>().join("; ");
        let state = self.state(endpoint, outcome);
        self.rows.push(ProbeRow { what, state, result: result.to_owned(), remedy });
        outcome
    }

    /// What a run would make of the instance.
    fn state(&self, endpoint: Endpoint, outcome: ReadOutcome) -> State {
        self.row(endpoint, outcome).state()
    }

    fn fine(&mut self, what: &'static str, result: &str) {
        let (result, remedy) = (result.to_owned(), String::new());
        self.rows.push(ProbeRow { what, state: State::Complete, result, remedy });
    }

    fn fail(&mut self, what: &'static str, result: &str, remedy: &str) {
        let (result, remedy) = (result.to_owned(), remedy.to_owned());
        self.rows.push(ProbeRow { what, state: State::Failed, result, remedy });
    }
}

/// One answer of an endpoint, whatever it gives.
struct EndpointProbe<'p, 'a> {
    probe: &'p mut InstanceProbe<'a>,
    client: &'p Client,
    endpoint: Endpoint,
}

impl AsyncStoreVisitor for EndpointProbe<'_, '_> {
    type Output = ReadOutcome;

    async fn visit<S: RecordStore>(self, store: &mut S) -> ReadOutcome {
        let Self { probe, client, endpoint } = self;
        let (now, what) = (probe.context.now, list_of(endpoint, probe.instance, probe.context));
        let found = if S::IS_LIST {
            client.peek::<Vec<S::Record>>(what, now).await
        } else {
            client.peek::<S::Record>(what, now).await.map(|record| vec![record])
        };
        let failure = match found {
            Ok(records) => {
                *store = S::of(records);
                None
            }
            Err(failure) => Some(failure),
        };
        probe.note(endpoint, failure)
    }
}
