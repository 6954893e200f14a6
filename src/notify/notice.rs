//! What each receiver is to be told of a pack, as a function of its report.

use serde::{Serialize, Serializer};

use super::tickets::plan::TicketPlan;
use crate::audit::Finding;
use crate::audit::lifecycle::FindingState;
use crate::config::notify::{Channel, NotifySettings, Occasion, Receiver, WebhookFormat};
use crate::digest;
use crate::json;
use crate::report::{Report, RuleResult};
use crate::rules::Severity;
use crate::snapshot::State;

/// Where a pack says what its receivers are to be told.
pub const FILE: &str = "notices.json";

/// Findings that a message for people names; a chat takes no longer ones.
const MOST_IN_CHAT: usize = 20;

/// Findings that any other message names.
const MOST: usize = 200;

/// What the receivers of a configuration are to be told of one pack.
#[derive(Debug, Serialize)]
pub struct Notices {
    format: u32,
    pub(super) organization: String,
    pub(super) period: String,
    #[serde(skip)]
    pub(super) period_words: String,
    pub(super) report_id: String,
    snapshot_id: String,
    pub(super) collected_at: String,
    pub(super) state: State,
    /// Instances whose evidence is not complete, and how it is.
    #[serde(skip)]
    pub(super) incomplete: Vec<(String, &'static str)>,
    pub(super) counts: NoticeCounts,
    #[serde(rename = "notices")]
    all: Vec<Notice>,
}

/// What a pack comes to, in numbers.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NoticeCounts {
    /// Exceptions that no waiver accepts.
    pub(super) exceptions: SeverityCounts,
    /// Those of them that the month before did not have.
    pub(super) new: u64,
    /// Those of them that the month before did not have, and one before it did.
    pub(super) reopened: u64,
    /// Those of them of which that is not known.
    pub(super) undated: u64,
    /// Those of them that are overdue.
    pub(super) overdue: u64,
    /// Exceptions of before that were resolved.
    pub(super) resolved: u64,
    /// Exceptions that a waiver accepts.
    pub(super) waived: u64,
    /// Tests that the facts do not decide.
    pub(super) undetermined: u64,
    /// Rules that do not hold by a person's answer.
    pub(super) failed_manually: usize,
    /// Rules without a result.
    pub(super) not_evaluable: usize,
}

/// A number for each severity, the worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeverityCounts(pub Vec<(Severity, u64)>);

impl Serialize for SeverityCounts {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        sink.collect_map(self.0.iter().map(|(severity, count)| (severity.word(), count)))
    }
}

/// What one receiver is to be told.
#[derive(Debug, Serialize)]
pub(super) struct Notice {
    receiver: String,
    kind: &'static str,
    when: &'static str,
    min_severity: &'static str,
    names: bool,
    /// Names the notice: the same for the same report and receiver.
    pub(super) id: String,
    /// Why it is told of this pack; empty where it is not.
    pub(super) because: &'static str,
    #[serde(serialize_with = "ids")]
    pub(super) findings: Vec<ToldFinding>,
    /// How many more findings there are that count for it.
    pub(super) more: usize,
    /// What tickets are to be about, where it keeps any.
    #[serde(skip)]
    pub(super) tickets: Option<TicketPlan>,
}

/// A finding as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct ToldFinding {
    /// The finding's id.
    pub finding_id: String,
    /// How much it matters.
    pub severity: Severity,
    /// The rule's code.
    pub rule: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// The instance.
    pub instance: String,
    /// new, reopened, persisting or unknown.
    pub state: &'static str,
    /// The last day on which it is to be put right, where one is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// What people call the subject, where the configuration wants that told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

fn ids<S: Serializer>(findings: &[ToldFinding], sink: S) -> Result<S::Ok, S::Error> {
    sink.collect_seq(findings.iter().map(|it| &it.finding_id))
}

impl Notices {
    /// What a report has for each receiver; none where there is no receiver.
    pub fn of(report: &Report, settings: &NotifySettings) -> Option<Self> {
        let to = &settings.receivers;
        let incomplete = report.instances.iter().filter(|it| it.state != State::Complete.word());
        let res = || Self {
            format: 1,
            organization: report.organization.clone(),
            period: report.period.clone(),
            period_words: report.period_words.clone(),
            report_id: report.report_id.clone(),
            snapshot_id: report.snapshot_id.clone(),
            collected_at: report.collected_at.clone(),
            state: report.state,
            incomplete: incomplete.map(|it| (it.name.clone(), it.state)).collect(),
            counts: NoticeCounts::of(report),
            all: to.iter().map(|it| Notice::of(report, it)).collect(),
        };
        (!to.is_empty()).then(res)
    }

    /// The file in the pack.
    pub fn file(&self) -> Vec<u8> {
        json::pretty(self)
    }

    /// What a receiver is to be told.
    pub(super) fn for_receiver(&self, name: &str) -> Option<&Notice> {
        self.all.iter().find(|it| it.receiver == name)
    }
}

impl NoticeCounts {
    fn of(report: &Report) -> Self {
        let by = &report.severities;
        Self {
            exceptions: SeverityCounts(by.iter().map(|it| (it.severity, it.exceptions)).collect()),
            new: by.iter().map(|it| it.new).sum(),
            reopened: by.iter().map(|it| it.reopened).sum(),
            undated: by.iter().map(|it| it.undated).sum(),
            overdue: report.totals.overdue,
            resolved: by.iter().map(|it| it.resolved).sum(),
            waived: report.totals.waived,
            undetermined: report.totals.undetermined,
            failed_manually: report.totals.fail_manual,
            not_evaluable: report.totals.not_evaluable,
        }
    }
}

impl Notice {
    fn of(report: &Report, to: &Receiver) -> Self {
        let least = least(to);
        let mut counting: Vec<_> = exceptions(report, least)
            .filter(|(_, it)| to.when != Occasion::New || is_news(it))
            .collect();
        counting.sort_by_key(|(rule, it)| (it.urgency(), rule.code, &it.instance, &it.id));
        let told = counting.iter().take(most(&to.channel));
        let findings: Vec<_> = told.map(|(rule, it)| ToldFinding::of(rule, it, to.names)).collect();
        Self {
            receiver: to.name.clone(),
            kind: to.channel.kind(),
            when: to.when.word(),
            min_severity: to.min_severity,
            names: to.names,
            id: id(&report.report_id, &to.name),
            because: because(report, to, least, !counting.is_empty()),
            tickets: to.channel.tickets().map(|it| TicketPlan::of(report, to, it.scope)),
            more: counting.len() - findings.len(),
            findings,
        }
    }

    /// Whether the receiver is told of the pack at all.
    pub(super) fn is_told(&self) -> bool {
        !self.because.is_empty()
    }

    /// How many findings count for the receiver.
    pub(super) fn all(&self) -> usize {
        self.findings.len() + self.more
    }
}

impl ToldFinding {
    pub(super) fn of(rule: &RuleResult, it: &Finding, names: bool) -> Self {
        Self {
            finding_id: it.id.clone(),
            severity: it.severity,
            rule: rule.code,
            title: rule.title,
            instance: it.instance.clone(),
            state: it.lifecycle.state.word(),
            due: it.lifecycle.due.map(|it| it.to_string()),
            overdue: it.lifecycle.overdue,
            subject: names.then(|| it.subject.clone()),
        }
    }
}

/// Why a receiver is told of a pack; empty where it is not.
fn because(report: &Report, to: &Receiver, least: Severity, counts: bool) -> &'static str {
    match to.when {
        Occasion::Always => "every pack is told",
        Occasion::Exceptions if counts => "there are exceptions",
        Occasion::Exceptions if report.finds(least) => "a person's answer says that a rule fails",
        Occasion::New if counts => "there are exceptions that may be new",
        _ if report.state != State::Complete => "the evidence is not complete",
        _ => "",
    }
}

/// Every exception that counts, with its rule.
pub(super) fn exceptions(
    report: &Report,
    least: Severity,
) -> impl Iterator<Item = (&RuleResult, &Finding)> {
    let all = report.rules.iter().flat_map(|rule| rule.unaccepted().map(move |it| (rule, it)));
    all.filter(move |it| it.1.severity >= least)
}

/// Whether a finding was none the month before, as far as that is known.
fn is_news(it: &Finding) -> bool {
    it.lifecycle.state != FindingState::Persisting
}

pub(super) fn least(of: &Receiver) -> Severity {
    let found = Severity::ALL.iter().find(|it| it.word() == of.min_severity);
    *found.expect("a checked configuration names severities")
}

fn most(channel: &Channel) -> usize {
    match channel {
        Channel::Webhook(it) if it.format != WebhookFormat::Json => MOST_IN_CHAT,
        Channel::Webhook(_) | Channel::Mail(_) | Channel::Jira(_) | Channel::ServiceNow(_) => MOST,
    }
}

/// Names a notice.
pub(super) fn id(report_id: &str, receiver: &str) -> String {
    format!("N-{}", &digest::of([report_id, receiver].join("\u{1f}"))[..12])
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::Severity;
    use crate::config::notify::SEVERITIES;

    #[test]
    fn the_configuration_knows_every_severity_the_worst_first() {
        let mut all = Severity::ALL.to_vec();
        all.sort_by_key(|it| Reverse(*it));
        assert_eq!(all.iter().map(|it| it.word()).collect::<Vec<_>>(), SEVERITIES);
    }
}
