//! Packs against each other: each goes on from packs that are there, and unchanged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::VerifiedPack;

/// Notes what is wrong between packs.
pub(super) fn check(packs: &mut [VerifiedPack]) {
    let places: BTreeMap<String, usize> = packs
        .iter()
        .enumerate()
        .filter_map(|(place, pack)| Some((pack.manifest.as_ref()?.0.clone(), place)))
        .collect();
    let last = packs.iter().map(|pack| pack.period.clone()).max().unwrap_or_default();
    let mut continued = BTreeSet::new();
    let mut found = Vec::new();
    for (place, pack) in packs.iter().enumerate() {
        let Some((_, manifest)) = &pack.manifest else { continue };
        for previous in &manifest.previous {
            let name = &previous.pack;
            continued.insert(previous.manifest_sha256.as_str());
            let Some(before) = places.get(&previous.manifest_sha256) else {
                let same_name = packs.iter().any(|it| ends_with(&it.dir, name));
                let why = if same_name { "was changed or made again since" } else { "is missing" };
                found.push((
                    place,
                    name.clone(),
                    format!("the pack goes on from it, and it {why}"),
                ));
                continue;
            };
            let Some((_, then)) = &packs[*before].manifest else { continue };
            if then.collected_at > manifest.collected_at || then.rendered_at > manifest.rendered_at
            {
                let why = "the pack goes on from it, and it says that it is later";
                found.push((place, name.clone(), why.to_owned()));
            }
        }
        let month = pack.dir.canonicalize().ok();
        let month = month.as_deref().and_then(Path::parent).and_then(Path::file_name);
        if month.is_some_and(|it| it.to_string_lossy() != manifest.period) {
            let why = format!("it is of {}, and lies in another folder", manifest.period);
            found.push((place, "folder".to_owned(), why));
        }
    }
    for (place, pack) in packs.iter().enumerate() {
        let is_continued =
            pack.manifest.as_ref().is_some_and(|it| continued.contains(it.0.as_str()));
        if !is_continued && pack.period < last && pack.manifest.is_some() {
            let why =
                "no later pack goes on from it: it was put in or made again, or one is missing";
            found.push((place, "chain".to_owned(), why.to_owned()));
        }
    }
    for (place, what, why) in found {
        packs[place].fault(what, why);
    }
}

fn ends_with(dir: &Path, name: &str) -> bool {
    dir.ends_with(Path::new(name))
}
