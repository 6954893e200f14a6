//! What the inputs name: how much of it is there, and what is not.

use crate::references::Reference;
use crate::report::named::{NameThatMatchesNothing, NamesSummary, NotedName};

/// Counts the names, and tells those that match nothing or of which nobody knows.
pub(super) fn of(references: &[Reference]) -> NamesSummary {
    let told = |it: &Reference| NameThatMatchesNothing {
        instance: it.instance.clone(),
        input: it.input.clone(),
        place: it.place.clone(),
        kind: it.role.word(),
        name: it.text.clone(),
        note: it.note.clone(),
        rules: it.rules(),
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
    let noted = references.iter().filter(|it| it.found == Some(true) && !it.note.is_empty());
    let noted = noted.map(|it| NotedName {
        input: it.input.clone(),
        place: it.place.clone(),
        name: it.text.clone(),
        note: it.note.clone(),
    });
    let found = total - missing.len() - untold.len();
    NamesSummary { total, found, missing, untold, noted: noted.collect() }
}
