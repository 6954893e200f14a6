//! People with accounts on several instances, and how many people have any.

use polars::prelude::PolarsResult;

use super::inputs::ReportInputs;
use crate::report::people::{People, SharedPerson};
use crate::report::table::{Cell, cell};
use crate::tables::Table;
use crate::tables::dictionary::person;

/// The people of the roster who have accounts.
pub(super) fn people(inputs: &ReportInputs<'_>) -> PolarsResult<People> {
    let frame = inputs.tables.sorted(Table::People)?;
    let mut res = People::default();
    for it in person::read_rows(&frame)? {
        match it.instances {
            None => res.open += 1,
            Some(..1) => {}
            Some(1) => res.with_account += 1,
            Some(2..) => {
                res.with_account += 1;
                res.shared.push(shared(it));
            }
        }
    }
    Ok(res)
}

fn shared(it: person::Row<'_>) -> SharedPerson {
    let count = |it: Option<i64>| it.map_or(Cell::Unknown, Cell::Int);
    SharedPerson {
        person_id: it.person_id.into_owned(),
        name: it.name.into_owned(),
        status: it.status.map_or(Cell::Unknown, |it| cell(it.into_owned())),
        manager: it.manager.map_or(Cell::None, |it| cell(it.into_owned())),
        active_accounts: count(it.active_accounts),
        highest_tier: count(it.highest_tier),
        accounts: it.accounts.into_owned(),
    }
}
