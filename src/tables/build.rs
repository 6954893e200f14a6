//! Turns a snapshot and what it is read beside into tables.
//!
//! What several rules need is joined here once: who is in which group, what that grants, whom the
//! roster knows. A list that was not collected becomes a gap, never an empty table.

mod access;
mod answers;
mod prior;
mod bounds;
mod changes;
mod collectors;
pub mod coverage;
mod dates;
mod duties;
mod elsewhere;
mod entitlements;
mod gaps;
mod grants;
mod groups;
mod holder;
mod hosts;
mod index;
mod invites;
mod leavers;
mod ledger;
pub mod licenses;
mod people;
mod references;
mod requests;
mod reviewers;
mod reviews;
mod rights;
mod roles;
pub mod roster_files;
mod rows;
mod services;
pub mod settings;
pub mod sign_in;
mod tokens;
pub mod trend;
pub mod usage;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use self::access::GroupStandings;
use self::duties::Duties;
use self::elsewhere::Elsewhere;
pub use self::gaps::fed_by;
use self::gaps::note_gaps;
use self::leavers::Leavers;
pub use self::leavers::STATES as LEAVER_STATES;
use self::prior::PriorState;
pub use self::prior::{DAYS_AHEAD, NO_EARLIER_MONTH};
use self::rows::TableRows;
use self::sign_in::SignIn;
use self::usage::Usage;
use super::Tables;
use super::column::span;
use super::dictionary::{Table, approved};
use crate::address;
use crate::approvals::Settled;
use crate::baseline::Baseline;
use crate::calendar::{Calendar, Month, whole_days};
use crate::config::{Config, Instance};
use crate::review::ReviewHistory;
use crate::roster::{Match, Roster};
use crate::snapshot::earlier::Earlier;
use crate::snapshot::ledger::{Endpoint, ReadOutcome};
use crate::snapshot::record::User;
use crate::snapshot::{Collected, Snapshot, State};

/// What is judged, and all that it is held against: what tables are made of, and reports speak of.
#[derive(Clone, Copy, Debug)]
pub struct EvaluationContext<'a> {
    /// What was collected.
    pub snapshot: &'a Snapshot,
    /// What it is judged by.
    pub config: &'a Config,
    /// Who should have access.
    pub roster: Option<&'a Roster>,
    /// What access is expected.
    pub baseline: Option<&'a Baseline>,
    /// Which changes were approved, as far as the approvals count.
    pub approvals: Option<&'a Settled>,
    /// What was collected before.
    pub earlier: &'a Earlier,
    /// The rosters of that time, by the id of their snapshot.
    pub former_rosters: &'a BTreeMap<String, Roster>,
    /// What earlier months came to.
    pub past: &'a trend::PriorCounts,
    /// The access reviews.
    pub reviews: &'a ReviewHistory<'a>,
}

impl EvaluationContext<'_> {
    /// The organization's calendar.
    fn calendar(&self) -> Calendar {
        self.config.organization.calendar()
    }

    /// The period of the snapshot.
    fn period(&self) -> Month {
        self.calendar().month(self.snapshot.collected_at)
    }

    /// The day of the collection where the organization is: the one that the roster is read on.
    fn day(&self) -> NaiveDate {
        self.calendar().day(self.snapshot.collected_at)
    }
}

/// Fills every table that the snapshot has something for.
pub fn build(given: &EvaluationContext<'_>) -> Tables {
    let EvaluationContext { snapshot, config, roster, baseline, .. } = *given;
    let mut tables = Tables::default();
    let mut found = RosterUse {
        holders: people::Accounts::default(),
        leavers: Leavers::of(roster, given.day(), given.calendar()),
    };
    let whole = |collected: &Collected| collected.state() != State::Failed;
    let standings = |it| (it, whole(it).then(|| GroupStandings::of(it)));
    let instances: Vec<_> = snapshot.instances.iter().map(standings).collect();
    let owners: Vec<_> = instances.iter().map(|it| people::owners(it.0, roster)).collect();
    let duties = Duties::of(&instances, &owners);
    let mut rows = TableRows::for_all(instances.iter().filter_map(|(_, it)| it.as_ref()));
    let befores: Vec<_> = instances.iter().map(|it| PriorState::of(&it.0.name, given)).collect();
    let sites = instances.iter().zip(&befores);
    let sites: Vec<_> = sites.map(|(it, before)| (it.0, it.1.is_some(), before.as_ref())).collect();
    let elsewhere = Elsewhere::of(&sites, &owners, snapshot.collected_at, given.past);
    // Each instance's standings are let go with it, because all of them together take much memory.
    let instances = instances.into_iter().zip(&befores).zip(&owners);
    for (((collected, standings), before), owners) in instances {
        ledger::add(&mut rows.ledger, collected);
        rows.months.covered.extend(coverage::of(given, collected));
        rows.months.counted.extend(trend::of(given, collected, standings.as_ref()));
        note_gaps(&mut tables, collected);
        found.leavers.note_reading(collected);
        prior::note(&mut tables, given, &collected.name, before.as_ref());
        let Some(standings) = &standings else { continue };
        let here = InstanceContext {
            collected,
            instance: config.instances.iter().find(|instance| instance.name == collected.name),
            config,
            snapshot,
            roster,
            baseline,
            now: snapshot.collected_at,
            day: given.day(),
            owners,
            duties: &duties,
            usage: Usage::of(collected, standings),
            before: before.as_ref(),
            elsewhere: &elsewhere,
            approvals: given.approvals,
            past: given.past,
        };
        note_unwritten(&mut tables, &mut rows, &here);
        add(&mut rows, &mut found, &here, standings);
    }
    found.holders.add_people(&mut rows.people, roster, given.day());
    found.leavers.add_rows(&mut rows.leavers, &mut rows.leaver_list);
    let tables = add_roster(&mut rows, tables, given);
    reviews::fill(rows.finish(tables), given)
}

/// Notes what is not written down of an instance: the approved administrators, and the expected
/// access.
fn note_unwritten(tables: &mut Tables, rows: &mut TableRows, here: &InstanceContext<'_>) {
    if !here.add_approved(&mut rows.approved) {
        let reason = "the configuration has no `approved-admins` for the instance";
        tables.add_gap(Some(here.name()), Table::ApprovedAdmins, reason);
    }
    if let Some(reason) = entitlements::lacking(here) {
        tables.add_gap(Some(here.name()), Table::Entitlements, reason);
    }
}

/// Adds the people of the roster, and the roster itself; without one, no person is known.
fn add_roster(rows: &mut TableRows, mut tables: Tables, given: &EvaluationContext<'_>) -> Tables {
    let day = given.day();
    let Some(roster) = given.roster else {
        let reason = "the configuration names no roster";
        tables.add_gap(None, Table::Roster, reason);
        return roster_files::leave_out(tables, reason);
    };
    people::add_roster(&mut rows.roster, roster, day);
    let seen = roster_files::DatedRoster { roster, day };
    roster_files::fill(tables, seen, roster_files::prior(given))
}

/// What was found of the roster's people, gathered over the instances.
struct RosterUse<'a> {
    holders: people::Accounts<'a>,
    leavers: Leavers<'a>,
}

/// One instance in its surroundings.
struct InstanceContext<'a> {
    collected: &'a Collected,
    /// None where the configuration no longer has the instance.
    instance: Option<&'a Instance>,
    config: &'a Config,
    snapshot: &'a Snapshot,
    roster: Option<&'a Roster>,
    baseline: Option<&'a Baseline>,
    now: DateTime<Utc>,
    /// The day of the collection where the organization is.
    day: NaiveDate,
    /// Whom the roster knows behind each account.
    owners: &'a [Option<Match<'a>>],
    duties: &'a Duties,
    /// None where it was not read.
    usage: Option<Usage>,
    before: Option<&'a PriorState<'a>>,
    elsewhere: &'a Elsewhere<'a>,
    approvals: Option<&'a Settled>,
    past: &'a trend::PriorCounts,
}

impl<'a> InstanceContext<'a> {
    fn name(&self) -> &'a str {
        &self.collected.name
    }

    fn calendar(&self) -> Calendar {
        self.config.organization.calendar()
    }

    /// When an account that is disabled now could sign in, as far as earlier snapshots tell.
    fn seen(&self, account: &User) -> trend::LastSeenActive {
        self.past.seen_of(self.name(), account)
    }

    /// Whole days from `then` to the collection.
    fn days_since(&self, then: DateTime<Utc>) -> i64 {
        whole_days(then, self.now)
    }

    /// The time since an instant.
    fn age(&self, then: Option<DateTime<Utc>>) -> Option<TimeDelta> {
        then.map(|it| span(it, self.now))
    }

    /// Whether a list of the instance's configuration has `word`; unknown where it has no list.
    fn lists(&self, list: fn(&Instance) -> Option<&BTreeSet<String>>, word: &str) -> Option<bool> {
        self.instance.and_then(list).map(|it| it.contains(word))
    }

    /// The owners of groups, by the group's name in lower case.
    fn owners(&self) -> Option<&'a BTreeMap<String, BTreeSet<String>>> {
        self.instance?.group_owners.as_ref()
    }

    /// Whether `address` is under one of the organization's own domains.
    fn own_domain(&self, address: &str) -> Option<bool> {
        let address = address::normal(address);
        let domain = address::domain_of(&address)?;
        let domains = &self.config.organization.domains;
        let own = domains.iter().any(|it| it == domain);
        (!domains.is_empty()).then_some(own)
    }

    /// Whom the roster knows under an address; none where there is no roster or no address.
    fn match_of(&self, address: Option<&str>) -> Option<Match<'a>> {
        let address = address.filter(|it| !address::normal(it).is_empty())?;
        Some(self.roster?.match_of(address))
    }

    /// The status of the one person behind a match: empty where there is none.
    fn status_of(&self, matched: Option<&Match<'_>>) -> Option<&'static str> {
        matched_status(matched, self.day)
    }

    /// Whether people can sign in with a password; see [`sign_in`] for when that is known.
    fn password_login(&self) -> Option<bool> {
        SignIn::of(self.collected, self.instance).password_login.value
    }

    /// Whether the endpoint was read whole.
    fn has(&self, endpoint: Endpoint) -> bool {
        self.collected.row(endpoint).is_some_and(|it| it.outcome == ReadOutcome::Ok)
    }

    /// Adds the approvals of this instance; false where none are written down.
    fn add_approved(&self, rows: &mut approved::Rows) -> bool {
        let list = self.instance.and_then(|instance| instance.approved_admins.as_ref());
        for email in list.into_iter().flatten() {
            rows.push(approved::Row { instance: self.name().into(), email: email.as_str().into() });
        }
        list.is_some()
    }
}

/// The status, on a day, of the one person behind a match: empty where there is none.
fn matched_status(matched: Option<&Match<'_>>, day: NaiveDate) -> Option<&'static str> {
    match matched? {
        Match::None => Some(""),
        Match::One(person) => people::status(person, day),
        Match::Many(_) => None,
    }
}

/// What tables call the outcome of looking an address up in the roster.
fn match_word(it: Option<&Match<'_>>) -> &'static str {
    match it {
        None => "unknown",
        Some(Match::None) => "unmatched",
        Some(Match::One(_)) => "matched",
        Some(Match::Many(_)) => "ambiguous",
    }
}

/// Adds one instance whose users and groups are whole.
fn add<'a>(
    rows: &mut TableRows,
    found: &mut RosterUse<'a>,
    here: &InstanceContext<'a>,
    standings: &GroupStandings<'a>,
) {
    groups::add(rows, here, standings);
    groups::add_memberships(rows, here, standings);
    users::add(rows, found, here, standings);
    grants::add(&mut rows.grants, here, standings);
    usage::add(rows, here);
    rows.n_accounts += u32::try_from(here.collected.records.users.len()).expect("a count");
    rows.n_groups += u32::try_from(here.collected.records.groups.len()).expect("a count");
    if here.has(Endpoint::UserInvites) {
        invites::add(&mut rows.invites, here, standings);
    }
    if here.has(Endpoint::AccessTokens) {
        tokens::add(&mut rows.tokens, here, standings);
    }
    if here.has(Endpoint::AccessRequests) {
        requests::add(&mut rows.requests, here, standings);
    }
    if here.has(Endpoint::Roles) && here.has(Endpoint::RoleGrants) {
        roles::add(&mut rows.role_grants, here, standings);
    }
    hosts::add(&mut rows.hosts, here);
    collectors::add(&mut rows.collectors, here, standings);
    entitlements::add(&mut rows.entitlements, here, standings);
    references::add(&mut rows.references, here, standings);
    settings::add(&mut rows.settings, here);
    if let Some(before) = here.before {
        changes::add(rows, here, standings, before);
    }
}

#[cfg(test)]
mod tests;
