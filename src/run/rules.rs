//! `rules`: the catalogue as the configuration has it, or one rule in full.

use std::io;
use std::path::Path;

use super::{Error, Exit, print};
use crate::cli::{Global, Rules, RulesCommand, RulesFormat};
use crate::config::Config;
use crate::config::check;
use crate::explain::{Catalogue, catalogue, markdown, text};
use crate::progress::Progress;
use crate::rules;

/// Columns of a page where nobody says how wide the terminal is.
const USUAL_WIDTH: usize = 80;

/// Prints the list or the page that was asked for.
pub(super) fn run(global: &Global, it: &Rules, progress: &Progress) -> Result<Exit, Error> {
    let file = global.config.display().to_string();
    let config = configured(&global.config)?;
    if config.is_none() {
        progress.say(&format!("There is no `{file}`: these are the defaults.\n"));
    }
    let catalogue = catalogue(config.as_ref().map(|it| (file.as_str(), it)));
    let text = match it.what.as_ref().unwrap_or(&RulesCommand::List) {
        RulesCommand::List => list(&catalogue, it.format),
        RulesCommand::Explain { rule } => explain(&catalogue, rule, it.format)?,
    };
    print(&text)?;
    Ok(Exit::Done)
}

/// The configuration; none where there is no file.
fn configured(path: &Path) -> Result<Option<Config>, Error> {
    match check::load(path, &rules::words()) {
        Ok(it) => Ok(Some(it)),
        Err(check::Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(it) => Err(it.into()),
    }
}

fn list(catalogue: &Catalogue, format: RulesFormat) -> String {
    match format {
        RulesFormat::Table => text::list(catalogue, Progress::columns()),
        RulesFormat::Json => json(catalogue),
        RulesFormat::Markdown => markdown::list(catalogue),
    }
}

fn explain(catalogue: &Catalogue, word: &str, format: RulesFormat) -> Result<String, Error> {
    let entry = catalogue.find(word).ok_or_else(|| Error::no_rule(word))?;
    Ok(match format {
        RulesFormat::Table => text::page(entry, Progress::columns().unwrap_or(USUAL_WIDTH)),
        RulesFormat::Json => json(entry),
        RulesFormat::Markdown => markdown::page(entry),
    })
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("plain values serialise")
}
