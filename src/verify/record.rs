//! What a pack reported of each finding, against its tables and the records before it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Fault, ManifestFacts, fault, tables};
use crate::audit::record::RecordedFinding;
use crate::calendar::stamps::stamp;
use crate::checksums::{MANIFEST, SealedFolder};
use crate::names::fold;
use crate::record::PackRecord;
use crate::snapshot::earlier::{HISTORY, Pack};
use crate::snapshot::store;

/// Findings that are named one by one.
const MOST_NAMED: usize = 20;

/// What is wrong with the record.
pub(super) fn faults(dir: &Path, manifest: &ManifestFacts) -> Vec<Fault> {
    let record = match read(dir, &manifest.snapshot_id) {
        Ok(Some(it)) => it,
        Ok(None) => return Vec::new(),
        Err(why) => return vec![fault("record", why)],
    };
    let mut res = Vec::new();
    let mut earlier = Vec::new();
    for previous in &manifest.previous {
        let below = dir.join(HISTORY).join(&previous.pack);
        let seen = store::peek(&below.join("snapshot")).map_err(|error| error.to_string());
        match seen.and_then(|it| read(&below, &it.id)) {
            Ok(Some(it)) => earlier.push(renamed(it, &record.renamed)),
            Ok(None) => res.push(fault(HISTORY, format!("it has no record of {}", previous.pack))),
            Err(why) => {
                let above = format!("{}/", dir.display());
                res.push(fault(HISTORY, format!("{}: {}", previous.pack, why.replace(&above, ""))));
            }
        }
        let copy = SealedFolder::open(&below);
        if copy.is_ok_and(|it| it.manifest_sha256 != previous.manifest_sha256) {
            let what = format!("{HISTORY}/{}/{MANIFEST}", previous.pack);
            res.push(fault(what, "it is not the manifest that the pack goes on from"));
        }
    }
    let findings = || record.findings.findings.iter();
    let mut odd: Vec<Fault> = findings().filter_map(|it| age(it, &earlier, manifest)).collect();
    if let Some(shown) = tables::first_seen(dir) {
        odd.extend(findings().filter_map(|it| printed(it, &shown)));
    }
    let more = odd.len().saturating_sub(MOST_NAMED);
    odd.truncate(MOST_NAMED);
    res.extend(odd);
    if more > 0 {
        res.push(fault("record", format!("the same of {more} findings more")));
    }
    res
}

/// The record of a pack, whose lists have it.
fn read(dir: &Path, snapshot_id: &str) -> Result<Option<PackRecord>, String> {
    let sealed = SealedFolder::open(dir).map_err(|it| it.to_string())?;
    PackRecord::read(&Pack { dir: dir.to_owned(), sealed }, snapshot_id)
}

/// The findings of a record by today's names of their instances.
fn renamed(
    record: PackRecord,
    names: &BTreeMap<String, String>,
) -> BTreeMap<String, RecordedFinding> {
    let kept: BTreeSet<String> =
        record.findings.rules.iter().map(|rule| rule.instance.clone()).collect();
    let today = |it: RecordedFinding| {
        let name = names.get(&fold(&it.instance)).filter(|name| !kept.contains(*name)).cloned();
        let name = name.unwrap_or_else(|| it.instance.clone());
        it.renamed(&name)
    };
    let findings = record.findings.findings.into_iter().map(today);
    findings.map(|it| (it.finding_id.clone(), it)).collect()
}

/// Why a finding is not as the table has it; none where it is.
fn printed(it: &RecordedFinding, shown: &BTreeMap<String, String>) -> Option<Fault> {
    let verdict = it.verdict?;
    let span = if verdict.is_exception() { it.exception } else { it.undetermined };
    let own = span.map(|it| stamp(it.since)).unwrap_or_default();
    match shown.get(&it.finding_id) {
        Some(printed) if *printed == own => None,
        Some(printed) => {
            let why =
                format!("the record has it since {own}, and csv/findings.csv since {printed}");
            Some(fault(&it.finding_id, why))
        }
        None => Some(fault(&it.finding_id, "it is in the record, and not in csv/findings.csv")),
    }
}

/// Why a finding cannot be as old as the pack says; none where the records before it say the same.
fn age(
    it: &RecordedFinding,
    earlier: &[BTreeMap<String, RecordedFinding>],
    manifest: &ManifestFacts,
) -> Option<Fault> {
    let own = it.exception.filter(|span| span.open && it.verdict.is_some())?;
    let before = earlier.iter().filter_map(|record| record.get(&it.finding_id)?.exception);
    let open = before.filter(|span| span.open).map(|span| span.since).min();
    // Manifests say seconds, and records their parts too.
    let (own, expected) = (stamp(own.since), stamp(open.unwrap_or(manifest.collected_at)));
    (own != expected).then(|| {
        let why = match open {
            Some(_) => {
                format!("it says that it was first reported {own}; the records before, {expected}")
            }
            None => {
                format!("it says that it was first reported {own}, and no record before has it")
            }
        };
        fault(&it.finding_id, why)
    })
}
