//! Metrics of the last run and of the newest pack, in a file that `node_exporter` reads.
//!
//! The file is read back before it is written: what a run that failed does not know anew stays as it
//! was. None of it is evidence, and none of it names a person.

mod family;
mod pack;
mod text;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use self::family::{FAMILIES, Family, Speaks};
pub use self::pack::PackMetrics;
use self::text::{Label, Sample};
use crate::files;

/// How a run or a report ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub ended_at: DateTime<Utc>,
    /// With which code the program ends.
    pub exit_code: u8,
    /// Whether it left a pack whose evidence is complete.
    pub succeeded: bool,
    /// How long it took.
    pub took: Duration,
    /// How long each of its stages took, in their order.
    pub stages: Vec<(&'static str, Duration)>,
    /// Notices that did not arrive.
    pub notices_failed: u64,
}

/// What a file of metrics says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    samples: Vec<Sample>,
}

/// Why a file of metrics cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refuses.
    #[error("cannot {deed} the metrics `{}`: {source}", path.display())]
    Io {
        /// `read` or `write`.
        deed: &'static str,
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// Something else has the name.
    #[error("`{}` is no file of this program's metrics, and is left as it is", path.display())]
    Another {
        /// The file.
        path: PathBuf,
    },
}

impl Metrics {
    /// What a file says; nothing where there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no file of these metrics.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = match files::read_own(path) {
            Ok(bytes) => bytes,
            Err(it) if it.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => {
                return Err(Error::Io { deed: "read", path: path.to_owned(), source });
            }
        };
        let another = || Error::Another { path: path.to_owned() };
        let text = String::from_utf8(bytes).map_err(|_| another())?;
        let samples = text::parse(&text).ok_or_else(another)?;
        Ok(Self { samples })
    }

    /// Writes the file for every user of the machine to read, as a whole; its folder has to be there.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let written = files::write_public(path, text::shown(&self.samples).as_bytes());
        written.map_err(|source| Error::Io { deed: "write", path: path.to_owned(), source })
    }

    /// The same after another run or report, with what it says of its pack, where it left one. A pack
    /// that was collected before the one that is spoken of changes nothing of that.
    #[must_use]
    pub fn after(&self, attempt: &Attempt, pack: Option<&PackMetrics>) -> Self {
        let newer =
            pack.filter(|it| self.collected_at().is_none_or(|old| it.collected_at() >= old));
        let replaced = |family: &Family| match family.speaks {
            Speaks::OfAttempt => true,
            Speaks::OfSuccess => attempt.succeeded,
            Speaks::OfPack => newer.is_some(),
        };
        let mut res = Self::default();
        for family in FAMILIES {
            if replaced(family) {
                res.samples.extend(attempt.samples(family));
                res.samples.extend(newer.iter().flat_map(|it| it.samples(family)));
            } else {
                res.samples.extend(self.of(family.name).cloned());
            }
        }
        res
    }

    /// When the last run or report ended, and its exit code; none where nothing is known.
    pub fn last_attempt(&self) -> Option<(DateTime<Utc>, u8)> {
        let code = self.number(family::EXIT_CODE)?;
        Some((self.time(family::ATTEMPT)?, u8::try_from(code).ok()?))
    }

    /// When the last one ended that left a pack whose evidence is complete; none where none is known.
    pub fn last_success(&self) -> Option<DateTime<Utc>> {
        self.time(family::SUCCESS)
    }

    /// When the pack was collected that is spoken of.
    fn collected_at(&self) -> Option<DateTime<Utc>> {
        self.time(family::COLLECTED)
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(move |it| it.name == name)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.of(name).next()?.value.parse().ok()
    }

    fn time(&self, name: &str) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.number(name)?, 0)
    }
}

impl Attempt {
    /// What it says of a metric.
    fn samples(&self, family: &Family) -> Vec<Sample> {
        let at = self.ended_at.timestamp().to_string();
        let one = |value: String| vec![Sample::of(family.name, Vec::new(), value)];
        match family.name {
            family::ATTEMPT | family::SUCCESS => one(at),
            family::EXIT_CODE => one(self.exit_code.to_string()),
            family::NOTICES_FAILED => one(self.notices_failed.to_string()),
            family::DURATION => one(seconds(self.took)),
            family::STAGE => {
                let stage = |(name, took): &(&'static str, Duration)| {
                    let label = Label::of("stage", name);
                    Sample::of(family.name, vec![label], seconds(*took))
                };
                self.stages.iter().map(stage).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Seconds with three places.
fn seconds(it: Duration) -> String {
    format!("{}.{:03}", it.as_secs(), it.subsec_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(at: &str, exit_code: u8) -> Attempt {
        Attempt {
            ended_at: at.parse().unwrap(),
            exit_code,
            succeeded: exit_code < 2,
            took: Duration::from_millis(2_345),
            stages: vec![("collect", Duration::from_millis(1_200))],
            notices_failed: 2,
        }
    }

    #[test]
    fn a_failure_changes_what_it_knows_and_a_success_all_of_it() {
        let first = Metrics::default().after(&attempt("2026-11-02T06:00:00Z", 0), None);
        let second = first.after(&attempt("2026-12-02T06:00:00Z", 4), None);
        insta::assert_snapshot!(text::shown(&second.samples), @r#"
        # HELP retool_audit_last_attempt_timestamp_seconds When the last run or report ended, however it did.
        # TYPE retool_audit_last_attempt_timestamp_seconds gauge
        retool_audit_last_attempt_timestamp_seconds 1796191200
        # HELP retool_audit_last_attempt_exit_code The exit code of the last run or report.
        # TYPE retool_audit_last_attempt_exit_code gauge
        retool_audit_last_attempt_exit_code 4
        # HELP retool_audit_last_attempt_duration_seconds How long the last run or report took.
        # TYPE retool_audit_last_attempt_duration_seconds gauge
        retool_audit_last_attempt_duration_seconds 2.345
        # HELP retool_audit_stage_duration_seconds How long each stage of the last run or report took, as far as it came.
        # TYPE retool_audit_stage_duration_seconds gauge
        retool_audit_stage_duration_seconds{stage="collect"} 1.200
        # HELP retool_audit_last_attempt_notices_failed Notices of the last run or report that did not arrive.
        # TYPE retool_audit_last_attempt_notices_failed gauge
        retool_audit_last_attempt_notices_failed 2
        # HELP retool_audit_last_success_timestamp_seconds When the last run or report ended that left a pack whose evidence is complete.
        # TYPE retool_audit_last_success_timestamp_seconds gauge
        retool_audit_last_success_timestamp_seconds 1793599200
        "#);
        assert_eq!(second.last_success(), Some("2026-11-02T06:00:00Z".parse().unwrap()));
        assert_eq!(second.last_attempt().map(|it| it.1), Some(4));
    }

    #[test]
    fn what_was_written_is_read_back_and_nothing_else_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("retool-audit.prom");
        let metrics = Metrics::read(&path).unwrap();
        assert_eq!(metrics, Metrics::default());
        let metrics = metrics.after(&attempt("2026-11-02T06:00:00Z", 3), None);
        metrics.write(&path).unwrap();
        assert_eq!(Metrics::read(&path).unwrap(), metrics);
        let another = dir.path().join("another.prom");
        for text in ["", "node_load1 0.5\n", "[organization]\nname = \"Acme\"\n"] {
            std::fs::write(&another, text).unwrap();
            let refused = Metrics::read(&another).unwrap_err().to_string();
            assert!(refused.contains("is no file of this program's metrics"), "{refused}");
        }
    }
}
