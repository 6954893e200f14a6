//! Folders that appear whole or not at all, and what is left of those that never did.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::folders::{make_last_folder, make_one_folder};
use super::sync_parent;

const UNFINISHED: &str = ".unfinished";

/// The folders of this process that have not got their names yet.
static GROWING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// How often a folder is removed into which a thread still writes.
const TRIES: usize = 20;

/// Between two tries: a thread that finds its folder gone gives up.
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// Removes every folder of this process that grows, for a program that ends before it is done.
///
/// From then on nothing begins to grow and nothing gets its name: whoever wants to waits until the
/// program ends.
pub fn abandon_all() {
    let growing = growing();
    for path in growing.iter() {
        for _ in 0..TRIES {
            match fs::remove_dir_all(path) {
                Err(it) if it.kind() != io::ErrorKind::NotFound => thread::sleep(BETWEEN_TRIES),
                _ => break,
            }
        }
    }
    mem::forget(growing);
}

fn growing() -> MutexGuard<'static, Vec<PathBuf>> {
    GROWING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder that grows under another name beside its place, and is gone again unless it is
/// finished.
///
/// While it grows it is held: a run that looks for what others left behind sees that it is not.
#[derive(Debug)]
pub struct Growing {
    place: PathBuf,
    path: PathBuf,
    begun: bool,
    hold: Option<File>,
}

impl Growing {
    /// What will be `place`; nothing is made yet.
    pub fn at(place: &Path) -> Self {
        Self { place: place.to_owned(), path: unfinished(place), begun: false, hold: None }
    }

    /// Where it grows.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder, unless that was done.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or another run is at it.
    pub fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        make_last_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        clear(&self.path);
        let mut growing = growing();
        make_one_folder(&self.path)?;
        growing.push(self.path.clone());
        drop(growing);
        self.begun = true;
        self.hold = hold(&self.path)?;
        Ok(())
    }

    /// Gives the folder its name, and waits until the disk has it.
    ///
    /// # Errors
    ///
    /// When something has the name already, or the system refuses.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(folder) = &self.hold {
            folder.sync_all()?;
        }
        let mut growing = growing();
        fs::rename(&self.path, &self.place)?;
        growing.retain(|it| *it != self.path);
        drop(growing);
        self.begun = false;
        sync_parent(&self.place)
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        if self.begun {
            // The first error is the one to report, and what stays is swept later.
            fs::remove_dir_all(&self.path).ok();
            growing().retain(|it| *it != self.path);
        }
    }
}

/// Where a folder lies that is not its place yet, or no longer.
pub(super) fn unfinished(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}{UNFINISHED}"))
}

/// Holds a folder, on systems where folders can be locked.
fn hold(path: &Path) -> io::Result<Option<File>> {
    let Ok(file) = File::open(path) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Removes what interrupted runs left in `folder` and in the folders in it, where packs and
/// snapshots grow. The caller holds the lock of the output folder.
///
/// What another process still holds stays, and so does what cannot be removed: neither does any
/// harm. Links are not followed, and folders that cannot be read, such as the `lost+found` of a
/// file system, are left alone.
pub fn sweep(folder: &Path) {
    for path in folders_in(folder) {
        if is_unfinished(&path) {
            clear(&path);
        } else {
            entries_in(&path)
                .map(|it| it.path())
                .filter(|it| is_unfinished(it))
                .for_each(|it| clear(&it));
        }
    }
}

/// Where a file of a finished folder lies until it is whole.
pub(super) fn beside(folder: &Path, name: &str) -> PathBuf {
    let of = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{of}-{name}{UNFINISHED}"))
}

/// The folders in a folder; a link is none, and what cannot be read has none.
pub fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let folders = entries_in(folder).filter(|entry| entry.file_type().is_ok_and(|it| it.is_dir()));
    folders.map(|folder| folder.path()).collect()
}

/// What is in a folder; nothing where it cannot be read.
fn entries_in(folder: &Path) -> impl Iterator<Item = DirEntry> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

/// Whether something has the name of a pack or snapshot that grows, or of a file that one is to get:
/// its time comes first.
fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_prefix('.').and_then(|it| it.strip_suffix(UNFINISHED));
    let time = stem.and_then(|it| it.split('-').next()).unwrap_or_default();
    let digits = |it: &str| it.len() >= 6 && it.bytes().all(|it| it.is_ascii_digit());
    let parts = time.strip_suffix('Z').and_then(|it| it.split_once('T'));
    parts.is_some_and(|(day, hour)| digits(day) && digits(hour))
}

/// Removes an unfinished file, or an unfinished folder that no process holds.
fn clear(path: &Path) {
    let Ok(there) = path.symlink_metadata() else { return };
    if there.is_file() {
        fs::remove_file(path).ok();
    } else if there.is_dir()
        && let Ok(_hold) = hold(path)
    {
        fs::remove_dir_all(path).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: &str = ".20261102T060000Z.unfinished";

    #[test]
    fn what_an_interrupted_run_left_is_removed_and_nothing_else() {
        let out = tempfile::tempdir().unwrap();
        let packs = "2026-11/.20261102T060000Z-1f3a9c02.unfinished";
        let names = [packs, LEFT, "2026-11/x", ".z", ".work.unfinished", "a/b/.c.unfinished"];
        for name in names {
            fs::create_dir_all(out.path().join(name)).unwrap();
        }
        let pack = out.path().join("2026-11/20261102T060000Z-1f3a9c02");
        let signature = beside(&pack, "manifest.json.sig");
        fs::write(&signature, "half").unwrap();
        sweep(out.path());
        let left = names.map(|name| out.path().join(name).exists());
        assert_eq!(left, [false, false, true, true, true, true]);
        assert!(!signature.exists());
    }

    #[test]
    fn what_somebody_still_writes_is_left_to_them() {
        let out = tempfile::tempdir().unwrap();
        let place = out.path().join("20261102T060000Z");
        let mut growing = Growing::at(&place);
        growing.begin().unwrap();
        fs::write(growing.path().join("list"), "rows").unwrap();
        if growing.hold.is_some() {
            sweep(out.path());
            let mut second = Growing::at(&place);
            assert_eq!(second.begin().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            drop(second);
        }
        growing.finish().unwrap();
        assert_eq!(fs::read(place.join("list")).unwrap(), b"rows");
        assert!(!out.path().join(LEFT).exists());
    }

    #[test]
    fn what_is_given_up_is_gone() {
        let out = tempfile::tempdir().unwrap();
        let mut growing = Growing::at(&out.path().join("month/20261102T060000Z"));
        growing.begin().unwrap();
        assert!(out.path().join("month").join(LEFT).exists());
        drop(growing);
        assert!(!out.path().join("month").join(LEFT).exists());
    }
}
