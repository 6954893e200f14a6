//! What the inputs name: how much of it is there, and what is not.

use crate::references::Reference;
use crate::report::named::{NameThatMatchesNothing, NamesSummary, NotedName};

/// Counts the names, and tells those that match nothing, and those of which that is unknown.
pub(super) fn of(references: &[Reference]) -> NamesSummary {
    let told = |reference: &Reference| NameThatMatchesNothing {
        instance: reference.instance.clone(),
        input: reference.input.clone(),
        place: reference.place.clone(),
        kind: reference.role.word(),
        name: reference.text.clone(),
        note: reference.note.clone(),
        rules: reference.rules(),
    };
    let (mut missing, mut untold) = (Vec::new(), Vec::new());
    for it in references {
        match it.found {
            Some(true) => {}
            Some(false) => missing.push(told(it)),
            None => untold.push(told(it)),
        }
    }
    let total = references.len();
    let noted = references
        .iter()
        .filter(|reference| reference.found == Some(true) && !reference.note.is_empty());
    let noted = noted.map(|it| NotedName {
        input: it.input.clone(),
        place: it.place.clone(),
        name: it.text.clone(),
        note: it.note.clone(),
    });
    let found = total - missing.len() - untold.len();
    NamesSummary { total, found, missing, untold, noted: noted.collect() }
}
