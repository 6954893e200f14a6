//! A notice in words and as facts, before it takes the form of any receiver.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::notice::{Notice, NoticeCounts, Notices, ToldFinding};
use super::{NoticeContext, notice};
use crate::audit::ORGANIZATION;
use crate::calendar::stamps::{UNKNOWN, stamp};
use crate::config::notify::Receiver;
use crate::names::counted;
use crate::report::text::visible;
use crate::snapshot::State;

/// Characters of what others called something; more is no name.
const MOST: usize = 100;

/// A notice, whoever gets it. Nothing in it acts, and every line is one.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// What it is about.
    pub(super) head: String,
    /// What the pack comes to.
    pub(super) lines: Vec<String>,
    /// A line for each finding that it names.
    pub(super) findings: Vec<String>,
    /// Where the rest is.
    pub(super) foot: String,
    /// When it is sent.
    pub(super) at: DateTime<Utc>,
    /// The same for programs.
    pub(super) facts: Facts<'a>,
}

/// A notice for programs.
#[derive(Debug, Serialize)]
pub(super) struct Facts<'a> {
    format: u32,
    /// `pack`, or `test` of a check.
    event: &'static str,
    /// The same for the same report and receiver, however often it is sent.
    pub(super) id: Cow<'a, str>,
    /// When it was sent: what is old is a replay.
    pub(super) sent_at: String,
    program: &'static str,
    organization: &'a str,
    #[serde(flatten)]
    pack: Option<PackFacts<'a>>,
}

/// What a pack comes to.
#[derive(Debug, Serialize)]
struct PackFacts<'a> {
    period: &'a str,
    collected_at: &'a str,
    pack: &'a str,
    report_id: &'a str,
    state: State,
    because: &'static str,
    counts: &'a NoticeCounts,
    findings: &'a [ToldFinding],
    more: usize,
}

/// Name and version of the program.
const PROGRAM: &str = concat!("retool-audit ", env!("CARGO_PKG_VERSION"));

impl Notices {
    /// What a receiver is told.
    pub(super) fn message<'a>(
        &'a self,
        notice: &'a Notice,
        context: &NoticeContext<'a>,
    ) -> Message<'a> {
        let at = (context.now)();
        let facts = Facts {
            format: 1,
            event: "pack",
            id: (&*notice.id).into(),
            sent_at: stamp(at),
            program: PROGRAM,
            organization: &self.organization,
            pack: Some(PackFacts {
                period: &self.period,
                collected_at: &self.collected_at,
                pack: context.pack,
                report_id: &self.report_id,
                state: self.state,
                because: notice.because,
                counts: &self.counts,
                findings: &notice.findings,
                more: notice.more,
            }),
        };
        Message {
            head: self.head(),
            lines: self.lines(notice),
            findings: notice.findings.iter().map(finding).collect(),
            foot: format!("Pack {}, report {}", context.pack, self.report_id),
            at,
            facts,
        }
    }

    /// What it is about, on a line.
    pub(super) fn head(&self) -> String {
        let (organization, state) = (plain(&self.organization), self.state.word());
        format!("Access review of Retool, {}, {}: {state}", self.period_words, organization)
    }

    fn lines(&self, notice: &Notice) -> Vec<String> {
        let NoticeCounts { exceptions, new, reopened, overdue, resolved, .. } = &self.counts;
        let by = exceptions.0.iter().filter(|it| it.1 > 0);
        let by: Vec<String> =
            by.map(|(severity, count)| format!("{count} {}", severity.word())).collect();
        let total: u64 = exceptions.0.iter().map(|it| it.1).sum();
        let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
        let total = counted(&total.to_string(), "exception");
        let mut res = vec![format!(
            "{total}{by}: {new} new, {reopened} reopened, {overdue} overdue; {resolved} resolved"
        )];
        let NoticeCounts { undated, waived, undetermined, .. } = &self.counts;
        if *undated > 0 {
            res.push(format!("Of {undated} it is not known whether they are new"));
        }
        res.push(format!("{waived} waived, {undetermined} undetermined"));
        let NoticeCounts { failed_manually, not_evaluable, .. } = &self.counts;
        let rules = |count: usize| counted(&count.to_string(), "rule");
        if *failed_manually > 0 {
            res.push(format!("{} failed by a person's answer", rules(*failed_manually)));
        }
        if *not_evaluable > 0 {
            res.push(format!("{} not evaluable", rules(*not_evaluable)));
        }
        if self.state != State::Complete {
            let each = self.incomplete.iter().map(|(name, state)| format!("{name} is {state}"));
            let each: Vec<String> = each.collect();
            let why =
                if each.is_empty() { String::new() } else { format!(": {}", each.join(", ")) };
            res.push(format!("The evidence is {}{why}", self.state.word()));
        }
        if notice.more > 0 {
            res.push(format!("{} of {} follow", notice.findings.len(), notice.all()));
        }
        res
    }
}

impl<'a> Message<'a> {
    /// What shows that a receiver can be reached.
    pub(super) fn trial(receiver: &Receiver, organization: &'a str, at: DateTime<Utc>) -> Self {
        let sent_at = stamp(at);
        let id = notice::id(&sent_at, &receiver.name);
        let head = format!("Test of a notice, {}", plain(organization));
        Self {
            head,
            lines: vec!["`retool-audit check --notify` sent this; nothing happened.".to_owned()],
            findings: Vec::new(),
            foot: format!("Receiver {}, notice {id}", receiver.name),
            at,
            facts: Facts {
                format: 1,
                event: "test",
                id: id.into(),
                sent_at,
                program: PROGRAM,
                organization,
                pack: None,
            },
        }
    }
}

/// A finding on a line.
pub(super) fn finding(it: &ToldFinding) -> String {
    let ToldFinding { finding_id, severity, rule, title, instance, state, due, overdue, subject } =
        it;
    let due = due.as_ref().map(|due| match overdue {
        true => format!(", overdue since {due}"),
        false => format!(", due {due}"),
    });
    let subject = subject.as_ref().map(|it| format!(": {}", plain(it)));
    format!(
        "{finding_id} {} {rule} {} {}, {}{}{}",
        severity.word(),
        plain(title),
        place(instance),
        age(state),
        due.unwrap_or_default(),
        subject.unwrap_or_default()
    )
}

/// Where a finding is.
pub(super) fn place(instance: &str) -> String {
    match instance {
        ORGANIZATION => "in the organization".to_owned(),
        instance => format!("on {}", plain(instance)),
    }
}

/// Since when a finding is there, as people say it.
fn age(state: &str) -> &str {
    if state == UNKNOWN { "of unknown age" } else { state }
}

/// What others called something, where nothing of it acts.
pub(super) fn plain(text: &str) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown.into_owned(),
    }
}
