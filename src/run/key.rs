//! The key of the fingerprints: made once for a folder of evidence, kept there and nowhere else.

use std::io;
use std::path::Path;

use super::Error;
use super::lock::Lock;
use crate::files;
use crate::retool;
use crate::snapshot::seal::SealKey;

/// The file beside the packs; no pack has it.
const NAME: &str = ".fingerprint-key";

/// The key of a folder, made where there is none yet; `lock` may be that of another folder.
///
/// # Errors
///
/// When the file cannot be read or made, or holds no key, or another process writes to the folder.
pub(super) fn of(folder: &Path, lock: &Lock) -> Result<SealKey, Error> {
    let path = folder.join(NAME);
    let unusable = |source| Error::Key { path: path.clone(), source };
    if let Some(key) = read(&path).map_err(unusable)? {
        return Ok(key);
    }
    let _own = (!lock.covers(folder)).then(|| Lock::take(folder, folder)).transpose()?;
    // Another run may have been faster, and its key is the one.
    match read(&path).map_err(unusable)? {
        Some(key) => Ok(key),
        None => make(folder, &path).map_err(unusable),
    }
}

/// The key in a file; none where there is no file.
fn read(path: &Path) -> io::Result<Option<SealKey>> {
    match files::read_own_text(path) {
        Ok(text) => {
            let no_key = || io::Error::new(io::ErrorKind::InvalidData, "holds no key");
            SealKey::parse(&text).ok_or_else(no_key).map(Some)
        }
        Err(it) if it.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(it) => Err(it),
    }
}

/// Writes a new key.
fn make(folder: &Path, path: &Path) -> io::Result<SealKey> {
    let key = retool::random().map(SealKey::new);
    let key = key.ok_or_else(|| io::Error::other("the system gives no random bytes"))?;
    files::make_last_folder(folder)?;
    files::write_secret(path, format!("{}\n", key.hex()).as_bytes())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::{Lock, NAME, of};

    #[test]
    fn a_folder_keeps_its_key_for_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("evidence");
        let lock = Lock::take(&folder, &folder).unwrap();
        let key = of(&folder, &lock).unwrap();
        assert_eq!(of(&folder, &lock).unwrap(), key);
        assert_ne!(of(dir.path(), &lock).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(folder.join(NAME), "half").unwrap();
        let problem = of(&folder, &lock).unwrap_err().to_string();
        assert!(problem.contains(NAME), "{problem}");
    }
}
