//! Samples for auditors: drawn by a seed, so that anybody can draw them again.
//!
//! The population is every unit that a pack of the window has, once. Each gets a key, SHA-256 over
//! the seed, a line feed, its id and a line feed; those with the lowest keys are the sample. Nobody
//! who does not choose the seed can choose the sample, and whoever knows it can draw it again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::digest;
use crate::names::{listed, of_today};
use crate::report::branding::Branding;
use crate::report::table::{Column, DataTable, cell};
use crate::verify::PackTable;

/// What a sample is drawn of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleKind {
    /// Accounts of people who left.
    Leavers,
    /// Accounts that were added.
    Joiners,
    /// Accounts of tier 0 and 1.
    Privileged,
    /// Exceptions, waived ones too.
    Findings,
    /// What changed from one pack to the next.
    Changes,
}

impl SampleKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Leavers, Self::Joiners, Self::Privileged, Self::Findings, Self::Changes];

    /// The kind on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Leavers => "leavers",
            Self::Joiners => "joiners",
            Self::Privileged => "privileged",
            Self::Findings => "findings",
            Self::Changes => "changes",
        }
    }

    /// What the units are, for people to read.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Leavers => "accounts of people who left by the roster",
            Self::Joiners => "accounts that a pack saw added since the one before",
            Self::Privileged => "active accounts of tier 0 and 1",
            Self::Findings => "exceptions, waived ones too",
            Self::Changes => "changes that a pack saw since the one before",
        }
    }

    /// The file of a pack that has the units.
    pub fn file(self) -> &'static str {
        match self {
            Self::Leavers => "csv/leavers.csv",
            Self::Joiners | Self::Changes => "csv/changes.csv",
            Self::Privileged => "csv/users.csv",
            Self::Findings => "csv/findings.csv",
        }
    }

    /// The unit of a row; none where the row has none.
    fn unit(self, row: &TableRow<'_>, report_id: &str) -> Option<SampleUnit> {
        let account = |id: &str, label: &str| SampleUnit {
            unit_id: format!("{}/{id}", row.instance),
            instance: row.instance.clone(),
            subject_id: id.to_owned(),
            finding_id: String::new(),
            label: label.to_owned(),
        };
        let user = || account(row.cell("user_id"), row.cell("email"));
        match self {
            Self::Leavers => (!row.cell("user_id").is_empty()).then(user),
            Self::Privileged => {
                let powerful = ["0", "1"].contains(&row.cell("tier"));
                (powerful && row.cell("active") != "false").then(user)
            }
            Self::Joiners => {
                let added = row.cell("kind") == "user" && row.cell("change") == "added";
                added.then(|| account(row.cell("subject_id"), row.cell("label")))
            }
            Self::Findings => {
                let is_exception = row.cell("verdict") != "undetermined";
                let (id, code) = (row.cell("finding_id"), row.cell("rule_code"));
                let label = format!("{code} {}", row.cell("subject"));
                is_exception.then(|| SampleUnit {
                    unit_id: id.to_owned(),
                    finding_id: id.to_owned(),
                    ..account(row.cell("subject_id"), &label)
                })
            }
            Self::Changes => {
                let [kind, subject, what] = ["kind", "subject_id", "what"].map(|it| row.cell(it));
                let label = format!("{kind} {}: {what} {}", row.cell("label"), row.cell("change"));
                let unit_id = [report_id, &row.instance, kind, subject, what].join("/");
                Some(SampleUnit { unit_id, ..account(subject, &label) })
            }
        }
    }
}

/// One of a population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleUnit {
    /// What tells it from every other.
    pub unit_id: String,
    /// The instance, by its name of today.
    pub instance: String,
    /// Retool's id of what it is about.
    pub subject_id: String,
    /// The finding; empty where it is none.
    pub finding_id: String,
    /// What people call it.
    pub label: String,
}

/// A pack of the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampledPack {
    /// Its folder below the evidence.
    pub place: String,
    /// Its period, `2026-11`.
    pub period: String,
    /// Its report.
    pub report_id: String,
    /// When its snapshot was collected, RFC 3339 UTC.
    pub collected_at: String,
    /// Its tables, by their paths in the pack.
    #[serde(skip)]
    pub tables: Vec<String>,
}

/// A unit that was drawn, with what packs say of it.
#[derive(Clone, Debug, Serialize)]
pub struct DrawnUnit {
    /// Its place in the sample, from 1.
    pub place: usize,
    /// SHA-256 over the seed and its id.
    pub key: String,
    /// What was drawn.
    pub unit: SampleUnit,
    /// Every row of every table of every pack that is about it, the oldest pack first.
    pub rows: Vec<SampledRow>,
}

/// A row of a table of a pack.
#[derive(Clone, Debug, Serialize)]
pub struct SampledRow {
    /// The pack's folder below the evidence.
    pub pack: String,
    /// The pack's period.
    pub period: String,
    /// The file.
    pub file: String,
    /// The row's number in the file.
    pub row_no: String,
    /// Its cells that are not empty, each with its column.
    pub facts: Vec<(String, String)>,
}

/// A sample with how it was drawn.
#[derive(Debug, Serialize)]
pub struct Sample {
    /// Who is audited.
    pub organization: String,
    /// What it is of, on the command line.
    pub of: &'static str,
    /// The same in words.
    pub meaning: &'static str,
    /// What it was drawn by.
    pub seed: String,
    /// How many units there are.
    pub population: usize,
    /// The packs of the window, the oldest first.
    pub packs: Vec<SampledPack>,
    /// What was drawn.
    pub units: Vec<DrawnUnit>,
    /// How the page looks.
    pub branding: Branding,
}

/// The key of a unit: SHA-256 over the seed, a line feed, the id and a line feed.
pub fn key(seed: &str, unit_id: &str) -> String {
    digest::of(format!("{seed}\n{unit_id}\n"))
}

/// The units of the population by their keys, lowest first.
pub fn ordered(seed: &str, population: Vec<SampleUnit>) -> Vec<(String, SampleUnit)> {
    let mut res: Vec<(String, SampleUnit)> =
        population.into_iter().map(|it| (key(seed, &it.unit_id), it)).collect();
    res.sort_by(|one, other| (&one.0, &one.1.unit_id).cmp(&(&other.0, &other.1.unit_id)));
    res
}

/// Every unit that a pack of the window has, once; by the newest pack that has it.
///
/// # Errors
///
/// The pack whose table cannot be read, and why.
pub fn population(
    kind: SampleKind,
    root: &Path,
    packs: &[SampledPack],
    renamed: &BTreeMap<String, String>,
) -> Result<Vec<SampleUnit>, (String, String)> {
    let mut res: BTreeMap<String, SampleUnit> = BTreeMap::new();
    for pack in packs {
        let path = root.join(&pack.place).join(kind.file());
        let table = PackTable::read(&path).map_err(|why| (path.display().to_string(), why))?;
        for cells in table.rows() {
            let row = TableRow::of(&table, cells, renamed);
            if let Some(it) = kind.unit(&row, &pack.report_id) {
                res.insert(it.unit_id.clone(), it);
            }
        }
    }
    Ok(res.into_values().collect())
}

/// The columns that name what a row is about.
const ABOUT: [&str; 4] = ["user_id", "subject_id", "token_id", "account_id"];

/// Adds to each unit every row of a pack that is about it.
///
/// # Errors
///
/// The table that cannot be read, and why.
pub fn add_rows(
    units: &mut [DrawnUnit],
    root: &Path,
    pack: &SampledPack,
    renamed: &BTreeMap<String, String>,
) -> Result<(), (String, String)> {
    let mut by_subject: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, it) in units.iter().enumerate() {
        by_subject.entry(it.unit.subject_id.clone()).or_default().push(at);
    }
    for file in &pack.tables {
        let path = root.join(&pack.place).join(file);
        let table = PackTable::read(&path).map_err(|why| (path.display().to_string(), why))?;
        let about: Vec<usize> = ABOUT.iter().filter_map(|it| table.place(it)).collect();
        for cells in table.rows() {
            let ids = about.iter().filter_map(|it| cells.get(*it)).filter(|it| !it.is_empty());
            let found: BTreeSet<usize> =
                ids.filter_map(|it| by_subject.get(it)).flatten().copied().collect();
            if found.is_empty() {
                continue;
            }
            let row = TableRow::of(&table, cells, renamed);
            for at in found {
                if units[at].unit.instance == row.instance {
                    units[at].rows.push(row.told(pack, file));
                }
            }
        }
    }
    Ok(())
}

/// The population as a table: in the order in which it is drawn.
pub fn population_table(ordered: &[(String, SampleUnit)], size: usize) -> DataTable<'static> {
    let columns = vec![
        Column::text_or_empty("drawn", "Its place in the sample; empty where it was not drawn."),
        Column::text("unit_id", "What tells the unit from every other."),
        Column::text("key", "SHA-256 over the seed, a line feed, the unit's id and a line feed."),
        Column::text("instance", "The instance."),
        Column::text("label", "What people call it."),
    ];
    let row = |(at, (key, unit)): (usize, &(String, SampleUnit))| {
        let drawn = if at < size { (at + 1).to_string() } else { String::new() };
        let cells = [&drawn, &unit.unit_id, key, &unit.instance, &unit.label];
        cells.map(|it| cell(it.clone())).into()
    };
    let rows = ordered.iter().enumerate().map(row).collect::<Vec<_>>().into();
    DataTable { file: "population", about: "One row for each unit.", columns, rows }
}

impl Sample {
    /// Every row that packs have about a unit of the sample, as a table.
    pub fn table(&self) -> DataTable<'static> {
        let columns = vec![
            Column::text("drawn", "The unit's place in the sample."),
            Column::text("unit_id", "The unit."),
            Column::text("label", "What people call it."),
            Column::text("period", "The period of the pack."),
            Column::text("pack", "The pack's folder below the evidence."),
            Column::text("file", "The file of the pack."),
            Column::text("row_no", "The row in it."),
            Column::text("facts", "The row's cells, each with its column."),
        ];
        let row = |drawn: &DrawnUnit, it: &SampledRow| {
            let facts = it.facts.iter().map(|(name, cell)| format!("{name}: {cell}"));
            vec![
                cell(drawn.place.to_string()),
                cell(drawn.unit.unit_id.clone()),
                cell(drawn.unit.label.clone()),
                cell(it.period.clone()),
                cell(it.pack.clone()),
                cell(it.file.clone()),
                cell(it.row_no.clone()),
                cell(listed(facts)),
            ]
        };
        let units = self.units.iter();
        let rows = units.flat_map(|unit| unit.rows.iter().map(move |it| row(unit, it)));
        let rows = rows.collect::<Vec<_>>().into();
        DataTable { file: "sample", about: "One row for each row of a pack.", columns, rows }
    }
}

/// A row with the names of its cells.
struct TableRow<'a> {
    table: &'a PackTable,
    cells: &'a [String],
    /// By its name of today.
    instance: String,
}

impl<'a> TableRow<'a> {
    fn of(table: &'a PackTable, cells: &'a [String], renamed: &BTreeMap<String, String>) -> Self {
        let res = Self { table, cells, instance: String::new() };
        let instance = of_today(res.cell("instance"), renamed).to_owned();
        Self { instance, ..res }
    }

    fn cell(&self, name: &str) -> &'a str {
        let place = self.table.place(name);
        place.and_then(|it| self.cells.get(it)).map_or("", String::as_str)
    }

    fn told(&self, pack: &SampledPack, file: &str) -> SampledRow {
        // Of these the sample tells itself.
        let known = ["report_id", "snapshot_id", "instance", "row_no"];
        let cells = self.table.header().iter().zip(self.cells);
        let facts =
            cells.filter(|(name, cell)| !cell.is_empty() && !known.contains(&name.as_str()));
        SampledRow {
            pack: pack.place.clone(),
            period: pack.period.clone(),
            file: file.to_owned(),
            row_no: self.cell("row_no").to_owned(),
            facts: facts.map(|(name, cell)| (name.clone(), cell.clone())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_drawn_by_seed_and_id_alone() {
        let unit = |id: &str| SampleUnit {
            unit_id: id.to_owned(),
            instance: "eu".to_owned(),
            subject_id: id.to_owned(),
            finding_id: String::new(),
            label: String::new(),
        };
        let drawn = |seed: &str, ids: &[&str]| {
            let all = ordered(seed, ids.iter().map(|it| unit(it)).collect());
            all.iter().map(|it| format!("{} {}", &it.0[..8], it.1.unit_id)).collect::<Vec<_>>()
        };
        let one = drawn("2026-H2", &["eu/u1", "eu/u2", "eu/u3", "eu/u4"]);
        // printf '2026-H2\neu/u1\n' | sha256sum
        insta::assert_snapshot!(one.join("\n"), @r"
        3c6f3917 eu/u4
        9ea1e286 eu/u2
        a50c4cb9 eu/u1
        c0a02ad2 eu/u3
        ");
        assert_eq!(one, drawn("2026-H2", &["eu/u4", "eu/u3", "eu/u2", "eu/u1"]));
        assert_ne!(one, drawn("2026-H1", &["eu/u1", "eu/u2", "eu/u3", "eu/u4"]));
        // Whoever joins the population moves nobody past another.
        let more = drawn("2026-H2", &["eu/u1", "eu/u2", "eu/u3", "eu/u4", "eu/u5"]);
        let kept: Vec<_> = more.into_iter().filter(|it| !it.ends_with("u5")).collect();
        assert_eq!(one, kept);
    }
}
