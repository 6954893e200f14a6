//! The configuration as it is written: one file, and the files of instances that it includes.
//!
//! Included files stand at the end of the configuration: what is read, what messages speak of and
//! what a pack keeps is one text, and a line of it is told as a line of its own file.

mod include;

use std::io;
use std::path::{Path, PathBuf};

use self::include::join;
use super::check::{file, parse};
use super::problem::{Problem, Problems};
use super::raw::TomlFile;
use super::{Config, Known};
use crate::files;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the configuration `{}`", path.display())]
    Read {
        /// The file as it was named.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file can be read and is wrong.
    #[error(transparent)]
    Problems(#[from] Problems),
}

impl Error {
    /// What to do about it, where that is not in the text already.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("make one with `retool-audit init`, or name yours with `--config FILE`")
            }
            Self::Read { .. } | Self::Problems(_) => None,
        }
    }
}

/// Reads and checks the configuration at `path`; `known` says which rules, parameters and formats exist.
///
/// # Errors
///
/// When the file cannot be read, or with everything that is wrong in it.
pub fn load(path: &Path, known: &Known<'_>) -> Result<Config, Error> {
    Ok(ConfigSource::read(path)?.check(known)?)
}

/// The configuration as it is written: read once, so that all of it comes from one moment.
#[derive(Debug)]
pub struct ConfigSource {
    /// All of it, included files at the end.
    text: String,
    /// Where each included file begins in it, in the order of the lines.
    included: Vec<IncludedPart>,
    /// Where relative paths start.
    dir: PathBuf,
    /// What messages call it.
    file: String,
}

/// A part of the text that comes from another file.
#[derive(Debug)]
struct IncludedPart {
    /// What messages call the file.
    file: String,
    /// Lines of the whole text before its first one.
    before: usize,
}

impl ConfigSource {
    /// Reads the configuration at `path`, and the files that it includes.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or with what is wrong with those that it includes.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unread = |source| Error::Read { path: path.to_owned(), source };
        let text = files::read_text(path).map_err(unread)?;
        let whole = std::path::absolute(path).map_err(unread)?;
        let dir = whole.parent().unwrap_or(&whole).to_owned();
        let mut res = Self { text, included: Vec::new(), dir, file: path.display().to_string() };
        let wrong = |list| Problems { file: res.file.clone(), list };
        let parts = include::files(&res.text, &whole, &res.dir).map_err(wrong)?;
        if !parts.is_empty() {
            (res.text, res.included) = join(&res.text, parts);
        }
        Ok(res)
    }

    /// The folder of rules that it names, where it names one.
    ///
    /// Rules are read before the configuration is checked, because it speaks of them. A file that
    /// is wrong names none: [`Self::check`] says what is wrong with it.
    pub fn rules_dir(&self) -> Option<PathBuf> {
        let written = TomlFile::read(&self.text).ok()?;
        let mut rules = written.root().section("rules");
        file(&mut rules, "rules-dir", &self.dir)
    }

    /// Checks it; `known` says which rules, parameters and formats exist.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it.
    pub fn check(&self, known: &Known<'_>) -> Result<Config, Problems> {
        parse(&self.text, &self.dir, &self.file, known).map_err(|mut it| {
            it.list.iter_mut().for_each(|problem| self.place(problem));
            it
        })
    }

    /// Has a problem name the file that its line is in.
    fn place(&self, problem: &mut Problem) {
        let Some(excerpt) = &mut problem.excerpt else { return };
        let part = self.included.iter().rfind(|part| part.before < excerpt.line());
        if let Some(part) = part {
            excerpt.count_from(part.before);
            problem.file = Some(part.file.clone());
        }
    }
}
