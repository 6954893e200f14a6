//! A table of addresses that people have besides those in the roster.

use super::Rejected;
use crate::address;
use crate::config::TableForm;
use crate::config::problem::{Problem, Problems, did_you_mean};
use crate::input::InputFile;
use crate::spreadsheet;

/// A table of further addresses, as it was written down.
#[derive(Clone, Debug)]
pub struct AliasTable {
    /// The file.
    pub input: InputFile,
    /// What it says, in its order.
    pub pairs: Vec<Alias>,
    /// Rows that say no two addresses.
    pub rejected: Vec<Rejected>,
}

/// One row: an address of an account, and one that the roster has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The further address, in its normal form.
    pub further: String,
    /// Whose it is: an address of the roster, in its normal form.
    pub address: String,
}

const COLUMNS: [&str; 2] = ["alias", "address"];

pub(super) fn parse(input: InputFile) -> Result<AliasTable, Problems> {
    let problems = |list| Problems { file: input.name.clone(), list };
    let column = |it: &str, word: &str| it.trim().eq_ignore_ascii_case(word);
    let knows = |cells: &[&str]| {
        COLUMNS.iter().filter(|word| cells.iter().any(|cell| column(cell, word))).count()
    };
    let sheet = spreadsheet::read(&input.bytes, &TableForm::default(), &knows)
        .map_err(|it| problems(vec![it]))?;
    let mut missing = Vec::new();
    let [alias, address] = COLUMNS.map(|word| {
        let place = sheet.header.iter().position(|it| column(it, word));
        place.unwrap_or_else(|| {
            let help = did_you_mean(word, sheet.header.iter().map(String::as_str));
            let help = help.or(Some("its columns are `alias` and `address`".to_owned()));
            let at = format!("line {}", sheet.header_line);
            missing.push(Problem::new(at, format!("has no column `{word}`"), help));
            0
        })
    });
    if !missing.is_empty() {
        return Err(problems(missing));
    }
    let mut res = AliasTable { pairs: Vec::new(), rejected: Vec::new(), input };
    for row in sheet.rows() {
        let cells = [alias, address].map(|it| address::written(row.cell(it)));
        let line = row.line;
        match cells {
            [alias, address] if address::is_one(&alias) && address::is_one(&address) => {
                res.pairs.push(Alias { line, further: alias, address });
            }
            _ => {
                let reason = "does not hold two addresses".to_owned();
                res.rejected.push(Rejected { line, reason });
            }
        }
    }
    Ok(res)
}
