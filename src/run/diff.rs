//! `diff`: what changed between two snapshots, whatever was reported of them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::columns::side_by_side;
use super::gather::place_of;
use super::store::place::EvidencePlace;
use super::{Error, Exit, configuration, print};
use crate::cli::{DiffArgs, DiffFormat};
use crate::progress::Progress;
use crate::report::assemble::comparison_tables;
use crate::report::csv_set;
use crate::report::table::DataTable;
use crate::report::text::visible;
use crate::review::ReviewHistory;
use crate::snapshot::earlier::{Earlier, FetchedPacks, Search};
use crate::snapshot::store;
use crate::tables::build::trend::PriorCounts;
use crate::tables::build::{EvaluationContext, build};

/// Says what differs.
pub(super) fn run(path: &Path, args: &DiffArgs) -> Result<Exit, Error> {
    let (_, config) = configuration(path)?;
    let renamed = config.renamed();
    let before = EvidencePlace::at(&args.before, path, FetchedPacks::is_needed)?;
    let after = EvidencePlace::at(&args.after, path, FetchedPacks::is_needed)?;
    let (mut snapshot, _) = store::read(&place_of(after.folder())?)?;
    snapshot.rename(&renamed);
    let search = Search {
        root: before.folder(),
        chosen: true,
        calendar: config.organization.calendar(),
        renamed: &renamed,
        now: snapshot.collected_at,
        fetched: before.fetched(),
    };
    let earlier = Earlier::search(&search, &snapshot);
    if earlier.previous.is_empty() {
        let why = earlier.unreadable.first().map(|it| format!(": {}", it.why));
        return Err(Error::NotCompared {
            before: args.before.clone(),
            after: args.after.clone(),
            why: why.unwrap_or_default(),
        });
    }
    let tables = build(&EvaluationContext {
        snapshot: &snapshot,
        config: &config,
        roster: None,
        baseline: None,
        approvals: None,
        earlier: &earlier,
        former_rosters: &BTreeMap::new(),
        past: &PriorCounts::default(),
        reviews: &ReviewHistory::default(),
    });
    let (changes, continuity) = comparison_tables(&tables)?;
    tell(args.format, &changes, &continuity)?;
    let differs = !changes.rows.is_empty();
    Ok(if differs && args.exit_code { Exit::Findings } else { Exit::Done })
}

/// Prints the differences.
fn tell(
    format: DiffFormat,
    changes: &DataTable<'_>,
    continuity: &DataTable<'_>,
) -> Result<(), Error> {
    match format {
        DiffFormat::Table => {
            print(&drawn(changes))?;
            print(&format!("\n{}", drawn(continuity)))?;
        }
        DiffFormat::Csv => {
            let mut text = Vec::new();
            csv_set::write_plain(&mut text, changes)
                .map_err(std::io::Error::from)
                .map_err(Error::Print)?;
            print(String::from_utf8_lossy(&text).trim_end())?;
        }
        DiffFormat::Json => {
            let told = SnapshotDifference { changes, continuity };
            print(&serde_json::to_string_pretty(&told).expect("plain values serialise"))?;
        }
    }
    Ok(())
}

/// What differs, for programs.
#[derive(Serialize)]
struct SnapshotDifference<'a> {
    changes: &'a DataTable<'a>,
    continuity: &'a DataTable<'a>,
}

/// A table for a terminal, without the columns that say nothing in any row.
fn drawn(table: &DataTable<'_>) -> String {
    let says = |at: &usize| table.rows.iter().any(|row| !row.cell(*at).text().is_empty());
    let shown: Vec<usize> = (0..table.columns.len()).filter(says).collect();
    if shown.is_empty() {
        return format!("{}: none", table.file);
    }
    let mut rows: Vec<Vec<String>> =
        vec![shown.iter().map(|at| table.columns[*at].name.to_owned()).collect()];
    rows.extend(
        table.rows.iter().map(|row| {
            shown.iter().map(|at| visible(&row.cell(*at).text()).into_owned()).collect()
        }),
    );
    side_by_side(&rows, shown.len(), Progress::columns())
}
