//! People across instances: who in the roster has which accounts.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::bounds::ValueBounds;
use crate::address;
use crate::roster::{Match, Person, Roster, Status};
use crate::snapshot::Collected;
use crate::snapshot::record::User;
use crate::tables::dictionary::{person, roster};

/// The roster belongs to the organization, not to an instance.
pub(super) const ALL: &str = "all";

/// Whom the roster knows behind each account of an instance, in the order of the list of users;
/// none where there is no roster or no address.
pub(super) fn owners<'a>(
    collected: &Collected,
    roster: Option<&'a Roster>,
) -> Vec<Option<Match<'a>>> {
    let owner = |user: &User| Some(roster?.match_of(address(user)?));
    collected.records.users.iter().map(owner).collect()
}

/// The address of an account, where it has one.
pub(super) fn address(record: &User) -> Option<&str> {
    record.email.as_deref().filter(|email| !address::normal(email).is_empty())
}

/// What tables call a person: the roster's id, or else the first address, or else the name; the
/// line alone where a row says nothing of whom it is. Ids of the second roster and later ones have
/// the file's name with them, because two files may use one id for two people.
pub(super) fn key(it: &Person) -> Cow<'_, str> {
    let origin = &it.positions[0].origin;
    if let (Some(id), Some(file), 1..) = (&it.person_id, &origin.label, origin.file) {
        return format!("{id} of {file}").into();
    }
    let id = it.person_id.as_deref().or_else(|| it.emails.first().map(|it| &**it));
    let id = id.or(it.name.as_deref());
    id.map_or_else(|| it.place().into(), Into::into)
}

/// The person's status on the day of the collection, where the roster says.
pub(super) fn status(it: &Person, day: NaiveDate) -> Option<&'static str> {
    match it.status_on(day) {
        Status::Unknown | Status::ByDate => None,
        known => Some(known.word()),
    }
}

/// Each person's accounts, gathered over the instances: flat, and by the person's number in the
/// roster, because there are many.
#[derive(Default)]
pub(super) struct Accounts<'a> {
    held: Vec<(u64, AccountOf<'a>)>,
}

struct AccountOf<'a> {
    instance: &'a str,
    record: &'a User,
    tier: ValueBounds<i64>,
}

impl<'a> Accounts<'a> {
    pub(super) fn add(
        &mut self,
        person: &Person,
        instance: &'a str,
        record: &'a User,
        tier: ValueBounds<i64>,
    ) {
        self.held.push((person.number, AccountOf { instance, record, tier }));
    }

    pub(super) fn add_people(
        mut self,
        rows: &mut person::Rows,
        roster: Option<&Roster>,
        day: NaiveDate,
    ) {
        self.held.sort_by_key(|it| it.0);
        for it in roster.iter().flat_map(|it| &it.people) {
            let from = self.held.partition_point(|held| held.0 < it.number);
            let accounts = self.held[from..].iter().take_while(|held| held.0 == it.number);
            let accounts: Vec<&AccountOf<'_>> = accounts.map(|it| &it.1).collect();
            if accounts.is_empty() {
                if it.emails.is_empty() {
                    rows.push(without_accounts(it, day));
                }
                continue;
            }
            let active =
                accounts.iter().filter(|account| account.record.active == Some(true)).count();
            let mut instances: Vec<&str> =
                accounts.iter().map(|account| account.instance).collect();
            instances.dedup();
            rows.push(person::Row {
                instances: Some(i64::try_from(instances.len()).expect("a count")),
                active_accounts: Some(i64::try_from(active).expect("a count")),
                highest_tier: accounts
                    .iter()
                    .map(|account| account.tier)
                    .reduce(ValueBounds::min)
                    .and_then(ValueBounds::known),
                accounts: accounts
                    .iter()
                    .map(|it| describe(it))
                    .collect::<Vec<_>>()
                    .join("; ")
                    .into(),
                ..without_accounts(it, day)
            });
        }
    }
}

/// A person whose accounts cannot be looked up.
fn without_accounts(it: &Person, day: NaiveDate) -> person::Row<'_> {
    person::Row {
        instance: ALL.into(),
        person_id: key(it),
        name: it.name.as_deref().unwrap_or_default().into(),
        status: status(it, day).map(Into::into),
        kind: it.on(day).kind.word().into(),
        manager: it.manager().map(Into::into),
        instances: None,
        active_accounts: None,
        highest_tier: None,
        accounts: "the roster has no address of theirs".into(),
    }
}

fn describe(it: &AccountOf<'_>) -> String {
    let state = match it.record.active {
        Some(true) => "active",
        Some(false) => "disabled",
        None => "state unknown",
    };
    let label = it.record.email.as_deref().unwrap_or(&it.record.id.0);
    let tier = it.tier.known().map_or_else(|| "unknown".to_owned(), |it| it.to_string());
    format!("{}: {label}, {state}, tier {tier}", it.instance)
}

/// Adds every person in the roster.
pub(super) fn add_roster(rows: &mut roster::Rows, all: &Roster, day: NaiveDate) {
    for it in &all.people {
        rows.push(roster::Row {
            instance: ALL.into(),
            person_id: key(it),
            name: it.name.as_deref().unwrap_or_default().into(),
            status: status(it, day).map(Into::into),
            kind: it.on(day).kind.word().into(),
        });
    }
}
