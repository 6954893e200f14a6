//! The access that people are expected to have, as a table says it.
//!
//! Three columns: `instance`, `subject` (an address or an id), `entitlement` (the name of a group,
//! or `admin`). A row that cannot be read is kept as a rejection with line and reason.

use std::collections::BTreeSet;
use std::path::Path;

use crate::config::TableForm;
use crate::config::problem::{Problem, Problems};
use crate::input::{InputFile, Unreadable};
use crate::names::{InstanceNames, fold};
use crate::roster::Rejected;
use crate::spreadsheet::{self, Row, Sheet};

/// The expected access of one file, and what an auditor must know about the file.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The file.
    pub input: InputFile,
    /// What is expected, in the order of the file.
    pub expected: Vec<ExpectedEntitlement>,
    /// Rows that could not be read.
    pub rejected: Vec<Rejected>,
    /// Those of them that name an instance that is not configured, in the file's own words for it.
    pub foreign: Vec<ExpectedEntitlement>,
    /// Rows that name an instance as it was called before.
    pub former: Vec<NamedInstance>,
}

/// The instance of a row, where that is no name of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedInstance {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The instance, as the file has it.
    pub instance: String,
}

/// One entitlement that a person is expected to have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExpectedEntitlement {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The instance's name in the configuration.
    pub instance: String,
    /// The account's address or id, in one spelling.
    pub subject: String,
    /// The name of a group in one spelling, or `admin`.
    pub entitlement: String,
}

/// Why there is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] Unreadable),
    /// The file can be read and cannot be relied on.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// Reads the baseline at `path` for `instances`.
///
/// # Errors
///
/// When the file cannot be read, or as [`parse`].
pub fn read(path: &Path, instances: &InstanceNames) -> Result<Baseline, Error> {
    Ok(of(InputFile::read("baseline", path)?, instances)?)
}

/// Makes a baseline of the bytes of a file.
///
/// # Errors
///
/// When it is no text, or one of its columns is missing or there twice.
pub fn parse(bytes: &[u8], file: &str, instances: &InstanceNames) -> Result<Baseline, Problems> {
    of(InputFile::new(file, bytes.to_vec()), instances)
}

fn of(input: InputFile, instances: &InstanceNames) -> Result<Baseline, Problems> {
    let problems = |list| Problems { file: input.name.clone(), list };
    let named = |it: &str, word: &str| it.trim().eq_ignore_ascii_case(word);
    let knows = |cells: &[&str]| {
        COLUMNS.iter().filter(|word| cells.iter().any(|cell| named(cell, word))).count()
    };
    let table = spreadsheet::read(&input.bytes, &TableForm::default(), &knows);
    let table = table.map_err(|it| problems(vec![it]))?;
    let places = places(&table).map_err(problems)?;
    let mut res = Baseline {
        input,
        expected: Vec::new(),
        rejected: Vec::new(),
        foreign: Vec::new(),
        former: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    for row in table.rows() {
        let fresh = expected(row, places, instances).and_then(|(it, formerly)| {
            let new = seen.insert(ExpectedEntitlement { line: 0, ..it.clone() });
            new.then_some((it, formerly))
                .ok_or_else(|| RefusedRow::Other("says the same as an earlier row".to_owned()))
        });
        let line = row.line;
        match fresh {
            Ok((it, formerly)) => {
                res.expected.push(it);
                res.former.extend(formerly.map(|instance| NamedInstance { line, instance }));
            }
            Err(RefusedRow::Other(reason)) => res.rejected.push(Rejected { line, reason }),
            Err(RefusedRow::Foreign(it)) => {
                let reason =
                    format!("names the instance `{}`, which the configuration lacks", it.instance);
                res.rejected.push(Rejected { line, reason });
                res.foreign.push(it);
            }
        }
    }
    Ok(res)
}

const COLUMNS: [&str; 3] = ["instance", "subject", "entitlement"];

/// Where each column is.
fn places(table: &Sheet) -> Result<[usize; 3], Vec<Problem>> {
    let mut problems = Vec::new();
    let places = COLUMNS.map(|column| {
        let named = table.header.iter().enumerate();
        let at: Vec<usize> =
            named.filter(|(_, it)| it.eq_ignore_ascii_case(column)).map(|it| it.0).collect();
        if at.len() != 1 {
            let what = if at.is_empty() { "has no column" } else { "has more than one column" };
            let help = format!("there are {}", table.header.join(", "));
            let (at, what) = ("line 1".to_owned(), format!("{what} `{column}`"));
            problems.push(Problem::new(at, what, Some(help)));
        }
        at.first().copied().unwrap_or_default()
    });
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}

/// Why a row says nothing.
enum RefusedRow {
    /// It names this instance, which is not configured.
    Foreign(ExpectedEntitlement),
    Other(String),
}

/// What a row says, and the former name of the instance where it has that; or why that is unknown.
fn expected(
    row: Row<'_>,
    places: [usize; 3],
    instances: &InstanceNames,
) -> Result<(ExpectedEntitlement, Option<String>), RefusedRow> {
    let cell = |place: usize| {
        let cell = Some(row.cell(places[place])).filter(|it| !it.is_empty());
        cell.ok_or_else(|| RefusedRow::Other(format!("has no `{}`", COLUMNS[place])))
    };
    let instance = cell(0)?;
    let known = instances.find(instance);
    let expected = ExpectedEntitlement {
        line: row.line,
        instance: known.as_ref().map_or(instance, |it| it.today).to_owned(),
        subject: fold(cell(1)?),
        entitlement: fold(cell(2)?),
    };
    let Some(known) = known else { return Err(RefusedRow::Foreign(expected)) };
    Ok((expected, known.formerly.then(|| instance.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::names::InstanceNames;

    fn prod() -> InstanceNames {
        let former = [("production".to_owned(), "prod".to_owned())];
        InstanceNames::of(&["prod"], former)
    }

    #[test]
    fn every_row_is_expected_or_rejected_with_a_reason() {
        let text = "Subject;Instance;Note;Entitlement\n\
                    Ann@acme.test;prod;;Admin\n\
                    u7;prod;temporary;Operations leads\n\
                    ann@acme.test;prod;;admin\n\
                    bob@acme.test;lab;;admin\n\
                    bob@acme.test;prod;;\n\
                    bob@acme.test\n";
        let baseline = parse(text.as_bytes(), "b.csv", &prod()).unwrap();
        let rows = baseline
            .expected
            .iter()
            .map(|it| format!("{} has {} on {}", it.subject, it.entitlement, it.instance));
        let not = baseline.rejected.iter().map(|it| format!("line {} {}", it.line, it.reason));
        insta::assert_snapshot!(rows.chain(not).collect::<Vec<_>>().join("\n"), @"
        ann@acme.test has admin on prod
        u7 has operations leads on prod
        line 4 says the same as an earlier row
        line 5 names the instance `lab`, which the configuration lacks
        line 6 has no `entitlement`
        line 7 has no `instance`
        ");
    }

    #[test]
    fn a_former_name_of_an_instance_is_the_one_of_today() {
        let text = "instance,subject,entitlement\n Production,u1,admin\nprod,U1,Admin\n";
        let baseline = parse(text.as_bytes(), "b.csv", &prod()).unwrap();
        let all = format!("{:?} {:?}", baseline.expected, baseline.former);
        insta::assert_snapshot!(all, @r#"[ExpectedEntitlement { line: 2, instance: "prod", subject: "u1", entitlement: "admin" }] [NamedInstance { line: 2, instance: "Production" }]"#);
        assert_eq!(baseline.rejected[0].reason, "says the same as an earlier row");
        assert!(baseline.foreign.is_empty());
    }

    #[test]
    fn a_table_without_its_columns_is_refused() {
        let refused = parse(b"instance,user,Instance\n", "b.csv", &prod()).unwrap_err();
        insta::assert_snapshot!(refused, @"
        `b.csv` has 3 problems
          line 1  has more than one column `instance`
                  help: there are instance, user, Instance
          line 1  has no column `subject`
                  help: there are instance, user, Instance
          line 1  has no column `entitlement`
                  help: there are instance, user, Instance
        ");
    }
}
