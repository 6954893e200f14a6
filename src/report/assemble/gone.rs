//! Instances that earlier packs have, and that are no longer audited.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::inputs::ReportInputs;
use super::opinion::MOST_INSTANCES;
use crate::calendar::stamps::stamp;
use crate::names::first_few;
use crate::report::comparison::GoneInstance;
use crate::snapshot::earlier::Gone;

/// All of them, by name.
pub(super) fn all(inputs: &ReportInputs<'_>) -> Vec<GoneInstance> {
    dated(inputs).map(|(it, _)| it).collect()
}

/// Those that the configuration does not exclude.
pub(super) fn unexplained(inputs: &ReportInputs<'_>) -> Vec<GoneInstance> {
    let mut res = all(inputs);
    res.retain(|it| it.excluded_because.is_empty());
    res
}

/// All of them, each with the organization's day on which it was last collected.
fn dated(inputs: &ReportInputs<'_>) -> impl Iterator<Item = (GoneInstance, NaiveDate)> {
    let audited: Vec<&str> =
        inputs.given.snapshot.instances.iter().map(|instance| instance.name.as_str()).collect();
    let calendar = inputs.given.config.organization.calendar();
    let gone = inputs.given.earlier.gone(&audited);
    let told =
        gone.iter().map(|it| (gone_instance(inputs, it), calendar.day(it.last.collected_at())));
    told.collect::<Vec<_>>().into_iter()
}

fn gone_instance(inputs: &ReportInputs<'_>, gone: &Gone<'_>) -> GoneInstance {
    let config = inputs.given.config;
    let brief = gone.brief;
    let reason = config.excludes(&brief.name);
    let same = config
        .instances
        .iter()
        .find(|instance| !instance.url.is_empty() && instance.url == brief.url);
    let advice = match (reason, same) {
        (Some(_), _) => String::new(),
        (None, Some(instance)) => format!(
            "`{}` has its address: if it is the same instance, write `formerly = [\"{}\"]` there.",
            instance.name, brief.name
        ),
        (None, None) => format!(
            "Audit it again, write `formerly = [\"{0}\"]` where it has another name now, or exclude \
             it with a reason: `[[excluded]]` with `instance = \"{0}\"`.",
            brief.name
        ),
    };
    GoneInstance {
        instance: brief.name.clone(),
        url: brief.url.clone(),
        last_collected: stamp(gone.last.collected_at()),
        excluded_because: reason.cloned().unwrap_or_default(),
        advice,
    }
}

/// What the report cannot show because of them.
pub(super) fn limits(inputs: &ReportInputs<'_>) -> Vec<String> {
    let sentence = |(it, last_day): (GoneInstance, NaiveDate)| {
        let since = since(&it, last_day);
        format!("The instance `{}` {since}: no account in it was reviewed.", it.instance)
    };
    dated(inputs).map(sentence).collect()
}

/// Why nothing is known of each of them now, by name.
pub(super) fn reasons(inputs: &ReportInputs<'_>) -> BTreeMap<String, String> {
    let reason = |(it, last_day): (GoneInstance, NaiveDate)| {
        let since = since(&it, last_day);
        (it.instance, format!("the instance {since}"))
    };
    dated(inputs).map(reason).collect()
}

/// Since when an instance is not audited, and why, to be read after its name.
fn since(it: &GoneInstance, last_day: NaiveDate) -> String {
    let reason = match it.excluded_because.as_str() {
        "" => "nothing says why".to_owned(),
        reason => format!("the configuration excludes it ({})", reason.trim_end_matches('.')),
    };
    format!("has not been audited since the snapshot of {last_day}, and {reason}")
}

/// What the opinion says of those that nothing explains.
pub(super) fn opinion(inputs: &ReportInputs<'_>) -> Option<String> {
    let gone = dated(inputs).filter(|(it, _)| it.excluded_because.is_empty());
    let words = gone.map(|(it, last_day)| format!("{} (last on {last_day})", it.instance));
    let words: Vec<String> = words.collect();
    let but = "Instances of earlier packs that are no longer audited";
    (!words.is_empty()).then(|| format!("{but}: {}.", first_few(&words, MOST_INSTANCES).join(", ")))
}
