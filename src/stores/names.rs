//! What a store holds, by name.

use std::collections::BTreeMap;

use super::StoreError;
use crate::calendar::Month;
use crate::checksums::SUMS;
use crate::config::stores::StoreAddress;

/// Objects that are listed at most.
pub(super) const MOST_OBJECTS: usize = 1_000_000;

/// Bytes of the longest name: S3 has no longer ones.
const LONGEST: usize = 1_024;

/// Folders within folders.
const DEEPEST: usize = 24;

/// The names and lengths of the objects of a store.
#[derive(Clone, Debug, Default)]
pub struct Listing(BTreeMap<String, u64>);

impl Listing {
    pub(super) fn of(mut objects: BTreeMap<String, u64>) -> Self {
        // Consoles make empty objects that stand for folders.
        let stands_for_folder = |name: &str| {
            let below = format!("{name}/");
            objects.range(below.clone()..).next().is_some_and(|it| it.0.starts_with(&below))
        };
        let empty = objects.iter().filter(|it| *it.1 == 0).map(|it| it.0);
        let folders: Vec<String> = empty.filter(|it| stands_for_folder(it)).cloned().collect();
        objects.retain(|name, _| !folders.contains(name));
        Self(objects)
    }

    /// Every object.
    pub fn objects(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, bytes)| (name.as_str(), *bytes))
    }

    /// How long an object is; none where there is none.
    pub fn bytes(&self, name: &str) -> Option<u64> {
        self.0.get(name).copied()
    }

    /// The objects of each pack, by the place of the pack: their names below it, and lengths.
    pub fn packs(&self) -> BTreeMap<&str, BTreeMap<&str, u64>> {
        let mut res: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for (name, bytes) in self.objects() {
            if let Some((place, path)) = place_of(name) {
                res.entry(place).or_default().insert(path, bytes);
            }
        }
        res
    }

    /// Whether the pack at a place came whole: the list of its checksums is the last of it.
    pub fn is_whole(&self, place: &str) -> bool {
        self.0.contains_key(&format!("{place}/{SUMS}"))
    }
}

/// The place of the pack that an object belongs to, and its name below that; none where it belongs to none.
pub fn place_of(name: &str) -> Option<(&str, &str)> {
    let (month, rest) = name.split_once('/')?;
    Month::parse(month)?;
    let (pack, path) = rest.split_once('/')?;
    Some((&name[..=month.len() + pack.len()], path))
}

/// Whether a name leads nowhere but below the folder that it is fetched to.
pub(super) fn expect_sound(store: &StoreAddress, name: &str) -> Result<(), StoreError> {
    let is_part = |it: &str| !["", ".", ".."].contains(&it);
    let hides = |it: char| it == '\\' || it.is_control();
    let is_sound = name.len() <= LONGEST
        && name.split('/').all(is_part)
        && name.split('/').count() <= DEEPEST
        && !name.contains(hides);
    if is_sound { Ok(()) } else { Err(StoreError::name(store, name)) }
}

#[cfg(test)]
mod tests {
    use super::{expect_sound, place_of};
    use crate::config::stores::StoreAddress;

    #[test]
    fn a_name_is_that_of_a_file_below_a_folder_or_is_refused() {
        let store = StoreAddress::parse("s3://acme-evidence").unwrap();
        let told = |name: &str| match expect_sound(&store, name) {
            Ok(()) => format!("{:?}", place_of(name)),
            Err(it) => it.to_string(),
        };
        let deep = "a/".repeat(30);
        let long = "a".repeat(2_000);
        let names = [
            "2026-11/20261102T060000Z-1f3a9c02/csv/users.csv",
            "2026-11/20261102T060000Z-1f3a9c02",
            "2026-13/pack/file",
            "pruned.jsonl",
            "2026-11/../../etc/passwd",
            "2026-11//file",
            "/etc/passwd",
            "2026-11\\pack\\file",
            "2026-11/pack/new\nline",
            &deep,
            &long,
        ];
        insta::assert_snapshot!(names.map(told).join("\n"), @r#"
        Some(("2026-11/20261102T060000Z-1f3a9c02", "csv/users.csv"))
        None
        None
        None
        `s3://acme-evidence` holds an object that is no evidence: `2026-11/../../etc/passwd`
        `s3://acme-evidence` holds an object that is no evidence: `2026-11//file`
        `s3://acme-evidence` holds an object that is no evidence: `/etc/passwd`
        `s3://acme-evidence` holds an object that is no evidence: `2026-11\\pack\\file`
        `s3://acme-evidence` holds an object that is no evidence: `2026-11/pack/new\nline`
        `s3://acme-evidence` holds an object that is no evidence: `a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/`
        `s3://acme-evidence` holds an object that is no evidence: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…`
        "#);
    }
}
