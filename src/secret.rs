//! Secrets, from where the configuration says; their values go nowhere else.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use thiserror::Error;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use crate::config::SecretSource;
use crate::config::secrets::{self, TOKEN_PREFIX};
use crate::files;

/// No secret is this long.
const LENGTH_CAP: usize = 4096;

/// The variable in which systemd names the folder of a unit's credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// What a program may print to get a secret out.
const OUTPUT_CAP: u64 = 1 << 16;

/// How long a program's last words may take to arrive once it has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What a secret is, by which messages call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// An API token of Retool.
    Token,
    /// An API token of another service.
    ServiceToken,
    /// The password of an account.
    Password,
    /// An address that lets whoever knows it in.
    Address,
    /// What both sides know, to tell their messages from others'.
    Key,
}

impl SecretKind {
    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Token | Self::ServiceToken => "token",
            Self::Password => "password",
            Self::Address => "address",
            Self::Key => "secret",
        }
    }

    /// Who shows it to people.
    fn shown_by(self) -> &'static str {
        match self {
            Self::Token => "Retool",
            _ => "the service",
        }
    }

    /// What stands around it in a line; a server would refuse both together.
    fn dress(self, line: &str) -> Option<&'static str> {
        let scheme = line.split_once(' ').is_some_and(|it| it.0.eq_ignore_ascii_case("bearer"));
        let is_token = matches!(self, Self::Token | Self::ServiceToken);
        // People choose passwords and keys themselves, and may choose anything.
        let is_chosen = matches!(self, Self::Password | Self::Key);
        if is_token && (scheme || line.eq_ignore_ascii_case("bearer")) {
            Some("`Bearer` before")
        } else if !is_chosen
            && (line.starts_with(['"', '\'', '`']) || line.ends_with(['"', '\'', '`']))
        {
            Some("quotation marks around")
        } else if self == Self::Token && line.find(TOKEN_PREFIX).is_some_and(|it| it > 0) {
            Some("something before")
        } else {
            None
        }
    }
}

/// Why there is no secret; never with any part of one.
#[derive(Debug, Error)]
pub enum Error {
    /// The variable is missing.
    #[error("the environment variable `{0}` is not set")]
    Unset(String),
    /// The variable holds something else than text.
    #[error("the environment variable `{0}` is not text")]
    NotText(String),
    /// Nothing but white space.
    #[error("the {} is empty: {place} holds none", kind.word())]
    Empty {
        /// What it should be.
        kind: SecretKind,
        /// Where.
        place: String,
    },
    /// A secret with what people write around it elsewhere.
    #[error("{place} holds {what} the {0}{1}; write the {0} alone, as {2} shows it", kind.word(), begins(*kind, what), kind.shown_by())]
    Dressed {
        /// What it should be.
        kind: SecretKind,
        /// Where.
        place: String,
        /// What is around it.
        what: &'static str,
    },
    /// Longer than any secret.
    #[error("{place} holds a line of more than 4,096 bytes, which is no {}", kind.word())]
    Long {
        /// What it should be.
        kind: SecretKind,
        /// Where.
        place: String,
    },
    /// The file cannot be read.
    #[error("cannot read the {} file `{path}`", kind.word())]
    File {
        /// What it should hold.
        kind: SecretKind,
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// Whoever started the program was not systemd, or had no credential for it.
    #[error(
        "there is no credential `{0}`: the environment variable `{CREDENTIALS}` is not set; start \
         the program by a unit of systemd that has `LoadCredential={0}:FILE`"
    )]
    NotByUnit(String),
    /// The unit has other credentials.
    #[error(
        "there is no credential `{name}` in `{folder}`; add `LoadCredential={name}:FILE` or \
         `SetCredentialEncrypted={name}:…` to the unit"
    )]
    NotInUnit {
        /// What the configuration calls it.
        name: String,
        /// Where systemd put the unit's credentials.
        folder: PathBuf,
    },
    /// The program cannot be started.
    #[error("cannot run the {0} command `{program}`", kind.word())]
    Start {
        /// What it should print.
        kind: SecretKind,
        /// Its name, without arguments.
        program: String,
        /// In the system's words.
        source: io::Error,
    },
    /// The program does not end.
    #[error("the {0} command `{program}` gave no {0} within {seconds} seconds", kind.word())]
    Slow {
        /// What it should print.
        kind: SecretKind,
        /// Its name, without arguments.
        program: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The program failed.
    #[error("the {0} command `{program}` ended with {status}", kind.word())]
    Failed {
        /// What it should print.
        kind: SecretKind,
        /// Its name, without arguments.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
}

/// What the words of [`Error::Dressed`] add for a token of Retool's.
fn begins(kind: SecretKind, what: &str) -> &'static str {
    if kind == SecretKind::Token && what.starts_with("something") {
        ", which begins with `retool_`"
    } else {
        ""
    }
}

/// Reads a secret; a program that prints it has so much time.
///
/// # Errors
///
/// When there is none, or it cannot be read in time.
pub async fn read(
    source: &SecretSource,
    kind: SecretKind,
    limit: Duration,
) -> Result<SecretString, Error> {
    match source {
        SecretSource::Env(it) => from_env(it, kind),
        SecretSource::File(it) => from_file(it, kind),
        SecretSource::Credential(it) => from_credential(it, kind),
        SecretSource::Command(it) => {
            let (program, seconds) = (program_of(it), limit.as_secs());
            let res = tokio::time::timeout(limit, from_command(it, kind)).await;
            res.unwrap_or(Err(Error::Slow { kind, program, seconds }))
        }
    }
}

fn from_env(name: &str, kind: SecretKind) -> Result<SecretString, Error> {
    let value = std::env::var_os(name).ok_or_else(|| Error::Unset(name.into()))?;
    let value = value.into_string().map_err(|_| Error::NotText(name.into()))?;
    first_line(&value, kind, || format!("the environment variable `{name}`"))
}

fn from_file(path: &Path, kind: SecretKind) -> Result<SecretString, Error> {
    let unread = |source| Error::File { kind, path: path.to_owned(), source };
    let bytes = files::read_start(path, OUTPUT_CAP).map_err(unread)?;
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let line = std::str::from_utf8(&bytes[..end])
        .map_err(|it| unread(io::Error::new(io::ErrorKind::InvalidData, it)))?;
    first_line(line, kind, || format!("the file `{}`", path.display()))
}

fn from_credential(name: &str, kind: SecretKind) -> Result<SecretString, Error> {
    let folder = std::env::var_os(CREDENTIALS).filter(|it| !it.is_empty());
    let folder = PathBuf::from(folder.ok_or_else(|| Error::NotByUnit(name.into()))?);
    match from_file(&folder.join(name), kind) {
        Err(Error::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Err(Error::NotInUnit { name: name.into(), folder })
        }
        read => read,
    }
}

async fn from_command(words: &[String], kind: SecretKind) -> Result<SecretString, Error> {
    let (first, arguments) =
        words.split_first().ok_or_else(|| Error::Empty { kind, place: "the command".into() })?;
    let program = program_of(words);
    let start = |source| Error::Start { kind, program: program.clone(), source };
    let mut command = Command::new(first);
    // Its error messages may quote the secret, so they are discarded.
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.kill_on_drop(true).spawn().map_err(start)?;
    let mut text = Vec::new();
    let output = child.stdout.take();
    let reading = async {
        match output {
            // It is let go here: a program that never stops printing ends by that.
            Some(it) => it.take(OUTPUT_CAP).read_to_end(&mut text).await,
            None => Ok(0),
        }
    };
    let status = wait(&mut child, reading).await.map_err(start)?;
    if !status.success() {
        return Err(Error::Failed { kind, program, status });
    }
    let text = String::from_utf8_lossy(&text);
    first_line(&text, kind, || format!("the output of `{program}`"))
}

/// Waits for a program's end. What it left running in the background may hold its output open for
/// ever, and is not waited for.
async fn wait(
    child: &mut Child,
    reading: impl Future<Output = io::Result<usize>>,
) -> io::Result<ExitStatus> {
    tokio::pin!(reading);
    tokio::select! {
        read = &mut reading => {
            read?;
            child.wait().await
        }
        status = child.wait() => {
            if let Ok(read) = tokio::time::timeout(LAST_WORDS, reading).await {
                read?;
            }
            status
        }
    }
}

/// The program of a command as messages name it: what may be a secret is not repeated.
pub fn program_of(words: &[String]) -> String {
    words.first().map(|it| secrets::without(it)).unwrap_or_default()
}

/// Where a secret is, in messages, and what to do where it is not there.
pub fn place_of(source: &SecretSource, what: &str) -> (String, String) {
    match source {
        SecretSource::Env(it) => {
            (format!("environment variable `{it}`"), format!("set `{it}` to the {what}"))
        }
        SecretSource::File(it) => {
            let it = it.display();
            (format!("file `{it}`"), format!("write the {what} into `{it}`"))
        }
        SecretSource::Credential(it) => (
            format!("credential `{it}`"),
            "check as the unit runs: `docs/schedule.md` has the command".to_owned(),
        ),
        SecretSource::Command(it) => {
            let it = program_of(it);
            let last = what.rsplit(' ').next().unwrap_or(what);
            (format!("command `{it}`"), format!("run `{it}` manually; it must print the {last}"))
        }
    }
}

fn first_line(
    text: &str,
    kind: SecretKind,
    place: impl FnOnce() -> String,
) -> Result<SecretString, Error> {
    // Some editors and shells write a mark of the encoding before the text.
    let text = text.trim_start_matches('\u{feff}');
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        Err(Error::Empty { kind, place: place() })
    } else if let Some(what) = kind.dress(line) {
        Err(Error::Dressed { kind, place: place(), what })
    } else if line.len() > LENGTH_CAP {
        Err(Error::Long { kind, place: place() })
    } else {
        Ok(line.into())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::{SecretKind, first_line};

    #[test]
    fn a_token_is_taken_alone() {
        let read =
            |text: &str| match first_line(text, SecretKind::Token, || "the file `t`".to_owned()) {
                Ok(it) => it.expose_secret().to_owned(),
                Err(it) => it.to_string(),
            };
        let texts = [
            "retool_1\nsecond",
            "\u{feff}retool_1\r\n",
            "\u{feff}\n",
            "Bearer retool_1",
            "bearer",
            "\"retool_1\"",
            "'retool_1'",
            "`retool_1",
            "EU_TOKEN=retool_1",
            "eu: retool_1",
        ];
        insta::assert_snapshot!(texts.map(read).join("\n"), @"
        retool_1
        retool_1
        the token is empty: the file `t` holds none
        the file `t` holds `Bearer` before the token; write the token alone, as Retool shows it
        the file `t` holds `Bearer` before the token; write the token alone, as Retool shows it
        the file `t` holds quotation marks around the token; write the token alone, as Retool shows it
        the file `t` holds quotation marks around the token; write the token alone, as Retool shows it
        the file `t` holds quotation marks around the token; write the token alone, as Retool shows it
        the file `t` holds something before the token, which begins with `retool_`; write the token alone, as Retool shows it
        the file `t` holds something before the token, which begins with `retool_`; write the token alone, as Retool shows it
        ");
    }
}
