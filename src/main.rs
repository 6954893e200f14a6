//! Parse, run, and say how it ended; nothing else.

use std::error::Error as _;
use std::io::Write as _;
use std::process::ExitCode;

use retool_audit::progress::{LogEvent, Progress};
use retool_audit::report::text::visible;
use retool_audit::run::{Error, Exit};
use retool_audit::{cli, run};

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(answer) => {
            // Help goes to standard output, complaints to standard error; where neither can be
            // written, the exit code is all there is.
            answer.print().ok();
            let code = if answer.use_stderr() { Exit::Usage } else { Exit::Done };
            return ExitCode::from(code.code());
        }
    };
    let json = cli.global.log_format == Some(cli::LogFormat::Json);
    match run::run(cli) {
        Ok(exit) => ExitCode::from(exit.code()),
        // Whoever read the output has seen enough.
        Err(error) if error.is_broken_pipe() => ExitCode::from(Exit::Done.code()),
        Err(error) => {
            tell(&error, json);
            ExitCode::from(error.exit().code())
        }
    }
}

/// The error with its causes, and what to do about it.
fn tell(error: &Error, json: bool) {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(it) = cause {
        causes.push(it.to_string());
        cause = it.source();
    }
    let help = error.help();
    let text = if json {
        let (event, error) = (LogEvent::CommandFailed.name(), error.to_string());
        serde_json::json!({
            "level": "ERROR", "event": event, "error": error, "causes": causes, "help": help,
        })
        .to_string()
    } else {
        let mut lines = vec![format!("error: {error}")];
        lines.extend(causes.iter().map(|caus| format!("  because: {caus}")));
        lines.extend(help.iter().map(|it| format!("  help: {it}")));
        let text = lines.join("\n");
        let width = Progress::message_columns();
        let fit = |line: &str| match visible(line) {
            // A line of a file stands as it is.
            it if it.contains(" | ") => it.into_owned(),
            it => Progress::fit(&it, width, 4),
        };
        text.lines().map(fit).collect::<Vec<_>>().join("\n")
    };
    // Where standard error is closed, nothing is left to report to.
    writeln!(std::io::stderr(), "{text}").ok();
}
