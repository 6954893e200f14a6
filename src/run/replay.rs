//! A pack rendered again from what lies in it, and held against what it is.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use tempfile::TempDir;

use super::conclude::{MadePack, Material, Rendering, render};
use super::evaluate::{CONFIG, FILE_TIMES, LOGO, PackInputs, RESPONSES, TEMPLATES, WAIVERS};
use super::meter::Meter;
use super::review::REVIEW;
use super::{Error, Inputs, PROGRAM};
use crate::catalogue::Catalogue;
use crate::checksums::{MANIFEST, SUMS};
use crate::config::{self, Config, source};
use crate::files;
use crate::operator::Operator;
use crate::reperform;
use crate::report::formats;
use crate::review::{CampaignFiles, IN_PACKS};
use crate::snapshot::earlier::{Earlier, Search, input_path};
use crate::snapshot::store::{self, StoredSnapshot};
use crate::tables::TYPED;
use crate::verify::{Fault, fault};

/// What came of rendering a pack again.
pub(super) enum Replay {
    /// Every file is the same, or these are not.
    Compared(Vec<Fault>),
    /// Another program made it, and so would make other files.
    OtherProgram(String),
}

/// What a manifest says of how its pack was made.
#[derive(Deserialize)]
struct MadeBy {
    rendered_at: DateTime<Utc>,
    inputs: Vec<MadeFrom>,
}

#[derive(Deserialize)]
struct MadeFrom {
    what: String,
    file: String,
    sha256: String,
}

/// Renders the pack in `dir` again.
///
/// # Errors
///
/// When what lies in it cannot be read, or not evaluated.
pub(super) fn replay(dir: &Path) -> Result<Replay, Error> {
    let place = tempfile::tempdir().map_err(Error::Demo)?;
    let Restored { place, made, inputs } = Restored::of(dir, place)?;
    if let Some(why) = other_program(&made.inputs, &inputs) {
        return Ok(Replay::OtherProgram(why));
    }
    let stored = store::read_whole(&dir.join("snapshot"))?;
    let renamed = inputs.config.renamed();
    let search = search(dir, &inputs, &renamed, made.rendered_at);
    let find = |snapshot: &_| Ok(Earlier::of_excerpt(dir, &search, snapshot)?);
    let (by, meter) = (Operator::default(), &Meter::default());
    let rendering = Rendering { at: made.rendered_at, by, meter };
    let out = place.path().join("again");
    files::make_folder(&out).map_err(Error::Demo)?;
    let MadePack { pack, .. } = render(&inputs, stored, &search, find, rendering, &out)?;
    Ok(Replay::Compared(differing(dir, &pack)?))
}

/// What came of having another engine re-perform the rules of a pack.
pub(super) enum Reperformance {
    /// It finds what was reported, or it does not.
    Compared(Vec<Fault>),
    /// Why it was not done.
    NotDone(String),
}

/// Has DuckDB re-perform the rules of the pack in `dir` on its tables, by the configuration in it.
///
/// # Errors
///
/// When what lies in the pack cannot be read, or DuckDB refuses it.
pub(super) fn reperform(dir: &Path) -> Result<Reperformance, Error> {
    if !dir.join(TYPED).is_dir() {
        let why = format!("the pack has no `{TYPED}`");
        return Ok(Reperformance::NotDone(why));
    }
    let place = tempfile::tempdir().map_err(Error::Demo)?;
    let Restored { place: _place, made, inputs } = Restored::of(dir, place)?;
    if let Some(why) = other_program(&made.inputs, &inputs) {
        return Ok(Reperformance::NotDone(why));
    }
    match reperform::reperform(dir, inputs.catalogue.rules(), &inputs.config.rules) {
        Ok(differing) => {
            Ok(Reperformance::Compared(differing.into_iter().map(disagreement).collect()))
        }
        Err(it @ reperform::Error::Missing) => Ok(Reperformance::NotDone(it.to_string())),
        Err(it) => Err(it.into()),
    }
}

fn disagreement(it: reperform::Difference) -> Fault {
    let reperform::Difference { rule, instance, what, found, reported } = it;
    let why = format!("DuckDB finds {found}, and the report has {reported}");
    fault(format!("{rule} on {instance}, {what}"), why)
}

/// Hands over what a pack was made from, as it lies in it; meanwhile the inputs are laid out below
/// `place`.
///
/// # Errors
///
/// When what lies in it cannot be read, or not evaluated.
pub(super) fn with_pack<T>(
    dir: &Path,
    place: &Path,
    then: impl FnOnce(&PackInputs<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    files::make_folder(place).map_err(Error::Demo)?;
    let place = tempfile::Builder::new().prefix(".pack-").tempdir_in(place);
    let Restored { place: _place, made, inputs } = Restored::of(dir, place.map_err(Error::Demo)?)?;
    let stored = store::read_whole(&dir.join("snapshot"))?;
    let renamed = inputs.config.renamed();
    let search = search(dir, &inputs, &renamed, made.rendered_at);
    let find = |snapshot: &_| Ok(Earlier::of_excerpt(dir, &search, snapshot)?);
    let StoredSnapshot { snapshot, hashes, .. } = stored;
    let meter = &Meter::default();
    let material = Material { inputs: &inputs, hashes: &hashes, search: &search, meter };
    material.judged(snapshot, find, then)
}

/// A pack with its inputs laid out as files again.
struct Restored {
    /// Where they lie; they are gone with it.
    place: TempDir,
    made: MadeBy,
    inputs: Inputs,
}

impl Restored {
    fn of(dir: &Path, place: TempDir) -> Result<Self, Error> {
        let unreadable = |it| unread(dir, MANIFEST, it);
        let manifest = files::read_own(&dir.join(MANIFEST)).map_err(unreadable)?;
        let made = serde_json::from_slice(&manifest).map_err(|it| unreadable(it.into()))?;
        let inputs = restored(dir, place.path())?;
        Ok(Self { place, made, inputs })
    }
}

fn search<'a>(
    dir: &'a Path,
    inputs: &Inputs,
    renamed: &'a BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Search<'a> {
    let calendar = inputs.config.organization.calendar();
    Search { root: dir, chosen: false, calendar, renamed, now, fetched: None }
}

/// Why the pack was made by another program; none where this one made it.
fn other_program(made_from: &[MadeFrom], inputs: &Inputs) -> Option<String> {
    let ours = [
        ("rule catalogue", inputs.catalogue.fingerprint()),
        ("templates", inputs.templates.fingerprint()),
    ];
    ours.into_iter().find_map(|(what, sha256)| {
        let theirs = made_from.iter().find(|it| it.what == what)?;
        let differs = theirs.sha256 != sha256 || theirs.file != PROGRAM;
        let program = &theirs.file;
        let why =
            format!("{program} made it with another {what} than this program ({PROGRAM}) has");
        differs.then_some(why)
    })
}

/// The files that are not the same in both packs, by their checksums.
fn differing(dir: &Path, again: &Path) -> Result<Vec<Fault>, Error> {
    let sums = |dir: &Path| -> Result<BTreeMap<String, String>, Error> {
        let text = files::read_own_text(&dir.join(SUMS)).map_err(|it| unread(dir, SUMS, it))?;
        let lines = text.lines().filter_map(|line| line.split_once("  "));
        Ok(lines.map(|(sum, path)| (path.to_owned(), sum.to_owned())).collect())
    };
    let (then, now) = (sums(dir)?, sums(again)?);
    let lacking = now.keys().filter(|path| !then.contains_key(*path));
    let lacking =
        lacking.map(|path| fault(path.as_str(), "rendered again, it is there; the pack lacks it"));
    let differs = then.iter().filter_map(|(path, sum)| match now.get(path) {
        Some(again) if again == sum => None,
        Some(_) => Some(fault(path.as_str(), "rendered again, it is another one")),
        None => Some(fault(path.as_str(), "rendered again, it is not there")),
    });
    Ok(differs.chain(lacking).collect())
}

/// What people wrote, as it lies in a pack: laid out below `place` under the names that it had.
fn restored(dir: &Path, place: &Path) -> Result<Inputs, Error> {
    let written = source::ConfigSource::read(&dir.join(CONFIG))?;
    let rules = dir.join("inputs/rules");
    let catalogue = Catalogue::load(Some(&*rules).filter(|it| it.is_dir()))?;
    let known = config::Known { rules: &catalogue.words(), formats: &formats::words() };
    let mut config = written.check(&known).map_err(source::Error::from)?;
    let layout = InputLayout { dir, place };
    layout.place_all(&mut config).map_err(|it| unread(dir, "inputs", it))?;
    let templates = dir.join(TEMPLATES.trim_end_matches('/'));
    // The key is not among the inputs, and nothing is signed here.
    config.signing = config::Signing::default();
    config.output.templates = Some(templates).filter(|it| it.is_dir());
    Inputs::read(catalogue, config)
}

/// Where the inputs of a pack lie, and where they are laid out.
struct InputLayout<'a> {
    dir: &'a Path,
    place: &'a Path,
}

impl InputLayout<'_> {
    /// Lays out every file that the configuration names, and has it name those.
    fn place_all(&self, config: &mut Config) -> io::Result<()> {
        let calendar = config.organization.calendar();
        let times = self.dir.join(FILE_TIMES);
        let times: Vec<Option<NaiveDate>> = match files::read_own(&times) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(_) => Vec::new(),
        };
        let mut n_tables = 0;
        for (at, roster) in config.rosters.iter_mut().enumerate() {
            self.table("roster", at, &mut roster.path)?;
            if let Some(day) = times.get(at).copied().flatten() {
                let noon = calendar.start(day) + TimeDelta::hours(12);
                files::set_written(&roster.path, noon)?;
            }
            if let Some(aliases) = &mut roster.alias_table {
                self.table("aliases", n_tables, aliases)?;
                n_tables += 1;
            }
        }
        if let Some(path) = &mut config.baseline {
            self.table("baseline", 0, path)?;
        }
        if let Some(path) = &mut config.approvals {
            self.table("approvals", 0, path)?;
        }
        if let Some(path) = &mut config.waivers {
            self.lay("waivers", WAIVERS, path)?;
        }
        if let Some(path) = &mut config.responses {
            self.lay("responses", RESPONSES, path)?;
        }
        if let Some(path) = &mut config.branding.logo {
            self.lay("logo", LOGO, path)?;
        }
        self.lay_reviews(config)
    }

    /// Lays out the campaigns where an output folder has them, and has the configuration name that.
    fn lay_reviews(&self, config: &mut Config) -> io::Result<()> {
        config.output.dir = self.place.join("out");
        let root = self.dir.join(IN_PACKS);
        for folder in files::folders_in(&root) {
            let name = folder.file_name().unwrap_or(folder.as_os_str());
            let to = config.output.dir.join(REVIEW).join(name);
            files::make_folder(&to)?;
            let campaign = CampaignFiles::read(&folder).map_err(io::Error::other)?;
            for file in campaign.iter() {
                files::write(&to.join(&file.name), &file.bytes)?;
            }
        }
        Ok(())
    }

    /// A table, which has either ending in the pack.
    fn table(&self, kind: &str, at: usize, path: &mut PathBuf) -> io::Result<()> {
        let named = ["csv", "xlsx"].map(|ending| input_path(kind, at, ending));
        let there = named.iter().find(|it| self.dir.join(it).is_file()).unwrap_or(&named[0]);
        self.lay(&format!("{kind}-{at}"), there, path)
    }

    /// Copies a file of the pack to a folder of its own, under the name that it had.
    fn lay(&self, folder: &str, from: &str, path: &mut PathBuf) -> io::Result<()> {
        let folder = self.place.join(folder);
        let bytes = files::read_own(&self.dir.join(from))?;
        files::make_folder(&folder)?;
        *path = folder.join(path.file_name().unwrap_or(path.as_os_str()));
        files::write(path, &bytes)
    }
}

fn unread(dir: &Path, name: &str, source: io::Error) -> Error {
    crate::pack::Error::Io { deed: "read", path: dir.join(name), source }.into()
}
