//! Queries as they are put together, and as text.

use super::dialect::{Dialect, SqlKind, indented};
use super::expression::Scope;
use super::term::{Term, WIDTH, conjunction};

/// A query that is being put together.
pub(super) struct Relation {
    /// What stands behind `FROM`.
    pub(super) from: String,
    pub(super) filters: Vec<Term>,
    pub(super) columns: Vec<Cell>,
    /// What stands behind `GROUP BY`.
    pub(super) groups: Vec<String>,
}

/// A column of a query.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) kind: SqlKind,
    /// What it is made of; its own name, where it is the column of that name of what is read.
    pub(super) sql: String,
}

impl Cell {
    /// A column of what is read.
    pub(super) fn own(name: &str, kind: SqlKind, dialect: Dialect) -> Self {
        Self { name: name.to_owned(), kind, sql: dialect.name(name) }
    }
}

impl Relation {
    /// What stands under a name, with all that it gives.
    pub(super) fn named(from: String, columns: &[Cell], dialect: Dialect) -> Self {
        let columns = columns.iter().map(|it| Cell::own(&it.name, it.kind, dialect)).collect();
        Self { from, filters: Vec::new(), columns, groups: Vec::new() }
    }

    /// The relation as a query.
    pub(super) fn select(&self, dialect: Dialect) -> String {
        let column = |it: &Cell| {
            let name = dialect.name(&it.name);
            let is_named =
                it.sql == name || ["l", "r"].iter().any(|side| it.sql == format!("{side}.{name}"));
            if is_named { it.sql.clone() } else { format!("{} AS {name}", it.sql) }
        };
        let columns: Vec<String> = self.columns.iter().map(column).collect();
        let line = columns.join(", ");
        let columns = if line.len() > WIDTH || line.contains('\n') {
            format!("\n{}", indented(&columns.join(",\n"), 2))
        } else {
            format!(" {line}")
        };
        let mut res = format!("SELECT{columns}\nFROM {}", self.from);
        let filters = self.filters.iter().cloned();
        if let Some(filter) = filters.reduce(|one, other| conjunction(&one, &other)) {
            res = format!("{res}\nWHERE {}", filter.sql);
        }
        if !self.groups.is_empty() {
            res = format!("{res}\nGROUP BY {}", self.groups.join(", "));
        }
        res
    }
}

impl Scope for Relation {
    fn column(&self, name: &str) -> Option<(String, SqlKind)> {
        let it = self.columns.iter().find(|it| it.name == name)?;
        Some((it.sql.clone(), it.kind))
    }
}

/// A relation under the name that it has in a join.
pub(super) struct Qualified<'a>(
    pub(super) &'a Relation,
    pub(super) &'static str,
    pub(super) Dialect,
);

impl Scope for Qualified<'_> {
    fn column(&self, name: &str) -> Option<(String, SqlKind)> {
        let it = self.0.columns.iter().find(|it| it.name == name)?;
        Some((format!("{}.{}", self.1, self.2.name(name)), it.kind))
    }
}
