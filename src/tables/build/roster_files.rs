//! The roster that an instance was compared with: the same for all of them.

use chrono::NaiveTime;

use super::Here;
use crate::roster::Rejected;
use crate::tables::dictionary::roster_file;

/// Adds the roster beside one instance; nothing where there is none.
pub(super) fn add(rows: &mut roster_file::Rows, here: &Here<'_>) {
    let Some(roster) = here.roster else { return };
    let count = |it: usize| i64::try_from(it).expect("a count");
    let as_of = roster.as_of.map(|it| it.and_time(NaiveTime::MIN).and_utc());
    let reason = |it: &Rejected| format!("line {}: {}", it.line, it.reason);
    rows.push(roster_file::Row {
        instance: here.name().into(),
        file: roster.file.as_str().into(),
        as_of,
        days_since_as_of: as_of.map(|it| here.days_since(it)),
        rows: count(roster.rows),
        rejected: count(roster.rejected.len()),
        rejections: roster.rejected.iter().map(reason).collect::<Vec<_>>().join("; ").into(),
    });
}
