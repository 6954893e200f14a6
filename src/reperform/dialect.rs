//! What SQL engines call the same things.

use std::fmt::Write as _;

use super::Untranslatable;
use crate::names::BETWEEN;

/// An SQL engine's way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB: every statement is run in tests.
    DuckDb,
    /// Apache Spark: likewise.
    Spark,
    /// PostgreSQL: a parser reads every statement, and no engine does.
    Postgres,
    /// Trino: likewise.
    Trino,
    /// Snowflake: likewise.
    Snowflake,
    /// `BigQuery`: likewise.
    BigQuery,
}

/// What a value is in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlKind {
    /// A text.
    Text,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// An instant.
    Time,
    /// A day.
    Day,
    /// Texts in order.
    List,
    /// `NULL` of no kind.
    Null,
}

/// Words that are columns or tables of ours and reserved by an engine.
const RESERVED: &[&str] = &[
    "all",
    "at",
    "by",
    "case",
    "check",
    "column",
    "current",
    "default",
    "end",
    "from",
    "group",
    "groups",
    "in",
    "of",
    "order",
    "references",
    "row",
    "rows",
    "table",
    "to",
    "user",
    "when",
];

impl Dialect {
    /// Every dialect, those that tests run first.
    pub const ALL: &[Self] =
        &[Self::DuckDb, Self::Spark, Self::Postgres, Self::Trino, Self::Snowflake, Self::BigQuery];

    /// What the command line calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Spark => "spark",
            Self::Postgres => "postgres",
            Self::Trino => "trino",
            Self::Snowflake => "snowflake",
            Self::BigQuery => "bigquery",
        }
    }

    /// Whether tests run every rule there, and hold what comes against what the program finds.
    pub fn is_tested(self) -> bool {
        matches!(self, Self::DuckDb | Self::Spark)
    }

    /// A name of a column or table.
    pub fn name(self, name: &str) -> String {
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
        let is_plain = name.chars().all(plain) && name.starts_with(|it: char| it.is_alphabetic());
        if is_plain && !RESERVED.contains(&name) {
            return name.to_owned();
        }
        match self {
            Self::Spark | Self::BigQuery => format!("`{}`", name.replace('`', "``")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A text.
    pub fn text(self, text: &str) -> String {
        let mut res = String::from("'");
        for letter in text.chars() {
            match (letter, self) {
                ('\'', Self::Spark | Self::BigQuery) => res.push_str("\\'"),
                ('\'', _) => res.push_str("''"),
                ('\\', Self::Spark | Self::BigQuery | Self::Snowflake) => res.push_str("\\\\"),
                ('\n', Self::BigQuery) => res.push_str("\\n"),
                ('\r', Self::BigQuery) => res.push_str("\\r"),
                _ => res.push(letter),
            }
        }
        res.push('\'');
        res
    }

    /// A list of texts.
    pub fn texts<'a>(self, items: impl IntoIterator<Item = &'a str>) -> String {
        let items: Vec<String> = items.into_iter().map(|it| self.text(it)).collect();
        let list = items.join(", ");
        let text = self.kind(SqlKind::List);
        match self {
            Self::DuckDb | Self::BigQuery if items.is_empty() => format!("CAST([] AS {text})"),
            Self::DuckDb | Self::BigQuery => format!("[{list}]"),
            Self::Spark if items.is_empty() => format!("CAST(array() AS {text})"),
            Self::Spark => format!("array({list})"),
            Self::Postgres if items.is_empty() => format!("CAST(ARRAY[] AS {text})"),
            Self::Trino if items.is_empty() => "slice(ARRAY[''], 1, 0)".to_owned(),
            Self::Postgres | Self::Trino => format!("ARRAY[{list}]"),
            Self::Snowflake => format!("ARRAY_CONSTRUCT({list})"),
        }
    }

    /// Whether a list has an item; null where either is, which engines do not agree about where
    /// the list is empty.
    pub fn contains(self, list: &str, item: &str) -> String {
        let contains = self.bare_contains(list, item);
        if item.starts_with('\'') {
            contains
        } else {
            format!("CASE WHEN {item} IS NOT NULL THEN {contains} END")
        }
    }

    fn bare_contains(self, list: &str, item: &str) -> String {
        match self {
            Self::DuckDb => format!("list_contains({list}, {item})"),
            Self::Spark => format!("array_contains({list}, {item})"),
            Self::Trino => format!("contains({list}, {item})"),
            Self::Postgres => format!("{item} = ANY (CAST({list} AS TEXT[]))"),
            Self::Snowflake => format!("ARRAY_CONTAINS(CAST({item} AS VARIANT), {list})"),
            Self::BigQuery => format!("{item} IN UNNEST({list})"),
        }
    }

    /// How many items a list has.
    pub fn length(self, list: &str) -> String {
        match self {
            Self::DuckDb => format!("len({list})"),
            Self::Spark | Self::Snowflake => format!("array_size({list})"),
            Self::Trino | Self::Postgres => format!("cardinality({list})"),
            Self::BigQuery => format!("ARRAY_LENGTH({list})"),
        }
    }

    /// The items of `list` whose names, at the same places of `names`, are in lower case none of
    /// `words`.
    pub fn items_besides(self, list: &str, names: &str, words: &str) -> String {
        let kept = self.kept_items(list, names, words);
        format!("CASE WHEN {names} IS NOT NULL THEN {kept} END")
    }

    fn kept_items(self, list: &str, names: &str, words: &str) -> String {
        let kept = |name: &str| {
            format!("NOT COALESCE({}, FALSE)", self.bare_contains(words, &format!("lower({name})")))
        };
        match self {
            Self::DuckDb => {
                format!("[it FOR it, place IN {list} IF {}]", kept(&format!("({names})[place]")))
            }
            Self::Spark => {
                format!("filter({list}, (it, place) -> {})", kept(&format!("get({names}, place)")))
            }
            Self::Trino => format!(
                "transform(filter(zip({list}, {names}), it -> {}), it -> it[1])",
                kept("it[2]")
            ),
            Self::Postgres => format!(
                "ARRAY(SELECT it FROM UNNEST({list}, {names}) AS both(it, name) WHERE {})",
                kept("name")
            ),
            Self::Snowflake => format!(
                "TRANSFORM(FILTER(ARRAYS_ZIP({list}, {names}), it -> {}), it -> it:\"$1\")",
                kept("it:\"$2\"")
            ),
            Self::BigQuery => format!(
                "ARRAY(SELECT it FROM UNNEST({list}) AS it WITH OFFSET AS place WHERE {} ORDER BY place)",
                kept(&format!("{names}[SAFE_OFFSET(place)]"))
            ),
        }
    }

    /// The items of a list as one text, as `names::listed` has it.
    ///
    /// # Errors
    ///
    /// In dialects that tests do not run.
    pub fn listed(self, list: &str) -> Result<String, Untranslatable> {
        let [slash, slashes, quote] = ["\\", "\\\\", "\\\""].map(|it| self.text(it));
        let item = format!(
            "CASE WHEN it = '' OR it LIKE '\"%' OR it LIKE '%{BETWEEN}%' \
             THEN '\"' || replace(replace(it, {slash}, {slashes}), '\"', {quote}) || '\"' ELSE it END"
        );
        match self {
            Self::DuckDb => Ok(format!("array_to_string([{item} FOR it IN {list}], '{BETWEEN}')")),
            Self::Spark => Ok(format!("array_join(transform({list}, it -> {item}), '{BETWEEN}')")),
            _ => Err(Untranslatable(format!("a list as one text in {}", self.word()))),
        }
    }

    /// What the engine calls a function that rules of users may call; none where it has none.
    pub fn function(self, name: &str) -> Option<&str> {
        match (name, self) {
            ("starts_with", Self::Spark | Self::Snowflake) => Some("startswith"),
            ("ends_with", Self::Spark | Self::Snowflake) => Some("endswith"),
            ("ends_with", Self::Postgres | Self::Trino)
            | ("left" | "right", Self::Trino)
            | ("split_part", Self::BigQuery) => None,
            _ => Some(name),
        }
    }

    /// Whether two values are the same, where null is the same as null.
    pub fn same(self, one: &str, other: &str) -> String {
        match self {
            Self::Spark => format!("{one} <=> {other}"),
            _ => format!("{one} IS NOT DISTINCT FROM {other}"),
        }
    }

    /// Any of the values of a group, in which all are the same.
    pub fn any_value(self, value: &str) -> String {
        match self {
            Self::Trino => format!("arbitrary({value})"),
            _ => format!("any_value({value})"),
        }
    }

    /// What the engine calls a kind of value.
    pub fn kind(self, kind: SqlKind) -> &'static str {
        match (kind, self) {
            (SqlKind::Bool, _) => "BOOLEAN",
            (SqlKind::Int, Self::BigQuery) => "INT64",
            (SqlKind::Int, _) => "BIGINT",
            (SqlKind::Day, _) => "DATE",
            (SqlKind::Time, Self::Spark | Self::BigQuery) => "TIMESTAMP",
            (SqlKind::Time, Self::Snowflake) => "TIMESTAMP_TZ",
            (SqlKind::Time, _) => "TIMESTAMP WITH TIME ZONE",
            (SqlKind::List, Self::DuckDb) => "VARCHAR[]",
            (SqlKind::List, Self::Postgres) => "TEXT[]",
            (SqlKind::List, Self::Spark | Self::BigQuery) => "ARRAY<STRING>",
            (SqlKind::List, Self::Trino) => "ARRAY(VARCHAR)",
            (SqlKind::List, Self::Snowflake) => "ARRAY",
            (SqlKind::Text | SqlKind::Null, Self::Spark | Self::BigQuery) => "STRING",
            (SqlKind::Text | SqlKind::Null, _) => "VARCHAR",
        }
    }
}

/// Lines with so many blanks in front.
pub(super) fn indented(text: &str, by: usize) -> String {
    let mut res = String::new();
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            res.push('\n');
        }
        if !line.is_empty() {
            write!(res, "{:by$}{line}", "").expect("text grows");
        }
    }
    res
}
