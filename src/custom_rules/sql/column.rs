//! Columns and where they come from: what kind each is, and whether it may be unknown.

use crate::tables::Table;
use crate::tables::column::{ColumnMeta, KindName, Null};

/// A column that SQL can name.
#[derive(Clone, Debug)]
pub(in crate::custom_rules) struct SqlColumn {
    /// Its name.
    pub(in crate::custom_rules) name: String,
    /// What its cells hold.
    pub(in crate::custom_rules) kind: SqlType,
    /// Whether a cell may be missing because its value is unknown.
    pub(in crate::custom_rules) open: bool,
    /// How many times as long as a text of a table its texts may be.
    pub(in crate::custom_rules) times: usize,
}

/// A table, or a query with a name.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) columns: Vec<SqlColumn>,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::custom_rules) enum SqlType {
    Text,
    Bool,
    Number,
    Time,
    /// Nothing is known of it: `NULL`, or a mistake that was noted already.
    Any,
}

impl SqlType {
    /// The kind in messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Time => "a time",
            Self::Any => "anything",
        }
    }

    pub(super) fn fits(self, other: Self) -> bool {
        self == other || self == Self::Any || other == Self::Any
    }
}

/// The tables that rules may read in SQL: those with rows of instances, without what rules find.
pub fn readable() -> Vec<Table> {
    let across = [Table::LeaverList, Table::People, Table::Roster, Table::Thresholds];
    let readable = |it: &Table| !across.contains(it) && !it.is_about_rules();
    Table::ALL.iter().copied().filter(readable).collect()
}

/// The columns that SQL can name; numbers of rows mean nothing to readers.
pub fn columns(table: Table) -> Vec<ColumnMeta> {
    table.columns().into_iter().filter(|it| it.kind != KindName::Key).collect()
}

impl Relation {
    /// A table of the dictionary under a name.
    pub(super) fn of(table: Table, name: &str) -> Self {
        let column = |it: ColumnMeta| SqlColumn {
            name: it.name.to_owned(),
            kind: match it.kind {
                KindName::Text | KindName::List => SqlType::Text,
                KindName::Bool => SqlType::Bool,
                KindName::Int | KindName::Span | KindName::Key => SqlType::Number,
                KindName::Time | KindName::Day => SqlType::Time,
            },
            open: matches!(it.null, Null::Unknown | Null::AbsentIf(_)),
            times: 1,
        };
        Self { name: name.to_owned(), columns: columns(table).into_iter().map(column).collect() }
    }

    pub(super) fn column(&self, name: &str) -> Option<&SqlColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}
