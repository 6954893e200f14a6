//! Saved answers and tables become a snapshot, where nothing can be asked.
//!
//! A folder holds a folder of files for each configured instance. What is in the files is judged as
//! strictly as what comes over the network: part of a list is no list, and the ledger says so.

mod folder;
mod groups;
mod sheet;
mod stated;
mod users;

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use self::folder::{Folder, NamePattern};
use self::sheet::ImportedRecords;
use crate::config::Instance;
use crate::config::problem::Problems;
use crate::digest;
use crate::files;
use crate::operator::Operator;
use crate::retool::saved::Saved;
use crate::snapshot::endpoints::{RecordStore, StoreVisitor};
use crate::snapshot::ledger::{CompletenessBasis, Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::record::{Group, ObjectAccess, User};
use crate::snapshot::seal::SealKey;
use crate::snapshot::{Collected, Records, Snapshot};

/// What stands where a snapshot has an instance's address.
pub const ORIGIN: &str = "file import";

/// No file is larger, like no answer of a server.
const SIZE_CAP: u64 = 256 << 20;

/// Why nothing can be imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder cannot be listed.
    #[error("cannot read the folder `{}`", path.display())]
    Read {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder holds what the importer would not read.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// Who imports, and when the files were taken.
pub struct ImportOrigin<'a> {
    /// Name and version of the program, for the snapshot.
    pub collector: &'a str,
    /// Who runs it, and where.
    pub operator: Option<&'a Operator>,
    /// When the files were taken from Retool: the snapshot's time.
    pub collected_at: DateTime<Utc>,
    /// Seals what may be a secret; without it, only that there was something is kept.
    pub key: Option<&'a SealKey>,
}

/// Whether every file below `dir` is one that [`import`] would read; nothing is written or read.
///
/// # Errors
///
/// When a folder cannot be read, or holds files or folders that the importer would not read.
pub fn check(dir: &Path, instances: &[Instance]) -> Result<(), Error> {
    folder::survey(dir, instances).map(drop)
}

/// Makes a snapshot of the files below `dir`.
///
/// # Errors
///
/// When a folder cannot be read, or holds files or folders that the importer would not read. What
/// is wrong within a file is in the ledger instead.
pub fn import(
    dir: &Path,
    instances: &[Instance],
    origin: &ImportOrigin<'_>,
) -> Result<Snapshot, Error> {
    let folders = folder::survey(dir, instances)?;
    let read = |instance: &Instance| {
        InstanceImport::new(instance, folders.get(&instance.name), origin).collect()
    };
    Ok(Snapshot {
        collected_at: origin.collected_at,
        finished_at: origin.collected_at,
        collector: origin.collector.to_owned(),
        operator: origin.operator.cloned(),
        instances: instances.iter().map(read).collect(),
    })
}

/// The import of one instance while it goes on.
struct InstanceImport<'a> {
    instance: &'a Instance,
    folder: Option<&'a Folder>,
    at: DateTime<Utc>,
    key: Option<&'a SealKey>,
    ledger: Vec<LedgerRow>,
    records: Records,
}

impl<'a> InstanceImport<'a> {
    fn new(instance: &'a Instance, folder: Option<&'a Folder>, origin: &ImportOrigin<'a>) -> Self {
        let (at, key) = (origin.collected_at, origin.key);
        Self { instance, folder, at, key, ledger: Vec::new(), records: Records::default() }
    }

    fn collect(mut self) -> Collected {
        for &it in Endpoint::ALL {
            self.take(it);
            self.weigh(it);
        }
        self.records.seal(self.key);
        let (name, url) = (self.instance.name.clone(), ORIGIN.to_owned());
        Collected::part(name, url, self.ledger, self.records)
    }

    /// Compares a list with the count that is stated beside the files.
    fn weigh(&mut self, it: Endpoint) {
        let stated = self.folder.and_then(|folder| folder.stated.get(&it));
        if let Some((stated, row)) = stated.zip(self.ledger.last_mut()) {
            row.state_count(stated.clone());
        }
    }

    fn take(&mut self, endpoint: Endpoint) {
        match endpoint {
            Endpoint::Users => self.records.users = self.users(),
            Endpoint::Groups => self.records.groups = self.groups(),
            Endpoint::Permissions => self.records.permissions = self.permissions(),
            other => {
                let mut found = Records::default();
                found.visit(other, SavedEndpoint { import: self, endpoint: other });
                self.records.put(other, &mut found);
            }
        }
    }

    fn users(&mut self) -> Vec<User> {
        let it = Endpoint::Users;
        let Some(NamePattern::Csv(names)) = self.form(it) else { return self.saved(it) };
        self.table(it, names, |_, files| users::read(&names[0], &files[0]))
    }

    fn groups(&mut self) -> Vec<Group> {
        let it = Endpoint::Groups;
        let Some(NamePattern::Csv(names)) = self.form(it) else { return self.saved(it) };
        self.table(it, names, |this, files| {
            let members = names.get(1).zip(files.get(1));
            let members = members.map(|(name, bytes)| {
                if this.ledger[0].outcome != ReadOutcome::Ok {
                    return Err(
                        "the accounts could not be read, so neither can their groups".into()
                    );
                }
                groups::members(name, bytes, &this.records.users)
            });
            groups::read(&names[0], &files[0], members.transpose()?)
        })
    }

    /// Saved access lists, one record for each object.
    fn permissions(&mut self) -> Vec<ObjectAccess> {
        let lists: Vec<ObjectAccess> = self.saved(Endpoint::Permissions);
        let folders = ObjectAccess::folders(&lists);
        lists.into_iter().map(|list| list.without_implied(&folders)).collect()
    }

    fn form(&self, endpoint: Endpoint) -> Option<&'a NamePattern> {
        self.folder.and_then(|folder| folder.forms.get(&endpoint))
    }

    /// Reads saved answers, or writes down that there are none.
    fn saved<S: RecordStore>(&mut self, endpoint: Endpoint) -> S {
        let Some(NamePattern::Json(names)) = self.form(endpoint) else {
            self.ledger.push(self.missing(endpoint));
            return S::default();
        };
        let fetch = |name: &str| self.fetch(name);
        let reading = Saved { endpoint, names, fetch: &fetch, at: self.at }.read();
        self.ledger.push(reading.row);
        reading.records
    }

    fn missing(&self, endpoint: Endpoint) -> LedgerRow {
        let name = format!("{}.json", endpoint.name());
        let mut res = LedgerRow::begin(endpoint, name.clone(), self.at);
        res.outcome = match endpoint {
            Endpoint::Permissions => ReadOutcome::NotAsked,
            _ => ReadOutcome::NotConfigured,
        };
        res.reason = match (self.folder, folder::tables(endpoint)) {
            (None, _) => format!("not provided: there is no folder `{}`", self.instance.name),
            (Some(_), []) => format!("not provided: there is no `{name}`"),
            (Some(_), [table, ..]) => {
                format!("not provided: there is neither `{name}` nor `{table}`")
            }
        };
        res
    }

    /// Reads tables in place of saved answers.
    fn table<T>(
        &mut self,
        endpoint: Endpoint,
        names: &[String],
        read: impl FnOnce(&Self, &[Vec<u8>]) -> Result<ImportedRecords<T>, String>,
    ) -> Vec<T> {
        let mut row = LedgerRow::begin(endpoint, names.join(" and "), self.at);
        let fetch =
            |it: &String| self.fetch(it).map_err(|why| format!("cannot read `{it}`: {why}"));
        let files: Result<Vec<_>, String> = names.iter().map(fetch).collect();
        let rows = files.and_then(|files| {
            row.pages = files.len() as u64;
            row.bytes = files.iter().map(|file| file.len() as u64).sum();
            row.body_sha256 = files.iter().map(digest::of).collect();
            read(self, &files)
        });
        let records = rows.map(|it| {
            book(&mut row, &it);
            it.records
        });
        let records = records.unwrap_or_else(|reason| {
            (row.outcome, row.reason) = (ReadOutcome::Protocol, reason);
            Vec::new()
        });
        self.ledger.push(row);
        records
    }

    fn fetch(&self, name: &str) -> Result<Vec<u8>, String> {
        let folder = self.folder.ok_or("there is no folder")?;
        read(&folder.path.join(name))
    }
}

/// Writes down what came of a table: nothing in one says that it is whole.
/// Saved answers of one endpoint, whatever they hold.
struct SavedEndpoint<'i, 'a> {
    import: &'i mut InstanceImport<'a>,
    endpoint: Endpoint,
}

impl StoreVisitor for SavedEndpoint<'_, '_> {
    type Output = ();

    fn visit<S: RecordStore>(self, store: &mut S) {
        *store = self.import.saved(self.endpoint);
    }
}

fn book<T>(row: &mut LedgerRow, rows: &ImportedRecords<T>) {
    row.rows_received = rows.received;
    row.distinct_ids = rows.records.len() as u64;
    row.rows_kept = row.distinct_ids;
    row.rows_repeated = rows.repeated;
    row.rows_conflicting = rows.conflicting;
    row.conflicts = rows.conflicts.clone();
    row.rows_without_id = rows.notes.without_id;
    row.fields_unreadable = rows.notes.fields.clone();
    row.cells_unreadable = rows.notes.cells.clone();
    row.whole_by = Some(CompletenessBasis::unstated(row.endpoint, rows.received));
    row.reason = row.objections();
}

/// A file's bytes.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let res = files::read_start(path, SIZE_CAP + 1).map_err(|it| it.to_string())?;
    if res.len() as u64 > SIZE_CAP {
        return Err(format!("it is larger than {} MiB", SIZE_CAP >> 20));
    }
    Ok(res)
}
