//! The end of accounts: of people who left, and of accounts without activity.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound as _, Utc};
use polars::prelude::PolarsResult;

use super::inputs::ReportInputs;
use crate::audit::{Finding, FindingVerdict, Verdict};
use crate::calendar::days_after;
use crate::calendar::stamps::{UNKNOWN, stamp};
use crate::report::comparison::Comparison;
use crate::report::lifecycle::{Dormancy, Dormant, LeaverAccess, LeaverTotals, LeaverWithout};
use crate::report::{InstanceResult, RuleResult};
use crate::roster::{Person, Status};
use crate::tables::Table;
use crate::tables::build::LEAVER_STATES;
use crate::tables::dictionary::{leaver_line, user};

/// Days without activity after which an account is printed as dormant.
const DORMANT: i64 = 60;

/// Dormant accounts that documents print.
const MOST_PRINTED: usize = 50;

/// The rules that judge whether access was removed in time: while the account may still sign in,
/// and once it may not.
const JUDGES: [&str; 2] = ["leaver-still-active", "late-removal"];

/// What is said where the rules do not decide whether access was removed in time.
const UNDECIDED: &str = "cannot be shown";

/// What `leavers.csv` says of an account that is the person's for sure.
const ACCOUNT: &str = "account";

/// Every account of a leaver.
pub(super) fn leavers(
    rows: &[leaver_line::Row<'_>],
    rules: &[RuleResult],
    comparison: &Comparison,
    allowed_days: i64,
) -> Vec<LeaverAccess> {
    let judges = LeaverRules::of(rules);
    let leaver = |it: &leaver_line::Row<'_>| {
        let since = comparison.instances.iter().find(|since| since.instance == it.instance);
        // As exact as the times of tables are.
        let since = since.and_then(|it| it.collected_at).map(|at| at.trunc_subsecs(3));
        let seen = since.is_some_and(|since| it.seen_active.is_some_and(|seen| seen >= since));
        let removal = match judges.removal((&it.instance, &it.user_id), it.active, seen) {
            UNDECIDED if it.found != ACCOUNT => "not known",
            it => it,
        };
        LeaverAccess {
            instance: it.instance.to_string(),
            person_id: it.person_id.to_string(),
            name: it.name.to_string(),
            end_date: it.end_date.map_or_else(unknown, |it| it.to_string()),
            deadline: it
                .end_date
                .map_or_else(unknown, |day| days_after(day, allowed_days).to_string()),
            user_id: it.user_id.to_string(),
            subject: subject(it.email.as_deref(), &it.user_id),
            state: state(it.active),
            tier: it.tier.map_or_else(unknown, |it| it.to_string()),
            seen_active: it.seen_active.map(stamp).unwrap_or_default(),
            seen_disabled: it.seen_disabled.map(stamp).unwrap_or_default(),
            last_active: last_active(it.last_active, it.never_active),
            used_after_end: yes_or_no(it.used_after_end),
            removal,
            found: it.found.to_string(),
        }
    };
    rows.iter().filter(|row| !row.user_id.is_empty()).map(leaver).collect()
}

/// The leavers of whom no account, or no further one, is known.
pub(super) fn without(rows: &[leaver_line::Row<'_>]) -> Vec<LeaverWithout> {
    let leaver = |row: &leaver_line::Row<'_>| LeaverWithout {
        person_id: row.person_id.to_string(),
        name: row.name.to_string(),
        end_date: row.end_date.map_or_else(unknown, |it| it.to_string()),
        found: row.found.to_string(),
        roster_lines: row.roster_lines.to_string(),
    };
    rows.iter().filter(|row| row.user_id.is_empty()).map(leaver).collect()
}

/// The leavers, in numbers: all as the roster has them, and each kind as the list has it.
pub(super) fn totals(inputs: &ReportInputs<'_>, rows: &[leaver_line::Row<'_>]) -> LeaverTotals {
    let Some(roster) = inputs.given.roster else { return LeaverTotals::default() };
    let day = inputs.given.config.organization.calendar().day(inputs.given.snapshot.collected_at);
    let left = |person: &&Person| person.status_on(day) == Status::Terminated;
    // A person has several rows, and the same state in each.
    let states: BTreeMap<&str, &str> =
        rows.iter().map(|row| (&*row.roster_lines, &*row.person_state)).collect();
    let [active, disabled, none, no_address, unknown] =
        LEAVER_STATES.map(|word| states.values().filter(|state| **state == word).count() as u64);
    let most = inputs.given.config.output.pdf_rows.and_then(|it| usize::try_from(it).ok());
    LeaverTotals {
        people: roster.people.iter().filter(left).count() as u64,
        active,
        disabled,
        none,
        no_address,
        unknown,
        contradicted_lines: roster.left_by_one_line(day),
        overdue_lines: roster.past_the_last_day(day),
        printed: most
            .unwrap_or(usize::MAX)
            .min(rows.iter().filter(|row| row.user_id.is_empty()).count()),
    }
}

/// What the rules about leavers found.
struct LeaverRules<'a> {
    rules: [Option<&'a RuleResult>; 2],
    /// By instance and account.
    verdicts: BTreeMap<(&'a str, &'a str), FindingVerdict>,
}

impl<'a> LeaverRules<'a> {
    fn of(rules: &'a [RuleResult]) -> Self {
        let rules = JUDGES.map(|name| rules.iter().find(|rule| rule.name == name));
        let findings = rules.iter().flatten().flat_map(|it| it.findings());
        let verdict =
            |finding: &'a Finding| ((&*finding.instance, &*finding.subject_id), finding.verdict);
        Self { verdicts: findings.map(verdict).collect(), rules }
    }

    /// Whether access was removed in time; an account was `seen` active at the snapshot that this
    /// one is compared with, or later.
    fn removal(&self, of: (&str, &str), active: Option<bool>, seen: bool) -> &'static str {
        let judge = self.rules[usize::from(active == Some(false))];
        let put =
            judge.is_some_and(|rule| rule.instances.iter().any(|instance| was_put(instance, of.0)));
        match self.verdicts.get(&of) {
            None if active == Some(false) && !seen => "disabled before",
            _ if !put => "not judged",
            Some(FindingVerdict::Exception) => "breached",
            Some(FindingVerdict::Waived) => "breached (waived)",
            None if active == Some(true) => "not due yet",
            None if active == Some(false) => "met",
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
fn subject(email: Option<&str>, user_id: &str) -> String {
    email.filter(|it| !it.is_empty()).unwrap_or(user_id).to_owned()
}

fn state(active: Option<bool>) -> &'static str {
    match active {
        Some(true) => "active",
        Some(false) => "disabled",
        None => UNKNOWN,
    }
}

fn yes_or_no(it: Option<bool>) -> &'static str {
    match it {
        Some(true) => "yes",
        Some(false) => "no",
        None => UNKNOWN,
    }
}

/// When an account was used last; empty where it is known that it never was.
fn last_active(at: Option<DateTime<Utc>>, never: Option<bool>) -> String {
    match at {
        Some(at) => stamp(at),
        None if never == Some(true) => String::new(),
        None => unknown(),
    }
}

fn unknown() -> String {
    UNKNOWN.to_owned()
}

/// The accounts that may sign in and have been without activity for long.
pub(super) fn dormancy(inputs: &ReportInputs<'_>) -> PolarsResult<Dormancy> {
    let frame = inputs.tables.sorted(Table::Users)?;
    let idle = |row: &user::Row<'_>| {
        row.active == Some(true)
            && (row.never_active == Some(true)
                || row.days_inactive.is_some_and(|days_inactive| days_inactive > DORMANT))
    };
    let mut those: Vec<user::Row<'_>> = user::read_rows(&frame)?.filter(idle).collect();
    let total = those.len();
    // The most powerful first, then those that were never used, then the longest unused.
    let days = |row: &user::Row<'_>| row.days_inactive.unwrap_or(i64::MAX);
    those.sort_by_key(|it| (it.tier.unwrap_or(0), Reverse(days(it))));
    those.truncate(MOST_PRINTED);
    Ok(Dormancy { total, printed: those.iter().map(dormant).collect() })
}

fn dormant(it: &user::Row<'_>) -> Dormant {
    Dormant {
        instance: it.instance.to_string(),
        subject: subject(it.email.as_deref(), &it.user_id),
        user_id: it.user_id.to_string(),
        name: it.name.to_string(),
        tier: it.tier.map_or_else(unknown, |it| it.to_string()),
        created_at: it.created_at.map_or_else(unknown, stamp),
        last_active: last_active(it.last_active, it.never_active),
        days: it.days_inactive,
        license_class: it.license_class.to_string(),
        manager: it.manager.as_deref().unwrap_or_default().to_owned(),
    }
}
