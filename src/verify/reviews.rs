//! The access reviews that packs hold: each is sound, and a later pack holds what an earlier one
//! did, with nothing of its record taken out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::VerifiedPack;
use crate::calendar::Month;
use crate::files;
use crate::review::{CampaignFiles, OpenedCampaign};
use crate::snapshot::earlier::MONTHS;

/// Where a pack has its reviews.
const REVIEWS: &str = "inputs/review";

/// A review as a pack holds it.
struct HeldReview {
    files: CampaignFiles,
    /// The month of its accounts.
    period: String,
}

/// Notes what is wrong with reviews, within packs and between them.
pub(super) fn check(packs: &mut [VerifiedPack]) {
    let mut found = Vec::new();
    let mut held: Vec<BTreeMap<String, HeldReview>> = Vec::new();
    for (place, pack) in packs.iter().enumerate() {
        let (reviews, faults) = held_by(&pack.dir);
        found.extend(faults.into_iter().map(|(name, why)| (place, name, why)));
        held.push(reviews);
    }
    let places: BTreeMap<&str, usize> = packs
        .iter()
        .enumerate()
        .filter_map(|(place, pack)| Some((pack.manifest.as_ref()?.0.as_str(), place)))
        .collect();
    for (place, pack) in packs.iter().enumerate() {
        let Some((_, manifest)) = &pack.manifest else { continue };
        let before = manifest
            .previous
            .iter()
            .filter_map(|it| places.get(it.manifest_sha256.as_str()).copied());
        let before: BTreeSet<usize> = before.collect();
        for earlier in before {
            let lost = held[earlier].iter().filter(|(_, it)| is_kept(it, &pack.period));
            let lost =
                lost.filter_map(|(name, it)| Some((name, why_lost(it, held[place].get(name))?)));
            found.extend(lost.map(|(name, why)| (place, path_of(name), why.to_owned())));
        }
    }
    for (place, what, why) in found {
        packs[place].fault(what, why);
    }
}

/// The reviews in a pack, and what is wrong with others.
fn held_by(dir: &Path) -> (BTreeMap<String, HeldReview>, Vec<(String, String)>) {
    let (mut res, mut faults) = (BTreeMap::new(), Vec::new());
    for folder in files::folders_in(&dir.join(REVIEWS)) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = CampaignFiles::read(&folder)
            .and_then(|files| Ok((OpenedCampaign::of(&folder, &files)?, files)));
        match read {
            Ok((opened, files)) => {
                let period = opened.campaign.period;
                res.insert(name, HeldReview { files, period });
            }
            Err(error) => faults.push((path_of(&name), error.to_string())),
        }
    }
    (res, faults)
}

fn path_of(name: &str) -> String {
    format!("{REVIEWS}/{name}")
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
    (!later.files.go_on_from(&earlier.files)).then_some(
        "the pack before holds other lines of it, or decisions that are not in it any more",
    )
}
