//! The CSV set and its schema; nothing in it can run as a spreadsheet formula.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

use super::derived::{FindingOrder, derived};
use super::format::{DataInputs, Error, Format, Renderer, RenderingNotes};
use super::table::{Cell, Column, DataTable, NEVER};
use crate::json;
use crate::names::without_formula;

/// The CSV set with its `schema.json`.
pub const FORMAT: Format = Format { name: "csv", usual: true, renderer: Renderer::Data(files) };

/// Renders every table of the report.
fn files(inputs: &DataInputs<'_>) -> Result<RenderingNotes, Error> {
    let DataInputs { report, folder, .. } = *inputs;
    let derived = derived(report, FindingOrder::Subject);
    let mut tables: Vec<&DataTable<'_>> =
        inputs.collected().map(|it| it.1).chain(&derived).collect();
    tables.sort_by_key(|table| table.file);
    let mut notes = RenderingNotes::default();
    for table in &tables {
        let ids = [report.report_id.as_str(), report.snapshot_id.as_str()];
        let name = format!("csv/{}.csv", table.file);
        folder.write_with(&name, |file| {
            if inputs.csv_bom {
                file.write_all(BOM)?;
            }
            notes.csv_neutralised_cells += write(file, ids, table)?;
            Ok(())
        })?;
        folder.count(&name, table.rows.len());
    }
    let schema = schema(&tables);
    folder.write_with("csv/schema.json", |file| json::write_pretty(file, &schema))?;
    Ok(notes)
}

/// The mark of UTF-8, without which a spreadsheet that is told nothing reads another encoding.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// What every file begins with.
const FIRST: &[Column] = &[
    Column::text("report_id", "Names the inputs of the report."),
    Column::text("snapshot_id", "Names the snapshot."),
    Column::text("instance", "The instance; `all` where a row is of none."),
    Column {
        name: "row_no",
        kind: "integer",
        missing: NEVER,
        meaning: "The row's number in this file, from 1.",
    },
];

/// The columns of a file: the first four, then the table's without its instance.
fn header<'t>(table: &'t DataTable<'_>) -> impl Iterator<Item = &'t Column> {
    FIRST.iter().chain(&table.columns[1..])
}

/// Writes a table as it is, without the columns that every file of a pack begins with.
///
/// # Errors
///
/// When the sink takes no more.
pub fn write_plain(sink: impl Write, table: &DataTable<'_>) -> csv::Result<()> {
    let mut sink = csv::WriterBuilder::new().from_writer(sink);
    sink.write_record(table.columns.iter().map(|it| it.name))?;
    for row in table.rows.iter() {
        for cell in row.cells() {
            sink.write_field(&*safe(cell).0)?;
        }
        sink.write_record(None::<&[u8]>)?;
    }
    sink.flush()?;
    Ok(())
}

/// Writes a table, and counts the cells that a spreadsheet would have run.
fn write(sink: impl Write, ids: [&str; 2], table: &DataTable<'_>) -> csv::Result<usize> {
    let mut neutralised = 0;
    let terminator = csv::Terminator::CRLF;
    let mut sink = csv::WriterBuilder::new().terminator(terminator).from_writer(sink);
    sink.write_record(header(table).map(|it| it.name))?;
    for (at, row) in table.rows.iter().enumerate() {
        for id in ids {
            sink.write_field(id)?;
        }
        let number = Cell::Text((at + 1).to_string().into());
        let mut cells = row.cells();
        let instance = cells.next();
        for cell in instance.into_iter().chain([number]).chain(cells) {
            let (safe, is_other) = safe(cell);
            neutralised += usize::from(is_other);
            sink.write_field(&*safe)?;
        }
        sink.write_record(None::<&[u8]>)?;
    }
    sink.flush()?;
    Ok(neutralised)
}

/// A cell as a spreadsheet may read it, and whether that is another text than the cell has.
fn safe(cell: Cell<'_>) -> (Cow<'_, str>, bool) {
    let is_text = matches!(cell, Cell::Text(_));
    let text = cell.text();
    match without_formula(&text) {
        Cow::Owned(safe) if is_text => (safe.into(), true),
        _ => (text, false),
    }
}

/// One file in the data dictionary, for programs that read them.
#[derive(Serialize)]
struct CsvFile<'a> {
    name: String,
    row: &'a str,
    columns: Vec<&'a Column>,
}

/// The data dictionary of the files.
fn schema<'a>(tables: &[&'a DataTable<'a>]) -> Vec<CsvFile<'a>> {
    let file = |table: &&'a DataTable<'a>| CsvFile {
        name: format!("{}.csv", table.file),
        row: table.about,
        columns: header(table).collect(),
    };
    tables.iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::names::FORMULA;

    #[test]
    fn a_10_what_a_spreadsheet_would_run_gets_an_apostrophe() {
        let cells =
            ["＝1", "=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\0x", "a=1", "'x", "", " =1"];
        let safe = cells.map(|cell| safe(Cell::Text(cell.into())).0);
        insta::assert_debug_snapshot!(safe, @r#"
        [
            "'＝1",
            "'=1+1",
            "'+1",
            "'-1",
            "'@x",
            "'\tx",
            "'\rx",
            "'\nx",
            "'\0x",
            "a=1",
            "'x",
            "",
            " =1",
        ]
        "#);
        assert_eq!(super::safe(Cell::Int(-3)).0, "-3", "a number stays a number");
    }

    proptest! {
        #[test]
        fn a_10_any_text_comes_back(text in "\\PC*", lines in "[a=\"',;\r\n-]{0,12}") {
            let columns = vec![Column::text("instance", ""), Column::text("name", "")];
            let texts = [text, lines];
            let row = |it: &String| vec![Cell::Text(it.clone().into()), Cell::Text(it.clone().into())];
            let rows = texts.iter().map(row).collect::<Vec<_>>().into();
            let table = DataTable { file: "users", about: "", columns, rows };
            let mut bytes = Vec::new();
            write(&mut bytes, ["r", "s"], &table).unwrap();
            let mut reader = csv::Reader::from_reader(&*bytes);
            for (record, text) in reader.records().zip(&texts) {
                let record = record.unwrap();
                // The instance is a text like any other.
                for cell in [&record[2], &record[4]] {
                    prop_assert!(!cell.starts_with(FORMULA));
                    let read = cell.strip_prefix('\'').filter(|_| !text.starts_with('\''));
                    prop_assert_eq!(read.unwrap_or(cell), text);
                }
            }
        }
    }
}
