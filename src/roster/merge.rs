//! From rows to people: rows of one id, or of one address where there is no id, are one person.

use std::collections::{BTreeMap, BTreeSet};

use super::Person;

/// One person for all rows that speak of the same one, in the order of their first rows.
pub(super) fn merge(rows: Vec<Person>) -> Vec<Person> {
    let places = places(&rows);
    let mut res: Vec<Person> = Vec::new();
    let mut found: BTreeMap<usize, (usize, BTreeSet<String>)> = BTreeMap::new();
    for (row, place) in rows.into_iter().zip(places) {
        if let Some((at, known)) = found.get_mut(&place) {
            join(&mut res[*at], known, row);
        } else {
            found.insert(place, (res.len(), row.emails.iter().cloned().collect()));
            res.push(row);
        }
    }
    res
}

/// For each row, the place of the first row of the same person.
fn places(rows: &[Person]) -> Vec<usize> {
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_email: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut res: Vec<usize> = (0..rows.len()).collect();
    for (at, row) in rows.iter().enumerate() {
        let Some(id) = row.person_id.as_deref() else { continue };
        res[at] = *by_id.entry(id).or_insert(at);
        for email in &row.emails {
            by_email.entry(email).or_default().insert(res[at]);
        }
    }
    // A row without an id is somebody's where its own address is one person's.
    for (at, row) in rows.iter().enumerate().filter(|(_, it)| it.person_id.is_none()) {
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
fn join(person: &mut Person, known: &mut BTreeSet<String>, row: Person) {
    let same_name = match (&person.name, &row.name) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => true,
    };
    let fresh: Vec<String> = row.emails.iter().filter(|it| !known.contains(*it)).cloned().collect();
    let apart = !known.is_empty() && !row.emails.is_empty() && fresh.len() == row.emails.len();
    if !same_name && apart && person.mismatch.is_none() {
        let id = person.person_id.as_deref().unwrap_or_default();
        let (one, other) = (person.line, row.line);
        person.mismatch = Some(format!(
            "lines {one} and {other} have the id `{id}`, and neither a name nor an address in common"
        ));
    }
    known.extend(fresh.iter().cloned());
    person.emails.extend(fresh);
    person.name = person.name.take().or(row.name);
    person.person_id = person.person_id.take().or(row.person_id);
    person.positions.extend(row.positions);
}
