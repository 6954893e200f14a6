//! The ledger: what was asked, what came, what was kept, and whether that is everything.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::State;

/// A list or a settings object that is asked of every instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// The accounts.
    Users,
    /// The permission groups with their members.
    Groups,
    /// The organization's advanced settings.
    Organization,
    /// The single sign-on set-up.
    SsoConfig,
    /// The invitations.
    UserInvites,
    /// The API tokens.
    AccessTokens,
}

impl Endpoint {
    /// Every endpoint, in the order they are asked and reported.
    pub const ALL: &[Self] = &[
        Self::Users,
        Self::Groups,
        Self::Organization,
        Self::SsoConfig,
        Self::UserInvites,
        Self::AccessTokens,
    ];

    /// The endpoint's name in ledgers, file names and configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Organization => "organization",
            Self::SsoConfig => "sso-config",
            Self::UserInvites => "user-invites",
            Self::AccessTokens => "access-tokens",
        }
    }

    /// The path below `/api/v2`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Users => "/users",
            Self::Groups => "/groups",
            Self::Organization => "/organization/",
            Self::SsoConfig => "/sso/config",
            Self::UserInvites => "/user_invites",
            Self::AccessTokens => "/access_tokens",
        }
    }

    /// The scope a token needs, in the words of Retool's settings.
    pub fn scope(self) -> &'static str {
        match self {
            Self::Users | Self::UserInvites => "Users > Read",
            Self::Groups => "Groups > Read",
            Self::Organization => "Organizations > Read",
            Self::SsoConfig => "Spaces > Read",
            Self::AccessTokens => "Access Tokens > Read",
        }
    }

    /// Whether an instance without this has no population to speak of.
    pub fn required(self) -> bool {
        matches!(self, Self::Users | Self::Groups)
    }
}

/// What became of one endpoint of one instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LedgerRow {
    /// What was asked.
    pub endpoint: Endpoint,
    /// Path and query of the first request, below the instance's address.
    pub request: String,
    /// When the first request was sent.
    pub first_request_at: DateTime<Utc>,
    /// When the last request was sent.
    pub last_request_at: DateTime<Utc>,
    /// Answers that made up the list.
    pub pages: u64,
    /// Bytes of all answers' bodies.
    pub bytes: u64,
    /// Records in all answers.
    pub rows_received: u64,
    /// Different ids among them.
    pub distinct_ids: u64,
    /// The largest `total_count` the server stated.
    pub total_count: Option<u64>,
    /// Records in the snapshot.
    pub rows_kept: u64,
    /// Requests that were sent again.
    pub retries: u64,
    /// HTTP status of the last answer; none where no answer came.
    pub status: Option<u16>,
    /// Whether this is everything.
    pub outcome: Outcome,
    /// Why it is not, in a sentence; empty when it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// SHA-256 of every answer's body, in the order of the pages.
    pub body_sha256: Vec<String>,
}

impl LedgerRow {
    /// A row to fill in: nothing has come yet, and nothing speaks against it.
    pub fn begin(endpoint: Endpoint, request: String, at: DateTime<Utc>) -> Self {
        Self {
            endpoint,
            request,
            first_request_at: at,
            last_request_at: at,
            pages: 0,
            bytes: 0,
            rows_received: 0,
            distinct_ids: 0,
            total_count: None,
            rows_kept: 0,
            retries: 0,
            status: None,
            outcome: Outcome::Ok,
            reason: String::new(),
            body_sha256: Vec::new(),
        }
    }

    /// What this list makes of its instance.
    ///
    /// A list that the instance's plan, version or set-up does not offer leaves it complete:
    /// nothing there could have been read, and the row says so.
    pub fn state(&self) -> State {
        match (self.outcome, self.endpoint.required()) {
            (Outcome::Ok, _)
            | (Outcome::Plan | Outcome::Version | Outcome::NotConfigured, false) => State::Complete,
            (_, true) => State::Failed,
            (_, false) => State::Partial,
        }
    }
}

/// How the reading of an endpoint ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The server said that this was everything, and the counts agree.
    Ok,
    /// The token lacks a scope.
    Scope,
    /// The instance's plan does not offer the endpoint.
    Plan,
    /// The instance's version does not know the endpoint.
    Version,
    /// The token is not accepted.
    Auth,
    /// No answer came.
    Network,
    /// An answer came that cannot be right.
    Protocol,
    /// The API shows no such set-up; it may still exist outside the API.
    NotConfigured,
}

impl Outcome {
    /// Why a list is not there, to be read after its name in brackets.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Ok => "read",
            Self::Scope => "the token lacks the scope",
            Self::Plan => "not in the plan",
            Self::Version => "not in the version",
            Self::Auth => "the token was not accepted",
            Self::Network => "no answer",
            Self::Protocol => "an answer that cannot be right",
            Self::NotConfigured => "none that the API shows",
        }
    }

    /// The class as ledgers print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Scope => "scope",
            Self::Plan => "plan",
            Self::Version => "version",
            Self::Auth => "auth",
            Self::Network => "network",
            Self::Protocol => "protocol",
            Self::NotConfigured => "not-configured",
        }
    }
}
