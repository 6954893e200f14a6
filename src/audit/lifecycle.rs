//! The life of a finding: whether it is new, since when it is known, and until when it is to be put
//! right.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::prior::{PriorVerdict, PriorVerdicts};
use super::{Finding, Outcome};
use crate::calendar::stamps::{UNKNOWN, day_or_empty, time_or_empty, time_or_unknown};
use crate::calendar::{Calendar, days_after};
use crate::config::Remediation;
use crate::rules::Severity;

/// What is known of the life of a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lifecycle {
    /// new, reopened, persisting, or unknown where no earlier snapshot says.
    pub state: FindingState,
    /// The earliest snapshot since which it has been present without interruption, RFC 3339 UTC, as the
    /// packs that reported it say; this one, where none did. It may be older.
    #[serde(serialize_with = "time_or_unknown")]
    pub first_seen: Option<DateTime<Utc>>,
    /// The last snapshot before that line that has it, RFC 3339 UTC; empty where it is not
    /// reopened.
    #[serde(serialize_with = "time_or_empty")]
    pub seen_before: Option<DateTime<Utc>>,
    /// Whole days since it was first seen.
    pub age_days: Option<i64>,
    /// The last day on which an exception is to be put right, `2026-12-04`: its severity's days
    /// after it was first seen. Empty where the configuration promises nothing, and where it is
    /// waived or undetermined.
    #[serde(serialize_with = "day_or_empty")]
    pub due: Option<NaiveDate>,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// What earlier snapshots say of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingState {
    /// It was none at the snapshot before, nor at any other.
    New,
    /// It was none at the snapshot before, and was one earlier.
    Reopened,
    /// An earlier period had it.
    Persisting,
    /// No earlier snapshot says.
    #[default]
    Unknown,
}

impl FindingState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::New, Self::Reopened, Self::Persisting, Self::Unknown];

    /// The state as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reopened => "reopened",
            Self::Persisting => "persisting",
            Self::Unknown => UNKNOWN,
        }
    }
}

/// What findings are held against.
#[derive(Clone, Copy, Debug)]
pub struct LifecycleContext<'a> {
    /// When the snapshot at hand was collected.
    pub now: DateTime<Utc>,
    /// Whose days count.
    pub calendar: Calendar,
    /// What the rules would have found before, newest first.
    pub prior: &'a [PriorVerdicts],
    /// How long exceptions may stay.
    pub remediation: Remediation,
}

/// What one earlier snapshot had of a finding.
struct Sighting {
    at: DateTime<Utc>,
    /// Whether it is of an earlier period than the snapshot at hand.
    earlier_period: bool,
    /// Whether it had the finding.
    has: bool,
    /// Whether the subject was fine, or not there.
    fine: bool,
    /// Since when, as its pack says.
    since: Option<DateTime<Utc>>,
}

impl LifecycleContext<'_> {
    /// Writes down the life of every finding.
    pub fn annotate(&self, outcomes: &mut [Outcome]) {
        for outcome in outcomes {
            for it in &mut outcome.findings {
                it.lifecycle = self.lifecycle(outcome.rule.code, it);
            }
        }
    }

    /// Whether a finding is new, since when it is known, and when it is due.
    ///
    /// It is known since the first snapshot of the unbroken line that has it: this one, where no
    /// earlier one is known to have it. What another run of the same period found moves no date and
    /// makes nothing persist: a finding persists when an earlier period had it.
    fn lifecycle(&self, code: &str, it: &Finding) -> Lifecycle {
        let line = self.line(code, it);
        let (run, rest) = line.split_at(line.iter().take_while(|sighting| sighting.has).count());
        let oldest = run.iter().map(|sighting| sighting.since.unwrap_or(sighting.at)).min();
        let since = oldest.unwrap_or(self.now);
        let before = rest.iter().find(|sighting| sighting.has).map(|sighting| sighting.at);
        let fine = rest.first().is_some_and(|sighting| sighting.fine);
        let state = match before {
            _ if run.iter().any(|sighting| sighting.earlier_period) => FindingState::Persisting,
            Some(_) if fine => FindingState::Reopened,
            None if fine => FindingState::New,
            _ => FindingState::Unknown,
        };
        let days = days(self.remediation, it.severity).filter(|_| it.is_unaccepted());
        let due = days.map(|days| days_after(self.calendar.day(since), days.into()));
        Lifecycle {
            state,
            first_seen: Some(since),
            seen_before: before.filter(|_| state == FindingState::Reopened),
            age_days: Some((self.now - since).num_days()),
            due,
            overdue: due.is_some_and(|it| it < self.calendar.day(self.now)),
        }
    }

    /// What earlier snapshots had of a finding, newest first, without those that leave it
    /// undetermined.
    fn line(&self, code: &str, it: &Finding) -> Vec<Sighting> {
        let sighting = |prior: &PriorVerdicts| {
            let was = prior.then(code, &it.instance)?.of(&it.id);
            let (has, since) = match was {
                PriorVerdict::Exception(since) => (it.verdict.is_exception(), since),
                // A prior verdict that was undetermined says nothing about the age of an exception.
                PriorVerdict::Undetermined(_) if it.verdict.is_exception() => return None,
                PriorVerdict::Undetermined(since) => (true, since),
                PriorVerdict::Neither => (false, None),
            };
            let (at, earlier_period) = (prior.collected_at, prior.earlier_period);
            let fine = was == PriorVerdict::Neither;
            Some(Sighting { at, earlier_period, has, fine, since: since.filter(|_| has) })
        };
        self.prior.iter().filter_map(sighting).collect()
    }
}

/// Days in which an exception of that severity is to be put right.
pub fn days(of: Remediation, severity: Severity) -> Option<u32> {
    match severity {
        Severity::Critical => of.critical,
        Severity::High => of.high,
        Severity::Medium => of.medium,
        Severity::Low => of.low,
        Severity::Info => of.info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{FindingSubject, FindingVerdict};
    use crate::catalogue::Catalogue;

    const ID: &str = "F-000000000001";

    fn finding(verdict: FindingVerdict, severity: Severity) -> Finding {
        let rule = Catalogue::default().find("DRM-01").expect("a rule");
        let (id, instance) = (ID.to_owned(), "prod".to_owned());
        let of = FindingSubject { instance, ..FindingSubject::default() };
        Finding { id, severity, ..Finding::new(rule, verdict, of) }
    }

    /// The months before, oldest first, and what is said now.
    fn picture(months: &str, verdict: FindingVerdict, severity: Severity) -> String {
        let day = |month: usize| {
            let text = format!("2026-{month:02}-02T06:00:00Z");
            text.parse::<DateTime<Utc>>().expect("a time")
        };
        let drawn = |(at, mark)| PriorVerdicts::drawn(day(at + 1), "DRM-01", "prod", ID, mark);
        let mut prior: Vec<PriorVerdicts> = months.chars().enumerate().map(drawn).collect();
        prior.reverse();
        let remediation = Remediation { critical: Some(0), high: Some(30), ..Default::default() };
        let calendar = Calendar::UTC;
        let clock =
            LifecycleContext { now: day(months.len() + 1), calendar, prior: &prior, remediation };
        let it = clock.lifecycle("DRM-01", &finding(verdict, severity));
        let age = it.age_days.map_or_else(|| UNKNOWN.to_owned(), |it| it.to_string());
        let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
        let seen = it.first_seen.map_or_else(|| UNKNOWN.to_owned(), day);
        let before = it.seen_before.map(day).unwrap_or_default();
        let due = it.due.map(|due| due.to_string()).unwrap_or_default();
        let late = if it.overdue { " overdue" } else { "" };
        let res = format!("{months:5} {} {seen} {age} [{before}] {due}{late}", it.state.word());
        res.trim_end().to_owned()
    }

    #[test]
    fn a_finding_is_as_old_as_the_unbroken_line_of_snapshots_that_have_it() {
        let lines = [
            "", "x", ".", "-", "?", "xx", ".xx", "x.x", "xxx.", "x-x", "xx-", "x?x", "x?", ".?",
            "?.", "-.",
        ];
        let now = |it| picture(it, FindingVerdict::Exception, Severity::High);
        insta::assert_snapshot!(lines.map(now).join("\n"), @"
              unknown 2026-01-02 0 [] 2026-02-01
        x     persisting 2026-01-02 31 [] 2026-02-01 overdue
        .     new 2026-02-02 0 [] 2026-03-04
        -     unknown 2026-02-02 0 [] 2026-03-04
        ?     unknown 2026-02-02 0 [] 2026-03-04
        xx    persisting 2026-01-02 59 [] 2026-02-01 overdue
        .xx   persisting 2026-02-02 59 [] 2026-03-04 overdue
        x.x   persisting 2026-03-02 31 [] 2026-04-01 overdue
        xxx.  reopened 2026-05-02 0 [2026-03-02] 2026-06-01
        x-x   persisting 2026-01-02 90 [] 2026-02-01 overdue
        xx-   persisting 2026-01-02 90 [] 2026-02-01 overdue
        x?x   persisting 2026-01-02 90 [] 2026-02-01 overdue
        x?    persisting 2026-01-02 59 [] 2026-02-01 overdue
        .?    new 2026-03-02 0 [] 2026-04-01
        ?.    new 2026-03-02 0 [] 2026-04-01
        -.    new 2026-03-02 0 [] 2026-04-01
        ");
    }

    #[test]
    fn what_is_undetermined_has_a_line_of_its_own_and_is_never_due() {
        let lines = ["", "?", "??", ".", "x", "?.", "x?", "x??"];
        let now = |it| picture(it, FindingVerdict::Undetermined, Severity::High);
        insta::assert_snapshot!(lines.map(now).join("\n"), @"
              unknown 2026-01-02 0 []
        ?     persisting 2026-01-02 31 []
        ??    persisting 2026-01-02 59 []
        .     new 2026-02-02 0 []
        x     unknown 2026-02-02 0 []
        ?.    reopened 2026-03-02 0 [2026-01-02]
        x?    persisting 2026-02-02 28 []
        x??   persisting 2026-02-02 59 []
        ");
    }

    #[test]
    fn only_what_nobody_accepted_is_due_and_only_where_days_are_promised() {
        let pictures = [
            picture("x", FindingVerdict::Waived, Severity::High),
            picture("x", FindingVerdict::Exception, Severity::Low),
            picture("", FindingVerdict::Exception, Severity::Critical),
            picture("x", FindingVerdict::Exception, Severity::Critical),
        ];
        insta::assert_snapshot!(pictures.join("\n"), @"
        x     persisting 2026-01-02 31 []
        x     persisting 2026-01-02 31 []
              unknown 2026-01-02 0 [] 2026-01-02
        x     persisting 2026-01-02 31 [] 2026-01-02 overdue
        ");
    }
}
