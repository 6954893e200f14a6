//! The key of the fingerprints: made once for a folder of evidence, kept there and nowhere else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::Error;
use crate::retool;
use crate::snapshot::seal::Key;

/// The file beside the packs; no pack has it.
const NAME: &str = ".fingerprint-key";

/// The key of a folder, made where there is none yet.
///
/// # Errors
///
/// When the file cannot be read or made, or holds no key.
pub(super) fn of(folder: &Path) -> Result<Key, Error> {
    let path = folder.join(NAME);
    let unusable = |source| Error::Key { path: path.clone(), source };
    match fs::read_to_string(&path) {
        Ok(text) => Key::parse(&text)
            .ok_or_else(|| unusable(io::Error::new(io::ErrorKind::InvalidData, "holds no key"))),
        Err(it) if it.kind() == io::ErrorKind::NotFound => match make(folder, &path) {
            // Another run was faster, and its key is the one.
            Err(it) if it.kind() == io::ErrorKind::AlreadyExists => of(folder),
            made => made.map_err(unusable),
        },
        Err(it) => Err(unusable(it)),
    }
}

/// Writes a new key.
fn make(folder: &Path, path: &Path) -> io::Result<Key> {
    let key = retool::random().map(Key::new);
    let key = key.ok_or_else(|| io::Error::other("the system gives no random bytes"))?;
    fs::create_dir_all(folder)?;
    let mut file = create(path)?;
    file.write_all(format!("{}\n", key.hex()).as_bytes())?;
    file.sync_all()?;
    Ok(key)
}

/// Creates the file for its owner alone, where the system knows such a thing.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::{NAME, of};

    #[test]
    fn a_folder_keeps_its_key_for_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("evidence");
        let key = of(&folder).unwrap();
        assert_eq!(of(&folder).unwrap(), key);
        assert_ne!(of(dir.path()).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(folder.join(NAME), "half").unwrap();
        let problem = of(&folder).unwrap_err().to_string();
        assert!(problem.contains(NAME), "{problem}");
    }
}
