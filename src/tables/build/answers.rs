//! What else the answers about settings hold, compared field by field.
//!
//! Rules know some settings by name; a change of any other is a change too. What may be a secret
//! was kept as a fingerprint, which tells that it changed and not what it is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::snapshot::Collected;
use crate::snapshot::record::SsoKind;
use crate::snapshot::seal::SealedSettings;

/// A setting at two times.
pub(super) struct Drift {
    /// Its name in the answer.
    pub(super) field: String,
    /// In words; none where it is unknown.
    pub(super) values: [Option<String>; 2],
    /// Whether the two differ; none where that cannot be told.
    pub(super) changed: Option<bool>,
}

/// The fields that are compared as settings with names of their own.
const NAMED: &[&str] = &[
    "app_owners_permissions_management",
    "config_type",
    "disable_email_password_login",
    "disable_new_login_ip_notification_email",
    "jit_enabled",
    "request_access_enabled",
    "restricted_domain",
    "roles_mapping",
    "two_factor_auth_required",
    "two_factor_auth_type",
];

/// Every other setting of the organization and of single sign-on, at two times.
pub(super) fn drifts(then: &Collected, now: &Collected) -> Vec<Drift> {
    let organization = [then, now].map(|it| it.records.organization.as_ref());
    let organization =
        organization.map(|it| it.map(|it| StoredAnswer::of(it, it.sealed.as_ref(), None)));
    let sso = [then, now].map(|it| it.records.sso_config.as_ref());
    let sso = sso.map(|it| {
        it.map(|it| {
            let kind = it.config_type.as_deref().and_then(SsoKind::of);
            StoredAnswer::of(it, it.sealed.as_ref(), kind)
        })
    });
    let organization = compare(organization, "other organization settings");
    organization.into_iter().chain(compare(sso, "other single sign-on settings")).collect()
}

/// An answer as it was kept.
struct StoredAnswer {
    fields: BTreeMap<String, StoredValue>,
    /// None where the snapshot is of a version that kept the named fields alone.
    sealed: bool,
    kind: Option<&'static SsoKind>,
}

/// A value as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
enum StoredValue {
    Text(String),
    /// The hash, and the name of its key.
    Fingerprint(String, Option<String>),
}

impl StoredAnswer {
    fn of<T: Serialize>(
        record: &T,
        sealed: Option<&SealedSettings>,
        kind: Option<&'static SsoKind>,
    ) -> Self {
        let mut fields = BTreeMap::new();
        let Ok(Value::Object(named)) = serde_json::to_value(record) else {
            return Self { fields, sealed: false, kind };
        };
        let texts = sealed.into_iter().flat_map(|it| &it.texts);
        let named = named.iter().filter(|it| it.0 != "sealed" && !NAMED.contains(&it.0.as_str()));
        for (field, value) in named.chain(texts) {
            fields.insert(field.clone(), StoredValue::Text(words(value)));
        }
        if let Some(it) = sealed {
            for (field, hash) in &it.fingerprints {
                fields
                    .insert(field.clone(), StoredValue::Fingerprint(hash.clone(), it.key.clone()));
            }
        }
        Self { fields, sealed: sealed.is_some(), kind }
    }

    /// The field; what the kind of set-up does not have is nothing, and silence is unknown.
    fn get(&self, field: &str) -> Option<StoredValue> {
        let nothing = || StoredValue::Text(String::new());
        let lacks = self.kind.is_some_and(|kind| kind.lacks(field));
        self.fields.get(field).cloned().or_else(|| lacks.then(nothing))
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(it) => if *it { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Compares two answers; where one was not read, the settings with names say so.
fn compare(answers: [Option<StoredAnswer>; 2], others: &str) -> Vec<Drift> {
    let [Some(then), Some(now)] = answers else { return Vec::new() };
    let names: BTreeSet<&String> = then.fields.keys().chain(now.fields.keys()).collect();
    let whole = then.sealed && now.sealed;
    let both = |field: &&&String| {
        whole || (then.fields.contains_key(**field) && now.fields.contains_key(**field))
    };
    let mut res: Vec<Drift> =
        names.iter().filter(both).map(|name| drift(name, &then, &now)).collect();
    if !whole {
        let word =
            |stored_answer: &StoredAnswer| (!stored_answer.sealed).then(|| "not kept".to_owned());
        let values = [word(&then), word(&now)];
        res.push(Drift { field: others.to_owned(), values, changed: None });
    }
    res
}

fn drift(field: &str, then: &StoredAnswer, now: &StoredAnswer) -> Drift {
    let (then, now) = (then.get(field), now.get(field));
    let changed = match (&then, &now) {
        (Some(StoredValue::Fingerprint(_, None)), Some(StoredValue::Fingerprint(..)))
        | (Some(StoredValue::Fingerprint(..)), Some(StoredValue::Fingerprint(_, None)))
        | (None, _)
        | (_, None) => None,
        (Some(StoredValue::Fingerprint(was, one)), Some(StoredValue::Fingerprint(is, other))) => {
            (one == other).then(|| was != is)
        }
        // What may be kept as text and what may not are never the same.
        (then, now) => Some(then != now),
    };
    let said = |it: Option<StoredValue>, hidden: &str| {
        it.map(|it| match it {
            StoredValue::Text(text) => text,
            StoredValue::Fingerprint(..) => hidden.to_owned(),
        })
    };
    let after = match changed {
        Some(true) => "another value that is not shown",
        Some(false) => HIDDEN,
        None => "a value that is not shown and cannot be compared",
    };
    Drift { field: field.to_owned(), values: [said(then, HIDDEN), said(now, after)], changed }
}

const HIDDEN: &str = "a value that is not shown";

#[cfg(test)]
mod tests {
    use super::drifts;
    use crate::snapshot::seal::SealKey;
    use crate::snapshot::{Collected, Records};

    fn collected(sso: &str, organization: &str, key: Option<u8>) -> Collected {
        let mut records = Records {
            sso_config: serde_json::from_str(sso).expect("settings"),
            organization: serde_json::from_str(organization).expect("settings"),
            ..Records::default()
        };
        if let Some(it) = key {
            records.seal(Some(&SealKey::new([it; 32])));
        }
        Collected { records, ..Collected::default() }
    }

    fn draw(then: &Collected, now: &Collected) -> String {
        let line = |it: super::Drift| {
            let changed = it.changed.map_or("unknown", |it| if it { "changed" } else { "same" });
            let [then, now] = it.values.map(|value| value.unwrap_or_else(|| "unknown".to_owned()));
            format!("{}: {changed}: {then} | {now}", it.field)
        };
        drifts(then, now).into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    const THEN: &str = r#"{
        "config_type": "saml", "saml_groups_attribute": "groups", "ldap_role_mapping": "ops -> Ops",
        "ldap_server_url": "ldap://one.acme.test", "ldap_server_key": "canary",
        "idp_metadata_xml": "<one/>", "jit_enabled": true, "trigger_login_automatically": true
    }"#;

    #[test]
    fn everything_that_differs_is_told() {
        let now = r#"{
            "config_type": "saml", "saml_groups_attribute": "groups",
            "ldap_role_mapping": "everyone -> admin", "ldap_server_url": "ldap://me:canary@acme.test",
            "ldap_server_key": "canary", "idp_metadata_xml": "<other/>", "jit_enabled": true,
            "trigger_login_automatically": false, "new_field": 1
        }"#;
        let (one, other) =
            (r#"{"preloaded_javascript": "one"}"#, r#"{"preloaded_javascript": "two"}"#);
        let picture = draw(&collected(THEN, one, Some(1)), &collected(now, other, Some(1)));
        assert!(!picture.contains("canary"));
        insta::assert_snapshot!(picture, @"
        preloaded_javascript: changed: a value that is not shown | another value that is not shown
        idp_metadata_xml: changed: a value that is not shown | another value that is not shown
        ldap_role_mapping: changed: ops -> Ops | everyone -> admin
        ldap_server_key: same: a value that is not shown | a value that is not shown
        ldap_server_url: changed: ldap://one.acme.test | another value that is not shown
        new_field: unknown: unknown | a value that is not shown and cannot be compared
        saml_groups_attribute: same: groups | groups
        trigger_login_automatically: changed: yes | no
        ");
    }

    #[test]
    fn another_kind_has_none_of_the_first_ones_settings() {
        let now = r#"{"config_type": "oidc", "oidc_client_id": "retool"}"#;
        let picture = draw(&collected(THEN, "{}", Some(1)), &collected(now, "{}", Some(1)));
        insta::assert_snapshot!(picture, @"
        idp_metadata_xml: changed: a value that is not shown | 
        ldap_role_mapping: changed: ops -> Ops | 
        ldap_server_key: changed: a value that is not shown | 
        ldap_server_url: changed: ldap://one.acme.test | 
        oidc_client_id: changed:  | retool
        saml_groups_attribute: changed: groups | 
        trigger_login_automatically: unknown: yes | unknown
        ");
    }

    #[test]
    fn fingerprints_under_two_keys_and_older_snapshots_cannot_be_compared() {
        let key = draw(&collected(THEN, "{}", Some(1)), &collected(THEN, "{}", Some(2)));
        insta::assert_snapshot!(key, @"
        idp_metadata_xml: unknown: a value that is not shown | a value that is not shown and cannot be compared
        ldap_role_mapping: same: ops -> Ops | ops -> Ops
        ldap_server_key: unknown: a value that is not shown | a value that is not shown and cannot be compared
        ldap_server_url: same: ldap://one.acme.test | ldap://one.acme.test
        saml_groups_attribute: same: groups | groups
        trigger_login_automatically: same: yes | yes
        ");
        let older = draw(&collected(THEN, "{}", None), &collected(THEN, "{}", Some(1)));
        insta::assert_snapshot!(older, @"
        other organization settings: unknown: not kept | unknown
        trigger_login_automatically: same: yes | yes
        other single sign-on settings: unknown: not kept | unknown
        ");
        let unread = draw(&Collected::default(), &collected(THEN, "{}", Some(1)));
        insta::assert_snapshot!(unread, @"");
    }
}
