//! Parse, run, and say how it ended; nothing else.

use std::error::Error as _;
use std::io::Write as _;
use std::process::ExitCode;

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
    match run::run(cli) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) => {
            tell(&error);
            ExitCode::from(error.exit().code())
        }
    }
}

/// The error with its causes, and what to do about it.
fn tell(error: &Error) {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(it) = cause {
        text += &format!("\n  because: {it}");
        cause = it.source();
    }
    if let Some(help) = error.help() {
        text += &format!("\n  help: {help}");
    }
    let lines = text.lines().map(|it| visible(it).into_owned());
    // Nobody is left to tell where standard error is closed.
    writeln!(std::io::stderr(), "{}", lines.collect::<Vec<_>>().join("\n")).ok();
}
