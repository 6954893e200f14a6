//! What a policy of retention removes from a folder of evidence, and what stays all the same.
//!
//! Evidence goes from its old end alone: where something of a month has to stay, so does all that
//! came after, and no month between two that are there is ever gone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::FiledPack;
use crate::calendar::{Calendar, Month};
use crate::checksums::{ENDORSEMENTS, MANIFEST, SUMS, SealedFolder};
use crate::files;
use crate::retention::{
    RemovedPack, RemovedReview, RemovedSnapshot, RetentionEntry, RetentionRecord,
};
use crate::review::{FOLDER as REVIEW, OpenedCampaign, completed_at};
use crate::snapshot::earlier::MONTHS;
use crate::snapshot::store::{self, FOLDER as SNAPSHOTS};
use crate::verify;

/// What stays of a pack whose personal data goes, with what others say of its manifest: what it is
/// proven by, and tables of counts.
const KEPT: [&str; 10] = [
    MANIFEST,
    SUMS,
    "README.txt",
    "verify.py",
    "csv/schema.json",
    "csv/continuity.csv",
    "csv/coverage.csv",
    "csv/exceptions-by-month.csv",
    "csv/tie-out.csv",
    "csv/trend.csv",
];

/// How long evidence is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// The months whose packs stay, the newest included.
    pub keep_months: u16,
    /// Whether the manifests and the tables of counts of older ones stay, too.
    pub keep_reports: bool,
}

/// A folder of evidence from which a policy may remove something.
#[derive(Clone, Copy, Debug)]
pub struct Pruning<'a> {
    /// The folder.
    pub root: &'a Path,
    /// How long what lies in it is kept.
    pub policy: RetentionPolicy,
    /// Whose months count.
    pub calendar: Calendar,
    /// The month that lasts: no pack of a later one is counted from.
    pub this_month: Month,
    /// What was removed before.
    pub record: &'a RetentionRecord,
    /// The access reviews in it.
    pub reviews: &'a [OpenedCampaign],
}

/// What a policy removes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrunePlan {
    /// The month that is counted from: of the packs that are as they were sealed, the newest one's.
    pub newest: Month,
    /// The first month whose packs are kept.
    pub first: Month,
    /// What goes, in the order of the record.
    pub removals: Vec<PlannedRemoval>,
    /// What is older and stays.
    pub stays: Vec<StayingEvidence>,
}

/// Something that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRemoval {
    /// The same as the record will have it.
    pub entry: RetentionEntry,
    /// What it is, in words.
    pub what: String,
}

/// Something that is older than what is kept, and stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayingEvidence {
    /// Where it lies below the folder.
    pub place: String,
    /// Why, in a fragment.
    pub why: String,
    /// Whether it stays because it is not what it was.
    pub is_unsound: bool,
}

/// A pack, as far as it can be read.
struct OldPack {
    dir: PathBuf,
    place: String,
    month: Month,
    filed: Option<FiledPack>,
}

impl Pruning<'_> {
    /// What the policy removes; none where no pack is as it was sealed.
    pub fn plan(&self) -> Option<PrunePlan> {
        let packs = self.packs();
        let newest = self.newest(&packs)?;
        let first = newest.back(i32::from(self.policy.keep_months) - 1);
        let mut res = PrunePlan { newest, first, removals: Vec::new(), stays: Vec::new() };
        self.take_packs(&packs, &mut res);
        self.take_snapshots(&mut res);
        self.take_reviews(&packs, &mut res);
        Some(res)
    }

    /// The packs in the order of their months, but for those of which nothing is to go any more.
    fn packs(&self) -> Vec<OldPack> {
        let pending = self.pending();
        let dirs = verify::packs(&[self.root.to_owned()]).into_iter();
        let packs = dirs.filter_map(|dir| {
            let below = dir.strip_prefix(self.root).unwrap_or(&dir);
            let place = below.to_string_lossy().replace('\\', "/");
            let filed = FiledPack::at(&dir, self.root, None);
            let stated = filed.as_ref().and_then(FiledPack::month);
            // A manifest that cannot be read leaves what its folder says.
            let month = stated.or_else(|| place.split('/').next().and_then(Month::parse))?;
            Some(OldPack { dir, place, month, filed })
        });
        let is_done = |it: &OldPack| self.policy.keep_reports && self.is_kept_in_part(it);
        let mut res: Vec<OldPack> =
            packs.filter(|it| !pending.contains(&*it.place) && !is_done(it)).collect();
        res.sort_by(|one, other| (one.month, &one.place).cmp(&(other.month, &other.place)));
        res
    }

    /// What the record says is to go, and may not have gone yet.
    fn pending(&self) -> BTreeSet<&str> {
        self.record.unfinished().iter().filter_map(|it| Some(it.entry.removed()?.0)).collect()
    }

    fn is_kept_in_part(&self, it: &OldPack) -> bool {
        self.record.of_place(&it.place).is_some_and(|it| it.is_kept_in_part())
    }

    /// The month of the newest pack that is as it was sealed, and that is not of a month to come.
    fn newest(&self, packs: &[OldPack]) -> Option<Month> {
        let known = packs.iter().rev().filter(|it| it.month <= self.this_month);
        let mut whole = known.filter(|it| !self.is_kept_in_part(it) && self.sealed(it).is_ok());
        whole.next().map(|it| it.month)
    }

    /// What a pack holds; or why it is not what was sealed.
    fn sealed(&self, it: &OldPack) -> Result<SealedFolder, String> {
        let unsound = |why: String| format!("it is not what was sealed: {why}");
        let sealed = SealedFolder::open(&it.dir).map_err(|it| unsound(it.to_string()))?;
        if let Some(removal) = self.record.of_place(&it.place).filter(|it| it.is_kept_in_part()) {
            let fault = verify::faults_of_kept(&it.dir, removal).into_iter().next();
            return fault.map_or(Ok(sealed), |it| Err(unsound(it.to_string())));
        }
        let strange = sealed.check(&it.dir, |_| true).map_err(|it| unsound(it.to_string()))?;
        match strange.first() {
            Some(path) => Err(unsound(format!("no list of it has `{path}`"))),
            None => Ok(sealed),
        }
    }

    /// Takes the packs of months before the first that is kept, up to one that has to stay.
    fn take_packs(&self, packs: &[OldPack], to: &mut PrunePlan) {
        let old: Vec<&OldPack> = packs.iter().filter(|it| it.month < to.first).collect();
        let months: BTreeSet<Month> = old.iter().map(|it| it.month).collect();
        let mut stopped: Option<Month> = None;
        for month in months {
            let of_month = old.iter().copied().filter(|it| it.month == month);
            let (here, elsewhere): (Vec<&OldPack>, Vec<&OldPack>) =
                of_month.partition(|it| it.place.split('/').count() == 2);
            let why = "it lies in a folder of its own: `--out DIR` names that";
            to.stays.extend(elsewhere.into_iter().map(|it| it.stays(why, false)));
            if let Some(before) = stopped {
                let why = format!("evidence of {before} stays, and so does what came after it");
                to.stays.extend(here.iter().map(|it| it.stays(&why, false)));
                continue;
            }
            let taken: Vec<Result<PlannedRemoval, StayingEvidence>> =
                here.iter().map(|it| self.take(it)).collect();
            if taken.iter().all(Result::is_ok) {
                to.removals.extend(taken.into_iter().flatten());
                continue;
            }
            stopped = Some(month);
            let why = "another pack of its month stays";
            to.stays.extend(here.iter().zip(taken).map(|(pack, taken)| match taken {
                Ok(_) => pack.stays(why, false),
                Err(stays) => stays,
            }));
        }
    }

    /// What goes of a pack; or why it stays.
    fn take(&self, it: &OldPack) -> Result<PlannedRemoval, StayingEvidence> {
        let Some(filed) = &it.filed else {
            return Err(it.stays("its manifest cannot be read", true));
        };
        if !it.place.starts_with(&filed.manifest.period) {
            return Err(it.stays("it does not lie in the folder of its month", true));
        }
        let sealed = self.sealed(it).map_err(|why| it.stays(&why, true))?;
        let of_pack = |it: &&OpenedCampaign| {
            it.campaign.manifest_sha256 == sealed.manifest_sha256 && completed_at(it).is_none()
        };
        if let Some(review) = self.reviews.iter().find(of_pack) {
            let name = &review.campaign.campaign_id;
            return Err(it.stays(&format!("the review {name} of it is not complete"), false));
        }
        let kept = KEPT.iter().chain(&ENDORSEMENTS).filter(|_| self.policy.keep_reports);
        let kept: Vec<String> =
            kept.filter(|path| it.dir.join(path).is_file()).map(|it| (*it).to_owned()).collect();
        let (state, n_files) = (&filed.manifest.state, sealed.n_files());
        let what = match kept.len() {
            _ if self.is_kept_in_part(it) => "what was kept of a pack".to_owned(),
            0 => format!("pack, {state}, {n_files} files"),
            n => format!("pack, {state}, {n} of {n_files} files stay"),
        };
        let entry = RetentionEntry::Pack(RemovedPack {
            period: filed.manifest.period.clone(),
            pack: it.place.clone(),
            report_id: filed.manifest.report_id.clone(),
            manifest_sha256: sealed.manifest_sha256,
            previous: sealed.previous,
            kept,
        });
        Ok(PlannedRemoval { entry, what })
    }

    /// Takes the snapshots of before that lie beside the packs.
    fn take_snapshots(&self, to: &mut PrunePlan) {
        let pending = self.pending();
        let mut dirs = files::folders_in(&self.root.join(SNAPSHOTS));
        dirs.sort();
        for dir in dirs {
            let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let place = format!("{SNAPSHOTS}/{name}");
            if name.starts_with('.') || pending.contains(&*place) {
                continue;
            }
            match store::peek(&dir) {
                Ok(peek) => {
                    let month = self.calendar.month(peek.header.collected_at);
                    let entry = RetentionEntry::Snapshot(RemovedSnapshot {
                        period: month.to_string(),
                        snapshot: place,
                        snapshot_id: peek.id,
                        sha256: peek.sha256,
                    });
                    let what = "snapshot".to_owned();
                    if month < to.first {
                        to.removals.push(PlannedRemoval { entry, what });
                    }
                }
                Err(error) if named_month(&name).is_some_and(|it| it < to.first) => {
                    let why = format!("it cannot be read: {error}");
                    to.stays.push(StayingEvidence { place, why, is_unsound: true });
                }
                Err(_) => {}
            }
        }
    }

    /// Takes the reviews of before that are complete, whose packs are gone, and that no pack to come
    /// has to hold.
    fn take_reviews(&self, packs: &[OldPack], to: &mut PrunePlan) {
        let pending = self.pending();
        let is_going = |sha256: &str| {
            to.removals.iter().any(|it| match &it.entry {
                RetentionEntry::Pack(it) => it.manifest_sha256 == sha256,
                _ => false,
            })
        };
        let there = packs.iter().filter_map(|it| SealedFolder::open(&it.dir).ok());
        let there: BTreeSet<String> = there.map(|it| it.manifest_sha256).collect();
        let held_since = to.newest.back(MONTHS - 1);
        let (mut removals, mut stays) = (Vec::new(), Vec::new());
        for it in self.reviews {
            let (campaign, name) = (&it.campaign, &it.campaign.campaign_id);
            let place = format!("{REVIEW}/{name}");
            let Some(month) = Month::parse(&campaign.period).filter(|it| *it < to.first) else {
                continue;
            };
            let reviewed = &campaign.manifest_sha256;
            let why = if pending.contains(&*place) {
                continue;
            } else if completed_at(it).is_none() {
                "it is not complete".to_owned()
            } else if there.contains(reviewed) && !is_going(reviewed) {
                "the pack that was reviewed stays".to_owned()
            } else if month >= held_since {
                format!("packs hold reviews for {MONTHS} months")
            } else {
                let entry = RetentionEntry::Review(RemovedReview {
                    period: campaign.period.clone(),
                    review: place,
                    manifest_sha256: reviewed.clone(),
                    last_entry: it.record.last().to_owned(),
                });
                removals.push(PlannedRemoval { entry, what: "review, complete".to_owned() });
                continue;
            };
            stays.push(StayingEvidence { place, why, is_unsound: false });
        }
        to.removals.extend(removals);
        to.stays.extend(stays);
    }
}

impl OldPack {
    fn stays(&self, why: &str, is_unsound: bool) -> StayingEvidence {
        StayingEvidence { place: self.place.clone(), why: why.to_owned(), is_unsound }
    }
}

/// The month that the name of a snapshot begins with, `20261102T060000Z`.
fn named_month(name: &str) -> Option<Month> {
    Month::parse(&format!("{}-{}", name.get(..4)?, name.get(4..6)?))
}
