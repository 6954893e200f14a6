//! An instance as it was at the previous snapshot, and what an account was in it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::access::GroupStandings;
use super::bounds::ValueBounds;
use super::people::key;
use super::{EvaluationContext, InstanceContext};
use crate::approvals::{ApprovalQuery, ApprovedKind};
use crate::calendar::days_after;
use crate::roster::{Person, Roster};
use crate::snapshot::Collected;
use crate::snapshot::earlier::{PassedOver, PreviousSnapshot};
use crate::snapshot::record::{AccessToken, User};
use crate::tables::column::span;
use crate::tables::{Table, Tables};

/// The state that an instance is compared with.
pub(super) struct PriorState<'a> {
    pub(super) at: DateTime<Utc>,
    pub(super) previous: &'a PreviousSnapshot,
    pub(super) collected: &'a Collected,
    pub(super) standings: GroupStandings<'a>,
    /// By id.
    pub(super) tokens: BTreeMap<&'a str, &'a AccessToken>,
    /// People by what tables call them, in the roster of that time.
    people: Option<BTreeMap<String, &'a Person>>,
}

impl<'a> PriorState<'a> {
    /// None where the instance was never complete before.
    pub(super) fn of(name: &str, given: &EvaluationContext<'a>) -> Option<Self> {
        let (previous, collected) = given.earlier.of(name)?;
        let roster = given.former_rosters.get(&previous.stored.peek.id);
        Some(Self {
            at: previous.stored.collected_at(),
            previous,
            collected,
            standings: GroupStandings::of(collected),
            tokens: by_id(&collected.records.access_tokens),
            people: roster.map(by_key),
        })
    }

    /// The account of that id, with its place in the list of users.
    pub(super) fn user(&self, id: &str) -> Option<(usize, &'a User)> {
        let at = self.standings.index.by_id(id)?;
        Some((at, &self.collected.records.users[at]))
    }

    /// How many people the roster of that time has, where there is one.
    pub(super) fn people(&self) -> Option<usize> {
        self.people.as_ref().map(BTreeMap::len)
    }
}

/// API tokens by their ids.
pub(super) fn by_id(tokens: &[AccessToken]) -> BTreeMap<&str, &AccessToken> {
    tokens.iter().rev().map(|token| (token.id.0.as_str(), token)).collect()
}

fn by_key(roster: &Roster) -> BTreeMap<String, &Person> {
    roster.people.iter().map(|person| (key(person).into_owned(), person)).collect()
}

/// What one account was at the previous snapshot; unknown where there is none.
#[derive(Default)]
pub(super) struct PriorAccount {
    pub(super) known: Option<bool>,
    pub(super) was_active: Option<bool>,
    pub(super) was_tier: Option<ValueBounds<i64>>,
    pub(super) groups_changed: Option<bool>,
    pub(super) active_after_end: Option<TimeDelta>,
    pub(super) disabled_after_end: Option<TimeDelta>,
    pub(super) moved: Option<bool>,
    pub(super) moved_from: String,
}

impl PriorAccount {
    pub(super) fn of<'a>(
        here: &InstanceContext<'a>,
        record: &User,
        person: Option<&Person>,
        standings: &GroupStandings<'a>,
        place: usize,
    ) -> Self {
        let Some(before) = here.before else { return Self::default() };
        let found = before.user(&record.id.0);
        let last = person.and_then(|it| it.on(here.day).end_date.known());
        let end = last.map(|it| here.calendar().end(it));
        let seen = here.seen(record);
        let last_active = seen.active.max(found.and_then(|it| it.1.active?.then_some(before.at)));
        let disabled = seen.disabled.unwrap_or(here.now);
        let (moved, moved_from) = moved(before, person);
        Self {
            known: Some(found.is_some()),
            was_active: found.and_then(|it| it.1.active),
            was_tier: found.map(|(at, it)| before.standings.tier(at, it)),
            groups_changed: found
                .and_then(|(at, _)| standings.groups_differ(place, &before.standings, at)),
            active_after_end: end.map(|it| span(it, last_active.unwrap_or(before.at))),
            disabled_after_end: end.map(|it| span(it, disabled)),
            moved,
            moved_from,
        }
    }
}

type Field = fn(&Person) -> Option<String>;

/// Whether the person's work changed since, and how it was; a new person has not moved.
fn moved(before: &PriorState<'_>, person: Option<&Person>) -> (Option<bool>, String) {
    let (Some(people), Some(person)) = (&before.people, person) else {
        return (None, String::new());
    };
    let Some(then) = people.get(key(person).as_ref()) else { return (Some(false), String::new()) };
    let fields: [(&str, Field); 3] = [
        ("department", Person::department),
        ("title", Person::title),
        ("manager", Person::manager),
    ];
    let differs = fields.iter().filter(|(_, it)| it(then) != it(person));
    let words = differs
        .map(|(word, it)| format!("{word} {}", it(then).unwrap_or_else(|| "none".to_owned())));
    let words: Vec<String> = words.collect();
    (Some(!words.is_empty()), words.join("; "))
}

impl InstanceContext<'_> {
    /// Whether a change that was made since the previous snapshot to what goes by any of `names` is
    /// approved.
    pub(super) fn approves(&self, change: ApprovedKind, names: &[&str]) -> bool {
        self.approved_on(change, names).is_some()
    }

    /// When such a change was approved; none where it was not.
    pub(super) fn approved_on(&self, change: ApprovedKind, names: &[&str]) -> Option<NaiveDate> {
        let (approvals, before) = (self.approvals?, self.before?);
        let from = days_after(self.calendar().day(before.at), -DAYS_AHEAD);
        let to = self.day;
        approvals.approved_on(&ApprovalQuery { change, instance: self.name(), names, from, to })
    }
}

/// How long before the previous snapshot a change may have been approved that was made after it.
pub const DAYS_AHEAD: i64 = 30;

/// Says of an instance what it is compared with, or why no rule can compare it.
pub(super) fn note(
    tables: &mut Tables,
    given: &EvaluationContext<'_>,
    name: &str,
    before: Option<&PriorState<'_>>,
) {
    let mut gap = |table: Table, reason: &str| tables.add_gap(Some(name), table, reason);
    let Some(before) = before else {
        let reason = missing(given, name);
        // Months are counted where an older pack shows that the instance was reviewed.
        let counted =
            |table: Table| table == Table::Coverage && given.earlier.older.complete.contains(name);
        for table in OF_COMPARISON.iter().chain(&[Table::Coverage]).filter(|it| !counted(**it)) {
            gap(*table, &reason);
        }
        return;
    };
    if before.people.is_none() {
        gap(Table::FormerRoster, "the earlier snapshot does not lie in a pack with its roster");
    }
}

/// How it begins why an instance is compared with nothing.
pub const NO_EARLIER_MONTH: &str =
    "there is no pack of an earlier month in which the instance was complete";

/// Why an instance is compared with nothing.
fn missing(given: &EvaluationContext<'_>, name: &str) -> String {
    let first = NO_EARLIER_MONTH;
    let word = |passed_over: &PassedOver<'_>| {
        format!(
            "{} on {}",
            passed_over.why,
            given.calendar().day(passed_over.stored.collected_at())
        )
    };
    let unused = given.earlier.unreadable.iter().filter(|it| it.period.is_some()).count();
    let unused = (unused > 0).then(|| format!("{unused} of what lies there not used"));
    let words = given.earlier.passed_over(name).iter().map(word).chain(unused).collect::<Vec<_>>();
    if words.is_empty() { first.to_owned() } else { format!("{first}: {}", words.join(", ")) }
}

/// The tables that an instance without an earlier state, or without a population, has nothing for.
pub(super) const OF_COMPARISON: &[Table] = &[
    Table::Previous,
    Table::FormerRoster,
    Table::FormerUsers,
    Table::Swings,
    Table::GroupChanges,
    Table::SettingChanges,
    Table::Changes,
    Table::Continuity,
];
