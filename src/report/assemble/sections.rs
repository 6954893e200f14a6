//! How much each section lists.

use crate::report::Report;
use crate::report::table::DataTables;

/// Says of each section how much it lists.
pub(super) fn count(report: &mut Report, tables: &DataTables) {
    let rows = |table: &str| tables.get(table).map_or(0, |it| it.rows.len() as u64);
    let known = |count: u64| report.totals.accounts.known().map(|_| count);
    let counts = [
        ("findings", Some(report.totals.exceptions)),
        ("privileged", known(report.privileged.len() as u64)),
        ("leavers", Some(report.leaver_totals.people)),
        ("groups", report.totals.groups.known()),
        ("changes", Some(report.comparison.total)),
        ("waivers", Some(rows("waivers"))),
        ("reviews", Some(report.reviews.campaigns.len() as u64)),
        ("population", report.totals.accounts.known()),
        ("references", Some(report.named.missing.len() as u64)),
    ];
    for it in &mut report.sections {
        it.count = counts.iter().find(|(key, _)| *key == it.key).and_then(|it| it.1);
    }
}
