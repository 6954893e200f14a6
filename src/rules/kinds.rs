//! How much exceptions matter, and what rules look at.

use serde::{Deserialize, Serialize};

/// How much an exception matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth tidying up.
    Low,
    /// Worth a ticket.
    Medium,
    /// Worth a phone call.
    High,
    /// Worth stopping for.
    Critical,
}

impl Severity {
    /// Every severity, worst first.
    pub const ALL: &[Self] = &[Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The severity as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An account.
    User,
    /// A permission group.
    Group,
    /// An invitation.
    Invite,
    /// An API token.
    Token,
    /// A mention of an account or a group.
    Reference,
    /// A record of a list, or a list as a whole.
    Record,
    /// A request for access.
    Request,
    /// The grant of a role to a holder.
    Grant,
    /// A group, or `admin`, that an account has or should have.
    Entitlement,
    /// A Space, or another organization that an instance speaks of.
    Space,
    /// The roster, the same for all instances.
    Roster,
    /// An instance as a whole.
    Instance,
    /// A list that was to be collected.
    Endpoint,
    /// A value that rules judge by, the same for all instances.
    Threshold,
    /// A waiver.
    Waiver,
    /// A review.
    Review,
    /// A line of a review.
    ReviewLine,
    /// Who decides in a review, the same for all instances.
    Reviewer,
    /// A list whose length is compared.
    Population,
    /// A calendar month.
    Period,
    /// A setting of an instance.
    Setting,
    /// An account of the previous snapshot.
    FormerUser,
}

impl Subject {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::User,
        Self::Group,
        Self::Invite,
        Self::Token,
        Self::Reference,
        Self::Record,
        Self::Request,
        Self::Grant,
        Self::Entitlement,
        Self::Space,
        Self::Roster,
        Self::Instance,
        Self::Endpoint,
        Self::Threshold,
        Self::Waiver,
        Self::Review,
        Self::ReviewLine,
        Self::Reviewer,
        Self::Population,
        Self::Period,
        Self::Setting,
        Self::FormerUser,
    ];

    /// The kind as findings print it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Invite => "invite",
            Self::Token => "token",
            Self::Reference => "reference",
            Self::Record => "record",
            Self::Request => "request",
            Self::Grant => "grant",
            Self::Entitlement => "entitlement",
            Self::Space => "space",
            Self::Roster => "roster",
            Self::Instance => "instance",
            Self::Endpoint => "endpoint",
            Self::Threshold => "threshold",
            Self::Waiver => "waiver",
            Self::Review => "review",
            Self::ReviewLine => "review-line",
            Self::Reviewer => "reviewer",
            Self::Population => "population",
            Self::Period => "period",
            Self::Setting => "setting",
            Self::FormerUser => "former-user",
        }
    }

    /// Whether subjects of the kind belong to the organization instead of an instance.
    pub fn is_organizations(self) -> bool {
        matches!(self, Self::Roster | Self::Threshold | Self::Reviewer)
    }
}

/// What a rule asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Whether a control held: about accounts, groups, tokens, settings and waivers.
    Control,
    /// Whether the evidence itself is whole and to be relied on.
    Evidence,
}
