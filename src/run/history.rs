//! What was collected before: found on disk with the rosters beside it, and asked.
//!
//! What earlier packs recorded is read; today's rules are put to an earlier snapshot only where no
//! record says what they would have found.

mod reader;
mod records;
mod rosters;
mod sightings;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use self::reader::EarlierReader;
pub(super) use self::records::Records;
pub(super) use self::rosters::rosters;
use self::sightings::{disabled, seen};
use super::prior::PriorEvaluator;
use super::{Error, Inputs};
use crate::audit::prior::PriorVerdicts;
use crate::audit::record::{RuleTerms, TermsByRule};
use crate::roster::Roster;
use crate::snapshot::Snapshot;
use crate::snapshot::earlier::{Earlier, EarlierSnapshot, Remark, Search, TakenFiles};
use crate::tables::build::trend::PriorCounts;

/// The earlier snapshots, and the rosters of those that are compared with.
pub(super) struct History {
    pub(super) earlier: Earlier,
    /// By the id of their snapshot.
    pub(super) rosters: BTreeMap<String, Roster>,
    /// What earlier snapshots came to.
    pub(super) past: PriorCounts,
    /// By what today's rules decide.
    pub(super) terms: TermsByRule,
    /// What earlier packs recorded.
    pub(super) records: Records,
    /// What today's rules would have found where no record says, newest first.
    pub(super) judged: Vec<PriorVerdicts>,
    /// The files of earlier evidence that all of this rests on.
    pub(super) taken: TakenFiles,
    /// What the search found and could not read.
    pub(super) found_unreadable: Vec<Remark>,
}

impl History {
    /// What `earlier` evidence says.
    pub(super) fn read(
        mut earlier: Earlier,
        search: &Search<'_>,
        snapshot: &Snapshot,
        inputs: &Inputs,
    ) -> Result<Self, Error> {
        let found_unreadable = earlier.unreadable.clone();
        let (rosters, mut unreadable) = rosters(&earlier, &inputs.config);
        let rules = inputs.catalogue.rules().iter();
        let terms: TermsByRule =
            rules.map(|it| (it.code, RuleTerms::of(it, &inputs.config.rules))).collect();
        let mut records = Records::read(&earlier, search.renamed);
        unreadable.append(&mut records.unreadable);
        let disabled = disabled(snapshot);
        let reader = EarlierReader {
            earlier: &earlier,
            inputs,
            judge: PriorEvaluator::of(inputs, &terms),
            period: search.calendar.month(snapshot.collected_at),
            records: &records,
            changed: changed(&terms, &records, snapshot),
            disabled: &disabled,
        };
        let chosen = reader.chosen(snapshot);
        let taken = reader.taken(&chosen);
        let mut readings = reader.read_previous(&rosters)?;
        readings.extend(reader.read_all(&chosen)?);
        let mut sightings = std::mem::take(&mut records.sightings);
        let mut judged = Vec::new();
        for reading in readings {
            for (instance, month, counts) in reading.counts {
                records.months.add(instance, month, counts);
            }
            sightings.extend(reading.sightings);
            judged.extend(reading.judged);
            unreadable.extend(reading.unreadable);
        }
        judged.sort_by_key(|it| Reverse(it.collected_at));
        earlier.unreadable.extend(unreadable);
        earlier.unreadable.sort_by(|one, other| one.name.cmp(&other.name));
        let figures = records.months.0.clone();
        let past = PriorCounts { figures, seen: seen(&disabled, sightings) };
        Ok(Self { earlier, rosters, past, terms, records, judged, taken, found_unreadable })
    }
}

/// The rules that are not what they were when a pack recorded what they found, with the instances
/// on which that is so.
fn changed<'a>(
    terms: &TermsByRule,
    records: &Records,
    snapshot: &'a Snapshot,
) -> BTreeMap<&'static str, BTreeSet<&'a str>> {
    let differs = |code: &str, instance: &str, now: &RuleTerms| {
        let then = records.findings.iter().find_map(|it| it.rule(code, instance));
        then.is_some_and(|then| then.terms != *now)
    };
    let mut res: BTreeMap<&'static str, BTreeSet<&'a str>> = BTreeMap::new();
    for (code, now) in terms {
        let names = snapshot.instances.iter().map(|it| it.name.as_str());
        let those: BTreeSet<&str> = names.filter(|it| differs(code, it, now)).collect();
        if !those.is_empty() {
            res.insert(code, those);
        }
    }
    res
}

fn unreadable(stored: &EarlierSnapshot, why: String) -> Remark {
    Remark { name: stored.name.clone(), period: Some(stored.period), why }
}
