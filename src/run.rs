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
mod key;
mod lock;
mod named;
mod rules;
mod sign;
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

use self::conclude::{ReportOptions, conclude};
pub use self::error::Error;
pub use self::exit::Exit;
use self::gather::{CollectionOptions, SnapshotFolder, gather, place_of, snapshots};
use self::lock::Lock;
pub use self::review::ReviewError;
use self::work::Work;
use crate::approvals::{self, Approvals};
use crate::baseline::{self, Baseline};
use crate::catalogue::Catalogue;
use crate::cli::{self, Cli, Command, ReportArgs, Shell, TemplatesVerb};
use crate::collect::Event;
use crate::config::Config;
use crate::config::{self, check};
use crate::files;
use crate::input::InputFile;
use crate::json;
use crate::logo::{self, Logo};
use crate::operator::Operator;
use crate::progress::Progress;
use crate::report::formats;
use crate::report::template::{self, Templates};
use crate::roster::{self, AsOfBasis, Roster, RosterFile};
use crate::signing::Signer;
use crate::snapshot::Snapshot;
use crate::snapshot::seal::SealKey;
use crate::threads;
use crate::waivers::{self, KnownNames, Waivers};

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
    let res = runtime.block_on(async {
        let watched = Arc::clone(&work);
        let doing = on_a_thread(move || carry_out(&cli, &watched));
        tokio::pin!(doing);
        let signal = tokio::select! {
            done = &mut doing => return done,
            it = work::signal() => it,
        };
        work.stop();
        if work.ends_soon() {
            // It removes what it has begun; how it ends is reported here.
            tokio::time::timeout(work::LONGEST, doing).await.ok();
        }
        Err(work.left_by(signal))
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
        Command::Run(job) => audit(context, job),
        Command::Demo(demo) => demo::run(demo, progress, work),
        Command::Snapshot { out } => snapshot(context, out.as_deref()),
        Command::Init(args) => init::run(&cli.global, args, progress),
        Command::Check { format } => checkup::run(&cli.global, *format),
        Command::Diff(args) => diff::run(context.config, args),
        Command::Coverage(args) => coverage::run(context.config, args),
        Command::Sign(args) => sign::run(args),
        Command::Review(what) => review::run(context, what),
        Command::Verify(args) => verify::run(args, cli.global.quiet),
        Command::Waive(args) => waive::waive(context.config, args, progress),
        Command::Answer(args) => waive::answer(context.config, args),
        Command::Import(it) => import::run(&cli.global.config, it, progress),
        Command::Report { snapshot, job } => report(context, snapshot, job),
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

/// Collects, evaluates and reports.
fn audit(context: &CommandContext<'_>, job: &ReportArgs) -> Result<Exit, Error> {
    let CommandContext { config, progress, work } = *context;
    let inputs = read_inputs(config)?;
    let options = inputs.options(job);
    let lock = Lock::take(options.out, &inputs.config.output.dir)?;
    let folder = snapshots(options.out)?;
    let tell = |event: Event<'_>| progress.event(event);
    let key = &key::of(options.out, &lock)?;
    let operator = &Operator::here(PROGRAM);
    let collection = as_configured(operator, &tell, key, work);
    let gathering = gather(&inputs.config, collection, &folder);
    let (dir, _) = Handle::current().block_on(gathering)?;
    work.reports(&dir);
    let done = whole(|| conclude(&inputs, &dir, options, progress));
    if let Ok((_, pack)) = &done {
        work.is_done(pack);
    }
    let (exit, pack) = finish(done, &dir)?;
    print(&pack.display().to_string())?;
    Ok(exit)
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

/// Evaluates a stored snapshot.
fn report(context: &CommandContext<'_>, from: &Path, job: &ReportArgs) -> Result<Exit, Error> {
    let CommandContext { config, progress, work } = *context;
    let inputs = read_inputs(config)?;
    let dir = &place_of(from)?;
    let options = inputs.options(job);
    let _lock = Lock::take(options.out, &inputs.config.output.dir)?;
    work.reports(dir);
    let (exit, pack) = conclude(&inputs, dir, options, progress)?;
    work.is_done(&pack);
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

/// What people wrote.
struct Inputs {
    catalogue: Catalogue,
    config: Config,
    roster: Option<Roster>,
    baseline: Option<Baseline>,
    templates: Templates,
    waivers: Option<Waivers>,
    approvals: Option<Approvals>,
    logo: Option<Logo>,
    /// What packs are signed with.
    signer: Option<Signer>,
    /// The days on which rosters were last written that say no day themselves.
    file_times: Option<InputFile>,
}

impl Inputs {
    /// Reads everything that a configuration names.
    fn read(catalogue: Catalogue, config: Config) -> Result<Self, Error> {
        let roster = roster::read(&config.rosters)?;
        let calendar = config.organization.calendar();
        let approvals =
            config.approvals.as_deref().map(|it| approvals::read(it, calendar)).transpose()?;
        let dir = config.output.templates.as_deref();
        let templates = dir.map_or_else(|| Ok(Templates::shipped()), Templates::with)?;
        let waivers = read_waivers(&catalogue, &config)?;
        let baseline = read_baseline(&config)?;
        let logo = read_logo(&config)?;
        let signer = config.signing_key.as_deref().map(Signer::read).transpose()?;
        let file_times = roster.as_ref().and_then(file_times);
        Ok(Self {
            catalogue,
            config,
            roster,
            baseline,
            templates,
            waivers,
            approvals,
            logo,
            signer,
            file_times,
        })
    }

    /// Where the command line, or else the configuration, wants the pack, and what it is compared
    /// with.
    fn options<'a>(&'a self, job: &'a ReportArgs) -> ReportOptions<'a> {
        let out = job.out.as_deref().unwrap_or(&self.config.output.dir);
        ReportOptions {
            out,
            fail_on: job.fail_on,
            previous: job.previous.as_deref(),
            pretended: None,
        }
    }
}

/// Reads everything that is written by people, before anything is collected.
fn read_inputs(path: &Path) -> Result<Inputs, Error> {
    let (catalogue, config) = configuration(path)?;
    Inputs::read(catalogue, config)
}

/// The days of the rosters that go by the time at which they were last written, which a copy does
/// not have; none where all say their days.
fn file_times(roster: &Roster) -> Option<InputFile> {
    let day = |file: &RosterFile| match file.as_of {
        Some((day, AsOfBasis::FileTime)) => Some(day.to_string()),
        _ => None,
    };
    let days: Vec<Option<String>> = roster.files.iter().map(day).collect();
    let known = days.iter().any(Option::is_some);
    known.then(|| InputFile::new("file-times.json", json::pretty(&days)))
}

/// Reads the waivers, where the configuration names some.
fn read_waivers(catalogue: &Catalogue, config: &Config) -> Result<Option<Waivers>, waivers::Error> {
    let known = KnownNames { rules: catalogue.rules(), instances: &config.names() };
    config.waivers.as_ref().map(|it| waivers::read(it, known)).transpose()
}

/// Reads the baseline, where the configuration names one.
fn read_baseline(config: &Config) -> Result<Option<Baseline>, Error> {
    let names = config.names();
    Ok(config.baseline.as_ref().map(|baseline| baseline::read(baseline, &names)).transpose()?)
}

/// Reads the logo, where the configuration names one.
fn read_logo(config: &Config) -> Result<Option<Logo>, logo::Error> {
    config.branding.logo.as_deref().map(logo::read).transpose()
}

/// Reads the rules that the organization wrote, and then the configuration, which speaks of them.
fn configuration(path: &Path) -> Result<(Catalogue, Config), Error> {
    let written = check::ConfigSource::read(path)?;
    let catalogue = Catalogue::load(written.rules_dir().as_deref())?;
    let known = config::Known { rules: &catalogue.words(), formats: &formats::words() };
    let config = written.check(&known).map_err(check::Error::from)?;
    files::made_for(config.output.readers);
    Ok((catalogue, config))
}

/// The instances of a snapshot, in the order of the configuration.
fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.instances.iter().map(|instance| instance.name.as_str()).collect()
}

/// The pack holds the snapshot; without a pack the snapshot stays where it is.
fn finish<T>(done: Result<T, Error>, snapshot: &Path) -> Result<T, Error> {
    match done {
        Ok(done) => {
            // The pack is complete, so a copy that cannot be removed does no harm.
            std::fs::remove_dir_all(snapshot).ok();
            snapshot.parent().map(std::fs::remove_dir).transpose().ok();
            Ok(done)
        }
        Err(error) => Err(error.with_snapshot(snapshot)),
    }
}

fn print(text: &str) -> Result<(), Error> {
    writeln!(std::io::stdout(), "{text}").map_err(Error::Print)
}
