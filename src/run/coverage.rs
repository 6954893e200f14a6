//! `coverage`, and the page over the folder of packs.

use std::path::Path;

use serde::Serialize;

use super::columns::side_by_side;
use super::review::ReviewError;
use super::store::place::EvidencePlace;
use super::{Error, Exit, configuration, now, print};
use crate::checksums::MANIFEST;
use crate::cli::{CheckFormat, CoverageArgs};
use crate::config::Config;
use crate::evidence::{self, EvidenceIndex, FiledPack, GonePack, MonthCoverage, MonthNotes};
use crate::files;
use crate::pack;
use crate::progress::Progress;
use crate::report::branding::Branding;
use crate::report::html::render_index;
use crate::report::template::{TemplateContext, Templates};
use crate::report::text::visible;
use crate::retention::{RECORD, RetentionRecord};
use crate::review::{OpenedCampaign, progress_by_month};
use crate::rules::days_between_snapshots;
use crate::snapshot::earlier::FetchedPacks;

/// The page in the folder of packs.
pub(super) const PAGE: &str = "index.html";

/// What every month has, for programs.
#[derive(Serialize)]
struct CoverageReport {
    /// Whether every instance is complete, and none late, in every month.
    covered: bool,
    instances: Vec<String>,
    months: Vec<MonthCoverage>,
    /// The packs that were removed by retention, within those months or not.
    removed: Vec<GonePack>,
}

/// Says which months are covered.
pub(super) fn run(path: &Path, args: &CoverageArgs) -> Result<Exit, Error> {
    let (_, config) = configuration(path)?;
    let out = args.out.as_deref().unwrap_or(&config.output.dir);
    let place = EvidencePlace::at(out, path, |file| file == MANIFEST)?;
    let out = place.folder();
    let packs = evidence::packs_with(out, place.fetched(), &config.renamed());
    let this_month = config.organization.calendar().month(now());
    let first = packs.iter().filter_map(FiledPack::month).min().unwrap_or(this_month);
    let (from, to) = config.audit_window.unwrap_or((first, this_month));
    let window = (args.from.unwrap_or(from), args.to.unwrap_or(to));
    let instances = config.instances.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let allowed = days_between_snapshots(&config.rules);
    let reviews = OpenedCampaign::all(&place.reviews(&config)).map_err(ReviewError::from)?;
    let reviewed = progress_by_month(&reviews);
    let record = RetentionRecord::read(out)?;
    let notes = MonthNotes { reviewed: &reviewed, removed: &record };
    let months = evidence::coverage(&packs, &instances, window, allowed, notes);
    let removed = evidence::gone(&record);
    let covered = !months.is_empty()
        && months.iter().flat_map(|it| &it.instances).all(|it| *it == "complete");
    if args.format == CheckFormat::Json {
        let report = CoverageReport { covered, instances, months, removed };
        print(&serde_json::to_string_pretty(&report).expect("plain values serialise"))?;
    } else {
        let mut rows = vec![head(&instances)];
        rows.extend(months.iter().map(line));
        print(&side_by_side(&rows, instances.len() + 1, Progress::columns()))?;
        removed.iter().try_for_each(|it| print(&told(it)))?;
    }
    Ok(if covered { Exit::Done } else { Exit::Incomplete })
}

fn head(instances: &[String]) -> Vec<String> {
    let instances = instances.iter().map(String::as_str);
    ["month"]
        .into_iter()
        .chain(instances)
        .chain(["packs", "signed", "reviewed"])
        .map(str::to_owned)
        .collect()
}

fn line(it: &MonthCoverage) -> Vec<String> {
    let mut res = vec![it.period.clone()];
    res.extend(it.instances.iter().map(|state| (*state).to_owned()));
    let signed = if it.signed { "yes" } else { "no" };
    let reviewed = if it.reviewed.is_empty() { "no" } else { &it.reviewed };
    res.extend([it.packs.to_string(), signed.to_owned(), reviewed.to_owned()]);
    res
}

/// A pack that was removed, in a line.
fn told(it: &GonePack) -> String {
    let left = if it.kept { "manifest and counts are kept" } else { "nothing of it is kept" };
    let GonePack { place, on, .. } = it;
    visible(&format!("{place}: removed by retention on {on}; {left}, {RECORD} has the record"))
        .into_owned()
}

/// Makes the page over the folder of packs anew.
pub(super) fn write_index<'a>(
    (out, fetched): (&Path, Option<&FetchedPacks>),
    config: &Config,
    templates: &Templates,
    reviews: impl IntoIterator<Item = &'a OpenedCampaign>,
) -> Result<(), Error> {
    let packs = evidence::packs_with(out, fetched, &config.renamed());
    let allowed = days_between_snapshots(&config.rules);
    let reviewed = progress_by_month(reviews);
    let branding = Branding::of(&config.branding, None);
    // It is no evidence, so one that is not sound keeps nobody from making a page: `verify` says so.
    let removed = &RetentionRecord::read(out).unwrap_or_default();
    let notes = MonthNotes { reviewed: &reviewed, removed };
    let Some(index) = EvidenceIndex::of(&packs, allowed, notes, branding) else {
        return Ok(());
    };
    let context = TemplateContext::of(&index, templates)?;
    let page = render_index(&context)?;
    let path = out.join(PAGE);
    let written = files::write_whole(&path, page.as_bytes());
    written.map_err(|source| pack::Error::Io { deed: "write", path, source }.into())
}
