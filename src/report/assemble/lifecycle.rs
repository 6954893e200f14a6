//! The end of accounts, from `leavers.csv`, `users.csv` and what the rules about leavers found.

use std::collections::BTreeMap;

use super::Material;
use crate::audit::{Finding, FindingVerdict, Verdict};
use crate::report::comparison::Comparison;
use crate::report::lifecycle::{Dormancy, Dormant, Leaver, LeaverTotals, LeaverWithout};
use crate::report::table::{Cell, DataTable, UNKNOWN};
use crate::report::{InstanceResult, RuleResult};
use crate::roster::{Person, Status};
use crate::tables::build::LEAVER_STATES;

/// Days without activity after which an account is printed as dormant.
const DORMANT: i64 = 60;

/// Dormant accounts that documents print.
const MOST_PRINTED: usize = 50;

/// The rules that judge whether access was removed in time: while the account may still sign in, and
/// once it may not.
const JUDGES: [&str; 2] = ["leaver-still-active", "late-removal"];

/// What is said where the rules do not decide whether access was removed in time.
const UNDECIDED: &str = "cannot be shown";

/// What `leavers.csv` says of an account that is the person's for sure.
const ACCOUNT: &str = "account";

/// Every account of somebody who left.
pub(super) fn leavers(
    table: &DataTable,
    rules: &[RuleResult],
    comparison: &Comparison,
) -> Vec<Leaver> {
    let judges = Judges::of(rules);
    let who = ["instance", "person_id", "name", "end_date", "user_id", "email", "found"];
    let what = ["active", "tier", "seen_active", "seen_disabled", "last_active", "used_after_end"];
    let leaver = |(who, what): ([String; 7], [String; 6])| {
        let [instance, person_id, name, end_date, user_id, email, found] = who;
        let [active, tier, seen_active, seen_disabled, last_active, used_after_end] = what;
        let state = state(&active);
        // Stamps of one form are in the order of their times.
        let since = comparison.instances.iter().find(|it| it.instance == instance);
        let seen =
            since.is_some_and(|it| !it.collected_at.is_empty() && seen_active >= it.collected_at);
        let removal = match judges.removal((&instance, &user_id), state, seen) {
            UNDECIDED if found != ACCOUNT => "not known",
            it => it,
        };
        Leaver {
            subject: subject(email, &user_id),
            state,
            used_after_end: yes_or_no(&used_after_end),
            removal,
            found,
            instance,
            person_id,
            name,
            end_date,
            user_id,
            tier,
            seen_active,
            seen_disabled,
            last_active,
        }
    };
    let accounts = table.texts(who).zip(table.texts(what)).filter(|it| !it.0[4].is_empty());
    accounts.map(leaver).collect()
}

/// Everybody who left and of whom no account, or no further one, is known.
pub(super) fn without(table: &DataTable) -> Vec<LeaverWithout> {
    let names = ["person_id", "name", "end_date", "found", "roster_lines", "user_id"];
    let all = table.texts(names).filter(|it| it[5].is_empty());
    let leaver = |[person_id, name, end_date, found, roster_lines, _]: [String; 6]| LeaverWithout {
        person_id,
        name,
        end_date,
        found,
        roster_lines,
    };
    all.map(leaver).collect()
}

/// Everybody who left, in numbers: all as the roster has them, and each kind as the list has it.
pub(super) fn totals(material: &Material<'_>, table: &DataTable) -> LeaverTotals {
    let Some(roster) = material.roster else { return LeaverTotals::default() };
    let day = material.config.organization.calendar().day(material.snapshot.collected_at);
    let left = |it: &&Person| it.status_on(day) == Status::Terminated;
    // A person has several rows, and the same state in each.
    let states: BTreeMap<String, String> = table
        .texts(["roster_lines", "person_state"])
        .map(|[lines, state]| (lines, state))
        .collect();
    let [active, disabled, none, no_address, unknown] =
        LEAVER_STATES.map(|word| states.values().filter(|it| *it == word).count() as u64);
    let most = material.config.output.pdf_rows.and_then(|it| usize::try_from(it).ok());
    LeaverTotals {
        people: roster.people.iter().filter(left).count() as u64,
        active,
        disabled,
        none,
        no_address,
        unknown,
        contradicted_lines: roster.left_by_one_line(day),
        overdue_lines: roster.past_the_last_day(day),
        printed: most.unwrap_or(usize::MAX).min(without(table).len()),
    }
}

/// What the rules about leavers found.
struct Judges<'a> {
    rules: [Option<&'a RuleResult>; 2],
    /// By instance and account.
    verdicts: BTreeMap<(&'a str, &'a str), FindingVerdict>,
}

impl<'a> Judges<'a> {
    fn of(rules: &'a [RuleResult]) -> Self {
        let rules = JUDGES.map(|name| rules.iter().find(|it| it.name == name));
        let findings = rules.iter().flatten().flat_map(|it| it.findings());
        let verdict = |it: &'a Finding| ((&*it.instance, &*it.subject_id), it.verdict);
        Self { verdicts: findings.map(verdict).collect(), rules }
    }

    /// Whether access was removed in time; an account was `seen` active at the snapshot that this one
    /// is compared with, or later.
    fn removal(&self, of: (&str, &str), state: &str, seen: bool) -> &'static str {
        let judge = self.rules[usize::from(state == "disabled")];
        let put = judge.is_some_and(|rule| rule.instances.iter().any(|it| was_put(it, of.0)));
        match self.verdicts.get(&of) {
            None if state == "disabled" && !seen => "disabled before",
            _ if !put => "not judged",
            Some(FindingVerdict::Exception) => "breached",
            Some(FindingVerdict::Waived) => "breached (waived)",
            None if state == "active" => "not due yet",
            None if state == "disabled" => "met",
            _ => UNDECIDED,
        }
    }
}

/// Whether a rule could be put to the accounts of an instance.
fn was_put(it: &InstanceResult, instance: &str) -> bool {
    let answered = !matches!(it.verdict, Verdict::NotEvaluable | Verdict::NotApplicable);
    it.instance == instance && (answered || it.population > 0)
}

/// What people call an account: its address, or its id where it has none.
fn subject(email: String, user_id: &str) -> String {
    if email.is_empty() || email == UNKNOWN { user_id.to_owned() } else { email }
}

fn state(active: &str) -> &'static str {
    match active {
        "true" => "active",
        "false" => "disabled",
        _ => UNKNOWN,
    }
}

fn yes_or_no(it: &str) -> &'static str {
    match it {
        "true" => "yes",
        "false" => "no",
        _ => UNKNOWN,
    }
}

/// The accounts that may sign in and that nobody has used for long.
pub(super) fn dormancy(users: &DataTable) -> Dormancy {
    let (active, days, last) =
        (users.column("active"), users.column("days_inactive"), users.column("last_active"));
    let idle = |row: &[Cell]| match (&row[active], &row[days], &row[last]) {
        (Cell::Bool(true), Cell::Int(days), _) => *days > DORMANT,
        (Cell::Bool(true), _, Cell::None) => true,
        _ => false,
    };
    let mut those: Vec<usize> = (0..users.rows.len()).filter(|it| idle(&users.rows[*it])).collect();
    let total = those.len();
    let tier = users.column("tier");
    // The most powerful first, then those that were never used, then the longest unused.
    those.sort_by_key(|it| {
        let row = &users.rows[*it];
        let tier = if let Cell::Int(it) = row[tier] { it } else { 0 };
        let days = if let Cell::Int(it) = row[days] { it } else { i64::MAX };
        (tier, std::cmp::Reverse(days))
    });
    those.truncate(MOST_PRINTED);
    Dormancy { total, printed: those.iter().map(|it| dormant(users, *it)).collect() }
}

fn dormant(users: &DataTable, row: usize) -> Dormant {
    let cell = |name: &str| &users.rows[row][users.column(name)];
    let text = |name: &str| cell(name).text();
    let (email, user_id) = (text("email"), text("user_id"));
    Dormant {
        instance: text("instance"),
        subject: subject(email, &user_id),
        user_id,
        name: text("name"),
        tier: text("tier"),
        created_at: text("created_at"),
        last_active: text("last_active"),
        days: if let Cell::Int(it) = cell("days_inactive") { Some(*it) } else { None },
        license_class: text("license_class"),
        manager: text("manager"),
    }
}
