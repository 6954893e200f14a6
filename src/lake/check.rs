//! A lake against the packs that it was made of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::runs::RUNS;
use super::{Error, Lake, LakeRun, parts};
use crate::tables::Table;
use crate::verify::{Fault, fault};

/// Everything in a lake that is not as its packs have it: runs and rows that are missing or altered,
/// files of no run, and months of which not exactly one run counts.
///
/// # Errors
///
/// When the runs of the lake cannot be read.
pub fn check(lake: &Lake, packs: &[PathBuf]) -> Result<Vec<Fault>, Error> {
    let mut res = Vec::new();
    let mut at_hand = BTreeMap::new();
    for pack in packs {
        match LakeRun::of(pack) {
            Ok(run) => {
                at_hand.insert((run.run_id.clone(), run.manifest_sha256.clone()), (pack, run));
            }
            // A pack without typed tables is in no lake.
            Err(Error::NoTables { .. }) => {}
            Err(why) => res.push(fault(pack.display().to_string(), why.to_string())),
        }
    }
    let mut expected = BTreeSet::new();
    let mut filed = BTreeSet::new();
    for period in lake.periods() {
        let runs = lake.runs_of(&period)?;
        res.extend(uncounted(&period, &runs));
        for run in &runs {
            expected.insert(lake.folder_of_runs(&period).join(run.file()));
            let key = (run.run_id.clone(), run.manifest_sha256.clone());
            if let Some((pack, _)) = at_hand.get(&key) {
                res.extend(lake.differing(run, pack, &mut expected));
            } else {
                res.push(fault(
                    run.run_id.as_str(),
                    "no pack at hand is the one that it was made of",
                ));
                expected.extend(lake.files_of(run));
            }
            filed.insert(key);
        }
    }
    for (key, (_, run)) in &at_hand {
        if !filed.contains(key) {
            res.push(fault(
                run.run_id.as_str(),
                format!("the pack of {} is not in the lake", run.period),
            ));
        }
    }
    let strange = lake.files().into_iter().filter(|it| !expected.contains(it));
    res.extend(strange.map(|it| fault(lake.below(&it), "no run has the file")));
    Ok(res)
}

/// The organizations of whose month not exactly one run counts.
fn uncounted(period: &str, runs: &[LakeRun]) -> Vec<Fault> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for it in runs {
        *counted.entry(&it.organization).or_default() += usize::from(it.counts);
    }
    let wrong = counted.into_iter().filter(|it| it.1 != 1);
    let told = |(name, n): (&str, usize)| {
        fault(name, format!("{n} runs of {period} count, and not one; add one of its packs again"))
    };
    wrong.map(told).collect()
}

impl Lake {
    /// The rows of a run that are not as its pack has them; `expected` gets the files it must have.
    fn differing(
        &self,
        run: &LakeRun,
        pack: &Path,
        expected: &mut BTreeSet<PathBuf>,
    ) -> Vec<Fault> {
        let mut res = Vec::new();
        for table in Table::ALL {
            let parts = match parts(pack, *table, run) {
                Ok(it) => it,
                Err(why) => {
                    res.push(fault(run.run_id.as_str(), why.to_string()));
                    continue;
                }
            };
            for part in parts {
                let path = self.place(*table, run, &part.instance);
                let why = part.difference(&path);
                res.extend(why.map(|why| fault(self.below(&path), why)));
                expected.insert(path);
            }
        }
        res
    }

    /// Every file of the lake, by its path.
    fn files(&self) -> Vec<PathBuf> {
        let mut res = Vec::new();
        walk(&self.root, &mut res);
        res.sort();
        res
    }

    /// The files of a run, as far as they are there.
    fn files_of(&self, run: &LakeRun) -> Vec<PathBuf> {
        let period = format!("period={}", run.period);
        let of_run = |it: &PathBuf| {
            it.file_name().is_some_and(|name| name == run.file().as_str())
                && it.components().any(|part| part.as_os_str() == period.as_str())
                && !it.starts_with(self.root.join(RUNS))
        };
        self.files().into_iter().filter(of_run).collect()
    }

    /// A path below the lake, parted by `/`.
    fn below(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.to_string_lossy().replace('\\', "/")
    }
}

fn walk(folder: &Path, res: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, res);
        } else {
            res.push(path);
        }
    }
}
