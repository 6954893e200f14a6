//! A folder as a store: files appear whole, and links lead nowhere.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use crate::config::stores::StoreAddress;
use crate::files;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;

/// What a file is called until it is whole.
const UNFINISHED: &str = ".unfinished";

/// A folder that packs are put into.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Every file below it; nothing where it is not there yet.
    pub(super) fn list(
        &self,
        store: &StoreAddress,
        add: &mut dyn FnMut(String, u64) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut open = vec![String::new()];
        while let Some(below) = open.pop() {
            let failed = |it: io::Error| StoreError::disk("list", &store.at(&below), &it);
            let entries = match fs::read_dir(self.0.join(&below)) {
                Err(it) if it.kind() == io::ErrorKind::NotFound && below.is_empty() => {
                    return Ok(());
                }
                entries => entries.map_err(failed)?,
            };
            for entry in entries {
                let entry = entry.map_err(failed)?;
                let name = entry.file_name();
                let name = name
                    .to_str()
                    .ok_or_else(|| StoreError::name(store, &entry.file_name().to_string_lossy()))?;
                let path =
                    if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
                let found = entry.metadata().map_err(failed)?;
                if found.is_dir() {
                    open.push(path);
                } else if !found.is_file() {
                    return Err(StoreError::name(store, &path));
                } else if !name.ends_with(UNFINISHED) {
                    add(path, found.len())?;
                }
            }
        }
        Ok(())
    }

    /// Hands over a file piece by piece, and says whether there is one.
    pub(super) fn take(
        &self,
        at: &str,
        name: &str,
        to: &mut (dyn FnMut(&[u8]) -> Result<(), StoreError> + Send),
    ) -> Result<bool, StoreError> {
        let failed = |it: &io::Error| StoreError::disk("read", at, it);
        let mut file = match files::open_own(&self.0.join(name)) {
            Err(it) if it.kind() == io::ErrorKind::NotFound => return Ok(false),
            opened => opened.map_err(|it| failed(&it))?,
        };
        let mut piece = vec![0; PIECE];
        loop {
            match file.read(&mut piece) {
                Ok(0) => return Ok(true),
                Ok(n) => to(&piece[..n])?,
                Err(it) if it.kind() == io::ErrorKind::Interrupted => {}
                Err(it) => return Err(failed(&it)),
            }
        }
    }

    /// Makes a file where there is none; false where there is one.
    pub(super) fn create(&self, at: &str, name: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        if self.0.join(name).symlink_metadata().is_ok() {
            return Ok(false);
        }
        self.replace(at, name, bytes).map(|()| true)
    }

    /// Makes a file in the place of another one.
    pub(super) fn replace(&self, at: &str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.0.join(name);
        let folder = path.parent().unwrap_or(&self.0);
        // Where the folder above is missing, its disk may not be there.
        let made = files::make_last_folder(&self.0)
            .and_then(|()| files::make_folder_within(&self.0, folder))
            .and_then(|()| files::write_whole(&path, bytes));
        made.map_err(|it| StoreError::disk("write", at, &it))
    }
}
