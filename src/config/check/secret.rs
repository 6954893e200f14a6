//! Where a secret is: in a variable, a file, a credential of systemd, or what a program prints.

use std::path::Path;

use super::file;
use crate::config::SecretSource;
use crate::config::raw::TomlSection;
use crate::config::secrets::TOKEN_PREFIX;

/// No file has a longer name.
const LONGEST_CREDENTIAL: usize = 255;

/// The keys of a table that say where one secret is.
#[derive(Clone, Copy, Debug)]
pub(super) struct SecretKeys {
    /// What messages call it.
    pub(super) noun: &'static str,
    /// The key by which people write the secret itself, which never belongs in the file.
    pub(super) plain: &'static str,
    /// The name of an environment variable.
    pub(super) env: &'static str,
    /// The path of a file.
    pub(super) file: &'static str,
    /// The name of a credential.
    pub(super) credential: &'static str,
    /// A program with its arguments.
    pub(super) command: &'static str,
    /// A variable as it may be called.
    pub(super) variable: &'static str,
    /// What to do with a secret that stands in the file.
    pub(super) instead: &'static str,
}

/// The keys of one secret, which all begin with the one by which people write the secret itself.
macro_rules! secret_keys {
    ($plain:literal, noun: $noun:literal, variable: $variable:literal, instead: $instead:expr $(,)?) => {
        $crate::config::check::secret::SecretKeys {
            noun: $noun,
            plain: $plain,
            env: concat!($plain, "-env"),
            file: concat!($plain, "-file"),
            credential: concat!($plain, "-credential"),
            command: concat!($plain, "-command"),
            variable: $variable,
            instead: $instead,
        }
    };
}
pub(super) use secret_keys;

impl SecretKeys {
    /// Where the secret is, which a table has to say.
    pub(super) fn required(&self, section: &mut TomlSection<'_>, dir: &Path) -> SecretSource {
        let res = self.optional(section, dir);
        if res.is_none() && !section.has(self.plain) {
            let [env, file, credential, command] = self.keys();
            let help = format!("add `{env}`, `{file}`, `{credential}` or `{command}`");
            let what = format!("says nowhere where its {} is", self.noun);
            section.refuse_all(&what, Some(help));
        }
        res.unwrap_or(SecretSource::Env(String::new()))
    }

    /// Where the secret is, where a table says so.
    pub(super) fn optional(
        &self,
        section: &mut TomlSection<'_>,
        dir: &Path,
    ) -> Option<SecretSource> {
        let env = section.text(self.env);
        if let Some(name) = &env {
            self.check_variable(section, name);
        }
        let credential = section.text(self.credential);
        if let Some(name) = &credential {
            self.check_credential(section, name);
        }
        let sources = [
            env.map(SecretSource::Env),
            file(section, self.file, dir).map(SecretSource::File),
            credential.map(SecretSource::Credential),
            section.words(self.command).map(SecretSource::Command),
        ];
        let n_there = self.keys().iter().filter(|key| section.has(key)).count();
        if section.has(self.plain) {
            let help = Some(self.instead.to_owned());
            section.refuse_secret(self.plain, "never belongs in this file", help);
        } else if n_there > 1 {
            let [env, file, credential, command] = self.keys();
            let help = format!("keep one of `{env}`, `{file}`, `{credential}` and `{command}`");
            let what = format!("has more than one place for its {}", self.noun);
            section.refuse_all(&what, Some(help));
        }
        let res = sources.into_iter().flatten().next();
        if res == Some(SecretSource::Command(Vec::new())) {
            section.refuse(self.command, "names no program", None);
        }
        // A key whose value is wrong is there all the same, and that is told already.
        res.or_else(|| (n_there > 0).then(|| SecretSource::Env(String::new())))
    }

    fn keys(&self) -> [&'static str; 4] {
        [self.env, self.file, self.credential, self.command]
    }

    /// No message repeats the value: it may be the secret.
    fn check_variable(&self, section: &TomlSection<'_>, name: &str) {
        let fits = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let what = if name.starts_with(TOKEN_PREFIX) {
            "holds what looks like a token"
        } else if !name.chars().all(fits) || name.starts_with(|it: char| it.is_ascii_digit()) {
            "is not the name of an environment variable"
        } else {
            return;
        };
        let help = format!(
            "write the name of the variable, such as `{}`, never the {}",
            self.variable, self.noun
        );
        section.refuse(self.env, what, Some(help));
    }

    /// A credential is a file in a folder that systemd makes, and no path out of it. As above, no
    /// message repeats the value.
    fn check_credential(&self, section: &TomlSection<'_>, name: &str) {
        let fits = |it: char| it.is_ascii_alphanumeric() || "-_.@".contains(it);
        if name.starts_with('.') || name.len() > LONGEST_CREDENTIAL || !name.chars().all(fits) {
            let help = format!(
                "write the name before the colon in the unit's `LoadCredential=NAME:FILE`: up to \
                 255 letters, digits, `-`, `_`, `.` and `@`, no `.` first; a path is for `{}`",
                self.file
            );
            section.refuse(self.credential, "is not the name of a credential", Some(help));
        }
    }
}
