//! What the targets share: inputs of several files, a folder for them, and what holds for messages.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use retool_audit::config::problem::Problems;
use tempfile::TempDir;

/// Stands before the name of each file of an input.
const HEAD: &[u8] = b"=== ";

/// The files of an input: each begins with a line `=== NAME`. A name twice, and whatever leads out
/// of a folder, is left out.
pub fn files(input: &[u8]) -> Vec<(&str, &[u8])> {
    let mut res: Vec<(&str, &[u8])> = Vec::new();
    for part in sections(input) {
        let end = part.iter().position(|it| *it == b'\n').unwrap_or(part.len());
        let (name, content) = part.split_at(end);
        let Ok(name) = std::str::from_utf8(name) else { continue };
        if is_within(name) && res.iter().all(|it| it.0 != name) {
            res.push((name, content.get(1..).unwrap_or_default()));
        }
    }
    res
}

/// The file called `name`; empty where there is none.
pub fn file<'a>(files: &[(&str, &'a [u8])], name: &str) -> &'a [u8] {
    files.iter().find(|it| it.0 == name).map_or(b"", |it| it.1)
}

fn sections(input: &[u8]) -> Vec<&[u8]> {
    let is_head =
        |at: &usize| input[*at..].starts_with(HEAD) && (*at == 0 || input[at - 1] == b'\n');
    let mut starts: Vec<usize> = (0..input.len()).filter(is_head).collect();
    starts.push(input.len());
    starts.windows(2).map(|it| &input[it[0] + HEAD.len()..it[1]]).collect()
}

fn is_within(name: &str) -> bool {
    let plain = |it: &str| !it.is_empty() && it != "." && it != "..";
    name.len() < 200
        && !name.contains('\0')
        && name.split('/').count() < 4
        && name.split('/').all(plain)
}

/// A folder that is empty again for every input.
pub struct Room(TempDir);

impl Room {
    /// A new one, which goes with the process.
    pub fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    /// The path of what is called `name` in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts files into the folder `dir`, and nothing else; where two names cannot both be, the
    /// first one stays.
    pub fn fill(&self, dir: &str, files: &[(&str, &[u8])]) -> PathBuf {
        let dir = self.path(dir);
        self.clear(&dir);
        fs::create_dir_all(&dir).expect("a folder");
        for (name, content) in files {
            let path = dir.join(name);
            let folder = path.parent().unwrap_or(&dir);
            if fs::create_dir_all(folder).is_ok() {
                fs::write(path, content).ok();
            }
        }
        dir
    }

    /// Removes what is called `dir`.
    pub fn clear(&self, dir: &Path) {
        fs::remove_dir_all(dir).ok();
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}

/// Problems are of the file `name`, and each says where and what.
pub fn expect_places(problems: &Problems, name: &str) {
    assert!(problems.file.ends_with(name), "{problems}");
    assert!(!problems.list.is_empty(), "no problem at all");
    for it in &problems.list {
        assert!(!it.at.is_empty() && !it.what.is_empty(), "no place: {problems}");
    }
}

/// The error with its causes names `what`.
pub fn expect_named(error: &(dyn Error + 'static), what: &str) {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        write!(told, ": {it}").expect("text grows");
        cause = it.source();
    }
    assert!(told.contains(what), "`{what}` is not named: {told}");
}
