//! What is to be done, for those who must: each exception with its owner, and where in Retool.

use super::table::{Cell, Column, DataTable, EMPTY, NEVER, RowSource, Rows, cell};
use super::{Report, RuleResult};
use crate::audit::Finding;
use crate::rules::Subject;

/// What stands for an owner where none is recorded.
pub const NO_OWNER: &str = "Owner, none recorded";

/// A row for every exception that no waiver accepts, by owner, worst first and soonest due.
pub(super) fn table(report: &Report) -> DataTable<'_> {
    let columns = vec![
        Column::text("owner", "Who is to act."),
        Column::text("severity", "How much it matters."),
        Column { name: "due", kind: "date", missing: EMPTY, meaning: "The last day to act." },
        Column {
            name: "overdue",
            kind: "boolean",
            missing: NEVER,
            meaning: "Whether it has passed.",
        },
        Column::text("instance", "The instance."),
        Column::text("rule_code", "The rule's code."),
        Column::text("title", "The rule's title."),
        Column::text("subject", "What people call the subject."),
        Column::text("sentence", "The finding in a sentence."),
        Column::text("remediation", "What to do."),
        Column::text_or_empty("page", "Where in Retool."),
        Column::text("finding_id", "The finding's id."),
    ];
    let mut open = Vec::new();
    for rule in &report.rules {
        for (place, (it, answers)) in rule.findings.answered().enumerate() {
            if it.is_unaccepted() {
                open.push((owner(&answers.whom), it.urgency(), OpenException { rule, place }));
            }
        }
    }
    open.sort_by_key(|it| (it.0, it.1));
    let open = open.into_iter().map(|it| it.2).collect();
    let rows = Rows::Told(Box::new(OpenExceptions { report, open }));
    DataTable { file: "actions", about: "One row per exception to act on.", columns, rows }
}

/// The exceptions to act on, by owner and urgency.
struct OpenExceptions<'a> {
    report: &'a Report,
    open: Vec<OpenException<'a>>,
}

/// An exception to act on: which finding of its rule it is.
struct OpenException<'a> {
    rule: &'a RuleResult,
    place: usize,
}

impl RowSource for OpenExceptions<'_> {
    fn height(&self) -> usize {
        self.open.len()
    }

    fn row(&self, place: usize) -> Vec<Cell<'_>> {
        let OpenException { rule, place } = &self.open[place];
        let record = rule.findings.at(*place);
        let it = record.finding;
        let due = it.lifecycle.due;
        vec![
            cell(owner(record.whom)),
            cell(it.severity.word()),
            due.map_or(Cell::None, |due| cell(due.to_string())),
            Cell::Bool(it.lifecycle.overdue),
            cell(&it.instance),
            cell(rule.code),
            cell(rule.title),
            cell(&it.subject),
            cell(record.sentence),
            cell(rule.remedy),
            cell(page(self.report, rule, it)),
            cell(&it.id),
        ]
    }
}

/// Who is to act, of whom to ask.
pub(super) fn owner(whom: &str) -> &str {
    if whom.is_empty() { NO_OWNER } else { whom }
}

/// The page of the instance where the subject is managed; empty where none of Retool's is known.
pub(super) fn page(report: &Report, rule: &RuleResult, it: &Finding) -> String {
    let instance = report.instances.iter().find(|instance| instance.name == it.instance);
    let Some(url) = instance.map(|it| it.url.trim_end_matches('/')).filter(|url| is_web(url))
    else {
        return String::new();
    };
    if rule.bears_on_evidence {
        return url.to_owned();
    }
    let below = match it.subject_type {
        Subject::User | Subject::Invite | Subject::Request => "/settings/users",
        Subject::Token => "/settings/api",
        _ => "/settings",
    };
    format!("{url}{below}")
}

/// Whether an address is one that a browser may follow: what was imported has a folder instead.
fn is_web(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))
}
