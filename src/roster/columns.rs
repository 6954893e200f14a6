//! Which column of the file is which, by its header; every header is accounted for.

mod alike;
mod finding;

use std::collections::BTreeMap;

pub(super) use self::finding::find;
use super::profile::{Profile, is_known};
use crate::config::RosterSource;
use crate::names::unaccented;
use crate::spreadsheet::Row;

/// A column that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RosterColumn {
    /// The number or name under which the source keeps the person.
    PersonId,
    /// The whole name.
    Name,
    /// The given name.
    FirstName,
    /// The family name.
    LastName,
    /// The address at work.
    Email,
    /// Further addresses.
    Aliases,
    /// Where the person stands, in a word.
    Status,
    /// Whether the person works here, or the account is on.
    Active,
    /// Whether the person left, or the account is off.
    Inactive,
    /// What the person is to the organization.
    Type,
    /// The first day.
    StartDate,
    /// The last day.
    EndDate,
    /// The last day of a fixed term.
    ContractEnd,
    /// The first day of a leave.
    LeaveStart,
    /// Whom the person reports to.
    Manager,
    /// Where the person works.
    Department,
    /// As what.
    Title,
    /// Who answers for a service account.
    OwnerEmail,
    /// Of which day the row is.
    AsOf,
}

impl RosterColumn {
    /// Every column, in the order of [`RosterSource::COLUMNS`].
    pub const ALL: [Self; 19] = [
        Self::PersonId,
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Aliases,
        Self::Status,
        Self::Active,
        Self::Inactive,
        Self::Type,
        Self::StartDate,
        Self::EndDate,
        Self::ContractEnd,
        Self::LeaveStart,
        Self::Manager,
        Self::Department,
        Self::Title,
        Self::OwnerEmail,
        Self::AsOf,
    ];

    /// The columns that say where a person stands: a file has one of them.
    pub(super) const STANDING: [Self; 3] = [Self::Status, Self::Active, Self::Inactive];

    /// Our word for it.
    pub fn word(self) -> &'static str {
        RosterSource::COLUMNS[self as usize]
    }

    /// The column of that word.
    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What the cells of the column that says where people stand answer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// A status in a word.
    Word,
    /// Whether the person is active.
    WhetherActive,
    /// Whether the person left, or is locked out.
    WhetherLeft,
}

/// What became of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderUse {
    /// The header as the file has it.
    pub header: String,
    /// As what the column is read; none where it is not.
    pub read_as: Option<RosterColumn>,
}

/// Where our columns are.
#[derive(Debug)]
pub(super) struct RosterColumns {
    at: BTreeMap<RosterColumn, Vec<usize>>,
    /// The same by the place of each column in [`RosterColumn::ALL`]: every cell of every row is
    /// asked for.
    by_place: [Vec<usize>; RosterColumn::ALL.len()],
    /// The columns that say where people stand, with what each asks: one with a word, or several
    /// that ask yes or no.
    pub(super) standing: Vec<(usize, Asks)>,
}

impl RosterColumns {
    fn new(at: BTreeMap<RosterColumn, Vec<usize>>, standing: Vec<(usize, Asks)>) -> Self {
        let by_place = RosterColumn::ALL.map(|it| at.get(&it).cloned().unwrap_or_default());
        Self { at, by_place, standing }
    }

    /// The position of `column` in a row.
    pub(super) fn position(&self, column: RosterColumn) -> Option<usize> {
        self.positions(column).first().copied()
    }

    /// Every position of `column` in a row.
    pub(super) fn positions(&self, column: RosterColumn) -> &[usize] {
        &self.by_place[column as usize]
    }

    /// What became of each header, in the order of the file; those without a name are left out.
    pub(super) fn uses(&self, header: &[String]) -> Vec<HeaderUse> {
        let of = |at: usize| self.at.iter().find(|it| it.1.contains(&at)).map(|it| *it.0);
        let named = header.iter().enumerate().filter(|it| !it.1.is_empty());
        named.map(|(at, it)| HeaderUse { header: it.clone(), read_as: of(at) }).collect()
    }

    /// Whether the cells of a row are headers of the very columns that they stand in: some exports
    /// write theirs twice, and files that were joined have one in the middle.
    pub(super) fn is_header(&self, row: Row<'_>, profile: Option<&Profile>) -> bool {
        // A row with an address is a person's, and nearly every row of a person has one.
        if self.position(RosterColumn::Email).is_some_and(|it| row.cell(it).contains('@')) {
            return false;
        }
        let repeats = |(column, at): (&RosterColumn, usize)| {
            let headers = profile.into_iter().chain([super::profile::general()]);
            let word = squeeze(row.cell(at));
            headers.flat_map(|header| header.headers_of(*column)).any(|it| *it == word)
        };
        let all = self.at.iter().flat_map(|(column, at)| at.iter().map(move |it| (column, *it)));
        all.filter(|it| repeats(*it)).count() >= 2
    }
}

/// How many cells of a row are headers that some export has, or the configuration names; a row with
/// an address in it is a person's.
pub(super) fn known(cells: &[&str], source: &RosterSource) -> usize {
    if cells.iter().any(|cell| cell.contains('@')) {
        return 0;
    }
    let own = |it: &str| source.columns.values().any(|own| own.eq_ignore_ascii_case(it));
    cells.iter().map(|cell| cell.trim()).filter(|it| is_known(it) || own(it)).count()
}

/// Lower case letters and digits alone, without what a program puts in square brackets behind a
/// name.
pub(super) fn squeeze(header: &str) -> String {
    let mut bare = header.trim();
    while let Some((before, _)) = bare.strip_suffix(']').and_then(|it| it.rsplit_once('[')) {
        bare = before.trim();
    }
    let bare = if bare.is_empty() { header } else { bare };
    unaccented(&bare.replace('#', " no ")).chars().filter(|it| it.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests;
