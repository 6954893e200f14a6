//! The demonstration: the monthly job on the sample company, with nothing but this program.
//!
//! A stand-in for Retool's API serves the sample on loopback, moved in time so that every account
//! keeps its age, and the real client collects from it.

mod earlier;
mod reviews;
mod samples;

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::runtime::Handle;

use self::reviews::ReviewScene;
use self::samples::{COMPANY, EVERY_RULE, Sample};
use super::conclude::{Pretence, ReportOptions, conclude, make};
use super::gather::{CollectionOptions, gather};
use super::lock::Lock;
use super::meter::Meter;
use super::review::{REVIEW, ReviewError};
use super::work::Work;
use super::{Error, Exit, Inputs, PROGRAM, now, print, read_inputs};
use crate::calendar::ImplausibleTime;
use crate::calendar::stamps::stamp;
use crate::cli::DemoArgs;
use crate::collect::Event;
use crate::config::{Config, Instance, SecretSource};
use crate::files;
use crate::operator::Operator;
use crate::pack;
use crate::progress::{LogEvent, Progress};
use crate::review::{CampaignFiles, OpenedCampaign};
use crate::snapshot::seal::SealKey;
use crate::stand_in::StandIn;

/// The moment for which the sample was written.
const WRITTEN_FOR: &str = "2026-11-02T06:00:00Z";

/// Audits the sample company.
///
/// The exit code says whether the demonstration worked: that the sample's evidence is incomplete
/// is part of what it shows.
pub(super) fn run(demo: &DemoArgs, progress: &Progress, work: &Work) -> Result<Exit, Error> {
    let as_of = demo.as_of.unwrap_or_else(now);
    let written_for: DateTime<Utc> = WRITTEN_FOR.parse().expect("a time");
    let first = earlier::STATES.iter().map(|it| it.days).max().unwrap_or_default();
    if let Some(why) = ImplausibleTime::of(as_of - TimeDelta::days(first), as_of) {
        return Err(Error::Untimely { option: "--as-of", at: stamp(as_of), why });
    }
    let shift = as_of - written_for;
    let sample = if demo.every_rule { &EVERY_RULE } else { &COMPANY };
    let _lock = Lock::take(&demo.out, &demo.out)?;
    let place = place(&demo.out, as_of).map_err(Error::Demo)?;
    lay_out(sample, place.path(), shift).map_err(Error::Demo)?;
    earlier::lay_out(sample, place.path(), shift).map_err(Error::Demo)?;
    let mut inputs = sample_inputs(place.path(), place.path())?;
    let previous = demo.out.join("earlier").join(pack::compact(&stamp(as_of)));
    let pretence = Pretence { now: as_of, operator: operator() };
    let root = previous.join(REVIEW);
    let reviewed = ReviewScene { sample, config: &inputs.config, root: &root, as_of };
    for state in earlier::STATES {
        let then = as_of - TimeDelta::days(state.days);
        let answers = &place.path().join(state.folder);
        let scene = DemoScenario { answers, shift, clock: &|| then, work };
        scene.report(&answers.join(earlier::INPUTS), place.path(), &previous)?;
        if let Some(pack) = scene.pack(&previous) {
            reviewed.hold(state.days, &pack)?;
        }
    }
    inputs.reviews = reviews_in(&previous)?;
    let clock = || demo.as_of.unwrap_or_else(now);
    let answers = &place.path().join("instances");
    let scene = DemoScenario { answers, shift, clock: &clock, work };
    let tell = |event: Event<'_>| progress.event(event);
    let dir = scene.gather(&inputs.config, &place.path().join("snapshots"), &tell)?;
    let (previous, pretended) = (Some(&*previous), Some(&pretence));
    let meter = &Meter::default();
    let options =
        ReportOptions { out: &demo.out, fail_on: None, previous, pretended, meter, store: None };
    work.reports(&dir);
    let (exit, pack) = conclude(&inputs, &dir, options, progress)?.end()?;
    work.is_done(&pack);
    if exit != Exit::Done {
        let code = exit.code();
        let text = format!("The sample is made to show this: `run` would exit with {code}.\n");
        progress.say(LogEvent::DemoExit, &text);
    }
    print(&pack.display().to_string())?;
    Ok(Exit::Done)
}

/// The sample's own configuration.
const CONFIG: &str = "retool-audit.toml";

/// What people wrote in the sample below `dir`, with the tokens that lie in `place`.
fn sample_inputs(dir: &Path, place: &Path) -> Result<Inputs, Error> {
    let mut res = read_inputs(&dir.join(CONFIG))?;
    for it in &mut res.config.instances {
        it.token = SecretSource::File(place.join(token_file(&it.name)));
        it.requests_per_minute = 0;
    }
    Ok(res)
}

/// The reviews that were held beside the packs of a folder.
fn reviews_in(out: &Path) -> Result<Vec<(OpenedCampaign, CampaignFiles)>, Error> {
    Ok(OpenedCampaign::all_with_files(&out.join(REVIEW)).map_err(ReviewError::from)?)
}

/// Who is said to run the demonstration: the same files come out on every machine.
fn operator() -> Operator {
    Operator {
        program: PROGRAM.to_owned(),
        account: "demonstration".to_owned(),
        host: "demo.example".to_owned(),
        job: None,
    }
}

/// A folder beside the results that goes when the demonstration ends; one that was interrupted
/// leaves what the next one sweeps.
fn place(out: &Path, as_of: DateTime<Utc>) -> io::Result<TempDir> {
    let prefix = format!(".{}-demo-", pack::compact(&stamp(as_of)));
    tempfile::Builder::new().prefix(&prefix).suffix(".unfinished").tempdir_in(out)
}

/// The demonstration's key: nothing in the sample is a secret, and the same files come out each
/// time.
const KEY: [u8; 32] = *b"the sample has no secret to keep";

/// What the stand-in answers, and when it is asked.
struct DemoScenario<'a> {
    answers: &'a Path,
    shift: TimeDelta,
    clock: &'a dyn Fn() -> DateTime<Utc>,
    work: &'a Work,
}

impl DemoScenario<'_> {
    /// Makes the pack of an earlier month below `out`, unless it is there.
    fn report(&self, inputs: &Path, place: &Path, out: &Path) -> Result<(), Error> {
        if self.pack(out).is_some() {
            return Ok(());
        }
        let mut inputs = sample_inputs(inputs, place)?;
        inputs.reviews = reviews_in(out)?;
        let dir = self.gather(&inputs.config, &place.join("collected"), &|_| {})?;
        let pretence = Pretence { now: (self.clock)(), operator: operator() };
        let (pretended, meter) = (Some(&pretence), &Meter::default());
        let options =
            ReportOptions { out, fail_on: None, previous: None, pretended, meter, store: None };
        files::make_folder(out).map_err(Error::Demo)?;
        make(&inputs, &dir, options)?;
        Ok(())
    }

    /// The pack of that moment below `out`, where there is one.
    fn pack(&self, out: &Path) -> Option<PathBuf> {
        let stamped = pack::compact(&stamp((self.clock)()));
        let months = files::folders_in(out).into_iter().flat_map(|it| files::folders_in(&it));
        let of_then = |it: &PathBuf| {
            it.file_name().is_some_and(|it| it.to_string_lossy().starts_with(&stamped))
        };
        months.into_iter().find(of_then)
    }

    /// Collects everything into a directory of `folder`.
    fn gather(
        &self,
        config: &Config,
        folder: &Path,
        tell: &dyn Fn(Event<'_>),
    ) -> Result<PathBuf, Error> {
        let serve_and_gather = async {
            let stand_in = StandIn::start(self.answers, self.shift).await;
            let stand_in = stand_in.map_err(Error::Demo)?;
            let address =
                |instance: &Instance| (instance.name.clone(), stand_in.url_of(&instance.name));
            let addresses = config.instances.iter().map(address).collect();
            let (key, operator) = (&SealKey::new(KEY), &operator());
            let options = CollectionOptions {
                addresses,
                clock: self.clock,
                operator,
                tell,
                key,
                work: self.work,
            };
            gather(config, options, folder).await
        };
        Ok(Handle::current().block_on(serve_and_gather)?.0)
    }
}

/// A token that opens the stand-in and nothing else; it ends as the sample's list of tokens says.
fn token(instance: &str) -> &'static str {
    match instance {
        "cloud" => "the stand-in takes any token, c202",
        "eu" => "the stand-in takes any token, 6ed6",
        _ => "the stand-in takes any token, 51d0",
    }
}

fn token_file(instance: &str) -> String {
    format!("demo-token-{instance}")
}

/// Writes the sample below `place`, the days that people wrote moved like the stand-in's times.
fn lay_out(sample: &Sample, place: &Path, shift: TimeDelta) -> io::Result<()> {
    // What was otherwise before is laid out with what it changes.
    let of_today = |path: &str| !["earlier/", "gone/"].iter().any(|it| path.starts_with(it));
    for (path, bytes) in sample.files().filter(|it| of_today(it.0)) {
        write_moved(&place.join(path), bytes, shift)?;
    }
    let mut instances = sample.names("instances/").chain(sample.names("gone/"));
    instances.try_for_each(|it| files::write(&place.join(token_file(it)), token(it).as_bytes()))
}

/// The files of TOML in which days count.
const DATED: [&str; 2] = ["waivers.toml", "responses.toml"];

/// Writes a file that people wrote, its days moved where it has any that count.
fn write_moved(path: &Path, bytes: &[u8], shift: TimeDelta) -> io::Result<()> {
    files::make_folder(path.parent().unwrap_or(path))?;
    if path.extension().is_some_and(|it| it == "csv") || DATED.iter().any(|it| path.ends_with(it)) {
        files::write(path, move_days(&String::from_utf8_lossy(bytes), shift).as_bytes())
    } else {
        files::write(path, bytes)
    }
}

/// The text with every day in it moved by whole days.
fn move_days(text: &str, shift: TimeDelta) -> String {
    let days = TimeDelta::days((shift.num_seconds() + 43_200).div_euclid(86_400));
    let moved = |word: &str| match word.parse::<NaiveDate>() {
        Ok(day) if word.len() == "2026-11-02".len() => (day + days).to_string(),
        _ => word.to_owned(),
    };
    let apart = |it: char| !it.is_ascii_digit() && it != '-';
    let piece = |piece: &str| {
        let word = piece.trim_end_matches(apart);
        moved(word) + &piece[word.len()..]
    };
    text.split_inclusive(apart).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_days_and_nothing_else() {
        let moved = move_days("a,2026-11-02,b\nc,2026,2026-13-01\n", TimeDelta::days(30));
        assert_eq!(moved, "a,2026-12-02,b\nc,2026,2026-13-01\n");
        let moved = move_days("at = 2026-11-02T08:00:00Z # 2026-014 é", TimeDelta::days(-2));
        assert_eq!(moved, "at = 2026-10-31T08:00:00Z # 2026-014 é");
    }
}
