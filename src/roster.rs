//! The organization's people as HR or the identity provider exported them.
//!
//! No row is dropped silently and no word is guessed: a cell that cannot be read is unknown and
//! reported, a row is left out only where it is no person, and one unexplained status word is
//! enough to refuse the whole file. Several files are one roster: a person may be in more than one.

mod aliases;
pub mod columns;
mod emails;
mod file;
mod merge;
mod people;
mod person;
pub mod profile;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

pub use self::aliases::AliasTable;
pub use self::file::{AsOfBasis, RosterFile, RowOrigin, Unread};
pub use self::person::{Person, Position, Standing, StatedDay};
use crate::address;
use crate::config::RosterSource;
use crate::config::problem::Problems;
use crate::files;
use crate::input::{self, InputFile, Unreadable};
use crate::spreadsheet::dates;

/// The people of all files, and what an auditor must know about the files.
#[derive(Clone, Debug)]
pub struct Roster {
    /// At least one, in the order of the configuration.
    pub files: Vec<RosterFile>,
    /// Tables of further addresses.
    pub alias_tables: Vec<AliasTable>,
    /// In the order of the files; the place of each is its number.
    pub people: Vec<Person>,
    /// The hash of every address with whose it is, sorted.
    index: Vec<(u64, u32)>,
    aliases: BTreeMap<String, String>,
    plus_addresses: bool,
}

/// Where a person stands with the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Works here.
    Active,
    /// Works here and is away for long.
    Leave,
    /// Should have no access any more: left, or switched off in the identity provider.
    Terminated,
    /// Has not begun.
    Future,
    /// The file has no status column but one with last days; see [`Person::on`].
    ByDate,
    /// The cell is empty, or says that the status is unknown.
    Unknown,
}

impl Status {
    /// The status as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Leave => "leave",
            Self::Terminated => "terminated",
            Self::Future => "future",
            Self::ByDate | Self::Unknown => "unknown",
        }
    }

    /// The status that people write with a word of [`RosterSource::STATUSES`].
    fn named(word: &str) -> Option<Self> {
        [Self::Active, Self::Leave, Self::Terminated, Self::Future]
            .into_iter()
            .find(|it| it.word() == word)
    }

    /// Whether the person works here, away or not.
    fn is_working(self) -> bool {
        matches!(self, Self::Active | Self::Leave)
    }
}

/// What a person is to the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonKind {
    /// On the payroll.
    Employee,
    /// Works here under another contract.
    Contractor,
    /// No person: an account that a machine uses.
    Service,
    /// Belongs to another organization.
    External,
    /// The file's word, empty where it has none; nothing refuses it.
    Unknown(String),
}

impl PersonKind {
    /// The kind as reports print it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Contractor => "contractor",
            Self::Service => "service",
            Self::External => "external",
            Self::Unknown(_) => "unknown",
        }
    }

    fn named(word: &str) -> Option<Self> {
        let known = [Self::Employee, Self::Contractor, Self::Service, Self::External];
        known.into_iter().find(|it| it.word() == word)
    }
}

/// A row that is not among the people, or not among what a table of people says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// Why, to be read after the line.
    pub reason: String,
}

/// Who has an address.
#[derive(Clone, Debug)]
pub enum Match<'a> {
    /// No person.
    None,
    /// One person.
    One(&'a Person),
    /// Several people, in the order of the file; which one is meant is not known.
    Many(Vec<&'a Person>),
}

/// Why there is no roster.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] Unreadable),
    /// A file can be read and cannot be relied on.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// The files of a roster, before they are looked at.
#[derive(Debug)]
struct RosterInputs {
    file: InputFile,
    written: Option<DateTime<Utc>>,
    aliases: Option<InputFile>,
}

/// Reads the rosters; none where there are none.
///
/// # Errors
///
/// When a file cannot be read, or as [`parse`].
pub fn read(sources: &[RosterSource]) -> Result<Option<Roster>, Error> {
    if sources.is_empty() {
        return Ok(None);
    }
    let mut all = Vec::new();
    for source in sources {
        let aliases = source.alias_table.as_deref().map(|it| InputFile::read("aliases", it));
        let (aliases, written) = (aliases.transpose()?, files::written_at(&source.path));
        let file = InputFile::read("roster", &source.path)?;
        all.push((source, RosterInputs { file, written, aliases }));
    }
    Ok(Some(together(all)?))
}

/// Makes a roster of the bytes of the one file that `source` names.
///
/// # Errors
///
/// Everything that keeps the file from being relied on: no text, no column for addresses or
/// status, days that can be read in two ways, unknown status words.
pub fn parse(bytes: &[u8], source: &RosterSource) -> Result<Roster, Problems> {
    let file = InputFile::new(input::name_of(&source.path), bytes.to_vec());
    together(vec![(source, RosterInputs { file, written: None, aliases: None })])
}

fn together(all: Vec<(&RosterSource, RosterInputs)>) -> Result<Roster, Problems> {
    let mut files = Vec::new();
    let mut people = Vec::new();
    let mut alias_tables = Vec::new();
    let mut aliases = BTreeMap::new();
    let among_several = all.len() > 1;
    let plus_addresses = all.iter().any(|it| it.0.plus_addresses);
    for (place, (source, inputs)) in all.into_iter().enumerate() {
        let RosterInputs { file, written, aliases: further } = inputs;
        let read = file::RosterInput { place, input: file, source, written, among_several };
        let (file, found) = file::read(read)?;
        files.push(file);
        people.push(found);
        aliases.extend(source.aliases.iter().map(|alias| (alias.0.clone(), alias.1.clone())));
        if let Some(input) = further {
            let table = aliases::parse(input)?;
            aliases.extend(
                table.pairs.iter().map(|pair| (pair.further.clone(), pair.address.clone())),
            );
            alias_tables.push(table);
        }
    }
    let people = merge::across(people);
    Ok(Roster { index: index(&people), people, files, alias_tables, aliases, plus_addresses })
}

impl Roster {
    /// Who has the address `email`, however it is written: by the roster itself, by the aliases of
    /// the configuration, or, where it says so and no person has the whole address, without what
    /// stands after a plus sign.
    pub fn match_of(&self, email: &str) -> Match<'_> {
        let email = address::normal(email);
        let alias = self.aliases.get(email.as_ref());
        let names = [Some(email.as_ref()), alias.map(String::as_str)];
        let mut found = self.named(names.into_iter().flatten());
        if found.is_empty() && self.plus_addresses {
            let base = address::without_tag(&email);
            found = self.named(base.as_deref().into_iter());
        }
        match found[..] {
            [] => Match::None,
            [one] => Match::One(one),
            _ => registered(&found, &email).map_or(Match::Many(found), Match::One),
        }
    }

    /// Whose an address that is not in the roster likely is: the one person who has it without what
    /// stands after a plus sign, and without letters that look like Latin ones. A likeness is
    /// reported, and decides nothing.
    pub fn likely(&self, email: &str) -> Option<&Person> {
        let base = Some(address::likeness(email)).filter(|it| *it != address::normal(email))?;
        let found = self.named([base.as_str()].into_iter());
        found.first().copied().filter(|_| found.len() == 1)
    }

    fn named<'a>(&self, emails: impl Iterator<Item = &'a str>) -> Vec<&Person> {
        let places = emails.flat_map(|email| {
            let hash = hash_of(email);
            let first = self.index.partition_point(|entry| entry.0 < hash);
            let alike = self.index[first..].iter().take_while(move |entry| entry.0 == hash);
            // Two addresses may have one hash.
            let has = move |place: &u32| {
                self.people[*place as usize].emails.iter().any(|known| **known == *email)
            };
            alike.map(|entry| entry.1).filter(has)
        });
        let found: BTreeSet<u32> = places.collect();
        found.into_iter().map(|it| &self.people[it as usize]).collect()
    }

    /// Where people's cells say one thing against another on `day`, and what: those of people whose
    /// first row is in the file at `place`.
    pub fn contradictions(&self, place: usize, day: NaiveDate) -> Vec<String> {
        let here = self.people.iter().filter(|person| person.positions[0].origin.file == place);
        here.filter_map(|it| it.on(day).contradiction).collect()
    }

    /// The rows of the file at `place` that give a person another position than an earlier row
    /// does: together they are one person with a history.
    pub fn further_rows(&self, place: usize) -> Vec<Rejected> {
        let rows = self
            .people
            .iter()
            .flat_map(|person| person.positions.iter().skip(1).map(move |row| (person, row)));
        let here = rows.filter(|(_, row)| row.origin.file == place);
        let told = |(it, row): (&Person, &Position)| Rejected {
            line: row.line,
            reason: format!("is another position of the person in {}", it.place()),
        };
        let mut res: Vec<Rejected> = here.map(told).collect();
        res.sort_by_key(|it| it.line);
        res
    }

    /// The rows that say of a person on `day` that they left, although the person has not by all
    /// rows together.
    pub fn left_by_one_line(&self, day: NaiveDate) -> Vec<String> {
        let here = self.people.iter().filter(|person| person.status_on(day) != Status::Terminated);
        here.flat_map(|it| it.left_lines(day)).collect()
    }

    /// The rows of people whose last day was over on `day`, and of whom the roster does not say
    /// that they left.
    pub fn past_the_last_day(&self, day: NaiveDate) -> Vec<String> {
        let past = |it: &&Person| {
            let standing = it.on(day);
            let over = standing.end_date.known().is_some_and(|last| last < day);
            over && standing.status != Status::Terminated
        };
        self.people.iter().filter(past).map(Person::lines).collect()
    }

    /// The people without an address, so that no account can be theirs.
    pub fn without_email(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.emails.is_empty())
    }

    /// How many rows all files have.
    pub fn rows(&self) -> usize {
        self.files.iter().map(|file| file.rows).sum()
    }
}

/// Whether what stands in the place of an id is none, so that the rows that share it are not one
/// person's.
fn is_no_id(text: &str) -> bool {
    let word = text.to_lowercase();
    dates::is_none(text) || ["unknown", "tbd", "x", "?"].contains(&word.as_str())
}

/// The one service account that is registered under an address which people have as an alias
/// alone: mail to it reaches them, and what signs in with it is the service account.
fn registered<'a>(found: &[&'a Person], email: &str) -> Option<&'a Person> {
    let mut primary = found.iter().filter(|it| it.has_primary(email));
    let one = primary.next().filter(|it| it.is_service())?;
    primary.next().is_none().then_some(*one)
}

/// Every address by its hash: numbers are sorted and compared in a fraction of the time of texts.
fn index(people: &[Person]) -> Vec<(u64, u32)> {
    let mut res = Vec::with_capacity(people.len());
    for (at, person) in people.iter().enumerate() {
        // A person takes more bytes than there are bits in the number.
        let at = u32::try_from(at).expect("fewer people than bytes of memory");
        res.extend(person.emails.iter().map(|email| (hash_of(email), at)));
    }
    res.sort_unstable();
    res
}

/// The same for the same text, in any process.
fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Each place whose value an earlier place has too, with the first such place. `hashes` are those
/// of the values with their places, in the order of the places; `same` compares two of them where
/// their hashes are one.
fn first_alike(
    mut hashes: Vec<(u64, usize)>,
    same: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    hashes.sort_unstable();
    let mut res = Vec::new();
    for alike in hashes.chunk_by(|one, other| one.0 == other.0) {
        // Different values hardly ever have one hash, and so the first place is the first of few.
        for (nth, (_, at)) in alike.iter().enumerate().skip(1) {
            let first = alike[..nth].iter().find(|earlier| same(earlier.1, *at));
            res.extend(first.map(|first| (*at, first.1)));
        }
    }
    res
}

#[cfg(test)]
mod tests;
