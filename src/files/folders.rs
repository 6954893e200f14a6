//! Folders, made for their owner and whom the rest is made for.

use std::fs::DirBuilder;
#[cfg(unix)]
use std::fs::{Permissions, set_permissions};
use std::io;
use std::path::Path;

use super::no;
#[cfg(unix)]
use super::{FOLDER_MODE, rights};

/// Makes a folder in one that is there, for its owner alone.
///
/// # Errors
///
/// When the one above is missing, or as [`make_folder`].
pub fn make_last_folder(path: &Path) -> io::Result<()> {
    let above = path.parent().filter(|it| !it.as_os_str().is_empty());
    match above.map(Path::metadata) {
        Some(Err(it)) if it.kind() == io::ErrorKind::NotFound => {
            let what = format!("`{}` is not there", above.unwrap_or(path).display());
            Err(io::Error::new(io::ErrorKind::NotFound, what))
        }
        _ => make_folder(path),
    }
}

/// Makes a folder somewhere within one that is there, for its owner alone: where that one is gone, as
/// when its disk was taken away, nothing is made in its place.
///
/// # Errors
///
/// When the one around it is missing, or as [`make_folder`].
pub fn make_folder_within(around: &Path, path: &Path) -> io::Result<()> {
    if !around.is_dir() {
        let what = format!("`{}` is not there", around.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, what));
    }
    make_folder(path)
}

/// Makes a folder, and those above it that are missing, for their owner alone.
///
/// # Errors
///
/// When one cannot be made, or something else is in its place.
pub fn make_folder(path: &Path) -> io::Result<()> {
    match path.metadata() {
        Ok(it) if it.is_dir() => return Ok(()),
        Ok(it) => return Err(no("folder", it.file_type())),
        Err(it) if it.kind() == io::ErrorKind::NotFound => {}
        Err(it) => return Err(it),
    }
    if let Some(above) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    match make_one_folder(path) {
        // Another process was faster; or it is a link that leads nowhere.
        Err(it) if it.kind() == io::ErrorKind::AlreadyExists => {
            let there = path.symlink_metadata()?.file_type();
            if there.is_dir() { Ok(()) } else { Err(no("folder", there)) }
        }
        made => made,
    }
}

/// Makes a folder that was not there, in one that is.
pub(super) fn make_one_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER_MODE);
    builder.create(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = rights(FOLDER_MODE);
        if path.symlink_metadata()?.permissions().mode() & 0o777 != mode {
            set_permissions(path, Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

/// Whether a folder of the program's own, made or not yet made, is no link that leads elsewhere.
///
/// # Errors
///
/// When it is one, or something else than a folder.
pub fn expect_own_folder(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(it) if !it.is_dir() => Err(no("folder", it.file_type())),
        _ => Ok(()),
    }
}
