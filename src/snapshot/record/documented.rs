//! What reading a record takes: how to give it an id, and which words Retool documents.

use serde::de::DeserializeOwned;

use super::{
    AccessRequest, AccessToken, FieldState, Group, Id, KIND_WORDS, Keyed, ObjectAccess,
    OrganizationSettings, Party, Role, RoleGrant, ServerVersion, Space, SsoConfig,
    UsageOrganization, User, UserInvite, UserSummary,
};
use crate::power;

/// A record, or a settings object.
pub trait Record: DeserializeOwned + PartialEq + Keyed {
    /// Gives an id to a record that came without one, where its id is what distinguishes it.
    fn name(&mut self, _id: Id) {}

    /// Tells every word of a field for which the documentation lists the words.
    fn words(&self, _tell: &mut dyn FnMut(DocumentedWord<'_>)) {}
}

/// A word that came, and those that the documentation lists there.
#[derive(Clone, Copy, Debug)]
pub struct DocumentedWord<'a> {
    field: &'static str,
    found: Option<&'a str>,
    known: &'static [&'static str],
}

impl DocumentedWord<'_> {
    /// `field: word`, where the documentation does not list the word.
    pub(crate) fn unknown(self) -> Option<String> {
        let found = self.found.filter(|found| !self.known.contains(found))?;
        Some(format!("{}: {found}", self.field))
    }
}

const ACCESS: &[&str] = &["none", "use", "edit", "own"];
impl Record for User {
    fn name(&mut self, id: Id) {
        self.id = id;
    }

    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        tell(word("user_type", self.user_type.as_deref(), &["default", "mobile", "embed"]));
        let seats = &["builder", "internalUser", "externalUser"];
        tell(word("seat_type", value(&self.seat_type), seats));
    }
}

impl Record for Group {
    fn name(&mut self, id: Id) {
        self.id = id;
    }

    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        let levels = [
            ("universal_app_access", &self.universal_app_access),
            ("universal_resource_access", &self.universal_resource_access),
            ("universal_workflow_access", &self.universal_workflow_access),
            ("universal_query_library_access", &self.universal_query_library_access),
        ];
        for (field, found) in levels {
            tell(word(field, found.as_deref(), ACCESS));
        }
        tell(word("universal_agent_access", value(&self.universal_agent_access), ACCESS));
        for kind in self.other_access.keys() {
            tell(word("universal access to a kind", Some(kind), &[]));
        }
    }
}

impl Record for OrganizationSettings {
    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        let kinds = &["fido2", "otp"];
        tell(word("two_factor_auth_type", value(&self.two_factor_auth_type), kinds));
    }
}

impl Record for SsoConfig {
    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        tell(word("config_type", self.config_type.as_deref(), KIND_WORDS));
    }
}

impl Record for UserInvite {
    fn name(&mut self, id: Id) {
        self.id = id;
    }

    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        tell(word("user_type", value(&self.user_type), &["default", "mobile", "external"]));
    }
}

impl Record for AccessToken {
    fn name(&mut self, id: Id) {
        self.id = id;
    }

    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        let unknown = |it: &&String| !power::knows_scope(it);
        for it in self.scopes.iter().flatten().filter(unknown) {
            tell(word("scopes", Some(it), &[]));
        }
    }
}

impl Record for AccessRequest {
    fn name(&mut self, id: Id) {
        self.id = id;
    }

    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        tell(word("status", self.status.as_deref(), &["PENDING", "APPROVED", "DENIED"]));
    }
}

impl Record for Space {
    fn name(&mut self, id: Id) {
        self.id = id;
    }
}

impl Record for Role {
    fn name(&mut self, id: Id) {
        self.id = id;
    }

    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        let scopes = self.organization_scopes.iter().chain(&self.added_dependent_scopes).flatten();
        for it in scopes.filter(|scope| power::permission(scope).reach.is_none()) {
            tell(word("organization_scopes", Some(it), &[]));
        }
    }
}

impl Record for RoleGrant {
    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        tell(word("subject_type", self.subject_type.as_deref(), Party::HOLDERS));
        tell(word("object_type", value(&self.object_type), Party::OBJECTS));
    }
}

impl Record for UserSummary {}

impl Record for UsageOrganization {
    fn name(&mut self, id: Id) {
        self.org_id = id;
    }
}

impl Record for ServerVersion {}

impl Record for ObjectAccess {
    fn words(&self, tell: &mut dyn FnMut(DocumentedWord<'_>)) {
        for it in self.entries() {
            tell(word("accessLevel", it.access_level.as_deref(), ACCESS));
            tell(word("subject.type", Some(&it.subject.kind), Party::HOLDERS));
        }
    }
}

fn word<'a>(
    field: &'static str,
    found: Option<&'a str>,
    known: &'static [&'static str],
) -> DocumentedWord<'a> {
    DocumentedWord { field, found, known }
}

fn value(it: &FieldState<String>) -> Option<&str> {
    it.value().map(String::as_str)
}
