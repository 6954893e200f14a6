//! The token, from where the configuration says; its value goes nowhere else.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use thiserror::Error;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use crate::config::TokenSource;
use crate::config::secrets::{self, TOKEN_PREFIX};
use crate::files;

/// No token is this long.
const LENGTH_CAP: usize = 4096;

/// The variable in which systemd names the folder of a unit's credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// What a program may print to get its token out.
const OUTPUT_CAP: u64 = 1 << 16;

/// How long a program's last words may take to arrive once it has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A token that nothing can print.
pub(crate) type Token = SecretString;

/// Why there is no token; never with any part of one.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The variable is missing.
    #[error("the environment variable `{0}` is not set")]
    Unset(String),
    /// The variable holds something else than text.
    #[error("the environment variable `{0}` is not text")]
    NotText(String),
    /// Nothing but white space.
    #[error("the token is empty: {0} holds none")]
    Empty(String),
    /// A token with what people write around it elsewhere.
    #[error("{place} holds {what}; write the token alone, as Retool shows it")]
    Dressed {
        /// Where.
        place: String,
        /// What is around it.
        what: &'static str,
    },
    /// Longer than any token.
    #[error("{0} holds a line of more than 4,096 bytes, which is no token")]
    Long(String),
    /// The file cannot be read.
    #[error("cannot read the token file `{path}`")]
    File {
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
    #[error("cannot run the token command `{program}`")]
    Start {
        /// Its name, without arguments.
        program: String,
        /// In the system's words.
        source: io::Error,
    },
    /// The program does not end.
    #[error("the token command `{program}` gave no token within {seconds} seconds")]
    Slow {
        /// Its name, without arguments.
        program: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The program failed.
    #[error("the token command `{program}` ended with {status}")]
    Failed {
        /// Its name, without arguments.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
}

/// Reads a token; a program that prints it has so much time.
pub(crate) async fn read(source: &TokenSource, limit: Duration) -> Result<SecretString, Error> {
    match source {
        TokenSource::Env(it) => from_env(it),
        TokenSource::File(it) => from_file(it),
        TokenSource::Credential(it) => from_credential(it),
        TokenSource::Command(it) => {
            let (program, seconds) = (program_of(it), limit.as_secs());
            let res = tokio::time::timeout(limit, from_command(it)).await;
            res.unwrap_or(Err(Error::Slow { program, seconds }))
        }
    }
}

fn from_env(name: &str) -> Result<SecretString, Error> {
    let value = std::env::var_os(name).ok_or_else(|| Error::Unset(name.into()))?;
    let value = value.into_string().map_err(|_| Error::NotText(name.into()))?;
    first_line(&value, || format!("the environment variable `{name}`"))
}

fn from_file(path: &Path) -> Result<SecretString, Error> {
    let unread = |source| Error::File { path: path.to_owned(), source };
    let bytes = files::read_start(path, OUTPUT_CAP).map_err(unread)?;
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let line = std::str::from_utf8(&bytes[..end])
        .map_err(|it| unread(io::Error::new(io::ErrorKind::InvalidData, it)))?;
    first_line(line, || format!("the file `{}`", path.display()))
}

fn from_credential(name: &str) -> Result<SecretString, Error> {
    let folder = std::env::var_os(CREDENTIALS).filter(|it| !it.is_empty());
    let folder = PathBuf::from(folder.ok_or_else(|| Error::NotByUnit(name.into()))?);
    match from_file(&folder.join(name)) {
        Err(Error::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Err(Error::NotInUnit { name: name.into(), folder })
        }
        read => read,
    }
}

async fn from_command(words: &[String]) -> Result<SecretString, Error> {
    let (first, arguments) =
        words.split_first().ok_or_else(|| Error::Empty("the command".into()))?;
    let program = program_of(words);
    let start = |source| Error::Start { program: program.clone(), source };
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
        return Err(Error::Failed { program, status });
    }
    first_line(&String::from_utf8_lossy(&text), || format!("the output of `{program}`"))
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
pub(crate) fn program_of(words: &[String]) -> String {
    words.first().map(|it| secrets::without(it)).unwrap_or_default()
}

/// What stands around the token; a server would refuse both together.
fn dress(line: &str) -> Option<&'static str> {
    let scheme = line.split_once(' ').is_some_and(|it| it.0.eq_ignore_ascii_case("bearer"));
    if scheme || line.eq_ignore_ascii_case("bearer") {
        Some("`Bearer` before the token")
    } else if line.starts_with(['"', '\'', '`']) || line.ends_with(['"', '\'', '`']) {
        Some("quotation marks around the token")
    } else if line.find(TOKEN_PREFIX).is_some_and(|it| it > 0) {
        Some("something before the token, which begins with `retool_`")
    } else {
        None
    }
}

fn first_line(text: &str, place: impl FnOnce() -> String) -> Result<SecretString, Error> {
    // Some editors and shells write a mark of the encoding before the text.
    let text = text.trim_start_matches('\u{feff}');
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        Err(Error::Empty(place()))
    } else if let Some(what) = dress(line) {
        Err(Error::Dressed { place: place(), what })
    } else if line.len() > LENGTH_CAP {
        Err(Error::Long(place()))
    } else {
        Ok(line.into())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::first_line;

    #[test]
    fn a_token_is_taken_alone() {
        let read = |text: &str| match first_line(text, || "the file `t`".to_owned()) {
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
