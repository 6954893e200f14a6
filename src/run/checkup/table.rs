//! What a check found: tables for a terminal, one value for programs.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::progress::Progress;
use crate::report::text::visible;
use crate::run::columns::side_by_side;
use crate::run::{Error, print};
use crate::snapshot::State;

/// What a check found, for programs.
#[derive(Serialize)]
pub(super) struct CheckReport<'a> {
    /// What a run would be.
    pub(super) state: State,
    /// Rules that have nothing to compare with yet.
    #[serde(rename = "waiting_rules")]
    pub(super) n_waiting: usize,
    /// What was looked at.
    pub(super) sections: &'a [CheckSection],
}

/// A heading with a table.
#[derive(Serialize)]
pub(super) struct CheckSection {
    pub(super) heading: String,
    pub(super) rows: Vec<CheckLine>,
}

/// What was tried, what came of it, and what to do about it.
pub(super) struct CheckLine {
    /// Whether it is told however little is wanted.
    pub(super) failed: bool,
    /// What, result, and what to do.
    pub(super) cells: [String; 3],
}

impl Serialize for CheckLine {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        let [what, result, remedy] = &self.cells;
        let mut line = sink.serialize_struct("CheckLine", 4)?;
        line.serialize_field("what", what)?;
        line.serialize_field("result", result)?;
        line.serialize_field("what_to_do", remedy)?;
        line.serialize_field("failed", &self.failed)?;
        line.end()
    }
}

/// Columns from which on what to do stands beside what was found.
const WIDE: usize = 100;

impl CheckSection {
    /// The text; with `quiet` only what failed, if anything.
    fn draw(&self, quiet: bool, width: Option<usize>) -> Option<String> {
        let told = || self.rows.iter().filter(|row| row.failed || !quiet);
        told().next()?;
        let heading = Progress::fit(&self.heading, width, 2);
        let width = width.map(|it| it.saturating_sub(2));
        let table = if width.is_some_and(|it| it < WIDE) {
            let mut rows = vec![["what", "result"].map(str::to_owned)];
            for [what, result, remedy] in told().map(|row| &row.cells) {
                rows.push([what.clone(), result.clone()]);
                if !remedy.is_empty() {
                    rows.push([String::new(), format!("→ {remedy}")]);
                }
            }
            side_by_side(&rows, 2, width)
        } else {
            let mut rows = vec![["what", "result", "what to do"].map(str::to_owned)];
            rows.extend(told().map(|row| row.cells.clone()));
            side_by_side(&rows, 3, width)
        };
        let lines: Vec<String> = table.lines().map(|line| format!("  {line}")).collect();
        Some(format!("{heading}\n{}\n", lines.join("\n")))
    }
}

/// Prints what was found; with `quiet` only what failed.
pub(super) fn print_tables(parts: &[CheckSection], quiet: bool) -> Result<(), Error> {
    let width = Progress::columns();
    let text: Vec<String> = parts.iter().filter_map(|part| part.draw(quiet, width)).collect();
    if text.is_empty() { Ok(()) } else { print(text.join("\n").trim_end()) }
}

/// What is so, and what to do about it.
pub(super) fn line(what: &str, result: &str, remedy: &str) -> CheckLine {
    let cells = [what, result, remedy].map(|it| visible(it).into_owned());
    CheckLine { failed: false, cells }
}
