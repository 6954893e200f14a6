//! The kinds of column there are, and how each is filled.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use polars::prelude::{
    BooleanChunkedBuilder, ChunkedBuilder as _, Column, DataType, Int64Type, IntoColumn as _,
    PrimitiveChunkedBuilder, StringChunkedBuilder, TimeUnit, UInt32Type,
};

/// One column of the data dictionary.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
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
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// An instant, UTC, to the millisecond.
    Time,
    /// A row's number, for joins inside the program.
    Key,
}

impl KindName {
    /// The kind as `schema.json` prints it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Bool => "boolean",
            Self::Int | Self::Key => "integer",
            Self::Time => "timestamp",
        }
    }
}

/// What a missing cell means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    /// There is no missing cell.
    Never,
    /// Nobody knows: printed as `unknown`.
    Unknown,
    /// There is none: printed as an empty cell.
    Absent,
    /// There is none where the named column is true, and nobody knows where it is not.
    AbsentIf(&'static str),
    /// A bound of the named column: there is one only where that is unknown.
    BoundOf(&'static str),
}

/// A kind of column at compile time.
pub trait Kind {
    /// What one cell is given as.
    type Given<'a>;
    /// What gathers the cells.
    type Builder;
    /// The column's type in a frame.
    const DTYPE: DataType;
    /// The kind at run time.
    const NAME: KindName;

    /// An empty column with room for so many cells.
    fn start(name: &'static str, room: usize) -> Self::Builder;
    /// Adds a cell.
    fn push(builder: &mut Self::Builder, given: Option<Self::Given<'_>>);
    /// The column.
    fn finish(builder: Self::Builder) -> Column;
}

/// Text.
#[derive(Debug)]
pub enum Text {}

impl Kind for Text {
    type Given<'a> = Cow<'a, str>;
    type Builder = StringChunkedBuilder;
    const DTYPE: DataType = DataType::String;
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
}

/// Yes or no.
#[derive(Debug)]
pub enum Bool {}

impl Kind for Bool {
    type Given<'a> = bool;
    type Builder = BooleanChunkedBuilder;
    const DTYPE: DataType = DataType::Boolean;
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
}

/// A whole number.
#[derive(Debug)]
pub enum Int {}

impl Kind for Int {
    type Given<'a> = i64;
    type Builder = PrimitiveChunkedBuilder<Int64Type>;
    const DTYPE: DataType = DataType::Int64;
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
}

/// An instant.
#[derive(Debug)]
pub enum Time {}

impl Kind for Time {
    type Given<'a> = DateTime<Utc>;
    type Builder = PrimitiveChunkedBuilder<Int64Type>;
    const DTYPE: DataType = DataType::Datetime(TimeUnit::Milliseconds, None);
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
}

/// A row's number.
#[derive(Debug)]
pub enum Key {}

impl Kind for Key {
    type Given<'a> = u32;
    type Builder = PrimitiveChunkedBuilder<UInt32Type>;
    const DTYPE: DataType = DataType::UInt32;
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
}
