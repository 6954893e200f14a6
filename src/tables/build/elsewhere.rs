//! What became of a person's accounts in the other instances, and since when.
//!
//! Snapshots prove intervals: an account that could not sign in at an earlier snapshot nor after it
//! is off at least since then, one that could is off at most since then.

use chrono::{DateTime, TimeDelta, Utc};

use super::prior::PriorState;
use super::trend::{LastSeenActive, PriorCounts};
use crate::roster::{Match, Person};
use crate::snapshot::Collected;
use crate::snapshot::record::User;
use crate::tables::column::span;

/// One instance with its earlier state; whether it was collected, and what there was before.
pub(super) type Site<'a, 'b> = (&'a Collected, bool, Option<&'b PriorState<'a>>);

/// The accounts of all people, by person and instance: flat and sorted, because there are many.
pub(super) struct Elsewhere<'a> {
    /// A person's number in the roster, an instance, and what became of the accounts there.
    held: Vec<(u64, &'a str, Absence)>,
    /// Whether every instance says who is in it.
    whole: bool,
}

/// Whether, and for how long, none of a person's accounts in one instance can sign in.
#[derive(Clone, Copy)]
struct Absence {
    off: Option<bool>,
    least: TimeDelta,
    most: Option<TimeDelta>,
}

/// What holds in the other instances for the person behind an account.
pub(super) struct OtherInstances {
    pub(super) instances: i64,
    pub(super) off: String,
    pub(super) least: Option<TimeDelta>,
    pub(super) most: Option<TimeDelta>,
}

impl<'a> Elsewhere<'a> {
    pub(super) fn of(
        sites: &[Site<'a, '_>],
        owners: &[Vec<Option<Match<'_>>>],
        now: DateTime<Utc>,
        past: &PriorCounts,
    ) -> Self {
        let whole = sites.iter().all(|site| site.1);
        let mut res = Self { held: Vec::new(), whole };
        for ((collected, _, before), owners) in sites.iter().zip(owners).filter(|it| it.0.1) {
            for (user, owner) in collected.records.users.iter().zip(owners) {
                let Some(Match::One(person)) = owner else { continue };
                let here = Absence::of(user, *before, now);
                let here = here.seen(past.seen_of(&collected.name, user), now);
                res.held.push((person.number, &collected.name, here));
            }
        }
        res.held.sort_by_key(|it| (it.0, it.1));
        res.held.dedup_by(|next, it| {
            let same = (next.0, next.1) == (it.0, it.1);
            if same {
                it.2 = it.2.and(next.2);
            }
            same
        });
        res
    }

    /// What holds in the instances other than `instance`.
    pub(super) fn others(&self, instance: &str, person: Option<&Person>) -> OtherInstances {
        let number = person.map_or(u64::MAX, |it| it.number);
        let from = self.held.partition_point(|it| it.0 < number);
        let all = self.held[from..].iter().take_while(|it| it.0 == number);
        let others = all.filter(|it| it.1 != instance).map(|it| (it.1, it.2));
        let others: Vec<(&str, Absence)> = others.collect();
        let off = others.iter().filter(|other| other.1.off == Some(true)).map(|other| other.0);
        let most = others
            .iter()
            .map(|other| other.1.most)
            .try_fold(TimeDelta::zero(), |res, it| Some(res.max(it?)));
        OtherInstances {
            instances: i64::try_from(others.len()).expect("a count"),
            off: off.collect::<Vec<_>>().join("; "),
            least: Some(others.iter().map(|other| other.1.least).max().unwrap_or_default()),
            most: most.filter(|_| self.whole),
        }
    }
}

impl Absence {
    fn of(user: &User, before: Option<&PriorState<'_>>, now: DateTime<Utc>) -> Self {
        let off = user.active.map(|active| !active);
        let none = Self { off, least: TimeDelta::zero(), most: Some(TimeDelta::zero()) };
        let unknown = Self { most: None, ..none };
        let Some(before) = before.filter(|_| off == Some(true)) else {
            return if off == Some(false) { none } else { unknown };
        };
        let since = span(before.at, now);
        match before.user(&user.id.0).map(|it| it.1.active) {
            Some(Some(false)) => Self { least: since, ..unknown },
            Some(None) => unknown,
            Some(Some(true)) | None => Self { most: Some(since), ..none },
        }
    }

    /// What all earlier snapshots tell of it, which may be more than the previous one alone does.
    fn seen(self, seen: LastSeenActive, now: DateTime<Utc>) -> Self {
        if self.off != Some(true) {
            return self;
        }
        let since = |it: Option<DateTime<Utc>>| it.map(|it| span(it, now));
        let least = since(seen.disabled).map_or(self.least, |it| it.max(self.least));
        let most = [self.most, since(seen.active)].into_iter().flatten().min();
        Self { least, most, ..self }
    }

    /// With another account of the same person: off are both together, as long as the shorter.
    fn and(self, other: Self) -> Self {
        let off = match (self.off, other.off) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let most = [self.most, other.most].into_iter().flatten().min();
        Self { off, least: self.least.min(other.least), most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(it: &str) -> DateTime<Utc> {
        format!("{it}T06:00:00Z").parse().expect("a time")
    }

    #[test]
    fn all_earlier_snapshots_tell_since_when_an_account_is_off() {
        let now = day("2026-11-04");
        let four_weeks = TimeDelta::days(28);
        let off = Absence { off: Some(true), least: four_weeks, most: None };
        let on = Absence { off: Some(false), least: TimeDelta::zero(), most: None };
        let cases = [
            ("nothing more", off, LastSeenActive::default()),
            ("longer off", off, LastSeenActive { active: None, disabled: Some(day("2026-09-09")) }),
            (
                "both",
                off,
                LastSeenActive {
                    active: Some(day("2026-08-12")),
                    disabled: Some(day("2026-09-09")),
                },
            ),
            ("back on", on, LastSeenActive { active: None, disabled: Some(day("2026-09-09")) }),
        ];
        let lines = cases.map(|(word, it, seen)| {
            let it = it.seen(seen, now);
            let most = it.most.map(|most| most.num_days());
            format!("{word}: at least {} days, at most {most:?}", it.least.num_days())
        });
        insta::assert_snapshot!(lines.join("\n"), @"
        nothing more: at least 28 days, at most None
        longer off: at least 56 days, at most None
        both: at least 56 days, at most Some(84)
        back on: at least 0 days, at most None
        ");
    }
}
