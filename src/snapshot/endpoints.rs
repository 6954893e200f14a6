//! The endpoints that every instance is asked, each declared once with its records.
//!
//! One more endpoint is a record (`record.rs`, with what `documented.rs` says of it), an entry of
//! the table below, and the tables that it fills (`tables/build/gaps.rs` asks which). The entry gives
//! the place among the [`Records`], the stored file, the requests of a collection, the files of an
//! import, the probe of `check` and the line in the README's table of scopes.

mod record_store;

use serde::{Deserialize, Serialize};

pub(crate) use self::record_store::AsyncStoreVisitor;
pub use self::record_store::{RecordStore, StoreReader, StoreVisitor};

use super::record::{
    AccessRequest, AccessToken, Group, ObjectAccess, OrganizationSettings, Role, RoleGrant,
    ServerVersion, Space, SsoConfig, UsageOrganization, User, UserInvite, UserSummary,
};

/// What an endpoint is for, and so what its absence makes of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointNeed {
    /// Without it there is no population.
    Required,
    /// A token made for the audit can read it wherever the plan and the version offer it.
    Expected,
    /// Read where the token may: a scope that is missing is noted, and the instance stays complete.
    Extra,
    /// Tells about the server and nothing about who has access.
    Provenance,
}

/// How an endpoint hands out its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paging {
    /// A hundred at a time, where the instance is asked so.
    Paged,
    /// All at once, with a word about where the list ends.
    Whole,
    /// All at once; Retool documents no word about where the list ends.
    Unstated,
}

/// What the table says of an endpoint.
struct EndpointSpec {
    name: &'static str,
    spoken: &'static str,
    path: &'static str,
    scope: &'static str,
    need: EndpointNeed,
    paging: Paging,
    lost: &'static str,
    is_list: bool,
}

/// Makes [`Endpoint`] and [`Records`] of the table.
macro_rules! endpoints {
    ($(
        $(#[doc = $meaning:literal])+
        $endpoint:ident {
            $(#[doc = $holds:literal])+
            $store:ident: $type:ty,
            name: $name:literal,
            spoken: $spoken:literal,
            path: $path:literal,
            scope: $scope:literal,
            need: $need:ident,
            paging: $paging:ident,
            lost: $lost:literal,
        }
    )+) => {
        /// A list or an object that is asked of every instance.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Endpoint {
            $( $(#[doc = $meaning])+ $endpoint, )+
        }

        impl Endpoint {
            /// Every endpoint, in the order they are asked and reported.
            pub const ALL: &[Self] = &[$( Self::$endpoint ),+];

            fn spec(self) -> &'static EndpointSpec {
                match self {
                    $( Self::$endpoint => &EndpointSpec {
                        name: $name,
                        spoken: $spoken,
                        path: $path,
                        scope: $scope,
                        need: EndpointNeed::$need,
                        paging: Paging::$paging,
                        lost: $lost,
                        is_list: <$type as RecordStore>::IS_LIST,
                    }, )+
                }
            }
        }

        /// The records of one instance, in the order the server gave them.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Records {
            $( $(#[doc = $holds])+ pub $store: $type, )+
        }

        impl Records {
            /// Moves over what one endpoint gave.
            pub fn put(&mut self, endpoint: Endpoint, from: &mut Self) {
                match endpoint {
                    $( Endpoint::$endpoint => self.$store = std::mem::take(&mut from.$store), )+
                }
            }

            /// Looks at the records of one endpoint.
            pub fn read<R: StoreReader>(&self, endpoint: Endpoint, reader: R) -> R::Output {
                match endpoint {
                    $( Endpoint::$endpoint => reader.read(&self.$store), )+
                }
            }

            /// Works on the records of one endpoint.
            pub fn visit<V: StoreVisitor>(&mut self, endpoint: Endpoint, visitor: V) -> V::Output {
                match endpoint {
                    $( Endpoint::$endpoint => visitor.visit(&mut self.$store), )+
                }
            }

            /// Works on the records of one endpoint, and waits for the network meanwhile.
            pub(crate) async fn visit_async<V: AsyncStoreVisitor>(
                &mut self,
                endpoint: Endpoint,
                visitor: V,
            ) -> V::Output {
                match endpoint {
                    $( Endpoint::$endpoint => visitor.visit(&mut self.$store).await, )+
                }
            }
        }
    };
}

endpoints! {
    /// The accounts.
    Users {
        /// Accounts, disabled ones too.
        users: Vec<User>,
        name: "users",
        spoken: "users",
        path: "/api/v2/users",
        scope: "Users > Read",
        need: Required,
        paging: Paged,
        lost: "the instance has failed",
    }
    /// The permission groups with their members.
    Groups {
        /// Permission groups with their members.
        groups: Vec<Group>,
        name: "groups",
        spoken: "groups",
        path: "/api/v2/groups",
        scope: "Groups > Read",
        need: Required,
        paging: Whole,
        lost: "the instance has failed",
    }
    /// The organization's advanced settings.
    Organization {
        /// The organization's advanced settings.
        organization: Option<OrganizationSettings>,
        name: "organization",
        spoken: "organization settings",
        path: "/api/v2/organization/",
        scope: "Organizations > Read",
        need: Expected,
        paging: Whole,
        lost: "the requirement of a second factor is unknown",
    }
    /// The single sign-on set-up.
    SsoConfig {
        /// The single sign-on set-up, where the API shows it.
        sso_config: Option<SsoConfig>,
        name: "sso-config",
        spoken: "single sign-on settings",
        path: "/api/v2/sso/config",
        scope: "Spaces > Read",
        need: Expected,
        paging: Whole,
        lost: "the way people sign in is unknown",
    }
    /// The invitations.
    UserInvites {
        /// Invitations, claimed ones too.
        user_invites: Vec<UserInvite>,
        name: "user-invites",
        spoken: "invitations",
        path: "/api/v2/user_invites",
        scope: "Users > Read",
        need: Expected,
        paging: Whole,
        lost: "open invitations are unknown",
    }
    /// The API tokens.
    AccessTokens {
        /// API tokens, without their secrets.
        access_tokens: Vec<AccessToken>,
        name: "access-tokens",
        spoken: "API tokens",
        path: "/api/v2/access_tokens",
        scope: "Access Tokens > Read",
        need: Expected,
        paging: Whole,
        lost: "the holders of API tokens are unknown",
    }
    /// Requests for access that people made.
    AccessRequests {
        /// Requests for access, decided ones too.
        access_requests: Vec<AccessRequest>,
        name: "access-requests",
        spoken: "access requests",
        path: "/api/v2/access_requests",
        scope: "Users > Read",
        need: Extra,
        paging: Paged,
        lost: "open requests for access are unknown",
    }
    /// The child Spaces of the instance, which are instances of their own.
    Spaces {
        /// Child Spaces, each an instance of its own.
        spaces: Vec<Space>,
        name: "spaces",
        spoken: "Spaces",
        path: "/api/v2/spaces",
        scope: "Spaces > Read",
        need: Extra,
        paging: Whole,
        lost: "a Space that is left out goes unnoticed",
    }
    /// The organization's roles with their scopes.
    Roles {
        /// The organization's roles.
        roles: Vec<Role>,
        name: "roles",
        spoken: "roles",
        path: "/api/v2/role_permissions/roles",
        scope: "Permissions > Read",
        need: Extra,
        paging: Unstated,
        lost: "rights through roles are unknown",
    }
    /// Who holds which role.
    RoleGrants {
        /// Who holds which role.
        role_grants: Vec<RoleGrant>,
        name: "role-grants",
        spoken: "role grants",
        path: "/api/v2/role_permissions/role_grants",
        scope: "Permissions > Read",
        need: Extra,
        paging: Unstated,
        lost: "rights through roles are unknown",
    }
    /// What people viewed and edited lately.
    UsageUserSummary {
        /// What people did lately, also in other organizations where the token may see them.
        usage_user_summary: Vec<UserSummary>,
        name: "usage-user-summary",
        spoken: "usage by user",
        path: "/api/v2/usage/user_summary",
        scope: "Usage > Organization",
        need: Extra,
        paging: Unstated,
        lost: "the builders of apps are unknown",
    }
    /// The organizations whose usage the token may see, Spaces and others of the licence included.
    UsageOrganizations {
        /// Organizations that the token may see besides.
        usage_organizations: Vec<UsageOrganization>,
        name: "usage-organizations",
        spoken: "usage by organization",
        path: "/api/v2/usage/organizations",
        scope: "Usage > Organization",
        need: Extra,
        paging: Unstated,
        lost: "an organization that is left out goes unnoticed",
    }
    /// The version of the server.
    Version {
        /// The version of the server.
        version: Option<ServerVersion>,
        name: "version",
        spoken: "server version",
        path: "/api/checkHealth",
        scope: "",
        need: Provenance,
        paging: Whole,
        lost: "the release is unknown",
    }
    /// Who may do what with single apps, folders, resources and workflows; asked only where the
    /// configuration wants it, because it takes a call for each of them.
    Permissions {
        /// Single apps, folders, resources and workflows, each with what is granted on it.
        permissions: Vec<ObjectAccess>,
        name: "permissions",
        spoken: "access to single objects",
        path: "/api/v2/permissions/accessList",
        scope: "Permissions, Apps, Folders, Resources and Workflows > Read",
        need: Expected,
        paging: Whole,
        lost: "rights on single apps, folders, resources and workflows are unknown",
    }
}

impl Endpoint {
    /// The endpoint's name in ledgers, file names and configuration.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// What sentences call it.
    pub fn spoken(self) -> &'static str {
        self.spec().spoken
    }

    /// The path below the instance's address.
    pub fn path(self) -> &'static str {
        self.spec().path
    }

    /// What is lost without it, to be read after "without it".
    pub fn lost(self) -> &'static str {
        self.spec().lost
    }

    /// The scope a token needs, in the words of Retool's settings; empty where none is needed.
    pub fn scope(self) -> &'static str {
        self.spec().scope
    }

    /// What the endpoint is for.
    pub fn need(self) -> EndpointNeed {
        self.spec().need
    }

    /// Whether an instance without this has no population to speak of.
    pub fn required(self) -> bool {
        self.need() == EndpointNeed::Required
    }

    /// Whether Retool's documentation gives the answer a word about where the list ends; a list
    /// without one is not paged either.
    pub fn states_its_end(self) -> bool {
        self.spec().paging != Paging::Unstated
    }

    /// Whether this is a list of records, and not one object with settings.
    pub fn is_list(self) -> bool {
        self.spec().is_list
    }

    /// Whether the API gives this a hundred records at a time.
    pub fn paged(self) -> bool {
        self.spec().paging == Paging::Paged
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn the_stored_word_is_the_name() {
        for it in Endpoint::ALL {
            assert_eq!(serde_json::to_value(it).unwrap(), it.name());
        }
    }
}
