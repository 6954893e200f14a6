//! The key of the fingerprints: made once for a folder of evidence, kept there and nowhere else.

use std::io;
use std::path::Path;

use secrecy::ExposeSecret as _;
use tokio::runtime::Handle;

use super::Error;
use super::lock::Lock;
use super::store::LONGEST;
use crate::config::{Config, SecretSource};
use crate::files;
use crate::reach::explain;
use crate::retool;
use crate::secret::{self, SecretKind};
use crate::snapshot::seal::SealKey;

/// The file beside the packs; no pack has it.
const NAME: &str = ".fingerprint-key";

/// The key of a folder, made where there is none yet: as the configuration gives it, or else a new one.
/// `lock` may be that of another folder.
///
/// # Errors
///
/// When the file cannot be read or made, or holds no key, or another process writes to the folder.
pub(super) fn of(folder: &Path, lock: &Lock, config: &Config) -> Result<SealKey, Error> {
    from(folder, lock, config.store.fingerprint_key.as_ref())
}

fn from(folder: &Path, lock: &Lock, source: Option<&SecretSource>) -> Result<SealKey, Error> {
    let path = folder.join(NAME);
    let unusable = |source| Error::Key { path: path.clone(), source };
    if let Some(key) = read(&path).map_err(unusable)? {
        return Ok(key);
    }
    let _own = (!lock.covers(folder)).then(|| Lock::take(folder, folder)).transpose()?;
    // Another run may have been faster, and its key is the one.
    if let Some(key) = read(&path).map_err(unusable)? {
        return Ok(key);
    }
    let given = source.map(given).transpose()?;
    make(folder, &path, given).map_err(unusable)
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

/// The key that the configuration gives.
fn given(source: &SecretSource) -> Result<SealKey, Error> {
    let unusable = |why: String| Error::GivenKey { why };
    let given = Handle::current().block_on(secret::read(source, SecretKind::Key, LONGEST));
    let given = given.map_err(|it| unusable(explain(&it)))?;
    let key = SealKey::parse(given.expose_secret());
    key.ok_or_else(|| unusable("it is not 64 hex digits".to_owned()))
}

/// Writes a key, a new one where none is given.
fn make(folder: &Path, path: &Path, given: Option<SealKey>) -> io::Result<SealKey> {
    let key = given.or_else(|| retool::random().map(SealKey::new));
    let key = key.ok_or_else(|| io::Error::other("the system gives no random bytes"))?;
    files::make_last_folder(folder)?;
    files::write_secret(path, format!("{}\n", key.hex()).as_bytes())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::{Lock, NAME, from};

    #[test]
    fn a_folder_keeps_its_key_for_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("evidence");
        let lock = Lock::take(&folder, &folder).unwrap();
        let key = from(&folder, &lock, None).unwrap();
        assert_eq!(from(&folder, &lock, None).unwrap(), key);
        assert_ne!(from(dir.path(), &lock, None).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(folder.join(NAME), "half").unwrap();
        let problem = from(&folder, &lock, None).unwrap_err().to_string();
        assert!(problem.contains(NAME), "{problem}");
    }
}
