//! Instances behind whose name something else may be than before: another address, or another
//! organization of Retool's.
//!
//! A new address alone is a move where the organization is the same. Where it is another, or
//! unknown, the instance of before may not be audited any more, and what is compared with it says
//! nothing.

use chrono::NaiveDate;

use super::inputs::ReportInputs;
use super::opinion::MOST_INSTANCES;
use crate::names::first_few;
use crate::snapshot::Collected;
use crate::snapshot::earlier::EarlierSnapshot;

/// An instance that is not where it was, or not what it was.
struct Moved<'a> {
    instance: &'a str,
    /// When it was seen there last, where the organization is.
    last_day: NaiveDate,
    /// Where it was and where it is; none where that is the same.
    addresses: Option<[String; 2]>,
    /// Whether Retool's organization is the same; unknown where one of the ids is missing.
    same: Option<bool>,
}

/// All of them, in the order of the configuration.
fn all<'a>(inputs: &ReportInputs<'a>) -> impl Iterator<Item = Moved<'a>> {
    let calendar = inputs.given.config.organization.calendar();
    let earlier = inputs.given.earlier;
    inputs.given.snapshot.instances.iter().filter_map(move |it| {
        let name = it.name.as_str();
        let had = |earlier_snapshot: &&EarlierSnapshot| {
            earlier_snapshot.comparable && earlier_snapshot.brief(name).is_some()
        };
        let last = earlier.stored.iter().rfind(had)?;
        let before = earlier.of(name).and_then(|(_, collected)| organization(collected));
        let then = InstanceIdentity { url: &last.brief(name)?.url, organization: before };
        let now = InstanceIdentity { url: &it.url, organization: organization(it) };
        Moved::of(name, calendar.day(last.collected_at()), &then, &now)
    })
}

/// Where an instance is, and which organization of Retool's is behind it, as far as that is known.
struct InstanceIdentity<'a> {
    url: &'a str,
    organization: Option<&'a str>,
}

impl<'a> Moved<'a> {
    /// None where nothing speaks for another instance.
    fn of(
        instance: &'a str,
        last_day: NaiveDate,
        then: &InstanceIdentity<'_>,
        now: &InstanceIdentity<'_>,
    ) -> Option<Self> {
        let [was, is] = [then.url, now.url].map(place);
        let known = !was.is_empty() && !is.is_empty();
        let addresses = (known && was != is).then_some([was, is]);
        let same = then.organization.zip(now.organization).map(|(then, now)| then == now);
        let moved = addresses.is_some() || same == Some(false);
        moved.then_some(Self { instance, last_day, addresses, same })
    }

    /// What the report cannot show because of it.
    fn limit(&self) -> String {
        let Moved { instance, last_day, .. } = self;
        let what = match &self.addresses {
            None => {
                format!("has another organization behind it than in the snapshot of {last_day}")
            }
            Some([then, now]) => {
                format!("is at {now}, and was at {then} in the snapshot of {last_day}")
            }
        };
        let why = match self.same {
            Some(true) => "The organization behind it has the same id, so it is the same instance",
            Some(false) => {
                "The organization's id is another, so it is another instance under the same name: \
                 what is compared with earlier snapshots says nothing, and no account in the \
                 earlier instance was reviewed"
            }
            None => {
                "Whether it is the same instance is unknown, because an id of the organization \
                 behind it is missing: what is compared with earlier snapshots may say nothing"
            }
        };
        format!("The instance `{instance}` {what}. {why}.")
    }
}

/// An address as it is compared: its scheme and the slash at its end say nothing of where it is.
fn place(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |it| it.1);
    rest.trim().trim_end_matches('/').to_lowercase()
}

/// Retool's id of the organization behind an instance.
fn organization(collected: &Collected) -> Option<&str> {
    collected.records.organization.as_ref()?.id.as_ref().map(|id| id.0.as_str())
}

/// Those that may be another instance than what earlier packs call so, which is no longer audited;
/// each in sentences.
pub(super) fn doubtful(inputs: &ReportInputs<'_>) -> impl Iterator<Item = String> {
    all(inputs).filter(|it| it.same != Some(true)).map(|it| it.limit())
}

/// What the report cannot show because of them.
pub(super) fn limits(inputs: &ReportInputs<'_>) -> Vec<String> {
    all(inputs).map(|it| it.limit()).collect()
}

/// What the opinion says of those that may be another instance.
pub(super) fn opinion(inputs: &ReportInputs<'_>) -> Option<String> {
    let words = |it: Moved<'_>| {
        let Moved { instance, last_day, .. } = &it;
        match &it.addresses {
            Some([then, now]) => format!("{instance} ({now}; {then} on {last_day})"),
            None => format!("{instance} (another organization than on {last_day})"),
        }
    };
    let words: Vec<String> = all(inputs).filter(|it| it.same != Some(true)).map(words).collect();
    let but = "What earlier packs call so may be another instance, which is no longer audited";
    (!words.is_empty()).then(|| format!("{but}: {}.", first_few(&words, MOST_INSTANCES).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{InstanceIdentity, Moved};

    #[test]
    fn an_instance_that_may_be_another_is_told_by_its_address_and_its_organization() {
        let line = |then: (&str, Option<&str>), now: (&str, Option<&str>)| {
            let [then, now] =
                [then, now].map(|(url, organization)| InstanceIdentity { url, organization });
            let day = "2026-10-02".parse().unwrap();
            Moved::of("prod", day, &then, &now).map_or_else(|| "-".to_owned(), |it| it.limit())
        };
        let (here, there) = ("https://a.acme.test", "https://b.acme.test:3000/retool");
        let nothing = [
            line((here, Some("o1")), (here, Some("o1"))),
            line((here, Some("o1")), ("http://A.acme.test/", None)),
            line((here, None), ("", None)),
        ];
        assert_eq!(nothing, ["-", "-", "-"]);
        assert!(line((here, Some("o1")), (there, Some("o1"))).ends_with("the same instance."));
        assert!(line((here, Some("o1")), (there, Some("o2"))).contains("another instance under"));
        assert!(line((here, None), (there, Some("o2"))).contains("is unknown"));
        assert!(line((here, Some("o1")), (here, Some("o2"))).contains("another organization"));
        let told = line((here, None), (there, None));
        assert!(told.contains("is at b.acme.test:3000/retool, and was at a.acme.test"), "{told}");
    }
}
