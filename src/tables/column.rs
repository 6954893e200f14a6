//! The kinds of column there are, and how each is filled.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use polars::prelude::{
    BooleanChunked, BooleanChunkedBuilder, ChunkedBuilder as _, Column, DataType, Expr, Field,
    Int32Chunked, Int32Type, Int64Chunked, Int64Type, IntoColumn as _, ListBuilderTrait as _,
    ListChunked, ListStringChunkedBuilder, NamedFrom as _, PolarsResult, PrimitiveChunkedBuilder,
    Schema, Series, StringChunked, StringChunkedBuilder, TimeUnit, UInt32Chunked, UInt32Type, col,
};

use crate::names::listed;

/// One column of the data dictionary.
#[derive(Clone, Copy, Debug)]
pub struct ColumnMeta {
    /// The name in frames, CSV headers and `schema.json`.
    pub name: &'static str,
    /// What the cells hold.
    pub kind: KindName,
    /// What a missing cell means.
    pub null: Null,
    /// What a cell says, in a sentence.
    pub meaning: &'static str,
    /// Whether the column is part of the CSV set; the others serve rules only.
    pub shown: bool,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindName {
    /// Text; the empty text says that there is none.
    Text,
    /// Texts in order; rules ask each of them, and readers see them with a semicolon between.
    List,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// An instant, UTC, to the millisecond.
    Time,
    /// A day of the calendar, as it was written down.
    Day,
    /// A length of time in seconds, printed in words.
    Span,
    /// A row's number, for joins inside the program.
    Key,
}

impl KindName {
    /// The kind as `schema.json` prints it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text | Self::List => "text",
            Self::Bool => "boolean",
            Self::Int | Self::Span | Self::Key => "integer",
            Self::Time => "timestamp",
            Self::Day => "date",
        }
    }
}

/// What a missing cell means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    /// There is no missing cell.
    Never,
    /// It is not known: printed as `unknown`.
    Unknown,
    /// There is none: printed as an empty cell.
    Absent,
    /// There is none where the named column is true, and it is unknown where it is not.
    AbsentIf(&'static str),
    /// A bound of the named column: there is one only where that is unknown.
    BoundOf(&'static str),
}

/// A kind of column at compile time.
pub trait ColumnKind {
    /// What one cell is given as.
    type Given<'a>;
    /// What gathers the cells.
    type Builder;
    /// A column that cells are read from.
    type Cells<'f>;
    /// The kind at run time.
    const NAME: KindName;

    /// An empty column with capacity for so many cells.
    fn start(name: &'static str, room: usize) -> Self::Builder;
    /// Adds a cell.
    fn push(builder: &mut Self::Builder, given: Option<Self::Given<'_>>);
    /// The column.
    fn finish(builder: Self::Builder) -> Column;
    /// The cells of a column of the kind.
    ///
    /// # Errors
    ///
    /// Where the column is of another kind.
    fn cells(column: &Column) -> PolarsResult<Self::Cells<'_>>;
    /// One cell.
    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>>;
}

/// Text.
#[derive(Debug)]
pub enum Text {}

impl ColumnKind for Text {
    type Given<'a> = Cow<'a, str>;
    type Builder = StringChunkedBuilder;
    type Cells<'f> = &'f StringChunked;
    const NAME: KindName = KindName::Text;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        StringChunkedBuilder::new(name.into(), room)
    }

    fn push(builder: &mut Self::Builder, given: Option<Cow<'_, str>>) {
        builder.append_option(given);
    }

    fn finish(builder: Self::Builder) -> Column {
        builder.finish().into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&StringChunked> {
        column.str()
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        cells.get(row).map(Cow::Borrowed)
    }
}

/// Texts in order.
///
/// What several names become once they stand in one text is for eyes alone: a name may itself hold
/// what stands between names.
#[derive(Debug)]
pub enum List {}

impl ColumnKind for List {
    type Given<'a> = Vec<String>;
    type Builder = ListStringChunkedBuilder;
    type Cells<'f> = &'f ListChunked;
    const NAME: KindName = KindName::List;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        ListStringChunkedBuilder::new(name.into(), room, room)
    }

    fn push(builder: &mut Self::Builder, given: Option<Vec<String>>) {
        match given {
            Some(items) => builder.append_values_iter(items.iter().map(String::as_str)),
            None => builder.append_null(),
        }
    }

    fn finish(mut builder: Self::Builder) -> Column {
        builder.finish().into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&ListChunked> {
        column.list()
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        let items = cells.get_as_series(row)?;
        let items = items.str().expect("lists hold texts");
        Some(items.iter().flatten().map(str::to_owned).collect())
    }
}

/// The lists of a column, top down.
///
/// # Errors
///
/// Where the column holds none.
pub fn lists(column: &Column) -> PolarsResult<Vec<Option<Vec<String>>>> {
    let list = |items: Series| -> PolarsResult<Vec<String>> {
        Ok(items.str()?.iter().flatten().map(str::to_owned).collect())
    };
    column.list()?.series_iter().map(|it| it.map(list).transpose()).collect()
}

/// A column as readers see it, and as SQL knows it: lists are text.
pub fn readable(it: &ColumnMeta) -> Expr {
    let text = |column: Column| {
        let lines = lists(&column)?.into_iter().map(|it| it.map(listed));
        let lines: Vec<Option<String>> = lines.collect();
        Ok(Series::new(column.name().clone(), lines).into_column())
    };
    let field = |_: &Schema, it: &Field| Ok(Field::new(it.name().clone(), DataType::String));
    if it.kind == KindName::List { col(it.name).map(text, field) } else { col(it.name) }
}

/// Yes or no.
#[derive(Debug)]
pub enum Bool {}

impl ColumnKind for Bool {
    type Given<'a> = bool;
    type Builder = BooleanChunkedBuilder;
    type Cells<'f> = &'f BooleanChunked;
    const NAME: KindName = KindName::Bool;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        BooleanChunkedBuilder::new(name.into(), room)
    }

    fn push(builder: &mut Self::Builder, given: Option<bool>) {
        builder.append_option(given);
    }

    fn finish(builder: Self::Builder) -> Column {
        builder.finish().into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&BooleanChunked> {
        column.bool()
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        cells.get(row)
    }
}

/// A whole number.
#[derive(Debug)]
pub enum Int {}

impl ColumnKind for Int {
    type Given<'a> = i64;
    type Builder = PrimitiveChunkedBuilder<Int64Type>;
    type Cells<'f> = &'f Int64Chunked;
    const NAME: KindName = KindName::Int;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        PrimitiveChunkedBuilder::new(name.into(), room)
    }

    fn push(builder: &mut Self::Builder, given: Option<i64>) {
        builder.append_option(given);
    }

    fn finish(builder: Self::Builder) -> Column {
        builder.finish().into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&Int64Chunked> {
        column.i64()
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        cells.get(row)
    }
}

/// An instant.
#[derive(Debug)]
pub enum Time {}

impl ColumnKind for Time {
    type Given<'a> = DateTime<Utc>;
    type Builder = PrimitiveChunkedBuilder<Int64Type>;
    type Cells<'f> = &'f Int64Chunked;
    const NAME: KindName = KindName::Time;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        PrimitiveChunkedBuilder::new(name.into(), room)
    }

    fn push(builder: &mut Self::Builder, given: Option<DateTime<Utc>>) {
        builder.append_option(given.map(|it| it.timestamp_millis()));
    }

    fn finish(builder: Self::Builder) -> Column {
        builder.finish().into_datetime(TimeUnit::Milliseconds, None).into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&Int64Chunked> {
        Ok(column.datetime()?.physical())
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        cells.get(row).and_then(DateTime::from_timestamp_millis)
    }
}

/// A day, which no time zone moves.
#[derive(Debug)]
pub enum Day {}

impl ColumnKind for Day {
    type Given<'a> = NaiveDate;
    type Builder = PrimitiveChunkedBuilder<Int32Type>;
    type Cells<'f> = &'f Int32Chunked;
    const NAME: KindName = KindName::Day;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        PrimitiveChunkedBuilder::new(name.into(), room)
    }

    fn push(builder: &mut Self::Builder, given: Option<NaiveDate>) {
        builder.append_option(given.map(|it| it.to_epoch_days()));
    }

    fn finish(builder: Self::Builder) -> Column {
        builder.finish().into_date().into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&Int32Chunked> {
        Ok(column.date()?.physical())
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        cells.get(row).and_then(NaiveDate::from_epoch_days)
    }
}

/// A length of time in whole seconds, so that rules decide by the second; reports print it in
/// words.
#[derive(Debug)]
pub enum Span {}

impl ColumnKind for Span {
    type Given<'a> = TimeDelta;
    type Builder = PrimitiveChunkedBuilder<Int64Type>;
    type Cells<'f> = &'f Int64Chunked;
    const NAME: KindName = KindName::Span;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        PrimitiveChunkedBuilder::new(name.into(), room)
    }

    fn push(builder: &mut Self::Builder, given: Option<TimeDelta>) {
        builder.append_option(given.map(|it| it.num_seconds()));
    }

    fn finish(builder: Self::Builder) -> Column {
        builder.finish().into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&Int64Chunked> {
        column.i64()
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        cells.get(row).map(TimeDelta::seconds)
    }
}

/// The time between two instants, both taken to the second as reports print them; negative where
/// the second one is earlier.
pub fn span(from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
    TimeDelta::seconds(to.timestamp() - from.timestamp())
}

/// The units of lengths of time, largest first: the seconds of each, and its word.
pub const SPAN_UNITS: [(i64, &str); 4] =
    [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];

/// A length of time as people read it: the two largest units that are not zero, so that what is
/// longer than a limit never reads like the limit: `90 days 1 second`.
pub fn span_words(seconds: i64) -> String {
    let mut rest = seconds.unsigned_abs();
    let mut words = Vec::new();
    for (size, unit) in SPAN_UNITS {
        let n = rest / size.cast_unsigned();
        rest %= size.cast_unsigned();
        if n > 0 && words.len() < 2 {
            words.push(format!("{n} {unit}{}", if n == 1 { "" } else { "s" }));
        }
    }
    let before = if seconds < 0 { " before" } else { "" };
    if words.is_empty() { "no time".to_owned() } else { words.join(" ") + before }
}

/// A row's number.
#[derive(Debug)]
pub enum Key {}

impl ColumnKind for Key {
    type Given<'a> = u32;
    type Builder = PrimitiveChunkedBuilder<UInt32Type>;
    type Cells<'f> = &'f UInt32Chunked;
    const NAME: KindName = KindName::Key;

    fn start(name: &'static str, room: usize) -> Self::Builder {
        PrimitiveChunkedBuilder::new(name.into(), room)
    }

    fn push(builder: &mut Self::Builder, given: Option<u32>) {
        builder.append_option(given);
    }

    fn finish(builder: Self::Builder) -> Column {
        builder.finish().into_column()
    }

    fn cells(column: &Column) -> PolarsResult<&UInt32Chunked> {
        column.u32()
    }

    fn cell<'f>(cells: &Self::Cells<'f>, row: usize) -> Option<Self::Given<'f>> {
        cells.get(row)
    }
}

#[cfg(test)]
mod tests {
    use super::span_words;

    #[test]
    fn what_is_longer_than_a_limit_never_reads_like_it() {
        let day = 86_400;
        let words = [0, 1, 86_399, day, day + 1, 90 * day, 90 * day + 1, 90 * day + 6 * 3_600 + 60];
        insta::assert_snapshot!(words.map(span_words).join("\n"), @"
        no time
        1 second
        23 hours 59 minutes
        1 day
        1 day 1 second
        90 days
        90 days 1 second
        90 days 6 hours
        ");
        assert_eq!(span_words(-3_601), "1 hour 1 second before");
        for limit in [3_600, day, 30 * day] {
            assert_ne!(span_words(limit), span_words(limit + 1));
            assert_ne!(span_words(limit), span_words(limit - 1));
        }
    }
}
