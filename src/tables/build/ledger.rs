//! The ledger as a table: every instance is in it, the failed ones too.

use crate::snapshot::Collected;
use crate::tables::dictionary::ledger;

/// Adds the ledger of one instance.
pub(super) fn add(rows: &mut ledger::Rows, collected: &Collected) {
    let count = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    for row in &collected.ledger {
        rows.push(ledger::Row {
            instance: collected.name.as_str().into(),
            endpoint: row.endpoint.name().into(),
            request: row.request.as_str().into(),
            first_request_at: row.is_asked().then_some(row.first_request_at),
            last_request_at: row.is_asked().then_some(row.last_request_at),
            pages: count(row.pages),
            bytes: count(row.bytes),
            rows_received: count(row.rows_received),
            distinct_ids: count(row.distinct_ids),
            rows_repeated: count(row.rows_repeated),
            rows_conflicting: count(row.rows_conflicting),
            total_count: row.total_count.map(count),
            rows_missing: count(row.rows_missing),
            rows_surplus: count(row.rows_surplus),
            rows_kept: count(row.rows_kept),
            rows_aside: count(row.rows_aside),
            retries: count(row.retries),
            clock_skew_seconds: row.clock_skew_seconds,
            http_status: row.status.map(i64::from),
            outcome: row.outcome.word().into(),
            reason: row.reason.as_str().into(),
            fields_dropped: row.fields_dropped.to_string().into(),
            words_unknown: row.words_unknown.to_string().into(),
            body_sha256: row.body_sha256.join(" ").into(),
            whole_by: row.whole_by.map_or("", |it| it.word()).into(),
            rows_without_id: count(row.rows_without_id),
            counts_differing: row.counts_differing.to_string().into(),
            fields_unreadable: row.fields_unreadable.to_string().into(),
            rows_left_out: count(row.rows_left_out),
            cells_unreadable: row.cells_unreadable.to_string().into(),
            stated: row.stated.as_ref().map(|stated| stated.to_string().into()),
        });
    }
}
