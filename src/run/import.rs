//! `import`: a snapshot from files, marked as such.

use std::path::Path;

use super::gather::{SnapshotFolder, keep};
use super::{Error, Exit, PROGRAM, configuration, now, print};
use crate::calendar::ImplausibleTime;
use crate::calendar::stamps::stamp;
use crate::cli::ImportArgs;
use crate::collect::{Event, News};
use crate::import::{ImportOrigin, check, import};
use crate::operator::Operator;
use crate::progress::Progress;
use crate::rules::required_lists;
use crate::snapshot::ledger::ReadOutcome;
use crate::snapshot::{Collected, Snapshot};

/// Makes a snapshot from files.
pub(super) fn run(config: &Path, job: &ImportArgs, progress: &Progress) -> Result<Exit, Error> {
    let (_, config) = configuration(config)?;
    // A report takes no snapshot that cannot have been collected then.
    if let Some(why) = ImplausibleTime::of(job.collected_at, now()) {
        let (option, at) = ("--collected-at", stamp(job.collected_at));
        return Err(Error::Untimely { option, at, why });
    }
    let collector = format!("{PROGRAM}{}", Snapshot::IMPORTED);
    // Nothing is written, the key neither, where the files cannot be imported.
    check(&job.dir, &config.instances)?;
    let SnapshotFolder { folder, key, lock: _lock } =
        &SnapshotFolder::open(&config, job.out.as_deref())?;
    let origin = ImportOrigin {
        collector: &collector,
        operator: Some(&Operator::here(PROGRAM)),
        collected_at: job.collected_at,
        key: Some(key),
    };
    let mut snapshot = import(&job.dir, &config.instances, &origin)?;
    snapshot.require(&required_lists(&config.rules));
    snapshot.instances.iter().for_each(|instance| tell(instance, progress));
    let dir = keep(&snapshot, folder)?;
    print(&dir.display().to_string())?;
    Ok(Exit::of(snapshot.state(), false))
}

fn tell(collected: &Collected, progress: &Progress) {
    let event = |news| progress.event(Event { instance: &collected.name, news });
    event(News::Started);
    for row in &collected.ledger {
        let (endpoint, pages, rows) = (row.endpoint, row.pages, row.rows_received);
        match row.outcome {
            ReadOutcome::Ok if !row.reason.is_empty() => {
                event(News::Doubt { endpoint, reason: &row.reason });
            }
            ReadOutcome::Ok => event(News::Page { endpoint, pages, rows }),
            outcome => event(News::Gap { endpoint, outcome, reason: &row.reason }),
        }
    }
    event(News::Done(collected.state()));
}
