//! Messages on standard error during work; results go to standard output.
//!
//! Bars on a terminal, plain lines elsewhere, structured logs where the command line asks for them,
//! and nothing at all when it asks for quiet.

mod bars;
mod event;

use std::io::{IsTerminal as _, Write as _};

use console::Term;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::bars::Bars;
pub use self::event::{EVENTS, EventEntry, LogEvent};
use crate::cli::{ColorChoice, GlobalArgs, LogFormat};
use crate::collect::{Event, News};
use crate::report::text::visible;
use crate::snapshot::State;
use crate::snapshot::ledger::{EndpointNeed, ReadOutcome};

/// Where progress goes, and how much of it.
#[derive(Debug)]
pub struct Progress {
    volume: Volume,
    color: bool,
    manner: ProgressStyle,
}

/// Columns of a terminal that does not state its own.
const USUAL_COLUMNS: usize = 80;

/// Where news go on below their first line.
const INDENT: usize = 14;

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Volume {
    Quiet,
    Normal,
    Verbose,
}

/// In what form.
#[derive(Debug)]
enum ProgressStyle {
    Lines,
    Bars(Bars),
    Logs,
}

impl Progress {
    /// As the command line wants it; logs, where asked for, go to standard error from now on.
    pub fn new(global: &GlobalArgs) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
        let terminal = std::io::stderr().is_terminal();
        let volume = match (global.quiet, global.verbose) {
            (true, _) => Volume::Quiet,
            (false, false) => Volume::Normal,
            (false, true) => Volume::Verbose,
        };
        let color = match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && !no_color,
        };
        let manner = match global.log_format {
            Some(format) => {
                log_to_stderr(format, color);
                ProgressStyle::Logs
            }
            None if terminal && volume == Volume::Normal => ProgressStyle::Bars(Bars::new(color)),
            None => ProgressStyle::Lines,
        };
        Self { volume, color, manner }
    }

    /// Reports what happens while instances are read.
    pub fn event(&self, event: Event<'_>) {
        if self.volume == Volume::Quiet {
            return;
        }
        match &self.manner {
            ProgressStyle::Bars(bars) => bars.event(event),
            ProgressStyle::Logs => log(event),
            ProgressStyle::Lines => {
                if is_notable(event.news) || self.volume == Volume::Verbose {
                    let instance = format!("{:<12}", visible(event.instance));
                    let text = format!("{instance}  {}", words(event.news));
                    let text = Self::fit(&text, Self::message_columns(), INDENT);
                    self.line(&text.replacen(&instance, &self.bold(&instance), 1));
                }
            }
        }
    }

    /// Prints a message in lines of its own.
    pub fn say(&self, event: LogEvent, text: &str) {
        match &self.manner {
            ProgressStyle::Logs if self.volume > Volume::Quiet => record(event, text),
            ProgressStyle::Logs => {}
            ProgressStyle::Lines | ProgressStyle::Bars(_) => self.line(text),
        }
    }

    /// Columns of the terminal that standard output goes to; none where it goes elsewhere.
    pub fn columns() -> Option<usize> {
        columns_of(&Term::stdout())
    }

    /// `text` in lines of at most `width` columns, where that is given; further lines are indented
    /// by `indent`.
    pub fn fit(text: &str, width: Option<usize>, indent: usize) -> String {
        let Some(width) = width else { return text.to_owned() };
        let blanks = " ".repeat(indent);
        let options = textwrap::Options::new(width).subsequent_indent(&blanks);
        textwrap::fill(text, options)
    }

    /// Columns of the terminal that messages go to; none where they go elsewhere.
    pub fn message_columns() -> Option<usize> {
        columns_of(&Term::stderr())
    }

    /// Prints what must be known however little is wanted, and what else was said has told already.
    pub fn insist(&self, event: LogEvent, text: &str) {
        match &self.manner {
            ProgressStyle::Logs => record(event, text),
            _ if self.volume == Volume::Quiet => drop(writeln!(std::io::stderr(), "{text}")),
            _ => {}
        }
    }

    /// Prints what must be known however little is wanted.
    pub fn warn(&self, event: LogEvent, text: &str) {
        match &self.manner {
            ProgressStyle::Logs => record(event, text),
            _ => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }

    /// `text` in bold where there is colour.
    pub fn bold(&self, text: &str) -> String {
        if self.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn line(&self, text: &str) {
        if self.volume > Volume::Quiet {
            // Where standard error is closed, nothing is left to report to.
            writeln!(std::io::stderr(), "{text}").ok();
        }
    }
}

/// Columns of a terminal; what the environment states comes first.
fn columns_of(terminal: &Term) -> Option<usize> {
    let stated = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    let own = || terminal.size_checked().map(|(_, columns)| usize::from(columns));
    let usual = || terminal.is_term().then_some(USUAL_COLUMNS);
    stated.or_else(own).or_else(usual).filter(|it| *it > 0)
}

/// Whether news are worth a line of their own: neither every answer, nor that an instance does not
/// offer what is only read where it is offered.
fn is_notable(news: News<'_>) -> bool {
    match news {
        News::Page { .. } => false,
        News::Gap { endpoint, outcome, .. } => {
            let extra = matches!(endpoint.need(), EndpointNeed::Extra | EndpointNeed::Provenance);
            let absent = [ReadOutcome::Plan, ReadOutcome::Version, ReadOutcome::NotConfigured];
            !(extra && absent.contains(&outcome))
        }
        News::Started
        | News::Cost { .. }
        | News::Doubt { .. }
        | News::GaveUp { .. }
        | News::Done(_) => true,
    }
}

/// News in words that follow the instance's name.
fn words(news: News<'_>) -> String {
    match news {
        News::Started => "reading".to_owned(),
        News::Page { endpoint, rows, .. } => format!("{}: {rows} records", endpoint.name()),
        News::Cost { endpoint, calls, least } => {
            let minutes = least.as_secs().div_ceil(60);
            let time = if minutes == 0 { String::new() } else { format!(", about {minutes} min") };
            format!("{}: {calls} calls{time}", endpoint.name())
        }
        News::Gap { endpoint, outcome, reason } => {
            let reason = visible(reason);
            format!("{} not read ({}): {reason}", endpoint.name(), outcome.word())
        }
        News::Doubt { endpoint, reason } => {
            format!("{} is doubtful: {}", endpoint.name(), visible(reason))
        }
        News::GaveUp { reason, .. } => format!("not asked: {}", visible(reason)),
        News::Done(State::Complete) => "read: all that it offers".to_owned(),
        News::Done(State::Partial) => "read: not all of it came whole".to_owned(),
        News::Done(State::Failed) => "failed: its users or groups did not come whole".to_owned(),
    }
}

/// A message as a structured record.
fn record(event: LogEvent, text: &str) {
    let EventEntry { name: event, warns, .. } = *event.entry();
    let text = text.trim();
    if warns {
        tracing::warn!(event, "{text}");
    } else {
        tracing::info!(event, "{text}");
    }
}

/// News as a structured record.
fn log(event: Event<'_>) {
    let Event { instance, news } = event;
    let event = event_of(news).name();
    match news {
        News::Started => tracing::info!(event, instance, "reading"),
        News::Page { endpoint, pages, rows } => {
            tracing::info!(event, instance, endpoint = endpoint.name(), pages, rows, "answer");
        }
        News::Cost { endpoint, calls, least } => {
            let (endpoint, seconds) = (endpoint.name(), least.as_secs());
            tracing::info!(event, instance, endpoint, calls, seconds, "calls to make");
        }
        News::Gap { endpoint, outcome, reason } => {
            let (endpoint, outcome) = (endpoint.name(), outcome.word());
            tracing::warn!(event, instance, endpoint, outcome, reason, "not read");
        }
        News::Doubt { endpoint, reason } => {
            tracing::warn!(event, instance, endpoint = endpoint.name(), reason, "doubtful");
        }
        News::GaveUp { reason, .. } => tracing::warn!(event, instance, reason, "not asked"),
        News::Done(state) => tracing::info!(event, instance, state = state.word(), "read"),
    }
}

/// What news tell of.
fn event_of(news: News<'_>) -> LogEvent {
    match news {
        News::Started => LogEvent::InstanceStarted,
        News::Page { .. } => LogEvent::AnswerReceived,
        News::Cost { .. } => LogEvent::CallsPlanned,
        News::Gap { .. } => LogEvent::ListNotRead,
        News::Doubt { .. } => LogEvent::ListDoubtful,
        News::GaveUp { .. } => LogEvent::InstanceNotAsked,
        News::Done(_) => LogEvent::InstanceRead,
    }
}

/// Sends this program's own records to standard error; libraries have no say.
fn log_to_stderr(format: LogFormat, color: bool) {
    let own = tracing_subscriber::filter::Targets::new()
        .with_target(env!("CARGO_CRATE_NAME"), tracing::Level::INFO);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(color);
    let registry = tracing_subscriber::registry().with(own);
    // A second subscriber in one process changes nothing, which is as it should be.
    match format {
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init().ok(),
        LogFormat::Text => registry.with(layer).try_init().ok(),
    };
}
