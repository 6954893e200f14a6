//! The runs of a lake: a pack each, and which of them counts for its month.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::dictionary::{Table, run};
use super::{Error, Lake, read, write_whole};
use crate::checksums::{MANIFEST, SealedFolder};
use crate::digest;
use crate::files;
use crate::report::parquet;
use crate::tables::TYPED;

/// The folder of the runs.
pub(super) const RUNS: &str = "_runs";

/// A pack, as the lake knows it: by what its manifest says, and by the manifest itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LakeRun {
    /// The name of the pack's folder: when it was collected, and the report's id.
    #[serde(skip)]
    pub run_id: String,
    /// Whose access was reviewed.
    pub organization: String,
    /// The month, `2026-11`.
    pub period: String,
    /// The report's id.
    pub report_id: String,
    /// The snapshot's id.
    pub snapshot_id: String,
    /// complete, partial or failed.
    pub state: String,
    /// When the snapshot was collected.
    pub collected_at: DateTime<Utc>,
    /// When the report was rendered.
    pub rendered_at: DateTime<Utc>,
    /// SHA-256 of the pack's manifest, which names every file of the pack by its hash.
    #[serde(skip)]
    pub manifest_sha256: String,
    /// Whether the run counts: it is the most whole of the organization's month, of those the one
    /// that was collected last, of those the one that was rendered last.
    #[serde(skip)]
    pub counts: bool,
}

impl LakeRun {
    /// The run that a pack is, where the pack's tables are as they were sealed.
    pub(super) fn of(pack: &Path) -> Result<Self, Error> {
        let unread = |source| Error::Manifest { pack: pack.to_owned(), source };
        if !pack.join(TYPED).is_dir() {
            return Err(Error::NoTables { pack: pack.to_owned() });
        }
        let bytes = files::read_own(&pack.join(MANIFEST)).map_err(unread)?;
        let stated: Self = serde_json::from_slice(&bytes).map_err(|it| unread(it.into()))?;
        let below = format!("{TYPED}/");
        let checked =
            SealedFolder::open(pack).and_then(|it| it.check(pack, |path| path.starts_with(&below)));
        if let Err(fault) = checked {
            return Err(Error::Changed { pack: pack.to_owned(), what: fault.to_string() });
        }
        let name = pack.canonicalize().map_err(unread)?;
        let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { run_id: name, manifest_sha256: digest::of(&bytes), ..stated })
    }

    /// Whether it is the same pack, whatever counts.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.run_id == other.run_id && self.manifest_sha256 == other.manifest_sha256
    }

    /// The name of its files.
    pub(super) fn file(&self) -> String {
        format!("{}.parquet", super::escaped(&self.run_id))
    }

    /// What is compared to say which run counts.
    fn standing(&self) -> impl Ord + use<> {
        let whole = ["failed", "partial", "complete"].iter().position(|it| *it == self.state);
        (whole, self.collected_at, self.rendered_at, self.run_id.clone())
    }
}

/// The files of a folder that end in `.parquet`, by name.
fn parquet_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|it| it.path());
    let mut res: Vec<PathBuf> =
        paths.filter(|it| it.extension().is_some_and(|it| it == "parquet")).collect();
    res.sort();
    res
}

impl Lake {
    pub(super) fn folder_of_runs(&self, period: &str) -> PathBuf {
        self.root.join(RUNS).join(format!("period={period}"))
    }

    /// Every run of a month.
    pub(super) fn runs_of(&self, period: &str) -> Result<Vec<LakeRun>, Error> {
        let folder = self.folder_of_runs(period);
        let mut res = Vec::new();
        for path in parquet_files(&folder) {
            let wrong = |source| Error::Table { path: path.clone(), source };
            let frame = read(&path).map_err(wrong)?;
            for it in run::read_rows(&frame).map_err(wrong)? {
                res.push(LakeRun {
                    run_id: it.run_id.into_owned(),
                    organization: it.organization.into_owned(),
                    period: period.to_owned(),
                    report_id: it.report_id.into_owned(),
                    snapshot_id: it.snapshot_id.into_owned(),
                    state: it.state.into_owned(),
                    collected_at: it.collected_at,
                    rendered_at: it.rendered_at,
                    manifest_sha256: it.manifest_sha256.into_owned(),
                    counts: it.counts,
                });
            }
        }
        Ok(res)
    }

    /// Says which run of the month of `run` counts, among those that are known and `run` itself.
    ///
    /// What no longer counts is written first: a month of which nothing counts is told by a check,
    /// and one of which two count would be added up twice.
    pub(super) fn settle(&self, known: &[LakeRun], run: &LakeRun) -> Result<(), Error> {
        let is_beside =
            |it: &&LakeRun| it.organization == run.organization && it.run_id != run.run_id;
        let mut now: Vec<LakeRun> = known.iter().filter(is_beside).chain([run]).cloned().collect();
        let best = now.iter().max_by_key(|it| it.standing()).map(|it| it.run_id.clone());
        for it in &mut now {
            it.counts = best.as_ref() == Some(&it.run_id);
        }
        now.sort_by_key(|it| it.counts);
        for it in now.iter().filter(|it| !known.contains(it)) {
            self.write_run(it)?;
        }
        Ok(())
    }

    fn write_run(&self, it: &LakeRun) -> Result<(), Error> {
        let mut rows = run::Rows::default();
        rows.push(run::Row {
            run_id: it.run_id.as_str().into(),
            organization: it.organization.as_str().into(),
            report_id: it.report_id.as_str().into(),
            snapshot_id: it.snapshot_id.as_str().into(),
            state: it.state.as_str().into(),
            collected_at: it.collected_at,
            rendered_at: it.rendered_at,
            manifest_sha256: it.manifest_sha256.as_str().into(),
            counts: it.counts,
        });
        let path = self.folder_of_runs(&it.period).join(it.file());
        let mut bytes = Vec::new();
        let words = [("table", RUNS), ("row", Table::Runs.meaning())];
        parquet::write_columns(&mut bytes, &Table::Runs.columns(), &rows.finish(), &words)
            .map_err(|source| Error::Table { path: path.clone(), source })?;
        write_whole(&path, &bytes)
    }

    /// The months that have runs, in order.
    pub(super) fn periods(&self) -> Vec<String> {
        let folders = files::folders_in(&self.root.join(RUNS)).into_iter();
        let name =
            |it: PathBuf| Some(it.file_name()?.to_str()?.strip_prefix("period=")?.to_owned());
        let mut res: Vec<String> = folders.filter_map(name).collect();
        res.sort();
        res
    }
}
