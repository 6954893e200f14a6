//! From rows to people: rows of one id, or of one address where there is no id, are one person.
//!
//! Two files may use one id for two people, and so a person of one file is one of another by the
//! address at work alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Person, first_alike, hash_of};

/// One person for all rows of a file that speak of the same one, in the order of their first rows.
pub(super) fn within(rows: Vec<Person>) -> Vec<Person> {
    let places = places(&rows);
    joined(rows, &places)
}

/// One person for all who have one address at work in several files, in the order of the files.
pub(super) fn across(mut files: Vec<Vec<Person>>) -> Vec<Person> {
    let mut res = if files.len() == 1 {
        files.remove(0)
    } else {
        let all: Vec<Person> = files.into_iter().flatten().collect();
        let places = places_across(&all);
        joined(all, &places)
    };
    for (number, person) in (0..).zip(&mut res) {
        person.number = number;
    }
    res
}

/// For each person of several files, the place of the first one with the same address at work.
fn places_across(all: &[Person]) -> Vec<usize> {
    let mut first: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut res = Vec::with_capacity(all.len());
    for (at, person) in all.iter().enumerate() {
        let own = || person.positions.iter().filter_map(|position| position.email.as_deref());
        let found: BTreeSet<usize> =
            own().filter_map(|email| first.get(email)).flatten().copied().collect();
        // A person who may be one of several is merged with none of them.
        let place = if found.len() == 1 { found.first().copied().unwrap_or(at) } else { at };
        res.push(place);
        for email in own() {
            first.entry(email).or_default().insert(place);
        }
    }
    res
}

/// One person for all that have one place. The people stay where they are in memory: there may be a
/// million of them.
fn joined(mut rows: Vec<Person>, places: &[usize]) -> Vec<Person> {
    let mut found: BTreeMap<usize, (usize, BTreeSet<Arc<str>>)> = BTreeMap::new();
    // Only who has a second row is remembered.
    let mut counts = vec![0_u32; rows.len()];
    for place in places {
        counts[*place] += 1;
    }
    let mut end = 0;
    for (row, place) in places.iter().enumerate() {
        if let Some((at, known)) = found.get_mut(place) {
            let further = std::mem::take(&mut rows[row]);
            join(&mut rows[*at], known, further);
            continue;
        }
        if counts[*place] > 1 {
            found.insert(*place, (end, rows[row].emails.iter().cloned().collect()));
        }
        rows.swap(end, row);
        end += 1;
    }
    rows.truncate(end);
    rows
}

/// For each row, the place of the first row of the same person.
fn places(rows: &[Person]) -> Vec<usize> {
    let mut res: Vec<usize> = (0..rows.len()).collect();
    let with_id = rows.iter().enumerate();
    let ids = with_id.filter_map(|(at, row)| Some((hash_of(row.person_id.as_deref()?), at)));
    let same = |one: usize, other: usize| rows[one].person_id == rows[other].person_id;
    for (later, first) in first_alike(ids.collect(), same) {
        res[later] = first;
    }
    // A row without an id belongs to the person whose address it has, where that is one person.
    let own = |row: &Person| row.emails.first().cloned().filter(|_| row.person_id.is_none());
    let wanted: BTreeSet<Arc<str>> = rows.iter().filter_map(own).collect();
    if wanted.is_empty() {
        return res;
    }
    let mut by_email: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.person_id.is_some()) {
        for email in row.emails.iter().filter(|email| wanted.contains(*email)) {
            by_email.entry(email).or_default().insert(res[at]);
        }
    }
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.person_id.is_none()) {
        let Some(email) = row.emails.first() else { continue };
        let those = by_email.entry(email).or_default();
        match those.len() {
            0 => drop(those.insert(at)),
            1 => res[at] = those.first().copied().unwrap_or(at),
            _ => {}
        }
    }
    res
}

/// Adds what a further row says about a person, whose addresses are `known`.
fn join(person: &mut Person, known: &mut BTreeSet<Arc<str>>, row: Person) {
    let same_name = match (&person.name, &row.name) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => true,
    };
    let fresh: Vec<Arc<str>> =
        row.emails.iter().filter(|email| !known.contains(*email)).cloned().collect();
    let apart = !known.is_empty() && !row.emails.is_empty() && fresh.len() == row.emails.len();
    if within_a_file(person, &row) && !same_name && apart && person.mismatch.is_none() {
        let id = person.person_id.as_deref().unwrap_or_default();
        let place =
            |person: &Person| person.positions[0].origin.short_place(person.positions[0].line);
        let (one, other) = (place(person), place(&row));
        person.mismatch = Some(format!(
            "lines {one} and {other} have the id `{id}`, and neither a name nor an address in \
             common"
        ));
    }
    known.extend(fresh.iter().cloned());
    person.emails.extend(fresh);
    person.name = person.name.take().or(row.name);
    person.person_id = person.person_id.take().or(row.person_id);
    person.positions.extend(row.positions);
}

fn within_a_file(one: &Person, other: &Person) -> bool {
    Arc::ptr_eq(&one.positions[0].origin, &other.positions[0].origin)
}
