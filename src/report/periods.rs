//! What a report says about time: which months are covered, and how numbers went.

use serde::Serialize;

use crate::rules::Severity;

/// Which months have a complete snapshot of which instance.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// A calendar for each year, oldest first.
    pub years: Vec<CoveredYear>,
    /// Each instance on one line.
    pub instances: Vec<CoveredInstance>,
    /// The months that are not covered, or late.
    pub gaps: Vec<CoverageGap>,
    /// Days that may lie between two complete snapshots.
    pub allowed_days: i64,
    /// The months that the auditor looks at; nothing where the configuration names none.
    pub window: Option<AuditWindow>,
}

/// The months that the auditor looks at.
#[derive(Debug, Serialize)]
pub struct AuditWindow {
    /// The first, `2026-01`.
    pub from: String,
    /// The last.
    pub to: String,
    /// How many of them have begun.
    pub begun: usize,
    /// How many there are.
    pub months: usize,
}

/// One year of the calendar.
#[derive(Debug, Serialize)]
pub struct CoveredYear {
    /// `2026`.
    pub year: String,
    /// The same for every configured instance.
    pub instances: Vec<CoveredMonths>,
}

/// The twelve months of one instance.
#[derive(Debug, Serialize)]
pub struct CoveredMonths {
    /// The instance.
    pub instance: String,
    /// From January on: complete, late (complete, but too long after the one before), partial,
    /// failed, removed (by retention) or missing; empty before the first complete snapshot and in
    /// the time to come.
    pub months: Vec<String>,
}

/// The coverage of one instance on one line.
#[derive(Debug, Serialize)]
pub struct CoveredInstance {
    /// The instance.
    pub instance: String,
    /// Months from its first complete snapshot to this one.
    pub months: usize,
    /// Those of them with a complete snapshot, late ones too.
    pub covered: usize,
    /// When the last complete snapshot was collected, RFC 3339 UTC; empty where there is none.
    pub last_complete: String,
    /// The day by which the next is due, in the time zone of the organization; empty where there is
    /// none to count from.
    pub next_due: String,
    /// The newest month whose accounts were reviewed, and how far that is, `2026-10: complete`;
    /// empty where there is none.
    pub last_review: String,
}

/// A month that is not covered, or late.
#[derive(Debug, Serialize)]
pub struct CoverageGap {
    /// The instance.
    pub instance: String,
    /// The month, `2026-11`.
    pub period: String,
    /// late, partial, failed, removed (by retention) or missing.
    pub state: String,
    /// Why, as far as a snapshot tells.
    pub why: String,
}

/// How the numbers of accounts went, month by month.
#[derive(Debug, Serialize)]
pub struct Trend {
    /// The months, oldest first, this one last.
    pub periods: Vec<String>,
    /// A line for each instance and number; all of the numbers are in `trend.csv`.
    pub series: Vec<Series>,
    /// The instances whose lines documents draw, those with the most exceptions.
    pub drawn: Vec<String>,
    /// The month that this one is compared with, `2026-10`: the newest before it that is known of
    /// any instance of which this one is; empty where there is none.
    pub before: String,
    /// Each number of this month beside the one of that month.
    pub movements: Vec<Movement>,
}

/// What packs reported, month by month; all of it is in `exceptions-by-month.csv`.
#[derive(Debug, Default, Serialize)]
pub struct ReportedTrend {
    /// The months, oldest first, this one last.
    pub periods: Vec<String>,
    /// What the last pack of each of them reported.
    pub months: Vec<ReportedTotals>,
    /// The rules of now that had an exception in any of them, the worst first.
    pub rules: Vec<ReportedRule>,
}

/// What the last pack of a month reported; none where there is no such pack.
#[derive(Debug, Serialize)]
pub struct ReportedTotals {
    /// The month, `2026-11`.
    pub period: String,
    /// Exceptions, without the waived ones.
    pub exceptions: Option<u64>,
    /// The same by severity, worst first.
    pub severities: Vec<Option<u64>>,
    /// Exceptions that a waiver accepted.
    pub waived: Option<u64>,
    /// Results of rules on instances that could not be evaluated.
    pub not_evaluable: Option<u64>,
}

/// The exceptions of a rule, month by month.
#[derive(Debug, Serialize)]
pub struct ReportedRule {
    /// The rule's code.
    pub code: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// The worst severity of any of them.
    pub severity: Severity,
    /// For each month how many, without the waived ones: `≥2` where the rule could not be evaluated
    /// on every instance, `n/e` where it found none and was not evaluable on every one, `–` where
    /// no pack says.
    pub values: Vec<String>,
}

/// One number of one instance, month by month.
#[derive(Debug, Serialize)]
pub struct Series {
    /// The instance.
    pub instance: String,
    /// What is counted.
    pub what: &'static str,
    /// In the order of the months; none where it is unknown.
    pub values: Vec<Option<i64>>,
}

/// A number of this month beside the one of an earlier month, the same for every instance.
#[derive(Debug, Serialize)]
pub struct Movement {
    /// What is counted.
    pub what: &'static str,
    /// Instances of which both are known; no other is in the numbers.
    pub instances: usize,
    /// The number now.
    pub now: i64,
    /// The number then.
    pub then: i64,
    /// The first less the second.
    pub change: i64,
}
