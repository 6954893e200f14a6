//! What the subjects of a rule that users wrote must keep to, so that each is one finding at most.

use std::collections::BTreeSet;

use polars::prelude::{DataFrame, PolarsResult};

/// What is wrong with the subjects, if anything is.
pub(super) fn flaw(subjects: &DataFrame, instances: &[&str]) -> PolarsResult<Option<String>> {
    let [names, ids] = ["instance", "subject_id"].map(|it| subjects.column(it));
    let (names, ids) = (names?.str()?, ids?.str()?);
    let mut seen = BTreeSet::new();
    for subject in names.iter().zip(ids.iter()) {
        let flaw = match subject {
            (None, _) => Some("a subject without an `instance`".to_owned()),
            (_, None) => Some("a subject without a `subject_id`".to_owned()),
            (Some(name), _) if !instances.contains(&name) => {
                Some(format!("a subject of `{name}`, which is not an instance"))
            }
            (Some(name), Some(id)) => {
                (!seen.insert((name, id))).then(|| format!("`{id}` of `{name}` more than once"))
            }
        };
        if let Some(flaw) = flaw {
            return Ok(Some(format!("the rule's population has {flaw}")));
        }
    }
    Ok(None)
}
