//! Where snapshots are put, and where they are taken from.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::lock::Lock;
use super::work::Work;
use super::{Error, PROGRAM, key};
use crate::calendar::ImplausibleTime;
use crate::calendar::stamps::stamp;
use crate::collect::{CollectionContext, CollectionLimits, Event, News, collect_into};
use crate::config::Config;
use crate::files;
use crate::operator::Operator;
use crate::pack;
use crate::rules::required_lists;
use crate::snapshot::ledger::ReadOutcome;
use crate::snapshot::seal::SealKey;
use crate::snapshot::{Snapshot, State, store};

/// Where a snapshot goes of which no report is made yet.
pub(super) struct SnapshotFolder {
    pub(super) folder: PathBuf,
    /// The one of the configuration's output folder, wherever the snapshot goes.
    pub(super) key: SealKey,
    pub(super) lock: Lock,
}

impl SnapshotFolder {
    /// The folder that the command line, or else the configuration, wants; no other process writes
    /// there.
    pub(super) fn open(config: &Config, out: Option<&Path>) -> Result<Self, Error> {
        let output = &config.output.dir;
        let lock = Lock::take(out.unwrap_or(output), output)?;
        let key = key::of(output, &lock, config)?;
        let folder = out.map_or_else(|| snapshots(output), |it| Ok(it.to_owned()))?;
        Ok(Self { folder, key, lock })
    }
}

/// The folder of snapshots in an output folder.
pub(super) fn snapshots(out: &Path) -> Result<PathBuf, Error> {
    let res = out.join(store::FOLDER);
    match files::expect_own_folder(&res) {
        Ok(()) => Ok(res),
        Err(source) => Err(Error::Out { out: res, source }),
    }
}

/// Where and when instances are asked, should that not be as the configuration says.
pub(super) struct CollectionOptions<'a> {
    pub(super) addresses: BTreeMap<String, String>,
    pub(super) clock: &'a dyn Fn() -> DateTime<Utc>,
    pub(super) operator: &'a Operator,
    pub(super) tell: &'a dyn Fn(Event<'_>),
    pub(super) key: &'a SealKey,
    pub(super) work: &'a Work,
}

/// Asks every instance for everything, and stores each as it is done in a directory of `folder`
/// that is named by the time.
pub(super) async fn gather(
    config: &Config,
    options: CollectionOptions<'_>,
    folder: &Path,
) -> Result<(PathBuf, State), Error> {
    let latest = Cell::new((options.clock)());
    // A clock that is set back meanwhile stands still until it is where it was.
    let clock = || {
        latest.set(latest.get().max((options.clock)()));
        latest.get()
    };
    let began = latest.get();
    if ImplausibleTime::of(began, began).is_some() {
        return Err(Error::Clock { now: stamp(began) });
    }
    let dir = folder.join(pack::compact(&stamp(began)));
    let mut draft = store::SnapshotDraft::begin(&dir)?;
    options.work.collects(draft.unfinished());
    let tokenless = RefCell::new(Vec::new());
    let tell = |event: Event<'_>| {
        if let News::GaveUp { cause: ReadOutcome::Auth, reason } = event.news {
            tokenless.borrow_mut().push(format!("{}: {reason}", event.instance));
        }
        (options.tell)(event);
    };
    let context = CollectionContext {
        collector: PROGRAM,
        operator: Some(options.operator),
        began,
        now: &clock,
        progress: &tell,
        addresses: options.addresses,
        required: &required_lists(&config.rules),
        bounds: CollectionLimits::of(&config.collection),
        key: Some(options.key),
    };
    // The first error is the one to report; later records have nowhere to go.
    let mut stored = Ok(());
    let mut take = |place, it| {
        if stored.is_ok() {
            stored = draft.add(place, &it);
        }
    };
    let header = tokio::select! {
        it = collect_into(&config.instances, &context, &mut take) => it,
        // What has come goes with the draft.
        () = options.work.stopped() => return Err(Error::Stopped),
    };
    stored?;
    if tokenless.borrow().len() == config.instances.len() {
        return Err(Error::NoTokens { reasons: tokenless.take() });
    }
    let (_, state) = draft.finish(&header)?;
    Ok((dir, state))
}

/// Stores a snapshot in `folder` under its time and id.
pub(super) fn keep(snapshot: &Snapshot, folder: &Path) -> Result<PathBuf, Error> {
    let dir = folder.join(pack::compact(&stamp(snapshot.collected_at)));
    store::write(snapshot, &dir)?;
    Ok(dir)
}

/// The folder of the snapshot that `from` is or holds.
pub(super) fn place_of(from: &Path) -> Result<PathBuf, Error> {
    let res = store::place(from).unwrap_or_else(|| from.to_owned());
    // The user may name a link; a link within a pack is never intended.
    if res != from
        && let Err(source) = files::expect_own_folder(&res)
    {
        return Err(store::Error::Io { deed: "read", path: res, source }.into());
    }
    Ok(res)
}

/// Whether a snapshot can have been collected when it says, now being `now`.
pub(super) fn expect_timely(
    snapshot: &Snapshot,
    dir: &Path,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let rows = snapshot.instances.iter().flat_map(|instance| &instance.ledger);
    let latest = rows.map(|row| row.last_request_at).fold(snapshot.finished_at, Ord::max);
    for at in [snapshot.collected_at, latest] {
        if let Some(why) = ImplausibleTime::of(at, now) {
            return Err(Error::Misdated { snapshot: dir.to_owned(), at: stamp(at), why });
        }
    }
    Ok(())
}
