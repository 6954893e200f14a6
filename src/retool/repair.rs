//! Records of which a cell cannot be read: the cell becomes unknown, and everything else stays.
//!
//! A server that sends one odd time, a null where an id should be, or text where a flag should be
//! must not take the whole list along: every record in it stands for an account or an object. A
//! cell that cannot be read is taken out, so that its value is unknown, and named. A record whose
//! id cannot be read gets one that says so, by its place in the list; an element of a list within a
//! record that cannot be read stays as an unknown word. None of that is ever taken for something
//! fine.

mod trace;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::trace::{PathStep, ShapeFault};
use crate::snapshot::ledger::LedgerRow;
use crate::snapshot::record::Id;

/// What stands for an element of a list within a record that cannot be read.
const UNREADABLE: &str = "(unreadable)";

/// Cells of one record that are mended; a record with more is none.
const MOST: usize = 10_000;

/// Makes `payload`, a list of records or one settings object, readable as a `D`, and writes into
/// `row` which cells it took out; false where that is impossible.
pub(super) fn mend<D: DeserializeOwned>(payload: &mut Value, row: &mut LedgerRow) -> bool {
    let list = payload.as_array();
    if list.is_some_and(|it| !it.is_empty() && !it.iter().any(Value::is_object)) {
        return false;
    }
    let attempt = |payload: &Value| trace::attempt::<D>(payload);
    let records_before = row.rows_received;
    let mut mender = Repair { attempt: &attempt, row, records_before, record: 0, within: 0 };
    mender.repair(payload).is_some()
}

/// The mending while it goes on.
struct Repair<'a> {
    attempt: &'a dyn Fn(&Value) -> Result<(), ShapeFault>,
    row: &'a mut LedgerRow,
    /// Records that came with earlier pages.
    records_before: u64,
    /// The place in the list of the record that is being mended.
    record: u64,
    /// Ids within records that were made up.
    within: u64,
}

impl Repair<'_> {
    /// Mends a value until it can be read; none where it cannot.
    fn repair(&mut self, payload: &mut Value) -> Option<()> {
        for _ in 0..MOST {
            let Err(fault) = (self.attempt)(payload) else { return Some(()) };
            match crowd(payload, &fault.path) {
                Some(depth) => self.part(payload, &fault.path[..depth])?,
                None => self.fix(payload, &fault)?,
            }
        }
        None
    }

    /// Mends the elements of the list at `path` one by one, so that the work grows with their
    /// number and not with its square.
    fn part(&mut self, payload: &mut Value, path: &[PathStep]) -> Option<()> {
        let list = std::mem::take(at(payload, path)?.as_array_mut()?);
        let mut mended = Vec::with_capacity(list.len());
        for (place, element) in list.into_iter().enumerate() {
            if path.is_empty() {
                self.record = place as u64;
            }
            at(payload, path)?.as_array_mut()?.push(element);
            self.repair(payload)?;
            mended.append(at(payload, path)?.as_array_mut()?);
        }
        *at(payload, path)?.as_array_mut()? = mended;
        Some(())
    }

    /// Takes out one cell, or puts in what stands for one.
    fn fix(&mut self, payload: &mut Value, fault: &ShapeFault) -> Option<()> {
        if let Some(key) = &fault.missing {
            return self.fill(payload, &fault.path, key);
        }
        let (last, parents) = fault.path.split_last()?;
        match last {
            PathStep::Key(key) => {
                self.note(payload, &fault.path);
                let cell = at(payload, parents)?.as_object_mut()?;
                let stood_in = cell.get(key).is_some_and(|it| it == UNREADABLE);
                // What stands for text does not stand for a part with cells of its own.
                let filled = stood_in.then(|| cell.insert(key.clone(), Value::Object(Map::new())));
                if filled.is_none() {
                    cell.remove(key)?;
                }
            }
            PathStep::Index(place) => {
                let element = at(payload, &fault.path)?;
                let next = match element {
                    Value::String(it) if it == UNREADABLE => None,
                    Value::Object(it) if it.is_empty() => Some(UNREADABLE.into()),
                    _ => Some(Value::Object(Map::new())),
                };
                match next {
                    Some(it) => *element = it,
                    None => drop(at(payload, parents)?.as_array_mut()?.remove(*place)),
                }
                self.note(payload, &fault.path);
            }
        }
        Some(())
    }

    /// Puts in a cell that has to be there: a record's own id by its place in the list.
    fn fill(&mut self, payload: &mut Value, path: &[PathStep], key: &str) -> Option<()> {
        // Settings without what makes them settings are none.
        let (first, below) = path.split_first()?;
        let is_record = below.is_empty() && matches!(first, PathStep::Index(_));
        let is_id = key == "id" || key.ends_with("_id");
        let value = match (is_record, is_id) {
            (true, true) => {
                self.row.rows_without_id += 1;
                Id::made_up(self.number())
            }
            (false, true) => {
                self.within += 1;
                Id::made_up_within(self.number(), self.within)
            }
            (_, false) => Id(UNREADABLE.to_owned()),
        };
        let cell = [path, &[PathStep::Key(key.to_owned())]].concat();
        self.note(payload, &cell);
        at(payload, path)?.as_object_mut()?.insert(key.to_owned(), Value::String(value.0));
        Some(())
    }

    /// Writes down the cell at `path`: its field, and its record.
    fn note(&mut self, payload: &Value, path: &[PathStep]) {
        let field = draw(path);
        let whole = if field.is_empty() { "the whole record" } else { &field };
        let record = payload.get(0).and_then(|it| Some(it.get("id")?.as_str()?.to_owned()));
        let record = record.filter(|it| !it.is_empty());
        let named = record.map_or_else(String::new, |it| format!(" ({it})"));
        let place = match path.first() {
            Some(PathStep::Index(_)) => format!("{whole} of record {}{named}", self.number()),
            _ => whole.to_owned(),
        };
        self.row.fields_unreadable.add(whole);
        self.row.cells_unreadable.add(&place);
    }

    /// The number of the record in the list, from 1.
    fn number(&self) -> u64 {
        self.records_before + self.record + 1
    }
}

/// How many steps lead to the first list on the way that has more than one element.
fn crowd(payload: &Value, path: &[PathStep]) -> Option<usize> {
    let mut part = payload;
    for (depth, step) in path.iter().enumerate() {
        match step {
            PathStep::Index(_) if part.as_array().is_some_and(|it| it.len() > 1) => {
                return Some(depth);
            }
            PathStep::Index(place) => part = part.get(place)?,
            PathStep::Key(key) => part = part.get(key)?,
        }
    }
    None
}

/// The part of a value to which `path` leads.
fn at<'a>(value: &'a mut Value, path: &[PathStep]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |part, step| match step {
        PathStep::Key(key) => part.get_mut(key),
        PathStep::Index(place) => part.get_mut(place),
    })
}

/// A cell's place within its record, as `members[].email`.
fn draw(path: &[PathStep]) -> String {
    let below = match path {
        [PathStep::Index(_), below @ ..] => below,
        whole => whole,
    };
    below.iter().fold(String::new(), |res, step| match step {
        PathStep::Index(_) => res + "[]",
        PathStep::Key(key) if res.is_empty() => key.clone(),
        PathStep::Key(key) => format!("{res}.{key}"),
    })
}

#[cfg(test)]
mod tests;
