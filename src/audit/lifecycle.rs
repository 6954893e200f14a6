//! The life of a finding: whether it is new, since when it is known, and until when it is to be put
//! right.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::prior::{PriorRecord, PriorVerdicts};
use super::record::{DueDate, RecordedFinding, ReportedSpan, TermsByRule};
use super::{Finding, FindingVerdict, Outcome};
use crate::calendar::stamps::{UNKNOWN, day_or_empty, time_or_empty, time_or_unknown};
use crate::calendar::{Calendar, days_after, whole_days};
use crate::config::Remediation;
use crate::names::counted;
use crate::rules::Severity;
use crate::threads;

/// What is known of the life of a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lifecycle {
    /// new, reopened, persisting, or unknown where no earlier pack says.
    pub state: FindingState,
    /// The snapshot of the first pack of an unbroken line that reported it, RFC 3339 UTC; this one,
    /// where none did. It may be older.
    #[serde(serialize_with = "time_or_unknown")]
    pub first_seen: Option<DateTime<Utc>>,
    /// On what its age rests.
    pub age_basis: AgeBasis,
    /// The snapshot since which today's rule would have had it, RFC 3339 UTC, where it was put to
    /// earlier snapshots; empty where what packs reported says it all.
    #[serde(serialize_with = "time_or_empty")]
    pub judged_since: Option<DateTime<Utc>>,
    /// The last snapshot before that line that has it, RFC 3339 UTC; empty where it is not
    /// reopened.
    #[serde(serialize_with = "time_or_empty")]
    pub seen_before: Option<DateTime<Utc>>,
    /// Whole days since it was first seen, or since which it is judged where that is longer.
    pub age_days: Option<i64>,
    /// The last day on which an exception is to be put right, `2026-12-04`: its severity's days
    /// after it was first reported. It was set then, and moves only with the days of the
    /// configuration, with the severity, or where a waiver accepted it until now. Empty where the configuration promises nothing, and where it
    /// is waived or undetermined.
    #[serde(serialize_with = "day_or_empty")]
    pub due: Option<NaiveDate>,
    /// Why that is another day than the pack before had; empty where it is the same.
    pub due_moved: String,
    /// Whether that day has passed.
    pub overdue: bool,
    /// The day on which the exception is due, also where it is waived.
    #[serde(skip)]
    pub promised: Option<DueDate>,
}

/// What earlier packs say of a finding.
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

/// On what the age of a finding rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum AgeBasis {
    /// On what packs reported, this one included.
    #[default]
    #[serde(rename = "reported")]
    Reported,
    /// On what today's rule makes of earlier snapshots: its version or its thresholds have changed
    /// since, or no pack was made of them.
    #[serde(rename = "judged since")]
    JudgedSince,
}

impl AgeBasis {
    /// Every basis.
    pub const ALL: &[Self] = &[Self::Reported, Self::JudgedSince];

    /// The basis as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::JudgedSince => "judged since",
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
    /// By what today's rules decide.
    pub terms: &'a TermsByRule,
    /// What earlier packs recorded, newest first.
    pub records: &'a [PriorRecord],
    /// What the rules would have found before where no record says, newest first.
    pub judged: &'a [PriorVerdicts],
    /// How long exceptions may stay.
    pub remediation: Remediation,
}

/// What one earlier pack or snapshot had of a finding.
#[derive(Clone, Copy)]
struct Sighting {
    at: DateTime<Utc>,
    /// Whether an earlier period than the one of the snapshot at hand had it.
    earlier_period: bool,
    /// Since when it had the finding; none where it did not.
    since: Option<DateTime<Utc>>,
    /// The same by today's rule, where that was put to it or to snapshots before.
    judged_since: Option<DateTime<Utc>>,
    /// Whether the subject was fine, or not there.
    is_fine: bool,
    /// The last snapshot before that had it.
    before: Option<DateTime<Utc>>,
}

impl LifecycleContext<'_> {
    /// Writes down the life of every finding.
    pub fn annotate(&self, outcomes: &mut [Outcome]) {
        let lives = threads::side_by_side(outcomes, |outcome| {
            let lives = outcome.findings.iter().map(|it| self.lifecycle(outcome.rule.code, it));
            lives.collect::<Vec<_>>()
        });
        for (outcome, lives) in outcomes.iter_mut().zip(lives) {
            for (it, life) in Arc::make_mut(&mut outcome.findings).iter_mut().zip(lives) {
                it.lifecycle = life;
            }
        }
    }

    /// Whether a finding is new, since when it is known, and when it is due.
    ///
    /// What another run of the same period found moves no date and makes nothing persist: a finding
    /// persists when an earlier period had it.
    fn lifecycle(&self, code: &str, it: &Finding) -> Lifecycle {
        let reported: Vec<Sighting> =
            self.records.iter().filter_map(|record| self.recorded(record, code, it)).collect();
        let first_reported = run(&reported).0.iter().filter_map(|it| it.since).min();
        let first_seen = first_reported.unwrap_or(self.now);
        let line = self.line(code, it);
        let (unbroken, rest) = run(&line);
        let is_judged = unbroken.iter().any(|it| it.judged_since.is_some());
        let judged_since = unbroken.iter().filter_map(|it| it.judged_since.or(it.since)).min();
        let judged_since = judged_since.filter(|_| is_judged);
        let before = rest.iter().find_map(|it| it.since.map_or(it.before, |_| Some(it.at)));
        let persists = [unbroken, run(&reported).0].concat().iter().any(|it| it.earlier_period);
        let state = match (rest.first().is_some_and(|it| it.is_fine), before) {
            _ if persists => FindingState::Persisting,
            (true, Some(_)) => FindingState::Reopened,
            (true, None) => FindingState::New,
            (false, _) => FindingState::Unknown,
        };
        let known_since = judged_since.map_or(first_seen, |it| it.min(first_seen));
        let (promised, due_moved) = self.due(it, first_seen);
        let due = promised.map(|it| it.day).filter(|_| it.is_unaccepted());
        Lifecycle {
            state,
            first_seen: Some(first_seen),
            age_basis: if is_judged { AgeBasis::JudgedSince } else { AgeBasis::Reported },
            judged_since,
            seen_before: before.filter(|_| state == FindingState::Reopened),
            age_days: Some(whole_days(known_since, self.now)),
            due,
            due_moved: if due.is_some() { due_moved } else { String::new() },
            overdue: due.is_some_and(|it| it < self.calendar.day(self.now)),
            promised,
        }
    }

    /// What is known of a finding by today's terms, newest first: from records where they were the
    /// same then, and else from snapshots that today's rule was put to.
    fn line(&self, code: &str, it: &Finding) -> Vec<Sighting> {
        let same = |record: &&PriorRecord| {
            let then = record.rule(code, &it.instance).map(|rule| &rule.terms);
            then == self.terms.get(code)
        };
        let records = self.records.iter().filter(same);
        let mut res: Vec<Sighting> =
            records.filter_map(|record| self.recorded(record, code, it)).collect();
        res.extend(self.judged.iter().filter_map(|prior| judged(prior, code, it)));
        res.sort_by_key(|sighting| std::cmp::Reverse(sighting.at));
        res
    }

    /// What a record says of a finding; none where its rule was never judged, or where what it says
    /// leaves the question open.
    fn recorded(&self, record: &PriorRecord, code: &str, it: &Finding) -> Option<Sighting> {
        let judged = record.rule(code, &it.instance)?.judged?;
        let then = record.finding(&it.id);
        let exception = then.and_then(|it| it.exception);
        let undetermined = then.and_then(|it| it.undetermined);
        let is_exception = it.verdict.is_exception();
        let (own, other) =
            if is_exception { (exception, undetermined) } else { (undetermined, exception) };
        let open = |span: Option<ReportedSpan>| span.filter(|it| it.open);
        let since = open(own).map(|it| it.since);
        // What was undetermined lately says nothing of an exception, and what was before it may.
        let is_fine = since.is_none()
            && match open(other) {
                None => true,
                Some(other) => is_exception && judged.first < other.since,
            };
        let of_earlier = |since| {
            record.earlier_period || self.calendar.month(since) < self.calendar.month(self.now)
        };
        Some(Sighting {
            at: record.collected_at,
            earlier_period: since.is_some_and(of_earlier),
            since,
            judged_since: then.and_then(|it| it.judged_since).filter(|_| since.is_some()),
            is_fine,
            before: own.filter(|it| !it.open).map(|it| it.last),
        })
    }

    /// Whether the newest pack that reported a finding reported it as waived.
    fn was_accepted(&self, it: &Finding) -> bool {
        let verdicts = self.records.iter().filter_map(|record| record.finding(&it.id)?.verdict);
        verdicts.take(1).any(|verdict| verdict == FindingVerdict::Waived)
    }

    /// The deadline that the rule has for an exception, and why it is not what the pack before has.
    fn by_deadline(&self, it: &Finding, day: NaiveDate) -> (Option<DueDate>, String) {
        let before = self.records.iter().find_map(|record| record.finding(&it.id)?.due);
        let why = "its rule has a deadline for it, which follows from the last day";
        (Some(DueDate { day, days: 0 }), before.map_or_else(String::new, |it| moved(it, day, why)))
    }

    /// When an exception is due, and why that is not what the pack before has.
    fn due(&self, it: &Finding, first_seen: DateTime<Utc>) -> (Option<DueDate>, String) {
        if let Some(day) = it.deadline.filter(|_| it.verdict.is_exception()) {
            return self.by_deadline(it, day);
        }
        let days = days(self.remediation, it.severity).filter(|_| it.verdict.is_exception());
        let Some(days) = days else { return (None, String::new()) };
        let after = |at: DateTime<Utc>| days_after(self.calendar.day(at), days.into());
        let of_now = |day: NaiveDate| Some(DueDate { day, days });
        // Of several records, the one that goes back furthest set the day.
        let found = self.records.iter().filter_map(|record| record.finding(&it.id));
        let open = found.filter_map(|it| Some((it.exception.filter(|it| it.open)?.since, it)));
        let then = open.min_by_key(|it| it.0).map(|it| it.1);
        let Some((then, due)) = then.and_then(|then| Some((then, then.due?))) else {
            return (of_now(after(first_seen)), String::new());
        };
        // What somebody accepted until now was not to be put right until now.
        if it.is_unaccepted() && self.was_accepted(it) {
            let day = due.day.max(after(self.now));
            return (of_now(day), moved(due, day, "it was accepted until now, and is no longer"));
        }
        if then.severity != it.severity {
            // What got worse has no longer than what is as bad from today on.
            let day =
                if it.severity > then.severity { due.day.min(after(self.now)) } else { due.day };
            return (of_now(day), moved(due, day, &severity_words(then, it)));
        }
        // From the same day on, as many days as there are now.
        let day = days_after(due.day, i64::from(days) - i64::from(due.days));
        let then_and_now = format!(
            "the configuration gave {} then, and gives {} now",
            counted(&due.days.to_string(), "day"),
            counted(&days.to_string(), "day"),
        );
        (of_now(day), moved(due, day, &then_and_now))
    }
}

/// Why a finding is due on another day than before; empty where it is not.
fn moved(before: DueDate, day: NaiveDate, why: &str) -> String {
    if before.day == day { String::new() } else { format!("It was due {}: {why}.", before.day) }
}

fn severity_words(then: &RecordedFinding, now: &Finding) -> String {
    format!("its severity was {}, and is {} now", then.severity.word(), now.severity.word())
}

/// The unbroken line that has a finding, and what was before.
fn run(line: &[Sighting]) -> (&[Sighting], &[Sighting]) {
    line.split_at(line.iter().take_while(|it| it.since.is_some()).count())
}

/// What today's rule makes of an earlier snapshot; none where it says nothing about the finding.
fn judged(prior: &PriorVerdicts, code: &str, it: &Finding) -> Option<Sighting> {
    let then = prior.then(code, &it.instance, &it.id)?;
    let has = match then {
        Some(FindingVerdict::Undetermined) if it.verdict.is_exception() => return None,
        Some(FindingVerdict::Undetermined) => true,
        Some(_) => it.verdict.is_exception(),
        None => false,
    };
    let at = prior.collected_at;
    Some(Sighting {
        at,
        earlier_period: has && prior.earlier_period,
        since: has.then_some(at),
        judged_since: has.then_some(at),
        is_fine: then.is_none(),
        before: None,
    })
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
    use polars::prelude::DataFrame;

    use super::*;
    use crate::audit::record::{FindingsRecord, RecordContext, RuleTerms};
    use crate::audit::{FindingSubject, InstanceOutcome, Verdict};
    use crate::catalogue::Catalogue;

    /// What one month makes of one account, in the notation of the tests: `x` is an exception, `w` a
    /// waived one, `?` undetermined, `.` neither, and the rule could not be judged where anything
    /// else stands.
    fn outcome(mark: char, severity: Severity) -> Outcome {
        let rule = Catalogue::default().find("DRM-01").expect("a rule");
        let verdict = match mark {
            'x' => Some(FindingVerdict::Exception),
            'w' => Some(FindingVerdict::Waived),
            '?' => Some(FindingVerdict::Undetermined),
            _ => None,
        };
        let finding = |verdict| {
            let (instance, subject_id) = ("prod".to_owned(), "u1".to_owned());
            let of = FindingSubject { instance, subject_id, ..FindingSubject::default() };
            Finding { severity, ..Finding::new(rule, verdict, of) }
        };
        let judged = verdict.is_some() || mark == '.';
        let here = InstanceOutcome {
            instance: "prod".to_owned(),
            verdict: if judged { Verdict::Pass } else { Verdict::NotEvaluable },
            reason: String::new(),
            population: u64::from(judged),
            exceptions: 0,
            waived: 0,
            undetermined: 0,
            manual: None,
            doubt: None,
        };
        Outcome {
            evaluated: true,
            rule,
            instances: vec![here],
            findings: Arc::new(verdict.map(finding).into_iter().collect()),
            exceptions: DataFrame::default(),
            undetermined: DataFrame::default(),
        }
    }

    /// A month, what it makes of the account, and by which terms.
    struct Month<'a> {
        at: DateTime<Utc>,
        mark: char,
        severity: Severity,
        remediation: Remediation,
        version: &'a str,
        deadline: Option<&'a str>,
    }

    impl Month<'_> {
        /// Annotates the month's finding by the `records` of the packs before, and makes its own.
        fn pass(
            &self,
            records: &[PriorRecord],
            judged: &[PriorVerdicts],
        ) -> (Option<Lifecycle>, PriorRecord) {
            let mut outcomes = [outcome(self.mark, self.severity)];
            for it in Arc::make_mut(&mut outcomes[0].findings) {
                it.deadline = self.deadline.map(|day| day.parse().expect("a day"));
            }
            let version = self.version.to_owned();
            let terms = [("DRM-01", RuleTerms { version, parameters: String::new() })].into();
            let (now, terms) = (self.at, &terms);
            let calendar = Calendar::UTC;
            let remediation = self.remediation;
            LifecycleContext { now, calendar, terms, records, judged, remediation }
                .annotate(&mut outcomes);
            let oldest = "2024-01-01T00:00:00Z".parse().expect("a time");
            let context = RecordContext { now, oldest, terms, records, excluded: &|_| false };
            let record = FindingsRecord::of(context, &outcomes);
            let life = outcomes[0].findings.first().map(|it| it.lifecycle.clone());
            let today = |it: &str| Some(it.to_owned());
            (life, PriorRecord::of(now, true, record, today))
        }
    }

    fn nth(month: usize) -> DateTime<Utc> {
        format!("2026-{month:02}-02T06:00:00Z").parse().expect("a time")
    }

    const PROMISED: Remediation =
        Remediation { critical: Some(0), high: Some(30), medium: Some(90), low: None, info: None };

    fn month(at: usize, mark: char, severity: Severity) -> Month<'static> {
        Month { at: nth(at), mark, severity, remediation: PROMISED, version: "1", deadline: None }
    }

    fn spoken(it: &Lifecycle) -> String {
        let age = it.age_days.map_or_else(|| UNKNOWN.to_owned(), |it| it.to_string());
        let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
        let seen = it.first_seen.map_or_else(|| UNKNOWN.to_owned(), day);
        let before = it.seen_before.map(day).unwrap_or_default();
        let due = it.due.map(|due| due.to_string()).unwrap_or_default();
        let late = if it.overdue { " overdue" } else { "" };
        let judged = it.judged_since.map(|at| format!(" ({} {})", it.age_basis.word(), day(at)));
        let judged = judged.unwrap_or_default();
        let state = it.state.word();
        let res = format!("{state} {seen} {age} [{before}] {due}{late}{judged} {}", it.due_moved);
        res.trim_end().to_owned()
    }

    /// The months before, oldest first, each with the record of the one before alone; and what is
    /// said now.
    fn picture(months: &str, now: char, severity: Severity) -> String {
        let mut records: Vec<PriorRecord> = Vec::new();
        for (place, mark) in months.chars().enumerate() {
            records = vec![month(place + 1, mark, severity).pass(&records, &[]).1];
        }
        let life = month(months.len() + 1, now, severity).pass(&records, &[]).0;
        format!("{months:5} {}", spoken(&life.expect("a finding")))
    }

    #[test]
    fn a_finding_is_as_old_as_the_unbroken_line_of_packs_that_reported_it() {
        let lines = [
            "", "x", ".", "-", "?", "xx", ".xx", "x.x", "xxx.", "x-x", "xx-", "x?x", "x?", ".?",
            "?.", "-.",
        ];
        let now = |it| picture(it, 'x', Severity::High);
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
        let now = |it| picture(it, '?', Severity::High);
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
            picture("x", 'w', Severity::High),
            picture("x", 'x', Severity::Low),
            picture("", 'x', Severity::Critical),
            picture("x", 'x', Severity::Critical),
        ];
        insta::assert_snapshot!(pictures.join("\n"), @"
        x     persisting 2026-01-02 31 []
        x     persisting 2026-01-02 31 []
              unknown 2026-01-02 0 [] 2026-01-02
        x     persisting 2026-01-02 31 [] 2026-01-02 overdue
        ");
    }

    /// Months one after the other, each with the record of the one before alone.
    fn told(months: &[Month<'_>]) -> String {
        let mut records: Vec<PriorRecord> = Vec::new();
        let mut lines = Vec::new();
        for it in months {
            let (life, record) = it.pass(&records, &[]);
            let what = format!("{} {}", it.at.format("%m"), it.mark);
            lines.push(life.map_or_else(|| what.clone(), |it| format!("{what} {}", spoken(&it))));
            records = vec![record];
        }
        lines.join("\n")
    }

    #[test]
    fn what_its_rule_has_a_deadline_for_is_due_then_whatever_remediation_says() {
        let by = |at: usize, mark: char, deadline| {
            let remediation = Remediation { high: None, ..PROMISED };
            Month { remediation, deadline, ..month(at, mark, Severity::High) }
        };
        let story = [
            by(1, 'x', None),
            by(2, 'x', Some("2026-01-20")),
            by(3, 'w', Some("2026-01-20")),
            by(4, 'x', Some("2026-04-20")),
            by(5, '?', Some("2026-04-20")),
        ];
        insta::assert_snapshot!(told(&story), @r"
        01 x unknown 2026-01-02 0 []
        02 x persisting 2026-01-02 31 [] 2026-01-20 overdue
        03 w persisting 2026-01-02 59 []
        04 x persisting 2026-01-02 90 [] 2026-04-20 It was due 2026-01-20: its rule has a deadline for it, which follows from the last day.
        05 ? unknown 2026-05-02 0 []
        ");
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a story for each way in which a day may move")]
    fn what_is_due_was_set_when_it_was_first_reported_and_moves_only_with_a_reason() {
        let with = |at: usize, mark: char, severity: Severity, high: Option<u32>| {
            let remediation = Remediation { high, ..PROMISED };
            Month { remediation, ..month(at, mark, severity) }
        };
        let high = |at, days| with(at, 'x', Severity::High, days);
        insta::assert_snapshot!(told(&[high(1, Some(30)), high(2, Some(14)), high(3, Some(14)), high(4, None)]), @r"
        01 x unknown 2026-01-02 0 [] 2026-02-01
        02 x persisting 2026-01-02 31 [] 2026-01-16 overdue It was due 2026-02-01: the configuration gave 30 days then, and gives 14 days now.
        03 x persisting 2026-01-02 59 [] 2026-01-16 overdue
        04 x persisting 2026-01-02 90 []
        ");
        insta::assert_snapshot!(told(&[high(1, None), high(2, Some(60)), high(3, Some(60))]), @r"
        01 x unknown 2026-01-02 0 []
        02 x persisting 2026-01-02 31 [] 2026-03-03
        03 x persisting 2026-01-02 59 [] 2026-03-03
        ");
        // What gets worse is due sooner, what gets better no later.
        let worse = [
            month(1, 'x', Severity::Medium),
            month(2, 'x', Severity::High),
            month(3, 'x', Severity::High),
        ];
        insta::assert_snapshot!(told(&worse), @r"
        01 x unknown 2026-01-02 0 [] 2026-04-02
        02 x persisting 2026-01-02 31 [] 2026-03-04 It was due 2026-04-02: its severity was medium, and is high now.
        03 x persisting 2026-01-02 59 [] 2026-03-04
        ");
        let better = [
            month(1, 'x', Severity::High),
            month(2, 'x', Severity::Medium),
            month(3, 'x', Severity::Medium),
        ];
        insta::assert_snapshot!(told(&better), @r"
        01 x unknown 2026-01-02 0 [] 2026-02-01
        02 x persisting 2026-01-02 31 [] 2026-02-01 overdue
        03 x persisting 2026-01-02 59 [] 2026-02-01 overdue
        ");
        // What was accepted, or could not be decided, for a time keeps its day; what ended begins anew.
        let marks = |marks: &str| -> Vec<Month<'static>> {
            let month = |(at, mark)| month(at + 1, mark, Severity::High);
            marks.chars().enumerate().map(month).collect()
        };
        insta::assert_snapshot!(told(&marks("xwx")), @r"
        01 x unknown 2026-01-02 0 [] 2026-02-01
        02 w persisting 2026-01-02 31 []
        03 x persisting 2026-01-02 59 [] 2026-04-01 It was due 2026-02-01: it was accepted until now, and is no longer.
        ");
        insta::assert_snapshot!(told(&marks("x?x")), @r"
        01 x unknown 2026-01-02 0 [] 2026-02-01
        02 ? unknown 2026-02-02 0 []
        03 x persisting 2026-01-02 59 [] 2026-02-01 overdue
        ");
        insta::assert_snapshot!(told(&marks("x.x")), @r"
        01 x unknown 2026-01-02 0 [] 2026-02-01
        02 .
        03 x reopened 2026-03-02 0 [2026-01-02] 2026-04-01
        ");
    }

    #[test]
    fn a_rule_that_changed_is_put_to_the_months_before_and_both_dates_are_told() {
        // Each mark is what the rule of before recorded, and what today's makes of the same month.
        let told = |recorded: &str, today: &str| {
            let mut records: Vec<PriorRecord> = Vec::new();
            let mut judged = Vec::new();
            for (at, (then, now)) in recorded.chars().zip(today.chars()).enumerate() {
                records = vec![month(at + 1, then, Severity::High).pass(&records, &[]).1];
                let outcomes = [outcome(now, Severity::High)];
                let mut verdicts =
                    PriorVerdicts::of(nth(at + 1), &outcomes, |_| RuleTerms::default());
                verdicts.earlier_period = true;
                judged.insert(0, verdicts);
            }
            let changed = Month { version: "2", ..month(recorded.len() + 1, 'x', Severity::High) };
            let (life, record) = changed.pass(&records, &judged);
            let after = Month { version: "2", ..month(recorded.len() + 2, 'x', Severity::High) };
            let then = after.pass(&[record], &[]).0.expect("a finding");
            let now = spoken(&life.expect("a finding"));
            format!("{recorded} {today}: {now}\n  and then {}", spoken(&then))
        };
        let pairs = [
            ("...", "xxx"),
            (".xx", "xxx"),
            ("xxx", ".xx"),
            ("xxx", "..."),
            ("...", "..."),
            ("..x", "???"),
            ("---", ".xx"),
        ];
        insta::assert_snapshot!(pairs.map(|(then, now)| told(then, now)).join("\n"), @r"
        ... xxx: persisting 2026-04-02 90 [] 2026-05-02 (judged since 2026-01-02)
          and then persisting 2026-04-02 120 [] 2026-05-02 (judged since 2026-01-02)
        .xx xxx: persisting 2026-02-02 90 [] 2026-03-04 overdue (judged since 2026-01-02)
          and then persisting 2026-02-02 120 [] 2026-03-04 overdue (judged since 2026-01-02)
        xxx .xx: persisting 2026-01-02 90 [] 2026-02-01 overdue (judged since 2026-02-02)
          and then persisting 2026-01-02 120 [] 2026-02-01 overdue (judged since 2026-02-02)
        xxx ...: persisting 2026-01-02 90 [] 2026-02-01 overdue
          and then persisting 2026-01-02 120 [] 2026-02-01 overdue
        ... ...: new 2026-04-02 0 [] 2026-05-02
          and then persisting 2026-04-02 30 [] 2026-05-02
        ..x ???: persisting 2026-03-02 31 [] 2026-04-01 overdue
          and then persisting 2026-03-02 61 [] 2026-04-01 overdue
        --- .xx: persisting 2026-04-02 59 [] 2026-05-02 (judged since 2026-02-02)
          and then persisting 2026-04-02 89 [] 2026-05-02 (judged since 2026-02-02)
        ");
    }
}
