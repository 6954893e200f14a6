//! The token, from where the configuration says; its value goes nowhere else.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use secrecy::SecretString;
use thiserror::Error;

use crate::config::TokenSource;

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
    /// The program failed.
    #[error("the token command `{program}` ended with {status}")]
    Failed {
        /// Its name, without arguments.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
}

/// Reads a token.
pub(crate) async fn read(source: &TokenSource) -> Result<SecretString, Error> {
    match source {
        TokenSource::Env(it) => from_env(it),
        TokenSource::File(it) => from_file(it),
        TokenSource::Command(it) => {
            let words = it.clone();
            let run = tokio::task::spawn_blocking(move || from_command(&words));
            run.await.expect("the command is not run by a task that panics")
        }
    }
}

fn from_env(name: &str) -> Result<SecretString, Error> {
    let value = std::env::var_os(name).ok_or_else(|| Error::Unset(name.into()))?;
    let value = value.into_string().map_err(|_| Error::NotText(name.into()))?;
    first_line(&value, || format!("the environment variable `{name}`"))
}

fn from_file(path: &Path) -> Result<SecretString, Error> {
    let read = || {
        let mut line = String::new();
        BufReader::new(File::open(path)?.take(LENGTH_CAP)).read_line(&mut line)?;
        Ok(line)
    };
    let line = read().map_err(|source| Error::File { path: path.to_owned(), source })?;
    first_line(&line, || format!("the file `{}`", path.display()))
}

fn from_command(words: &[String]) -> Result<SecretString, Error> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| Error::Empty("the command".into()))?;
    let mut command = Command::new(program);
    // What it complains may quote what it knows, so nobody hears it.
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output();
    let output = output.map_err(|source| Error::Start { program: program.clone(), source })?;
    if !output.status.success() {
        return Err(Error::Failed { program: program.clone(), status: output.status });
    }
    first_line(&String::from_utf8_lossy(&output.stdout), || format!("the output of `{program}`"))
}

fn first_line(text: &str, place: impl FnOnce() -> String) -> Result<SecretString, Error> {
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() { Err(Error::Empty(place())) } else { Ok(line.into()) }
}
