//! The roster as a file: how old and how whole it is, and what differs from the one before.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Given;
use super::people::{ALL, key};
use crate::roster::{Person, Rejected, Roster};
use crate::tables::dictionary::roster_file;
use crate::tables::{Table, Tables};

/// A roster, and the day on which it was compared with accounts.
pub type Dated<'a> = (&'a Roster, NaiveDate);

/// A roster, and the day of the collection where the organization is, because a roster states days.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The roster.
    pub roster: &'a Roster,
    /// The day on which the accounts were read, in the organization's time zone.
    pub day: NaiveDate,
}

/// The roster of the newest snapshot that anything is compared with and that lies with one.
pub(super) fn former<'a>(given: &Given<'a>) -> Option<Dated<'a>> {
    let newest_first = given.earlier.previous.iter().rev();
    newest_first.map(|it| &it.stored).find_map(|it| {
        let roster = given.former_rosters.get(&it.peek.id)?;
        Some((roster, given.calendar().day(it.collected_at())))
    })
}

/// The tables with the roster, held against the `former` one.
#[must_use]
pub fn fill(tables: Tables, seen: Seen<'_>, former: Option<Dated<'_>>) -> Tables {
    let Seen { roster, day } = seen;
    let moved = former.map(|it| Difference::of(roster, it.0));
    let mut rows = roster_file::Rows::default();
    rows.push(roster_file::Row {
        instance: ALL.into(),
        file: roster.file.as_str().into(),
        as_of: roster.as_of,
        days_since_as_of: roster.as_of.map(|it| (day - it).num_days()),
        rows: count(roster.rows),
        rejected: count(roster.rejected.len()),
        rejections: told(&roster.rejected).into(),
        people_before: moved.as_ref().map(|it| count(it.before)),
        added: moved.as_ref().map(|it| count(it.added)),
        removed: moved.as_ref().map(|it| count(it.removed)),
        changed: moved.as_ref().map(|it| count(it.changed)),
        difference: words(moved.as_ref(), former.map(|it| it.1)).into(),
        unreadable: count(roster.unreadable.len()),
        unreadable_cells: told(&roster.unreadable).into(),
        contradictions: told(&roster.contradictions(day)).into(),
    });
    tables.with(Table::RosterFiles, rows.finish())
}

/// The tables without the roster, and why.
#[must_use]
pub fn leave_out(tables: Tables, reason: &str) -> Tables {
    let mut res = tables.with(Table::RosterFiles, roster_file::Rows::default().finish());
    res.add_gap(None, Table::RosterFiles, reason);
    res
}

/// How many people came, went and changed from one roster to the next.
struct Difference {
    before: usize,
    added: usize,
    removed: usize,
    changed: usize,
}

impl Difference {
    fn of(now: &Roster, then: &Roster) -> Self {
        let (now, then) = (by_key(now), by_key(then));
        let same = |one: &Vec<Person>, other: &Vec<Person>| {
            one.len() == other.len() && one.iter().all(|it| other.contains(it))
        };
        let differs = |(id, it): &(&String, &Vec<Person>)| {
            then.get(*id).is_some_and(|other| !same(it, other))
        };
        Self {
            before: then.len(),
            added: now.keys().filter(|it| !then.contains_key(*it)).count(),
            removed: then.keys().filter(|it| !now.contains_key(*it)).count(),
            changed: now.iter().filter(differs).count(),
        }
    }
}

/// What rules may read about each person, who may have several rows.
fn by_key(roster: &Roster) -> BTreeMap<String, Vec<Person>> {
    let mut res: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for it in &roster.people {
        let nameless = it.person_id.is_none() && it.emails.is_empty();
        // A line moves with every row above it, so a name tells more of somebody without either.
        let name = it.name.clone().filter(|_| nameless);
        let mut told = Person { line: 0, name: None, mismatch: None, ..it.clone() };
        // The order of rows and of addresses says nothing.
        told.positions.iter_mut().for_each(|it| it.line = 0);
        told.positions.sort_by_key(|it| format!("{it:?}"));
        told.emails.sort();
        res.entry(name.unwrap_or_else(|| key(it).into_owned())).or_default().push(told);
    }
    res
}

/// Lines with what is to be said of them.
fn told(lines: &[Rejected]) -> String {
    let words = lines.iter().map(|it| format!("line {}: {}", it.line, it.reason));
    words.collect::<Vec<_>>().join("; ")
}

fn words(moved: Option<&Difference>, then: Option<NaiveDate>) -> String {
    let (Some(moved), Some(then)) = (moved, then) else {
        return "there is no earlier roster to compare with".to_owned();
    };
    let Difference { before, added, removed, changed } = moved;
    format!(
        "against the {before} people of the roster in the pack of {then}: {added} new, {removed} \
         gone, {changed} changed"
    )
}

fn count(it: usize) -> i64 {
    i64::try_from(it).expect("a count")
}

#[cfg(test)]
mod tests {
    use super::super::tests::parse_roster;
    use super::*;

    /// What two rosters differ by, and that in words.
    fn picture(now: &str, then: Option<&str>) -> String {
        let head = "id,name,email,status,department\n";
        let parse = |rows: &str| parse_roster(&format!("{head}{rows}"));
        let (now, then) = (parse(now), then.map(parse));
        let day = |it: &str| it.parse().expect("a day");
        let former = then.as_ref().map(|it| (it, day("2026-10-05")));
        let seen = Seen { roster: &now, day: day("2026-11-02") };
        let tables = fill(Tables::default(), seen, former);
        let frame = tables.frame(Table::RosterFiles);
        let cell = |it: &&str| {
            let column = frame.column(it).expect("a column");
            column.get(0).expect("a row").str_value().into_owned()
        };
        ["people_before", "added", "removed", "changed", "difference"]
            .iter()
            .map(cell)
            .collect::<Vec<_>>()
            .join(" | ")
    }

    const THEN: &str = "1,Ann,ann@a.test,active,IT\n2,Bob,bob@a.test,active,IT\n";

    #[test]
    fn people_who_came_went_or_changed_are_counted() {
        let now = "3,Cat,cat@a.test,active,IT\n1,Ann,ann@a.test,left,IT\n";
        insta::assert_snapshot!(picture(now, Some(THEN)), @"2 | 1 | 1 | 1 | against the 2 people of the roster in the pack of 2026-10-05: 1 new, 1 gone, 1 changed");
        insta::assert_snapshot!(picture(THEN, None), @"null | null | null | null | there is no earlier roster to compare with");
    }

    #[test]
    fn another_order_of_rows_and_another_name_change_nobody() {
        let then = "1,Ann,ann@a.test,active,IT\n1,Ann,a@a.test,left,IT\n,Team mailbox,,active,IT\n";
        let now =
            ",Team mailbox,,active,IT\n1,Anna,a@a.test,left,IT\n1,Anna,ann@a.test,active,IT\n";
        insta::assert_snapshot!(picture(now, Some(then)), @"2 | 0 | 0 | 0 | against the 2 people of the roster in the pack of 2026-10-05: 0 new, 0 gone, 0 changed");
    }

    #[test]
    fn a_row_that_cannot_be_read_is_somebody_who_is_gone() {
        let now = "1,Ann,ann@a.test,active,IT\n2,Bob,bob@a.test,active,IT, support\n";
        insta::assert_snapshot!(picture(now, Some(THEN)), @"2 | 0 | 1 | 0 | against the 2 people of the roster in the pack of 2026-10-05: 0 new, 1 gone, 0 changed");
    }
}
