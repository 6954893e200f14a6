//! The tables of a pack against what it says of them, and against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::{Fault, ManifestFacts, fault};
use crate::files;
use crate::snapshot::{Snapshot, State};

/// Findings by id and verdict.
type Findings = BTreeSet<(String, String)>;

/// When each finding of the table was first seen, by its id; none where the pack has no table.
pub(super) fn first_seen(dir: &Path) -> Option<BTreeMap<String, String>> {
    let table = PackTable::read(&dir.join("csv/findings.csv")).ok()?;
    let pairs = table.column("finding_id").zip(table.column("first_seen"));
    Some(pairs.map(|(id, at)| (id.to_owned(), at.to_owned())).collect())
}

/// What is wrong with the CSV files.
pub(super) fn faults(
    dir: &Path,
    manifest: &ManifestFacts,
    snapshot: Option<&Snapshot>,
) -> Vec<Fault> {
    let Ok(schema) = files::read_own(&dir.join("csv/schema.json")) else { return Vec::new() };
    let Ok(schema) = serde_json::from_slice::<Vec<DescribedTable>>(&schema) else {
        return vec![fault("csv/schema.json", "it is not what a pack holds there")];
    };
    let mut res = Vec::new();
    let (mut accounts, mut findings) = (BTreeMap::new(), Findings::new());
    for described in &schema {
        let name = format!("csv/{}", described.name);
        let table = match PackTable::read(&dir.join(&name)) {
            Ok(it) => it,
            Err(why) => {
                res.push(fault(name, why));
                continue;
            }
        };
        res.extend(table.against(described, manifest).map(|why| fault(&name, why)));
        match described.name.as_str() {
            "users.csv" => {
                for instance in table.column("instance") {
                    *accounts.entry(instance.to_owned()).or_insert(0) += 1;
                }
            }
            "findings.csv" => {
                let pairs = table.column("finding_id").zip(table.column("verdict"));
                findings.extend(pairs.map(|it| (it.0.to_owned(), it.1.to_owned())));
            }
            _ => {}
        }
    }
    res.extend(snapshot.into_iter().flat_map(|it| of_accounts(it, &accounts)));
    res.extend(of_findings(dir, &findings));
    res
}

/// The accounts of each instance, as the table and as the snapshot count them.
fn of_accounts(snapshot: &Snapshot, shown: &BTreeMap<String, usize>) -> Vec<Fault> {
    let differs = snapshot.instances.iter().filter(|it| it.state() != State::Failed);
    let differs = differs.filter_map(|it| {
        let (there, kept) = (shown.get(&it.name).copied().unwrap_or(0), it.records.users.len());
        (there != kept).then(|| {
            let name = &it.name;
            let why = format!("it has {there} accounts of {name}, and the snapshot has {kept}");
            fault("csv/users.csv", why)
        })
    });
    differs.collect()
}

/// The findings, as the table and as the report for programs have them.
fn of_findings(dir: &Path, shown: &Findings) -> Vec<Fault> {
    let Ok(bytes) = files::read_own(&dir.join("report.json")) else { return Vec::new() };
    let Ok(report) = serde_json::from_slice::<ReportedFindings>(&bytes) else {
        return vec![fault("report.json", "it is not what a pack holds there")];
    };
    let told = report.rules.into_iter().flat_map(|rule| rule.findings);
    let told: Findings = told.map(|it| (it.finding_id, it.verdict)).collect();
    let only = |(id, verdict): &(String, String)| {
        let there = if told.contains(&(id.clone(), verdict.clone())) {
            "report.json"
        } else {
            "csv/findings.csv"
        };
        fault(id, format!("as {verdict} it is in {there} alone"))
    };
    shown.symmetric_difference(&told).map(only).collect()
}

#[derive(Deserialize)]
struct ReportedFindings {
    rules: Vec<ReportedRule>,
}

#[derive(Deserialize)]
struct ReportedRule {
    findings: Vec<ReportedFinding>,
}

#[derive(Deserialize)]
struct ReportedFinding {
    finding_id: String,
    verdict: String,
}

/// A table as the schema describes it.
#[derive(Deserialize)]
struct DescribedTable {
    name: String,
    columns: Vec<DescribedColumn>,
}

#[derive(Deserialize)]
struct DescribedColumn {
    name: String,
}

/// A CSV file of a pack.
#[derive(Debug)]
pub struct PackTable {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl PackTable {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, in a fragment.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = files::read_own(path).map_err(|error| format!("cannot be read: {error}"))?;
        // A mark of UTF-8 may stand in front.
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let mut records = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let cells = |it: csv::StringRecord| it.iter().map(str::to_owned).collect();
        let rows: Result<Vec<Vec<String>>, _> = records.records().map(|it| it.map(cells)).collect();
        let mut rows = rows.map_err(|error| format!("cannot be read: {error}"))?.into_iter();
        Ok(Self { header: rows.next().unwrap_or_default(), rows: rows.collect() })
    }

    /// The names of its columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Its rows, with a cell for each column.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// The place of a column; none where it has no such column.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|it| it == name)
    }

    /// The cells of a column; empty ones where it has no such column.
    pub fn column<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let place = self.place(name);
        let cell = move |row: &'a Vec<String>| Some(row.get(place?)?.as_str());
        self.rows.iter().map(move |row| cell(row).unwrap_or_default())
    }

    /// Why it is not the table that was written.
    fn against(&self, described: &DescribedTable, manifest: &ManifestFacts) -> Option<String> {
        if !self.header.iter().eq(described.columns.iter().map(|it| &it.name)) {
            return Some("its columns are not those of csv/schema.json".to_owned());
        }
        let path = format!("csv/{}", described.name);
        let listed = manifest.files.iter().find(|it| it.path == path).and_then(|it| it.rows);
        let n_rows = self.rows.len();
        if listed != Some(n_rows as u64) {
            let listed = listed.map_or_else(|| "none".to_owned(), |it| it.to_string());
            return Some(format!("it has {n_rows} rows, and manifest.json counts {listed}"));
        }
        let ids = [&manifest.report_id, &manifest.snapshot_id].map(String::as_str);
        let cells = self.column("row_no").zip(self.column("report_id"));
        let cells = cells.zip(self.column("snapshot_id")).enumerate();
        let odd = cells.filter(|(place, ((row_no, report), snapshot))| {
            *row_no != (place + 1).to_string() || [*report, *snapshot] != ids
        });
        let first = odd.map(|it| it.0 + 1).next();
        first.map(|row| format!("its row {row} is not the one that was written there"))
    }
}
