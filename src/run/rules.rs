//! `rules`: the catalogue as the configuration has it, one rule in full, or custom rules checked.

use std::io;
use std::path::{Path, PathBuf};

use super::{Error, Exit, configuration, print};
use crate::catalogue::Catalogue;
use crate::cli::{GlobalArgs, RulesArgs, RulesCommand, RulesFormat};
use crate::config::Config;
use crate::config::source;
use crate::custom_rules::{self, CustomRule};
use crate::explain::{self, ExplainedRule, markdown, text};
use crate::parameters::Parameters;
use crate::progress::{LogEvent, Progress};
use crate::reperform::{self, Dialect};
use crate::rules::Rule;

/// Columns of a page where the width of the terminal is unknown.
const USUAL_WIDTH: usize = 80;

/// Prints the list or the page that was asked for, or whether rules are sound.
pub(super) fn run(global: &GlobalArgs, it: &RulesArgs, progress: &Progress) -> Result<Exit, Error> {
    let text = match &it.what {
        None | Some(RulesCommand::List) => {
            list(&explained(global, &told(global, progress)?, &[])?, it.format)
        }
        Some(RulesCommand::Explain { rule }) => {
            let explained =
                explained(global, &told(global, progress)?, std::slice::from_ref(rule))?;
            explained.rules.iter().map(|entry| page(entry, it.format)).collect()
        }
        Some(RulesCommand::Sql { rules, dialect }) => sql(global, progress, rules, *dialect)?,
        Some(RulesCommand::Check { files }) => sound(files)?,
    };
    print(&text)?;
    Ok(Exit::Done)
}

/// Rules as the configuration has them; all of them, where no words name any.
fn explained(
    global: &GlobalArgs,
    (catalogue, config): &(Catalogue, Option<Config>),
    words: &[String],
) -> Result<explain::ExplainedCatalogue, Error> {
    let file = global.config.display().to_string();
    let rules = named(catalogue, words)?;
    Ok(explain::catalogue(&rules, config.as_ref().map(|it| (file.as_str(), it))))
}

/// The rules that words name, by code or name; all of them, where there are no words.
fn named(catalogue: &Catalogue, words: &[String]) -> Result<Vec<&'static Rule>, Error> {
    if words.is_empty() {
        return Ok(catalogue.rules().to_vec());
    }
    let find = |word: &String| {
        let known = catalogue.rules().iter().flat_map(|rule| [rule.name, rule.code]);
        catalogue.find(word).ok_or_else(|| Error::no_rule(word, known))
    };
    words.iter().map(find).collect()
}

/// The rules and the configuration, as [`configured`]; says so where there is no file.
fn told(global: &GlobalArgs, progress: &Progress) -> Result<(Catalogue, Option<Config>), Error> {
    let res = configured(&global.config)?;
    if res.1.is_none() {
        let file = global.config.display();
        let text = format!("There is no `{file}`: these are the defaults.\n");
        progress.say(LogEvent::DefaultsUsed, &text);
    }
    Ok(res)
}

/// The rules as SQL for an engine, by the thresholds of the configuration.
fn sql(
    global: &GlobalArgs,
    progress: &Progress,
    words: &[String],
    dialect: Dialect,
) -> Result<String, Error> {
    let (catalogue, config) = told(global, progress)?;
    let settings = config.map(|it| it.rules).unwrap_or_default();
    let mut res = vec![reperform::preface(dialect)];
    for rule in named(&catalogue, words)? {
        let parameters = Parameters::of(rule.name, &settings);
        let heading = reperform::heading(rule, parameters);
        let sql = reperform::query(rule, parameters, dialect)
            .map_err(|source| reperform::Error::NoSql { rule: rule.code, source })?;
        res.push(format!("{heading}{sql};"));
    }
    Ok(res.join("\n\n"))
}

/// The rules and the configuration; the built-in ones alone where there is no file.
fn configured(path: &Path) -> Result<(Catalogue, Option<Config>), Error> {
    match configuration(path) {
        Ok((rules, config)) => Ok((rules, Some(config))),
        Err(Error::Config(source::Error::Read { source, .. }))
            if source.kind() == io::ErrorKind::NotFound =>
        {
            Ok((Catalogue::default(), None))
        }
        Err(it) => Err(it),
    }
}

/// What the rules in `files` read, if all of them are sound.
fn sound(files: &[PathBuf]) -> Result<String, Error> {
    let catalogue = Catalogue::with(custom_rules::read(files)?)?;
    let line = |it: &CustomRule| {
        let tables: Vec<&str> = it.rule.reads.iter().map(|read| read.sql_name()).collect();
        let (code, name) = (it.rule.code, it.rule.name);
        format!("{}: {code} {name} is sound and reads {}", it.file, tables.join(", "))
    };
    Ok(catalogue.own().iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn list(catalogue: &explain::ExplainedCatalogue, format: RulesFormat) -> String {
    match format {
        RulesFormat::Table => text::list(catalogue, Progress::columns()),
        RulesFormat::Json => json(catalogue),
        RulesFormat::Markdown => markdown::list(catalogue),
    }
}

fn page(entry: &ExplainedRule, format: RulesFormat) -> String {
    match format {
        RulesFormat::Table => text::page(entry, Progress::columns().unwrap_or(USUAL_WIDTH)),
        RulesFormat::Json => json(entry),
        RulesFormat::Markdown => markdown::page(entry),
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("plain values serialise")
}
