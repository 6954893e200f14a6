//! The store of evidence: what earlier packs recorded comes from there, the new one goes there.

mod beside;
pub(super) mod place;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::runtime::Handle;

use super::coverage::PAGE;
use super::lock::Lock;
use super::work::Work;
use super::{CommandContext, Error, Exit, configuration, now, print};
use crate::calendar::stamps::stamp;
use crate::checksums::MANIFEST;
use crate::cli::{StoreArgs, StoreCommand};
use crate::config::Config;
use crate::config::stores::{StoreAccess, StoreAddress, StoreKind};
use crate::files::{self, Growing};
use crate::names::counted;
use crate::notify::journal::JOURNAL;
use crate::pack;
use crate::progress::{LogEvent, Progress};
use crate::reach::explain;
use crate::report::text::visible;
use crate::retention::RetentionRecord;
use crate::secret::{self, SecretKind};
use crate::snapshot::earlier::FetchedPacks;
use crate::stores::{Listing, Store, StoreError, place_of};
use crate::verify;

/// How long a program may take that prints a secret.
pub(super) const LONGEST: Duration = Duration::from_secs(30);

/// The way to a store, by what the configuration says of stores.
pub(super) fn open(address: &StoreAddress, access: &StoreAccess) -> Result<Store, Error> {
    // What Google is shown is a file, which the library reads.
    let source = access.secret.as_ref().filter(|_| address.kind != StoreKind::Google);
    let given =
        source.map(|it| Handle::current().block_on(secret::read(it, SecretKind::Key, LONGEST)));
    let unread =
        |it: secret::Error| StoreError::Secret { store: address.to_string(), why: explain(&it) };
    let given = given.transpose().map_err(unread)?;
    Ok(Store::open(address, access, given.as_ref(), now())?)
}

/// The store that a configuration names, with what was fetched from it for one run.
pub(super) struct EvidenceStore {
    store: Store,
    there: Listing,
    fetched: FetchedPacks,
    /// Removes what was fetched when the run is over, however it ends.
    _growing: Growing,
}

impl EvidenceStore {
    /// Reaches the store that a configuration names, and fetches what later packs rest on and is not in
    /// `out`, whose lock the caller has.
    pub(super) fn reach(
        address: &StoreAddress,
        config: &Config,
        out: &Path,
        progress: &Progress,
    ) -> Result<Self, Error> {
        let store = open(address, &config.store)?;
        let there = Handle::current().block_on(store.list())?;
        beside::gain(&store, &there, config, out)?;
        // Nothing about notices fails a run.
        if let Err(error) = beside::gain_journal(&store, &there, out) {
            let text = format!("cannot fetch `{JOURNAL}` from the store: {error}");
            progress.warn(LogEvent::NoticeFailed, &visible(&text));
        }
        // Named like what every run sweeps that another one left.
        let place = out.join(format!("{}-fetched", pack::compact(&stamp(now()))));
        let mut growing = Growing::at(&place);
        let root = growing.path().to_owned();
        growing.begin().map_err(|source| Error::Out { out: root.clone(), source })?;
        let needed = |_: &str, path: &str| FetchedPacks::is_needed(path);
        let fetched = fetch(&store, &there, &wanted(&there, out)?, &root, needed)?;
        if !fetched.left.is_empty() {
            let packs = counted(&fetched.left.len().to_string(), "pack");
            let text = format!("fetched from {address}: what {packs} recorded");
            progress.say(LogEvent::EarlierFetched, &visible(&text));
        }
        Ok(Self { store, there, fetched, _growing: growing })
    }

    /// The packs that were fetched.
    pub(super) fn fetched(&self) -> &FetchedPacks {
        &self.fetched
    }

    /// Has the journal of notices go on in the store.
    pub(super) fn keep_journal(&self, out: &Path) -> Result<(), StoreError> {
        beside::push_journal(&self.store, out)
    }

    /// Puts every pack of `out` into the store that is not there as a whole, and what lies beside them.
    pub(super) fn push(
        &self,
        config: &Config,
        out: &Path,
        work: &Work,
        progress: &Progress,
    ) -> Result<(), Error> {
        let packs = local_packs(out)?;
        let one = |place: &str, dir: &Path| {
            work.stores(dir);
            self.push_one(place, dir, progress)
        };
        let packs = each(&packs, one);
        packs.and(beside::push(&self.store, &self.there, config, out).map_err(Error::from))?;
        show_page(&self.store, out)
    }

    fn push_one(&self, place: &str, dir: &Path, progress: &Progress) -> Result<(), Error> {
        let pushed = Handle::current().block_on(self.store.push(dir, place, &self.there))?;
        if pushed.n_new > 0 {
            let files = counted(&pushed.n_new.to_string(), "file");
            let mib = pushed.bytes.div_ceil(1 << 20);
            let text = format!("stored: {} ({files}, {mib} MiB)", self.store.address().at(place));
            progress.say(LogEvent::PackStored, &visible(&text));
        }
        Ok(())
    }
}

/// Does something with each pack. What one does not let be done keeps no other from it, unless nobody
/// answers; the first that goes wrong is reported.
fn each(
    packs: &BTreeMap<String, PathBuf>,
    mut one: impl FnMut(&str, &Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut res = Ok(());
    for (place, dir) in packs {
        let done = one(place, dir);
        let is_silent = matches!(&done, Err(Error::EvidenceStore(it)) if it.is_unreached());
        res = res.and(done);
        if is_silent {
            break;
        }
    }
    res
}

/// The packs of a folder of evidence by their places, but for those of which retention removed all or
/// most.
fn local_packs(out: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
    let removed = RetentionRecord::read(out)?;
    let named = verify::packs(&[out.to_owned()]).into_iter().filter_map(|dir| {
        let place = dir.strip_prefix(out).ok()?.to_str()?.replace('\\', "/");
        place_of(&format!("{place}/{MANIFEST}"))?;
        Some((place, dir))
    });
    Ok(named.filter(|it| removed.of_place(&it.0).is_none()).collect())
}

/// The packs of a store that `out` does not have, and that retention did not remove from there.
fn wanted<'a>(there: &'a Listing, out: &Path) -> Result<Vec<&'a str>, Error> {
    let removed = RetentionRecord::read(out)?;
    let is_wanted = |place: &&str| {
        !out.join(place).join(MANIFEST).is_file() && removed.of_place(place).is_none()
    };
    Ok(there.packs().into_keys().filter(is_wanted).collect())
}

/// Fetches those files of packs that are `needed`, by the place of the pack and their path in it.
fn fetch(
    store: &Store,
    there: &Listing,
    places: &[&str],
    root: &Path,
    needed: impl Fn(&str, &str) -> bool,
) -> Result<FetchedPacks, Error> {
    let packs = there.packs();
    let (mut objects, mut left) = (Vec::new(), BTreeMap::new());
    for place in places {
        let mut rest = BTreeMap::new();
        for (path, bytes) in packs.get(place).into_iter().flatten() {
            if needed(place, path) {
                objects.push((format!("{place}/{path}"), *bytes));
            } else {
                rest.insert((*path).to_owned(), *bytes);
            }
        }
        left.insert(root.join(place), rest);
    }
    let objects = objects.iter().map(|(name, bytes)| (name.as_str(), *bytes));
    Handle::current().block_on(store.fetch(objects, root))?;
    Ok(FetchedPacks { root: root.to_owned(), left })
}

/// Does what was asked for.
pub(super) fn run(context: &CommandContext<'_>, args: &StoreArgs) -> Result<Exit, Error> {
    match &args.what {
        StoreCommand::Push { packs } => push(context, packs),
    }
}

/// Puts packs into the store, those that were named or all, and says of each what was put.
fn push(context: &CommandContext<'_>, named: &[PathBuf]) -> Result<Exit, Error> {
    let (_, config) = configuration(context.config)?;
    let address = config.output.store.as_ref().ok_or(Error::NoStore)?;
    let out = &config.output.dir;
    let _lock = Lock::take(out, out)?;
    let store = open(address, &config.store)?;
    let there = Handle::current().block_on(store.list())?;
    let packs = match named {
        [] => local_packs(out)?,
        named => named_packs(named)?,
    };
    each(&packs, |place, dir| {
        context.work.stores(dir);
        let pushed = Handle::current().block_on(store.push(dir, place, &there))?;
        let what = match pushed.n_new {
            0 => "there already".to_owned(),
            n => format!("{} put there", counted(&n.to_string(), "file")),
        };
        print(&visible(&format!("{}: {what}", address.at(place))))
    })?;
    if named.is_empty() {
        beside::push(&store, &there, &config, out)?;
        beside::push_journal(&store, out)?;
        // Where packs are missing here, the page in the store knows more.
        if wanted(&there, out)?.is_empty() {
            show_page(&store, out)?;
        }
    }
    Ok(Exit::Done)
}

/// Packs that were named, by their places.
fn named_packs(named: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, Error> {
    let packs = verify::packs(named);
    if packs.is_empty() {
        let paths: Vec<String> = named.iter().map(|it| it.display().to_string()).collect();
        return Err(Error::NothingToVerify { paths: paths.join("`, `") });
    }
    let placed = |dir: PathBuf| {
        let whole = files::real(&dir);
        let ends: Vec<_> = whole.iter().rev().take(2).map(|it| it.to_string_lossy()).collect();
        let place = ends.iter().rev().map(|it| &**it).collect::<Vec<_>>().join("/");
        if place_of(&format!("{place}/{MANIFEST}")).is_some() {
            return Ok((place, dir));
        }
        let why = "it does not lie in the folder of its month".to_owned();
        Err(StoreError::Unsealed { path: dir, why }.into())
    };
    packs.into_iter().map(placed).collect()
}

/// Puts the page over the packs into the store, where there is one.
fn show_page(store: &Store, out: &Path) -> Result<(), Error> {
    if let Ok(bytes) = files::read_own(&out.join(PAGE)) {
        Handle::current().block_on(store.show(PAGE, bytes))?;
    }
    Ok(())
}
