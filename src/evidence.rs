//! The evidence folder: its packs by their manifests, and what they say of each month.

pub mod due;
pub mod prune;

use std::collections::BTreeMap;
use std::iter;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::stamps::stamp;
use crate::calendar::{Month, whole_days};
use crate::checksums::{MANIFEST, SIGNATURE, parse_manifest};
use crate::files;
use crate::names::fold;
use crate::pack::{PackCounts, PackInstance};
use crate::report::branding::Branding;
use crate::retention::RetentionRecord;
use crate::snapshot::earlier::FetchedPacks;
use crate::verify;

/// A pack, as far as its manifest says.
#[derive(Clone, Debug)]
pub struct FiledPack {
    /// Where it lies below the folder that was searched, parted by `/`.
    pub place: String,
    /// What its manifest says.
    pub manifest: PackStatement,
    /// Whether a signature lies beside the manifest; whose it is, verification says.
    pub is_signed: bool,
    /// The documents in it that a person opens.
    pub documents: Vec<&'static str>,
}

/// What a manifest says for whoever looks through many packs.
#[derive(Clone, Debug, Deserialize)]
pub struct PackStatement {
    /// The report's id.
    pub report_id: String,
    /// Who was audited.
    pub organization: String,
    /// The period, `2026-11`.
    pub period: String,
    /// complete, partial or failed.
    pub state: String,
    /// When the snapshot was collected.
    pub collected_at: DateTime<Utc>,
    /// What the report comes to.
    pub counts: PackCounts,
    /// How whole each instance was.
    pub instances: Vec<PackInstance>,
}

/// The documents that are looked for, the best to read first.
const DOCUMENTS: &[&str] = &["report.html", "report.pdf", "summary.pdf", "workbook.xlsx"];

/// The packs below a folder, the newest first. A manifest that cannot be read is passed over:
/// verification names it; and so is a pack of which retention removed all but what proves it.
/// Instances have the names of today, as far as `renamed` says.
pub fn packs(root: &Path, renamed: &BTreeMap<String, String>) -> Vec<FiledPack> {
    packs_with(root, None, renamed)
}

/// The same with packs that were fetched from elsewhere.
pub fn packs_with(
    root: &Path,
    fetched: Option<&FetchedPacks>,
    renamed: &BTreeMap<String, String>,
) -> Vec<FiledPack> {
    let elsewhere = fetched.map(|it| it.root.as_path()).filter(|it| *it != root);
    let mut res: Vec<FiledPack> = Vec::new();
    for root in iter::once(root).chain(elsewhere) {
        let dirs = verify::packs(&[root.to_owned()]);
        res.extend(dirs.iter().filter_map(|it| FiledPack::at(it, root, fetched)));
    }
    // Where the record is not sound, verification says so.
    let removed = RetentionRecord::read(root).unwrap_or_default();
    res.retain(|it| !removed.of_place(&it.place).is_some_and(|it| it.is_kept_in_part()));
    for pack in &mut res {
        pack.rename(renamed);
    }
    res.sort_by(|one, other| {
        (other.manifest.collected_at, &one.place).cmp(&(one.manifest.collected_at, &other.place))
    });
    res
}

impl FiledPack {
    fn at(dir: &Path, root: &Path, fetched: Option<&FetchedPacks>) -> Option<Self> {
        let manifest = files::read_own(&dir.join(MANIFEST)).ok()?;
        let place = dir.strip_prefix(root).unwrap_or(dir).to_string_lossy().replace('\\', "/");
        let has = |it: &str| match fetched {
            Some(fetched) => fetched.has(dir, it),
            None => dir.join(it).is_file(),
        };
        let there = DOCUMENTS.iter().copied().filter(|it| has(it));
        Some(Self {
            place,
            manifest: parse_manifest(&manifest).ok()?,
            is_signed: has(SIGNATURE),
            documents: there.collect(),
        })
    }

    /// Gives every instance the name that it has today, unless another one has that name already.
    fn rename(&mut self, renamed: &BTreeMap<String, String>) {
        let instances = &mut self.manifest.instances;
        let taken: Vec<String> = instances.iter().map(|it| it.name.clone()).collect();
        for it in instances {
            if let Some(today) = renamed.get(&fold(&it.name)).filter(|it| !taken.contains(it)) {
                it.name.clone_from(today);
            }
        }
    }

    /// The month of its period; none where that is no month.
    pub fn month(&self) -> Option<Month> {
        Month::parse(&self.manifest.period)
    }
}

/// What the packs say of one month.
#[derive(Clone, Debug, Serialize)]
pub struct MonthCoverage {
    /// `2026-11`.
    pub period: String,
    /// In the order of the instances: complete, late (complete, and too long after the one before),
    /// partial, failed, removed (by retention) or missing.
    pub instances: Vec<&'static str>,
    /// How many packs there are.
    pub packs: usize,
    /// Whether any of them is signed.
    pub signed: bool,
    /// How far the access review of its accounts is that was opened last; empty where none was.
    pub reviewed: String,
    /// The last day on which retention removed a pack of it; empty where none was.
    pub removed: String,
}

/// What else is known of months than what their packs say.
#[derive(Clone, Copy, Debug)]
pub struct MonthNotes<'a> {
    /// How far the review of each month is.
    pub reviewed: &'a BTreeMap<String, String>,
    /// What was removed by retention.
    pub removed: &'a RetentionRecord,
}

/// What the packs say of each month from the first to the last, and what else is known of it.
pub fn coverage(
    packs: &[FiledPack],
    instances: &[String],
    (first, last): (Month, Month),
    allowed_days: i64,
    notes: MonthNotes<'_>,
) -> Vec<MonthCoverage> {
    let removed = notes.removed.months();
    let mut before: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
    // What lies before the first month may make it late.
    for pack in packs.iter().rev().filter(|it| it.month().is_some_and(|month| month < first)) {
        before.extend(complete(pack).map(|name| (name, pack.manifest.collected_at)));
    }
    let line = |month: Month| {
        let here: Vec<&FiledPack> =
            packs.iter().rev().filter(|it| it.month() == Some(month)).collect();
        let states = instances.iter().map(|name| {
            let state = best(&here, name);
            let at = here.iter().find(|it| complete(it).any(|it| it == name));
            let at = at.map(|it| it.manifest.collected_at);
            let since = before.get(name.as_str()).copied().zip(at);
            let is_late = since.is_some_and(|(then, now)| whole_days(then, now) > allowed_days);
            let is_gone = here.is_empty() && removed.contains_key(&month);
            if is_late {
                "late"
            } else if is_gone {
                "removed"
            } else {
                state
            }
        });
        let instances = states.collect();
        for pack in &here {
            before.extend(complete(pack).map(|name| (name, pack.manifest.collected_at)));
        }
        let period = month.to_string();
        MonthCoverage {
            reviewed: notes.reviewed.get(&period).cloned().unwrap_or_default(),
            removed: removed.get(&month).map(|it| it.to_string()).unwrap_or_default(),
            period,
            instances,
            packs: here.len(),
            signed: here.iter().any(|it| it.is_signed),
        }
    };
    first.to(last).map(line).collect()
}

/// The instances that are complete in a pack.
fn complete(pack: &FiledPack) -> impl Iterator<Item = &str> {
    let whole = pack.manifest.instances.iter().filter(|it| it.state == STATES[0]);
    whole.map(|it| it.name.as_str())
}

/// The states of an instance, best first; the last is that of one that no pack has.
const STATES: [&str; 4] = ["complete", "partial", "failed", "missing"];

/// The best that any of the packs has of an instance.
fn best(packs: &[&FiledPack], instance: &str) -> &'static str {
    let those = packs.iter().flat_map(|it| &it.manifest.instances);
    let states = those.filter(|it| it.name == instance).map(|it| it.state.as_str());
    let ranks = states.filter_map(|state| STATES.iter().position(|it| *it == state));
    STATES[ranks.min().unwrap_or(STATES.len() - 1)]
}

/// The instances that packs have: those of the newest in its order, then others.
pub fn instances(packs: &[FiledPack]) -> Vec<String> {
    let mut res: Vec<String> = Vec::new();
    for it in packs.iter().flat_map(|it| &it.manifest.instances) {
        if !res.contains(&it.name) {
            res.push(it.name.clone());
        }
    }
    res
}

/// What the page over a folder of packs shows.
#[derive(Debug, Serialize)]
pub struct EvidenceIndex {
    /// Who is audited, as the newest pack says.
    organization: String,
    /// Every pack, the newest first.
    packs: Vec<IndexedPack>,
    /// The instances of any pack.
    instances: Vec<String>,
    /// Every month from the first pack, removed ones included, to the newest, the newest first.
    months: Vec<MonthCoverage>,
    /// The packs that were removed by retention, the newest first.
    removed: Vec<GonePack>,
    /// Days that may lie between two complete collections.
    allowed_days: i64,
    /// How the page looks.
    branding: Branding,
}

/// A pack on that page.
#[derive(Debug, Serialize)]
struct IndexedPack {
    place: String,
    report_id: String,
    period: String,
    /// Whether the period had a pack before.
    is_rerun: bool,
    state: String,
    collected_at: String,
    /// By severity, worst first.
    exceptions: Vec<u64>,
    new: u64,
    resolved: u64,
    overdue: u64,
    waived: u64,
    undetermined: u64,
    is_signed: bool,
    documents: Vec<&'static str>,
    /// Whether the report has a section on what changed.
    has_changes: bool,
}

/// A pack that was removed by retention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GonePack {
    /// Where it lay below the folder of evidence.
    pub place: String,
    /// Its period.
    pub period: String,
    /// Its report.
    pub report_id: String,
    /// The day on which that was written down.
    pub on: String,
    /// Whether files of it stay, which prove what it was.
    pub kept: bool,
}

/// The packs that were removed by retention, the newest first.
pub fn gone(removed: &RetentionRecord) -> Vec<GonePack> {
    let all = removed.packs().map(|it| GonePack {
        place: it.pack.pack.clone(),
        period: it.pack.period.clone(),
        report_id: it.pack.report_id.clone(),
        on: it.day().to_string(),
        kept: it.is_kept_in_part(),
    });
    let mut res: Vec<GonePack> = all.collect();
    res.reverse();
    res
}

impl EvidenceIndex {
    /// What stands on the page over these packs; none where there are none.
    pub fn of(
        packs: &[FiledPack],
        allowed_days: i64,
        notes: MonthNotes<'_>,
        branding: Branding,
    ) -> Option<Self> {
        let months = packs.iter().filter_map(FiledPack::month);
        let (first, last) = (months.clone().min()?, months.max()?);
        let first = notes.removed.months().into_keys().fold(first, Month::min);
        let instances = instances(packs);
        let mut months = coverage(packs, &instances, (first, last), allowed_days, notes);
        months.reverse();
        let indexed = packs.iter().enumerate().map(|(place, it)| {
            let older = &packs[place + 1..];
            let is_rerun = older.iter().any(|old| old.manifest.period == it.manifest.period);
            IndexedPack::of(it, is_rerun)
        });
        Some(Self {
            organization: packs[0].manifest.organization.clone(),
            packs: indexed.collect(),
            instances,
            months,
            removed: gone(notes.removed),
            allowed_days,
            branding,
        })
    }
}

impl IndexedPack {
    fn of(pack: &FiledPack, is_rerun: bool) -> Self {
        let PackStatement { report_id, period, state, counts, .. } = pack.manifest.clone();
        Self {
            place: pack.place.clone(),
            report_id,
            period,
            is_rerun,
            state,
            collected_at: stamp(pack.manifest.collected_at),
            exceptions: counts.exceptions.iter().map(|it| it.1).collect(),
            new: counts.new,
            resolved: counts.resolved,
            overdue: counts.overdue,
            waived: counts.waived,
            undetermined: counts.undetermined,
            is_signed: pack.is_signed,
            has_changes: pack.documents.contains(&DOCUMENTS[0]),
            documents: pack.documents.clone(),
        }
    }
}
