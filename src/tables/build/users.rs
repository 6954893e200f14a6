//! The accounts: one row each, with everything that several rules need already joined.

use super::access::{AccountAccess, GroupStandings, Level, Powers, any};
use super::bounds::ValueBounds;
use super::dates::Dates;
use super::duties;
use super::licenses::{self, Seat};
use super::people;
use super::prior::PriorAccount;
use super::{InstanceContext, RosterUse, TableRows, match_word};
use crate::address;
use crate::approvals::ApprovedKind;
use crate::lookup::Lookup;
use crate::names::{fold, listed};
use crate::roster::{Match, Person};
use crate::snapshot::ledger::Endpoint;
use crate::snapshot::record::{FieldState, Id, User};
use crate::tables::dictionary::{access, user};

/// Adds the accounts of one instance, what they may do, and the seats they take.
pub(super) fn add<'a>(
    rows: &mut TableRows,
    found: &mut RosterUse<'a>,
    here: &InstanceContext<'a>,
    standings: &GroupStandings<'a>,
) {
    let mut seats = licenses::SeatCounts::default();
    found.leavers.note_nameless(here);
    let records = &here.collected.records.users;
    let all: Vec<AccountFacts<'a>> = records
        .iter()
        .zip(here.owners)
        .map(|it| AccountFacts::of(here, it.0, it.1.as_ref()))
        .collect();
    let held = PersonAccounts::of(records.iter().zip(&all));
    for (place, (record, facts)) in records.iter().zip(&all).enumerate() {
        let standing = standings.standing(place, record);
        let seat = licenses::derive(here, place, record, facts, &standing);
        let account = rows.n_accounts + u32::try_from(place).expect("a count");
        let past = PriorAccount::of(here, record, facts.person, standings, place);
        rows.access.push(access_row(here, record, &standing, account));
        if let Some(person) = facts.person {
            found.holders.add(person, here.name(), record, standing.tier);
        }
        let owner = here.owners[place].as_ref();
        found.leavers.add(here, record, owner, standing.tier.known());
        seats.add(&seat, record, &standing);
        let namesakes = namesakes(here, standings, record, facts);
        let held = facts.person.and_then(|person| held.0.get(&person.number).copied());
        let duties = here.duties.behind(facts.person, facts.roster_match, standings, place);
        let derived = DerivedFacts { facts, standing, seat, namesakes, past, held, duties };
        rows.users.push(user_row(here, record, derived, account));
    }
    seats.add_rows(&mut rows.licenses, here);
}

/// What is worked out about an account.
struct DerivedFacts<'f, 'a> {
    facts: &'f AccountFacts<'a>,
    standing: AccountAccess,
    seat: Seat,
    namesakes: Option<i64>,
    past: PriorAccount,
    /// Of its person's accounts on the instance: how many may sign in, and of how many that is
    /// unknown.
    held: Option<(i64, i64)>,
    duties: duties::HeldDuties,
}

/// The accounts of each person on one instance, by the person's number in the roster: how many may
/// sign in, and of how many that is unknown.
struct PersonAccounts(Lookup<u64, (i64, i64)>);

impl PersonAccounts {
    fn of<'a>(accounts: impl Iterator<Item = (&'a User, &'a AccountFacts<'a>)>) -> Self {
        let mut res = Lookup::default();
        for (record, facts) in accounts {
            let Some(person) = facts.person else { continue };
            let held: &mut (i64, i64) = res.or_insert(person.number, (0, 0));
            held.0 += i64::from(record.active == Some(true));
            held.1 += i64::from(record.active.is_none());
        }
        Self(res)
    }
}

/// What an account's record says once it is put beside the clock, the domains and the roster.
pub(super) struct AccountFacts<'a> {
    email: Option<&'a str>,
    pub(super) never_active: Option<bool>,
    pub(super) days_inactive: Option<i64>,
    pub(super) own_domain: Option<bool>,
    roster_match: &'static str,
    roster_status: Option<&'static str>,
    pub(super) person: Option<&'a Person>,
    answered_for: Option<bool>,
}

impl<'a> AccountFacts<'a> {
    fn of(here: &InstanceContext<'a>, record: &'a User, owner: Option<&'a Match<'a>>) -> Self {
        let email = people::address(record);
        let roster_match = match_word(owner);
        let person = match owner {
            Some(Match::One(person)) => Some(*person),
            _ => None,
        };
        Self {
            email,
            never_active: record.last_active.is_null(),
            days_inactive: record.last_active.value().map(|it| here.days_since(*it)),
            own_domain: email.and_then(|it| here.own_domain(it)),
            roster_match,
            roster_status: here.status_of(owner),
            person,
            answered_for: owner.and_then(|it| here.answered_for(it)),
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a line for each column")]
fn user_row<'a>(
    here: &InstanceContext<'a>,
    record: &'a User,
    derived: DerivedFacts<'_, 'a>,
    account: u32,
) -> user::Row<'a> {
    let DerivedFacts { facts, standing, seat, namesakes, past, held, duties } = derived;
    let login = facts.email.map(|email| address::normal(email).into_owned());
    let person = facts.person;
    let there = person.map(|it| it.on(here.day));
    let dates = Dates::of(here, there.as_ref(), record);
    let likely = here.likely_person(facts.email.filter(|_| facts.roster_match == "unmatched"));
    let (edits_apps, edits_anything) = (standing.edits(0), standing.can_edit());
    let builds_through_groups = standing.builds_through_groups();
    let n_groups = i64::try_from(standing.groups.len()).expect("a count");
    let powers = &standing.powers;
    let unlisted = unlisted(here, login.as_deref(), powers);
    let others = here.elsewhere.others(here.name(), person);
    let approved = |it| here.approves(it, &[&record.id.0]);
    let [new_approved, reactivation_approved, privilege_approved] =
        [ApprovedKind::Added, ApprovedKind::Reactivated, ApprovedKind::Privilege].map(approved);
    user::Row {
        instance: here.name().into(),
        user_id: record.id.0.as_str().into(),
        email: facts.email.map(Into::into),
        name: name(record).into(),
        active: record.active,
        created_at: record.created_at,
        last_active: record.last_active.value().copied(),
        days_inactive: facts.days_inactive,
        is_admin: record.is_admin,
        tier: standing.tier.known(),
        two_factor: record.two_factor_auth_enabled,
        user_type: record.user_type.as_deref().map(Into::into),
        seat_reported: stated(&record.seat_type).map(str::trim).map(Into::into),
        license_class: seat.class,
        license_basis: seat.basis.into(),
        license_confidence: seat.confidence.into(),
        build_capability: word(standing.can_build()).into(),
        n_groups: standing.groups_whole.then_some(n_groups),
        groups: standing.groups_whole.then(|| listed(&standing.groups).into()),
        roster_match: facts.roster_match.into(),
        person_id: person.map(people::key),
        roster_status: facts.roster_status.map(Into::into),
        manager: person.and_then(|it| it.manager()).map(Into::into),
        tier_at_least: standing.tier.at_least(),
        tier_at_most: standing.tier.at_most(),
        n_groups_at_least: (!standing.groups_whole).then_some(n_groups),
        account,
        label: facts.email.unwrap_or(&record.id.0).into(),
        mail_stem: login.as_deref().map(|it| address::stem(it).to_owned().into()),
        login: login.map(Into::into),
        never_active: facts.never_active,
        days_since_created: record.created_at.map(|created_at| here.days_since(created_at)),
        own_domain: facts.own_domain,
        password_login: here.password_login(),
        roster_type: there.as_ref().map(|it| it.kind.word().into()),
        end_date: dates.end_date,
        since_end: dates.since_end,
        left_for: dates.left_for,
        access_path: standing.path.into(),
        in_admin_group: powers.in_admin_group,
        edits_apps,
        builds_through_groups,
        edits_anything,
        inside_access: powers.inside_access,
        reads_audit_log: powers.reads_audit_log,
        group_admin: powers.group_admin,
        unlisted_group_admin: unlisted,
        administers: listed(&powers.administers).into(),
        no_end_date: dates.no_end_date,
        use_after_end: dates.use_after_end,
        until_start: dates.until_start,
        made_before_start: dates.made_before_start,
        on_leave_for: dates.on_leave_for,
        namesakes,
        active_accounts: held.map(|it| it.0),
        unknown_accounts: held.map(|it| it.1),
        seconds_ahead: seconds_ahead(here, record),
        duties: duties.surely,
        duties_whole: duties.whole,
        known_before: past.known,
        was_active: past.was_active,
        was_tier: past.was_tier.and_then(ValueBounds::known),
        was_tier_at_least: past.was_tier.and_then(ValueBounds::at_least),
        was_tier_at_most: past.was_tier.and_then(ValueBounds::at_most),
        groups_changed: past.groups_changed,
        active_after_end: past.active_after_end,
        disabled_after_end: past.disabled_after_end,
        moved: past.moved,
        moved_from: past.moved_from.into(),
        other_instances: others.instances,
        off_elsewhere: others.off.into(),
        off_at_least: others.least,
        off_at_most: others.most,
        new_approved,
        reactivation_approved,
        privilege_approved,
        inactive_for: here.age(record.last_active.value().copied()),
        age: here.age(record.created_at),
        roster_contradiction: there.and_then(|it| it.contradiction).unwrap_or_default().into(),
        likely_person: likely.into(),
        answered_for: facts.answered_for,
        answers: here.answers(person).into(),
        duties_at_most: duties.at_most,
    }
}

fn access_row<'a>(
    here: &InstanceContext<'a>,
    record: &'a User,
    standing: &AccountAccess,
    account: u32,
) -> access::Row<'a> {
    let levels = standing.levels.map(|level| level.known().map(Level::word));
    let [app, resource, workflow, library, agent] = levels;
    let agent = if standing.knows_agents { agent } else { Some("") };
    access::Row {
        instance: here.name().into(),
        user_id: record.id.0.as_str().into(),
        email: record.email.as_deref().map(Into::into),
        app_access: app.map(Into::into),
        resource_access: resource.map(Into::into),
        workflow_access: workflow.map(Into::into),
        query_library_access: library.map(Into::into),
        object_access: standing.objects.level.map(|level| level.word().into()),
        access_path: standing.path.clone().into(),
        agent_access: agent.map(Into::into),
        account,
    }
}

/// Other accounts that may sign in under the address; unknown where one of them is not stated.
fn namesakes(
    here: &InstanceContext<'_>,
    standings: &GroupStandings<'_>,
    record: &User,
    facts: &AccountFacts<'_>,
) -> Option<i64> {
    let users = &here.collected.records.users;
    let login = address::normal(facts.email?);
    let others = || {
        let them = standings.index.under(&login).map(|it| &users[it]);
        them.filter(|it| !std::ptr::eq(*it, record))
    };
    let active = others().filter(|it| it.active == Some(true)).count();
    let known = active > 0 || others().all(|it| it.active.is_some());
    known.then(|| i64::try_from(active).expect("a count"))
}

/// How far the latest of the account's times lies after the reading of the list.
fn seconds_ahead(here: &InstanceContext<'_>, record: &User) -> Option<i64> {
    let read = here.collected.row(Endpoint::Users).map(|it| it.last_request_at);
    let latest = record.created_at.into_iter().chain(record.last_active.value().copied()).max()?;
    Some((latest - here.now.max(read.unwrap_or(here.now))).num_seconds())
}

fn name(record: &User) -> String {
    let parts = [&record.first_name, &record.last_name];
    let given: Vec<&str> = parts.into_iter().flatten().map(|it| it.trim()).collect();
    given.join(" ").trim().to_owned()
}

/// Whether the account may sign in, in a word.
pub(super) fn state(record: &User) -> &'static str {
    match record.active {
        Some(true) => "active",
        Some(false) => "disabled",
        None => "unknown",
    }
}

/// A field as a cell: null is "there is none", silence is unknown.
pub(super) fn stated(field: &FieldState<String>) -> Option<&str> {
    match field {
        FieldState::Unstated => None,
        FieldState::Null => Some(""),
        FieldState::Is(it) => Some(it),
    }
}

/// The same of an id.
pub(super) fn stated_id(field: &FieldState<Id>) -> Option<&str> {
    match field {
        FieldState::Unstated => None,
        FieldState::Null => Some(""),
        FieldState::Is(it) => Some(&it.0),
    }
}

fn word(fact: Option<bool>) -> &'static str {
    match fact {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// Whether the account administers a group of which the configuration does not name it an owner.
fn unlisted(here: &InstanceContext<'_>, login: Option<&str>, powers: &Powers) -> Option<bool> {
    let listed = |group: &String| match here.owners()?.get(&fold(group)) {
        Some(owners) if !owners.is_empty() => Some(owners.contains(&fold(login?))),
        _ => Some(false),
    };
    let certain = powers.administers.iter().map(|administer| listed(administer).map(|it| !it));
    // Where it is not known whether the account administers a group, an owner it is not is not
    // found.
    let perhaps = powers.perhaps_administers.iter().map(|it| match listed(it) {
        Some(true) => Some(false),
        _ => None,
    });
    any(certain.chain(perhaps))
}
