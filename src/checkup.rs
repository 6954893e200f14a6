//! The check before the first run: what every instance would give, without taking it.

mod advice;
mod found;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;

use self::advice::{CONNECTION, NAME, TLS, advice_on, rights, split, split_at_colon};
pub use self::found::{Checkup, Row};
use crate::collect::token::{self, Token};
use crate::collect::{Surroundings, connect, explain, list_of};
use crate::config::{Instance, TokenSource};
use crate::retool::gate::{Gate, Guest};
use crate::retool::probe::{Health, Refused};
use crate::retool::record::Record;
use crate::retool::{Client, List, Watch};
use crate::snapshot::State;
use crate::snapshot::ledger::{BUSINESS, Endpoint, LedgerRow, Outcome, looks_like_business};
use crate::snapshot::record::{
    AccessRequest, AccessToken, Group, Organization, Role, RoleGrant, Space, SsoConfig,
    UsageOrganization, User, UserInvite, UserSummary,
};

/// Looks at every instance; `required` are the lists without which evidence is incomplete.
pub async fn examine(
    instances: &[Instance],
    required: &BTreeSet<String>,
    around: &Surroundings<'_>,
) -> Vec<Checkup> {
    let gate = &Gate::of(around.bounds.concurrency);
    let look = |it| async move { visit(it, gate.arrive().await, required, around).await };
    stream::iter(instances.iter().map(look)).buffered(gate.most()).collect().await
}

async fn visit(
    instance: &Instance,
    guest: Guest,
    required: &BTreeSet<String>,
    around: &Surroundings<'_>,
) -> Checkup {
    let (groups, tokens) = (None, None);
    let mut visit =
        Visit { instance, required, around, page: false, rows: Vec::new(), groups, tokens };
    let token = visit.token().await;
    let known = token.is_some();
    // Whether somebody is there can be seen without a token too.
    match connect(instance, token.unwrap_or_default(), guest, around).await {
        Ok(client) => {
            if visit.host(&client.health().await) && known {
                visit.endpoints(&client).await;
            }
        }
        Err((_, reason)) => visit.fail("host", &reason, "correct the configuration"),
    }
    let (name, url) = (instance.name.clone(), instance.url.clone());
    let Visit { rows, groups, tokens, .. } = visit;
    Checkup { instance: name, url, rows, groups, tokens }
}

/// The look at one instance while it goes on.
struct Visit<'a> {
    instance: &'a Instance,
    required: &'a BTreeSet<String>,
    around: &'a Surroundings<'a>,
    /// Whether a web page came where the version should be.
    page: bool,
    rows: Vec<Row>,
    groups: Option<Vec<Group>>,
    tokens: Option<Vec<AccessToken>>,
}

impl Visit<'_> {
    async fn token(&mut self) -> Option<Token> {
        let (place, remedy) = match &self.instance.token {
            TokenSource::Env(it) => {
                (format!("environment variable `{it}`"), format!("set `{it}` to the API token"))
            }
            TokenSource::File(it) => {
                let it = it.display();
                (format!("file `{it}`"), format!("write the API token into `{it}`"))
            }
            TokenSource::Command(it) => {
                let it = token::program_of(it);
                (format!("command `{it}`"), format!("run `{it}` by hand; it must print the token"))
            }
        };
        match token::read(&self.instance.token, self.around.bounds.token_command).await {
            Ok(it) => {
                self.fine("token", &format!("set, from the {place}"));
                Some(it)
            }
            Err(it) => {
                self.fail("token", &explain(&it), &remedy);
                None
            }
        }
    }

    /// Whether somebody is there to be asked for more.
    fn host(&mut self, health: &Health) -> bool {
        match health {
            Health::Up(version) => {
                self.fine("host", "ok, it answers");
                self.tls();
                match version {
                    Some(it) => self.fine("version", &format!("ok, {it}")),
                    None => self.fine("version", "not stated"),
                }
                return true;
            }
            Health::Page => {
                self.fine("host", "a web page answers where the version should be");
                self.tls();
                self.page = true;
                return true;
            }
            Health::NoName(it) => self.fail("host", &format!("no such host ({it})"), NAME),
            Health::NoConnection(it) => {
                self.fail("host", &format!("no connection ({it})"), CONNECTION);
            }
            Health::Silent => self.fail("host", "no answer in time", CONNECTION),
            Health::NoTls(it) => {
                self.fine("host", "ok, it takes connections");
                self.fail("tls", &format!("the port does not speak TLS ({it})"), TLS);
            }
            Health::Certificate(it) => {
                self.fine("host", "ok, it takes connections");
                self.fail("tls", &it.what, it.remedy);
            }
        }
        false
    }

    fn tls(&mut self) {
        if self.instance.url.starts_with("https:") {
            self.fine("tls", "ok, the certificate is trusted");
        } else {
            self.fine("tls", "none: `url` begins with http, and the token travels in the clear");
        }
    }

    async fn endpoints(&mut self, client: &Client) {
        let mut outcomes = BTreeMap::new();
        for &it in Endpoint::ALL {
            let outcome = self.endpoint(client, it).await;
            outcomes.insert(it, outcome);
            // Neither a dead token nor a wrong address will do better at the next endpoint.
            let hopeless = match outcome {
                Outcome::Auth | Outcome::Network | Outcome::Address => true,
                Outcome::Protocol => self.page,
                _ => false,
            };
            if it.required() && hopeless {
                return self.fail("others", &format!("not tried after `{}`", it.name()), "");
            }
        }
        if looks_like_business(|it| outcomes.get(&it).copied()) {
            let (result, remedy) = split_at_colon(BUSINESS);
            self.fail("plan", result, remedy);
        }
    }

    async fn endpoint(&mut self, client: &Client, it: Endpoint) -> Outcome {
        let (now, what) = (self.around.now, list_of(it, self.instance, self.around));
        match it {
            Endpoint::Users => self.note(it, client.peek::<Vec<User>>(what, now).await),
            Endpoint::Groups => {
                let outcome = self.note(it, client.peek::<Vec<Group>>(what, now).await);
                if outcome == Outcome::Ok {
                    self.groups = self.whole(client, what).await;
                }
                outcome
            }
            Endpoint::Organization => self.note(it, client.peek::<Organization>(what, now).await),
            Endpoint::SsoConfig => self.note(it, client.peek::<SsoConfig>(what, now).await),
            Endpoint::UserInvites => self.note(it, client.peek::<Vec<UserInvite>>(what, now).await),
            Endpoint::AccessTokens => {
                let tokens = client.peek::<Vec<AccessToken>>(what, now).await;
                let rights = tokens.as_ref().ok().map(|it| rights(client, it));
                let outcome = self.note(it, tokens);
                self.rows.extend(rights);
                if outcome == Outcome::Ok && self.instance.approved_tokens.is_some() {
                    self.tokens = self.whole(client, what).await;
                }
                outcome
            }
            Endpoint::AccessRequests => {
                self.note(it, client.peek::<Vec<AccessRequest>>(what, now).await)
            }
            Endpoint::Spaces => self.note(it, client.peek::<Vec<Space>>(what, now).await),
            Endpoint::Roles => self.note(it, client.peek::<Vec<Role>>(what, now).await),
            Endpoint::RoleGrants => self.note(it, client.peek::<Vec<RoleGrant>>(what, now).await),
            Endpoint::UsageUserSummary => {
                self.note(it, client.peek::<Vec<UserSummary>>(what, now).await)
            }
            Endpoint::UsageOrganizations => {
                self.note(it, client.peek::<Vec<UsageOrganization>>(what, now).await)
            }
            // It was the first thing that was asked.
            Endpoint::Version => Outcome::Ok,
            Endpoint::Permissions => self.permissions(client).await,
        }
    }

    /// A list as a whole, where names are looked up in it; none where it cannot be read to its end.
    async fn whole<T: Record>(&self, client: &Client, what: List) -> Option<Vec<T>> {
        let watch = Watch { now: self.around.now, page: &|_| {} };
        let reading = client.list(what, &watch).await;
        (reading.row.outcome == Outcome::Ok).then_some(reading.records)
    }

    /// One access list, and what all of them would cost.
    async fn permissions(&mut self, client: &Client) -> Outcome {
        let what = Endpoint::Permissions;
        if !self.instance.collect_permissions {
            self.fine(what.name(), "not asked: `collect-permissions` is not set");
            return Outcome::NotAsked;
        }
        let watch = Watch { now: self.around.now, page: &|_| {} };
        let survey = client.survey(&watch).await;
        let calls = survey.calls();
        let row = client.access_lists(survey.sample(), &watch).await.row;
        if row.outcome == Outcome::Ok {
            let minutes = client.pace(calls).as_secs().div_ceil(60);
            let time = if minutes == 0 { String::new() } else { format!(", about {minutes} min") };
            let plural = if calls == 1 { "" } else { "s" };
            self.fine(what.name(), &format!("ok; a run makes {calls} call{plural}{time}"));
            return Outcome::Ok;
        }
        self.note::<()>(what, Err(Refused { outcome: row.outcome, reason: row.reason }))
    }

    fn note<T>(&mut self, endpoint: Endpoint, answer: Result<T, Refused>) -> Outcome {
        let what = endpoint.name();
        let Err(Refused { outcome, reason }) = answer else {
            self.fine(what, "ok");
            return Outcome::Ok;
        };
        let (result, advice) = split(&reason);
        let advice = if advice.is_empty() { advice_on(outcome) } else { advice };
        let lost = match outcome {
            Outcome::Plan if endpoint.required() => "there is `retool-audit import`",
            _ => endpoint.lost(),
        };
        let lost = format!("without it {lost}");
        let parts = [advice, &lost].into_iter().filter(|it| !it.is_empty());
        let remedy = parts.collect::<Vec<_>>().join("; ");
        let state = self.state(endpoint, outcome);
        self.rows.push(Row { what, state, result: result.to_owned(), remedy });
        outcome
    }

    /// What a run would make of the instance.
    fn state(&self, endpoint: Endpoint, outcome: Outcome) -> State {
        let mut row = LedgerRow::begin(endpoint, String::new(), (self.around.now)());
        row.outcome = outcome;
        let wanted = self.required.contains(endpoint.name());
        row.state().max(if wanted { State::Partial } else { State::Complete })
    }

    fn fine(&mut self, what: &'static str, result: &str) {
        let (result, remedy) = (result.to_owned(), String::new());
        self.rows.push(Row { what, state: State::Complete, result, remedy });
    }

    fn fail(&mut self, what: &'static str, result: &str, remedy: &str) {
        let (result, remedy) = (result.to_owned(), remedy.to_owned());
        self.rows.push(Row { what, state: State::Failed, result, remedy });
    }
}
