//! The evidence pack: a folder that appears as a whole, with manifest and checksums.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::stamps::stamp;
use crate::checksums::sealing::{SealingError, SealingFolder};
use crate::checksums::{FORMAT, MANIFEST, PreviousFolder, SUMS, SealedFile, SealedFolder, sums};
use crate::files::{self, Growing};
use crate::json;
use crate::operator::Operator;
use crate::report::format::RenderingNotes;
use crate::report::{Input, InstanceSummary, Report};
use crate::rules::Severity;

/// What each file of a pack is, and how to check it with the tools of any system.
const README: &str = include_str!("pack/README.txt");

/// A check of packs that needs Python's standard library alone.
const VERIFY_PY: &str = include_str!("pack/verify.py");

/// What a pack says of itself.
#[derive(Debug)]
pub struct PackHead<'a> {
    /// What the pack says.
    pub report: &'a Report,
    /// What happened while rendering.
    pub notes: RenderingNotes,
    /// When rendering began.
    pub rendered_at: DateTime<Utc>,
    /// Who rendered, and where.
    pub rendered_by: Operator,
    /// The packs whose records it goes on from, the newest first.
    pub previous: Vec<PreviousFolder>,
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("cannot {deed} `{}`", path.display())]
    Io {
        /// `write`, `rename` …
        deed: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// A file of the pack cannot be written.
    #[error(transparent)]
    File(#[from] SealingError),
    /// Another process changed the folder while it was written.
    #[error("`{what}` in `{}` was changed while it was written", path.display())]
    Changed {
        /// The folder.
        path: PathBuf,
        /// The first file that is not as it was written, or that the program did not write.
        what: String,
    },
    /// A pack of that name holds something else.
    #[error("`{}` exists and differs in {what}", path.display())]
    Differs {
        /// The pack.
        path: PathBuf,
        /// The first file that differs.
        what: String,
    },
}

impl Error {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Io { .. } | Self::File(_) => None,
            Self::Changed { .. } => Some("see who else writes to the folder, and report again"),
            Self::Differs { .. } => {
                Some("evidence is never overwritten; choose another folder with `--out DIR`")
            }
        }
    }
}

/// A pack that grows, and is gone again unless it is finished.
#[derive(Debug)]
pub struct PackDraft {
    place: PathBuf,
    growing: Growing,
    folder: SealingFolder,
}

impl PackDraft {
    /// Makes the folder of a report's pack below `out`, under another name until it is finished.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made.
    pub fn begin(out: &Path, report: &Report) -> Result<Self, Error> {
        let name = format!("{}-{}", compact(&report.collected_at), &report.report_id[..8]);
        let period = out.join(&report.period);
        files::expect_own_folder(&period).map_err(at("write to", &period))?;
        let place = period.join(&name);
        let mut growing = Growing::at(&place);
        growing.begin().map_err(at("create", growing.path()))?;
        let folder = SealingFolder::at(growing.path());
        Ok(Self { place, growing, folder })
    }

    /// Where its files are written.
    pub fn folder(&self) -> &SealingFolder {
        &self.folder
    }

    /// Seals the files that were written, gives the pack its name, and returns its folder.
    ///
    /// A pack that is there already with the same contents is left as it is.
    ///
    /// # Errors
    ///
    /// When a file cannot be written, when another process changed one, or when another pack has
    /// the name.
    pub fn finish(self, head: &PackHead<'_>) -> Result<PathBuf, Error> {
        let sums = self.seal(head)?;
        if self.place.symlink_metadata().is_ok() {
            same(&self.place, &sums)?;
        } else {
            let unfinished = self.growing.path().to_owned();
            self.growing.finish().map_err(at("rename", &unfinished))?;
        }
        Ok(self.place)
    }

    /// Writes what tells a stranger how to check the pack, and the lists of the files; returns the
    /// checksums.
    fn seal(&self, head: &PackHead<'_>) -> Result<String, Error> {
        self.folder.write("README.txt", README.as_bytes())?;
        self.folder.write("verify.py", VERIFY_PY.as_bytes())?;
        let sealed = self.folder.sealed();
        let sums = sums(&sealed);
        self.folder.write(SUMS, sums.as_bytes())?;
        let of_sums = SealedFile::of(SUMS, sums.as_bytes());
        let listed: Vec<_> = sealed.into_iter().chain([of_sums]).collect();
        // Nothing else in the pack depends on who rendered it, where and when.
        self.folder.write(MANIFEST, &manifest(head, &listed))?;
        whole(self.folder.path(), &self.folder.sealed())?;
        Ok(sums)
    }
}

/// `2026-11-02T06:00:00Z` as `20261102T060000Z`.
pub fn compact(stamp: &str) -> String {
    stamp.replace(['-', ':'], "")
}

/// Whether these files are in the folder as they were written, and nothing else is.
fn whole(dir: &Path, entries: &[SealedFile]) -> Result<(), Error> {
    let changed = |what: &str| Error::Changed { path: dir.to_owned(), what: what.to_owned() };
    let is_there = |it: &&SealedFile| {
        let there = dir.join(&it.path).symlink_metadata();
        there.is_ok_and(|there| there.is_file() && there.len() == it.bytes)
    };
    if let Some(it) = entries.iter().find(|entry| !is_there(entry)) {
        return Err(changed(&it.path));
    }
    let names = entries.iter().map(|entry| entry.path.as_str()).collect();
    match files::odd_one(dir, &names).map_err(at("read", dir))? {
        Some(odd) => Err(changed(&odd.name)),
        None => Ok(()),
    }
}

fn manifest(head: &PackHead<'_>, files: &[SealedFile]) -> Vec<u8> {
    let report = head.report;
    let manifest = PackManifest {
        format: FORMAT,
        report_id: &report.report_id,
        snapshot_id: &report.snapshot_id,
        organization: &report.organization,
        period: &report.period,
        state: report.state.word(),
        collected_at: &report.collected_at,
        rendered_at: stamp(head.rendered_at),
        rendered_by: &head.rendered_by,
        csv_rule: "A text that begins with = + - @ (also wide), TAB, CR, LF or NUL has a ' in \
                   front; report.json and population.json keep the true value.",
        notes: &head.notes,
        counts: PackCounts::of(report),
        instances: report.instances.iter().map(PackInstance::of).collect(),
        inputs: &report.inputs,
        previous: &head.previous,
        files,
    };
    json::pretty(&manifest)
}

#[derive(Serialize)]
struct PackManifest<'a> {
    format: u32,
    report_id: &'a str,
    snapshot_id: &'a str,
    organization: &'a str,
    period: &'a str,
    state: &'a str,
    collected_at: &'a str,
    rendered_at: String,
    rendered_by: &'a Operator,
    csv_rule: &'a str,
    notes: &'a RenderingNotes,
    counts: PackCounts,
    instances: Vec<PackInstance>,
    /// Of their hashes the report's id is made.
    inputs: &'a [Input],
    previous: &'a [PreviousFolder],
    files: &'a [SealedFile],
}

/// What a report comes to, for whoever looks through many packs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackCounts {
    /// Exceptions that no waiver accepts, by severity, worst first.
    pub exceptions: Vec<(Severity, u64)>,
    /// Those of them that are overdue.
    pub overdue: u64,
    /// Those of them that are new.
    pub new: u64,
    /// Exceptions of before that were resolved.
    pub resolved: u64,
    /// Exceptions that a waiver accepts.
    pub waived: u64,
    /// Tests that the facts do not decide.
    pub undetermined: u64,
}

impl PackCounts {
    fn of(report: &Report) -> Self {
        let by = &report.severities;
        Self {
            exceptions: by.iter().map(|it| (it.severity, it.exceptions)).collect(),
            overdue: report.totals.overdue,
            new: by.iter().map(|it| it.new).sum(),
            resolved: by.iter().map(|it| it.resolved).sum(),
            waived: report.totals.waived,
            undetermined: report.totals.undetermined,
        }
    }
}

/// How whole the collection of an instance was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackInstance {
    /// The instance.
    pub name: String,
    /// complete, partial or failed.
    pub state: String,
}

impl PackInstance {
    fn of(it: &InstanceSummary) -> Self {
        Self { name: it.name.clone(), state: it.state.to_owned() }
    }
}

/// Whether a finished pack has these checksums.
fn same(dir: &Path, sums: &str) -> Result<(), Error> {
    let path = dir.join(SUMS);
    let there = files::read_own_text(&path).map_err(at("read", &path))?;
    let mut lines = sums.lines().zip(there.lines().chain(std::iter::repeat("")));
    match lines.find(|(one, other)| one != other) {
        None if sums.lines().count() == there.lines().count() => intact(dir),
        differing => {
            let line = differing.map_or("", |it| it.0);
            let what = line.split_once("  ").map_or("its list of files", |it| it.1).to_owned();
            Err(Error::Differs { path: dir.to_owned(), what })
        }
    }
}

/// Whether a finished pack still holds what was sealed, and nothing else.
fn intact(dir: &Path) -> Result<(), Error> {
    let checked = SealedFolder::open(dir).and_then(|it| it.check(dir, |_| true));
    let what = match checked {
        Ok(strange) => strange.into_iter().next(),
        Err(fault) => Some(fault.path().to_owned()),
    };
    what.map_or(Ok(()), |what| Err(Error::Differs { path: dir.to_owned(), what }))
}

fn at(deed: &'static str, path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::Io { deed, path: path.to_owned(), source }
}
