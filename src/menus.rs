//! Where Retool's own settings are, in its words.
//!
//! The one place for names that differ between generations of Retool, or between Retool Cloud and
//! self-hosted Retool, which is set up by environment variables too. Sources: Retool's
//! documentation of the Retool API, of two-factor authentication, of enforcing single sign-on, and
//! of the environment variables of self-hosted Retool.

/// The place of a setting, as text that [`concat!`] takes.
macro_rules! menu {
    (tokens) => {
        "Settings > API (newer Retool: Settings > Retool API)"
    };
    (audit_log) => {
        "the audit logs, which the user menu opens"
    };
    (own_second_factor) => {
        "Settings > Account"
    };
    (second_factor) => {
        "Settings > Advanced"
    };
    (no_passwords) => {
        "under Settings > Single Sign-On on Retool Cloud, by DISABLE_USER_PASS_LOGIN on \
         self-hosted Retool"
    };
    (state_passwords) => {
        "where the API does not show whether a password is enough, as on self-hosted Retool \
         (DISABLE_USER_PASS_LOGIN), state it as `password-login` of the instance, with evidence"
    };
    (sign_on) => {
        "Settings > Single Sign-On"
    };
}

pub(crate) use menu;
