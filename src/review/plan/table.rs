//! All steps as one table.

use super::PlannedStep;
use super::remedy::Remedy;
use crate::review::columns::safe;
use crate::review::delimited::delimited;

/// What the table tells.
const HEADER: [&str; 13] = [
    "line",
    "instance",
    "account",
    "entitlement",
    "decision",
    "reason",
    "reviewer",
    "decided_at",
    "method",
    "path",
    "body",
    "expected_before",
    "by_hand",
];

/// All steps as one table, to approve them by.
pub fn table(steps: &[PlannedStep<'_>]) -> Vec<u8> {
    let header = HEADER.map(str::to_owned);
    delimited(std::iter::once(header).chain(steps.iter().map(row)))
}

fn row(step: &PlannedStep<'_>) -> [String; 13] {
    let PlannedStep { line, decision, .. } = step;
    let expected;
    let [method, path, body, expected_before, by_hand] = match &step.remedy {
        Remedy::Request(it) => {
            expected = format!("{}: {}", it.state, it.held);
            [it.method, &it.path, &it.body, &expected, ""]
        }
        Remedy::ByHand(what) => ["", "", "", "", what],
    };
    let decided_at = step.decided_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let cells = [
        &*line.line_id,
        &line.instance,
        &line.account,
        &line.entitlement,
        decision.decision.word(),
        &decision.reason,
        &decision.reviewer,
        &decided_at,
        method,
        path,
        body,
        expected_before,
        by_hand,
    ];
    cells.map(safe)
}
