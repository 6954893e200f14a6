//! How people get in, as the API shows it and as the configuration states it, and on whose word
//! each setting is known.

use super::users::stated;
use crate::config::Instance;
use crate::config::stated::{Deployment, SIGN_ON, Statement, Statements};
use crate::snapshot::Collected;
use crate::snapshot::record::{SsoConfig, SsoKind};

/// A setting, and on whose word it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// What it is; none where it is not stated, or where two sources say different things.
    pub value: Option<T>,
    /// On whose word.
    pub source: SettingSource,
}

/// On whose word a setting is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// The API shows it.
    Api,
    /// The configuration states it, and the API does not show it.
    Configuration {
        /// The value in words.
        says: String,
        /// Where that can be seen; none is named.
        evidence: Option<String>,
    },
    /// The API and the configuration say different things.
    Contradiction {
        /// What the API says.
        api: String,
        /// What the configuration says.
        configuration: String,
    },
    /// It is not stated, for this reason.
    Unstated(String),
}

impl SettingSource {
    /// The source in words to stand beside the value, which is not said again where it is the same.
    pub fn beside(&self, value: &str) -> String {
        match self {
            Self::Configuration { says, evidence } if says == value => {
                as_configured(evidence.as_ref())
            }
            other => other.words(),
        }
    }

    /// The source in words; empty where the API shows the setting.
    pub fn words(&self) -> String {
        match self {
            Self::Api => String::new(),
            Self::Configuration { says, evidence } => {
                format!("{says}, {}", as_configured(evidence.as_ref()))
            }
            Self::Contradiction { api, configuration } => {
                format!("the API says {api}, the configuration says {configuration}")
            }
            Self::Unstated(why) => why.clone(),
        }
    }
}

fn as_configured(evidence: Option<&String>) -> String {
    match evidence {
        Some(evidence) => format!("as the configuration states ({evidence})"),
        None => "as the configuration states without naming evidence".to_owned(),
    }
}

/// How people get in to one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The kind of single sign-on; empty where there is none.
    pub single_sign_on: Setting<String>,
    /// Whether signing in with a password is possible.
    pub password_login: Setting<bool>,
    /// Whether accounts are created at first sign-in.
    pub just_in_time: Setting<bool>,
    /// The mail domains that may sign in; empty where any may.
    pub restricted_domain: Setting<String>,
    /// Which role of the identity provider becomes which group; empty where none does.
    pub roles_mapping: Setting<String>,
    /// Whether the identity provider's groups become groups here.
    pub group_sync: Setting<bool>,
    /// Whether the identity provider makes and disables accounts.
    pub scim: Setting<bool>,
}

impl SignIn {
    /// What the API showed and what the configuration states, put together.
    pub fn of(collected: &Collected, instance: Option<&Instance>) -> Self {
        let sso = collected.records.sso_config.as_ref();
        let none = Statements::default();
        let said = instance.map_or(&none, |it| &it.stated);
        Self {
            single_sign_on: single_sign_on(sso, said),
            password_login: password_login(sso, deployment(collected, instance), said),
            just_in_time: meet(sso.and_then(just_in_time), said.just_in_time.as_ref(), HIDDEN),
            restricted_domain: meet(
                sso.and_then(restricted_domain),
                said.restricted_domain.as_ref(),
                HIDDEN,
            ),
            roles_mapping: roles_mapping(sso, said),
            group_sync: meet(sso.and_then(group_sync), said.group_sync.as_ref(), HIDDEN),
            scim: meet(None, said.scim.as_ref(), NO_FIELD),
        }
    }

    /// Every setting by its column of `settings.csv`, with its source.
    pub fn sources(&self) -> [(&'static str, &SettingSource); 7] {
        [
            ("sso_type", &self.single_sign_on.source),
            ("password_login", &self.password_login.source),
            ("jit_enabled", &self.just_in_time.source),
            ("restricted_domain", &self.restricted_domain.source),
            ("roles_mapping", &self.roles_mapping.source),
            ("group_sync", &self.group_sync.source),
            ("scim", &self.scim.source),
        ]
    }
}

const HIDDEN: &str = "the API does not show it";

const NO_FIELD: &str = "the API has no such field";

/// Where an instance runs; what is no longer configured has only the address it was read at.
pub fn deployment(collected: &Collected, instance: Option<&Instance>) -> Deployment {
    instance.map_or_else(|| Deployment::of(&collected.url), |it| it.deployment)
}

/// Whether the API says that passwords are switched off; where it says that they are not, only
/// Retool Cloud has no other place to switch them off.
fn password_login(
    sso: Option<&SsoConfig>,
    deployment: Deployment,
    said: &Statements,
) -> Setting<bool> {
    let off = sso.and_then(|it| it.disable_email_password_login);
    let possible = match (off, deployment) {
        (Some(true), _) => Some(false),
        (Some(false), Deployment::Cloud) => Some(true),
        (Some(false), Deployment::SelfHosted) | (None, _) => None,
    };
    let why = if off == Some(false) { ELSEWHERE } else { HIDDEN };
    meet(possible, said.password_login.as_ref(), why)
}

const ELSEWHERE: &str =
    "the menus do not switch it off, but DISABLE_USER_PASS_LOGIN may, which the API does not show";

/// The kind, where it is one that is known: a new word may mean anything.
fn single_sign_on(sso: Option<&SsoConfig>, said: &Statements) -> Setting<String> {
    let word = sso.and_then(|it| it.config_type.clone());
    let known = word.clone().filter(|it| it.is_empty() || SIGN_ON.contains(&it.as_str()));
    let why = match word {
        Some(word) if known.is_none() => format!("the API says {word}, which is not known"),
        _ => HIDDEN.to_owned(),
    };
    meet(known, said.single_sign_on.as_ref(), &why)
}

fn just_in_time(sso: &SsoConfig) -> Option<bool> {
    sso.jit_enabled.or_else(|| lacks(sso, "jit_enabled").then_some(false))
}

fn restricted_domain(sso: &SsoConfig) -> Option<String> {
    let none = || lacks(sso, "restricted_domain").then(String::new);
    stated(&sso.restricted_domain).map(str::to_owned).or_else(none)
}

/// The mapping that the API shows; where the configuration says that nothing of the identity
/// provider becomes a group, there is none.
fn roles_mapping(sso: Option<&SsoConfig>, said: &Statements) -> Setting<String> {
    let none = said.group_sync.as_ref().filter(|group_sync| !group_sync.value);
    let none = none.map(|it| Statement { value: String::new(), evidence: it.evidence.clone() });
    let shown = sso.and_then(shown_mapping);
    let said = none.filter(|_| shown.is_none());
    meet(shown, said.as_ref(), HIDDEN)
}

/// A mapping of roles is a matter of OIDC: another set-up that says nothing about one has none.
pub(super) fn shown_mapping(sso: &SsoConfig) -> Option<String> {
    let none = || lacks(sso, "roles_mapping").then(String::new);
    stated(&sso.roles_mapping).map(str::to_owned).or_else(none)
}

/// Group claims are a matter of SAML: another set-up that says nothing about them has none.
pub(super) fn group_sync(sso: &SsoConfig) -> Option<bool> {
    let claim = |field, value: Option<bool>| value.or_else(|| lacks(sso, field).then_some(false));
    let claims = [
        claim("saml_sync_group_claims", sso.saml_sync_group_claims),
        claim("ldap_sync_group_claims", sso.ldap_sync_group_claims),
    ];
    if claims.contains(&Some(true)) {
        return Some(true);
    }
    claims.iter().all(Option::is_some).then_some(false)
}

/// Whether the kind of set-up can have no such setting.
pub(super) fn lacks(sso: &SsoConfig, field: &str) -> bool {
    sso.config_type.as_deref().and_then(SsoKind::of).is_some_and(|kind| kind.lacks(field))
}

/// Puts what the API shows and what the configuration states together; `why` says why the API
/// shows nothing.
fn meet<T: Comparable + Clone>(
    shown: Option<T>,
    stated: Option<&Statement<T>>,
    why: &str,
) -> Setting<T> {
    let (value, source) = match (shown, stated) {
        (Some(api), Some(it)) if !api.agrees(&it.value) => {
            let [api, configuration] = [api.words(), it.value.words()];
            (None, SettingSource::Contradiction { api, configuration })
        }
        (Some(api), _) => (Some(api), SettingSource::Api),
        (None, Some(it)) => {
            let (says, evidence) = (it.value.words(), it.evidence.clone());
            (Some(it.value.clone()), SettingSource::Configuration { says, evidence })
        }
        (None, None) => (None, SettingSource::Unstated(why.to_owned())),
    };
    Setting { value, source }
}

/// A value that can be printed and compared.
trait Comparable {
    fn words(&self) -> String;
    fn agrees(&self, other: &Self) -> bool;
}

impl Comparable for bool {
    fn words(&self) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }

    fn agrees(&self, other: &Self) -> bool {
        self == other
    }
}

impl Comparable for String {
    fn words(&self) -> String {
        if self.is_empty() { "none".to_owned() } else { self.clone() }
    }

    fn agrees(&self, other: &Self) -> bool {
        self.trim().eq_ignore_ascii_case(other.trim())
    }
}
