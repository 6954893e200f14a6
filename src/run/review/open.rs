//! `review open`: the lines of a pack, and a worksheet for each reviewer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::ReviewError;
use crate::calendar::Calendar;
use crate::checksums::MANIFEST;
use crate::cli::ReviewOpenArgs;
use crate::config::Config;
use crate::config::problem::did_you_mean;
use crate::config::review::ReviewSettings;
use crate::digest;
use crate::evidence;
use crate::files;
use crate::names::{counted, fold};
use crate::pack;
use crate::progress::LogEvent;
use crate::review::{
    CampaignDraft, CampaignError, CampaignStatus, OpenedCampaign, ReviewLine, write_worksheets,
};
use crate::run::replay::with_pack;
use crate::run::{CommandContext, Error, Exit, PROGRAM, configuration, now, print};
use crate::snapshot::Snapshot;
use crate::verify::{self, Trust};

/// What the manifest of a pack says of itself.
#[derive(Deserialize)]
struct PackHead {
    report_id: String,
    snapshot_id: String,
    organization: String,
    period: String,
    collected_at: DateTime<Utc>,
}

/// Makes a campaign of a pack.
pub(super) fn run(context: &CommandContext<'_>, args: &ReviewOpenArgs) -> Result<Exit, Error> {
    let (_, config) = configuration(context.config)?;
    let pack = match &args.pack {
        Some(it) => it.clone(),
        None => newest_pack(&config)?,
    };
    let root = super::root(&config);
    let opened = Opening { pack: &pack, config: &config, root: &root, at: now() }.open()?;
    write_worksheets(&opened)?;
    context.progress.say(LogEvent::ReviewOpened, &said(&opened));
    print(&opened.folder.display().to_string())?;
    Ok(Exit::Done)
}

/// What a campaign is made of.
pub(in crate::run) struct Opening<'a> {
    pub(in crate::run) pack: &'a Path,
    /// What a review asks as it is written now.
    pub(in crate::run) config: &'a Config,
    /// The folder of campaigns.
    pub(in crate::run) root: &'a Path,
    pub(in crate::run) at: DateTime<Utc>,
}

impl Opening<'_> {
    /// Makes the campaign, without worksheets.
    pub(in crate::run) fn open(&self) -> Result<OpenedCampaign, Error> {
        let Self { pack, config, root, at } = *self;
        expect_whole(pack)?;
        let unread = |source| pack::Error::Io { deed: "read", path: pack.join(MANIFEST), source };
        let manifest = files::read_own(&pack.join(MANIFEST)).map_err(unread)?;
        let head: PackHead = serde_json::from_slice(&manifest).map_err(|it| unread(it.into()))?;
        let before = decided_before(root, config.organization.calendar())?;
        let lines = with_pack(pack, root, |inputs| {
            expect_groups(&config.review, inputs.snapshot)?;
            // Who owns what is as the pack has it.
            let then = Config { review: config.review.clone(), ..inputs.written.config.clone() };
            inputs.review_lines(&then, &before)
        })?;
        if lines.is_empty() {
            return Err(ReviewError::NothingToReview { pack: pack.to_owned() }.into());
        }
        let day = config.organization.calendar().day(at);
        let draft = CampaignDraft {
            campaign_id: format!("{}-{}", head.period, &head.snapshot_id[..8]),
            organization: head.organization,
            period: head.period,
            report_id: head.report_id,
            snapshot_id: head.snapshot_id,
            manifest_sha256: digest::of(&manifest),
            collected_at: head.collected_at,
            opened_at: at,
            due: day + TimeDelta::days(i64::from(config.review.due_days)),
            scope: scope(&config.review),
            program: PROGRAM.to_owned(),
            lines,
        };
        Ok(OpenedCampaign::make(root, draft)?)
    }
}

/// The newest pack of the output folder.
fn newest_pack(config: &Config) -> Result<PathBuf, Error> {
    let out = &config.output.dir;
    let packs = evidence::packs(out, &config.renamed());
    let newest = packs.first().map(|it| out.join(&it.place));
    newest.ok_or_else(|| Error::NoPack { out: out.clone() })
}

/// A pack that is not as it was sealed is not reviewed.
fn expect_whole(pack: &Path) -> Result<(), Error> {
    let verified = verify::verify(&[pack.to_owned()], Trust::default()).packs;
    match verified.into_iter().flat_map(|it| it.faults).next() {
        Some(it) => {
            let why = format!("{}: {}", it.what, it.why);
            Err(ReviewError::UnsoundPack { pack: pack.to_owned(), why }.into())
        }
        None => Ok(()),
    }
}

/// Every group that the review names is one of an instance.
fn expect_groups(settings: &ReviewSettings, snapshot: &Snapshot) -> Result<(), Error> {
    let groups = snapshot.instances.iter().flat_map(|it| &it.records.groups);
    let known: BTreeSet<String> = groups.filter_map(|it| it.name.as_deref()).map(fold).collect();
    match settings.groups.iter().find(|it| !known.contains(*it)) {
        Some(group) => {
            let near = did_you_mean(group, known.iter().map(String::as_str));
            Err(ReviewError::NoGroup { group: group.clone(), near }.into())
        }
        None => Ok(()),
    }
}

/// What earlier campaigns decided about each line, the newest last.
fn decided_before(
    root: &Path,
    calendar: Calendar,
) -> Result<BTreeMap<String, String>, CampaignError> {
    let mut res = BTreeMap::new();
    for campaign in OpenedCampaign::all(root)? {
        for (line_id, (at, it)) in campaign.record.decisions() {
            let day = calendar.day(at);
            let words = format!("{} by {} on {day}", it.decision.word(), it.reviewer);
            res.insert(line_id.to_owned(), words);
        }
    }
    Ok(res)
}

/// What is reviewed, in words.
fn scope(settings: &ReviewSettings) -> String {
    let mut words: Vec<String> = settings.scope.iter().map(|it| it.meaning().to_owned()).collect();
    if !settings.groups.is_empty() {
        let groups: Vec<&str> = settings.groups.iter().map(String::as_str).collect();
        words.push(format!("members of {}", groups.join(", ")));
    }
    words.join("; ")
}

/// What was made, for whoever sends it out.
fn said(opened: &OpenedCampaign) -> String {
    let status = CampaignStatus::of(opened, opened.campaign.opened_at.date_naive());
    let reviewers = status.reviewers.len().to_string();
    let mut res = vec![format!(
        "{} for {}, due {}; the worksheets are in `worksheets`",
        counted(&status.lines.to_string(), "line"),
        counted(&reviewers, "reviewer"),
        status.due,
    )];
    let unassigned = opened.lines.iter().filter(|it| it.reviewer.is_empty());
    res.extend(
        unassigned.clone().take(MOST_NAMED).map(|it| format!("nobody to decide: {}", named(it))),
    );
    let more = unassigned.count().saturating_sub(MOST_NAMED);
    if more > 0 {
        res.push(format!("nobody to decide: {more} more; all of them are in `unassigned.csv`"));
    }
    res.join("\n")
}

/// Lines without a reviewer that are named one by one.
const MOST_NAMED: usize = 10;

fn named(line: &ReviewLine) -> String {
    let text = format!(
        "{} on {}, {} ({})",
        line.account, line.instance, line.entitlement, line.reviewer_as
    );
    crate::report::text::visible(&text).into_owned()
}
