//! Instances behind whose name something else may be than before: another address, or another
//! organization of Retool's.
//!
//! A new address alone is a move where the organization is the same. Where it is another, or nobody
//! knows, the instance of before may not be audited any more, and what is compared with it says
//! nothing.

use chrono::NaiveDate;

use super::Material;
use crate::snapshot::Collected;
use crate::snapshot::earlier::Stored;

/// An instance that is not where it was, or not what it was.
struct Moved<'a> {
    instance: &'a str,
    /// When it was seen there last, where the organization is.
    last_day: NaiveDate,
    /// Where it was and where it is; none where that is the same.
    addresses: Option<[String; 2]>,
    /// Whether Retool's organization is the same; nobody knows where one of the ids is missing.
    same: Option<bool>,
}

/// All of them, in the order of the configuration.
fn all<'a>(material: &Material<'a>) -> impl Iterator<Item = Moved<'a>> {
    let calendar = material.config.organization.calendar();
    let earlier = material.earlier;
    material.snapshot.instances.iter().filter_map(move |it| {
        let name = it.name.as_str();
        let had = |it: &&Stored| it.comparable && it.brief(name).is_some();
        let last = earlier.stored.iter().rfind(had)?;
        let [then, now] = [&last.brief(name)?.url, &it.url].map(|it| place(it));
        let known = !then.is_empty() && !now.is_empty();
        let addresses = (known && then != now).then_some([then, now]);
        let before = earlier.of(name).and_then(|(_, collected)| organization(collected));
        let same = before.zip(organization(it)).map(|(then, now)| then == now);
        let last_day = calendar.day(last.collected_at());
        let moved = Moved { instance: name, last_day, addresses, same };
        (moved.addresses.is_some() || same == Some(false)).then_some(moved)
    })
}

/// An address as it is compared: its scheme and the slash at its end say nothing of where it is.
fn place(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |it| it.1);
    rest.trim().trim_end_matches('/').to_lowercase()
}

/// Retool's id of the organization behind an instance.
fn organization(collected: &Collected) -> Option<&str> {
    collected.records.organization.as_ref()?.id.as_ref().map(|it| it.0.as_str())
}

/// Whether what earlier packs call so may be another instance, which nobody audits any more.
pub(super) fn is_doubtful(material: &Material<'_>) -> bool {
    all(material).any(|it| it.same != Some(true))
}

/// What the report cannot show because of them.
pub(super) fn limits(material: &Material<'_>) -> Vec<String> {
    let sentence = |it: Moved<'_>| {
        let Moved { instance, last_day, .. } = &it;
        let address = match &it.addresses {
            None => "is at the same address".to_owned(),
            Some([then, now]) => format!("is at {now}, and was at {then}"),
        };
        let what = match it.same {
            Some(true) => "The organization behind it has the same id, so it is the same instance",
            Some(false) => {
                "The organization behind it has another id, so it is another instance under the \
                 same name: what is compared with earlier snapshots says nothing, and nobody in the \
                 instance of then was reviewed"
            }
            None => {
                "Whether it is the same instance, nobody knows, because an id of the organization \
                 behind it is missing: what is compared with earlier snapshots may say nothing"
            }
        };
        format!("The instance `{instance}` {address} in the snapshot of {last_day}. {what}.")
    };
    all(material).map(sentence).collect()
}

/// What the opinion says of those that may be another instance.
pub(super) fn opinion(material: &Material<'_>) -> Option<String> {
    let words = |it: Moved<'_>| {
        let Moved { instance, last_day, .. } = &it;
        match &it.addresses {
            Some([then, now]) => format!("{instance} ({now}; {then} on {last_day})"),
            None => format!("{instance} (another organization than on {last_day})"),
        }
    };
    let words: Vec<String> = all(material).filter(|it| it.same != Some(true)).map(words).collect();
    let but = "The report is partial at best: what earlier packs call so may be another instance, \
               which is no longer audited";
    (!words.is_empty()).then(|| format!("{but}: {}.", words.join(", ")))
}
