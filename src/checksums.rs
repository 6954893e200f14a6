//! A sealed folder against its list of checksums: what is gone, changed or new.

mod manifest;
pub mod sealing;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

pub use self::manifest::{FORMAT, ManifestFault, parse_manifest};
use crate::digest::{self, Digest};
use crate::files;

/// The list of checksums, in the words of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";

/// What the folder says of itself; it lists the list of checksums too.
pub const MANIFEST: &str = "manifest.json";

/// The signature of the manifest beside it; no list can have it.
pub const SIGNATURE: &str = "manifest.json.sig";

/// The time-stamp of the manifest beside it, as the authority answered; no list can have it either.
pub const TIMESTAMP: &str = "manifest.json.tsr";

/// What others say of a manifest, beside it.
pub const ENDORSEMENTS: [&str; 2] = [SIGNATURE, TIMESTAMP];

/// Bytes of either list at most: a million files are named in fewer.
const MOST_BYTES: u64 = 256 << 20;

/// A file of a sealed folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedFile {
    /// Its path below the folder, parted by `/`.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// The records in it; none where it is no table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

impl SealedFile {
    /// A file with these bytes.
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let (bytes, sha256) = (bytes.len() as u64, digest::of(bytes));
        Self { path: path.to_owned(), bytes, sha256, rows: None }
    }
}

/// What a sealed folder says of itself, in two lists that agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedFolder {
    /// The snapshot that it holds, by its id.
    pub snapshot_id: String,
    /// When it was made, RFC 3339.
    pub rendered_at: String,
    /// What its own manifest is known by: SHA-256.
    pub manifest_sha256: String,
    /// The sealed folders before it that it goes on from.
    pub previous: Vec<PreviousFolder>,
    /// Every file but the lists themselves, by its path.
    files: BTreeMap<String, SealedFile>,
}

/// A sealed folder that another one goes on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousFolder {
    /// Where it lay: the folder of the month, and its own.
    pub pack: String,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
}

/// Why a folder is not what was sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// A file is gone.
    #[error("cannot read `{path}`: it is missing")]
    Missing {
        /// Below the folder.
        path: String,
    },
    /// A link, a pipe or a folder has the place of a file.
    #[error("`{path}` is not a plain file")]
    NotPlain {
        /// Below the folder.
        path: String,
    },
    /// The system does not let it be read.
    #[error("cannot read `{path}`: {why}")]
    Unreadable {
        /// Below the folder.
        path: String,
        /// In the system's words.
        why: String,
    },
    /// A file is not the one that was sealed.
    #[error("`{path}` was changed: its {what} is not what `{SUMS}` and `{MANIFEST}` say")]
    Changed {
        /// Below the folder.
        path: String,
        /// `length` or `SHA-256`.
        what: &'static str,
    },
    /// One of the two lists is none.
    #[error("`{path}` is not what a sealed folder holds there")]
    Malformed {
        /// Below the folder.
        path: &'static str,
    },
    /// A later version of the program sealed it.
    #[error("cannot read `{MANIFEST}`: {0}")]
    Later(ManifestFault),
    /// A file is as it was sealed, and the folder does not hold together.
    #[error("`{path}` does not fit `{with}`")]
    Unfit {
        /// Below the folder.
        path: String,
        /// The file that says otherwise.
        with: String,
    },
    /// The two lists say different things.
    #[error("`{MANIFEST}` does not fit `{SUMS}`: they differ in `{path}`")]
    Disagree {
        /// The first file of which they do.
        path: String,
    },
}

impl SealFault {
    /// The file that it is about, below the folder.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path }
            | Self::NotPlain { path }
            | Self::Unreadable { path, .. }
            | Self::Changed { path, .. }
            | Self::Unfit { path, .. }
            | Self::Disagree { path } => path,
            Self::Malformed { path } => path,
            Self::Later(_) => MANIFEST,
        }
    }
}

/// The parts of a manifest that are held against the folder.
#[derive(Deserialize)]
struct SealedManifest {
    snapshot_id: String,
    rendered_at: String,
    #[serde(default)]
    previous: Vec<PreviousFolder>,
    files: Vec<SealedFile>,
}

/// What lies in a folder.
#[derive(Clone, Copy)]
struct FolderContents {
    is_plain: bool,
    bytes: u64,
}

impl SealedFolder {
    /// Reads both lists of `dir`, which must agree. No other file is opened.
    ///
    /// # Errors
    ///
    /// When a list is missing or is none, or where the two differ.
    pub fn open(dir: &Path) -> Result<Self, SealFault> {
        let sums = list(dir, SUMS)?;
        let summed = parse(&sums).ok_or(SealFault::Malformed { path: SUMS })?;
        let manifest = list(dir, MANIFEST)?;
        let manifest_sha256 = digest::of(&manifest);
        let manifest: SealedManifest = parse_manifest(&manifest).map_err(|it| match it {
            ManifestFault::Malformed(_) => SealFault::Malformed { path: MANIFEST },
            ManifestFault::Later { .. } => SealFault::Later(it),
        })?;
        let SealedManifest { snapshot_id, rendered_at, previous, files } = manifest;
        let mut listed: BTreeMap<String, SealedFile> = BTreeMap::new();
        for it in files {
            let path = it.path.clone();
            if listed.insert(path.clone(), it).is_some() {
                return Err(SealFault::Disagree { path });
            }
        }
        let of_sums = listed.remove(SUMS).map(|it| it.sha256);
        if of_sums != Some(digest::of(&sums)) {
            return Err(SealFault::Disagree { path: SUMS.to_owned() });
        }
        let paths: BTreeSet<&String> = summed.keys().chain(listed.keys()).collect();
        let differs =
            |path: &&&String| summed.get(**path) != listed.get(**path).map(|it| &it.sha256);
        if let Some(path) = paths.iter().find(differs) {
            return Err(SealFault::Disagree { path: (**path).clone() });
        }
        Ok(Self { snapshot_id, rendered_at, manifest_sha256, previous, files: listed })
    }

    /// The files below a folder of it, which ends in a slash.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files.keys().map(String::as_str).filter(move |it| it.starts_with(folder))
    }

    /// How many files it lists.
    pub fn n_files(&self) -> usize {
        self.files.len()
    }

    /// The checksum of a file; none where the lists do not have it.
    pub fn sha256(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|it| it.sha256.as_str())
    }

    /// Holds `dir` against the lists: whether every file is there and as long as it was, and, of
    /// those that are `wanted`, whether the bytes are the same; each is read once, piece by piece.
    /// Gives the files that no list has.
    ///
    /// # Errors
    ///
    /// The first file that is not what was sealed.
    pub fn check(
        &self,
        dir: &Path,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, SealFault> {
        self.check_with(dir, &BTreeMap::new(), wanted)
    }

    /// The same for a folder of which some files were left where they are, known by their lengths; none
    /// of those can be wanted.
    ///
    /// # Errors
    ///
    /// As [`Self::check`].
    pub fn check_with(
        &self,
        dir: &Path,
        left: &BTreeMap<String, u64>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, SealFault> {
        let elsewhere = left
            .iter()
            .map(|(path, bytes)| (path.clone(), FolderContents { is_plain: true, bytes: *bytes }));
        let mut there: BTreeMap<String, FolderContents> = elsewhere.collect();
        walk(dir, &mut there)?;
        let first = self.faults(dir, &mut there, wanted).next();
        first.map_or_else(|| Ok(unlisted(there)), Err)
    }

    /// Holds every file of `dir` against the lists, byte for byte. Gives all that is not what was
    /// sealed, and the files that no list has.
    ///
    /// # Errors
    ///
    /// When the folder cannot be looked through.
    pub fn check_all(&self, dir: &Path) -> Result<(Vec<SealFault>, Vec<String>), SealFault> {
        let mut there = BTreeMap::new();
        walk(dir, &mut there)?;
        let faults = self.faults(dir, &mut there, |_| true).collect();
        Ok((faults, unlisted(there)))
    }

    /// What is not as the lists say of what lies `there`, from which every listed file is taken.
    fn faults<'a>(
        &'a self,
        dir: &'a Path,
        there: &'a mut BTreeMap<String, FolderContents>,
        wanted: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = SealFault> + 'a {
        self.files.iter().filter_map(move |(path, entry)| {
            let path = path.clone();
            match there.remove(&path) {
                None => Some(SealFault::Missing { path }),
                Some(it) if !it.is_plain => Some(SealFault::NotPlain { path }),
                Some(it) if it.bytes != entry.bytes => {
                    Some(SealFault::Changed { path, what: "length" })
                }
                Some(_) if wanted(&path) => match hash(dir, &path) {
                    Ok(sha256) if sha256 == entry.sha256 => None,
                    Ok(_) => Some(SealFault::Changed { path, what: "SHA-256" }),
                    Err(fault) => Some(fault),
                },
                Some(_) => None,
            }
        })
    }
}

/// What is left in a folder when every listed file was taken away.
fn unlisted(there: BTreeMap<String, FolderContents>) -> Vec<String> {
    let known = |path: &str| [SUMS, MANIFEST].contains(&path) || ENDORSEMENTS.contains(&path);
    there.into_keys().filter(|path| !known(path)).collect()
}

/// The list of checksums of these files, in their order.
pub fn sums(files: &[SealedFile]) -> String {
    let line = |sealed_file: &SealedFile| format!("{}  {}\n", sealed_file.sha256, sealed_file.path);
    files.iter().map(line).collect()
}

/// Writes both lists of a folder as it is, for a snapshot that lies in it.
///
/// # Errors
///
/// When something cannot be read or written.
pub fn seal(dir: &Path, snapshot_id: &str, rendered_at: &str) -> io::Result<()> {
    let mut there = BTreeMap::new();
    walk(dir, &mut there).map_err(io::Error::other)?;
    let entry = |(path, found): (String, FolderContents)| {
        let sha256 = hash(dir, &path).map_err(io::Error::other)?;
        Ok(SealedFile { path, bytes: found.bytes, sha256, rows: None })
    };
    let mut entries = there.into_iter().map(entry).collect::<io::Result<Vec<SealedFile>>>()?;
    let text = sums(&entries);
    files::write(&dir.join(SUMS), text.as_bytes())?;
    entries.push(SealedFile::of(SUMS, text.as_bytes()));
    let manifest = serde_json::json!({
        "format": FORMAT, "snapshot_id": snapshot_id, "rendered_at": rendered_at, "files": entries,
    });
    files::write(&dir.join(MANIFEST), format!("{manifest:#}\n").as_bytes())
}

/// The checksums by path; none where a line is something else or leads out of the folder.
fn parse(sums: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut res = BTreeMap::new();
    for line in str::from_utf8(sums).ok()?.lines() {
        let (sum, path) = line.split_once("  ")?;
        let is_below = |component: Component<'_>| matches!(component, Component::Normal(_));
        let is_sum = sum.len() == 64 && sum.bytes().all(|it| it.is_ascii_hexdigit());
        let fits = is_sum && !path.is_empty() && Path::new(path).components().all(is_below);
        if !fits || res.insert(path.to_owned(), sum.to_owned()).is_some() {
            return None;
        }
    }
    Some(res)
}

/// The bytes of one of the lists.
fn list(dir: &Path, name: &'static str) -> Result<Vec<u8>, SealFault> {
    let mut res = Vec::new();
    let unread = |error: io::Error| unreadable(name, &error);
    open(dir, name)?.take(MOST_BYTES + 1).read_to_end(&mut res).map_err(unread)?;
    if res.len() as u64 > MOST_BYTES { Err(SealFault::Malformed { path: name }) } else { Ok(res) }
}

/// Opens what is a plain file, and nothing that would lead elsewhere or block, such as a pipe.
fn open(dir: &Path, path: &str) -> Result<File, SealFault> {
    files::open_own(&dir.join(path)).map_err(|it| match it.kind() {
        io::ErrorKind::InvalidInput => SealFault::NotPlain { path: path.to_owned() },
        _ => unreadable(path, &it),
    })
}

fn hash(dir: &Path, path: &str) -> Result<String, SealFault> {
    let mut file = open(dir, path)?;
    let (mut hash, mut piece) = (Digest::default(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(hash.hex()),
            Ok(n) => hash.update(&piece[..n]),
            Err(it) if it.kind() == io::ErrorKind::Interrupted => {}
            Err(it) => return Err(unreadable(path, &it)),
        }
    }
}

fn unreadable(path: &str, error: &io::Error) -> SealFault {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => SealFault::Missing { path },
        kind => SealFault::Unreadable { path, why: kind.to_string() },
    }
}

/// Everything in a folder that is not a folder itself, by its path; links are not followed.
fn walk(dir: &Path, res: &mut BTreeMap<String, FolderContents>) -> Result<(), SealFault> {
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        let unread =
            |error: io::Error| unreadable(if below.is_empty() { "." } else { &below }, &error);
        for entry in fs::read_dir(dir.join(&below)).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let found = entry.metadata().map_err(unread)?;
            if found.is_dir() {
                open.push(path);
            } else {
                res.insert(path, FolderContents { is_plain: found.is_file(), bytes: found.len() });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sealed folder of three files.
    fn folder() -> tempfile::TempDir {
        let res = tempfile::tempdir().unwrap();
        for (path, text) in [("a.txt", "one"), ("in/b.txt", "two"), ("in/c.txt", "three")] {
            let path = res.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        seal(res.path(), "id", "2026-11-02T06:00:00Z").unwrap();
        res
    }

    fn told(dir: &Path) -> String {
        let found = SealedFolder::open(dir).and_then(|it| it.check(dir, |path| path != "in/c.txt"));
        match found {
            Ok(strange) => format!("as it was, and {strange:?}"),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a line for each deed")]
    fn whatever_was_done_to_a_sealed_folder_is_named() {
        type Deed = (&'static str, fn(&Path));
        fn edit(dir: &Path, name: &str, from: &str, to: &str) {
            let text = fs::read_to_string(dir.join(name)).unwrap();
            assert!(text.contains(from), "{text}");
            fs::write(dir.join(name), text.replace(from, to)).unwrap();
        }
        let deeds: &[Deed] = &[
            ("nothing", |_| {}),
            ("a file more", |it| fs::write(it.join("in/new"), "").unwrap()),
            ("one less", |it| fs::remove_file(it.join("in/b.txt")).unwrap()),
            ("another byte", |it| fs::write(it.join("in/b.txt"), "twO").unwrap()),
            ("in a file that is not checked", |it| {
                fs::write(it.join("in/c.txt"), "threE").unwrap();
            }),
            ("longer there", |it| fs::write(it.join("in/c.txt"), "threee").unwrap()),
            ("a folder instead", |it| {
                fs::remove_file(it.join("a.txt")).unwrap();
                fs::create_dir(it.join("a.txt")).unwrap();
            }),
            ("no sums", |it| fs::remove_file(it.join(SUMS)).unwrap()),
            ("no manifest", |it| fs::remove_file(it.join(MANIFEST)).unwrap()),
            ("sums of a line less", |it| {
                let text = fs::read_to_string(it.join(SUMS)).unwrap();
                fs::write(it.join(SUMS), text.split_inclusive('\n').skip(1).collect::<String>())
                    .unwrap();
            }),
            ("sums of something else", |it| fs::write(it.join(SUMS), "sums").unwrap()),
            ("sums that lead out", |it| edit(it, SUMS, "in/b.txt", "../b.txt")),
            ("a manifest of other sums", |it| {
                edit(it, MANIFEST, &digest::of("two"), &digest::of("2"));
            }),
            ("a manifest of other files", |it| edit(it, MANIFEST, "in/b.txt", "in/d.txt")),
            ("a manifest that is none", |it| fs::write(it.join(MANIFEST), "{}").unwrap()),
            ("a manifest of a later program", |it| {
                edit(it, MANIFEST, "\"format\": 1", "\"format\": 2");
            }),
        ];
        let lines = deeds.iter().map(|(what, deed)| {
            let folder = folder();
            deed(folder.path());
            format!("{what}: {}", told(folder.path()))
        });
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
        nothing: as it was, and []
        a file more: as it was, and ["in/new"]
        one less: cannot read `in/b.txt`: it is missing
        another byte: `in/b.txt` was changed: its SHA-256 is not what `SHA256SUMS` and `manifest.json` say
        in a file that is not checked: as it was, and []
        longer there: `in/c.txt` was changed: its length is not what `SHA256SUMS` and `manifest.json` say
        a folder instead: cannot read `a.txt`: it is missing
        no sums: cannot read `SHA256SUMS`: it is missing
        no manifest: cannot read `manifest.json`: it is missing
        sums of a line less: `manifest.json` does not fit `SHA256SUMS`: they differ in `SHA256SUMS`
        sums of something else: `SHA256SUMS` is not what a sealed folder holds there
        sums that lead out: `SHA256SUMS` is not what a sealed folder holds there
        a manifest of other sums: `manifest.json` does not fit `SHA256SUMS`: they differ in `in/b.txt`
        a manifest of other files: `manifest.json` does not fit `SHA256SUMS`: they differ in `in/b.txt`
        a manifest that is none: `manifest.json` is not what a sealed folder holds there
        a manifest of a later program: cannot read `manifest.json`: its format is 2, of a later version of the program; this one reads 1
        "#);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_nobody_is_waited_for() {
        use std::os::unix::fs::symlink;
        let linked = |path: &str| {
            let folder = folder();
            let place = folder.path().join(path);
            fs::rename(&place, folder.path().join("kept")).unwrap();
            symlink(folder.path().join("kept"), &place).unwrap();
            format!("{path}: {}", told(folder.path()))
        };
        insta::assert_snapshot!(["a.txt", "in", SUMS, MANIFEST].map(linked).join("\n"), @"
        a.txt: `a.txt` is not a plain file
        in: cannot read `in/b.txt`: it is missing
        SHA256SUMS: `SHA256SUMS` is not a plain file
        manifest.json: `manifest.json` is not a plain file
        ");
    }
}
