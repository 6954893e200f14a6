//! Notices of a pack that is sealed: told, and written down beside the packs. None of it fails a
//! run.

use std::path::Path;

use tokio::runtime::Handle;

use super::meter::{Meter, Stage};
use super::{Inputs, now};
use crate::names::counted;
use crate::notify::journal::{self, JOURNAL, JournalEntry};
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
        let context = NoticeContext { now: &now, pack: &parts.join("/") };
        let (mut told, mut n_failed) = (Vec::new(), 0);
        for it in &inputs.config.notify.receivers {
            let entries = Handle::current().block_on(self.notices.tell(it, &context));
            let failures = entries.iter().filter_map(JournalEntry::failure);
            for why in failures {
                n_failed += 1;
                let text = format!("notice for `{}` failed: {why}", it.name);
                progress.warn(LogEvent::NoticeFailed, &visible(&text));
            }
            if entries.iter().any(|it| it.failure().is_none()) {
                told.push(it.name.as_str());
            }
            if let Err(error) = journal::write(self.out, &entries) {
                let path = self.out.join(JOURNAL);
                let text =
                    format!("cannot write down in `{}` what became of the notices", path.display());
                progress.warn(LogEvent::NoticeFailed, &visible(&format!("{text}: {error}")));
            }
        }
        if !told.is_empty() {
            let count = counted(&told.len().to_string(), "receiver");
            progress.say(LogEvent::NoticesTold, &format!("Told {count}: {}", told.join(", ")));
        }
        n_failed
    }
}
