//! Orchestration: each command is a straight line of calls to the stages.
//!
//! The one clock is read here, and only here is anything printed to standard output.

mod checkup;
mod columns;
mod conclude;
mod coverage;
mod demo;
mod diff;
mod error;
mod exit;
mod evaluate;
mod prior;
mod replay;
mod review;
mod history;
mod import;
mod init;
mod inputs;
mod key;
mod lake;
mod lock;
mod meter;
mod named;
mod notices;
mod prune;
mod rules;
mod sample;
mod sign;
mod status;
mod store;
mod gather;
mod summary;
mod verify;
mod waive;

mod work;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use self::conclude::{Concluded, ReportOptions, StoreJob, conclude};
pub use self::error::Error;
pub use self::exit::Exit;
use self::gather::{CollectionOptions, SnapshotFolder, gather, place_of, snapshots};
use self::inputs::{Inputs, configuration, read_baseline, read_inputs, read_logo, read_waivers};
use self::lock::Lock;
use self::meter::{Meter, Stage, exit_of};
pub use self::review::ReviewError;
use self::store::EvidenceStore;
pub use self::work::StopCause;
use self::work::Work;
use crate::cli::{self, Cli, Command, ReportArgs, Shell, TemplatesVerb};
use crate::collect::Event;
use crate::files;
use crate::operator::Operator;
use crate::progress::{LogEvent, Progress};
use crate::report::template;
use crate::report::text::visible;
use crate::snapshot::Snapshot;
use crate::snapshot::seal::SealKey;
use crate::threads;

/// Name and version, as snapshots and reports print it.
pub const PROGRAM: &str = concat!("retool-audit ", env!("CARGO_PKG_VERSION"));

/// Does what the command line asks for.
///
/// # Errors
///
/// Fails when the command could not be carried out; what was found is in the exit code instead.
pub fn run(cli: Cli) -> Result<Exit, Error> {
    let runtime = Runtime::new().map_err(Error::Start)?;
    let work = Arc::new(Work::begin());
    let deadline = cli.command.deadline();
    let res = runtime.block_on(async {
        let watched = Arc::clone(&work);
        let doing = on_a_thread(move || carry_out(&cli, &watched));
        tokio::pin!(doing);
        let cause = tokio::select! {
            done = &mut doing => return done,
            it = work::stop(deadline) => it,
        };
        work.stop();
        if work.ends_soon() {
            // It removes what it has begun; how it ends is reported here.
            tokio::time::timeout(work::LONGEST, doing).await.ok();
        }
        files::abandon_all();
        work.fails(cause.exit());
        Err(work.left_by(cause))
    });
    // Work that was interrupted is not waited for: it ends with the program, whatever it writes
    // appears whole or not at all, and what it says when its runtime goes is heard by no one.
    runtime.shutdown_background();
    res
}

/// Works beside the runtime, which stays free to listen for signals.
async fn on_a_thread<T: Send + 'static>(
    deed: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (tell, told) = oneshot::channel();
    let runtime = Handle::current();
    let work = move || {
        let _within = runtime.enter();
        // Where the program was interrupted, the receiver is gone.
        tell.send(whole(deed)).ok();
    };
    threads::spawn(work).map_err(Error::Start)?;
    told.await.unwrap_or_else(|_| {
        Err(Error::Broken {
            what: "the work ended without a \
                                                             result"
                .to_owned(),
        })
    })
}

/// What the deed gives; where it panics, an error.
fn whole<T>(deed: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    threads::guarded(deed).unwrap_or_else(|what| Err(Error::Broken { what }))
}

/// What the commands that make something have around them.
struct CommandContext<'a> {
    config: &'a Path,
    progress: &'a Progress,
    work: &'a Work,
}

fn carry_out(cli: &Cli, work: &Work) -> Result<Exit, Error> {
    let progress = &Progress::new(&cli.global);
    let context = &CommandContext { config: &cli.global.config, progress, work };
    match &cli.command {
        Command::Run(args) => {
            let deed = |job: ReportOptions<'_>, inputs: &Inputs, lock: &Lock| {
                audit(context, job, inputs, lock, !args.no_notify)
            };
            measured(context, &args.job, deed)
        }
        Command::Demo(demo) => demo::run(demo, progress, work),
        Command::Snapshot { out } => snapshot(context, out.as_deref()),
        Command::Init(args) => init::run(&cli.global, args, progress),
        Command::Check { format, notify } => checkup::run(&cli.global, *format, *notify),
        Command::Diff(args) => diff::run(context.config, args),
        Command::Coverage(args) => coverage::run(context.config, args),
        Command::Status(args) => status::run(context.config, args),
        Command::Sample(args) => sample::run(context.config, args, context.progress),
        Command::Lake(args) => lake::run(context.config, args),
        Command::Prune(args) => prune::run(context, args),
        Command::Sign(args) => sign::run(args),
        Command::Review(what) => review::run(context, what),
        Command::Store(args) => store::run(context, args),
        Command::Verify(args) => verify::run(context.config, args, cli.global.quiet),
        Command::Waive(args) => waive::waive(context.config, args, progress),
        Command::Answer(args) => waive::answer(context.config, args),
        Command::Import(it) => import::run(&cli.global.config, it, progress),
        Command::Report { snapshot, job, notify } => {
            measured(context, job, |job, inputs, _| report(context, snapshot, job, inputs, *notify))
        }
        Command::Rules(it) => rules::run(&cli.global, it, progress),
        Command::Manual { shell } => manual(*shell),
        Command::Templates { verb: TemplatesVerb::Export { dir } } => export_templates(dir),
    }
}

/// The clock.
#[expect(clippy::disallowed_methods, reason = "the one place that asks what time it is")]
fn now() -> DateTime<Utc> {
    // A clock that says a time before 1970 is reported, and is no reason to panic.
    std::time::SystemTime::now().into()
}

/// Instances are asked now, and where the configuration says that they are.
fn as_configured<'a>(
    operator: &'a Operator,
    tell: &'a dyn Fn(Event<'_>),
    key: &'a SealKey,
    work: &'a Work,
) -> CollectionOptions<'a> {
    CollectionOptions { addresses: BTreeMap::new(), clock: &now, operator, tell, key, work }
}

/// Reads what people wrote, keeps other runs out, reaches the store, does something with all that, and
/// writes how that ended to the file of metrics that the configuration names.
fn measured(
    context: &CommandContext<'_>,
    job: &ReportArgs,
    deed: impl FnOnce(ReportOptions<'_>, &Inputs, &Lock) -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    let CommandContext { config, progress, work } = *context;
    let (catalogue, config) = configuration(config)?;
    let meter = Arc::new(Meter::of(&config));
    work.is_measured(&meter);
    let done = whole(|| {
        let mut inputs = Inputs::read(catalogue, config)?;
        let out = inputs.options(job, &meter).out;
        let lock = Lock::take(out, &inputs.config.output.dir)?;
        let reach = |it| EvidenceStore::reach(it, &inputs.config, out, progress);
        let address = inputs.config.output.store.as_ref();
        let store = address.map(|it| meter.time(Stage::Store, || reach(it))).transpose()?;
        if store.is_some() {
            inputs.read_reviews()?;
        }
        let store = store.as_ref().map(|store| StoreJob { store, work, progress });
        deed(ReportOptions { store, ..inputs.options(job, &meter) }, &inputs, &lock)
    });
    // Whoever stopped it knows how the program ends.
    if !matches!(done, Err(Error::Stopped))
        && let Err(error) = meter.end(exit_of(&done))
    {
        progress.warn(LogEvent::MetricsNotWritten, &visible(&error.to_string()));
    }
    done
}

/// Collects, evaluates and reports, and tells whoever is to know of it where that is wanted.
fn audit(
    context: &CommandContext<'_>,
    options: ReportOptions<'_>,
    inputs: &Inputs,
    lock: &Lock,
    tells: bool,
) -> Result<Exit, Error> {
    let CommandContext { progress, work, .. } = *context;
    let folder = snapshots(options.out)?;
    let tell = |event: Event<'_>| progress.event(event);
    let key = &key::of(options.out, lock, &inputs.config)?;
    let operator = &Operator::here(PROGRAM);
    let collection = as_configured(operator, &tell, key, work);
    let gathering = gather(&inputs.config, collection, &folder);
    let (dir, _) = options.meter.time(Stage::Collect, || Handle::current().block_on(gathering))?;
    work.reports(&dir);
    let done = whole(|| conclude(inputs, &dir, options, progress));
    let made = finish(done, &dir)?;
    if tells {
        made.tell(inputs, options, context);
    }
    end(made, work)
}

/// Collects only.
fn snapshot(context: &CommandContext<'_>, out: Option<&Path>) -> Result<Exit, Error> {
    let CommandContext { config, progress, work } = *context;
    let config = read_inputs(config)?.config;
    let SnapshotFolder { folder, key, lock: _lock } = &SnapshotFolder::open(&config, out)?;
    let tell = |event: Event<'_>| progress.event(event);
    let operator = &Operator::here(PROGRAM);
    let options = as_configured(operator, &tell, key, work);
    let (dir, state) = Handle::current().block_on(gather(&config, options, folder))?;
    work.is_done(&dir);
    print(&dir.display().to_string())?;
    Ok(Exit::of(state, false))
}

/// Evaluates a stored snapshot, and tells whoever is to know of it where that is wanted.
fn report(
    context: &CommandContext<'_>,
    from: &Path,
    options: ReportOptions<'_>,
    inputs: &Inputs,
    tells: bool,
) -> Result<Exit, Error> {
    let CommandContext { progress, work, .. } = *context;
    let dir = &place_of(from)?;
    work.reports(dir);
    let made = conclude(inputs, dir, options, progress)?;
    if tells {
        made.tell(inputs, options, context);
    }
    end(made, work)
}

/// Says where the pack is, and how the command ends.
fn end(made: Concluded, work: &Work) -> Result<Exit, Error> {
    work.is_done(&made.pack);
    let (exit, pack) = made.end()?;
    print(&pack.display().to_string())?;
    Ok(exit)
}

/// Prints the manual page, or the completions of a shell.
fn manual(shell: Option<Shell>) -> Result<Exit, Error> {
    cli::manual(shell, &mut std::io::stdout()).map_err(Error::Print)?;
    Ok(Exit::Done)
}

/// Writes the templates that the program carries.
fn export_templates(dir: &Path) -> Result<Exit, Error> {
    template::export(dir)?;
    print(&dir.display().to_string())?;
    Ok(Exit::Done)
}

/// The instances of a snapshot, in the order of the configuration.
fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.instances.iter().map(|instance| instance.name.as_str()).collect()
}

/// The pack holds the snapshot; without a pack the snapshot stays where it is.
fn finish<T>(done: Result<T, Error>, snapshot: &Path) -> Result<T, Error> {
    if done.is_ok() {
        // The pack is complete, so a copy that cannot be removed does no harm.
        std::fs::remove_dir_all(snapshot).ok();
        snapshot.parent().map(std::fs::remove_dir).transpose().ok();
        return done;
    }
    done.map_err(|error| error.with_snapshot(snapshot))
}

fn print(text: &str) -> Result<(), Error> {
    writeln!(std::io::stdout(), "{text}").map_err(Error::Print)
}
