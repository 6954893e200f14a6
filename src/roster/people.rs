//! From rows to people: every row becomes a person's position, a repetition, or is no person.

pub(super) mod none;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::{Asks, RosterColumn, RosterColumns};
use super::file::{RosterDates, Unread};
use super::profile::Profile;
use super::words::StatusWords;
use super::{
    Person, PersonKind, Position, Rejected, RowOrigin, StatedDay, Status, emails, first_alike,
    hash_of, is_no_id, merge,
};
use crate::config::problem::Problem;
use crate::lookup::Lookup;
use crate::spreadsheet::dates::DateCell;
use crate::spreadsheet::{Row, Sheet};

/// What the rows of a file say.
#[derive(Debug, Default)]
pub(super) struct ReadPeople {
    /// In the order of the file.
    pub(super) people: Vec<Person>,
    /// Rows that are no person.
    pub(super) left_out: Vec<Rejected>,
    /// Cells that could not be read.
    pub(super) unreadable: Vec<Unread>,
    /// Rows that an earlier one equals in every cell.
    pub(super) repeated: Vec<Rejected>,
}

/// A file whose columns are known.
pub(super) struct PeopleTable<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) columns: &'a RosterColumns,
    pub(super) days: &'a RosterDates,
    pub(super) words: StatusWords<'a>,
    pub(super) profile: Option<&'a Profile>,
}

/// A file whose status column is not one would fill the screen.
const MOST_WORDS: usize = 10;

/// Reads every row.
///
/// # Errors
///
/// Status words that neither the configuration nor a profile explains.
pub(super) fn read(
    table: &PeopleTable<'_>,
    origin: &Arc<RowOrigin>,
) -> Result<ReadPeople, Vec<Problem>> {
    let mut reader = Reader {
        table,
        origin,
        statuses: BTreeMap::new(),
        unknown: BTreeMap::new(),
        kinds: BTreeMap::new(),
        texts: SharedTexts::default(),
        unreadable: Vec::new(),
    };
    let people = Vec::with_capacity(table.sheet.rows().len());
    let mut res = ReadPeople { people, ..ReadPeople::default() };
    let repeated = repeated(table.sheet);
    let below = none::Below::of(table);
    for row in table.sheet.rows() {
        if let Some(reason) = none::reason(table, row, below) {
            res.left_out.push(Rejected { line: row.line, reason });
        } else if let Some(first) = repeated.get(&row.line) {
            let reason = format!("says the same as line {first}");
            res.repeated.push(Rejected { line: row.line, reason });
        } else {
            res.people.push(reader.person(row));
        }
    }
    res.people = merge::within(res.people);
    let problems = reader.unknown_statuses();
    res.unreadable = reader.unreadable;
    if problems.is_empty() { Ok(res) } else { Err(problems) }
}

/// The lines of rows that have the same cells as an earlier one, each with the first such line.
fn repeated(sheet: &Sheet) -> BTreeMap<u64, u64> {
    let hashes = sheet.rows().enumerate().map(|(place, row)| (hash_of(row), place)).collect();
    let found = first_alike(hashes, |one, other| sheet.row(one).same_as(sheet.row(other)));
    found.iter().map(|(later, first)| (sheet.row(*later).line, sheet.row(*first).line)).collect()
}

/// Texts that many rows share, each once.
#[derive(Default)]
struct SharedTexts<'a>(Lookup<&'a str, Arc<str>>);

impl<'a> SharedTexts<'a> {
    fn of(&mut self, text: &'a str) -> Arc<str> {
        if let Some(it) = self.0.get(text) {
            return Arc::clone(it);
        }
        Arc::clone(self.0.or_insert(text, Arc::from(text)))
    }
}

struct Reader<'a> {
    table: &'a PeopleTable<'a>,
    origin: &'a Arc<RowOrigin>,
    /// What the words of the columns that say where people stand mean, by the column's place.
    statuses: BTreeMap<(usize, &'a str), (Status, Arc<str>)>,
    /// Status words that neither the configuration nor a profile explains, with their first line
    /// and their number.
    unknown: BTreeMap<&'a str, (u64, usize)>,
    /// What the words of the column with the kind of people mean.
    kinds: BTreeMap<&'a str, PersonKind>,
    /// Texts that many rows share.
    texts: SharedTexts<'a>,
    unreadable: Vec<Unread>,
}

impl<'a> Reader<'a> {
    fn person(&mut self, row: Row<'a>) -> Person {
        if let Some(reason) = self.table.sheet.misfit(row) {
            return self.misfit(row, &reason);
        }
        // The oldest of these days is the file's; one that cannot be read is reported.
        self.day(row, RosterColumn::AsOf);
        let emails = self.emails(row, 0);
        let (status, status_word) = self.status(row);
        let position = Position {
            origin: Arc::clone(self.origin),
            line: row.line,
            email: emails.first().cloned(),
            status,
            status_word,
            kind: self.kind(row),
            start_date: self.day(row, RosterColumn::StartDate),
            end_date: self.day(row, RosterColumn::EndDate),
            contract_end: self.day(row, RosterColumn::ContractEnd),
            leave_start: self.day(row, RosterColumn::LeaveStart),
            manager: self.text(row, RosterColumn::Manager),
            department: self.text(row, RosterColumn::Department),
            title: self.text(row, RosterColumn::Title),
            owner_email: self.owner(row),
        };
        Person {
            number: 0,
            person_id: self.id(row),
            name: self.name(row),
            emails,
            positions: vec![position],
            mismatch: None,
        }
    }

    /// A person in a row with more cells than the header: which cell is which is not known, and so
    /// nothing is known but whose the row may be.
    fn misfit(&mut self, row: Row<'a>, reason: &str) -> Person {
        let surplus = row.len() - self.table.sheet.header.len();
        let emails = self.emails(row, surplus);
        self.unreadable.push(Unread {
            line: row.line,
            header: String::new(),
            read_as: None,
            text: row.cells().collect::<Vec<_>>().join(" | "),
            reason: format!("{reason}: which cell belongs to which is not known"),
        });
        let position = Position {
            origin: Arc::clone(self.origin),
            line: row.line,
            email: emails.first().cloned(),
            status: Status::Unknown,
            status_word: Arc::from(""),
            kind: PersonKind::Unknown(String::new()),
            start_date: StatedDay::Unreadable,
            end_date: StatedDay::Unreadable,
            contract_end: StatedDay::Unreadable,
            leave_start: StatedDay::Unreadable,
            manager: None,
            department: None,
            title: None,
            owner_email: None,
        };
        let first_is_id = self.table.columns.position(RosterColumn::PersonId) == Some(0);
        let person_id = self.id(row).filter(|_| first_is_id);
        let positions = vec![position];
        Person { number: 0, person_id, name: None, emails, positions, mismatch: None }
    }

    fn cell(&self, row: Row<'a>, column: RosterColumn) -> Option<&'a str> {
        let text = row.cell(self.table.columns.position(column)?);
        (!text.is_empty()).then_some(text)
    }

    fn kind(&mut self, row: Row<'a>) -> PersonKind {
        let word = self.cell(row, RosterColumn::Type).unwrap_or_default();
        let words = self.table.words;
        self.kinds.entry(word).or_insert_with(|| words.kind(word)).clone()
    }

    /// A text that other rows are likely to have, too.
    fn text(&mut self, row: Row<'a>, column: RosterColumn) -> Option<Arc<str>> {
        let text = self.cell(row, column)?;
        Some(self.texts.of(text))
    }

    fn id(&self, row: Row<'a>) -> Option<String> {
        let text = self.cell(row, RosterColumn::PersonId)?;
        (!is_no_id(text)).then(|| text.to_owned())
    }

    fn name(&self, row: Row<'a>) -> Option<String> {
        let whole = self.cell(row, RosterColumn::Name).map(str::to_owned);
        whole.or_else(|| {
            let parts =
                [RosterColumn::FirstName, RosterColumn::LastName].map(|it| self.cell(row, it));
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    }

    /// The addresses of a row whose cells may have moved by `surplus` to the right.
    fn emails(&mut self, row: Row<'a>, surplus: usize) -> Vec<Arc<str>> {
        let mut res: Vec<Arc<str>> = Vec::new();
        for column in [RosterColumn::Email, RosterColumn::Aliases] {
            for at in self.table.columns.positions(column) {
                for cell in (*at..=at + surplus).map(|it| row.cell(it)) {
                    if let Some(one) = emails::plain(cell) {
                        if !res.iter().any(|known| **known == *one) {
                            res.push(Arc::from(one));
                        }
                        continue;
                    }
                    let found = emails::of(cell);
                    if found.is_empty() && column == RosterColumn::Email && surplus == 0 {
                        self.note_no_address(row, *at, cell);
                    }
                    // A cell has few addresses: no set is worth its room.
                    for email in found {
                        if !res.iter().any(|known| **known == *email) {
                            res.push(Arc::from(email));
                        }
                    }
                }
            }
        }
        res
    }

    fn note_no_address(&mut self, row: Row<'a>, at: usize, text: &str) {
        if !emails::is_clear(text) {
            self.note(row, RosterColumn::Email, at, "no address");
        }
    }

    fn owner(&mut self, row: Row<'a>) -> Option<Arc<str>> {
        let found = emails::of(self.cell(row, RosterColumn::OwnerEmail)?);
        found.into_iter().next().map(Arc::from)
    }

    /// Where the person stands by all columns that say so: whoever one of them locks out has left.
    fn status(&mut self, row: Row<'a>) -> (Status, Arc<str>) {
        let mut res: Option<(Status, Arc<str>)> = None;
        for (nth, (at, asks)) in self.table.columns.standing.iter().enumerate() {
            let next = self.meaning(row, *at, nth, *asks);
            let weaker = |it: &(Status, Arc<str>)| rank(it.0) >= rank(next.0);
            if !res.as_ref().is_some_and(weaker) {
                res = Some(next);
            }
        }
        res.unwrap_or_else(|| (Status::ByDate, Arc::from("")))
    }

    fn meaning(&mut self, row: Row<'a>, at: usize, nth: usize, asks: Asks) -> (Status, Arc<str>) {
        let text = row.cell(at);
        if let Some((status, word)) = self.statuses.get(&(nth, text)) {
            return (*status, Arc::clone(word));
        }
        let Some(status) = self.table.words.status(text, asks) else {
            self.unknown.entry(text).or_insert((row.line, 0)).1 += 1;
            return (Status::Unknown, Arc::from(text));
        };
        let word: Arc<str> = Arc::from(text);
        self.statuses.insert((nth, text), (status, Arc::clone(&word)));
        (status, word)
    }

    fn unknown_statuses(&self) -> Vec<Problem> {
        let mut unknown: Vec<_> = self.unknown.iter().map(|it| (it.1.0, it.1.1, *it.0)).collect();
        unknown.sort_unstable();
        let more = unknown.split_off(unknown.len().min(MOST_WORDS));
        let mut res: Vec<_> =
            unknown.into_iter().map(|it| unknown_status(it.0, it.1, it.2)).collect();
        if let Some((line, ..)) = more.first() {
            let what = format!("begins {} further words like that", more.len());
            let help = Some("is this the column with the status?".to_owned());
            res.push(Problem::new(format!("line {line}"), what, help));
        }
        res
    }

    /// The day in a cell; one that is no date is reported, and its row stays.
    fn day(&mut self, row: Row<'a>, column: RosterColumn) -> StatedDay {
        let Some(at) = self.table.columns.position(column) else { return StatedDay::Unstated };
        let text = row.cell(at);
        match self.table.days.cell(column, text) {
            DateCell::Open => StatedDay::None,
            DateCell::Day(day) => StatedDay::On(day),
            DateCell::Unreadable => {
                self.note(row, column, at, "no date");
                StatedDay::Unreadable
            }
        }
    }

    fn note(&mut self, row: Row<'a>, column: RosterColumn, at: usize, reason: &str) {
        self.unreadable.push(Unread {
            line: row.line,
            header: self.table.sheet.header[at].clone(),
            read_as: Some(column),
            text: row.cell(at).to_owned(),
            reason: reason.to_owned(),
        });
    }
}

/// Which of two statuses counts: first that the person is locked out, then that it is unknown.
fn rank(status: Status) -> u8 {
    match status {
        Status::Terminated => 2,
        Status::Unknown => 1,
        _ => 0,
    }
}

fn unknown_status(line: u64, n: usize, text: &str) -> Problem {
    let rows = if n == 1 { String::new() } else { format!(" ({n} rows)") };
    let what = format!("has the unknown status `{text}`{rows}");
    let help = format!(
        "say what it means: `{text:?} = \"active\"` under `[roster.statuses]`, or `leave`, \
         `terminated`, `future`"
    );
    Problem::new(format!("line {line}"), what, Some(help))
}
