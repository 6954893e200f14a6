//! What became of the decisions to revoke and to change, by the packs after them.

use serde::Serialize;

use crate::checksums::SealedFolder;
use crate::config::Config;
use crate::evidence;
use crate::names::of_today;
use crate::review::{OpenedCampaign, Removal, Sightings, SoughtLines, removals};
use crate::rules::days_until_removed;
use crate::run::Error;
use crate::snapshot::store;

/// What became of them, and the packs that prove nothing, each with the reason.
#[derive(Serialize)]
pub(super) struct Proof {
    pub(super) removals: Vec<Removal>,
    pub(super) passed_over: Vec<String>,
}

/// Looks for every decision to revoke or to change in the packs after it.
pub(super) fn proof(config: &Config, opened: &OpenedCampaign) -> Result<Proof, Error> {
    let renamed = config.renamed();
    let decisions = opened.record.decisions();
    let first = decisions.values().filter(|it| it.1.decision.removes()).map(|it| it.0).min();
    let Some(first) = first else {
        return Ok(Proof { removals: Vec::new(), passed_over: Vec::new() });
    };
    let sought = SoughtLines::of([opened], &renamed);
    let out = &config.output.dir;
    let mut packs = evidence::packs(out, &renamed);
    packs.retain(|it| it.manifest.collected_at > first);
    packs.reverse();
    let (mut sightings, mut passed_over) = (Sightings::default(), Vec::new());
    for pack in &packs {
        let dir = out.join(&pack.place);
        let whole = SealedFolder::open(&dir)
            .and_then(|it| it.check(&dir, |path| path.starts_with("snapshot/")));
        if let Err(fault) = whole {
            passed_over.push(format!("{}: {fault}", pack.place));
            continue;
        }
        let wanted = |name: &str| sought.concern(of_today(name, &renamed));
        let (mut snapshot, hashes) = store::read_some(&dir.join("snapshot"), wanted)?;
        snapshot.rename(&renamed);
        sightings.add(snapshot.collected_at, &hashes.id, sought.in_snapshot(&snapshot));
    }
    let allowed = days_until_removed(&config.rules);
    let removals = removals(&opened.lines, &opened.record, &sightings, allowed);
    Ok(Proof { removals, passed_over })
}
