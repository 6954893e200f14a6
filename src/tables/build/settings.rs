//! What protects signing in to an instance; every cell says itself whether it is known.

use super::Here;
use super::users::stated;
use crate::snapshot::record::SsoConfig;
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
