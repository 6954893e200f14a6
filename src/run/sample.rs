//! `sample`: units for an auditor to test, with all that packs say of each.

use std::path::{Path, PathBuf};

use super::{Error, Exit, configuration, print};
use crate::calendar::Month;
use crate::calendar::stamps::stamp;
use crate::checksums::SealedFolder;
use crate::cli::SampleArgs;
use crate::config::Config;
use crate::digest;
use crate::evidence::{self, FiledPack};
use crate::files;
use crate::names::counted;
use crate::pack;
use crate::progress::{LogEvent, Progress};
use crate::report::branding::Branding;
use crate::report::csv_set;
use crate::report::html::render_sample;
use crate::report::table::DataTable;
use crate::report::template::{TemplateContext, Templates};
use crate::retention::RetentionRecord;
use crate::sample::{self, DrawnUnit, Sample, SampledPack, add_rows, ordered, population};

/// Draws a sample, and writes it into a folder.
pub(super) fn run(config: &Path, args: &SampleArgs, progress: &Progress) -> Result<Exit, Error> {
    let (_, config) = configuration(config)?;
    let root = &config.output.dir;
    let packs = window(&config, args)?;
    let removed: Vec<String> = RetentionRecord::read(root)?
        .months()
        .into_iter()
        .filter(|(month, _)| is_within(&config, args, *month))
        .map(|(month, day)| format!("{month} on {day}"))
        .collect();
    if !removed.is_empty() {
        let months = removed.join(", ");
        let text = format!("removed by retention, and not in the population: {months}");
        progress.warn(LogEvent::SampleLacksMonths, &text);
    }
    let renamed = config.renamed();
    let unread = |(path, why): (String, String)| Error::Sample { path, why };
    let all = population(args.of, root, &packs, &renamed).map_err(unread)?;
    let n_units = all.len();
    let all = ordered(&args.seed, all);
    let table = sample::population_table(&all, args.size);
    let drawn = all.into_iter().take(args.size).enumerate();
    let mut units: Vec<DrawnUnit> = drawn
        .map(|(at, (key, unit))| DrawnUnit { place: at + 1, key, unit, rows: Vec::new() })
        .collect();
    for pack in &packs {
        add_rows(&mut units, root, pack, &renamed).map_err(unread)?;
    }
    let sample = Sample {
        organization: config.organization.name.clone(),
        of: args.of.word(),
        meaning: args.of.meaning(),
        seed: args.seed.clone(),
        population: n_units,
        packs,
        units,
        branding: Branding::of(&config.branding, None),
    };
    let name = format!("{}-{}", sample.of, &digest::of(&sample.seed)[..8]);
    let folder = args.out.clone().unwrap_or_else(|| root.join("samples").join(name));
    write(&config, &sample, &table, &folder)?;
    let text = format!(
        "{} of {n_units} drawn from {}",
        counted(&sample.units.len().to_string(), "unit"),
        counted(&sample.packs.len().to_string(), "pack"),
    );
    progress.say(LogEvent::SampleDrawn, &text);
    print(&folder.display().to_string())?;
    Ok(Exit::Done)
}

/// Where a pack has its tables, and how they end.
const TABLES: &str = "csv/";
const ENDING: &str = ".csv";

/// The packs of the window, the oldest first, each with tables that are as they were sealed.
fn window(config: &Config, args: &SampleArgs) -> Result<Vec<SampledPack>, Error> {
    let root = &config.output.dir;
    let within = |it: &FiledPack| it.month().is_some_and(|it| is_within(config, args, it));
    let mut res = Vec::new();
    for it in evidence::packs(root, &config.renamed()).iter().rev().filter(|it| within(it)) {
        let dir = root.join(&it.place);
        let csv = |path: &str| path.starts_with(TABLES) && path.ends_with(ENDING);
        let whole = SealedFolder::open(&dir)
            .and_then(|sealed| sealed.check(&dir, csv).map(|_| sealed))
            .map_err(|it| Error::Sample { path: dir.display().to_string(), why: it.to_string() })?;
        res.push(SampledPack {
            place: it.place.clone(),
            period: it.manifest.period.clone(),
            report_id: it.manifest.report_id.clone(),
            collected_at: stamp(it.manifest.collected_at),
            tables: whole.below(TABLES).filter(|it| csv(it)).map(str::to_owned).collect(),
        });
    }
    if res.is_empty() {
        return Err(Error::NoPack { out: root.clone() });
    }
    Ok(res)
}

/// Whether a month is one that is drawn from.
fn is_within(config: &Config, args: &SampleArgs, month: Month) -> bool {
    let (from, to) = config.audit_window.map_or((None, None), |it| (Some(it.0), Some(it.1)));
    let (from, to) = (args.from.or(from), args.to.or(to));
    from.is_none_or(|from| from <= month) && to.is_none_or(|to| month <= to)
}

/// Writes the sample as a page and as a table, and the population that it was drawn from.
fn write(
    config: &Config,
    sample: &Sample,
    population: &DataTable<'_>,
    folder: &Path,
) -> Result<(), Error> {
    let dir = config.output.templates.as_deref();
    let templates = dir.map_or_else(|| Ok(Templates::shipped()), Templates::with)?;
    let page = render_sample(&TemplateContext::of(sample, &templates)?)?;
    let text = |table: &DataTable<'_>| {
        let mut text = Vec::new();
        let written = csv_set::write_plain(&mut text, table);
        written.map(|()| text).map_err(std::io::Error::from).map_err(Error::Print)
    };
    let contents = [
        ("sample.html", page.into_bytes()),
        ("sample.csv", text(&sample.table())?),
        ("population.csv", text(population)?),
    ];
    let failed = |path: PathBuf| move |source| pack::Error::Io { deed: "write", path, source };
    files::make_folder(folder).map_err(failed(folder.to_owned()))?;
    for (name, bytes) in contents {
        let path = folder.join(name);
        files::write_whole(&path, &bytes).map_err(failed(path.clone()))?;
    }
    Ok(())
}
