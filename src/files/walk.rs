//! Looking through a folder that should hold known files and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::kind;

/// Something in a folder that does not belong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnexpectedFile {
    /// Its path below the folder, on one line whatever is in its name.
    pub name: String,
    /// What it is, with its article.
    pub what: &'static str,
}

/// The first thing in `dir` that is none of the `expected` files, by their paths below it with `/`,
/// nor a folder of theirs. Links are not followed.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn odd_one(dir: &Path, expected: &BTreeSet<&str>) -> io::Result<Option<UnexpectedFile>> {
    look(dir, "", expected)
}

fn look(dir: &Path, below: &str, expected: &BTreeSet<&str>) -> io::Result<Option<UnexpectedFile>> {
    let mut entries = fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let there = entry.file_type()?;
        // A name that is no text is none of those expected.
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        let folder = format!("{name}/");
        let of_theirs = |it: &&str| it.starts_with(&folder);
        if there.is_dir() && expected.range(&*folder..).next().is_some_and(of_theirs) {
            if let Some(odd) = look(&entry.path(), &folder, expected)? {
                return Ok(Some(odd));
            }
        } else if !there.is_file() || !expected.contains(&*name) {
            let name = name.escape_debug().to_string();
            return Ok(Some(UnexpectedFile { name, what: kind(there) }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{make_folder, write};

    #[test]
    fn what_nobody_expects_is_named_on_one_line() {
        let dir = tempfile::tempdir().unwrap();
        make_folder(&dir.path().join("eu/aside")).unwrap();
        let expected = BTreeSet::from(["snapshot.json", "eu/users", "eu/aside/users"]);
        for it in &expected {
            write(&dir.path().join(it), b"").unwrap();
        }
        let odd = || {
            let odd = odd_one(dir.path(), &expected).unwrap()?;
            Some(format!("{} is {}", odd.name, odd.what))
        };
        assert_eq!(odd(), None);
        write(&dir.path().join("eu/aside/new\nline"), b"").unwrap();
        assert_eq!(odd().unwrap(), r"eu/aside/new\nline is a file");
        make_folder(&dir.path().join("empty")).unwrap();
        assert_eq!(odd().unwrap(), "empty is a folder");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("eu", dir.path().join("a")).unwrap();
            assert_eq!(odd().unwrap(), "a is a link");
        }
    }
}
