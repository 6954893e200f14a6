//! What a reviewer decides about a line.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::line::ReviewLine;

/// What is to become of an entitlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionWord {
    /// It is still needed.
    Keep,
    /// It is to be taken away.
    Revoke,
    /// It is to become another one.
    Change,
    /// Its risk is to be accepted for a time, which somebody else approves.
    Waive,
    /// It is decided later.
    Defer,
}

impl DecisionWord {
    /// Every decision.
    pub const ALL: &[Self] = &[Self::Keep, Self::Revoke, Self::Change, Self::Waive, Self::Defer];

    /// The decision as worksheets have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Revoke => "revoke",
            Self::Change => "change",
            Self::Waive => "waive",
            Self::Defer => "defer",
        }
    }

    /// What it means, for whoever fills in a worksheet.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Keep => "still needed for the work, as it is",
            Self::Revoke => "to be taken away; give the reason",
            Self::Change => "to become less or something else; say in the reason what",
            Self::Waive => {
                "not in order, and accepted for a time: give reason, owner, expiry and \
                 compensating control; another person approves it"
            }
            Self::Defer => "cannot be decided yet; say in the reason why",
        }
    }

    /// The decision of that word, whatever its case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.word().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether something is to be gone, whole or in part.
    pub fn removes(self) -> bool {
        matches!(self, Self::Revoke | Self::Change)
    }

    /// Whether it needs a reason.
    pub fn needs_reason(self) -> bool {
        self != Self::Keep
    }
}

/// A decision about a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The line.
    pub line_id: String,
    /// What is to become of it.
    pub decision: DecisionWord,
    /// Who decided.
    pub reviewer: String,
    /// Why; empty where a kept line needs none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The ticket.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ticket: String,
    /// Who owns the risk that is to be accepted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// The last day of the acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// What keeps the risk down meanwhile.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub compensating_control: String,
}

impl Decision {
    /// The decision of a line's reviewer, without a word besides.
    pub fn of(line: &ReviewLine, decision: DecisionWord) -> Self {
        Self {
            line_id: line.line_id.clone(),
            decision,
            reviewer: line.reviewer.clone(),
            reason: String::new(),
            ticket: String::new(),
            owner: String::new(),
            expires: None,
            compensating_control: String::new(),
        }
    }
}
