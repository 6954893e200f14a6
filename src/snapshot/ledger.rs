//! The ledger: what was asked, what came, what was kept, and whether that is everything.

mod basis;
mod names;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::basis::{CompletenessBasis, StatedCount};
pub use self::names::DistinctNames;
use self::names::is_zero;
pub use super::endpoints::{Endpoint, EndpointNeed};

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
    /// Different records among them: the received ones less those that came again.
    pub distinct_ids: u64,
    /// Records that came again, equal to the first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows_repeated: u64,
    /// Records that came again and differ from the first, which is the one that is kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows_conflicting: u64,
    /// The ids of those.
    #[serde(default, skip_serializing_if = "DistinctNames::is_empty")]
    pub conflicts: DistinctNames,
    /// The largest `total_count` the server stated.
    pub total_count: Option<u64>,
    /// Records that the server counts beyond those it sent before it said that this was everything.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows_missing: u64,
    /// The objects whose access lists did not come, or not whole.
    #[serde(default, skip_serializing_if = "DistinctNames::is_empty")]
    pub objects_missing: DistinctNames,
    /// Records that came beyond those that the server counts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows_surplus: u64,
    /// The counts of the whole list that different answers stated, where they differ.
    #[serde(default, skip_serializing_if = "DistinctNames::is_empty")]
    pub counts_differing: DistinctNames,
    /// Whether the configuration requires the list, which need not be there otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What says that this is the whole list; none of a settings object, and of what was stored
    /// before this was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_by: Option<CompletenessBasis>,
    /// How many records the list is stated to have, beside files that were imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<StatedCount>,
    /// Records that were left out because no user made them: folders that Retool keeps itself, such
    /// as the drafts and the trash of each account.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows_left_out: u64,
    /// Records in the snapshot as the instance's population.
    pub rows_kept: u64,
    /// Records in the snapshot that count as no population, because the list or its instance
    /// failed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows_aside: u64,
    /// Fields that came and were not kept, as `members[].name`; never what they held.
    #[serde(default, skip_serializing_if = "DistinctNames::is_empty")]
    pub fields_dropped: DistinctNames,
    /// Words that came where the documentation lists others, as `user_type: pilot`.
    #[serde(default, skip_serializing_if = "DistinctNames::is_empty")]
    pub words_unknown: DistinctNames,
    /// Records of which the id could not be read; each is kept under one that says so.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows_without_id: u64,
    /// Fields of which some record has a cell that could not be read and counts as unknown, as
    /// `members[].email`; one beside the records begins with `/`.
    #[serde(default, skip_serializing_if = "DistinctNames::is_empty")]
    pub fields_unreadable: DistinctNames,
    /// Those cells, as `last_active of record 7 (user_9)`.
    #[serde(default, skip_serializing_if = "DistinctNames::is_empty")]
    pub cells_unreadable: DistinctNames,
    /// Requests that were sent again.
    pub retries: u64,
    /// Seconds that the server's clock was ahead of ours, where they were furthest apart; negative
    /// where it was behind, none where no answer stated its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_skew_seconds: Option<i64>,
    /// HTTP status of the last answer; none where no answer came.
    pub status: Option<u16>,
    /// Whether this is everything.
    pub outcome: ReadOutcome,
    /// Why it is not, or what contradicts it, in a sentence; empty when nothing does.
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
            rows_repeated: 0,
            rows_conflicting: 0,
            conflicts: DistinctNames::default(),
            total_count: None,
            rows_missing: 0,
            objects_missing: DistinctNames::default(),
            rows_surplus: 0,
            counts_differing: DistinctNames::default(),
            required: false,
            whole_by: None,
            stated: None,
            rows_left_out: 0,
            rows_kept: 0,
            rows_aside: 0,
            fields_dropped: DistinctNames::default(),
            words_unknown: DistinctNames::default(),
            rows_without_id: 0,
            fields_unreadable: DistinctNames::default(),
            cells_unreadable: DistinctNames::default(),
            retries: 0,
            clock_skew_seconds: None,
            status: None,
            outcome: ReadOutcome::Ok,
            reason: String::new(),
            body_sha256: Vec::new(),
        }
    }

    /// A row of one answer without a record, or of none, as tests make it.
    #[cfg(test)]
    pub(crate) fn drawn(endpoint: Endpoint, outcome: ReadOutcome, at: DateTime<Utc>) -> Self {
        let mut res = Self::begin(endpoint, endpoint.path().to_owned(), at);
        res.outcome = outcome;
        if outcome == ReadOutcome::Ok {
            (res.status, res.pages) = (Some(200), 1);
            res.body_sha256 = vec!["0".repeat(64)];
        }
        res
    }

    /// Compares a list that was read with the number of records that it is stated to have: it is
    /// whole by that where nothing else says so, and in doubt where they differ.
    pub fn state_count(&mut self, stated: StatedCount) {
        if self.outcome == ReadOutcome::Ok {
            let by_itself = self.whole_by.filter(|whole_by| whole_by.is_stated());
            self.whole_by = if stated.records == self.distinct_ids {
                by_itself.or(Some(CompletenessBasis::AsStated))
            } else {
                Some(CompletenessBasis::NotAsStated)
            };
        }
        self.stated = Some(stated);
        if self.outcome == ReadOutcome::Ok {
            self.reason = self.objections();
        }
    }

    /// What speaks against a list that was read to its end, in sentences; empty when nothing does.
    pub fn objections(&self) -> String {
        let mut res = Vec::new();
        if self.rows_missing > 0 {
            let total = self.total_count.unwrap_or_default();
            res.push(format!("the server states {total} records but sent {}", self.distinct_ids));
        }
        if self.rows_surplus > 0 {
            let total = self.total_count.unwrap_or_default();
            res.push(format!("the server states {total} records and sent {}", self.distinct_ids));
        }
        if self.may_have_shifted() {
            let n = self.rows_repeated;
            res.push(format!("records that came again, so that others may be missing: {n}"));
        }
        if self.rows_conflicting > 0 {
            let ids = self.conflicts.line();
            res.push(format!("records came in versions that differ, and the first is kept: {ids}"));
        }
        if !self.counts_differing.is_empty() {
            let counts = self.counts_differing.line();
            res.push(format!("its answers state different counts of the whole list: {counts}"));
        }
        if self.rows_without_id > 0 {
            res.push(format!("records without an id that can be read: {}", self.rows_without_id));
        }
        if self.whole_by == Some(CompletenessBasis::FullPages) {
            res.push(format!(
                "{} records are full pages, and neither a count nor `has_more` says that no other \
                 page follows",
                self.distinct_ids
            ));
        }
        if let Some(it) = self.stated.as_ref().filter(|stated| stated.records != self.distinct_ids)
        {
            res.push(format!("{it}, and {} came", self.distinct_ids));
        }
        if !self.fields_unreadable.is_empty() {
            let fields = self.fields_unreadable.line();
            res.push(format!("cells that cannot be read count as unknown, of the fields {fields}"));
        }
        res.join("; ")
    }

    /// Whether a request was sent, or a file was there to be read; where none was, the times of the
    /// row are those of the moment when that was clear, and no request's.
    pub fn is_asked(&self) -> bool {
        let provided = self.status.is_some() || self.pages > 0;
        match self.outcome {
            ReadOutcome::NotAsked => false,
            ReadOutcome::NotConfigured => provided,
            _ => true,
        }
    }

    /// Whether the server's own count of the list agrees with what came.
    pub fn is_counted(&self) -> bool {
        matches!(self.whole_by, Some(CompletenessBasis::Count | CompletenessBasis::CountAndEnd))
    }
}

/// Whether these outcomes are how an instance of Retool's Business plan answers: its invitations
/// can be read, and all that only the Enterprise plan offers is forbidden.
pub fn looks_like_business(of: impl Fn(Endpoint) -> Option<ReadOutcome>) -> bool {
    let enterprise =
        [Endpoint::Users, Endpoint::Groups, Endpoint::Organization, Endpoint::SsoConfig];
    let forbidden = |it| matches!(of(it), Some(ReadOutcome::Scope | ReadOutcome::Plan));
    of(Endpoint::UserInvites) == Some(ReadOutcome::Ok) && enterprise.into_iter().all(forbidden)
}

/// What to report of an instance that [`looks_like_business`].
pub const BUSINESS: &str = "invitations can be read and users, groups, settings and single sign-on \
                            cannot, which is how the Business plan answers: the API gives these in \
                            the Enterprise plan, and `retool-audit import` reads them from files";

/// How the reading of an endpoint ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadOutcome {
    /// The server said that this was everything.
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
    /// No request was sent: it was not wanted, or there was nothing to send it with or to.
    NotAsked,
    /// Nothing of Retool answers under the address, so nothing is known of the instance.
    Address,
}

impl ReadOutcome {
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
            Self::NotAsked => "not asked",
            Self::Address => "nothing of Retool under the address",
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
            Self::NotAsked => "not-asked",
            Self::Address => "address",
        }
    }
}
