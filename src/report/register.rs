//! The register: every finding that documents print on one line, worst first, and soonest due.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::table::DataTables;
use super::{Report, RuleResult, actions};
use crate::audit::{FindingVerdict, Urgency};
use crate::calendar::stamps::day_or_empty;
use crate::rules::Severity;

/// A report as documents show it: as many findings of each rule as they print, and the register.
#[derive(Debug, Serialize)]
pub struct PrintedReport {
    /// The report; of its rules, the findings that are not printed are left out.
    #[serde(flatten)]
    pub report: Report,
    /// Every printed finding on one line.
    pub register: Vec<RegisterLine>,
    /// The tables of the CSV set that documents print, by name; of those with a row for everybody
    /// they ask for rows, some at a time.
    #[serde(serialize_with = "whole")]
    pub tables: DataTables,
}

/// The tables with a row for everybody.
const BY_ROWS: [&str; 2] = ["people", "users"];

/// The other tables.
fn whole<S: Serializer>(tables: &DataTables, sink: S) -> Result<S::Ok, S::Error> {
    sink.collect_map(tables.iter().filter(|it| !BY_ROWS.contains(&it.0.as_str())))
}

/// A finding on one line.
#[derive(Debug, Serialize)]
pub struct RegisterLine {
    /// How much it matters.
    pub severity: Severity,
    /// The rule's code.
    pub code: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// The instance.
    pub instance: String,
    /// What people call the subject.
    pub subject: String,
    /// Exception, waived or undetermined.
    pub verdict: FindingVerdict,
    /// The day of the first snapshot that has it; empty where that is not known.
    #[serde(serialize_with = "day_or_empty")]
    pub first_seen: Option<NaiveDate>,
    /// The last day on which it is to be put right; empty where none is promised.
    #[serde(serialize_with = "day_or_empty")]
    pub due: Option<NaiveDate>,
    /// Whether that day is over.
    pub overdue: bool,
    /// Why the day is another than was reported before; empty where it is not.
    pub due_moved: String,
    /// Who is to act, or that no owner is recorded.
    pub owner: String,
    /// The finding in a sentence.
    pub sentence: String,
    /// What to do.
    pub remedy: &'static str,
    /// The page of the instance where the subject is managed; empty where none is known.
    pub page: String,
    /// The finding's id.
    pub finding_id: String,
}

impl PrintedReport {
    /// The report with at most so many exceptions of each rule; none: all of them.
    pub fn of(mut report: Report, tables: DataTables, most: Option<u32>) -> Self {
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        let undetermined = report.undetermined_printed;
        report.rules.iter_mut().for_each(|rule| shorten(rule, most, undetermined));
        let lines = report.rules.iter().flat_map(|rule| lines(&report, rule));
        let mut lines: Vec<(Urgency, RegisterLine)> = lines.collect();
        lines.sort_by(|(one, a), (other, b)| {
            (one, a.code, &a.instance).cmp(&(other, b.code, &b.instance))
        });
        let register = lines.into_iter().map(|it| it.1).collect();
        Self { report, register, tables }
    }
}

/// Leaves out the findings that documents do not print: of exceptions and of waived ones those
/// beyond the worst, of undetermined subjects those beyond the first.
fn shorten(rule: &mut RuleResult, most: usize, undetermined: usize) {
    let mut left = [most, most, undetermined];
    rule.findings.retain(|finding| {
        let kind = match finding.verdict {
            FindingVerdict::Exception => 0,
            FindingVerdict::Waived => 1,
            FindingVerdict::Undetermined => 2,
        };
        let stays = left[kind] > 0;
        left[kind] = left[kind].saturating_sub(1);
        stays
    });
}

fn lines<'a>(
    report: &'a Report,
    rule: &'a RuleResult,
) -> impl Iterator<Item = (Urgency, RegisterLine)> + 'a {
    rule.findings.iter().map(move |record| {
        let it = record.finding;
        let line = RegisterLine {
            severity: it.severity,
            code: rule.code,
            title: rule.title,
            instance: it.instance.clone(),
            subject: it.subject.clone(),
            verdict: it.verdict,
            first_seen: it.lifecycle.first_seen.map(|at| at.date_naive()),
            due: it.lifecycle.due,
            overdue: it.lifecycle.overdue,
            due_moved: it.lifecycle.due_moved.clone(),
            owner: actions::owner(record.whom).to_owned(),
            page: actions::page(report, rule, it),
            sentence: record.sentence,
            remedy: rule.remedy,
            finding_id: it.id.clone(),
        };
        (it.urgency(), line)
    })
}
