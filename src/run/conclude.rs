//! From a stored snapshot to its pack, and to what is said at the end.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::evaluate::{FilledPack, PackInputs};
use super::gather::expect_timely;
use super::history::History;
use super::{Error, Exit, Inputs, PROGRAM, now, summary};
use crate::operator::Operator;
use crate::pack::{self, PackHead};
use crate::progress::Progress;
use crate::report::Report;
use crate::report::text::visible;
use crate::rules::{Severity, required_lists};
use crate::snapshot::State;
use crate::snapshot::earlier::Search;
use crate::snapshot::store::{self, StoredSnapshot};

/// Where a pack goes, what it is compared with, and when its findings make the program fail.
#[derive(Clone, Copy)]
pub(super) struct ReportOptions<'a> {
    pub(super) out: &'a Path,
    pub(super) fail_on: Option<Severity>,
    /// What holds the earlier snapshots, if that is not the folder of packs.
    pub(super) previous: Option<&'a Path>,
    /// What a demonstration pretends; none where all is as it is.
    pub(super) pretended: Option<&'a Pretence>,
}

/// The time that is taken for now, and who is said to have rendered.
pub(super) struct Pretence {
    pub(super) now: DateTime<Utc>,
    pub(super) operator: Operator,
}

/// A pack that was made of a snapshot.
pub(super) struct MadePack {
    pub(super) pack: PathBuf,
    pub(super) report: Report,
    /// Characters that no font of the PDF has, and how often each stands there.
    missing_glyphs: Vec<(String, usize)>,
}

/// Evaluates a stored snapshot, writes the pack and says what came out.
pub(super) fn conclude(
    inputs: &Inputs,
    dir: &Path,
    options: ReportOptions<'_>,
    progress: &Progress,
) -> Result<(Exit, PathBuf), Error> {
    let MadePack { pack, report, missing_glyphs } = make(inputs, dir, options)?;
    for (glyph, count) in &missing_glyphs {
        progress.say(&format!("report.pdf shows {glyph} by its number, {count} times"));
    }
    progress.say(&summary::of(&report, progress));
    if let Some(document) = READ_FIRST.iter().map(|it| pack.join(it)).find(|it| it.is_file()) {
        progress.say(&format!("Open: {}", visible(&document.display().to_string())));
    }
    if report.state != State::Complete {
        progress.insist(&visible(&summary::state(&report)));
    }
    let found = options.fail_on.is_some_and(|least| report.finds(least));
    Ok((Exit::of(report.state, found), pack))
}

/// Evaluates a stored snapshot and writes the pack.
pub(super) fn make(
    inputs: &Inputs,
    dir: &Path,
    options: ReportOptions<'_>,
) -> Result<MadePack, Error> {
    let StoredSnapshot { mut snapshot, hashes, files: stored } = store::read_whole(dir)?;
    let pretended = options.pretended.map(|it| it.now);
    let rendered_at = pretended.unwrap_or_else(now);
    expect_timely(&snapshot, dir, pretended.map_or(rendered_at, |it| it.max(now())))?;
    let config = &inputs.config;
    let renamed = config.renamed();
    snapshot.rename(&renamed);
    for it in &config.instances {
        snapshot.expect(&it.name, &it.url);
    }
    snapshot.require(&required_lists(&config.rules));
    let search = Search {
        root: options.previous.unwrap_or(options.out),
        chosen: options.previous.is_some(),
        calendar: config.organization.calendar(),
        renamed: &renamed,
        // What the demonstration pretends is no wrong clock.
        now: now().max(snapshot.collected_at),
    };
    let history = History::of(&search, &snapshot, inputs)?;
    let earlier = &history.earlier;
    let none = earlier.stored.is_empty() && earlier.unreported.is_empty();
    if let Some(path) = options.previous.filter(|_| none) {
        let why = earlier.unreadable.first().map(|it| format!(": {}", it.why)).unwrap_or_default();
        return Err(Error::NoPrevious { path: path.to_owned(), why });
    }
    let sources =
        PackInputs { snapshot: &snapshot, hashes: &hashes, written: inputs, history: &history };
    let FilledPack { draft, report, notes } = sources.fill(options.out)?;
    for (path, bytes) in &stored {
        draft.folder().write(&format!("snapshot/{path}"), bytes).map_err(pack::Error::from)?;
    }
    let missing_glyphs = notes.pdf_missing_glyphs.clone().into_iter().collect();
    let rendered_by = match options.pretended {
        Some(it) => it.operator.clone(),
        None => Operator::here(PROGRAM),
    };
    let previous = history.records.packs.iter().map(|it| it.0.clone()).collect();
    let head = PackHead { report: &report, notes, rendered_at, rendered_by, previous };
    let pack = draft.finish(&head)?;
    Ok(MadePack { pack, report, missing_glyphs })
}

/// The documents that a person opens, the best to read first.
const READ_FIRST: &[&str] = &["report.html", "report.pdf", "workbook.xlsx"];
