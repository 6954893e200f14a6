//! The roster as a file: how old and how whole it is, and what differs from the one before.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::EvaluationContext;
use super::people::{ALL, key};
use crate::roster::columns::RosterColumn;
use crate::roster::{Position, Roster, RosterFile};
use crate::tables::dictionary::{roster_cell, roster_file};
use crate::tables::{Table, Tables};

/// A roster, and the day on which it was compared with accounts.
pub type ComparedRoster<'a> = (&'a Roster, NaiveDate);

/// A roster, and the day of the collection where the organization is, because a roster states days.
#[derive(Clone, Copy, Debug)]
pub struct DatedRoster<'a> {
    /// The roster.
    pub roster: &'a Roster,
    /// The day on which the accounts were read, in the organization's time zone.
    pub day: NaiveDate,
}

/// The roster of the newest snapshot that anything is compared with and that lies with one.
pub(super) fn prior<'a>(given: &EvaluationContext<'a>) -> Option<ComparedRoster<'a>> {
    let newest_first = given.earlier.previous.iter().rev();
    newest_first.map(|it| &it.stored).find_map(|it| {
        let roster = given.former_rosters.get(&it.peek.id)?;
        Some((roster, given.calendar().day(it.collected_at())))
    })
}

/// The tables with the rosters, each held against the `prior` one at its place.
#[must_use]
pub fn fill(tables: Tables, seen: DatedRoster<'_>, prior: Option<ComparedRoster<'_>>) -> Tables {
    let DatedRoster { roster, day } = seen;
    let (mut rows, mut cells) = (roster_file::Rows::default(), roster_cell::Rows::default());
    for (place, file) in roster.files.iter().enumerate() {
        let then = prior.filter(|it| it.0.files.len() > place);
        let moved = then.map(|it| RosterDifference::of(place, roster, it.0));
        let as_of = file.as_of.map(|as_of| as_of.0);
        let id = if roster.files.len() == 1 { "roster" } else { &file.input.name };
        rows.push(roster_file::Row {
            instance: ALL.into(),
            roster_id: id.into(),
            file: file.input.name.as_str().into(),
            as_of,
            days_since_as_of: as_of.map(|it| (day - it).num_days()),
            rows: count(file.rows),
            left_out: count(file.left_out.len()),
            people_before: moved.as_ref().map(|it| count(it.before)),
            added: moved.as_ref().map(|it| count(it.added)),
            removed: moved.as_ref().map(|it| count(it.removed)),
            changed: moved.as_ref().map(|it| count(it.changed)),
            difference: words(moved.as_ref(), then.map(|it| it.1)).into(),
            unreadable: count(file.unreadable.len()),
            unreadable_cells: unreadable(file).into(),
            contradictions: roster.contradictions(place, day).join("; ").into(),
        });
        add_cells(&mut cells, file);
        for it in roster.further_rows(place) {
            let file = file.input.name.as_str();
            cells.push(roster_cell::Row {
                reason: it.reason.into(),
                ..cell(file, "further position", it.line)
            });
        }
    }
    tables.with(Table::RosterFiles, rows.finish()).with(Table::RosterCells, cells.finish())
}

/// Adds the cells that could not be read, and the rows that are not among the people.
fn add_cells<'a>(rows: &mut roster_cell::Rows, file: &'a RosterFile) {
    let row = |what: &'static str, line: u64, reason: &'a str| roster_cell::Row {
        reason: reason.into(),
        ..cell(&file.input.name, what, line)
    };
    for it in &file.unreadable {
        let what = if it.read_as.is_some() { "cell not read" } else { "row not laid out" };
        rows.push(roster_cell::Row {
            header: it.header.as_str().into(),
            read_as: it.read_as.map_or("", RosterColumn::word).into(),
            text: it.text.as_str().into(),
            ..row(what, it.line, &it.reason)
        });
    }
    for it in &file.left_out {
        rows.push(row("row left out", it.line, &it.reason));
    }
    for it in &file.repeated {
        rows.push(row("row repeated", it.line, &it.reason));
    }
}

/// A line of a roster of which something is to be said.
fn cell<'a>(file: &'a str, what: &'static str, line: u64) -> roster_cell::Row<'a> {
    roster_cell::Row {
        instance: ALL.into(),
        file: file.into(),
        line: i64::try_from(line).expect("a count"),
        what: what.into(),
        header: "".into(),
        read_as: "".into(),
        text: "".into(),
        reason: "".into(),
    }
}

/// The tables without the roster, and why.
#[must_use]
pub fn leave_out(tables: Tables, reason: &str) -> Tables {
    let tables = tables.with(Table::RosterCells, roster_cell::Rows::default().finish());
    let mut res = tables.with(Table::RosterFiles, roster_file::Rows::default().finish());
    res.add_gap(None, Table::RosterFiles, reason);
    res
}

/// How many people came, went and changed from one roster to the next.
struct RosterDifference {
    before: usize,
    added: usize,
    removed: usize,
    changed: usize,
}

impl RosterDifference {
    fn of(place: usize, now: &Roster, then: &Roster) -> Self {
        let (now, then) = (by_key(place, now), by_key(place, then));
        let differs = |(id, it): &(&String, &Vec<PersonFacts>)| {
            then.get(*id).is_some_and(|other| *it != other)
        };
        Self {
            before: then.len(),
            added: now.keys().filter(|it| !then.contains_key(*it)).count(),
            removed: then.keys().filter(|it| !now.contains_key(*it)).count(),
            changed: now.iter().filter(differs).count(),
        }
    }
}

/// What rules may read about one person, in words, without what moves by itself: lines, numbers,
/// the order of rows and of addresses.
type PersonFacts = (Vec<Arc<str>>, Vec<String>);

/// What rules may read about each person of the file at `place`; people of one key are several.
fn by_key(place: usize, roster: &Roster) -> BTreeMap<String, Vec<PersonFacts>> {
    let mut res: BTreeMap<_, Vec<PersonFacts>> = BTreeMap::new();
    for it in &roster.people {
        let here = it.positions.iter().filter(|position| position.origin.file == place);
        let mut positions: Vec<String> = here.map(facts).collect();
        if positions.is_empty() {
            continue;
        }
        positions.sort();
        let mut emails = it.emails.clone();
        emails.sort();
        let nameless = it.person_id.is_none() && it.emails.is_empty();
        // A line moves with every row above it, so a name tells more of a person without either.
        let name = it.name.clone().filter(|_| nameless);
        res.entry(name.unwrap_or_else(|| key(it).into_owned()))
            .or_default()
            .push((emails, positions));
    }
    for all in res.values_mut() {
        all.sort();
    }
    res
}

fn facts(it: &Position) -> String {
    let days = [it.start_date, it.end_date, it.contract_end, it.leave_start];
    let texts = [&it.email, &it.manager, &it.department, &it.title, &it.owner_email];
    format!("{:?} {:?} {days:?} {texts:?}", it.status, it.kind)
}

/// The cells that could not be read, each with its line.
fn unreadable(file: &RosterFile) -> String {
    let words = file.unreadable.iter().map(|it| format!("line {}: {}", it.line, it.words()));
    words.collect::<Vec<_>>().join("; ")
}

fn words(moved: Option<&RosterDifference>, then: Option<NaiveDate>) -> String {
    let (Some(moved), Some(then)) = (moved, then) else {
        return "there is no earlier roster to compare with".to_owned();
    };
    let RosterDifference { before, added, removed, changed } = moved;
    let people = if *before == 1 { "person" } else { "people" };
    format!(
        "against the {before} {people} of the roster in the pack of {then}: {added} new, {removed} \
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
        let prior = then.as_ref().map(|it| (it, day("2026-10-05")));
        let seen = DatedRoster { roster: &now, day: day("2026-11-02") };
        let tables = fill(Tables::default(), seen, prior);
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

    #[test]
    fn several_rows_of_one_person_are_told() {
        let text = "id,name,email,status,end date\n1,Ann,ann@a.test,left,2020-01-31\n\
            2,Bob,bob@a.test,active,\n1,Ann,ann@a.test,active,\n";
        let seen =
            DatedRoster { roster: &parse_roster(text), day: "2026-11-02".parse().expect("a day") };
        let frame = fill(Tables::default(), seen, None).frame(Table::RosterCells);
        let cell = |it: &str| frame.column(it).expect("it").get(0).expect("a row").to_string();
        let cells = ["line", "what", "reason"].map(cell).join(" ");
        assert_eq!(cells, "4 \"further position\" \"is another position of the person in line 2\"");
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
        insta::assert_snapshot!(picture(now, Some(THEN)), @"2 | 0 | 0 | 1 | against the 2 people of the roster in the pack of 2026-10-05: 0 new, 0 gone, 1 changed");
    }
}
