//! `review import`: what comes back, taken as far as it is valid.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{ReviewError, campaign};
use crate::cli::ReviewImportArgs;
use crate::config::problem::Problems;
use crate::digest;
use crate::files;
use crate::names::counted;
use crate::report::text::visible;
use crate::review::{
    CampaignError, DecisionWord, OpenedCampaign, RECEIVED, RecordEntry, Returned, read_returned,
};
use crate::run::{CommandContext, Error, Exit, now, print};

/// Reads worksheets, and adds what is valid to the record.
pub(super) fn run(context: &CommandContext<'_>, args: &ReviewImportArgs) -> Result<Exit, Error> {
    let (_, _, mut opened) = campaign(context, args.campaign.as_deref())?;
    let decisions = opened.record.decisions();
    let mut standing: BTreeMap<String, DecisionWord> =
        decisions.into_iter().map(|(id, (_, it))| (id.to_owned(), it.decision)).collect();
    let mut has_problems = false;
    for path in &args.files {
        has_problems |= import(path, &mut opened, &mut standing)?;
    }
    Ok(if has_problems { Exit::Findings } else { Exit::Done })
}

/// Takes one file; whether anything in it was refused.
fn import(
    path: &Path,
    opened: &mut OpenedCampaign,
    standing: &mut BTreeMap<String, DecisionWord>,
) -> Result<bool, Error> {
    let bytes = files::read(path)
        .map_err(|source| ReviewError::Worksheet { path: path.to_owned(), source })?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let sha256 = digest::of(&bytes);
    if opened.record.has_received(&sha256) {
        print(&visible(&format!("{name}: it was imported before, and changes nothing")))?;
        return Ok(false);
    }
    let returned = read_returned(&bytes, &name, opened)
        .map_err(|it| ReviewError::NoWorksheet(Problems { file: name.clone(), list: vec![it] }))?;
    let again = again(standing, &returned);
    let taken = returned.decisions.len();
    keep(opened, &name, &sha256, &bytes)?;
    let received = RecordEntry::Received {
        file: name.clone(),
        sha256,
        taken,
        refused: returned.problems.len(),
    };
    let decided = returned.decisions.iter().cloned().map(RecordEntry::Decided);
    let entries = std::iter::once(received).chain(decided).collect();
    opened.record.add(now(), entries).map_err(CampaignError::from)?;
    for it in &returned.problems {
        print(&visible(&it.to_string()))?;
    }
    print(&visible(&said(&name, &returned, again)))?;
    Ok(!returned.problems.is_empty())
}

/// Keeps the file as it came in, under its hash.
fn keep(opened: &OpenedCampaign, name: &str, sha256: &str, bytes: &[u8]) -> Result<(), Error> {
    let folder = opened.folder.join(RECEIVED);
    let ending = if name.to_lowercase().ends_with(".csv") { "csv" } else { "xlsx" };
    let path: PathBuf = folder.join(format!("{}.{ending}", &sha256[..16]));
    let failed = |source| CampaignError::Io { deed: "write", path: path.clone(), source };
    files::make_folder(&folder).map_err(failed)?;
    files::write_whole(&path, bytes).map_err(failed)?;
    Ok(())
}

/// Lines of the file that were decided otherwise before; what stands is as the file has it then.
fn again(standing: &mut BTreeMap<String, DecisionWord>, returned: &Returned) -> usize {
    let differs = returned.decisions.iter().filter(|it| {
        let old = standing.insert(it.line_id.clone(), it.decision);
        old.is_some_and(|old| old != it.decision)
    });
    differs.count()
}

fn said(name: &str, returned: &Returned, again: usize) -> String {
    let taken = counted(&returned.decisions.len().to_string(), "decision");
    let mut parts = vec![format!("{name}: {taken} taken")];
    if again > 0 {
        parts.push(format!("{again} of them other than before"));
    }
    if returned.open > 0 {
        parts.push(format!("{} left open", counted(&returned.open.to_string(), "line")));
    }
    if !returned.missing.is_empty() {
        let n = counted(&returned.missing.len().to_string(), "line");
        parts.push(format!("{n} of the worksheet not in the file"));
    }
    if !returned.problems.is_empty() {
        parts.push(format!("{} refused", counted(&returned.problems.len().to_string(), "line")));
    }
    parts.join(", ")
}
