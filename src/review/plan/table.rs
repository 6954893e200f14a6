//! All steps as one table.

use super::PlannedStep;
use super::remedy::Remedy;
use crate::review::columns::safe;

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
///
/// # Panics
///
/// Never: memory takes all that is written to it.
pub fn table(steps: &[PlannedStep<'_>]) -> Vec<u8> {
    let sink = "\u{feff}".as_bytes().to_vec();
    let terminator = csv::Terminator::CRLF;
    let mut sink = csv::WriterBuilder::new().terminator(terminator).from_writer(sink);
    sink.write_record(HEADER).expect("memory takes it");
    for it in steps {
        let PlannedStep { line, decision, .. } = it;
        let expected;
        let done: [&str; 5] = match &it.remedy {
            Remedy::Request(request) => {
                expected = format!("{}: {}", request.state, request.held);
                [request.method, &request.path, &request.body, &expected, ""]
            }
            Remedy::ByHand(what) => ["", "", "", "", what],
        };
        let decided_at = it.decided_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let decided = [
            &*line.line_id,
            &line.instance,
            &line.account,
            &line.entitlement,
            decision.decision.word(),
            &decision.reason,
            &decision.reviewer,
            &decided_at,
        ];
        let cells = decided.into_iter().chain(done).map(safe);
        sink.write_record(cells).expect("memory takes it");
    }
    sink.into_inner().expect("memory takes it")
}
