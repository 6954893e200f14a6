//! What tickets are to be about, as a function of the report.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::lifecycle::FindingState;
use crate::audit::{Finding, FindingVerdict};
use crate::config::notify::{Receiver, TicketScope};
use crate::digest;
use crate::names::{counted, fold};
use crate::notify::notice::{ToldFinding, exceptions, least};
use crate::notify::words::{finding, place, plain};
use crate::report::comparison::ExceptionFate;
use crate::report::{Report, RuleResult};

/// Characters of all findings that one ticket lists.
const MOST_WORDS: usize = 20_000;

/// What the tickets of one receiver are to be about.
#[derive(Clone, Debug, Default)]
pub(in crate::notify) struct TicketPlan {
    /// The most urgent first.
    pub(in crate::notify) items: Vec<TicketItem>,
    /// What became of everything that is, or was the month before, an exception or undetermined.
    fates: BTreeMap<String, Fate>,
    /// Of which pack that is said.
    pub(in crate::notify) source: String,
}

/// What one ticket is to be about.
#[derive(Clone, Debug)]
pub(in crate::notify) struct TicketItem {
    /// A finding's id, an owner's, or the word for what has no ticket of its own.
    pub(in crate::notify) about: String,
    pub(in crate::notify) title: String,
    pub(in crate::notify) lines: Vec<String>,
    /// The findings, by their ids.
    pub(in crate::notify) findings: BTreeSet<String>,
    /// Whether a ticket that was closed before was about something else: the finding was resolved
    /// since.
    pub(in crate::notify) is_news: bool,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::notify) enum Fate {
    /// It is an exception, and a waiver accepts that.
    Waived,
    /// It is an exception.
    Open,
    /// Its subject is in order.
    Resolved,
    /// Another, worse rule reports it.
    Superseded,
    /// Nobody knows.
    Unknown,
}

impl Fate {
    /// The fate in a list of what a ticket was about.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Waived => "accepted by a waiver",
            Self::Open => "still there, and not of this ticket any more",
            Self::Resolved => "resolved",
            Self::Superseded => "reported by another, worse rule now",
            Self::Unknown => {
                "not known: it was not judged now, or not alike, or its subject is gone"
            }
        }
    }

    /// Whether the ticket has nothing more to wait for.
    pub(super) fn is_settled(self) -> bool {
        self != Self::Unknown
    }
}

impl TicketPlan {
    /// What a report has for a receiver of tickets.
    pub(in crate::notify) fn of(report: &Report, to: &Receiver, scope: TicketScope) -> Self {
        let items = match scope {
            TicketScope::Finding => by_finding(report, to),
            TicketScope::Owner => by_owner(report, to),
        };
        let source = format!(
            "{}, {}, report {}",
            plain(&report.organization),
            report.period_words,
            report.report_id
        );
        Self { items, fates: fates(report), source }
    }

    /// What became of a finding.
    pub(super) fn fate(&self, id: &str) -> Fate {
        self.fates.get(id).copied().unwrap_or(Fate::Unknown)
    }

    /// Every finding that was resolved since the month before.
    pub(super) fn resolved(&self) -> impl Iterator<Item = &String> {
        self.fates.iter().filter(|it| *it.1 == Fate::Resolved).map(|it| it.0)
    }
}

fn fates(report: &Report) -> BTreeMap<String, Fate> {
    let now = report.rules.iter().flat_map(RuleResult::findings).map(|it| {
        let fate = match it.verdict {
            FindingVerdict::Exception => Fate::Open,
            FindingVerdict::Waived => Fate::Waived,
            FindingVerdict::Undetermined => Fate::Unknown,
        };
        (it.id.clone(), fate)
    });
    let before = report.comparison.fixed.iter().map(|it| {
        let fate = match it.outcome {
            ExceptionFate::Resolved => Fate::Resolved,
            ExceptionFate::Superseded => Fate::Superseded,
            ExceptionFate::NotComparable => Fate::Unknown,
        };
        (it.finding_id.clone(), fate)
    });
    before.chain(now).collect()
}

/// Every exception that counts, the most urgent first.
fn urgent<'a>(report: &'a Report, to: &Receiver) -> Vec<(&'a RuleResult, &'a Finding)> {
    let mut res: Vec<_> = exceptions(report, least(to)).collect();
    res.sort_by_key(|(rule, it)| (it.urgency(), rule.code, &it.instance, &it.id));
    res
}

fn by_finding(report: &Report, to: &Receiver) -> Vec<TicketItem> {
    let item = |(rule, it): (&RuleResult, &Finding)| {
        let told = ToldFinding::of(rule, it, to.names);
        let place = place(&it.instance);
        let title = format!("{}: {} {} {place}", told.severity.word(), rule.code, rule.title);
        TicketItem {
            about: it.id.clone(),
            title: plain(&title),
            lines: vec![finding(&told), format!("What to do: {}", rule.remedy)],
            findings: BTreeSet::from([it.id.clone()]),
            is_news: matches!(it.lifecycle.state, FindingState::New | FindingState::Reopened),
        }
    };
    urgent(report, to).into_iter().map(item).collect()
}

fn by_owner(report: &Report, to: &Receiver) -> Vec<TicketItem> {
    let mut owners = BTreeMap::new();
    for rule in &report.rules {
        for (id, whom) in rule.findings.owners() {
            owners.insert(id, whom);
        }
    }
    let mut order: Vec<&str> = Vec::new();
    let mut by: BTreeMap<&str, Vec<ToldFinding>> = BTreeMap::new();
    for (rule, it) in urgent(report, to) {
        let whom = owners.get(&*it.id).copied().unwrap_or_default();
        let list = by.entry(whom).or_default();
        if list.is_empty() {
            order.push(whom);
        }
        list.push(ToldFinding::of(rule, it, to.names));
    }
    order.into_iter().map(|whom| of_owner(whom, &by[whom], to.names)).collect()
}

fn of_owner(whom: &str, findings: &[ToldFinding], names: bool) -> TicketItem {
    let about = owner_id(whom);
    let called = match whom {
        "" => "nobody is recorded as owner".to_owned(),
        whom if names => plain(whom),
        _ => format!("owner {about}"),
    };
    let count = counted(&findings.len().to_string(), "finding");
    TicketItem {
        title: format!("{count} to act on: {called}"),
        lines: listed(findings),
        findings: findings.iter().map(|it| it.finding_id.clone()).collect(),
        is_news: true,
        about,
    }
}

/// A line for each finding, as far as a ticket holds them.
pub(super) fn listed(findings: &[ToldFinding]) -> Vec<String> {
    let (mut res, mut words) = (Vec::new(), 0);
    for it in findings {
        let line = finding(it);
        words += line.len();
        if words > MOST_WORDS {
            let more = findings.len() - res.len();
            res.push(format!("and {more} more, which the pack lists"));
            break;
        }
        res.push(line);
    }
    res
}

/// Names an owner without saying who that is.
pub(in crate::notify) fn owner_id(whom: &str) -> String {
    format!("O-{}", &digest::of(fold(whom))[..12])
}
