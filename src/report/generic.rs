//! The accounts with what access reviews decided, one file for each instance, for platforms that
//! take a table of anybody's making.
//!
//! A row is an account. The decision about the account itself has columns of its own, and what was
//! decided about its groups, rights and objects is told in one text. Of several reviews the last
//! decision counts.

use std::collections::BTreeMap;

use super::csv_set;
use super::format::{DataInputs, Error, Format, Renderer, RenderingNotes};
use super::table::{Cell, Column, DataTable, Row, cell};
use crate::names::listed;

/// `generic/accounts-….csv`: for those who ask for it.
pub const FORMAT: Format =
    Format { name: "generic", usual: false, renderer: Renderer::Data(files) };

/// The columns that the accounts' table has by the same names.
const TAKEN: [&str; 11] = [
    "user_id",
    "email",
    "name",
    "active",
    "is_admin",
    "tier",
    "groups",
    "created_at",
    "last_active",
    "manager",
    "roster_status",
];

/// The column of what was decided about everything but the account itself.
const OTHERS: &str = "other_decisions";

/// What reviews decided.
const DECIDED: &[Column] = &[
    Column::text_or_empty("reviewer", "Who decided about the account itself."),
    Column::text_or_empty("decision", "keep, revoke, change, waive or defer."),
    Column::text_or_empty("decided_at", "When that was recorded."),
    Column::text_or_empty("reason", "Why."),
    Column::text_or_empty("ticket", "The ticket."),
    Column::text_or_empty("outcome", "What later snapshots show of a revoke or change."),
    Column::text_or_empty(OTHERS, "What was decided about its other entitlements."),
    Column::text_or_empty("review", "The review of the decision about the account itself."),
];

/// A file for each instance whose accounts were read, and one that names the others.
fn files(inputs: &DataInputs<'_>) -> Result<RenderingNotes, Error> {
    let table = |file: &str| inputs.collected().map(|it| it.1).find(|it| it.file == file);
    let users = table("users").expect("every report has its accounts");
    let lines = table("review-lines").expect("every report has its reviews");
    let decided = decisions(lines);
    let (instance, user_id) = (users.column("instance"), users.column("user_id"));
    let taken = TAKEN.map(|it| users.column(it));
    let columns: Vec<Column> =
        taken.iter().map(|it| users.columns[*it]).chain(DECIDED.iter().copied()).collect();
    for it in inputs.report.instances.iter().filter(|it| it.accounts.is_some()) {
        let own = users.rows.iter().filter(|row| row.cell(instance).text() == it.name);
        let rows = own.map(|row| {
            let decided = decided.get(&(row.text(instance), row.text(user_id)));
            let none = || AccountDecisions::default().cells();
            let decided = decided.map_or_else(none, AccountDecisions::cells);
            taken.iter().map(|at| row.cell(*at).into_owned()).chain(decided).collect()
        });
        let about = "One row for each account of an instance.";
        let rows = rows.collect::<Vec<_>>().into();
        let table = DataTable { file: "accounts", about, columns: columns.clone(), rows };
        let name = format!("generic/accounts-{}.csv", it.name);
        inputs.folder.write_with(&name, |file| Ok(csv_set::write_plain(file, &table)?))?;
        inputs.folder.count(&name, table.rows.len());
    }
    inputs.name_unread("generic")?;
    Ok(RenderingNotes::default())
}

/// What was decided about one account.
#[derive(Default)]
struct AccountDecisions {
    /// About the account itself: the cells of its columns but for [`OTHERS`].
    own: BTreeMap<&'static str, String>,
    others: Vec<String>,
}

impl AccountDecisions {
    fn cells(&self) -> Vec<Cell<'static>> {
        let text = |it: &Column| match it.name {
            OTHERS => listed(&self.others),
            name => self.own.get(name).cloned().unwrap_or_default(),
        };
        DECIDED.iter().map(|it| cell(text(it))).collect()
    }
}

/// The decisions that no later one replaced, by instance and account.
fn decisions(lines: &DataTable<'_>) -> BTreeMap<(String, String), AccountDecisions> {
    let place = |name| lines.column(name);
    let [instance, account, kind] = ["instance", "account_id", "kind"].map(place);
    let [decision, entitlement, superseded] = ["decision", "entitlement", "superseded"].map(place);
    let outcome = place("outcome");
    let own = DECIDED.iter().map(|it| it.name).filter(|it| *it != OTHERS);
    let own: Vec<(&str, usize)> =
        own.map(|it| (it, place(if it == "review" { "campaign_id" } else { it }))).collect();
    let mut res: BTreeMap<(String, String), AccountDecisions> = BTreeMap::new();
    let standing =
        |row: &Row<'_>| !row.text(decision).is_empty() && row.cell(superseded) != Cell::Bool(true);
    for row in lines.rows.iter().filter(standing) {
        let here = res.entry((row.text(instance), row.text(account))).or_default();
        if row.text(kind) == "account" {
            here.own = own.iter().map(|(name, at)| (*name, row.text(*at))).collect();
        } else {
            let came = row.text(outcome);
            let came = if came.is_empty() { came } else { format!(" ({came})") };
            here.others.push(format!("{} {}{came}", row.text(decision), row.text(entitlement)));
        }
    }
    res
}
