//! `snapshot.json`: when, who, what was asked, and every other file's hash.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::lines::Listed;
use super::{Error, Hashes, at};
use crate::digest;
use crate::snapshot::ledger::{Endpoint, LedgerRow, Outcome};
use crate::snapshot::{Collected, Snapshot, State};

/// The file's name.
pub(super) const MANIFEST: &str = "snapshot.json";

/// Changes when an older program would misread the directory.
const FORMAT: u64 = 1;

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Manifest {
    format: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    pub(super) collected_at: DateTime<Utc>,
    pub(super) finished_at: DateTime<Utc>,
    pub(super) collector: String,
    pub(super) instances: Vec<Entry>,
}

/// One instance.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) state: State,
    pub(super) ledger: Vec<LedgerRow>,
    pub(super) files: Vec<Listed>,
}

/// The endpoints that have a file.
pub(super) fn stored(ledger: &[LedgerRow]) -> Vec<Endpoint> {
    ledger.iter().filter(|it| it.outcome == Outcome::Ok).map(|it| it.endpoint).collect()
}

/// An endpoint's file below the directory.
pub(super) fn path(instance: &str, endpoint: Endpoint) -> String {
    format!("{instance}/{}.jsonl.zst", endpoint.name())
}

impl Manifest {
    pub(super) fn new(snapshot: &Snapshot, instances: Vec<Entry>) -> Self {
        let res = Self {
            format: FORMAT,
            id: String::new(),
            collected_at: snapshot.collected_at,
            finished_at: snapshot.finished_at,
            collector: snapshot.collector.clone(),
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

    pub(super) fn text(&self) -> String {
        let mut res = serde_json::to_string_pretty(self).expect("nothing in it can fail");
        res.push('\n');
        res
    }

    pub(super) fn hashes(&self) -> Hashes {
        let own = (MANIFEST.to_owned(), sha256(&self.text()));
        let files = self.instances.iter().flat_map(|it| &it.files);
        let files = files.map(|it| (it.path.clone(), it.sha256.clone()));
        Hashes { id: self.id.clone(), files: files.chain([own]).collect::<BTreeMap<_, _>>() }
    }

    /// Reads the file, which must be byte for byte what this program wrote.
    pub(super) fn read(dir: &Path) -> Result<(Self, Hashes), Error> {
        let path = dir.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(at("read", &path))?;
        let version: Version = parse(&text, &path)?;
        if version.format != FORMAT {
            return Err(Error::Format { path, found: version.format, expected: FORMAT });
        }
        let stated: Self = parse(&text, &path)?;
        let id = stated.id.clone();
        let res = stated.identified();
        if res.text() != text {
            let what = format!("its id is `{id}`, its content makes `{}`", res.id);
            return Err(Error::Unfit { path, what });
        }
        let hashes = res.hashes();
        Ok((res, hashes))
    }
}

/// What every format says.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

impl Entry {
    pub(super) fn new(from: &Collected) -> Result<Self, Error> {
        check_name(&from.name)?;
        let name = from.name.clone();
        let (url, state, ledger) = (from.url.clone(), from.state(), from.ledger.clone());
        Ok(Self { name, url, state, ledger, files: Vec::new() })
    }

    /// The files, which must be those that the ledger speaks of.
    pub(super) fn listed(&self, dir: &Path) -> Result<Vec<(Endpoint, &Listed)>, Error> {
        check_name(&self.name)?;
        let unfit = |what| Error::Unfit { path: dir.join(MANIFEST), what };
        let endpoints = if self.state == State::Failed { vec![] } else { stored(&self.ledger) };
        let expected: Vec<_> = endpoints.iter().map(|it| path(&self.name, *it)).collect();
        let found: Vec<_> = self.files.iter().map(|it| it.path.clone()).collect();
        if expected != found {
            return Err(unfit(format!("it lists {found:?}, expected {expected:?}")));
        }
        for (endpoint, it) in endpoints.iter().zip(&self.files) {
            let row = self.ledger.iter().find(|it| it.endpoint == *endpoint);
            let kept = row.map_or(0, |it| it.rows_kept);
            if kept != it.rows {
                let what = format!("{} rows kept, {} in `{}`", kept, it.rows, it.path);
                return Err(unfit(what));
            }
        }
        Ok(endpoints.into_iter().zip(&self.files).collect())
    }
}

/// A folder of this name lies in the directory and nowhere else.
fn check_name(name: &str) -> Result<(), Error> {
    let foreign = name.starts_with('.') || name.contains(['/', '\\', ':']);
    if name.is_empty() || name == MANIFEST || foreign {
        return Err(Error::Name { name: name.to_owned() });
    }
    Ok(())
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, path: &Path) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|source| Error::Line {
        path: path.to_owned(),
        line: source.line() as u64,
        source,
    })
}

fn sha256(text: &str) -> String {
    digest::of(text)
}
