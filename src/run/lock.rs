//! One run at a time writes to a folder.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use super::Error;

/// The file that a run locks; it stays, because removing it would let two runs in.
const NAME: &str = ".retool-audit.lock";

/// Keeps other runs out of a folder until it is dropped or the program ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder, made where it is missing, and removes what an interrupted run left there.
    pub(super) fn take(out: &Path) -> Result<Self, Error> {
        let unusable = |source| Error::Out { out: out.to_owned(), source };
        fs::create_dir_all(out).map_err(unusable)?;
        let file = File::create(out.join(NAME)).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy { out: out.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        sweep(out).map_err(unusable)?;
        Ok(Self { _file: file })
    }
}

/// Removes unfinished folders here and one level below, where packs and snapshots grow.
fn sweep(out: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(out)? {
        let path = entry?.path();
        if is_unfinished(&path) {
            fs::remove_dir_all(&path)?;
        } else if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                let path = entry?.path();
                if is_unfinished(&path) {
                    fs::remove_dir_all(&path)?;
                }
            }
        }
    }
    Ok(())
}

fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name.ends_with(".unfinished") && path.is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_refused_until_the_first_ends() {
        let out = tempfile::tempdir().unwrap();
        let first = Lock::take(out.path()).unwrap();
        let second = Lock::take(out.path()).unwrap_err().to_string();
        assert!(second.starts_with("another run is writing to"), "{second}");
        drop(first);
        Lock::take(out.path()).unwrap();
    }

    #[test]
    fn what_an_interrupted_run_left_is_removed_and_nothing_else() {
        let out = tempfile::tempdir().unwrap();
        let names = ["2026-11/.x.unfinished", ".y.unfinished", "2026-11/x", ".z"];
        for name in names {
            fs::create_dir_all(out.path().join(name)).unwrap();
        }
        drop(Lock::take(out.path()).unwrap());
        let left = names.map(|it| out.path().join(it).exists());
        assert_eq!(left, [false, false, true, true]);
    }
}
