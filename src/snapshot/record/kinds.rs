//! The kinds of single sign-on, and which fields the answer about each has.
//!
//! A field that a kind does not have is an answer: SAML maps no roles of OIDC. A field that it has
//! and that did not come is silence. The fields are those of Retool's API description, version
//! 2.12.0, `GET /sso/config`.

/// The words of [`KINDS`].
pub const KIND_WORDS: &[&str] = &["google", "oidc", "google & oidc", "saml", "google & saml"];

/// A kind of single sign-on set-up.
#[derive(Debug)]
pub struct SsoKind {
    /// `config_type` as Retool writes it.
    pub word: &'static str,
    /// What it is made of.
    parts: &'static [&'static [&'static str]],
    /// Settings that it has although its answer has no field for them.
    elsewhere: &'static [&'static str],
}

const PASSWORD: &[&str] = &["disable_email_password_login"];

const GOOGLE: &[&str] = &["google_client_id", "google_client_secret"];

const FIRST_SIGN_IN: &[&str] = &["jit_enabled", "restricted_domain", "trigger_login_automatically"];

const OIDC: &[&str] = &[
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_scopes",
    "oidc_auth_url",
    "oidc_token_url",
    "oidc_userinfo_url",
    "oidc_audience",
    "jwt_email_key",
    "jwt_roles_key",
    "jwt_first_name_key",
    "jwt_last_name_key",
    "roles_mapping",
];

const SAML: &[&str] = &[
    "idp_metadata_xml",
    "saml_first_name_attribute",
    "saml_last_name_attribute",
    "saml_groups_attribute",
    "saml_sync_group_claims",
    "ldap_sync_group_claims",
    "ldap_role_mapping",
    "ldap_server_url",
    "ldap_base_domain_components",
    "ldap_server_name",
    "ldap_server_key",
    "ldap_server_certificate",
];

/// Every kind that the description has.
///
/// Google alone makes accounts too (`DEFAULT_GROUP_FOR_DOMAINS` on self-hosted Retool) and takes
/// groups over LDAP, and its answer shows neither.
pub static KINDS: &[SsoKind] = &[
    SsoKind {
        word: "google",
        parts: &[PASSWORD, GOOGLE],
        elsewhere: &["jit_enabled", "restricted_domain", "ldap_sync_group_claims"],
    },
    SsoKind { word: "oidc", parts: &[PASSWORD, FIRST_SIGN_IN, OIDC], elsewhere: &[] },
    SsoKind {
        word: "google & oidc",
        parts: &[PASSWORD, FIRST_SIGN_IN, GOOGLE, OIDC],
        elsewhere: &[],
    },
    SsoKind { word: "saml", parts: &[PASSWORD, FIRST_SIGN_IN, SAML], elsewhere: &[] },
    SsoKind {
        word: "google & saml",
        parts: &[PASSWORD, FIRST_SIGN_IN, GOOGLE, SAML],
        elsewhere: &[],
    },
];

impl SsoKind {
    /// The kind of a `config_type`; none where the word is unknown.
    pub fn of(word: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.word == word)
    }

    fn has(&self, field: &str) -> bool {
        self.parts.iter().any(|part| part.contains(&field))
    }

    /// Whether a set-up of the kind can have no such setting, so that silence about it says that
    /// there is none.
    pub fn lacks(&self, field: &str) -> bool {
        let documented = KINDS.iter().any(|kind| kind.has(field));
        documented && !self.has(field) && !self.elsewhere.contains(&field)
    }
}

#[cfg(test)]
mod tests {
    use super::{KIND_WORDS, KINDS};
    use crate::config::stated::SIGN_ON;

    #[test]
    fn the_configuration_knows_the_same_kinds() {
        let words: Vec<&str> = KINDS.iter().map(|kind| kind.word).collect();
        assert_eq!(words, SIGN_ON);
        assert_eq!(words, KIND_WORDS);
    }

    #[test]
    fn silence_is_an_answer_where_the_kind_has_no_such_setting() {
        let fields =
            ["jit_enabled", "roles_mapping", "saml_sync_group_claims", "ldap_sync_group_claims"];
        let line = |field: &&str| {
            let lacking = KINDS.iter().filter(|kind| kind.lacks(field)).map(|kind| kind.word);
            format!("{field}: not with {}", lacking.collect::<Vec<_>>().join(", "))
        };
        insta::assert_snapshot!(fields.iter().map(line).collect::<Vec<_>>().join("\n"), @"
        jit_enabled: not with 
        roles_mapping: not with google, saml, google & saml
        saml_sync_group_claims: not with google, oidc, google & oidc
        ldap_sync_group_claims: not with oidc, google & oidc
        ");
    }
}
