//! What reviewers send back, held against the lines that they were given.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;

use super::campaign::OpenedCampaign;
use super::columns::{
    COLUMNS, COMPENSATING, DECISION, EXPIRES, Holds, LINE, OWNER, REASON, REVIEWER, TICKET,
    answers, safe,
};
use super::decision::{Decision, DecisionWord};
use super::grouped::{self, GroupedLines, keeps_all};
use super::line::ReviewLine;
use super::worksheet::SHEET;
use crate::address;
use crate::config::TableForm;
use crate::config::problem::{Problem, did_you_mean};
use crate::spreadsheet::{self, Row, Sheet};

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Decisions that are valid.
    pub decisions: Vec<Decision>,
    /// Lines of it without a decision.
    pub open: usize,
    /// Lines of its reviewers that it lacks.
    pub missing: Vec<String>,
    /// Lines that are not taken, each for the first thing that is wrong with it.
    pub problems: Vec<ReturnedProblem>,
}

/// Why a line of a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedProblem {
    /// The file.
    pub file: String,
    /// The sheet of a workbook; empty for CSV.
    pub sheet: &'static str,
    /// The row of the sheet or the line of the file, from 1.
    pub row: u64,
    /// The header of the column; empty where it is the row as a whole.
    pub column: &'static str,
    /// What is wrong, in a fragment.
    pub what: String,
}

impl fmt::Display for ReturnedProblem {
    fn fmt(&self, it: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(it, "{}", self.file)?;
        if self.sheet.is_empty() {
            write!(it, ", line {}", self.row)?;
        } else {
            write!(it, ", sheet {}, row {}", self.sheet, self.row)?;
        }
        if !self.column.is_empty() {
            write!(it, ", column {}", self.column)?;
        }
        write!(it, ": {}", self.what)
    }
}

/// Reads a worksheet that came back.
///
/// # Errors
///
/// Why the file is no worksheet of the campaign at all.
pub fn read_returned(
    bytes: &[u8],
    file: &str,
    opened: &OpenedCampaign,
) -> Result<Returned, Problem> {
    let is_workbook = spreadsheet::is_workbook(bytes);
    let form = TableForm { sheet: is_workbook.then(|| SHEET.to_owned()), ..TableForm::default() };
    let known = |cells: &[&str]| {
        cells.iter().filter(|it| COLUMNS.iter().any(|column| column.header == it.trim())).count()
    };
    let sheet = spreadsheet::read(bytes, &form, &known)?;
    let places = places(&sheet)?;
    let reader =
        ReturnedReader { opened, places, file, sheet: if is_workbook { SHEET } else { "" } };
    Ok(reader.read(&sheet))
}

/// Where each column is.
///
/// # Errors
///
/// When one is not there, or twice.
fn places(sheet: &Sheet) -> Result<BTreeMap<&'static str, usize>, Problem> {
    let mut res = BTreeMap::new();
    for name in COLUMNS.iter().map(|it| it.header) {
        let mut found = sheet.header.iter().enumerate().filter(|it| it.1 == name);
        let first = found.next();
        let place = |what: String, help: Option<String>| {
            Problem::new(format!("line {}", sheet.header_line), what, help)
        };
        let Some((at, _)) = first else {
            let near = did_you_mean(name, sheet.header.iter().map(String::as_str));
            let help = near
                .unwrap_or_else(|| "send back the worksheet with all of its columns".to_owned());
            return Err(place(format!("has no column `{name}`"), Some(help)));
        };
        if found.next().is_some() {
            return Err(place(format!("has the column `{name}` twice"), None));
        }
        res.insert(name, at);
    }
    Ok(res)
}

struct ReturnedReader<'a> {
    opened: &'a OpenedCampaign,
    places: BTreeMap<&'static str, usize>,
    file: &'a str,
    sheet: &'static str,
}

impl ReturnedReader<'_> {
    fn read(&self, sheet: &Sheet) -> Returned {
        let mut res = Returned::default();
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        let mut reviewers: BTreeSet<&str> = BTreeSet::new();
        let doubled = self.doubled(sheet);
        let mut grouped = GroupedLines::default();
        for row in sheet.rows() {
            let id = self.cell(row, LINE);
            let fault = |column, what| self.problem(row, column, what);
            let Some(line) = self.opened.lines.of_id(&id) else {
                let what = if id.is_empty() {
                    "it names no line".to_owned()
                } else {
                    format!("`{id}` is no line of {}", self.opened.campaign.campaign_id)
                };
                res.problems.push(fault(LINE, what));
                continue;
            };
            reviewers.insert(&line.reviewer);
            if doubled.contains(&id) {
                let first = *seen.entry(id.clone()).or_insert(row.line);
                let what = if first == row.line {
                    "the line is there twice, with different answers".to_owned()
                } else {
                    format!("the line is there twice, with different answers; first in row {first}")
                };
                res.problems.push(fault(LINE, what));
                continue;
            }
            if seen.insert(id, row.line).is_some() {
                continue;
            }
            match self.answer(sheet, row, line) {
                Ok(Some(decision)) => {
                    if keeps_all(&self.cell(row, DECISION)) {
                        grouped.keep_all(line);
                    }
                    res.decisions.push(decision);
                }
                Ok(None) => grouped.leave_open(line),
                Err(problem) => res.problems.push(problem),
            }
        }
        let (kept, open) = grouped.settle(self.opened);
        res.decisions.extend(kept);
        res.open = open;
        let theirs = reviewers.iter().flat_map(|it| self.opened.lines.of_reviewer(it));
        let missing = theirs.filter(|it| !seen.contains_key(&it.line_id));
        res.missing = missing.map(|it| it.line_id.clone()).collect();
        res
    }

    /// The lines that are there more than once and do not say the same each time.
    fn doubled(&self, sheet: &Sheet) -> BTreeSet<String> {
        let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut res = BTreeSet::new();
        for row in sheet.rows() {
            let id = self.cell(row, LINE);
            let own: Vec<String> = answers().map(|it| self.cell(row, it)).collect();
            match told.get(&id) {
                Some(before) if *before != own => drop(res.insert(id)),
                Some(_) => {}
                None => drop(told.insert(id, own)),
            }
        }
        res
    }

    /// The decision of a row; none where the line is left open.
    fn answer(
        &self,
        sheet: &Sheet,
        row: Row<'_>,
        line: &ReviewLine,
    ) -> Result<Option<Decision>, ReturnedProblem> {
        if let Some(why) = sheet.misfit(row) {
            return Err(self.problem(row, "", format!("it {why}")));
        }
        self.expect_reviewer(row, line)?;
        self.expect_unedited(row, line)?;
        let word = self.cell(row, DECISION);
        if word.is_empty() {
            let said = answers().find(|it| !self.cell(row, it).is_empty());
            return match said {
                Some(said) => {
                    let what = format!("there is a {}, and no decision", said.to_lowercase());
                    Err(self.problem(row, DECISION, what))
                }
                None => Ok(None),
            };
        }
        let all = keeps_all(&word);
        if let Some(why) = all.then(|| grouped::why_not(self.opened, line)).flatten() {
            return Err(self.problem(row, DECISION, why));
        }
        let decision = if all { Some(DecisionWord::Keep) } else { DecisionWord::parse(&word) };
        let decision = decision.ok_or_else(|| {
            let near = did_you_mean(&word, DecisionWord::ALL.iter().map(|it| it.word()));
            let near = near.map(|it| format!("; {it}")).unwrap_or_default();
            self.problem(row, DECISION, format!("`{word}` is no decision{near}"))
        })?;
        let res = Decision {
            line_id: line.line_id.clone(),
            decision,
            reviewer: line.reviewer.clone(),
            reason: self.cell(row, REASON),
            ticket: self.cell(row, TICKET),
            owner: self.cell(row, OWNER),
            expires: self.expires(row)?,
            compensating_control: self.cell(row, COMPENSATING),
        };
        self.expect_whole(row, line, &res)?;
        Ok(Some(res))
    }

    /// What a decision needs is there.
    fn expect_whole(
        &self,
        row: Row<'_>,
        line: &ReviewLine,
        it: &Decision,
    ) -> Result<(), ReturnedProblem> {
        let word = it.decision.word();
        if it.decision == DecisionWord::Waive && line.findings.is_empty() {
            let what = "the line has no finding whose risk could be accepted: keep, revoke, change \
                        or defer";
            return Err(self.problem(row, DECISION, what.to_owned()));
        }
        let waives = it.decision == DecisionWord::Waive;
        let needed = [
            (REASON, it.decision.needs_reason() && it.reason.is_empty()),
            (OWNER, waives && it.owner.is_empty()),
            (EXPIRES, waives && it.expires.is_none()),
            (COMPENSATING, waives && it.compensating_control.is_empty()),
        ];
        match needed.iter().find(|it| it.1) {
            Some((column, _)) => {
                let what = format!("`{word}` needs it, and the cell is empty");
                Err(self.problem(row, column, what))
            }
            None => Ok(()),
        }
    }

    /// Every fact is as the worksheet had it.
    fn expect_unedited(&self, row: Row<'_>, line: &ReviewLine) -> Result<(), ReturnedProblem> {
        for column in COLUMNS {
            let Holds::Fact(value) = column.holds else { continue };
            let own = value(&self.opened.campaign, line);
            let came = self.cell(row, column.header);
            if ![&own, &safe(&own)].iter().any(|it| flat(it) == flat(&came)) {
                let what = format!("the fact was edited: `{came}`, and was `{own}`");
                return Err(self.problem(row, column.header, what));
            }
        }
        Ok(())
    }

    /// Whoever decides is the reviewer of the line, and never its holder.
    fn expect_reviewer(&self, row: Row<'_>, line: &ReviewLine) -> Result<(), ReturnedProblem> {
        let came = self.cell(row, REVIEWER);
        if line.addresses.contains(&*address::normal(&came)) {
            let what = format!(
                "`{came}` is the holder of the line: nobody decides about their own access"
            );
            return Err(self.problem(row, REVIEWER, what));
        }
        if line.reviewer.is_empty() {
            let what = format!("the line has no reviewer ({})", line.reviewer_as);
            return Err(self.problem(row, REVIEWER, what));
        }
        if flat(&came) != flat(&safe(&line.reviewer)) {
            let what = format!("`{came}` does not review the line, {} does", line.reviewer);
            return Err(self.problem(row, REVIEWER, what));
        }
        Ok(())
    }

    fn expires(&self, row: Row<'_>) -> Result<Option<NaiveDate>, ReturnedProblem> {
        let text = self.cell(row, EXPIRES);
        if text.is_empty() {
            return Ok(None);
        }
        let day = text.split(' ').next().unwrap_or_default();
        let day = day.parse::<NaiveDate>().map_err(|_| {
            self.problem(row, EXPIRES, format!("`{text}` is no day such as 2027-01-31"))
        })?;
        if day <= self.opened.campaign.opened_at.date_naive() {
            let what = format!("{day} is not after the day on which the campaign was opened");
            return Err(self.problem(row, EXPIRES, what));
        }
        Ok(Some(day))
    }

    fn cell(&self, row: Row<'_>, header: &str) -> String {
        row.cell(self.places[header]).to_owned()
    }

    fn problem(&self, row: Row<'_>, column: &'static str, what: String) -> ReturnedProblem {
        ReturnedProblem {
            file: self.file.to_owned(),
            sheet: self.sheet,
            row: row.line,
            column,
            what,
        }
    }
}

/// A cell as it is compared: programs change spaces at the ends of lines.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
