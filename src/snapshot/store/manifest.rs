//! `snapshot.json`: when, who, what was asked, and every other file's hash.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::lines::{FolderReader, WrittenFile};
use super::{Error, Hashes, at, sound};
use crate::digest;
use crate::files;
use crate::json::{self, FormatFault};
use crate::operator::Operator;
use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};
use crate::snapshot::{Collected, Header, State};

/// The file's name.
pub(super) const MANIFEST: &str = "snapshot.json";

/// Changes when an older program would misread the directory.
const FORMAT: u32 = 1;

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SnapshotManifest {
    format: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    pub(super) collected_at: DateTime<Utc>,
    pub(super) finished_at: DateTime<Utc>,
    pub(super) collector: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) operator: Option<Operator>,
    pub(super) instances: Vec<ManifestInstance>,
}

/// One instance.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ManifestInstance {
    pub(super) name: String,
    pub(super) url: String,
    /// The end of the token that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token_last4: Option<String>,
    pub(super) state: State,
    pub(super) ledger: Vec<LedgerRow>,
    /// The instance's population.
    pub(super) files: Vec<WrittenFile>,
    /// What came of lists that failed; it is not to be taken for a population.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) aside: Vec<WrittenFile>,
}

/// The endpoints that have a file.
pub(super) fn stored(entry: &ManifestInstance) -> Vec<Endpoint> {
    let whole = |ledger_row: &&LedgerRow| {
        ledger_row.outcome == ReadOutcome::Ok && entry.state != State::Failed
    };
    entry.ledger.iter().filter(whole).map(|it| it.endpoint).collect()
}

/// The endpoints that have a file aside.
pub(super) fn quarantined(entry: &ManifestInstance) -> Vec<Endpoint> {
    entry.ledger.iter().filter(|it| it.rows_aside > 0).map(|it| it.endpoint).collect()
}

/// An endpoint's file below the directory.
pub(super) fn path(instance: &str, endpoint: Endpoint) -> String {
    format!("{instance}/{}.jsonl.zst", endpoint.name())
}

/// The same for what was kept aside.
pub(super) fn path_aside(instance: &str, endpoint: Endpoint) -> String {
    format!("{instance}/aside/{}.jsonl.zst", endpoint.name())
}

/// Files with what they are the answers to.
pub(super) type ManifestFiles<'a> = Vec<(Endpoint, &'a WrittenFile)>;

impl SnapshotManifest {
    pub(super) fn new(header: &Header, instances: Vec<ManifestInstance>) -> Self {
        let res = Self {
            format: FORMAT,
            id: String::new(),
            collected_at: header.collected_at,
            finished_at: header.finished_at,
            collector: header.collector.clone(),
            operator: header.operator.clone(),
            instances,
        };
        res.identified()
    }

    /// With the id that the rest of the content makes.
    fn identified(self) -> Self {
        let mut res = Self { id: String::new(), ..self };
        let mut id = sha256(&res.text());
        id.truncate(16);
        res.id = id;
        res
    }

    /// What it says about the run as a whole.
    pub(super) fn header(&self) -> Header {
        let (collected_at, finished_at) = (self.collected_at, self.finished_at);
        let (collector, operator) = (self.collector.clone(), self.operator.clone());
        Header { collected_at, finished_at, collector, operator }
    }

    pub(super) fn text(&self) -> String {
        let mut res = serde_json::to_string_pretty(self).expect("nothing in it can fail");
        res.push('\n');
        res
    }

    pub(super) fn hashes(&self) -> Hashes {
        let own = (MANIFEST.to_owned(), sha256(&self.text()));
        let files =
            self.instances.iter().flat_map(|instance| instance.files.iter().chain(&instance.aside));
        let files = files.map(|file| (file.path.clone(), file.sha256.clone()));
        Hashes { id: self.id.clone(), files: files.chain([own]).collect::<BTreeMap<_, _>>() }
    }

    /// Reads the file, which must be byte for byte what this program wrote.
    pub(super) fn read(from: &mut FolderReader<'_>) -> Result<(Self, Hashes), Error> {
        let path = from.dir.join(MANIFEST);
        let text = files::read_own_text(&path).map_err(at("read", &path))?;
        let stated: Self =
            json::of_format(text.as_bytes(), FORMAT).map_err(|it| misread(it, &path))?;
        let id = stated.id.clone();
        let res = stated.identified();
        if res.text() != text {
            let what = if id == res.id {
                "it is not written as this program writes it".to_owned()
            } else {
                format!("its id is `{id}`, its content makes `{}`", res.id)
            };
            return Err(Error::Unfit { path, what });
        }
        res.instances.iter().try_for_each(|it| sound::name(&it.name))?;
        sound::check(&res).map_err(|what| Error::Unfit { path, what })?;
        let hashes = res.hashes();
        from.keep(MANIFEST, text.into_bytes());
        Ok((res, hashes))
    }
}

impl ManifestInstance {
    pub(super) fn new(from: &Collected) -> Result<Self, Error> {
        sound::name(&from.name)?;
        Ok(Self {
            name: from.name.clone(),
            url: from.url.clone(),
            token_last4: from.token_last4.clone(),
            state: from.state(),
            ledger: from.ledger.clone(),
            files: Vec::new(),
            aside: Vec::new(),
        })
    }

    /// The files and those aside, which must be the ones that the ledger speaks of.
    pub(super) fn listed(
        &self,
        dir: &Path,
    ) -> Result<(ManifestFiles<'_>, ManifestFiles<'_>), Error> {
        let fit = |files: &[WrittenFile], of: &[(Endpoint, String, u64)]| {
            fit(files, of).map_err(|what| Error::Unfit { path: dir.join(MANIFEST), what })
        };
        let rows =
            |endpoint: Endpoint| self.ledger.iter().filter(move |row| row.endpoint == endpoint);
        let expect = |endpoint: Endpoint| {
            (endpoint, path(&self.name, endpoint), rows(endpoint).map(|it| it.rows_kept).sum())
        };
        let aside = |endpoint: Endpoint| {
            (
                endpoint,
                path_aside(&self.name, endpoint),
                rows(endpoint).map(|it| it.rows_aside).sum(),
            )
        };
        let stored: Vec<_> = stored(self).into_iter().map(expect).collect();
        let quarantined: Vec<_> = quarantined(self).into_iter().map(aside).collect();
        fit(&self.files, &stored)?;
        fit(&self.aside, &quarantined)?;
        let pair = |of: Vec<(Endpoint, String, u64)>| of.into_iter().map(|it| it.0);
        Ok((pair(stored).zip(&self.files).collect(), pair(quarantined).zip(&self.aside).collect()))
    }
}

/// Whether files are those expected, each with as many rows.
fn fit(files: &[WrittenFile], expected: &[(Endpoint, String, u64)]) -> Result<(), String> {
    let found: Vec<_> = files.iter().map(|file| &file.path).collect();
    let paths: Vec<_> = expected.iter().map(|it| &it.1).collect();
    if paths != found {
        return Err(format!("it lists {found:?}, expected {paths:?}"));
    }
    match files.iter().zip(expected).find(|it| it.0.rows != it.1.2) {
        Some((it, (_, path, rows))) => {
            Err(format!("the ledger has {rows} rows, `{path}` has {}", it.rows))
        }
        None => Ok(()),
    }
}

/// Why the file is not what this program reads.
fn misread(fault: FormatFault, path: &Path) -> Error {
    let path = path.to_owned();
    match fault {
        FormatFault::Format { found, wanted } => {
            Error::Format { path, found, expected: wanted.into() }
        }
        FormatFault::Malformed(source) => Error::Line { path, line: source.line() as u64, source },
    }
}

fn sha256(text: &str) -> String {
    digest::of(text)
}
