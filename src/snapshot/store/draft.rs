//! A snapshot while it is being written: instance by instance, and visible only when whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::manifest::{self, Entry, MANIFEST, Manifest};
use super::{Error, Hashes, at, lines};
use crate::snapshot::ledger::Endpoint;
use crate::snapshot::{Collected, Header, Records, State};

/// A directory that grows beside its place, and is gone again unless it is finished.
pub struct Draft {
    dir: PathBuf,
    unfinished: PathBuf,
    entries: BTreeMap<usize, Entry>,
}

impl Draft {
    /// Begins a snapshot that will be `dir`; nothing is written yet, and what interrupted runs left
    /// beside it goes.
    ///
    /// # Errors
    ///
    /// When `dir` exists.
    pub fn begin(dir: &Path) -> Result<Self, Error> {
        if dir.exists() {
            return Err(Error::Exists { dir: dir.to_owned() });
        }
        let unfinished = beside(dir);
        clear(&unfinished)?;
        sweep(dir.parent());
        Ok(Self { dir: dir.to_owned(), unfinished, entries: BTreeMap::new() })
    }

    /// Where it grows until it is whole.
    pub fn unfinished(&self) -> &Path {
        &self.unfinished
    }

    /// Writes one instance, which is the `place`-th of the configuration; afterwards its records
    /// need not be held any longer.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn add(&mut self, place: usize, instance: &Collected) -> Result<(), Error> {
        fs::create_dir_all(&self.unfinished).map_err(at("create", &self.unfinished))?;
        let entry = write_instance(instance, &self.unfinished)?;
        self.entries.insert(place, entry);
        Ok(())
    }

    /// Writes what the whole run was, and gives the directory its name.
    ///
    /// # Errors
    ///
    /// When a file cannot be written; then nothing is left behind.
    pub fn finish(mut self, header: &Header) -> Result<(Hashes, State), Error> {
        let entries: Vec<_> = std::mem::take(&mut self.entries).into_values().collect();
        let state = entries.iter().map(|it| it.state).max().unwrap_or(State::Failed);
        let manifest = Manifest::new(header, entries);
        fs::create_dir_all(&self.unfinished).map_err(at("create", &self.unfinished))?;
        let path = self.unfinished.join(MANIFEST);
        let mut file = File::create(&path).map_err(at("create", &path))?;
        file.write_all(manifest.text().as_bytes()).map_err(at("write", &path))?;
        file.sync_all().map_err(at("write", &path))?;
        fs::rename(&self.unfinished, &self.dir).map_err(at("rename", &self.unfinished))?;
        settle(&self.dir)?;
        Ok((manifest.hashes(), state))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename there is nothing left to clear, and before it the first error is told.
        clear(&self.unfinished).ok();
    }
}

fn write_instance(from: &Collected, dir: &Path) -> Result<Entry, Error> {
    let mut res = Entry::new(from)?;
    for it in manifest::stored(&res) {
        let path = manifest::path(&from.name, it);
        res.files.push(write_endpoint(&from.records, it, (dir, path))?);
    }
    for it in manifest::laid_aside(&res) {
        let path = manifest::path_aside(&from.name, it);
        res.aside.push(write_endpoint(&from.aside, it, (dir, path))?);
    }
    Ok(res)
}

fn write_endpoint(
    from: &Records,
    endpoint: Endpoint,
    (dir, path): (&Path, String),
) -> Result<lines::Listed, Error> {
    let whole = dir.join(&path);
    let folder = whole.parent().unwrap_or(dir);
    fs::create_dir_all(folder).map_err(at("create", folder))?;
    match endpoint {
        Endpoint::Users => lines::write(&from.users, dir, path),
        Endpoint::Groups => lines::write(&from.groups, dir, path),
        Endpoint::Organization => lines::write(from.organization.as_slice(), dir, path),
        Endpoint::SsoConfig => lines::write(from.sso_config.as_slice(), dir, path),
        Endpoint::UserInvites => lines::write(&from.user_invites, dir, path),
        Endpoint::AccessTokens => lines::write(&from.access_tokens, dir, path),
        Endpoint::AccessRequests => lines::write(&from.access_requests, dir, path),
        Endpoint::Spaces => lines::write(&from.spaces, dir, path),
        Endpoint::Roles => lines::write(&from.roles, dir, path),
        Endpoint::RoleGrants => lines::write(&from.role_grants, dir, path),
        Endpoint::UsageUserSummary => lines::write(&from.usage_user_summary, dir, path),
        Endpoint::UsageOrganizations => lines::write(&from.usage_organizations, dir, path),
        Endpoint::Version => lines::write(from.version.as_slice(), dir, path),
        Endpoint::Permissions => lines::write(&from.permissions, dir, path),
    }
}

/// Where a directory grows until it is whole.
fn beside(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!(".{name}{UNFINISHED}"))
}

const UNFINISHED: &str = ".unfinished";

/// Removes what interrupted runs left beside, which nobody can use; if it stays, it does no harm.
fn sweep(folder: Option<&Path>) {
    for it in folder.and_then(|it| fs::read_dir(it).ok()).into_iter().flatten().flatten() {
        let name = it.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') && name.ends_with(UNFINISHED) {
            clear(&it.path()).ok();
        }
    }
}

/// Waits until the disk has the new name, on systems that let a folder be opened.
fn settle(dir: &Path) -> Result<(), Error> {
    let parent = dir.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(parent) {
        Ok(it) => it.sync_all().map_err(at("write", parent)),
        Err(_) => Ok(()),
    }
}

/// Removes what an interrupted run left.
fn clear(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(it) if it.kind() != std::io::ErrorKind::NotFound => Err(at("remove", dir)(it)),
        _ => Ok(()),
    }
}
