//! The leavers according to the roster, with an account or without, so that a list of leavers can
//! be ticked off line by line.
//!
//! That a leaver has no account is said only where every instance's list of accounts was read whole
//! and no account in them may be theirs.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::InstanceContext;
use super::people::{ALL, key};
use crate::calendar::Calendar;
use crate::roster::{Match, Person, Roster, Standing, Status};
use crate::snapshot::ledger::Endpoint;
use crate::snapshot::record::{FieldState, User};
use crate::snapshot::{Collected, State};
use crate::tables::dictionary::{leaver, leaver_line};

/// What lines say of an account that is the person's.
const ACCOUNT: &str = "account";
/// What is said of people without one.
const NO_ACCOUNT: &str = "no account on any audited instance";
/// What is said of people whom no account can be told to belong to.
const NO_ADDRESS: &str = "cannot be looked up: no address in the roster";

/// What the person comes to over all instances, in the order in which people are told.
pub const STATES: [&str; 5] =
    ["active account", "disabled accounts only", "no account", "cannot be looked up", "not known"];

/// The leavers, and the accounts that were found so far.
pub(super) struct Leavers<'a> {
    /// By their number in the roster.
    people: BTreeMap<u64, Leaver<'a>>,
    /// What keeps the accounts of all leavers from being known, in words.
    open: Vec<String>,
    calendar: Calendar,
}

/// A leaver.
struct Leaver<'a> {
    person: &'a Person,
    standing: Standing,
    accounts: Vec<LeaverAccount<'a>>,
    /// What keeps the person's accounts from being known, in words.
    open: Vec<String>,
}

/// An account that is a leaver's, or may be.
struct LeaverAccount<'a> {
    instance: &'a str,
    record: &'a User,
    tier: Option<i64>,
    seen: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// Whether the address is that of one person alone.
    certain: bool,
}

impl<'a> Leavers<'a> {
    /// Those whom the roster shows as having left on `day`.
    pub(super) fn of(roster: Option<&'a Roster>, day: NaiveDate, calendar: Calendar) -> Self {
        let people = roster.into_iter().flat_map(|it| &it.people);
        let left = people.filter_map(|person| {
            let standing = person.on(day);
            let left = standing.status == Status::Terminated;
            let leaver = Leaver { person, standing, accounts: Vec::new(), open: Vec::new() };
            left.then_some((person.number, leaver))
        });
        Self { people: left.collect(), open: Vec::new(), calendar }
    }

    /// Notes where the list of accounts of an instance was not read, or may not be the whole.
    pub(super) fn note_reading(&mut self, collected: &Collected) {
        let name = &collected.name;
        let list = collected.row(Endpoint::Users).map(|it| it.state());
        if collected.state() == State::Failed {
            self.open.push(format!("lists of {name} were not read"));
        } else if list != Some(State::Complete) {
            self.open.push(format!("the list of accounts of {name} may not be the whole"));
        }
    }

    /// Notes what is whose among the accounts of one instance, whose tiers are at hand.
    pub(super) fn add(
        &mut self,
        here: &InstanceContext<'a>,
        record: &'a User,
        owner: Option<&Match<'a>>,
        tier: Option<i64>,
    ) {
        match owner {
            Some(Match::One(person)) => self.note(here, record, tier, person, true),
            Some(Match::Many(people)) => {
                for person in people {
                    self.note(here, record, tier, person, false);
                }
            }
            Some(Match::None) => self.note_likeness(here, record),
            None => {}
        }
    }

    fn note(
        &mut self,
        here: &InstanceContext<'a>,
        record: &'a User,
        tier: Option<i64>,
        person: &Person,
        certain: bool,
    ) {
        let Some(leaver) = self.people.get_mut(&person.number) else { return };
        let seen = match record.active {
            Some(true) => (Some(here.now), None),
            Some(false) => {
                let seen = here.seen(record);
                (seen.active, Some(seen.disabled.unwrap_or(here.now)))
            }
            None => (None, None),
        };
        leaver.accounts.push(LeaverAccount { instance: here.name(), record, tier, seen, certain });
    }

    /// An account whose address is alike may be theirs.
    fn note_likeness(&mut self, here: &InstanceContext<'a>, record: &User) {
        let Some(address) = record.email.as_deref() else { return };
        let alike = here.roster.and_then(|roster| roster.likely(address));
        let leaver = alike.and_then(|it| self.people.get_mut(&it.number));
        if let Some(leaver) = leaver {
            let instance = here.name();
            leaver.open.push(format!("{address} on {instance} may be theirs by its address"));
        }
    }

    /// Notes accounts of an instance that may be any person's, because they have no address.
    pub(super) fn note_nameless(&mut self, here: &InstanceContext<'_>) {
        let users = &here.collected.records.users;
        let nameless = users.iter().filter(|user| super::people::address(user).is_none()).count();
        if nameless > 0 {
            let name = here.name();
            self.open.push(format!("accounts of {name} have no address ({nameless} of them)"));
        }
    }

    /// Adds the accounts that rules read, and every leaver with and without an account.
    pub(super) fn add_rows(&self, accounts: &mut leaver::Rows, lines: &mut leaver_line::Rows) {
        for it in self.people.values() {
            for account in it.accounts.iter().filter(|account| account.certain) {
                accounts.push(self.account_row(it, account));
            }
            self.add_lines(it, lines);
        }
    }

    fn add_lines(&self, leaver: &Leaver<'_>, rows: &mut leaver_line::Rows) {
        let (state, rest) = self.whole(leaver);
        for account in &leaver.accounts {
            rows.push(self.line_of_account(leaver, account, state));
        }
        if let Some(found) = rest {
            rows.push(line_without(leaver, found, state));
        }
    }

    /// What the person comes to, and what a further line says, where the accounts are not all.
    fn whole(&self, leaver: &Leaver<'_>) -> (&'static str, Option<String>) {
        let [active, disabled, none, no_address, unknown] = STATES;
        if leaver.person.emails.is_empty() {
            return (no_address, Some(NO_ADDRESS.to_owned()));
        }
        let open: Vec<&str> = self.open.iter().chain(&leaver.open).map(String::as_str).collect();
        let rest = (!open.is_empty()).then(|| format!("not known: {}", open.join("; ")));
        let theirs = || leaver.accounts.iter().filter(|account| account.certain);
        let settled = leaver
            .accounts
            .iter()
            .all(|account| account.certain && account.record.active.is_some());
        if theirs().any(|it| it.record.active == Some(true)) {
            (active, rest)
        } else if !settled || rest.is_some() {
            (unknown, rest)
        } else if leaver.accounts.is_empty() {
            (none, Some(NO_ACCOUNT.to_owned()))
        } else {
            (disabled, None)
        }
    }

    fn account_row<'r>(
        &self,
        leaver: &'r Leaver<'_>,
        account: &LeaverAccount<'r>,
    ) -> leaver::Row<'r> {
        let record = account.record;
        leaver::Row {
            instance: account.instance.into(),
            person_id: key(leaver.person),
            name: leaver.name().into(),
            end_date: leaver.standing.end_date.known(),
            user_id: record.id.0.as_str().into(),
            email: record.email.as_deref().map(Into::into),
            active: record.active,
            seen_active: account.seen.0,
            seen_disabled: account.seen.1,
            last_active: record.last_active.value().copied(),
            used_after_end: self.used_after_end(leaver, account),
            tier: account.tier,
        }
    }

    fn line_of_account<'r>(
        &self,
        leaver: &'r Leaver<'_>,
        account: &LeaverAccount<'r>,
        state: &'static str,
    ) -> leaver_line::Row<'r> {
        let row = self.account_row(leaver, account);
        let shared = "not known: the address is that of several people of the roster";
        leaver_line::Row {
            instance: row.instance,
            person_id: row.person_id,
            name: row.name,
            end_date: row.end_date,
            user_id: row.user_id,
            email: row.email,
            active: row.active,
            seen_active: row.seen_active,
            seen_disabled: row.seen_disabled,
            last_active: row.last_active,
            used_after_end: row.used_after_end,
            tier: row.tier,
            found: if account.certain { ACCOUNT } else { shared }.into(),
            person_state: state.into(),
            roster_lines: leaver.lines().into(),
            no_account: Some(false),
            never_active: account.record.last_active.is_null(),
        }
    }

    /// Whether an account was used at or after the end of the last day; its use says nothing of a
    /// person whose account it may not be.
    fn used_after_end(&self, leaver: &Leaver<'_>, account: &LeaverAccount<'_>) -> Option<bool> {
        match account.record.last_active {
            FieldState::Unstated => None,
            FieldState::Null => Some(false),
            FieldState::Is(used) => {
                let last = leaver.standing.end_date.known()?;
                let used_after = used >= self.calendar.end(last);
                (account.certain || !used_after).then_some(used_after)
            }
        }
    }
}

/// The line of a leaver of whom no account, or no other one, is known.
fn line_without<'r>(
    leaver: &'r Leaver<'_>,
    found: String,
    state: &'static str,
) -> leaver_line::Row<'r> {
    let none = (found == NO_ACCOUNT).then_some(true);
    leaver_line::Row {
        instance: ALL.into(),
        person_id: key(leaver.person),
        name: leaver.name().into(),
        end_date: leaver.standing.end_date.known(),
        user_id: "".into(),
        email: none.map(|_| "".into()),
        active: None,
        seen_active: None,
        seen_disabled: None,
        last_active: None,
        used_after_end: None,
        tier: None,
        found: found.into(),
        person_state: state.into(),
        roster_lines: leaver.lines().into(),
        no_account: none,
        never_active: none,
    }
}

impl Leaver<'_> {
    fn name(&self) -> &str {
        self.person.name.as_deref().unwrap_or_default()
    }

    /// The lines of the roster on which the person stands.
    fn lines(&self) -> String {
        self.person.lines()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::tests::{GROUPS, config, draw_of, parse_roster, records, snapshot};
    use super::STATES;
    use crate::roster::Status;
    use crate::snapshot::ledger::{Endpoint, ReadOutcome};
    use crate::snapshot::{Collected, Snapshot};
    use crate::tables::Table;

    const ROSTER: &str = "
        id,email,name,status,end date
        1,active@acme.test,Ann,left,2026-10-15
        2,disabled@acme.test,Bob,left,2026-10-15
        3,never@acme.test,Cat,left,2026-10-15
        4,,Dan,left,2026-10-15
        5,twice@acme.test,Eve,left,2026-10-15
        5,twice@acme.test,Eve,left,2020-10-15
        6,unstated@acme.test,Fay,left,
        7,shared@acme.test,Gil,left,soon
        8,shared@acme.test,Hal,active,
        9,alike@acme.test,Ida,left,2026-10-15
        ,,Jo,left,2026-10-15
        ,,Jo,left,2026-10-16
        12,works@acme.test,Kim,active,
        13,back@acme.test,Leo,left,2020-10-15
        13,back@acme.test,Leo,active,
        14,late+x@acme.test,Max,left,2026-10-15
    ";

    const USERS: &str = r#"[
        {"id": "u1", "email": "active@acme.test", "active": true, "last_active": "2026-10-16T00:00:00Z"},
        {"id": "u2", "email": "disabled@acme.test", "active": false, "last_active": null},
        {"id": "u6", "email": "unstated@acme.test"},
        {"id": "u7", "email": "shared@acme.test", "active": false},
        {"id": "u9", "email": "alike+x@acme.test", "active": true},
        {"id": "u12", "email": "works@acme.test", "active": true},
        {"id": "u13", "email": "back@acme.test", "active": true}
    ]"#;

    /// Two instances of which the second has no account.
    fn company(spoil: impl Fn(&mut Collected)) -> Snapshot {
        let mut res = snapshot(records(USERS, GROUPS));
        let mut second = snapshot(records("[]", GROUPS)).instances.remove(0);
        second.name = "eu".to_owned();
        spoil(&mut second);
        res.instances.push(second);
        res
    }

    fn draw(snapshot: &Snapshot, names: &[&str]) -> String {
        draw_of(snapshot, (&config(), Some(ROSTER), None), Table::LeaverList, names)
    }

    fn outcome(of: Endpoint, outcome: ReadOutcome) -> impl Fn(&mut Collected) {
        move |it| {
            let row = it.ledger.iter_mut().find(|it| it.endpoint == of).expect("a row");
            row.outcome = outcome;
        }
    }

    const FOUND: [&str; 5] = ["person_id", "user_id", "found", "person_state", "roster_lines"];

    #[test]
    fn r_05_everybody_who_left_stands_in_the_list() {
        insta::assert_snapshot!(draw(&company(|_| ()), &FOUND), @"
        1 | u1 | account | active account | 2
        2 | u2 | account | disabled accounts only | 3
        3 | - | no account on any audited instance | no account | 4
        4 | - | cannot be looked up: no address in the roster | cannot be looked up | 5
        5 | - | no account on any audited instance | no account | 6; 7
        6 | u6 | account | not known | 8
        7 | u7 | not known: the address is that of several people of the roster | not known | 9
        9 | - | not known: alike+x@acme.test on prod may be theirs by its address | not known | 11
        Jo | - | cannot be looked up: no address in the roster | cannot be looked up | 12
        Jo | - | cannot be looked up: no address in the roster | cannot be looked up | 13
        14 | - | no account on any audited instance | no account | 17
        ");
    }

    #[test]
    fn r_05_nobody_is_said_to_have_used_an_account_that_may_not_be_theirs() {
        let used = USERS.replace(
            r#""shared@acme.test", "active": false"#,
            r#""shared@acme.test", "active": true, "last_active": "2026-10-20T00:00:00Z""#,
        );
        let roster = ROSTER.replace("left,soon", "left,2026-10-15");
        let snapshot = snapshot(records(&used, GROUPS));
        let of = (&config(), Some(&*roster), None);
        let names = ["person_id", "user_id", "last_active", "used_after_end"];
        let all = draw_of(&snapshot, of, Table::LeaverList, &names);
        let those = all.lines().filter(|it| it.contains("u1 ") || it.contains("u7 "));
        insta::assert_snapshot!(those.collect::<Vec<_>>().join("\n"), @"
        1 | u1 | 2026-10-16T00:00:00Z | true
        7 | u7 | 2026-10-20T00:00:00Z | unknown
        ");
        // What was last used before the end was not used after it.
        let early = used.replace("2026-10-20", "2026-10-01");
        let snapshot = self::snapshot(records(&early, GROUPS));
        let all = draw_of(&snapshot, of, Table::LeaverList, &names);
        insta::assert_snapshot!(all.lines().find(|it| it.contains("u7 ")).unwrap(), @"7 | u7 | 2026-10-01T00:00:00Z | false");
    }

    #[test]
    fn r_05_nobody_is_without_an_account_where_a_list_was_not_read() {
        let failed = company(outcome(Endpoint::Users, ReadOutcome::Network));
        insta::assert_snapshot!(draw(&failed, &FOUND), @"
        1 | u1 | account | active account | 2
        1 | - | not known: lists of eu were not read | active account | 2
        2 | u2 | account | not known | 3
        2 | - | not known: lists of eu were not read | not known | 3
        3 | - | not known: lists of eu were not read | not known | 4
        4 | - | cannot be looked up: no address in the roster | cannot be looked up | 5
        5 | - | not known: lists of eu were not read | not known | 6; 7
        6 | u6 | account | not known | 8
        6 | - | not known: lists of eu were not read | not known | 8
        7 | u7 | not known: the address is that of several people of the roster | not known | 9
        7 | - | not known: lists of eu were not read | not known | 9
        9 | - | not known: lists of eu were not read; alike+x@acme.test on prod may be theirs by its address | not known | 11
        Jo | - | cannot be looked up: no address in the roster | cannot be looked up | 12
        Jo | - | cannot be looked up: no address in the roster | cannot be looked up | 13
        14 | - | not known: lists of eu were not read | not known | 17
        ");
        // Lists that say nothing of accounts do not matter.
        let partial = company(outcome(Endpoint::AccessTokens, ReadOutcome::Network));
        assert_eq!(draw(&partial, &FOUND), draw(&company(|_| ()), &FOUND));
    }

    #[test]
    fn r_05_what_may_hide_an_account_leaves_it_unknown() {
        let short = |it: &mut Collected| {
            let row = it.ledger.iter_mut().find(|it| it.endpoint == Endpoint::Users);
            row.expect("a row").rows_missing = 1;
        };
        let nameless =
            |collected: &mut Collected| collected.records = records(r#"[{"id": "u1"}]"#, GROUPS);
        let of_cat = |it: &Snapshot| {
            let all = draw(it, &["person_id", "found", "active", "last_active", "tier"]);
            all.lines().find(|it| it.starts_with("3 |")).expect("a line").to_owned()
        };
        let lines = [company(|_| ()), company(short), company(nameless)].map(|it| of_cat(&it));
        insta::assert_snapshot!(lines.join("\n"), @"
        3 | no account on any audited instance | - | - | -
        3 | not known: the list of accounts of eu may not be the whole | unknown | unknown | unknown
        3 | not known: accounts of eu have no address (1 of them) | unknown | unknown | unknown
        ");
    }

    /// Every state of the second instance, and every leaver: each comes to one state, told alike in
    /// each of their lines, and all states come to the leavers of the roster.
    #[test]
    fn r_05_the_states_of_leavers_come_to_all_of_them() {
        let roster = parse_roster(ROSTER);
        let day = "2026-11-02".parse().expect("a day");
        let left =
            roster.people.iter().filter(|person| person.status_on(day) == Status::Terminated);
        let left = left.count();
        let outcomes =
            [ReadOutcome::Ok, ReadOutcome::Auth, ReadOutcome::Scope, ReadOutcome::NotAsked];
        for endpoint in [Endpoint::Users, Endpoint::Groups, Endpoint::UserInvites] {
            for it in outcomes {
                let all = draw(&company(outcome(endpoint, it)), &["roster_lines", "person_state"]);
                let mut states: BTreeMap<&str, &str> = BTreeMap::new();
                for line in all.lines() {
                    let (lines, state) = line.split_once(" | ").expect("two cells");
                    assert!(STATES.contains(&state), "{state}");
                    assert_eq!(*states.entry(lines).or_insert(state), state, "{lines}");
                }
                assert_eq!(states.len(), left, "{endpoint:?} {it:?}: {states:?}");
            }
        }
        assert_eq!(left, 11);
    }
}
