//! What the configuration states about settings that the API does not show everywhere.
//!
//! Self-hosted Retool is set up in two places: in its own menus, which the API shows in part, and
//! by environment variables, which it does not show at all. Whoever runs the server says here what
//! those variables hold, and where that can be seen.

use crate::names::host_of;

/// The kinds of single sign-on, as Retool writes them.
pub const SIGN_ON: &[&str] = &["google", "oidc", "google & oidc", "saml", "google & saml"];

/// Where an instance runs, which decides what its API can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deployment {
    /// Retool Cloud: everything is set in its menus.
    Cloud,
    /// A server that the organization runs itself: environment variables may decide too.
    #[default]
    SelfHosted,
}

impl Deployment {
    /// What an address says: hosts under `retool.com` are Retool Cloud, every other is taken for
    /// self-hosted, because there less is known.
    pub fn of(url: &str) -> Self {
        let host = host_of(url);
        let cloud = host == "retool.com" || host.ends_with(".retool.com");
        if cloud { Self::Cloud } else { Self::SelfHosted }
    }

    /// The word as the configuration and the tables write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::SelfHosted => "self-hosted",
        }
    }
}

/// A setting as the configuration states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<T> {
    /// What the setting is.
    pub value: T,
    /// Where that can be seen, in the organization's words; none is named.
    pub evidence: Option<String>,
}

/// What the configuration states about one instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statements {
    /// `password-login`: whether signing in with a password is possible.
    pub password_login: Option<Statement<bool>>,
    /// `single-sign-on`: the set-up, as Retool calls its kinds; empty where there is none.
    pub single_sign_on: Option<Statement<String>>,
    /// `just-in-time`: whether accounts are created at first sign-in.
    pub just_in_time: Option<Statement<bool>>,
    /// `restricted-domain`: the mail domains that may sign in; empty where any may.
    pub restricted_domain: Option<Statement<String>>,
    /// `group-sync`: whether the identity provider's groups or roles become groups here.
    pub group_sync: Option<Statement<bool>>,
    /// `scim`: whether the identity provider makes and disables accounts.
    pub scim: Option<Statement<bool>>,
}

#[cfg(test)]
mod tests {
    use super::Deployment;

    #[test]
    fn only_hosts_of_retool_are_its_cloud() {
        let of = |url| format!("{url:34} {}", Deployment::of(url).word());
        let addresses = [
            "https://api.retool.com",
            "https://Acme.Retool.com/x",
            "https://retool.com:443",
            "https://retool.acme.test/a.retool.com",
            "https://notretool.com",
            "https://retool.com.acme.test",
            "file import",
            "",
        ];
        insta::assert_snapshot!(addresses.map(of).join("\n"), @"
        https://api.retool.com             cloud
        https://Acme.Retool.com/x          cloud
        https://retool.com:443             cloud
        https://retool.acme.test/a.retool.com self-hosted
        https://notretool.com              self-hosted
        https://retool.com.acme.test       self-hosted
        file import                        self-hosted
                                           self-hosted
        ");
    }
}
