//! What is asked of every instance, and what it means when one of them stays silent.

use serde::{Deserialize, Serialize};

/// A list or an object that is asked of every instance.
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
    /// Requests for access that people made.
    AccessRequests,
    /// The child Spaces of the instance, which are instances of their own.
    Spaces,
    /// The organization's roles with their scopes.
    Roles,
    /// Who holds which role.
    RoleGrants,
    /// What people viewed and edited lately.
    UsageUserSummary,
    /// The organizations whose usage the token may see, Spaces and others of the licence included.
    UsageOrganizations,
    /// The version of the server.
    Version,
    /// Who may do what with single apps, folders, resources and workflows; asked only where the
    /// configuration wants it, because it takes a call for each of them.
    Permissions,
}

/// What an endpoint is for, and so what its absence makes of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointNeed {
    /// Without it there is no population.
    Required,
    /// A token made for the audit can read it wherever the plan and the version offer it.
    Expected,
    /// Read where the token may: a scope that is missing is noted, and the instance stays complete.
    Extra,
    /// Says something about the server, and nothing about who has access.
    Provenance,
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
        Self::AccessRequests,
        Self::Spaces,
        Self::Roles,
        Self::RoleGrants,
        Self::UsageUserSummary,
        Self::UsageOrganizations,
        Self::Version,
        Self::Permissions,
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
            Self::AccessRequests => "access-requests",
            Self::Spaces => "spaces",
            Self::Roles => "roles",
            Self::RoleGrants => "role-grants",
            Self::UsageUserSummary => "usage-user-summary",
            Self::UsageOrganizations => "usage-organizations",
            Self::Version => "version",
            Self::Permissions => "permissions",
        }
    }

    /// The path below the instance's address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Users => "/api/v2/users",
            Self::Groups => "/api/v2/groups",
            Self::Organization => "/api/v2/organization/",
            Self::SsoConfig => "/api/v2/sso/config",
            Self::UserInvites => "/api/v2/user_invites",
            Self::AccessTokens => "/api/v2/access_tokens",
            Self::AccessRequests => "/api/v2/access_requests",
            Self::Spaces => "/api/v2/spaces",
            Self::Roles => "/api/v2/role_permissions/roles",
            Self::RoleGrants => "/api/v2/role_permissions/role_grants",
            Self::UsageUserSummary => "/api/v2/usage/user_summary",
            Self::UsageOrganizations => "/api/v2/usage/organizations",
            Self::Version => "/api/checkHealth",
            Self::Permissions => "/api/v2/permissions/accessList",
        }
    }

    /// What is lost without it, to be read after "without it".
    pub fn lost(self) -> &'static str {
        match self {
            Self::Users | Self::Groups => "the instance has failed",
            Self::Organization => "whether everyone must have a second factor is not known",
            Self::SsoConfig => "how people sign in is not known",
            Self::UserInvites => "open invitations are not known",
            Self::AccessTokens => "who holds API tokens is not known",
            Self::AccessRequests => "open requests for access are not known",
            Self::Spaces => "whether a Space is left out is not known",
            Self::Roles | Self::RoleGrants => "rights through roles are not known",
            Self::UsageUserSummary => "who builds apps is not known",
            Self::UsageOrganizations => "whether an organization is left out is not known",
            Self::Version => "the release is not known",
            Self::Permissions => {
                "rights on single apps, folders, resources and workflows are not known"
            }
        }
    }

    /// The scope a token needs, in the words of Retool's settings; empty where none is needed.
    pub fn scope(self) -> &'static str {
        match self {
            Self::Users | Self::UserInvites | Self::AccessRequests => "Users > Read",
            Self::Groups => "Groups > Read",
            Self::Organization => "Organizations > Read",
            Self::SsoConfig | Self::Spaces => "Spaces > Read",
            Self::AccessTokens => "Access Tokens > Read",
            Self::Roles | Self::RoleGrants => "Permissions > Read",
            Self::UsageUserSummary | Self::UsageOrganizations => "Usage > Organization",
            Self::Version => "",
            Self::Permissions => "Permissions, Apps, Folders, Resources and Workflows > Read",
        }
    }

    /// What the endpoint is for.
    pub fn standing(self) -> EndpointNeed {
        match self {
            Self::Users | Self::Groups => EndpointNeed::Required,
            Self::Organization
            | Self::SsoConfig
            | Self::UserInvites
            | Self::AccessTokens
            | Self::Permissions => EndpointNeed::Expected,
            Self::AccessRequests
            | Self::Spaces
            | Self::Roles
            | Self::RoleGrants
            | Self::UsageUserSummary
            | Self::UsageOrganizations => EndpointNeed::Extra,
            Self::Version => EndpointNeed::Provenance,
        }
    }

    /// Whether an instance without this has no population to speak of.
    pub fn required(self) -> bool {
        self.standing() == EndpointNeed::Required
    }

    /// Whether Retool's documentation gives the answer a word about where the list ends; a list
    /// without one is not paged either.
    pub fn states_its_end(self) -> bool {
        let unpaged =
            [Self::Roles, Self::RoleGrants, Self::UsageUserSummary, Self::UsageOrganizations];
        !unpaged.contains(&self)
    }

    /// Whether this is a list of records, and not one object with settings.
    pub fn is_list(self) -> bool {
        !matches!(self, Self::Organization | Self::SsoConfig | Self::Version)
    }

    /// Whether the API gives this a hundred records at a time.
    pub fn paged(self) -> bool {
        matches!(self, Self::Users | Self::AccessRequests)
    }
}
