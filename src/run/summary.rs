//! What the terminal shows at the end: the run in a table.

use std::fmt::Write as _;

use super::columns::side_by_side;
use crate::progress::Progress;
use crate::report::text::visible;
use crate::report::{Report, Totals};

/// The run in a table.
pub(super) fn of(report: &Report, progress: &Progress) -> String {
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
    let head = format!("{}, {}: {}", report.organization, report.period_words, report.state.word());
    let severities = report.severities.iter().filter(|severity| severity.exceptions > 0);
    let severities: Vec<String> = severities
        .map(|severity| format!("{} {}", severity.exceptions, severity.severity.word()))
        .collect();
    let totals = &report.totals;
    let mut found = if severities.is_empty() {
        "no exceptions".to_owned()
    } else {
        let noun = if totals.exceptions == 1 { "exception" } else { "exceptions" };
        format!("{} {noun}: {}", totals.exceptions, severities.join(", "))
    };
    if totals.waived > 0 {
        let are = if totals.waived == 1 { "is" } else { "are" };
        write!(found, "; {} more {are} waived", totals.waived).expect("text grows");
    }
    let rules = rules(totals);
    let head = progress.bold(&visible(&head));
    format!("\n{head}\n\n{}\n\n{rules}\n{found}\n\n{}\n", side_by_side(&rows, 2), report.opinion)
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
