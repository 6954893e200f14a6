//! What one collection run got from all instances, frozen, with its ledger.
//!
//! The records keep Retool's words and leave out what could be a secret: a field that has no place
//! here is never written anywhere. Nothing in this module talks to the network or judges.

pub mod completeness;
pub mod earlier;
pub mod endpoints;
pub mod ledger;
pub mod record;
pub mod seal;
pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::endpoints::Records;
use self::ledger::{Endpoint, LedgerRow, ReadOutcome};
use self::seal::{SealKey, SealedSettings};
use crate::names::fold;
use crate::operator::Operator;

/// One collection run: every configured instance, whether it answered or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// When collection began: the audit's as-of. Every age in a report counts back from here.
    pub collected_at: DateTime<Utc>,
    /// When the last answer came.
    pub finished_at: DateTime<Utc>,
    /// Name and version of the program that collected.
    pub collector: String,
    /// Who ran it, and where; none where nobody says.
    pub operator: Option<Operator>,
    /// In the order of the configuration.
    pub instances: Vec<Collected>,
}

/// What a snapshot says about the run as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// When collection began.
    pub collected_at: DateTime<Utc>,
    /// When the last answer came.
    pub finished_at: DateTime<Utc>,
    /// Name and version of the program that collected.
    pub collector: String,
    /// Who ran it, and where; none where nobody says.
    pub operator: Option<Operator>,
}

impl Snapshot {
    /// What the collector's name and version end with where the records come from files.
    pub const IMPORTED: &str = " import";

    /// What it says about the run as a whole.
    pub fn header(&self) -> Header {
        let (collected_at, finished_at) = (self.collected_at, self.finished_at);
        let (collector, operator) = (self.collector.clone(), self.operator.clone());
        Header { collected_at, finished_at, collector, operator }
    }

    /// Whether the records come from files instead of the API.
    pub fn is_imported(&self) -> bool {
        self.collector.ends_with(Self::IMPORTED)
    }

    /// The worst state of any instance.
    pub fn state(&self) -> State {
        self.instances.iter().map(|instance| instance.state()).max().unwrap_or(State::Failed)
    }

    /// Gives instances that had another name the one of today, unless another has that already.
    pub fn rename(&mut self, renamed: &BTreeMap<String, String>) {
        let mut taken: BTreeSet<String> =
            self.instances.iter().map(|instance| instance.name.clone()).collect();
        for it in &mut self.instances {
            if let Some(today) = renamed.get(&fold(&it.name))
                && taken.insert(today.clone())
            {
                it.name.clone_from(today);
            }
        }
    }

    /// Requires lists of every instance, as [`Collected::require`] does.
    pub fn require(&mut self, lists: &[Endpoint]) {
        self.instances.iter_mut().for_each(|instance| instance.require(lists));
    }

    /// Adds an instance that should have been collected and was not, as failed; nothing happens to
    /// one that is there.
    pub fn expect(&mut self, name: &str, url: &str) {
        if self.instances.iter().any(|instance| instance.name == name) {
            return;
        }
        let row = |endpoint: &Endpoint| LedgerRow {
            outcome: ReadOutcome::NotAsked,
            reason: "the snapshot was taken without this instance; collect again".to_owned(),
            ..LedgerRow::begin(*endpoint, String::new(), self.collected_at)
        };
        let ledger = Endpoint::ALL.iter().map(row).collect();
        let (name, url) = (name.to_owned(), url.to_owned());
        self.instances.push(Collected { name, url, ledger, ..Collected::default() });
    }
}

/// What one instance gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collected {
    /// The instance's name in the configuration.
    pub name: String,
    /// Scheme, host and path that were asked, without `/api/v2`.
    pub url: String,
    /// The last four characters of the token that was shown; none where nothing was asked, or the
    /// token is too short to show any of it.
    pub token_last4: Option<String>,
    /// What was asked and what came, one row per endpoint, in the order of [`Endpoint::ALL`].
    pub ledger: Vec<LedgerRow>,
    /// The records of every endpoint whose ledger row says `ok`; all empty when the instance
    /// failed.
    pub records: Records,
    /// What came all the same, of lists that broke off and of an instance that failed: evidence of
    /// what happened, and not to be taken for a population.
    pub aside: Records,
}

impl Records {
    /// The list that holds a setting which was not sealed.
    pub fn unsealed(&self) -> Option<Endpoint> {
        let organization =
            self.organization.iter().map(|it| (Endpoint::Organization, &it.unsealed));
        let sso = self.sso_config.iter().map(|it| (Endpoint::SsoConfig, &it.unsealed));
        organization.chain(sso).find(|it| !it.1.is_empty()).map(|it| it.0)
    }

    /// Seals every setting that no record has by name; nothing else of them can be stored.
    pub fn seal(&mut self, key: Option<&SealKey>) {
        if let Some(it) = &mut self.organization {
            it.sealed = Some(SealedSettings::of(std::mem::take(&mut it.unsealed), key));
        }
        if let Some(it) = &mut self.sso_config {
            it.sealed = Some(SealedSettings::of(std::mem::take(&mut it.unsealed), key));
        }
    }
}

impl Collected {
    /// An instance by its name and address, with its population parted from what is none.
    pub fn part(name: String, url: String, ledger: Vec<LedgerRow>, mut records: Records) -> Self {
        let mut res = Self { name, url, ledger, ..Self::default() };
        let failed = res.state() == State::Failed;
        for row in &mut res.ledger {
            if failed || row.outcome != ReadOutcome::Ok {
                row.rows_aside += std::mem::take(&mut row.rows_kept);
                res.aside.put(row.endpoint, &mut records);
            }
        }
        res.records = records;
        res
    }

    /// The ledger's row for `endpoint`.
    pub fn row(&self, endpoint: Endpoint) -> Option<&LedgerRow> {
        self.ledger.iter().find(|it| it.endpoint == endpoint)
    }
}

/// Whether a collection is complete, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Every list that the instance offers and the token may read came whole, no required one is
    /// missing, and the server's clock was right.
    Complete,
    /// Users and groups were read to their end; another list was not, or the server contradicts
    /// itself about what it sent, or its clock was off.
    Partial,
    /// The users or the groups are not whole; nothing of the instance is reported as its
    /// population.
    Failed,
}

impl State {
    /// Every state, best first.
    pub const ALL: &[Self] = &[Self::Complete, Self::Partial, Self::Failed];

    /// The state as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}
