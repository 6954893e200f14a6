//! The token, from where the configuration says; its value goes nowhere else.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use thiserror::Error;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use crate::config::TokenSource;
use crate::files;

/// No token is this long.
const LENGTH_CAP: u64 = 1 << 16;

/// A token that nothing can print.
pub(crate) type Token = SecretString;

/// Why there is no token; never with any part of one.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The variable is missing.
    #[error("the environment variable `{0}` is not set; it should hold the instance's API token")]
    Unset(String),
    /// The variable holds something else than text.
    #[error("the environment variable `{0}` is not text")]
    NotText(String),
    /// Nothing but white space.
    #[error("the token is empty: {0} holds none")]
    Empty(String),
    /// The file cannot be read.
    #[error("cannot read the token file `{path}`")]
    File {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
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
        TokenSource::Command(it) => {
            let (program, seconds) = (it.first().cloned().unwrap_or_default(), limit.as_secs());
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
    let bytes = files::read_start(path, LENGTH_CAP).map_err(unread)?;
    let end = bytes.iter().position(|it| *it == b'\n').unwrap_or(bytes.len());
    let line = std::str::from_utf8(&bytes[..end])
        .map_err(|it| unread(io::Error::new(io::ErrorKind::InvalidData, it)))?;
    first_line(line, || format!("the file `{}`", path.display()))
}

async fn from_command(words: &[String]) -> Result<SecretString, Error> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| Error::Empty("the command".into()))?;
    let start = |source| Error::Start { program: program.clone(), source };
    let mut command = Command::new(program);
    // What it complains may quote what it knows, so nobody hears it.
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.kill_on_drop(true).spawn().map_err(start)?;
    let mut text = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(LENGTH_CAP).read_to_end(&mut text).await.map_err(start)?;
    }
    let status = child.wait().await.map_err(start)?;
    if !status.success() {
        return Err(Error::Failed { program: program.clone(), status });
    }
    first_line(&String::from_utf8_lossy(&text), || format!("the output of `{program}`"))
}

fn first_line(text: &str, place: impl FnOnce() -> String) -> Result<SecretString, Error> {
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() { Err(Error::Empty(place())) } else { Ok(line.into()) }
}
