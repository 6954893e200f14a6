//! How far the server's clock is from ours, by the `Date` of its answers.

use chrono::{DateTime, Utc};

use crate::snapshot::ledger::LedgerRow;

/// Notes what an answer that came at `now` stated, if it is further off than those before.
///
/// The request left at `last_request_at`, so any time between the two is right.
pub(super) fn note(row: &mut LedgerRow, stated: Option<&str>, now: DateTime<Utc>) {
    let stated = stated.and_then(|it| DateTime::parse_from_rfc2822(it).ok());
    let Some(stated) = stated.map(|it| it.to_utc()) else { return };
    // Headers have whole seconds: what is less than one is no difference.
    let behind = (row.last_request_at - stated).num_seconds();
    let ahead = (stated - now).num_seconds();
    let skew = if behind > 0 { -behind } else { ahead.max(0) };
    if row.clock_skew_seconds.is_none_or(|it| it.abs() < skew.abs()) {
        row.clock_skew_seconds = Some(skew);
    }
}

#[cfg(test)]
mod tests {
    use super::note;
    use crate::snapshot::ledger::{Endpoint, LedgerRow};

    #[test]
    fn the_largest_difference_stays() {
        let at = |it: &str| format!("2026-11-21T{it}Z").parse().expect("a time");
        let mut row = LedgerRow::begin(Endpoint::Users, String::new(), at("16:00:00.900"));
        let mut noted = Vec::new();
        for it in ["", "16:00:00", "16:00:02", "16:00:09", "15:59:30", "16:00:20", "soon"] {
            let stated = format!("Sat, 21 Nov 2026 {it} GMT");
            note(&mut row, Some(&stated), at("16:00:03.100"));
            noted.push(format!("{:?}", row.clock_skew_seconds));
        }
        insta::assert_snapshot!(noted.join(" "), @"None Some(0) Some(0) Some(5) Some(-30) Some(-30) Some(-30)");
        note(&mut row, None, at("16:00:03"));
        assert_eq!(row.clock_skew_seconds, Some(-30));
    }
}
