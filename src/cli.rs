//! The command line: the only file that knows clap.

mod help;
mod lake;
mod packs;
mod prune;
mod review;
mod rules;
mod run;
mod sample;
mod status;
mod store;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
pub use clap_complete::Shell;

pub use self::lake::{LakeArgs, LakeCommand};
pub use self::packs::{SignArgs, VerifyArgs};
pub use self::prune::PruneArgs;
pub use self::review::{
    ReviewCommand, ReviewImportArgs, ReviewOpenArgs, ReviewPlanArgs, ReviewSignArgs,
    ReviewStatusArgs,
};
pub use self::rules::{RulesArgs, RulesCommand, RulesFormat};
pub use self::run::RunArgs;
pub use self::sample::SampleArgs;
pub use self::status::{StatusArgs, StatusFormat};
pub use self::store::{StoreArgs, StoreCommand};

use crate::calendar::Month;
use crate::rules::Severity;

/// Monthly access-review evidence for Retool.
///
/// Collects users, licences and groups from every configured Retool instance, puts some questions
/// to them that auditors ask, and leaves an evidence pack: CSV, HTML, PDF, JSON and checksums.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    max_term_width = 100,
    disable_help_subcommand = true,
    disable_help_flag = true,
    after_help = help::WHOLE
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "With every command")]
pub struct GlobalArgs {
    /// The configuration.
    #[arg(long, global = true, value_name = "FILE", default_value = "retool-audit.toml")]
    pub config: PathBuf,
    /// Print results and errors only.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print every answer that comes.
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// When to use colour on standard error.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Write a log to standard error instead of progress.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Print help.
    #[arg(long, short, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first configuration from a few answers, and check it.
    #[command(after_help = help::INIT)]
    Init(InitArgs),
    /// Collect, evaluate and report: the monthly job.
    #[command(after_help = help::RUN)]
    Run(RunArgs),
    /// Do the same on sample data, through a local stand-in for Retool's API; needs nothing.
    #[command(after_help = help::DEMO)]
    Demo(DemoArgs),
    /// Collect only; rules about what must be there are judged by `report`.
    #[command(after_help = help::SNAPSHOT)]
    Snapshot {
        /// The folder that the snapshot goes into [default: snapshots in the configuration's output
        /// dir].
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Try the configuration, every token and every scope; change nothing.
    #[command(after_help = help::CHECK)]
    Check {
        /// In what form.
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: CheckFormat,
        /// Try whoever is told of packs, too: messages get a test, tickets are looked for.
        #[arg(long)]
        notify: bool,
    },
    /// Make a snapshot from saved API responses or CSV, where the plan has no API.
    #[command(after_help = help::IMPORT)]
    Import(ImportArgs),
    /// Evaluate a snapshot and write a pack; needs no network.
    #[command(after_help = help::REPORT)]
    Report {
        /// A snapshot, or a pack that holds one.
        snapshot: PathBuf,
        /// Where to, and when to fail.
        #[command(flatten)]
        job: ReportArgs,
        /// Send the notices that the configuration names, as `run` does.
        #[arg(long)]
        notify: bool,
    },
    /// Hold packs against themselves and each other; needs no network and no configuration.
    #[command(after_help = help::VERIFY)]
    Verify(VerifyArgs),
    /// Say what changed between two snapshots: accounts, rights, settings, tokens, memberships.
    #[command(after_help = help::DIFF)]
    Diff(DiffArgs),
    /// Say which months are covered by packs, and how well.
    #[command(after_help = help::COVERAGE)]
    Coverage(CoverageArgs),
    /// Say how things stand: the newest pack, what is due next, and what is overdue.
    #[command(after_help = help::STATUS)]
    Status(StatusArgs),
    /// Draw a sample for an auditor, with all that packs say of each unit.
    #[command(after_help = help::SAMPLE)]
    Sample(SampleArgs),
    /// Keep the tables of many packs in one folder of Parquet, for engines that read them together.
    #[command(disable_help_subcommand = true, after_help = help::LAKE)]
    Lake(LakeArgs),
    /// Put packs into the store that the configuration names.
    #[command(disable_help_subcommand = true, after_help = help::STORE)]
    Store(StoreArgs),
    /// Remove evidence that is older than it is kept, and write down what was removed.
    #[command(after_help = help::PRUNE)]
    Prune(PruneArgs),
    /// Sign packs with an SSH key; `ssh-keygen -Y verify` and `verify` check the signature.
    #[command(after_help = help::SIGN)]
    Sign(SignArgs),
    /// Have people decide about each entitlement, take their decisions back, and sign.
    #[command(subcommand, disable_help_subcommand = true, after_help = help::REVIEW)]
    Review(ReviewCommand),
    /// Print the record that would waive findings, to be completed and approved.
    #[command(after_help = help::WAIVE)]
    Waive(WaiveArgs),
    /// Print the record of what a person found where a rule is not evaluable, to be completed.
    #[command(after_help = help::ANSWER)]
    Answer(AnswerArgs),
    /// List the rules, explain one, or check rules of your own.
    #[command(after_help = help::RULES)]
    Rules(RulesArgs),
    /// Write the report's templates, to be changed and named in the configuration.
    #[command(after_help = help::TEMPLATES)]
    Templates {
        /// What to do with them.
        #[command(subcommand)]
        verb: TemplatesVerb,
    },
    /// Print the completions of a shell, or the manual page.
    #[command(after_help = help::MANUAL)]
    Manual {
        /// The shell; without it, the manual page.
        shell: Option<Shell>,
    },
}

impl Command {
    /// How long it may take; none where nobody says.
    pub fn deadline(&self) -> Option<Duration> {
        match self {
            Self::Run(args) => args.deadline,
            _ => None,
        }
    }
}

/// What can be done with templates.
#[derive(Debug, Subcommand)]
pub enum TemplatesVerb {
    /// Write every template that the program carries, with the list of what they may name.
    Export {
        /// The folder that they go into.
        #[arg(value_name = "DIR", default_value = "templates")]
        dir: PathBuf,
    },
}

/// Values by their words.
fn by_word<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|it| word(*it))).map(move |chosen| {
        let found = all.iter().find(|it| word(**it) == chosen);
        *found.expect("one of the possible values")
    })
}

/// The form of what a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// To read on a terminal.
    Table,
    /// For programs.
    Json,
}

/// Where a pack goes, what it is compared with, and when the program fails.
#[derive(Debug, Default, Args)]
pub struct ReportArgs {
    /// The folder that the pack goes into [default: the configuration's output dir].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Compare with this snapshot or pack, or with those in this folder [default: those in the
    /// folder of packs].
    #[arg(long, value_name = "PATH")]
    pub previous: Option<PathBuf>,
    /// Exit with 1 if there are exceptions of this severity or worse.
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
}

/// What a first configuration says; on a terminal, what is left out is asked.
#[derive(Debug, Default, Args)]
pub struct InitArgs {
    /// Whose access is reviewed, as it stands on the report.
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
    /// A mail domain of the organization's own people; may be repeated.
    #[arg(long = "domain", value_name = "DOMAIN")]
    pub domains: Vec<String>,
    /// The organization's time zone, such as Europe/Berlin [default: this machine's].
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// An instance and its address, such as `cloud=https://acme.retool.com`; may be repeated.
    #[arg(long = "instance", value_name = "NAME=URL", value_parser = pair)]
    pub instances: Vec<(String, String)>,
    /// The environment variable that holds an instance's token [default: `RETOOL_NAME_TOKEN`].
    #[arg(long, value_name = "NAME=VARIABLE", value_parser = pair)]
    pub token_env: Vec<(String, String)>,
    /// Who answers for an instance's findings.
    #[arg(long, value_name = "NAME=WHO", value_parser = pair)]
    pub owner: Vec<(String, String)>,
    /// The people who should have access: an export from HR or the identity provider.
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// The folder that packs go into [default: evidence].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Ask nothing.
    #[arg(long, short)]
    pub yes: bool,
}

/// What `diff` compares.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier snapshot, or a pack that holds one, which may be in a store.
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,
    /// The later one.
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,
    /// In what form; as CSV, the changes alone.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: DiffFormat,
    /// Exit with 1 where anything changed.
    #[arg(long)]
    pub exit_code: bool,
}

/// The form of what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// To read on a terminal.
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// Which months `coverage` tells of.
#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// The first month, 2026-01 [default: that of `[audit] window`, or of the oldest pack].
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub from: Option<Month>,
    /// The last month [default: that of `[audit] window`, or the one that lasts].
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub to: Option<Month>,
    /// The folder of packs, or a store such as `s3://BUCKET/PREFIX` [default: the folder of the
    /// configuration].
    #[arg(long, value_name = "PLACE")]
    pub out: Option<PathBuf>,
    /// In what form.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: CheckFormat,
}

/// Which findings are waived.
#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// Ids of findings, such as F-e1ba0755fdfb.
    #[arg(required = true, value_name = "FINDING")]
    pub findings: Vec<String>,
    /// The pack that has them [default: the newest in the configuration's output dir].
    #[arg(long, value_name = "PACK")]
    pub pack: Option<PathBuf>,
    /// Append the record to the configuration's file of waivers.
    #[arg(long)]
    pub write: bool,
}

/// What a person answers.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// A rule's code or name.
    pub rule: String,
    /// The instance that the rule is not evaluable on; `all` for an organization-wide rule.
    pub instance: String,
}

/// What is imported, and where to.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A folder that holds a folder of files for each instance.
    pub dir: PathBuf,
    /// When the files were taken from Retool.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub collected_at: DateTime<Utc>,
    /// The folder that the snapshot goes into [default: snapshots in the configuration's output
    /// dir].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// How the demonstration runs.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder that the pack goes into.
    #[arg(long, value_name = "DIR", default_value = "demo-evidence")]
    pub out: PathBuf,
    /// Show a company in which nearly every rule has an exception.
    #[arg(long)]
    pub every_rule: bool,
    /// Pretend that this is now: the sample's times move with it.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub as_of: Option<DateTime<Utc>>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a log looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One line a record, with its time.
    Text,
    /// One JSON object a line.
    Json,
}

impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}

/// What was asked for, or the text and exit code of an answer that needs no work.
///
/// # Errors
///
/// Fails on `--help`, `--version` and wrong usage.
pub fn parse(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(arguments)
}

/// The completions of a shell, or else the manual page.
///
/// # Errors
///
/// When the sink does not take it.
pub fn manual(shell: Option<Shell>, sink: &mut dyn Write) -> io::Result<()> {
    let mut command = Cli::command();
    match shell {
        Some(it) => {
            let name = command.get_name().to_owned();
            clap_complete::generate(it, &mut command, name, &mut &mut *sink);
            Ok(())
        }
        None => clap_mangen::Man::new(command).render(sink),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    let whole = parts.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let pair = whole.map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "expected a name, `=` and a value".to_owned())
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "expected a month such as 2026-11".to_owned())
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let parsed = DateTime::parse_from_rfc3339(text);
    let help = "expected a time such as 2026-11-02T06:00:00Z";
    parsed.map(|it| it.to_utc()).map_err(|_| help.to_owned())
}
