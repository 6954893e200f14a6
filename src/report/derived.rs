//! The tables that no frame holds: they are made from the report's results.

mod findings;
mod removals;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(super) use self::findings::FindingOrder;
use crate::audit::lifecycle::{AgeBasis, FindingState};
use crate::audit::{FindingVerdict, ManualAnswer, Verdict};
use crate::frameworks::FRAMEWORKS;
use crate::report::comparison::{ExceptionFate, ResolvedException};
use crate::report::table::{Cell, Column, DataTable, EMPTY, NEVER, cell};
use crate::report::{CriterionResult, InstanceResult, Report, TieOut};
use crate::rules::{Severity, Subject};

/// Findings, fixed ones, controls, and what could not be evaluated.
pub(super) fn derived(report: &Report, findings: FindingOrder) -> Vec<DataTable<'_>> {
    vec![
        findings::table(report, findings),
        fixed(report),
        controls(report),
        not_evaluable(report),
        tie_out(report),
        removals::table(report),
    ]
}

const SEVERITY: &str = "severity";
const VERDICT: &str = "verdict";
const SUBJECT_TYPE: &str = "subject_type";
const AGE_BASIS: &str = "age_basis";
const STATE: &str = "state";
const OUTCOME: &str = "outcome";
const RESULT: &str = "result";

/// What a column says whose words other parts of the program have: the words that it may hold, as
/// the types behind it have them, or the framework whose controls it names.
fn closed(column: &'static str) -> &'static str {
    static MEANINGS: LazyLock<BTreeMap<&str, String>> = LazyLock::new(|| {
        let severities = one_of(Severity::ALL.iter().map(|it| it.word()));
        let states = one_of(FindingState::ALL.iter().map(|it| it.word()));
        let outcomes = ExceptionFate::ALL.iter().map(|(it, why)| format!("{} ({why})", it.word()));
        let outcomes: Vec<String> = outcomes.collect();
        let frameworks =
            FRAMEWORKS.iter().map(|it| (it.key.as_str(), format!("Controls of {}.", it.name)));
        let columns = [
            (SEVERITY, format!("How much it matters: {severities}.")),
            (VERDICT, format!("{}.", one_of(FindingVerdict::ALL.iter().map(|it| it.word())))),
            (SUBJECT_TYPE, format!("{}.", one_of(Subject::ALL.iter().map(|it| it.word())))),
            (STATE, format!("{states}: persisting is what an earlier period had.")),
            (
                AGE_BASIS,
                format!(
                    "On what the age rests: {}.",
                    one_of(AgeBasis::ALL.iter().map(|it| it.word()))
                ),
            ),
            (OUTCOME, format!("{}.", one_of(outcomes.iter().map(String::as_str)))),
            (RESULT, format!("{}.", one_of(CriterionResult::ALL.iter().map(|it| it.word())))),
        ];
        columns.into_iter().chain(frameworks).collect()
    });
    &MEANINGS[column]
}

/// `this, that or the other`.
fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    let (last, others) = words.split_last().expect("a closed column has words");
    format!("{} or {last}", others.join(", "))
}

/// Every list, counted in every place that it passed.
fn tie_out<'r>(report: &'r Report) -> DataTable<'r> {
    let columns = vec![
        Column::text("instance", "The instance."),
        Column::text("list", "What is counted."),
        Column {
            name: "server_total",
            kind: "integer",
            missing: EMPTY,
            meaning: "How many the server says that there are; empty where it does not say.",
        },
        Column::count("received", "Records that came."),
        Column::count("distinct_ids", "Different ids among them."),
        Column::count("kept", "Records in the snapshot."),
        Column::text("file", "The file of this set that has them."),
        Column::count(
            "rows_in_file",
            "Rows of the instance there; of memberships those in other groups than All Users.",
        ),
        Column::count("difference", "Records that came, less rows in the file."),
    ];
    let int = |it: u64| Cell::Int(i64::try_from(it).unwrap_or(i64::MAX));
    let row = |it: &'r TieOut| {
        vec![
            cell(&it.instance),
            cell(it.list),
            it.server_total.map_or(Cell::None, int),
            int(it.received),
            int(it.distinct),
            int(it.kept),
            cell(format!("{}.csv", it.file)),
            int(it.in_csv),
            Cell::Int(it.difference),
        ]
    };
    let rows = report.tie_out.iter().map(row).collect::<Vec<_>>().into();
    DataTable { file: "tie-out", about: "One row per list that came.", columns, rows }
}

/// The exceptions that are gone, which no row of the findings holds.
fn fixed<'r>(report: &'r Report) -> DataTable<'r> {
    let columns = vec![
        Column::text("instance", "The instance."),
        Column::text("finding_id", "The id that the finding had."),
        Column::text("rule_code", "The rule's code."),
        Column::text("rule", "The rule's name; its code where the rule is gone."),
        Column::text(SEVERITY, closed(SEVERITY)),
        Column::text("subject_id", "Retool's id of the subject."),
        Column::text("subject", "What people called the subject."),
        Column::text(SUBJECT_TYPE, closed(SUBJECT_TYPE)),
        Column::text(OUTCOME, closed(OUTCOME)),
        Column::text_or_empty("why", "What superseded it, or why it is not comparable."),
        Column::text("title", "The rule's title."),
    ];
    // A rule that is gone has its code alone.
    let name = |code: &'r str| {
        let rule = report.rules.iter().find(|rule| rule.code == code);
        rule.map_or(code, |rule| rule.name)
    };
    let row = |resolved_exception: &'r ResolvedException| {
        vec![
            cell(&resolved_exception.instance),
            cell(&resolved_exception.finding_id),
            cell(&resolved_exception.code),
            cell(name(&resolved_exception.code)),
            cell(resolved_exception.severity.word()),
            cell(&resolved_exception.subject_id),
            cell(&resolved_exception.subject),
            cell(&resolved_exception.subject_type),
            cell(resolved_exception.outcome.word()),
            filled(&resolved_exception.why),
            cell(&resolved_exception.title),
        ]
    };
    let mut rows: Vec<_> = report.comparison.fixed.iter().map(row).collect();
    rows.sort_by_key(|row| [0, 2, 5].map(|at| row[at].clone().text()));
    let about = "One row per exception of the previous snapshot, or of an earlier pack of this month, that is no longer found, with what became of it.";
    DataTable { file: "fixed", about, columns, rows: rows.into() }
}

/// A value, where there is one.
fn filled<'a>(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
    let text = text.into();
    if text.is_empty() { Cell::None } else { Cell::Text(text) }
}

fn number(it: u64) -> Cell<'static> {
    Cell::Int(i64::try_from(it).unwrap_or(i64::MAX))
}

fn controls(report: &Report) -> DataTable<'_> {
    let columns = vec![
        Column::text("instance", "Always `all`: a control is organization-wide."),
        Column::text("framework", "The framework; `own` for the organization's own controls."),
        Column::text("control", "The framework's id, or the organization's."),
        Column::text(
            "objective",
            "The objective, in our own words; the organization's wording for its own.",
        ),
        Column { name: RESULT, kind: "text", missing: NEVER, meaning: closed(RESULT) },
        Column::text("rules", "The rules that speak to the control, each with its result."),
        Column::count("exceptions", "Exceptions of those rules, without the waived ones."),
        Column::count("waived", "Exceptions that a waiver accepts."),
        Column::count("undetermined", "Undetermined subjects of those rules."),
        Column::text_or_empty("worst_severity", "The worst severity among the exceptions."),
        Column::text_or_empty(
            "loose_thresholds",
            "Thresholds that are looser than the control allows.",
        ),
        Column::text_or_empty("owner", "Who owns a control of the organization."),
        Column::text_or_empty("policy", "The policy that demands it."),
        Column::text_or_empty("criteria", "The criteria of frameworks that it answers."),
    ];
    let mut rows = Vec::new();
    for framework in &report.frameworks {
        for it in &framework.controls {
            let rules =
                it.rules.iter().map(|rule| format!("{} {}", rule.code, rule.verdict.word()));
            rows.push(vec![
                cell("all"),
                cell(framework.key),
                cell(&it.id),
                cell(&it.objective),
                cell(it.result.word()),
                cell(rules.collect::<Vec<_>>().join("; ")),
                number(it.exceptions),
                number(it.waived),
                number(it.undetermined),
                cell(it.worst.map(|worst| worst.word()).unwrap_or_default()),
                cell(it.loose.join("; ")),
                filled(&it.owner),
                filled(&it.policy),
                filled(it.criteria.join("; ")),
            ]);
        }
    }
    DataTable { file: "controls", about: "One row per control.", columns, rows: rows.into() }
}

fn not_evaluable(report: &Report) -> DataTable<'_> {
    let columns = vec![
        Column::text("instance", "The instance."),
        Column::text("rule_code", "The rule's code."),
        Column::text("rule", "The rule's name."),
        Column::text(
            "result",
            "not-evaluable, or what a person says: pass (manual) or fail (manual).",
        ),
        Column::text("reason", "Why the rule has no result there."),
        Column::text("needed", "What would give it one."),
        Column::count("population", "Subjects that were looked at."),
        Column::count("undetermined", "Those that the facts do not decide."),
        Column::text_or_empty("answered_by", "Who looked instead."),
        Column::text_or_empty("answered_at", "When."),
        Column::text_or_empty("valid_until", "The last day on which the answer counts."),
        Column::text_or_empty("evidence", "The file that shows it."),
        Column::text_or_empty("evidence_sha256", "SHA-256 of that file."),
        Column::text_or_empty("answer", "What was looked at, and what was seen."),
    ];
    let open = |instance_result: &&InstanceResult| {
        instance_result.verdict == Verdict::NotEvaluable || instance_result.manual.is_some()
    };
    let mut rows = Vec::new();
    for rule in &report.rules {
        for it in rule.instances.iter().filter(open) {
            let said = |of: fn(&ManualAnswer) -> &String| {
                cell(it.manual.as_ref().map(of).map_or("", String::as_str))
            };
            rows.push(vec![
                cell(&it.instance),
                cell(rule.code),
                cell(rule.name),
                cell(it.verdict.word()),
                cell(&it.reason),
                cell(rule.missing),
                number(it.population),
                number(it.undetermined),
                said(|it| &it.by),
                said(|it| &it.at),
                said(|it| &it.valid_until),
                said(|it| &it.evidence),
                said(|it| &it.sha256),
                said(|it| &it.text),
            ]);
        }
    }
    rows.sort_by_key(|row| [0, 1].map(|at| row[at].clone().text()));
    let about = "One row per rule and instance that could not be evaluated, with those that a person answered.";
    DataTable { file: "not-evaluable", about, columns, rows: rows.into() }
}
