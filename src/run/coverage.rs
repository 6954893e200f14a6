//! `coverage`, and the page over the folder of packs.

use std::path::Path;

use serde::Serialize;

use super::columns::side_by_side;
use super::review::{self, ReviewError};
use super::{Error, Exit, Inputs, configuration, now, print};
use crate::cli::{CheckFormat, CoverageArgs};
use crate::evidence::{self, EvidenceIndex, FiledPack, MonthCoverage};
use crate::files;
use crate::pack;
use crate::progress::Progress;
use crate::report::branding::Branding;
use crate::report::html::render_index;
use crate::report::template::TemplateContext;
use crate::review::{OpenedCampaign, progress_by_month};
use crate::rules::days_between_snapshots;

/// The page in the folder of packs.
const PAGE: &str = "index.html";

/// What every month has, for programs.
#[derive(Serialize)]
struct CoverageReport {
    /// Whether every instance is complete, and none late, in every month.
    covered: bool,
    instances: Vec<String>,
    months: Vec<MonthCoverage>,
}

/// Says which months are covered.
pub(super) fn run(config: &Path, args: &CoverageArgs) -> Result<Exit, Error> {
    let (_, config) = configuration(config)?;
    let out = args.out.as_deref().unwrap_or(&config.output.dir);
    let packs = evidence::packs(out, &config.renamed());
    let this_month = config.organization.calendar().month(now());
    let first = packs.iter().filter_map(FiledPack::month).min().unwrap_or(this_month);
    let (from, to) = config.audit_window.unwrap_or((first, this_month));
    let window = (args.from.unwrap_or(from), args.to.unwrap_or(to));
    let instances = config.instances.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let allowed = days_between_snapshots(&config.rules);
    let reviews = OpenedCampaign::all(&review::root(&config)).map_err(ReviewError::from)?;
    let reviewed = progress_by_month(&reviews);
    let months = evidence::coverage(&packs, &instances, window, allowed, &reviewed);
    let covered = !months.is_empty()
        && months.iter().flat_map(|it| &it.instances).all(|it| *it == "complete");
    if args.format == CheckFormat::Json {
        let report = CoverageReport { covered, instances, months };
        print(&serde_json::to_string_pretty(&report).expect("plain values serialise"))?;
    } else {
        let mut rows = vec![head(&instances)];
        rows.extend(months.iter().map(line));
        print(&side_by_side(&rows, instances.len() + 1, Progress::columns()))?;
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

/// Makes the page over the folder of packs anew.
pub(super) fn write_index(out: &Path, inputs: &Inputs) -> Result<(), Error> {
    let packs = evidence::packs(out, &inputs.config.renamed());
    let allowed = days_between_snapshots(&inputs.config.rules);
    let reviewed = progress_by_month(inputs.reviews.iter().map(|it| &it.0));
    let branding = Branding::of(&inputs.config.branding, None);
    let Some(index) = EvidenceIndex::of(&packs, allowed, &reviewed, branding) else {
        return Ok(());
    };
    let context = TemplateContext::of(&index, &inputs.templates)?;
    let page = render_index(&context)?;
    let path = out.join(PAGE);
    let written = files::write_whole(&path, page.as_bytes());
    written.map_err(|source| pack::Error::Io { deed: "write", path, source }.into())
}
