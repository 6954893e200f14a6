//! The tables of a lake as an engine reads them: of each month the run that counts.

use std::fmt::Write as _;

use super::Lake;
use super::runs::RUNS;
use crate::reperform::Dialect;
use crate::tables::Table;

/// An engine whose statements read a lake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LakeEngine {
    /// DuckDB.
    DuckDb,
    /// Apache Spark.
    Spark,
}

/// How every view begins.
const CREATE: &str = "CREATE OR REPLACE TEMPORARY VIEW";

impl LakeEngine {
    /// Every engine.
    pub const ALL: [Self; 2] = [Self::DuckDb, Self::Spark];

    /// What the command line calls it.
    pub fn word(self) -> &'static str {
        self.dialect().word()
    }

    fn dialect(self) -> Dialect {
        match self {
            Self::DuckDb => Dialect::DuckDb,
            Self::Spark => Dialect::Spark,
        }
    }

    /// What must be said before the first view.
    fn preface(self) -> &'static str {
        match self {
            Self::DuckDb => "SET TimeZone = 'UTC';\n",
            Self::Spark => {
                "SET spark.sql.session.timeZone = UTC;\n\
                 SET spark.sql.sources.partitionColumnTypeInference.enabled = false;\n"
            }
        }
    }

    /// A view of all files of a table, whatever columns each has.
    fn files(self, view: &str, folder: &str, partitions: &[&str]) -> String {
        match self {
            Self::DuckDb => {
                let depth = "*/".repeat(partitions.len());
                let path = self.dialect().text(&format!("{folder}/{depth}*.parquet"));
                let types: Vec<String> =
                    partitions.iter().map(|it| format!("'{it}': VARCHAR")).collect();
                format!(
                    "{CREATE} {view} AS SELECT * FROM read_parquet({path}, \
                     union_by_name = true, hive_partitioning = true, hive_types = {{{}}});\n",
                    types.join(", ")
                )
            }
            Self::Spark => {
                let path = self.dialect().text(folder);
                format!(
                    "{CREATE} {view} USING parquet \
                     OPTIONS (path {path}, mergeSchema 'true');\n"
                )
            }
        }
    }
}

/// Statements that make a view of each table of a lake: `runs`, and the tables of the dictionary
/// with the organization beside each row, of each organization's month the run that counts.
pub fn views(lake: &Lake, engine: LakeEngine) -> String {
    let dialect = engine.dialect();
    let root = lake.root.to_string_lossy().replace('\\', "/");
    let mut res = engine.preface().to_owned();
    res += &engine.files("runs", &format!("{root}/{RUNS}"), &["period"]);
    for table in Table::ALL.iter().map(|it| it.sql_name()) {
        // A table without a row has no file, and no engine makes a view of nothing.
        if !lake.root.join(table).is_dir() {
            continue;
        }
        let all = format!("all_{table}");
        res += &engine.files(&all, &format!("{root}/{table}"), &["period", "instance"]);
        let name = dialect.name(table);
        writeln!(
            res,
            "{CREATE} {name} AS SELECT r.organization, t.* FROM {all} AS t \
             JOIN runs AS r ON r.run_id = t.run_id AND r.period = t.period WHERE r.counts;"
        )
        .expect("text grows");
    }
    res
}
