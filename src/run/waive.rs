//! Records of waivers and manual evidence, filled in as far as a pack tells, to be completed.

pub(super) mod draft;

use std::path::{Path, PathBuf};

use self::draft::{REPORT, WaiverRequest, accepted, read};
use super::{Error, Exit, now, print, read_inputs};
use crate::catalogue::Catalogue;
use crate::cli::{AnswerArgs, WaiveArgs};
use crate::config::Config;
use crate::config::toml_text::quoted;
use crate::files;
use crate::progress::{LogEvent, Progress};
use crate::waivers::{self, KnownNames};

/// Prints a record for the findings, or appends it to the file of waivers.
pub(super) fn waive(config: &Path, args: &WaiveArgs, progress: &Progress) -> Result<Exit, Error> {
    let inputs = read_inputs(config)?;
    let pack = match &args.pack {
        Some(it) => it.clone(),
        None => newest(&inputs.config.output.dir)?,
    };
    let report = read(&pack)?;
    let accepted = accepted(&report, &args.findings, &inputs.catalogue, &pack)?;
    let day = inputs.config.organization.calendar().day(now());
    let settings = &inputs.config.rules;
    let records = accepted.iter().map(|it| it.record(day, settings, WaiverRequest::default()));
    let text = records.collect::<Vec<_>>().join("\n");
    put(&inputs.config, &inputs.catalogue, &text, args.write, progress)
}

/// Prints a record of what a person answers where a rule is not evaluable.
pub(super) fn answer(config: &Path, args: &AnswerArgs) -> Result<Exit, Error> {
    let inputs = read_inputs(config)?;
    let Some(rule) = inputs.catalogue.find(&args.rule) else {
        let known = inputs.catalogue.rules().iter().flat_map(|it| [it.name, it.code]);
        return Err(Error::no_rule(&args.rule, known));
    };
    let day = inputs.config.organization.calendar().day(now());
    let last = day.checked_add_months(chrono::Months::new(1)).unwrap_or(day);
    let text = format!(
        "# {code} {title}\n# Needed: {missing}\n\
         [[manual-evidence]]\nrule = {name}\ninstance = {instance}\n\
         answer = \"\"           # pass or fail\n\
         text = \"\"             # what was looked at, and what was seen\n\
         evidence = \"\"         # the name of the file that shows it\n\
         sha256 = \"\"           # its SHA-256, as `sha256sum` prints it\n\
         by = \"\"               # who looked: an address in the roster\n\
         at = \"\"               # when, such as {day}T09:00:00Z\n\
         valid-until = {last}  # one month on at most\n",
        code = rule.code,
        title = rule.title,
        missing = rule.missing,
        name = quoted(rule.name),
        instance = quoted(&args.instance),
    );
    print(text.trim_end())?;
    Ok(Exit::Done)
}

/// The newest pack of an output folder.
fn newest(out: &Path) -> Result<PathBuf, Error> {
    let packs = files::folders_in(out).into_iter().flat_map(|month| files::folders_in(&month));
    let newest = packs.filter(|it| it.join(REPORT).is_file()).max();
    newest.ok_or_else(|| Error::NoPack { out: out.to_owned() })
}

/// Prints the records, or appends them to the file that the configuration names.
fn put(
    config: &Config,
    catalogue: &Catalogue,
    text: &str,
    writes: bool,
    progress: &Progress,
) -> Result<Exit, Error> {
    if !writes {
        print(text.trim_end())?;
        return Ok(Exit::Done);
    }
    let Some(path) = &config.waivers else { return Err(Error::NoWaivers) };
    let unwritten = |source| Error::Init { path: path.clone(), source };
    let before = files::read(path).map_err(unwritten)?;
    let gap: &[u8] = if before.is_empty() || before.ends_with(b"\n\n") { b"" } else { b"\n" };
    let added = [gap, text.as_bytes()].concat();
    // What is appended must leave the file readable, ids that are there twice among it.
    let names = config.names();
    let known = KnownNames { rules: catalogue.rules(), instances: &names };
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    waivers::parse([&*before, &*added].concat(), &file, known).map_err(waivers::Error::from)?;
    files::append(path, &added).map_err(unwritten)?;
    let path = path.display();
    let text = format!("appended to `{path}`; it counts when its empty texts are filled");
    progress.say(LogEvent::WaiverAppended, &text);
    Ok(Exit::Done)
}
