//! Settings beyond those that rules know by name: what may be kept as text, and for everything else
//! a fingerprint that shows whether the value is the same, and nothing more.
//!
//! A short secret could be guessed from its bare hash. A fingerprint is a keyed hash, HMAC-SHA256,
//! whose key stays in the folder of the evidence and goes into no pack; fingerprints under two keys
//! cannot be compared.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest;

/// The key under which fingerprints are made.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey([u8; 32]);

/// Never shows the key.
impl fmt::Debug for SealKey {
    fn fmt(&self, it: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(it, "Key({})", self.id())
    }
}

impl SealKey {
    /// A key of random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads what [`Self::hex`] gave; none where it is anything else.
    pub fn parse(hex: &str) -> Option<Self> {
        let hex = hex.trim();
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut res = [0; 32];
        for (at, byte) in res.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Self(res))
    }

    /// The key as lower-case hex, for its own file and nothing else.
    pub fn hex(&self) -> String {
        digest::hex(&self.0)
    }

    /// Names the key without telling it: a keyed hash of a fixed text.
    pub fn id(&self) -> String {
        digest::keyed(&self.0, "the name of this key")[..16].to_owned()
    }

    /// What distinguishes one value of a field from another.
    fn fingerprint(&self, field: &str, value: &Value) -> String {
        digest::keyed(&self.0, format!("{field}\n{}", canonical(value)))
    }
}

/// The same text for the same value, whatever the order of its fields.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, String> =
                map.iter().map(|(name, inner)| (name, canonical(inner))).collect();
            format!("{sorted:?}")
        }
        Value::Array(list) => format!("{:?}", list.iter().map(canonical).collect::<Vec<_>>()),
        other => other.to_string(),
    }
}

/// Fields as they came that no record has by name, until they are sealed.
///
/// They may be secrets: they are in memory only, are never written, and cannot be printed.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Unsealed(BTreeMap<String, Value>);

impl Unsealed {
    /// Whether there is nothing to seal.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Never shows a value.
impl fmt::Debug for Unsealed {
    fn fmt(&self, it: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(it, "Unsealed({} fields)", self.0.len())
    }
}

/// Settings that no rule knows by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SealedSettings {
    /// Those that are no secret, as they came.
    pub texts: BTreeMap<String, Value>,
    /// Fingerprints of all others, as lower-case hex.
    pub fingerprints: BTreeMap<String, String>,
    /// Names the key of the fingerprints; none where there was no key, and so no fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The fields that may be kept as text: documented ones that hold no secret and no code.
const TEXTS: &[&str] = &[
    "ai_support_bot_disabled",
    "apply_preloaded_css_to_homepage",
    "cache_queries_per_user",
    "google_client_id",
    "jwt_email_key",
    "jwt_first_name_key",
    "jwt_last_name_key",
    "jwt_roles_key",
    "ldap_base_domain_components",
    "ldap_role_mapping",
    "ldap_server_name",
    "ldap_server_url",
    "oidc_audience",
    "oidc_auth_url",
    "oidc_client_id",
    "oidc_scopes",
    "oidc_token_url",
    "oidc_userinfo_url",
    "retool_forms_disabled",
    "saml_first_name_attribute",
    "saml_groups_attribute",
    "saml_last_name_attribute",
];

/// The longest text that is kept as one.
const LONGEST: usize = 500;

impl SealedSettings {
    /// Seals fields as they came; without a key, what may be a secret leaves nothing but its name.
    pub fn of(fields: Unsealed, key: Option<&SealKey>) -> Self {
        let mut res = Self { key: key.map(SealKey::id), ..Self::default() };
        for (field, value) in fields.0 {
            if TEXTS.contains(&field.as_str()) && is_plain(&value) {
                res.texts.insert(field, value);
            } else {
                let fingerprint = key.map(|key| key.fingerprint(&field, &value));
                res.fingerprints.insert(field, fingerprint.unwrap_or_default());
            }
        }
        res
    }
}

/// Whether a value is short and of one piece; an address with a user, a query or a fragment may
/// hold a password.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => {
            let address = text.contains("://");
            text.len() <= LONGEST && !(address && text.contains(['@', '?', '#']))
        }
        Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{SealKey, SealedSettings, Unsealed};

    fn sealed(json: &str, key: Option<&SealKey>) -> SealedSettings {
        SealedSettings::of(serde_json::from_str::<Unsealed>(json).expect("fields"), key)
    }

    #[test]
    fn what_may_be_secret_leaves_a_fingerprint_alone() {
        let json = r#"{
            "ldap_role_mapping": "ops -> Ops", "ldap_server_url": "ldap://one.acme.test",
            "oidc_token_url": "https://me:canary@acme.test", "oidc_client_secret": "canary",
            "unheard_of": {"b": 1, "a": "canary"}, "retool_forms_disabled": null
        }"#;
        let key = SealKey::new([7; 32]);
        let text = serde_json::to_string_pretty(&sealed(json, Some(&key))).expect("text");
        assert!(!text.contains("canary") && !text.contains(&key.hex()), "{text}");
        insta::assert_snapshot!(text, @r#"
        {
          "texts": {
            "ldap_role_mapping": "ops -> Ops",
            "ldap_server_url": "ldap://one.acme.test",
            "retool_forms_disabled": null
          },
          "fingerprints": {
            "oidc_client_secret": "5901081e701f068952733c4b02226a4317289d9ff7a6f2b15e23fd4861d8dec3",
            "oidc_token_url": "bfe8e03021b7b80d6fc5947ce5f2dea3bae9d774a01fe0b7f4290663faaf875f",
            "unheard_of": "9c35c488970fe2c11d72573ee617113aaa8140e58e99703f8bebfb7d96cf53ab"
          },
          "key": "b79d2e4dd34a999e"
        }
        "#);
        let bare = sealed(json, None);
        assert!(bare.key.is_none() && bare.fingerprints.values().all(String::is_empty));
    }

    #[test]
    fn one_value_has_one_fingerprint_under_a_key() {
        let key = SealKey::new([7; 32]);
        let of = |json: &str, key: &SealKey| sealed(json, Some(key)).fingerprints;
        let (one, other) = (r#"{"x": {"a": 1, "b": 2}}"#, r#"{"x": {"b": 2, "a": 1}}"#);
        assert_eq!(of(one, &key), of(other, &key));
        assert_ne!(of(one, &key), of(r#"{"x": {"a": 1, "b": 3}}"#, &key));
        assert_ne!(of(one, &key), of(one, &SealKey::new([8; 32])));
        assert_ne!(of(r#"{"x": 1}"#, &key)["x"], of(r#"{"y": 1}"#, &key)["y"]);
    }

    #[test]
    fn a_key_is_read_back_and_never_printed() {
        let key = SealKey::new([0xa5; 32]);
        assert_eq!(SealKey::parse(&format!("{}\n", key.hex())), Some(key.clone()));
        assert_eq!(SealKey::parse("a5"), None);
        assert_eq!(SealKey::parse(&"é".repeat(32)), None);
        assert!(!format!("{key:?}").contains("a5a5"));
    }
}
