//! What the inputs name, put beside what a snapshot has.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::history::Records;
use super::{Inputs, names};
use crate::audit::Outcome;
use crate::calendar::{Calendar, days_after};
use crate::identities::Identities;
use crate::references::{self, AnsweredFinding, KnownLists, Reference};
use crate::snapshot::Snapshot;
use crate::snapshot::earlier::Earlier;
use crate::tables::build::DAYS_AHEAD;

/// Looks up every name of the inputs in a snapshot.
pub(super) fn resolve(
    written: &Inputs,
    snapshot: &Snapshot,
    identities: &Identities<'_>,
    earlier: &Earlier,
) -> Vec<Reference> {
    let calendar = written.config.organization.calendar();
    let gone = earlier.gone(&names(snapshot));
    let gone: Vec<&str> = gone.iter().map(|it| it.brief.name.as_str()).collect();
    // Where there is no pack at all, none says what there was.
    let gone = (!earlier.stored.is_empty()).then_some(&gone[..]);
    references::resolve(&references::ReferenceSources {
        config: &written.config,
        approvals: written.approvals.as_ref(),
        baseline: written.baseline.as_ref(),
        waivers: written.waivers.as_ref(),
        lists: &KnownLists::of(snapshot),
        identities,
        today: calendar.day(snapshot.collected_at),
        since: since(earlier, calendar),
        gone,
    })
}

/// The first day of approvals that can cover a change since the oldest snapshot that is compared.
fn since(earlier: &Earlier, calendar: Calendar) -> Option<NaiveDate> {
    let times = earlier.previous.iter().map(|it| it.stored.collected_at());
    times.min().map(|it| days_after(calendar.day(it), -DAYS_AHEAD))
}

/// Looks up the findings that management responses answer, which are known once the rules were put.
pub(super) fn answered(
    written: &Inputs,
    outcomes: &[Outcome],
    records: &Records,
) -> Vec<Reference> {
    let Some(responses) = &written.responses else { return Vec::new() };
    let found = outcomes.iter().flat_map(|it| it.findings.iter());
    let found: BTreeMap<&str, &str> =
        found.map(|it| (it.id.as_str(), it.instance.as_str())).collect();
    let before = |id: &str| records.findings.iter().find_map(|record| record.finding(id));
    references::responses(responses, |id| match (found.get(id), before(id)) {
        (Some(instance), _) => AnsweredFinding::Found(instance),
        (None, Some(then)) => AnsweredFinding::Before(&then.instance),
        (None, None) => AnsweredFinding::Unknown,
    })
}
