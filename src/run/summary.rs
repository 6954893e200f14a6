//! What the terminal shows at the end: the run in a table, the catalogue, one rule.

use std::fmt::Write as _;

use crate::config::Value;
use crate::progress::Progress;
use crate::report::text::visible;
use crate::report::{Report, Totals};
use crate::rules::{CATALOGUE, Rule};

/// The run in a table.
pub(super) fn of(report: &Report, progress: &Progress) -> String {
    let number = |it: Option<u64>| it.map_or_else(|| "not known".to_owned(), |it| it.to_string());
    let mut rows = vec![
        [
            "instance",
            "state",
            "accounts",
            "active",
            "admins",
            "exceptions",
            "waived",
            "undetermined",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for it in &report.instances {
        rows.push(vec![
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
    let severities = report.severities.iter().filter(|it| it.exceptions > 0);
    let severities: Vec<String> =
        severities.map(|it| format!("{} {}", it.exceptions, it.severity.word())).collect();
    let totals = &report.totals;
    let mut found = if severities.is_empty() {
        "no exceptions".to_owned()
    } else {
        format!("{} exceptions: {}", totals.exceptions, severities.join(", "))
    };
    if totals.waived > 0 {
        write!(found, "; {} more are waived", totals.waived).expect("text grows");
    }
    let rules = rules(totals);
    let head = progress.bold(&visible(&head));
    format!("\n{head}\n\n{}\n{rules}\n{found}\n\n{}\n", align(&rows, 2), report.opinion)
}

/// How many rules came out how; what is rare is left out where there is none.
fn rules(totals: &Totals) -> String {
    let counts = [
        (totals.fail, "fail", true),
        (totals.fail_manual, "fail (manual)", false),
        (totals.pass, "pass", true),
        (totals.pass_with_waivers, "pass with waivers", false),
        (totals.pass_manual, "pass (manual)", false),
        (totals.not_evaluable, "not evaluable", true),
        (totals.not_applicable, "not applicable", true),
    ];
    let told = counts.iter().filter(|it| it.0 > 0 || it.2);
    let told: Vec<String> = told.map(|(count, word, _)| format!("{count} {word}")).collect();
    format!("{} rules: {}", totals.rules, told.join(", "))
}

/// Every rule on a line.
pub(super) fn catalogue() -> String {
    let mut rows = vec![["code", "name", "severity", "threshold"].map(str::to_owned).to_vec()];
    for rule in CATALOGUE {
        rows.push(vec![
            rule.code.to_owned(),
            rule.name.to_owned(),
            rule.severity.word().to_owned(),
            rule.params
                .iter()
                .map(|it| threshold(it.key, &it.default.value()))
                .collect::<Vec<_>>()
                .join(", "),
        ]);
    }
    align(&rows, usize::MAX).trim_end().to_owned()
}

fn threshold(key: &str, value: &Value) -> String {
    match value {
        Value::Number(it) => format!("{key} {it}"),
        Value::Words(it) if it.len() > 4 => format!("{key}: {} words", it.len()),
        Value::Words(_) | Value::Pairs(_) => format!("{key}: {value}"),
    }
}

/// One rule on a page.
pub(super) fn explain(rule: &Rule) -> String {
    let mut res = format!("{} {}\n{}\n", rule.code, rule.name, rule.title);
    let mut part = |head: &str, text: &str| {
        write!(res, "\n{head}\n  {text}\n").expect("text grows");
    };
    part("What is looked at", rule.predicate);
    part("Why it matters", rule.risk);
    part("What to do", rule.remedy);
    part("What decides about an undetermined subject", rule.missing);
    let severity = match &rule.escalation {
        Some(it) => format!("{}; {} if {}", rule.severity.word(), it.to.word(), it.words),
        None => rule.severity.word().to_owned(),
    };
    part("Severity", &severity);
    let controls =
        crate::controls::FRAMEWORKS.iter().map(|it| (it.short, rule.controls.of(it.key)));
    let controls = controls.map(|(name, ids)| format!("{name}: {}", ids.join(", ")));
    part("Controls", &controls.collect::<Vec<_>>().join("\n  "));
    let tables = rule.reads.iter().map(|it| it.name());
    part("Version, which waivers are approved for", &rule.version());
    part("Tables", &tables.collect::<Vec<_>>().join(", "));
    for it in rule.params {
        let head = format!("[rules.{}] {}", rule.name, it.key);
        part(&head, &format!("{}; {} unless configured", it.about, it.default.value()));
    }
    res.trim_end().to_owned()
}

/// Columns side by side; those from `right` on are numbers.
fn align(rows: &[Vec<String>], right: usize) -> String {
    let width = |at: usize| rows.iter().map(|it| it[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut res = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            if at < right { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        res.push_str(line.trim_end());
        res.push('\n');
    }
    res
}
