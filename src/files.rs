//! Files and folders: made for their owner alone, and read where they are plain files.
//!
//! Everything that the program opens, makes or looks through on disk goes through here. A file that
//! the user names may be a link to one, as people and schedulers link their rosters; a file of the
//! program's own is never a link. A pipe, a socket, a folder or a device in place of a file is an
//! error that says so, and is not waited for.

mod disk;
mod draft;
mod folders;
mod removal;
mod walk;

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};

pub use self::disk::{may_write, room};
pub use self::draft::{Growing, abandon_all, folders_in, sweep};
pub use self::folders::{expect_own_folder, make_folder, make_folder_within, make_last_folder};
pub use self::removal::{discard, keep_only};
pub use self::walk::{UnexpectedFile, odd_one};

/// Rights of a file: its owner reads and writes it, and no other user has any access.
#[cfg(unix)]
const FILE_MODE: u32 = 0o600;

/// Rights of a folder: its owner's alone.
#[cfg(unix)]
const FOLDER_MODE: u32 = 0o700;

/// Who may read what the program makes, besides its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Readers {
    /// Nobody.
    #[default]
    Owner,
    /// The group of the folder that it is made in, or of the process.
    Group,
}

/// Whether the group may read what is made from now on.
static FOR_GROUP: AtomicBool = AtomicBool::new(false);

/// Says who may read what this process makes from now on; secrets are their owner's all the same.
pub fn made_for(readers: Readers) {
    FOR_GROUP.store(readers == Readers::Group, Ordering::Relaxed);
}

/// The rights of what is made now, of those that it has when it is its owner's alone.
#[cfg(unix)]
fn rights(own: u32) -> u32 {
    // What the owner may read and enter, the group may too.
    if FOR_GROUP.load(Ordering::Relaxed) { own | (own & 0o500) >> 3 } else { own }
}

/// Whether a link may stand for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Links {
    /// The user named the file: what it links to is meant.
    Follow,
    /// It is the program's own: whoever put a link there meant something else.
    Refuse,
}

/// The bytes of a file that the user named.
///
/// # Errors
///
/// When the file cannot be read, or is none.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    all(open(path, Links::Follow)?)
}

/// The text of a file that the user named.
///
/// # Errors
///
/// When the file cannot be read, is none, or holds no text.
pub fn read_text(path: &Path) -> io::Result<String> {
    text(read(path)?)
}

/// When a file that the user named was last written, where the system knows it.
pub fn written_at(path: &Path) -> Option<DateTime<Utc>> {
    path.metadata().and_then(|it| it.modified()).ok().map(DateTime::from)
}

/// Has a file say that it was last written at that time.
///
/// # Errors
///
/// When the file is not there, or the system refuses.
pub fn set_written(path: &Path, at: DateTime<Utc>) -> io::Result<()> {
    File::options().write(true).open(path)?.set_modified(at.into())
}

/// The first `most` bytes of a file that the user named.
///
/// # Errors
///
/// When the file cannot be read, or is none.
pub fn read_start(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut res = Vec::new();
    open(path, Links::Follow)?.take(most).read_to_end(&mut res)?;
    Ok(res)
}

/// Opens a file that the program made, to read it piece by piece.
///
/// # Errors
///
/// When the file cannot be read, is none, or is a link.
pub fn open_own(path: &Path) -> io::Result<File> {
    open(path, Links::Refuse)
}

/// The bytes of a file that the program made.
///
/// # Errors
///
/// When the file cannot be read, is none, or is a link.
pub fn read_own(path: &Path) -> io::Result<Vec<u8>> {
    all(open(path, Links::Refuse)?)
}

/// The text of a file that the program made.
///
/// # Errors
///
/// When the file cannot be read, is none, is a link, or holds no text.
pub fn read_own_text(path: &Path) -> io::Result<String> {
    text(read_own(path)?)
}

fn all(mut file: File) -> io::Result<Vec<u8>> {
    let mut res = Vec::new();
    file.read_to_end(&mut res)?;
    Ok(res)
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    let is_utf_16 = [[0xFF, 0xFE], [0xFE, 0xFF]].iter().any(|mark| bytes.starts_with(mark));
    let what = if is_utf_16 {
        "it is UTF-16 text: save it again with the encoding UTF-8"
    } else {
        "it is not UTF-8 text: save it again with the encoding UTF-8"
    };
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, what))
}

/// Opens a plain file to read it.
fn open(path: &Path, links: Links) -> io::Result<File> {
    let there = match links {
        Links::Follow => path.metadata()?,
        Links::Refuse => path.symlink_metadata()?,
    };
    expect_file(&there)?;
    let mut options = OpenOptions::new();
    never_wait(options.read(true), links);
    let res = options.open(path)?;
    // Something else may have taken its place meanwhile.
    expect_file(&res.metadata()?)?;
    Ok(res)
}

/// Opens the file whose lock keeps others out, made where it is missing; what is in it stays.
///
/// # Errors
///
/// When it cannot be opened, or something else than a file is in its place.
pub fn open_lock(path: &Path) -> io::Result<File> {
    match make(path) {
        Err(it) if it.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    expect_file(&path.symlink_metadata()?)?;
    let mut options = OpenOptions::new();
    never_wait(options.read(true).write(true), Links::Refuse);
    let res = options.open(path)?;
    expect_file(&res.metadata()?)?;
    Ok(res)
}

/// Whether `path` names the very file that is open.
pub fn is_at(file: &File, path: &Path) -> bool {
    let there = path.symlink_metadata();
    there.is_ok_and(|there| file.metadata().is_ok_and(|here| is_same(&here, &there)))
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, other: &Metadata) -> bool {
    other.is_file()
}

/// Makes a file that was not there, for its owner and whom [`made_for`] names.
///
/// # Errors
///
/// When it cannot be made, or something is there.
pub fn make(path: &Path) -> io::Result<File> {
    let res = make_secret(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if rights(FILE_MODE) != FILE_MODE {
            res.set_permissions(fs::Permissions::from_mode(rights(FILE_MODE)))?;
        }
    }
    Ok(res)
}

/// Makes a file that was not there, for its owner alone.
fn make_secret(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // A link is something that is there.
    options.write(true).create_new(true);
    let res = own(options).open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The process may take rights away from its owner too.
        if res.metadata()?.permissions().mode() & 0o777 != FILE_MODE {
            res.set_permissions(fs::Permissions::from_mode(FILE_MODE))?;
        }
    }
    Ok(res)
}

/// Makes a file that was not there, as [`make`], and waits until the disk has its bytes.
///
/// # Errors
///
/// When it cannot be made or written, or something is there.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    finish(&make(path)?, bytes)
}

/// Writes bytes, and waits until the disk has them.
fn finish(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Adds bytes to the end of a file that a person keeps, and waits until the disk has them.
///
/// # Errors
///
/// When it is not there, or cannot be written.
pub fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    finish(&OpenOptions::new().append(true).open(path)?, bytes)
}

/// Removes a file; that there is none is no failure.
///
/// # Errors
///
/// When it is there and cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(it) if it.kind() != io::ErrorKind::NotFound => Err(it),
        _ => Ok(()),
    }
}

/// The same for a file that appears whole or not at all, by who is alone in the folder.
///
/// # Errors
///
/// As [`write()`].
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    appear(path, bytes, make)
}

/// The same for a secret, which is its owner's alone whoever may read the rest.
///
/// # Errors
///
/// As [`write()`].
pub fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    appear(path, bytes, make_secret)
}

/// The same for a file that every user of the machine may read.
///
/// # Errors
///
/// As [`write()`].
pub fn write_public(path: &Path, bytes: &[u8]) -> io::Result<()> {
    appear(path, bytes, make_public)
}

/// Makes a file that was not there, for its owner to write and everybody to read.
fn make_public(path: &Path) -> io::Result<File> {
    let res = make_secret(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        res.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(res)
}

/// The same for a file in a finished folder, which holds nothing that is not whole: until it is, it
/// lies beside the folder, where [`sweep`] finds it.
///
/// # Errors
///
/// As [`write()`].
pub fn write_into(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    move_to(&folder.join(name), &draft::beside(folder, name), bytes, make)
}

fn appear(path: &Path, bytes: &[u8], make: fn(&Path) -> io::Result<File>) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    move_to(path, &path.with_file_name(format!("{name}.unfinished")), bytes, make)
}

/// Makes a file under another name, and gives it its own when it is whole.
fn move_to(
    path: &Path,
    unfinished: &Path,
    bytes: &[u8],
    make: fn(&Path) -> io::Result<File>,
) -> io::Result<()> {
    remove(unfinished)?;
    finish(&make(unfinished)?, bytes)?;
    fs::rename(unfinished, path)?;
    sync_parent(path)
}

/// Where a path leads, as far as it is there: links are followed, and what is missing stays as it
/// is written.
pub fn real(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = whole.ancestors().find_map(|it| Some((it, it.canonicalize().ok()?)));
    let Some((base, mut res)) = there else { return whole };
    for step in whole.strip_prefix(base).unwrap_or(Path::new("")).components() {
        match step {
            Component::ParentDir => drop(res.pop()),
            step => res.push(step),
        }
    }
    res
}

/// Waits until the disk has the name of a file or folder, on systems that let a folder be opened.
fn sync_parent(path: &Path) -> io::Result<()> {
    let above = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(above).map_or(Ok(()), |it| it.sync_all())
}

fn expect_file(it: &Metadata) -> io::Result<()> {
    if it.is_file() { Ok(()) } else { Err(no("file", it.file_type())) }
}

fn no(expected: &str, found: FileType) -> io::Error {
    let what = format!("it is {}, not a {expected}", kind(found));
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// What something on disk is, with its article.
fn kind(it: FileType) -> &'static str {
    if it.is_file() {
        "a file"
    } else if it.is_dir() {
        "a folder"
    } else if it.is_symlink() {
        "a link"
    } else {
        special(it)
    }
}

#[cfg(unix)]
fn special(it: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    if it.is_fifo() {
        "a pipe"
    } else if it.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "a device"
}

/// Opening never waits for another process, such as one that would write into a pipe.
#[cfg(unix)]
fn never_wait(options: &mut OpenOptions, links: Links) {
    let own = if links == Links::Refuse { libc::O_NOFOLLOW } else { 0 };
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NONBLOCK | own);
}

#[cfg(not(unix))]
fn never_wait(_: &mut OpenOptions, _: Links) {}

/// The same options, with the rights of a file that is made.
#[cfg(unix)]
fn own(mut options: OpenOptions) -> OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    options
}

#[cfg(not(unix))]
fn own(options: OpenOptions) -> OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{make_folder, real, write, write_whole};

    #[test]
    fn a_path_is_followed_as_far_as_it_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let base = real(dir.path());
        make_folder(&base.join("evidence/snapshots")).unwrap();
        let of = |it: &str| {
            let found = real(&dir.path().join(it));
            found.strip_prefix(&base).map(Path::to_path_buf).unwrap_or(found)
        };
        assert_eq!(of("evidence/./snapshots/../new/sub"), Path::new("evidence/new/sub"));
        assert_eq!(of("evidence/new/../../other"), Path::new("other"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("evidence", base.join("link")).unwrap();
            assert_eq!(of("link/snapshots/x"), Path::new("evidence/snapshots/x"));
        }
    }

    #[test]
    fn a_file_is_made_once_and_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write(&path, b"one").unwrap();
        assert!(write(&path, b"two").is_err());
        std::fs::write(dir.path().join("key.unfinished"), "half").unwrap();
        write_whole(&path, b"three").unwrap();
        assert_eq!(super::read_own(&path).unwrap(), b"three");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
