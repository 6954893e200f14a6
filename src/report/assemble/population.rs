//! The accounts that the PDF prints one by one, and those it leaves to the CSV files.

use crate::report::table::DataTables;
use crate::report::{PdfPopulation, PrintedAccounts};

/// Printed accounts up to which the PDF is tagged: beyond, tags would make most of the file.
const MOST_TAGGED: usize = 25_000;

/// The first `most` accounts by instance and id, or all.
pub(super) fn printed(
    tables: &DataTables,
    instances: &[String],
    most: Option<u32>,
) -> PdfPopulation {
    let names: Vec<String> = tables.get("users").map_or_else(Vec::new, |users| {
        let instance = users.column("instance");
        users.rows.iter().map(|row| row.text(instance)).collect()
    });
    let most = most.and_then(|it| usize::try_from(it).ok()).unwrap_or(usize::MAX);
    let printed = names.len().min(most);
    let instances = instances.iter().map(|instance| {
        let first = names.iter().position(|name| name == instance).unwrap_or(names.len());
        let accounts = names[first..].iter().take_while(|it| *it == instance).count();
        let printed = printed.saturating_sub(first).min(accounts);
        PrintedAccounts { instance: instance.clone(), printed, accounts, first }
    });
    let (instances, accounts) = (instances.collect(), names.len());
    PdfPopulation { printed, accounts, tagged: printed <= MOST_TAGGED, instances }
}

#[cfg(test)]
mod tests {
    use super::printed;
    use crate::report::table::{Cell, Column, DataTable, DataTables};

    fn draw(users: &[&str], most: Option<u32>) -> String {
        let column = Column { name: "instance", kind: "text", missing: "", meaning: "" };
        let rows = users
            .iter()
            .map(|user| vec![Cell::Text((*user).to_owned().into())])
            .collect::<Vec<_>>()
            .into();
        let table = DataTable { file: "users", about: "", columns: vec![column], rows };
        let tables = DataTables::from([("users".to_owned(), table)]);
        let res = printed(&tables, &["b", "a", "c"].map(str::to_owned), most);
        let parts = res.instances.iter().map(|instance| {
            format!(
                "{}: {} of {} from {}",
                instance.instance, instance.printed, instance.accounts, instance.first
            )
        });
        let parts: Vec<String> = parts.collect();
        format!("{} of {}; {}", res.printed, res.accounts, parts.join(", "))
    }

    #[test]
    fn the_first_accounts_are_printed_and_the_rest_is_counted() {
        let users = ["a", "a", "a", "b", "b"];
        let drawn = [Some(4), Some(2), Some(0), None].map(|it| draw(&users, it));
        insta::assert_snapshot!(drawn.join("\n"), @"
        4 of 5; b: 1 of 2 from 3, a: 3 of 3 from 0, c: 0 of 0 from 5
        2 of 5; b: 0 of 2 from 3, a: 2 of 3 from 0, c: 0 of 0 from 5
        0 of 5; b: 0 of 2 from 3, a: 0 of 3 from 0, c: 0 of 0 from 5
        5 of 5; b: 2 of 2 from 3, a: 3 of 3 from 0, c: 0 of 0 from 5
        ");
    }
}
