//! From a stored snapshot to its pack, and to what is said at the end.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::coverage::write_index;
use super::evaluate::{FilledPack, PackInputs};
use super::gather::expect_timely;
use super::history::History;
use super::meter::{Meter, Stage};
use super::notices::TellablePack;
use super::sign::SignedPack;
use super::store::EvidenceStore;
use super::work::Work;
use super::{CommandContext, Error, Exit, Inputs, PROGRAM, now, summary};
use crate::checksums::{SIGNATURE, TIMESTAMP};
use crate::lake::Lake;
use crate::notify::Notices;
use crate::operator::Operator;
use crate::pack::{self, PackHead};
use crate::progress::{LogEvent, Progress};
use crate::report::Report;
use crate::report::text::visible;
use crate::rules::{Severity, required_lists};
use crate::snapshot::earlier::{Earlier, Search};
use crate::snapshot::store::{self, Hashes, StoredSnapshot};
use crate::snapshot::{Snapshot, State};

/// Where a pack goes, what it is compared with, and when its findings make the program fail.
#[derive(Clone, Copy)]
pub(super) struct ReportOptions<'a> {
    pub(super) out: &'a Path,
    pub(super) fail_on: Option<Severity>,
    /// What holds the earlier snapshots, if that is not the folder of packs.
    pub(super) previous: Option<&'a Path>,
    /// What a demonstration pretends; none where all is as it is.
    pub(super) pretended: Option<&'a Pretence>,
    /// What is measured of it.
    pub(super) meter: &'a Meter,
    /// The store that has earlier packs and takes this one, with what is done there.
    pub(super) store: Option<StoreJob<'a>>,
}

/// A store, and who is told what is done there.
#[derive(Clone, Copy)]
pub(super) struct StoreJob<'a> {
    pub(super) store: &'a EvidenceStore,
    pub(super) work: &'a Work,
    pub(super) progress: &'a Progress,
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
    /// What its receivers are to be told; none where there is none.
    notices: Option<Notices>,
    /// Characters that no font of the PDF has, and how often each stands there.
    missing_glyphs: Vec<(String, usize)>,
}

/// A pack that is there, and how the command ends that made it.
pub(super) struct Concluded {
    pub(super) pack: PathBuf,
    notices: Option<Notices>,
    exit: Exit,
    published: Result<(), Error>,
}

impl Concluded {
    /// Tells whoever is to know of the pack, also where something failed that comes after it.
    pub(super) fn tell(
        &self,
        inputs: &Inputs,
        options: ReportOptions<'_>,
        context: &CommandContext<'_>,
    ) {
        let ReportOptions { out, meter, store, .. } = options;
        let Some(notices) = &self.notices else { return };
        context.work.tells(&self.pack);
        let store = store.map(|it| it.store);
        let pack = TellablePack { pack: &self.pack, out, notices, store };
        pack.tell(inputs, meter, context.progress);
    }

    /// How the command ends, and where the pack is.
    pub(super) fn end(self) -> Result<(Exit, PathBuf), Error> {
        self.published?;
        Ok((self.exit, self.pack))
    }
}

/// Evaluates a stored snapshot, writes the pack and says what came out.
pub(super) fn conclude(
    inputs: &Inputs,
    dir: &Path,
    options: ReportOptions<'_>,
    progress: &Progress,
) -> Result<Concluded, Error> {
    let MadePack { pack, report, notices, missing_glyphs } = make(inputs, dir, options)?;
    options.meter.made(&report);
    let published = options.meter.time(Stage::Publish, || publish(&pack, inputs, options));
    let put = |it| options.meter.time(Stage::Store, || put(it, inputs, options.out));
    let stored = options.store.map_or(Ok(()), put);
    let after = |it| Error::AfterPack { pack: pack.clone(), source: Box::new(it) };
    let published = published.and(stored).map_err(after);
    for (glyph, count) in &missing_glyphs {
        let text = format!("report.pdf shows {glyph} by its number, {count} times");
        progress.say(LogEvent::GlyphsMissing, &text);
    }
    progress.say(LogEvent::RunSummary, &summary::of(&report, progress));
    if let Some(document) = READ_FIRST.iter().map(|it| pack.join(it)).find(|it| it.is_file()) {
        let text = format!("Open: {}", visible(&document.display().to_string()));
        progress.say(LogEvent::DocumentReady, &text);
    }
    if report.state != State::Complete {
        progress.insist(LogEvent::EvidenceIncomplete, &visible(&summary::state(&report)));
    }
    let found = options.fail_on.is_some_and(|least| report.finds(least));
    Ok(Concluded { pack, notices, exit: Exit::of(report.state, found), published })
}

/// Signs a pack, and puts it where others find it. What one step cannot do keeps no other from being
/// done.
fn publish(pack: &Path, inputs: &Inputs, options: ReportOptions<'_>) -> Result<(), Error> {
    let reviews = inputs.reviews.iter().map(|it| &it.0);
    let signed = sign(pack, inputs);
    let fetched = options.store.map(|it| it.store.fetched());
    let listed = write_index((options.out, fetched), &inputs.config, &inputs.templates, reviews);
    let added = add(pack, inputs);
    signed.and(listed).and(added)
}

/// Puts what is not there yet into the store; the pack is signed by now, if it is at all.
fn put(job: StoreJob<'_>, inputs: &Inputs, out: &Path) -> Result<(), Error> {
    let StoreJob { store, work, progress } = job;
    store.push(&inputs.config, out, work, progress)
}

/// Signs a pack and has it time-stamped, as far as the configuration wants it and it is not yet.
fn sign(pack: &Path, inputs: &Inputs) -> Result<(), Error> {
    let pack = SignedPack::read(pack)?;
    if let Some(signer) = inputs.signer.as_ref().filter(|_| !pack.has(SIGNATURE)) {
        pack.sign(signer)?;
    }
    let authority = inputs.config.signing.timestamp.as_ref();
    if let Some(authority) = authority.filter(|_| !pack.has(TIMESTAMP)) {
        pack.timestamp(authority)?;
    }
    Ok(())
}

/// Puts the tables of a pack into the lake, where there is one.
fn add(pack: &Path, inputs: &Inputs) -> Result<(), Error> {
    if let Some(lake) = &inputs.config.lake {
        Lake::at(lake).add(pack)?;
    }
    Ok(())
}

/// Evaluates a stored snapshot and writes the pack.
pub(super) fn make(
    inputs: &Inputs,
    dir: &Path,
    options: ReportOptions<'_>,
) -> Result<MadePack, Error> {
    let stored = store::read_whole(dir)?;
    let snapshot = &stored.snapshot;
    let pretended = options.pretended.map(|it| it.now);
    let rendered_at = pretended.map_or_else(now, |it| it.max(snapshot.collected_at));
    expect_timely(snapshot, dir, pretended.map_or(rendered_at, |it| it.max(now())))?;
    let config = &inputs.config;
    let renamed = config.renamed();
    let search = Search {
        root: options.previous.unwrap_or(options.out),
        chosen: options.previous.is_some(),
        calendar: config.organization.calendar(),
        renamed: &renamed,
        // What the demonstration pretends is no wrong clock.
        now: now().max(snapshot.collected_at),
        fetched: options.store.map(|it| it.store.fetched()).filter(|_| options.previous.is_none()),
    };
    let rendered_by = match options.pretended {
        Some(it) => it.operator.clone(),
        None => Operator::here(PROGRAM),
    };
    let meter = options.meter;
    let rendering = Rendering { at: rendered_at, by: rendered_by, meter };
    let find = |snapshot: &Snapshot| {
        let earlier = Earlier::search(&search, snapshot);
        let none = earlier.stored.is_empty() && earlier.unreported.is_empty();
        match options.previous.filter(|_| none) {
            None => Ok(earlier),
            Some(path) => {
                let why = earlier.unreadable.first().map(|it| format!(": {}", it.why));
                Err(Error::NoPrevious { path: path.to_owned(), why: why.unwrap_or_default() })
            }
        }
    };
    render(inputs, stored, &search, find, rendering, options.out)
}

/// When a pack is rendered, by whom, and what is measured of that.
pub(super) struct Rendering<'a> {
    pub(super) at: DateTime<Utc>,
    pub(super) by: Operator,
    pub(super) meter: &'a Meter,
}

/// Evaluates a snapshot with what `find` finds of earlier evidence, and writes the pack below `out`.
pub(super) fn render(
    inputs: &Inputs,
    stored: StoredSnapshot,
    search: &Search<'_>,
    find: impl FnOnce(&Snapshot) -> Result<Earlier, Error>,
    rendering: Rendering<'_>,
    out: &Path,
) -> Result<MadePack, Error> {
    let StoredSnapshot { snapshot, hashes, files: stored } = stored;
    let Rendering { at: rendered_at, by: rendered_by, meter } = rendering;
    let material = Material { inputs, hashes: &hashes, search, meter };
    material.judged(snapshot, find, |sources| {
        let FilledPack { draft, report, notices, notes } = sources.fill(out)?;
        for (path, bytes) in &stored {
            draft.folder().write(&format!("snapshot/{path}"), bytes).map_err(pack::Error::from)?;
        }
        let missing_glyphs = notes.pdf_missing_glyphs.clone().into_iter().collect();
        let previous = sources.history.records.packs.iter().map(|it| it.0.clone()).collect();
        let head = PackHead { report: &report, notes, rendered_at, rendered_by, previous };
        let pack = meter.time(Stage::Publish, || draft.finish(&head))?;
        Ok(MadePack { pack, report, notices, missing_glyphs })
    })
}

/// What a snapshot is judged by.
#[derive(Clone, Copy)]
pub(super) struct Material<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) hashes: &'a Hashes,
    pub(super) search: &'a Search<'a>,
    pub(super) meter: &'a Meter,
}

impl Material<'_> {
    /// Hands a snapshot over with what `find` finds of earlier evidence.
    pub(super) fn judged<T>(
        self,
        mut snapshot: Snapshot,
        find: impl FnOnce(&Snapshot) -> Result<Earlier, Error>,
        then: impl FnOnce(&PackInputs<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Self { inputs, hashes, search, meter } = self;
        let config = &inputs.config;
        snapshot.rename(search.renamed);
        for it in &config.instances {
            snapshot.expect(&it.name, &it.url);
        }
        snapshot.require(&required_lists(&config.rules));
        let read = || History::read(find(&snapshot)?, search, &snapshot, inputs);
        let history = &meter.time(Stage::History, read)?;
        then(&PackInputs { snapshot: &snapshot, hashes, written: inputs, history, meter })
    }
}

/// The documents that a person opens, the best to read first.
const READ_FIRST: &[&str] = &["report.html", "report.pdf", "workbook.xlsx"];
