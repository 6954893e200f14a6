//! What is stated beside the files: how many records a list has.

use std::collections::BTreeMap;
use std::path::Path;

use super::folder::NamePattern;
use super::read;
use crate::config::problem::Problem;
use crate::config::raw::{TomlFile, TomlSection};
use crate::snapshot::ledger::{Endpoint, StatedCount};

/// The file of an instance's folder that holds such statements.
pub(super) const FILE: &str = "stated.toml";

/// No list has more records.
const MOST: u32 = 100_000_000;

/// The statements of the file in the folder at `path`, which has these lists; or all that is wrong.
pub(super) fn all(
    path: &Path,
    forms: &BTreeMap<Endpoint, NamePattern>,
) -> Result<BTreeMap<Endpoint, StatedCount>, Vec<Problem>> {
    let whole = |what: String| vec![Problem::new(String::new(), what, None)];
    let bytes = read(&path.join(FILE)).map_err(|it| whole(format!("cannot be read: {it}")))?;
    let text = String::from_utf8(bytes).map_err(|_| whole("is not UTF-8".to_owned()))?;
    let file = TomlFile::read(&text).map_err(|it| vec![it])?;
    let mut root = file.root();
    let mut res = BTreeMap::new();
    for &endpoint in Endpoint::ALL.iter().filter(|it| it.is_list()) {
        let name = endpoint.name();
        let is_there = root.has(name);
        let section = root.section(name);
        if is_there && !forms.contains_key(&endpoint) {
            section.refuse_all(&format!("is stated, and there is no `{name}.json`"), None);
        } else if is_there {
            res.extend(one(section).map(|it| (endpoint, it)));
        }
    }
    root.finish();
    match file.into_problems() {
        list if list.is_empty() => Ok(res),
        list => Err(list),
    }
}

fn one(mut section: TomlSection<'_>) -> Option<StatedCount> {
    section.require("records");
    let records = section.number("records", (0, MOST));
    let stated_by = section.required_text("stated-by");
    let source = section.required_text("source");
    section.finish();
    Some(StatedCount { records: records?.into(), stated_by, source })
}
