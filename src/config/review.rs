//! What a review asks, of whom, and until when.

use std::collections::BTreeSet;

/// What a campaign asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewSettings {
    /// Whose entitlements are reviewed.
    pub scope: BTreeSet<ReviewScope>,
    /// Groups whose members are reviewed besides, lower case.
    pub groups: BTreeSet<String>,
    /// Days in which reviewers decide.
    pub due_days: u32,
    /// By which rules reviewers are found, one after the other.
    pub reviewers: Vec<ReviewerRule>,
    /// Who reviews what no rule has a reviewer for.
    pub fallback: Option<String>,
}

impl Default for ReviewSettings {
    fn default() -> Self {
        Self {
            scope: [ReviewScope::Everybody].into(),
            groups: BTreeSet::new(),
            due_days: 14,
            reviewers: ReviewerRule::ALL.into(),
            fallback: None,
        }
    }
}

/// Whose entitlements are reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewScope {
    /// Of every account that may sign in, and every API token.
    Everybody,
    /// Of accounts of tier 0 and 1.
    Privileged,
    /// Of accounts that a rule has an exception about.
    Findings,
    /// Of accounts that are not known to be under a domain of the organization.
    External,
    /// API tokens.
    Tokens,
}

impl ReviewScope {
    /// Every scope.
    pub const ALL: [Self; 5] =
        [Self::Everybody, Self::Privileged, Self::Findings, Self::External, Self::Tokens];

    /// The scope as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Privileged => "privileged",
            Self::Findings => "findings",
            Self::External => "external",
            Self::Tokens => "tokens",
        }
    }

    /// The scope for people to read.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Everybody => "every active account and API token",
            Self::Privileged => "accounts of tier 0 and 1",
            Self::Findings => "accounts and tokens with an exception",
            Self::External => "accounts outside the organization's domains",
            Self::Tokens => "API tokens",
        }
    }
}

/// A rule by which a reviewer is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewerRule {
    /// The manager of the person, in the roster.
    Manager,
    /// The owner of the group, in the configuration.
    GroupOwner,
    /// The owner of the instance, in the configuration.
    InstanceOwner,
}

impl ReviewerRule {
    /// Every rule, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::Manager, Self::GroupOwner, Self::InstanceOwner];

    /// The rule as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::GroupOwner => "group-owner",
            Self::InstanceOwner => "instance-owner",
        }
    }
}
