//! What one collection run got from all instances, frozen, with its ledger.
//!
//! The records keep Retool's words and leave out what could be a secret: a field that has no place
//! here is never written anywhere. Nothing in this module talks to the network or judges.

pub mod ledger;
pub mod record;
pub mod store;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use self::ledger::{Endpoint, LedgerRow, Outcome};
use self::record::{AccessToken, Group, Organization, SsoConfig, User, UserInvite};

/// One collection run: every configured instance, whether it answered or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// When collection began: the audit's as-of. Every age in a report counts back from here.
    pub collected_at: DateTime<Utc>,
    /// When the last answer came.
    pub finished_at: DateTime<Utc>,
    /// Name and version of the program that collected.
    pub collector: String,
    /// In the order of the configuration.
    pub instances: Vec<Collected>,
}

impl Snapshot {
    /// What the collector's name and version end with where the records come from files.
    pub const IMPORTED: &str = " import";

    /// Whether the records come from files instead of the API.
    pub fn is_imported(&self) -> bool {
        self.collector.ends_with(Self::IMPORTED)
    }

    /// The worst state of any instance.
    pub fn state(&self) -> State {
        self.instances.iter().map(|it| it.state()).max().unwrap_or(State::Failed)
    }

    /// Adds an instance that should have been collected and was not, as failed; nothing happens to
    /// one that is there.
    pub fn expect(&mut self, name: &str, url: &str) {
        if self.instances.iter().any(|it| it.name == name) {
            return;
        }
        let row = |it: &Endpoint| LedgerRow {
            outcome: Outcome::NotConfigured,
            reason: "the snapshot was taken without this instance; collect again".to_owned(),
            ..LedgerRow::begin(*it, String::new(), self.collected_at)
        };
        let ledger = Endpoint::ALL.iter().map(row).collect();
        let (name, url) = (name.to_owned(), url.to_owned());
        self.instances.push(Collected { name, url, ledger, records: Records::default() });
    }
}

/// What one instance gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Collected {
    /// The instance's name in the configuration.
    pub name: String,
    /// Scheme, host and path that were asked, without `/api/v2`.
    pub url: String,
    /// What was asked and what came, one row per endpoint, in the order of [`Endpoint::ALL`].
    pub ledger: Vec<LedgerRow>,
    /// The records of every endpoint whose ledger row says `ok`; all empty when the instance failed.
    pub records: Records,
}

impl Collected {
    /// Whether this instance's population is whole: as whole as its worst list.
    pub fn state(&self) -> State {
        self.ledger.iter().map(|it| it.state()).max().unwrap_or(State::Failed)
    }

    /// The ledger's row for `endpoint`.
    pub fn row(&self, endpoint: Endpoint) -> Option<&LedgerRow> {
        self.ledger.iter().find(|it| it.endpoint == endpoint)
    }
}

/// Whether a population is whole, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Everything that could be asked was asked, and all of it came.
    Complete,
    /// Users and groups are whole, something else could not be read.
    Partial,
    /// The users or the groups are not whole; nothing of the instance is reported as its population.
    Failed,
}

impl State {
    /// The state as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}

/// The records of one instance, in the order the server gave them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    /// Accounts, disabled ones too.
    pub users: Vec<User>,
    /// Permission groups with their members.
    pub groups: Vec<Group>,
    /// The organization's advanced settings.
    pub organization: Option<Organization>,
    /// The single sign-on set-up, where the API shows it.
    pub sso_config: Option<SsoConfig>,
    /// Invitations, claimed ones too.
    pub user_invites: Vec<UserInvite>,
    /// API tokens, without their secrets.
    pub access_tokens: Vec<AccessToken>,
}
