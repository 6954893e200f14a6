//! The CSV set and its schema; nothing in it can run as a spreadsheet formula.

use std::borrow::Cow;

use serde::Serialize;

use super::derived::derived;
use super::format::{DataInputs, Error, Format, Rendered, Renderer, pretty_json};
use super::table::{Cell, Column, DataTable, NEVER};

/// The CSV set with its `schema.json`.
pub const FORMAT: Format = Format { name: "csv", usual: true, renderer: Renderer::Data(files) };

/// Renders every table of the report.
fn files(inputs: &DataInputs<'_>) -> Result<Rendered, Error> {
    let report = inputs.report;
    let derived = derived(report);
    let mut tables: Vec<&DataTable> =
        report.tables.values().chain(inputs.records.values()).chain(&derived).collect();
    tables.sort_by_key(|table| table.file);
    let mut res = Rendered::default();
    for table in &tables {
        let ids = [report.report_id.as_str(), report.snapshot_id.as_str()];
        let mut start = Vec::new();
        if inputs.csv_bom {
            start.extend_from_slice(BOM);
        }
        let bytes = write(start, ids, table, &mut res.notes.csv_neutralised_cells);
        let file = format!("csv/{}.csv", table.file);
        let bytes =
            bytes.map_err(|source| Error::Write { file: file.clone(), source: source.into() })?;
        res.files.insert(file, bytes);
    }
    res.files.insert("csv/schema.json".to_owned(), schema(&tables));
    Ok(res)
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
fn header(table: &DataTable) -> impl Iterator<Item = &Column> {
    FIRST.iter().chain(&table.columns[1..])
}

fn write(
    start: Vec<u8>,
    ids: [&str; 2],
    table: &DataTable,
    neutralised: &mut usize,
) -> Result<Vec<u8>, csv::Error> {
    let terminator = csv::Terminator::CRLF;
    let mut sink = csv::WriterBuilder::new().terminator(terminator).from_writer(start);
    sink.write_record(header(table).map(|it| it.name))?;
    for (at, row) in table.rows.iter().enumerate() {
        for id in ids {
            sink.write_field(id)?;
        }
        let number = [Cell::Text((at + 1).to_string())];
        let (instance, cells) = row.split_at(1);
        for cell in instance.iter().chain(&number).chain(cells) {
            let safe = safe(cell);
            *neutralised += usize::from(matches!(safe, Cow::Owned(ref it) if it.starts_with('\'')));
            sink.write_field(&*safe)?;
        }
        sink.write_record(None::<&[u8]>)?;
    }
    sink.into_inner().map_err(|it| it.into_error().into())
}

/// How a text begins that some spreadsheet runs; Japanese ones take the wide signs too.
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// A cell as a spreadsheet may read it: text that begins like a formula gets a `'` in front.
fn safe(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(it) if it.starts_with(FORMULA) => format!("'{it}").into(),
        Cell::Text(it) => it.as_str().into(),
        other => other.text().into(),
    }
}

/// The data dictionary of the files, for programs that read them.
fn schema(tables: &[&DataTable]) -> Vec<u8> {
    #[derive(Serialize)]
    struct CsvFile<'a> {
        name: String,
        row: &'a str,
        columns: Vec<&'a Column>,
    }
    let file = |it: &&'_ DataTable| {
        let columns = header(it).copied().collect::<Vec<_>>();
        (it.file, it.about, columns)
    };
    let described: Vec<_> = tables.iter().map(file).collect();
    let files: Vec<CsvFile<'_>> = described
        .iter()
        .map(|(name, row, columns)| CsvFile {
            name: format!("{name}.csv"),
            row,
            columns: columns.iter().collect(),
        })
        .collect();
    pretty_json(&files)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_10_what_a_spreadsheet_would_run_gets_an_apostrophe() {
        let cells =
            ["＝1", "=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\0x", "a=1", "'x", "", " =1"];
        let safe = cells.map(|cell| safe(&Cell::Text(cell.to_owned())).into_owned());
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
        assert_eq!(super::safe(&Cell::Int(-3)), "-3", "a number stays a number");
    }

    proptest! {
        #[test]
        fn a_10_any_text_comes_back(text in "\\PC*", lines in "[a=\"',;\r\n-]{0,12}") {
            let columns = vec![Column::text("instance", ""), Column::text("name", "")];
            let texts = [text, lines];
            let row = |it: &String| vec![Cell::Text(it.clone()), Cell::Text(it.clone())];
            let rows = texts.iter().map(row).collect();
            let table = DataTable { file: "users", about: "", columns, rows };
            let bytes = write(Vec::new(), ["r", "s"], &table, &mut 0).unwrap();
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
