//! The table of leavers' accounts: by when each had to be disabled, and what shows that it was.

use super::cell;
use crate::report::Report;
use crate::report::lifecycle::LeaverAccess;
use crate::report::table::{Cell, Column, DataTable, EMPTY};

/// One row for each account of a leaver.
pub(super) fn table<'r>(report: &'r Report) -> DataTable<'r> {
    let moment = |name, meaning| Column { name, kind: "timestamp", missing: EMPTY, meaning };
    let columns = vec![
        Column::text("instance", "The instance."),
        Column::text("person_id", "The person in the roster."),
        Column::text("user_id", "Retool's id of the account."),
        Column::text("subject", "What people call the account."),
        Column {
            name: "end_date",
            kind: "date",
            missing: "`unknown` where the roster gives no last day",
            meaning: "The person's last day.",
        },
        Column {
            name: "deadline",
            kind: "date",
            missing: "`unknown` where the last day is",
            meaning: "The last day on which the account may be active, by the hours allowed.",
        },
        Column::text("state", "active, disabled or unknown."),
        moment("seen_active", "The last snapshot at which it could sign in."),
        moment("seen_disabled", "The first one after that at which it could not."),
        Column::text(
            "removal",
            "met, breached, breached (waived), not due yet, disabled before, cannot be shown, not known or not judged.",
        ),
    ];
    let time = |it: &'r String| if it.is_empty() { Cell::None } else { cell(it) };
    let row = |it: &'r LeaverAccess| {
        vec![
            cell(&it.instance),
            cell(&it.person_id),
            cell(&it.user_id),
            cell(&it.subject),
            cell(&it.end_date),
            cell(&it.deadline),
            cell(it.state),
            time(&it.seen_active),
            time(&it.seen_disabled),
            cell(it.removal),
        ]
    };
    let rows = report.leavers.iter().map(row).collect::<Vec<_>>().into();
    let about = "One row per account of a person who left: when it had to be disabled, and what shows that it was.";
    DataTable { file: "leaver-removals", about, columns, rows }
}
