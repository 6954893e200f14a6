//! The table of the findings.

use super::{AGE_BASIS, SEVERITY, STATE, SUBJECT_TYPE, VERDICT, cell, closed, filled};
use crate::audit::lifecycle::FindingState;
use crate::calendar::stamps::stamp;
use crate::frameworks::{FRAMEWORKS, Framework};
use crate::report::table::{Cell, Column, DataTable, EMPTY, NEVER, RowSource, Rows};
use crate::report::{FindingRecord, ManagementResponse, Report, RuleResult};

/// In which order the findings stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum FindingOrder {
    /// By instance, rule and subject.
    Subject,
    /// As people work through them: worst first, soonest due, and then by subject.
    Urgency,
}

/// One row for each finding.
pub(super) fn table(report: &Report, by: FindingOrder) -> DataTable<'_> {
    let mut found = Vec::new();
    for rule in &report.rules {
        found.extend(rule.findings().enumerate().map(|(place, it)| (it, rule, place)));
    }
    found.sort_by_cached_key(|(it, rule, _)| {
        let urgency = (by == FindingOrder::Urgency).then(|| it.urgency());
        (urgency, &*it.instance, rule.code, &*it.subject_id)
    });
    let order = found.into_iter().map(|(_, rule, place)| (rule, place)).collect();
    DataTable {
        file: "findings",
        about: "One row per finding.",
        columns: finding_columns(),
        rows: Rows::Told(Box::new(FindingRows { report, order })),
    }
}

/// The findings of all rules, in their order.
struct FindingRows<'a> {
    report: &'a Report,
    /// The rule, and which of its findings.
    order: Vec<(&'a RuleResult, usize)>,
}

impl RowSource for FindingRows<'_> {
    fn height(&self) -> usize {
        self.order.len()
    }

    fn row(&self, place: usize) -> Vec<Cell<'_>> {
        let (rule, place) = self.order[place];
        finding(self.report, rule, rule.findings.at(place))
    }
}

const NOT_PROMISED: &str =
    "empty where the finding is no exception, or the configuration promises nothing";

/// Stands for the words that [`closed`] has.
const CLOSED: &str = "";

const UNKNOWN_STATE: &str = "`unknown` where no earlier pack tells";

const FINDING: &[Column] = &[
    Column::text("instance", "The instance."),
    Column::text("finding_id", "The same for the same rule, instance and subject in every run."),
    Column::text("rule_code", "The rule's code."),
    Column::text("rule", "The rule's name."),
    Column::text(SEVERITY, CLOSED),
    Column::text(VERDICT, CLOSED),
    Column::text(SUBJECT_TYPE, CLOSED),
    Column::text("subject_id", "Retool's id of the subject."),
    Column::text("subject", "What people call the subject."),
    Column::text("observed", "The facts that the finding rests on."),
    Column::text_or_empty("threshold", "The thresholds that were used."),
    Column::text_or_empty("access_path", "How the subject comes by its access."),
    Column { name: STATE, kind: "text", missing: UNKNOWN_STATE, meaning: CLOSED },
    Column {
        name: "first_seen",
        kind: "timestamp",
        missing: NEVER,
        meaning: "The snapshot of the first pack of an unbroken line that reported the finding; this one, where none did. It may be older.",
    },
    Column {
        name: "last_seen",
        kind: "timestamp",
        missing: NEVER,
        meaning: "The last snapshot with the finding.",
    },
    Column {
        name: "age_days",
        kind: "integer",
        missing: NEVER,
        meaning: "Whole days since it was first seen, or since which it is judged where that is longer.",
    },
    Column::text_or_empty("waiver_id", "The waivers that accept the finding's risk."),
    Column::text(REMEDIATION, "What to do."),
    Column {
        name: "seen_before",
        kind: "timestamp",
        missing: EMPTY,
        meaning: "Where the finding is reopened: the last snapshot before that had it.",
    },
    Column {
        name: "due",
        kind: "date",
        missing: NOT_PROMISED,
        meaning: "The last day on which an exception is to be put right.",
    },
    Column {
        name: "overdue",
        kind: "boolean",
        missing: NOT_PROMISED,
        meaning: "Whether that day has passed.",
    },
];

const REMEDIATION: &str = "remediation";

/// The columns of the findings.
fn finding_columns() -> Vec<Column> {
    let column = |it: &Column| match it.meaning {
        CLOSED => Column { meaning: closed(it.name), ..*it },
        _ => *it,
    };
    let framework = |framework: &'static Framework| {
        Column::text_or_empty(&framework.key, closed(&framework.key))
    };
    let (first, later) = FRAMEWORKS.split_at(FIRST_FRAMEWORKS);
    let mut res: Vec<Column> = FINDING.iter().map(column).collect();
    let place = res.iter().position(|it| it.name == REMEDIATION).expect("it is a column");
    res.splice(place..place, first.iter().map(framework));
    res.extend(later.iter().map(framework));
    res.extend(LAST.iter().map(column));
    res
}

/// What was added after the frameworks.
const LAST: &[Column] = &[
    Column::text("title", "The rule's title."),
    Column::text("sentence", "The finding in a sentence."),
    Column::text_or_empty(
        "owner",
        "Who is to act: the manager of the person, or the owner of the instance.",
    ),
    Column::text(AGE_BASIS, CLOSED),
    Column {
        name: "judged_since",
        kind: "timestamp",
        missing: "empty where the age rests on what packs reported",
        meaning: "The snapshot since which the rule as it is now would have had the finding, where it was put to earlier snapshots: its version or its thresholds have changed since, or no pack was made of them.",
    },
    Column::text_or_empty(
        "due_moved",
        "Why the finding is due on another day than the pack before had.",
    ),
    Column::text_or_empty("review", "What access reviews decided about the account or token."),
    Column::text_or_empty("response", "What is done about it, as management answers."),
    Column::text_or_empty("response_cause", "How it came about, as management answers."),
    Column::text_or_empty("response_owner", "Who does what is answered."),
    Column {
        name: "response_due",
        kind: "date",
        missing: "empty where nothing is answered",
        meaning: "The last day on which it is to be done.",
    },
    Column::text_or_empty("response_ticket", "The ticket of the answer."),
];

/// The frameworks whose columns stand before the remediation; those of later ones stand at the end,
/// so that a column keeps its place.
const FIRST_FRAMEWORKS: usize = 4;

/// What a finding rests on, and what waivers say of it.
fn observed(record: &FindingRecord<'_>) -> String {
    let waived = &record.finding.waivers.words;
    let facts = record.facts.iter().map(|fact| format!("{} {}", fact.name, fact.value));
    let all = facts.chain((!waived.is_empty()).then(|| waived.clone()));
    all.collect::<Vec<_>>().join(", ")
}

/// What management answers.
fn answer(response: Option<&ManagementResponse>) -> [Cell<'_>; 5] {
    let cells: [fn(&ManagementResponse) -> &String; 5] =
        [|it| &it.action, |it| &it.cause, |it| &it.owner, |it| &it.due, |it| &it.ticket];
    cells.map(|of| response.map_or(Cell::None, |it| filled(of(it))))
}

fn finding<'a>(
    report: &'a Report,
    rule: &'a RuleResult,
    record: FindingRecord<'a>,
) -> Vec<Cell<'a>> {
    let observed = observed(&record);
    let FindingRecord { finding: it, access_path, sentence, whom, review, response, .. } = record;
    let controls = |framework: &Framework| {
        let of = rule.controls.iter().find(|control| control.framework == framework.key);
        cell(of.map(|it| it.ids.join("; ")).unwrap_or_default())
    };
    let (first, later) = FRAMEWORKS.split_at(FIRST_FRAMEWORKS);
    let life = &it.lifecycle;
    let mut res = vec![
        cell(&it.instance),
        cell(&it.id),
        cell(rule.code),
        cell(rule.name),
        cell(it.severity.word()),
        cell(it.verdict.word()),
        cell(it.subject_type.word()),
        cell(&it.subject_id),
        cell(&it.subject),
        cell(observed),
        cell(rule.terms()),
        cell(access_path),
        match life.state {
            FindingState::Unknown => Cell::Unknown,
            it => cell(it.word()),
        },
        life.first_seen.map_or(Cell::Unknown, |it| cell(stamp(it))),
        cell(&report.collected_at),
        life.age_days.map_or(Cell::Unknown, Cell::Int),
        cell(it.waivers.accepted_words()),
    ];
    res.extend(first.iter().map(controls));
    res.extend([
        cell(rule.remedy),
        life.seen_before.map_or(Cell::None, |it| cell(stamp(it))),
        life.due.map_or(Cell::None, |it| cell(it.to_string())),
        life.due.map_or(Cell::None, |_| Cell::Bool(life.overdue)),
    ]);
    res.extend(later.iter().map(controls));
    res.extend([
        cell(rule.title),
        cell(sentence),
        filled(whom),
        cell(life.age_basis.word()),
        life.judged_since.map_or(Cell::None, |it| cell(stamp(it))),
        filled(&life.due_moved),
        filled(review),
    ]);
    res.extend(answer(response));
    res
}
