//! What the terminal shows at the end: what matters first, and the run in a table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::columns::side_by_side;
use crate::audit::Verdict;
use crate::names::{and_list, counted};
use crate::progress::Progress;
use crate::report::text::visible;
use crate::report::{InstanceResult, InstanceSummary, Report, Totals};
use crate::tables::build::NO_EARLIER_MONTH;

/// What came out: the three lines that matter first, then the run in a table, and what else is to
/// be known of the evidence.
pub(super) fn of(report: &Report, progress: &Progress) -> String {
    let head = format!("{}, {}: {}", report.organization, report.period_words, report.state.word());
    let head = progress.bold(&visible(&head));
    let width = Progress::message_columns();
    let fit = |it: &str, indent| Progress::fit(&visible(it), width, indent);
    let first = [Some(state(report)), first_step(report), Some(compared(report))];
    let first: Vec<String> = first.iter().flatten().map(|it| fit(it, INDENT)).collect();
    let found = [rules(&report.totals), exceptions(report)].map(|it| fit(&it, 2));
    let (_, rest) = report.opinion.split_once(". ").unwrap_or_default();
    let parts = [first.join("\n"), instances(report), found.join("\n"), fit(rest, 0)];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    format!("\n{head}\n\n{}\n", parts.join("\n\n"))
}

/// Where further lines of the first ones begin.
const INDENT: usize = 10;

/// Why the evidence is as whole as it is, in one line.
pub(super) fn state(report: &Report) -> String {
    let (state, _) = report.opinion.split_once(". ").unwrap_or((&report.opinion, ""));
    let state = state.trim_start_matches("Collection of evidence: ").trim_end_matches('.');
    let why = report.instances.iter().filter(|it| !it.why.is_empty());
    // Each begins with its state.
    let reason = |it: &InstanceSummary| {
        let why = it.why.split_once(": ").map_or(&*it.why, |it| it.1);
        format!("{} is {}: {why}", it.name, it.state)
    };
    let why: Vec<String> = why.map(reason).collect();
    let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(" ")) };
    format!("state     {state}{why}")
}

/// What to do first, and who is to.
fn first_step(report: &Report) -> Option<String> {
    let step = report.actions.first()?;
    let noun = if step.exceptions == 1 { "exception" } else { "exceptions" };
    let due = step.due.map(|it| format!(", due {it}")).unwrap_or_default();
    let owners = and_list(&step.owners);
    let owners = owners.map_or("no owner is recorded".to_owned(), |it| format!("for {it}"));
    Some(format!(
        "first     {} {}: {} {} {noun} on {}{due}; {owners}",
        step.code,
        step.title,
        step.exceptions,
        step.severity.word(),
        step.instances.join(", "),
    ))
}

/// What the report was compared with, and what waits where there is nothing.
fn compared(report: &Report) -> String {
    let with = report.comparison.instances.iter();
    let days: BTreeSet<String> =
        with.filter_map(|it| it.collected_at).map(|it| it.date_naive().to_string()).collect();
    if !days.is_empty() {
        let days: Vec<String> = days.into_iter().collect();
        return format!("compared  with {}", days.join(" and "));
    }
    let waits = |it: &&InstanceResult| {
        it.verdict == Verdict::NotEvaluable && it.reason.starts_with(NO_EARLIER_MONTH)
    };
    let waiting =
        report.rules.iter().filter(|rule| rule.instances.iter().any(|it| waits(&it))).count();
    let rules = counted(&waiting.to_string(), "rule");
    format!("compared  with no earlier month: {rules} cannot be evaluated yet")
}

/// The instances in a table.
fn instances(report: &Report) -> String {
    let number = |it: Option<u64>| it.map_or_else(|| "not known".to_owned(), |it| it.to_string());
    let heads = [
        "instance",
        "state",
        "accounts",
        "active",
        "admins",
        "exceptions",
        "waived",
        "undetermined",
    ];
    let mut rows = vec![heads.map(str::to_owned)];
    for it in &report.instances {
        rows.push([
            visible(&it.name).into_owned(),
            it.state.to_owned(),
            number(it.accounts),
            number(it.active),
            number(it.administrators),
            it.exceptions.to_string(),
            it.waived.to_string(),
            it.undetermined.to_string(),
        ]);
    }
    side_by_side(&rows, 2, Progress::message_columns())
}

/// How many exceptions there are, by severity.
fn exceptions(report: &Report) -> String {
    let severities = report.severities.iter().filter(|severity| severity.exceptions > 0);
    let severities: Vec<String> = severities
        .map(|severity| format!("{} {}", severity.exceptions, severity.severity.word()))
        .collect();
    let totals = &report.totals;
    let mut res = if severities.is_empty() {
        "no exceptions".to_owned()
    } else {
        let noun = if totals.exceptions == 1 { "exception" } else { "exceptions" };
        format!("{} {noun}: {}", totals.exceptions, severities.join(", "))
    };
    if totals.waived > 0 {
        let are = if totals.waived == 1 { "is" } else { "are" };
        write!(res, "; {} more {are} waived", totals.waived).expect("text grows");
    }
    res
}

/// How many rules came out how; what is rare is left out where there is none.
fn rules(totals: &Totals) -> String {
    let counts = [
        (totals.fail, "fail", true),
        (totals.fail_manual, "fail (manual)", false),
        (totals.pass, "pass", true),
        (totals.exceptions_waived, "with exceptions waived", false),
        (totals.pass_manual, "pass (manual)", false),
        (totals.not_evaluable, "not evaluable", true),
        (totals.not_applicable, "not applicable", true),
    ];
    let told = counts.iter().filter(|count| count.0 > 0 || count.2);
    let told: Vec<String> = told.map(|(count, word, _)| format!("{count} {word}")).collect();
    let mut res = format!("{} rules by their worst result: {}", totals.rules, told.join(", "));
    if totals.not_evaluable_somewhere > totals.not_evaluable {
        let count = totals.not_evaluable_somewhere;
        write!(res, "; {count} not evaluable on at least one instance").expect("text grows");
    }
    res
}
