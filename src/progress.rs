//! What the program says on standard error while it works; results go to standard output.

use std::io::{IsTerminal as _, Write as _};

use crate::cli::{Color, Global, LogFormat};
use crate::collect::{Event, News};
use crate::report::text::visible;

/// Where progress goes, and how much of it.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    volume: Volume,
    format: LogFormat,
    color: bool,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Volume {
    Quiet,
    Normal,
    Verbose,
}

impl Progress {
    /// As the command line wants it.
    pub fn new(global: &Global) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
        Self {
            volume: match (global.quiet, global.verbose) {
                (true, _) => Volume::Quiet,
                (false, false) => Volume::Normal,
                (false, true) => Volume::Verbose,
            },
            format: global.log_format,
            color: match global.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => std::io::stderr().is_terminal() && !no_color,
            },
        }
    }

    /// Tells what happens while instances are read.
    pub fn event(self, event: Event<'_>) {
        let Some(news) = self.words(event.news) else { return };
        if self.format == LogFormat::Json {
            let line = serde_json::json!({ "instance": event.instance, "news": news });
            return self.line(&line.to_string());
        }
        let instance = visible(event.instance);
        self.line(&format!("{}  {}", self.paint("1", &format!("{instance:<12}")), visible(&news)));
    }

    /// Tells something in lines of its own.
    pub fn say(self, text: &str) {
        if self.format == LogFormat::Json {
            self.line(&serde_json::json!({ "summary": text }).to_string());
        } else {
            self.line(text);
        }
    }

    /// `text` in bold where there is colour.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn words(self, news: News<'_>) -> Option<String> {
        Some(match news {
            News::Started => "reading".to_owned(),
            News::Page { .. } if self.volume < Volume::Verbose => return None,
            News::Page { endpoint, pages, rows } => {
                format!("{}: {rows} records in {pages} answers", endpoint.name())
            }
            News::Gap { endpoint, outcome, reason } => {
                format!("{} not read ({}): {reason}", endpoint.name(), outcome.word())
            }
            News::Done(state) => state.word().to_owned(),
        })
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn line(self, text: &str) {
        if self.volume > Volume::Quiet {
            // Nobody is left to tell where standard error is closed.
            writeln!(std::io::stderr(), "{text}").ok();
        }
    }
}
