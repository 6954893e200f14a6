//! DuckDB, where it is installed: what it finds in a pack that was not reported, or not found.

use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::Untranslatable;
use super::script::differences;
use crate::config::RuleSettings;
use crate::rules::Rule;

/// Something on which the other engine and the report do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The rule's code.
    pub rule: String,
    /// The instance.
    pub instance: String,
    /// The subject, or which number.
    pub what: String,
    /// What the other engine finds.
    pub found: String,
    /// What was reported.
    pub reported: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such engine.
    #[error("there is no program `duckdb`")]
    Missing,
    /// It cannot be run.
    #[error("cannot run `duckdb`")]
    Run(#[source] io::Error),
    /// A rule cannot be written in its SQL.
    #[error("cannot write {rule} as SQL")]
    NoSql {
        /// The rule's code.
        rule: &'static str,
        /// Which part of it.
        source: Untranslatable,
    },
    /// It gave up.
    #[error("`duckdb` says: {0}")]
    Refused(String),
}

/// Re-performs rules on the tables of the pack in `dir`, and lists what differs from its report.
///
/// The script is the one of this program, and not the one that lies in the pack: whoever could
/// change the pack could have any program run otherwise.
///
/// # Errors
///
/// When there is no DuckDB, or it cannot read the tables.
pub fn reperform(
    dir: &Path,
    rules: &[&'static Rule],
    settings: &RuleSettings,
) -> Result<Vec<Difference>, Error> {
    let text = differences(rules, settings);
    let script = tempfile::tempfile().and_then(|mut it| {
        it.write_all(text.as_bytes())?;
        it.rewind()?;
        Ok(it)
    });
    let done = Command::new("duckdb")
        .args(["-no-init", "-batch", "-csv", ":memory:"])
        .current_dir(dir)
        .stdin(Stdio::from(script.map_err(Error::Run)?))
        .output();
    let done = match done {
        Ok(it) => it,
        Err(it) if it.kind() == io::ErrorKind::NotFound => return Err(Error::Missing),
        Err(it) => return Err(Error::Run(it)),
    };
    let said = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() || !said.trim().is_empty() {
        let first = said.lines().find(|it| !it.trim().is_empty());
        return Err(Error::Refused(first.unwrap_or("nothing").trim().to_owned()));
    }
    read(&done.stdout)
}

/// The rows that it printed.
fn read(text: &[u8]) -> Result<Vec<Difference>, Error> {
    let mut rows = csv::Reader::from_reader(text);
    let row = |it: csv::Result<csv::StringRecord>| {
        let it = it.map_err(|it| Error::Refused(it.to_string()))?;
        let cell = |at: usize| it.get(at).unwrap_or_default().to_owned();
        let [rule, instance, what] = [0, 1, 2].map(cell);
        Ok(Difference { rule, instance, what, found: cell(3), reported: cell(4) })
    };
    rows.records().map(row).collect()
}
