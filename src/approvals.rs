//! Which changes somebody approved, as a file of people's decisions says.
//!
//! An approval is of one change of one subject of one instance, and it is dated: an old one does
//! not cover a new change. Rows that do not say all of that are kept as refusals.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use chrono::NaiveDate;

use crate::config::problem::{Problem, Problems, did_you_mean};
use crate::digest;
use crate::roster::{Rejected, table};

/// The approvals of one file.
#[derive(Clone, Debug)]
pub struct Approvals {
    /// The file's name without its folder.
    pub file: String,
    /// The file as it was read; a copy goes into the evidence pack.
    pub bytes: Vec<u8>,
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
    /// Rows with anything in them, without the header.
    pub rows: usize,
    /// Rows that are no approvals.
    pub rejected: Vec<Rejected>,
    days: BTreeMap<(Change, String, String), Vec<NaiveDate>>,
}

/// What an approval is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A new account.
    Added,
    /// An account that may sign in again.
    Reactivated,
    /// An account that may do more than before.
    Privilege,
    /// What a group grants, or that there is such a group.
    Rights,
    /// A new token, or what a token may do.
    Token,
    /// A setting of the instance.
    Setting,
}

impl Change {
    /// Every change, in the order of reading.
    pub const ALL: &[Self] = &[
        Self::Added,
        Self::Reactivated,
        Self::Privilege,
        Self::Rights,
        Self::Token,
        Self::Setting,
    ];

    /// The change as the file writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Reactivated => "reactivated",
            Self::Privilege => "privilege",
            Self::Rights => "rights",
            Self::Token => "token",
            Self::Setting => "setting",
        }
    }
}

/// Why there are no approvals.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the approvals `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file can be read and has not the columns of approvals.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// Reads the approvals.
///
/// # Errors
///
/// When the file cannot be read, or as [`parse`].
pub fn read(path: &Path) -> Result<Approvals, Error> {
    let unread = |source| Error::Read { path: path.to_owned(), source };
    let bytes = fs::read(path).map_err(unread)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(parse(&bytes, &name.to_string_lossy())?)
}

/// Makes approvals of the bytes of a file called `file`.
///
/// # Errors
///
/// When it is no text, or a column is missing.
pub fn parse(bytes: &[u8], file: &str) -> Result<Approvals, Problems> {
    let problems = |list| Problems { file: file.to_owned(), list };
    let table = table::read(bytes).map_err(|it| problems(vec![it]))?;
    let places = places(&table.header).map_err(problems)?;
    let mut res = Approvals {
        file: file.to_owned(),
        bytes: bytes.to_vec(),
        sha256: digest::of(bytes),
        rows: table.rows.len(),
        rejected: Vec::new(),
        days: BTreeMap::new(),
    };
    for row in &table.rows {
        let found = row.cells.len();
        let read = if found == table.header.len() {
            approval(places.map(|it| row.cells[it].trim()))
        } else {
            Err(format!("has {found} cells, the header has {}", table.header.len()))
        };
        match read {
            Ok((key, day)) => res.days.entry(key).or_default().push(day),
            Err(reason) => res.rejected.push(Rejected { line: row.line, reason }),
        }
    }
    Ok(res)
}

impl Approvals {
    /// Whether a change of `instance` to a subject of any of these names was approved within
    /// days, both of them allowed.
    pub fn cover(
        &self,
        change: Change,
        (instance, names): (&str, &[&str]),
        (from, to): (NaiveDate, NaiveDate),
    ) -> bool {
        names.iter().any(|it| {
            let key = (change, instance.to_lowercase(), it.to_lowercase());
            self.days.get(&key).is_some_and(|it| it.iter().any(|day| (from..=to).contains(day)))
        })
    }
}

const COLUMNS: [&str; 6] =
    ["instance", "subject", "change", "reference", "approver", "approved-at"];

/// Where the columns are; their names count whatever their case and hyphens.
fn places(header: &[String]) -> Result<[usize; 6], Vec<Problem>> {
    let plain = |it: &str| it.to_lowercase().replace(['_', ' '], "-");
    let header: Vec<String> = header.iter().map(|it| plain(it)).collect();
    let mut missing = Vec::new();
    let places = COLUMNS.map(|word| {
        header.iter().position(|it| it == word).unwrap_or_else(|| {
            let help = did_you_mean(word, header.iter().map(String::as_str));
            let what = format!("has no column `{word}`");
            missing.push(Problem { at: "line 1".to_owned(), what, help });
            0
        })
    });
    if missing.is_empty() { Ok(places) } else { Err(missing) }
}

type Dated = ((Change, String, String), NaiveDate);

fn approval(cells: [&str; 6]) -> Result<Dated, String> {
    if let Some((word, _)) = COLUMNS.iter().zip(cells).find(|it| it.1.is_empty()) {
        return Err(format!("`{word}` is empty"));
    }
    let [instance, subject, change, _, approver, at] = cells.map(str::to_lowercase);
    let Some(change) = Change::ALL.iter().find(|it| it.word() == change) else {
        let words: Vec<_> = Change::ALL.iter().map(|it| format!("`{}`", it.word())).collect();
        return Err(format!("`change` is `{change}`, expected one of {}", words.join(", ")));
    };
    if approver == subject {
        return Err(format!("`{approver}` approves a change of their own"));
    }
    let day = at.get(..10).and_then(|it| it.parse().ok());
    let day = day.ok_or_else(|| format!("`approved-at` is `{at}`, which is no date"))?;
    Ok(((*change, instance, subject), day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str) -> String {
        match parse(text.as_bytes(), "approvals.csv") {
            Err(it) => it.to_string(),
            Ok(it) => {
                let days = it.days.iter().map(|it| format!("{:?} {:?}", it.0, it.1));
                let not = it.rejected.iter().map(|it| format!("line {}: {}", it.line, it.reason));
                days.chain(not).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn every_row_is_an_approval_or_is_refused() {
        insta::assert_snapshot!(picture("\
            Instance;Subject;Change;Reference;Approver;Approved at\n\
            prod;Ann@acme.test;Added;CHG-1;zoe@acme.test;2026-10-12\n\
            prod;ann@acme.test;added;CHG-2;zoe@acme.test;2026-10-20T08:00:00Z\n\
            prod;bob@acme.test;promoted;CHG-3;zoe@acme.test;2026-10-12\n\
            prod;bob@acme.test;privilege;;zoe@acme.test;2026-10-12\n\
            prod;bob@acme.test;privilege;CHG-3;Bob@acme.test;2026-10-12\n\
            prod;bob@acme.test;privilege;CHG-3;zoe@acme.test;in May\n\
            prod;bob@acme.test\n"), @r#"
        (Added, "prod", "ann@acme.test") [2026-10-12, 2026-10-20]
        line 4: `change` is `promoted`, expected one of `added`, `reactivated`, `privilege`, `rights`, `token`, `setting`
        line 5: `reference` is empty
        line 6: `bob@acme.test` approves a change of their own
        line 7: `approved-at` is `in may`, which is no date
        line 8: has 2 cells, the header has 6
        "#);
        insta::assert_snapshot!(picture("instance,subject,change,ticket,approver,approved_at\n"), @"
        `approvals.csv` has 1 problem
          line 1  has no column `reference`
        ");
    }

    #[test]
    fn an_approval_covers_one_change_of_one_subject_in_its_time() {
        let text = "instance,subject,change,reference,approver,approved-at\n\
            prod,ann@acme.test,added,CHG-1,zoe@acme.test,2026-10-12\n";
        let approvals = parse(text.as_bytes(), "approvals.csv").unwrap();
        let day = |it: &str| it.parse::<NaiveDate>().unwrap();
        let covers = |change, instance, name, days: [&str; 2]| {
            approvals.cover(change, (instance, &["u1", name]), (day(days[0]), day(days[1])))
        };
        let month = ["2026-10-01", "2026-10-31"];
        assert!(covers(Change::Added, "PROD", "Ann@acme.test", month));
        assert!(covers(Change::Added, "prod", "ann@acme.test", ["2026-10-12", "2026-10-12"]));
        assert!(!covers(Change::Added, "prod", "ann@acme.test", ["2026-10-13", "2026-10-31"]));
        assert!(!covers(Change::Privilege, "prod", "ann@acme.test", month));
        assert!(!covers(Change::Added, "lab", "ann@acme.test", month));
        assert!(!covers(Change::Added, "prod", "bob@acme.test", month));
    }
}
