//! Notices of a pack that is sealed: told, and written down beside the packs. None of it fails a
//! run.

use std::path::Path;

use tokio::runtime::Handle;

use super::meter::{Meter, Stage};
use super::store::EvidenceStore;
use super::{Inputs, now};
use crate::names::counted;
use crate::notify::journal::{self, JOURNAL, JournalEntry, NoticeOutcome};
use crate::notify::{NoticeContext, Notices};
use crate::progress::{LogEvent, Progress};
use crate::report::text::visible;
use crate::threads;

/// A pack of which somebody is to be told.
pub(super) struct TellablePack<'a> {
    pub(super) pack: &'a Path,
    /// The folder that holds it, below that of its month.
    pub(super) out: &'a Path,
    pub(super) notices: &'a Notices,
    /// What keeps the journal too.
    pub(super) store: Option<&'a EvidenceStore>,
}

impl TellablePack<'_> {
    /// Tells each receiver of the pack.
    pub(super) fn tell(&self, inputs: &Inputs, meter: &Meter, progress: &Progress) {
        let telling = || self.tell_each(inputs, progress);
        let failed = match meter.time(Stage::Notify, || threads::guarded(telling)) {
            Ok(n_failed) => n_failed,
            Err(what) => {
                let text = format!("notices: the program broke off: {}", visible(&what));
                progress.warn(LogEvent::NoticeFailed, &text);
                1
            }
        };
        meter.failed_to_tell(failed);
    }

    /// How many notices failed.
    fn tell_each(&self, inputs: &Inputs, progress: &Progress) -> u64 {
        let below = self.pack.strip_prefix(self.out).unwrap_or(self.pack);
        let parts: Vec<_> = below.iter().map(|it| it.to_string_lossy()).collect();
        let below = parts.join("/");
        let journal = journal::read(self.out).unwrap_or_default();
        let context = NoticeContext { now: &now, pack: &below, journal: &journal };
        let (mut told, mut n_failed) = (Vec::new(), 0);
        for it in &inputs.config.notify.receivers {
            let entries = Handle::current().block_on(self.notices.tell(it, &context));
            n_failed += warn(&it.name, &entries, progress);
            told.extend(summary(&it.name, &entries));
            if let Err(error) = journal::write(self.out, &entries) {
                let path = self.out.join(JOURNAL);
                let text =
                    format!("cannot write down in `{}` what became of the notices", path.display());
                progress.warn(LogEvent::NoticeFailed, &visible(&format!("{text}: {error}")));
            }
        }
        if let Some(Err(error)) = self.store.map(|it| it.keep_journal(self.out)) {
            let text = format!("cannot put `{JOURNAL}` into the store: {error}");
            progress.warn(LogEvent::NoticeFailed, &visible(&text));
        }
        if !told.is_empty() {
            let count = counted(&told.len().to_string(), "receiver");
            let text = format!("Told {count}: {}", told.join(", "));
            progress.say(LogEvent::NoticesTold, &visible(&text));
        }
        n_failed
    }
}

/// Whoever was told, and what was done about tickets; none where nothing was.
fn summary(name: &str, entries: &[JournalEntry]) -> Option<String> {
    let count =
        |outcome: &NoticeOutcome| entries.iter().filter(|it| it.outcome == *outcome).count();
    let done = [
        (count(&NoticeOutcome::Opened), "opened"),
        (count(&NoticeOutcome::Commented), "commented on"),
        (count(&NoticeOutcome::Closed), "closed"),
    ];
    let done = done.iter().filter(|it| it.0 > 0);
    let tickets: Vec<String> = done.map(|(count, deed)| format!("{count} {deed}")).collect();
    let is_told = count(&NoticeOutcome::Told) > 0;
    let tickets = if tickets.is_empty() {
        String::new()
    } else {
        format!(" (tickets: {})", tickets.join(", "))
    };
    (is_told || !tickets.is_empty()).then(|| format!("{name}{tickets}"))
}

/// Failures of one receiver that are told one by one.
const MOST_TOLD: usize = 10;

/// Tells what did not arrive, and how much that is.
fn warn(name: &str, entries: &[JournalEntry], progress: &Progress) -> u64 {
    let failed: Vec<&JournalEntry> = entries.iter().filter(|it| it.failure().is_some()).collect();
    for it in failed.iter().take(MOST_TOLD) {
        let about = it.about.as_ref().map(|it| format!("{it}: ")).unwrap_or_default();
        let why = it.failure().unwrap_or_default();
        let text = format!("notice for `{name}` failed: {about}{why}");
        progress.warn(LogEvent::NoticeFailed, &visible(&text));
    }
    if failed.len() > MOST_TOLD {
        let more = failed.len() - MOST_TOLD;
        let text = format!("notice for `{name}` failed: {more} more, which `{JOURNAL}` has");
        progress.warn(LogEvent::NoticeFailed, &text);
    }
    u64::try_from(failed.len()).unwrap_or(u64::MAX)
}
