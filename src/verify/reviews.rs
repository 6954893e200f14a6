//! The access reviews that packs hold: each is sound, and a later pack holds what an earlier one
//! did, with nothing of its record taken out.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Fault, VerifiedPack, fault};
use crate::calendar::Month;
use crate::files;
use crate::review::{CampaignFiles, CampaignMark, IN_PACKS, OpenedCampaign};
use crate::snapshot::earlier::MONTHS;

/// A review as a pack holds it.
#[derive(Debug)]
pub(super) struct HeldReview {
    mark: CampaignMark,
    /// The month of its accounts.
    period: String,
}

/// The reviews in a pack by their names, and what is wrong with others.
pub(super) fn held_by(dir: &Path) -> (BTreeMap<String, HeldReview>, Vec<Fault>) {
    let (mut res, mut faults) = (BTreeMap::new(), Vec::new());
    for folder in files::folders_in(&dir.join(IN_PACKS)) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = CampaignFiles::read(&folder)
            .and_then(|files| Ok((OpenedCampaign::of(&folder, &files)?, files)));
        match read {
            Ok((opened, files)) => {
                let held = HeldReview { mark: files.mark(), period: opened.campaign.period };
                res.insert(name, held);
            }
            Err(error) => faults.push(fault(path_of(&name), error.to_string())),
        }
    }
    (res, faults)
}

/// Notes which reviews a pack lacks, or holds otherwise, that a pack holds from which it goes on.
pub(super) fn check(packs: &mut [VerifiedPack]) {
    let by_manifest: BTreeMap<&str, &VerifiedPack> =
        packs.iter().filter_map(|it| Some((it.manifest.as_ref()?.0.as_str(), it))).collect();
    let lost = |pack: &VerifiedPack| {
        // What stays of a pack that was removed holds no review.
        let whole = pack.manifest.as_ref().filter(|_| !pack.is_kept_in_part);
        let Some((_, manifest)) = whole else { return Vec::new() };
        let before =
            manifest.previous.iter().filter_map(|it| by_manifest.get(&*it.manifest_sha256));
        let held = before.flat_map(|it| &it.reviews);
        let kept = held.filter(|(_, it)| is_kept(it, &pack.period));
        let lost = kept.filter_map(|(name, earlier)| {
            Some(fault(path_of(name), why_lost(earlier, pack.reviews.get(name))?))
        });
        lost.collect::<Vec<Fault>>()
    };
    let lost: Vec<Vec<Fault>> = packs.iter().map(lost).collect();
    for (pack, lost) in packs.iter_mut().zip(lost) {
        pack.faults.extend(lost);
    }
}

fn path_of(name: &str) -> String {
    format!("{IN_PACKS}/{name}")
}

/// Whether a pack of that period holds a review still: after two years it is let go.
fn is_kept(review: &HeldReview, period: &str) -> bool {
    let (then, now) = (Month::parse(&review.period), Month::parse(period));
    then.zip(now).is_some_and(|(then, now)| then >= now.back(MONTHS - 1))
}

/// Why a later pack does not go on from what an earlier one holds; none where it does.
fn why_lost(earlier: &HeldReview, later: Option<&HeldReview>) -> Option<&'static str> {
    let Some(later) = later else {
        return Some("the pack before holds the review, and this one does not");
    };
    (!later.mark.goes_on_from(&earlier.mark)).then_some(
        "the pack before holds other lines of it, or decisions that are not in it any more",
    )
}
