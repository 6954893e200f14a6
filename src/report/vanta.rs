//! The accounts as access files for Vanta, one for each instance.
//!
//! Vanta has no connection to Retool and takes a file with four columns instead
//! (help.vanta.com, "Access file uploader"). Nothing is told better than it is known: an owner is
//! named only where the roster knows the address, and an account of which it is not known whether
//! it may sign in counts as active, so that somebody looks at it.

use super::csv_set;
use super::format::{DataInputs, Error, Format, Renderer, RenderingNotes};
use super::table::{Cell, Column, DataTable, Row, cell};
use crate::names::BETWEEN;

/// `vanta/access-file-….csv`: for companies that ask for it.
pub const FORMAT: Format = Format { name: "vanta", usual: false, renderer: Renderer::Data(files) };

/// The columns of Vanta's template.
const COLUMNS: &[Column] = &[
    Column::text("Account name", "The account's address."),
    Column::text_or_empty("Account owner", "The owner's address."),
    Column::text_or_empty("Role", "What the account is, separated by commas."),
    Column::text("Status", "Active or Deactivated."),
];

/// A file for each instance whose accounts were read, and one that names the others.
fn files(inputs: &DataInputs<'_>) -> Result<RenderingNotes, Error> {
    let users = inputs.collected().map(|it| it.1).find(|it| it.file == "users");
    let users = users.expect("every report has its accounts");
    let place = |name| users.column(name);
    let (instance, by) = (place("instance"), AccountColumns::of(users));
    for it in inputs.report.instances.iter().filter(|it| it.accounts.is_some()) {
        let own = users.rows.iter().filter(|row| row.cell(instance).text() == it.name);
        let table = DataTable {
            file: "access-file",
            about: "The accounts of one instance, as Vanta takes them.",
            columns: COLUMNS.to_vec(),
            rows: own.map(|row| by.told(&row)).collect::<Vec<_>>().into(),
        };
        let name = format!("vanta/access-file-{}.csv", it.name);
        inputs.folder.write_with(&name, |file| Ok(csv_set::write_plain(file, &table)?))?;
        inputs.folder.count(&name, table.rows.len());
    }
    inputs.name_unread("vanta")?;
    Ok(RenderingNotes::default())
}

/// Where the accounts' table has what Vanta asks for.
struct AccountColumns {
    email: usize,
    user_id: usize,
    active: usize,
    is_admin: usize,
    groups: usize,
    roster_match: usize,
}

impl AccountColumns {
    fn of(users: &DataTable<'_>) -> Self {
        Self {
            email: users.column("email"),
            user_id: users.column("user_id"),
            active: users.column("active"),
            is_admin: users.column("is_admin"),
            groups: users.column("groups"),
            roster_match: users.column("roster_match"),
        }
    }

    /// The row of an account; Vanta takes no blanks around a cell.
    fn told(&self, row: &Row<'_>) -> Vec<Cell<'static>> {
        let email = row.text(self.email);
        let name = match row.cell(self.email) {
            Cell::Text(it) => it.into_owned(),
            _ => row.text(self.user_id),
        };
        let is_matched = row.text(self.roster_match) == "matched";
        let mut roles = match row.cell(self.groups) {
            Cell::Text(it) if it.is_empty() => Vec::new(),
            Cell::None => Vec::new(),
            // A comma within a name would make two roles of it.
            it => it.text().split(BETWEEN).map(without_commas).collect(),
        };
        if row.cell(self.is_admin) == Cell::Bool(true) {
            roles.insert(0, "administrator".to_owned());
        }
        let status =
            if row.cell(self.active) == Cell::Bool(false) { "Deactivated" } else { "Active" };
        let owner = if is_matched { email } else { String::new() };
        [name, owner, roles.join(", "), status.to_owned()]
            .map(|it| cell(it.trim().to_owned()))
            .to_vec()
    }
}

/// A name on one line, with one blank where commas and blanks were.
fn without_commas(name: &str) -> String {
    let words = name.split([',', ' ']).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
