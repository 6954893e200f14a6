//! Which findings are new, stay, come again or are gone, and until when they are to be put right.

use chrono::{DateTime, Utc};

use super::stamp;
use crate::audit::former::{Former, Was};
use crate::calendar::{Calendar, days_after};
use crate::config::Remediation;
use crate::report::Finding;
use crate::report::table::UNKNOWN;
use crate::rules::Severity;

pub(super) const NEW: &str = "new";
pub(super) const REOPENED: &str = "reopened";
pub(super) const PERSISTING: &str = "persisting";

/// What findings are held against.
#[derive(Clone, Copy)]
pub(super) struct Clock<'a> {
    /// When the snapshot at hand was collected.
    pub(super) now: DateTime<Utc>,
    /// Whose days count.
    pub(super) calendar: Calendar,
    /// What the rules would have found before, newest first.
    pub(super) former: &'a [Former],
    /// How long exceptions may stay.
    pub(super) remediation: Remediation,
}

/// What one earlier snapshot had of a finding.
struct Sight {
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

impl Clock<'_> {
    /// Says whether a finding is new, since when it is known, and when it is due.
    pub(super) fn mark(&self, code: &'static str, it: &mut Finding) {
        let since = self.mark_state(code, it);
        if it.verdict == "exception"
            && let Some(days) = days(self.remediation, it.severity)
        {
            let due = days_after(self.calendar.day(since), days.into());
            it.due = due.to_string();
            it.overdue = due < self.calendar.day(self.now);
        }
    }

    /// Writes down the state, and gives the first snapshot of the unbroken line that has the
    /// finding: this one, where no earlier one is known to have it.
    ///
    /// What another run of the same period found moves no date and makes nothing persist: a finding
    /// persists when an earlier period had it.
    fn mark_state(&self, code: &str, it: &mut Finding) -> DateTime<Utc> {
        let line = self.line(code, it);
        let (run, rest) = line.split_at(line.iter().take_while(|sight| sight.has).count());
        let oldest = run.iter().map(|sight| sight.since.unwrap_or(sight.at)).min();
        let since = oldest.unwrap_or(self.now);
        let before = rest.iter().find(|sight| sight.has).map(|sight| sight.at);
        let fine = rest.first().is_some_and(|sight| sight.fine);
        it.state = match before {
            _ if run.iter().any(|sight| sight.earlier_period) => PERSISTING,
            Some(_) if fine => REOPENED,
            None if fine => NEW,
            _ => UNKNOWN,
        };
        it.first_seen = stamp(since);
        it.seen_before = before.filter(|_| it.state == REOPENED).map(stamp).unwrap_or_default();
        it.age_days = Some((self.now - since).num_days());
        since
    }

    /// What earlier snapshots had of a finding, newest first, without those that cannot tell.
    fn line(&self, code: &str, it: &Finding) -> Vec<Sight> {
        let sight = |former: &Former| {
            let was = former.then(code, &it.instance)?.of(&it.finding_id);
            let (has, since) = match was {
                Was::Exception(since) => (it.is_exception(), since),
                // What nobody could tell of an exception says nothing about its age.
                Was::Undetermined(_) if it.is_exception() => return None,
                Was::Undetermined(since) => (true, since),
                Was::Neither => (false, None),
            };
            let (at, earlier_period) = (former.collected_at, former.earlier_period);
            let fine = was == Was::Neither;
            Some(Sight { at, earlier_period, has, fine, since: since.filter(|_| has) })
        };
        self.former.iter().filter_map(sight).collect()
    }
}

/// Days in which an exception of that severity is to be put right.
pub(super) fn days(of: Remediation, severity: Severity) -> Option<u32> {
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

    const ID: &str = "F-000000000001";

    fn finding(verdict: &'static str, severity: Severity) -> Finding {
        Finding {
            finding_id: ID.to_owned(),
            verdict,
            severity,
            instance: "prod".to_owned(),
            subject_type: "user",
            subject_id: "u1".to_owned(),
            subject: "ana@acme.test".to_owned(),
            sentence: String::new(),
            waiver_id: String::new(),
            waiver_ids: Vec::new(),
            asked_by: Vec::new(),
            waiver: String::new(),
            facts: Vec::new(),
            access_path: String::new(),
            manager: String::new(),
            state: UNKNOWN,
            first_seen: UNKNOWN.to_owned(),
            seen_before: String::new(),
            age_days: None,
            due: String::new(),
            overdue: false,
        }
    }

    /// The months before, oldest first, and what is said now.
    fn picture(months: &str, verdict: &'static str, severity: Severity) -> String {
        let day = |month: usize| {
            let text = format!("2026-{month:02}-02T06:00:00Z");
            text.parse::<DateTime<Utc>>().expect("a time")
        };
        let drawn = |(at, mark)| Former::drawn(day(at + 1), ("DRM-01", "prod"), (ID, mark));
        let mut former: Vec<Former> = months.chars().enumerate().map(drawn).collect();
        former.reverse();
        let remediation = Remediation { critical: Some(0), high: Some(30), ..Default::default() };
        let calendar = Calendar::UTC;
        let clock = Clock { now: day(months.len() + 1), calendar, former: &former, remediation };
        let mut it = finding(verdict, severity);
        clock.mark("DRM-01", &mut it);
        let age = it.age_days.map_or_else(|| UNKNOWN.to_owned(), |it| it.to_string());
        let seen = if it.first_seen == UNKNOWN { UNKNOWN } else { &it.first_seen[..10] };
        let before = if it.seen_before.is_empty() { "" } else { &it.seen_before[..10] };
        let late = if it.overdue { " overdue" } else { "" };
        let res = format!("{months:5} {} {seen} {age} [{before}] {}{late}", it.state, it.due);
        res.trim_end().to_owned()
    }

    #[test]
    fn a_finding_is_as_old_as_the_unbroken_line_of_snapshots_that_have_it() {
        let lines = [
            "", "x", ".", "-", "?", "xx", ".xx", "x.x", "xxx.", "x-x", "xx-", "x?x", "x?", ".?",
            "?.", "-.",
        ];
        let now = |it| picture(it, "exception", Severity::High);
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
        let now = |it| picture(it, "undetermined", Severity::High);
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
            picture("x", "waived", Severity::High),
            picture("x", "exception", Severity::Low),
            picture("", "exception", Severity::Critical),
            picture("x", "exception", Severity::Critical),
        ];
        insta::assert_snapshot!(pictures.join("\n"), @"
        x     persisting 2026-01-02 31 []
        x     persisting 2026-01-02 31 []
              unknown 2026-01-02 0 [] 2026-01-02
        x     persisting 2026-01-02 31 [] 2026-01-02 overdue
        ");
    }
}
