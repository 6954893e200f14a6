//! What a report says of earlier evidence that is not what was sealed, or that it cannot use.

use super::inputs::ReportInputs;
use crate::report::text::visible;
use crate::snapshot::earlier::{MONTHS, Remark};

/// Remarks that a sentence makes; all of them are where the sources are told.
const MOST_NAMED: usize = 3;

/// What the opinion says.
pub(super) fn opinion(inputs: &ReportInputs<'_>) -> Vec<String> {
    let earlier = inputs.given.earlier;
    let unused = named(&earlier.unreadable);
    let unused = unused.map(|it| format!("Earlier evidence is not used: {it}."));
    let strange = named(&earlier.strange);
    let strange =
        strange.map(|it| format!("Files lie in earlier packs that no list of them names: {it}."));
    unused.into_iter().chain(strange).collect()
}

/// What the report cannot show.
pub(super) fn limits(inputs: &ReportInputs<'_>) -> Option<String> {
    let n = inputs.given.earlier.older.snapshots;
    let calendar = inputs.given.config.organization.calendar();
    let first = calendar.month(inputs.given.snapshot.collected_at).back(MONTHS - 1);
    let what = match n {
        0 => return None,
        1 => "One earlier snapshot was".to_owned(),
        n => format!("{n} earlier snapshots were"),
    };
    Some(format!(
        "{what} collected before {first} and not used: ages, months and numbers look back over \
         {MONTHS} months."
    ))
}

fn named(of: &[Remark]) -> Option<String> {
    let one = |remark: &Remark| format!("{} ({})", visible(&remark.name), visible(&remark.why));
    let words: Vec<String> = of.iter().take(MOST_NAMED).map(one).collect();
    let more = match of.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    (!words.is_empty()).then(|| format!("{}{more}", words.join("; ")))
}
