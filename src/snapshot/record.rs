//! Retool's records, as received less secrets: an allow-list in types.
//!
//! Every field but the id may be missing. [`FieldState`] keeps "the server said null" apart from
//! "the server did not say", because for some fields null is a fact and for none of them is silence
//! one.

mod access;
mod documented;
mod field;
mod keys;
mod kinds;
mod sift;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::access::{AccessEntry, AccessList, AccessSources, ObjectAccess, Party};
pub use self::documented::{DocumentedWord, Record};
pub use self::field::{Count, FieldState, Id};
pub use self::keys::Keyed;
pub use self::kinds::{KIND_WORDS, KINDS, SsoKind};
use super::seal::{SealedSettings, Unsealed};

/// An account of an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Retool's id, `user_…`.
    pub id: Id,
    /// The older numeric id, which access tokens refer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<Id>,
    /// The address the account signs in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Whether the account may sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// When the account was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// Last activity as Retool reports it; null means never.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub last_active: FieldState<DateTime<Utc>>,
    /// Whether the account administers the organization; older versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
    /// `default`, `mobile` or `embed`; older versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_type: Option<String>,
    /// Whether Retool's own second factor is enrolled; older versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_factor_auth_enabled: Option<bool>,
    /// `builder`, `internalUser` or `externalUser`; only newer versions say, and null is no seat.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub seat_type: FieldState<String>,
}

/// A permission group with its members.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Group {
    /// Retool's id.
    pub id: Id,
    /// The name people know the group by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The accounts in the group; `None` where the server left the list out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// What the group grants on all apps: `none`, `use`, `edit` or `own`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universal_app_access: Option<String>,
    /// What the group grants on all resources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universal_resource_access: Option<String>,
    /// What the group grants on all workflows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universal_workflow_access: Option<String>,
    /// What the group grants on the query library: `none`, `use` or `edit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universal_query_library_access: Option<String>,
    /// What the group grants on all agents; only newer versions say.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub universal_agent_access: FieldState<String>,
    /// What the group grants on everything of kinds that this program does not know, by the kind:
    /// every other field that is spelled `universal_…_access`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other_access: BTreeMap<String, Option<String>>,
    /// Whether members may list all users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_list_access: Option<bool>,
    /// Whether members may read the audit log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_log_access: Option<bool>,
    /// Whether members may open unpublished releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpublished_release_access: Option<bool>,
    /// Whether members may read usage analytics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage_analytics_access: Option<bool>,
    /// Whether members may edit themes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme_access: Option<bool>,
    /// Whether members may read account details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_details_access: Option<bool>,
    /// When the group was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// When the group was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
}

/// One account in one group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The account's id.
    pub id: Id,
    /// The account's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the account may add and remove members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_group_admin: Option<bool>,
}

/// The organization's advanced settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OrganizationSettings {
    /// Retool's id, `org_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// Whether everyone must have a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_factor_auth_required: Option<bool>,
    /// The kind of second factor that is required; null is none in particular.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub two_factor_auth_type: FieldState<String>,
    /// Whether people may ask to join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_access_enabled: Option<bool>,
    /// Whether app owners may share their apps directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_owners_permissions_management: Option<bool>,
    /// Whether mails about sign-ins from new addresses are off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_new_login_ip_notification_email: Option<bool>,
    /// Whether apps have versions and releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_management_enabled: Option<bool>,
    /// How long workflow runs are kept, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_run_retention_period_mins: Option<f64>,
    /// What else the server sent, as it may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedSettings>,
    /// What else the server sent, until it is sealed.
    #[serde(flatten, skip_serializing)]
    pub unsealed: Unsealed,
}

/// The single sign-on set-up, without its secrets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SsoConfig {
    /// `google`, `oidc`, `saml` or a pair of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_type: Option<String>,
    /// Whether signing in with a password is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_email_password_login: Option<bool>,
    /// Whether accounts are created at first sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jit_enabled: Option<bool>,
    /// The mail domains that may sign in.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub restricted_domain: FieldState<String>,
    /// Which role of the identity provider becomes which group.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub roles_mapping: FieldState<String>,
    /// Whether SAML group claims set the groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saml_sync_group_claims: Option<bool>,
    /// Whether LDAP groups set the groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap_sync_group_claims: Option<bool>,
    /// Whether visitors are sent to the identity provider at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_login_automatically: Option<bool>,
    /// What else the server sent, as it may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedSettings>,
    /// What else the server sent, until it is sealed.
    #[serde(flatten, skip_serializing)]
    pub unsealed: Unsealed,
}

/// An invitation, without its link.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserInvite {
    /// Retool's id.
    pub id: Id,
    /// Who invited: a user id or an address, as the server gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<String>,
    /// Who is invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_email: Option<String>,
    /// When the link stops working.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The account that took the invitation; null is none yet.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub claimed_by: FieldState<String>,
    /// When the invitation was taken; null is not yet.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub claimed_at: FieldState<DateTime<Utc>>,
    /// `default`, `mobile` or `external`.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub user_type: FieldState<String>,
    /// When the invitation was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// The groups the invited person will be in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<InviteGroup>>,
}

/// A group that an invitation leads to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InviteGroup {
    /// The group's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// The group's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An API token, without its secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Retool's id.
    pub id: Id,
    /// The token's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What the token is for; null is nothing written down.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub description: FieldState<String>,
    /// The last four characters of the secret, which distinguish tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last4: Option<String>,
    /// The older numeric id of the account that made the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_legacy_id: Option<Id>,
    /// What the token may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// When the token was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// When the token was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
}

/// A request for access.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccessRequest {
    /// Retool's id.
    pub id: Id,
    /// The older numeric id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<Id>,
    /// `PENDING`, `APPROVED` or `DENIED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requesting_email: Option<String>,
    /// The account that decided; null is none yet.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub updated_by_id: FieldState<Id>,
    /// When the request was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// When the request was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
}

/// A child Space of an instance, which is an instance of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Space {
    /// Retool's id.
    pub id: Id,
    /// The name people know the Space by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The host the Space is reached at; some answers leave it empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// When the Space was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// When the Space was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
}

/// A role: a bundle of scopes that groups and accounts can hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Retool's id.
    pub id: Id,
    /// The organization the role belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Id>,
    /// The name people know the role by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the role is for; null is nothing written down.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub description: FieldState<String>,
    /// Whether the role is one of Retool's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_default_role: Option<bool>,
    /// Whether the role was made from older settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_legacy_role: Option<bool>,
    /// What the role allows on single objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_scopes: Option<Vec<String>>,
    /// What the role allows in the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_scopes: Option<Vec<String>>,
    /// Scopes that Retool added because others need them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_dependent_scopes: Option<Vec<String>>,
    /// When the role was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// When the role was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
}

/// Who holds which role.
///
/// The documentation does not describe this answer; these are the fields that make a grant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoleGrant {
    /// Retool's id; a grant without one is kept as often as it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// The role that is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<Id>,
    /// What kind of holder it is, such as a group or a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<String>,
    /// The holder's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_id: Option<Id>,
    /// What kind of object the grant is limited to; null is none.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub object_type: FieldState<String>,
    /// The object the grant is limited to; null is all of its kind.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub object_id: FieldState<Id>,
    /// When the role was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// When the grant was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
}

/// What one account did in the days before the collection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserSummary {
    /// The organization's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<Id>,
    /// The account's id.
    pub user_id: Id,
    /// The account's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The host of the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// How often the account opened an app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_app_views: Option<Count>,
    /// How often the account saved an app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_app_saves: Option<Count>,
    /// Different apps that the account edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_unique_apps: Option<Count>,
    /// Last activity as Retool reports it.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub last_active: FieldState<DateTime<Utc>>,
}

/// An organization whose usage the token may see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UsageOrganization {
    /// The organization's id.
    pub org_id: Id,
    /// The host the organization is reached at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// When any account was last active in it.
    #[serde(default, skip_serializing_if = "FieldState::is_unstated")]
    pub last_active: FieldState<DateTime<Utc>>,
}

/// What the server says about itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerVersion {
    /// The release of Retool.
    pub version: String,
}
