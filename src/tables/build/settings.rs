//! What protects signing in to an instance; every cell says itself whether it is known.

use super::InstanceContext;
use super::sign_in::{self, SettingSource, SignIn};
use super::users::stated;
use crate::config::stated::Deployment;
use crate::snapshot::Collected;
use crate::snapshot::record::{FieldState, OrganizationSettings, SsoConfig};
use crate::tables::dictionary::setting;

/// Adds the settings of one instance.
pub(super) fn add(rows: &mut setting::Rows, here: &InstanceContext<'_>) {
    let organization = here.collected.records.organization.as_ref();
    let sign_in = SignIn::of(here.collected, here.instance);
    let sources = sign_in.sources();
    let told = |of: fn(&SettingSource) -> bool| tell(&sources, of);
    rows.push(setting::Row {
        instance: here.name().into(),
        two_factor_required: organization.and_then(|it| it.two_factor_auth_required),
        two_factor_type: organization
            .and_then(|it| stated(&it.two_factor_auth_type))
            .map(Into::into),
        request_access_enabled: organization.and_then(|it| it.request_access_enabled),
        owners_may_share: organization.and_then(|it| it.app_owners_permissions_management),
        new_login_mail: organization
            .and_then(|it| it.disable_new_login_ip_notification_email)
            .map(|it| !it),
        deployment: sign_in::deployment(here.collected, here.instance).word().into(),
        stated: told(|it| matches!(it, SettingSource::Configuration { .. })).into(),
        contradicted: told(|it| matches!(it, SettingSource::Contradiction { .. })).into(),
        sso_type: sign_in.single_sign_on.value.map(Into::into),
        password_login: sign_in.password_login.value,
        jit_enabled: sign_in.just_in_time.value,
        restricted_domain: sign_in.restricted_domain.value.map(Into::into),
        roles_mapping: sign_in.roles_mapping.value.map(Into::into),
        group_sync: sign_in.group_sync.value,
        scim: sign_in.scim.value,
    });
}

/// The settings that are known, or not, in a certain way, each with its words.
fn tell(sources: &[(&'static str, &SettingSource)], of: fn(&SettingSource) -> bool) -> String {
    let line = |(name, source): &(&str, &SettingSource)| format!("{name}: {}", source.words());
    sources.iter().filter(|source| of(source.1)).map(line).collect::<Vec<_>>().join("; ")
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
    protections(&Collected::default(), Deployment::Cloud)
        .iter()
        .map(|it| (it.name, it.strong))
        .collect()
}

/// What protects an instance as its API shows it, always in the same order.
pub(super) fn protections(collected: &Collected, deployment: Deployment) -> Vec<Protection> {
    const ANY: &[&str] = &[];
    let organization = collected.records.organization.as_ref();
    let sso = collected.records.sso_config.as_ref();
    let org = |of: fn(&OrganizationSettings) -> Option<bool>| organization.and_then(of).map(word);
    let on = |of: fn(&SsoConfig) -> Option<bool>| sso.and_then(of).map(word);
    let text = |of: fn(&SsoConfig) -> &FieldState<String>| sso.and_then(|it| stated(of(it)));
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
        ("password_login", sso.and_then(|it| password_login(it, deployment)), &["no"]),
        ("jit_enabled", on(|it| it.jit_enabled), &["no"]),
        ("restricted_domain", text(|it| &it.restricted_domain), ANY),
        ("roles_mapping", sso.and_then(sign_in::shown_mapping), ANY),
        ("group_sync", on(sign_in::group_sync), &["yes"]),
    ];
    settings.map(|(name, value, strong)| Protection { name, value, strong }).into()
}

/// What the API says about passwords: where the menus leave them on, a variable of a self-hosted
/// server may still switch them off.
fn password_login(sso: &SsoConfig, deployment: Deployment) -> Option<String> {
    let off = sso.disable_email_password_login?;
    let menus_alone = deployment == Deployment::Cloud;
    Some(if off || menus_alone { word(!off) } else { "not switched off in the menus".to_owned() })
}

fn word(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}
