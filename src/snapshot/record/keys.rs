//! What distinguishes the records of a list.

use super::{
    AccessRequest, AccessToken, Group, Id, ObjectAccess, OrganizationSettings, Role, RoleGrant,
    ServerVersion, Space, SsoConfig, UsageOrganization, User, UserInvite, UserSummary,
};

/// A record, or a settings object.
pub trait Keyed {
    /// What distinguishes it from the others of its list; none where nothing does.
    fn key(&self) -> Option<Id> {
        None
    }
}

/// Records that are distinguished by their own id.
macro_rules! by_id {
    ($($record:ident),+) => {
        $(impl Keyed for $record {
            fn key(&self) -> Option<Id> {
                Some(self.id.clone())
            }
        })+
    };
}

by_id!(User, Group, UserInvite, AccessToken, AccessRequest, Space, Role);

impl Keyed for OrganizationSettings {}

impl Keyed for SsoConfig {}

impl Keyed for ServerVersion {}

impl Keyed for RoleGrant {
    fn key(&self) -> Option<Id> {
        self.id.clone().filter(|id| !id.0.is_empty())
    }
}

impl Keyed for UserSummary {
    fn key(&self) -> Option<Id> {
        // One account may be in several organizations of a licence.
        let organization = self.org_id.as_ref().map_or("", |it| it.0.as_str());
        Some(Id(format!("{organization}/{}", self.user_id.0)))
    }
}

impl Keyed for UsageOrganization {
    fn key(&self) -> Option<Id> {
        Some(self.org_id.clone())
    }
}

impl Keyed for ObjectAccess {
    fn key(&self) -> Option<Id> {
        Some(Id(format!("{}/{}", self.kind, self.id.0)))
    }
}
