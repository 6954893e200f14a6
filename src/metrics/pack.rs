//! What a report comes to, as metrics.

use chrono::{DateTime, NaiveDate, Utc};

use super::family::{self, Family, INSTANCE};
use super::text::{Label, Sample};
use crate::calendar::Calendar;
use crate::report::Report;
use crate::snapshot::State;

/// What the report of a pack comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackMetrics {
    collected_at: DateTime<Utc>,
    /// The period, the report's id, and the program that made it.
    ids: [String; 3],
    /// By severity, worst first.
    exceptions: Vec<(&'static str, u64)>,
    overdue: u64,
    waived: u64,
    undetermined: u64,
    instances: Vec<InstanceMetrics>,
    /// What is due next, and until when.
    due: Vec<(&'static str, DateTime<Utc>)>,
}

/// What a report says of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
struct InstanceMetrics {
    name: String,
    /// None where they are not known.
    accounts: Option<u64>,
    state: &'static str,
}

impl PackMetrics {
    /// What a report comes to, whose days are those of a calendar.
    ///
    /// # Panics
    ///
    /// Panics where the report says no time of collection, which is a bug.
    pub fn of(report: &Report, calendar: Calendar) -> Self {
        let Report { period, report_id, evaluator, totals, .. } = report;
        let severity = |it: &crate::report::SeverityCount| (it.severity.word(), it.exceptions);
        let instance = |it: &crate::report::InstanceSummary| InstanceMetrics {
            name: it.name.clone(),
            accounts: it.accounts,
            state: it.state,
        };
        let end = |what, day: Option<NaiveDate>| day.map(|it| (what, calendar.end(it)));
        let due = [end("collection", next_collection(report)), end("exception", next_due(report))];
        Self {
            collected_at: report.collected_at.parse().expect("a report says when"),
            ids: [period, report_id, evaluator].map(Clone::clone),
            exceptions: report.severities.iter().map(severity).collect(),
            overdue: totals.overdue,
            waived: totals.waived,
            undetermined: totals.undetermined,
            instances: report.instances.iter().map(instance).collect(),
            due: due.into_iter().flatten().collect(),
        }
    }

    /// When its snapshot was collected.
    pub(super) fn collected_at(&self) -> DateTime<Utc> {
        self.collected_at
    }

    /// What it says of a metric.
    pub(super) fn samples(&self, family: &Family) -> Vec<Sample> {
        let name = family.name;
        let one = |value: u64| vec![Sample::number(name, Vec::new(), value)];
        match name {
            family::INFO => {
                let labels = family.labels.iter().zip(&self.ids);
                vec![Sample::number(name, labels.map(|it| Label::of(it.0, it.1)).collect(), 1)]
            }
            family::COLLECTED => {
                vec![Sample::of(name, Vec::new(), self.collected_at.timestamp().to_string())]
            }
            family::EXCEPTIONS => {
                let all = self.exceptions.iter();
                all.map(|it| Sample::number(name, vec![Label::of("severity", it.0)], it.1))
                    .collect()
            }
            family::OVERDUE => one(self.overdue),
            family::WAIVED => one(self.waived),
            family::UNDETERMINED => one(self.undetermined),
            family::ACCOUNTS => {
                let known = self.instances.iter().filter_map(|it| Some((&it.name, it.accounts?)));
                known
                    .map(|it| Sample::number(name, vec![Label::of(INSTANCE, it.0)], it.1))
                    .collect()
            }
            family::STATE => self.instances.iter().flat_map(|it| it.states(name)).collect(),
            family::NEXT_DUE => {
                let all = self.due.iter();
                let sample = |(what, at): &(&'static str, DateTime<Utc>)| {
                    Sample::of(name, vec![Label::of("what", what)], at.timestamp().to_string())
                };
                all.map(sample).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl InstanceMetrics {
    /// A sample for each state, one of which is so.
    fn states(&self, name: &'static str) -> impl Iterator<Item = Sample> {
        State::ALL.iter().map(move |state| {
            let labels = vec![Label::of(INSTANCE, &self.name), Label::of("state", state.word())];
            Sample::number(name, labels, u64::from(self.state == state.word()))
        })
    }
}

/// The first day on which the next snapshot of an instance is due.
fn next_collection(report: &Report) -> Option<NaiveDate> {
    report.coverage.instances.iter().filter_map(|it| it.next_due.parse().ok()).min()
}

/// The first day to come, as of the collection, on which an exception is due.
fn next_due(report: &Report) -> Option<NaiveDate> {
    let open = report.rules.iter().flat_map(|rule| rule.unaccepted());
    open.filter(|it| !it.lifecycle.overdue).filter_map(|it| it.lifecycle.due).min()
}
