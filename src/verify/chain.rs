//! Packs against each other: each goes on from packs that are there, and unchanged, or of which the
//! record of retention says that they were removed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::retention::Records;
use super::{Fault, ManifestFacts, VerifiedPack, fault};
use crate::checksums::PreviousFolder;

/// Notes what is wrong between packs.
pub(super) fn check(packs: &mut [VerifiedPack], records: &Records) {
    let chain = Chain::of(packs, records);
    let links: Vec<ChainLinks> = packs.iter().map(|it| chain.links_of(it)).collect();
    for (pack, links) in packs.iter_mut().zip(links) {
        pack.faults.extend(links.faults);
        pack.removed.extend(links.removed);
    }
}

/// Packs that go on from each other.
struct Chain<'a> {
    packs: &'a [VerifiedPack],
    records: &'a Records,
    /// The packs by the hashes of their manifests.
    by_manifest: BTreeMap<&'a str, &'a ManifestFacts>,
    /// The manifests from which any pack goes on, one that was removed included.
    continued: BTreeSet<&'a str>,
    /// The newest period.
    last: &'a str,
}

/// How a pack hangs together with the others.
#[derive(Default)]
struct ChainLinks {
    faults: Vec<Fault>,
    /// What it goes on from and that was removed.
    removed: Vec<String>,
}

impl<'a> Chain<'a> {
    fn of(packs: &'a [VerifiedPack], records: &'a Records) -> Self {
        let manifests = || packs.iter().filter_map(|it| it.manifest.as_ref());
        let previous = manifests().flat_map(|it| &it.1.previous);
        let continued = previous.map(|it| it.manifest_sha256.as_str());
        Self {
            packs,
            records,
            by_manifest: manifests().map(|it| (it.0.as_str(), &it.1)).collect(),
            continued: continued.chain(records.continued()).collect(),
            last: packs.iter().map(|it| it.period.as_str()).max().unwrap_or_default(),
        }
    }

    fn links_of(&self, pack: &VerifiedPack) -> ChainLinks {
        let mut res = ChainLinks::default();
        let Some((sha256, manifest)) = &pack.manifest else { return res };
        for previous in &manifest.previous {
            self.follow(previous, manifest, &mut res);
        }
        let month = pack.dir.canonicalize().ok();
        let month = month.as_deref().and_then(Path::parent).and_then(Path::file_name);
        if month.is_some_and(|it| it.to_string_lossy() != manifest.period) {
            let why = format!("it is of {}, and lies in another folder", manifest.period);
            res.faults.push(fault("folder", why));
        }
        if !self.continued.contains(sha256.as_str()) && *pack.period < *self.last {
            let why =
                "no later pack goes on from it: it was put in or made again, or one is missing";
            res.faults.push(fault("chain", why));
        }
        res
    }

    /// Notes what is wrong with a pack that another one goes on from, or that it was removed.
    fn follow(&self, previous: &PreviousFolder, manifest: &ManifestFacts, to: &mut ChainLinks) {
        let PreviousFolder { pack: name, manifest_sha256 } = previous;
        if let Some(then) = self.by_manifest.get(manifest_sha256.as_str()) {
            let is_later = then.collected_at > manifest.collected_at
                || then.rendered_at > manifest.rendered_at;
            if is_later {
                let why = "the pack goes on from it, and it says that it is later";
                to.faults.push(fault(name, why));
            }
        } else if let Some(it) = self.records.of_manifest(manifest_sha256) {
            to.removed.push(format!("goes on from {name}, {}", it.words()));
        } else {
            let same_name = self.packs.iter().any(|it| it.dir.ends_with(Path::new(name)));
            let why = if same_name { "was changed or made again since" } else { "is missing" };
            to.faults.push(fault(name, format!("the pack goes on from it, and it {why}")));
        }
    }
}
