//! Folders that go, and folders of which few files stay.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::draft::unfinished;
use super::sync_parent;

/// Removes a folder: it loses its name at once, so that nobody ever sees a part of it. That it is not
/// there is no failure, and what an interruption left of it goes, too.
///
/// # Errors
///
/// When it cannot be renamed or removed.
pub fn discard(folder: &Path) -> io::Result<()> {
    let aside = unfinished(folder);
    remove_folder(&aside)?;
    if folder.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::rename(folder, &aside)?;
    sync_parent(folder)?;
    remove_folder(&aside)
}

/// Removes a folder with all that is in it, where it is there; links in it are not followed.
fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(it) if it.kind() != io::ErrorKind::NotFound => Err(it),
        _ => Ok(()),
    }
}

/// Removes all but some files of a folder, by their paths below it with `/`, and the folders in which
/// nothing stays. Whether that was begun before makes no difference.
///
/// # Errors
///
/// When something cannot be read or removed.
pub fn keep_only(folder: &Path, kept: &BTreeSet<&str>) -> io::Result<()> {
    clear(folder, "", kept)?;
    sync_parent(&folder.join("any"))
}

/// Whether nothing stays in a folder of which only these files do.
fn clear(folder: &Path, below: &str, kept: &BTreeSet<&str>) -> io::Result<bool> {
    let entries = fs::read_dir(folder)?.map(|it| it.map(|it| it.path()));
    let mut entries = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    let mut is_empty = true;
    for path in entries {
        let name = format!("{below}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.symlink_metadata()?.is_dir() {
            if clear(&path, &format!("{name}/"), kept)? {
                fs::remove_dir(&path)?;
            } else {
                is_empty = false;
            }
        } else if kept.contains(&*name) {
            is_empty = false;
        } else {
            fs::remove_file(&path)?;
        }
    }
    Ok(is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{make_folder, write};

    #[test]
    fn a_folder_goes_whole_and_what_was_left_of_it_goes_too() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("20261102T060000Z-1f3a9c02");
        make_folder(&folder.join("csv")).unwrap();
        discard(&folder).unwrap();
        make_folder(&unfinished(&folder).join("csv")).unwrap();
        discard(&folder).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_stays_of_a_folder_is_what_was_named() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["manifest.json", "csv/users.csv", "csv/trend.csv", "snapshot/eu/users"] {
            make_folder(dir.path().join(path).parent().unwrap()).unwrap();
            write(&dir.path().join(path), b"").unwrap();
        }
        let kept = BTreeSet::from(["manifest.json", "csv/trend.csv"]);
        for _ in 0..2 {
            keep_only(dir.path(), &kept).unwrap();
            let left = fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().file_name());
            let mut left: Vec<_> = left.collect();
            left.sort();
            assert_eq!(left, ["csv", "manifest.json"]);
            assert_eq!(fs::read_dir(dir.path().join("csv")).unwrap().count(), 1);
        }
    }
}
