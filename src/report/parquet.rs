//! Every table with its types, as Parquet, and the rules as queries of them: for engines of other
//! people, and for notebooks.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use polars::prelude::{
    ArrowField, ArrowSchema, Column, CompatLevel, DataFrame, IntoColumn as _, PlSmallStr,
    PolarsResult, TimeUnit, TimeZone,
};
use polars_parquet::parquet::metadata::KeyValue;
use polars_parquet::write::{
    CompressionOptions, FileWriter, RowGroupIterator, StatisticsOptions, Version, WriteOptions,
    get_dtype_encoding, schema_to_metadata_key,
};

use super::format::{DataInputs, Error, Format, Renderer, RenderingNotes};
use crate::config::RuleSettings;
use crate::reperform;
use crate::rules::Rule;
use crate::tables::column::{ColumnMeta, KindName, Null};
use crate::tables::{Table, Tables};

/// `tables/….parquet` and `reperform/`.
pub const FORMAT: Format = Format { name: "parquet", usual: true, renderer: Renderer::Data(files) };

/// The tables as rules read them, with what was found, and the rules that were asked.
#[derive(Debug)]
pub struct TypedTables<'a> {
    /// Every table, with outcomes and findings.
    pub tables: Tables,
    /// The rules of the report.
    pub rules: Vec<&'static Rule>,
    /// By which they were asked.
    pub settings: &'a RuleSettings,
}

/// How the queries are run, and what they say.
const README: &str = include_str!("../reperform/README.txt");

/// Rows that are encoded together: what a writer holds of a table at once.
const ROWS_IN_GROUP: usize = 1 << 17;

const OPTIONS: WriteOptions = WriteOptions {
    statistics: StatisticsOptions {
        min_value: true,
        max_value: true,
        distinct_count: false,
        null_count: true,
        binary_statistics_truncate_length: Some(64),
    },
    version: Version::V1,
    compression: CompressionOptions::Zstd(None),
    data_page_size: None,
};

/// Every table of the dictionary, those without rows too: a query finds what it reads.
fn files(inputs: &DataInputs<'_>) -> Result<RenderingNotes, Error> {
    let typed = inputs.typed.expect("who asks for the format has made the tables");
    let ids = [&inputs.report.report_id, &inputs.report.snapshot_id].map(String::as_str);
    for table in Table::ALL {
        let name = table.typed_path();
        let mut rows = 0;
        inputs.folder.write_with(&name, |file| {
            let frame = typed.tables.sorted(*table).map_err(io::Error::other)?;
            rows = frame.height();
            write(file, *table, &frame, ids).map_err(io::Error::other)
        })?;
        inputs.folder.count(&name, rows);
    }
    let script = reperform::script(&typed.rules, typed.settings);
    inputs.folder.write("reperform/reperform.sql", script.as_bytes())?;
    inputs.folder.write("reperform/README.txt", README.as_bytes())?;
    Ok(RenderingNotes::default())
}

/// Writes one table, with the words of the dictionary and the ids of report and snapshot.
///
/// # Errors
///
/// Where the frame lacks a column of the dictionary, or the sink takes no more.
pub fn write(
    sink: impl Write,
    table: Table,
    frame: &DataFrame,
    ids: [&str; 2],
) -> PolarsResult<()> {
    write_columns(sink, &table.columns(), frame, &words(table, ids))
}

/// What a file says of itself: which table it has, and of which report and snapshot.
pub fn words(table: Table, [report_id, snapshot_id]: [&str; 2]) -> [(&'static str, &str); 4] {
    [
        ("table", table.sql_name()),
        ("row", table.meaning()),
        ("report_id", report_id),
        ("snapshot_id", snapshot_id),
    ]
}

/// Writes columns of a frame, with what the dictionary says of each, and words about the file.
///
/// # Errors
///
/// Where the frame lacks a column, or the sink takes no more.
pub fn write_columns(
    sink: impl Write,
    dictionary: &[ColumnMeta],
    frame: &DataFrame,
    words: &[(&str, &str)],
) -> PolarsResult<()> {
    let columns = dictionary.iter().map(|it| typed(it, frame)).collect::<PolarsResult<Vec<_>>>()?;
    let frame = DataFrame::new(frame.height(), columns)?;
    let schema: ArrowSchema = dictionary.iter().zip(frame.columns()).map(field).collect();
    let mut writer = FileWriter::try_new(sink, schema.clone(), OPTIONS)?;
    for from in (0..frame.height()).step_by(ROWS_IN_GROUP) {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let mut rows = frame.slice(from, ROWS_IN_GROUP);
        rows.rechunk_mut();
        let batches = rows.iter_chunks(CompatLevel::oldest(), false).map(Ok);
        let encodings = schema.iter_values().map(|it| get_dtype_encoding(&it.dtype)).collect();
        for group in RowGroupIterator::try_new(batches, &schema, OPTIONS, encodings)? {
            writer.write(rows.height() as u64, group?)?;
        }
    }
    let word = |(key, value): &(&str, &str)| KeyValue {
        key: (*key).to_owned(),
        value: Some((*value).to_owned()),
    };
    let words = words.iter().map(word).chain([schema_to_metadata_key(&schema)]);
    writer.end(Some(words.collect()))?;
    Ok(())
}

/// A column as its type has it: instants say that they are UTC.
fn typed(it: &ColumnMeta, frame: &DataFrame) -> PolarsResult<Column> {
    let column = frame.column(it.name)?;
    if it.kind != KindName::Time {
        return Ok(column.clone());
    }
    let instants = column.datetime()?.physical().clone();
    let utc = Some(TimeZone::UTC);
    Ok(instants.into_datetime(TimeUnit::Milliseconds, utc).into_column())
}

/// A column's type, with what the dictionary says of it.
fn field((it, column): (&ColumnMeta, &Column)) -> (PlSmallStr, ArrowField) {
    let name = PlSmallStr::from_static(it.name);
    let words = [("meaning", it.meaning.into()), ("null", null_words(it.null))];
    let words = words.map(|(key, value)| (PlSmallStr::from_static(key), PlSmallStr::from(&*value)));
    let mut field = column.dtype().to_arrow_field(name.clone(), CompatLevel::oldest());
    field.metadata = Some(Arc::new(words.into_iter().collect()));
    (name, field)
}

/// What a null of a column means.
fn null_words(null: Null) -> Cow<'static, str> {
    match null {
        Null::Never => "never".into(),
        Null::Unknown => "it is not known".into(),
        Null::Absent => "there is none".into(),
        Null::AbsentIf(flag) => {
            format!("there is none where `{flag}` is true; otherwise it is not known").into()
        }
        Null::BoundOf(column) => format!("`{column}` is known").into(),
    }
}
