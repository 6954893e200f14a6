//! What protects signing in to an instance; every cell says itself whether it is known.

use super::Here;
use super::users::stated;
use crate::snapshot::Collected;
use crate::snapshot::record::{Organization, SsoConfig, Stated};
use crate::tables::dictionary::setting;

/// Adds the settings of one instance.
pub(super) fn add(rows: &mut setting::Rows, here: &Here<'_>) {
    let records = &here.collected.records;
    let organization = records.organization.as_ref();
    let sso = records.sso_config.as_ref();
    rows.push(setting::Row {
        instance: here.name().into(),
        two_factor_required: organization.and_then(|it| it.two_factor_auth_required),
        two_factor_type: organization
            .and_then(|it| stated(&it.two_factor_auth_type))
            .map(Into::into),
        sso_type: sso.and_then(|it| it.config_type.as_deref()).map(Into::into),
        password_login: here.password_login(),
        jit_enabled: sso.and_then(|it| it.jit_enabled),
        restricted_domain: sso.and_then(|it| stated(&it.restricted_domain)).map(Into::into),
        roles_mapping: sso.and_then(|it| stated(&it.roles_mapping)).map(Into::into),
        request_access_enabled: organization.and_then(|it| it.request_access_enabled),
        owners_may_share: organization.and_then(|it| it.app_owners_permissions_management),
        new_login_mail: organization
            .and_then(|it| it.disable_new_login_ip_notification_email)
            .map(|it| !it),
        group_sync: sso.and_then(group_sync),
    });
}

/// A setting that protects an instance, as words that can be compared.
pub(super) struct Protection {
    pub(super) name: &'static str,
    pub(super) value: Option<String>,
    /// The words that protect, or that protect more than the others.
    strong: &'static [&'static str],
}

impl Protection {
    /// Whether `now` protects less than `then`.
    pub(super) fn is_weaker(then: &Self, now: &Self) -> bool {
        let strong = |it: &Self| it.value.as_deref().is_some_and(|word| it.holds(word));
        strong(then) && !strong(now)
    }

    fn holds(&self, word: &str) -> bool {
        match self.strong {
            [] => !word.is_empty(),
            strong => strong.contains(&word),
        }
    }
}

/// Each setting that protects an instance, with the words that do; none where any word does.
pub fn desired() -> Vec<(&'static str, &'static [&'static str])> {
    protections(&Collected::default()).iter().map(|it| (it.name, it.strong)).collect()
}

/// What protects an instance, always in the same order.
pub(super) fn protections(collected: &Collected) -> Vec<Protection> {
    const ANY: &[&str] = &[];
    let organization = collected.records.organization.as_ref();
    let sso = collected.records.sso_config.as_ref();
    let org = |of: fn(&Organization) -> Option<bool>| organization.and_then(of).map(word);
    let on = |of: fn(&SsoConfig) -> Option<bool>| sso.and_then(of).map(word);
    let text = |of: fn(&SsoConfig) -> &Stated<String>| sso.and_then(|it| stated(of(it)));
    let text = |of| text(of).map(str::to_owned);
    let factor = organization.and_then(|it| stated(&it.two_factor_auth_type));
    let settings: [(_, Option<String>, &[&str]); 11] = [
        ("two_factor_required", org(|it| it.two_factor_auth_required), &["yes"]),
        ("two_factor_type", factor.map(str::to_owned), &["fido2"]),
        ("request_access_enabled", org(|it| it.request_access_enabled), &["no"]),
        ("owners_may_share", org(|it| it.app_owners_permissions_management), &["no"]),
        (
            "new_login_mail",
            org(|it| it.disable_new_login_ip_notification_email.map(|it| !it)),
            &["yes"],
        ),
        ("sso_type", sso.and_then(|it| it.config_type.clone()), ANY),
        ("password_login", on(|it| it.disable_email_password_login.map(|it| !it)), &["no"]),
        ("jit_enabled", on(|it| it.jit_enabled), &["no"]),
        ("restricted_domain", text(|it| &it.restricted_domain), ANY),
        ("roles_mapping", text(|it| &it.roles_mapping).or_else(|| no_roles(sso)), ANY),
        ("group_sync", on(group_sync), &["yes"]),
    ];
    settings.map(|(name, value, strong)| Protection { name, value, strong }).into()
}

/// A mapping of roles is a matter of OIDC: another set-up that says nothing about one has none.
fn no_roles(sso: Option<&SsoConfig>) -> Option<String> {
    let kind = sso?.config_type.as_deref()?;
    (!kind.contains("oidc")).then(String::new)
}

fn word(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}

/// Group claims are a matter of SAML: another set-up that says nothing about them has none.
fn group_sync(sso: &SsoConfig) -> Option<bool> {
    let claims = [sso.saml_sync_group_claims, sso.ldap_sync_group_claims];
    let saml = sso.config_type.as_deref().map(|it| it.contains("saml"));
    match (claims.contains(&Some(true)), saml) {
        (true, _) => Some(true),
        (false, Some(false)) => Some(false),
        _ => claims.iter().all(Option::is_some).then_some(false),
    }
}
