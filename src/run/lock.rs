//! One run at a time writes to an output folder, whichever command it is.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::Error;
use crate::files;

/// The file that a run locks; it stays, because removing it would let two runs in.
const NAME: &str = ".retool-audit.lock";

/// Keeps other runs out of an output folder until it is dropped or the program ends.
#[derive(Debug)]
pub(super) struct Lock {
    folder: PathBuf,
    _file: File,
}

impl Lock {
    /// Keeps others out of the output folder that is or holds `dir`, made where it is missing, and
    /// removes what interrupted runs left in `dir`.
    ///
    /// A folder within the one that the configuration names, `output`, has no lock of its own: who
    /// writes there has the lock of `output`, however either is spelt.
    pub(super) fn take(dir: &Path, output: &Path) -> Result<Self, Error> {
        let within = files::real(dir).starts_with(files::real(output));
        let folder = if within { output } else { dir };
        let unmade = |out: &Path, source| Error::Out { out: out.to_owned(), source };
        // A parent that is missing may be a disk that is not mounted.
        files::make_last_folder(folder).map_err(|it| unmade(folder, it))?;
        let res = Self::of(folder)?;
        files::make_folder(dir).map_err(|it| unmade(dir, it))?;
        files::sweep(dir);
        Ok(res)
    }

    fn of(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(NAME);
        let busy = || Error::Busy { out: folder.to_owned() };
        let unusable = |source| Error::Lock { path: path.clone(), source };
        let file = files::open_lock(&path).map_err(unusable)?;
        match file.try_lock() {
            // One that was removed or replaced meanwhile does not keep other processes out.
            Ok(()) if !files::is_at(&file, &path) => Err(busy()),
            Ok(()) => Ok(Self { folder: files::real(folder), _file: file }),
            Err(TryLockError::WouldBlock) => Err(busy()),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// Whether it keeps others out of `dir`.
    pub(super) fn covers(&self, dir: &Path) -> bool {
        files::real(dir).starts_with(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_second_run_is_refused_until_the_first_ends() {
        let out = tempfile::tempdir().unwrap();
        let first = Lock::take(out.path(), out.path()).unwrap();
        let second = Lock::take(out.path(), out.path()).unwrap_err().to_string();
        assert!(second.starts_with("another run is writing to"), "{second}");
        drop(first);
        Lock::take(out.path(), out.path()).unwrap();
    }

    #[test]
    fn a_folder_within_the_output_folder_has_its_lock() {
        let home = tempfile::tempdir().unwrap();
        let (out, other) = (home.path().join("evidence"), home.path().join("other"));
        let within = [out.join("snapshots"), out.join("../evidence/new/sub"), out.clone()];
        for dir in within {
            let lock = Lock::take(&dir, &out).unwrap();
            assert!(lock.covers(&out.join("2026-11")) && !lock.covers(&other));
            Lock::take(&out, &out).unwrap_err();
            Lock::take(&other, &out).unwrap();
        }
        assert!(!out.join("snapshots").join(NAME).exists());
    }

    #[test]
    #[cfg(unix)]
    fn the_lock_is_a_plain_file_or_an_error_and_keeps_what_is_in_it() {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;
        let home = tempfile::tempdir().unwrap();
        let precious = home.path().join("precious");
        fs::write(&precious, "precious").unwrap();
        let of = |name: &str, plant: &dyn Fn(&Path)| {
            let out = home.path().join(name);
            fs::create_dir(&out).unwrap();
            plant(&out.join(NAME));
            let taken = Lock::take(&out, &out);
            taken.map_or_else(
                |it| std::error::Error::source(&it).unwrap().to_string(),
                |_| "taken".into(),
            )
        };
        assert_eq!(
            of("link", &|it| symlink("../precious", it).unwrap()),
            "it is a link, not a file"
        );
        assert_eq!(of("loose", &|it| symlink("../new", it).unwrap()), "it is a link, not a file");
        assert_eq!(of("folder", &|it| fs::create_dir(it).unwrap()), "it is a folder, not a file");
        let socket = |path: &Path| drop(UnixListener::bind(path).unwrap());
        assert_eq!(of("socket", &socket), "it is a socket, not a file");
        assert_eq!(of("same", &|it| fs::hard_link(&precious, it).unwrap()), "taken");
        assert_eq!(fs::read(&precious).unwrap(), b"precious");
        assert!(!home.path().join("new").exists());
    }
}
