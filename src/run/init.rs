//! The first configuration, from a few answers; nothing that is there is overwritten.

mod answers;
mod written;

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use self::answers::Answers;
use super::{Error, Exit, checkup};
use crate::catalogue::Catalogue;
use crate::cli::{CheckFormat, GlobalArgs, InitArgs};
use crate::config::{self, check, source};
use crate::files;
use crate::progress::{LogEvent, Progress};
use crate::report::formats;
use crate::roster;

/// Asks what the command line leaves open, writes the configuration and what lies beside it, and
/// ends in a check of it.
pub(super) fn run(
    global: &GlobalArgs,
    args: &InitArgs,
    progress: &Progress,
) -> Result<Exit, Error> {
    let config = &global.config;
    if config.symlink_metadata().is_ok() {
        return Err(Error::There { path: config.clone() });
    }
    let asks = !args.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let whole = std::path::absolute(config).map_err(|it| cannot_write(config, it))?;
    let dir = whole.parent().unwrap_or(&whole);
    let mut answers = Answers::of(args, asks, dir)?;
    let mut text = written::configuration(&answers);
    // What was answered is checked like what is written by hand, before anything is written.
    let file = format!("{} (not written yet)", config.display());
    let known = config::Known { rules: &Catalogue::default().words(), formats: &formats::words() };
    let sound = check::parse(&text, dir, &file, &known).map_err(source::Error::from)?;
    // What is wrong with a roster, the check at the end says.
    if let Ok(Some(roster)) = roster::read(&sound.rosters) {
        answers.roster_says_its_day = roster.files.iter().all(|it| it.as_of.is_some());
        text = written::configuration(&answers);
    }
    let beside = written::beside(&answers);
    // As the configuration was named, so that messages name the others alike.
    let folder = config.parent().unwrap_or(Path::new(""));
    let wrote = write(config, folder, &text, &beside)?;
    progress.say(LogEvent::ConfigurationWritten, &report(config, &wrote, &answers));
    checkup::run(global, CheckFormat::Table, false)?;
    Ok(Exit::Done)
}

/// Writes what is not there; the configuration last, because it names the others.
fn write(
    config: &Path,
    dir: &Path,
    text: &str,
    beside: &[(&'static str, String)],
) -> Result<Vec<PathBuf>, Error> {
    let mut res = Vec::new();
    let missing = beside.iter().map(|(name, text)| (dir.join(name), text));
    for (path, text) in missing.filter(|it| it.0.symlink_metadata().is_err()) {
        files::write(&path, text.as_bytes()).map_err(|it| cannot_write(&path, it))?;
        res.push(path);
    }
    if let Err(it) = files::write(config, text.as_bytes()) {
        // Half of a beginning is of no use to anyone.
        for path in &res {
            fs::remove_file(path).ok();
        }
        return Err(cannot_write(config, it));
    }
    res.insert(0, config.to_owned());
    Ok(res)
}

/// What was written, and what to do next.
fn report(config: &Path, wrote: &[PathBuf], answers: &Answers) -> String {
    let names: Vec<String> = wrote.iter().map(|it| format!("`{}`", it.display())).collect();
    let mut lines = vec![format!("wrote {}", names.join(", ")), String::new(), "Next:".to_owned()];
    for it in &answers.instances {
        lines.push(format!(
            "  put the API token of {} into the environment variable {}",
            it.name, it.token_env
        ));
    }
    if answers.roster.is_none() {
        lines.push(format!(
            "  fill `roster.csv`, or export one from HR, and uncomment `[roster]` in `{}`",
            config.display()
        ));
    }
    lines.push("  retool-audit check".to_owned());
    lines.push("  retool-audit run".to_owned());
    lines.push(String::new());
    lines.join("\n")
}

fn cannot_write(path: &Path, source: std::io::Error) -> Error {
    Error::Init { path: path.to_owned(), source }
}
