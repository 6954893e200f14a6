//! The lake: the tables of many packs in one folder, for engines that read them together.
//!
//! `<table>/period=2026-11/instance=prod-eu/<run id>.parquet` has the rows of one pack about one
//! instance, and `_runs/period=2026-11/<run id>.parquet` the pack itself. Each file appears as a
//! whole, and the one in `_runs` comes last: a run that was interrupted is in no answer. Of several
//! runs of an organization's month one counts.

mod check;
pub mod dictionary;
mod runs;
mod views;

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use polars::prelude::{
    DataFrame, IntoColumn as _, NamedFrom as _, PolarsError, PolarsResult, Series,
};
use polars_io::SerReader as _;
use polars_io::parquet::read::ParquetReader;

pub use self::check::check;
pub use self::runs::LakeRun;
pub use self::views::{LakeEngine, views};
use crate::files;
use crate::report::parquet;
use crate::tables::column::{ColumnMeta, KindName, Null};
use crate::tables::{TYPED, Table};

/// A folder that holds the tables of many packs.
#[derive(Clone, Debug)]
pub struct Lake {
    root: PathBuf,
}

/// What became of a pack that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// Its rows are in the lake now.
    Now,
    /// They were there already.
    Before,
    /// They were there already but for so many files, which were missing or not as the pack has them
    /// and are now.
    Mended(usize),
}

/// Why a pack is not in the lake.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody says where the lake is.
    #[error("there is no lake: the configuration has no `[lake]`, and `--lake` names none")]
    Nowhere,
    /// The pack has no typed tables.
    #[error("`{}` has no `{}`", pack.display(), TYPED)]
    NoTables {
        /// The pack.
        pack: PathBuf,
    },
    /// The manifest of the pack cannot be read.
    #[error("cannot read the manifest of `{}`", pack.display())]
    Manifest {
        /// The pack.
        pack: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// The pack is not as it was sealed.
    #[error("`{}` is not as it was sealed: {what}", pack.display())]
    Changed {
        /// The pack.
        pack: PathBuf,
        /// The first file that differs.
        what: String,
    },
    /// A table cannot be read or written.
    #[error("cannot read or write `{}`", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PolarsError,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
}

impl Error {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Nowhere => {
                Some("add `[lake]` with a `path`, or name the folder with `--lake DIR`")
            }
            Self::NoTables { .. } => {
                Some("report its snapshot again with `parquet` among the `formats` of `[output]`")
            }
            Self::Manifest { .. } | Self::Changed { .. } => {
                Some("`retool-audit verify` says what is wrong with the pack")
            }
            Self::Table { .. } | Self::Write { .. } => None,
        }
    }
}

/// The rows of one table of a pack about one instance.
struct LakePart {
    instance: String,
    rows: DataFrame,
}

impl Lake {
    /// The lake in a folder, which need not be there yet.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Adds the tables of a pack, and says which run of the month counts. Of a pack that was added
    /// before, what is missing or not as the pack has it is written again.
    ///
    /// # Errors
    ///
    /// When the pack cannot be read or is not as it was sealed, or a file cannot be written; then the
    /// run is in no answer, and may be added again.
    pub fn add(&self, pack: &Path) -> Result<Added, Error> {
        let run = LakeRun::of(pack)?;
        let known = self.runs_of(&run.period)?;
        let is_known = known.iter().any(|it| it.is_same(&run));
        let mut n_written = 0;
        for table in Table::ALL {
            for part in parts(pack, *table, &run)? {
                let path = self.place(*table, &run, &part.instance);
                if !is_known || part.difference(&path).is_some() {
                    write(&path, *table, &part.rows, [&run.report_id, &run.snapshot_id])?;
                    n_written += 1;
                }
            }
        }
        self.settle(&known, &run)?;
        Ok(match (is_known, n_written) {
            (false, _) => Added::Now,
            (true, 0) => Added::Before,
            (true, n) => Added::Mended(n),
        })
    }

    /// Where the rows of a run about an instance lie.
    fn place(&self, table: Table, run: &LakeRun, instance: &str) -> PathBuf {
        let folder = self.root.join(table.sql_name()).join(format!("period={}", run.period));
        folder.join(format!("instance={}", escaped(instance))).join(run.file())
    }
}

impl LakePart {
    /// Why a file of the lake does not have these rows; none where it has.
    fn difference(&self, path: &Path) -> Option<String> {
        if !path.is_file() {
            return Some("it is missing".to_owned());
        }
        match read(path) {
            Ok(rows) if rows.equals_missing(&self.rows) => None,
            Ok(rows) => {
                let (has, wanted) = (rows.height(), self.rows.height());
                Some(format!("its {has} rows are not the {wanted} of the pack"))
            }
            Err(why) => Some(format!("it cannot be read: {why}")),
        }
    }
}

/// A text as the name of a folder: what a path or a partition could read otherwise, by its bytes.
fn escaped(text: &str) -> String {
    let mut res = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            res.push(byte as char);
        } else {
            write!(res, "%{byte:02X}").expect("text grows");
        }
    }
    res
}

/// The rows of a table of a pack, by their instances, as the lake has them: the folder names the
/// instance, and a column the run.
fn parts(pack: &Path, table: Table, run: &LakeRun) -> Result<Vec<LakePart>, Error> {
    let path = pack.join(table.typed_path());
    if !path.is_file() {
        // An older program did not know the table.
        return Ok(Vec::new());
    }
    let wrong = |source| Error::Table { path: path.clone(), source };
    let frame = read(&path).map_err(wrong)?;
    let parted = || -> PolarsResult<Vec<LakePart>> {
        let instances = frame.column("instance")?.str()?.clone();
        let mut res: Vec<LakePart> = Vec::new();
        let mut from = 0;
        // The rows are sorted by their instances.
        for to in 1..=frame.height() {
            if to < frame.height() && instances.get(to) == instances.get(from) {
                continue;
            }
            let start = i64::try_from(from).unwrap_or(i64::MAX);
            let mut rows = frame.slice(start, to - from).drop("instance")?;
            let run_id = Series::new("run_id".into(), vec![run.run_id.as_str(); to - from]);
            rows.with_column(run_id.into_column())?;
            let instance = instances.get(from).unwrap_or_default().to_owned();
            res.push(LakePart { instance, rows });
            from = to;
        }
        Ok(res)
    };
    parted().map_err(wrong)
}

fn read(path: &Path) -> PolarsResult<DataFrame> {
    let file: File = files::open_own(path)?;
    ParquetReader::new(file).finish()
}

/// Writes a file that appears as a whole.
fn write(path: &Path, table: Table, rows: &DataFrame, ids: [&str; 2]) -> Result<(), Error> {
    let mut bytes = Vec::new();
    let table_error = |source| Error::Table { path: path.to_owned(), source };
    let (columns, words) = (columns(table, rows), parquet::words(table, ids));
    parquet::write_columns(&mut bytes, &columns, rows, &words).map_err(table_error)?;
    write_whole(path, &bytes)
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(path);
    let written = files::make_folder(parent).and_then(|()| files::write_whole(path, bytes));
    written.map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// The columns of a table that a pack has, with the words of the dictionary: an older pack lacks
/// some.
fn columns(table: Table, rows: &DataFrame) -> Vec<ColumnMeta> {
    let known = table.columns().into_iter().filter(|it| rows.column(it.name).is_ok());
    known.chain([RUN_ID]).collect()
}

/// The column that names the run of a row.
const RUN_ID: ColumnMeta = ColumnMeta {
    name: "run_id",
    kind: KindName::Text,
    null: Null::Never,
    meaning: "The run that the row is of, by the name of its pack's folder.",
    shown: true,
};
